"""The policy lab: two ways of deciding, or two registers, met by the same made-up years.

    tried = try_out(LabAsked(Side("as today", way=TODAY), Side("weekly plan", way=TOGETHER)))

Both sides meet the same children in the same weeks, the same placements that end or break down, the same homes that
are not available and the same carers who say no; so that what differs is what was decided. Each year is one of a
made-up council. It says how two ways differ, not what will happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from matching.considerations.place import miles_of_pairs
from matching.pairs import Pairs
from matching.policy import Policy, read_policy
from matching.pose import local_pairs
from matching.question import Ints
from matching.rolling import ALL_TOGETHER, ONE_AT_A_TIME, Played, Way, play
from matching.rolling_asked import AskedYear, ask_year
from matching.rolling_keep import scarce_homes_kept
from matching.rolling_year import NO_HOME, Year
from matching.rules.register import Register
from matching.workers import pool_of
from records.chance import Chance
from records.model import Records
from sufficiency.batch_made_up import MadeUp
from sufficiency.households import KIN, SEGMENTS
from sufficiency.scenario import Scenario, baseline
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.usable_places import spots_of
from sufficiency.usable_register import Household, made_up_households
from sufficiency.year import AREA, REFUSES, WEEKS, TrueYear, YearOf, true_year
from sufficiency.year_homes import as_homes, closed_weeks

Floats = npt.NDArray[np.float64]

TODAY: Final = "one at a time"
TOGETHER: Final = "all together"
KEPT: Final = "scarce homes kept"
WAYS: Final[Mapping[str, Callable[[TrueYear], Way]]] = {
    TODAY: lambda _: ONE_AT_A_TIME,
    TOGETHER: lambda _: ALL_TOGETHER,
    KEPT: lambda told: scarce_homes_kept(told.before),
}
"""The way in which each plans, of the year that is met: what it knows of who may come is the year before alone."""
FAMILIES: Final = 60.0
"""Families of whom a child comes into care in a year, of the made-up council."""
MOST_MORE: Final = 40
"""Homes of one kind that a side may have more."""
YEARS_OF, NEW_HOMES, NEW_SAYS_NO = 7931, 7932, 7933
"""Purposes of random numbers."""


class CannotTry(ValueError):
    """What was asked of the lab cannot be played. The words are for the user."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way of deciding, and the homes that it has."""

    name: str
    way: str = TOGETHER
    """One of `WAYS`."""
    policy: Policy = field(default_factory=read_policy)
    more: Mapping[str, int] = field(default_factory=dict)
    """Segment (`households.SEGMENTS`) to made-up homes that it has besides."""
    besides: tuple[Household, ...] = ()
    """Homes of its register that the other's does not have: empty when the year begins."""

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise CannotTry(f"There is no way “{self.way}”. Choose one of: {', '.join(WAYS)}.")
        known = [name for name in SEGMENTS if name != SEGMENTS[KIN]]
        for segment, homes in self.more.items():
            if segment not in known:
                raise CannotTry(f"There is no kind of home “{segment}”. Choose one of: {', '.join(known)}.")
            if not 0 <= homes <= MOST_MORE:
                raise CannotTry(f"{homes} more homes of {segment}: give 0 to {MOST_MORE}.")

    @property
    def terms(self) -> tuple[object, ...]:
        """All but the name: two sides of the same terms are one and the same."""
        more = tuple(sorted((segment, homes) for segment, homes in self.more.items() if homes))
        return self.way, self.policy.fingerprint, more, self.home_ids

    @property
    def home_ids(self) -> frozenset[str]:
        """The homes that it has besides."""
        made_up = {new_name(segment, n) for segment, homes in self.more.items() for n in range(homes)}
        return frozenset(made_up | {one.home.home_id for one in self.besides})


@dataclass(frozen=True, slots=True)
class LabAsked:
    """What is tried. `years` made-up years, from one seed; `yard`: the policy whose miles both sides are measured by.

    `register`: a council's own homes, those that both sides have; without, made-up ones, as full as England's.
    """

    a: Side
    b: Side
    years: int = 20
    seed: int = 1
    families: float = FAMILIES
    weeks: int = WEEKS
    refuses: float = REFUSES
    homes: float = 1.0
    area: str = AREA
    yard: Policy = field(default_factory=read_policy)
    scenario: Scenario = field(default_factory=baseline)
    register: tuple[Household, ...] = ()

    def __post_init__(self) -> None:
        if self.years < 2:
            raise CannotTry("One year cannot tell a difference from luck: try 2 years or more, better 20.")

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two, in order."""
        return self.a, self.b


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a year. `better`: 1 where more is better, -1 where less is."""

    name: str
    title: str
    unit: str
    better: int
    decimals: int = 0


MEASURES: Final = (
    Measure("placed", "Children found a home", "children", 1),
    Measure("waiting", "Days that children waited, together", "days", -1),
    Measure("together", "Brothers and sisters living together in a home found", "children", 1),
    Measure("local", "Children in a home near home", "children", 1),
    Measure("moves", "Further moves of children", "moves", -1),
    Measure("cost", "A child's week in a home, on average", "pounds", -1, 2),
)
"""Of children for whom a home was looked for in the year. Order of the tables."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What came of it: `figures`, shape (2, years, measures), first side a.

    `children`, shape (years,): for whom a home was looked for. `homes`: how many homes the sides had, a mean each.
    """

    asked: LabAsked
    figures: Floats
    children: Ints
    homes: tuple[float, float]

    @property
    def difference(self) -> Floats:
        """[years, measures] what b has more than a, year by year."""
        return np.asarray(self.figures[1] - self.figures[0], dtype=np.float64)


Progress = Callable[[int, int], None]


def try_out(asked: LabAsked, *, workers: int = 1, progress: Progress = lambda *_: None) -> Tried:
    """Play every year in both ways. The result is the same with any number of workers.

    `progress` is told how many of the years are done. Raises `CannotTry`, and `PlanDisagrees` on a fault.
    """
    found: list[tuple[Floats, int, tuple[int, int]]] = []
    if workers > 1 and asked.years > 1:
        with pool_of(min(workers, asked.years)) as pool:
            for one in pool.map(one_year, [asked] * asked.years, range(asked.years)):
                found.append(one)
                progress(len(found), asked.years)
    else:
        for k in range(asked.years):
            found.append(one_year(asked, k))
            progress(len(found), asked.years)
    counts = np.array([homes for *_, homes in found], dtype=np.float64).mean(axis=0)
    return Tried(
        asked,
        np.stack([figures for figures, *_ in found], axis=1),
        np.array([children for _, children, _ in found], dtype=np.int64),
        (float(counts[0]), float(counts[1])),
    )


def one_year(asked: LabAsked, k: int) -> tuple[Floats, int, tuple[int, int]]:
    """Figures [2, measures] of the k-th year, children for whom a home is looked for, and homes of each side."""
    seed = int(generator(asked.seed, YEARS_OF, k).integers(1, 2**31))
    # what is settled before anybody decides hangs on neither side's policy
    both = tuple(sorted(set(asked.a.policy.allow) & set(asked.b.policy.allow)))
    start = replace(asked.yard, allow=both)
    told = true_year(
        YearOf(
            council=MadeUp(seed=seed, families=asked.families),
            scenario=asked.scenario,
            policy=start,
            weeks=asked.weeks,
            refuses=asked.refuses,
            homes=asked.homes,
            area=asked.area,
            register=asked.register,
            look_back=any(side.way == KEPT for side in asked.sides),
        )
    )
    wider, new = _with_new_homes(asked, told.year, seed)
    local = _local(asked, wider)
    figures, counts = [], []
    played: dict[tuple[object, ...], Played] = {}
    answers: dict[str, AskedYear] = {} if new else {start.fingerprint: told.asked}
    for side in asked.sides:
        mine = _of_side(side, wider, new)
        if side.terms not in played:
            if side.policy.fingerprint not in answers:
                answers[side.policy.fingerprint] = ask_year(mine)
            of_policy = answers[side.policy.fingerprint]
            settled = replace(of_policy.year, closed=mine.closed)
            played[side.terms] = play(of_policy.with_year(settled), WAYS[side.way](told))
        figures.append(_figures(played[side.terms], local))
        counts.append(len(told.year.homes) + len(side.home_ids))
    return np.array(figures), int(_looked_for(told.year).sum()), (counts[0], counts[1])


# ---- the homes of a side -------------------------------------------------------------------------------------------


def new_name(segment: str, number: int) -> str:
    """The id of a made-up home that a side has besides."""
    return f"NEW-{segment}-{number + 1}"


def _with_new_homes(asked: LabAsked, year: Year, seed: int) -> tuple[Year, frozenset[str]]:
    """The year with every home that either side has besides, and the ids of these. They begin empty.

    Whether such a home is available, and whom its carer refuses, hangs on its own id, so that one home more changes
    nothing of another.
    """
    more: dict[str, Household] = {}
    for side in asked.sides:
        more |= {one.home.home_id: one for one in (*_made_up(asked, side, year, seed), *side.besides)}
    if not more:
        return year, frozenset()
    new = [more[home_id] for home_id in sorted(more)]
    own = [int.from_bytes(sha256(one.home.home_id.encode()).digest()[:4]) for one in new]
    homes, others = as_homes(new)
    closed = [closed_weeks(asked.scenario, [one], year.weeks, seed + key) for one, key in zip(new, own, strict=True)]
    keys = keys_for(seed, NEW_SAYS_NO, np.arange(len(year.groups))[:, None], np.array(own))
    refuses = uniform(keys, 0) < asked.refuses
    wider = replace(
        year,
        homes=(*year.homes, *homes),
        others=(*year.others, *others),
        closed=np.concatenate((year.closed, *closed)),
        refuses=np.concatenate((year.refuses, refuses), axis=1),
    )
    return wider, frozenset(more)


def _made_up(asked: LabAsked, side: Side, year: Year, seed: int) -> Iterator[Household]:
    """The made-up homes that a side has besides: the first of the year's pool first, under names of their own."""
    if not any(side.more.values()):
        return
    pool = made_up_households(asked.scenario, Chance(generator(seed, NEW_HOMES, 0)), spots_of(asked.area), year.day)
    for segment, wanted in side.more.items():
        mine = [one for one in pool if one.segment == SEGMENTS.index(segment)]
        if wanted and not mine:
            raise CannotTry(f"The scenario assumes no home of {segment}, so that none can be made up.")
        for number in range(wanted):
            one, name = mine[number % len(mine)], new_name(segment, number)
            there = tuple(replace(r, home_id=name, resident_id=f"{name}.{i}") for i, r in enumerate(one.others))
            yield replace(one, home=replace(one.home, home_id=name), others=there)


def _of_side(side: Side, year: Year, new: frozenset[str]) -> Year:
    """The year as a side meets it: homes that only the other has take nobody."""
    without = new - side.home_ids
    closed = year.closed.copy()
    closed[[home.home_id in without for home in year.homes]] = True
    return replace(year, policy=side.policy, closed=closed)


# ---- figures -------------------------------------------------------------------------------------------------------


def _looked_for(year: Year) -> Ints:
    """[groups] children for whom a home is looked for in the year: not those who stay all along where they were."""
    moved = np.zeros(len(year.groups), dtype=np.bool_)
    moved[year.breaks[:, 0]] = True
    wanted = year.needs.any(axis=0) & ((year.lives_in == NO_HOME) | moved)
    return np.where(wanted, year.sizes, 0)


def _local(asked: LabAsked, year: Year) -> Ints:
    """[groups, homes] children for whom a home counts as near, by the one policy that both sides are measured by."""
    told = replace(year, policy=asked.yard)
    children = tuple(sorted((one for group in year.groups for one in group), key=lambda one: one.child_id))
    homes = tuple(sorted(year.homes, key=lambda one: one.home_id))
    register = Register(Records(day=year.day, children=children, homes=homes))
    pairs = Pairs.every(len(children), len(homes))
    miles = miles_of_pairs([c.home for c in children], register.homes, pairs)
    near = local_pairs(register, told.asked, pairs, miles).reshape(len(children), len(homes))
    group = {one.child_id: at for at, members in enumerate(year.groups) for one in members}
    place = {one.home_id: at for at, one in enumerate(year.homes)}
    found = np.zeros((len(year.groups), len(homes)), dtype=np.int64)
    at_home = np.array([place[one.home_id] for one in homes], dtype=np.int64)
    for i, child in enumerate(children):
        found[group[child.child_id], at_home] += near[i]
    return found


def _figures(played: Played, local: Ints) -> list[float]:
    """The measures of one year, in their order."""
    year = played.asked.year
    sizes, moves = year.sizes, played.moves_in
    last = np.full(len(sizes), NO_HOME, dtype=np.int64)
    last[moves[:, 1]] = moves[:, 2]  # in the order of weeks: the last stands
    placed = last != NO_HOME
    several = placed & (sizes > 1)
    before = np.where(year.lives_in != NO_HOME, 1, 0) + np.bincount(moves[:, 1], minlength=len(sizes))
    lived = played.home != NO_HOME
    pounds = np.array([np.nan if h.weekly_cost is None else h.weekly_cost for h in year.homes])
    pounds = np.where(np.isnan(pounds), np.nanmax(pounds) if (~np.isnan(pounds)).any() else 0.0, pounds)
    _, who = np.nonzero(lived)
    weeks = float(sizes[who].sum())
    paid = float((sizes[who] * pounds[played.home[lived]]).sum())
    return [
        float(sizes[placed].sum()),
        float(7 * (sizes * played.weeks_waited).sum()),
        float(sizes[several].sum()),
        float(local[np.flatnonzero(placed), last[placed]].sum()),
        float((sizes * np.maximum(before - 1, 0)).sum()),
        paid / weeks if weeks else 0.0,
    ]
