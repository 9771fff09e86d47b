"""The rows of a ranking as demands on the round: what each home costs everybody else if a group must go there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.opportunity.costs import Cost, Demand, Outcome, what_each_costs
from matching.pose import pose
from matching.propose import Proposal
from matching.question import Mask, Question
from matching.ranking import Ranked

LIMIT_RULES = frozenset({"FOST-03", "FOST-04", "FOST-05"})
"""Rules whose approval means that the child no longer counts towards the home's usual limit."""

IN_PLAN, IF_APPROVED, NO_PLAN, NOT_PROVED = "plan", "if_approved", "no_plan", "not_proved"
"""What a row's cost rests on: a plan may use the row as it is; it could once somebody has approved or answered what
is open, for this group and home alone; no plan of this round can hold the group there; nothing is proved."""


@dataclass(frozen=True, slots=True, eq=False)
class RankedCosts:
    """What each row of one ranked group costs. Tuples have an item for each home of `Ranked.homes`, in its order.

    `basis` is one of `IN_PLAN`, `IF_APPROVED`, `NO_PLAN`, `NOT_PROVED`; `costs` None for the last two.
    """

    tiers: tuple[str, ...]
    basis: tuple[str, ...]
    costs: tuple[Cost | None, ...]


def costs_of(
    proposal: Proposal,
    groups: Iterable[Ranked],
    *,
    workers: int = 1,
    time_limit: float | None = None,
    in_plan_alone: bool = False,
) -> list[RankedCosts]:
    """The costs of every row of these groups, in their order; of those that a plan may use, if `in_plan_alone`.

    A row with an approval or an answer still open is worked out as if it were given, for that group and that home
    alone; what the home itself can hold (places, bedrooms, company) stands. Where the proposal is not proved best
    nothing is worked out, and every row says so.
    """
    groups = list(groups)
    tiers = proposal.question.tiers
    if not proposal.solution.proved:
        return not_worked_out(proposal, groups)
    question, closed = _with_open_pairs(proposal, groups)
    index = proposal.register.child_index
    demands = [
        Demand(tuple(sorted(index[c] for c in group.child_ids)), home)
        for group in groups
        for home, may_use in zip(group.homes.tolist(), group.in_plan.tolist(), strict=True)
        if may_use or not in_plan_alone
    ]
    answers = iter(
        what_each_costs(question, proposal.home_of, demands, closed=closed, workers=workers, time_limit=time_limit)
    )
    found = []
    for group in groups:
        costs = [next(answers) if may_use or not in_plan_alone else None for may_use in group.in_plan.tolist()]
        basis = [
            NOT_PROVED if cost is None else _basis(cost, may_use)
            for cost, may_use in zip(costs, group.in_plan.tolist(), strict=True)
        ]
        exact = (cost if cost is not None and cost.outcome is Outcome.EXACT else None for cost in costs)
        found.append(RankedCosts(tiers, tuple(basis), tuple(exact)))
    return found


def not_worked_out(proposal: Proposal, groups: Iterable[Ranked]) -> list[RankedCosts]:
    """No cost for any row of these groups, and every row says so."""
    tiers = proposal.question.tiers
    return [RankedCosts(tiers, (NOT_PROVED,) * len(group), (None,) * len(group)) for group in groups]


def _basis(cost: Cost, may_use: bool) -> str:
    if cost.outcome is Outcome.EXACT:
        return IN_PLAN if may_use else IF_APPROVED
    return NO_PLAN if cost.outcome is Outcome.IMPOSSIBLE else NOT_PROVED


def _with_open_pairs(proposal: Proposal, groups: list[Ranked]) -> tuple[Question, Mask]:
    """The round's question with the pairs of every ranked row, and which of them a plan may not use as it is."""
    pairs, chosen = proposal.pairs, proposal.usable.copy()
    index = proposal.register.child_index
    for group in groups:
        for child_id in group.child_ids:
            chosen[pairs.positions(index[child_id], group.homes)] = True
    question = pose(
        proposal.register,
        proposal.asked,
        pairs.only(chosen),
        points=proposal.weighed.points[chosen],
        local=proposal.local[chosen],
        allowed=proposal.allowed,
        keep=proposal.keep,
    )
    closed: Mask = ~proposal.usable[chosen]
    limit = np.uint64(sum(1 << bit for bit, rule in enumerate(proposal.rules) if rule.rule_id in LIMIT_RULES))
    asks = proposal.answers.sign_off[chosen]
    exempt = question.pair_exempt | (closed & ((asks & limit) != 0))
    return replace(question, pair_exempt=exempt), closed


def loss_in_words(tiers: Sequence[str], cost: Cost) -> str:
    """What a choice loses, tier by tier, in a few words: `nothing`, or `1 placed, 20 points; gains 1 local`."""
    loses: list[str] = []
    gains: list[str] = []
    for tier, loss in zip(tiers, cost.losses, strict=True):
        if loss:
            words = f"\u00a3{abs(loss) / 100:,.2f} a week" if tier == "cost" else f"{abs(loss):,} {tier}"
            (loses if loss > 0 else gains).append(words)
    found = ", ".join(loses) or "nothing"
    return f"{found}; gains {', '.join(gains)}" if gains else found
