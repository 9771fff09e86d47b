"""Plans that truly differ, against every lawful plan of tiny questions."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.instances import instance
from matching.alternatives import Distance, different_plans
from matching.alternatives import different as different_module
from matching.alternatives.search import Search
from matching.question import Ints
from matching.solvers import SOLVERS
from matching.solvers.exhaustive import lawful_plan
from matching.solvers.solver import Clock, Held
from tests.matching.alternatives.plain import Everything, units_that_differ
from tests.matching.questions import FromSeed, random_question

CHUNK = 30


def unlisted(search: Search, held: Held, home_of: Ints, clock: Clock) -> tuple[Ints, bool]:
    """As if there were too many plans to list."""
    return home_of[np.newaxis], False


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "searched"])
@pytest.mark.parametrize("first", range(0, 150, CHUNK))
def test_each_plan_is_as_different_as_can_be(first: int, listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each plan is near, differs most from all before it, and is the best of those that differ as much."""
    if not listed:
        monkeypatch.setattr(different_module, "every_plan", unlisted)
    for seed in range(first, first + CHUNK):
        q = random_question(FromSeed(seed), children=4, homes=4)
        solution = SOLVERS["exhaustive"](q)
        everything, best = Everything(q), tuple(solution.home_of.tolist())
        near = everything.near_best(best, 30)
        found = different_plans(q, solution, Distance(points_per_cent=30), plans=3)
        before = [best]
        for plan in found.plans:
            mine = tuple(plan.home_of.tolist())
            nearest = {other: min(units_that_differ(q, other, one) for one in before) for other in near}
            assert mine in nearest, seed
            assert plan.furthest
            assert plan.best_of_these
            assert nearest[mine] == min(plan.groups_differ) == plan.most == max(nearest.values()) >= 1, seed
            as_far = [other for other in near if nearest[other] == nearest[mine]]
            assert everything.worth[mine] == max(everything.worth[other] for other in as_far), seed
            before.append(mine)
        assert len(found.plans) == 3 or found.no_more
        assert found.no_more == (len(found.plans) < 3)
        if found.no_more:
            assert set(near) <= set(before), seed


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "searched"])
def test_plans_differ_in_as_many_groups_as_asked(listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for three groups, a panel gives only plans of which every two differ in three, lawful and near."""
    if not listed:
        monkeypatch.setattr(different_module, "every_plan", unlisted)
    q = instance("panel", 3)
    solution = SOLVERS["cpsat"](q)
    found = different_plans(q, solution, plans=4, least=3)
    assert found.plans
    plans = [solution.home_of, *(plan.home_of for plan in found.plans)]
    values = q.values_of(solution.home_of)
    for at, plan in enumerate(plans):
        assert lawful_plan(q, plan)
        mine = q.values_of(plan)
        assert all(mine[t] >= values[t] for t in ("placed", "siblings", "near", "local"))
        assert 100 * (values["points"] - mine["points"]) <= values["points"]
        for other in plans[:at]:
            assert units_that_differ(q, tuple(plan), tuple(other)) >= 3


def test_without_time_no_more_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time is up before the first search, nothing is found and nothing is said to be all."""
    monkeypatch.setattr(different_module, "every_plan", unlisted)
    q = instance("panel", 3)
    found = different_plans(q, SOLVERS["cpsat"](q), time_limit=0.0)
    assert not found.plans
    assert not found.no_more
