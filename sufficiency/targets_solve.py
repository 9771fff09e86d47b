"""The best plan for one sample of futures, with a floor under the cost of every other plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sufficiency.targets_highs import Infeasible
from sufficiency.targets_model import Bound, Programme
from sufficiency.targets_question import Aim, Floats, Plan, TargetQuestion
from sufficiency.targets_recourse import (
    Sets,
    counted,
    outcome,
    places_of,
    shortfall,
    total,
    unavoidable,
    unmet_of_sets,
)

TINY: Final = 1e-6

__all__ = ["Infeasible", "Solved", "avoidable", "settle", "solve"]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The best plan that was found for some futures."""

    plan: Plan
    cost: float
    """£ counted today, on average over those futures, beyond what no plan can save: worked out without the solver."""
    floor: float
    """No plan that keeps the promise in them costs less; the same measure."""
    prices: dict[int, Floats]
    """£ [rows] that each promise costs at its edge for what is missed, by set of needs."""
    done: bool
    """Whether it ended by itself; if not, the time was up and the gap may be wide."""

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of its cost."""
        return max(0.0, self.cost - self.floor) / max(abs(self.cost), 1.0)


def solve(question: TargetQuestion, aim: Aim, *, gap: float = 0.001, seconds: float = 60.0) -> Solved:
    """The best plan for all futures of a question, to within `gap` of its cost.

    Raises `Infeasible` where none keeps the promise within the limits, TimeoutError where the time was up before
    there was any.
    """
    programme = Programme(question.in_order(), aim)
    return solved(programme, gap=gap, seconds=seconds)


def solved(programme: Programme, *, gap: float, seconds: float) -> Solved:
    """The best plan of a programme as it stands now."""
    question = programme.question

    def enough(found: Bound) -> bool:
        plan = found.plan_in_whole()
        added = places_of(question, plan)
        now = outcome(question, plan, added=added)
        cost = float((total(question, plan, now) - unavoidable(question)).mean())
        return cost - found.floor <= gap * abs(cost) and shortfall(question, programme.aim, now, added) <= TINY

    relaxed, found, closed = settle(programme, gap=gap / 2, seconds=seconds, enough=enough)
    plan = found.plan_in_whole()
    return Solved(plan, avoidable(question, plan), found.floor, relaxed, found.done and closed)


def avoidable(question: TargetQuestion, plan: Plan) -> float:
    """£ counted today that a plan costs beyond what no plan can save, on average over futures."""
    return float((total(question, plan, outcome(question, plan)) - unavoidable(question)).mean())


def settle(
    programme: Programme, *, gap: float, seconds: float, enough: Callable[[Bound], bool] = lambda _: False
) -> tuple[dict[int, Floats], Bound, bool]:
    """Let in what binds until nothing is broken, or a plan is good `enough` as it is.

    Gives the prices of the promise in parts of households, the plan, and whether it came to its end in time.
    """
    until = time.monotonic() + seconds
    question = programme.question
    nothing = Plan.nothing(question)
    programme.let_in(nothing, places_of(question, nothing))
    while True:
        relaxed = programme.relaxed()
        prices = programme.prices()
        if not _grow(programme, relaxed, relaxed.plan):
            break
    while True:
        found = programme.whole(gap, max(until - time.monotonic(), 1.0))
        if enough(found) or not _grow(programme, found, found.plan_in_whole()):
            return prices, found, True
        if time.monotonic() > until:
            return prices, found, False


def _grow(programme: Programme, found: Bound, plan: Plan) -> int:
    """Let in rows that are broken, then sets of needs for which the promise is; how many."""
    question = programme.question
    added = places_of(question, plan)
    count = programme.let_in(plan, added, found.values)
    if count or not programme.aim.each_need:
        return count
    number = worst_set(question, programme.aim, added, tuple(programme.promises))
    if number is None:
        return 0
    programme.promise_for(number)
    return 1 + programme.let_in(plan, added)


def worst_set(question: TargetQuestion, aim: Aim, added: Floats, known: tuple[int, ...]) -> int | None:
    """The set of needs, none of `known`, for which the promise is missed most; None where it is kept for all.

    Every need has its level where every set of needs has it: what can be reached together, on average over futures,
    is limited set by set (the sum of polymatroids is one).
    """
    at = counted(question, aim)
    due = (question.wanted.mean(axis=0) @ Sets.of(question).members.T)[at]
    over = (unmet_of_sets(question, added)[at] - (1 - aim.level) * due).max(axis=0)
    over[[0, *known]] = -np.inf
    worst = int(over.argmax())
    return worst if over[worst] > 10 * TINY else None
