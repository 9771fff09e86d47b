"""The counts that forecasts are held to, and the bands of those that give a distribution for each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.history import History, known_at

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

LEVELS: Final = {"total": 1, "group": len(GROUPS), "group_age": len(GROUPS) * len(AGE_BANDS), "entries": 1, "exits": 1}
"""What is forecast, and how many counts each is: children in care in all, by group, by group and age band (ages of a
group side by side), and children who started and who ceased in the year up to the end of the month, or since the
origin where that is less."""
YEAR: Final = 12
"""Months over which entries and exits are added up."""


@dataclass(frozen=True, slots=True)
class Bands:
    """A baseline's forecast: a normal or t distribution for each count and month, cut off at nought."""

    name: str
    month_ends: Days
    mean: Mapping[str, Floats]
    """Level to [months, counts]."""
    sd: Mapping[str, Floats]
    """Level to [months, counts], before the cut at nought."""
    freedom: float = np.inf
    """Degrees of freedom of the t distribution; infinite for the normal."""

    def quantiles(self, level: str, at: Sequence[float] | Array) -> Floats:
        """Quantiles [len(at), months, counts] of a level, never below nought."""
        share = np.asarray(at, dtype=np.float64)
        z = ndtri(share) if np.isinf(self.freedom) else stdtrit(self.freedom, share)
        wide = np.multiply.outer(np.asarray(z, dtype=np.float64), self.sd[level])
        return np.asarray(np.maximum(self.mean[level] + wide, 0.0), dtype=np.float64)

    def points(self, level: str, count: int = 200) -> Floats:
        """[count, months, counts]: the middles of `count` equally likely parts of each distribution, in order.

        They stand for draws of each count by itself; how counts hang together is not part of a baseline.
        """
        return self.quantiles(level, (np.arange(count) + 0.5) / count)


def level_counts(stocks: Array, entered: Array, left: Array) -> dict[str, Array]:
    """The counts of `LEVELS` from [..., months, groups, ages], the same of entries, and [..., months, groups, exits].

    Entries and exits become sums over twelve months, or over the months there are so far.
    """
    counts = {
        "total": stocks.sum(axis=(-2, -1))[..., None],
        "group": stocks.sum(axis=-1),
        "group_age": stocks.reshape(*stocks.shape[:-2], LEVELS["group_age"]),
    }
    for level, monthly in (("entries", entered), ("exits", left)):
        sums = np.cumsum(monthly.sum(axis=(-2, -1)), axis=-1)
        sums[..., YEAR:] -= sums[..., :-YEAR].copy()
        counts[level] = sums[..., None]
    return counts


def before(history: History, origin: int) -> History:
    """What was known of a history the day before the origin."""
    return history if history.until == origin else known_at(history, origin)


def month_starts(first: int, until: int) -> Days:
    """First days of the months from one day to another, both of them first days of months and both included.

    Raises ValueError where they are not.
    """
    ends = np.array([first, until], dtype=np.int64).astype("datetime64[D]")
    months = ends.astype("datetime64[M]")
    if (months.astype("datetime64[D]") != ends).any():
        raise ValueError(
            f"Months are counted from {ends[0]} to {ends[1]}, and both must be the first day of a month. "
            "Choose an origin that is."
        )
    starts = np.arange(months[0], months[1] + 1).astype("datetime64[D]")
    return np.asarray(starts.astype(np.int64), dtype=np.int64)


def months_ahead(origin: int, months: int) -> Days:
    """First days of the months from the origin on, and of the one after the last: [months + 1]."""
    month = np.datetime64(origin, "D").astype("datetime64[M]")
    return month_starts(origin, int((month + months).astype("datetime64[D]").astype(np.int64)))
