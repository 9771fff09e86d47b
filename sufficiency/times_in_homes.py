"""When children lived in children's homes, and which of them may have needed a foster home instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.groups import AGE_BANDS, AGE_EDGES, FOSTER, RESIDENTIAL
from sufficiency.history import History
from sufficiency.scenario import Scenario
from sufficiency.stays import age_band, birthday

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

_A: Final = len(AGE_BANDS)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Children recorded in foster and children's homes on some days: [days, ages]."""

    foster: npt.NDArray[np.int64]
    residential: npt.NDArray[np.int64]
    doubtful: npt.NDArray[np.int64]
    """Of those in children's homes: came young, or soon after a foster placement broke down."""
    not_known: npt.NDArray[np.int64]
    """Of those in children's homes: came before the returns begin, so that nobody can tell."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The share of children in children's homes who may have needed a foster home, by age band."""

    share: Floats
    """[ages]"""
    children: Floats
    """[ages] how many children that share rests on, in effect; infinite where it follows from the ages alone."""


@dataclass(frozen=True, slots=True)
class TimesInHomes:
    """One entry an unbroken time in children's homes, however many they were."""

    child: npt.NDArray[np.int64]
    """Position in the return's children."""
    begin: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]
    dob: npt.NDArray[np.int64]
    doubtful: npt.NDArray[np.bool_]
    """Whether the child came young, or soon after a foster placement broke down."""
    known: npt.NDArray[np.bool_]
    """Whether it can be told how it began."""


def times_in_homes(history: History, scenario: Scenario) -> TimesInHomes:
    """When each child lived in children's homes, and whether they may have needed a foster home instead."""
    spells, periods = history.placements, history.periods
    young = scenario.number("need.use.young_under_age").whole
    within = scenario.number("need.use.failed_search_days").whole
    home = spells.group == RESIDENTIAL
    goes_on = np.zeros(len(home), dtype=np.bool_)
    goes_on[1:] = home[:-1] & (spells.period[1:] == spells.period[:-1])
    first = np.flatnonzero(home & ~goes_on)
    last_of = np.flatnonzero(home & ~np.append(goes_on[1:] & home[1:], False)[: len(home)])
    period = spells.period[first]
    begin = spells.begin[first]
    came_young = begin < birthday(periods.dob[period], young)
    failed = _after_a_breakdown(history, periods.child[period], begin, within)
    begun_before = spells.begun_before[first]
    return TimesInHomes(
        child=periods.child[period],
        begin=begin,
        until=spells.until[last_of],
        dob=periods.dob[period],
        doubtful=came_young | (failed & ~begun_before),
        known=~begun_before | came_young,
    )


def _after_a_breakdown(history: History, child: Array, begin: Array, within: int) -> npt.NDArray[np.bool_]:
    """Whether a foster placement of the child broke down on the day or at most `within` days before it."""
    spells, periods = history.placements, history.periods
    ended = np.flatnonzero(np.isin(spells.group, FOSTER) & spells.broke_down)
    whose, when = periods.child[spells.period[ended]], spells.until[ended]
    order = np.lexsort((when, whose))
    whose, when = whose[order], when[order]
    # One number for child and day, in the order of both: the last breakdown not after the day stands just before it.
    span = np.int64(1) << 32
    at = np.searchsorted(whose * span + when, child * span + begin, side="right") - 1
    there = at >= 0
    found = np.zeros(len(child), dtype=np.bool_)
    found[there] = (whose[at[there]] == child[there]) & (begin[there] - when[at[there]] <= within)
    return found


def recorded(history: History, days: list[int] | Array, scenario: Scenario) -> Recorded:
    """What the returns say of each day, up to `history.until` (which stands for the end of the day before)."""
    runs = times_in_homes(history, scenario)
    asked = np.asarray(days, dtype=np.int64)
    counts = np.zeros((4, len(asked), _A), dtype=np.int64)
    spells, periods = history.placements, history.periods
    for i, day in enumerate(asked.tolist()):
        there = there_on(spells.begin, spells.until, day, history.until)
        band = age_band(periods.dob[spells.period[there]], day)
        in_foster = np.isin(spells.group[there], FOSTER)
        counts[0, i] = np.bincount(band[in_foster], minlength=_A)
        inside = there_on(runs.begin, runs.until, day, history.until)
        at = age_band(runs.dob[inside], day)
        counts[1, i] = np.bincount(at, minlength=_A)
        counts[2, i] = np.bincount(at[runs.doubtful[inside]], minlength=_A)
        counts[3, i] = np.bincount(at[~runs.known[inside]], minlength=_A)
    return Recorded(counts[0], counts[1], counts[2], counts[3])


def doubtful_share(history: History, scenario: Scenario) -> Doubtful:
    """The share of children in homes who came there young or after a breakdown, by the age band they are in.

    Every first of a month of the history counts, with half the weight for every half-life of `need.rates` that it
    lies back. One child is in homes on many such days: evidence is counted in children, not in days (Kish's
    effective number). Children of whom nobody can tell how they came are left out.
    """
    runs = times_in_homes(history, scenario)
    half_life = scenario.number("need.rates.half_life_years").value * 365.25
    days = _firsts_of_months(history)
    weights = np.zeros((len(runs.begin), _A))
    for day in days.tolist():
        inside = there_on(runs.begin, runs.until, day, history.until)
        weights[inside, age_band(runs.dob[inside], day)] += 0.5 ** ((history.until - day) / half_life)
    weights = weights[runs.known]
    doubtful = weights * runs.doubtful[runs.known][:, None]
    whole = weights.sum(axis=0)
    share = np.divide(doubtful.sum(axis=0), whole, out=np.full(_A, 0.5), where=whole > 0)
    squares = (weights**2).sum(axis=0)
    children = np.divide(whole**2, squares, out=np.zeros(_A), where=squares > 0)
    always = np.array(AGE_EDGES[1:]) <= scenario.number("need.use.young_under_age").whole
    return Doubtful(np.where(always, 1.0, share), np.where(always, np.inf, children))


def still_there(history: History, times: TimesInHomes, months: int) -> Floats:
    """Of the children in homes on a day, the share who had been there without a break so many months before: [months].

    Beyond the length of the history it goes on falling as it fell before.
    """
    days = _firsts_of_months(history)
    there = (times.begin[None, :] <= days[:, None]) & (times.until[None, :] > days[:, None])
    still = np.zeros(months)
    for lag in range(1, months + 1):
        living = int(there[lag:].sum())
        if living:
            still[lag - 1] = (there[lag:] & there[:-lag]).sum() / living
        elif lag > 1:
            still[lag - 1] = still[lag - 2] ** (lag / (lag - 1))
    return still


def there_on(begin: Array, until: Array, day: int, last: int) -> npt.NDArray[np.int64]:
    """Which stays go on on a day; on the first day that is not known, those that did at the end of the day before."""
    if day > last:
        raise ValueError(
            f"Nothing is known of {np.datetime64(day, 'D')}: the returns end the day before "
            f"{np.datetime64(last, 'D')}. Ask for an earlier day, or for the bracket of a forecast."
        )
    on = day - 1 if day == last else day
    return np.flatnonzero((begin <= on) & (until > on))


def _firsts_of_months(history: History) -> npt.NDArray[np.int64]:
    first = np.datetime64(history.first, "D").astype("datetime64[M]")
    last = np.datetime64(history.until - 1, "D").astype("datetime64[M]")
    months = np.arange(first, last + 1)
    days = months.astype("datetime64[D]").astype(np.int64)
    return np.asarray(days[(days >= history.first) & (days < history.until)], dtype=np.int64)
