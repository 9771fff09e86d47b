"""What a history is made of: episodes that count, periods of care, stays in placements and with carers.

All dates are whole days since 1970-01-01; stays are half-open: a child is in care on `begin` and not on `until`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import AGE_EDGES

Array = npt.NDArray[Any]
Days = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SHORT_BREAKS: Final = ("V3", "V4")
"""Legal statuses of children who live at home and stay away for short breaks: no care as need counts it."""
TEMPORARY: Final = ("T0", "T1", "T2", "T3", "T4")


@dataclass(frozen=True, slots=True)
class Stays:
    """One entry an episode that counts, sorted by child and beginning: what the rest is worked out from."""

    episode: Ints
    """Position in the return's episodes."""
    child: Ints
    """Position in the return's children."""
    care: Ints
    """Number of the period of care as the return tells them apart."""
    begin: Days
    until: Days
    end: npt.NDArray[np.int8]
    starts: Bools
    """Whether it can begin a period: RNE says so, or the child is known to have left before."""
    out_of_breaks: Bools
    """Whether it follows at once on an episode of short breaks of the same period."""
    into_breaks: Bools
    """Whether an episode of short breaks of the same period follows at once."""
    rne: npt.NDArray[np.str_]
    place: npt.NDArray[np.str_]
    provider: npt.NDArray[np.str_]
    group: npt.NDArray[np.int8]
    rec: npt.NDArray[np.str_]
    reason: npt.NDArray[np.str_]
    home: npt.NDArray[np.str_]
    pl_post: npt.NDArray[np.str_]
    dob: Days
    unaccompanied: Bools
    council: Ints
    """Number of the child's council."""

    def __len__(self) -> int:
        return len(self.child)

    def take(self, rows: Array) -> Stays:
        """Some of the entries, in the order given."""
        return Stays(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Periods:
    """One entry an unbroken stretch of care, sorted by child and beginning; short breaks are not here.

    Where the files lose a child from sight in the midst of a period of care, the stretch before the gap ends
    `End.LOST` and the one after it is `begun_before`: nothing is said of the days between.
    """

    child: Ints
    """Position in the return's children."""
    begin: Days
    until: Days
    end: npt.NDArray[np.int8]
    """`End` of each: ended, open on the last day that is known, or lost from sight."""
    exit: npt.NDArray[np.int8]
    """Way out (`groups.EXITS`) where it ended, else -1."""
    begun_before: Bools
    """Whether it began before the first episode that is known (that episode does not say that care started)."""
    entered: Days
    """The day care began, over gaps of the same period; where it began before, the first day that is known."""
    entered_known: Bools
    """Whether `entered` is the day care began."""
    dob: Days
    unaccompanied: Bools
    family: Ints
    """Number of the entry that it came with: children who started on the same day from the same full postcode
    share one. A guess: the return does not say who are brothers and sisters."""
    council: Ints
    """Number of the child's council, in the order of their names."""


@dataclass(frozen=True, slots=True)
class Spells:
    """One entry a stay in one placement (or with one carer), sorted by period and beginning."""

    period: Ints
    begin: Days
    until: Days
    begun_before: Bools
    """Whether it began before the first episode that is known (that one says only that the legal status changed)."""
    group: npt.NDArray[np.int8]
    provider: npt.NDArray[np.str_]
    place: npt.NDArray[np.str_]
    """Code of its last episode that was not temporary."""
    pl_post: npt.NDArray[np.str_]
    """Postcode of that episode."""
    after: npt.NDArray[np.int8]
    """Group of the stay that follows at once in the same period; -1 where the period ends with this one."""
    broke_down: Bools
    """Whether another followed for one of the reasons that stand for an unplanned ending."""

    def take(self, rows: Array) -> Spells:
        """Some of the entries, in the order given."""
        return Spells(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class History:
    """What a return says happened, from `first` up to and without `until`."""

    first: int
    """1 April of the first year from which no year is missing; nothing before it is complete."""
    until: int
    """The day after the last that is known."""
    stays: Stays
    periods: Periods
    placements: Spells
    """Broken by a new placement: RNE of S, P, B, T or U, or another group."""
    carers: Spells
    """Broken by a new carer only: RNE of S, P or B."""
    left_out: Mapping[str, int]
    """Rule to the number of episodes that it leaves out, in words."""


def birthday(born: Days, age: int) -> Days:
    """The day somebody reaches an age; a birthday of 29 February is 1 March in a year without one."""
    days = np.asarray(born, dtype=np.int64).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    into = days - months.astype("datetime64[D]")
    there = (months + np.timedelta64(12 * age, "M")).astype("datetime64[D]") + into
    return np.asarray(there.astype(np.int64), dtype=np.int64)


def birthdays(born: Days, ages: Sequence[int]) -> Days:
    """[people, ages] the day each reaches each age, as `birthday` has it; quick where many were born in a few years.

    One birthday alone gives [ages].
    """
    born = np.asarray(born, dtype=np.int64)
    if not born.size:
        return np.empty((*born.shape, len(ages)), dtype=np.int64)
    first, last = int(born.min()), int(born.max())
    if last - first >= born.size:
        return np.stack([birthday(born, age) for age in ages], axis=-1)
    reached = np.stack([birthday(np.arange(first, last + 1), age) for age in ages], axis=1)
    return np.asarray(reached[born - first], dtype=np.int64)


def age_band(born: Days, day: Array | int) -> Ints:
    """Which of the age bands of `groups` somebody is in on a day; past the 18th birthday, still the last one."""
    passed = birthdays(born, AGE_EDGES[1:-1]) <= np.asarray(day)[..., None]
    return np.asarray(passed.sum(axis=-1), dtype=np.int64)
