"""Groups of children who are expected, in several sampled futures: who may come, in which week, for how long.

Nobody in it exists: the children are made up, so that the rules can be asked where they could live. Who makes it
from a forecast is `sufficiency.coming`; who reads it needs to know nothing of forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from matching.question import Ints
from records.model import Child

QUARTER: Final = 13
"""Weeks."""


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """Groups of children who are expected, in several sampled futures. Nobody in it exists.

    Arrays have shape (arrivals,), one for each group that comes in one of the futures. Raises `ValueError` where they
    do not fit together.
    """

    groups: tuple[tuple[Child, ...], ...]
    """A pool of made-up groups; brothers and sisters who come together are one group."""
    future: Ints
    """Which future, from 0."""
    week: Ints
    """0 is this week."""
    group: Ints
    """Index into `groups`."""
    weeks_stay: Ints
    """Weeks for which the group needs a home, 1 or more."""
    futures: int
    weeks: int
    """How many weeks ahead the futures go."""
    day: date
    """The day on which the made-up children are as old as they are."""
    leaving: float = 0.0
    """Of the children who live in homes now, the share who leave them in a week."""

    def __post_init__(self) -> None:
        columns = (self.future, self.week, self.group, self.weeks_stay)
        if len({len(column) for column in columns}) > 1:
            raise ValueError("future, week, group and weeks_stay must have one number for each arrival")
        if self.futures < 1 or self.weeks < 1 or not 0 <= self.leaving <= 1:
            raise ValueError("there is one future and one week at least, and the share who leave is from 0 to 1")
        for column, most in ((self.future, self.futures), (self.week, self.weeks), (self.group, len(self.groups))):
            if len(column) and (column.min() < 0 or column.max() >= most):
                raise ValueError(f"an arrival names {column.min()} to {column.max()}, where there are {most}")
        if len(self.weeks_stay) and self.weeks_stay.min() < 1:
            raise ValueError("who comes needs a home for a week at least")

    @property
    def sizes(self) -> Ints:
        """[groups] children in each."""
        return np.array([len(group) for group in self.groups], dtype=np.int64)

    @property
    def child_weeks(self) -> Ints:
        """[arrivals] children times the weeks in which they need a home before the futures end."""
        return np.minimum(self.weeks_stay, self.weeks - self.week) * self.sizes[self.group]

    def in_future(self, future: int) -> Ints:
        """The arrivals of one future, by index: the first to come first, then by group."""
        mine = np.flatnonzero(self.future == future)
        return mine[np.lexsort((self.weeks_stay[mine], self.group[mine], self.week[mine]))]

    def none(self) -> Coming:
        """The same futures, in which nobody comes."""
        nobody = np.zeros(0, dtype=np.int64)
        return replace(self, future=nobody, week=nobody, group=nobody, weeks_stay=nobody)
