"""Forecast from yearly totals alone: children in care by council, when no child's own history can be had.

The same ideas as the model of children: starters are over-dispersed counts whose intensity drifts about a place of
its own; leavers are a share of those who may leave, with a drift of its own; England has shocks that all councils
share; where children live is a share that drifts. What a council's own years cannot say is learnt from the others,
and only from years up to the origin. How far to trust the model against "no change", and how wide the bands should
be, is learnt from the model's own earlier forecasts that had come true by the origin (`past_forecasts`).

`local_level` weighs many drifts for one council's months; here many councils of a few years each share one spread,
which has a closed-form filter (`yearly_level`), so that is used instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from sufficiency.aggregate_fit import Drift, Fitted, fitted
from sufficiency.panel import OPEN_GROUPS, Panel
from sufficiency.past_forecasts import Correction, PastForecast, corrected, learnt_correction, past_forecast
from sufficiency.yearly_level import stepped_draws

Numbers = npt.NDArray[np.float64]

TOTAL: Final = "total"
_SHOCK: Final = 0.03
"""Yearly standard deviation of a shock to all England before any is seen: worth `_SHOCK_YEARS` of evidence."""
_SHOCK_YEARS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """Children in care on 31 March of each coming year in many equally likely futures."""

    areas: tuple[str, ...]
    """Those of the panel whose children in care at the origin are known, by name."""
    origin: int
    years: npt.NDArray[np.int64]
    stock: Numbers
    """[draws, areas, years]"""
    starts: Numbers
    """[draws, areas, years] children who start in the year, as the model has them."""
    by_group: Numbers
    """[draws, areas, years, groups] by OPEN_GROUPS. The groups of a draw add up to its stock; once each has been
    corrected by its own past forecasts, only nearly."""
    correction: Mapping[str, Correction]
    """What was learnt from earlier forecasts of `total` and of each group; empty if nothing was."""


def aggregate_forecast(
    panel: Panel, origin_year: int, *, years: int = 2, draws: int = 1000, seed: int = 0, learn: bool = True
) -> Outlook:
    """Children in care `years` ahead of 31 March `origin_year`, for every council of the panel.

    Only figures up to the origin are looked at. With `learn` false the model is left as it is, without what its
    earlier forecasts say. A council with figures of its own, of however few years, can be put `beside` the others
    of the panel: what its years cannot say is learnt from them. The same seed gives the same draws. Raises ValueError
    for an origin too early for a drift to be told from a level, or beyond the panel.
    """
    _check(panel, origin_year)
    if learn:
        return every_forecast(panel, origin_year, years=years, draws=draws, seed=seed)[-1]
    return _bare(panel, origin_year, years, draws, seed)


def every_forecast(
    panel: Panel, last_origin: int, *, years: int = 2, draws: int = 1000, seed: int = 0
) -> tuple[Outlook, ...]:
    """The forecast of each origin from `first_origin` to the last: each learns from those before it, once come true.

    First the total is moved and widened as past totals ask for, and its groups with it; then each group as past
    groups do.
    """
    _check(panel, last_origin)
    done: list[Outlook] = []
    totals: list[Made] = []
    groups: list[Made] = []
    for origin in range(first_origin(panel), last_origin + 1):
        outlook = _bare(panel, origin, years, draws, seed)
        so_far, known = panel.upto(origin), _known(panel, origin)
        bare = made(outlook, known)
        total = learnt_correction([come_true(past, so_far)[TOTAL] for past in totals], years)
        stock = corrected(outlook.stock, known.stock[:, -1], total)
        by_group = np.rint(outlook.by_group * (stock / np.maximum(outlook.stock, 1.0))[..., None])
        outlook = replace(outlook, stock=stock, by_group=by_group)
        moved = made(outlook, known)
        held = [come_true(past, so_far) for past in groups]
        each = {name: learnt_correction([past[name] for past in held], years) for name in OPEN_GROUPS}
        last = known.last_groups()
        by_group = np.stack(
            [corrected(outlook.by_group[..., g], last[:, g], each[name]) for g, name in enumerate(OPEN_GROUPS)], axis=3
        )
        done.append(replace(outlook, by_group=by_group, correction={TOTAL: total, **each}))
        totals.append(bare)
        groups.append(moved)
    return tuple(done)


def first_origin(panel: Panel) -> int:
    """Two years of starters are the least from which a drift can be told from a level."""
    return int(panel.years[0]) + 2


@dataclass(frozen=True, slots=True)
class Made:
    """What an outlook said, kept until it comes true."""

    areas: tuple[str, ...]
    years: npt.NDArray[np.int64]
    bands: Mapping[str, PastForecast]
    """Of `total` and each of OPEN_GROUPS, as known when it was made: nothing has come true."""


def made(outlook: Outlook, known: Panel) -> Made:
    """Middle and band of an outlook, beside the last values known when it was made."""
    then = known.where(np.isin(known.areas, outlook.areas)).upto(outlook.origin)
    last = then.last_groups()
    bands = {TOTAL: past_forecast(outlook.stock, then.stock[:, -1])}
    for g, name in enumerate(OPEN_GROUPS):
        bands[name] = past_forecast(outlook.by_group[..., g], last[:, g])
    return Made(outlook.areas, outlook.years, bands)


def come_true(past: Made, so_far: Panel) -> dict[str, PastForecast]:
    """What was said beside the figures of all councils so far; guesses at hidden cells are no truth."""
    here = so_far.where(np.isin(so_far.areas, past.areas))
    certain = np.where(here.exact, here.by_group, np.nan)
    held = {TOTAL: here.stock, **{name: certain[:, :, g] for g, name in enumerate(OPEN_GROUPS)}}
    return {name: replace(past.bands[name], truth=_truth(here, held[name], past.years)) for name in held}


def _truth(known: Panel, values: Numbers, years: npt.NDArray[np.int64]) -> Numbers:
    """[areas, years ahead] of `values` [areas, years]; not a number for years that are yet to come."""
    held = {int(year): values[:, at] for at, year in enumerate(known.years)}
    nothing = np.full(len(known.areas), np.nan)
    return np.stack([held.get(int(year), nothing) for year in years], axis=1)


def _known(panel: Panel, origin: int) -> Panel:
    """What was known of the councils whose children in care were."""
    upto = panel.upto(origin)
    return upto.where(np.isfinite(upto.stock[:, -1]))


def _bare(panel: Panel, origin: int, years: int, draws: int, seed: int) -> Outlook:
    """The model as it is."""
    known = _known(panel, origin)
    return _simulated(known, fitted(known), years, draws, seed)


def _check(panel: Panel, origin: int) -> None:
    first, last = first_origin(panel), int(panel.years[-1])
    if not first <= origin <= last:
        raise ValueError(
            f"the panel holds {int(panel.years[0])} to {last}: a forecast needs two years of starters and can begin "
            f"from {first} to {last}, not in {origin}"
        )


def _simulated(known: Panel, fit: Fitted, years: int, draws: int, seed: int) -> Outlook:
    """Draws of every council year by year."""
    rng = np.random.default_rng([seed, int(known.years[-1])])
    shape = (draws, len(known.areas))
    tail, size = fit.restless_tail, fit.restless_size
    unsettled = np.sqrt(size / rng.gamma(tail, size=shape))
    flows = [_Walk(drift, unsettled, rng) for drift in (fit.starts, fit.leavers)]
    places = [_Walk(drift, np.ones(shape), rng) for drift in fit.shares]
    shocks, place_shocks = _Shocks(fit.shocks, draws, rng), _Shocks(fit.share_shocks, draws, rng)

    stock = np.broadcast_to(known.stock[:, -1], shape)
    before = np.broadcast_to(np.where(np.isnan(known.starts[:, -1]), 0.0, known.starts[:, -1]), shape)
    all_stock, all_starts = np.empty((*shape, years)), np.empty((*shape, years))
    by_group = np.empty((*shape, years, len(OPEN_GROUPS)))
    for ahead in range(years):
        shared = shocks.step(rng)
        new = rng.standard_normal((2, 2, *shape))
        new[1] = fit.together * new[0] + np.sqrt(1.0 - fit.together**2) * new[1]
        levels = [walk.step(new[k], shared[:, k], rng) for k, walk in enumerate(flows)]
        starts = rng.poisson(np.exp(np.minimum(levels[0], 12.0))).astype(np.float64)
        may_leave = fit.leaving[0] * stock + fit.leaving[1] * starts + fit.leaving[2] * before
        leavers = np.minimum(rng.poisson(may_leave * np.exp(np.minimum(levels[1], 3.0))), stock + starts)
        stock, before = stock + starts - leavers, starts
        all_stock[:, :, ahead], all_starts[:, :, ahead] = stock, starts
        shared = place_shocks.step(rng)
        odds = np.zeros((*shape, len(OPEN_GROUPS)))
        for k, walk in enumerate(places):
            odds[:, :, k + 1] = walk.step(rng.standard_normal((2, *shape)), shared[:, k], rng)
        share = np.exp(odds - odds.max(axis=2, keepdims=True))
        counts = np.floor(share / share.sum(axis=2, keepdims=True) * stock[:, :, None] + rng.random((*shape, 1)))
        counts[:, :, 0] = np.maximum(stock - counts[:, :, 1:].sum(axis=2), 0.0)
        by_group[:, :, ahead] = counts
    origin = int(known.years[-1])
    coming = np.arange(origin + 1, origin + 1 + years, dtype=np.int64)
    return Outlook(known.areas, origin, coming, all_stock, all_starts, by_group, {})


class _Walk:
    """Draws of one drift in every council, from what is known of it at the origin onwards."""

    def __init__(self, drift: Drift, unsettled: Numbers, rng: np.random.Generator) -> None:
        self.drift, self.unsettled = drift, unsettled
        root = np.linalg.cholesky(drift.levels.variance + 1e-12 * np.eye(2))
        new = rng.standard_normal((*unsettled.shape, 2)) * unsettled[:, :, None]
        self.at = drift.levels.mean + np.einsum("aij,daj->dai", root, new)

    def step(self, new: Numbers, shared: Numbers, rng: np.random.Generator) -> Numbers:
        """Logarithm of what is seen a year on; `new` [2, draws, areas] drives the drift and the noise."""
        self.at = stepped_draws(self.at, new[0], self.unsettled, self.drift.spread, self.drift.churn, rng)
        noise = np.sqrt(self.drift.spread.noise**2 + self.drift.fresh) * new[1] * self.unsettled
        return np.asarray(self.at.sum(axis=2) + noise + shared[:, None] + self.drift.national)


class _Shocks:
    """A random walk of all England whose step is itself uncertain: a matrix t, from the steps seen so far."""

    def __init__(self, seen: Numbers, draws: int, rng: np.random.Generator) -> None:
        square = seen.T @ seen + _SHOCK_YEARS * _SHOCK**2 * np.eye(seen.shape[1])
        freedom = len(seen) + _SHOCK_YEARS
        self.root = np.linalg.cholesky(square) / np.sqrt(freedom)
        self.size = np.sqrt(freedom / rng.chisquare(freedom, draws))
        self.at = np.zeros((draws, seen.shape[1]))

    def step(self, rng: np.random.Generator) -> Numbers:
        """[draws, kinds] how far England has moved since the origin."""
        self.at = self.at + self.size[:, None] * (rng.standard_normal(self.at.shape) @ self.root.T)
        return self.at
