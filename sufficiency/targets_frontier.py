"""What it costs to promise more: the best plan level by level, on the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from sufficiency.targets_check import Kept, kept
from sufficiency.targets_highs import Infeasible
from sufficiency.targets_model import Programme
from sufficiency.targets_question import Aim, Band, Plan, TargetQuestion
from sufficiency.targets_saa import Effort, cost_in, divided
from sufficiency.targets_solve import solved

LEVELS: Final = (0.0, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
COLUMNS: Final = (
    "level",
    "possible",
    "approvals",
    "beds",
    "cost",
    "floor",
    "reached",
    "reached_low",
    "reached_high",
    "dearer_than_no_promise",
    "dearer_p10",
    "dearer_p90",
)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """The best plan for one level."""

    level: float
    plan: Plan | None
    """None where no plan keeps it in the sample."""
    cost: float
    """£ counted today in the sample, beyond what no plan can save; never less than for a lower level."""
    floor: float
    """No plan that keeps it in the sample costs less."""
    reached: Kept | None
    """What it reaches in futures that it never saw."""
    dearer: Band | None
    """£ counted today that plan and placements cost more there than with the best plan without a promise."""


def frontier(
    question: TargetQuestion,
    aim: Aim,
    *,
    levels: Sequence[float] = LEVELS,
    effort: Effort | None = None,
    seed: int = 1,
) -> tuple[Point, ...]:
    """The best plan for each level of an aim, from one sample of the futures, checked on others.

    A plan that keeps a level keeps each lower one, so costs never fall as more is promised; where the solver's own gap
    would let them, the cheaper plan of the higher level is taken for both.
    """
    effort = effort or Effort()
    parts = divided(question, effort)
    levels = sorted(set(levels) | {0.0})
    programme = Programme(parts.samples[0], replace(aim, level=levels[0]))
    found: list[tuple[Plan | None, float, float]] = []
    for level in levels:
        if found and found[-1][0] is None:
            found.append((None, np.inf, np.inf))
            continue
        programme.aim_at(replace(aim, level=level))
        try:
            one = solved(programme, gap=effort.gap, seconds=effort.seconds)
        except Infeasible:
            found.append((None, np.inf, np.inf))
        else:
            found.append((one.plan, one.cost, max(one.floor, found[-1][2] if found else -np.inf)))
    for at in range(len(found) - 2, -1, -1):
        if found[at + 1][1] < found[at][1]:
            found[at] = (*found[at + 1][:2], found[at][2])
    base = cost_in(parts.checked, found[0][0] or Plan.nothing(question), seed)
    points = []
    for level, (plan, cost, floor) in zip(levels, found, strict=True):
        reached = None if plan is None else kept(parts.checked, replace(aim, level=level), plan, seed=seed)
        dearer = None if plan is None else Band.of(cost_in(parts.checked, plan, seed) - base)
        points.append(Point(level, plan, cost, floor, reached, dearer))
    return tuple(points)


def frontier_rows(points: Sequence[Point]) -> pd.DataFrame:
    """One row a level: approvals, beds, cost with its floor, what is reached where it is reached least, the price."""
    rows = []
    for one in points:
        if one.plan is None or one.reached is None or one.dearer is None:
            rows.append((one.level, False, *[np.nan] * (len(COLUMNS) - 2)))
            continue
        at = one.reached.worst
        rows.append(
            (
                one.level,
                True,
                int(one.plan.approvals.sum()),
                int(one.plan.beds.max(initial=0)),
                round(one.cost),
                round(one.floor),
                *(round(float(values[at]), 4) for values in (one.reached.reached, one.reached.low, one.reached.high)),
                *(round(value) for value in (one.dearer.mean, one.dearer.p10, one.dearer.p90)),
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
