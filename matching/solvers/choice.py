"""A choice among bundles or patterns as one CP-SAT model, every parameter pinned that could make two runs differ."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from ortools.sat.python import cp_model
from scipy.sparse import csr_array

from matching.bundles import Bundles
from matching.question import Ints
from matching.solvers.near import Links, links_of
from matching.solvers.options import Options
from matching.solvers.packing import Packing

SEED = 20_260_101
BESIDE = ("default", "max_lp", "core", "reduced_costs")
"""What several workers do. Left to itself CP-SAT gives them searches without the whole relaxation: far slower."""
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)


def pinned_solver(
    seconds: float, workers: int = 1, *, effort: float = math.inf, own_cuts: bool = False
) -> cp_model.CpSolver:
    """CP-SAT with every choice pinned that could make two runs differ, and the time that is left.

    `effort` in its deterministic seconds, the same on every machine. `own_cuts`: it presolves and cuts as it likes.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    if workers > 1:
        solver.parameters.subsolvers.extend(BESIDE[:workers])
    solver.parameters.random_seed = SEED
    # one linear programme of all rows from the start, tightened by cuts, settles most searches without branching;
    # probing and looking for symmetries cost more than they save
    solver.parameters.linearization_level = 2
    solver.parameters.add_lp_constraints_lazily = False
    if not own_cuts:
        solver.parameters.max_cut_rounds_at_level_zero = 50
        solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    # OR-Tools 9.15 may call a worse choice best when presolve looks for rows that lie within others and an aim is held
    # as a row: 2 of 705 small questions (tests/matching/test_refusals.py, seed 2)
    solver.parameters.presolve_inclusion_work_limit = 0
    if not math.isinf(seconds):
        solver.parameters.max_time_in_seconds = seconds
    if not math.isinf(effort):
        solver.parameters.max_deterministic_time = effort
    return solver


class Choice:
    """One CP-SAT model: a choice of some options, the packing of homes, and, if asked, who is near whom.

    Values below are of all bundles, shape (bundles,), with `near` for each sibling pair near. Who is near whom is
    part of an option that is a pattern; where bundles stand for themselves, `links` count it beside them.
    """

    def __init__(self, bundles: Bundles, packing: Packing, options: Options, *, links: bool) -> None:
        self.model = cp_model.CpModel()
        self.choose = [self.model.new_bool_var("") for _ in range(len(options))]
        self.options = options
        self._bundles = bundles
        self._holds = options.holds(len(bundles))
        self._links: list[cp_model.IntVar] = []
        self._pack(csr_array(packing.matrix @ self._holds.T), packing.capacity)
        for family in np.unique(options.family[options.family >= 0]).tolist():
            self.model.add_at_most_one([self.choose[i] for i in np.flatnonzero(options.family == family).tolist()])
        if links:
            self._link(links_of(bundles, options.bundle))

    def _link(self, links: Links) -> None:
        self._links = [self.model.new_bool_var("") for _ in range(len(links))]
        start, column = links.on_bundles.indptr.tolist(), links.on_bundles.indices.tolist()
        for row in range(2 * len(links)):
            chosen = [self.choose[c] for c in column[start[row] : start[row + 1]]]
            self.model.add_bool_or([*chosen, ~self._links[row // 2]])
        for number in np.unique(links.group).tolist():
            self.model.add_at_most_one([self._links[i] for i in np.flatnonzero(links.group == number).tolist()])

    def _pack(self, matrix: csr_array, capacity: Ints) -> None:
        matrix = csr_array(matrix)
        start, column, weight = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
        binds = np.flatnonzero(matrix.sum(axis=1) > capacity)
        for row in binds.tolist():
            chosen = [self.choose[c] for c in column[start[row] : start[row + 1]]]
            weights = weight[start[row] : start[row + 1]]
            room = int(capacity[row])
            if room == 1 and max(weights) == 1:
                self.model.add_at_most_one(chosen)
            else:
                self.model.add(cp_model.LinearExpr.weighted_sum(chosen, weights) <= room)

    def _sum(self, values: Ints, near: int = 0) -> cp_model.LinearExprT:
        mine = self._holds @ values + near * self.options.near
        counts = np.flatnonzero(mine).tolist()
        links = self._links if near else []
        return cp_model.LinearExpr.weighted_sum(
            [self.choose[i] for i in counts] + links, mine[counts].tolist() + [near] * len(links)
        )

    def at_least(self, values: Ints, least: int, near: int = 0) -> None:
        """Choose only what is worth so much."""
        self.model.add(self._sum(values, near) >= least)

    def at_most(self, values: Ints, most: int) -> None:
        """Choose only what is worth no more."""
        self.model.add(self._sum(values) <= most)

    def maximise(self, values: Ints, near: int = 0) -> None:
        """What to make as large as possible."""
        self.model.maximize(self._sum(values, near))

    def solve(self, solver: cp_model.CpSolver, hear: cp_model.CpSolverSolutionCallback | None = None) -> int:
        """CP-SAT's status. Raises `RuntimeError` should it refuse the model."""
        status = solver.solve(self.model, hear)
        if status == cp_model.MODEL_INVALID:
            raise RuntimeError(f"CP-SAT refuses the model: {self.model.validate()}")
        return int(status)

    def chosen(self, solver: cp_model.CpSolver) -> Ints:
        """The bundles of the plan just found, sorted."""
        return self.options.bundles_of(np.array([solver.boolean_value(x) for x in self.choose], dtype=np.bool_))

    def hint(self, home_of: Ints) -> None:
        """Where to begin; never a constraint."""
        for x, taken in zip(self.choose, self.options.chosen_by(self._bundles, home_of).tolist(), strict=True):
            self.model.add_hint(x, taken)


class Hear(cp_model.CpSolverSolutionCallback):
    """Tells the value and the bound of each better plan."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        self._tell(round(self.objective_value), math.floor(self.best_objective_bound))


def whole_bound(solver: cp_model.CpSolver) -> int:
    """The bound of a search that was cut short. All values are whole, and CP-SAT's bound is exact below 2^53."""
    return math.floor(solver.best_objective_bound + 1e-6)
