"""What else could be done in one round: how sure each placement is, other plans as good, back-ups, fewer changes.

Every plan found is audited like the plan itself before anybody sees it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from matching import audit
from matching.alternatives import (
    BackUp,
    Certainty,
    Curve,
    Different,
    Distance,
    Replan,
    back_ups,
    best_with_fewest_changes,
    certainty,
    curve,
    different_plans,
    fewest_changes,
    previous_plan,
)
from matching.propose import PlanDisagrees, Proposal
from matching.question import Ints

MOST_PAIRS = 400
"""In rounds with more lawful pairs only what is quick is worked out unasked: back-ups in which nobody else moves."""


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Planning again after people were told homes. `previous`, shape (children,): see `alternatives.previous_plan`.

    `best`: the best plan with the fewest changes. `fewest`: within the distance. `curve`: None in a large round.
    """

    previous: Ints
    best: Replan
    fewest: Replan
    curve: Curve | None


@dataclass(frozen=True, slots=True, eq=False)
class OtherPlans:
    """Everything besides the plan. `changes` only where a previous plan was given.

    `certainty` and `different` are None in a large round unless they were asked for.
    """

    distance: Distance
    certainty: Certainty | None
    different: Different | None
    back_ups: tuple[BackUp, ...]
    changes: Changes | None


def other_plans(
    proposal: Proposal,
    *,
    distance: Distance | None = None,
    told: Mapping[str, str | None] | None = None,
    whole: bool | None = None,
    time_limit: float | None = None,
) -> OtherPlans:
    """Work out what else could be done. `told`: the home that each child was told before, by id; None for no home.

    `whole`: everything, which takes minutes in a large round; by default only in rounds of up to `MOST_PAIRS` pairs.
    `time_limit` in seconds for each part; without it every part is proved. Raises `PlanDisagrees` when the audit
    finds a breach in any of the plans.
    """
    question, solution = proposal.question, proposal.solution
    distance = distance or Distance()
    whole = question.pairs <= MOST_PAIRS if whole is None else whole
    sure = certainty(question, solution, distance, time_limit=time_limit) if whole else None
    different = different_plans(question, solution, distance, time_limit=time_limit) if whole else None
    backed = back_ups(question, solution, others_may_move=whole, time_limit=time_limit)
    changes = None
    if told is not None:
        previous = previous_plan(question, told)
        changes = Changes(
            previous,
            best_with_fewest_changes(question, solution, previous, time_limit=time_limit),
            fewest_changes(question, solution, previous, distance, time_limit=time_limit),
            curve(question, solution, previous, time_limit=time_limit) if whole else None,
        )
    plans: list[Ints] = [plan.home_of for plan in different.plans] if different is not None else []
    for one in backed:
        plans += [one.alone.home_of, *([one.best.home_of] if one.best is not None else [])]
    if changes is not None:
        plans += [changes.best.home_of, changes.fewest.home_of]
        plans += [plan.home_of for plan in changes.curve.plans] if changes.curve is not None else []
    check_every_plan(proposal, plans)
    return OtherPlans(distance, sure, different, backed, changes)


def read_told(path: Path) -> dict[str, str | None]:
    """What people were told, from the plan.csv of an earlier round: child id to home id, None for no home.

    Raises `ValueError` when the file has not the columns child_id and home_id, or names a child twice.
    """
    told: dict[str, str | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := {"child_id", "home_id"} - set(rows.fieldnames or ()):
            raise ValueError(
                f"{path.name} has no column {' or '.join(sorted(missing))}, so it is not a plan of an earlier round, "
                "and nothing can be kept. Give the plan.csv that an earlier run wrote."
            )
        for row in rows:
            child_id = (row["child_id"] or "").strip()
            if child_id in told:
                raise ValueError(
                    f"{path.name}, line {rows.line_num}: child {child_id} is there twice, so it is not known what was "
                    "told. Leave one row for each child."
                )
            if child_id:
                told[child_id] = (row["home_id"] or "").strip() or None
    return told


def check_every_plan(proposal: Proposal, plans: Iterable[Ints], audited: Callable[..., object] = audit.audit) -> None:
    """Re-ask every rule of each different plan; raise `PlanDisagrees` at the first breach."""
    question = proposal.question
    never_split = proposal.asked.policy.siblings == "never_split"
    for plan in dict.fromkeys(tuple(plan.tolist()) for plan in plans):
        home_of = {
            child_id: question.home_ids[home] if home >= 0 else None
            for child_id, home in zip(question.child_ids, plan, strict=True)
        }
        breaches = audited(proposal.register, proposal.asked, home_of, proposal.allowed, never_split=never_split)
        if breaches:
            raise PlanDisagrees(
                "The audit found a breach in a plan other than the one proposed, so none of these is given. "
                f"This is a fault in Placewell, not in the records. {breaches}"
            )
