"""Bands that held too little or too much at past quarters are made wider or narrower, and it is said.

A band is scaled about its median on the scale of the root of the count, by the factor that would have made past
bands of 80% and 95% hold their share (split conformal prediction on scaled residuals: Lei and others, 2018, J. Am.
Stat. Assoc. 113, 1094-1111). Few origins say little: the factor is drawn towards one by its own uncertainty, bands
are widened only when the past says so by more than its standard error, and narrowed only when it says so by far more,
and then by less than it says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.backtest import NOT_RUN, QUANTILES, Backtest, Cases, spread_draws
from sufficiency.forecast import Forecast
from sufficiency.groups import GROUP_NAMES, GROUPS
from sufficiency.whole import shared_out

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

SHARES: Final = (0.8, 0.95)
ENOUGH_ORIGINS: Final = 20
"""With fewer, a group's own past is not looked at: all groups are taken together."""
_PRIOR: Final = 0.35
"""How far off, as a logarithm, bands are taken to be before anything is known (standard deviation)."""
_SURE: Final = 1.645
"""Standard errors by which bands must have held too much before they are narrowed, half of one less than that."""
_NARROW_STRETCHES: Final = 8
"""With fewer separate stretches (times the root of the number of groups looked at together) nothing is narrowed."""
_FURTHEST: Final = np.log(4.0)
_SPREADS: Final = 8
"""Points that each outcome is spread over, half a child either way."""
_PARTS: Final = 8
"""Most parts that the past is cut into to see what each changes."""
_G: Final = len(GROUPS)
_TOTAL: Final = _G
"""Column of the total, after the groups."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was found and done for one count at one horizon."""

    group: int
    """In `groups.GROUPS`; -1 for all children in care."""
    months_ahead: int
    origins: int
    stretches: int
    """Of origins whose outcomes do not overlap."""
    pooled: bool
    """Whether only all groups together were looked at."""
    factor: float
    """What the distance from the median is multiplied by; one leaves the band as it is."""
    before: tuple[float, float]
    """Share of past outcomes that the 80% and 95% bands held (over all groups where pooled)."""
    after: tuple[float, float]
    """The same with the bands mended by what the other stretches of time say; not-a-number with fewer than two."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """How bands are to be changed, from a backtest; `none_reason` where there is nothing to go by."""

    mended: tuple[Mended, ...]
    none_reason: str | None = None

    @property
    def changes(self) -> bool:
        """Whether any band is changed."""
        return any(one.factor != 1.0 for one in self.mended)

    def factors(self, months: int) -> Floats:
        """[months, groups + 1] factor for each month ahead, the total last.

        Between horizons along a straight line of logarithms; before the first and after the last as at them.
        """
        made = np.ones((months, _G + 1))
        for column in range(_G + 1):
            own = [m for m in self.mended if m.group == (column if column < _G else -1)]
            if own:
                at = [m.months_ahead for m in own]
                made[:, column] = np.exp(np.interp(np.arange(1, months + 1), at, [np.log(m.factor) for m in own]))
        return made

    def sentences(self) -> tuple[str, ...]:
        """What was found and what was done, for people: for each horizon the total, what is changed, and the rest."""
        if self.none_reason is not None:
            return (self.none_reason,)
        said = []
        for horizon in dict.fromkeys(one.months_ahead for one in self.mended):
            here = [one for one in self.mended if one.months_ahead == horizon]
            total, groups = [one for one in here if one.group < 0], [one for one in here if one.group >= 0]
            said += [_said("all children in care", one) for one in total]
            if groups and groups[0].pooled:
                said.append(_said("each kind of home (all looked at together)", groups[0]))
                continue
            said += [_said(GROUP_NAMES[GROUPS[one.group]], one) for one in groups if one.factor != 1.0]
            rest = [one for one in groups if one.factor == 1.0]
            if rest:
                held = [np.mean([one.before[share] for one in rest]) for share in range(2)]
                which = "the kinds of home" if len(rest) == len(groups) else "the other kinds of home"
                said.append(
                    f"{horizon} months ahead, {which}: the 80% bands held {held[0]:.0%} and the 95% bands "
                    f"{held[1]:.0%} on average; they are left as they are."
                )
        return tuple(said)


def _said(name: str, one: Mended) -> str:
    """A sentence on one count at one horizon."""
    quarters = f"{one.origins} past origin{'s' if one.origins > 1 else ''}"
    held = f"at {quarters} the 80% band held {one.before[0]:.0%} and the 95% band {one.before[1]:.0%}"
    if one.factor == 1.0:
        return f"{one.months_ahead} months ahead, {name}: {held}; bands are left as they are."
    done = "widened" if one.factor > 1 else "narrowed"
    if abs(math.log(one.factor)) > _FURTHEST - 1e-9:
        done = f"so far off that something else is wrong with the forecast or the returns; they are {done}"
    then = ""
    if not np.isnan(one.after[0]):
        then = f", which would have held {one.after[0]:.0%} and {one.after[1]:.0%}"
    return f"{one.months_ahead} months ahead, {name}: {held}; bands are {done} {one.factor:.2f} times{then}."


def recalibration_of(test: Backtest) -> Recalibration:
    """What past forecasts of children in care say of the bands, for each group and the total at each horizon.

    Entries, exits and ages within a group are tested (`backtest`) and not changed.
    """
    if test.none_reason is not None:
        return Recalibration((), f"{NOT_RUN[0].upper()}{NOT_RUN[1:]}, so bands are as the model gives them.")
    cases = test.cases
    found: list[Mended] = []
    wider = np.zeros(_G + 1)
    for at, horizon in enumerate(cases.horizons):
        known = cases.known(horizon)
        if known.any():
            stretches = max(int(known.sum()) // cases.overlap(horizon), 1)
            made, wider = _horizon(_residuals(cases, at, known), horizon, stretches, wider)
            found += made
    return Recalibration(tuple(found))


def _root(values: Array) -> Floats:
    """The scale that bands are stretched on: the root of the count and half a child."""
    return np.asarray(np.sqrt(np.maximum(np.asarray(values) + 0.5, 0.0)), dtype=np.float64)


def _residuals(cases: Cases, at: int, known: Array) -> Floats:
    """[shares, spreads, origins, groups + total] distance of the outcome from the median, in half-widths of the band.

    A factor of at least the residual makes the band hold that outcome.
    """
    columns = [*range(1, _G + 1), 0]
    outcome = cases.outcome[known, at][:, columns]
    moves = (np.arange(_SPREADS) + 0.5) / _SPREADS - 0.5
    there = _root(outcome[None] + moves[:, None, None])
    edges = _root(cases.quantiles[:, known, at][:, :, columns])
    middle = edges[QUANTILES.index(0.5)]
    made = []
    for share in SHARES:
        tail = round((1 - share) / 2, 6)
        low, high = edges[QUANTILES.index(tail)], edges[QUANTILES.index(round(1 - tail, 6))]
        width = np.where(there >= middle, high - middle, middle - low)
        made.append(np.abs(there - middle) / np.maximum(width, 1e-6))
    return np.stack(made)


def _horizon(residuals: Floats, horizon: int, stretches: int, wider: Floats) -> tuple[list[Mended], Floats]:
    """Factors of every group and the total from the residuals of one horizon, and how they do on what is left out.

    `wider` [groups + total]: logarithms of the factors by which the horizon before widened bands, nought where it did
    not. They are the first guess here, as shorter horizons have more to go by; the same comes back for the next.
    """
    origins = residuals.shape[2]
    own = origins >= ENOUGH_ORIGINS
    factors, wider_here = _factors(residuals, stretches, wider)
    parts = np.array_split(np.arange(origins), min(stretches, _PARTS))
    before = (residuals <= 1.0).mean(axis=1)
    after = np.full(before.shape, np.nan)
    if len(parts) > 1:
        for part in parts:
            rest = np.setdiff1d(np.arange(origins), part)
            left_out, _ = _factors(residuals[:, :, rest], max(round(stretches * len(rest) / origins), 1), wider)
            after[:, part] = (residuals[:, :, part] <= left_out).mean(axis=1)
    made = []
    for column in (_TOTAL, *range(_G)):
        pooled = column != _TOTAL and not own
        judged = slice(0, _G) if pooled else slice(column, column + 1)
        shares = [tuple(float(x) for x in held[:, :, judged].mean(axis=(1, 2))) for held in (before, after)]
        made.append(
            Mended(
                group=-1 if column == _TOTAL else column,
                months_ahead=horizon,
                origins=origins,
                stretches=stretches,
                pooled=pooled,
                factor=float(factors[column]),
                before=(shares[0][0], shares[0][1]),
                after=(shares[1][0], shares[1][1]),
            )
        )
    return made, wider_here


def _factors(residuals: Floats, stretches: int, wider: Floats) -> tuple[Floats, Floats]:
    """[groups + total] factor of each: groups from all groups together, and from their own past if that is enough.

    And what the next horizon is to start from (`_horizon`).
    """
    logs = np.zeros(_G + 1)
    together = _careful(residuals[..., :_G], stretches)
    logs[:_G] = together
    logs[_TOTAL] = _careful(residuals[..., _TOTAL:], stretches, wider[_TOTAL])
    if residuals.shape[2] >= ENOUGH_ORIGINS:
        for group in range(_G):
            # One of ten groups is soon off by a standard error: more is asked of it before it differs from the rest.
            own = residuals[..., group : group + 1]
            start = max(together, wider[group]) if wider[group] > 0 else together
            logs[group] = _careful(own, stretches, start, _SURE)
    logs = np.clip(logs, -_FURTHEST, _FURTHEST)
    return np.asarray(np.exp(logs), dtype=np.float64), np.asarray(np.maximum(logs, 0.0), dtype=np.float64)


def _careful(residuals: Floats, stretches: int, start: float = 0.0, sure: float = 1.0) -> float:
    """Logarithm of the factor that residuals call for, as far as they can be trusted, from a first guess on.

    `sure`: standard errors that it takes to widen.
    """
    seen, wanted = _wanted(residuals, 0), _wanted(residuals, 1)
    if np.isnan(wanted):
        return start
    error = _error(residuals, stretches)
    trust = _PRIOR**2 / (_PRIOR**2 + error**2)
    # Whether bands are off is judged by the past as it was; how far they are moved, with room for one case more.
    if seen - start > sure * error:
        return start + trust * (wanted - start)
    if seen - start < -_SURE * error and stretches * np.sqrt(residuals.shape[3]) >= _NARROW_STRETCHES:
        return start + min(trust * (wanted - start + 0.5 * error), 0.0)
    return start


def _wanted(residuals: Floats, more: int) -> float:
    """Logarithm of the factor with which bands hold their share of the past and of so many cases more, taken as the
    furthest off; not-a-number with too few.

    The mean over 80% and, where there are enough cases (19), 95%. With one more it is split conformal prediction.
    """
    cases = residuals.shape[2] * residuals.shape[3]
    logs = []
    for share, values in zip(SHARES, residuals, strict=True):
        if share * (cases + 1) <= cases:
            at = math.ceil(share * (cases + more) / cases * values.size - 1e-9) - 1
            logs.append(math.log(max(float(np.partition(values, at, axis=None)[at]), 1e-3)))
    return float(np.mean(logs)) if logs else float("nan")


def _error(residuals: Floats, stretches: int) -> float:
    """Standard error of `_wanted`: from leaving out one part of the past after another, and never below what so
    many separate stretches of as many groups can tell, groups counting for the root of their number."""
    origins, groups = residuals.shape[2], residuals.shape[3]
    least = 0.9 / np.sqrt(stretches * np.sqrt(groups))
    count = min(stretches, _PARTS)
    if count < 3:
        return float(least)
    parts = np.array_split(np.arange(origins), count)
    each = np.array([_wanted(np.delete(residuals, part, axis=2), 0) for part in parts])
    if np.isnan(each).any():
        return float(least)
    jackknife = np.sqrt((count - 1) / count * ((each - each.mean()) ** 2).sum())
    return float(max(jackknife, least))


def recalibrated(forecast: Forecast, by: Recalibration) -> Forecast:
    """The forecast with the bands of children in care mended.

    Kept: in every draw ages add up to their group and groups to the total; the total is spread as mended, about the
    same median, and which future has more children than which stays. Groups are as mended as far as they still add
    up: what is left between their sum and the total is shared out by how uncertain each group is. Ages within a
    group keep their proportions. Not kept: entries, exits and moves stay as drawn, so stock no longer differs from
    month to month by exactly them. `parts` gains `recalibration`, what the variance grew or shrank by. A
    recalibration that changes nothing gives the forecast back as it is.
    """
    if not by.changes:
        return forecast
    old = forecast.stock
    factors = by.factors(old.shape[1])
    new = old.copy()
    for month in np.flatnonzero((factors != 1.0).any(axis=1)):
        new[:, month] = _month(old[:, month].astype(np.int64), factors[month])

    def variance(stocks: Array) -> Floats:
        groups = stocks.sum(axis=3, dtype=np.int64)
        both = [groups.var(axis=0), groups.sum(axis=2).var(axis=0)[:, None]]
        return np.asarray(np.concatenate(both, axis=1), dtype=np.float64)

    parts = {**forecast.parts, "recalibration": variance(new) - variance(old)}
    return replace(forecast, stock=new, parts=parts)


def _month(stocks: Array, factors: Floats) -> Array:
    """[draws, groups, ages] of one month with groups and total scaled, adding up."""
    groups = stocks.sum(axis=2)
    scaled = _scaled(groups, factors[:_G])
    total = _scaled(groups.sum(axis=1)[:, None], factors[_TOTAL:])[:, 0]
    doubt = scaled.var(axis=0)
    weights = doubt / doubt.sum() if doubt.sum() > 0 else np.full(_G, 1 / _G)
    wanted = np.maximum(scaled + (total - scaled.sum(axis=1))[:, None] * weights, 0.0)
    by_group = shared_out(wanted, total)
    usual = stocks.mean(axis=0) + 1e-9
    ages = np.where(groups[:, :, None] > 0, stocks.astype(np.float64), usual)
    return shared_out(ages, by_group)


def _scaled(counts: Array, factors: Floats) -> Array:
    """[draws, columns] whole counts with their distance from the median scaled on the scale of the root."""
    spread = _root(spread_draws(counts))
    middle = np.median(spread, axis=0)
    far = np.maximum(middle + (spread - middle) * factors, 0.0)
    changed = np.maximum(np.rint(far**2 - 0.5), 0.0).astype(np.int64)
    return np.where(factors != 1.0, changed, counts)
