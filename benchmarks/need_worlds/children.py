"""Lives in care, drawn one stretch of constant rates after another for all children at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_worlds.rates import WAYS, Rates
from benchmarks.need_worlds.truth import ADOPTION, FAR, GROUPS, GUARDIANSHIP, HOME, TURNED_18, Days, birthday

YEAR: Final = 365.25
MOST_STRETCHES: Final = 4_000


@dataclass(frozen=True, slots=True)
class Starts:
    """Children who start to be looked after, one entry a start."""

    child: npt.NDArray[np.int64]
    family: npt.NDArray[np.int64]
    unaccompanied: npt.NDArray[np.bool_]
    dob: Days
    begin: Days
    group: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[Any]) -> Starts:
        """Some of them, in the order of `rows`."""
        return Starts(*(getattr(self, f.name)[rows] for f in fields(self)))

    def and_also(self, other: Starts) -> Starts:
        """These and then those."""
        return Starts(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))

    def __len__(self) -> int:
        return len(self.child)


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in placements, in the order in which they ended; `start` is the position in the starts."""

    start: npt.NDArray[np.int64]
    begin: Days
    until: Days
    group: npt.NDArray[np.int64]
    to: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pace:
    """What multiplies the rates: `leaving[y]` home and to guardians in year `first_year + y`; 1 elsewhere."""

    first_year: int
    leaving: npt.NDArray[np.float64]


def _next_cut(clock: Days, cuts: tuple[int, ...]) -> Days:
    """Days until the clock reaches its next cut."""
    if not cuts:
        return np.full(len(clock), FAR)
    edges = np.array([*cuts, FAR])
    return np.asarray(edges[np.searchsorted(edges, clock, side="right")] - clock)


def live(
    rng: np.random.Generator,
    starts: Starts,
    rates: Rates,
    pace: Pace,
    last: int,
    bound: Days | None = None,
    goes: npt.NDArray[np.int64] | None = None,
) -> Stays:
    """Draw each life in care until it ends or the day `last` is reached.

    `bound` is the day until which a child does not go home or to guardians but by way of `goes` on that very day
    (-1: not at all, and free from then on): how brothers and sisters leave together.
    """
    count = len(starts)
    births = np.stack([birthday(starts.dob, age) for age in (*rates.ages, 18)], axis=1)
    care, stay = np.array(rates.care, dtype=np.int64), np.array(rates.stay, dtype=np.int64)
    january = _januaries(pace)
    bound = np.zeros(count, dtype=np.int64) if bound is None else bound
    goes = np.full(count, -1) if goes is None else goes
    who = np.arange(count)
    now, since, group = starts.begin.copy(), starts.begin.copy(), starts.group.copy()
    done: list[tuple[npt.NDArray[np.int64], ...]] = []
    for _ in range(MOST_STRETCHES):
        if not len(who):
            break
        in_care = now - starts.begin[who]
        in_stay = now - since
        age = (births[who, :-1] <= now[:, None]).sum(axis=1)
        year = np.searchsorted(january, now, side="right") - 1
        yearly = rates.yearly[
            group,
            age,
            np.searchsorted(care, in_care, side="right"),
            np.searchsorted(stay, in_stay, side="right"),
        ]
        leaving = pace.leaving[year] * (now >= bound[who])
        yearly[:, len(GROUPS) + HOME] *= leaving
        yearly[:, len(GROUPS) + GUARDIANSHIP] *= leaving
        summed = yearly.cumsum(axis=1)
        wait = np.floor(rng.standard_exponential(len(who)) / np.maximum(summed[:, -1] / YEAR, 1e-12))
        event = now + np.minimum(wait, FAR).astype(np.int64) + 1
        later = np.where(births[who] > now[:, None], births[who], FAR).min(axis=1)
        cut = np.minimum(now + _next_cut(in_care, rates.care), now + _next_cut(in_stay, rates.stay))
        cut = np.minimum(np.minimum(cut, january[year + 1]), np.minimum(later, last))
        cut = np.where(bound[who] > now, np.minimum(cut, bound[who]), cut)
        happens = event <= cut
        then = np.where(happens, event, cut)
        way = (rng.random(len(who))[:, None] * summed[:, -1:] >= summed).sum(axis=1)
        to = np.where(happens, np.minimum(way, WAYS - 1), -1)
        together = (then == bound[who]) & (goes[who] >= 0) & (group != ADOPTION)
        to = np.where(together, goes[who], to)
        to = np.where(then >= births[who, -1], len(GROUPS) + TURNED_18, to)
        over = (then >= last) & (to < 0)
        ended = (to >= 0) | over
        until = np.where(over, FAR, then)
        done.append((who[ended], since[ended], until[ended], group[ended], to[ended]))
        moved = (to >= 0) & (to < len(GROUPS))
        group = np.where(moved, to, group)
        since = np.where(moved, then, since)
        stays_on = (then < last) & (to < len(GROUPS))
        who, now, since, group = who[stays_on], then[stays_on], since[stays_on], group[stays_on]
    else:
        raise AssertionError("a life in care did not come to an end")
    if not done:
        empty = np.zeros(0, dtype=np.int64)
        return Stays(empty, empty, empty, empty, empty)
    return Stays(*(np.concatenate(column) for column in zip(*done, strict=True)))


def _januaries(pace: Pace) -> Days:
    """1 January of each year that the pace holds, and of the one after."""
    years = np.arange(pace.first_year, pace.first_year + len(pace.leaving) + 1) - 1970
    return years.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
