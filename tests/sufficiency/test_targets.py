"""Plans of how many carers to approve: the best there is, by trying everything, and what must hold of any of them."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from sufficiency.targets import Aim, Effort, Plan, TargetQuestion, plan_rows, solve_targets, target_rows
from sufficiency.targets_frontier import frontier, frontier_rows
from sufficiency.targets_highs import Infeasible
from sufficiency.targets_limits import in_words, limits, reachable
from sufficiency.targets_recourse import outcome, places_of, shortfall, total, unavoidable
from sufficiency.targets_saa import divided
from sufficiency.targets_solve import solve
from tests.sufficiency.targets_by_hand import best, everything, tiny


def cost_of(question: Any, plan: Plan) -> float:
    """£ counted today, on average over futures."""
    return float(total(question, plan, outcome(question, plan)).mean())


@cache
def tried(seed: int) -> tuple[TargetQuestion, Any]:
    """A tiny council with all that can be done there."""
    question = tiny(seed, most=1)
    return question, everything(question)


@pytest.mark.parametrize("seed", [3, 4])
def test_children_are_placed_as_a_flow_would(seed: int) -> None:
    """Unmet need and money by looking at every set of needs are those of a linear programme, plan by plan."""
    question, every = tried(seed)
    for plan, money, unmet in every:
        found = outcome(question, plan)
        assert np.allclose(found.unmet, unmet)
        assert cost_of(question, plan) == pytest.approx(money)


@pytest.mark.parametrize(
    "aim",
    [
        Aim(0.0),
        Aim(0.75, from_quarter=1),
        Aim(0.6, "futures", from_quarter=2, enough=0.7),
        Aim(0.7, "tail", from_quarter=2, worst=0.5),
    ],
    ids=["no promise", "share", "futures", "tail"],
)
@pytest.mark.parametrize("seed", [3, 4])
def test_the_plan_is_the_best_of_all(aim: Aim, seed: int) -> None:
    """What is found costs what the cheapest of all plans costs, or there is none and that is said."""
    question, every = tried(seed)
    least = best(question, aim, every)
    if least is None:
        with pytest.raises(Infeasible):
            solve(question, aim)
        return
    found = solve(question, aim, gap=1e-7)
    assert cost_of(question, found.plan) == pytest.approx(least, rel=1e-6)
    assert found.floor <= found.cost + 1e-3
    assert found.cost == pytest.approx(least - float(unavoidable(question).mean()), rel=1e-5)
    assert shortfall(question, aim, outcome(question, found.plan), places_of(question, found.plan)) <= 1e-6


def test_the_plan_keeps_to_its_money_and_does_what_keeps_carers() -> None:
    """A budget, beds and steps of keeping carers decided together are the best of all as well."""
    keeps = np.array([[[0.0, 0.1], [0.5, 0.4], [0.4, 0.4]], [[0, 0], [0, 0], [0.3, 0.9]]])
    question = tiny(
        5,
        most=1,
        keeps=keeps,
        keeping_price=np.array([4000.0, 8000.0]),
        keeping_steps=1,
        budget=np.array([66000.0, 36000.0]),
    )
    least = best(question, Aim(0.0), everything(question))
    assert least is not None
    assert solve(replace(question, budget=np.full(2, np.inf)), Aim(0.0)).cost < solve(question, Aim(0.0)).cost
    assert cost_of(question, solve(question, Aim(0.0), gap=1e-7).plan) == pytest.approx(least, rel=1e-6)


def test_each_need_is_promised_what_it_can_be_given_together() -> None:
    """Promised for each need, a plan exists exactly where one flow over all futures gives each need its share."""
    question = tiny(6, homes=3, futures=4, most=2, most_beds=0)
    for level in (0.55, 0.65, 0.75, 0.85):
        aim = Aim(level, from_quarter=2, each_need=True)
        try:
            plan = solve(question, aim).plan
        except Infeasible:
            plan = Plan.nothing(question)
        missed = shortfall(question, aim, outcome(question, plan), places_of(question, plan))
        own = question.places[:, 2] + places_of(question, plan)[2]
        wanted = question.wanted[:, 2]
        # Columns: future, home, need, then the share that every need is sure of.
        futures, homes, needs = 4, 3, 3
        width = futures * homes * needs + 1
        rows, most, bounds = [], [], []
        for f in range(futures):
            for h in range(homes):
                row = np.zeros(width)
                row[(f * homes + h) * needs : (f * homes + h + 1) * needs] = 1
                rows.append(row)
                most.append(own[f, h])
                bounds += [(0, own[f, h] * question.usable[h, n]) for n in range(needs)]
            for n in range(needs):
                row = np.zeros(width)
                row[f * homes * needs + n : (f + 1) * homes * needs : needs] = 1
                rows.append(row)
                most.append(wanted[f, n])
        for n in range(needs):
            row = np.zeros(width)
            row[n : width - 1 : needs] = -1
            row[-1] = wanted[:, n].sum()
            rows.append(row)
            most.append(0.0)
        sure = -linprog(-np.eye(width)[-1], np.array(rows), most, bounds=[*bounds, (0, None)]).fun
        assert min(sure, 1.0) == pytest.approx(min(level - missed, 1.0), abs=1e-6)


def test_one_household_more_never_raises_the_optimum() -> None:
    """A household that is there already, and costs nothing to recruit, never makes the best plan dearer."""
    question = tiny(7)
    aim = Aim(0.6, from_quarter=2)
    before = solve(question, aim, gap=1e-7)
    for home in range(2):
        places = question.places.copy()
        places[:, :, home] += question.brings[1, home]
        after = solve(replace(question, places=places), aim, gap=1e-7)
        assert after.cost <= before.cost + 1e-3


def test_more_money_and_more_assessors_are_never_worse() -> None:
    """The best cost never rises with a limit that is moved outwards."""
    question = tiny(8, budget=np.array([60000.0, 60000.0]))
    costs = [
        solve(replace(question, budget=np.full(2, money)), Aim(0.0), gap=1e-7).cost for money in (0.0, 4e4, 8e4, 2e5)
    ]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]
    rooms = [
        solve(replace(question, capacity=np.full(3, room)), Aim(0.0), gap=1e-7).cost for room in (0.0, 3.0, 6.0, 12.0)
    ]
    assert rooms == sorted(rooms, reverse=True)


@pytest.mark.parametrize("kind", ["share", "futures", "tail"])
def test_more_promised_is_never_cheaper(kind: Any) -> None:
    """Costs and their floors rise with the level, what cannot be promised is marked, and plans keep what they say."""
    question = tiny(8, futures=8)
    aim = Aim(0.0, kind, from_quarter=2, enough=0.6, worst=0.5)
    sample = divided(question, Effort(sample=4, samples=1)).samples[0]
    top = reachable(sample, replace(aim, level=1.0))
    levels = (0.0, 0.3 * top, 0.9 * top, top - 1e-6, 1.0)
    points = frontier(question, aim, levels=levels, effort=Effort(sample=4, samples=1, gap=1e-7))
    assert [one.plan is None for one in points] == [False, False, False, False, top < 1]
    for before, later in pairwise(points):
        assert later.cost >= before.cost
        assert later.floor >= before.floor - 1e-3
    for one in points[:4]:
        assert one.plan is not None
        missed = shortfall(
            sample, replace(aim, level=one.level), outcome(sample, one.plan), places_of(sample, one.plan)
        )
        assert missed <= 1e-6
    rows = frontier_rows(points)
    assert rows.possible.tolist() == [one.plan is not None for one in points]
    assert rows.dearer_than_no_promise[0] == 0


def test_no_plan_and_which_limit_stands_in_the_way() -> None:
    """Each limit alone, moved by the least that is enough, and the most that can be promised, in words."""
    question = tiny(
        1,
        futures=1,
        homes=1,
        most=2,
        wanted=np.full((1, 3, 1), 4.0),
        places=np.full((1, 3, 1), 1.0),
        usable=np.ones((1, 1)),
        brings=np.ones((3, 1)),
        there=np.ones((3, 1)),
        capacity=np.array([0.0, 3.0, 3.0]),
        budget=np.full(2, 40000.0),
        most_beds=0,
    )
    aim = Aim(0.75, from_quarter=1)
    with pytest.raises(Infeasible):
        solve(question, aim)
    found = limits(question, aim)
    assert in_words(question, aim, found) == (
        "No plan keeps the promise of 75% from 2027-28 Q4 on. Within the limits 50% is the most that can be promised. "
        "Any one of these would be enough: 3 more assessments over 3 quarters. The promise from 2028-29 Q1 on, one "
        "quarter later."
    )
    assert {one.name: one.by for one in found} == {
        "promise": pytest.approx(0.25),
        "assessments": pytest.approx(3.0),
        "budget": None,
        "approvals": None,
        "date": 1,
    }
    # With assessors enough, the money is what is missing: two households cost £18,000 and £4,000 of support.
    found = limits(replace(question, capacity=np.full(3, 99.0), budget=np.array([15000.0, 40000.0])), aim)
    assert {one.name: one.by for one in found}["budget"] == pytest.approx(7000.0)
    assert "£7,000 more for the plan over 2 years." in in_words(question, aim, found)


def test_the_order_of_the_futures_and_the_workers_have_no_bearing() -> None:
    """The same futures in another order give the same answer to the byte."""
    question = tiny(9, futures=24)
    effort = Effort(sample=4, samples=3, checked=12, gap=1e-6)
    shuffled = question.only(np.random.default_rng(1).permutation(24))
    one, other = (solve_targets(q, Aim(0.5, from_quarter=1), effort=effort) for q in (question, shuffled))
    assert one.plan.same(other.plan)
    assert target_rows(one).to_csv() == target_rows(other).to_csv()
    assert (one.cost, one.saved, one.next_more) == (other.cost, other.saved, other.next_more)
    assert (one.gap.mean, one.gap.upper) == (other.gap.mean, other.gap.upper)


def test_the_answer_hangs_together() -> None:
    """Kinds add up to all, the gap is under its bound, the futures are divided, enquiries follow approvals."""
    question = tiny(10, futures=40)
    aim = Aim(0.5, from_quarter=1)
    answer = solve_targets(question, aim, effort=Effort(sample=5, samples=4, checked=15, gap=1e-6))
    assert (answer.planned_on, answer.checked_on, answer.gap.samples) == (20, 15, 3)
    assert answer.feasible
    assert answer.gap.mean <= answer.gap.upper
    rows = target_rows(answer)
    assert list(rows.columns) == ["year", "home_segment", "recruit", "cost", "saving", "marginal_value"]
    assert list(rows.year.unique()) == ["2027-28", "2028-29"]
    for _, year in rows.groupby("year"):
        whole = year[year.home_segment == "all"].iloc[0]
        parts = year[year.home_segment != "all"]
        assert parts[~parts.home_segment.isin(["block_beds", "keeping_carers"])].recruit.sum() == whole.recruit
        assert parts.cost.sum() == pytest.approx(whole.cost, abs=3)
        assert parts.saving.sum() == pytest.approx(whole.saving, abs=3)
    table = plan_rows(answer)
    assert (table.enquiries == 24 * table.more).all()
    assert table.more.sum() == answer.plan.approvals.sum()
    assert answer.saved.mean == pytest.approx(answer.without.mean - answer.cost.mean)
    assert (answer.met_last <= answer.met_first + 1e-9).all()


def test_what_cannot_be_promised_is_said_and_the_nearest_plan_is_given() -> None:
    """Where a promise is out of reach the answer says so in words, and its plan keeps the most that can be."""
    question = tiny(11, futures=16)
    answer = solve_targets(question, Aim(1.0, from_quarter=0), effort=Effort(sample=4, samples=2, checked=8))
    assert not answer.feasible
    assert answer.words.startswith("No plan keeps the promise of 100% from 2027-28 Q3 on.")
    assert answer.aim.level < 1
    assert answer.limits[0].name == "promise"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"usable": np.full((2, 2), 1.2)}, "usable holds a share above 1"),
        ({"own_price": np.full(3, 20000.0)}, "cheaper than the one that is looked for before"),
        ({"places": np.zeros((2, 3, 1))}, "places has the shape"),
        ({"recruit": np.array([-1.0, 0.0])}, "recruit holds a number below nought"),
        ({"number": np.zeros(2, np.int64)}, "the same number"),
        ({"beds_at": 0}, "Beds belong to one of the places elsewhere"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    """Arrays of the wrong shape, shares above 1 and prices upside down are refused with what is wrong."""
    with pytest.raises(ValueError, match=message):
        tiny(1, **changes)


def test_a_promise_that_makes_no_sense_is_refused() -> None:
    """A level above 1, no worst futures, a date in the past or after the last quarter."""
    for wrong in ({"level": 1.2}, {"level": 0.5, "worst": 0.0}, {"level": 0.5, "from_quarter": -1}):
        with pytest.raises(ValueError, match=r"share|past"):
            Aim(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Look further ahead"):
        solve(tiny(1), Aim(0.5, from_quarter=3))
    assert {one.name for one in fields(Aim)} >= {"level", "kind", "from_quarter", "each_need", "enough", "worst"}


def test_what_is_said_to_be_possible_is_what_the_plan_promises() -> None:
    """Samples differ in what can be kept; the words and the plan speak of the one that can keep least."""
    question, aim = tiny(3, futures=8, most=1), Aim(0.99, from_quarter=1)
    effort = Effort(sample=2, samples=2, gap=0.01)
    first, second = (reachable(sample, aim) for sample in divided(question, effort).samples)
    assert second < first - 0.1
    answer = solve_targets(question, aim, effort=effort)
    assert answer.aim.level == pytest.approx(second, abs=0.001)
    assert f"{100 * answer.aim.level:.1f}% is the most that can be promised" in answer.words
