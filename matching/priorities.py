"""The council's order of priorities as a table: what a plan reaches in each, what is possible, and what is proved."""

from __future__ import annotations

from collections.abc import Sequence

from matching.question import Solution
from matching.words import TIER_WORDS, tier_value
from reporting.section import Column, Table, Tag


def priorities_table(solution: Solution, notes: Sequence[str] = (), *, proved: str = "proved") -> Table:
    """One row for each priority, in order. `proved`: the word for one that is."""
    return Table(
        "The council's order of priorities, and how far each is proved",
        (Column("Priority"), Column("This plan", number=True), Column("Best possible", number=True), Column("Proof")),
        tuple(
            (
                TIER_WORDS[tier.name],
                tier_value(tier.name, tier.value),
                tier_value(tier.name, tier.bound),
                Tag(proved, "good") if tier.proved else Tag("not proved", "bad"),
            )
            for tier in solution.tiers
        ),
        tuple(notes),
    )
