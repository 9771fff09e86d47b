"""Tiny years of weekly rounds, made from the tiny councils: their children come and go in their homes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.policy import read_policy
from matching.question import Question
from matching.rolling import Moment, Way, play
from matching.rolling_asked import AskedYear
from matching.rolling_year import Year
from matching.solvers import solve_bundles
from records.model import Child, ResidentStatus
from tests.tiny_councils import TRAFFORD, seeded

STAY = (ResidentStatus.OWN_CHILD, ResidentStatus.ADULT)


def tiny_year(seed: int, *, weeks: int = 6, councils: int = 2, refuses: float = 0.2, closed: float = 0.1) -> Year:
    """The children and homes of a few tiny councils in one year; homes are empty, and all else is drawn."""
    rng = np.random.default_rng([seed, 77])
    groups: list[tuple[Child, ...]] = []
    homes, others = [], []
    day = seeded(seed * 10).records.day
    for number in range(councils):
        records = seeded(seed * 10 + number, plain=True).records
        families: dict[str, list[Child]] = {}
        for child in records.children:
            name = f"{number}.{child.family_id or child.child_id}"
            families.setdefault(name, []).append(replace(child, child_id=f"{number}.{child.child_id}", referred_on=day))
        groups += [
            tuple(replace(one, family_id=name if len(family) > 1 else None) for one in family)
            for name, family in sorted(families.items())
        ]
        homes += [
            replace(one, home_id=f"{number}.{one.home_id}", vacancies=max(one.approved_places, 1), named_children=())
            for one in records.homes
        ]
        others += [
            replace(one, home_id=f"{number}.{one.home_id}", resident_id=f"{number}.{one.resident_id}", family_id=None)
            for one in records.residents
            if one.status in STAY
        ]
    count = len(groups)
    comes = rng.integers(0, max(weeks - 1, 1), count)
    leaves = comes + 1 + rng.integers(0, weeks, count)
    breaks = [(at, int(rng.integers(comes[at] + 1, leaves[at]))) for at in range(count) if leaves[at] > comes[at] + 1]
    return Year(
        day=day,
        council=TRAFFORD,
        policy=read_policy(),
        weeks=weeks,
        groups=tuple(groups),
        comes=comes,
        leaves=leaves,
        lives_in=np.full(count, -1),
        breaks=np.array(breaks[::2], dtype=np.int64).reshape(-1, 2),
        homes=tuple(homes),
        others=tuple(others),
        closed=rng.random((len(homes), weeks)) < closed,
        refuses=rng.random((count, len(homes))) < refuses,
    )


def placed_with_and_without(asked: AskedYear, way: Way) -> list[tuple[int, int]]:
    """Of each question of a year that is played in a way: how many it places as the way asks it, and as it is."""
    assert way.asks is not None
    asks, seen = way.asks, []

    def both(moment: Moment) -> Question:
        question = asks(moment)
        seen.append((solve_bundles(question).tiers[0].value, solve_bundles(moment.question).tiers[0].value))
        return question

    play(asked, Way("both", together=True, asks=both))
    return seen


def shuffled(year: Year, seed: int) -> tuple[Year, np.ndarray, np.ndarray]:
    """The same year with its rows in another order, and that order of the groups and of the homes."""
    rng = np.random.default_rng(seed)
    groups, homes = rng.permutation(len(year.groups)), rng.permutation(len(year.homes))
    group_now, home_now = np.argsort(groups), np.argsort(homes)
    breaks = rng.permutation(np.column_stack((group_now[year.breaks[:, 0]], year.breaks[:, 1])).reshape(-1, 2))
    lives_in = np.where(year.lives_in >= 0, home_now[year.lives_in], -1)
    return (
        replace(
            year,
            groups=tuple(tuple(reversed(year.groups[at])) for at in groups),
            comes=year.comes[groups],
            leaves=year.leaves[groups],
            lives_in=lives_in[groups],
            breaks=breaks,
            homes=tuple(year.homes[at] for at in homes),
            others=tuple(reversed(year.others)),
            closed=year.closed[homes],
            refuses=year.refuses[np.ix_(groups, homes)],
        ),
        groups,
        homes,
    )
