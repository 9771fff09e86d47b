"""Every lawful plan of a tiny question and what it is worth, by plain enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np

from matching.question import Question
from matching.solvers.exhaustive import lawful

Plan = tuple[int, ...]


class Everything:
    """All lawful plans; `worth` of each in the order of the tiers, the larger the better."""

    def __init__(self, question: Question) -> None:
        self.question = question
        choices = [[-1, *question.pair_home[question.pair_child == c].tolist()] for c in range(question.children)]
        known: dict[tuple[int, Plan], bool] = {}

        def may(home: int, children: Plan) -> bool:
            if (home, children) not in known:
                known[home, children] = lawful(question, home, children)
            return known[home, children]

        siblings = question.sibling_pairs.tolist()
        self.worth: dict[Plan, tuple[int, ...]] = {}
        for plan in product(*choices):
            if question.never_split and any(plan[a] != plan[b] for a, b in siblings):
                continue
            homes = {h for h in plan if h >= 0}
            if all(may(h, tuple(c for c, g in enumerate(plan) if g == h)) for h in homes):
                self.worth[plan] = self.values(plan)

    def values(self, plan: Plan) -> tuple[int, ...]:
        """What a plan is worth in each tier, the larger the better."""
        values = self.question.values_of(np.array(plan, dtype=np.int64))
        return tuple(-values[t] if t == "cost" else values[t] for t in self.question.tiers)

    def value(self, plan: Plan, tier: str) -> int:
        """What a plan is worth in one tier, the larger the better."""
        return self.worth[plan][self.question.tiers.index(tier)]

    def near_best(self, best: Plan, points_per_cent: int) -> list[Plan]:
        """The plans that lose nothing in any tier but points, of which they lose so much, and cost, which is free."""
        found = []
        for plan, worth in self.worth.items():
            for tier, mine, most in zip(self.question.tiers, worth, self.worth[best], strict=True):
                if tier == "points" and 100 * (most - mine) > points_per_cent * most:
                    break
                if tier not in ("points", "cost") and mine < most:
                    break
            else:
                found.append(plan)
        return found

    def ids(self, plan: Plan) -> int:
        """The sum of the fixed rule of ids, level 0."""
        q = self.question
        chosen = np.array(plan)[q.pair_child] == q.pair_home
        return int(q.tie_break(0)[chosen].sum())


def units_that_differ(question: Question, one: Plan, other: Plan) -> int:
    """In how many families, and children alone, two plans differ."""
    differ = {(int(f) if f >= 0 else -1 - c) for c, f in enumerate(question.family) if one[c] != other[c]}
    return len(differ)
