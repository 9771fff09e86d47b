"""The rules and considerations asked once for a whole year; each week's question is cut out of the answers.

What depends on who lives in a home that week (places, bedrooms, the usual limit, company) is worked out when the
week comes; every plan made from it is audited against a register of that week, which shares nothing with this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from matching.bundles import Bundles, bundles_of
from matching.considerations import weigh
from matching.pose import local_pairs, pose
from matching.propose import ask_about, usable_pairs, with_same_approval
from matching.question import Ints, Mask, Question
from matching.rolling_year import Year
from matching.rules.among import Among
from matching.rules.register import Register
from matching.screen import places_left, screen
from records.model import Records

WEEK = 7
"""Days."""


@dataclass(frozen=True, slots=True, eq=False)
class AskedYear:
    """A year's lawful placements and what they are worth; shapes are (groups, homes) in the year's order unless said.

    `bundle`: where the group stands in the bundles of the year's question, -1 where it may never live. The others
    count only where it may: `newcomers` places taken, `limit` children towards the usual fostering limit, `rooms`
    bedrooms, `alone` whether no other group may live there meanwhile, `local` children near enough, `points` the
    children's points in the first week of waiting, `pence` a week. `company` [groups, groups] who may never share.
    """

    year: Year
    question: Question
    """Everybody of the year and every home, empty."""
    waited: Ints
    """Points of each pair of the question for a child who has waited as long as counts."""
    waits_weeks: float
    """How many weeks that is."""
    group_of: Ints
    """[children of the question] the group."""
    home_of: Ints
    """[homes of the question] the home of the year."""
    bundle: Ints
    newcomers: Ints
    limit: Ints
    rooms: Ints
    alone: Mask
    local: Ints
    points: Ints
    pence: Ints
    company: Mask
    places: Ints
    """[homes] places offered while nobody is placed there."""
    limit_room: Ints
    """[homes]"""
    bedrooms: Ints
    """[homes]"""
    allowed: frozenset[str]

    @property
    def lawful(self) -> Mask:
        """[groups, homes] whether the group may live in the home, were it empty and open."""
        lawful: Mask = self.bundle >= 0
        return lawful

    def homes_at(self, home_ids: Sequence[str]) -> Ints:
        """[ids] the home of the year that each id names."""
        index = dict(zip(self.question.home_ids, self.home_of.tolist(), strict=True))
        return np.array([index[home_id] for home_id in home_ids], dtype=np.int64)

    def with_year(self, year: Year) -> AskedYear:
        """The same answers for a year of the same groups and homes in which something else is otherwise.

        Who comes when, who lives where, what breaks down, closes or is refused changes no answer. Raises ValueError
        where the groups, homes, day, council or policy are others.
        """
        was = self.year
        if (was.groups, was.homes, was.others) != (year.groups, year.homes, year.others):
            raise ValueError("the groups or homes of this year are others: ask the rules again with ask_year")
        if (was.day, was.council, was.policy) != (year.day, year.council, year.policy):
            raise ValueError("the day, council or policy of this year is another: ask the rules again with ask_year")
        return replace(self, year=year)


def ask_year(year: Year) -> AskedYear:
    """Ask every rule and consideration about everybody of the year and every home, empty."""
    asked = year.asked
    allowed = with_same_approval(frozenset(year.policy.allow))
    children = sorted((one for group in year.groups for one in group), key=lambda one: one.child_id)
    homes = sorted(year.homes, key=lambda one: one.home_id)
    today = tuple(replace(one, referred_on=year.day) for one in children)
    full = year.policy.waiting_full_days
    long_ago = tuple(replace(one, referred_on=year.day - timedelta(days=full)) for one in children)
    others = tuple(sorted(year.others, key=lambda one: (one.home_id, one.resident_id)))
    register = Register(Records(day=year.day, children=today, homes=tuple(homes), residents=others))
    pairs = screen(register, year.policy).pairs
    pairs = pairs.only(usable_pairs(register, pairs, ask_about(pairs, Among(register), asked), allowed))
    weighed = weigh(register, asked, pairs)
    waiting = Register(Records(day=year.day, children=long_ago, homes=tuple(homes), residents=others))
    near = local_pairs(register, asked, pairs, weighed.miles_home)
    question = pose(register, asked, pairs, points=weighed.points, local=near, allowed=allowed)

    group_at = {one.child_id: at for at, group in enumerate(year.groups) for one in group}
    home_at = {one.home_id: at for at, one in enumerate(year.homes)}
    group_of = np.array([group_at[one.child_id] for one in children], dtype=np.int64)
    home_of = np.array([home_at[one.home_id] for one in homes], dtype=np.int64)
    bundles = bundles_of(question)
    table = _Table(year, bundles, group_of, home_of)
    return AskedYear(
        year=year,
        question=question,
        waited=weigh(waiting, asked, pairs).points.astype(np.int64),
        waits_weeks=full / WEEK,
        group_of=group_of,
        home_of=home_of,
        company=_company(question, group_of, len(year.groups)),
        places=_in_year_order(places_left(register), home_of),
        limit_room=_in_year_order(question.limit_room, home_of),
        bedrooms=_in_year_order(question.rooms, home_of),
        allowed=allowed,
        bundle=table(np.arange(len(bundles), dtype=np.int64), empty=-1),
        newcomers=table(bundles.newcomers),
        limit=table(bundles.limit_weight),
        rooms=table(bundles.rooms),
        alone=table(bundles.alone.astype(np.int64)) > 0,
        local=table(bundles.total(question.pair_local)),
        points=table(bundles.total(question.pair_points)),
        pence=table(bundles.total(question.pair_cost)),
    )


class _Table:
    """Numbers of bundles as arrays of (groups, homes): of those that hold a whole group."""

    def __init__(self, year: Year, bundles: Bundles, group_of: Ints, home_of: Ints) -> None:
        first = bundles.question.pair_child[bundles.pair[bundles.start[:-1]]]
        group, home = group_of[first], home_of[bundles.home]
        self._whole = np.flatnonzero(np.diff(bundles.start) == year.sizes[group])
        self._at = group[self._whole], home[self._whole]
        self._shape = (len(year.groups), len(year.homes))

    def __call__(self, values: Ints, *, empty: int = 0) -> Ints:
        found = np.full(self._shape, empty, dtype=np.int64)
        found[self._at] = values[self._whole]
        return found


def _company(question: Question, group_of: Ints, groups: int) -> Mask:
    company = np.zeros((groups, groups), dtype=np.bool_)
    one, other = group_of[question.apart[:, 0]], group_of[question.apart[:, 1]]
    company[one, other] = company[other, one] = True
    return company


def _in_year_order(values: Ints, home_of: Ints) -> Ints:
    found = np.zeros(len(values), dtype=np.int64)
    found[home_of] = values
    return found


def week_question(
    asked: AskedYear, groups: Ints, weeks_waited: Ints, usable: Mask, places: Ints, limit: Ints, rooms: Ints, full: Mask
) -> Question:
    """The question of one round: some groups, [n] sorted by index, and the homes that one of them may use.

    `usable`, shape (groups of the year, homes): where a plan may place whom now; `places`, `limit`, `rooms` what is
    left of each home, [homes]; `full`, [homes]: somebody placed lives there. Homes keep the order of their ids.
    """
    q = asked.question
    there = np.zeros(len(asked.year.groups), dtype=np.bool_)
    there[groups] = True
    kept = there[asked.group_of[q.pair_child]]
    kept[kept] = usable[asked.group_of[q.pair_child[kept]], asked.home_of[q.pair_home[kept]]]
    child = np.flatnonzero(there[asked.group_of])
    home = np.unique(q.pair_home[kept])
    new_child, new_home = _renumbered(child, q.children), _renumbered(home, q.homes)
    at = asked.home_of[home]
    waits = np.zeros(len(there))
    waits[groups] = np.minimum(weeks_waited / asked.waits_weeks, 1.0)
    points = q.pair_points[kept]
    more = (asked.waited[kept] - points) * waits[asked.group_of[q.pair_child[kept]]]
    near = np.isin(q.near_homes, home).all(axis=1)
    families = {
        int(new_home[h]): tuple(
            tuple(int(new_child[c]) for c in members)
            for members in q.whole_family[int(h)]
            if (new_child[list(members)] >= 0).all()
        )
        for h in home[q.one_or_whole_family[home]].tolist()
    }
    return replace(
        q,
        child_ids=tuple(q.child_ids[c] for c in child.tolist()),
        home_ids=tuple(q.home_ids[h] for h in home.tolist()),
        family=_numbered_afresh(q.family[child]),
        solo=q.solo[child],
        needs_room=q.needs_room[child],
        room_sharer=q.room_sharer[child],
        places=places[at],
        limit_room=limit[at],
        fostered_family=np.where(full[at], -2, -1).astype(np.int64),
        rooms=rooms[at],
        one_or_whole_family=q.one_or_whole_family[home],
        whole_family=families,
        pair_child=new_child[q.pair_child[kept]],
        pair_home=new_home[q.pair_home[kept]],
        pair_exempt=q.pair_exempt[kept],
        pair_lives_there=q.pair_lives_there[kept],
        pair_siblings_there=q.pair_siblings_there[kept],
        pair_local=q.pair_local[kept],
        pair_points=points + np.rint(more).astype(np.int64),
        pair_cost=q.pair_cost[kept],
        sibling_pairs=_both(new_child[q.sibling_pairs.reshape(-1, 2)]),
        apart=_both(new_child[q.apart.reshape(-1, 2)]),
        near_homes=new_home[q.near_homes[near]].reshape(-1, 2),
        pair_siblings_near=q.pair_siblings_near[kept],
        pair_uses=q.pair_uses[kept],
        home_has=q.home_has[home],
        pair_pinned=q.pair_pinned[kept],
        pair_keep=q.pair_keep[kept],
    )


def _renumbered(kept: Ints, total: int) -> Ints:
    """The new number of each old one, -1 for those not kept."""
    found = np.full(total, -1, dtype=np.int64)
    found[kept] = np.arange(len(kept), dtype=np.int64)
    return found


def _numbered_afresh(family: Ints) -> Ints:
    """Families by the numbers 0 to n-1 in the same order; -1 stays."""
    known = np.unique(family[family >= 0])
    return np.where(family >= 0, np.searchsorted(known, family), -1).astype(np.int64)


def _both(rows: Ints) -> Ints:
    return rows[(rows >= 0).all(axis=1)]
