"""Three solvers that share no formulation give one and the same plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.instances import SIZES, made_up
from matching.question import Question
from matching.solvers import SOLVERS, solve_cpsat, solve_milp
from matching.solvers import cpsat as cpsat_module
from matching.solvers.exhaustive import lawful_plan
from tests.matching.questions import FromSeed, questions, random_question

QUESTIONS, CHUNK = 2000, 100
CHUNKS = [pytest.param(range(first, first + CHUNK), id=f"from-{first}") for first in range(0, QUESTIONS, CHUNK)]
MODEST = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def they_agree(question: Question) -> None:
    """Every solver proves the same values, tier by tier, and picks the same lawful plan."""
    found = {name: solve(question) for name, solve in SOLVERS.items()}
    trusted = found["exhaustive"]
    for name, solution in found.items():
        assert [(t.name, t.value) for t in solution.tiers] == [(t.name, t.value) for t in trusted.tiers], name
        assert solution.home_of.tolist() == trusted.home_of.tolist(), name
        assert solution.proved, name
        assert solution.unique, name
        assert lawful_plan(question, solution.home_of), name
        values = question.values_of(solution.home_of)
        assert all(t.value == t.bound == values[t.name] for t in solution.tiers), name


@pytest.mark.parametrize("seeds", CHUNKS)
def test_three_solvers_agree_on_random_questions(seeds: range) -> None:
    """On every random tiny question the plan is the same, and every tier of it."""
    for seed in seeds:
        they_agree(random_question(FromSeed(seed)))


@given(questions())
@MODEST
def test_three_solvers_agree_and_shrink(question: Question) -> None:
    """The same on drawn questions, which shrink to the smallest on which two solvers differ."""
    they_agree(question)


@pytest.mark.parametrize("seeds", [range(5000, 5100)])
def test_the_random_questions_meet_every_clause(seeds: range) -> None:
    """Agreement would show little if hardly any child could be placed, or hardly any law stood in the way."""
    drawn = [random_question(FromSeed(seed)) for seed in seeds]
    solved = [SOLVERS["exhaustive"](question) for question in drawn]
    placed = sum(int((s.home_of >= 0).sum()) for s in solved)
    could = sum(len(np.unique(q.pair_child)) for q in drawn)
    assert 0.3 < placed / could < 0.9
    kept = [q.home_of[q_.pair_child] == q_.pair_home for q, q_ in zip(solved, drawn, strict=True)]
    assert sum(int(q.pair_exempt[k].sum()) for q, k in zip(drawn, kept, strict=True)) > 10
    assert sum(int(q.pair_lives_there[k].sum()) for q, k in zip(drawn, kept, strict=True)) > 10
    assert sum(q.values_of(s.home_of)["siblings"] for q, s in zip(drawn, solved, strict=True)) > 30
    assert sum(bool(q.never_split) for q in drawn) > 10
    assert sum(q.values_of(s.home_of)["near"] for q, s in zip(drawn, solved, strict=True)) > 30
    assert sum(int(q.pair_siblings_near[k].sum()) for q, k in zip(drawn, kept, strict=True)) > 10
    pinned = [
        (s.tiers[0].value, int(q.pair_pinned.sum())) for q, s in zip(drawn, solved, strict=True) if "pinned" in q.tiers
    ]
    assert sum(value < pins for value, pins in pinned) > 2
    assert sum(value == pins for value, pins in pinned) > 2
    freed = [replace(q, home_has=q.home_has + 99) for q in drawn if q.resources]
    bound = [s for q, s in zip(drawn, solved, strict=True) if q.resources]
    assert (
        sum(SOLVERS["exhaustive"](q).home_of.tolist() != s.home_of.tolist() for q, s in zip(freed, bound, strict=True))
        > 5
    )


@pytest.mark.parametrize("seeds", [range(7000, 7080)])
def test_a_search_by_small_steps_gives_the_same_plan(monkeypatch: pytest.MonkeyPatch, seeds: range) -> None:
    """How many bundles one search may look at changes how CP-SAT gets there, never where it ends."""
    questions = [random_question(FromSeed(seed)) for seed in seeds]
    plain = [solve_cpsat(question) for question in questions]
    for name, value in {"FEW": 2, "MANY": 3, "STEPS": 1}.items():
        monkeypatch.setattr(cpsat_module, name, value)
    for question, before in zip(questions, plain, strict=True):
        after = solve_cpsat(question)
        assert after.home_of.tolist() == before.home_of.tolist()
        assert [t.value for t in after.tiers] == [t.value for t in before.tiers]


def test_without_prices_the_plan_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the relaxation fail, CP-SAT searches every bundle and still proves the same plan."""
    drawn = [random_question(FromSeed(seed)) for seed in range(7200, 7260)]
    plain = [solve_cpsat(question) for question in drawn]
    monkeypatch.setattr(cpsat_module, "prices_of", lambda *_: None)
    for question, before in zip(drawn, plain, strict=True):
        after = solve_cpsat(question)
        assert after.proved
        assert after.home_of.tolist() == before.home_of.tolist()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_two_solvers_agree_on_a_panel(seed: int) -> None:
    """A panel of a dozen children and thirty homes, far too many plans to try: the two engines still agree."""
    question = made_up(SIZES["panel"], seed)
    one, other = solve_cpsat(question), solve_milp(question)
    assert one.proved
    assert one.unique
    assert other.unique
    assert one.home_of.tolist() == other.home_of.tolist()
    assert [t.value for t in one.tiers] == [t.value for t in other.tiers]
    assert lawful_plan(question, one.home_of)
