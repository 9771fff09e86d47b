"""CP-SAT on bundles: priced by the linear relaxation, searched only where the prices leave doubt.

For each aim the relaxation gives a bound, proved in whole numbers, and for every bundle what choosing it must
lose. Bundles that lose too much for the target are left out, and CP-SAT searches the rest. A target that proves
out of reach lowers the bound; the target then comes down until it meets the plan.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_array, csc_array, csr_array

from matching.question import Ints, Question, Solution
from matching.solvers.choice import FOUND
from matching.solvers.chooser import LARGEST, Chooser, capped
from matching.solvers.near import links_of
from matching.solvers.options import Options
from matching.solvers.prices import Prices, prices_of
from matching.solvers.solver import Aims, Clock, Found, Held, Keep, Tell, Watch, solve_in_order

FEW, MANY = 4_000, 15_000
"""Bundles looked at for a first good plan; bundles that one proof takes on gladly."""
GRAIN, WEIGHT, SOON = 1_000, 12, 20.0
"""For a first good plan: weight of the last tier, of each before it against the next, and effort."""
STEPS = 64
"""The first target stands so small a part of the gap below the bound."""


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


class BundleEngine(Chooser):
    """Answers `matching.solvers.solver.Engine`'s two questions by a search guided by all aims at once."""

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them."""
        aim, plan = aims[0], start
        values = self.values(aim)
        value, upper = aim.of(self.question, plan), aim.ceiling(self.question)
        if not len(self.alive):
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
            outcome = self.search(Options.of(columns), held, (aim, target), plan, clock, capped(tell, upper))
            if outcome.chosen is not None:
                plan = self.bundles.plan_of(outcome.chosen)
                value = aim.of(self.question, plan)
            # a plan worth the target or more uses none of the bundles left out
            upper = min(upper, max(outcome.bound, target - 1))
            tell(value, upper, None if outcome.chosen is None else plan)
            if not outcome.finished:
                break
            step *= 4
        if prices is not None and value == upper:
            self.alive = self.alive[prices.may_reach(value)]
        return Found(plan, upper)

    def prices(self, values: Ints, held: Held, clock: Clock, near: int = 0) -> Prices | None:
        """Prices for most of `values`, and `near` for each sibling pair near; None when there was no time.

        Gains are those of the bundles still in question.
        """
        alive = self.alive
        matrix, capacity, mine = self.packing.matrix[:, alive], self.packing.capacity, values[alive]
        sums = [self.values(aim)[alive] for aim, _ in held]
        if near or any(aim.per_near_pair for aim, _ in held):
            links = links_of(self.bundles, alive)
            matrix = block_array([[matrix, None], [links.on_bundles, links.on_links]], format="csr")
            capacity = np.concatenate((capacity, np.zeros(links.rows, dtype=np.int64)))
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
            values = self.values(aim)
            guide += values * GRAIN * WEIGHT**place // max(int(np.abs(values).max(initial=1)), 1)
        prices = own if len(aims) == 1 else self.prices(guide, held, clock)

        def worth(plan: Ints) -> list[int]:
            return [aim.of(self.question, plan) for aim in aims]

        first = self._first_come(guide, guide[self.alive] if prices is None else prices.scaled_gain)
        if all(aim.of(self.question, first) >= least for aim, least in held):
            start = max(start, first, key=worth)
        if prices is None or clock.is_up:
            return start
        columns = self.alive[prices.may_reach(self._target(prices, FEW))]
        model = self.model(Options.of(columns), held)
        model.maximise(guide)
        model.hint(start)
        solver = self.solver(clock)
        solver.parameters.max_deterministic_time = SOON
        if model.solve(solver) not in FOUND:
            return start
        plan = self.bundles.plan_of(model.chosen(solver))
        return max(start, plan, key=worth)

    def _first_come(self, values: Ints, gain: Ints) -> Ints:
        """A plan at once: bundles in the order of their gain, least loss first, each taken if there is room."""
        mine = values[self.alive]
        order = self.alive[np.lexsort((-mine, -gain))]
        matrix, room = csc_array(self.packing.matrix), self.packing.capacity.copy()
        chosen = []
        for bundle in order[values[order] > 0].tolist():
            taken = slice(matrix.indptr[bundle], matrix.indptr[bundle + 1])
            rows, weights = matrix.indices[taken], matrix.data[taken]
            if (weights <= room[rows]).all():
                room[rows] -= weights
                chosen.append(bundle)
        return self.bundles.plan_of(np.array(chosen, dtype=np.int64))

    def _next(self, prices: Prices | None, value: int, upper: int, step: int) -> tuple[int, Ints]:
        """What to ask for next, and the bundles that may be part of it.

        Asking for more leaves fewer bundles; where it does not leave far fewer, ask for any better plan at once.
        """
        if prices is None:
            return value + 1, self.alive
        near = self.alive[prices.may_reach(value + 1)]
        target = min(self._target(prices, MANY), upper - step + 1)
        if target <= value + 1:
            return value + 1, near
        columns = self.alive[prices.may_reach(target)]
        return (value + 1, near) if len(near) <= 2 * len(columns) else (target, columns)

    def _target(self, prices: Prices | None, most: int) -> int:
        """The least target that leaves at most so many bundles; far below nought when that is all of them."""
        if prices is None or len(self.alive) <= most:
            return -LARGEST
        losses = np.sort(-np.minimum(prices.scaled_gain, 0))
        return -((int(losses[most]) - 1 - prices.scaled_bound) // prices.scale)
