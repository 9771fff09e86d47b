"""The default solver: prices from a warm linear relaxation, and an exact search only among what they leave.

Tier after tier the relaxation is solved with the tiers before held at their bounds, rounded down: a chain of
linear programmes that costs little, since each begins where the last one ended. What the whole chain leaves is few
bundles, and among them a plan is sought that reaches every bound. Most often there is one, and then every tier is
proved by the prices alone. Where a tier falls short of its bound, CP-SAT settles in whole numbers which of the
two is true, on the bundles that a better plan could use; then the chain goes on from what was proved.

The finish is CP-SAT's and not HiGHS's because its proofs are in whole numbers; HiGHS only guides and prices, and
what its prices prove is worked out again in whole numbers (`matching.solvers.prices`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csc_array

from matching.bundles import Bundles, bundles_of
from matching.question import Ints, Mask, Question, Solution
from matching.solvers.choice import FOUND, Choice, Hear, pinned_solver, whole_bound
from matching.solvers.first import first_come
from matching.solvers.near import Sets
from matching.solvers.packing import Packing, packing_of
from matching.solvers.relaxation import Priced, Relaxation
from matching.solvers.solver import Aim, Aims, Clock, Found, Held, Keep, Tell, Watch, solve_in_order
from matching.solvers.whole import best_whole, suits

FEW, EACH, WIDER = 1_500, 4, 3
"""Bundles among which a plan is sought first, at least, and for each child; how many times more each time."""
SOON = 3.0
"""Effort (CP-SAT's deterministic seconds) for a plan that is only a guess."""
SEARCHED = 150_000
"""No more bundles than this are searched at once: beyond, prices and the plan at hand have to do."""
LIFT, LIFTED = 64, 5
"""For a plan at once: how much more an aim weighs than the next; how many aims are looked at."""
LARGEST = 2**53


def solve_bundles(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    unique: bool = True,
) -> Solution:
    """The best plan by prices and an exact finish; see `matching.solvers.solver.Solver`."""
    clock = Clock(time_limit)
    engine = PricedEngine(question, workers)
    return solve_in_order(question, engine, "bundles", clock, watch, keep=keep, unique=unique)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one search ended with: the bundles chosen, or None; the bound; whether the search was finished."""

    chosen: Ints | None
    bound: int
    finished: bool


def _capped(tell: Tell, upper: int) -> Tell:
    def hear(value: int, bound: int, plan: Ints | None = None, /) -> None:
        tell(value, min(bound, upper), plan)

    return hear


class PricedEngine:
    """Answers `matching.solvers.solver.Engine`'s two questions on the bundles of one question.

    What is held only ever grows, so a bundle once proved to be in no plan that reaches it is dropped for good.
    """

    def __init__(self, question: Question, workers: int = 1) -> None:
        self.question = question
        self.bundles: Bundles = bundles_of(question)
        self.packing: Packing = packing_of(self.bundles)
        self.alive: Ints = np.arange(len(self.bundles), dtype=np.int64)
        """Bundles that may still be part of a plan that reaches what is held."""
        self._by_column = csc_array(self.packing.matrix)
        self._workers = workers
        self._sets: Sets = {}
        self._whole: Ints | None = None
        """What the last relaxed plan of the chain chose, where it was whole."""
        self._chain: dict[tuple[Held, Aim], Priced] = {}

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them."""
        aim, plan = aims[0], start
        value, upper = aim.of(self.question, plan), aim.ceiling(self.question)
        if not len(self.alive):
            return Found(plan, value)
        tell(value, upper)
        if suits(self):
            return best_whole(self, aim, held, plan, clock, tell)
        if not held:
            plan = max(plan, self._at_once(aims), key=lambda plan: [aim.of(self.question, plan) for aim in aims])
            value = aim.of(self.question, plan)
            tell(value, upper, plan)
        if value == upper:
            return Found(plan, upper)
        priced = self._priced(aims, held, clock)
        if priced is not None:
            upper = min(upper, priced.bound)
        tell(value, upper)
        if value < upper:
            plan = self._guess(aims, held, plan, clock)
            value = aim.of(self.question, plan)
            tell(value, upper, plan)
        most = max(FEW, EACH * self.question.children)
        while value < upper and not clock.is_up:
            target, columns = self._next(priced, value, upper, most)
            if len(columns) > SEARCHED:
                break

            outcome = self._search(columns, held, (aim, value + 1), plan, clock, _capped(tell, upper))
            if outcome.chosen is not None:
                plan = self._plan(outcome.chosen)
                value = aim.of(self.question, plan)
            # a plan worth the target or more uses none of the bundles left out
            upper = min(upper, max(outcome.bound, target - 1))
            tell(value, upper, plan)
            if not outcome.finished:
                break
            most *= WIDER
        if priced is not None and value == upper:
            self.alive = np.intersect1d(self.alive, priced.may_reach(value), assume_unique=True)
        return Found(plan, upper)

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """Whether a lawful plan other than `plan` reaches what is held; None when time ran out."""
        if clock.is_up or len(self.alive) > SEARCHED:
            return None
        model = self._model(self.alive, held)
        placed = plan[self.question.pair_child]
        agrees = (placed == self.question.pair_home).astype(np.int64) - (placed < 0)
        model.at_most(self.bundles.total(agrees), int((plan >= 0).sum()) - 1)
        if held:
            # any such plan would do; with an aim the relaxation sees sooner that there is none
            last = held[-1][0]
            model.maximise(self.values(last), last.per_near_pair)
        solver = pinned_solver(clock.left, self._workers)
        solver.parameters.stop_after_first_solution = True
        status = model.solve(solver)
        if status in FOUND:
            return True
        return False if status == cp_model.INFEASIBLE else None

    def _at_once(self, aims: Aims) -> Ints:
        """A lawful plan without a search, each aim weighing far more than the next."""
        worth = np.zeros(len(self.bundles))
        for aim in aims[:LIFTED]:
            values = self.values(aim).astype(np.float64)
            most = max(float(np.abs(values).max(initial=0.0)), 1.0)
            worth = worth * LIFT + values / most
        whole = np.rint(worth * (LARGEST // LIFT ** (LIFTED + 1))).astype(np.int64)
        return self._plan(first_come(self.bundles, self._by_column, self.packing.capacity, whole))

    def values(self, aim: Aim) -> Ints:
        """What each bundle adds to an aim, but for the pairs that are near."""
        values = self.bundles.total(aim.per_pair)
        if aim.per_sibling_pair:
            values = values + aim.per_sibling_pair * self.bundles.siblings_together
        if float(np.abs(values).sum()) >= LARGEST:
            raise ValueError(f"the numbers of {aim.name} are too large to be summed exactly")
        return values

    def _priced(self, aims: Aims, held: Held, clock: Clock) -> Priced | None:
        """The first aim's prices; those of the others are worked out on the way and remembered."""
        if (held, aims[0]) not in self._chain:
            self._chain.clear()
            self._follow(aims, held, clock)
        return self._chain.get((held, aims[0]))

    def _follow(self, aims: Aims, held: Held, clock: Clock) -> None:
        """The chain: every aim's prices with those before it held at their bounds."""
        self._whole = None
        relaxation = Relaxation(self.bundles, self.packing, self.alive, self._by_column)
        relaxation.sets = self._sets
        near = any(aim.per_near_pair for aim, _ in held)
        if near:
            relaxation.with_near()
        for aim, least in held:
            relaxation.floor(self.values(aim)[relaxation.columns], aim.per_near_pair, least)
        for at, aim in enumerate(aims):
            if aim.per_near_pair and not near:
                relaxation.with_near()
                near = True
            values = self.values(aim)
            sought, weight = self._with_the_next(values, aims[at : at + 2])
            priced = relaxation.prices(sought[relaxation.columns], aim.per_near_pair, clock, last=at == len(aims) - 1)
            if priced is None:
                return
            priced = priced.in_steps_of(weight)
            self._chain[held, aim] = priced
            self._whole = relaxation.whole
            least = priced.bound
            relaxation.keep(priced.prices.may_reach(least))
            relaxation.floor(values[relaxation.columns], aim.per_near_pair, least)
            held += ((aim, least),)

    def _with_the_next(self, values: Ints, aims: Aims) -> tuple[Ints, int]:
        """Values of the first aim, each of its steps worth more than all of the second; and what a step is worth.

        Of the many prices that prove the same of a counting tier, those found this way are right for the next tier
        too. The second aim is never negative, so that what is proved of both, in whole steps, is proved of the first.
        Pairs who are near are counted apart from bundles, so that their tier is priced alone.
        """
        if len(aims) < 2 or aims[0].per_near_pair:
            return values, 1
        then = self.values(aims[1])
        step = int(aims[1].ceiling(self.question)) + 1
        if (then < 0).any() or float(np.abs(values).sum()) * step >= LARGEST:
            return values, 1
        return values * step + then, step

    def _guess(self, aims: Aims, held: Held, start: Ints, clock: Clock) -> Ints:
        """A plan that reaches every bound of the chain, if one is found soon; else the best met. Proves nothing."""

        def worth(plan: Ints) -> list[int]:
            return [aim.of(self.question, plan) for aim in aims]

        last, hoped, sought = None, held, []
        for aim in aims:
            priced = self._chain.get((hoped, aim))
            if priced is None:
                break
            last = priced
            sought.append(aim)
            hoped += ((aim, priced.bound),)
        if last is None or clock.is_up:
            return start
        if self._whole is not None and len(sought) == len(aims):
            return max(start, self._lawful(self._whole, held, start), key=worth)
        columns = last.bundles
        if (target := last.target_for(max(FEW, EACH * self.question.children))) is not None:
            columns = last.may_reach(target)
        if len(columns) > SEARCHED:
            return start

        plan = start
        model = self._model(columns, held, near=any(aim.per_near_pair for aim in sought))
        for aim in sought:
            values = self.values(aim)
            model.maximise(values, aim.per_near_pair)
            solver = pinned_solver(clock.left)
            solver.parameters.max_deterministic_time = SOON
            status = model.solve(solver)
            if status not in FOUND:
                break
            plan = self._plan(columns[model.chosen(solver)])
            model.at_least(values, aim.of(self.question, plan), aim.per_near_pair)
        return max(start, plan, key=worth)

    def _lawful(self, chosen: Ints, held: Held, otherwise: Ints) -> Ints:
        """The plan of these bundles if it keeps every row and all that is held; else another."""
        takes = np.zeros(len(self.bundles), dtype=np.int64)
        takes[chosen] = 1
        plan = self._plan(chosen)
        keeps = (self.packing.matrix @ takes <= self.packing.capacity).all()
        return plan if keeps and all(aim.of(self.question, plan) >= least for aim, least in held) else otherwise

    def _search(
        self, columns: Ints, held: Held, goal: tuple[Aim, int], hint: Ints, clock: Clock, tell: Tell
    ) -> _Outcome:
        """The best choice of some bundles worth at least a target."""
        aim, target = goal
        if not len(columns):
            return _Outcome(None, target - 1, True)
        values = self.values(aim)
        model = self._model(columns, held, near=bool(aim.per_near_pair))
        model.at_least(values, target, aim.per_near_pair)
        model.maximise(values, aim.per_near_pair)
        model.hint(self._chosen(hint))
        solver = pinned_solver(clock.left, self._workers)
        status = model.solve(solver, Hear(tell))
        if status == cp_model.INFEASIBLE:
            return _Outcome(None, target - 1, True)
        if status not in FOUND:
            # stopped before any plan: its bound may not have been set yet, so it counts for nothing
            return _Outcome(None, LARGEST, False)
        chosen = columns[model.chosen(solver)]
        if status == cp_model.OPTIMAL:
            return _Outcome(chosen, aim.of(self.question, self._plan(chosen)), True)
        return _Outcome(chosen, min(whole_bound(solver), aim.ceiling(self.question)), False)

    def _next(self, priced: Priced | None, value: int, upper: int, most: int) -> tuple[int, Ints]:
        """What to ask for next, and the bundles that may be part of it.

        Asking for more leaves fewer bundles, so what is asked for first is as much as leaves only so many; where
        that asks for no more than any better plan, any better plan is asked for.
        """
        if priced is None:
            return value + 1, self.alive
        few_enough = priced.target_for(most)
        target = value + 1 if few_enough is None else min(max(few_enough, value + 1), upper)
        return target, priced.may_reach(target)

    def _model(self, columns: Ints, held: Held, *, near: bool = False) -> Choice:
        near = near or any(aim.per_near_pair for aim, _ in held)
        model = Choice(self.bundles, self.packing, columns, near=near, sets=self._sets)
        for aim, least in held:
            model.at_least(self.values(aim), least, aim.per_near_pair)
        return model

    def _plan(self, chosen: Ints) -> Ints:
        plan = np.full(self.question.children, -1, dtype=np.int64)
        for bundle in chosen:
            pairs = self.bundles.pair[self.bundles.start[bundle] : self.bundles.start[bundle + 1]]
            plan[self.question.pair_child[pairs]] = self.question.pair_home[pairs]
        return plan

    def _chosen(self, plan: Ints) -> Mask:
        """Which bundles a plan is made of, shape (bundles,)."""
        bundles, q = self.bundles, self.question
        used = (plan[q.pair_child] == q.pair_home).astype(np.int64)
        inside = bundles.total(used)
        whole = inside == np.diff(bundles.start)
        row = bundles.unit * max(q.homes, 1) + bundles.home
        _, numbered = np.unique(row, return_inverse=True)
        most = np.zeros(int(numbered.max(initial=-1)) + 1, dtype=np.int64)
        np.maximum.at(most, numbered, inside)
        chosen: Mask = whole & (inside == most[numbered])
        return chosen
