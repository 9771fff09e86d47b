"""Whole-number programmes: the best choice of columns under rows, proved exactly.

Names no child and no home. Small programmes go straight to CP-SAT, which reckons in whole numbers. In large ones the
linear relaxation first says what each column must lose; columns that lose more than the best choice known are proved
useless and left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csr_array

from matching.question import Ints, Mask
from matching.solvers.choice import FOUND, pinned_solver, whole_bound
from matching.solvers.chooser import LARGEST
from matching.solvers.prices import Prices, prices_of
from matching.solvers.solver import Clock

SMALL = 2_500
"""So many columns are searched at once, unpriced."""
FEW = 3_000
"""Columns of the first look in a large programme."""
SOON = 10.0
"""Effort of the first look, in CP-SAT's deterministic seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Most `value @ x` with `matrix @ x <= capacity`, each x 0 or 1.

    Shapes (columns,), (rows, columns), (rows,). The first `choices` columns may be left out when proved useless; those
    after them only count, and stay.
    """

    value: Ints
    matrix: csr_array
    capacity: Ints
    choices: int

    def __post_init__(self) -> None:
        if float(np.abs(self.value).sum()) >= LARGEST:
            raise ValueError("the numbers of an aim are too large to be summed exactly")

    def holds(self, x: Ints) -> bool:
        """Whether a choice keeps every row."""
        return bool((self.matrix @ x <= self.capacity).all())


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A choice, shape (columns,), and a whole number that no choice exceeds.

    `useful`, shape (choices,): the others are proved to be in no choice worth as much; None when nothing is known.
    """

    x: Ints
    bound: int
    useful: Mask | None = None


def best(
    programme: Programme, start: Ints, clock: Clock, *, ceiling: int | None = None, effort: float = math.inf
) -> Answer:
    """The best choice, beginning at `start`, which must keep every row.

    `ceiling`: a bound known already. `effort` limits each search in deterministic seconds, the same on every
    machine; with it, or when the clock is up, the bound may lie above the value. Raises `ValueError` when `start`
    breaks a row.
    """
    p, x = programme, start
    if not p.holds(x):
        raise ValueError("the plan to begin with is not a lawful plan of this question: solve the question again")
    value = int(p.value @ x)
    upper = int(np.maximum(p.value, 0).sum())
    upper = upper if ceiling is None else min(upper, ceiling)
    if value >= upper or clock.is_up:
        return Answer(x, max(upper, value))
    everything = np.arange(p.choices, dtype=np.int64)
    if p.choices <= SMALL:
        found, bound = _search(p, everything, value + 1, x, clock, effort)
        x = x if found is None else found
        return Answer(x, max(min(upper, bound), int(p.value @ x)))

    prices = prices_for(p, clock)
    if prices is None:
        return Answer(x, upper)
    upper = min(upper, prices.bound)
    if value < upper:
        few = _least_loss(prices, p.choices, FEW, x)
        found, _ = _search(p, few, value + 1, x, clock, min(effort, SOON))
        if found is not None:
            x, value = found, int(p.value @ found)
    while value < upper and not clock.is_up:
        target, columns = _next(prices, p.choices, value, upper)
        found, bound = _search(p, columns, target, x, clock, effort)
        # a choice worth the target or more uses none of the columns left out
        upper = min(upper, max(bound, target - 1))
        if found is None and upper > target - 1:
            break
        if found is not None:
            x, value = found, int(p.value @ found)
            if bound > value:
                break
    return Answer(x, max(upper, value), prices.may_reach(value)[: p.choices])


def _next(prices: Prices, choices: int, value: int, upper: int) -> tuple[int, Ints]:
    """What to ask for next and the columns that may reach it: any better choice, unless that leaves very many."""
    target = value + 1
    columns = np.flatnonzero(prices.may_reach(target)[:choices])
    halfway = (value + upper + 1) // 2
    if len(columns) > 4 * FEW and halfway > target:
        fewer = np.flatnonzero(prices.may_reach(halfway)[:choices])
        if 2 * len(fewer) < len(columns):
            return halfway, fewer
    return target, columns


def _least_loss(prices: Prices, choices: int, most: int, x: Ints) -> Ints:
    """The columns that lose least, and those chosen already."""
    loss = -np.minimum(prices.scaled_gain[:choices], 0)
    loss[x[:choices] > 0] = -1
    return np.sort(np.argsort(loss, kind="stable")[:most])


def _search(
    p: Programme, columns: Ints, target: int, hint: Ints, clock: Clock, effort: float
) -> tuple[Ints | None, int]:
    """The best choice among some columns worth at least `target`, or None; and the bound within these columns."""
    kept = np.concatenate((columns, np.arange(p.choices, len(p.value), dtype=np.int64)))
    model = Model(p, kept)
    model.at_least(p.value, target)
    model.maximise(p.value)
    model.hint(hint)
    solver = pinned_solver(clock.left, effort=effort)
    status = model.solve(solver)
    if status == cp_model.INFEASIBLE:
        return None, target - 1
    if status not in FOUND:
        # stopped before any choice: its bound may not have been set yet, so it counts for nothing
        return None, LARGEST
    x = model.chosen(solver)
    if not p.holds(x):
        raise RuntimeError("CP-SAT gives a choice that breaks a row; it is not used")
    value = int(p.value @ x)
    return x, value if status == cp_model.OPTIMAL else max(value, whole_bound(solver))


class Model:
    """A CP-SAT model of some of a programme's columns."""

    def __init__(self, programme: Programme, kept: Ints) -> None:
        self.model = cp_model.CpModel()
        self.x = [self.model.new_bool_var("") for _ in kept]
        self._kept, self._columns = kept, len(programme.value)
        matrix = csr_array(programme.matrix[:, kept])
        capacity = programme.capacity
        start, column, weight = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
        positive: csr_array = matrix.maximum(0)
        for row in np.flatnonzero(positive.sum(axis=1) > capacity).tolist():
            chosen = [self.x[c] for c in column[start[row] : start[row + 1]]]
            weights, room = weight[start[row] : start[row + 1]], int(capacity[row])
            if room == 1 and all(w == 1 for w in weights):
                self.model.add_at_most_one(chosen)
            elif chosen:
                self.model.add(cp_model.LinearExpr.weighted_sum(chosen, weights) <= room)
            elif room < 0:
                self.model.add_bool_or([])

    def _sum(self, values: Ints) -> cp_model.LinearExprT:
        mine = values[self._kept]
        counts = np.flatnonzero(mine).tolist()
        return cp_model.LinearExpr.weighted_sum([self.x[i] for i in counts], mine[counts].tolist())

    def at_least(self, values: Ints, least: int) -> None:
        """Only choices worth so much."""
        if len(np.flatnonzero(values[self._kept])):
            self.model.add(self._sum(values) >= least)
        elif least > 0:
            self.model.add_bool_or([])

    def maximise(self, values: Ints) -> None:
        """What to make large."""
        self.model.maximize(self._sum(values))

    def hint(self, x: Ints) -> None:
        """Where to begin; never a constraint."""
        for column, chosen in zip(self.x, x[self._kept].tolist(), strict=True):
            self.model.add_hint(column, chosen)

    def solve(self, solver: cp_model.CpSolver, hear: cp_model.CpSolverSolutionCallback | None = None) -> int:
        """CP-SAT's status. Raises `RuntimeError` should it refuse the model."""
        status = solver.solve(self.model, hear)
        if status == cp_model.MODEL_INVALID:
            raise RuntimeError(f"CP-SAT refuses the model: {self.model.validate()}")
        return int(status)

    def chosen(self, solver: cp_model.CpSolver) -> Ints:
        """The choice found, over all columns."""
        x = np.zeros(self._columns, dtype=np.int64)
        x[self._kept[np.array([solver.boolean_value(v) for v in self.x], dtype=np.bool_)]] = 1
        return x


def prices_for(programme: Programme, clock: Clock) -> Prices | None:
    """What the linear relaxation proves of a programme; None when there was no time."""
    none = csr_array((0, len(programme.value)), dtype=np.int64)
    seconds = min(clock.left, 1e9)
    return prices_of(programme.value, programme.matrix, programme.capacity, none, np.zeros(0, dtype=np.int64), seconds)


def useless(programme: Programme, least: int, clock: Clock) -> Mask:
    """Choices proved to be in none worth at least `least`, shape (choices,)."""
    prices = prices_for(programme, clock)
    if prices is None:
        return np.zeros(programme.choices, dtype=np.bool_)
    mask: Mask = ~prices.may_reach(least)[: programme.choices]
    return mask
