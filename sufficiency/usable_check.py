"""Usable shares held against the matcher on days that they were not learnt from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import pi, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from sufficiency.households import KIN, SEGMENTS
from sufficiency.usable import Usable
from sufficiency.usable_children import NEEDS
from sufficiency.usable_days import Days

Array = npt.NDArray[Any]

BANDS: Final = (0.0, 0.5, 0.7, 0.85, 1.01)
"""Occupancy from, and below: days so full are held together against the matcher."""
LEAST: Final = 0.01
"""Cells of which no more than this share is usable, told or found, are left out: it is easy to be right there."""
_SIZE: Final = len(SEGMENTS)
_NEEDS: Final = tuple(SEGMENTS.index(name) for name in NEEDS)
_MEAN_OF_CHANCE: Final = sqrt(2 / pi)
"""Mean distance from nought of a normal variable, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Check:
    """How far the shares are from the matcher's, on held-out days. Errors are mean absolute ones; 0.02: two points."""

    days: int
    error: float
    """Of cells - kind of home, need, band of occupancy - weighted by vacant places. It is what is promised: the futures
    play with the share of a cell on an ordinary day, not with one day's luck."""
    chance: float
    """How much of it would be left if the shares were exactly right: so few days have luck of their own."""
    every_cell: float
    """The same error with the cells that hardly any child can use counted in."""
    one_day: float
    """Of a single cell on a single day: mostly that day's luck."""
    one_day_chance: float
    """The same, had each cell's mean over the held-out days been known."""
    whole_day: float
    """Of the share of all of one day's vacant places that a child of each need may live in, mean over needs."""
    vacant: float
    """Vacant places a day, on average."""
    waiting: float
    """Children who wait, on average."""
    placed_told: float
    """Children a day who would have a home if shares of vacant places were all there is to it (`most_by_shares`)."""
    placed_found: float
    """Children a day whom the matcher places."""
    placed_error: float
    """Mean distance between the two on one day, in children."""


def check(usable: Usable, days: Days, *, days_each: int = 1) -> Check:
    """Hold shares against held-out days, of which `days_each` in a row share one register."""
    occupancy = np.nan_to_num(days.occupancy, nan=1.0)
    told = usable.at(occupancy) * days.vacant[:, :, None]
    cells = [one for home in range(_SIZE) if home != KIN for one in _cells(days, occupancy, told, home, days_each)]
    table = np.array(cells).reshape(-1, 5)
    places, far, luck = table[:, 0], table[:, 1], table[:, 2]
    counted = np.maximum(table[:, 3], table[:, 4]) >= LEAST
    known = counted & ~np.isnan(luck)
    weight = days.vacant[:, :, None] * np.ones(_SIZE)
    seen = usable.share.max(axis=0) >= LEAST
    seen[KIN] = False
    among = seen[None] * weight
    own_mean = _cell_means(days, occupancy)
    off = np.delete(told - days.usable, KIN, axis=1).sum(axis=1)
    whole = np.abs(off[:, list(_NEEDS)]).mean(axis=1) / np.maximum(days.vacant.sum(axis=1), 1)
    flows = np.array([most_by_shares(*one) for one in zip(days.vacant, days.waiting, told, strict=True)])
    matched = days.placed.sum(axis=(1, 2))
    return Check(
        days=len(days),
        error=_mean(far[counted], places[counted]),
        chance=_mean(luck[known], places[known]),
        every_cell=_mean(far, places),
        one_day=float((np.abs(told - days.usable) * seen).sum() / max(among.sum(), 1)),
        one_day_chance=float((np.abs(own_mean - days.usable) * seen).sum() / max(among.sum(), 1)),
        whole_day=float(whole.mean()),
        vacant=float(days.vacant.sum(axis=1).mean()),
        waiting=float(days.waiting.sum(axis=1).mean()),
        placed_told=float(flows.mean()),
        placed_found=float(matched.mean()),
        placed_error=float(np.abs(flows - matched).mean()),
    )


def _cells(days: Days, occupancy: Array, told: Array, home: int, days_each: int) -> list[tuple[float, ...]]:
    """Vacant places, distance, distance by chance alone, share told, share found: of each band and need of a home."""
    found: list[tuple[float, ...]] = []
    for low, high in pairwise(BANDS):
        here = (occupancy[:, home] >= low) & (occupancy[:, home] < high) & (days.vacant[:, home] > 0)
        places = float(days.vacant[here, home].sum())
        if not places:
            continue
        cluster = np.flatnonzero(here) // days_each
        for need in _NEEDS:
            off = days.usable[here, home, need] - told[here, home, need]
            mean = off.sum() / places
            spread = np.bincount(cluster, weights=off - mean * days.vacant[here, home])
            several = len(np.unique(cluster))
            # One register alone says nothing of how registers differ.
            wider = several / (several - 1) if several > 1 else np.nan
            luck = _MEAN_OF_CHANCE * float(np.sqrt((spread**2).sum() * wider)) / places
            shares = told[here, home, need].sum() / places, days.usable[here, home, need].sum() / places
            found.append((places, abs(float(mean)), luck, *(float(one) for one in shares)))
    return found


def _cell_means(days: Days, occupancy: Array) -> Array:
    """[days, H, N] what each day would have if its share were the mean of its cell."""
    means = np.zeros(days.usable.shape)
    band = np.digitize(occupancy, BANDS) - 1
    for home in range(_SIZE):
        for one in range(len(BANDS) - 1):
            here = band[:, home] == one
            places = days.vacant[here, home].sum()
            if places:
                share = days.usable[here, home].sum(axis=0) / places
                means[here, home] = days.vacant[here, home][:, None] * share
    return means


def most_by_shares(vacant: Array, waiting: Array, usable: Array) -> float:
    """Most children with a home where each need may take so many of each kind's vacant places, [H, N]."""
    return float(flow_by_shares(vacant, waiting, usable).sum())


def flow_by_shares(vacant: Array, waiting: Array, usable: Array) -> Array:
    """[H, N] who goes where when as many are placed as can be: a flow, not in whole children."""
    homes, needs = usable.shape
    of_home = np.kron(np.eye(homes), np.ones(needs))
    of_need = np.kron(np.ones(homes), np.eye(needs))
    solved = linprog(
        np.full(usable.size, -1.0),
        A_ub=np.vstack([of_home, of_need]),
        b_ub=np.concatenate([vacant, waiting]),
        bounds=[(0.0, float(most)) for most in usable.ravel()],
        method="highs",
    )
    if solved.x is None:
        raise RuntimeError(f"HiGHS found no flow, though nobody placed is one: {solved.message}")
    return np.asarray(solved.x).reshape(homes, needs)


def _mean(values: Array, weights: Array) -> float:
    return float((values * weights).sum() / weights.sum()) if weights.sum() else float("nan")
