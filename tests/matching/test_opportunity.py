"""What each choice costs everybody else, held against an independent re-solve of the whole round."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from matching.audit import audit
from matching.opportunity import Cost, Demand, Outcome, costs, what_each_costs
from matching.opportunity.exact import Unproved
from matching.opportunity.rounds import IF_APPROVED, IN_PLAN, NO_PLAN, costs_of
from matching.policy import Policy
from matching.propose import propose
from matching.question import PINNED, Question
from matching.ranking import rank_every_unit
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from matching.solvers.solver import tier_aim
from tests.matching.questions import FromSeed, question, random_question
from tests.tiny_councils import seeded


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


def test_an_approval_counts_for_its_own_demand_alone() -> None:
    """A pair that no plan may use as it is is used where it is demanded, and nowhere else."""
    for seed in range(60):
        q = without_pins(random_question(FromSeed(50_000 + seed), children=4, homes=3))
        closed = np.arange(q.pairs) % 3 == 1
        best = SOLVERS["exhaustive"](q.with_pairs(~closed)).home_of
        for cost in what_each_costs(q, best, demands_on(q), closed=closed):
            hold_to(q, best, cost, "exhaustive", closed)
            if cost.home_of is not None:
                used = closed & (cost.home_of[q.pair_child] == q.pair_home)
                assert np.isin(np.flatnonzero(used), pair_numbers(q, cost.demand)).all()


def test_what_prices_do_not_settle_is_worked_out_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow way gives the same losses and moves no more children than the fast one."""
    for seed in range(12):
        q = without_pins(random_question(FromSeed(90_000 + seed), children=5, homes=4))
        best = SOLVERS["exhaustive"](q).home_of
        demands = demands_on(q)[:6]
        fast = what_each_costs(q, best, demands)
        with monkeypatch.context() as patch:
            patch.setattr(costs, "best_basis", _refuse)
            slow = what_each_costs(q, best, demands)
        assert [(c.outcome, c.losses) for c in fast] == [(c.outcome, c.losses) for c in slow]
        for one, other in zip(fast, slow, strict=True):
            if one.home_of is not None and other.home_of is not None:
                assert (one.home_of != best).sum() == (other.home_of != best).sum()


def _refuse(_model: object) -> None:
    raise Unproved("for once")


def test_a_plan_that_is_not_the_best_is_refused() -> None:
    """A cost counted from a worse plan would be wrong, so none is given."""
    q = question(children=2, homes=2, points={(0, 0): 5, (1, 1): 5})
    with pytest.raises(ValueError, match="not the best"):
        what_each_costs(q, np.array([-1, -1]), demands_on(q))


def test_no_time_gives_no_figure() -> None:
    """An answer that time did not allow says so; what needs no work is still exact."""
    q = question(children=2, homes=2, points={(0, 0): 5, (1, 1): 5})
    best = SOLVERS["exhaustive"](q).home_of
    found = what_each_costs(q, best, demands_on(q), time_limit=0.0)
    kept = [all(best[c] == cost.demand.home for c in cost.demand.children) for cost in found]
    assert [cost.outcome for cost in found] == [Outcome.EXACT if k else Outcome.OUT_OF_TIME for k in kept]
    assert not any(cost.losses for cost, k in zip(found, kept, strict=True) if not k)


def test_two_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, plans and order do not depend on the number of workers."""
    monkeypatch.setattr(costs, "SEVERAL_WORKERS_FROM", 1)
    monkeypatch.setattr(costs, "AT_ONCE", 5)
    q = without_pins(random_question(FromSeed(90_007), children=6, homes=5))
    best = SOLVERS["exhaustive"](q).home_of
    one, two = (what_each_costs(q, best, demands_on(q), workers=workers) for workers in (1, 2))
    assert [(c.demand, c.outcome, c.losses, c.displaced) for c in one] == [
        (c.demand, c.outcome, c.losses, c.displaced) for c in two
    ]
    assert all((a.home_of == b.home_of).all() for a, b in zip(one, two, strict=True) if a.home_of is not None)


@pytest.mark.parametrize("first", range(3000, 3060, 20))
def test_every_row_of_a_ranking_is_priced_or_says_why_not(first: int) -> None:
    """On random councils: a row a plan may use is a re-solve's price or proved impossible; every plan is audited."""
    for seed in range(first, first + 20):
        tiny = seeded(seed)
        policy = Policy(allow=tiny.allow, siblings="never_split" if tiny.never_split else "together_where_possible")
        proposal = propose(tiny.records, policy, council=tiny.council)
        groups = [group for unit in rank_every_unit(proposal) for group in unit.groups]
        q = proposal.question
        for group, priced in zip(groups, costs_of(proposal, groups), strict=True):
            for may_use, basis, cost in zip(group.in_plan.tolist(), priced.basis, priced.costs, strict=True):
                assert basis in ((IN_PLAN, NO_PLAN) if may_use else (IF_APPROVED, NO_PLAN))
                assert (cost is None) == (basis == NO_PLAN)
                if cost is None or cost.home_of is None or not may_use:
                    continue
                hold_to(without_pins(q), proposal.home_of, cost, "exhaustive")
                home_of = {c: q.home_ids[h] if h >= 0 else None for c, h in zip(q.child_ids, cost.home_of, strict=True)}
                never_split = policy.siblings == "never_split"
                assert not audit(proposal.register, proposal.asked, home_of, proposal.allowed, never_split=never_split)
