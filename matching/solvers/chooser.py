"""What the two engines that choose among bundles have in common: the searches, and what they are asked.

They differ in how they come by prices and by a first good plan, and in what they ask for next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from matching.bundles import Bundles, bundles_of
from matching.question import Ints, Question
from matching.solvers.choice import FOUND, Choice, Hear, pinned_solver, whole_bound
from matching.solvers.options import Options
from matching.solvers.packing import Packing, packing_of
from matching.solvers.solver import Aim, Clock, Held, Tell

LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search ended with: the bundles chosen, or None; the bound; whether the search was finished."""

    chosen: Ints | None
    bound: int
    finished: bool


def capped(tell: Tell, upper: int) -> Tell:
    """Tells of no bound above one that is known."""

    def hear(value: int, bound: int, plan: Ints | None = None, /) -> None:
        tell(value, min(bound, upper), plan)

    return hear


class Chooser:
    """Searches among the bundles of one question.

    What is held only ever grows, so a bundle once proved to be in no plan that reaches it is dropped for good.
    """

    searched: int | None = None
    """No more bundles than this are searched at once."""

    def __init__(self, question: Question, workers: int = 1) -> None:
        self.question = question
        self.bundles: Bundles = bundles_of(question)
        self.packing: Packing = packing_of(self.bundles)
        self.alive: Ints = np.arange(len(self.bundles), dtype=np.int64)
        """Bundles that may still be part of a plan that reaches what is held."""
        self._workers = workers

    def solver(self, clock: Clock) -> cp_model.CpSolver:
        """A solver with every choice pinned that could make two runs differ, and the time that is left."""
        return pinned_solver(clock.left, self._workers)

    def values(self, aim: Aim) -> Ints:
        """What each bundle adds to an aim, but for the pairs that are near."""
        values = self.bundles.total(aim.per_pair, aim.per_sibling_pair)
        if float(np.abs(values).sum()) >= LARGEST:
            raise ValueError(f"the numbers of {aim.name} are too large to be summed exactly")
        return values

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """Whether a lawful plan other than `plan` reaches what is held; None when time ran out."""
        options = self.everything()
        if clock.is_up or self.too_many(options.bundle):
            return None
        model = self.model(options, held)
        model.at_most(self.bundles.total(self.question.agreement(plan)), int((plan >= 0).sum()) - 1)
        if held:
            # any such plan would do; with an aim the relaxation sees sooner that there is none
            last = held[-1][0]
            model.maximise(self.values(last), last.per_near_pair)
        solver = self.solver(clock)
        solver.parameters.stop_after_first_solution = True
        status = model.solve(solver)
        if status in FOUND:
            return True
        return False if status == cp_model.INFEASIBLE else None

    def too_many(self, columns: Ints) -> bool:
        """Whether these are more bundles than are searched at once."""
        return self.searched is not None and len(columns) > self.searched

    def everything(self) -> Options:
        """All that may still be part of a plan."""
        return Options.of(self.alive)

    def search(
        self, options: Options, held: Held, goal: tuple[Aim, int], hint: Ints, clock: Clock, tell: Tell
    ) -> Outcome:
        """The best choice of some options worth at least a target."""
        aim, target = goal
        if not len(options):
            return Outcome(None, target - 1, True)
        values = self.values(aim)
        model = self.model(options, held, near=bool(aim.per_near_pair))
        model.at_least(values, target, aim.per_near_pair)
        model.maximise(values, aim.per_near_pair)
        model.hint(hint)
        solver = self.solver(clock)
        status = model.solve(solver, Hear(tell))
        if status == cp_model.INFEASIBLE:
            return Outcome(None, target - 1, True)
        if status not in FOUND:
            # stopped before any plan: its bound may not have been set yet, so it counts for nothing
            return Outcome(None, LARGEST, False)
        chosen = model.chosen(solver)
        if status == cp_model.OPTIMAL:
            return Outcome(chosen, aim.of(self.question, self.bundles.plan_of(chosen)), True)
        return Outcome(chosen, min(whole_bound(solver), aim.ceiling(self.question)), False)

    def model(self, options: Options, held: Held, *, near: bool = False) -> Choice:
        """A choice of these options that reaches what is held; `near`: near pairs are asked about, too.

        Patterns say themselves how many are near; bundles by themselves need links beside them.
        """
        near = near or any(aim.per_near_pair for aim, _ in held)
        model = Choice(self.bundles, self.packing, options, links=near and options.linked)
        for aim, least in held:
            model.at_least(self.values(aim), least, aim.per_near_pair)
        return model
