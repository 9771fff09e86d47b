"""What a plan leads to in each future: who has a home of the council's own, where the others live, what it costs.

Children may live in a share of the places of each kind of home, and no home is filled twice. So many as cannot be
housed by some places are, over every set of needs, the most by which that set's children exceed what the places hold
for them (the least cut of the flow). With few needs every set can be looked at, which is exact and has no solver in
it. A set S finds min(1, sum of shares of S) of the places of each kind.

Places are filled in a stated order, the council's own first, and cost more the later they come. The cheapest way to
house all children then fills each in its turn as far as can be, and its cost is the sum over places of what the next
costs more, times the children whom those before cannot house: convex in the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sufficiency.streams import Keys, keys_for, uniform
from sufficiency.targets_question import NO_LIMIT, Aim, Floats, Plan, TargetQuestion, Whole

STAYING = 7301
"""Purpose of the random numbers that say how long each new household stays."""
_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a plan leads to, future by future."""

    unmet: Floats
    """[F, Q] children who need a local family home and have none."""
    placements: Floats
    """[F, Q] £ of the quarter for all of those children, and those who need a children's home, beds included."""


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Every set of needs, the empty one first, and what each finds in each kind of place."""

    members: Floats
    """[sets, N] 1 where the need is of the set."""
    own: Floats
    """[sets, H] share of places."""
    elsewhere: Floats
    """[sets, places before the beds]"""

    @classmethod
    def of(cls, question: TargetQuestion) -> Sets:
        """The sets of a question's needs; bit n of a set's number says whether need n is of it."""
        needs = len(question.needs)
        members = ((np.arange(2**needs)[:, None] >> np.arange(needs)) & 1).astype(np.float64)
        return cls(
            members,
            np.minimum(1.0, members @ question.usable.T),
            np.minimum(1.0, members @ question.takes[: question.beds_at].T),
        )


def places_of(question: TargetQuestion, plan: Plan) -> Floats:
    """[Q, H] places that a plan adds, on average over who leaves."""
    added = np.einsum("yqh,y->qh", question.keeps, plan.keeping)
    for quarter in np.flatnonzero(plan.approvals.any(axis=1)):
        added[quarter:] += question.brings[: len(added) - quarter] * plan.approvals[quarter]
    return np.asarray(added)


def places_by_luck(question: TargetQuestion, plan: Plan, seed: int, *, success: float = 1.0) -> Floats:
    """[F, Q, H] the same, where each household that the plan approves stays or leaves by its own luck.

    The third household of a kind and quarter meets the same luck in the same future of every plan. With `success` below
    1 each is approved in the first place with that chance.
    """
    quarters, homes = plan.approvals.shape
    added = np.broadcast_to(
        np.einsum("yqh,y->qh", question.keeps, plan.keeping), (len(question.number), quarters, homes)
    ).copy()
    for q, h in np.argwhere(plan.approvals > 0).tolist():
        there = question.there[: quarters - q, h]
        each = np.divide(question.brings[: quarters - q, h], there, out=np.zeros_like(there), where=there > 0)
        keys = _households(question, plan, seed, q, h)
        stays = uniform(keys, 0)[:, :, None] < there
        if success < 1:
            stays &= (uniform(keys, 1) < success)[:, :, None]
        added[:, q:, h] += stays.sum(axis=1) * each
    return added


def approved_by_luck(question: TargetQuestion, plan: Plan, seed: int, success: float) -> Floats:
    """[F, Q, H] households that are approved where each succeeds with that chance: those of `places_by_luck`."""
    found = np.zeros((len(question.number), *plan.approvals.shape))
    for q, h in np.argwhere(plan.approvals > 0).tolist():
        found[:, q, h] = (uniform(_households(question, plan, seed, q, h), 1) < success).sum(axis=1)
    return found


def _households(question: TargetQuestion, plan: Plan, seed: int, q: int, h: int) -> Keys:
    """[F, households] what each draws its luck with."""
    return keys_for(seed, STAYING, question.number[:, None], q, h, np.arange(plan.approvals[q, h]))


def margins(question: TargetQuestion, sets: Sets, places: Floats) -> Floats:
    """[F, Q, sets] children of a set beyond what the council's own places hold for them; below nought: room left."""
    return question.wanted @ sets.members.T - places @ sets.own.T


def taken(question: TargetQuestion, sets: Sets, k: int) -> Floats:
    """[F, Q, sets] what the places elsewhere before the k-th, and before the beds, hold for each set."""
    before = min(k, question.beds_at)
    return np.asarray(np.minimum(question.limit[..., :before], NO_LIMIT) @ sets.elsewhere[:, :before].T)


def beds_short(question: TargetQuestion, k: int) -> Floats:
    """[F, Q] children who need a children's home, less the room of such places elsewhere before the k-th."""
    if k < question.beds_at:
        return np.zeros(question.beds_wanted.shape)
    room = np.minimum(question.limit[..., question.beds_at : k], NO_LIMIT).sum(axis=-1)
    return np.asarray(question.beds_wanted - room)


def steps(question: TargetQuestion) -> Floats:
    """[Q, K] what a child costs more for each place elsewhere that is passed on to, and before."""
    return np.asarray(np.diff(np.column_stack([question.own_price, question.price]), axis=1))


def outcome(question: TargetQuestion, plan: Plan, *, added: Floats | None = None) -> Outcome:
    """What a plan leads to; `added`, [Q, H] or [F, Q, H], are its places where they are known already."""
    sets = Sets.of(question)
    added = places_of(question, plan) if added is None else added
    found = [
        _outcome(question.only(part), sets, plan, added[part] if added.ndim == 3 else added)
        for part in _parts(question, sets)
    ]
    return Outcome(np.concatenate([one.unmet for one in found]), np.concatenate([one.placements for one in found]))


def _parts(question: TargetQuestion, sets: Sets) -> list[slice]:
    """Futures that are looked at together: as many as a processor's own memory holds."""
    size = max(1, _AT_ONCE // (len(question.quarters) * len(sets.members)))
    return [slice(first, first + size) for first in range(0, len(question.number), size)]


def _outcome(question: TargetQuestion, sets: Sets, plan: Plan, added: Floats) -> Outcome:
    short = margins(question, sets, question.places + added)
    beds = plan.beds[question.year_of]
    more, at = steps(question), question.beds_at
    unmet = short.max(axis=-1)
    money = question.own_price * question.wanted.sum(axis=-1) + more[:, 0] * unmet
    for k in range(1, len(question.elsewhere)):
        left = (short - taken(question, sets, k)).max(axis=-1)
        if k >= at:
            left = np.maximum(left + beds_short(question, k) - beds, 0.0)
        money = money + more[:, k] * left
    money = money + question.price[:, at - 1] * np.maximum(question.beds_wanted - beds, 0.0)
    return Outcome(unmet, money + question.bed_price * beds)


def unmet_of_sets(question: TargetQuestion, added: Floats) -> Floats:
    """[Q, sets] children of each set, on average over futures, who could have no home if all others stood back."""
    sets = Sets.of(question)
    whole = np.zeros((len(question.quarters), len(sets.members)))
    for part in _parts(question, sets):
        some = question.only(part)
        short = margins(some, sets, some.places + (added[part] if added.ndim == 3 else added))
        for need in range(len(question.needs)):
            pairs = short.reshape(*short.shape[:2], -1, 2, 2**need)
            np.maximum(pairs[:, :, :, 1], pairs[:, :, :, 0], out=pairs[:, :, :, 1])
        whole += short.sum(axis=0)
    return whole / len(question.number)


def plan_cost(question: TargetQuestion) -> tuple[Floats, Floats]:
    """£ counted today of one approval [Q, H], and of all that can be done in a year to keep carers [Y].

    What beds cost is a part of `Outcome.placements`.
    """
    year, worth = question.year_of, question.worth
    keeping = question.keeping_price * np.array([worth[year == y].mean() for y in range(len(question.named))])
    return spend(question, worth).sum(axis=0), keeping


def a_year(question: TargetQuestion, quarterly: Floats) -> Floats:
    """[Y] sums of [Q]."""
    return np.bincount(question.year_of, quarterly, minlength=len(question.named)).astype(np.float64)


def spend(question: TargetQuestion, worth: Floats | None = None) -> Floats:
    """[Y, Q, H] £ in each year for one household approved in a quarter: recruitment, then support while it stays."""
    worth = np.ones(len(question.quarters)) if worth is None else worth
    quarters, homes = question.most.shape
    year = question.year_of
    table = np.zeros((len(question.named), quarters, homes))
    for q in range(quarters):
        table[year[q], q] += question.recruit * worth[q]
        for t in range(q, quarters):
            table[year[t], q] += question.support * question.there[t - q] * worth[t]
    return table


def spent(question: TargetQuestion, plan: Plan) -> Floats:
    """[Y] £ of each year for the plan itself: what the budget must hold."""
    beds = a_year(question, question.bed_price)
    return np.asarray(
        np.einsum("yqh,qh->y", spend(question), plan.approvals)
        + beds * plan.beds
        + question.keeping_price * plan.keeping
    )


def room_for_approvals(question: TargetQuestion, first: int, *, exact: bool) -> tuple[Floats, Floats]:
    """[Q] assessments that there are for approvals from the `first` quarter up to each, and in each by itself.

    Where every approval takes as many, room for a part of one is none; `exact` leaves it in.
    """
    one = float(question.effort.max(initial=0.0))
    capacity = np.where(np.arange(len(question.capacity)) >= first, question.capacity, 0.0)
    so_far, a_quarter = np.cumsum(capacity), capacity + one
    if exact or one <= 0 or (question.effort < one).any():
        return so_far, a_quarter
    return np.floor(so_far / one + 1e-9) * one, np.floor(a_quarter / one + 1e-9) * one


def total(question: TargetQuestion, plan: Plan, found: Outcome) -> Floats:
    """[F] £ counted today in each future: the plan and all placements."""
    approval, keeping = plan_cost(question)
    own = float((approval * plan.approvals).sum() + (keeping * plan.keeping).sum())
    return np.asarray(found.placements @ question.worth + own)


def unavoidable(question: TargetQuestion) -> Floats:
    """[F] £ counted today that no plan can save: every child at the price of the council's own homes or of a bed.

    The gap of a plan is a share of what it costs beyond that; a share of everything would look better than it is.
    """
    cheapest = np.minimum(question.bed_price, question.price[:, question.beds_at])
    return at_own_price(question) + np.asarray((cheapest * question.beds_wanted) @ question.worth)


def at_own_price(question: TargetQuestion) -> Floats:
    """[F] £ counted today, were every child who needs a local family home in one of the council's own."""
    return np.asarray((question.own_price * question.wanted.sum(axis=-1)) @ question.worth)


def counted(question: TargetQuestion, aim: Aim) -> Whole:
    """The quarters that a promise holds for. Raises ValueError where there are none."""
    if aim.from_quarter >= len(question.quarters):
        raise ValueError(
            f"The promise holds from the quarter of number {aim.from_quarter}, and the last that is asked about is "
            f"{len(question.quarters) - 1}. Look further ahead, or promise it sooner."
        )
    return np.arange(aim.from_quarter, len(question.quarters))


def shortfall(question: TargetQuestion, aim: Aim, found: Outcome, added: Floats) -> float:
    """By how much a plan misses what is promised, as a share (0.02: two points); nought or below: it is kept.

    The worst quarter counts where the promise is for each. `added` is what `places_of` says.
    """
    at = counted(question, aim)
    wanted = question.wanted.sum(axis=-1)
    if aim.kind == "share":
        if aim.each_need:
            unmet = unmet_of_sets(question, added)[at, 1:]
            due = (question.wanted.mean(axis=0) @ Sets.of(question).members.T)[at, 1:]
        else:
            unmet, due = found.unmet.mean(axis=0)[at], wanted.mean(axis=0)[at]
        missed = np.divide(unmet, due, out=np.zeros_like(unmet), where=due > 0)
        return float(missed.max() - (1 - aim.level))
    unmet, due = found.unmet[:, at].sum(axis=1), wanted[:, at].sum(axis=1)
    missed = np.divide(unmet, due, out=np.zeros_like(unmet), where=due > 0)
    if aim.kind == "futures":
        kept = unmet <= (1 - aim.enough) * due + 1e-7
        return float(aim.level - kept.mean())
    return worst_mean(missed, aim.worst) - (1 - aim.level)


def worst_mean(values: Floats, share: float) -> float:
    """The mean of the largest `share` of values, a part of one where the share is not whole (CVaR)."""
    ordered = -np.sort(-values)
    weights = np.clip(share * len(ordered) - np.arange(len(ordered)), 0.0, 1.0)
    return float((ordered * weights).sum() / (share * len(ordered)))
