"""What a home's places are worth to those who come: the best placing of one future, and what is lost with fewer places.

In one future, each group that comes is given one home or none, so that the child-weeks in a home are most. A home
takes one family of brothers and sisters at a time, and children alone in the places that are left: what the usual
fostering limit allows, nearly. A child alone in a home with three places stops a family of three altogether, so that
what a place is worth depends on how many are taken; a linear programme over places would sell a third of a family.
Each answer is an assignment of groups to places, branched where a family and a child alone want the same one: exact,
but where too many want the same ones; then it is a bound that no placing can pass, and the answer says so.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.question import Ints, Mask

MOST_BRANCHED: Final = 24
"""Branchings of one placing before its bound has to do."""
NEVER: Final = 1_000_000
"""A place that is not free in any future."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Those who come in one future; shape (arrivals,)."""

    week: Ints
    until: Ints
    """The first week in which the group no longer needs a home, or the end of the future."""
    size: Ints
    """Children."""
    alone: Mask
    """Nobody else may live in the home meanwhile."""
    lawful: Mask
    """[arrivals, homes]"""

    @property
    def most(self) -> int:
        """Child-weeks if everybody had a home at once."""
        return int(((self.until - self.week) * self.size).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """The best placing of one future: `home` of each arrival, -1 for none; `exact`, or `weeks` is a bound above it."""

    weeks: int
    """Child-weeks in a home."""
    home: Ints
    exact: bool


def best_weeks(coming: Arrivals, opens: Ints, *, most_branched: int = MOST_BRANCHED) -> Placing:
    """The most child-weeks in a home.

    `opens`, shape (homes, places), each row sorted: the week from which each further place of a home is free, and the
    end of the future or later where it is not.
    """
    columns = _Columns(coming, opens)
    bound, chosen = columns.assigned(columns.worth)
    heap: list[tuple[int, int, Ints, Ints]] = [(-bound, 0, columns.worth, chosen)]
    made = 0
    while True:
        # The best bound is looked at first: the first placing without a clash is the best there is.
        bound, _, worth, chosen = heapq.heappop(heap)
        clash = columns.clash(chosen)
        if clash is None or made >= 2 * most_branched:
            return Placing(-bound, columns.homes_of(chosen), clash is None)
        for closed in columns.without(worth, *clash):
            value, then = columns.assigned(closed)
            made += 1
            heapq.heappush(heap, (-value, made, closed, then))


class _Columns:
    """Places as columns: a child alone takes any one, a family the first of its home and with it those after."""

    def __init__(self, coming: Arrivals, opens: Ints) -> None:
        end = int(coming.until.max(initial=0))
        home, place = np.nonzero(opens < end)
        self.home, self.place = home.astype(np.int64), place.astype(np.int64)
        self.family = (coming.size > 1) | coming.alone
        places = (opens < end).sum(axis=1)
        # A group on its own takes every place that the home has, now or later.
        self.takes = np.where(coming.alone[:, None], np.maximum(places, coming.size[:, None]), coming.size[:, None])
        from_week = np.broadcast_to(opens[self.home, self.place], (len(coming.week), len(home))).copy()
        first = self.place == 0
        needs = np.minimum(coming.size, opens.shape[1])[:, None] - 1
        for_family = opens[self.home[None, :], needs]
        from_week = np.where(self.family[:, None], for_family, from_week)
        fits = coming.lawful[:, self.home] & (~self.family[:, None] | first[None, :])
        fits &= coming.size[:, None] <= places[self.home][None, :]
        weeks = np.maximum(coming.until[:, None] - np.maximum(from_week, coming.week[:, None]), 0)
        worth = weeks * coming.size[:, None]
        # Of equal places a child alone takes a later one, so that few stand in a family's way: never worth a week.
        later = np.where(self.family[:, None], 0, self.place[None, :])
        self._scale = int(self.place.max(initial=0)) * len(worth) + 1
        self.worth: Ints = np.where(fits & (worth > 0), worth * self._scale + later, 0)

    def assigned(self, worth: Ints) -> tuple[int, Ints]:
        """The most that columns are worth, each taken once, and the column of each arrival, -1 for none."""
        chosen = np.full(len(worth), -1, dtype=np.int64)
        if not worth.size:
            return 0, chosen
        rows, columns = linear_sum_assignment(worth, maximize=True)
        real = worth[rows, columns] > 0
        chosen[rows[real]] = columns[real]
        return int(worth[rows, columns].sum()) // self._scale, chosen

    def homes_of(self, chosen: Ints) -> Ints:
        """The home of each arrival, -1 for none."""
        found = np.full(len(chosen), -1, dtype=np.int64)
        found[chosen >= 0] = self.home[chosen[chosen >= 0]]
        return found

    def clash(self, chosen: Ints) -> tuple[int, int] | None:
        """A column of a child alone that a family of the same home needs too, and the home; None if there is none."""
        family = np.flatnonzero((chosen >= 0) & self.family)
        taken: dict[int, int] = {}
        for who in family.tolist():
            home = int(self.home[chosen[who]])
            taken[home] = int(self.takes[who, home])
        for who in np.flatnonzero((chosen >= 0) & ~self.family).tolist():
            column = int(chosen[who])
            if self.place[column] < taken.get(int(self.home[column]), 0):
                return column, int(self.home[column])
        return None

    def without(self, worth: Ints, column: int, home: int) -> tuple[Ints, Ints]:
        """Both ways out of a clash: no child alone in the column, or no family that needs it in the home."""
        no_child, no_family = worth.copy(), worth.copy()
        no_child[~self.family, column] = 0
        needs = self.family & (self.takes[:, home] > self.place[column])
        no_family[np.ix_(needs, self.home == home)] = 0
        return no_child, no_family


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What one future loses where places are taken tonight."""

    weeks: Ints
    """[homes, taken + 1] child-weeks lost if the first so many places are taken; the first column is nought."""
    home: Ints
    """[arrivals] the home of each in the best placing after tonight's plan, -1 for none."""
    exact: bool


def losses(coming: Arrivals, opens: Ints, given_back: Ints, most_taken: Ints) -> Losses:
    """What a future loses home by home, one home asked about at a time.

    `opens` as in `best_weeks`, after tonight's plan; `given_back`, shape (homes,): places that tonight's plan takes in
    each home, which are free again while that home is asked about; `most_taken`, shape (homes,): how many places of
    each are asked about. Where an answer is a bound, a loss is the difference of two bounds.
    """
    found = np.zeros((len(opens), int(most_taken.max(initial=0)) + 1), dtype=np.int64)
    base = best_weeks(coming, opens)
    everybody = base.weeks == coming.most
    exact = base.exact
    used = np.zeros(len(opens), dtype=np.bool_)
    used[base.home[base.home >= 0]] = True
    wanted = coming.lawful.any(axis=0)
    for home in np.flatnonzero((most_taken > 0) & wanted).tolist():
        back = int(given_back[home])
        if not used[home] and (not back or everybody):
            continue
        before, whole = opens, base
        if back:
            before = _with_row(opens, home, _freed(opens[home], back))
            whole = base if everybody else best_weeks(coming, before)
        for taken in range(1, int(most_taken[home]) + 1):
            if taken <= back and everybody:
                continue
            left = base if taken == back else best_weeks(coming, _with_row(before, home, _taken(before[home], taken)))
            exact &= left.exact and whole.exact
            found[home, taken] = max(whole.weeks - left.weeks, 0)
    return Losses(np.maximum.accumulate(found, axis=1), base.home, exact)


def _with_row(opens: Ints, home: int, row: Ints) -> Ints:
    changed = opens.copy()
    changed[home] = row
    return changed


def _taken(row: Ints, number: int) -> Ints:
    """The same places without the first so many."""
    return np.concatenate((row[number:], np.full(min(number, len(row)), NEVER, dtype=np.int64)))


def _freed(row: Ints, number: int) -> Ints:
    """The same places with so many more free from this week."""
    return np.concatenate((np.zeros(number, dtype=np.int64), row))[: len(row)]
