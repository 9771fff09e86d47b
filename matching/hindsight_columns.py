"""Every way in which a group could have moved into a home during a year, for who knows the whole of it.

A column is a group, between two breakdowns, moving into a home in a week and staying until the placement breaks down
or the need ends. Left out are weeks in which somebody could as well have come a week before: no year's best needs
them, for an earlier week is worth no less. (A home that was shut, or from which nobody could have left, gives no
reason to wait.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.question import UNLIMITED, Ints, Mask
from matching.rolling_asked import AskedYear
from matching.rolling_homes import lives_alone, takes

RESOURCES = 3
"""Places, children under the usual limit, bedrooms."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Shapes (columns,) unless said."""

    stage: Ints
    group: Ints
    home: Ints
    begin: Ints
    """The week of moving in."""
    after: Ints
    """The first week no longer lived there."""
    uses: Ints
    """[columns, resources] of the home, in each week lived there."""
    room: Ints
    """[resources, homes, weeks] what those who were there at the start leave."""
    stages: int

    def __len__(self) -> int:
        return len(self.group)


def columns_of(asked: AskedYear) -> Columns:
    """The columns of a year."""
    year = asked.year
    stages = [year.stages(group) for group in range(len(year.groups))]
    room, there = _room(asked, stages)
    may = asked.lawful & ~year.refuses
    for group in np.flatnonzero(year.lives_in >= 0).tolist():
        may[group, year.lives_in[group]] = False
        stages[group] = stages[group][1:]
    frees = _frees(asked, stages, may, room)
    found: list[Ints] = []
    number = 0
    for group, spans in enumerate(stages):
        at = np.flatnonzero(may[group])
        uses = np.array([taken_by(asked, group, home) for home in at.tolist()], dtype=np.int64).reshape(-1, RESOURCES)
        barred = _barred(asked, group, at, uses, room, there)
        for first, after in spans:
            week = np.arange(first, after)
            last = np.where(barred[:, first:after], week, first - 1).max(axis=1)
            opened = np.zeros((len(at), len(week)), dtype=np.bool_)
            opened[:, 0] = True
            opened[:, 1:] = year.closed[at, first : after - 1] | frees[at, first + 1 : after]
            opened |= week == last[:, None] + 1
            home, begin = np.nonzero(opened & ~year.closed[at, first:after] & (week > last[:, None]))
            rows = np.column_stack([
                np.full(len(home), number), np.full(len(home), group), at[home], begin + first,
                np.full(len(home), after), uses[home],
            ])  # fmt: skip
            found.append(rows.astype(np.int64))
            number += 1
    every = np.concatenate(found) if found else np.zeros((0, 5 + RESOURCES), dtype=np.int64)
    stage, group_of, home_of, begins, ends = every[:, :5].T
    return Columns(stage, group_of, home_of, begins, ends, every[:, 5:], room, number)


def _room(asked: AskedYear, stages: list[list[tuple[int, int]]]) -> tuple[Ints, Mask]:
    """What those there at the start leave of each resource, and [groups, weeks] until when each is there."""
    year = asked.year
    whole = np.stack([asked.places, asked.limit_room, asked.bedrooms])
    room = np.repeat(whole[:, :, None], year.weeks, axis=2)
    there = np.zeros((len(year.groups), year.weeks), dtype=np.bool_)
    for group in np.flatnonzero(year.lives_in >= 0).tolist():
        home, (first, after) = int(year.lives_in[group]), stages[group][0]
        room[:, home, first:after] -= taken_by(asked, group, home)[:, None]
        there[group, first:after] = True
    return np.maximum(room, 0), there


def _frees(asked: AskedYear, stages: list[list[tuple[int, int]]], may: Mask, room: Ints) -> Mask:
    """[homes, weeks] whether something could have become free in the week: somebody who may live there stops needing
    it."""
    year = asked.year
    frees = np.zeros((len(year.homes), year.weeks), dtype=np.bool_)
    frees[:, 1:] = (np.diff(room, axis=2) > 0).any(axis=0)
    for group, spans in enumerate(stages):
        for _, after in spans:
            if after < year.weeks:
                frees[may[group], after] = True
    return frees


def _barred(asked: AskedYear, group: int, homes: Ints, uses: Ints, room: Ints, there: Mask) -> Mask:
    """[homes given, weeks] whether those who were there at the start leave no room for a group, or no company."""
    year = asked.year
    barred: Mask = np.zeros((len(homes), year.weeks), dtype=np.bool_)
    for resource in range(RESOURCES):
        barred |= room[resource, homes] < uses[:, resource, None]
    for other in np.flatnonzero(asked.company[group] & (year.lives_in >= 0)).tolist():
        barred[homes == year.lives_in[other]] |= there[other]
    return barred


def taken_by(asked: AskedYear, group: int, home: int) -> Ints:
    """[resources] what a group takes of a home: all of its places where no other may live there."""
    places, limit, rooms = takes(asked, group, home)
    if lives_alone(asked, group, home):
        return np.array([max(int(asked.places[home]), 1), 0, rooms], dtype=np.int64)
    return np.array([places, limit, rooms], dtype=np.int64)


def binding(columns: Columns) -> Mask:
    """[resources, homes, weeks] where the columns together could ask for more than there is."""
    asks = np.zeros((RESOURCES, *columns.room.shape[1:2], columns.room.shape[2] + 1), dtype=np.int64)
    for resource in range(RESOURCES):
        np.add.at(asks[resource], (columns.home, columns.begin), columns.uses[:, resource])
        np.add.at(asks[resource], (columns.home, columns.after), -columns.uses[:, resource])
    could: Mask = (np.cumsum(asks, axis=2)[:, :, :-1] > columns.room) & (columns.room < UNLIMITED // 2)
    return could
