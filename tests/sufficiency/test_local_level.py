"""Counts whose level drifts: what is learnt of them, against worlds in which the truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy import integrate, stats

from sufficiency.local_level import DRIFT_WEIGHTS, STILL, fit_levels


def counts(chance: np.random.Generator, months: int, mean: float, drift: float, size: float) -> npt.NDArray[np.int64]:
    """Counts with a damped walk of the log level, written plainly."""
    state, found = drift / np.sqrt(1 - 0.98**2) * chance.standard_normal(), []
    for _ in range(months):
        state = 0.98 * state + drift * chance.standard_normal()
        found.append(chance.poisson(mean * np.exp(state) * chance.gamma(size, 1 / size)))
    return np.array(found)


def test_without_drift_the_level_is_the_gamma_posterior() -> None:
    """With next to no drift and no over-dispersion the answer is known exactly; Laplace comes close."""
    seen = np.array([4, 7, 5, 6, 9, 3])
    levels = fit_levels(seen, np.zeros(6), damping=0.98, drifts=(1e-4,), drift_weights=(1.0,), sizes=(1e6,))
    exact = stats.gamma(seen.sum(), scale=1 / 6)

    def unscaled(x: float) -> float:
        prior = stats.norm.pdf(x, np.log((seen.sum() + 0.5) / 6), 1.5)
        return float(prior * np.exp(x * seen.sum() - 6 * np.exp(x) + 20))

    whole = integrate.quad(unscaled, -3, 5)[0]
    mean = integrate.quad(lambda x: x * unscaled(x), -3, 5)[0] / whole
    assert levels.last[0, 0] == pytest.approx(mean, abs=0.02)
    assert np.exp(levels.last[0, 0]) == pytest.approx(exact.mean(), rel=0.05)
    assert levels.spread[0, 0, 0] == pytest.approx(1 / np.sqrt(seen.sum()), rel=0.06)


def test_drift_and_over_dispersion_are_told_apart() -> None:
    """Ten years of months: a steady world is found steadier than a drifting one, a lumpy one lumpier."""
    found = {}
    for name, drift, size in (("steady", 0.0, 1e6), ("drifting", 0.08, 1e6), ("lumpy", 0.0, 4.0)):
        chance = np.random.default_rng(5)
        fits = [fit_levels(counts(chance, 120, 12, drift, size), np.full(120, 2.5), damping=0.98) for _ in range(6)]
        found[name] = (
            np.mean([f.mean_drift for f in fits]),
            np.mean([f.weights @ (1 / f.size) for f in fits]),
        )
    assert found["drifting"][0] > 3 * found["steady"][0]
    assert found["lumpy"][1] > 4 * found["steady"][1]
    assert found["lumpy"][0] < 0.5 * found["drifting"][0]


def test_paths_return_to_the_long_run() -> None:
    """Without wander a level goes back to its long-run mean by the damping, month by month."""
    levels = fit_levels(np.array([5] * 24 + [15] * 6), np.log(np.full(30, 5.0)), damping=0.9)
    pair = np.array([int(np.argmax(np.where(levels.drift > 0.1, levels.weights, 0)))])
    path = levels.paths(pair, np.zeros((1, 2)), np.zeros((1, 40)), wander=False)[0] - levels.last[pair[0], 0]
    assert path[0] > 0.3
    assert path[1:] == pytest.approx(0.9 * path[:-1])


def test_a_short_history_is_as_wide_as_before() -> None:
    """One month tells nothing of drift: the weights stay what they were, and nothing fails."""
    levels = fit_levels(np.array([3]), np.zeros(1), damping=0.98)
    still = levels.weights[levels.drift == STILL].sum()
    assert still == pytest.approx(DRIFT_WEIGHTS[0], abs=0.08)
    assert (levels.spread[:, 0, 0] > 0.3).all()


@pytest.mark.parametrize("seen", [[0, 0, 0, 0], [0], [400, 380, 420]], ids=["nobody", "one empty month", "many"])
def test_extremes_are_survived(seen: list[int]) -> None:
    """No count is too small or too large."""
    levels = fit_levels(np.array(seen), np.zeros(len(seen)), damping=0.98)
    assert np.isfinite(levels.last).all()
    assert np.isfinite(levels.spread).all()
    assert levels.weights.sum() == pytest.approx(1.0)


def test_no_counts_are_refused() -> None:
    """Nothing can be said of nothing."""
    with pytest.raises(ValueError, match="at least one period"):
        fit_levels(np.array([]), np.array([]), damping=0.98)
