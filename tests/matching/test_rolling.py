"""A year of weekly rounds: nobody is lost, no home holds too many, luck is everybody's, and order means nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import rolling
from matching.propose import PlanDisagrees, propose
from matching.question import UNLIMITED
from matching.rolling import ALL_TOGETHER, ONE_AT_A_TIME, Way, best_home, play
from matching.rolling_asked import ask_year, week_question
from matching.rolling_homes import Lived
from matching.rolling_year import NO_HOME
from matching.solvers import solve_bundles, solve_exhaustive
from tests.matching.tiny_years import shuffled, tiny_year

SEEDS = range(12)
WAYS = (ALL_TOGETHER, ONE_AT_A_TIME)


@pytest.fixture(scope="module")
def years():
    """Every year of these seeds, asked once, and both plays of it."""
    asked = {seed: ask_year(tiny_year(seed)) for seed in SEEDS}
    return {seed: (one, [play(one, way) for way in WAYS]) for seed, one in asked.items()}


def test_the_years_are_worth_playing(years):
    """Children are placed, wait, are refused, move again and leave: nothing below holds for want of cases."""
    plays = [one for _, both in years.values() for one in both]
    assert sum(len(one.moves_in) for one in plays) > 100
    assert sum(int(one.waits.sum()) for one in plays) > 50
    assert sum(int((one.carers_asked[:, 3] == 0).sum()) for one in plays) > 10
    assert sum(one.moved_again for one in plays) > 3


def test_nobody_is_lost_and_nobody_lives_where_no_need_is(years):
    """In every week who needs a home lives in one or waits; who does not need one lives in none."""
    for asked, plays in years.values():
        for one in plays:
            housed = one.home >= 0
            assert not (housed & ~asked.year.needs).any()
            np.testing.assert_array_equal(housed | one.waits, asked.year.needs)


def test_homes_hold_no_more_than_they_may(years):
    """Places and the usual limit, counted child by child from the homes themselves; solo children live alone."""
    for asked, plays in years.values():
        for one in plays:
            for week in range(asked.year.weeks):
                for at, home in enumerate(asked.year.homes):
                    there = np.flatnonzero(one.home[week] == at)
                    children = [child for group in there for child in asked.year.groups[group]]
                    assert len(children) <= home.vacancies
                    if asked.limit_room[at] < UNLIMITED and len(there) > 1:
                        assert len(children) <= 3
                    if any(child.alongside == "solo" for child in children):
                        assert len(children) == 1


def test_nobody_moves_but_when_a_placement_ends(years):
    """A group's home changes only in a week in which it comes, leaves, breaks down, or is found a home."""
    for asked, plays in years.values():
        broken = {tuple(row) for row in asked.year.breaks.tolist()}
        for one in plays:
            for week in range(1, asked.year.weeks):
                was, now = one.home[week - 1], one.home[week]
                for group in np.flatnonzero((was >= 0) & (now != was)).tolist():
                    assert asked.year.leaves[group] == week or (group, week) in broken


def test_no_carer_takes_whom_they_refuse_and_none_is_asked_twice(years):
    """The luck is the year's: the same answer in every way of planning; closed homes are not asked."""
    for asked, plays in years.values():
        for one in plays:
            week, group, home, yes = one.carers_asked.T
            np.testing.assert_array_equal(yes == 0, asked.year.refuses[group, home])
            assert not asked.year.closed[home, week].any()
            refused = one.carers_asked[yes == 0, 1:3]
            assert len(np.unique(refused, axis=0)) == len(refused)


def test_a_home_where_it_broke_down_is_not_tried_again(years):
    """Each home takes a group once at most."""
    for _, plays in years.values():
        for one in plays:
            moved = one.moves_in[:, 1:]
            assert len(np.unique(moved, axis=0)) == len(moved)


def test_no_carer_says_no_then_nobody_waits_whom_a_plan_could_place():
    """In each week as many children are placed as the exhaustive solver could place."""
    looked = 0
    for seed in range(8):
        asked = ask_year(tiny_year(seed, refuses=0.0))
        seen = []
        play(asked, Way("seen", together=True, asks=lambda moment, seen=seen: seen.append(moment) or moment.question))
        played = play(asked, ALL_TOGETHER)
        for moment in seen:
            best = solve_exhaustive(replace(moment.question, tiers=("placed",))).tiers[0].value
            placed = (played.home[moment.week, moment.groups] >= 0) @ asked.year.sizes[moment.groups]
            assert placed == best
            looked += best > 0
    assert looked > 10


def test_a_week_is_the_round_that_the_product_would_make():
    """`propose`, given that week's records, counts the same in every tier but points, which know who lives there.

    A register says nothing of whom a child who lives there may live with; the year remembers it, and is asked here
    about children whom anybody may live with.
    """
    looked = held = 0
    for seed in range(10):
        year = tiny_year(seed, refuses=0.0)
        groups = tuple(tuple(replace(one, alongside=None) for one in group) for group in year.groups)
        asked = ask_year(replace(year, groups=groups, breaks=year.breaks[:0]))
        seen = []
        play(asked, Way("seen", together=True, asks=lambda moment, seen=seen: seen.append(moment) or moment.question))
        for moment in seen:
            lived = Lived(asked, moment.lives_in)
            held += int((moment.lives_in >= 0).sum())
            records = lived.register(moment.groups, moment.week, np.arange(len(year.homes))).records
            theirs = propose(records, year.asked.policy, council=year.council).solution
            ours = solve_bundles(moment.question)
            for tier, other in list(zip(ours.tiers, theirs.tiers, strict=True))[:4]:
                assert (tier.name, tier.value) == (other.name, other.value)
            looked += ours.tiers[0].value
    assert looked > 30
    assert held > 30


def test_the_best_home_of_one_group_is_what_the_solver_says():
    """Sorting and solving agree on rounds of one group, ties and all."""
    looked = 0
    for seed in range(25):
        asked = ask_year(tiny_year(seed, closed=0.0))
        lived = Lived(asked)
        for group in range(len(asked.year.groups)):
            one = np.array([group])
            none = np.zeros(asked.lawful.shape, dtype=bool)
            left = lived.left(0)
            question = week_question(asked, one, np.array([3]), lived.usable(one, 0, none), *left, lived.full)
            home_of = solve_bundles(question).home_of
            found = best_home(question)
            assert {question.home_ids[h] if h >= 0 else None for h in home_of} == {found}
            looked += found is not None
    assert looked > 30


@pytest.mark.parametrize("seed", [1, 5])
def test_the_order_of_the_rows_means_nothing(years, seed):
    """Shuffled groups, homes and residents lead the same lives."""
    asked, plays = years[seed]
    other, groups, homes = shuffled(asked.year, seed)
    again = ask_year(other)
    back = np.append(homes, NO_HOME)
    for way, played in zip(WAYS, plays, strict=True):
        np.testing.assert_array_equal(back[play(again, way).home], played.home[:, groups])


def test_the_same_answers_serve_a_year_with_other_luck_and_no_other_year(years):
    """What the rules say does not hang on who comes when; on who comes it does."""
    asked, _ = years[2]
    harder = replace(asked.year, refuses=np.ones_like(asked.year.refuses))
    assert not len(play(asked.with_year(harder), ALL_TOGETHER).moves_in)
    with pytest.raises(ValueError, match="ask the rules again"):
        asked.with_year(
            replace(
                asked.year,
                homes=asked.year.homes[:-1],
                closed=asked.year.closed[:-1],
                refuses=asked.year.refuses[:, :-1],
            )
        )
    with pytest.raises(ValueError, match="ask the rules again"):
        asked.with_year(replace(asked.year, council=None))


def test_an_unlawful_plan_stops_the_year(years, monkeypatch):
    """The audit is not for show: a group sent where it may never live ends the play."""
    asked, _ = next(pair for pair in years.values() if len(pair[1][0].moves_in) and not pair[0].lawful.all())
    group, home = np.argwhere(~asked.lawful)[0]
    monkeypatch.setattr(rolling, "_plan_of", lambda *_: {int(group): int(home)})
    everybody = replace(asked.year, comes=np.zeros_like(asked.year.comes))
    with pytest.raises(PlanDisagrees, match="audit"):
        play(asked.with_year(everybody), ALL_TOGETHER)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leaves": np.zeros(99)}, "shape"),
        ({"weeks": 0}, "closed has the shape"),
        ({"breaks": np.zeros((1, 3), dtype=np.int64)}, "two columns"),
    ],
)
def test_a_year_that_does_not_fit_together_is_refused(changes, words):
    """What is wrong is said."""
    with pytest.raises(ValueError, match=words):
        replace(tiny_year(1), **changes)


def test_a_year_names_everybody_once():
    """Ids and families are told apart, and nobody leaves before coming."""
    year = tiny_year(1)
    with pytest.raises(ValueError, match="comes twice"):
        replace(year, groups=(year.groups[0], *year.groups[:-1]))
    with pytest.raises(ValueError, match="before"):
        replace(year, leaves=year.comes)
    with pytest.raises(ValueError, match="before it has come"):
        replace(year, lives_in=np.zeros_like(year.lives_in))
    pair = next(one for one in year.groups if len(one) > 1)
    at = year.groups.index(pair)
    alone = tuple(replace(one, family_id=None) for one in pair)
    with pytest.raises(ValueError, match="family id"):
        replace(year, groups=(*year.groups[:at], alone, *year.groups[at + 1 :]))
