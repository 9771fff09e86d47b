"""Why the plan has no home for a child, and the least that would place the child with the rest unchanged.

Nothing is ever relaxed here: what would help is said, with who may authorise it, after the audit has agreed
that the child could then truly live there beside everybody the plan already places there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching import audit
from matching.conflicts.authority import approvals, authorities, same_approval
from matching.conflicts.grant import ROOMS
from matching.conflicts.names import CARERS
from matching.conflicts.relax import Effort
from matching.propose import Proposal, allowed_bits
from matching.rules.rule import Rule
from records.ages import age_on
from records.model import Alongside, Child, HomeKind, PetsWish, Route, SiblingPlan

MOST_TRIED = 24
"""Homes tried at most for one child, the most promising first."""
MOST_CHANGES = 2


@dataclass(frozen=True, slots=True)
class Help:
    """The least change found, in words; see `matching.conflicts.relax.Effort`."""

    effort: Effort
    words: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What would have to be approved or answered for one home to take the child.

    `asks`: whether one of them is an open question rather than a signature.
    """

    home: int
    rules: tuple[Rule, ...]
    asks: bool
    points: int

    @property
    def effort(self) -> tuple[int, bool, tuple[int, ...], int, int]:
        """Fewest approvals first, signatures before open questions, the least authority, the most points, the id."""
        return approvals(self.rules), self.asks, authorities(self.rules), -self.points, self.home

    @property
    def asked_of_people(self) -> Effort:
        more_room = any(rule.rule_id == ROOMS for rule in self.rules)
        return approvals(self.rules), self.asks, more_room, authorities(self.rules)


def help_alone(proposal: Proposal, i: int, there: dict[int, list[int]]) -> Help | None:
    """The least change that gives one child a home with the rest of the plan as it is, or None.

    `there`: see `who_is_where`.
    """
    best: _Change | None = None
    for change in _changes(proposal, i, there)[:MOST_TRIED]:
        if best is not None and best.effort <= change.effort:
            break
        needed = _with_the_household(proposal, i, change, there)
        if needed is not None and (best is None or needed.effort < best.effort):
            best = needed
    return None if best is None else Help(best.asked_of_people, _change_in_words(proposal, i, best))


def _changes(proposal: Proposal, i: int, there: dict[int, list[int]]) -> list[_Change]:
    """Homes with a place left that no rule bars and at most two approvals keep from the child, the least first."""
    allowed = allowed_bits(proposal.register.children[i], proposal.allowed)
    answers, points = proposal.answers, proposal.weighed.points
    mine = proposal.pairs.of(i)
    found: list[_Change] = []
    for at in (mine.start + np.flatnonzero(answers.barred[mine] == 0)).tolist():
        home = int(proposal.pairs.home[at])
        if not _has_place(proposal, i, home, there):
            continue
        unknown = int(answers.unknown[at] & ~allowed)
        word = int(answers.sign_off[at] & ~allowed) | unknown
        rules = tuple(rule for bit, rule in enumerate(proposal.rules) if word >> bit & 1)
        if approvals(rules) <= MOST_CHANGES:
            found.append(_Change(home, rules, bool(unknown), int(points[at])))
    return sorted(found, key=lambda change: change.effort)


def _with_the_household(proposal: Proposal, i: int, change: _Change, there: dict[int, list[int]]) -> _Change | None:
    """The change with whatever else those placed there together would need; None when that is too much or barred.

    The audit has the last word: with these rules accepted, and no others, it must find nothing.
    """
    rules = change.rules
    by_id = {rule.rule_id: rule for rule in proposal.rules}
    for _ in range(2):
        if _splits_family(proposal, i, change.home, there):
            return None
        broken = _breaches(proposal, i, change.home, rules, there)
        if not broken:
            return replace(change, rules=rules)
        more = {rule_id for rule_id in broken if rule_id in by_id and by_id[rule_id].sign_off is not None}
        rules = tuple(rule for rule in proposal.rules if rule in rules or rule.rule_id in more)
        if more != broken or approvals(rules) > MOST_CHANGES:
            return None
    return None


def who_is_where(proposal: Proposal) -> dict[int, list[int]]:
    """Home to the children, by index, whom the plan places there."""
    there: dict[int, list[int]] = {}
    for i, home in enumerate(proposal.home_of.tolist()):
        if home >= 0:
            there.setdefault(home, []).append(i)
    return there


def _has_place(proposal: Proposal, i: int, home: int, there: dict[int, list[int]]) -> bool:
    register = proposal.register
    newcomers = sum(not register.lives_there(register.children[j].child_id)[home] for j in (*there.get(home, ()), i))
    return newcomers <= int(proposal.question.places[home])


def _splits_family(proposal: Proposal, i: int, home: int, there: dict[int, list[int]]) -> bool:
    """Whether the council never splits a family and this would."""
    register = proposal.register
    child = register.children[i]
    if not proposal.question.never_split or child.family_id is None:
        return False
    others = {
        register.child_index[c.child_id]
        for c in register.families[child.family_id]
        if register.plan_for(c.child_id, child.child_id) is not SiblingPlan.APART
    } - {i}
    return not others <= set(there.get(home, ()))


def _breaches(proposal: Proposal, i: int, home: int, rules: tuple[Rule, ...], there: dict[int, list[int]]) -> set[str]:
    """The rules that the audit finds broken if the child lives there with all whom the plan places there."""
    register = proposal.register
    home_of: dict[str, str | None] = {c.child_id: None for c in register.children}
    for j in (*there.get(home, ()), i):
        home_of[register.children[j].child_id] = str(register.homes.ids[home])
    accepted = proposal.allowed | {rule.rule_id for rule in rules}
    found = audit.audit(register, proposal.asked, home_of, accepted, never_split=False)
    return {breach.rule_id for breach in found}


def _change_in_words(proposal: Proposal, i: int, change: _Change) -> str:
    home = change.home
    at = proposal.at(i, home)
    unknown = int(proposal.answers.unknown[at])
    steps: list[str] = []
    named: list[str] = []
    for bit, rule in enumerate(proposal.rules):
        if rule not in change.rules:
            continue
        if unknown >> bit & 1:
            steps.append(f"a good answer to the open question of {rule.rule_id} ({rule.question or rule.title})")
        elif not (same := same_approval(rule)) & set(named):
            ids = [one.rule_id for one in change.rules if one.rule_id in same]
            named += ids
            steps.append(f"approval under {' and '.join(ids)} by {rule.sign_off}")
    how = f"with {'; and with '.join(steps)}" if steps else "as things stand: this plan is not proved best"
    miles = proposal.miles_home[at]
    far = "distance from home not known" if np.isnan(miles) else f"{miles:.1f} miles from home"
    points = int(proposal.weighed.points[at])
    return (
        f"Home {proposal.register.homes.ids[home]} ({points} points, {far}) has a place and could take this child, "
        f"the rest of the plan unchanged, {how}."
    )


_FIRST_KIND: dict[Route, HomeKind] = {
    Route.FOSTER: HomeKind.FOSTER,
    Route.SUPPORTED_LODGINGS: HomeKind.SUPPORTED_LODGINGS,
    Route.ADOPTION: HomeKind.ADOPTER,
    Route.EARLY_PERMANENCE: HomeKind.EARLY_PERMANENCE,
}


def nothing_found(proposal: Proposal, child: Child) -> str:
    """The carer who would have to be found, from what is recorded of the child and nothing else."""
    if proposal.register.is_settled(child):
        return "The child is settled and no move is asked for; review whether the present home may stand as it is."
    first = {route: _before_any_such_home(proposal, child, route) for route in child.routes}
    open_now = [route for route, step in first.items() if step is None]
    steps = [step for step in first.values() if step is not None]
    if not open_now:
        return f"No home may take this child yet. What would help first: {'; or '.join(dict.fromkeys(steps))}."
    wants = ", ".join(_wants(proposal, child))
    kinds = " or ".join(CARERS[_FIRST_KIND[route]] for route in open_now)
    text = (
        "No approval or answer, nor any two together, was found that would place this child. "
        f"What would: {kinds}, {wants}, with a place"
    )
    if child.family_id is not None and len(proposal.register.families[child.family_id]) > 1:
        text += f"; or one with places for the whole family {child.family_id}"
    if steps:
        text += f". Another way would open with {'; or with '.join(dict.fromkeys(steps))}"
    return f"{text}."


def _before_any_such_home(proposal: Proposal, child: Child, route: Route) -> str | None:
    """What the law wants before any home of this route may take the child, whichever home it is."""
    asked = proposal.asked
    if route is Route.SUPPORTED_LODGINGS and age_on(child.date_of_birth, asked.day) < asked.law.lodgings_from_age:
        return f"supported lodgings from the age of {asked.law.lodgings_from_age}, not before [SLG-01]"
    if route is not Route.ADOPTION:
        return None
    missing: list[str] = []
    if child.adoption_decision_on is None or child.adoption_decision_on > asked.day:
        missing.append("a decision that the child should be placed for adoption [ADO-02]")
    if not any(on is not None and on <= asked.day for on in (child.placement_order_on, child.parental_consent_on)):
        missing.append("a placement order or the parents' consent [ADO-01]")
    return " and ".join(missing) or None


def _wants(proposal: Proposal, child: Child) -> list[str]:
    asked = proposal.asked
    wants = [f"for a child of {age_on(child.date_of_birth, asked.day)}"]
    if child.placement_need is not None:
        wants.append(f"for a {child.placement_need.value.replace('_', ' ')} stay")
    if child.needs_must:
        wants.append(f"able to meet {', '.join(n.replace('_', ' ') for n in child.needs_must)}")
    if child.smoke_free:
        wants.append("with no smoker")
    if child.pets is PetsWish.NO:
        wants.append("with no pets")
    if child.alongside is Alongside.SOLO:
        wants.append("with no other child")
    elif child.alongside in (Alongside.ONLY_OLDER, Alongside.ONLY_YOUNGER):
        order = "younger" if child.alongside is Alongside.ONLY_OLDER else "older"
        wants.append(f"with no {order} child")
    adoptive = set(child.routes) <= {Route.ADOPTION, Route.EARLY_PERMANENCE}
    if child.home is not None and child.distance_reason is None and not adoptive:
        wants.append(f"in the council's area or within {asked.policy.near_miles:g} miles of home")
    if proposal.register.zones_of(child.child_id):
        wants.append("outside the child's exclusion zones")
    return wants
