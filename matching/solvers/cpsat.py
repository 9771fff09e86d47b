"""CP-SAT on bundles: priced by the linear relaxation, searched only where the prices leave doubt.

For each aim the relaxation gives a bound, proved in whole numbers, and for every bundle what choosing it must
lose. Bundles that lose too much for the target are left out, and CP-SAT searches the rest. A target that proves
out of reach lowers the bound; the target then comes down until it meets the plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import block_array, csc_array, csr_array

from matching.bundles import Bundles, bundles_of
from matching.question import Ints, Mask, Question, Solution
from matching.solvers.choice import FOUND, Choice, Hear, pinned_solver, whole_bound
from matching.solvers.near import links_of
from matching.solvers.packing import packing_of
from matching.solvers.prices import Prices, prices_of
from matching.solvers.solver import Aim, Aims, Clock, Found, Held, Keep, Tell, Watch, solve_in_order

FEW, MANY = 4_000, 15_000
"""Bundles looked at for a first good plan; bundles that one proof takes on gladly."""
GRAIN, WEIGHT, SOON = 1_000, 12, 20.0
"""For a first good plan: weight of the last tier, of each before it against the next, and effort."""
STEPS = 64
"""The first target stands so small a part of the gap below the bound."""
LARGEST = 2**53


def solve_cpsat(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    unique: bool = True,
) -> Solution:
    """The best plan by CP-SAT on bundles; see `matching.solvers.solver.Solver`."""
    clock = Clock(time_limit)
    engine = BundleEngine(question, workers)
    return solve_in_order(question, engine, "cpsat", clock, watch, keep=keep, unique=unique)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one search ended with: the bundles chosen, or None; the bound; whether the search was finished."""

    chosen: Ints | None
    bound: int
    finished: bool


class BundleEngine:
    """Answers `matching.solvers.solver.Engine`'s two questions on the bundles of one question.

    What is held only ever grows, so a bundle once proved to be in no plan that reaches it is dropped for good.
    """

    def __init__(self, question: Question, workers: int = 1) -> None:
        self.question = question
        self.bundles: Bundles = bundles_of(question)
        self.packing = packing_of(self.bundles)
        self._workers = workers
        self._alive = np.arange(len(self.bundles), dtype=np.int64)

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them."""
        aim, plan = aims[0], start
        values = self._values(aim)
        value, upper = aim.of(self.question, plan), aim.ceiling(self.question)
        if not len(self._alive):
            return Found(plan, value)
        prices = self.prices(values, held, clock, aim.per_near_pair)
        if prices is not None:
            upper = min(upper, prices.bound)
        tell(value, upper)
        if value < upper:
            plan = self._likely(aims, held, plan, prices, clock)
            value = aim.of(self.question, plan)
            tell(value, upper, plan)
        step = max(1, (upper - value) // STEPS)
        while value < upper and not clock.is_up:
            target, columns = self._next(prices, value, upper, step)

            def hear(value: int, bound: int, plan: Ints | None = None, /, *, upper: int = upper) -> None:  # noqa: ARG001
                tell(value, min(bound, upper))

            outcome = self._search(columns, held, (aim, target), plan, clock, hear)
            if outcome.chosen is not None:
                plan = self._plan(outcome.chosen)
                value = aim.of(self.question, plan)
            # a plan worth the target or more uses none of the bundles left out
            upper = min(upper, max(outcome.bound, target - 1))
            tell(value, upper, None if outcome.chosen is None else plan)
            if not outcome.finished:
                break
            step *= 4
        if prices is not None and value == upper:
            self._alive = self._alive[prices.may_reach(value)]
        return Found(plan, upper)

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """Whether a lawful plan other than `plan` reaches what is held; None when time ran out."""
        if clock.is_up:
            return None
        model = self._model(self._alive, held)
        placed = plan[self.question.pair_child]
        agrees = (placed == self.question.pair_home).astype(np.int64) - (placed < 0)
        model.at_most(self.bundles.total(agrees), int((plan >= 0).sum()) - 1)
        if held:
            # any such plan would do; with an aim the relaxation sees sooner that there is none
            last = held[-1][0]
            model.maximise(self._values(last), last.per_near_pair)
        solver = self.solver(clock)
        solver.parameters.stop_after_first_solution = True
        status = model.solve(solver)
        if status in FOUND:
            return True
        return False if status == cp_model.INFEASIBLE else None

    def solver(self, clock: Clock) -> cp_model.CpSolver:
        """A solver with every choice pinned that could make two runs differ, and the time that is left."""
        return pinned_solver(clock.left, self._workers)

    def prices(self, values: Ints, held: Held, clock: Clock, near: int = 0) -> Prices | None:
        """Prices for most of `values`, and `near` for each sibling pair near; None when there was no time.

        Gains are those of the bundles still in question.
        """
        alive = self._alive
        matrix, capacity, mine = self.packing.matrix[:, alive], self.packing.capacity, values[alive]
        sums = [self._values(aim)[alive] for aim, _ in held]
        if near or any(aim.per_near_pair for aim, _ in held):
            links = links_of(self.bundles, alive)
            matrix = block_array([[matrix, None], [links.on_bundles, links.on_links]], format="csr")
            capacity = np.concatenate((capacity, np.zeros(2 * len(links), dtype=np.int64)))
            mine = np.concatenate((mine, np.full(len(links), near, dtype=np.int64)))
            each = np.ones(len(links), dtype=np.int64)
            sums = [np.concatenate((s, aim.per_near_pair * each)) for s, (aim, _) in zip(sums, held, strict=True)]
        floors = csr_array(np.array(sums, dtype=np.int64).reshape(-1, len(mine)))
        floor = np.array([least for _, least in held], dtype=np.int64)
        prices = prices_of(mine, matrix, capacity, floors, floor, clock.left)
        if prices is None:
            return None
        return Prices(prices.scale, prices.scaled_bound, prices.scaled_gain[: len(alive)])

    def _likely(self, aims: Aims, held: Held, start: Ints, own: Prices | None, clock: Clock) -> Ints:
        """A good plan soon, with every aim in view at once; no worse than `start`.

        Counting tiers leave very many plans equal, and a search among equals is slow. Weighed together with the
        tiers that follow, few bundles are worth a look. This proves nothing.
        """
        guide = np.zeros(len(self.bundles), dtype=np.int64)
        for place, aim in enumerate(reversed(aims)):
            values = self._values(aim)
            guide += values * GRAIN * WEIGHT**place // max(int(np.abs(values).max(initial=1)), 1)
        prices = own if len(aims) == 1 else self.prices(guide, held, clock)

        def worth(plan: Ints) -> list[int]:
            return [aim.of(self.question, plan) for aim in aims]

        first = self._first_come(guide, guide[self._alive] if prices is None else prices.scaled_gain)
        if all(aim.of(self.question, first) >= least for aim, least in held):
            start = max(start, first, key=worth)
        if prices is None or clock.is_up:
            return start
        columns = self._alive[prices.may_reach(self._target(prices, FEW))]
        model = self._model(columns, held)
        model.maximise(guide)
        model.hint(self._chosen(start))
        solver = self.solver(clock)
        solver.parameters.max_deterministic_time = SOON
        if model.solve(solver) not in FOUND:
            return start
        plan = self._plan(columns[[solver.boolean_value(x) for x in model.choose]])
        return max(start, plan, key=worth)

    def _first_come(self, values: Ints, gain: Ints) -> Ints:
        """A plan at once: bundles in the order of their gain, least loss first, each taken if there is room."""
        mine = values[self._alive]
        order = self._alive[np.lexsort((-mine, -gain))]
        matrix, room = csc_array(self.packing.matrix), self.packing.capacity.copy()
        chosen = []
        for bundle in order[values[order] > 0].tolist():
            taken = slice(matrix.indptr[bundle], matrix.indptr[bundle + 1])
            rows, weights = matrix.indices[taken], matrix.data[taken]
            if (weights <= room[rows]).all():
                room[rows] -= weights
                chosen.append(bundle)
        return self._plan(np.array(chosen, dtype=np.int64))

    def _search(
        self,
        columns: Ints,
        held: Held,
        goal: tuple[Aim, int],
        hint: Ints,
        clock: Clock,
        tell: Tell,
    ) -> _Outcome:
        """The best choice of some bundles worth at least a target."""
        aim, target = goal
        if not len(columns):
            return _Outcome(None, target - 1, True)
        model = self._model(columns, held, near=bool(aim.per_near_pair))
        model.at_least(self._values(aim), target, aim.per_near_pair)
        model.maximise(self._values(aim), aim.per_near_pair)
        model.hint(self._chosen(hint))
        solver = self.solver(clock)
        status = model.solve(solver, Hear(tell))
        if status == cp_model.INFEASIBLE:
            return _Outcome(None, target - 1, True)
        if status not in FOUND:
            # stopped before any plan: its bound may not have been set yet, so it counts for nothing
            return _Outcome(None, LARGEST, False)
        chosen = columns[[solver.boolean_value(x) for x in model.choose]]
        if status == cp_model.OPTIMAL:
            return _Outcome(chosen, aim.of(self.question, self._plan(chosen)), True)
        return _Outcome(chosen, min(whole_bound(solver), aim.ceiling(self.question)), False)

    def _next(self, prices: Prices | None, value: int, upper: int, step: int) -> tuple[int, Ints]:
        """What to ask for next, and the bundles that may be part of it.

        Asking for more leaves fewer bundles; where it does not leave far fewer, ask for any better plan at once.
        """
        if prices is None:
            return value + 1, self._alive
        near = self._alive[prices.may_reach(value + 1)]
        target = min(self._target(prices, MANY), upper - step + 1)
        if target <= value + 1:
            return value + 1, near
        columns = self._alive[prices.may_reach(target)]
        return (value + 1, near) if len(near) <= 2 * len(columns) else (target, columns)

    def _target(self, prices: Prices | None, most: int) -> int:
        """The least target that leaves at most so many bundles; far below nought when that is all of them."""
        if prices is None or len(self._alive) <= most:
            return -LARGEST
        losses = np.sort(-np.minimum(prices.scaled_gain, 0))
        return -((int(losses[most]) - 1 - prices.scaled_bound) // prices.scale)

    def _model(self, columns: Ints, held: Held, *, near: bool = False) -> Choice:
        near = near or any(aim.per_near_pair for aim, _ in held)
        model = Choice(self.bundles, self.packing, columns, near=near)
        for aim, least in held:
            model.at_least(self._values(aim), least, aim.per_near_pair)
        return model

    def _values(self, aim: Aim) -> Ints:
        values = self.bundles.total(aim.per_pair)
        if aim.per_sibling_pair:
            values = values + aim.per_sibling_pair * self.bundles.siblings_together
        if float(np.abs(values).sum()) >= LARGEST:
            raise ValueError(f"the numbers of {aim.name} are too large to be summed exactly")
        return values

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
