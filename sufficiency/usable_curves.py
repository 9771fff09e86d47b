"""Usable shares that never rise with occupancy, nor with the number of brothers and sisters, from simulated days."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from sufficiency.households import KIN, SEGMENTS

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

KNOTS: Final = (0.0, 0.3, 0.5, 0.65, 0.8, 0.9, 1.0)
LEAN: Final = 10.0
"""Vacant places' worth with which each knot leans on its parent."""
FOSTER: Final = tuple(
    SEGMENTS.index(name)
    for name in (
        "mainstream_0_4",
        "mainstream_5_10",
        "mainstream_11_15",
        "teenagers",
        "siblings_two",
        "siblings_three_or_more",
        "specialist",
    )
)
"""Segments of homes that are each other's parent: foster carers whose terms are of ages."""
LONE: Final = tuple(SEGMENTS.index(name) for name in ("mainstream_0_4", "mainstream_5_10", "mainstream_11_15"))
TWO: Final = SEGMENTS.index("siblings_two")
THREE: Final = SEGMENTS.index("siblings_three_or_more")


def hats(occupancy: Array, knots: Array) -> Floats:
    """[days, knots] how much each knot counts at an occupancy, with straight lines between knots."""
    at = np.clip(occupancy, knots[0], knots[-1])
    return np.stack([np.interp(at, knots, one) for one in np.eye(len(knots))], axis=1)


def curves(occupancy: Array, vacant: Array, usable: Array, parent: Floats | None = None) -> Floats:
    """[knots, homes, needs] shares from days: [days, homes], [days, homes] and [days, homes, needs].

    For each kind of home and need, least squares over days, each day weighing as many as it has vacant places, among
    lines between knots that never rise. Each knot leans on its parent with the weight of `LEAN` places: on `parent`,
    shaped as the result, where given; else on the same need in all foster homes together (`FOSTER`), and other homes
    on their own mean.
    """
    knots = np.array(KNOTS)
    share = np.zeros((len(knots), len(SEGMENTS), len(SEGMENTS)))
    pooled = parent if parent is not None else _pooled(occupancy, vacant, usable, knots)
    for home in range(len(SEGMENTS)):
        some = vacant[:, home] > 0
        basis, weight = hats(occupancy[some, home], knots), vacant[some, home].astype(np.float64)
        for need in range(len(SEGMENTS)):
            seen = usable[some, home, need] / weight
            share[:, home, need] = falling(basis, seen, weight, pooled[:, home, need])
    share = _smaller_families_first(share)
    # A relative's home comes with the child who lives there, and waits for nobody else.
    share[:, KIN, :] = 0.0
    share[:, :, KIN] = 0.0
    share[:, KIN, KIN] = 1.0
    return np.clip(share, 0.0, 1.0)


def falling(basis: Floats, seen: Floats, weight: Floats, lean_on: Floats, lean: float = LEAN) -> Floats:
    """[knots] the line that never rises and lies nearest to what was seen, leaning on another at every knot."""
    knots = basis.shape[1]
    steps = np.tril(np.ones((knots, knots))).T
    rows = np.vstack([basis * np.sqrt(weight)[:, None], np.sqrt(lean) * np.eye(knots)]) @ steps
    aim = np.concatenate([seen * np.sqrt(weight), np.sqrt(lean) * lean_on])
    found, _ = nnls(rows, aim)
    return np.asarray(steps @ found)


def _pooled(occupancy: Array, vacant: Array, usable: Array, knots: Floats) -> Floats:
    """[knots, homes, needs] the parent of each cell where none is given."""
    pooled = np.zeros((len(knots), len(SEGMENTS), len(SEGMENTS)))
    for home in range(len(SEGMENTS)):
        kin = FOSTER if home in FOSTER else (home,)
        places = vacant[:, kin].sum(axis=1)
        filled = np.nansum(occupancy[:, kin] * vacant[:, kin], axis=1) / np.maximum(places, 1)
        some = places > 0
        basis = hats(filled[some], knots)
        for need in range(len(SEGMENTS)):
            found = usable[:, kin, need].sum(axis=1)
            mean = found.sum() / max(places.sum(), 1)
            level = np.full(len(knots), mean)
            pooled[:, home, need] = falling(basis, found[some] / places[some], places[some], level)
    return pooled


def _smaller_families_first(share: Floats) -> Floats:
    """Two together never do better than a child alone, nor three and more than two; still never rising."""
    share = share.copy()
    lone = share[:, :, LONE].max(axis=2)
    share[:, :, TWO] = np.minimum(share[:, :, TWO], lone)
    share[:, :, THREE] = np.minimum(share[:, :, THREE], share[:, :, TWO])
    return share
