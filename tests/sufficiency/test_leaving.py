"""Rates of leaving: the national mean is kept, and a register's past is believed as far as it goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sufficiency.households import KIN, SEGMENTS
from sufficiency.leaving import AGES, CELLS, STILL_THERE, TENURES, Past, cell_of, learnt, national, past_of
from sufficiency.scenario import baseline
from sufficiency.supply import play_supply, starting_homes, supply_settings

MONTH = 365.25 / 12


def test_the_mean_over_the_mix_is_the_national_rate() -> None:
    """However much more often the new and the old leave."""
    tenures, ages = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.2, 0.3])
    rates = national(
        np.array([0.12, 0.2]), np.array([[2, 1.5, 1], [1, 1, 1]]), np.array([[1, 1, 3], [1, 1, 1]]), tenures, ages
    )
    mix = np.outer(tenures, ages).ravel()
    assert (rates * mix).sum(axis=1) == pytest.approx([0.12, 0.2])
    assert rates[0, 2] / rates[0, 6] == pytest.approx(6)
    assert rates[1] == pytest.approx(np.full(CELLS, 0.2))


def test_exposure_and_leavers_are_those_of_a_loop_over_days() -> None:
    """Each day a household is there within the window counts once, in the cell of that day."""
    rng = np.random.default_rng(5)
    first, until, number = 17_000, 18_500, 30
    approved = rng.integers(15_000, 18_400, number)
    ended = np.where(rng.random(number) < 0.5, STILL_THERE, approved + rng.integers(0, 2_500, number))
    born = approved - rng.integers(30 * 365, 66 * 365, number)
    past = past_of(approved, ended, born, first=first, until=until)
    days, left = np.zeros(CELLS), np.zeros(CELLS)
    for a, e, b in zip(approved, ended, born, strict=True):
        for day in range(max(a, first), min(until if e == STILL_THERE else e, until)):
            by_tenure = sum(day >= a + cut * MONTH for cut in TENURES)
            by_age = sum(day >= b + cut * MONTH for cut in AGES)
            days[3 * by_tenure + by_age] += 1
        if e != STILL_THERE and first <= e < until:
            left[cell_of(np.array([int((e - a) / MONTH)]), np.array([int((e - b) / MONTH)]))[0]] += 1
    assert past.years * 365.25 == pytest.approx(days)
    assert past.left.tolist() == left.tolist()
    assert (left.sum(), np.count_nonzero(days)) >= (5, 6)
    for wrong in ((until, first), (first, first)):
        with pytest.raises(ValueError, match="ends before it begins"):
            past_of(approved, ended, born, first=wrong[0], until=wrong[1])


def test_a_long_past_is_believed_and_a_short_one_is_not() -> None:
    """With thousands of leavers the council's own rate; with none, the national one; both vary as they should."""
    rates = np.full(CELLS, 0.12)
    chance = np.random.default_rng(1)
    nothing = Past(np.zeros(CELLS), np.zeros(CELLS))
    drawn = np.array([learnt(rates, nothing, chance) for _ in range(2000)])
    assert drawn.mean() == pytest.approx(0.12, rel=0.03)
    assert 0.3 < drawn.std() / 0.12 < 0.6
    years = np.full(CELLS, 10_000.0)
    own = Past(np.linspace(0.05, 0.25, CELLS) * years, years)
    drawn = np.array([learnt(rates, own, chance) for _ in range(300)])
    assert drawn.mean(axis=0) == pytest.approx(np.linspace(0.05, 0.25, CELLS), rel=0.03)
    assert (drawn.std(axis=0) / drawn.mean(axis=0)).max() < 0.06


def test_a_register_with_more_leavers_than_england_loses_more() -> None:
    """The past of a council reaches the forecast, the same for any number of futures."""
    settings = supply_settings(baseline())
    years = np.full(CELLS, 60.0)
    bad = replace(settings, past=Past(0.3 * years, years))
    plain, more = (play_supply(starting_homes(baseline()), s, months=24, draws=20, seed=2) for s in (settings, bad))
    own = [k for k, name in enumerate(SEGMENTS) if name not in ("kin", "adopters")]
    assert more.left[:, :, own].sum() > 1.7 * plain.left[:, :, own].sum()
    assert np.array_equal(more.left[:, :12, KIN], plain.left[:, :12, KIN])
    again = play_supply(starting_homes(baseline()), bad, months=24, draws=3, seed=2)
    assert np.array_equal(again.left, more.left[:3])
