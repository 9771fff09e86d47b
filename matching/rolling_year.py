"""A year that weekly rounds are played on: who comes when, which homes there are, and what nobody can choose.

Everything here is settled before any plan is made, so that every way of planning meets the same year: the same
children in the same weeks, the same placements that end or break down, the same carers who say no.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from matching.policy import Policy
from matching.question import Ints, Mask
from matching.rules.asked import Asked
from matching.rules.law import law_on
from records.model import Child, Home, Resident

NO_HOME = -1


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """A year of weekly rounds. Weeks are numbered from 0; the order of groups and homes means nothing.

    A group is brothers and sisters who are to live together, or one child. It needs a home from the week it comes to
    the week before it leaves. Whoever lives in a home moves once more where the placement breaks down; whoever
    waits in that week goes on waiting. Facts are those of `day`, all year: nobody grows older. Raises ValueError
    where the arrays do not fit each other, an id comes twice, or a group leaves before it comes.
    """

    day: date
    council: str | None
    policy: Policy
    weeks: int
    groups: tuple[tuple[Child, ...], ...]
    comes: Ints
    """[groups] the first week of need; below 0: they are there at the start."""
    leaves: Ints
    """[groups] the first week without need; may lie beyond the year."""
    lives_in: Ints
    """[groups] the home at the start, by index; `NO_HOME`: none."""
    breaks: Ints
    """[breaks, 2] a group, and a week in which its placement, if it has one then, breaks down."""
    homes: tuple[Home, ...]
    """With nobody placed in them: `vacancies` and `bedrooms_free` are what the carers offer then."""
    others: tuple[Resident, ...]
    """Who lives there besides: the carers' own children, adults, young people who stay put."""
    closed: Mask
    """[homes, weeks] takes nobody new: on hold, on notice, not yet or no longer approved. Those who live there stay."""
    refuses: Mask
    """[groups, homes] the carer, asked about this group, says no, whenever and by whomever it is asked."""

    def __post_init__(self) -> None:
        groups, homes = len(self.groups), len(self.homes)
        shapes = {
            "comes": (groups,),
            "leaves": (groups,),
            "lives_in": (groups,),
            "closed": (homes, self.weeks),
            "refuses": (groups, homes),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has the shape {getattr(self, name).shape}; this year needs {shape}")
        if self.breaks.ndim != 2 or self.breaks.shape[1] != 2:
            raise ValueError("breaks must have two columns: a group and a week")
        if self.weeks < 1:
            raise ValueError("a year needs a week at least")
        if (self.leaves <= np.maximum(self.comes, 0)).any():
            raise ValueError("a group leaves before it has needed a home for a week")
        if ((self.lives_in >= 0) & (self.comes >= 0)).any():
            raise ValueError("a group lives in a home before it has come")
        if not all(self.groups):
            raise ValueError("a group is empty")
        ids = [one.child_id for group in self.groups for one in group]
        if len(set(ids)) < len(ids) or len({one.home_id for one in self.homes}) < homes:
            raise ValueError("the id of a child or home comes twice")
        families = [{one.family_id for one in group} for group in self.groups]
        named = [next(iter(one)) for one in families if one != {None}]
        lone = [len(group) == 1 for group in self.groups]
        if any(len(one) > 1 or (one == {None} and not alone) for one, alone in zip(families, lone, strict=True)):
            raise ValueError("the children of a group need one family id, and a child alone may have none")
        if len(set(named)) < len(named):
            raise ValueError("two groups have the same family id: give each group its own")

    @property
    def asked(self) -> Asked:
        """As the rules are told it. Brothers and sisters of one group are never split."""
        never = replace(self.policy, siblings="never_split")
        return Asked(self.day, self.council, law_on(self.day), never)

    @property
    def sizes(self) -> Ints:
        """[groups] children."""
        return np.array([len(group) for group in self.groups], dtype=np.int64)

    @property
    def needs(self) -> Mask:
        """[weeks, groups] whether the group needs a home in the week."""
        week = np.arange(self.weeks)[:, None]
        needs: Mask = (self.comes <= week) & (week < self.leaves)
        return needs

    def stages(self, group: int) -> list[tuple[int, int]]:
        """The stretches of need between breakdowns: first week, and the first week after; within the year."""
        first, last = max(int(self.comes[group]), 0), min(int(self.leaves[group]), self.weeks)
        cuts = sorted({int(week) for who, week in self.breaks.tolist() if who == group and first < week < last})
        ends = [first, *cuts, last]
        return [(a, b) for a, b in pairwise(ends) if a < b]
