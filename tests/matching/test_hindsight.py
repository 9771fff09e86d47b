"""Hindsight: what trying every year finds, what no play exceeds, and a year that keeps the law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from matching.hindsight import hindsight
from matching.hindsight_columns import RESOURCES, columns_of
from matching.question import UNLIMITED
from matching.rolling import ALL_TOGETHER, ONE_AT_A_TIME, play
from matching.rolling_asked import AskedYear, ask_year
from matching.rolling_worth import HOME, LOCAL, TOGETHER, WORTHS, chosen_weeks, worth_of, worth_played
from tests.matching.tiny_years import tiny_year

SEEDS = range(40, 52)


@pytest.fixture(scope="module")
def years():
    """Tiny years, asked once."""
    return {seed: ask_year(tiny_year(seed)) for seed in SEEDS}


def every_life(asked: AskedYear, group: int) -> Iterator[tuple[int, ...]]:
    """Every way in which one group could live a year, week by week, -1 without a home: by the words of the rules."""
    year = asked.year
    needs = year.needs[:, group]
    broken = {int(week) for who, week in year.breaks.tolist() if who == group}
    for life in product(range(-1, len(year.homes)), repeat=year.weeks):
        been: set[int] = set()
        lawful = True
        for week, home in enumerate(life):
            before = life[week - 1] if week else -1
            stays = before >= 0 and needs[week] and week not in broken
            if (stays and home != before) or (home >= 0 and not needs[week]):
                lawful = False
            if home >= 0 and not stays:
                never = not asked.lawful[group, home] or year.refuses[group, home] or year.closed[home, week]
                if never or home in been:
                    lawful = False
                been.add(home)
            if not lawful:
                break
        if lawful:
            yield life


def fits(asked: AskedYear, lives: np.ndarray) -> bool:
    """Whether lives [weeks, groups] leave every home within what it has, and in lawful company, child by child."""
    year = asked.year
    for week, home in product(range(year.weeks), range(len(year.homes))):
        there = np.flatnonzero(lives[week] == home).tolist()
        if sum(len(year.groups[g]) for g in there) > year.homes[home].vacancies:
            return False
        if len(there) > 1:
            if any(asked.alone[g, home] for g in there):
                return False
            if sum(asked.limit[g, home] for g in there) > asked.limit_room[home]:
                return False
            if any(asked.company[a, b] for a in there for b in there):
                return False
        if asked.bedrooms[home] < UNLIMITED and sum(asked.rooms[g, home] for g in there) > asked.bedrooms[home]:
            return False
    return True


def tried(asked: AskedYear) -> int:
    """The best worth of a year, by trying all of it."""
    year, worth = asked.year, worth_of(asked)
    best = 0

    def on(group: int, lives: np.ndarray, so_far: int) -> None:
        nonlocal best
        if group == len(year.groups):
            best = max(best, so_far)
            return
        for life in every_life(asked, group):
            lives[:, group] = life
            if fits(asked, lives[:, : group + 1]):
                on(group + 1, lives, so_far + sum(int(worth[group, home]) for home in life if home >= 0))
        lives[:, group] = -1

    on(0, np.full((year.weeks, len(year.groups)), -1), 0)
    return best


@pytest.mark.parametrize("seed", range(60, 72))
def test_trying_every_year_finds_no_better_and_no_worse(seed):
    """A few groups, homes and weeks: the programme's best year is the best of all, and its bound holds."""
    asked = ask_year(tiny_year(seed, weeks=4, councils=1, refuses=0.1))
    found = hindsight(asked)
    best = tried(asked)
    assert found.value == best
    assert found.bound >= best


def test_trying_has_something_to_find():
    """Not all of these years are empty, and not all give everybody a home at once."""
    values = [hindsight(ask_year(tiny_year(seed, weeks=4, councils=1, refuses=0.1))).value for seed in range(60, 72)]
    assert sum(value > 0 for value in values) >= 8


def test_nobody_who_plans_does_better_than_hindsight(years):
    """In the plan's worth and in each tier's."""
    looked = 0
    for asked in years.values():
        plays = [play(asked, way) for way in (ALL_TOGETHER, ONE_AT_A_TIME)]
        for name in WORTHS:
            found = hindsight(asked, name)
            only_bound = hindsight(asked, name, seconds=0)
            assert found.value <= found.bound <= only_bound.bound
            for one in plays:
                assert worth_played(one, name) <= found.value
                looked += worth_played(one, name) > 0
    assert looked > 60


def test_the_best_year_keeps_the_law_and_is_worth_what_it_says(years):
    """Homes are open to newcomers, hold no more than they have, and the weeks add up to the value."""
    for asked in years.values():
        found = hindsight(asked)
        assert fits(asked, found.home)
        lived = found.home >= 0
        assert not (lived & ~asked.year.needs).any()
        week, group = np.nonzero(lived & chosen_weeks(asked.year))
        assert worth_of(asked)[group, found.home[week, group]].sum() == found.value


def test_a_search_cut_short_is_lawful_and_the_bound_still_holds(years):
    """With hardly any time the year found keeps the law, and is worth no more than the bound."""
    for asked in years.values():
        found = hindsight(asked, seconds=1e-6)
        assert fits(asked, found.home)
        assert found.value <= hindsight(asked).value <= found.bound


def test_who_lives_there_at_the_start_stays_and_takes_the_place():
    """A group in a home at the start is in nobody's worth, and its place is nobody's until it leaves."""
    asked = ask_year(tiny_year(41, refuses=0.0, closed=0.0))
    group, home = np.argwhere(asked.lawful)[0]
    year = asked.year
    lives_in, comes, leaves = year.lives_in.copy(), year.comes.copy(), year.leaves.copy()
    lives_in[group], comes[group], leaves[group] = home, -1, year.weeks + 5
    settled = asked.with_year(
        replace(year, lives_in=lives_in, comes=comes, leaves=leaves, breaks=year.breaks[year.breaks[:, 0] != group])
    )
    found = hindsight(settled)
    assert (found.home[:, group] == home).all()
    assert not (columns_of(settled).group == group).any()
    assert fits(settled, found.home)
    columns = columns_of(settled)
    assert columns.uses.shape == (len(columns), RESOURCES)


def test_a_year_without_a_home_is_worth_nothing():
    """Where every carer says no the best is nought, and proved."""
    year = tiny_year(42)
    asked = ask_year(replace(year, refuses=np.ones_like(year.refuses)))
    found = hindsight(asked)
    assert (found.value, found.bound, found.proved) == (0, 0, True)


def test_a_home_at_all_is_worth_more_than_all_the_rest(years):
    """The weights keep the order of the tiers for one child and week."""
    assert TOGETHER + LOCAL + 1000 // 10 < HOME
    for asked in years.values():
        plan, sizes = worth_of(asked), asked.year.sizes[:, None]
        assert (plan[asked.lawful] >= (HOME * sizes * asked.lawful)[asked.lawful]).all()
        assert (plan < 2 * HOME * np.maximum(sizes, 1)).all()
        assert not plan[~asked.lawful].any()


def test_an_unknown_worth_is_refused(years):
    """What is known is said."""
    with pytest.raises(ValueError, match="known: plan"):
        worth_of(years[40], "luck")
