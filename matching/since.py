"""What changed since an earlier plan, child by child, and why: each reason is worked out from the two rounds.

The earlier plan is what people were told. Nothing here says that a change is better: the plan says what it is best
at, and what keeping a home would cost the others is worked out when it is asked for (`cost_of_keeping`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.alternatives import best_with_fewest_changes, previous_plan
from matching.causes import Then, causes, some_words, stopping
from matching.opportunity.costs import Demand, Outcome, what_each_costs
from matching.opportunity.rounds import loss_in_words
from matching.other_plans import check_every_plan
from matching.policy import Policy
from matching.propose import Proposal, with_same_approval
from matching.question import Ints
from matching.rules.asked import Asked
from matching.rules.law import law_on
from records.model import Records
from records.store.saying import NextRound


class What(StrEnum):
    """What became of one child since the earlier plan."""

    SAME = "same home"
    NOT_YET = "still no home"
    OTHER_HOME = "another home"
    HOME_LOST = "no home now"
    HOME_GAINED = "a home now"
    NEW_CHILD = "new child"
    CHILD_LEFT = "left the round"


class Why(StrEnum):
    """What kind of reason it is."""

    NOT_IN_RECORDS = "not in the records"
    SAID = "a person said so"
    RULE = "a rule"
    PLACE_TAKEN = "the place goes to others"
    STILL_OPEN = "no rule keeps them from it"
    NEW_HOME = "the home is new"
    RULE_LIFTED = "a rule no longer stops it"
    WAS_OPEN = "no rule kept them from it before"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its kind, in words, the rule where there is one, and what changed."""

    why: Why
    words: str
    rule_id: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChildSince:
    """One child in the two plans; homes by id, None for none."""

    child_id: str
    what: What
    before: str | None
    now: str | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier round: what each child was told (home id, None for no home), on which facts, with which choices.

    `policy` None: as now. `allowed`: the rules whose sign-off it accepted, None as now.
    """

    told: Mapping[str, str | None]
    records: Records
    policy: Policy | None = None
    allowed: frozenset[str] | None = None


def since(
    earlier: Earlier, proposal: Proposal, *, said: NextRound | None = None, least: LeastChange | None = None
) -> tuple[ChildSince, ...]:
    """Every child of either round, by id, with what changed and why.

    `said`: pins and vetoes that this round was told. `least`: the plan that changes least, to be held
    against what was told in place of the plan of the proposal.
    """
    plan = proposal.home_of if least is None else least.home_of
    homes = proposal.question.home_ids
    now = {
        child_id: homes[home] if home >= 0 else None
        for child_id, home in zip(proposal.question.child_ids, plan.tolist(), strict=True)
    }
    known = {child.child_id for child in earlier.records.children}
    teller = _Teller(earlier, proposal, said or NextRound({}, ()), now, _how_good(proposal, least))
    found = []
    for child_id in sorted({*now, *known, *earlier.told}):
        before = earlier.told.get(child_id)
        if child_id not in now:
            found.append(ChildSince(child_id, What.CHILD_LEFT, before, None, (teller.left(child_id),)))
        elif child_id not in known:
            found.append(ChildSince(child_id, What.NEW_CHILD, None, now[child_id]))
        else:
            what = _what(before, now[child_id])
            found.append(ChildSince(child_id, what, before, now[child_id], tuple(teller.reasons(child_id, what))))
    return tuple(found)


def _what(before: str | None, now: str | None) -> What:
    if before == now:
        return What.NOT_YET if now is None else What.SAME
    if before is None:
        return What.HOME_GAINED
    return What.HOME_LOST if now is None else What.OTHER_HOME


def _how_good(proposal: Proposal, least: LeastChange | None) -> str:
    """What is known of this plan beside any other, to be followed by what another may do."""
    if not proposal.solution.proved:
        return "The plan is not proved best; another, as good or better,"
    if least is not None and least.proved:
        # for one child this says nothing: another plan may keep this home and move somebody else
        return "No plan as good changes fewer homes; another that changes as many"
    return "No other plan is better in the council's order of priorities; another as good"


class _Teller:
    """Works out the reasons, child by child."""

    def __init__(
        self, earlier: Earlier, proposal: Proposal, said: NextRound, now: Mapping[str, str | None], how_good: str
    ) -> None:
        self._earlier, self._proposal, self._said, self._now = earlier, proposal, said, now
        self._how_good = how_good
        self._vetoes = {(child, home): reason for child, home, reason, _ in said.vetoes}
        asked = proposal.asked
        policy = earlier.policy or asked.policy
        day = earlier.records.day
        allowed = proposal.allowed if earlier.allowed is None else with_same_approval(earlier.allowed)
        self._then = Then(earlier.records, Asked(day, asked.council, law_on(day), policy), allowed)
        self._here = Then(proposal.register.records, asked, proposal.allowed)
        self._titles = {rule.rule_id: rule.title for rule in proposal.rules}
        self._homes = {home_id: at for at, home_id in enumerate(proposal.question.home_ids)}
        self._had_home = {home.home_id for home in earlier.records.homes}

    def left(self, child_id: str) -> Reason:
        words = f"Child {child_id} is not in the records of this round: taken off the list, or the row cannot be used."
        return Reason(Why.NOT_IN_RECORDS, words)

    def reasons(self, child_id: str, what: What) -> Iterator[Reason]:
        before, now = self._earlier.told.get(child_id), self._now[child_id]
        pinned = self._said.pins.get(child_id)
        if pinned is not None and pinned == now and what is not What.SAME:
            yield Reason(Why.SAID, f"A person pinned home {pinned} for child {child_id}.")
        if before is not None and before != now:
            yield from self._why_not(child_id, before)
        if what is What.HOME_GAINED and now is not None and pinned != now:
            yield from self._why_now(child_id, now)

    def _why_not(self, child_id: str, home_id: str) -> Iterator[Reason]:
        """Why a child who was told of a home has it no longer."""
        if home_id not in self._homes:
            words = (
                f"Home {home_id} is not in the records of this round: it left the register, or its row cannot be used."
            )
            yield Reason(Why.NOT_IN_RECORDS, words)
            return
        if (child_id, home_id) in self._vetoes:
            reason = self._vetoes[child_id, home_id]
            yield Reason(Why.SAID, f"Home {home_id} is not proposed for child {child_id}: {reason}.")
            return
        stops = stopping(self._here, child_id, home_id)
        changed = causes(self._then, self._here, child_id, home_id) if stops else {}
        for rule_id in sorted(stops):
            facts = changed.get(rule_id, ())
            if facts:
                tail = f" What changed: {some_words(facts)}."
            else:
                # the earlier round gave the home all the same: by a sign-off, or as the rules then were
                tail = " Nothing in the two sets of records says why this was otherwise before."
            words = f"{rule_id} keeps child {child_id} from home {home_id} now: {self._titles[rule_id]}{tail}"
            yield Reason(Why.RULE, words, rule_id, facts)
        if not stops:
            yield self._open(child_id, home_id)

    def _open(self, child_id: str, home_id: str) -> Reason:
        others = sorted(c for c, h in self._now.items() if h == home_id and self._earlier.told.get(c) != home_id)
        none_bars = (
            f"No rule keeps child {child_id} from home {home_id}, given the approvals and questions this round accepts"
        )
        if others:
            words = f"{none_bars}; in this plan it goes to {', '.join(others)}. {self._how_good} may keep it."
            return Reason(Why.PLACE_TAKEN, words)
        return Reason(Why.STILL_OPEN, f"{none_bars}. {self._how_good} may keep it.")

    def _why_now(self, child_id: str, home_id: str) -> Iterator[Reason]:
        """Why a child who had no home has one now."""
        if home_id not in self._had_home:
            yield Reason(Why.NEW_HOME, f"Home {home_id} is new in the records.")
            return
        stopped = stopping(self._then, child_id, home_id)
        changed = causes(self._then, self._here, child_id, home_id) if stopped else {}
        for rule_id in sorted(stopped):
            facts = changed.get(rule_id, ())
            tail = f" What changed: {some_words(facts)}." if facts else ""
            words = f"{rule_id} kept child {child_id} from home {home_id} before, and does not now.{tail}"
            yield Reason(Why.RULE_LIFTED, words, rule_id, facts)
        if not stopped:
            told = sorted(c for c, h in self._earlier.told.items() if h == home_id and self._now.get(c) != home_id)
            words = f"No rule kept child {child_id} from home {home_id} before" + (
                f"; it was given to {', '.join(told)}, who {'has' if len(told) == 1 else 'have'} it no longer."
                if told
                else f". {self._how_good} may not use it."
            )
            yield Reason(Why.WAS_OPEN, words)


def cost_of_keeping(
    proposal: Proposal, child_ids: tuple[str, ...], home_id: str, *, time_limit: float | None = None
) -> str | None:
    """What the best plan would lose if these children had to have this home, tier by tier in words; may take seconds.

    None where it cannot be said: the plan is not proved best, the home is not open to them, or time ran out.
    """
    index = proposal.register.child_index
    homes = {one: at for at, one in enumerate(proposal.question.home_ids)}
    if not proposal.solution.proved or home_id not in homes or any(c not in index for c in child_ids):
        return None
    demand = Demand(tuple(sorted(index[c] for c in child_ids)), homes[home_id])
    (cost,) = what_each_costs(proposal.question, proposal.home_of, [demand], time_limit=time_limit)
    if cost.outcome is not Outcome.EXACT:
        return None
    return loss_in_words(proposal.question.tiers, cost)


@dataclass(frozen=True, slots=True, eq=False)
class LeastChange:
    """The plan as good as the proposal's in every priority that changes fewest placements.

    `proved`: no plan as good changes fewer. `home_of` has shape (children,).
    """

    home_of: Ints
    changed: tuple[str, ...]
    proved: bool


def least_change(proposal: Proposal, told: Mapping[str, str | None], *, time_limit: float | None = None) -> LeastChange:
    """Plan again while keeping what people were told, at no loss in any priority; audited like every plan."""
    previous = previous_plan(proposal.question, told)
    found = best_with_fewest_changes(proposal.question, proposal.solution, previous, time_limit=time_limit)
    check_every_plan(proposal, [found.home_of])
    ids = proposal.question.child_ids
    return LeastChange(np.asarray(found.home_of), tuple(ids[at] for at in found.changed), found.proved)


def policy_changes(earlier: Policy, now: Policy) -> tuple[str, ...]:
    """Each choice of the council that is another one now: `near_miles: 10.0, now 5.0`."""
    old, new = earlier.as_dict(), now.as_dict()
    found = [
        f"{name}: {old.get(name)}, now {value}"
        for name, value in new.items()
        if name != "weights" and old.get(name) != value
    ]
    weights: dict[str, int] = old["weights"]
    found += [
        f"weight of {name}: {weights.get(name)}, now {weight}"
        for name, weight in new["weights"].items()
        if weights.get(name) != weight
    ]
    return tuple(found)
