"""Over-dispersed counts whose level drifts: how many come each month, and how far that may wander.

    count_t ~ negative binomial, mean exp(offset_t + level_t), size r   (variance mean + mean^2 / r)
    level_t = long_run + wander_t
    wander_t = damping * wander_(t-1) + normal(0, drift)

The drift and the size are not known: both are averaged over a grid, each pair weighed by how well it explains the
counts (Laplace's approximation, as in Rue, Martino and Chopin, 2009, J. R. Stat. Soc. B 71, 319-392), so that a
short history gives a wide answer by itself. The damping is given: a level returns to its long-run mean, and the
spread of a forecast stops growing. (A local level with a damped state: Harvey, 1989; Durbin and Koopman, 2012.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter
from scipy.special import gammaln

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

STILL: Final = 1e-3
"""A drift this small a step is none."""
MONTHLY_DRIFTS: Final = (STILL, 0.01, 0.02, 0.035, 0.05, 0.08, 0.12)
DRIFT_WEIGHTS: Final = (0.40, 0.09, 0.15, 0.17, 0.11, 0.06, 0.02)
"""Of the drift a month, before the counts are looked at: two in five that there is none, else about what the yearly
starts of 148 English councils showed from 2011 to 2023 (median 0.035 a month, from 0.02 to 0.06 for eight in ten; DfE,
children looked after in England, worked out by `benchmarks/need_england.py`)."""
SIZES: Final = (2.0, 4.0, 8.0, 16.0, 40.0, 1000.0)
LONG_RUN_SD: Final = 1.5
"""How far, on the log scale, the long-run level may lie from the crude mean before the counts are looked at."""
NEWTON_STEPS: Final = 12


@dataclass(frozen=True, slots=True)
class Levels:
    """What the counts say of the level at their end, for each pair of the grid.

    `weights` [K] add up to one; `drift`, `size` [K]; `last` and `spread`: mean [K, 2] and lower Cholesky factor
    [K, 2, 2] of (long run, wander at the last step).
    """

    weights: Floats
    drift: Floats
    size: Floats
    last: Floats
    spread: Floats
    damping: float

    @property
    def mean_drift(self) -> float:
        """Drift a step, averaged over what the counts leave open."""
        return float(self.weights @ self.drift)

    @property
    def middle(self) -> int:
        """The pair that explains the counts best."""
        return int(np.argmax(self.weights))

    def pick(self, uniform: Array) -> npt.NDArray[np.int64]:
        """One pair of the grid for each uniform number."""
        edges = np.cumsum(self.weights)
        found = np.searchsorted(edges, np.asarray(uniform) * edges[-1], side="right")
        return np.asarray(np.minimum(found, len(edges) - 1), dtype=np.int64)

    def paths(self, pairs: Array, start: Array, steps: Array, wander: bool = True) -> Floats:
        """Levels ahead: [draws, steps] of the log of the multiplier on the offset.

        `pairs` [draws] as `pick` gives; `start` [draws, 2] and `steps` [draws, n] standard normal numbers. Zeros for
        `start` put every draw on the mean; `wander` False keeps the level at where it stands now, damped.
        """
        at = self.last[pairs] + np.einsum("kij,kj->ki", self.spread[pairs], start)
        pushes = (self.drift[pairs] if wander else np.zeros(len(pairs)))[:, None] * steps
        state, _ = lfilter([1.0], [1.0, -self.damping], pushes, axis=1, zi=self.damping * at[:, 1:])
        return np.asarray(at[:, :1] + state, dtype=np.float64)


def fit_levels(
    counts: Sequence[float] | Array,
    offset: Array,
    *,
    damping: float,
    drifts: Sequence[float] = MONTHLY_DRIFTS,
    drift_weights: Sequence[float] = DRIFT_WEIGHTS,
    sizes: Sequence[float] = SIZES,
    size_weights: Sequence[float] | None = None,
) -> Levels:
    """Weigh every pair of drift and size by the counts.

    `counts` [n] whole numbers, `offset` [n] log of what would be expected at level zero, `damping` a step. Raises
    ValueError without counts. One count is enough: the answer is then as wide as what was held possible before.
    """
    seen = np.asarray(counts, dtype=np.float64)
    n = len(seen)
    if n == 0:
        raise ValueError("a level cannot be told from no counts: give at least one period")
    offset = np.asarray(offset, dtype=np.float64)
    crude = float(np.log((seen.sum() + 0.5) / (np.exp(offset).sum() + 1e-9)))
    drift, size = (grid.ravel() for grid in np.meshgrid(np.asarray(drifts), np.asarray(sizes), indexing="ij"))
    before = np.repeat(np.asarray(drift_weights, dtype=np.float64), len(sizes))
    if size_weights is not None:
        before = before * np.tile(np.asarray(size_weights, dtype=np.float64), len(drifts))

    prior = _prior_precision(n, drift, damping)
    x = np.zeros((len(drift), n + 1))
    x[:, 0] = crude
    for _ in range(NEWTON_STEPS):
        gradient, hessian = _slopes(x, seen, offset, size, prior, crude)
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        x += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-7:
            break
    _, hessian = _slopes(x, seen, offset, size, prior, crude)
    evidence = _log_joint(x, seen, offset, size, prior, crude) - 0.5 * np.linalg.slogdet(hessian)[1]
    evidence += np.log(before)
    weights = np.exp(evidence - evidence.max())

    ends = np.zeros((n + 1, 2))
    ends[0, 0] = ends[n, 1] = 1.0
    covariance = np.linalg.solve(hessian, np.broadcast_to(ends, (len(drift), n + 1, 2)))[:, [0, n], :]
    return Levels(
        weights=weights / weights.sum(),
        drift=drift,
        size=size,
        last=x[:, [0, n]],
        spread=np.asarray(np.linalg.cholesky((covariance + covariance.transpose(0, 2, 1)) / 2), dtype=np.float64),
        damping=damping,
    )


def _prior_precision(n: int, drift: Floats, damping: float) -> Floats:
    """[K, n + 1, n + 1] precision of (long run, wander) before any count is seen."""
    shape = np.zeros((n + 1, n + 1))
    steps = np.arange(1, n + 1)
    shape[steps, steps] = 1.0 + damping**2
    shape[n, n] = 1.0
    shape[1, 1] = 1.0 if n > 1 else 1.0 - damping**2
    shape[steps[:-1], steps[1:]] = shape[steps[1:], steps[:-1]] = -damping
    if damping >= 1.0:
        shape[1, 1] += 1e-4  # a walk without an anchor is held, very loosely, at its first step
    precision = shape[None] / drift[:, None, None] ** 2
    precision[:, 0, 0] = 1.0 / LONG_RUN_SD**2
    return np.asarray(precision, dtype=np.float64)


def _mean(x: Floats, offset: Floats) -> Floats:
    return np.exp(np.clip(offset + x[:, :1] + x[:, 1:], -30.0, 15.0))


def _slopes(
    x: Floats, seen: Floats, offset: Floats, size: Floats, prior: Floats, centre: float
) -> tuple[Floats, Floats]:
    """Gradient [K, n + 1] and minus the Hessian [K, n + 1, n + 1] of the log joint density."""
    mean = _mean(x, offset)
    share = mean / (mean + size[:, None])
    slope = seen - (seen + size[:, None]) * share
    curve = (seen + size[:, None]) * share * (1.0 - share)
    away = x.copy()
    away[:, 0] -= centre
    gradient = -np.einsum("kij,kj->ki", prior, away)
    gradient[:, 0] += slope.sum(axis=1)
    gradient[:, 1:] += slope
    hessian = prior.copy()
    n = len(seen)
    steps = np.arange(1, n + 1)
    hessian[:, steps, steps] += curve
    hessian[:, 0, 0] += curve.sum(axis=1)
    hessian[:, 0, 1:] += curve
    hessian[:, 1:, 0] += curve
    return gradient, hessian


def _log_joint(x: Floats, seen: Floats, offset: Floats, size: Floats, prior: Floats, centre: float) -> Floats:
    mean = _mean(x, offset)
    r = size[:, None]
    likelihood = (
        gammaln(seen + r)
        - gammaln(r)
        - gammaln(seen + 1)
        + r * np.log(r / (r + mean))
        + seen * np.log(mean / (r + mean))
    ).sum(axis=1)
    away = x.copy()
    away[:, 0] -= centre
    density = -0.5 * np.einsum("ki,kij,kj->k", away, prior, away) + 0.5 * np.linalg.slogdet(prior)[1]
    return np.asarray(likelihood + density, dtype=np.float64)
