"""Planning again with the fewest changes, against every lawful plan of tiny questions."""

from __future__ import annotations

import numpy as np
import pytest

from matching.alternatives import (
    HOME_GONE,
    NOTHING_TOLD,
    Distance,
    at_a_price,
    best_with_fewest_changes,
    curve,
    fewest_changes,
    previous_plan,
)
from matching.question import Ints, Question
from matching.solvers import SOLVERS
from tests.matching.alternatives.plain import Everything, Plan
from tests.matching.questions import FromSeed, question, random_question

CHUNK = 30
SEEDS = range(0, 300, CHUNK)


class Case:
    """A tiny question, its best plan, what was told before, and how many changes each plan makes."""

    def __init__(self, seed: int) -> None:
        self.question: Question = random_question(FromSeed(seed), children=4, homes=4)
        self.solution = SOLVERS["exhaustive"](self.question)
        self.best: Plan = tuple(self.solution.home_of.tolist())
        self.all = Everything(self.question)
        rng = np.random.default_rng(seed)
        self.told: Ints = rng.integers(HOME_GONE, self.question.homes, self.question.children)

    def changes(self, plan: Plan) -> int:
        """Children told one home who now have another, or none."""
        return sum(told not in (NOTHING_TOLD, home) for told, home in zip(self.told.tolist(), plan, strict=True))


@pytest.mark.parametrize("first", SEEDS)
def test_the_best_plan_with_the_fewest_changes(first: int) -> None:
    """Of all plans as good as the best in every tier, none changes fewer placements."""
    for seed in range(first, first + CHUNK):
        case = Case(seed)
        found = best_with_fewest_changes(case.question, case.solution, case.told)
        mine = tuple(found.home_of.tolist())
        equals = [plan for plan, worth in case.all.worth.items() if worth == case.all.worth[case.best]]
        assert mine in equals, seed
        assert len(found.changed) == case.changes(mine) == min(map(case.changes, equals)), seed
        assert found.proved


@pytest.mark.parametrize("first", SEEDS)
def test_the_fewest_changes_within_a_distance(first: int) -> None:
    """Of all plans within the distance none changes fewer, and of those that change as few none is better."""
    for seed in range(first, first + CHUNK):
        case = Case(seed)
        found = fewest_changes(case.question, case.solution, case.told, Distance(points_per_cent=30))
        mine = tuple(found.home_of.tolist())
        near = case.all.near_best(case.best, 30)
        assert mine in near, seed
        assert (-case.changes(mine), case.all.worth[mine]) == max((-case.changes(p), case.all.worth[p]) for p in near)
        assert found.proved


@pytest.mark.parametrize("first", SEEDS)
def test_the_curve_has_every_number_of_changes_that_buys_something(first: int) -> None:
    """The curve is exactly the plans that are best with at most so many changes, wherever that number matters."""
    for seed in range(first, first + CHUNK):
        case = Case(seed)
        wanted: list[tuple[int, tuple[int, ...]]] = []
        for most in range(case.question.children + 1):
            may = [worth for plan, worth in case.all.worth.items() if case.changes(plan) <= most]
            if may and (not wanted or max(may) > wanted[-1][1]):
                wanted.append((most, max(may)))
        found = curve(case.question, case.solution, case.told)
        plans = [tuple(plan.home_of.tolist()) for plan in found.plans]
        assert [(case.changes(plan), case.all.worth[plan]) for plan in plans] == wanted[::-1], seed
        assert found.complete


@pytest.mark.parametrize("first", range(0, 150, CHUNK))
def test_the_best_plan_at_a_price_for_each_change(first: int) -> None:
    """Tiers before points first; then points less the price of changes; then fewest changes; then the other tiers."""
    for seed in range(first, first + CHUNK):
        case = Case(seed)
        at = case.question.tiers.index("points")
        price = seed % 4

        def order(plan: Plan, case: Case = case, at: int = at, price: int = price) -> tuple[object, ...]:
            worth, changes = case.all.worth[plan], case.changes(plan)
            return worth[:at], worth[at] - price * changes, -changes, worth[at + 1 :]

        found = at_a_price(case.question, case.solution, case.told, price)
        assert order(tuple(found.home_of.tolist())) == max(map(order, case.all.worth)), seed
        assert found.proved


def four_who_could_swap() -> tuple[Question, Ints]:
    """Four children in homes of one place, told homes that a swap in a ring would better by ten points a child."""
    points = {(c, h): 110 if h == (c + 1) % 4 else 100 if h == c else 0 for c in range(4) for h in range(4)}
    return question(children=4, homes=4, places=[1] * 4, points=points), np.arange(4)


def test_a_curve_cut_short_says_so() -> None:
    """Where only the ends of the curve are asked for, it is not called complete."""
    q, told = four_who_could_swap()
    q = question(
        children=4,
        homes=8,
        places=[1] * 8,
        points={(c, h): 100 if h == c else 110 + c if h == c + 4 else 0 for c in range(4) for h in range(8)},
    )
    solution = SOLVERS["exhaustive"](q)
    whole, ends = curve(q, solution, told), curve(q, solution, told, most_points=2)
    assert [len(plan.changed) for plan in whole.plans] == [4, 3, 2, 1, 0]
    assert [plan.values["points"] for plan in whole.plans] == [446, 436, 425, 413, 400]
    assert whole.complete
    assert [len(plan.changed) for plan in ends.plans] == [4, 0]
    assert not ends.complete


def test_a_ring_is_changed_whole_or_not_at_all() -> None:
    """Where only all four together gain, the curve has two plans, and a price above ten keeps what was told."""
    q, told = four_who_could_swap()
    solution = SOLVERS["exhaustive"](q)
    assert [len(plan.changed) for plan in curve(q, solution, told).plans] == [4, 0]
    assert at_a_price(q, solution, told, 9).changed == (0, 1, 2, 3)
    assert at_a_price(q, solution, told, 11).changed == ()
    # as good either way: the fewest changes
    assert at_a_price(q, solution, told, 10).changed == ()


def test_what_was_told_is_read_by_ids() -> None:
    """A child without an entry was told nothing, a home that is not in the round is gone, strangers are left out."""
    q = question(children=3, homes=2)
    told = previous_plan(q, {"C0": "H1", "C1": "elsewhere", "C2": None, "another child": "H0"})
    assert told.tolist() == [1, HOME_GONE, NOTHING_TOLD]


def test_a_price_needs_points() -> None:
    """A price below nought, or in a question that counts no points, is refused."""
    q = question(children=1, homes=1, tiers=("placed",))
    solution = SOLVERS["exhaustive"](q)
    with pytest.raises(ValueError, match="in points"):
        at_a_price(q, solution, np.array([0]), 5)
    q = question(children=1, homes=1)
    with pytest.raises(ValueError, match="in points"):
        at_a_price(q, SOLVERS["exhaustive"](q), np.array([0]), -1)


def test_without_time_nothing_is_called_proved() -> None:
    """With no time the best plan comes back, and the fewest changes are not claimed."""
    q, told = four_who_could_swap()
    solution = SOLVERS["exhaustive"](q)
    found = fewest_changes(q, solution, told, Distance(points_per_cent=50), time_limit=0.0)
    assert not found.proved
    assert not curve(q, solution, told, time_limit=0.0).complete
