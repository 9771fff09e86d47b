"""How many carers must be approved by when, what that costs and saves, and how sure it is: the whole story.

`solve_targets` asks `targets_saa` for a plan, checks it on futures it never saw, and says what it is worth; where no
plan keeps the promise it says which limit stands in the way, and shows the plan that comes nearest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from sufficiency.targets_check import Kept, kept, range_for_needs
from sufficiency.targets_limits import Limit, in_words, limits, reachable
from sufficiency.targets_question import Aim, Band, Floats, Plan, TargetQuestion
from sufficiency.targets_saa import Effort, Gap, candidates, chosen, cost_in, divided, gap_of
from sufficiency.targets_solve import Solved
from sufficiency.targets_success import Succeeds, success
from sufficiency.targets_worth import Costs, Savings, costs, first_quarters, one_more, own_cost, savings

COLUMNS: Final = ("year", "home_segment", "recruit", "cost", "saving", "marginal_value")
PLAN_COLUMNS: Final = ("quarter", "home_segment", "pipeline", "more", "recruit", "enquiries", "enquire_from")
ALL: Final = "all"
BEDS: Final = "block_beds"
KEEPING: Final = "keeping_carers"

__all__ = [
    "Aim",
    "Effort",
    "Plan",
    "TargetQuestion",
    "Targets",
    "plan_rows",
    "solve_targets",
    "target_rows",
]


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """The answer: a plan, how sure it is, and what it is worth. Money is averaged over the futures checked."""

    question: TargetQuestion
    """With its futures in the order of their numbers."""
    asked: Aim
    aim: Aim
    """What the plan keeps: what was asked or, where no plan can, the most that can be promised."""
    feasible: bool
    limits: tuple[Limit, ...]
    """Where no plan can: what stands in the way."""
    words: str
    """The same in words; empty where the promise can be kept."""
    plan: Plan
    samples: tuple[Solved | None, ...]
    """The best plan of each sample."""
    planned_on: int
    checked_on: int
    promised: Kept
    """What the plan reaches in the futures that it was made from."""
    checked: Kept
    """What it reaches in those that it never saw."""
    gap: Gap
    cost: Band
    """£ counted today: the plan and all placements."""
    without: Band
    """£ counted today: all placements, with today's pipeline alone."""
    saved: Band
    """The difference, future by future: what the plan saves beyond what it costs."""
    costs: Costs
    savings: Savings
    next_quarter: int
    """The next in which approvals can still be changed."""
    next_more: tuple[Band, ...]
    """[H] £ counted today that one household more of each kind saves on placements, approved in that quarter."""
    next_cost: Floats
    """[H] £ counted today that it costs itself."""
    marginal: Floats
    """[Y, H] mean of the same for the first quarter of each year in which approvals can be changed; else nought."""
    met_last: Floats
    """[Q, N] share of children of each need who have a home were they last in the queue."""
    met_first: Floats
    """[Q, N] were they first."""
    success: tuple[Succeeds, ...]
    """What is left of it where only some of the recruitment succeeds, over the futures checked."""

    @property
    def verdict(self) -> str:
        """Whether the promise holds in futures the plan never saw: `kept`, `kept within chance` or `missed`."""
        return self.checked.verdict(self.aim.level)


def solve_targets(
    question: TargetQuestion,
    aim: Aim,
    *,
    effort: Effort | None = None,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Targets:
    """The plan that keeps a promise at the least cost, as far as samples tell, with how far from the best it may be.

    The same question, aim, effort and seed give the same answer for any order of the futures and any number of
    workers, unless `effort.seconds` strikes. Raises ValueError for fewer than four futures.
    """
    effort, say = effort or Effort(), progress or (lambda _: None)
    parts = divided(question, effort)
    asked, words = aim, ""
    found: tuple[Limit, ...] = ()
    say("targets: plans from samples")
    solved = candidates(parts, aim, effort)
    plan = chosen(parts, aim, solved, effort, seed)
    if plan is None:
        say("targets: which limit stands in the way")
        # The sample that can keep least decides what can be promised for all, and what would have to give.
        levels = [reachable(sample, aim, seconds=effort.seconds) for sample in parts.samples]
        least = int(np.argmin(levels))
        found = limits(parts.samples[least], aim, seconds=effort.seconds)
        words = in_words(parts.samples[least], aim, found)
        aim = replace(aim, level=np.floor(levels[least] * 1000 + 1e-6) / 1000)
        solved = candidates(parts, aim, effort)
        plan = chosen(parts, aim, solved, effort, seed) or Plan.nothing(question)
    say("targets: checking the plan on futures it never saw")
    prices = next((one.prices for one in solved if one is not None), {})
    first = first_quarters(question)
    coming = int(first[first >= 0].min(initial=len(question.quarters) - 1))
    gap = gap_of(parts, aim, plan, prices, effort)
    say("targets: what one household more is worth")
    cost = cost_in(parts.checked, plan, seed)
    without = cost_in(parts.checked, Plan.nothing(question), seed)
    met_last, met_first = range_for_needs(parts.checked, plan, seed=seed)
    marginal = np.zeros((len(first), len(question.homes)))
    bands = {int(q): one_more(parts.checked, plan, int(q), seed=seed) for q in {*first[first >= 0].tolist(), coming}}
    for year, quarter in enumerate(first.tolist()):
        if quarter >= 0:
            marginal[year] = [band.mean for band in bands[quarter]]
    return Targets(
        question=question.in_order(),
        asked=asked,
        aim=aim,
        feasible=not words,
        limits=found,
        words=words,
        plan=plan,
        samples=tuple(solved),
        planned_on=len(parts.planned.number),
        checked_on=len(parts.checked.number),
        promised=kept(parts.planned, aim, plan, seed=seed),
        checked=kept(parts.checked, aim, plan, seed=seed),
        gap=gap,
        cost=Band.of(cost),
        without=Band.of(without),
        saved=Band.of(without - cost),
        costs=costs(parts.checked, plan),
        savings=savings(parts.checked, plan),
        next_quarter=coming,
        next_more=bands[coming],
        next_cost=own_cost(question, coming),
        marginal=marginal,
        met_last=met_last,
        met_first=met_first,
        success=success(parts.checked, aim, plan, seed=seed),
    )


def target_rows(targets: Targets) -> pd.DataFrame:
    """targets.csv: by year and kind of home, with the year's sum as `all`.

    `recruit`: households to be approved altogether, today's pipeline counted in at its average. `cost` and `saving`:
    £ of the year of those beyond the pipeline. `marginal_value`: £ counted today that one household more, approved
    as early in the year as can be, saves on placements. Beds and keeping carers have rows of their own where there
    are any, with the beds, or nought, under `recruit`; `all` counts households alone, and money of everything.
    """
    question, plan = targets.question, targets.plan
    recruit = _altogether(targets)
    rows: list[tuple[object, ...]] = []
    for y, year in enumerate(question.named):
        for h, home in enumerate(question.homes):
            cost, saving = targets.costs.by_home[y, h], targets.savings.by_home[y, h]
            rows.append((year, home, recruit[y, h], cost, saving, targets.marginal[y, h]))
        if plan.beds.any():
            rows.append((year, BEDS, plan.beds[y], targets.costs.beds[y], targets.savings.beds[y], np.nan))
        if plan.keeping.any():
            rows.append((year, KEEPING, 0, targets.costs.keeping[y], targets.savings.keeping[y], np.nan))
        rows.append((year, ALL, recruit[y].sum(), targets.costs.whole[y], targets.savings.whole[y], np.nan))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("cost", "saving", "marginal_value"):
        frame[name] = frame[name].round(0) + 0.0
    return frame.astype({"recruit": np.int64})


def plan_rows(targets: Targets) -> pd.DataFrame:
    """By quarter and kind of home: what the pipeline brings, how many more, altogether, enquiries, and by when."""
    question, plan = targets.question, targets.plan
    rows = []
    for q, quarter in enumerate(question.quarters):
        since = question.quarters[q - question.lead] if q >= question.lead else "now"
        for h, home in enumerate(question.homes):
            more, brings = int(plan.approvals[q, h]), float(question.pipeline[q, h])
            asked = int(np.ceil(more * question.enquiries[h] - 1e-9))
            rows.append((quarter, home, round(brings, 2), more, round(brings + more, 2), asked, since))
    return pd.DataFrame(rows, columns=list(PLAN_COLUMNS))


def _altogether(targets: Targets) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """[Y, H] approvals beyond the pipeline, and its average, rounded so that the years add up over time."""
    question = targets.question
    year, years = question.year_of, len(question.named)
    so_far = np.rint(np.cumsum(question.pipeline, axis=0))
    a_quarter = np.diff(so_far, axis=0, prepend=0.0) + targets.plan.approvals
    table = np.zeros((years, len(question.homes)), dtype=np.int64)
    np.add.at(table, year, a_quarter.astype(np.int64))
    return table
