"""Forced, likely and toss-up against every lawful plan of tiny questions."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import instance
from matching.alternatives import Distance, Kind, back_ups, certainty
from matching.alternatives import listing as list_module
from matching.alternatives import programme as programme_module
from matching.alternatives import search as search_module
from matching.question import Question
from matching.solvers import SOLVERS
from tests.matching.alternatives.plain import Everything
from tests.matching.questions import FromSeed, question, random_question

CHUNK = 25
LOSSES = (0, 10, 30, 100)


def drawn(seed: int) -> tuple[Question, Distance, int]:
    """A tiny question and a distance in points."""
    per_cent = LOSSES[seed % len(LOSSES)]
    return random_question(FromSeed(seed), children=4, homes=4), Distance(points_per_cent=per_cent), per_cent


@pytest.mark.parametrize("first", range(0, 300, CHUNK))
def test_forced_is_what_every_plan_within_the_distance_has_in_common(first: int) -> None:
    """On 300 random questions the listed plans are all there are, and the forced children those who never differ."""
    for seed in range(first, first + CHUNK):
        q, distance, per_cent = drawn(seed)
        solution = SOLVERS["exhaustive"](q)
        best = tuple(solution.home_of.tolist())
        near = Everything(q).near_best(best, per_cent)
        found = certainty(q, solution, distance)
        assert found.all_plans, seed
        assert sorted(map(tuple, found.plans.tolist())) == sorted(near), seed
        assert found.forced.tolist() == [len({plan[c] for plan in near}) == 1 for c in range(q.children)], seed
        assert found.kept.tolist() == [sum(plan[c] == best[c] for plan in near) for c in range(q.children)], seed
        assert found.proved.all(), seed


@pytest.mark.parametrize("first", range(0, 300, CHUNK))
def test_forced_is_proved_without_listing_plans(first: int) -> None:
    """On 300 random questions, where nothing is listed, the same is proved, and every plan of the sample is near."""
    for seed in range(first, first + CHUNK):
        q, distance, per_cent = drawn(seed)
        solution = SOLVERS["exhaustive"](q)
        near = Everything(q).near_best(tuple(solution.home_of.tolist()), per_cent)
        found = certainty(q, solution, distance, most_counted=0, sample=3)
        assert not found.all_plans
        assert found.proved.all(), seed
        assert found.forced.tolist() == [len({plan[c] for plan in near}) == 1 for c in range(q.children)], seed
        assert {tuple(plan) for plan in found.plans.tolist()} <= set(near), seed
        assert tuple(found.plans[0].tolist()) == tuple(solution.home_of.tolist())


def test_prices_in_large_questions_prove_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every question treated as a large one, columns are dropped by prices, and nothing forced is missed."""
    for module in (programme_module, search_module, list_module):
        monkeypatch.setattr(module, "SMALL", 0)
    monkeypatch.setattr(programme_module, "FEW", 3)
    # the package gives the function of this name, not the module
    monkeypatch.setattr(importlib.import_module("matching.alternatives.certainty"), "PROMISING", 4)
    for seed in range(24):
        q, distance, per_cent = drawn(seed)
        solution = SOLVERS["exhaustive"](q)
        near = Everything(q).near_best(tuple(solution.home_of.tolist()), per_cent)
        found = certainty(q, solution, distance, sample=2)
        assert found.forced.tolist() == [len({plan[c] for plan in near}) == 1 for c in range(q.children)], seed
        assert {tuple(plan) for plan in found.plans.tolist()} <= set(near), seed


def test_a_forced_child_of_a_panel_costs_more_than_the_distance_to_move() -> None:
    """Of a panel, a child is forced exactly when the best plan without its home lies outside the distance."""
    q = instance("panel", 3)
    solution = SOLVERS["cpsat"](q)
    found = certainty(q, solution)
    points = q.values_of(solution.home_of)["points"]
    for back_up in back_ups(q, solution):
        assert back_up.best is not None
        loss = back_up.best.loss
        outside = any(loss[t] > 0 for t in ("placed", "siblings", "near", "local")) or 100 * loss["points"] > points
        some_forced = found.forced[list(back_up.group.children)].any()
        assert outside == bool(some_forced), back_up.group


def two_of_three() -> Question:
    """Two children alone and three homes of one place; child 0 suits home 0 by far, child 1 the others alike."""
    return question(
        children=2,
        homes=3,
        places=[1, 1, 1],
        points={(0, 0): 900, (0, 1): 100, (0, 2): 100, (1, 0): 100, (1, 1): 500, (1, 2): 498},
    )


def test_words_follow_the_stated_thresholds() -> None:
    """One child forced, the other in one home in one of two plans: a toss-up; in three of four it would be likely."""
    q = two_of_three()
    found = certainty(q, SOLVERS["exhaustive"](q))
    assert [kind for _, kind, _ in found.groups()] == [Kind.FORCED, Kind.TOSS_UP]
    assert found.share(1) == 0.5
    plans = np.array([[0, 1], [0, 1], [0, 1], [0, 2]])
    assert replace(found, plans=plans).kind(1) is Kind.LIKELY
    assert replace(found, plans=plans[1:]).kind(1) is Kind.TOSS_UP


@pytest.mark.parametrize("most_counted", [2_000, 0], ids=["listed", "searched"])
def test_a_plan_of_another_question_is_refused(most_counted: int) -> None:
    """A plan that the question does not allow, as after a place was lost, is not reasoned from."""
    solution = SOLVERS["exhaustive"](two_of_three())
    lost = replace(two_of_three(), places=np.array([0, 1, 1]))
    with pytest.raises(ValueError, match="solve the question again"):
        certainty(lost, solution, most_counted=most_counted)


def test_without_time_nothing_is_called_forced() -> None:
    """With no time at all, nothing is proved, and a placement seen in every plan is not settled rather than forced."""
    q = two_of_three()
    found = certainty(q, SOLVERS["exhaustive"](q), time_limit=0.0)
    assert not found.forced.any()
    assert not found.proved.any()
    assert {kind for _, kind, _ in found.groups()} == {Kind.OPEN}


def test_a_family_is_forced_only_as_a_whole() -> None:
    """A group's share counts the plans that keep all of it."""
    q = question(
        children=2, homes=2, family=[0, 0], apart=[(0, 1)], points={(0, 0): 5, (1, 1): 5, (0, 1): 5, (1, 0): 5}
    )
    found = certainty(q, SOLVERS["exhaustive"](q))
    assert found.share(0, 1) == 0.5
    assert found.kind(0, 1) is Kind.TOSS_UP


def test_the_same_sample_every_time() -> None:
    """The sample depends on the ids alone: asked twice it is the same, plan for plan."""
    q = instance("panel", 2)
    solution = SOLVERS["cpsat"](q)
    one, two = (certainty(q, solution, Distance(points_per_cent=5), most_counted=0, sample=6) for _ in range(2))
    assert one.plans.tolist() == two.plans.tolist()


@pytest.mark.parametrize("wrong", [{"placed": -1}, {"points_per_cent": 101.0}, {"cost": -5}])
def test_a_distance_is_a_loss(wrong: dict[str, int]) -> None:
    """A distance below nought, or of more than all points, is refused."""
    with pytest.raises(ValueError, match="a distance is"):
        Distance(**wrong)


def test_a_distance_rounds_down_and_holds_pins_and_cost() -> None:
    """1% of 250 points is 2 points; pins are never given up; cost is free unless it is named."""
    distance = Distance(local=1)
    assert distance.least("points", 250) == 248
    assert distance.least("local", 7) == 6
    assert distance.least("pinned", 3) == 3
    assert distance.least("cost", -400) is None
    assert Distance(cost=100).least("cost", -400) == -500
    assert "at most 1 fewer children placed local" in distance.in_words()
