"""The exact mode: nobody is made or lost, homes hold no more than they may, and shares come near to the matcher."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from sufficiency.households import SEGMENTS
from sufficiency.usable import packaged_usable
from sufficiency.usable_exact import Stay, play_by_shares, play_exact, stays_of
from tests.sufficiency.usable_made import setting, told

WEEKS = 6


@pytest.fixture(scope="module")
def start():
    """Homes half full, and a few children a week for six weeks."""
    return stays_of(setting(), weeks=WEEKS, a_week=4.0, stay_weeks=20.0, occupancy=0.5, seed=2)


def there(stays: tuple[Stay, ...], week: int) -> np.ndarray:
    """Children by need who have come and not left by the end of a week."""
    counts = np.zeros(len(SEGMENTS), dtype=np.int64)
    for one in stays:
        if one.comes <= week < one.leaves:
            counts[one.group.need] += len(one.group.children)
    return counts


def test_nobody_is_made_or_lost(start):
    """Week by week, those in homes and those who wait are those who have come and not left, in either play."""
    filling, stays = start
    exact = play_exact(_again(filling), stays, told(), weeks=WEEKS)
    shares = play_by_shares(filling, stays, packaged_usable(), weeks=WEEKS, seed=1)
    for week in range(WEEKS):
        for play in (exact, shares):
            np.testing.assert_array_equal(play.living[week] + play.waiting[week], there(stays, week))
            assert play.filled[week].sum() == play.living[week].sum()
            assert (play.filled[week] <= play.places).all()
    assert exact.living.any()
    assert exact.waiting.any()
    assert abs(exact.occupancy - shares.occupancy) < 0.15


def test_the_same_seed_gives_the_same_children(start):
    """Another seed brings other children; the same one the same, to the week."""
    _, stays = start
    again = stays_of(setting(), weeks=WEEKS, a_week=4.0, stay_weeks=20.0, occupancy=0.5, seed=2)[1]
    other = stays_of(setting(), weeks=WEEKS, a_week=4.0, stay_weeks=20.0, occupancy=0.5, seed=3)[1]
    assert again == stays
    assert other != stays


def test_nobody_comes_to_full_homes_that_nobody_leaves(start):
    """Where every home is closed, all who come wait."""
    filling, stays = start
    closed = _again(filling)
    closed.places[:] = closed.living
    closed._offered = closed.living.copy()
    later = tuple(replace(one, leaves=99) for one in stays)
    exact = play_exact(closed, later, told(), weeks=2)
    came = sum(len(one.group.children) for one in later if 0 <= one.comes < 2)
    assert exact.waiting[1].sum() == came > 0


def test_a_play_without_weeks_is_refused():
    """No weeks are no play."""
    with pytest.raises(ValueError, match="a week at least"):
        stays_of(setting(), weeks=0, a_week=1.0, stay_weeks=20.0, occupancy=0.5, seed=1)


def _again(filling):
    """The same homes with the same people, to be played with."""
    return copy.deepcopy(filling)
