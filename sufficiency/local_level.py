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
from itertools import accumulate
from typing import Any, Final

import numpy as np
import numpy.typing as npt
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
        state = [
            list(accumulate(row, lambda now, push: self.damping * now + push, initial=first))[1:]
            for row, first in zip(pushes.tolist(), at[:, 1].tolist(), strict=True)
        ]
        return np.asarray(at[:, :1] + np.array(state).reshape(pushes.shape), dtype=np.float64)


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

    walk = _Walk(n, drift, damping)
    x = np.zeros((len(drift), n + 1))
    x[:, 0] = crude
    for _ in range(NEWTON_STEPS):
        gradient, curve = _slopes(x, seen, offset, size, walk, crude)
        step = _Solved(walk, curve).of(gradient)
        x += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-7:
            break
    _, curve = _slopes(x, seen, offset, size, walk, crude)
    solved = _Solved(walk, curve)
    evidence = _log_joint(x, seen, offset, size, walk, crude) - 0.5 * solved.log_determinant
    evidence += np.log(before)
    weights = np.exp(evidence - evidence.max())
    return Levels(
        weights=weights / weights.sum(),
        drift=drift,
        size=size,
        last=x[:, [0, n]],
        spread=solved.end_spread(),
        damping=damping,
    )


class _Walk:
    """What is held of the wander before any count is seen: its precision, which has three diagonals.

    `diagonal` [K, n] and `beside` [K], the same next to the diagonal throughout.
    """

    def __init__(self, n: int, drift: Floats, damping: float) -> None:
        shape = np.full(n, 1.0 + damping**2)
        shape[-1] = 1.0
        shape[0] = 1.0 if n > 1 else 1.0 - damping**2
        if damping >= 1.0:
            shape[0] += 1e-4  # a walk without an anchor is held, very loosely, at its first step
        self.diagonal = shape[None] / drift[:, None] ** 2
        self.beside = -damping / drift**2

    def times(self, wander: Floats) -> Floats:
        """Precision times [K, n]."""
        out = self.diagonal * wander
        out[:, 1:] += self.beside[:, None] * wander[:, :-1]
        out[:, :-1] += self.beside[:, None] * wander[:, 1:]
        return out

    def log_determinant(self) -> Floats:
        """[K]"""
        return np.asarray(np.log(_pivots(self.diagonal, self.beside)).sum(axis=1), dtype=np.float64)


def _pivots(diagonal: Floats, beside: Floats) -> Floats:
    """What is left of the diagonal when everything before it is taken out."""
    pivots = np.empty_like(diagonal)
    pivots[:, 0] = diagonal[:, 0]
    square = beside**2
    for i in range(1, diagonal.shape[1]):
        pivots[:, i] = diagonal[:, i] - square / pivots[:, i - 1]
    return pivots


class _Solved:
    """Minus the Hessian of the log joint density at a point, taken apart once: the long run beside a walk."""

    def __init__(self, walk: _Walk, curve: Floats) -> None:
        self.beside = walk.beside
        self.pivots = _pivots(walk.diagonal + curve, walk.beside)
        self.border = curve
        self.under_border = self._walk_part(curve)
        corner = 1.0 / LONG_RUN_SD**2 + curve.sum(axis=1)
        self.corner = corner - (curve * self.under_border).sum(axis=1)

    def _walk_part(self, right: Floats) -> Floats:
        """The walk's part of the Hessian, inverted, times [K, n]."""
        done = right.copy()
        for i in range(1, done.shape[1]):
            done[:, i] -= self.beside / self.pivots[:, i - 1] * done[:, i - 1]
        done[:, -1] /= self.pivots[:, -1]
        for i in range(done.shape[1] - 2, -1, -1):
            done[:, i] = (done[:, i] - self.beside * done[:, i + 1]) / self.pivots[:, i]
        return done

    def of(self, right: Floats) -> Floats:
        """The whole, inverted, times [K, n + 1]."""
        inner = self._walk_part(right[:, 1:])
        first = (right[:, 0] - (self.border * inner).sum(axis=1)) / self.corner
        return np.column_stack((first, inner - first[:, None] * self.under_border))

    @property
    def log_determinant(self) -> Floats:
        """[K]"""
        return np.asarray(np.log(self.pivots).sum(axis=1) + np.log(self.corner), dtype=np.float64)

    def end_spread(self) -> Floats:
        """[K, 2, 2] lower Cholesky factor of the covariance of the long run and the last wander."""
        last = self.under_border[:, -1]
        long_run = 1.0 / self.corner
        across = -last * long_run
        wander = 1.0 / self.pivots[:, -1] + last**2 * long_run
        spread = np.zeros((len(last), 2, 2))
        spread[:, 0, 0] = np.sqrt(long_run)
        spread[:, 1, 0] = across / spread[:, 0, 0]
        spread[:, 1, 1] = np.sqrt(np.maximum(wander - spread[:, 1, 0] ** 2, 1e-300))
        return spread


def _mean(x: Floats, offset: Floats) -> Floats:
    return np.exp(np.clip(offset + x[:, :1] + x[:, 1:], -30.0, 15.0))


def _slopes(x: Floats, seen: Floats, offset: Floats, size: Floats, walk: _Walk, centre: float) -> tuple[Floats, Floats]:
    """Gradient [K, n + 1] of the log joint density, and how sharply each count bends it [K, n]."""
    mean = _mean(x, offset)
    share = mean / (mean + size[:, None])
    slope = seen - (seen + size[:, None]) * share
    curve = (seen + size[:, None]) * share * (1.0 - share)
    first = slope.sum(axis=1) - (x[:, 0] - centre) / LONG_RUN_SD**2
    return np.column_stack((first, slope - walk.times(x[:, 1:]))), curve


def _log_joint(x: Floats, seen: Floats, offset: Floats, size: Floats, walk: _Walk, centre: float) -> Floats:
    mean = _mean(x, offset)
    r = size[:, None]
    likelihood = (
        gammaln(seen + r)
        - gammaln(r)
        - gammaln(seen + 1)
        + r * np.log(r / (r + mean))
        + seen * np.log(mean / (r + mean))
    ).sum(axis=1)
    wander = x[:, 1:]
    bends = (wander * walk.times(wander)).sum(axis=1) + ((x[:, 0] - centre) / LONG_RUN_SD) ** 2
    return np.asarray(likelihood - 0.5 * bends + 0.5 * walk.log_determinant(), dtype=np.float64)
