"""Solvers as most people would first write them, to stand beside the product's own."""

from __future__ import annotations

import math

from ortools.sat.python import cp_model

from matching.question import Ints, Question, Solution
from matching.solvers.cpsat import BundleEngine
from matching.solvers.prices import Prices
from matching.solvers.solver import Clock, Held, Watch, solve_in_order


class PlainEngine(BundleEngine):
    """The same bundles and rows, all of them given to CP-SAT with its own defaults and no prices."""

    def prices(self, values: Ints, held: Held, clock: Clock, near: int = 0) -> Prices | None:  # noqa: ARG002
        """None: nothing is left out."""
        return None

    def solver(self, clock: Clock) -> cp_model.CpSolver:
        """CP-SAT as it comes, but for the workers and the time."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self._workers
        if not math.isinf(clock.left):
            solver.parameters.max_time_in_seconds = clock.left
        return solver


def solve_plain_cpsat(
    question: Question, *, time_limit: float | None = None, watch: Watch | None = None, workers: int = 2
) -> Solution:
    """The best plan by CP-SAT with its defaults on all bundles, tier by tier."""
    clock = Clock(time_limit)
    return solve_in_order(question, PlainEngine(question, workers), "plain-cpsat", clock, watch)
