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
from sufficiency.groups import AGE_BANDS, FOSTER, RESIDENTIAL
from sufficiency.history import History
from sufficiency.referrals import PREFERRED, SUITED, Referrals
from sufficiency.scenario import Scenario
from sufficiency.stays import age_band
from sufficiency.streams import keys_for, uniform
from sufficiency.times_in_homes import (
    Doubtful,
    Recorded,
    TimesInHomes,
    doubtful_share,
    recorded,
    still_there,
    there_on,
    times_in_homes,
)

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

__all__ = [
    "LEVELS", "Band", "Bracket", "Doubtful", "End", "Recorded", "Said", "bracket", "doubtful_share", "recorded",
]  # fmt: skip

LEVELS: Final = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Where the quantiles of a band stand."""
LEAST_REFERRALS: Final = 10
"""Of doubtful children: with fewer, the share of the scenario stands."""
REFERRED_WITHIN: Final = 90
"""Days before a child came to live in a children's home in which a referral is taken to have led there."""
_NEEDED, _DOUBTFUL, _MOVED = range(90301, 90304)
"""Purposes of the random numbers drawn here, apart from those of the forecast."""
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
class Said:
    """What the council's referrals say of the doubtful: how many had one shortly before, and for a foster home."""

    referrals: int
    foster: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """The two ends between which need lies, month by month, and what is said with them."""

    month_ends: npt.NDArray[np.int64]
    use: End
    need: End
    today: Recorded
    """On the last day that is known: one row."""
    doubtful: Doubtful
    """Among those who will come."""
    said: Said
    words: tuple[str, ...]
    """To be printed wherever either end is."""


def bracket(
    history: History,
    forecast: Forecast,
    scenario: Scenario,
    *,
    seed: int,
    referrals: Referrals | None = None,
    ids: Array | None = None,
) -> Bracket:
    """Both ends for every month of a forecast.

    Of the children who are in homes today it is known who is doubtful. Of those who will be in their place, the
    share is read from the history by age band, newer months counting more, drawn anew for every future, and taken to
    go on. How many of the doubtful needed a foster home is the scenario's share, unless enough of the council's
    `referrals` (with the return's `children.id`) say for what home they were made. The same seed gives the same.
    """
    foster = forecast.stock[:, :, list(FOSTER), :].sum(axis=2, dtype=np.int64)
    residential = forecast.stock[:, :, RESIDENTIAL, :].astype(np.int64)
    doubtful = doubtful_share(history, scenario)
    times = times_in_homes(history, scenario)
    said = _said_in_referrals(times, referrals, ids)
    moved = _needed(history, forecast, scenario, times, doubtful, said, seed)
    today = recorded(history, [history.until], scenario)
    return Bracket(
        month_ends=forecast.month_ends,
        use=End(_band(foster), _band(residential)),
        need=End(_band(foster + moved), _band(residential - moved)),
        today=today,
        doubtful=doubtful,
        said=said,
        words=_words(today, doubtful, said, scenario),
    )


def needed_foster_homes(
    history: History,
    forecast: Forecast,
    scenario: Scenario,
    *,
    seed: int,
    referrals: Referrals | None = None,
    ids: Array | None = None,
    first: int = 0,
) -> npt.NDArray[np.int64]:
    """Children in children's homes who needed a foster home, as `bracket` draws them: [draws, months, ages].

    `first` is the number of the forecast's first future.
    """
    times = times_in_homes(history, scenario)
    said = _said_in_referrals(times, referrals, ids)
    return _needed(history, forecast, scenario, times, doubtful_share(history, scenario), said, seed, first)


def needed_now(
    history: History,
    scenario: Scenario,
    draws: int,
    *,
    seed: int,
    referrals: Referrals | None = None,
    ids: Array | None = None,
    first: int = 0,
) -> npt.NDArray[np.int64]:
    """[draws] the same of the last day that is known, by the share and the luck that each future has later on."""
    futures = np.arange(first, first + draws)
    said = _said_in_referrals(times_in_homes(history, scenario), referrals, ids)
    doubtful = np.broadcast_to(recorded(history, [history.until], scenario).doubtful, (draws, 1, _A))
    needed = _share_needed(scenario, said, seed, futures)[:, None, None]
    return np.asarray(_moved(doubtful, needed, _of_ages(seed, _MOVED, futures)).sum(axis=(1, 2)), dtype=np.int64)


def likeliest_share(
    history: History, scenario: Scenario, referrals: Referrals | None = None, ids: Array | None = None
) -> float:
    """Of the doubtful, who needed a foster home: the middle of what `bracket` draws from, of referrals or scenario."""
    said = _said_in_referrals(times_in_homes(history, scenario), referrals, ids)
    if said.referrals >= LEAST_REFERRALS:
        return (said.foster + 0.5) / (said.referrals + 1.0)
    return float(scenario.number("need.use.foster_share_of_young_residential").value)


def _needed(
    history: History,
    forecast: Forecast,
    scenario: Scenario,
    times: TimesInHomes,
    doubtful: Doubtful,
    said: Said,
    seed: int,
    first: int = 0,
) -> npt.NDArray[np.int64]:
    """Of those in children's homes, the doubtful, and of these those who needed a foster home: drawn."""
    residential = forecast.stock[:, :, RESIDENTIAL, :].astype(np.int64)
    futures = np.arange(first, first + len(residential))
    needed = _share_needed(scenario, said, seed, futures)
    share = _shares(history, times, doubtful, forecast, _of_ages(seed, _DOUBTFUL, futures))
    return _moved(residential, share * needed[:, None, None], _of_ages(seed, _MOVED, futures))


def _share_needed(scenario: Scenario, said: Said, seed: int, futures: Array) -> Floats:
    """[futures] of the doubtful, who needed a foster home."""
    luck = uniform(keys_for(seed, _NEEDED, futures), 0)
    if said.referrals >= LEAST_REFERRALS:
        return np.asarray(stats.beta.ppf(luck, said.foster + 0.5, said.referrals - said.foster + 0.5))
    return np.asarray(scenario.number("need.use.foster_share_of_young_residential").drawn(luck))


def _of_ages(seed: int, purpose: int, futures: Array) -> Floats:
    """[futures, ages] a future's own luck, however many futures there are."""
    return uniform(keys_for(seed, purpose, futures[:, None], np.arange(_A)), 0)


def _said_in_referrals(times: TimesInHomes, referrals: Referrals | None, ids: Array | None) -> Said:
    """Of the doubtful times in homes with a referral shortly before, how many asked for a foster home first of all."""
    if referrals is None:
        return Said(0, 0)
    if ids is None:
        raise ValueError("Referrals name children by their ids: give the ids of the return's children with them.")
    foster = referrals.suited[:, list(SUITED).index("foster")]
    made: dict[str, list[tuple[int, int]]] = {}
    for child, on, suits in zip(referrals.child.tolist(), referrals.day.tolist(), foster.tolist(), strict=True):
        if suits >= 0:
            made.setdefault(child, []).append((on, suits))
    asked = found = 0
    for at in np.flatnonzero(times.doubtful).tolist():
        came = int(times.begin[at])
        before = [one for one in made.get(str(ids[times.child[at]]), ()) if came - REFERRED_WITHIN <= one[0] <= came]
        if before:
            asked += 1
            found += max(before)[1] == PREFERRED
    return Said(asked, found)


def _shares(history: History, times: TimesInHomes, doubtful: Doubtful, forecast: Forecast, luck: Floats) -> Floats:
    """The share of children in homes who are doubtful, in each future and month, by age: [draws, months, ages].

    Today's children give way to others month by month, as fast as they did in the past.
    """
    certain = np.isinf(doubtful.children)
    evidence = np.where(certain, 1.0, doubtful.children)
    drawn = stats.beta.ppf(
        luck,
        0.5 + np.where(certain, 0.5, doubtful.share) * evidence,
        0.5 + np.where(certain, 0.5, 1 - doubtful.share) * evidence,
    )
    later = np.where(certain, 1.0, drawn)[:, None, :]
    now = there_on(times.begin, times.until, history.until, history.until)
    now = now[times.known[now]]
    band = np.stack([age_band(times.dob[now], day) for day in forecast.month_ends.tolist()])
    living, some = (np.zeros((len(band), _A)) for _ in range(2))
    for month, bands in enumerate(band):
        living[month] = np.bincount(bands, minlength=_A)
        some[month] = np.bincount(bands, weights=times.doubtful[now], minlength=_A)
    of_today = np.divide(some, living, out=np.zeros_like(some), where=living > 0)
    still = np.where(living > 0, still_there(history, times, len(band))[:, None], 0.0)
    return np.asarray(still * of_today + (1 - still) * later, dtype=np.float64)


def _moved(residential: Array, share: Floats, luck: Floats) -> npt.NDArray[np.int64]:
    """Children in homes who needed a foster home: [draws, months, ages].

    A future has one chance for each age band in all its months, so that a child who is counted in one month is not
    forgotten in the next.
    """
    counts = stats.binom.ppf(luck[:, None], residential, np.clip(share, 0.0, 1.0))
    return np.asarray(np.clip(counts, 0, residential), dtype=np.int64)


def _band(counts: Array) -> Band:
    """[draws, months, ages] with its total."""
    both = np.concatenate((counts, counts.sum(axis=2, keepdims=True)), axis=2)
    return Band(both.mean(axis=0, dtype=np.float64), middle_quantiles(both, LEVELS))


def _words(today: Recorded, doubtful: Doubtful, said: Said, scenario: Scenario) -> tuple[str, ...]:
    given = scenario.number("need.use.foster_share_of_young_residential")
    young = scenario.number("need.use.young_under_age").whole
    days = scenario.number("need.use.failed_search_days").whole
    living, some, unknown = (int(counts.sum()) for counts in (today.residential, today.doubtful, today.not_known))
    share = f"{given.low:.0%} to {given.high:.0%}, {given.value:.0%} the likeliest ({given.status}: {given.source})"
    asked = f"{said.referrals} such children had a referral in the {REFERRED_WITHIN} days before they came"
    if said.referrals >= LEAST_REFERRALS:
        how_many = f"{asked}, and for {said.foster} of them foster care was preferred: that share is taken."
    else:
        how_many = f"Nobody records how many of these needed a foster home. The scenario says: {share}."
        how_many += f" Only {asked}, too few to go by." if said.referrals else ""
    words = [
        "What is used is what supply allowed, not what children need. Two ends are given, always together: one takes "
        "every child to need the kind of home they live in; the other takes some of the children in children's homes "
        "to have needed a foster home.",
        f"On the last day of the returns {living} children lived in children's homes. {some} of them came there below "
        f"the age of {young}, or within {days} days after a foster placement broke down.",
        how_many,
        "Of the children who will come to live in children's homes, the same share at each age is taken to come there "
        "so as in the past.",
    ]
    if unknown:
        words.append(
            f"{unknown} of the {living} were there before the returns begin, and nobody can tell how they came: they "
            "are left out of that share."
        )
    if doubtful.children[np.isfinite(doubtful.children)].sum() < 10:
        words.append(
            "Fewer than ten children were in children's homes at the ages for which the share must be learnt, so next "
            "to nothing is known of it."
        )
    return tuple(words)
