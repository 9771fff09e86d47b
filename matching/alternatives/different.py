"""Several plans that truly differ, each within a stated distance of the best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.alternatives.distance import Distance
from matching.alternatives.listing import every_plan
from matching.alternatives.order import in_order
from matching.alternatives.search import Search, Unlike
from matching.question import Ints, Question, Solution
from matching.solvers.solver import Aim, Clock, tier_aim

PLANS = 3


@dataclass(frozen=True, slots=True, eq=False)
class OtherPlan:
    """A near-optimal plan. `home_of`, shape (children,); `values` of each tier as in `Question.values_of`.

    `groups_differ`: in how many groups it differs from the best plan and from each plan before it. `furthest`: proved
    that no near-optimal plan differs more from all of these at once; `most` is the proved bound. `best_of_these`:
    proved the best in the order of the tiers among plans that differ as much.
    """

    home_of: Ints
    values: dict[str, int]
    groups_differ: tuple[int, ...]
    most: int
    furthest: bool
    best_of_these: bool


@dataclass(frozen=True, slots=True, eq=False)
class Different:
    """The best plan's alternatives, the most different first; and whether it is proved that there are no more.

    `least`: every two plans, the best one included, differ in at least so many groups.
    """

    plans: tuple[OtherPlan, ...]
    distance: Distance
    least: int
    no_more: bool


def different_plans(
    question: Question,
    solution: Solution,
    distance: Distance | None = None,
    *,
    plans: int = PLANS,
    least: int = 1,
    time_limit: float | None = None,
) -> Different:
    """Plans within the distance, each as different as can be from the best and from those before it.

    A group is the children of one family, or one child; it differs when any of its children has another home, or
    none. Each plan in turn makes the least number of groups in which it differs from any before it as large as
    possible, exactly; among those it is the best in the order of the tiers, then by the fixed rule of ids. There are
    fewer plans than asked for when no more differ in `least` groups. (The set as a whole may not be the most
    scattered set: each plan is chosen with those before it fixed.)
    """
    clock = Clock(time_limit)
    distance = distance or Distance()
    held = distance.held(question, solution)
    search = Search(question)
    search.narrow(held, clock)
    aims = [tier_aim(question, tier) for tier in question.tiers]
    tie_break = Aim("tie-break", -question.tie_break(0))
    ceilings = [aim.of(question, solution.home_of) for aim in aims] if solution.proved else None
    listed, complete = every_plan(search, held, solution.home_of, clock)
    if complete:
        return _from_all(search, solution.home_of, listed, distance, plans, max(least, 1))
    others: list[Ints] = [solution.home_of]
    found: list[OtherPlan] = []
    no_more = False
    while len(found) < plans:
        far = search.furthest(others, held, solution.home_of, clock)
        differs = [int(search.units_that_differ(far.home_of, other).sum()) for other in others]
        reached = min(differs)
        if reached < max(least, 1):
            no_more = far.bound < max(least, 1)
            break
        unlike = [Unlike(other, reached) for other in others]
        ordered = in_order(
            search,
            [*aims, tie_break],
            far.home_of,
            clock,
            held=held,
            unlike=unlike,
            ceilings=None if ceilings is None else [*ceilings, 0],
        )
        others.append(ordered.home_of)
        found.append(
            OtherPlan(
                home_of=ordered.home_of,
                values=question.values_of(ordered.home_of),
                groups_differ=tuple(
                    int(search.units_that_differ(ordered.home_of, other).sum()) for other in others[:-1]
                ),
                most=far.bound,
                furthest=far.bound == reached,
                best_of_these=all(ordered.proved),
            )
        )
    return Different(tuple(found), distance, max(least, 1), no_more)


def _from_all(search: Search, home_of: Ints, listed: Ints, distance: Distance, plans: int, least: int) -> Different:
    """The same from a list of all near-optimal plans."""
    q = search.question
    aims = [*(tier_aim(q, tier) for tier in q.tiers), Aim("tie-break", -q.tie_break(0))]
    worth = np.array([[aim.of(q, plan) for aim in aims] for plan in listed], dtype=np.int64)
    others = [home_of]
    found: list[OtherPlan] = []
    nearest = np.full(len(listed), len(q.child_ids) + 1, dtype=np.int64)
    while len(found) < plans:
        nearest = np.minimum(nearest, [search.units_that_differ(plan, others[-1]).sum() for plan in listed])
        most = int(nearest.max())
        if most < least:
            return Different(tuple(found), distance, least, True)
        best = max(np.flatnonzero(nearest == most).tolist(), key=lambda at: (*worth[at].tolist(), *listed[at].tolist()))
        plan = listed[best]
        differ = tuple(int(search.units_that_differ(plan, other).sum()) for other in others)
        found.append(OtherPlan(plan, q.values_of(plan), differ, most, True, True))
        others.append(plan)
    return Different(tuple(found), distance, least, False)
