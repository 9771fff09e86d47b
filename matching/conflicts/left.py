"""Everybody whom the plan leaves without a home: each child, and the brothers and sisters of a family together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.conflicts.carers import NewCarer, least_demanding
from matching.conflicts.grant import Round
from matching.conflicts.helping import help_alone, nothing_found, who_is_where
from matching.conflicts.reasons import Conflict, groups_left, never_split_from, why
from matching.conflicts.relax import MOST_TRIED, Relaxations, relaxations
from matching.conflicts.room import Group
from matching.conflicts.words import carer_in_words, relaxation_in_words
from matching.propose import Proposal, allowed_bits
from matching.rules.kinds import kinds_for
from matching.rules.register import Mask

MOST_GROUPS = 100
"""Groups explained at most after a run that was cut short before it proved how many can be placed."""
TRIED_IN_ALL = 4_000
"""Changes tried in one round, shared out evenly over the groups."""
TOO_MUCH = 3_000
"""Groups times pairs from which only the rules are asked: to re-solve for each would take minutes and more."""
MUCH, FEW_UNITS = 1_000, 8
"""Groups times lawful pairs above which no more than so few units are looked at together for each group.

Changes are then tried with nobody else moving: one unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Why one group has no home, and what would change it. `group` holds all who are never split from them, too."""

    group: Group
    child_ids: tuple[str, ...]
    conflict: Conflict
    changes: Relaxations
    carer: NewCarer | None


@dataclass(frozen=True, slots=True, eq=False)
class Unplaced:
    """One child whom the plan leaves without a home.

    `removed`: rule id and how many homes of a kind the routes allow it removes, most first; a home may be removed
    by several. `filled`: lawful homes that the best plan fills with others. `beyond`: homes with a place that were
    not looked at, because they lie further away than the council's `screen_miles`. `help` is one or two plain
    sentences. `alone` explains the child alone; `family` the brothers and sisters without a home together, where there
    are any who may live together.
    """

    child_id: str
    removed: tuple[tuple[str, int], ...]
    filled: int
    beyond: int
    of_kind: int
    help: str
    alone: Explained
    family: Explained | None

    @property
    def reason(self) -> str:
        """As in `unplaced.csv`: `FOST-02: 14; LOC-04: 9; PLACES: 2`."""
        parts = [f"{rule_id}: {n}" for rule_id, n in self.removed]
        if self.filled:
            parts.append(f"PLACES: {self.filled}")
        if self.beyond:
            parts.append(f"SCREEN: {self.beyond}")
        return "; ".join(parts) or "no home of a kind that the routes allow"


def explain(proposal: Proposal) -> tuple[Explained, ...]:
    """Every child without a home, and every family's children without one who may live together, sorted."""
    groups = groups_left(proposal)
    if not groups:
        return ()
    if len(groups) > MOST_GROUPS and not all(t.proved for t in proposal.solution.tiers if t.name == "placed"):
        return tuple(_not_asked(proposal, group) for group in groups)
    if len(groups) * proposal.question.pairs > TOO_MUCH:
        return tuple(_by_rules_alone(proposal, group) for group in groups)
    now = Round(proposal)
    most_tried = min(MOST_TRIED, max(10, TRIED_IN_ALL // len(groups)))
    most_units = FEW_UNITS if len(groups) * proposal.question.pairs > MUCH else None
    known: dict[Group, Explained] = {}
    for group in groups:
        whole = never_split_from(proposal.question, group)
        conflict = why(proposal, group, most_units)
        known[group] = Explained(
            group=whole,
            child_ids=conflict.child_ids,
            conflict=conflict,
            changes=relaxations(proposal, now, whole, conflict, most_tried=most_tried, most_units=most_units and 1),
            carer=least_demanding(proposal, whole, conflict, most_units),
        )
    return tuple(known.values())


def _by_rules_alone(proposal: Proposal, group: Group) -> Explained:
    conflict = why(proposal, never_split_from(proposal.question, group), rules_alone=True)
    return Explained(group, conflict.child_ids, conflict, Relaxations((), complete=False), None)


def _not_asked(proposal: Proposal, group: Group) -> Explained:
    ids = tuple(proposal.question.child_ids[i] for i in group)
    return Explained(group, ids, Conflict(ids, "not asked", irreducible=False), Relaxations((), complete=False), None)


def unplaced(proposal: Proposal) -> tuple[Unplaced, ...]:
    """Every child without a home in the plan, in the order of ids."""
    explained = explain(proposal)
    alone = {one.child_ids[0]: one for one in explained if len(one.child_ids) == 1}
    family = {child_id: one for one in explained if len(one.child_ids) > 1 for child_id in one.child_ids}
    there = who_is_where(proposal)
    left: list[Unplaced] = []
    for i in np.flatnonzero(proposal.home_of < 0).tolist():
        child_id = proposal.question.child_ids[i]
        removed, filled, of_kind = _counted(proposal, i)
        one = alone[child_id]
        left.append(
            Unplaced(
                child_id=child_id,
                removed=removed,
                filled=filled,
                beyond=int(proposal.beyond[i]),
                of_kind=of_kind,
                help=_help(proposal, i, there, one),
                alone=one,
                family=family.get(child_id),
            )
        )
    return tuple(left)


def _counted(proposal: Proposal, i: int) -> tuple[tuple[tuple[str, int], ...], int, int]:
    """How many homes of a right kind each rule removes, how many none does, and how many there are."""
    child = proposal.register.children[i]
    of_kind: Mask = proposal.register.homes.is_kind(*kinds_for(child))
    answers = proposal.answers_for(child.child_id)
    barred = answers.barred
    allowed = allowed_bits(child, proposal.allowed)
    open_rules = (answers.sign_off | answers.unknown) & ~allowed
    counted = [
        (rule.rule_id, int(((barred | open_rules)[of_kind] >> np.uint64(bit) & np.uint64(1)).sum()))
        for bit, rule in enumerate(proposal.rules)
    ]
    removed = tuple(sorted(((r, n) for r, n in counted if n), key=lambda pair: (-pair[1], pair[0])))
    lawful = of_kind & (barred == 0) & (open_rules == 0)
    return removed, int((lawful & proposal.looked_at(i)).sum()), int(of_kind.sum())


def _help(proposal: Proposal, i: int, there: dict[int, list[int]], one: Explained) -> str:
    """The least of: a change that leaves the rest of the plan as it is; one that moves others; a new carer."""
    unchanged = help_alone(proposal, i, there)
    moving = one.changes.found[0] if one.changes.found else None
    if unchanged is not None and (moving is None or unchanged.effort <= moving.effort):
        return unchanged.words
    if moving is not None:
        return relaxation_in_words(proposal, moving)
    text = nothing_found(proposal, proposal.register.children[i])
    if one.carer is not None and one.carer.for_group != one.carer.group:
        text += f" Asking less of a new carer: {carer_in_words(proposal, one.carer)}."
    return text
