"""Would somebody with the better claim rather have the home of another? Every such case, with what justifies it.

Party A - a child, or a whole family - envies party B with reason where B has a home of the plan that fits A better than
what A has (more points, or A has no home), A has waited longer and is no less urgent, and A could really live there:
the law of the home is asked again with B out and A in. Such a case is not wrong by itself. Giving A the home may leave
B without one, part brothers and sisters, or place somebody far away; which of the council's priorities says so is
worked out from the two plans. What no priority justifies is counted apart. In a plan proved best no swap can be better:
what is left then are ties, which the fixed rule of ids decided.

The swap that is tried moves nobody else: B takes the home that A leaves where that is lawful, and otherwise has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.bundles import units_of
from matching.changed_plans import ChangedPlans
from matching.pairs import Ints, Mask
from matching.propose import Proposal
from matching.question import Question
from records.model import PlacementNeed

AT_ONCE: Final = 200_000
"""Swaps tried together."""
MOST_LISTED: Final = 20_000
"""Cases that a priority justifies are listed up to this many; all are counted, and the others are always listed."""
NOT_SAID: Final = np.iinfo(np.int64).max
"""`Claims.needed` of a child for whom no day is recorded."""
TIE: Final = ""
BETTER: Final = "better"
"""`Case.tier` where the plan with the swap is as good in every priority, or even better."""


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """What gives children a claim, shape (children,): days waited, whether it is an emergency, by when (a day number).

    `settled`: stays where they are; envies nobody and is moved for nobody.
    """

    waited: Ints
    emergency: Mask
    needed: Ints
    settled: Mask


@dataclass(frozen=True, slots=True)
class Case:
    """Party A, children by index, would rather have the home of party B, and has waited longer. Homes by index.

    `homes_of_a`: of each child of A now, -1 for none. `points_there`, `points_now`: of A in sum. `takes`: the home
    that B has after the swap, -1 for none. `tier`: the first priority of the council that the swap would harm, `loss`
    by how much (pence for cost); `TIE` or `BETTER` where none is.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    home: int
    homes_of_a: tuple[int, ...]
    points_there: int
    points_now: int
    days_longer: int
    takes: int
    tier: str
    loss: int

    @property
    def is_explained(self) -> bool:
        """Whether a priority of the council justifies it."""
        return self.tier not in (TIE, BETTER)


@dataclass(frozen=True, slots=True)
class Envy:
    """The cases of a round; how many wishes with the better claim there were, and how many of them cannot be lawful.

    `by_tier`: how many cases each priority justifies, listed or not, and how many are a `TIE` or `BETTER`.
    """

    cases: tuple[Case, ...]
    wishes: int
    unlawful: int
    by_tier: Mapping[str, int]

    @property
    def count(self) -> int:
        """All cases, listed or not."""
        return sum(self.by_tier.values())

    @property
    def unexplained(self) -> tuple[Case, ...]:
        """Those that no priority justifies."""
        return tuple(one for one in self.cases if not one.is_explained)


def claims_of(proposal: Proposal) -> Claims:
    """The claims of the children of a round."""
    day, children = proposal.register.day, proposal.register.children
    return Claims(
        np.array([(day - c.referred_on).days for c in children], dtype=np.int64),
        np.array([c.placement_need is PlacementNeed.EMERGENCY for c in children], dtype=np.bool_),
        np.array([NOT_SAID if c.needed_by is None else c.needed_by.toordinal() for c in children], dtype=np.int64),
        np.array([proposal.register.is_settled(c) for c in children], dtype=np.bool_),
    )


def envy_of(proposal: Proposal) -> Envy:
    """Hold every child and family of a round against everybody who has a home of the plan."""
    return envy(proposal.question, proposal.home_of, claims_of(proposal))


def envy(question: Question, home_of: Ints, claims: Claims) -> Envy:
    """See `envy_of`. `home_of`, shape (children,), is a lawful plan of the question."""
    q = question
    points = points_now(q, home_of)
    found: list[Case] = []
    wishes, counted = 0, Counter[str]()
    for swaps in _swaps(q, home_of, claims, points):
        wishes += len(swaps.home)
        for case in _worked_out(q, home_of, claims, points, swaps):
            counted[case.tier] += 1
            if not case.is_explained or len(found) < MOST_LISTED:
                found.append(case)
    listed = tuple(sorted(found, key=lambda one: (one.a, one.home, one.b)))
    return Envy(listed, wishes, wishes - counted.total(), dict(sorted(counted.items())))


def points_now(question: Question, home_of: Ints) -> Ints:
    """Points of each child in the home of the plan, 0 without one; shape (children,)."""
    points = np.zeros(question.children, dtype=np.int64)
    chosen = home_of[question.pair_child] == question.pair_home
    points[question.pair_child[chosen]] = question.pair_points[chosen]
    return points


# ---- who wishes for what -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Swaps:
    """Wishes with the better claim, shape (swaps,): the home, the points of A there, and where B may go, -1 for none.

    `a`, `b`: the parties, flat, each as (swap, child), sorted by swap.
    """

    home: Ints
    points_there: Ints
    back: Ints
    a: tuple[Ints, Ints]
    b: tuple[Ints, Ints]

    def some(self, which: Mask) -> _Swaps:
        number = np.cumsum(which) - 1

        def party(flat: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
            kept = which[flat[0]]
            return number[flat[0][kept]], flat[1][kept]

        return _Swaps(self.home[which], self.points_there[which], self.back[which], party(self.a), party(self.b))


def _swaps(q: Question, home_of: Ints, claims: Claims, points: Ints) -> Iterator[_Swaps]:
    if not q.pairs:
        return
    alone = _of_children(q, home_of, claims, points)
    for first in range(0, len(alone.home), AT_ONCE):
        which = np.zeros(len(alone.home), dtype=np.bool_)
        which[first : first + AT_ONCE] = True
        yield alone.some(which)
    waiting: list[_Wish] = []
    for wish in _of_families(q, home_of, claims, points):
        waiting.append(wish)
        if len(waiting) == AT_ONCE:
            yield _together(waiting)
            waiting = []
    if waiting:
        yield _together(waiting)


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What one whole family wishes for: see `_Swaps`."""

    home: int
    points_there: int
    back: int
    a: Ints
    b: Ints


def _together(wishes: Sequence[_Wish]) -> _Swaps:
    def numbers(name: str) -> Ints:
        return np.array([getattr(one, name) for one in wishes], dtype=np.int64)

    def party(members: list[Ints]) -> tuple[Ints, Ints]:
        sizes = [len(some) for some in members]
        return np.repeat(np.arange(len(members), dtype=np.int64), sizes), np.concatenate(members)

    a, b = party([one.a for one in wishes]), party([one.b for one in wishes])
    return _Swaps(numbers("home"), numbers("points_there"), numbers("back"), a, b)


def _of_children(q: Question, home_of: Ints, claims: Claims, points: Ints) -> _Swaps:
    """One child against one child."""
    fits = (home_of[q.pair_child] < 0) | (q.pair_points > points[q.pair_child])
    fits &= (q.pair_home != home_of[q.pair_child]) & ~claims.settled[q.pair_child]
    wanted = np.flatnonzero(fits)
    order = np.argsort(home_of, kind="stable").astype(np.int64)
    begin = np.searchsorted(home_of[order], q.pair_home[wanted])
    number = np.searchsorted(home_of[order], q.pair_home[wanted], side="right") - begin
    of = np.repeat(wanted, number)
    within = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    a, b = q.pair_child[of], order[np.repeat(begin, number) + within]
    better = (claims.waited[a] > claims.waited[b]) & (claims.emergency[a] >= claims.emergency[b])
    better &= (claims.needed[a] <= claims.needed[b]) & ~claims.settled[b]
    # brothers and sisters are no rivals
    better &= (q.family[a] < 0) | (q.family[a] != q.family[b])
    a, b, of = a[better], b[better], of[better]
    every = np.arange(len(a), dtype=np.int64)
    return _Swaps(q.pair_home[of], q.pair_points[of], home_of[a], (every, a), (every, b))


def _of_families(q: Question, home_of: Ints, claims: Claims, points: Ints) -> Iterator[_Wish]:
    """A whole family against all of one unit in a home."""
    unit = units_of(q)
    parties: dict[int, dict[int, list[int]]] = {}
    for child in np.flatnonzero(home_of >= 0).tolist():
        parties.setdefault(int(home_of[child]), {}).setdefault(int(unit[child]), []).append(child)
    start = np.searchsorted(q.pair_child, np.arange(q.children + 1))
    for family in range(int(q.family.max(initial=-1)) + 1):
        a = np.flatnonzero(q.family == family)
        if len(a) < 2 or claims.settled[a].any():
            continue
        rows = [slice(int(start[c]), int(start[c + 1])) for c in a.tolist()]
        homes, often = np.unique(np.concatenate([q.pair_home[row] for row in rows]), return_counts=True)
        there: dict[int, int] = {}
        for row in rows:
            for home, value in zip(q.pair_home[row].tolist(), q.pair_points[row].tolist(), strict=True):
                there[home] = there.get(home, 0) + value
        now = int(points[a].sum())
        one_home = int(home_of[a[0]]) if (home_of[a] == home_of[a[0]]).all() else -1
        for home in homes[often == len(a)].tolist():
            better = there[home] > now or (home_of[a] < 0).any()
            if home == one_home or not better:
                continue
            for other, members in parties.get(home, {}).items():
                b = np.array(members, dtype=np.int64)
                if other != family and _has_the_claim(claims, a, b):
                    yield _Wish(home, there[home], one_home, a, b)


def _has_the_claim(claims: Claims, a: Ints, b: Ints) -> bool:
    """Whether all of A have waited longer than any of B, and none is less urgent."""
    return bool(
        claims.waited[a].min() > claims.waited[b].max()
        and claims.emergency[a].min() >= claims.emergency[b].max()
        and claims.needed[a].max() <= claims.needed[b].min()
        and not claims.settled[b].any()
    )


# ---- what each swap would do ---------------------------------------------------------------------------------------


def _worked_out(q: Question, home_of: Ints, claims: Claims, points: Ints, swaps: _Swaps) -> list[Case]:
    """The lawful ones as cases: B in the home that A leaves where it may be, else without."""
    back = _plans(q, home_of, swaps)
    lawful_back = back.lawful() & (swaps.back >= 0)
    without = _plans(q, home_of, replace(swaps, back=np.full(len(swaps.home), -1, dtype=np.int64)))
    lawful = lawful_back | without.lawful()
    gains = np.where(lawful_back[:, np.newaxis], back.differences(), without.differences())
    tier, gain = first_difference(gains)
    a, b = _by_swap(swaps.a, len(swaps.home)), _by_swap(swaps.b, len(swaps.home))
    return [
        Case(
            a[at],
            b[at],
            int(swaps.home[at]),
            tuple(int(home_of[c]) for c in a[at]),
            int(swaps.points_there[at]),
            int(points[list(a[at])].sum()),
            int(claims.waited[list(a[at])].min() - claims.waited[list(b[at])].max()),
            int(swaps.back[at]) if lawful_back[at] else -1,
            q.tiers[tier[at]] if gain[at] < 0 else BETTER if gain[at] > 0 else TIE,
            int(max(-gain[at], 0)),
        )
        for at in np.flatnonzero(lawful).tolist()
    ]


def _plans(q: Question, home_of: Ints, swaps: _Swaps) -> ChangedPlans:
    """A to the home, B back to what A leaves."""
    change = np.concatenate((swaps.a[0], swaps.b[0]))
    child = np.concatenate((swaps.a[1], swaps.b[1]))
    to = np.concatenate((swaps.home[swaps.a[0]], swaps.back[swaps.b[0]]))
    order = np.lexsort((child, change))
    return ChangedPlans(q, home_of, change[order], child[order], to[order], len(swaps.home))


def first_difference(gains: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """The first tier in which each of several plans differs, and by how much; 0 and 0 where none does.

    `gains`, shape (plans, tiers).
    """
    tier = (gains != 0).argmax(axis=1).astype(np.int64)
    return tier, gains[np.arange(len(gains)), tier]


def _by_swap(flat: tuple[Ints, Ints], count: int) -> list[tuple[int, ...]]:
    members = np.split(flat[1], np.searchsorted(flat[0], np.arange(1, count)))
    return [tuple(some.tolist()) for some in members]
