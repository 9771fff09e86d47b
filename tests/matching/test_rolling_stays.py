"""How long stays last: chances by how long a stay has lasted, over at 18, and lots that are drawn from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.rolling import ALL_TOGETHER, Way, play
from matching.rolling_asked import ask_year
from matching.rolling_keep import Looks, YearBefore, _future
from matching.rolling_stays import BEFORE, Stays
from tests.matching.tiny_years import tiny_year

ENDS = np.array([[0.5, 0.1, 0.0], [0.25, 0.0, 0.0]])


def stays(been: list[int], grown: list[int], kind: list[int]) -> Stays:
    """Two kinds of stay, with bands from weeks 0, 2 and 4."""
    return Stays(np.array([0, 2, 4]), ENDS, np.array(kind), np.array(been), np.array(grown))


def test_the_chance_of_an_end_is_that_of_the_band_that_the_week_lies_in():
    """Case by case: what has lasted a week is in the first band for one week more."""
    found = stays([0, 0], [99, 99], [0, 1]).ending(np.array([1, 3]), 4)
    np.testing.assert_array_equal(found, [[0.5, 0.1, 0.1, 0.0], [0.0, 0.0, 0.0, 0.0]])


def test_a_stay_that_begins_now_goes_on_week_after_week():
    """The product of what did not end before, and nothing from the 18th birthday."""
    known = stays([0, 0, 0], [99, 99, 99], [0, 1, 0])
    found = known.going_on(np.array([99, 99, 2]), 4)
    np.testing.assert_allclose(found, [[1, 0.5, 0.25, 0.225], [1, 0.75, 0.5625, 0.5625], [1, 0.5, 0, 0]])


def test_lots_are_drawn_as_often_as_the_chances_say():
    """The slow way: of many stays as many go on in each week as expected; the birthday ends them all."""
    many = 40_000
    known = stays([0] * many, [99] * many, [0] * many)
    new = np.zeros(many, dtype=np.int64)
    drawn = known.drawn(new, new + 99, 6, np.random.default_rng(1))
    assert drawn.min() == 1
    assert drawn.max() == 7
    expected = known.going_on(new + 99, 6)[0]
    seen = [(drawn > week).mean() for week in range(6)]
    np.testing.assert_allclose(seen, expected, atol=0.01)
    grown = known.drawn(new, new + 3, 6, np.random.default_rng(1))
    np.testing.assert_array_equal(grown, np.minimum(drawn, 3))
    # who has been there for long stays
    assert (known.drawn(new + 4, new + 99, 6, np.random.default_rng(1)) == 7).all()


@pytest.mark.parametrize("left", [0, -3])
def test_who_is_grown_already_goes_next_week(left):
    """A stay lasts a week at least, as a need does."""
    known = stays([0], [99], [0])
    assert known.drawn(np.array([5]), np.array([left]), 4, np.random.default_rng(1)).tolist() == [1]


def test_a_round_knows_since_when_each_lives_where_it_lives():
    """Against what was played: the last week in which somebody moved in, or before the year."""
    looked = 0
    for seed in range(8):
        asked = ask_year(tiny_year(seed))
        moments = []

        def seen(moment, moments=moments):
            moments.append(moment)
            return moment.question

        played = play(asked, Way("seen", together=True, asks=seen))
        moved = played.moves_in
        for one in moments:
            for group in np.flatnonzero(one.lives_in >= 0).tolist():
                mine = [week for week, who, _ in moved.tolist() if who == group and week <= one.week]
                assert one.since[group] == max(mine)
                looked += 1
    assert looked > 10


def test_those_there_at_the_start_have_been_there_for_as_long_as_is_known():
    """In a future nobody leaves whose band of weeks never ends, and everybody leaves whose always does."""
    year = tiny_year(1)
    asked = ask_year(year)
    lawful = np.argwhere(asked.lawful)
    group, home = lawful[0].tolist()
    there = np.full(len(year.groups), -1)
    there[group] = home
    comes = year.comes.copy()
    comes[group] = -1
    asked = asked.with_year(replace(year, lives_in=there, comes=comes, leaves=np.maximum(year.leaves, 4)))
    moments = []

    def seen(moment):
        moments.append(moment)
        return moment.question

    play(asked, Way("seen", together=True, asks=seen))
    assert len(moments) > 1
    count = len(year.groups)
    none = np.zeros(count, dtype=np.int64)
    ends = np.array([[1.0, 0.0]])
    for moment in moments[:2]:
        assert moment.since[group] == BEFORE
        for been, leaves in ((7 - moment.week, 1), (8 - moment.week, 5)):
            stay = Stays(np.array([0, 8]), ends, none, none + been, none + 99)
            before = YearBefore(none[:0], none[:0], stay)
            assert _future(moment, before, Looks(weeks=4), 0).leaves[group] == leaves


def test_the_weekly_plan_knows_nothing_of_it():
    """Only ways that keep homes look at stays: the plain plan of a year is as it was."""
    asked = ask_year(tiny_year(2))
    np.testing.assert_array_equal(
        play(asked, ALL_TOGETHER).home, play(asked, Way("x", together=True, asks=lambda m: m.question)).home
    )
