"""The tables of a year of rounds: shares are of the bound, intervals are of the mean over seeds."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rolling import Line, interval, keep, read, tables
from matching.rolling_worth import WORTHS


def lines(seed: int, weekly: float) -> list[Line]:
    """Two ways in one council: today's at 900 of 1,000, the other as said."""
    found = []
    for way, value in (("today", 900.0), ("weekly", weekly)):
        found += [Line(1.0, seed, way, "share of the bound", name, value, 1000.0) for name in WORTHS]
        found += [Line(1.0, seed, way, "weeks waited", "everybody", 1000.0 - value, 50.0)]
    return found


def test_shares_are_of_the_bound_and_the_worst_is_said():
    """950 and 970 of 1,000 are 96% on average, 95% at worst; children wait so many weeks less."""
    text = tables([*lines(1, 950.0), *lines(2, 970.0)])
    assert "| plan value | 90.0% (90.0%) | 96.0% (95.0%) |" in text
    assert "| 2 | 90.0% | 97.0% |" in text
    assert "| everybody | 100 | 2.00 | -1.20 (-1.40 to -1.00) |" in text


def test_an_interval_holds_the_mean_and_shrinks_to_it():
    """Alike in every seed there is no doubt; unlike, the interval spans the mean and stays within the seeds."""
    assert interval(np.full(6, 2.0), np.full(6, 4.0)) == pytest.approx((0.5, 0.5, 0.5))
    mean, low, high = interval(np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4))
    assert 1.0 <= low < mean == 3.0 < high <= 6.0


def test_figures_are_kept_seed_by_seed(tmp_path):
    """A seed run again takes the place of what was there, and the order of running means nothing."""
    file = tmp_path / "figures.csv"
    assert read(file) == []
    for one in (lines(2, 970.0), lines(1, 940.0), lines(1, 950.0)):
        keep(one, file)
    assert read(file) == [*lines(1, 950.0), *lines(2, 970.0)]
