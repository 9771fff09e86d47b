"""What a year of placements is worth: one number, stated once, so that ways of planning can be held against each other.

No panel is shown it, and no round is solved by it: rounds go by the council's tiers, one after another. A year has no
such order (a home for one child more in spring against ten near homes in autumn), so that it needs weights. They keep
the tiers' order for one child and one week: a home at all is worth more than all the rest together; brothers and
sisters together as much as a home that is near; points as much at most.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from matching.question import Ints, Mask
from matching.rolling import Played
from matching.rolling_asked import AskedYear
from matching.rolling_year import NO_HOME, Year

HOME: Final = 1000
"""Of a child's week in a home."""
TOGETHER: Final = 100
"""More, for a child who lives there with brothers and sisters."""
LOCAL: Final = 100
"""More, where the home counts as local."""
POINTS: Final = 10
"""Points that are worth one: at most 100 more."""

WORTHS: Final = ("plan", "placed", "siblings", "local", "points")
"""The plan's value, and each tier alone: children's weeks in a home, with brothers and sisters, and near; points."""


def worth_of(asked: AskedYear, name: str = "plan") -> Ints:
    """[groups, homes] of one week in which the group lives there; nought where it may not.

    Raises ValueError for a name that is not of `WORTHS`.
    """
    sizes = asked.year.sizes[:, None] * asked.lawful
    together = np.where(sizes > 1, sizes, 0)
    local, points = asked.local * asked.lawful, asked.points * asked.lawful
    if name == "plan":
        value: Ints = HOME * sizes + TOGETHER * together + LOCAL * local + points // POINTS
        return value
    if name not in WORTHS:
        raise ValueError(f"unknown worth {name!r}; known: {', '.join(WORTHS)}")
    of_tier: dict[str, Ints] = {"placed": sizes, "siblings": together, "local": local, "points": points}
    return of_tier[name]


def chosen_weeks(year: Year) -> Mask:
    """[weeks, groups] of need that a plan decides about: not those lived where the group was at the start."""
    chosen = year.needs.copy()
    for group in np.flatnonzero(year.lives_in >= 0).tolist():
        first, after = year.stages(group)[0]
        chosen[first:after, group] = False
    return chosen


def worth_played(played: Played, name: str = "plan") -> int:
    """What a year came to, over the weeks that a plan decides about."""
    worth = worth_of(played.asked, name)
    lived = chosen_weeks(played.asked.year) & (played.home != NO_HOME)
    _, group = np.nonzero(lived)
    return int(worth[group, played.home[lived]].sum())
