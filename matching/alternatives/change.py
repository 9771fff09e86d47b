"""Planning again while keeping what people were already told: the fewest changes, at a stated price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.alternatives.distance import Distance
from matching.alternatives.order import Ordered, in_order
from matching.alternatives.search import Search, combined
from matching.question import Ints, Question, Solution
from matching.solvers.solver import Aim, Clock, Held, tier_aim

NOTHING_TOLD = -1
"""In a previous plan: nothing was said of this child, or that there is no home yet. Any home now keeps that."""
HOME_GONE = -2
"""In a previous plan: a home that is no longer in the round. It cannot be kept."""
MOST_POINTS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Replan:
    """A plan beside one that was told before. `values` as in `Question.values_of`; `changed` are children.

    A child is changed when it was told a home and now has another, or none. `proved`: nothing better in what was
    asked for, and the fewest changes for it.
    """

    home_of: Ints
    values: dict[str, int]
    changed: tuple[int, ...]
    proved: bool


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What each change buys: plans from the best one to the one with the fewest changes of all.

    Each plan is the best in the order of the tiers with no more changes than it has, and has the fewest changes for
    what it is worth. `complete`: every number of changes at which the best plan gets worse is there.
    """

    plans: tuple[Replan, ...]
    complete: bool


def previous_plan(question: Question, told: Mapping[str, str | None]) -> Ints:
    """What each child was told, shape (children,), from ids; children no longer in the round are left out.

    No home, or no entry, is `NOTHING_TOLD`; a home that the round does not have is `HOME_GONE`.
    """
    number = {home_id: at for at, home_id in enumerate(question.home_ids)}
    previous = np.full(question.children, NOTHING_TOLD, dtype=np.int64)
    for at, child_id in enumerate(question.child_ids):
        home_id = told.get(child_id)
        if home_id is not None:
            previous[at] = number.get(home_id, HOME_GONE)
    return previous


def changed_from(previous: Ints, home_of: Ints) -> tuple[int, ...]:
    """The children who were told one home and now have another, or none."""
    return tuple(np.flatnonzero((previous != NOTHING_TOLD) & (previous != home_of)).tolist())


def best_with_fewest_changes(
    question: Question, solution: Solution, previous: Ints, *, time_limit: float | None = None
) -> Replan:
    """Of the plans as good as the best in every tier, the one that changes fewest placements."""
    clock = Clock(time_limit)
    search = Search(question)
    aims = [tier_aim(question, tier) for tier in question.tiers]
    held: Held = tuple((aim, aim.of(question, solution.home_of)) for aim in aims)
    ordered = in_order(search, [_kept(question, previous), _ids(question)], solution.home_of, clock, held=held)
    return _replan(question, previous, ordered, solution.proved)


def fewest_changes(
    question: Question,
    solution: Solution,
    previous: Ints,
    distance: Distance | None = None,
    *,
    time_limit: float | None = None,
) -> Replan:
    """The plan that changes fewest placements and loses no more than the distance; of these the best in order."""
    clock = Clock(time_limit)
    held = (distance or Distance()).held(question, solution)
    search = Search(question)
    search.narrow(held, clock)
    aims = [_kept(question, previous), *(tier_aim(question, tier) for tier in question.tiers), _ids(question)]
    ordered = in_order(search, aims, solution.home_of, clock, held=held)
    return _replan(question, previous, ordered, solution.proved)


def at_a_price(
    question: Question, solution: Solution, previous: Ints, points: int, *, time_limit: float | None = None
) -> Replan:
    """The best plan when each change counts against it like so many points; tiers before points come first.

    Raises `ValueError` when the question has no tier `points`, or for a price below nought.
    """
    if points < 0 or "points" not in question.tiers:
        raise ValueError("a price for each change is in points, nought or more, and the question must count points")
    clock = Clock(time_limit)
    at = question.tiers.index("points")
    kept = _kept(question, previous)
    aims = [tier_aim(question, tier) for tier in question.tiers]
    aims[at] = combined("points less the price of changes", [aims[at], kept], [1, points])
    aims[at + 1 : at + 1] = [kept]
    first = [aim.of(question, solution.home_of) for aim in aims[:at]]
    # what the price does to points has no ceiling but its own
    ceilings = [*first, *(aim.ceiling(question) for aim in aims[at:]), 0] if solution.proved else None
    ordered = in_order(Search(question), [*aims, _ids(question)], solution.home_of, clock, ceilings=ceilings)
    return _replan(question, previous, ordered, True)


def curve(
    question: Question,
    solution: Solution,
    previous: Ints,
    *,
    most_points: int = MOST_POINTS,
    time_limit: float | None = None,
) -> Curve:
    """The best plan for every number of changes that makes a difference, the best plan first.

    Where there are more than `most_points` numbers of changes to try, some evenly spaced are tried, each exactly,
    and `complete` is False.
    """
    clock = Clock(time_limit)
    q = question
    search = Search(q)
    kept, ids = _kept(q, previous), _ids(q)
    aims = [tier_aim(q, tier) for tier in q.tiers]
    told = int((previous != NOTHING_TOLD).sum())
    values = [aim.of(q, solution.home_of) for aim in aims]

    best = in_order(search, [*aims, kept, ids], solution.home_of, clock, ceilings=[*values, told, 0])
    plans = [_replan(q, previous, best, solution.proved)]
    fewest = search.best(kept, (), best.home_of, clock, ceiling=told)
    fewest_possible = told - kept.of(q, fewest.home_of)
    proved = fewest.bound == kept.of(q, fewest.home_of)

    pool = [best.home_of, fewest.home_of]
    span = len(plans[0].changed) - fewest_possible
    step = max(1, -(-span // max(most_points - 1, 1)))
    while len(plans[-1].changed) > fewest_possible and not clock.is_up:
        allowed = max(len(plans[-1].changed) - step, fewest_possible)
        least = told - allowed
        start = max(
            (plan for plan in pool if kept.of(q, plan) >= least), key=lambda plan: [aim.of(q, plan) for aim in aims]
        )
        ceilings = [aim.of(q, plans[-1].home_of) for aim in aims] if plans[-1].proved else None
        ordered = in_order(
            search,
            [*aims, kept, ids],
            start,
            clock,
            held=((kept, least),),
            ceilings=None if ceilings is None else [*ceilings, told, 0],
        )
        pool.append(ordered.home_of)
        plans.append(_replan(q, previous, ordered, solution.proved))
    reached = len(plans[-1].changed) <= fewest_possible
    return Curve(tuple(plans), step == 1 and proved and reached and all(plan.proved for plan in plans))


def _kept(question: Question, previous: Ints) -> Aim:
    """How many children keep the home they were told."""
    return Aim("as told", (previous[question.pair_child] == question.pair_home).astype(np.int64))


def _ids(question: Question) -> Aim:
    return Aim("tie-break", -question.tie_break(0))


def _replan(question: Question, previous: Ints, ordered: Ordered, proved: bool) -> Replan:
    plan = ordered.home_of
    return Replan(plan, question.values_of(plan), changed_from(previous, plan), proved and all(ordered.proved[:-1]))
