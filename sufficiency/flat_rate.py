"""The usual model of demand: children move, leave and enter at daily rates that never change.

Told after the models that councils share (cs-demand-model and its regional form), so that a forecast is held to
what is in use: a state is an age band in a group, rates are means of daily ratios, children grow out of an age band
at one over its length, and as many enter a day as did on average. Unlike cs-demand-model 0.5.1, nobody turns 18
twice: leaving at 18 is part of what is seen, and not added to it as ageing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sufficiency.bands import Array, Bands, Days, Floats, before, level_counts, months_ahead
from sufficiency.forecast import Forecast
from sufficiency.groups import AGE_BANDS, AGE_EDGES, EXITS, GROUPS
from sufficiency.history import End, History, age_band, birthday, entries

REFERENCE_MONTHS: Final = 60
_G, _A, _X = len(GROUPS), len(AGE_BANDS), len(EXITS)
_STATES = _G * _A
"""State = group x ages + age band."""


@dataclass(frozen=True, slots=True)
class FlatRates:
    """Daily chances of what happens to a child in each state, and what enters."""

    moves: Floats
    """[states, groups] to a placement in each group, the child's own included."""
    exits: Floats
    """[states, exits]"""
    ages: Floats
    """[states] into the next age band; nobody leaves the last one by ageing."""
    entries: Floats
    """[states] children a day."""
    stock: Array
    """[states] children in care the day before the origin."""


def flat_rates(history: History, origin: int, reference_months: int = REFERENCE_MONTHS) -> FlatRates:
    """Rates of the months before the origin, as many as asked for or as there are.

    A rate is the mean over days of events on the day / children in the state the day before; a day without any counts
    as nought, as it does in the models this stands for. Raises ValueError where there is not one day.
    """
    known = before(history, origin)
    month = np.datetime64(origin, "D").astype("datetime64[M]") - reference_months
    first = max(known.first + 1, int(month.astype("datetime64[D]").astype(np.int64)))
    days = origin - first
    if days < 1:
        raise ValueError("Flat rates need two days of history at least. Choose a later origin.")
    stocks = _daily_stock(known, first - 1, origin)
    spells, periods = known.placements, known.periods
    of = spells.period
    ended = (spells.after >= 0) | (periods.end[of] == End.ENDED)
    at = np.flatnonzero(ended & (spells.until >= first) & (spells.until < origin))
    eve = spells.until[at] - 1
    state = spells.group[at].astype(np.int64) * _A + age_band(periods.dob[of[at]], eve)
    share = 1.0 / stocks[eve - (first - 1), state] / days
    to = np.where(spells.after[at] >= 0, spells.after[at], _G + periods.exit[of[at]]).astype(np.int64)
    counted = np.bincount(state * (_G + _X) + to, share, _STATES * (_G + _X))
    rates = counted.astype(np.float64).reshape(_STATES, _G + _X)
    length = 365.0 * np.diff(AGE_EDGES)
    ages = np.tile(np.append(1.0 / length[:-1], 0.0), _G)
    # With very few children in a state, rates and ageing can come to more than one.
    fits = np.minimum(1.0, 1.0 / np.maximum(rates.sum(axis=1) + ages, 1e-12))
    came = entries(known, first, origin)
    entered = np.bincount(came.group.astype(np.int64) * _A + age_band(came.dob, came.day), minlength=_STATES) / days
    rates *= fits[:, None]
    return FlatRates(rates[:, :_G], rates[:, _G:], ages * fits, entered, stocks[-1])


def _daily_stock(history: History, first: int, until: int) -> Array:
    """[days, states] children in care on each day from one up to and without another."""
    spells, dob = history.placements, history.periods.dob[history.placements.period]
    edges = [np.full(len(dob), -(2**62)), *(birthday(dob, age) for age in AGE_EDGES[1:-1]), np.full(len(dob), 2**62)]
    days = until - first
    change = np.zeros((days + 1) * _STATES, dtype=np.int64)
    for band in range(_A):
        begin = np.clip(np.maximum(spells.begin, edges[band]), first, until) - first
        end = np.clip(np.minimum(spells.until, edges[band + 1]), first, until) - first
        state = spells.group.astype(np.int64) * _A + band
        there = begin < end
        change += np.bincount((begin * _STATES + state)[there], minlength=len(change))
        change -= np.bincount((end * _STATES + state)[there], minlength=len(change))
    return np.cumsum(change.reshape(days + 1, _STATES)[:-1], axis=0)


def flat_rate_markov(
    history: History, origin: int, month_ends: Days, reference_months: int = REFERENCE_MONTHS
) -> Bands:
    """Expected children by flat rates in daily steps, with the variance that is usual for it, as normal bands.

    Each day children become M children + entrants, and the variance grows by the sum over where they come from of
    M (1 - M) children, plus the entrants; it is never made smaller by children leaving. A group's variance is the
    sum over its ages, the total's over all. Entries and exits are taken as Poisson counts.
    """
    rates = flat_rates(history, origin, reference_months)
    step, out = daily_step(rates)
    days = np.diff(np.concatenate([[origin - 1], np.asarray(month_ends, dtype=np.int64)]))
    # Day by day with small matrices: powers of large ones are slower, and are handed to threads that get in the way.
    doubt = step * (1 - step)
    now, spread = rates.stock.astype(np.float64), np.zeros(_STATES)
    children, variances = np.empty((len(days), _STATES)), np.empty((len(days), _STATES))
    left = np.zeros(len(days))
    for month, length in enumerate(days.tolist()):
        for _ in range(length):
            spread = spread + doubt @ now + rates.entries
            left[month] += out @ now
            now = step @ now + rates.entries
        children[month], variances[month] = now, spread
    entered = rates.entries.sum() * days.astype(np.float64)
    mean = level_counts(children.reshape(-1, _G, _A), entered[:, None, None], left[:, None, None])
    variance = level_counts(variances.reshape(-1, _G, _A), entered[:, None, None], left[:, None, None])
    sd = {level: np.sqrt(np.maximum(value, 0.0)) for level, value in variance.items()}
    return Bands("flat-rate Markov", np.asarray(month_ends), mean, sd)


def daily_step(rates: FlatRates) -> tuple[Floats, Floats]:
    """[to, from] share of each state's children in each state a day later, and [from] that leave care."""
    step = np.zeros((_STATES, _STATES))
    state = np.arange(_STATES)
    group, band = np.divmod(state, _A)
    for to in range(_G):
        step[to * _A + band, state] += np.where(group == to, 0.0, rates.moves[:, to])
    grows = state[band < _A - 1]
    step[grows + 1, grows] += rates.ages[grows]
    out = rates.exits.sum(axis=1)
    step[state, state] += 1 - step.sum(axis=0) - out
    return step, out


def flat_rate_markov_simulated(
    history: History, months: int, draws: int, seed: int, reference_months: int = REFERENCE_MONTHS
) -> Forecast:
    """The same flat rates with the chance that is truly in them: each child's fate drawn, entrants as Poisson counts.

    A fairer rival than the usual variance, which counts children as uncertain who have long left. Rates are taken
    as known, and nothing drifts. From `history.until` on, which is the first day of a month.
    """
    random = np.random.default_rng(seed)
    origin = history.until
    starts = months_ahead(origin, months)
    rates = flat_rates(history, origin, reference_months)
    events = np.hstack([rates.moves, rates.exits, rates.ages[:, None]])
    any_event = np.minimum(events.sum(axis=1), 1.0)
    which = events / np.maximum(events.sum(axis=1, keepdims=True), 1e-300)
    daily = rates.entries.sum()
    entrants = rates.entries / daily if daily > 0 else np.full(_STATES, 1 / _STATES)
    now = np.repeat(rates.stock[None, :].astype(np.int64), draws, axis=0)
    stocks = np.zeros((draws, months, _STATES), dtype=np.int32)
    entered, left = np.zeros_like(stocks), np.zeros((draws, months, _G, _X), dtype=np.int32)
    moved = np.zeros((draws, months, _G, _G), dtype=np.int32)
    for month in range(months):
        for _ in range(int(starts[month + 1] - starts[month])):
            happens = random.binomial(now, any_event)
            draw, state = np.nonzero(happens)
            fate = random.multinomial(happens[draw, state], which[state])
            now -= happens
            row, to = np.nonzero(fate)
            count, draw, state = fate[row, to], draw[row], state[row]
            group, band = np.divmod(state, _A)
            moves, grows = to < _G, to == _G + _X
            leaves = ~moves & ~grows
            np.add.at(now, (draw[moves], to[moves] * _A + band[moves]), count[moves])
            np.add.at(now, (draw[grows], state[grows] + 1), count[grows])
            np.add.at(moved[:, month], (draw[moves], group[moves], to[moves]), count[moves])
            np.add.at(left[:, month], (draw[leaves], group[leaves], to[leaves] - _G), count[leaves])
            arrivals = random.poisson(daily, draws)
            into = random.choice(_STATES, int(arrivals.sum()), p=entrants)
            where = np.repeat(np.arange(draws), arrivals)
            np.add.at(now, (where, into), 1)
            np.add.at(entered[:, month], (where, into), 1)
        stocks[:, month] = now
    by_age = stocks.reshape(draws, months, _G, _A)
    groups = by_age.sum(axis=3)
    process = np.concatenate([groups.var(axis=0), groups.sum(axis=2).var(axis=0)[:, None]], axis=1)
    none = np.zeros_like(process)
    return Forecast(
        origin=origin,
        month_ends=starts[1:] - 1,
        stock=by_age,
        entries=entered.reshape(draws, months, _G, _A),
        exits=left,
        moves=moved,
        parts={"process": process, "parameter": none, "structural": none},
    )
