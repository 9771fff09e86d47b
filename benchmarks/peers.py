"""Solvers as most people would first write them, to stand beside the product's own.

All of them obey the same law: what they return is checked in whole numbers like any other plan.
"""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python import cp_model

from matching.question import Ints, Question, Solution
from matching.solvers.choice import SEED
from matching.solvers.cpsat import BundleEngine
from matching.solvers.exhaustive import lawful_plan
from matching.solvers.milp import INFEASIBLE, LIMIT, OPTIMAL, NotLawful, PairEngine, _Rows
from matching.solvers.prices import Prices
from matching.solvers.solver import Clock, Held, Keep, Watch, solve_in_order

LARGEST = 2**53


class PlainEngine(BundleEngine):
    """The product's bundles and rows, all of them given to CP-SAT with its own defaults and no prices."""

    def prices(self, values: Ints, held: Held, clock: Clock, near: int = 0) -> Prices | None:  # noqa: ARG002
        """None: nothing is left out."""
        return None

    def solver(self, clock: Clock) -> cp_model.CpSolver:
        """CP-SAT as it comes, but for the time."""
        return _as_it_comes(clock)


class PairCpsatEngine(PairEngine):
    """The rows of the pair MILP, one number for each pair, given to CP-SAT."""

    def __init__(self, question: Question, *, pinned: bool) -> None:
        super().__init__(question)
        self._pinned = pinned
        self._model = cp_model.CpModel()
        for most in self._largest:
            self._model.new_int_var(0, most, "")
        _add(self._model, self._rows)

    def _solve(
        self, numbers: np.typing.NDArray[np.float64], held: Held, extra: _Rows, clock: Clock
    ) -> tuple[int, Ints | None, float | None]:
        """CP-SAT's status in the words of the pair MILP, its plan checked in whole numbers, and its bound."""
        for aim, least in held:
            weights = self._numbers(aim).astype(np.int64)
            counts = np.flatnonzero(weights)
            extra.add(counts, weights[counts], least=least)
        model = self._model.clone()
        _add(model, extra)
        values = numbers.astype(np.int64)
        counts = np.flatnonzero(values)
        model.maximize(_sum(model, counts, values[counts]))
        solver = _as_it_comes(clock)
        if self._pinned:
            solver.parameters.num_workers = 1
            solver.parameters.linearization_level = 2
            solver.parameters.random_seed = SEED
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return INFEASIBLE, None, None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return LIMIT, None, None
        plan = np.full(self.question.children, -1, dtype=np.int64)
        chosen = np.array(list(solver.response_proto.solution), dtype=np.int64)[: self.question.pairs] > 0
        plan[self.question.pair_child[chosen]] = self.question.pair_home[chosen]
        if not lawful_plan(self.question, plan) or any(a.of(self.question, plan) < least for a, least in held):
            raise NotLawful("The plan of CP-SAT on pairs is not lawful or loses an earlier tier.")
        return OPTIMAL if status == cp_model.OPTIMAL else LIMIT, plan, solver.best_objective_bound


def _as_it_comes(clock: Clock) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    if not math.isinf(clock.left):
        solver.parameters.max_time_in_seconds = clock.left
    return solver


def _sum(model: cp_model.CpModel, columns: Ints, weights: Ints) -> cp_model.LinearExprT:
    numbers = [model.get_int_var_from_proto_index(c) for c in columns.tolist()]
    return cp_model.LinearExpr.weighted_sum(numbers, weights.tolist())


def _add(model: cp_model.CpModel, rows: _Rows) -> None:
    for columns, weights, least, most in zip(rows.columns, rows.weights, rows.least, rows.most, strict=True):
        low = -LARGEST if math.isinf(least) else math.ceil(least)
        high = LARGEST if math.isinf(most) else math.floor(most)
        model.add_linear_constraint(_sum(model, columns, weights), low, high)


def solve_plain_cpsat(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    unique: bool = True,
) -> Solution:
    """The best plan by CP-SAT with its defaults on all bundles, tier by tier. `workers` is left to CP-SAT."""
    clock = Clock(time_limit)
    engine = PlainEngine(question, workers)
    return solve_in_order(question, engine, "plain-cpsat", clock, watch, keep=keep, unique=unique)


def solve_pair_cpsat(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,  # noqa: ARG001
    unique: bool = True,
) -> Solution:
    """The best plan by CP-SAT with its defaults on pairs, tier by tier. `workers` is left to CP-SAT."""
    clock = Clock(time_limit)
    engine = PairCpsatEngine(question, pinned=False)
    return solve_in_order(question, engine, "pair-cpsat", clock, watch, keep=keep, unique=unique)


def solve_pair_cpsat_pinned(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,  # noqa: ARG001
    unique: bool = True,
) -> Solution:
    """The best plan by CP-SAT on pairs with one worker and `linearization_level = 2`, tier by tier."""
    clock = Clock(time_limit)
    engine = PairCpsatEngine(question, pinned=True)
    return solve_in_order(question, engine, "pair-cpsat-pinned", clock, watch, keep=keep, unique=unique)
