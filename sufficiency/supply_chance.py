"""What chance decides in the forecast of supply: figures of each future, numbers that arrive, months that pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, pdtr, pdtrik

from sufficiency.households import SEGMENTS, luck_of
from sufficiency.leaving import learnt, national
from sufficiency.scenario_values import within
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.supply_settings import SPANS, SupplySettings

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PARAMETER, ENQUIRIES, ENQUIRER, SLOT, KIN_COMES, KIN_HOME, TRANSFERS, TRANSFER, HOME, LEARNT = range(60, 70)
"""Purposes: the same seed gives each its own numbers."""
NEVER: Final = 1 << 30
"""A month that does not come."""
_LARGE: Final = 200.0
_SELDOM: Final = 1e-9
"""A month: less often is never."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One value of every uncertain figure for each of some futures."""

    futures: Whole
    """[draws] which futures."""
    spans: dict[str, Floats]
    """Name to [draws]."""
    enquiries: Floats
    """[draws, segments] a year."""
    places: Floats
    """[draws, segments] of one household, on average."""
    rates: Floats
    """[draws, cells] how often households leave, a year."""


def figures_of(settings: SupplySettings, seed: int, futures: Array) -> Figures:
    """Each future's own figures; a figure's luck hangs on its name alone."""
    futures = np.asarray(futures, dtype=np.int64)

    def luck(name: str) -> Floats:
        return uniform(keys_for(seed, PARAMETER, futures, luck_of(name)), 0)

    spans = {name: within(getattr(settings, name), luck(name)) for name in SPANS}
    one = np.ones(len(futures))
    rates = national(
        spans["attrition"],
        np.stack([spans["under_two_years"], spans["two_to_five_years"], one], axis=-1),
        np.stack([one, spans["from_50_to_59"], spans["over_60"]], axis=-1),
        np.array(settings.tenures),
        np.array(settings.ages),
    )
    past = settings.past
    if past is not None:
        rates = np.stack(
            [learnt(r, past, generator(seed, LEARNT, int(f))) for r, f in zip(rates, futures, strict=True)]
        )
    return Figures(
        futures,
        spans,
        np.stack([within(settings.enquiries[s], luck(f"enquiries {name}")) for s, name in enumerate(SEGMENTS)], axis=1),
        np.stack([within(settings.places[s], luck(f"places {name}")) for s, name in enumerate(SEGMENTS)], axis=1),
        rates,
    )


def arrivals(mean: Array, at: Array) -> Whole:
    """The Poisson number below which lies the share `at`: never fewer for a larger mean and the same share."""
    mean, at = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(at, dtype=np.float64))
    count = np.zeros(mean.shape, dtype=np.int64)
    large = mean > _LARGE
    if large.any():
        count[large] = _of_many(mean[large], at[large])
    left = np.flatnonzero(~large.ravel())
    m, u, flat = mean.ravel()[left], at.ravel()[left], count.reshape(-1)
    term = np.exp(-m)
    below = term.copy()
    for k in range(1, int(2 * _LARGE + 60)):
        more = u > below
        if not more.any():
            break
        left, m, u, term, below = left[more], m[more], u[more], term[more], below[more]
        flat[left] = k
        term = term * m / k
        below = below + term
    return flat.reshape(mean.shape)


def _of_many(mean: Floats, at: Floats) -> Floats:
    """As `arrivals`, for large means; the root may lie one too high by rounding (as `scipy.stats.poisson` has it)."""
    count = np.ceil(pdtrik(at, mean))
    below = np.maximum(count - 1, 0)
    return np.asarray(np.where(pdtr(below, mean) >= at, below, count))


def months_taken(mean: Array, vary_by: Array, length: Array, rounding: Array) -> Whole:
    """Whole months of a lognormal time with this mean, and standard deviation over mean; its mean is kept.

    `length` and `rounding` are shares: the first says how long among all, the second whether the part of a month
    that is over counts as one.
    """
    log_variance = np.log1p(np.square(vary_by))
    mean = np.asarray(mean, dtype=np.float64)
    location = np.log(np.maximum(mean, 1e-12)) - log_variance / 2
    exact = np.where(mean > 0, np.exp(location + np.sqrt(log_variance) * ndtri(length)), 0.0)
    return np.asarray(np.floor(exact + np.where(mean > 0, rounding, 0.0)), dtype=np.int64)


def months_until(rate: Array, at: Array) -> Whole:
    """Whole months before the one in which what happens at `rate` a month happens first; `NEVER` at no rate."""
    rate = np.asarray(rate, dtype=np.float64)
    never = np.full(np.broadcast(rate, at).shape, float(NEVER))
    time = np.divide(-np.log(at), rate, out=never, where=rate > _SELDOM)
    return np.asarray(np.minimum(time, NEVER), dtype=np.int64)
