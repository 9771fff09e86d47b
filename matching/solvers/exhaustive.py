"""Tries every plan. Too simple to be wrong, and only for questions so small that this can be done.

`lawful` is the law of one home word for word from the docstring of `matching.question.Question`; the other
solvers' plans are held against it in the tests, and `matching.solvers.milp` re-checks its own with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from math import prod

import numpy as np

from matching.question import LEAST, NO_FAMILY, NOBODY, Ints, Question, Solution, TierResult
from matching.solvers.solver import LEVELS, TIE_BREAK, Aim, Clock, Keep, Watch, tier_aim

MOST_PLANS = 3_000_000


class TooLarge(ValueError):
    """There are more plans than can be tried one by one."""


def lawful(question: Question, home: int, children: Collection[int]) -> bool:
    """Whether a home may hold exactly these children of the round, those who live there already included."""
    q, group = question, sorted(children)
    if not group:
        return True
    pair = {child: _pair(q, child, home) for child in group}
    if any(at is None for at in pair.values()):
        return False
    newcomers = [c for c in group if not q.pair_lives_there[pair[c]]]
    families = {int(q.family[c]) for c in group}

    if len(newcomers) > q.places[home]:
        return False
    under_limit = [c for c in newcomers if not q.pair_exempt[pair[c]]]
    one_family = len(group) == 1 or (len(families) == 1 and NO_FAMILY not in families)
    nobody_else = q.fostered_family[home] == NOBODY or (
        NO_FAMILY not in families and int(q.fostered_family[home]) in families
    )
    if len(under_limit) > q.limit_room[home] and not (one_family and nobody_else):
        return False
    if _rooms(q, newcomers) > q.rooms[home]:
        return False
    if any(sum(q.pair_uses[pair[c], r] for c in group) > q.home_has[home, r] for r in range(q.resources)):
        return False
    whole_families = [sorted(set(family)) for family in q.whole_family.get(home, ())]
    if q.one_or_whole_family[home] and len(group) > 1 and group not in whole_families:
        return False
    if len(group) > 1 and any(q.solo[c] for c in group):
        return False
    return not any(a in group and b in group for a, b in q.apart.tolist())


def lawful_plan(question: Question, home_of: Sequence[int] | Ints) -> bool:
    """Whether every home may hold the children a plan gives it, and no family is split that may never be."""
    home_of = [int(h) for h in home_of]
    if question.never_split and any(home_of[a] != home_of[b] for a, b in question.sibling_pairs.tolist()):
        return False
    together: dict[int, list[int]] = {}
    for child, home in enumerate(home_of):
        if home >= 0:
            together.setdefault(home, []).append(child)
    return all(lawful(question, home, children) for home, children in together.items())


def _pair(q: Question, child: int, home: int) -> int | None:
    """Where this child and home stand among the pairs; None when no plan may use them."""
    first, last = np.searchsorted(q.pair_child, [child, child + 1])
    for at in range(int(first), int(last)):
        if q.pair_home[at] == home:
            return at
    return None


def _rooms(q: Question, newcomers: list[int]) -> int:
    """Bedrooms: two to a room for those of one family who may share, one each for the others."""
    need = [c for c in newcomers if q.needs_room[c]]
    sharing = [c for c in need if q.room_sharer[c] > 0 and q.family[c] != NO_FAMILY]
    groups = Counter((int(q.family[c]), int(q.room_sharer[c])) for c in sharing)
    return len(need) - len(sharing) + sum((n + 1) // 2 for n in groups.values())


def solve_exhaustive(
    question: Question,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,  # noqa: ARG001
    workers: int = 1,  # noqa: ARG001
    unique: bool = True,  # noqa: ARG001
) -> Solution:
    """The best plan by trying every one; see `matching.solvers.solver.Solver`.

    `workers` makes no difference, and the tie-break costs nothing, so that it is never left out.

    Nothing is handed to `keep`: there is no best plan until every one has been tried.

    Raises `TooLarge` when there are more than `MOST_PLANS` plans.
    """
    clock = Clock(time_limit)
    choices = _choices(question)
    plans = prod(len(homes) for homes in choices)
    if plans > MOST_PLANS:
        raise TooLarge(
            f"There are {plans:,} ways to give each of {question.children} children one of their homes or none, "
            f"more than the {MOST_PLANS:,} that can be tried one by one. Use the solver cpsat or milp."
        )
    aims = [tier_aim(question, tier) for tier in question.tiers]
    nobody = tuple([-1] * question.children)
    best, equals = tuple([0] * len(aims)), [nobody]
    finished = True
    worth = _Worth(question, aims)
    for plan in _lawful_plans(question, choices):
        if clock.is_up:
            finished = False
            break
        values = worth(plan)
        if values > best:
            best, equals = values, [plan]
        elif values == best and plan != nobody:
            equals.append(plan)
    home_of = np.array(_first_by_rule(question, equals), dtype=np.int64)

    tiers: list[TierResult] = []
    for aim, value in zip(aims, best, strict=True):
        bound = value if finished else aim.ceiling(question)
        sign = -1 if aim.name in LEAST else 1
        proved = value == bound and all(t.proved for t in tiers)
        tiers.append(TierResult(aim.name, sign * value, float(sign * bound), proved, 0.0 if tiers else clock.seconds))
        if watch is not None:
            watch(aim.name, sign * value, sign * bound, clock.seconds)
    if watch is not None and finished:
        watch(TIE_BREAK, 0, 0, clock.seconds)
    notes = () if finished else ("The time limit came before every plan was tried.",)
    return Solution(home_of, tuple(tiers), finished, "exhaustive", clock.seconds, notes)


def _choices(question: Question) -> list[list[int]]:
    """For each child no home, and the homes a plan may give it."""
    return [[-1, *question.pair_home[question.pair_child == child].tolist()] for child in range(question.children)]


def _lawful_plans(question: Question, choices: list[list[int]]) -> Iterator[tuple[int, ...]]:
    known: dict[tuple[int, tuple[int, ...]], bool] = {}
    siblings = question.sibling_pairs.tolist()
    for plan in product(*choices):
        if question.never_split and any(plan[a] != plan[b] for a, b in siblings):
            continue
        together: dict[int, tuple[int, ...]] = {}
        for child, home in enumerate(plan):
            if home >= 0:
                together[home] = (*together.get(home, ()), child)
        for held in together.items():
            if held not in known:
                known[held] = lawful(question, *held)
            if not known[held]:
                break
        else:
            yield plan


class _Worth:
    """The value of a plan in each tier, by plain addition."""

    def __init__(self, question: Question, aims: list[Aim]) -> None:
        self._of_pair = {
            (int(child), int(home)): tuple(int(aim.per_pair[at]) for aim in aims)
            for at, (child, home) in enumerate(zip(question.pair_child, question.pair_home, strict=True))
        }
        self._of_siblings = tuple(aim.per_sibling_pair for aim in aims)
        self._of_near = tuple(aim.per_near_pair for aim in aims)
        self._siblings = question.sibling_pairs.tolist()
        self._near = {(one, other) for a, b in question.near_homes.tolist() for one, other in ((a, b), (b, a))}

    def __call__(self, plan: tuple[int, ...]) -> tuple[int, ...]:
        pairs = [self._of_pair[child, home] for child, home in enumerate(plan) if home >= 0]
        together = sum(1 for a, b in self._siblings if plan[a] == plan[b] >= 0)
        near = sum(1 for a, b in self._siblings if (plan[a], plan[b]) in self._near)
        return tuple(
            sum(pair[tier] for pair in pairs) + each * together + each_near * near
            for tier, (each, each_near) in enumerate(zip(self._of_siblings, self._of_near, strict=True))
        )


def _first_by_rule(question: Question, equals: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The one plan that the rule of ids picks among plans that tie in every tier."""
    for level in range(LEVELS):
        if len(equals) == 1:
            return equals[0]
        number = dict(
            zip(
                zip(question.pair_child.tolist(), question.pair_home.tolist(), strict=True),
                question.tie_break(level).tolist(),
                strict=True,
            )
        )
        sums = [sum(number[c, h] for c, h in enumerate(plan) if h >= 0) for plan in equals]
        equals = [plan for plan, total in zip(equals, sums, strict=True) if total == min(sums)]
    # the lowest-numbered home first, no home last, child by child
    return min(equals, key=lambda plan: [h if h >= 0 else question.homes for h in plan])
