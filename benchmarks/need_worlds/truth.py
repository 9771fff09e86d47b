"""What really happened and will happen in a made-up council, and how many children that is on any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Days = npt.NDArray[np.int64]

GROUPS: Final = (
    "foster_kin", "foster_in_house", "foster_agency", "foster_other_authority", "residential", "secure", "supported",
    "placed_for_adoption", "with_parents", "other",
)  # fmt: skip
KIN, IN_HOUSE, AGENCY, OTHER_AUTHORITY, RESIDENTIAL, SECURE, SUPPORTED, ADOPTION, PARENTS, OTHER = range(10)
EXITS: Final = (
    "returned_home", "special_guardianship", "adopted", "custody", "independence", "other_exit", "turned_18",
)  # fmt: skip
HOME, GUARDIANSHIP, ADOPTED, CUSTODY, INDEPENDENCE, OTHER_EXIT, TURNED_18 = range(7)
AGES: Final = (1, 5, 10, 16)
"""Birthdays at which the tables of counts are cut; the children know nothing of them."""
FAR: Final = 1_000_000
"""A day that never comes: the end of a stay that outlasts what was drawn."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Every stay in a placement, past and to come, sorted by child and beginning.

    Days are whole days since 1970-01-01; a child is there on `begin` and not on `until`.
    """

    child: npt.NDArray[np.int64]
    period: npt.NDArray[np.int64]
    """Number of the stay in care that it is part of."""
    family: npt.NDArray[np.int64]
    unaccompanied: npt.NDArray[np.bool_]
    dob: Days
    begin: Days
    until: Days
    group: npt.NDArray[np.int64]
    to: npt.NDArray[np.int64]
    """Where it ends: a group, or 10 and the way out, or -1 where it outlasts what was drawn."""
    origin: int
    """The first day that a forecast does not know."""
    last: int
    """The first day that was not drawn."""


def birthday(dob: Days, age: int) -> Days:
    """The day somebody reaches an age; one born on 29 February does so on 1 March in a year without it."""
    born = dob.astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    into = born - month.astype("datetime64[D]")
    return np.asarray((month + 12 * age).astype("datetime64[D]") + into).astype(np.int64)


def age_bands(dob: Days, day: Days | int) -> npt.NDArray[np.int64]:
    """Age band of the tables, 0 to 4, of each child on a day."""
    return np.asarray(np.sum([np.asarray(day) >= birthday(dob, age) for age in AGES], axis=0, dtype=np.int64))


def true_stock(truth: Truth, days: Array) -> npt.NDArray[np.int64]:
    """Children in care on each day: [days, 10 groups, 5 ages]."""
    counts = np.zeros((len(days), 10, 5), dtype=np.int64)
    for row, day in enumerate(np.asarray(days, dtype=np.int64)):
        here = (truth.begin <= day) & (day < truth.until)
        np.add.at(counts[row], (truth.group[here], age_bands(truth.dob[here], int(day))), 1)
    return counts


def true_entries(truth: Truth, starts: Array) -> npt.NDArray[np.int64]:
    """Children who started to be looked after in [starts[m], starts[m + 1]): [months, 10 first groups, 5 ages]."""
    first = np.append(True, truth.period[1:] != truth.period[:-1])
    begin = truth.begin[first]
    month = np.searchsorted(starts, begin, side="right") - 1
    inside = (month >= 0) & (month < len(starts) - 1)
    counts = np.zeros((len(starts) - 1, 10, 5), dtype=np.int64)
    ages = age_bands(truth.dob[first], begin)
    np.add.at(counts, (month[inside], truth.group[first][inside], ages[inside]), 1)
    return counts


def true_exits(truth: Truth, starts: Array) -> npt.NDArray[np.int64]:
    """Children who ceased to be looked after in each month: [months, 10 last groups, 7 ways out]."""
    month = np.searchsorted(starts, truth.until, side="right") - 1
    inside = (truth.to >= len(GROUPS)) & (month >= 0) & (month < len(starts) - 1)
    counts = np.zeros((len(starts) - 1, len(GROUPS), len(EXITS)), dtype=np.int64)
    np.add.at(counts, (month[inside], truth.group[inside], truth.to[inside] - len(GROUPS)), 1)
    return counts
