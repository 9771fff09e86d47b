"""What a forecast is: the same counts for every draw, and what is read off them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts of children month by month in each of many equally likely futures.

    `draws` futures, `months` months, groups and age bands as in `groups`. Dates are whole days since 1970-01-01.
    """

    origin: int
    """The first day that is forecast: what happened before it is known."""
    month_ends: npt.NDArray[np.int64]
    """[months] the last day of each month."""
    stock: npt.NDArray[np.int32]
    """[draws, months, groups, ages] children in care on the last day of the month."""
    entries: npt.NDArray[np.int32]
    """[draws, months, groups, ages] children who started to be looked after in the month, by first placement."""
    exits: npt.NDArray[np.int32]
    """[draws, months, groups, exits] children who ceased in the month, by last placement and way out."""
    moves: npt.NDArray[np.int32]
    """[draws, months, groups, groups] changes of placement in the month, from and to; the diagonal stays in a group."""
    parts: Mapping[str, npt.NDArray[np.float64]]
    """Variance of the stock that each source adds: `process`, `parameter`, `structural`, each [months, groups + 1];
    the last column is the total."""


def middle_quantiles(values: Array, at: Sequence[float], axis: int = 0) -> npt.NDArray[np.float64]:
    """Quantiles of whole numbers that do not make a band too wide: each count is spread evenly over one unit.

    A quantile of counts jumps by whole children, so that an "80%" band of small counts holds far more than 80%.
    Spreading each count over half a child either way gives bands that hold their share on average, and is the
    mid-distribution quantile up to interpolation (Ma, Genton and Parzen, 2011, Ann. Inst. Stat. Math. 63, 227-243).
    Returned [len(at), ...]; never below zero.
    """
    # Laid out afresh: columns are written through a flat view, which a copy in another order would not share.
    ordered = np.sort(np.ascontiguousarray(np.moveaxis(np.asarray(values, dtype=np.float64), axis, 0)), axis=0)
    count = ordered.shape[0]
    ranks = np.empty_like(ordered)
    flat, out = ordered.reshape(count, -1), ranks.reshape(count, -1)
    for j in range(flat.shape[1]):
        column = flat[:, j]
        first = np.searchsorted(column, column, side="left")
        after = np.searchsorted(column, column, side="right")
        out[:, j] = column - 0.5 + (np.arange(count) - first + 0.5) / (after - first)
    return np.maximum(np.quantile(ranks, at, axis=0), 0.0)
