"""Homes of a year while groups move in and out: what is left of each, and who could live there now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.question import UNLIMITED, Ints, Mask
from matching.rolling_asked import AskedYear
from matching.rolling_stays import BEFORE
from matching.rolling_year import NO_HOME
from matching.rules.register import Register
from records.model import Alongside, HomeKind, Records, Resident, ResidentStatus


def takes(asked: AskedYear, group: int, home: int) -> tuple[int, int, int]:
    """Places, children under the usual limit, and bedrooms that a group takes of a home."""
    if asked.bundle[group, home] < 0:
        # There at the start, though it would not be placed there today: it still takes a place and a room each.
        size = len(asked.year.groups[group])
        return size, size, size
    return int(asked.newcomers[group, home]), int(asked.limit[group, home]), int(asked.rooms[group, home])


def lives_alone(asked: AskedYear, group: int, home: int) -> bool:
    """Whether no other group may live in the home meanwhile."""
    if asked.bundle[group, home] < 0:
        return any(one.alongside is Alongside.SOLO for one in asked.year.groups[group])
    return bool(asked.alone[group, home])


class Lived:
    """Who lives where in a year of rounds. Changed by `move_in` and `move_out` only.

    `lives_in`, [groups]: who lives where to begin with; left out: those there at the start of the year.
    """

    def __init__(self, asked: AskedYear, lives_in: Ints | None = None) -> None:
        lives_in = asked.year.lives_in if lives_in is None else lives_in
        homes = len(asked.year.homes)
        self.asked = asked
        self.home = np.full(len(asked.year.groups), NO_HOME, dtype=np.int64)
        """[groups] where each group lives, by index."""
        self.since = np.full(len(asked.year.groups), BEFORE, dtype=np.int64)
        """[groups] the week in which each came to live there; `BEFORE` the year."""
        self._places, self._limit, self._rooms = (np.zeros(homes, dtype=np.int64) for _ in range(3))
        self._alone = np.zeros(homes, dtype=np.int64)
        self._groups = np.zeros(homes, dtype=np.int64)
        for group in np.flatnonzero(lives_in != NO_HOME).tolist():
            self.move_in(group, int(lives_in[group]))

    def move_in(self, group: int, home: int, week: int = BEFORE) -> None:
        """A group comes to live in a home."""
        self.home[group], self.since[group] = home, week
        self._count(group, home, 1)

    def move_out(self, group: int) -> None:
        """A group leaves the home it lives in."""
        self._count(group, int(self.home[group]), -1)
        self.home[group] = NO_HOME

    def _count(self, group: int, home: int, sign: int) -> None:
        for left, number in zip((self._places, self._limit, self._rooms), takes(self.asked, group, home), strict=True):
            left[home] += sign * number
        self._alone[home] += sign * lives_alone(self.asked, group, home)
        self._groups[home] += sign

    @property
    def full(self) -> Mask:
        """[homes] whether anybody placed lives there."""
        full: Mask = self._groups > 0
        return full

    def left(self, week: int) -> tuple[Ints, Ints, Ints]:
        """[homes] places, children under the usual limit, and bedrooms that are left in a week."""
        asked = self.asked
        shut = (self._alone > 0) | asked.year.closed[:, week]
        return (
            np.where(shut, 0, np.maximum(asked.places - self._places, 0)),
            np.maximum(asked.limit_room - self._limit, 0),
            np.maximum(asked.bedrooms - self._rooms, 0),
        )

    def usable(self, groups: Ints, week: int, vetoed: Mask) -> Mask:
        """[groups of the year, homes] where each of some groups could live now; nowhere for the others.

        `vetoed`, of the same shape: carers who said no, and homes where a placement of the group broke down.
        """
        asked = self.asked
        places, limit, rooms = self.left(week)
        empty = ~self.full
        fits = asked.lawful[groups] & ~vetoed[groups]
        fits &= (asked.newcomers[groups] <= places) & (asked.rooms[groups] <= rooms)
        fits &= empty | (~asked.alone[groups] & (asked.limit[groups] <= limit))
        there = np.flatnonzero(self.home >= 0)
        who, whom = np.nonzero(asked.company[np.ix_(groups, there)])
        fits[who, self.home[there[whom]]] = False
        found = np.zeros(asked.lawful.shape, dtype=np.bool_)
        found[groups] = fits
        return found

    def register(self, groups: Ints, week: int, homes: Ints) -> Register:
        """The week as a round's register: some groups who need a home, and some homes as they stand."""
        year = self.asked.year
        children = sorted((one for at in groups.tolist() for one in year.groups[at]), key=lambda one: one.child_id)
        places, _, rooms = self.left(week)
        shown = [
            replace(
                year.homes[at],
                vacancies=int(places[at]),
                bedrooms_free=None if self.asked.bedrooms[at] >= UNLIMITED else int(rooms[at]),
            )
            for at in homes.tolist()
        ]
        ids = {one.home_id for one in shown}
        residents = [one for one in year.others if one.home_id in ids]
        for group in np.flatnonzero(np.isin(self.home, homes)).tolist():
            home = year.homes[int(self.home[group])]
            hosts = home.kind is HomeKind.SUPPORTED_LODGINGS
            status = ResidentStatus.LODGER if hosts else ResidentStatus.FOSTERED
            residents += [
                Resident(home.home_id, one.child_id, status, one.date_of_birth, one.sex, one.family_id)
                for one in year.groups[group]
            ]
        return Register(
            Records(
                day=year.day,
                children=tuple(children),
                homes=tuple(sorted(shown, key=lambda one: one.home_id)),
                residents=tuple(sorted(residents, key=lambda one: (one.home_id, one.resident_id))),
            )
        )
