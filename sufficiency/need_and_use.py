"""What is used is what supply allowed: the children who need foster care lie between two ends, given together.

*Use*: every child needs the kind of home that they are, or are forecast to be, in.
*Need*: a share of some of the children in children's homes needed a foster home. They are those who came to live in
children's homes below an age (13), or within so many days (28) after a foster placement broke down: the search for
another foster home may have failed. Nobody records what share that is; the scenario states an interval (none to all).

Neither end is a forecast of need by itself, and no number between them is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from sufficiency.forecast import Forecast, middle_quantiles
from sufficiency.groups import AGE_BANDS, AGE_EDGES, FOSTER, RESIDENTIAL
from sufficiency.history import History
from sufficiency.scenario import Quantity, Scenario
from sufficiency.stays import age_band, birthday
from sufficiency.streams import generator

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

LEVELS: Final = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Where the quantiles of a band stand."""
_PURPOSE: Final = 903
"""Of the random numbers drawn here, apart from those of the forecast."""
_A: Final = len(AGE_BANDS)


@dataclass(frozen=True, slots=True)
class Band:
    """Children on the last day of each month; the last column is the total of the age bands before it."""

    mean: Floats
    """[months, ages + 1]"""
    quantiles: Floats
    """[levels, months, ages + 1], at `LEVELS`"""


@dataclass(frozen=True, slots=True)
class End:
    """One end of the bracket: the children who need foster homes, and those who need children's homes."""

    foster: Band
    residential: Band


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
class Bracket:
    """The two ends between which need lies, month by month, and what is said with them."""

    month_ends: npt.NDArray[np.int64]
    use: End
    need: End
    today: Recorded
    """On the last day that is known: one row."""
    doubtful: Doubtful
    words: tuple[str, ...]
    """To be printed wherever either end is."""


def bracket(history: History, forecast: Forecast, scenario: Scenario, *, seed: int) -> Bracket:
    """Both ends for every month of a forecast.

    What share of the children in homes is doubtful is read from the history by age band, newer months counting
    more, drawn anew for every future, and taken to go on. The same seed gives the same counts.
    """
    foster = forecast.stock[:, :, list(FOSTER), :].sum(axis=2, dtype=np.int64)
    residential = forecast.stock[:, :, RESIDENTIAL, :].astype(np.int64)
    doubtful = doubtful_share(history, scenario)
    moved = _moved(residential, doubtful, scenario.number("need.use.foster_share_of_young_residential"), seed)
    today = recorded(history, [history.until], scenario)
    return Bracket(
        month_ends=forecast.month_ends,
        use=End(_band(foster), _band(residential)),
        need=End(_band(foster + moved), _band(residential - moved)),
        today=today,
        doubtful=doubtful,
        words=_words(today, doubtful, scenario),
    )


def recorded(history: History, days: list[int] | Array, scenario: Scenario) -> Recorded:
    """What the returns say of each day, up to `history.until` (which stands for the end of the day before)."""
    runs = times_in_homes(history, scenario)
    asked = np.asarray(days, dtype=np.int64)
    counts = np.zeros((4, len(asked), _A), dtype=np.int64)
    spells, periods = history.placements, history.periods
    for i, day in enumerate(asked.tolist()):
        there = _there(spells.begin, spells.until, day, history.until)
        band = age_band(periods.dob[spells.period[there]], day)
        in_foster = np.isin(spells.group[there], FOSTER)
        counts[0, i] = np.bincount(band[in_foster], minlength=_A)
        inside = _there(runs.begin, runs.until, day, history.until)
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
        inside = _there(runs.begin, runs.until, day, history.until)
        weights[inside, age_band(runs.dob[inside], day)] += 0.5 ** ((history.until - day) / half_life)
    weights = weights[runs.known]
    doubtful = weights * runs.doubtful[runs.known][:, None]
    whole = weights.sum(axis=0)
    share = np.divide(doubtful.sum(axis=0), whole, out=np.full(_A, 0.5), where=whole > 0)
    squares = (weights**2).sum(axis=0)
    children = np.divide(whole**2, squares, out=np.zeros(_A), where=squares > 0)
    always = np.array(AGE_EDGES[1:]) <= scenario.number("need.use.young_under_age").whole
    return Doubtful(np.where(always, 1.0, share), np.where(always, np.inf, children))


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


def _there(begin: Array, until: Array, day: int, last: int) -> npt.NDArray[np.int64]:
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


def _moved(residential: Array, doubtful: Doubtful, given: Quantity, seed: int) -> npt.NDArray[np.int64]:
    """Children in homes who needed a foster home: [draws, months, ages].

    A future has one share for all its months, and one chance for each age band, so that a child who is counted
    in one month is not forgotten in the next.
    """
    draws = len(residential)
    rng = generator(seed, _PURPOSE, 0)
    needed = given.drawn(rng.random(draws))
    certain = np.isinf(doubtful.children)
    evidence = np.where(certain, 1.0, doubtful.children)
    drawn = rng.beta(
        0.5 + np.where(certain, 0.5, doubtful.share) * evidence,
        0.5 + np.where(certain, 0.5, 1 - doubtful.share) * evidence,
        size=(draws, _A),
    )
    share = np.where(certain, 1.0, drawn) * needed[:, None]
    luck = rng.random((draws, _A))
    counts = stats.binom.ppf(luck[:, None, :], residential, share[:, None, :])
    return np.asarray(np.clip(counts, 0, residential), dtype=np.int64)


def _band(counts: Array) -> Band:
    """[draws, months, ages] with its total."""
    both = np.concatenate((counts, counts.sum(axis=2, keepdims=True)), axis=2)
    return Band(both.mean(axis=0, dtype=np.float64), middle_quantiles(both, LEVELS))


def _words(today: Recorded, doubtful: Doubtful, scenario: Scenario) -> tuple[str, ...]:
    given = scenario.number("need.use.foster_share_of_young_residential")
    young = scenario.number("need.use.young_under_age").whole
    days = scenario.number("need.use.failed_search_days").whole
    living, some, unknown = (int(counts.sum()) for counts in (today.residential, today.doubtful, today.not_known))
    said = [
        "What is used is what supply allowed, not what children need. Two ends are given, always together: one takes "
        "every child to need the kind of home they live in; the other takes some of the children in children's homes "
        "to have needed a foster home.",
        f"On the last day of the returns {living} children lived in children's homes. {some} of them came there below "
        f"the age of {young}, or within {days} days after a foster placement broke down.",
        f"Nobody records how many of these needed a foster home. The scenario says: {given.low:.0%} to "
        f"{given.high:.0%}, {given.value:.0%} the likeliest ({given.status}: {given.source}).",
        "That the same share of children in homes will have come there so, at each age, is taken from the past.",
    ]
    if unknown:
        said.append(
            f"{unknown} of the {living} were there before the returns begin, and nobody can tell how they came: they "
            "are left out of that share."
        )
    if doubtful.children[np.isfinite(doubtful.children)].sum() < 10:
        said.append(
            "Fewer than ten children were in children's homes at the ages for which the share must be learnt, so next "
            "to nothing is known of it."
        )
    return tuple(said)
