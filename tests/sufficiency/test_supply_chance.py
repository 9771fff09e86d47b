"""Numbers that arrive and months that pass have the distributions they are named for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from sufficiency.scenario import baseline
from sufficiency.streams import keys_for, uniform
from sufficiency.supply import supply_settings
from sufficiency.supply_chance import NEVER, arrivals, figures_of, months_taken, months_until

AT = uniform(keys_for(1, np.arange(20_000)), 0)


def test_arrivals_are_quantiles_of_the_poisson_distribution() -> None:
    """As scipy has them, for small, large and no means, and never fewer for a larger mean."""
    means = np.array([0.0, 1e-6, 0.4, 7.0, 60.0, 199.9, 200.1, 900.0])
    at = AT[:400]
    found = arrivals(means[:, None], at)
    assert np.array_equal(found[1:], poisson.ppf(at, means[1:, None]))
    assert not found[0].any()
    assert (np.diff(found, axis=0) >= 0).all()
    assert arrivals(np.array([199.9]), np.array([1 - 1e-12])).item() == poisson.ppf(1 - 1e-12, 199.9)


def test_whole_months_keep_the_mean_and_the_spread() -> None:
    """However short; a longer mean never takes fewer months under the same luck; nothing takes no time."""
    rounding = uniform(keys_for(2, np.arange(len(AT))), 0)
    before = np.zeros(len(AT))
    for mean in (0.2, 1.0, 5.0, 12.0):
        taken = months_taken(np.array(mean), np.array(0.5), AT, rounding)
        assert taken.mean() == pytest.approx(mean, rel=0.03)
        assert (taken >= before).all()
        before = taken
    assert before.std() == pytest.approx(6.0, rel=0.05)
    assert not months_taken(np.array(0.0), np.array(0.5), AT, rounding).any()
    assert set(months_taken(np.array(3.0), np.array(0.0), AT, rounding).tolist()) == {3}


def test_waiting_times_have_the_rate_they_are_given() -> None:
    """The first month is as likely as the rate says; no rate, or next to none, is never."""
    waits = months_until(np.array(0.25), AT)
    assert (waits == 0).mean() == pytest.approx(1 - np.exp(-0.25), abs=0.01)
    assert waits.mean() == pytest.approx(1 / np.expm1(0.25), rel=0.03)
    assert (months_until(np.array([0.0, 1e-300]), AT[:, None]) == NEVER).all()


def test_a_figure_is_drawn_within_its_interval_and_alike_whatever_else_is_changed() -> None:
    """The luck of a figure hangs on its name; a future is the same alone and among others."""
    settings = supply_settings(baseline())
    many = figures_of(settings, 4, np.arange(4000))
    for name, values in many.spans.items():
        low, value, high = getattr(settings, name)
        assert values.min() >= low
        assert values.max() <= high
        assert values.mean() == pytest.approx((low + value + high) / 3, rel=0.03, abs=1e-12)
    alone = figures_of(settings, 4, np.array([321]))
    assert {name: v[0] for name, v in alone.spans.items()} == {name: v[321] for name, v in many.spans.items()}
    assert np.array_equal(alone.rates[0], many.rates[321])
    assert len(np.unique(many.rates[:, 0])) == 4000
