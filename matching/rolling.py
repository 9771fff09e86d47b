"""A year of weekly rounds: who leaves, whose placement ends, who comes, and a plan for all who wait.

    asked = ask_year(year)                      # the rules, once
    weekly = play(asked, ALL_TOGETHER)
    today = play(asked, ONE_AT_A_TIME)          # the same year, the same luck

A plan is a proposal: each carer in it is asked, some say no, and the round is asked again without them, a few times in
a week. Every plan is made by the product's own rules and question, and audited. It tells no council's future: it is
the same made-up or remembered year met in several ways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.audit import audit
from matching.propose import PlanDisagrees
from matching.question import Ints, Mask, Question, tie_break_numbers
from matching.rolling_asked import AskedYear, week_question
from matching.rolling_homes import Lived
from matching.rolling_year import NO_HOME
from matching.solvers import solve_bundles
from records.model import PlacementNeed

ASKS: Final = 3
"""Carers that may be asked about one group in one week."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What planners know when a round is asked. Nothing of it lies ahead."""

    asked: AskedYear
    week: int
    groups: Ints
    """Those who wait, by index, sorted."""
    weeks_waited: Ints
    """Of each of them, 0 in the week it came."""
    lives_in: Ints
    """[groups of the year] the home of each group, by index; `NO_HOME`."""
    since: Ints
    """[groups of the year] the week in which each came to live there; `BEFORE` the year."""
    usable: Mask
    """[groups of the year, homes] where each who waits could live now."""
    question: Question
    """The round as it would be asked."""

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """The group and the home of each pair of the question, by the year's indices."""
        asked, q = self.asked, self.question
        children = np.flatnonzero(np.isin(asked.group_of, self.groups))
        return asked.group_of[children][q.pair_child], asked.homes_at(q.home_ids)[q.pair_home]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to plan a week."""

    name: str
    together: bool
    """One plan for all who wait; otherwise each group in turn takes the best home left."""
    asks: Callable[[Moment], Question] | None = None
    """Another question than the round's own, such as one in which scarce homes are kept."""


ONE_AT_A_TIME: Final = Way("one at a time", together=False)
"""As it is done today: emergencies first, then who has waited longest, each to the best home that is free."""
ALL_TOGETHER: Final = Way("all together", together=True)
"""The weekly plan, by the council's own tiers."""


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """What became of a year."""

    asked: AskedYear
    way: str
    home: Ints
    """[weeks, groups] where each group lives at the end of the week; `NO_HOME`."""
    carers_asked: Ints
    """[asks, 4] week, group, home, and 1 where the carer said yes; in the order of asking."""

    @property
    def waits(self) -> Mask:
        """[weeks, groups] whether the group needs a home and has none at the end of the week."""
        waits: Mask = self.asked.year.needs & (self.home == NO_HOME)
        return waits

    @property
    def weeks_waited(self) -> Ints:
        """[groups] weeks without a home."""
        return np.asarray(self.waits.sum(axis=0), dtype=np.int64)

    @property
    def moves_in(self) -> Ints:
        """[moves, 3] week, group and home of everybody who moved in during the year, in that order."""
        said_yes = self.carers_asked[:, 3] == 1
        return self.carers_asked[said_yes, :3]

    @property
    def moved_again(self) -> int:
        """Groups that came to live in a further home, each time counted."""
        before = np.vstack((self.asked.year.lives_in[None], self.home))
        return sum(max(len(set(column[column >= 0].tolist())) - 1, 0) for column in before.T)


def play(asked: AskedYear, way: Way, *, asks: int = ASKS) -> Played:
    """Play the year in one way. The same year and way give the same result, whatever else is played.

    `asks`: carers asked about one group in a week at most; 0 places nobody. Raises `PlanDisagrees` where the audit
    finds a breach in a plan.
    """
    year = asked.year
    lived = Lived(asked)
    since = np.full(len(year.groups), -1, dtype=np.int64)
    vetoed = np.zeros(asked.lawful.shape, dtype=np.bool_)
    breaks = {week: year.breaks[year.breaks[:, 1] == week, 0].tolist() for week in set(year.breaks[:, 1].tolist())}
    found = np.full((year.weeks, len(year.groups)), NO_HOME, dtype=np.int64)
    log: list[tuple[int, int, int, int]] = []
    needs = year.needs
    for week in range(year.weeks):
        for group in np.flatnonzero((lived.home >= 0) & (year.leaves <= week)).tolist():
            lived.move_out(group)
        for group in breaks.get(week, ()):
            if lived.home[group] >= 0:
                vetoed[group, lived.home[group]] = True
                lived.move_out(group)
        waiting = np.flatnonzero(needs[week] & (lived.home == NO_HOME))
        since[waiting] = np.where(since[waiting] < 0, week, since[waiting])
        round_ = _together if way.together else _one_at_a_time
        if len(waiting):
            log += round_(lived, way, week, waiting, since, vetoed, asks)
        since[lived.home >= 0] = -1
        found[week] = lived.home
    return Played(asked, way.name, found, np.array(log, dtype=np.int64).reshape(len(log), 4))


Asks = list[tuple[int, int, int, int]]


def _together(lived: Lived, way: Way, week: int, waiting: Ints, since: Ints, vetoed: Mask, asks: int) -> Asks:
    """Rounds for all who wait, until every carer of a plan has said yes."""
    log: Asks = []
    for _ in range(asks):
        waiting = waiting[lived.home[waiting] == NO_HOME]
        moment = _moment(lived, week, waiting, week - since[waiting], vetoed)
        if not moment.question.pairs:
            break
        question = moment.question if way.asks is None else way.asks(moment)
        plan = _plan_of(moment, solve_bundles(question).home_of, question)
        _check(lived, week, waiting, plan)
        said = [(week, group, home, _answer(lived, week, group, home, vetoed)) for group, home in plan.items()]
        log += said
        if all(yes for *_, yes in said):
            break
    return log


def _one_at_a_time(lived: Lived, way: Way, week: int, waiting: Ints, since: Ints, vetoed: Mask, asks: int) -> Asks:
    """Each group in turn asks the carers of its best homes."""
    log: Asks = []
    for group in in_turn(lived.asked, waiting, since):
        alone = np.array([group], dtype=np.int64)
        for _ in range(asks):
            moment = _moment(lived, week, alone, week - since[alone], vetoed)
            question = moment.question if way.asks is None else way.asks(moment)
            home = best_home(question)
            if home is None:
                break
            at = int(lived.asked.homes_at([home])[0])
            _check(lived, week, alone, {group: at})
            log.append((week, group, at, _answer(lived, week, group, at, vetoed)))
            if log[-1][3]:
                break
    return log


def in_turn(asked: AskedYear, waiting: Ints, since: Ints) -> list[int]:
    """Emergencies first, then who has waited longest, then by id."""

    def place(group: int) -> tuple[bool, int, str]:
        children = asked.year.groups[group]
        urgent = any(one.placement_need is PlacementNeed.EMERGENCY for one in children)
        return not urgent, int(since[group]), min(one.child_id for one in children)

    return sorted(waiting.tolist(), key=place)


def best_home(question: Question) -> str | None:
    """The home that a round would suggest if one group were the only one in it; None where there is none.

    What `solve_bundles` says of such a question, by sorting: there is nothing to weigh up against anybody else.
    """
    q = question
    homes = np.unique(q.pair_home)
    homes = homes[np.bincount(q.pair_home, minlength=q.homes)[homes] == q.children]
    if not len(homes):
        return None
    for tier in q.tiers:
        value = np.bincount(q.pair_home, weights=q.pair_value(tier), minlength=q.homes)[homes]
        homes = homes[value == value.max()]
    level = 0
    while len(homes) > 1:
        drawn = np.zeros(len(homes), dtype=np.int64)
        for child in q.child_ids:
            drawn += tie_break_numbers([child] * len(homes), [q.home_ids[h] for h in homes], level)
        homes = homes[drawn == drawn.min()]
        level += 1
    return q.home_ids[int(homes[0])]


def _moment(lived: Lived, week: int, groups: Ints, waited: Ints, vetoed: Mask) -> Moment:
    usable = lived.usable(groups, week, vetoed)
    places, limit, rooms = lived.left(week)
    question = week_question(lived.asked, groups, waited, usable, places, limit, rooms, lived.full)
    return Moment(lived.asked, week, groups, waited, lived.home.copy(), lived.since.copy(), usable, question)


def _plan_of(moment: Moment, home_of: Ints, question: Question) -> dict[int, int]:
    """The home of each group that has one, by the year's indices."""
    asked = moment.asked
    children = np.flatnonzero(np.isin(asked.group_of, moment.groups))
    placed = np.flatnonzero(home_of >= 0)
    at = asked.homes_at([question.home_ids[home] for home in home_of[placed]])
    return dict(sorted(zip(asked.group_of[children[placed]].tolist(), at.tolist(), strict=True)))


def _answer(lived: Lived, week: int, group: int, home: int, vetoed: Mask) -> int:
    """1 where the carer says yes and the group moves in; 0 where no, and is not asked about this group again."""
    if lived.asked.year.refuses[group, home]:
        vetoed[group, home] = True
        return 0
    lived.move_in(group, home, week)
    return 1


def _check(lived: Lived, week: int, groups: Ints, plan: dict[int, int]) -> None:
    """Audit a plan before anybody is asked."""
    if not plan:
        return
    year = lived.asked.year
    homes = np.unique(list(plan.values()))
    placed = groups[np.isin(groups, list(plan))]
    register = lived.register(placed, week, homes)
    home_of: dict[str, str | None] = {
        one.child_id: year.homes[home].home_id for group, home in plan.items() for one in year.groups[group]
    }
    breaches = audit(register, year.asked, home_of, lived.asked.allowed, never_split=True)
    if breaches:
        raise PlanDisagrees(
            f"The audit of the plan of week {week} found {len(breaches)} breach(es): {breaches[0].rule_id}, "
            f"{breaches[0].message} This is a fault in Placewell, not in the year."
        )
