"""The council's own choices: order of tiers, weights, local rules. Read from `policy.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Siblings = Literal["together_where_possible", "never_split"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What the council may choose. Distances in miles, ages in years."""

    version: str = "1"
    chosen_by: str = "the makers of Placewell, as a starting point"
    chosen_on: str = "2026-11-21"
    authority: str | None = None
    near_miles: float = 10.0
    tiers: tuple[str, ...] = ("placed", "siblings", "local", "points", "cost")
    siblings: Siblings = "together_where_possible"
    allow: tuple[str, ...] = ("LOC-03",)
    smoke_free_under_age: int = 0
    """Children under this age are treated as needing a smoke-free home whatever is recorded [HLT-05]; 0 = only as recorded."""
    school_workable_miles: float = 5.0
    """A school no further than this from the new home is taken as still workable [EDU-02]."""
    review_months: int = 12
    """A carer's review older than this is out of date [FOST-15]."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """Consideration to weight; see `considerations.py`."""
