"""The drifting level that councils share: exact where it can be checked, and learnt back from made-up years."""

from __future__ import annotations

import numpy as np

from sufficiency.yearly_level import Spread, filtered, learnt, stepped_draws

SPREAD = Spread(damping=0.7, drift=0.12, place=0.05, noise=0.04, between=0.5)
YEARS = 5


def joint(spread: Spread, known: float, churn: float) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of what is seen [years, years], and of it with the last place and drift [years, 2], worked out at
    length from the definition."""
    place = np.array([[spread.between**2 + min(s, t) * spread.place**2 for t in range(YEARS)] for s in range(YEARS)])
    still = (spread.drift**2 + churn) / (1 - spread.damping**2)
    drift = np.array([[still * spread.damping ** abs(s - t) for t in range(YEARS)] for s in range(YEARS)])
    seen = place + drift + (known + spread.noise**2) * np.eye(YEARS)
    return seen, np.column_stack([place[:, -1], drift[:, -1]])


def test_the_filter_is_the_normal_distribution_conditioned_on_what_was_seen() -> None:
    """Mean, variance and likelihood agree with the joint distribution written out, a missing year included."""
    known, churn = 0.01, 0.002
    seen = np.array([[0.3, np.nan, 0.1, -0.2, 0.4]])
    there = np.isfinite(seen[0])
    found = filtered(seen, np.full(seen.shape, known), SPREAD, np.array([churn]))

    among, across = joint(SPREAD, known, churn)
    among, across = among[np.ix_(there, there)], across[there]
    pull = np.linalg.solve(among, across)
    last = np.diag(
        [
            SPREAD.between**2 + (YEARS - 1) * SPREAD.place**2,
            (SPREAD.drift**2 + churn) / (1 - SPREAD.damping**2),
        ]
    )
    values = seen[0, there]
    np.testing.assert_allclose(found.mean[0], pull.T @ values, rtol=1e-9)
    np.testing.assert_allclose(found.variance[0], last - across.T @ pull, rtol=1e-9, atol=1e-12)
    likelihood = -0.5 * (np.linalg.slogdet(among)[1] + values @ np.linalg.solve(among, values))
    np.testing.assert_allclose(found.likelihood, likelihood, rtol=1e-9)
    assert np.isnan(found.surprise[0, 1])


def test_draws_step_as_the_level_is_said_to() -> None:
    """A year on the place stands, the drift has died down, and both have spread as far as said."""
    rng = np.random.default_rng(4)
    draws, churn = 200_000, np.array([0.004])
    at = np.zeros((draws, 1, 2)) + np.array([0.2, -0.3])
    new = rng.standard_normal((draws, 1))
    later = stepped_draws(at, new, np.ones((draws, 1)), SPREAD, churn, rng)[:, 0]
    np.testing.assert_allclose(later.mean(axis=0), [0.2, -0.3 * SPREAD.damping], atol=0.002)
    variance = np.diag([SPREAD.place**2, SPREAD.drift**2 + churn[0]])
    np.testing.assert_allclose(np.cov(later.T), variance, atol=0.0003)


def test_what_councils_share_is_learnt_back() -> None:
    """From 150 councils of 12 years the size of drift and noise comes out near what they were drawn with."""
    rng = np.random.default_rng(5)
    truth = Spread(damping=0.7, drift=0.13, place=0.02, noise=0.10, between=0.5)
    place = rng.normal(0, truth.between, 150)
    drift = rng.normal(0, truth.drift / np.sqrt(1 - truth.damping**2), 150)
    seen = np.empty((150, 12))
    for year in range(12):
        place = place + rng.normal(0, truth.place, 150)
        drift = truth.damping * drift + rng.normal(0, truth.drift, 150)
        seen[:, year] = place + drift + rng.normal(0, np.hypot(truth.noise, 0.1), 150)
    found = learnt(seen, np.full(seen.shape, 0.01), np.zeros(150))
    assert abs(found.drift - truth.drift) < 0.03
    assert abs(found.noise - truth.noise) < 0.04
    assert abs(found.damping - truth.damping) < 0.15
    surprise = filtered(seen, np.full(seen.shape, 0.01), found, np.zeros(150)).surprise
    assert 0.95 < float(surprise.std()) < 1.05
