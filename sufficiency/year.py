"""A true year of a made-up council: the children who came and left, met by rounds that did not know they would.

    told = true_year(YearOf(council=MadeUp(seed=3)))
    played = play(told.asked, ALL_TOGETHER)

The year is the last of the council's lives (`batch_made_up`). Whoever wants a forecast for it learns from the returns
of the years before alone (`known_before`): never from the same year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from matching.policy import Policy, read_policy
from matching.question import Ints, Mask
from matching.rolling_asked import AskedYear, ask_year
from matching.rolling_keep import YearBefore
from matching.rolling_stays import Floats
from matching.rolling_year import NO_HOME, Year
from records.model import Child
from sufficiency.batch_councils import BatchCouncil
from sufficiency.batch_made_up import AFTER, FIRST, LivedChild, MadeUp, lives, made_up_council
from sufficiency.households import SEGMENTS
from sufficiency.scenario import Scenario, baseline
from sufficiency.usable_places import spots_of
from sufficiency.usable_register import Household
from sufficiency.year_children import Pool, children_of, lives_with_hosts, pool_of
from sufficiency.year_homes import as_homes, closed_weeks, households_for, refusals, start_of
from sufficiency.year_lives import Need, needs_of
from sufficiency.year_stays import Stay, ends_of, known_stays, nothing_known, stays_of

WEEKS: Final = 52
AREA: Final = "E08000009"
"""The area whose postcodes a made-up council has."""
REFUSES: Final = 0.25
"""Of carers asked about a group that they could lawfully take, who say no. Assumed: no figure was found."""


@dataclass(frozen=True, slots=True)
class YearOf:
    """What a true year is made from."""

    council: MadeUp = FIRST
    scenario: Scenario = field(default_factory=baseline)
    policy: Policy = field(default_factory=read_policy)
    weeks: int = WEEKS
    refuses: float = REFUSES
    homes: float = 1.0
    """Places, as a share of those that make homes as full as England's; below 1: a tight register."""
    area: str = AREA
    register: tuple[Household, ...] = ()
    """A council's own homes, nobody placed in them; without any, made-up ones for the children there are."""
    look_back: bool = False
    """Ask the rules about the children of the year before too, for whoever keeps scarce homes (`TrueYear.before`)."""

    @property
    def begins(self) -> date:
        """The first day: 1 April of the council's last year."""
        return date(self.council.years[-1] - 1, 4, 1)


@dataclass(frozen=True, slots=True, eq=False)
class TrueYear:
    """A year of rounds, the rules' answers about it, and what the groups are. Nobody in it exists."""

    asked: AskedYear
    lived: tuple[tuple[LivedChild, ...], ...]
    """[groups] as they lived."""
    needs: Ints
    """[groups] index into `SEGMENTS`."""
    elsewhere: int
    """Children who lived with families at the start, and for whom these homes had no place: they live with others, and
    come when that placement breaks down within the year."""
    nowhere: int
    """Children who came, and whom no home of the register could ever take: they are looked for elsewhere, and are
    left out."""
    split: int
    """Families that no home could take together even when empty: they come in parts that one could."""

    before: YearBefore
    """What is known of the year before; nobody came then, where the year was made without looking back."""

    @property
    def year(self) -> Year:
        """The year."""
        return self.asked.year


Part = tuple[str, Need, tuple[Child, ...], int]
"""What is needed, as lived, as a round is told, and a number."""


def true_year(of: YearOf) -> TrueYear:
    """The year of a made-up council. The same council, scenario and policy give the same year."""
    seed, day = of.council.seed, of.begins
    if (AFTER - day).days < 7 * of.weeks:
        raise ValueError(f"Made-up lives end on {AFTER}: {of.weeks} weeks from {day} are not in them.")
    spots = spots_of(of.area)
    needs = [
        (number, one)
        for number, one in enumerate(needs_of(lives(of.council)))
        if lives_with_hosts(one, of.scenario, seed, number) and _within(one, day, of.weeks)
    ]
    living = dict.fromkeys(("foster", "supported_lodgings", "adopters"), 0)
    for _, one in needs:
        living[one.kind] += len(one.children) * (one.begin < day)
    made_up = households_for(of.scenario, spots, day, living, times=of.homes, seed=seed) if not of.register else ()
    households = of.register or made_up
    homes, others = as_homes(households)
    empty = Year(
        day=day,
        council=of.area,
        policy=of.policy,
        weeks=of.weeks,
        groups=(),
        comes=_none(0),
        leaves=_none(0),
        lives_in=_none(0),
        breaks=_none(0).reshape(0, 2),
        homes=homes,
        others=others,
        closed=np.zeros((len(homes), of.weeks), dtype=np.bool_),
        refuses=np.zeros((0, len(homes)), dtype=np.bool_),
    )
    pool = pool_of(spots, day, of.scenario, seed)
    parts = [(*_split_of(pool, one, number), number) for number, one in needs]
    past, week, again, ends = _year_before(of, pool) if of.look_back else ([], _none(0), _none(0) > 0, None)
    asked, parts, split = _asked_in_parts(empty, parts, past, pool)
    needed = [one for _, one, *_ in parts]
    wanted = np.array([SEGMENTS.index(what) for what, *_ in parts], dtype=np.int64)
    started = np.flatnonzero([one.begin < day for one in needed[: len(needed) - len(past)]])
    segment = np.array([one.segment for one in households], dtype=np.int64)
    lives_in = start_of(asked, started, segment, wanted, seed)
    came_before = np.arange(len(parts), dtype=np.int64) >= len(parts) - len(past)
    year, elsewhere, nowhere = _when(asked, needed, lives_in, came_before)
    year = replace(
        year,
        closed=closed_weeks(of.scenario, households, of.weeks, seed),
        refuses=refusals(len(parts), len(homes), of.refuses, seed),
    )
    stays = nothing_known(len(parts)) if ends is None else known_stays(ends, needed, year.groups, came_before, day)
    return TrueYear(
        asked.with_year(year),
        tuple(one.children for one in needed),
        wanted,
        elsewhere,
        nowhere,
        split,
        YearBefore(np.flatnonzero(came_before), week, stays, again, wanted[came_before], refuses=of.refuses),
    )


def known_before(of: YearOf, folder: Path) -> BatchCouncil:
    """The council's returns as they stood on the eve of the year, written to a folder: all that a forecast may read."""
    years = tuple(year for year in of.council.years if date(year, 3, 31) < of.begins)
    return made_up_council(folder, replace(of.council, years=years))


def _none(number: int) -> Ints:
    return np.zeros(number, dtype=np.int64)


def _within(one: Need, day: date, weeks: int) -> bool:
    """Whether the need touches the year."""
    begin, until = (one.begin - day).days, None if one.until is None else (one.until - day).days
    return begin < 7 * weeks and (until is None or until > 0)


def _year_before(of: YearOf, pool: Pool) -> tuple[list[Part], Ints, Mask, Floats]:
    """Who needed a home in the year before, once for each time, in which week, and whether because a placement broke
    down; and how often stays ended."""
    day, seed, span = pool.day, of.council.seed, 7 * WEEKS
    parts: list[Part] = []
    weeks: list[int] = []
    again: list[bool] = []
    lived: list[Stay] = []
    for number, one in enumerate(needs_of(lives(of.council))):
        if not lives_with_hosts(one, of.scenario, seed, number):
            continue
        stays = stays_of(one)
        lived += stays
        for at, (_, begin, _) in enumerate(stays):
            first = (begin - day).days + span
            if 0 <= first < span:
                # a name of its own however often somebody moved
                own = 10 * number + at + 500_000 if at < 10 else 1_000 * number + at + 10_000_000
                anew = replace(one, begin=begin)
                what, children = children_of(pool, anew, own, as_they_came=True)
                parts.append((what, anew, children, own))
                weeks.append(first // 7)
                again.append(at > 0)
    ends = ends_of(lived, day - timedelta(days=span), day)
    return parts, np.array(weeks, dtype=np.int64), np.array(again, dtype=np.bool_), ends


def _asked_in_parts(year: Year, parts: list[Part], past: list[Part], pool: Pool) -> tuple[AskedYear, list[Part], int]:
    """The rules asked about everybody; families that no home could take together come in halves. Those of the year
    before come last, as they were."""
    split = 0
    while True:
        year = _with_groups(year, [children for _, _, children, _ in (*parts, *past)])
        asked = ask_year(year)
        hopeless = (~asked.lawful.any(axis=1) & (year.sizes > 1))[: len(parts)]
        if not hopeless.any():
            return asked, [*parts, *past], split
        divided = []
        for part, too_many in zip(parts, hopeless.tolist(), strict=True):
            divided += _halves(pool, part) if too_many else [part]
        split += int(hopeless.sum())
        parts = divided


def _split_of(pool: Pool, one: Need, number: int) -> tuple[str, Need, tuple[Child, ...]]:
    what, children = children_of(pool, one, number)
    return what, one, children


def _halves(pool: Pool, part: Part) -> list[Part]:
    """The elder half and the younger half of a family, each under a name of its own."""
    _, need, _, number = part
    ordered = sorted(need.children, key=lambda one: (one.born, one.id))
    middle = (len(ordered) + 1) // 2
    halves = []
    for which, some in enumerate((ordered[:middle], ordered[middle:])):
        own = 2 * number + which + 100_000
        one = replace(need, children=tuple(some))
        halves.append((*_split_of(pool, one, own), own))
    return halves


def _with_groups(year: Year, groups: Sequence[tuple[Child, ...]]) -> Year:
    count = len(groups)
    return replace(
        year,
        groups=tuple(groups),
        comes=_none(count),
        leaves=_none(count) + 1,
        lives_in=_none(count) + NO_HOME,
        refuses=np.zeros((count, len(year.homes)), dtype=np.bool_),
    )


def _when(asked: AskedYear, needs: Sequence[Need], lives_in: Ints, came_before: Mask) -> tuple[Year, int, int]:
    """The weeks in which each group comes, leaves and moves; children who live elsewhere; children for whom none is."""
    year = asked.year
    comes, leaves, breaks = _none(len(needs)), _none(len(needs)), []
    elsewhere = nowhere = 0
    hopeless = np.asarray(~asked.lawful.any(axis=1))
    for at, one in enumerate(needs):
        if came_before[at]:
            comes[at], leaves[at] = year.weeks, year.weeks + 1
            continue
        first, last = _week(one.begin, year.day), year.weeks
        if one.until is not None:
            last = max(min(_week(one.until, year.day), year.weeks), max(first, 0) + 1)
        broken = sorted({week for day in one.breaks if max(first, 0) < (week := _week(day, year.day)) < last})
        if first < 0 and lives_in[at] < 0:
            elsewhere += len(one.children)
            first, broken = (broken[0], broken[1:]) if broken else (year.weeks, [])
            last = max(last, first + 1)
        if hopeless[at] and 0 <= first < year.weeks:
            nowhere += len(one.children)
            first, last, broken = year.weeks, year.weeks + 1, []
        comes[at], leaves[at] = first, last
        breaks += [(at, week) for week in broken]
    rows = np.array(breaks, dtype=np.int64).reshape(len(breaks), 2)
    return replace(year, comes=comes, leaves=leaves, lives_in=lives_in, breaks=rows), elsewhere, nowhere


def _week(day: date, begins: date) -> int:
    return (day - begins).days // 7
