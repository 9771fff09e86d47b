"""What a plan saves, which part of it each kind of household saves, and what one household more would be worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sufficiency.targets_question import Band, Floats, Plan, TargetQuestion, Whole
from sufficiency.targets_recourse import a_year, outcome, places_by_luck, places_of, spend


@dataclass(frozen=True, slots=True, eq=False)
class Savings:
    """£ of each year, averaged over futures, against today's pipeline alone. The parts add up to the whole."""

    by_home: Floats
    """[Y, H] for placements, of the households that the plan approves."""
    beds: Floats
    """[Y] of its beds."""
    keeping: Floats
    """[Y] of what it does to keep carers."""

    @property
    def whole(self) -> Floats:
        """[Y]"""
        return np.asarray(self.by_home.sum(axis=1) + self.beds + self.keeping)


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """£ of each year, averaged over futures, that the plan itself costs."""

    by_home: Floats
    beds: Floats
    keeping: Floats

    @property
    def whole(self) -> Floats:
        """[Y]"""
        return np.asarray(self.by_home.sum(axis=1) + self.beds + self.keeping)


def costs(question: TargetQuestion, plan: Plan) -> Costs:
    """What the plan itself costs in each year: recruitment and support, beds, keeping carers."""
    beds = a_year(question, question.bed_price) * plan.beds
    by_home = np.einsum("yqh,qh->yh", spend(question), plan.approvals)
    return Costs(by_home, beds, question.keeping_price * plan.keeping)


def savings(question: TargetQuestion, plan: Plan) -> Savings:
    """What is saved on placements, split without favour: the mean of two orders, one the other's reverse."""
    homes = len(question.homes)
    parts = [*range(homes), homes, homes + 1]
    found = np.zeros((homes + 2, len(question.named)))
    for order in (parts, parts[::-1]):
        so_far = _only(plan, [])
        before = _a_year(question, so_far)
        for at, part in enumerate(order):
            with_it = _only(plan, order[: at + 1])
            after = before if with_it.same(so_far) else _a_year(question, with_it)
            found[part] += (before - after) / 2
            so_far, before = with_it, after
    return Savings(found[:homes].T, found[homes], found[homes + 1])


def one_more(question: TargetQuestion, plan: Plan, quarter: int, *, seed: int) -> tuple[Band, ...]:
    """[H] £ counted today that one household more, approved in a quarter, saves on placements over all quarters.

    Its own cost is not taken off. The same futures, and the same luck of all others, with and without it.
    """
    added = places_by_luck(question, plan, seed)
    before = outcome(question, plan, added=added).placements @ question.worth
    bands = []
    for home in range(len(question.homes)):
        alone = Plan.nothing(question).with_one_more(quarter, home)
        more = added + places_of(question, alone)
        bands.append(Band.of(before - outcome(question, plan, added=more).placements @ question.worth))
    return tuple(bands)


def own_cost(question: TargetQuestion, quarter: int) -> Floats:
    """[H] £ counted today of one household approved in a quarter: recruitment, and support while it stays."""
    return np.asarray(spend(question, question.worth)[:, quarter].sum(axis=0))


def first_quarters(question: TargetQuestion) -> Whole:
    """[Y] the first quarter of each year in which approvals can be changed at all; -1 where there is none."""
    can = question.most.any(axis=1)
    found = np.full(len(question.named), -1, dtype=np.int64)
    for quarter in np.flatnonzero(can)[::-1]:
        found[question.year_of[quarter]] = quarter
    return found


def _only(plan: Plan, parts: list[int]) -> Plan:
    """Parts of a plan: kinds of home, then beds, then keeping."""
    homes = plan.approvals.shape[1]
    some = np.isin(np.arange(homes), parts)
    return replace(
        plan,
        approvals=np.where(some, plan.approvals, 0),
        beds=plan.beds if homes in parts else np.zeros_like(plan.beds),
        keeping=plan.keeping if homes + 1 in parts else np.zeros_like(plan.keeping),
    )


def _a_year(question: TargetQuestion, plan: Plan) -> Floats:
    """[Y] £ of placements, averaged; what beds cost is the plan's."""
    placements = outcome(question, plan).placements.mean(axis=0) - question.bed_price * plan.beds[question.year_of]
    return a_year(question, placements)
