"""The words of targets: read out in a committee they must say how many by when, what that alone costs, and for whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reporting.section import Table
from sufficiency.targets import Aim, Effort, Plan, Targets, solve_targets
from sufficiency.targets_section import approvals_table, targets_words
from tests.sufficiency.targets_by_hand import tiny


@pytest.fixture(scope="module")
def answer() -> Targets:
    """A plan of a tiny council, with beds and with approvals before and after the promise holds."""
    question = tiny(3, futures=8)
    named = replace(question, homes=("teenagers", "siblings_two"), needs=("teenagers", "siblings_two"))
    made = solve_targets(named, Aim(0.6, from_quarter=2), effort=Effort(sample=2, samples=2, gap=0.01))
    plan = Plan(np.array([[0, 0], [1, 2], [0, 1]]), np.array([1, 0]), np.zeros(2))
    return replace(made, plan=plan, feasible=True, aim=Aim(0.6, from_quarter=2))


def test_it_says_how_many_of_them_before_the_promise_holds(answer: Targets) -> None:
    """Households approved while the promise already holds are not what makes it hold from its first day."""
    words = targets_words(answer)
    assert "from April to June 2028 on, 4 households must be approved by 30 June 2028" in words
    assert ", 3 of them by 31 March 2028: 3 of foster carers for two siblings and 1 of foster carers" in words


def test_households_are_told_apart_from_beds(answer: Targets) -> None:
    """What beds save is not said to be saved by carers; a plan of households alone has nothing to tell apart."""
    assert ", of which the households cost £" in targets_words(answer)
    alone = replace(answer, plan=replace(answer.plan, beds=np.zeros(2, dtype=np.int64)))
    assert "of which" not in targets_words(alone)


def test_it_names_whoever_fares_worse_than_is_promised_for_all(answer: Targets) -> None:
    """80% of all children together may be half of the teenagers; promised for each need there is nothing to add."""
    met = np.full((3, 2), 0.9)
    met[2, 0] = 0.304
    worse = replace(answer, met_first=met)
    assert "it is no more than 30 in 100 for a teenager (targets.each_need" in targets_words(worse)
    assert "no more than" not in targets_words(replace(answer, met_first=np.full((3, 2), 0.58)))
    assert "no more than" not in targets_words(replace(worse, aim=replace(worse.aim, each_need=True)))


def test_rows_that_are_left_out_are_said(answer: Targets) -> None:
    """The sum of the short table holds the pipeline of kinds that have no row in it."""
    assert "left out above" not in " ".join(approvals_table(answer, only_more=True).notes)
    few = replace(answer, plan=replace(answer.plan, approvals=np.array([[0, 0], [0, 2], [0, 1]])))
    table = approvals_table(few, only_more=True)
    assert isinstance(table, Table)
    assert len(table.rows) == 1
    assert "left out above" in " ".join(table.notes)


def test_a_promise_that_is_missed_is_said_in_the_first_sentence(answer: Targets) -> None:
    """A plan that fails in futures it was not made on may not be read out as if it kept its promise."""
    low = replace(answer.checked, reached=np.array([0.41]), high=np.array([0.5]))
    assert "it reaches 41% only: the promise is missed there." in targets_words(replace(answer, checked=low))
    well = replace(answer.checked, reached=np.array([0.7]), high=np.array([0.8]))
    assert "missed" not in targets_words(replace(answer, checked=well))
