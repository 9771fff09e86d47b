"""Totals for those who see no child: counts of rounds and matches, small numbers hidden."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from records.store.decisions import states
from records.store.desk import Desk, call
from records.store.schema import runs, snapshots
from records.store.work import Work

SMALLEST: Final = 6
"""A count from 1 to 5 is hidden, as is common for counts of children [SUF-05]."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts. None stands for a number from 1 to 5, and for those that would give it away."""

    snapshots: int
    runs: int
    matches_by_state: dict[str, int | None]
    matches: int | None


class Aggregates(Desk):
    """What a commissioner may see."""

    @call
    def totals(self, work: Work) -> Totals:
        """How many rounds there were and how far matches have come."""
        counted = Counter(f"{row.route}: {state}" for row, state, _ in states(work))
        shown: dict[str, int | None] = {k: n if n >= SMALLEST else None for k, n in sorted(counted.items())}
        hidden = [k for k, n in shown.items() if n is None]
        # One hidden number could be had by taking the others from the total.
        total = sum(counted.values()) if not hidden else None
        return Totals(
            work.connection.execute(select(func.count()).select_from(snapshots)).scalar_one(),
            work.connection.execute(select(func.count()).select_from(runs)).scalar_one(),
            shown,
            total,
        )
