"""How far from the best a plan may be and still be called near-optimal: a stated loss in each tier."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from matching.question import KEEP, PINNED, Question, Solution
from matching.solvers.solver import Held, tier_aim


@dataclass(frozen=True, slots=True)
class Distance:
    """The most that a near-optimal plan may lose against the best plan, tier by tier.

    Counts for `placed`, `siblings`, `near` and `local`; a share of the best plan's points, in per cent, rounded down
    to whole points; pence a week for `cost`, where None leaves cost free; `keep` is always free. Pins are always
    kept. Tiers that the question does not have are not looked at. Every tier is held at once: a gain in one never
    pays for a loss in another. By default a near-optimal plan places as many children, keeps as many brothers and
    sisters together, or near each other, and as many children local, and has at least 99% of the points. Raises
    `ValueError` for a negative loss or more than 100 per cent.
    """

    placed: int = 0
    siblings: int = 0
    near: int = 0
    local: int = 0
    points_per_cent: float = 1.0
    cost: int | None = None

    def __post_init__(self) -> None:
        counts = (self.placed, self.siblings, self.near, self.local, self.cost or 0)
        if min(counts) < 0 or not 0 <= self.points_per_cent <= 100:
            raise ValueError("a distance is a loss of nought or more in each tier, and of 0 to 100 per cent in points")

    def least(self, tier: str, value: int) -> int | None:
        """The least that a near-optimal plan is worth in a tier, cost as a negative number; None where it is free.

        `value` is the best plan's, cost as a negative number too.
        """
        if tier == PINNED:
            return value
        if tier == "points":
            return value - int(abs(value) * Fraction(str(self.points_per_cent)) / 100)
        if tier == KEEP:
            return None
        if tier == "cost":
            return None if self.cost is None else value - self.cost
        return value - int(getattr(self, tier))

    def held(self, question: Question, solution: Solution) -> Held:
        """What a near-optimal plan must reach, in the order of the tiers."""
        rows: Held = ()
        for tier in question.tiers:
            aim = tier_aim(question, tier)
            least = self.least(tier, aim.of(question, solution.home_of))
            if least is not None:
                rows += ((aim, least),)
        return rows

    def in_words(self) -> str:
        """The distance as a sentence that people can check."""
        names = {
            "placed": "children placed",
            "siblings": "pairs of brothers and sisters together",
            "near": "pairs near each other",
            "local": "children placed local",
        }
        same = [text for name, text in names.items() if getattr(self, name) == 0]
        fewer = [f"at most {getattr(self, name)} fewer {text}" for name, text in names.items() if getattr(self, name)]
        parts = [f"as many {', '.join(same)}"] if same else []
        parts += fewer
        parts.append(f"at least {float(100 - Fraction(str(self.points_per_cent))):g}% of the points")
        if self.cost is not None:
            parts.append(f"at most £{self.cost / 100:,.2f} a week more")
        return "; ".join(parts)
