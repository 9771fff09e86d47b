"""Peers play by the rules: the same law, no better than the best, and exact where they say so."""

from __future__ import annotations

import pytest

from benchmarks.greedy import solve_greedy
from benchmarks.peers import solve_pair_cpsat, solve_pair_cpsat_pinned, solve_plain_cpsat
from matching.question import Question
from matching.solvers import Solver, solve_cpsat
from matching.solvers.exhaustive import lawful_plan
from tests.matching.questions import FromSeed, question, random_question


def worth(asked: Question, values: dict[str, int]) -> tuple[int, ...]:
    """All tiers, each to be made as large as possible."""
    return tuple(-values[t] if t == "cost" else values[t] for t in asked.tiers)


def test_greedy_is_lawful_and_never_better() -> None:
    """On random questions greedy's plan is lawful, its values are right, and it never beats the best plan."""
    tried = worse = 0
    for seed in range(120):
        asked = random_question(FromSeed(seed))
        if asked.never_split:
            with pytest.raises(ValueError, match="never_split"):
                solve_greedy(asked)
            continue
        tried += 1
        greedy, best = solve_greedy(asked), solve_cpsat(asked)
        assert lawful_plan(asked, greedy.home_of), seed
        values = asked.values_of(greedy.home_of)
        assert all(t.value == values[t.name] and not t.proved for t in greedy.tiers)
        of_best = asked.values_of(best.home_of)
        assert worth(asked, values) <= worth(asked, of_best), seed
        worse += worth(asked, values) < worth(asked, of_best)
    assert tried > 60
    assert worse > 20


def test_greedy_takes_children_as_they_come() -> None:
    """The first child takes the best home though the second could go nowhere else."""
    asked = question(
        children=2, homes=2, places=[1, 1], pairs=[(0, 0), (0, 1), (1, 0)], points={(0, 0): 900, (0, 1): 800}
    )
    assert solve_greedy(asked).home_of.tolist() == [0, -1]
    assert sorted(solve_cpsat(asked).home_of.tolist()) == [0, 1]


def test_greedy_keeps_a_family_together_first() -> None:
    """Two brothers go to the home that takes both, not each to the one that is best for it."""
    best_apart = {(0, 0): 900, (1, 1): 900, (0, 2): 10, (1, 2): 10}
    asked = question(children=2, homes=3, places=[1, 1, 2], family=[0, 0], points=best_apart)
    assert solve_greedy(asked).home_of.tolist() == [2, 2]


@pytest.mark.parametrize("solver", [solve_pair_cpsat, solve_pair_cpsat_pinned, solve_plain_cpsat])
def test_exact_peers_give_the_same_plan(solver: Solver) -> None:
    """What has time to finish proves the same plan as the product."""
    for seed in range(15):
        asked = random_question(FromSeed(seed))
        peer, own = solver(asked), solve_cpsat(asked)
        assert peer.home_of.tolist() == own.home_of.tolist(), seed
        assert [(t.name, t.value, t.proved) for t in peer.tiers] == [(t.name, t.value, t.proved) for t in own.tiers]
