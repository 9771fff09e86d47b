"""How often fostering households leave, by tenure and by the carer's age: national, or learnt from a register's past.

A rate holds within a cell of tenure and age (a hazard in pieces). The council's level and each cell's own departure
from it have gamma posteriors: events are counted in exposure, so both are closed-form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

TENURES: Final = (24, 60)
"""Months since approval at which the rate may change."""
AGES: Final = (50 * 12, 60 * 12)
"""Age in months at which it may."""
CELLS: Final = (len(TENURES) + 1) * (len(AGES) + 1)
LEVEL_LEAN: Final = 10.0
"""Leavers that the national level counts for, beside the council's own."""
CELL_LEAN: Final = 10.0
"""Leavers that the council's level counts for in a cell, beside the cell's own."""
STILL_THERE: Final = -1


def cell_of(tenure: Array, age: Array) -> npt.NDArray[np.int64]:
    """Index of the cell, tenure first, of whole months since approval and of age."""
    by_tenure = np.searchsorted(TENURES, tenure, side="right")
    return np.asarray(by_tenure * (len(AGES) + 1) + np.searchsorted(AGES, age, side="right"), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Past:
    """Leavers of a register's past and the household-years they come from, each [cells]. Kin and adopters left out."""

    left: Floats
    years: Floats


def past_of(approved: Array, ended: Array, born: Array, *, first: int, until: int) -> Past:
    """Leavers and exposure from `first` up to but not on `until`; arrays [households] of days since 1970-01-01.

    `ended` is the day the approval ended, or `STILL_THERE`; `born` is the eldest carer's. Only what happened within the
    window counts, so households that were there before it are counted from its first day. Raises ValueError for a
    window or an approval that ends before it begins.
    """
    approved, born = np.asarray(approved, dtype=np.int64), np.asarray(born, dtype=np.int64)
    ended = np.where(np.asarray(ended) == STILL_THERE, until, ended).astype(np.int64)
    if until <= first or (ended < approved).any():
        raise ValueError("The window of the register's past, or an approval in it, ends before it begins.")
    month = 365.25 / 12
    starts, stops = np.maximum(approved, first), np.minimum(ended, until)
    days = np.zeros(CELLS)
    for t in range(len(TENURES) + 1):
        tenure_from = approved if t == 0 else np.ceil(approved + TENURES[t - 1] * month).astype(np.int64)
        tenure_to = until if t == len(TENURES) else np.ceil(approved + TENURES[t] * month).astype(np.int64)
        for a in range(len(AGES) + 1):
            age_from = born if a == 0 else np.ceil(born + AGES[a - 1] * month).astype(np.int64)
            age_to = until if a == len(AGES) else np.ceil(born + AGES[a] * month).astype(np.int64)
            begin = np.maximum(np.maximum(starts, tenure_from), age_from)
            end = np.minimum(np.minimum(stops, tenure_to), age_to)
            days[t * (len(AGES) + 1) + a] = np.maximum(end - begin, 0).sum()
    gone = (ended >= first) & (ended < until)
    whole = [np.floor((ended - since)[gone] / month).astype(np.int64) for since in (approved, born)]
    left = np.bincount(cell_of(whole[0], whole[1]), minlength=CELLS).astype(np.float64)
    return Past(left, days / 365.25)


def national(attrition: Array, by_tenure: Array, by_age: Array, tenures: Array, ages: Array) -> Floats:
    """Rates a year [..., cells] in proportion to `by_tenure` times `by_age`, so that the mean over the mix is right.

    `attrition` [...] is the mean over shares of households by tenure and by age; `by_tenure` and `by_age` are
    [..., 3], the two mixes [3].
    """
    shape = np.asarray(by_tenure)[..., :, None] * np.asarray(by_age)[..., None, :]
    mix = np.asarray(tenures)[:, None] * np.asarray(ages)[None, :]
    mean = (shape * mix).sum(axis=(-2, -1)) / mix.sum()
    rates = np.asarray(attrition)[..., None, None] * shape / mean[..., None, None]
    return np.asarray(rates.reshape(*rates.shape[:-2], CELLS))


def learnt(rates: Floats, past: Past, chance: np.random.Generator) -> Floats:
    """National rates [cells] made the council's own: one draw from what its past leaves open."""
    due = float((rates * past.years).sum())
    level = chance.gamma(LEVEL_LEAN + past.left.sum()) / (LEVEL_LEAN + due)
    own = chance.gamma(CELL_LEAN + past.left) / (CELL_LEAN + level * rates * past.years)
    return np.asarray(level * own * rates)
