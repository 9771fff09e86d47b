"""The home to turn to when a carer declines, against solving again without that home."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.instances import instance
from matching.alternatives import After, BackUp, Group, back_ups
from matching.alternatives import order as order_module
from matching.alternatives import programme as programme_module
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from tests.matching.alternatives.plain import Everything, Plan
from tests.matching.questions import FromSeed, question, random_question

CHUNK = 30


@pytest.mark.parametrize("first", range(0, 300, CHUNK))
def test_a_back_up_is_the_best_plan_without_that_home(first: int) -> None:
    """On 300 random questions, others free to move or not: best tiers, then fewest moved, then the rule of ids."""
    for seed in range(first, first + CHUNK):
        check(seed)


def test_large_questions_are_answered_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every question treated as a large one, prices and the search with all tiers in view change no answer."""
    monkeypatch.setattr(programme_module, "SMALL", 0)
    monkeypatch.setattr(programme_module, "FEW", 3)
    monkeypatch.setattr(order_module, "SMALL", 0)
    for seed in range(30):
        check(seed)


def best_of(found: BackUp) -> After:
    """The answer in which others may move, which must be there."""
    assert found.best is not None
    return found.best


def check(seed: int) -> None:
    """Every back-up of one question against every lawful plan."""
    q = random_question(FromSeed(seed), children=4, homes=4)
    solution = SOLVERS["exhaustive"](q)
    everything, before = Everything(q), tuple(solution.home_of.tolist())

    def order(plan: Plan) -> tuple[object, ...]:
        moved = sum(a != b for a, b in zip(plan, before, strict=True))
        return everything.worth[plan], -moved, -everything.ids(plan)

    for found in back_ups(q, solution):
        children = found.group.children
        assert {before[c] for c in children} == {found.group.home}
        may = [plan for plan in everything.worth if all(plan[c] != found.group.home for c in children)]
        stay = [p for p in may if all(p[c] == before[c] for c in range(q.children) if c not in children)]
        for after, among in ((best_of(found), may), (found.alone, stay)):
            mine = tuple(after.home_of.tolist())
            assert mine in among, seed
            assert order(mine) == max(map(order, among)), seed
            assert all(after.proved)
            assert after.values == q.values_of(after.home_of)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_panels_back_ups_are_what_another_solver_finds_without_the_pairs(seed: int) -> None:
    """The tiers of each back-up equal those of the HiGHS twin on the same panel less the declined pairs."""
    q = instance("panel", seed)
    solution = SOLVERS["cpsat"](q)
    for found in back_ups(q, solution)[::3]:
        declined = np.isin(q.pair_child, found.group.children) & (q.pair_home == found.group.home)
        again = SOLVERS["milp"](q.with_pairs(~declined))
        assert {tier.name: tier.value for tier in again.tiers} == {t: best_of(found).values[t] for t in q.tiers}
        assert lawful_plan(q, best_of(found).home_of)
        assert lawful_plan(q, found.alone.home_of)


def test_who_moves_and_who_is_left_without() -> None:
    """When the first child's home declines, the second gives up its home and is left without; alone, the first is."""
    q = question(
        children=2,
        homes=2,
        pairs=[(0, 0), (0, 1), (1, 1)],
        places=[1, 1],
        points={(0, 0): 500, (0, 1): 400, (1, 1): 100},
    )
    found = back_ups(q, SOLVERS["exhaustive"](q))[0]
    assert found.group == Group((0,), 0)
    assert found.homes(best_of(found)) == (1,)
    assert best_of(found).without == (1,)
    assert best_of(found).moved == best_of(found).gained == ()
    assert best_of(found).loss["placed"] == 1
    assert best_of(found).loss["points"] == 200
    assert found.homes(found.alone) == (-1,)
    assert found.alone.without == ()


def test_a_home_that_one_group_declines_can_take_another() -> None:
    """A child without a home gains the one that is declined, when others may move; alone, nobody else does."""
    q = question(children=2, homes=2, pairs=[(0, 0), (0, 1), (1, 0)], places=[1, 1], points={(0, 0): 900, (1, 0): 100})
    q = q.with_pairs(np.array([True, False, True]))
    solution = SOLVERS["exhaustive"](q)
    assert solution.home_of.tolist() == [0, -1]
    found = back_ups(q, solution)[0]
    assert best_of(found).gained == (1,)
    assert best_of(found).loss["placed"] == 0
    assert found.alone.gained == ()
    assert found.alone.loss["placed"] == 1


def test_without_moving_others_only_one_answer_is_given() -> None:
    """Where others may not move, the answer alone is the same, and the other is not there."""
    q = instance("panel", 1)
    solution = SOLVERS["cpsat"](q)
    quick, whole = back_ups(q, solution, others_may_move=False), back_ups(q, solution)
    assert [one.best for one in quick] == [None] * len(whole)
    assert [one.alone.home_of.tolist() for one in quick] == [one.alone.home_of.tolist() for one in whole]


def test_only_groups_of_the_plan_have_a_back_up() -> None:
    """A group that the plan does not make is refused."""
    q = question(children=1, homes=2)
    solution = SOLVERS["exhaustive"](q)
    wrong = Group((0,), 1 - int(solution.home_of[0]))
    with pytest.raises(ValueError, match="not a group of the plan"):
        back_ups(q, solution, [wrong])


def test_without_time_nothing_is_called_proved() -> None:
    """With no time a lawful plan without the home comes back, and no tier of it is claimed that could be better."""
    q = question(children=2, homes=3, places=[1, 1, 1], points={(0, 0): 5, (0, 1): 4, (1, 1): 5, (1, 2): 4})
    for found in back_ups(q, SOLVERS["exhaustive"](q), time_limit=0.0):
        assert lawful_plan(q, best_of(found).home_of)
        assert not all(best_of(found).proved)
