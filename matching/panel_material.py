"""What a panel's pack is made from: a round just worked out, or a round of the store as one person may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matching.explain_unit import cost_to_others
from matching.placements import NO_HOME, BeforeConfirming, Placement
from matching.propose import Proposal
from matching.ranking import Ranked, Unit
from matching.results import Results
from matching.words import home_id
from records.model import Child, Home
from reporting.section import Cell

SIDE_BY_SIDE: Final = 3
"""Homes compared: the one in the round's plan and the best ranked, this many in all."""

Costs = Callable[[Ranked, int], tuple[Cell, ...]]
"""What one home of a ranking costs everybody else, in words; by its position in the ranking."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a pack is made from. `hidden`: ids of homes and of children that its reader may not see.

    `helps`: child id to what would help, for children without a home in the plan. `standing`: unit id to where its
    matches stand, in words. `made`: facts of the pack itself, such as the run and who made it.
    """

    proposal: Proposal
    plan: tuple[Placement, ...]
    before: BeforeConfirming
    costs: Costs
    helps: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    standing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    made: tuple[tuple[str, str], ...] = ()
    beyond: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Unit id to what goes beyond this evening: one sentence each on scarce homes, refusals and the like."""
    beyond_round: tuple[str, ...] = ()
    """The same for the whole round."""

    @classmethod
    def of(cls, results: Results) -> Material:
        """The material of a round just worked out."""
        return cls(
            results.proposal,
            results.plan,
            results.before,
            lambda group, k: cost_to_others(results, group, k),
            {one.child_id: one.help for one in results.unplaced},
            results.warnings,
        )

    def child(self, child_id: str) -> Child:
        """A child of the round."""
        register = self.proposal.register
        return register.children[register.child_index[child_id]]

    def home(self, home: int) -> Home:
        """A home of the round, by its index."""
        return self.proposal.register.records.homes[home]

    def seen(self, group: Ranked) -> list[int]:
        """Positions in a ranking of the homes that the reader may see, best first."""
        return [k for k, h in enumerate(group.homes.tolist()) if home_id(self.proposal, h) not in self.hidden]

    def planned(self, group: Ranked) -> int | None:
        """The position of the home that the plan has for the whole group; None when it has none for all of them."""
        homes = {p.home for p in self.plan if p.child_id in group.child_ids}
        if len(homes) != 1 or NO_HOME in homes:
            return None
        where = np.flatnonzero(group.homes == next(iter(homes)))
        return int(where[0]) if len(where) and int(where[0]) in self.seen(group) else None

    def compared(self, group: Ranked) -> list[int]:
        """Positions of the homes to set side by side, best first; the one in the plan is among them."""
        first = self.seen(group)[:SIDE_BY_SIDE]
        planned = self.planned(group)
        if planned is not None and planned not in first:
            first = [*first[: SIDE_BY_SIDE - 1], planned]
        return first


def groups_to_show(material: Material, unit: Unit) -> tuple[Ranked, ...]:
    """The groups of a unit that a panel reads of at length: all of them together, if a home could take them; then
    those the plan keeps together where it does not keep all; then each child whom it leaves without a home.
    """
    ranked = {frozenset(group.child_ids): group for group in unit.groups}
    together: dict[object, list[str]] = {}
    for p in material.plan:
        if p.child_id in unit.child_ids:
            together.setdefault(p.child_id if p.home == NO_HOME else p.home, []).append(p.child_id)
    found = [unit.whole] if unit.whole is not None and len(unit.whole) else []
    found += [ranked[frozenset(ids)] for ids in together.values() if frozenset(ids) in ranked]
    covered = {child for group in found for child in group.child_ids}
    found += [one for one in unit.alone if one.child_ids[0] not in covered]
    kept = tuple({group.group_id: group for group in found}.values())
    return kept or ((unit.whole,) if unit.whole is not None else ())


def other_ways(material: Material, unit: Unit) -> tuple[Ranked, ...]:
    """The other parts of a family that could live together, and each child alone, largest first."""
    shown = {group.group_id for group in groups_to_show(material, unit)}
    return tuple(group for group in (*unit.parts, *unit.alone) if group.group_id not in shown)
