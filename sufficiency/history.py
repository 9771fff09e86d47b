"""Turns the episodes of a return into what a forecast counts: periods of care, placements, carers, entries.

All dates are whole days since 1970-01-01; stays are half-open: a child is in care on `begin` and not on `until`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from records.sources.return_903 import End, Return
from sufficiency.groups import exit_of, group_of

Array = npt.NDArray[Any]
Days = npt.NDArray[np.int64]

SHORT_BREAKS = ("V3", "V4")


@dataclass(frozen=True, slots=True)
class Periods:
    """One entry a period of care, sorted by child and beginning; periods of short breaks only are not here."""

    child: npt.NDArray[np.int64]
    """Position in the return's children."""
    begin: Days
    until: Days
    end: npt.NDArray[np.int8]
    """`End` of each: ended, open on the last day of the return, or lost from sight."""
    exit: npt.NDArray[np.int8]
    """Way out (`groups.EXITS`) where it ended, else -1."""
    begun_before: npt.NDArray[np.bool_]
    """Whether it began before the first episode that is known (that episode does not say that care started)."""
    dob: Days
    unaccompanied: npt.NDArray[np.bool_]
    family: npt.NDArray[np.int64]
    """Number of the entry that it came with: children who started on the same day from the same full postcode
    share one. A guess: the return does not say who are brothers and sisters."""


@dataclass(frozen=True, slots=True)
class Spells:
    """One entry a stay in one placement (or with one carer), sorted by period and beginning."""

    period: npt.NDArray[np.int64]
    begin: Days
    until: Days
    group: npt.NDArray[np.int8]
    provider: npt.NDArray[np.str_]
    place: npt.NDArray[np.str_]
    """Code of its last episode that was not temporary."""
    after: npt.NDArray[np.int8]
    """Group of the stay that follows at once in the same period; -1 where the period ends with this one."""
    broke_down: npt.NDArray[np.bool_]
    """Whether it ended for one of the reasons that stand for an unplanned ending."""


@dataclass(frozen=True, slots=True)
class History:
    """What a return says happened, from `first` up to and without `until`."""

    first: int
    """1 April of the first year that the return holds; nothing before it is complete."""
    until: int
    """The day after the last that is known."""
    periods: Periods
    placements: Spells
    """Broken by a new placement: RNE of S, P, B, T or U."""
    carers: Spells
    """Broken by a new carer only: RNE of S, P or B."""
    left_out: dict[str, int]
    """Rule to the number of episodes that it leaves out, in words."""


__all__ = ["SHORT_BREAKS", "End", "History", "Periods", "Return", "Spells", "exit_of", "group_of"]
