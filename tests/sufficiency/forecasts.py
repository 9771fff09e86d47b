"""Made-up forecasts: counts that look like a council's, with no model behind them."""

from __future__ import annotations

from datetime import date

import numpy as np

from sufficiency.forecast import Forecast
from sufficiency.groups import AGE_BANDS, EXITS, GROUPS, SECURE, TURNED_18

ORIGIN = date(2021, 4, 1)
USUAL = np.array([60, 110, 90, 8, 50, 0.6, 35, 12, 18, 6])
"""Children in each group on an ordinary day; hardly anybody in the secure group."""
AGES = np.array([0.06, 0.15, 0.2, 0.4, 0.19])


def days_of(first: date, months: int) -> np.ndarray:
    """The last day of each month from this one on, as whole days since 1970-01-01."""
    starts = np.datetime64(first, "M") + np.arange(1, months + 1)
    return starts.astype("datetime64[D]").astype(np.int64) - 1


def made_up(months: int = 36, draws: int = 200, seed: int = 1, grows: float = 0.004) -> Forecast:
    """A forecast that grows a little and widens with time."""
    rng = np.random.default_rng(seed)
    along = np.arange(1, months + 1)
    drift = np.exp(grows * along + 0.012 * rng.standard_normal((draws, months)).cumsum(axis=1))
    usual = USUAL[:, None] * AGES
    usual[SECURE, :3] = 0
    stock = rng.poisson(drift[:, :, None, None] * usual)
    exits = rng.poisson(np.full((draws, months, len(GROUPS), len(EXITS)), 0.03) * USUAL[:, None] / len(EXITS))
    exits[..., TURNED_18] = rng.poisson(0.2, exits.shape[:3])
    variance = np.stack([*(np.var(stock.sum(axis=3), axis=0)).T, np.var(stock.sum(axis=(2, 3)), axis=0)], axis=1)
    return Forecast(
        origin=int(np.datetime64(ORIGIN, "D").astype(np.int64)),
        month_ends=days_of(ORIGIN, months),
        stock=stock.astype(np.int32),
        entries=rng.poisson(0.03 * usual, (draws, months, len(GROUPS), len(AGE_BANDS))).astype(np.int32),
        exits=exits.astype(np.int32),
        moves=rng.poisson(0.2, (draws, months, len(GROUPS), len(GROUPS))).astype(np.int32),
        parts={"process": 0.5 * variance, "parameter": 0.2 * variance, "structural": 0.3 * variance},
    )
