"""What is left of a plan's promise where only some of its recruitment succeeds, or all of it comes late.

Each household that the plan would approve is approved or not by its own luck, whatever becomes of the others. Futures
are those that the plan is checked on, and a household that succeeds at a half succeeds at three quarters too: what
differs between two rows is what the recruitment did, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sufficiency.targets_check import range_for_needs_of
from sufficiency.targets_question import Aim, Band, Floats, Plan, TargetQuestion
from sufficiency.targets_recourse import (
    approved_by_luck,
    outcome,
    places_by_luck,
    plan_cost,
    unmet_of_sets,
)

SHARES: Final = {"every": 1.0, "three_quarters": 0.75, "half": 0.5, "none": 0.0}
"""How many in a hundred of the approvals succeed, by what the row is called."""
LATE: Final = "late"
LATE_BY: Final = 2
"""Quarters."""


@dataclass(frozen=True, slots=True, eq=False)
class Succeeds:
    """What a plan comes to where so much of its recruitment succeeds. N needs, in the quarter of the promise."""

    name: str
    approved: float
    """Households beyond today's pipeline, over all quarters, on average over futures."""
    wanted: Floats
    """[N] children who need a local family home, on average over futures."""
    unmet: Floats
    """[N] of them without one. Who goes without is split without favour: the mean of two orders, one the other's
    reverse. It adds up to all."""
    met_last: Floats
    """[N] share who have a home, were they last in the queue."""
    met_first: Floats
    """[N] were they first."""
    money: Band
    """£ counted today that the plan and all placements cost more than where every approval succeeds."""

    @property
    def reached(self) -> float:
        """Share of all children who need a home who have one."""
        wanted = float(self.wanted.sum())
        return 1 - float(self.unmet.sum()) / wanted if wanted > 0 else 1.0


def success(question: TargetQuestion, aim: Aim, plan: Plan, *, seed: int) -> tuple[Succeeds, ...]:
    """What a plan comes to for each of `SHARES`, and where all of it comes `LATE_BY` quarters late.

    Money for recruiting is spent in full whether it succeeds or not, and when it was to be; support is paid for those
    who are approved. Beds, and what is done to keep carers, are as planned.
    """
    every = _money(question, plan, plan, 1.0, seed)
    rows = [_row(question, aim, name, (plan, plan), share, every, seed) for name, share in SHARES.items()]
    return (*rows, _row(question, aim, LATE, (plan, _later(plan)), 1.0, every, seed))


def _row(
    question: TargetQuestion, aim: Aim, name: str, plans: tuple[Plan, Plan], share: float, every: Floats, seed: int
) -> Succeeds:
    planned, comes = plans
    added = places_by_luck(question, comes, seed, success=share)
    at = aim.from_quarter
    last, first = range_for_needs_of(question, added)
    return Succeeds(
        name,
        float(approved_by_luck(question, comes, seed, share).sum(axis=(1, 2)).mean()),
        question.wanted.mean(axis=0)[at],
        without_favour(unmet_of_sets(question, added)[at], len(question.needs)),
        last[at],
        first[at],
        Band.of(_money(question, planned, comes, share, seed) - every),
    )


def without_favour(unmet: Floats, needs: int) -> Floats:
    """[N] children of each need who go without, of [sets] how many of each set of needs do where all others stand back.

    Needs are served one after another, in their order and in the reverse; the mean of both.
    """
    found = np.zeros(needs)
    for order in (range(needs), range(needs - 1, -1, -1)):
        members = 0
        for need in order:
            found[need] += (unmet[members | 2**need] - unmet[members]) / 2
            members |= 2**need
    return found


def _money(question: TargetQuestion, planned: Plan, comes: Plan, share: float, seed: int) -> Floats:
    """[F] £ counted today: recruitment as planned, support of who is approved, keeping carers, and placements."""
    added = places_by_luck(question, comes, seed, success=share)
    approval, keeping = plan_cost(question)
    recruit = question.worth[:, None] * question.recruit
    approved = approved_by_luck(question, comes, seed, share)
    own = float((recruit * planned.approvals).sum() + (keeping * planned.keeping).sum())
    support = np.einsum("fqh,qh->f", approved, approval - recruit)
    return np.asarray(outcome(question, comes, added=added).placements @ question.worth + own + support)


def _later(plan: Plan) -> Plan:
    """The same approvals so many quarters later; those that would come after the last quarter are not seen."""
    approvals = np.zeros_like(plan.approvals)
    approvals[LATE_BY:] = plan.approvals[: max(0, len(approvals) - LATE_BY)]
    return replace(plan, approvals=approvals)
