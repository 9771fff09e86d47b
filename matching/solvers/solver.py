"""What every solver promises, and the order of work that the two exact engines share.

Tiers are taken one at a time: each is proved before the next is begun and then held. After the last tier the
fixed rule of ids picks one plan: the least sum of `Question.tie_break(0)`; if another plan has the same sum, the
least sum at level 1, and so on; and should every level tie, children in the order of their ids take the
lowest-numbered home they still can, no home being last.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from matching.question import LEAST, Ints, Question, Solution, TierResult

Watch = Callable[[str, float, float, float], None]
"""Called with the tier's name, the value so far, the bound so far, and seconds since the start.

May be called from another thread than the caller's. Cost is in positive pence, and its bound lies below it.
"""

Keep = Callable[[Solution], None]
"""Called after each tier, and whenever a solver has a better plan in hand, with the plan so far.

`tiers` holds only the tiers that are done; the plan is lawful and reaches what was found in each of them.
May be called from another thread than the caller's.
"""

LEVELS = 8
"""Levels of the tie-break before children are fixed one by one."""

TIE_BREAK = "tie-break"
"""The name under which `Watch` hears of the tie-break."""


class Solver(Protocol):
    """A solver: a question in, the best plan out, with how far it is proved.

    With a time limit in seconds the best plan found so far comes back with a true bound and `proved=False`; the
    plan in which nobody is placed is always lawful, so there always is one. Values and bounds of `cost` are
    positive pence (its bound lies below its value). The plan does not depend on the number of workers. Without
    `unique` the tie-break is left out, and another plan may be as good.
    """

    def __call__(
        self,
        question: Question,
        *,
        time_limit: float | None = None,
        watch: Watch | None = None,
        keep: Keep | None = None,
        workers: int = 1,
        unique: bool = True,
    ) -> Solution: ...


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """A number to make as large as possible: so much for each pair used, for each sibling pair together, for each near.

    A sibling pair is near when both are placed, in two homes near each other (`Question.near_homes`).
    """

    name: str
    per_pair: Ints
    per_sibling_pair: int = 0
    per_near_pair: int = 0

    def of(self, question: Question, home_of: Ints) -> int:
        """The value of a plan, in whole numbers."""
        value = int(self.per_pair[home_of[question.pair_child] == question.pair_home].sum())
        if (self.per_sibling_pair or self.per_near_pair) and len(question.sibling_pairs):
            a, b = home_of[question.sibling_pairs[:, 0]], home_of[question.sibling_pairs[:, 1]]
            value += self.per_sibling_pair * int(((a == b) & (a >= 0)).sum())
            value += self.per_near_pair * int(question.are_near(a, b).sum())
        return value

    def ceiling(self, question: Question) -> int:
        """A bound that needs no search: every child takes its best home, every sibling pair counts."""
        best = np.zeros(question.children, dtype=np.int64)
        np.maximum.at(best, question.pair_child, self.per_pair)
        pairs = max(self.per_sibling_pair, 0) + (max(self.per_near_pair, 0) if len(question.near_homes) else 0)
        return int(best.sum()) + pairs * len(question.sibling_pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A plan, and a whole number that no lawful plan holding the earlier aims exceeds."""

    home_of: Ints
    bound: int


Aims = tuple[Aim, ...]
Held = tuple[tuple[Aim, int], ...]
"""Aims already reached, each with the least that a plan must be worth."""


class Engine(Protocol):
    """One way to answer the two questions the order of work asks."""

    def best(self, aims: Aims, held: Held, start: Ints, clock: Clock, tell: Tell) -> Found:
        """The best plan for the first aim among lawful plans that reach what is held. `start` is one of them.

        The aims after the first come later; they may guide the search and change neither best value nor bound.
        """

    def another(self, held: Held, plan: Ints, clock: Clock) -> bool | None:
        """Whether a lawful plan other than `plan` reaches what is held; None when time ran out."""


class Tell(Protocol):
    """Called with the value and the bound so far, and the plan of that value where it is in hand."""

    def __call__(self, value: int, bound: int, plan: Ints | None = None, /) -> None: ...


class Clock:
    """Seconds since the start, and those left."""

    def __init__(self, limit: float | None) -> None:
        self._start = time.perf_counter()
        self._limit = limit

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left; infinite without a limit; never below nought."""
        return math.inf if self._limit is None else max(self._limit - self.seconds, 0.0)

    @property
    def is_up(self) -> bool:
        return self.left <= 0.0

    def share(self, part: float) -> Clock:
        """A clock that is up when this part of the time left has gone."""
        clock = Clock(None)
        clock._start = self._start
        if self._limit is not None:
            clock._limit = self.seconds + part * self.left
        return clock


def tier_aim(question: Question, tier: str) -> Aim:
    """A tier as an aim; cost is an aim for the least."""
    return Aim(tier, question.pair_value(tier), int(tier == "siblings"), int(tier == "near"))


def solve_in_order(
    question: Question,
    engine: Engine,
    name: str,
    clock: Clock,
    watch: Watch | None,
    notes: tuple[str, ...] = (),
    *,
    keep: Keep | None = None,
    unique: bool = True,
) -> Solution:
    """Tier after tier, then (if `unique`) the tie-break, each proved before the next is begun."""

    def hand_over(plan: Ints) -> None:
        if keep is not None:
            keep(Solution(plan.copy(), tuple(tiers), False, name, clock.seconds, notes))

    plan = np.full(question.children, -1, dtype=np.int64)
    held: Held = ()
    aims = tuple(tier_aim(question, tier) for tier in question.tiers)
    tiers: list[TierResult] = []
    all_proved = True
    for at, (tier, aim) in enumerate(zip(question.tiers, aims, strict=True)):
        began = clock.seconds
        sign = -1 if tier in LEAST else 1

        def tell(value: int, bound: int, plan: Ints | None = None, /, *, tier: str = tier, sign: int = sign) -> None:
            if watch is not None:
                watch(tier, sign * value, sign * bound, clock.seconds)
            if plan is not None:
                hand_over(plan)

        if not clock.is_up:
            # a tier that cannot be settled leaves time for those after it
            last = at == len(aims) - 1
            found = engine.best(aims[at:], held, plan, clock if last else clock.share(0.5), tell)
            plan, bound = found.home_of, found.bound
        else:
            bound = aim.ceiling(question)
        value = aim.of(question, plan)
        tell(value, bound)
        all_proved = all_proved and value == bound
        tiers.append(TierResult(tier, sign * value, float(sign * bound), all_proved, clock.seconds - began))
        held += ((aim, value),)
        hand_over(plan)

    tiers = count_again(question, plan, tiers)
    held = tuple((aim, aim.of(question, plan)) for aim in aims)
    only_one = False
    if not all(t.proved for t in tiers):
        late = next(t.name for t in tiers if not t.proved)
        notes += (
            f"The time limit came before the tier {late} was proved. The bounds of later tiers hold for plans that "
            "reach what was found in the tiers before them.",
        )
    elif unique:
        plan, only_one = _break_ties(question, engine, held, plan, clock, watch)
        if not only_one:
            notes += ("The time limit came before the tie-break was done: other plans may be as good.",)
    return Solution(plan, tuple(tiers), only_one, name, clock.seconds, notes)


def count_again(question: Question, plan: Ints, tiers: Iterable[TierResult]) -> list[TierResult]:
    """Tiers as a later plan leaves them, which holds each of them at the value found for it, or better.

    A tier whose value was below its bound may have come out better while a later one was sought.
    """
    counted: list[TierResult] = []
    all_proved = True
    for tier in tiers:
        value = tier_aim(question, tier.name).of(question, plan) * (-1 if tier.name in LEAST else 1)
        all_proved = all_proved and value == tier.bound
        counted.append(replace(tier, value=value, proved=all_proved))
    return counted


def _break_ties(
    question: Question,
    engine: Engine,
    held: Held,
    plan: Ints,
    clock: Clock,
    watch: Watch | None,
) -> tuple[Ints, bool]:
    """The one plan that the rule of ids picks, and whether it is proved to be that."""

    def tell(value: int, bound: int, plan: Ints | None = None, /) -> None:  # noqa: ARG001
        if watch is not None:
            watch(TIE_BREAK, -value, -bound, clock.seconds)

    def step(aim: Aim) -> bool:
        nonlocal plan, held
        if clock.is_up:
            return False
        found = engine.best((aim,), held, plan, clock, tell)
        plan, value = found.home_of, aim.of(question, found.home_of)
        held += ((aim, value),)
        return value == found.bound

    for level in range(LEVELS):
        if not step(Aim(f"{TIE_BREAK} {level}", -question.tie_break(level))):
            return plan, False
        others = engine.another(held, plan, clock)
        if others is None:
            return plan, False
        if not others:
            return plan, True
    for child in range(question.children):
        mine = question.pair_child == child
        numbers = np.where(mine, question.homes - question.pair_home, 0)
        if not step(Aim(f"{TIE_BREAK} {question.child_ids[child]}", numbers)):
            return plan, False
    return plan, True
