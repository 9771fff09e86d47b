"""HiGHS, through SciPy, on child-home pairs: a twin of the CP-SAT solver that shares no formulation with it.

Nothing here knows of bundles. A child in a home is one 0/1 number; the law of a home is rows over these and a
few helpers: a family that has a home to itself beyond the usual limit, a whole family at an adopter, bedrooms,
two brothers or sisters in one home, or in two homes near each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matching.question import NOBODY, UNLIMITED, Ints, Question, Solution
from matching.solvers.exhaustive import lawful_plan
from matching.solvers.solver import Aim, Aims, Clock, Found, Held, Keep, Tell, Watch, solve_in_order

OPTIMAL, LIMIT, INFEASIBLE = 0, 1, 2


def solve_milp(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,  # noqa: ARG001
    unique: bool = True,
) -> Solution:
    """The best plan by HiGHS on pairs; see `matching.solvers.solver.Solver`.

    `workers` makes no difference: HiGHS through SciPy searches with one.
    """
    clock = Clock(time_limit)
    return solve_in_order(question, PairEngine(question), "milp", clock, watch, keep=keep, unique=unique)


class NotLawful(RuntimeError):
    """The solver returned a plan that, rounded and checked in whole numbers, is not what was asked for."""


@dataclass(slots=True)
class _Rows:
    """Rows `least <= sum of weight x column <= most`, gathered entry by entry."""

    columns: list[Ints] = field(default_factory=list)
    weights: list[Ints] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def add(
        self,
        columns: Ints | list[int],
        weights: Ints | list[int] | int,
        *,
        least: float = -math.inf,
        most: float = math.inf,
    ) -> None:
        columns = np.asarray(columns, dtype=np.int64)
        if len(columns):
            self.columns.append(columns)
            self.weights.append(np.broadcast_to(np.asarray(weights, dtype=np.int64), columns.shape))
            self.least.append(least)
            self.most.append(most)

    def constraint(self, width: int) -> LinearConstraint:
        start = np.concatenate(([0], np.cumsum([len(c) for c in self.columns]))).astype(np.int64)
        column = np.concatenate([np.zeros(0, dtype=np.int64), *self.columns])
        weight = np.concatenate([np.zeros(0), *self.weights])
        matrix = csr_array((weight, column, start), shape=(len(self.columns), width))
        return LinearConstraint(matrix, np.array(self.least), np.array(self.most))


class PairEngine:
    """Answers `matching.solvers.solver.Engine`'s two questions on the pairs of one question."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._rows = _Rows()
        self._width = question.pairs
        self._sibling_columns: list[int] = []
        self._near_columns: list[int] = []
        self._largest: list[int] = [1] * question.pairs
        self._here = [np.flatnonzero(question.pair_home == home) for home in range(question.homes)]
        self._family_key = np.where(
            question.family >= 0,
            question.family,
            int(question.family.max(initial=-1)) + 1 + np.arange(question.children),
        )
        self._one_home_each()
        for home, pairs in enumerate(self._here):
            if len(pairs):
                self._places(home, pairs)
                self._usual_limit(home, pairs)
                self._bedrooms(home, pairs)
                self._resources(home, pairs)
                self._one_or_whole_family(home, pairs)
                self._solo(home, pairs)
        self._apart()
        self._brothers_and_sisters()
        self._near_each_other()

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them."""
        q = self.question
        aim = aims[0]
        value, ceiling = aim.of(q, start), aim.ceiling(q)
        if value == ceiling or not q.pairs:
            return Found(start, value)
        tell(value, ceiling)
        status, plan, bound = self._solve(self._numbers(aim), held, _Rows(), clock)
        if status == INFEASIBLE:
            raise NotLawful("HiGHS finds no plan at all where one is known: its answer cannot be used")
        upper = ceiling if bound is None else min(ceiling, _whole(bound))
        if plan is None or aim.of(q, plan) < value:
            plan = start
        return Found(plan, max(upper, aim.of(q, plan)))

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """Whether a lawful plan other than `plan` reaches what is held; None when time ran out."""
        q = self.question
        if clock.is_up:
            return None
        if not q.pairs:
            return False
        placed = plan[q.pair_child]
        agrees = (placed == q.pair_home).astype(np.int64) - (placed < 0)
        extra = _Rows()
        extra.add(np.arange(q.pairs), agrees, most=int((plan >= 0).sum()) - 1)
        status, other, _ = self._solve(np.zeros(self._width), held, extra, clock)
        if other is not None:
            return True
        return False if status == INFEASIBLE else None

    def _solve(
        self, numbers: np.typing.NDArray[np.float64], held: Held, extra: _Rows, clock: Clock
    ) -> tuple[int, Ints | None, float | None]:
        """HiGHS's status, its plan rounded and checked in whole numbers, and its bound."""
        for aim, least in held:
            weights = self._numbers(aim).astype(np.int64)
            counts = np.flatnonzero(weights)
            # whole numbers: half below the least asks for the same plans and leaves room for rounding
            extra.add(counts, weights[counts], least=least - 0.5)
        constraints = [c.constraint(self._width) for c in (self._rows, extra) if c.columns]
        outcome = milp(
            -numbers,
            integrality=np.ones(self._width, dtype=np.int64),
            bounds=Bounds(0, np.array(self._largest)),
            constraints=constraints,
            options={"mip_rel_gap": 0.0, "time_limit": clock.left},
        )
        bound = None if outcome.mip_dual_bound is None else -float(outcome.mip_dual_bound)
        if bound is not None and not math.isfinite(bound):
            bound = None
        if outcome.x is None:
            return int(outcome.status), None, bound
        plan = np.full(self.question.children, -1, dtype=np.int64)
        chosen = np.rint(outcome.x[: self.question.pairs]) > 0
        plan[self.question.pair_child[chosen]] = self.question.pair_home[chosen]
        broken = [a.name for a, least in held if a.of(self.question, plan) < least]
        if broken or not lawful_plan(self.question, plan):
            raise NotLawful(
                f"The plan HiGHS returned is not lawful or loses an earlier tier ({', '.join(broken) or 'law'}) "
                "once it is rounded to whole children. No plan is given; use the solver cpsat."
            )
        return int(outcome.status), plan, bound

    def _numbers(self, aim: Aim) -> np.typing.NDArray[np.float64]:
        numbers = np.zeros(self._width)
        numbers[: self.question.pairs] = aim.per_pair
        numbers[self._sibling_columns] = aim.per_sibling_pair
        numbers[self._near_columns] = aim.per_near_pair
        return numbers

    def _new(self, largest: int = 1) -> int:
        """A helper column, a whole number from 0 to `largest`."""
        self._width += 1
        self._largest.append(largest)
        return self._width - 1

    def _one_home_each(self) -> None:
        for child in range(self.question.children):
            self._rows.add(np.flatnonzero(self.question.pair_child == child), 1, most=1)

    def _places(self, home: int, pairs: Ints) -> None:
        new = pairs[~self.question.pair_lives_there[pairs]]
        room = int(self.question.places[home])
        if room < 0:
            self._rows.add(pairs, 1, most=0)
        elif len(new) > room:
            self._rows.add(new, 1, most=room)

    def _usual_limit(self, home: int, pairs: Ints) -> None:
        """So many not-exempt newcomers, or a family with the home to itself."""
        q, room = self.question, int(self.question.limit_room[home])
        counts = pairs[~self.question.pair_lives_there[pairs] & ~self.question.pair_exempt[pairs]]
        if room >= len(counts):
            return
        mine = self._family_key[q.pair_child]
        to_itself: dict[int, int] = {}
        for key in np.unique(mine[pairs]).tolist():
            family = int(q.family[q.pair_child[pairs[mine[pairs] == key][0]]])
            fostered = int(q.fostered_family[home])
            beyond = int((mine[counts] == key).sum()) > room
            if beyond and (fostered == NOBODY or (family >= 0 and fostered == family)):
                to_itself[key] = self._new()
        for key, column in to_itself.items():
            others = pairs[mine[pairs] != key]
            # with the home to one family, none of the others
            self._rows.add([*others.tolist(), column], [*[1] * len(others), len(others)], most=len(others))
        columns = list(to_itself.values())
        self._rows.add(columns, 1, most=1)
        if room < 0:
            for pair in pairs.tolist():
                key = int(mine[pair])
                allowed = [to_itself[key]] if key in to_itself else []
                self._rows.add([pair, *allowed], [1, *[-1] * len(allowed)], most=0)
            return
        beyond_room = [-(int((mine[counts] == key).sum()) - room) for key in to_itself]
        self._rows.add([*counts.tolist(), *columns], [*[1] * len(counts), *beyond_room], most=room)

    def _bedrooms(self, home: int, pairs: Ints) -> None:
        """A room each, or half a room for one of two who may share."""
        q, room = self.question, int(self.question.rooms[home])
        if room < 0:
            self._rows.add(pairs, 1, most=0)
            return
        child = q.pair_child[pairs]
        need = ~q.pair_lives_there[pairs] & q.needs_room[child]
        if room >= UNLIMITED or int(need.sum()) <= room:
            return
        shares = need & (q.room_sharer[child] > 0) & (q.family[child] >= 0)
        rooms = pairs[need & ~shares].tolist()
        groups = np.unique(np.column_stack((q.family[child], q.room_sharer[child]))[shares], axis=0)
        for family, sharer in groups.tolist():
            sharing = pairs[shares & (q.family[child] == family) & (q.room_sharer[child] == sharer)]
            if len(sharing) == 1:
                rooms.extend(sharing.tolist())
                continue
            column = self._new((len(sharing) + 1) // 2)
            self._rows.add(np.append(sharing, column), [*[1] * len(sharing), -2], most=0)
            rooms.append(column)
        self._rows.add(rooms, 1, most=room)

    def _resources(self, home: int, pairs: Ints) -> None:
        """What those placed there use of each resource is at most what the home has."""
        for uses, has in zip(self.question.pair_uses[pairs].T, self.question.home_has[home].tolist(), strict=True):
            if int(uses.sum()) > has:
                self._rows.add(pairs[uses > 0], uses[uses > 0], most=has)

    def _one_or_whole_family(self, home: int, pairs: Ints) -> None:
        """One child, or all the children of one family: `whole` is 1 when that family comes."""
        q = self.question
        if not q.one_or_whole_family[home]:
            return
        at = {int(q.pair_child[p]): int(p) for p in pairs}
        wholes: list[tuple[int, list[int]]] = []
        for family in sorted({tuple(sorted(set(f))) for f in q.whole_family.get(home, ())}):
            if len(family) > 1 and all(c in at for c in family):
                wholes.append((self._new(), [at[c] for c in family]))
        for column, members in wholes:
            for pair in members:
                self._rows.add([pair, column], [1, -1], least=0)
        # each child who comes alone counts one, each family one: at most one comes
        columns = [column for column, _ in wholes]
        weights = [1 - len(members) for _, members in wholes]
        self._rows.add([*pairs.tolist(), *columns], [*[1] * len(pairs), *weights], most=1)
        self._rows.add(columns, 1, most=1)

    def _solo(self, home: int, pairs: Ints) -> None:
        """A solo child fills the home."""
        q = self.question
        solo = q.solo[q.pair_child[pairs]]
        if not solo.any() or len(pairs) < 2:
            return
        most = max(min(int(q.places[home]) + int(q.pair_lives_there[pairs].sum()), len(pairs)), 1)
        self._rows.add(pairs, np.where(solo, most, 1), most=most)

    def _apart(self) -> None:
        q = self.question
        for a, b in q.apart.tolist():
            first, second = np.flatnonzero(q.pair_child == a), np.flatnonzero(q.pair_child == b)
            _, at_first, at_second = np.intersect1d(q.pair_home[first], q.pair_home[second], return_indices=True)
            for one, other in zip(first[at_first].tolist(), second[at_second].tolist(), strict=True):
                self._rows.add([one, other], 1, most=1)

    def _brothers_and_sisters(self) -> None:
        """Two together in a home: both are there. With `never_split` neither is where the other is not."""
        q = self.question
        for a, b in q.sibling_pairs.tolist():
            first, second = np.flatnonzero(q.pair_child == a), np.flatnonzero(q.pair_child == b)
            _, at_first, at_second = np.intersect1d(q.pair_home[first], q.pair_home[second], return_indices=True)
            for one, other in zip(first[at_first].tolist(), second[at_second].tolist(), strict=True):
                column = self._new()
                self._sibling_columns.append(column)
                self._rows.add([column, one], [1, -1], most=0)
                self._rows.add([column, other], [1, -1], most=0)
                if q.never_split:
                    self._rows.add([one, other], [1, -1], least=0, most=0)
            if q.never_split:
                self._rows.add(np.delete(first, at_first), 1, most=0)
                self._rows.add(np.delete(second, at_second), 1, most=0)

    def _near_each_other(self) -> None:
        """One in a home, the other in a home near it: each sibling pair can be in one such way at most."""
        q = self.question
        neighbours: dict[int, list[int]] = {}
        for one, other in q.near_homes.tolist():
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
        for a, b in q.sibling_pairs.tolist() if neighbours and not q.never_split else []:
            first, second = np.flatnonzero(q.pair_child == a), np.flatnonzero(q.pair_child == b)
            for pair in first.tolist():
                near = second[np.isin(q.pair_home[second], neighbours.get(int(q.pair_home[pair]), []))]
                if not len(near):
                    continue
                column = self._new()
                self._near_columns.append(column)
                self._rows.add([column, pair], [1, -1], most=0)
                self._rows.add([column, *near.tolist()], [1, *[-1] * len(near)], most=0)


def _whole(bound: float) -> int:
    """The largest whole number a plan can be worth, given HiGHS's bound in floating point.

    Every plan's worth is a whole number. HiGHS holds rows to 1e-6 and its bound is a sum of at most a few hundred
    numbers below a million kept to about 1e-16 of their size, so a bound that is right falls short of the true
    one by far less than the thousandth added here; adding it can only make the bound less sharp, never false.
    """
    return math.floor(bound + 1e-3)
