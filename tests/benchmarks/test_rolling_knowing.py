"""Who knows the whole year and lets nobody wait: never above the bound, and as many placed as a round can place."""

from __future__ import annotations

import numpy as np

from benchmarks.rolling_knowing import knowing_the_year
from matching.hindsight import hindsight
from matching.rolling import ALL_TOGETHER, play
from matching.rolling_asked import ask_year
from matching.rolling_worth import worth_played
from tests.matching.tiny_years import placed_with_and_without, tiny_year


def test_knowing_the_year_is_better_than_not_and_no_better_than_hindsight():
    """Over tiny years: bound by bound, and in the sum above the weekly plan."""
    knows = knowing_the_year()
    worths = []
    for seed in range(12):
        asked = ask_year(tiny_year(seed))
        worth = worth_played(play(asked, knows))
        assert worth <= hindsight(asked, seconds=0).bound
        worths.append((worth, worth_played(play(asked, ALL_TOGETHER))))
    with_it, without = np.array(worths).sum(axis=0)
    assert with_it > without


def test_nobody_waits_who_could_have_a_home():
    """Of the same question it places as many as the round's own plan."""
    knows = knowing_the_year()
    looked = 0
    for seed in range(4):
        for known, plain in placed_with_and_without(ask_year(tiny_year(seed)), knows):
            assert known == plain
            looked += plain > 0
    assert looked > 5
