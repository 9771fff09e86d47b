"""What it costs everybody if some children must be in some home: for every such demand on one round, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from matching.bundles import TooManyBundles
from matching.opportunity.again import Again
from matching.opportunity.exact import Unproved
from matching.opportunity.model import Model, model_of
from matching.opportunity.search import Search
from matching.opportunity.simplex import best_basis
from matching.question import Ints, Mask, Question
from matching.solvers.solver import Clock, tier_aim
from matching.workers import pool_of

SEVERAL_WORKERS_FROM = 400
"""Demands from which further processes are worth their start."""
AT_ONCE = 64
"""Demands handed to a process at a time."""


@dataclass(frozen=True, slots=True)
class Demand:
    """All of these children (numbers, of one unit, sorted) must be in this home (a number)."""

    children: tuple[int, ...]
    home: int


class Outcome(Enum):
    """How an answer stands."""

    EXACT = "exact"
    IMPOSSIBLE = "impossible"
    """No lawful plan meets the demand: proved."""
    OUT_OF_TIME = "out of time"


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """What the best plan that meets a demand loses against the best plan.

    `losses`, one for each tier of the question, in order: positive is worse for the round. They are compared in
    order too, so that a later one may be negative where an earlier one is not nothing; `cost` is in pence. Of
    equally good plans `home_of`, shape (children,), is the one that changes fewest children; of several such, the
    one that the fixed rule of ids prefers (least sum of `Question.tie_break(0)`). `losses` is empty and `home_of`
    None unless the outcome is exact.

    `left_without` are the children of nobody's demand who had a home in the best plan and have none now; `moved`
    those who have another home; `gained` those who had none and have one.
    """

    demand: Demand
    outcome: Outcome
    losses: tuple[int, ...] = ()
    home_of: Ints | None = None
    left_without: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    gained: tuple[int, ...] = ()

    @property
    def displaced(self) -> tuple[int, ...]:
        """Children left without a home and children moved, in the order of their numbers."""
        return tuple(sorted(self.left_without + self.moved))


def what_each_costs(
    question: Question,
    home_of: Ints,
    demands: Sequence[Demand],
    *,
    closed: Mask | None = None,
    workers: int = 1,
    time_limit: float | None = None,
) -> list[Cost]:
    """The cost of every demand, each by itself, in the order asked; the same for any number of `workers`.

    `home_of`, shape (children,), must be the best plan, proved in every tier. `closed`, shape (pairs,): pairs that
    no plan may use but one whose demand holds that child in that home (an approval given for that alone). Every
    answer is proved, or says that the time, in seconds, ran out. Raises `ValueError` when a better plan than
    `home_of` comes to light, or `home_of` is not lawful.
    """
    closed = np.zeros(question.pairs, dtype=np.bool_) if closed is None else closed
    if not len(demands):
        return []
    job = _Job(question, np.asarray(home_of, dtype=np.int64), closed, time_limit)
    if workers > 1 and len(demands) >= SEVERAL_WORKERS_FROM:
        shares = [list(demands[at : at + AT_ONCE]) for at in range(0, len(demands), AT_ONCE)]
        with pool_of(min(workers, len(shares)), _begin, job) as pool:
            return [cost for share in pool.map(_work, shares) for cost in share]
    asker = _Asker(job)
    return [asker.cost(demand) for demand in demands]


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    question: Question
    home_of: Ints
    closed: Mask
    time_limit: float | None


class _Asker:
    """Answers demands on one question, one after another."""

    def __init__(self, job: _Job) -> None:
        self._job, self._clock = job, Clock(job.time_limit)
        question = job.question
        self._aims = [tier_aim(question, tier) for tier in question.tiers]
        self._best = self._values(job.home_of)
        self._pair_of = {
            (int(child), int(home)): pair
            for pair, (child, home) in enumerate(zip(question.pair_child, question.pair_home, strict=True))
        }
        self._model: Model | None = None
        self._search: Search | None = None
        self._again: Again | None = None
        try:
            self._model = model_of(question, job.home_of, job.closed)
            if not self._model.is_lawful(self._model.chosen_of(job.home_of)):
                raise ValueError("the plan that costs are counted from is not lawful")
            self._search = Search(best_basis(self._model))
        except (Unproved, TooManyBundles):
            # every demand is then worked out afresh
            self._search = None

    def cost(self, demand: Demand) -> Cost:
        """What one demand costs."""
        job = self._job
        pairs = [self._pair_of.get((child, demand.home)) for child in demand.children]
        if any(pair is None for pair in pairs):
            return Cost(demand, Outcome.IMPOSSIBLE)
        if all(job.home_of[child] == demand.home for child in demand.children):
            return self._found(demand, job.home_of)
        if self._clock.is_up:
            return Cost(demand, Outcome.OUT_OF_TIME)
        pins = np.array(pairs, dtype=np.int64)
        if self._search is not None and self._model is not None:
            columns = _columns(self._model, pins, job.closed)
            if not len(columns):
                return Cost(demand, Outcome.IMPOSSIBLE)
            try:
                best = self._search.best(columns)
            except Unproved:
                pass
            else:
                return (
                    Cost(demand, Outcome.IMPOSSIBLE)
                    if best is None
                    else self._found(demand, self._model.plan_of(best.chosen))
                )
        try:
            if self._again is None:
                self._again = Again(job.question, job.home_of, job.closed)
            plan = self._again.best(pins, self._clock)
        except TimeoutError:
            return Cost(demand, Outcome.OUT_OF_TIME)
        return Cost(demand, Outcome.IMPOSSIBLE) if plan is None else self._found(demand, plan)

    def _values(self, home_of: Ints) -> tuple[int, ...]:
        return tuple(aim.of(self._job.question, home_of) for aim in self._aims)

    def _found(self, demand: Demand, plan: Ints) -> Cost:
        values = self._values(plan)
        uses_closed = bool(self._job.closed[[self._pair_of[child, demand.home] for child in demand.children]].any())
        if values > self._best and not uses_closed:
            raise ValueError("the plan that costs are counted from is not the best one")
        old = self._job.home_of
        others = np.ones(len(old), dtype=np.bool_)
        others[list(demand.children)] = False
        changed = others & (old != plan)
        return Cost(
            demand,
            Outcome.EXACT,
            tuple(best - value for best, value in zip(self._best, values, strict=True)),
            plan,
            left_without=tuple(np.flatnonzero(changed & (plan < 0)).tolist()),
            moved=tuple(np.flatnonzero(changed & (plan >= 0) & (old >= 0)).tolist()),
            gained=tuple(np.flatnonzero(changed & (old < 0)).tolist()),
        )


def _columns(model: Model, pins: Ints, closed: Mask) -> Ints:
    """The bundles that hold all these pairs, and no closed pair but these."""
    columns = model.columns_of(int(pins[0]))
    for pin in pins[1:].tolist():
        columns = np.intersect1d(columns, model.columns_of(pin), assume_unique=True)
    start, pair = model.bundles.start, model.bundles.pair
    return np.array(
        [
            c
            for c in columns.tolist()
            if not np.setdiff1d(p := pair[start[c] : start[c + 1]], pins)[closed[np.setdiff1d(p, pins)]].size
        ],
        dtype=np.int64,
    )


_asker: _Asker | None = None
"""In a process of its own: what answers there."""


def _begin(job: _Job) -> None:
    global _asker
    _asker = _Asker(job)


def _work(demands: list[Demand]) -> list[Cost]:
    if _asker is None:
        raise RuntimeError("a process was asked before it was told the question")
    return [_asker.cost(demand) for demand in demands]
