"""A level that drifts from year to year about a place of its own, learnt from many councils at once.

What is seen of council i in year t is ``y[i, t] = a[i, t] + u[i, t] + e[i, t]``: `a` its lasting place, a slow random
walk; `u` a drift that dies away by the factor `damping` each year; `e` noise of variance ``known[i, t] + extra``,
`known` being the part that counting brings (one over the count, for the logarithm of a count); `churn` is what
counting adds to the drift each year where children stay, as in a stock. The four numbers that
say how much of each there is are shared by all councils and are the most probable ones given the years handed over
(empirical Bayes), so that a council with two years of history borrows what it cannot know from the others.
Everything is closed-form (Kalman filter of two states) but for those four numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Numbers = npt.NDArray[np.float64]

_CENTRE: Final = (0.8, np.log(0.10), np.log(0.03), np.log(0.10))
"""Weak prior: logit of the damping, then the logarithms of yearly standard deviations of drift, place and noise."""
_WIDTH: Final = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Spread:
    """How much of what is seen is drift, lasting change and noise, per year and on the scale of the logarithm."""

    damping: float
    """Share of the drift that is left a year later."""
    drift: float
    """Standard deviation of what is added to the drift each year."""
    place: float
    """Standard deviation of the yearly step of the lasting place."""
    noise: float
    """Standard deviation of the noise beyond that of counting."""
    between: float
    """Standard deviation of the lasting place between councils."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known of each council's level after its last year."""

    mean: Numbers
    """[councils, 2] place and drift."""
    variance: Numbers
    """[councils, 2, 2]"""
    surprise: Numbers
    """[councils, years] standardised one-year-ahead errors; not a number where nothing was seen."""
    likelihood: float


def filtered(seen: Numbers, known: Numbers, spread: Spread, churn: Numbers) -> Levels:
    """Levels after the last column of `seen` [councils, years], whose years with no number are passed over."""
    years = seen.shape[1]
    there = np.isfinite(seen)
    values, count = np.where(there, seen, 0.0).T, there.T.astype(np.float64)
    counting = known.T + spread.noise**2
    place, drift = np.zeros(len(seen)), np.zeros(len(seen))
    of_place, of_drift = np.full(len(seen), spread.between**2), still(spread, churn)
    of_both = np.zeros(len(seen))
    surprise = np.full((years, len(seen)), np.nan)
    total = 0.0
    for year in range(years):
        if year:
            drift = spread.damping * drift
            of_place = of_place + spread.place**2
            of_both = spread.damping * of_both
            of_drift = spread.damping**2 * of_drift + spread.drift**2 + churn
        from_place, from_drift = of_place + of_both, of_both + of_drift
        scale = from_place + from_drift + counting[year]
        error = values[year] - place - drift
        surprise[year] = error / np.sqrt(scale)
        total -= 0.5 * float(count[year] @ (np.log(scale) + surprise[year] ** 2))
        gain = count[year] / scale
        place, drift = place + gain * from_place * error, drift + gain * from_drift * error
        of_place = of_place - gain * from_place**2
        of_both = of_both - gain * from_place * from_drift
        of_drift = of_drift - gain * from_drift**2
    variance = np.stack([np.stack([of_place, of_both], axis=1), np.stack([of_both, of_drift], axis=1)], axis=1)
    return Levels(np.stack([place, drift], axis=1), variance, np.where(there, surprise.T, np.nan), total)


def still(spread: Spread, churn: Numbers) -> Numbers:
    """Variance at which the drift comes to rest when it is never seen."""
    return np.asarray((spread.drift**2 + churn) / max(1.0 - spread.damping**2, 1e-3))


def stepped_draws(
    at: Numbers, new: Numbers, unsettled: Numbers, spread: Spread, churn: Numbers, rng: np.random.Generator
) -> Numbers:
    """Draws [draws, councils, 2] a year on; `new` drives the drift, and `unsettled` stretches all that is new."""
    place = at[:, :, 0] + spread.place * unsettled * rng.standard_normal(new.shape)
    drift = spread.damping * at[:, :, 1] + np.sqrt(spread.drift**2 + churn) * unsettled * new
    return np.stack([place, drift], axis=2)


def learnt(seen: Numbers, known: Numbers, churn: Numbers, start: Spread | None = None) -> Spread:
    """The most probable spread, given what was seen of all councils; `start` is where the search begins."""
    centre, width = np.array(_CENTRE), np.array(_WIDTH)
    rows = np.isfinite(seen).sum(axis=1)
    usual = np.nansum(seen, axis=1)[rows > 0] / rows[rows > 0]
    between = max(float(np.std(usual)), 0.05)

    def loss(at: Numbers) -> float:
        penalty = 0.5 * float(np.sum(((at - centre) / width) ** 2))
        return penalty - filtered(seen, known, _spread(at, between), churn).likelihood

    first = centre if start is None else _point(start)
    found = minimize(loss, first, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.02, "maxfev": 300})
    return _spread(np.asarray(found.x, dtype=np.float64), between)


def _spread(at: Numbers, between: float) -> Spread:
    at = np.clip(at, -8.0, 4.0)
    drift, place, noise = (float(x) for x in np.exp(at[1:]))
    return Spread(float(1.0 / (1.0 + np.exp(-at[0]))), drift, place, noise, between)


def _point(spread: Spread) -> Numbers:
    damping = min(max(spread.damping, 1e-3), 1.0 - 1e-3)
    return np.array(
        [np.log(damping / (1.0 - damping)), np.log(spread.drift), np.log(spread.place), np.log(spread.noise)]
    )
