"""Learns from a history all that a forecast of need is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.counts import Caseload, entries, in_care_on
from sufficiency.doubts import doubts
from sufficiency.entries import Stream, families, fit_stream
from sufficiency.exposure import Exposure, exposure
from sufficiency.history import History
from sufficiency.local_level import Levels, fit_levels
from sufficiency.need_settings import NeedSettings
from sufficiency.rates import CARE_CUTS, MOVE_KINDS, PLACEMENT_CUTS, YEAR, Rates, by_kind, fit_rates
from sufficiency.simulate import LONG_AGO

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

QUARTER: Final = 91.3125
"""Days."""
MULTIPLIER_SIZES: Final = (10.0, 30.0, 100.0, 1000.0)
"""How much the events of one quarter may exceed chance: variance mean + mean^2 / size."""
ALONE_LEAN: Final = 5.0
"""Events that unaccompanied children are worth at everybody's rates before their own."""


@dataclass(frozen=True, slots=True)
class NeedModel:
    """All that a history says, before any future is played."""

    origin: int
    caseload: Caseload
    rates: tuple[Rates, ...]
    """One for each window that the history is long enough for."""
    window_weights: Floats
    streams: tuple[Stream, ...]
    leaving: tuple[Levels, ...]
    """Multiplier of every rate of leaving, by quarter; one for each window, held against that window's rates."""
    moving: tuple[Levels, ...]
    alone_exits: tuple[float, float]
    """Events of unaccompanied children, seen and expected at everybody's rates, each with what they lean on."""
    alone_moves: tuple[float, float]
    settings: NeedSettings
    said: tuple[str, ...]
    """What a reader must know of how the history was used."""


def fit_need(history: History, settings: NeedSettings) -> NeedModel:
    """Learn every rate and level from a history that ends where the forecast begins.

    Raises ValueError for a history in which no child was ever looked after.
    """
    if not len(history.periods.child):
        raise ValueError("no child was ever looked after in this history: there is nothing to learn a forecast from")
    first, origin = history.first, history.until
    edges = quarters(first, origin)
    spent = exposure(history, first, origin, CARE_CUTS, PLACEMENT_CUTS, edges[1:-1])
    windows, weights = _windows(edges, origin, settings)
    rates = tuple(fit_rates(spent.days[since:].sum(axis=0), spent.events[since:].sum(axis=0)) for since in windows)
    multipliers = [_multipliers(one, spent, settings) for one in rates]
    alone_moves, alone_exits = _how_unlike(history, rates[-1])
    came = entries(history, first, origin)
    streams = []
    for alone in (False, True):
        some = came.unaccompanied == alone
        if alone and not some.any():
            continue
        theirs = families(came.day[some], came.dob[some], came.group[some], came.family[some])
        streams.append(
            fit_stream(
                theirs, first, origin, alone=alone, damping=settings.damping, drifts=settings.drifts,
                drift_weights=settings.drift_weights, sizes=settings.sizes,
            )
        )  # fmt: skip
    return NeedModel(
        origin, _today(history), rates, weights, tuple(streams), tuple(pair[0] for pair in multipliers),
        tuple(pair[1] for pair in multipliers), alone_exits,
        alone_moves, settings, _said(history, came.day, windows),
    )  # fmt: skip


def _today(history: History) -> Caseload:
    """Children in care on the last day; care, or a placement, that began before it was seen began long ago."""
    now = in_care_on(history, history.until)
    unseen = ~now.entered_known & (now.placed == history.periods.begin[now.period])
    long_ago = history.until - LONG_AGO
    return replace(
        now,
        entered=np.where(now.entered_known, now.entered, long_ago),
        placed=np.where(unseen, long_ago, now.placed),
    )


def quarters(first: int, until: int) -> npt.NDArray[np.int64]:
    """Days that part `first` to `until` into stretches of about a quarter of a year, counted back from the end."""
    number = max(1, round((until - first) / QUARTER))
    return np.unique(np.round(np.linspace(first, until, number + 1)).astype(np.int64))


def _windows(edges: Array, origin: int, settings: NeedSettings) -> tuple[tuple[int, ...], Floats]:
    """Where each window begins among the quarters, widest last, and what each weighs; those that are alike are one."""
    weight: dict[int, float] = {}
    for years, share in zip(settings.windows, settings.window_weights, strict=True):
        since = int(np.searchsorted(edges[:-1], origin - years * YEAR - 10))
        since = min(since, len(edges) - 2)
        weight[since] = weight.get(since, 0.0) + share
    found = sorted(weight, reverse=True)
    weights = np.array([weight[since] for since in found])
    return tuple(found), weights / weights.sum()


def _multipliers(rates: Rates, spent: Exposure, settings: NeedSettings) -> tuple[Levels, Levels]:
    """How far leaving, and moving, ran above or below the rates quarter by quarter."""
    expected = np.einsum("qgacp,gacpk->qk", spent.days / YEAR, rates.drawn(None).hazard)
    seen = by_kind(spent.events.sum(axis=(1, 2, 3, 4)))
    found = []
    for some in (slice(MOVE_KINDS, None), slice(0, MOVE_KINDS)):
        offset = np.log(np.maximum(expected[:, some].sum(axis=1), 1e-6))
        found.append(
            fit_levels(
                seen[:, some].sum(axis=1), offset, damping=settings.damping**3, drifts=settings.multiplier_drifts,
                drift_weights=settings.multiplier_weights, sizes=MULTIPLIER_SIZES,
            )
        )  # fmt: skip
    return found[0], found[1]


def _how_unlike(history: History, rates: Rates) -> tuple[tuple[float, float], tuple[float, float]]:
    """Moves, and ways out, of unaccompanied children: seen and expected at everybody's rates."""
    alone = history.periods.unaccompanied
    if not alone.any():
        return (ALONE_LEAN, ALONE_LEAN), (ALONE_LEAN, ALONE_LEAN)
    spells = history.placements
    only = replace(history, placements=spells.take(alone[spells.period]))
    theirs = exposure(only, history.first, history.until, CARE_CUTS, PLACEMENT_CUTS)
    expected = np.einsum("gacp,gacpk->k", theirs.days / YEAR, rates.drawn(None).hazard)
    seen = by_kind(theirs.events.sum(axis=(0, 1, 2, 3)))
    return (
        (float(seen[:MOVE_KINDS].sum() + ALONE_LEAN), float(expected[:MOVE_KINDS].sum() + ALONE_LEAN)),
        (float(seen[MOVE_KINDS:].sum() + ALONE_LEAN), float(expected[MOVE_KINDS:].sum() + ALONE_LEAN)),
    )


def _said(history: History, came: Array, windows: tuple[int, ...]) -> tuple[str, ...]:
    years = (history.until - history.first) / YEAR
    said = list(doubts(history))
    if years < 2.5:
        said.append(
            f"The history is {years:.1f} years long. How fast the level of entries drifts cannot be told from so short "
            "a time, so the bands lean on what is usual and are wide."
        )
    if len(windows) == 1:
        said.append("The rates are taken from the whole history: it is too short to ask whether recent years differ.")
    if len(came) < 50:
        said.append(
            f"Only {len(came)} children started to be looked after in these years: who will come is drawn from them, "
            "so unusual children may be missing from the forecast."
        )
    return tuple(said)
