"""Lists the plans that reach what is held one by one, where there are few enough."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from matching.alternatives.programme import SMALL, Model
from matching.alternatives.search import Search
from matching.question import Ints
from matching.solvers.choice import pinned_solver
from matching.solvers.solver import Aim, Clock, Held

MOST_COUNTED = 2_000
"""Up to so many near-optimal plans are listed; where there are more, other ways are taken."""


def every_plan(
    search: Search, held: Held, home_of: Ints, clock: Clock, *, most: int = MOST_COUNTED
) -> tuple[Ints, bool]:
    """Plans that reach what is held, shape (plans, children), `home_of` first; and whether these are all.

    Only small questions are listed, and only up to `most` plans. Raises `ValueError` when `home_of` is not lawful.
    """
    q = search.question
    first = home_of[np.newaxis]
    kept = np.flatnonzero(search.only)
    if len(kept) > SMALL or most <= 0:
        return first, False
    nothing = Aim("nothing", np.zeros(q.pairs, dtype=np.int64))
    programme, links = search.programme(nothing, held, kept)
    if not programme.holds(search.columns(home_of, kept, links)):
        raise ValueError("the plan to begin with is not a lawful plan of this question: solve the question again")
    model = Model(programme, kept if links is None else np.arange(len(programme.value), dtype=np.int64))
    listed = _Every(model, len(kept), most)
    solver = pinned_solver(clock.left)
    solver.parameters.enumerate_all_solutions = True
    status = model.solve(solver, listed)
    plans = {tuple(home_of.tolist()): None}
    for chosen in listed.found:
        plans.setdefault(tuple(search.bundles.plan_of(kept[list(chosen)]).tolist()))
    complete = status == cp_model.OPTIMAL and not listed.stopped
    return np.array(list(plans), dtype=np.int64).reshape(len(plans), q.children), complete


class _Every(cp_model.CpSolverSolutionCallback):
    """Gathers choices until there are too many."""

    def __init__(self, model: Model, choices: int, most: int) -> None:
        super().__init__()
        self._x, self._most = model.x[:choices], most
        self._calls = 0
        self.found: dict[tuple[int, ...], None] = {}
        self.stopped = False

    def on_solution_callback(self) -> None:
        """One more."""
        chosen = tuple(at for at, x in enumerate(self._x) if self.boolean_value(x))
        self.found.setdefault(chosen)
        self._calls += 1
        # one choice of bundles may come with several ways to count who is near
        if len(self.found) > self._most or self._calls > 8 * self._most:
            self.stopped = True
            self.stop_search()
