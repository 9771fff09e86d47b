"""What each choice costs everybody else, held against an independent re-solve of the whole round."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from matching.opportunity import Cost, Demand, Outcome, what_each_costs
from matching.question import PINNED, Question
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from matching.solvers.solver import tier_aim
from tests.matching.questions import FromSeed, random_question


def without_pins(q: Question) -> Question:
    """The same with nothing pinned, so that the pins of a re-solve are the demand's alone."""
    tiers = tuple(tier for tier in q.tiers if tier != PINNED)
    return replace(q, pair_pinned=np.zeros(q.pairs, dtype=np.bool_), tiers=tiers)


def demands_on(q: Question) -> list[Demand]:
    """Every group of one family, and every child, at every home that all of them have a pair with."""
    pairs = set(zip(q.pair_child.tolist(), q.pair_home.tolist(), strict=True))
    units: dict[int, list[int]] = {}
    for child, family in enumerate(q.family.tolist()):
        units.setdefault(family if family >= 0 else -1 - child, []).append(child)
    groups = [g for unit in units.values() for size in range(1, len(unit) + 1) for g in combinations(unit, size)]
    return [Demand(g, h) for g in groups for h in range(q.homes) if all((c, h) in pairs for c in g)]


def pair_numbers(q: Question, demand: Demand) -> np.ndarray:
    """The numbers of a demand's pairs."""
    return np.flatnonzero(np.isin(q.pair_child, demand.children) & (q.pair_home == demand.home))


def values(q: Question, home_of: np.ndarray) -> tuple[int, ...]:
    """Each tier's value, all to be made as large as possible."""
    return tuple(tier_aim(q, tier).of(q, home_of) for tier in q.tiers)


def hold_to(q: Question, best: np.ndarray, cost: Cost, solver: str, closed: np.ndarray | None = None) -> None:
    """One answer against a re-solve with the pairs pinned, and against what it says of itself."""
    pins = pair_numbers(q, cost.demand)
    kept = np.ones(q.pairs, dtype=np.bool_) if closed is None else ~closed
    kept[pins] = True
    pinned = q.with_pairs(kept).with_pins(np.cumsum(kept)[pins] - 1)
    again = SOLVERS[solver](pinned)
    if again.tiers[0].value < len(pins):
        assert cost.outcome is Outcome.IMPOSSIBLE
        return
    assert again.tiers[0].name == PINNED
    assert again.proved
    assert cost.outcome is Outcome.EXACT
    assert cost.home_of is not None
    forced = values(q, again.home_of)
    assert cost.losses == tuple(a - b for a, b in zip(values(q, best), forced, strict=True))
    assert values(q, cost.home_of) == forced
    assert lawful_plan(q, cost.home_of)
    assert all(cost.home_of[c] == cost.demand.home for c in cost.demand.children)
    assert (best != cost.home_of).sum() <= (best != again.home_of).sum()
    others = [c for c in range(q.children) if c not in cost.demand.children]
    assert cost.left_without == tuple(c for c in others if best[c] >= 0 > cost.home_of[c])
    assert cost.moved == tuple(c for c in others if 0 <= best[c] != cost.home_of[c] >= 0)
    assert cost.gained == tuple(c for c in others if best[c] < 0 <= cost.home_of[c])
    assert cost.displaced == tuple(sorted(cost.left_without + cost.moved))


@pytest.mark.parametrize("share", range(20))
def test_every_cost_is_that_of_an_independent_re_solve(share: int) -> None:
    """Tier by tier, on random questions with every clause of the law, all demands on each."""
    for seed in range(20 * share, 20 * share + 20):
        q = without_pins(random_question(FromSeed(90_000 + seed), children=5, homes=4))
        best = SOLVERS["exhaustive"](q).home_of
        for cost in what_each_costs(q, best, demands_on(q)):
            hold_to(q, best, cost, "exhaustive")


@pytest.mark.parametrize("seed", range(4))
def test_larger_rounds_agree_with_a_re_solve_too(seed: int) -> None:
    """With more children and homes than can be tried one by one, by a solver on another formulation."""
    q = without_pins(random_question(FromSeed(70_000 + seed), children=14, homes=9))
    best = SOLVERS["milp"](q).home_of
    demands = demands_on(q)
    for cost in what_each_costs(q, best, demands[:: max(1, len(demands) // 15)]):
        hold_to(q, best, cost, "milp")
