"""Who is in care on a day, and what happens month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from records.sources.return_903 import End
from sufficiency.groups import AGE_BANDS, AGE_EDGES, EXITS, GROUPS
from sufficiency.stays import Array, Bools, Days, History, Ints, Spells, age_band, birthday

_G, _A, _X = len(GROUPS), len(AGE_BANDS), len(EXITS)


@dataclass(frozen=True, slots=True)
class Caseload:
    """The children in care on a day, one entry each, in the order of the return's children."""

    child: Ints
    """Position in the return's children."""
    period: Ints
    """Position in the history's periods."""
    dob: Days
    entered: Days
    """The day care began, as far as is known."""
    entered_known: Bools
    """Whether it did begin on that day; else some time before."""
    placed: Days
    """The day the present placement began, as far as is known."""
    group: npt.NDArray[np.int8]
    unaccompanied: Bools
    family: Ints
    """Number of the entry they came with (`Periods.family`)."""

    def __len__(self) -> int:
        return len(self.child)


@dataclass(frozen=True, slots=True)
class Entrants:
    """Children who started to be looked after, one entry a start, by day and then in the order of the periods."""

    child: Ints
    period: Ints
    day: Days
    dob: Days
    group: npt.NDArray[np.int8]
    """Of the first placement."""
    unaccompanied: Bools
    family: Ints
    """Children who share a number came on one day from one postcode; a guess that they are one family."""

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True)
class Flows:
    """What happened in each month; a month holds its first day and not the first of the next.

    The stock of a group on the first day of a month, with entries, found and moves into it, less exits, lost
    and moves out of it, is the stock on the first day of the next month, where both are counted as on the eve:
    something that happens on a day belongs to the month of that day.
    """

    entries: Ints
    """[months, groups, ages] by first placement."""
    exits: Ints
    """[months, groups, exits] by last placement."""
    moves: Ints
    """[months, groups, groups] from and to; the diagonal holds moves within a group."""
    found: Ints
    """[months, groups] first seen in the midst of care: neither entry nor move."""
    lost: Ints
    """[months, groups] lost from sight: neither exit nor move."""


def in_care_on(history: History, day: int) -> Caseload:
    """The children in care on a day, with their present placement.

    On the first day that is not known (`history.until`) these are the children still in care at the end of the
    day before. Raises ValueError for a later day.
    """
    at = _current(history, day)
    spells, periods = history.placements, history.periods
    of = spells.period[at]
    return Caseload(
        child=periods.child[of],
        period=of,
        dob=periods.dob[of],
        entered=periods.entered[of],
        entered_known=periods.entered_known[of],
        placed=spells.begin[at],
        group=spells.group[at],
        unaccompanied=periods.unaccompanied[of],
        family=periods.family[of],
    )


def stock(history: History, days: Sequence[int] | Array) -> Ints:
    """Children in care on each day, by group and by age band on that day: [days, groups, ages].

    Children lost from sight are not counted after they were last seen. On `history.until` itself, as
    `in_care_on`.
    """
    asked = np.asarray(days, dtype=np.int64)
    counted = np.zeros((len(asked), _G, _A), dtype=np.int64)
    spells, periods = history.placements, history.periods
    birthdays = np.stack([birthday(periods.dob, age) for age in AGE_EDGES[1:-1]])
    for i, day in enumerate(asked.tolist()):
        at = _current(history, day)
        band = (birthdays <= day).sum(axis=0)[spells.period[at]]
        counted[i] = _count((_G, _A), spells.group[at], band)
    return counted


def _current(history: History, day: int) -> Ints:
    """The placements that go on on a day."""
    if day > history.until:
        raise ValueError(
            f"Nothing is known of {np.datetime64(day, 'D')}: the returns end the day before "
            f"{np.datetime64(history.until, 'D')}. Ask for an earlier day, or for a forecast."
        )
    spells = history.placements
    if day == history.until:
        still = (history.periods.end[spells.period] == End.OPEN) & (spells.until == day)
        return np.flatnonzero(still)
    return np.flatnonzero((spells.begin <= day) & (day < spells.until))


def entries(history: History, first: int, until: int) -> Entrants:
    """The starts of care from `first` up to and without `until`; a child who comes again counts again."""
    periods = history.periods
    at = np.flatnonzero(~periods.begun_before & (periods.begin >= first) & (periods.begin < until))
    at = at[np.argsort(periods.begin[at], kind="stable")]
    opening = np.searchsorted(history.placements.period, at)
    return Entrants(
        child=periods.child[at],
        period=at,
        day=periods.begin[at],
        dob=periods.dob[at],
        group=history.placements.group[opening],
        unaccompanied=periods.unaccompanied[at],
        family=periods.family[at],
    )


def flows(history: History, month_starts: Sequence[int] | Array) -> Flows:
    """What happened from each of these days up to the next: one month fewer than days given.

    Raises ValueError where the days do not rise.
    """
    starts = np.asarray(month_starts, dtype=np.int64)
    if len(starts) < 2 or not (np.diff(starts) > 0).all():
        raise ValueError(
            "Months need at least two days, each later than the one before, to lie between. Give the first day of "
            "each month and the first day after the last."
        )
    months = len(starts) - 1
    spells, periods = history.placements, history.periods
    opens = _first_of_period(spells)
    closes = np.append(opens[1:], True)[: len(opens)]
    of = spells.period
    began, ended = _month(starts, spells.begin), _month(starts, spells.until)
    end = periods.end[of]
    band = age_band(periods.dob[of], spells.begin)
    entered = opens & ~periods.begun_before[of] & (began >= 0)
    found = opens & periods.begun_before[of] & (began >= 0)
    left = closes & (end == End.ENDED) & (ended >= 0)
    lost = closes & (end == End.LOST) & (ended >= 0)
    moved = ~closes & (ended >= 0)
    group = spells.group
    return Flows(
        entries=_count((months, _G, _A), began[entered], group[entered], band[entered]),
        exits=_count((months, _G, _X), ended[left], group[left], periods.exit[of][left]),
        moves=_count((months, _G, _G), ended[moved], group[moved], spells.after[moved]),
        found=_count((months, _G), began[found], group[found]),
        lost=_count((months, _G), ended[lost], group[lost]),
    )


def _first_of_period(spells: Spells) -> Bools:
    opens = np.ones(len(spells.period), dtype=np.bool_)
    opens[1:] = spells.period[1:] != spells.period[:-1]
    return opens


def _month(starts: Days, day: Days) -> Ints:
    """Which month each day lies in, -1 for none."""
    at = np.searchsorted(starts, day, side="right") - 1
    return np.where(at < len(starts) - 1, at, -1).astype(np.int64)


def _count(shape: tuple[int, ...], *index: npt.NDArray[Any]) -> Ints:
    """How many entries fall in each cell."""
    flat = np.ravel_multi_index(tuple(i.astype(np.int64) for i in index), shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)


__all__ = ["Caseload", "Entrants", "Flows", "entries", "flows", "in_care_on", "stock"]
