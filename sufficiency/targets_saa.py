"""Sample-average approximation: a plan made from samples of the futures, and how far from the best it may be.

Futures are divided by their numbers: one part to plan on, in samples; the rest to check the plan on, which it never
saw. The gap follows Mak, Morton and Wood (1999, "Monte Carlo bounding techniques for determining solution quality in
stochastic programs", Operations Research Letters 24): on fresh samples, what the plan costs less the floor under all
plans, averaged. A promise over futures is not known from a sample either, so the floor there asks a fixed price for
what is missed instead of the promise (Lagrange): no plan that keeps it among all futures costs less on average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import numpy as np
from scipy.stats import t as student

from matching.workers import pool_of
from sufficiency.targets_check import misses
from sufficiency.targets_highs import Infeasible
from sufficiency.targets_model import Programme
from sufficiency.targets_question import Aim, Floats, Plan, TargetQuestion
from sufficiency.targets_recourse import outcome, places_by_luck, total
from sufficiency.targets_solve import Solved, avoidable, settle, solved

ROUNDS: Final = 6
"""Times that a plan which misses the promise in the other samples is made anew, promising more."""
CONFIDENCE: Final = 0.95
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work goes into the answer."""

    sample: int = 200
    """Futures of one sample, at most."""
    samples: int = 5
    checked: int = 2000
    """Futures that the plan is checked on, at most."""
    gap: float = 0.001
    """Of the cost that a plan can change, to which each sample is solved."""
    seconds: float = 600.0
    """For each sample, at most. Where it strikes, results may differ from one run to the next: it is a last resort."""
    workers: int = 1
    """Has no bearing on any result, unless the time strikes."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The futures, divided."""

    samples: tuple[TargetQuestion, ...]
    planned: TargetQuestion
    """All of the samples together."""
    fresh: tuple[TargetQuestion, ...]
    """Samples of those that the plan is checked on."""
    checked: TargetQuestion


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """How far from the best a plan may be, beyond the chance that is in any sample."""

    mean: float
    """£ counted today: what the plan costs more than the floor, averaged over fresh samples."""
    upper: float
    """With 95% confidence no more than that."""
    share: float
    """`upper` as a share of what the plan costs beyond what no plan can save."""
    samples: int
    floor: float
    """£: the floor under all plans, averaged; the same measure as `Solved.cost`."""


def divided(question: TargetQuestion, effort: Effort) -> Parts:
    """Half of the futures at most to plan on, the rest to check on. Raises ValueError for fewer than 4 futures."""
    question = question.in_order()
    futures = len(question.number)
    if futures < 4:
        raise ValueError(f"{futures} futures: a plan needs two at least to be made from, and two others to be checked.")
    samples = max(1, min(effort.samples, futures // 4))
    size = max(1, min(effort.sample, futures // (2 * samples)))
    planned = question.only(slice(0, samples * size))
    checked = question.only(slice(samples * size, samples * size + effort.checked))

    def cut(of: TargetQuestion, by: int) -> tuple[TargetQuestion, ...]:
        count = min(samples, len(of.number) // by)
        return tuple(of.only(slice(first, first + by)) for first in range(0, by * count, by))

    return Parts(cut(planned, size), planned, cut(checked, size), checked)


def candidates(parts: Parts, aim: Aim, effort: Effort) -> list[Solved | None]:
    """The best plan of each sample; None where no plan keeps the promise in it."""
    work = partial(_candidate, aim=aim, effort=effort)
    return _each(work, parts.samples, effort.workers)


def chosen(parts: Parts, aim: Aim, found: Sequence[Solved | None], effort: Effort, seed: int) -> Plan | None:
    """The cheapest plan that keeps the promise over all samples together; None where none was found.

    Where every candidate misses it, the cheapest of them is made anew, promising so much more in its own sample as it
    misses in all of them, until it is kept.
    """
    plans = [(one.plan, at) for at, one in enumerate(found) if one is not None]
    if not plans:
        return None
    costs = [avoidable(parts.planned, plan) for plan, _ in plans]
    missed = [_missed(parts.planned, aim, plan, seed) for plan, _ in plans]
    keep = [at for at, over in enumerate(missed) if over <= 0]
    if keep:
        return plans[min(keep, key=lambda at: (costs[at], at))][0]
    at = min(range(len(plans)), key=lambda at: (missed[at], costs[at], at))
    return _more_promised(parts, aim, plans[at][1], effort, seed)


def gap_of(parts: Parts, aim: Aim, plan: Plan, prices: dict[int, Floats], effort: Effort) -> Gap:
    """How far from the best a plan may be. `prices` come of the samples that it was planned on, not of fresh ones."""
    floors = np.array(_each(partial(_floor, aim=aim, prices=prices, effort=effort), parts.fresh, effort.workers))
    costs = np.array([avoidable(sample, plan) for sample in parts.fresh])
    gaps = costs - floors
    count = len(gaps)
    error = gaps.std(ddof=1) / np.sqrt(count) if count > 1 else np.inf
    upper = float(gaps.mean() + (student.ppf(CONFIDENCE, count - 1) * error if count > 1 else np.inf))
    return Gap(float(gaps.mean()), upper, upper / max(abs(float(costs.mean())), 1.0), count, float(floors.mean()))


def cost_in(question: TargetQuestion, plan: Plan, seed: int) -> Floats:
    """[F] £ counted today of a plan and all placements, each new household staying by its own luck."""
    return total(question, plan, outcome(question, plan, added=places_by_luck(question, plan, seed)))


def _each(work: Callable[[TargetQuestion], Found], samples: Sequence[TargetQuestion], workers: int) -> list[Found]:
    if workers <= 1 or len(samples) < 2:
        return [work(sample) for sample in samples]
    with pool_of(min(workers, len(samples))) as pool:
        return list(pool.map(work, samples))


def _candidate(sample: TargetQuestion, *, aim: Aim, effort: Effort) -> Solved | None:
    try:
        return solved(Programme(sample, aim), gap=effort.gap, seconds=effort.seconds)
    except Infeasible:
        return None


def _floor(sample: TargetQuestion, *, aim: Aim, prices: dict[int, Floats], effort: Effort) -> float:
    programme = Programme(sample, aim)
    for number in sorted(set(prices) - set(programme.promises)):
        programme.promise_for(number)
    programme.price_promise(prices)
    # The first floor will do: what it is a floor under is worked out without the programme.
    return settle(programme, gap=effort.gap / 2, seconds=effort.seconds, enough=lambda _: True)[1].floor


def _missed(question: TargetQuestion, aim: Aim, plan: Plan, seed: int) -> float:
    everybody = 2 ** len(question.needs) - 1
    numbers = list(range(1, everybody + 1)) if aim.each_need else [everybody]
    return max(float(over.max()) for over in misses(question, aim, plan, numbers, seed=seed).values())


def _more_promised(parts: Parts, aim: Aim, at: int, effort: Effort, seed: int) -> Plan | None:
    programme = Programme(parts.samples[at], aim)
    margin: dict[int, Floats] = {}
    best: tuple[float, Plan] | None = None
    for _ in range(ROUNDS):
        try:
            plan = solved(programme, gap=effort.gap, seconds=effort.seconds).plan
        except Infeasible:
            break
        over = misses(parts.planned, aim, plan, list(programme.promises), seed=seed)
        worst = _missed(parts.planned, aim, plan, seed)
        if best is None or worst < best[0]:
            best = worst, plan
        if worst <= 0:
            break
        for number, missed in over.items():
            margin[number] = margin.get(number, np.zeros(len(missed))) + np.maximum(missed, 0.0) * 1.05
            programme.tighten(number, margin[number])
    return None if best is None else best[1]
