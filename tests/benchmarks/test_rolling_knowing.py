"""Who knows the whole year and lets nobody wait: never above the bound, and as many placed as a round can place."""

from __future__ import annotations

import numpy as np

from benchmarks.rolling_knowing import knowing_the_year
from matching.hindsight import hindsight
from matching.rolling import ALL_TOGETHER, Way, play
from matching.rolling_asked import ask_year
from matching.rolling_worth import worth_played
from matching.solvers import solve_bundles
from tests.matching.tiny_years import tiny_year


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
        asked = ask_year(tiny_year(seed))
        seen = []

        def both(moment, seen=seen):
            known = knows.asks(moment)
            seen.append((solve_bundles(known), solve_bundles(moment.question)))
            return known

        play(asked, Way("both", together=True, asks=both))
        for known, plain in seen:
            assert known.tiers[0].value == plain.tiers[0].value
            looked += plain.tiers[0].value > 0
    assert looked > 5
