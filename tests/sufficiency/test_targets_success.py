"""What is left of a plan where only some of its recruitment succeeds, household by household."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reporting.publish import publish
from reporting.section import Edition
from sufficiency.streams import keys_for, uniform
from sufficiency.targets import Aim, Effort, Plan, TargetQuestion, solve_targets
from sufficiency.targets_recourse import STAYING
from sufficiency.targets_saa import cost_in
from sufficiency.targets_success import LATE_BY, SHARES, Succeeds, success
from tests.sufficiency.a_book import few_tables, made
from tests.sufficiency.targets_by_hand import ByHand, tiny

AIM = Aim(0.6, from_quarter=1)
SEED = 5


def a_plan(question: TargetQuestion) -> Plan:
    """Two households of each kind in the second quarter, one of the first kind in the third, and a bed."""
    nothing = Plan.nothing(question)
    approvals = nothing.approvals.copy()
    approvals[1], approvals[2, 0] = 2, 1
    return Plan(approvals, nothing.beds + 1, nothing.keeping)


def slowly(question: TargetQuestion, plan: Plan, share: float, late: int) -> tuple[Any, Any, Any]:
    """Households approved [F], children without a home [F, quarter of the promise], £ [F]: one household at a time."""
    by_hand = ByHand(question)
    futures, quarters, _ = question.wanted.shape
    approved, unmet, money = (np.zeros(futures) for _ in range(3))
    for f in range(futures):
        added = np.zeros((quarters, len(question.homes)))
        for q in range(quarters):
            for h in range(len(question.homes)):
                money[f] += plan.approvals[q, h] * question.recruit[h] * question.worth[q]
                comes = q + late
                for nth in range(plan.approvals[q, h] if comes < quarters else 0):
                    key = keys_for(SEED, STAYING, int(question.number[f]), comes, h, nth)
                    if not float(uniform(key, 1)[0]) < share:
                        continue
                    approved[f] += 1
                    for t in range(comes, quarters):
                        money[f] += question.support[h] * question.there[t - comes, h] * question.worth[t]
                        if float(uniform(key, 0)[0]) < question.there[t - comes, h]:
                            added[t, h] += question.brings[t - comes, h] / question.there[t - comes, h]
        for t in range(quarters):
            short, pounds = by_hand.quarter(f, t, added[t], int(plan.beds[question.year_of[t]]))
            money[f] += pounds * question.worth[t]
            unmet[f] += short if t == AIM.from_quarter else 0.0
    return approved, unmet, money


@pytest.fixture(scope="module")
def question() -> TargetQuestion:
    """A tiny council with a few futures."""
    return tiny(3, futures=6)


@pytest.fixture(scope="module")
def found(question: TargetQuestion) -> dict[str, Succeeds]:
    """What its plan comes to, row by row."""
    return {one.name: one for one in success(question, AIM, a_plan(question), seed=SEED)}


def test_each_row_is_what_adding_up_household_by_household_gives(
    question: TargetQuestion, found: dict[str, Succeeds]
) -> None:
    """Approvals, children without a home and money are those of a slow count that places each child by a flow."""
    plan = a_plan(question)
    every = slowly(question, plan, 1.0, 0)[2]
    for name, share, late in [*((name, share, 0) for name, share in SHARES.items()), ("late", 1.0, LATE_BY)]:
        approved, unmet, money = slowly(question, plan, share, late)
        assert found[name].approved == pytest.approx(approved.mean()), name
        assert found[name].unmet.sum() == pytest.approx(unmet.mean(), abs=1e-6), name
        assert found[name].money.mean == pytest.approx((money - every).mean(), abs=1e-3), name


def test_a_household_that_succeeds_at_a_half_succeeds_at_three_quarters(
    question: TargetQuestion, found: dict[str, Succeeds]
) -> None:
    """The more succeed, the fewer go without; where all do, it is the plan as it was checked, and costs no more."""
    rows = [found[name] for name in SHARES]
    assert [one.approved for one in rows] == sorted((one.approved for one in rows), reverse=True)
    assert [one.reached for one in rows] == sorted((one.reached for one in rows), reverse=True)
    assert rows[0].approved == a_plan(question).approvals.sum()
    assert rows[0].money.mean == 0
    assert rows[-1].approved == 0 < rows[2].approved < rows[0].approved


def test_who_goes_without_adds_up_and_lies_between_first_and_last(found: dict[str, Succeeds]) -> None:
    """Children of each need who have a home lie between how many were they first in the queue, and were they last."""
    for one in found.values():
        met = 1 - one.unmet / one.wanted
        assert (met <= one.met_first + 1e-9).all()
        assert (met >= one.met_last - 1e-9).all()


def test_the_answer_holds_it_of_the_futures_that_the_plan_never_saw() -> None:
    """The row of every approval reaches and costs what the checked plan does, whatever the order of the futures."""
    whole = tiny(4, futures=16, most_beds=0)
    effort = Effort(sample=2, samples=2, gap=0.01)
    answer = solve_targets(whole, Aim(0.55, from_quarter=2), effort=effort, seed=SEED)
    every, none = answer.success[0], answer.success[3]
    assert every.reached == pytest.approx(float(answer.checked.reached[0]))
    saved = cost_in(whole.only(slice(4, 16)), answer.plan, SEED).mean()
    assert answer.cost.mean == pytest.approx(saved)
    recruiting = (answer.plan.approvals * answer.question.recruit * answer.question.worth[:, None]).sum()
    assert none.money.mean == pytest.approx(answer.saved.mean + recruiting, rel=1e-6)
    again = solve_targets(whole.only(slice(None, None, -1)), Aim(0.55, from_quarter=2), effort=effort, seed=SEED)
    assert [one.money for one in again.success] == [one.money for one in answer.success]


def test_few_children_are_said_in_words() -> None:
    """An edition for officers says fewer than 5 of a forecast of a few, and what it costs; the public one no money."""
    rows = [("half", "teenagers", 2.4, 0.6, 0.5, 0.7), ("half", "all", 12.4, 0.8, 0.8, 0.8)]
    book = few_tables("targets.quarter")
    facts = dict(book.facts) | {
        "targets.success": made("targets.success", rows),
        "targets.success_money": made("targets.success_money", [("half", 12.3, 5e5, 1e5, 9e5)]),
    }
    lens = publish(type(book)(book.about, facts, book.sources), Edition.OFFICIAL)
    assert lens.text("targets.success", "unmet_mean", success="half", home_segment="teenagers") == "fewer than 5"
    assert lens.text("targets.success", "unmet_mean", success="half", home_segment="all") == "10"
    assert lens.text("targets.success_money", "mean", success="half") == "£500,000"
    assert not publish(type(book)(book.about, facts, book.sources), Edition.PUBLIC).has("targets.success_money")
