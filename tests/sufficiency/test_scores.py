"""Scores against slow and obvious versions, and against what they are known to be."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from sufficiency import scores


def random() -> np.random.Generator:
    return np.random.default_rng(7)


def test_crps_is_the_distance_to_the_outcome_less_half_that_between_draws() -> None:
    """The sorted formula gives the double sum, plain and fair, in every cell of an array."""
    draws = random().poisson(6.0, (9, 2, 3))
    outcome = random().poisson(6.0, (2, 3))
    for cell in np.ndindex(2, 3):
        x, y = draws[(slice(None), *cell)].astype(float), outcome[cell]
        to = np.mean([abs(a - y) for a in x])
        pairs = sum(abs(a - b) for a, b in itertools.product(x, x))
        assert scores.crps(draws, outcome, fair=False)[cell] == pytest.approx(to - pairs / (2 * 81))
        assert scores.crps(draws, outcome)[cell] == pytest.approx(to - pairs / (2 * 72))


def test_fair_crps_of_few_draws_is_that_of_the_distribution() -> None:
    """Ten draws at a time score what the normal distribution itself scores, on average; plain scores are too high."""
    draws = random().normal(1.0, 2.0, (10, 40_000))
    outcome = np.full(40_000, 2.5)
    exact = float(scores.normal_crps(np.array(1.0), np.array(2.0), np.array(2.5)))
    assert scores.crps(draws, outcome).mean() == pytest.approx(exact, abs=0.01)
    assert scores.crps(draws, outcome, fair=False).mean() > exact + 0.05


def test_normal_crps_is_the_squared_distance_of_the_distribution_functions() -> None:
    """The closed form is the integral that defines the score; a forecast without doubt scores its distance."""
    x = np.linspace(-40, 40, 80_001)
    for mean, sd, y in ((0.0, 1.0, 0.3), (2.0, 3.0, -4.0)):
        slow = np.trapezoid((ndtr((x - mean) / sd) - (x >= y)) ** 2, x)
        assert float(scores.normal_crps(np.array(mean), np.array(sd), np.array(y))) == pytest.approx(slow, abs=5e-4)
    assert scores.normal_crps(np.array([3.0]), np.array([0.0]), np.array([5.0])).tolist() == [2.0]


def test_evenly_laid_points_score_what_their_distribution_scores() -> None:
    """The plain score of a few hundred middle points of a normal distribution is that of the distribution."""
    points = ndtri((np.arange(400) + 0.5) / 400) * 2 + 1
    exact = float(scores.normal_crps(np.array(1.0), np.array(2.0), np.array(2.5)))
    assert float(scores.crps(points, np.array(2.5), fair=False)) == pytest.approx(exact, rel=2e-3)


def test_interval_score_is_the_width_and_what_lies_outside_at_its_price() -> None:
    """Inside, the width; outside, ten times the shortfall more for an 80% band and forty times for a 95% one."""
    low, high, outcome = np.array([2.0, 2.0, 2.0]), np.array([5.0, 5.0, 5.0]), np.array([4, 1, 7])
    assert scores.interval_score(low, high, outcome, 0.8).tolist() == pytest.approx([3.0, 13.0, 23.0])
    assert scores.interval_score(low, high, outcome, 0.95).tolist() == pytest.approx([3.0, 43.0, 83.0])


def test_the_true_quantiles_have_the_best_interval_score() -> None:
    """No wider, narrower or shifted band beats the true one, so that the score cannot be played."""
    outcome = random().normal(0.0, 1.0, 100_000)
    true = ndtri(0.9)

    def score(low: float, high: float) -> float:
        return float(scores.interval_score(np.array(low), np.array(high), outcome, 0.8).mean())

    best = score(-true, true)
    assert all(score(a, b) > best for a, b in ((-1.1, 1.1), (-1.5, 1.5), (-1.1, 1.5), (-1.6, 1.1)))


def test_bands_and_the_histogram_of_a_true_forecast_of_small_counts_hold_their_share() -> None:
    """With counts near nought plain coverage is far above 80%; spread over half a child it is 80%, and even."""
    draws, outcome = random().poisson(0.8, (99, 10_000)), np.random.default_rng(8).poisson(0.8, 10_000)
    first, last = scores.pit_range(draws, outcome)
    for share in scores.SHARES:
        assert scores.held(first, last, share).mean() == pytest.approx(share, abs=0.01)
    low, high = np.sort(draws, axis=0)[[9, 89]]
    assert scores.inside(low, high, outcome).mean() > 0.9
    assert scores.pit_histogram(first, last).tolist() == pytest.approx([0.1] * 10, abs=0.01)
    assert np.quantile(scores.randomised_pit(draws, outcome, random()), [0.1, 0.5, 0.9]).tolist() == pytest.approx(
        [0.1, 0.5, 0.9], abs=0.01
    )


def test_held_is_the_mean_over_many_spreads() -> None:
    """What is worked out at once is what many randomised draws come to, outcome by outcome."""
    draws = random().poisson(3.0, (49, 6))
    outcome = np.arange(6)
    first, last = scores.pit_range(draws, outcome)
    points = np.stack([scores.randomised_pit(draws, outcome, np.random.default_rng(i)) for i in range(1_000)])
    often = ((points >= 0.1) & (points <= 0.9)).mean(axis=0)
    assert scores.held(first, last, 0.8).tolist() == pytest.approx(often.tolist(), abs=0.05)


def test_a_forecast_too_sure_of_itself_shows() -> None:
    """Draws half as wide as the truth cover too little, and their histogram is full at both ends."""
    draws, outcome = random().normal(50, 5, (99, 4_000)), np.random.default_rng(8).normal(50, 10, 4_000)
    first, last = scores.pit_range(draws, outcome)
    assert scores.held(first, last, 0.8).mean() < 0.55
    histogram = scores.pit_histogram(first, last)
    assert histogram[0] > 0.2
    assert histogram[-1] > 0.2
    assert histogram.sum() == pytest.approx(1.0)


def test_bands_without_draws_are_judged_with_the_outcome_moved_by_half_a_child() -> None:
    """A band from 2 to 3 holds half of the twos and half of the threes; one from nought holds every nought."""
    outcome = np.repeat([2, 3, 4], 10_000)
    moved = scores.randomised_inside(np.array(2.0), np.array(3.0), outcome, random())
    assert moved.reshape(3, -1).mean(axis=1).tolist() == pytest.approx([0.5, 0.5, 0.0], abs=0.02)
    assert scores.randomised_inside(np.array(0.0), np.array(0.5), np.zeros(100, dtype=int), random()).all()


def test_the_error_of_a_mean_over_overlapping_outcomes_is_that_of_its_blocks() -> None:
    """Averages of eight that overlap: the error from blocks is near what many histories show, the usual one is not."""
    steps = random().normal(0.0, 1.0, (3_000, 47))
    series = np.lib.stride_tricks.sliding_window_view(steps, 8, axis=1).mean(axis=2)
    true = series.mean(axis=1).std()
    found = scores.block_average(series.T, 8)
    assert found.blocks == 5
    assert float(np.sqrt((found.error**2).mean())) == pytest.approx(true, rel=0.15)
    assert float(series.std() / np.sqrt(40)) < 0.5 * true


def test_too_few_blocks_give_no_error() -> None:
    """Two blocks, or no origin at all, say nothing of how far the mean may be off."""
    two = scores.block_average(np.arange(8.0), 4)
    assert two.blocks == 2
    assert float(two.mean) == 3.5
    assert np.isnan(two.error)
    assert np.isnan(scores.block_average(np.empty((0, 2)), 4).mean).all()


def test_the_error_of_a_statistic_of_draws_comes_from_parts_of_them() -> None:
    """For a mean it is the standard deviation over the root of the number; too few draws are refused."""
    draws = random().normal(0.0, 3.0, (1_000, 200))
    errors = scores.draw_error(draws, lambda x: x.mean(axis=0))
    assert float(np.sqrt((errors**2).mean())) == pytest.approx(3.0 / np.sqrt(1_000), rel=0.1)
    with pytest.raises(ValueError, match="Ask for more draws"):
        scores.draw_error(draws[:15], lambda x: x.mean(axis=0))


def test_one_draw_has_no_score() -> None:
    """A single draw says nothing of its own doubt."""
    with pytest.raises(ValueError, match="at least two draws"):
        scores.crps(np.ones((1, 3)), np.ones(3))
