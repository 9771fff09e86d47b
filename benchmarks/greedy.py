"""Matching as it is done by hand: one referral after another, each to the best home that is still free."""

from __future__ import annotations

from functools import reduce

import numpy as np

from matching.question import NO_FAMILY, NOBODY, Ints, Question, Solution, TierResult
from matching.solvers.solver import Clock, Keep, Watch, tier_aim


def solve_greedy(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,  # noqa: ARG001
    keep: Keep | None = None,  # noqa: ARG001
    workers: int = 1,  # noqa: ARG001
    unique: bool = True,  # noqa: ARG001
) -> Solution:
    """Children in the order of referral (their ids), brothers and sisters together first, nobody moved afterwards.

    Each takes the lawful home that is best by its own value, in the order of the tiers. Its bounds are those that
    need no search. Raises `ValueError` for a question with `never_split`, which this way of working cannot keep.
    """
    if question.never_split:
        raise ValueError("greedy places children one by one and cannot keep never_split")
    clock = Clock(time_limit)
    plan = _Greedy(question).plan()
    tiers = []
    for tier in question.tiers:
        aim, sign = tier_aim(question, tier), -1 if tier == "cost" else 1
        ceiling = float(sign * aim.ceiling(question))
        tiers.append(TierResult(tier, sign * aim.of(question, plan), ceiling, False, 0.0))
    return Solution(plan, tuple(tiers), False, "greedy", clock.seconds, ("Greedy proves nothing.",))


class _Greedy:
    """Homes as they fill up."""

    def __init__(self, question: Question) -> None:
        q = self._q = question
        self._first_pair = np.searchsorted(q.pair_child, np.arange(q.children + 1))
        self._values = [q.pair_value(tier) for tier in q.tiers if tier != "placed"]
        self._siblings_at = [t for t in q.tiers if t != "placed"].index("siblings") if "siblings" in q.tiers else None
        self._here: list[list[int]] = [[] for _ in range(q.homes)]
        self._left = q.places.copy()
        self._home_of = np.full(q.children, -1, dtype=np.int64)
        self._bars: dict[int, set[int]] = {}
        for a, b in q.apart.tolist():
            self._bars.setdefault(a, set()).add(b)
            self._bars.setdefault(b, set()).add(a)
        self._wholes = {h: {tuple(sorted(set(f))) for f in families} for h, families in q.whole_family.items()}

    def plan(self) -> Ints:
        """The home of each child, or -1."""
        family = self._q.family.tolist()
        members: dict[int, list[int]] = {}
        for child, number in enumerate(family):
            if number != NO_FAMILY:
                members.setdefault(number, []).append(child)
        for child, number in enumerate(family):
            group = members.get(number, [child])
            if child != group[0]:
                continue
            if len(group) == 1 or not self._together(group):
                for one in group:
                    self._alone(one)
        return self._home_of

    def _pairs(self, child: int) -> Ints:
        pairs = np.arange(self._first_pair[child], self._first_pair[child + 1], dtype=np.int64)
        free = (self._left[self._q.pair_home[pairs]] > 0) | self._q.pair_lives_there[pairs]
        return pairs[free]

    def _together(self, group: list[int]) -> bool:
        """Whether a home was found for all of them."""
        home = self._q.pair_home
        pairs = [self._pairs(child) for child in group]
        common = reduce(np.intersect1d, [home[p] for p in pairs])
        mine = np.array([p[np.searchsorted(home[p], common)] for p in pairs])
        sums = [value[mine].sum(axis=0) for value in self._values]
        for at in np.lexsort((common, *(-s for s in reversed(sums)))).tolist():
            if self._try(mine[:, at].tolist()):
                return True
        return False

    def _alone(self, child: int) -> None:
        pairs = self._pairs(child)
        worth = [value[pairs] for value in self._values]
        if self._siblings_at is not None and self._q.family[child] != NO_FAMILY:
            mates = (self._q.family == self._q.family[child]) & (self._home_of >= 0)
            count = np.bincount(self._home_of[mates], minlength=self._q.homes)
            worth[self._siblings_at] = worth[self._siblings_at] + count[self._q.pair_home[pairs]]
        for at in np.lexsort((self._q.pair_home[pairs], *(-w for w in reversed(worth)))).tolist():
            if self._try([int(pairs[at])]):
                return

    def _try(self, pairs: list[int]) -> bool:
        """Place these if the law of the home allows it with those who are there already."""
        home = int(self._q.pair_home[pairs[0]])
        if not self._lawful(home, [*self._here[home], *pairs]):
            return False
        self._here[home] += pairs
        self._left[home] -= int((~self._q.pair_lives_there[pairs]).sum())
        self._home_of[self._q.pair_child[pairs]] = home
        return True

    def _lawful(self, home: int, pairs: list[int]) -> bool:
        q = self._q
        children = q.pair_child[pairs].tolist()
        new = [p for p in pairs if not q.pair_lives_there[p]]
        if len(new) > q.places[home]:
            return False
        families = {int(q.family[c]) for c in children}
        one_family = len(pairs) == 1 or (len(families) == 1 and NO_FAMILY not in families)
        fostered = int(q.fostered_family[home])
        nobody_else = fostered == NOBODY or (NO_FAMILY not in families and fostered in families)
        under_limit = sum(not q.pair_exempt[p] for p in new)
        if under_limit > q.limit_room[home] and not (one_family and nobody_else):
            return False
        if self._rooms(q.pair_child[new].tolist()) > q.rooms[home]:
            return False
        if len(children) > 1:
            if q.one_or_whole_family[home] and tuple(sorted(children)) not in self._wholes.get(home, ()):
                return False
            if q.solo[children].any():
                return False
            if any(not self._bars[c].isdisjoint(children) for c in children if c in self._bars):
                return False
        return bool((q.pair_uses[pairs].sum(axis=0) <= q.home_has[home]).all())

    def _rooms(self, newcomers: list[int]) -> int:
        q = self._q
        sharing: dict[tuple[int, int], int] = {}
        rooms = 0
        for child in newcomers:
            if not q.needs_room[child]:
                continue
            if q.room_sharer[child] > 0 and q.family[child] != NO_FAMILY:
                key = (int(q.family[child]), int(q.room_sharer[child]))
                sharing[key] = sharing.get(key, 0) + 1
            else:
                rooms += 1
        return rooms + sum((many + 1) // 2 for many in sharing.values())
