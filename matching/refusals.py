"""What becomes of a finished plan when carers say no. Nothing here changes the plan; it is shown beside it.

Carers are taken to answer independently of one another, each once, about the children that come to them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from matching.acceptance_fit import Floats
from matching.alternatives import BackUp, Distance, Group, back_ups
from matching.alternatives.back_up import After, after_of
from matching.alternatives.groups import groups_of
from matching.alternatives.order import in_order
from matching.alternatives.search import Search, settling_aim
from matching.asking import Asking
from matching.other_plans import check_every_plan
from matching.question import LEAST, Ints, Question, Solution
from matching.solvers.solver import Aim, Clock, tier_aim

MOST: Final = 3
"""So many refusals at once are looked at unasked."""
MOST_TRIED: Final = 60
"""Up to so many choices of who refuses are all tried; of more, the worst few are found one upon the other."""
IN_A_CHILD: Final = 100
"""Chances are counted in hundredths where plans are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Refused:
    """Some carers say no at once, and everybody may move. `after`: the best plan left, with its proofs.

    `chance` that all of these say no; NaN where nothing can be said. `exact`: of worst refusals, proved that no other
    so many cost more; of the likeliest, always.
    """

    groups: tuple[Group, ...]
    after: After
    chance: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What a plan is worth on average, tier by tier as in `Question.values_of`, when carers answer by their chances.

    `first`: whoever is refused has no home. `backed`: whoever is refused turns to the back-up with nobody else moving,
    whose carers may refuse too. Each back-up is counted as if the others were not needed: `shared` homes are the
    back-up of more groups than one, and then it is less.
    """

    first: dict[str, float]
    backed: dict[str, float]
    shared: int


@dataclass(frozen=True, slots=True, eq=False)
class Likelier:
    """A plan within a stated distance of the proposed one whose carers are likelier to accept.

    `placed` and `placed_now`: children expected to be placed at the first asking, in it and in the proposed plan.
    `changed`: children with another home, or none. `proved`: no plan within the distance has more, by the chances of
    single children.
    """

    home_of: Ints
    values: dict[str, int]
    loss: dict[str, int]
    placed: float
    placed_now: float
    changed: tuple[int, ...]
    proved: bool
    distance: Distance


@dataclass(frozen=True, slots=True, eq=False)
class Refusals:
    """What refusals do to one plan. `groups`: those whose carers have to be asked; `chances`, shape (groups,).

    `worst`: refusals are the ones that cost most, because carers are not told apart; `likeliest`: those least likely to
    accept; neither: those that were chosen.
    `expected`: None where no chance can be said. `likelier`: None where it was not sought, or there is none.
    """

    groups: tuple[Group, ...]
    chances: Floats
    back_ups: tuple[BackUp, ...]
    expected: Expected | None
    worst: bool
    likeliest: bool
    refused: tuple[Refused, ...]
    likelier: Likelier | None
    sought_likelier: bool


def refusals(
    asking: Asking,
    *,
    most: int = MOST,
    chosen: Sequence[Group] | None = None,
    prefer_likelier: bool = False,
    time_limit: float | None = None,
) -> Refusals:
    """What one to `most` refusals do to the plan of a round, or that of the `chosen` groups at once.

    `prefer_likelier`: also look for a plan as good whose carers are likelier to accept; only where carers are told
    apart. `time_limit` in seconds, for each part; without it every part is proved. Raises `ValueError` for a group
    that the plan does not have, `PlanDisagrees` when the audit finds a breach in any plan found.
    """
    proposal = asking.proposal
    question, solution = proposal.question, proposal.solution
    groups = asking.groups(solution.home_of)
    if chosen is not None and (unknown := [one for one in chosen if one not in groups]):
        raise ValueError(f"not a group of the plan that is to be asked: home {unknown[0].home}")
    chances = asking.chances(groups)
    backed = back_ups(question, solution, groups, others_may_move=False, time_limit=time_limit)
    told_apart = asking.acceptance.used
    found: tuple[Refused, ...]
    if chosen is not None:
        found = (refused_by(question, solution, chosen, _of(groups, chances, chosen), time_limit=time_limit),)
    elif told_apart:
        found = likeliest(question, solution, groups, chances, most, time_limit=time_limit)
    else:
        found = worst(question, solution, groups, chances, most, time_limit=time_limit)
    likelier = likelier_plan(asking, time_limit=time_limit) if prefer_likelier and told_apart else None
    check_every_plan(
        proposal,
        [
            *(one.alone.home_of for one in backed),
            *(one.after.home_of for one in found),
            *([likelier.home_of] if likelier is not None else []),
        ],
    )
    known = bool(len(groups)) and not np.isnan(chances).any()
    return Refusals(
        groups,
        chances,
        backed,
        expected(asking, solution.home_of, groups, chances, backed) if known else None,
        not told_apart and chosen is None,
        told_apart and chosen is None,
        found,
        likelier,
        prefer_likelier,
    )


# ---- some carers say no at once ------------------------------------------------------------------------------------


def refused_by(
    question: Question,
    solution: Solution,
    groups: Sequence[Group],
    chance: float = float("nan"),
    *,
    search: Search | None = None,
    time_limit: float | None = None,
) -> Refused:
    """The best plan, tier by tier, in which none of these groups goes to its home; then the fewest moved."""
    clock = Clock(time_limit)
    search = search or Search(question)
    aims = [*(tier_aim(question, tier) for tier in question.tiers), settling_aim(question, solution.home_of)]
    start = solution.home_of.copy()
    banned = np.zeros(len(search.bundles), dtype=np.bool_)
    for group in groups:
        start[list(group.children)] = -1
        banned |= search.banned(np.array(group.children, dtype=np.int64), group.home)
    ceilings = [aim.of(question, solution.home_of) for aim in aims] if solution.proved else None
    ordered = in_order(search, aims, start, clock, banned=banned, ceilings=ceilings)
    children = [child for group in groups for child in group.children]
    return Refused(tuple(groups), after_of(question, solution.home_of, children, ordered), chance, True)


def likeliest(
    question: Question,
    solution: Solution,
    groups: Sequence[Group],
    chances: Floats,
    most: int,
    *,
    time_limit: float | None = None,
) -> tuple[Refused, ...]:
    """What happens when the one, two, ... carers least likely to accept say no; of equals the first by id."""
    order = np.argsort(chances, kind="stable").tolist()
    search = Search(question)
    found = []
    for many in range(1, min(most, len(groups)) + 1):
        which = [groups[at] for at in order[:many]]
        found.append(
            refused_by(question, solution, which, _of(groups, chances, which), search=search, time_limit=time_limit)
        )
    return tuple(found)


def worst(
    question: Question,
    solution: Solution,
    groups: Sequence[Group],
    chances: Floats,
    most: int,
    *,
    time_limit: float | None = None,
) -> tuple[Refused, ...]:
    """The one, two, ... refusals that cost everybody together most, in the order of the tiers.

    One is exact. More are exact where there are few choices; else each is added to those found before, and others
    together might cost more: `Refused.exact` says which.
    """
    clock = Clock(time_limit)
    search = Search(question)
    known: dict[tuple[int, ...], Refused] = {}

    def asked(which: tuple[int, ...]) -> Refused:
        if which not in known:
            some = [groups[at] for at in which]
            left = None if time_limit is None else clock.left
            known[which] = refused_by(
                question, solution, some, _of(groups, chances, some), search=search, time_limit=left
            )
        return known[which]

    found: list[Refused] = []
    before: tuple[int, ...] = ()
    for many in range(1, min(most, len(groups)) + 1):
        every = many == 1 or comb(len(groups), many) <= MOST_TRIED
        choices = (
            list(combinations(range(len(groups)), many))
            if every
            else [tuple(sorted((*before, at))) for at in range(len(groups)) if at not in before]
        )
        tried = [asked(which) for which in choices]
        tiers = question.tiers
        costs = [[one.after.loss[tier] for tier in tiers] for one in tried]
        at = max(range(len(tried)), key=lambda i: (costs[i], [-c for c in choices[i]]))
        before = choices[at]
        proved = every and all(all(one.after.proved) for one in tried)
        found.append(Refused(tried[at].groups, tried[at].after, tried[at].chance, proved))
    return tuple(found)


def _of(groups: Sequence[Group], chances: Floats, some: Sequence[Group]) -> float:
    """The chance that all of some groups are refused."""
    number = {group: at for at, group in enumerate(groups)}
    return float(np.prod([1.0 - chances[number[group]] for group in some]))


# ---- on average ----------------------------------------------------------------------------------------------------


def expected(
    asking: Asking, home_of: Ints, groups: Sequence[Group], chances: Floats, backed: Sequence[BackUp]
) -> Expected:
    """See `Expected`. Children who stay where they live are sure."""
    q = asking.proposal.question
    own = [_own(q, home_of, group) for group in groups]
    first = expected_at_first(q, home_of, groups, chances)
    after = dict(first)
    turned: dict[int, int] = {}
    for at, one in enumerate(backed):
        parts = [
            Group(tuple(c for c in one.group.children if one.alone.home_of[c] == home), home)
            for home in sorted(set(one.homes(one.alone)) - {-1})
        ]
        for part in parts:
            turned[part.home] = turned.get(part.home, 0) + 1
        agree = float(np.prod(asking.chances(parts))) if parts else 0.0
        for tier in (*q.tiers,):
            # of what is better when less, the loss is what it grows by
            gain = own[at][tier] + (1 if tier in LEAST else -1) * one.alone.loss[tier]
            after[tier] += (1.0 - float(chances[at])) * agree * gain
    return Expected(first, after, sum(many > 1 for many in turned.values()))


def expected_at_first(q: Question, home_of: Ints, groups: Sequence[Group], chances: Floats) -> dict[str, float]:
    """What a plan is worth on average where whoever is refused has no home, tier by tier."""
    sure = np.ones(q.children)
    group_of = np.arange(q.children)
    for at, (group, chance) in enumerate(zip(groups, chances.tolist(), strict=True)):
        sure[list(group.children)] = chance
        group_of[list(group.children)] = q.children + at
    chosen = home_of[q.pair_child] == q.pair_home
    found = {tier: float((q.pair_value(tier) * sure[q.pair_child])[chosen].sum()) for tier in q.tiers}
    if len(q.sibling_pairs):
        a, b = q.sibling_pairs.T
        together = (home_of[a] == home_of[b]) & (home_of[a] >= 0)
        both = np.where(group_of[a] == group_of[b], sure[a], sure[a] * sure[b])
        if "siblings" in found:
            found["siblings"] += float(both[together].sum())
        if "near" in found:
            found["near"] += float(both[q.are_near(home_of[a], home_of[b])].sum())
    return {tier: -value if tier in LEAST else value for tier, value in found.items()}


def _own(q: Question, home_of: Ints, group: Group) -> dict[str, int]:
    """What a plan loses in each tier when nobody of a group has a home; cost as what is saved."""
    without = home_of.copy()
    without[list(group.children)] = -1
    before, after = q.values_of(home_of), q.values_of(without)
    return {tier: before[tier] - after[tier] for tier in q.tiers}


# ---- a plan whose carers are likelier to accept --------------------------------------------------------------------


def likelier_plan(
    asking: Asking, distance: Distance | None = None, *, time_limit: float | None = None
) -> Likelier | None:
    """Within the distance, the plan with most children expected to be placed at the first asking; None if none has.

    By default as many children placed, together, near and local as in the proposed plan, and 99 of 100 points. The
    chance of each child with each home is counted in hundredths; of plans equal in that the best in the order of the
    tiers, then the one that moves fewest.
    """
    distance = distance or Distance()
    clock = Clock(time_limit)
    q, solution = asking.proposal.question, asking.proposal.solution
    worth = np.round(IN_A_CHILD * asking.chance_of_pairs(solution.home_of)).astype(np.int64)
    held = distance.held(q, solution)
    search = Search(q)
    search.narrow(held, clock)
    aims = [
        Aim("children expected", worth),
        *(tier_aim(q, tier) for tier in q.tiers),
        settling_aim(q, solution.home_of),
    ]
    ordered = in_order(search, aims, solution.home_of, clock, held=held)
    plan = ordered.home_of
    now, then = _placed(asking, solution.home_of), _placed(asking, plan)
    if then <= now + 0.5 / IN_A_CHILD:
        return None
    values, old = q.values_of(plan), q.values_of(solution.home_of)
    loss = {t: (values[t] - old[t]) if t in LEAST else (old[t] - values[t]) for t in q.tiers}
    changed = tuple(np.flatnonzero(plan != solution.home_of).tolist())
    return Likelier(plan, values, loss, then, now, changed, ordered.proved[0], distance)


def _placed(asking: Asking, home_of: Ints) -> float:
    """Children expected to be placed at the first asking."""
    groups = [group for group in groups_of(asking.proposal.question, home_of) if group.home >= 0]
    sizes = np.array([len(group.children) for group in groups], dtype=np.float64)
    return float(sizes @ asking.chances(groups)) if groups else 0.0
