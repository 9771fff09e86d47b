"""Everything about a finished round that a reader needs, worked out once for the files and the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matching.conflicts import Unplaced, unplaced
from matching.placements import BeforeConfirming, Placement, Split, placements, splits
from matching.propose import Proposal
from matching.ranking import MOST_PARTS, Unit, rank_every_unit

Step = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Everything about a finished round that the files say, worked out once."""

    proposal: Proposal
    plan: tuple[Placement, ...]
    units: tuple[Unit, ...]
    unplaced: tuple[Unplaced, ...]
    splits: tuple[Split, ...]
    before: BeforeConfirming
    warnings: tuple[str, ...]


def work_out(proposal: Proposal, *, step: Step | None = None) -> Results:
    """Rank every group, and find why and what would help for every child without a home.

    `step` is told the name of each stage as it begins.
    """
    say = step or nobody_listens
    say("Listing what comes before confirming")
    before = BeforeConfirming(proposal)
    say("Ranking homes for every child and family")
    units = tuple(rank_every_unit(proposal))
    say("Asking what would help children without a home")
    left = unplaced(proposal)
    cut = [u for u in units if u.parts_left_out]
    warnings = list(proposal.warnings)
    warnings += [
        f"Family {u.unit_id} can be split in more ways than are listed: {u.parts_left_out} smaller parts beyond "
        f"the first {MOST_PARTS} were not ranked. Each child alone is."
        for u in cut
    ]
    return Results(proposal, placements(proposal), units, left, splits(proposal), before, tuple(warnings))


def nobody_listens(_stage: str) -> None:
    """A `Step` that does nothing."""
