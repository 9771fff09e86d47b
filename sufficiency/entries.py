"""Who will start to be looked after: families that come together, more in some months than in others, drifting.

Two streams, because they answer to different causes: children from families here, and unaccompanied children seeking
asylum. Within a stream the number of families a month is over-dispersed about a drifting level (`local_level`) with a
season; who comes is drawn from those who came, the recent ones more often, by the Bayesian bootstrap (Rubin, 1981,
Ann. Statist. 9, 130-134). A family is what `history` guesses it to be: the return does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.local_level import Levels, fit_levels

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

MONTH: Final = 365.25 / 12
SEASON_LEAN: Final = 40.0
"""Families that each calendar month is worth at its even share before its own are counted."""
AGE_SPREAD, AGE_SPREAD_DAYS = 0.08, 45.0
"""A child who comes is about as old as the one in whose place they come."""
OLDEST: Final = 6570
"""Days: the last few before an 18th birthday. Nobody starts to be looked after at 18."""


@dataclass(frozen=True, slots=True)
class Came:
    """Families of one stream that came, oldest first; the children of each stand together."""

    day: Days
    """[families]"""
    children: npt.NDArray[np.int64]
    """[families] how many came together."""
    at: npt.NDArray[np.int64]
    """[families] position of each one's first child among the children."""
    age: Days
    """[children] days old on the day."""
    group: npt.NDArray[np.int8]
    """[children] group of the first placement."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What the families that came say of those who will."""

    came: Came
    levels: Levels
    season: Floats
    """[12] of a day in each month as a share of an even day, January first."""
    alone: bool
    """Whether these are unaccompanied children."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Children who start in some futures. Times are days from the origin."""

    future: npt.NDArray[np.int64]
    start: Floats
    dob: Days
    group: npt.NDArray[np.int8]
    serial: npt.NDArray[np.int64]
    """Number within the future and stream."""


def families(day: Array, dob: Array, group: Array, family: Array) -> Came:
    """Put entrants, one entry a child, together into families; row order does not matter."""
    order = np.lexsort((group, dob, family, day))
    day, dob, group, family = (np.asarray(column)[order] for column in (day, dob, group, family))
    new = np.ones(len(day), dtype=bool)
    new[1:] = (family[1:] != family[:-1]) | (day[1:] != day[:-1])
    at = np.flatnonzero(new)
    children = np.diff(np.append(at, len(day)))
    return Came(day[at].astype(np.int64), children, at, (day - dob).astype(np.int64), group.astype(np.int8))


def fit_stream(came: Came, first: int, origin: int, *, alone: bool, damping: float, **grid: Any) -> Stream:
    """Learn the level, its drift, the spread and the season of one stream from `first` up to `origin`."""
    starts, lengths = months_between(first, origin)
    counts = np.bincount(np.searchsorted(starts, came.day, side="right") - 1, minlength=len(starts))[: len(starts)]
    season = _season(counts, starts, lengths) if not alone else np.ones(12)
    offset = np.log(season[_calendar(starts)] * lengths / MONTH)
    return Stream(came, fit_levels(counts, offset, damping=damping, **grid), season, alone)


def months_between(first: int, until: int) -> tuple[Days, Floats]:
    """The first days of the calendar months from `first` to `until`, and their lengths; parts of months as they are."""
    months = np.arange(_month(first), _month(until - 1) + 1)
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    starts, ends = np.maximum(starts, first), np.minimum(ends, until)
    return starts, (ends - starts).astype(np.float64)


def month_ends_after(origin: int, months: int) -> Days:
    """The last days of the calendar months from that of `origin` on."""
    ahead = np.arange(_month(origin) + 1, _month(origin) + 1 + months)
    return np.asarray(ahead.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1, dtype=np.int64)


def families_due(stream: Stream, level: Array, starts: Array, lengths: Array, size: float, chance: Any) -> Floats:
    """[months] families to be expected in one future: `level` [months] on the log scale; over-dispersed by `size`."""
    mean = np.exp(level) * stream.season[_calendar(starts)] * lengths / MONTH
    return np.asarray(mean * chance.gamma(size, 1.0 / size, size=len(mean)))


def recent_weights(day: Array, origin: int, half_life_years: float) -> Floats:
    """How much each family that came counts: half as much for every half-life that has passed."""
    return np.asarray(0.5 ** ((origin - np.asarray(day)) / (365.25 * half_life_years)), dtype=np.float64)


def who(came: Came, counts: Array, weights: Array, starts: Array, lengths: Array, chance: Any) -> tuple[Array, ...]:
    """Children who start in one future: day (with its part), age in days, group; `weights` are of those who came."""
    number = int(np.sum(counts))
    if number == 0 or not len(came.day):
        return np.empty(0), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8)
    edges = np.cumsum(weights)
    picked = np.minimum(np.searchsorted(edges, chance.random(number) * edges[-1], side="right"), len(edges) - 1)
    month = np.repeat(np.arange(len(counts)), counts)
    when = np.asarray(starts)[month] + chance.random(number) * np.asarray(lengths)[month]
    return children_of(came, picked, when, chance.standard_normal(number))


def children_of(came: Came, picked: Array, when: Floats, older: Floats) -> tuple[Array, ...]:
    """The children of families who come like those `picked`: day, age in days, group.

    `when` and `older` are of each family: the day, and by how many usual differences its children are older.
    """
    size = came.children[picked]
    child = np.repeat(came.at[picked] - np.concatenate(([0], np.cumsum(size)[:-1])), size) + np.arange(size.sum())
    age = came.age[child].astype(np.float64)
    age = age + np.repeat(older, size) * np.minimum(AGE_SPREAD * age, AGE_SPREAD_DAYS)
    return np.repeat(when, size), np.clip(age, 0, OLDEST).astype(np.int64), came.group[child]


def _month(day: int) -> int:
    return int(np.int64(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def _calendar(starts: Array) -> npt.NDArray[np.int64]:
    months = np.asarray(starts).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months % 12, dtype=np.int64)


def _season(counts: Array, starts: Array, lengths: Array) -> Floats:
    """[12] how much above or below an even day those of each month are, against the twelve months about it; leaning on
    even. That a month is short is told apart: it is no season."""
    calendar = _calendar(starts)
    even = (
        np.convolve(counts, np.ones(12) / 12, mode="same")
        if len(counts) >= 24
        else np.full(len(counts), np.mean(counts))
    )
    even = even * lengths / MONTH
    inner = slice(6, len(counts) - 6) if len(counts) >= 24 else slice(0, 0)
    seen = np.bincount(calendar[inner], counts[inner], minlength=12) + SEASON_LEAN
    due = np.bincount(calendar[inner], even[inner], minlength=12) + SEASON_LEAN
    season = seen / due
    return np.asarray(season / season.mean(), dtype=np.float64)
