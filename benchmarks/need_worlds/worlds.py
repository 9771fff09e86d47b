"""The four worlds: how children come into care in each, and a council of each drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.need_worlds.children import Pace, Starts, Stays, live
from benchmarks.need_worlds.rates import Rates, memoryless, semi_markov
from benchmarks.need_worlds.rows import Header, Rows, header_of, rows_of
from benchmarks.need_worlds.truth import (
    AGENCY,
    FAR,
    GROUPS,
    GUARDIANSHIP,
    HOME,
    IN_HOUSE,
    RESIDENTIAL,
    SUPPORTED,
    Days,
    Truth,
    birthday,
)

WORLDS: Final = ("flat", "drift", "shock", "small")
ORIGIN: Final = int(np.datetime64("2023-04-01").astype(np.int64))
MONTHS_AHEAD: Final = 24
RUN_IN_YEARS: Final = 16
_AGES: Final = (0, 1, 5, 10, 16)
_OF_AGE: Final = np.array([0.19, 0.19, 0.19, 0.29, 0.14])
"""Share of those who start, unaccompanied children aside, by age from each birthday to the next."""
_SIBLINGS: Final = np.array([0.70, 0.19, 0.075, 0.025, 0.01])
"""Share of families that send one, two, ... children on one day."""
_STARTS_PER_CHILD: Final = {"flat": 0.415, "drift": 0.44}
"""Starts a year for each child that a council is to have in care: what holds the number level."""
_TOGETHER: Final = 0.8
_AGAIN: Final = 0.1

Months = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Authority:
    """A made-up council: the rows of its return, year by year, and the truth they were taken from."""

    world: str
    seed: int
    header: Header
    episodes: Rows
    truth: Truth
    years: tuple[int, ...]
    """Collection years (in which each ends) of the return, oldest first; the last ends the day before the origin."""
    shock: str
    """What happened in the last year, in words; blank in the worlds without a shock."""


def authority(world: str, seed: int) -> Authority:
    """The council of that world and seed; always the same one. Raises ValueError for a world that is not known."""
    if world not in WORLDS:
        raise ValueError(f"There is no world “{world}”: there are {', '.join(WORLDS)}.")
    rng = np.random.default_rng([WORLDS.index(world), seed, 20_230_401])
    years = int(rng.integers(8, 11))
    size = float(np.exp(rng.uniform(np.log(80), np.log(600)))) if world != "small" else float(rng.uniform(52, 70))
    calendar = _Calendar(years)
    if world == "flat":
        rates, pace = _own(rng, memoryless(), 0.15), calendar.steady()
        starts = _singly(rng, calendar, rates, size)
        stays = live(rng, starts, rates, pace, calendar.last)
        shock = ""
    else:
        gentle = 0.7 if world == "small" else 1.0
        rates, pace = _own(rng, semi_markov(), 0.15), calendar.drifting(rng, gentle)
        level, arrivals, shock = _levels(rng, calendar, gentle, shocked=world == "shock")
        starts = _families(rng, calendar, rates, size, level, gentle)
        alone = _unaccompanied(rng, calendar, size, arrivals, int(starts.child.max(initial=-1)) + 1)
        starts, stays = _together(rng, starts.and_also(alone), rates, pace, calendar.last)
        starts, stays = _again(rng, starts, stays, rates, pace, calendar.last)
    truth = _truth(starts, stays, calendar.last)
    first = 2023 - years + 1
    collected = tuple(range(first, 2024))
    rows = rows_of(rng, truth, collected)
    return Authority(world, seed, header_of(rng, truth, rows), rows, truth, collected, shock)


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Months from the start of the run-in to the last that is drawn."""

    years: int

    @property
    def months(self) -> npt.NDArray[np.int64]:
        """First day of each month drawn, and of the one after."""
        first = (2023 - self.years - RUN_IN_YEARS - 1970) * 12 + 3
        until = (2023 - 1970) * 12 + 3 + MONTHS_AHEAD + 1
        return np.arange(first, until + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)

    @property
    def last(self) -> int:
        """The first day that is not drawn: a month beyond the longest horizon."""
        return int(self.months[-1])

    @property
    def _span(self) -> tuple[int, int]:
        first = 2023 - self.years - RUN_IN_YEARS
        return first, 2023 + MONTHS_AHEAD // 12 + 1 - first

    def steady(self) -> Pace:
        """Leaving at one pace."""
        first, count = self._span
        return Pace(first, np.ones(count))

    def drifting(self, rng: np.random.Generator, gentle: float) -> Pace:
        """Leaving that drifts a little from year to year, and comes back."""
        first, count = self._span
        return Pace(first, np.exp(_walk(rng, count, gentle * rng.uniform(0.03, 0.05), 0.9)))


def _walk(rng: np.random.Generator, count: int, spread: float, keeps: float) -> Months:
    """A random walk that is drawn back to nought, begun where it might be at any time."""
    steps = rng.normal(0.0, spread, count)
    steps[0] /= np.sqrt(1 - keeps**2)
    for at in range(1, count):
        steps[at] += keeps * steps[at - 1]
    return steps


def _own(rng: np.random.Generator, rates: Rates, spread: float) -> Rates:
    """The council's own rates: each kind of way differs from the country's by a factor of its own."""
    ways = np.exp(rng.normal(0.0, spread, rates.yearly.shape[-1]))
    pull = np.exp(rng.normal(0.0, 0.25, len(GROUPS)))
    first = rates.first * pull
    yearly = rates.yearly * ways
    yearly[..., : len(GROUPS)] *= pull
    return Rates(rates.ages, rates.care, rates.stay, yearly, first / first.sum(axis=1, keepdims=True))


def _levels(
    rng: np.random.Generator, calendar: _Calendar, gentle: float, *, shocked: bool
) -> tuple[Months, Months, str]:
    """What multiplies families and unaccompanied children who come in each month, and the shock in words."""
    months = calendar.months
    count = len(months) - 1
    season = np.array([0.96, 0.97, 1.05, 0.98, 1.02, 1.06, 1.08, 0.90, 1.00, 1.04, 1.02, 0.92])
    in_year = months[:-1].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    level = np.exp(_walk(rng, count, gentle * rng.uniform(0.02, 0.04), 0.98)) * season[in_year] ** rng.uniform(0, 1.5)
    arrivals = np.exp(_walk(rng, count, gentle * rng.uniform(0.04, 0.08), 0.98))
    if not shocked:
        return level, arrivals, ""
    months_before = int(rng.integers(2, 13))
    after = months[:-1] >= months[count - MONTHS_AHEAD - 1 - months_before]
    if rng.random() < 0.25:
        arrivals = np.where(after, 4 * arrivals, arrivals)
        return level, arrivals, f"four times as many unaccompanied children for {months_before} months"
    change = float(rng.choice([rng.uniform(-0.35, -0.10), rng.uniform(0.10, 0.50)]))
    return np.where(after, (1 + change) * level, level), arrivals, f"{change:+.0%} starts for {months_before} months"


def _days_in(rng: np.random.Generator, months: Days, counts: npt.NDArray[np.int64]) -> Days:
    """A day in its month for each of `counts[m]`."""
    length = np.diff(months)
    month = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(months[month] + np.floor(rng.random(len(month)) * length[month]).astype(np.int64))


def _ages(rng: np.random.Generator, share: npt.NDArray[Any]) -> Months:
    """Ages in years, one for each row of shares by age band; many of the youngest are newborn."""
    band = (rng.random(len(share))[:, None] >= share.cumsum(axis=1)).sum(axis=1).clip(0, 4)
    edges = np.array([*_AGES, 18.0])
    into = rng.random(len(share))
    into = np.where(band == 0, into**3, into)
    # Nobody starts within a fortnight of the 18th birthday.
    return np.asarray(np.minimum(edges[band] + into * (edges[band + 1] - edges[band]), 17.95))


def _first_groups(rng: np.random.Generator, rates: Rates, age: Months, tilt: Any = 1.0) -> npt.NDArray[np.int64]:
    """First placement of each child, by age, `tilt` multiplying the shares."""
    at = np.searchsorted(np.array(rates.ages), age, side="right")
    share = rates.first[at] * tilt
    share = share.cumsum(axis=1) / share.sum(axis=1, keepdims=True)
    return np.asarray((rng.random(len(age))[:, None] >= share).sum(axis=1).clip(0, len(GROUPS) - 1), dtype=np.int64)


def _born(begin: Days, age: Months) -> Days:
    return np.asarray(begin - np.floor(age * 365.25).astype(np.int64))


def _settled(starts: Starts) -> Starts:
    """Nobody under 16 starts in supported accommodation, and nobody starts at 18: a day's rounding can do both."""
    adult = starts.begin >= birthday(starts.dob, 18) - 1
    young = (starts.group == SUPPORTED) & (starts.begin < birthday(starts.dob, 16))
    group = np.where(young, RESIDENTIAL, starts.group)
    return Starts(starts.child, starts.family, starts.unaccompanied, starts.dob, starts.begin, group).take(~adult)


def _singly(rng: np.random.Generator, calendar: _Calendar, rates: Rates, size: float) -> Starts:
    """One child at a time, at a constant rate, of a mix that does not change."""
    months = calendar.months
    counts = rng.poisson(_STARTS_PER_CHILD["flat"] * size * np.diff(months) / 365.25)
    begin = _days_in(rng, months, counts)
    age = _ages(rng, np.tile(_OF_AGE, (len(begin), 1)))
    number = np.arange(len(begin))
    group = _first_groups(rng, rates, age)
    return _settled(Starts(number, number, np.zeros(len(begin), dtype=np.bool_), _born(begin, age), begin, group))


def _families(
    rng: np.random.Generator, calendar: _Calendar, rates: Rates, size: float, level: Months, gentle: float
) -> Starts:
    """Families of one to five children, in months that vary more than chance, of a mix that drifts slowly."""
    months = calendar.months
    expected = _STARTS_PER_CHILD["drift"] * size * np.diff(months) / 365.25 / (_SIBLINGS @ np.arange(1, 6))
    uneven = rng.uniform(6, 20) / gentle
    counts = rng.poisson(expected * level * rng.gamma(uneven, 1 / uneven, len(level)))
    begin = _days_in(rng, months, counts)
    year = np.repeat(np.arange(len(counts)) // 12, counts)
    span = len(counts) // 12 + 1
    mix = np.stack([_walk(rng, span, gentle * 0.04, 0.95) for _ in _AGES], axis=1)
    tilt = np.stack([_walk(rng, span, gentle * 0.05, 0.95) for _ in GROUPS], axis=1)
    share = _OF_AGE * np.exp(mix[year])
    eldest = _ages(rng, share / share.sum(axis=1, keepdims=True))
    sizes = 1 + (rng.random(len(begin))[:, None] >= _SIBLINGS.cumsum()).sum(axis=1).clip(0, 4)
    family = np.repeat(np.arange(len(begin)), sizes)
    place = np.arange(len(family)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # Brothers and sisters lie a year to four apart, younger where there is room and older where there is not.
    gap = np.where(place > 0, rng.uniform(1.0, 4.0, len(family)), 0.0)
    apart = np.cumsum(gap)
    apart -= np.repeat(apart[np.cumsum(sizes) - sizes], sizes)
    age = eldest[family] - apart
    age = np.where(age < 0.02, eldest[family] + apart, age)
    keeps = age < 17.9
    group = _first_groups(rng, rates, age, np.exp(tilt[year[family]]))
    lead = group[np.searchsorted(family, family)]
    alike = (place > 0) & (rng.random(len(family)) < 0.75) & np.isin(lead, (0, 1, 2, 3, 8))
    group = np.where(alike, lead, group)
    starts = Starts(
        np.arange(len(family)),
        family,
        np.zeros(len(family), dtype=np.bool_),
        _born(begin[family], age),
        begin[family],
        group,
    )
    return _settled(starts.take(keeps))


def _unaccompanied(rng: np.random.Generator, calendar: _Calendar, size: float, arrivals: Months, after: int) -> Starts:
    """Children who seek asylum alone: a stream of its own, nearly all of them 16 and 17."""
    months = calendar.months
    expected = size * rng.uniform(0.01, 0.08) * np.diff(months) / 365.25
    counts = rng.poisson(expected * arrivals * rng.gamma(4.0, 0.25, len(arrivals)))
    begin = _days_in(rng, months, counts)
    age = 13.9 + 3.95 * rng.beta(3.2, 1.5, len(begin))
    drawn = rng.random(len(begin))
    group = np.where(drawn < 0.15, IN_HOUSE, np.where(drawn < 0.45, AGENCY, SUPPORTED))
    group = np.where((age < 16.01) & (group == SUPPORTED), AGENCY, group)
    number = after + np.arange(len(begin))
    return _settled(Starts(number, number, np.ones(len(begin), dtype=np.bool_), _born(begin, age), begin, group))


def _together(rng: np.random.Generator, starts: Starts, rates: Rates, pace: Pace, last: int) -> tuple[Starts, Stays]:
    """Lives of all: the first of each family, and then the others, most of whom leave when the first does."""
    order = np.lexsort((starts.child, starts.family))
    starts = starts.take(order)
    leads = np.append(True, starts.family[1:] != starts.family[:-1])
    with_lead = ~leads & (rng.random(len(starts)) < _TOGETHER)
    first = np.flatnonzero(~with_lead)
    one = live(rng, starts.take(first), rates, pace, last)
    until, to = _ends(one, len(first), last)
    lead = np.maximum.accumulate(np.where(leads, np.arange(len(starts)), 0))
    at = np.full(len(starts), -1)
    at[first] = np.arange(len(first))
    rest = np.flatnonzero(with_lead)
    theirs = at[lead[rest]]
    goes = np.where(np.isin(to[theirs] - len(GROUPS), (HOME, GUARDIANSHIP)), to[theirs], -1)
    two = live(rng, starts.take(rest), rates, pace, last, until[theirs], goes)
    return starts, _joined(one, first, two, rest)


def _again(
    rng: np.random.Generator, starts: Starts, stays: Stays, rates: Rates, pace: Pace, last: int
) -> tuple[Starts, Stays]:
    """A few of those who went home come back, once, a year later on average."""
    until, to = _ends(stays, len(starts), last)
    begin = until + 5 + np.floor(rng.exponential(360.0, len(starts))).astype(np.int64)
    age = (begin - starts.dob) / 365.25
    back = (to == len(GROUPS) + HOME) & (rng.random(len(starts)) < _AGAIN) & (begin < last - 1) & (age < 17.5)
    rows = np.flatnonzero(back & ~starts.unaccompanied)
    group = _first_groups(rng, rates, age[rows])
    family = starts.family.max(initial=-1) + 1 + starts.child.max(initial=-1) + np.arange(len(rows))
    more = _settled(
        Starts(starts.child[rows], family, starts.unaccompanied[rows], starts.dob[rows], begin[rows], group)
    )
    lived = live(rng, more, rates, pace, last)
    both = _joined(stays, np.arange(len(starts)), lived, len(starts) + np.arange(len(more)))
    return starts.and_also(more), both


def _ends(stays: Stays, count: int, last: int) -> tuple[Days, npt.NDArray[np.int64]]:
    """The day each life in care ended, `last` where it did not, and the way out."""
    until, to = np.full(count, last), np.full(count, -1)
    final = stays.to >= len(GROUPS)
    until[stays.start[final]], to[stays.start[final]] = stays.until[final], stays.to[final]
    return until, to


def _joined(one: Stays, first: npt.NDArray[np.int64], two: Stays, second: npt.NDArray[np.int64]) -> Stays:
    return Stays(
        np.concatenate([first[one.start], second[two.start]]),
        *(np.concatenate([getattr(one, name), getattr(two, name)]) for name in ("begin", "until", "group", "to")),
    )


def _truth(starts: Starts, stays: Stays, last: int) -> Truth:
    order = np.lexsort((stays.begin, starts.child[stays.start]))
    at = stays.start[order]
    period = np.cumsum(np.append(True, at[1:] != at[:-1])[: len(at)]) - 1
    return Truth(
        child=starts.child[at],
        period=period,
        family=starts.family[at],
        unaccompanied=starts.unaccompanied[at],
        dob=starts.dob[at],
        begin=stays.begin[order],
        until=np.minimum(stays.until[order], FAR),
        group=stays.group[order],
        to=stays.to[order],
        origin=ORIGIN,
        last=last,
    )
