"""What tonight's plan takes from children who are expected, and what keeping scarce homes would change: shown only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.coming import Coming
from matching.prices import Prices, bid_prices
from matching.prices_lawful import room_of
from matching.propose import Proposal
from matching.question import KEEP, Ints, Question, Solution
from matching.solvers import solve_bundles


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """A round held against those who are expected. Nothing in it is applied."""

    proposal: Proposal
    prices: Prices
    kept: Solution
    """The plan as it would be if scarce homes were kept; the same children have a home in it."""
    before: Mapping[str, int]
    """Each tier's value of the plan of the round, `keep` with them."""
    after: Mapping[str, int]
    """The same of `kept`."""

    @property
    def changed(self) -> Ints:
        """The children who would have another home, by index."""
        return np.flatnonzero(self.kept.home_of != self.proposal.home_of).astype(np.int64)

    @property
    def saves(self) -> int:
        """Days in a home that keeping scarce homes is expected to save those who come."""
        return self.before[KEEP] - self.after[KEEP]


def look_ahead(proposal: Proposal, coming: Coming) -> Ahead:
    """Price the homes of a finished round, and work out what keeping them would change.

    A home that the plan uses is priced as if it were free and the rest of the plan stood. A round that keeps scarce
    homes already is priced by its own plan.
    """
    room = room_of(proposal.register, proposal.asked, coming.groups, proposal.allowed)
    prices = bid_prices(coming, room, planned=planned_places(proposal))
    question = keeping(proposal.question, prices)
    kept = proposal.solution if not question.pair_keep.any() else solve_bundles(question)
    return Ahead(proposal, prices, kept, question.values_of(proposal.home_of), question.values_of(kept.home_of))


def planned_places(proposal: Proposal) -> Ints:
    """[homes] new places that the plan takes."""
    q, plan = proposal.question, proposal.home_of
    chosen = (plan[q.pair_child] == q.pair_home) & ~q.pair_lives_there
    return np.bincount(q.pair_home[chosen], minlength=q.homes).astype(np.int64)


def with_keep(tiers: tuple[str, ...]) -> tuple[str, ...]:
    """The tiers with `keep` where a council that has not chosen its place is shown it: before points."""
    if KEEP in tiers:
        return tiers
    at = next(
        (at for at, tier in enumerate(tiers) if tier in ("points", "cost") and "placed" in tiers[:at]), len(tiers)
    )
    return (*tiers[:at], KEEP, *tiers[at:])


def keeping(question: Question, prices: Prices) -> Question:
    """The same question, in which scarce homes are kept."""
    return replace(question, tiers=with_keep(question.tiers), pair_keep=prices.of_pair(question))
