"""From forecasts to the question of targets: quarters, segments, places, limits, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sufficiency.households import SEGMENTS, starting_homes
from sufficiency.scenario import baseline
from sufficiency.scenario_values import Quantity
from sufficiency.supply import play_supply, supply_settings
from sufficiency.targets import Effort, solve_targets, target_rows
from sufficiency.targets_from import FAMILY, Calendar, Prices, aim_of, question_of
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

MONTHS, DRAWS = 28, 8
USABLE = Usable(
    np.array([0.0, 1.0]), np.stack([np.eye(12), 0.5 * np.eye(12)]), error=0.01, days=1, source="made up for a test"
)


def month_ends(first: str, months: int) -> Any:
    """Last days of months from a first, as days since 1970-01-01."""
    begins = np.datetime64(first, "M") + np.arange(1, months + 1)
    return begins.astype("datetime64[D]").astype(np.int64) - 1


def prices(quarters: int) -> Prices:
    """Round prices of a week."""
    return Prices(
        own=np.full(quarters, 400.0),
        elsewhere=np.tile([950.0, 900.0, 5000.0, 5000.0], (quarters, 1)),
        bed=np.full(quarters, 3400.0),
        recruit=np.full(len(FAMILY), 14500.0),
        support=np.full(len(FAMILY), 330.0),
        discount=0.035,
    )


@cache
def asked(first: str = "2027-04") -> Any:
    """Need, supply and the question of the baseline council."""
    children = np.zeros((DRAWS, MONTHS, 12), dtype=np.int32)
    children[...] = [30, 35, 30, 20, 25, 10, 2, 10, 0, 12, 9, 70]
    children += np.arange(DRAWS, dtype=np.int32)[:, None, None]
    wanted = Wanted(month_ends(first, MONTHS), children, np.zeros_like(children), np.zeros((12, 5), dtype=np.int32))
    scenario = baseline()
    supply = play_supply(starting_homes(scenario), supply_settings(scenario), months=MONTHS, draws=DRAWS, seed=1)
    homes = np.full((DRAWS, MONTHS), 30.0)
    question = question_of(wanted, supply, USABLE, prices(9 if first == "2027-04" else 8), scenario, need_homes=homes)
    return wanted, supply, question


@pytest.mark.parametrize(
    ("first", "left_out", "names"),
    [
        ("2027-04", 0, ("2027-28 Q1", "2027-28 Q2")),
        ("2027-05", 2, ("2027-28 Q2", "2027-28 Q3")),
        ("2027-12", 1, ("2027-28 Q4", "2028-29 Q1")),
    ],
)
def test_quarters_are_those_of_the_financial_year(first: str, left_out: int, names: tuple[str, str]) -> None:
    """Months before the first whole quarter are left out, and the year begins in April."""
    calendar = Calendar.of(month_ends(first, 9))
    assert (calendar.first, calendar.names[:2]) == (left_out, names)
    assert calendar.years[0] == names[0][:7]
    assert len(calendar.names) == (9 - left_out) // 3


def test_children_and_places_are_those_of_the_forecasts() -> None:
    """Means over each quarter's months, of those who need a family's home and of homes that can be recruited."""
    wanted, supply, question = asked()
    at = [SEGMENTS.index(name) for name in FAMILY]
    assert question.wanted.shape == (DRAWS, 9, 9)
    assert np.allclose(question.wanted[:, 2], wanted.children[:, 6:9][:, :, at].mean(axis=1))
    assert np.allclose(question.places[:, 8], supply.available[:, 24:27][:, :, at].mean(axis=1))
    assert question.pipeline.sum() == pytest.approx(supply.approved[:, :27][:, :, at].sum() / DRAWS)
    assert set(FAMILY) == set(SEGMENTS) - {"short_breaks", "adopters", "kin"}


def test_new_households_come_after_their_delay_and_leave_at_the_scenarios_rate() -> None:
    """No approval before the lead is over; a year after approval about as many have left as attrition says."""
    scenario, question = baseline(), asked()[2]
    assert question.lead == 3
    assert not question.most[:3].any()
    assert (question.most[3:] == 6).all()
    left = 1 - question.there[5, 0] / question.there[1, 0]
    assert left == pytest.approx(scenario.number("fostering.attrition").value, abs=0.03)
    assert (np.diff(question.there[1:], axis=0) < 0).all()
    assert question.enquiries[0] == pytest.approx(8 / 0.33, rel=0.01)


def test_a_place_further_on_is_never_cheaper() -> None:
    """Another council's price below the agency's is taken as the agency's."""
    question = asked()[2]
    assert np.allclose(question.price[:, 1], question.price[:, 0])
    assert np.allclose(question.price[:, 0], 950 * 365.25 / 28)


def test_the_question_can_be_answered() -> None:
    """From the forecasts to the rows of targets.csv."""
    _, _, question = asked()
    scenario = baseline()
    aim = aim_of(scenario, Calendar.of(month_ends("2027-04", MONTHS)))
    assert (aim.level, aim.kind, aim.from_quarter) == (0.8, "share", 8)
    answer = solve_targets(question, replace(aim, level=0.5), effort=Effort(sample=2, samples=2, gap=0.01))
    rows = target_rows(answer)
    assert list(rows.year.unique()) == ["2027-28", "2028-29", "2029-30"]
    assert (rows[rows.home_segment.isin(FAMILY)].recruit >= 0).all()
    assert answer.plan.approvals[:3].sum() == 0


def test_a_budget_is_shared_out_by_the_quarters_of_a_year() -> None:
    """A year of which one quarter is asked about has a quarter of its budget; £10,000,000 is no limit."""
    wanted, supply, question = asked()
    assert np.isinf(question.budget).all()
    scenario = baseline()
    figure = scenario.number("targets.budget")
    less: dict[str, Any] = dict(scenario.figures)
    less["targets.budget"] = replace(figure, value=400000.0, low=400000.0, high=400000.0)
    assert isinstance(figure, Quantity)
    told = question_of(wanted, supply, USABLE, prices(9), replace(scenario, figures=less))
    assert told.budget.tolist() == [400000.0, 400000.0, 100000.0]
    assert told.most_beds == 0


def test_what_does_not_fit_is_refused() -> None:
    """Need and supply of other months, a forecast without a quarter, a promise after its end."""
    wanted, supply, _ = asked()
    shorter = replace(wanted, children=wanted.children[:, :12])
    with pytest.raises(ValueError, match="cannot be asked about together"):
        question_of(shorter, supply, USABLE, prices(9), baseline())
    with pytest.raises(ValueError, match="no whole quarter"):
        Calendar.of(month_ends("2027-05", 4))
    with pytest.raises(ValueError, match=r"targets\.months is 24"):
        aim_of(baseline(), Calendar.of(month_ends("2027-04", 12)))
