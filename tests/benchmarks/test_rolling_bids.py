"""The prices that panels are shown, played week by week: the homes of the week, children of the right age."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from benchmarks import rolling_bids
from benchmarks.rolling_bids import keeping_by_prices
from matching.question import KEEP
from matching.rolling import ALL_TOGETHER, Way, play
from matching.rolling_homes import Lived
from matching.solvers import solve_bundles
from records.ages import age_on
from sufficiency.batch_made_up import MadeUp
from sufficiency.coming import coming_from
from sufficiency.usable_places import spots_of
from sufficiency.year import YearOf, true_year
from sufficiency.year_forecast import expected_before

OF = YearOf(council=MadeUp(seed=1), weeks=5)


@pytest.fixture(scope="module")
def expected():
    """What the forecast before the year says."""
    return expected_before(OF)


@pytest.fixture(scope="module")
def told():
    """A month of a council."""
    return true_year(OF)


def test_scarce_homes_are_kept_and_as_many_are_placed(told, expected):
    """The tier stands before points; of the same question with and without it as many have a home; some pair has a
    price."""
    way = keeping_by_prices(OF, expected)
    seen, priced = [], 0

    def both(moment):
        nonlocal priced
        question = way.asks(moment)
        assert question.tiers.index("placed") < question.tiers.index(KEEP) < question.tiers.index("points")
        priced += int((question.pair_keep > 0).sum())
        seen.append((solve_bundles(question).tiers[0].value, solve_bundles(moment.question).tiers[0].value))
        return question

    play(told.asked, Way("both", together=True, asks=both))
    assert len(seen) > 5
    assert all(kept == plain for kept, plain in seen)
    assert priced > 0


def test_the_homes_are_those_of_the_week(told):
    """Places that are left are those of the round's own question, week after week."""
    looked = 0

    def seen(moment):
        nonlocal looked
        lived = Lived(moment.asked, moment.lives_in)
        places, *_ = lived.left(moment.week)
        index = {one.home_id: at for at, one in enumerate(told.year.homes)}
        mine = [index[home_id] for home_id in moment.question.home_ids]
        np.testing.assert_array_equal(places[mine], moment.question.places)
        np.testing.assert_array_equal(lived.home, moment.lives_in)
        looked += len(mine)
        return moment.question

    played = play(told.asked, Way("seen", together=True, asks=seen))
    assert looked > 20
    np.testing.assert_array_equal(played.home, play(told.asked, ALL_TOGETHER).home)


def test_children_who_are_expected_are_as_old_as_they_would_be(expected):
    """The rules of a year are asked as of its first day; a child made up for a later week has that week's age then."""
    later = coming_from(expected, spots_of(OF.area), OF.begins + timedelta(weeks=20))
    moved = rolling_bids._of_day(later, OF.begins)
    assert replace(moved, groups=later.groups, day=later.day).sizes.tolist() == later.sizes.tolist()
    for one, other in zip(later.groups, moved.groups, strict=True):
        for a, b in zip(one, other, strict=True):
            assert age_on(a.date_of_birth, later.day) - age_on(b.date_of_birth, moved.day) in (0, 1, -1)
            assert later.day - a.date_of_birth == moved.day - b.date_of_birth
