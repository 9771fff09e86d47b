"""Levers of a scenario in the question of targets: what helps today's pipeline helps the households of a plan too."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sufficiency.households import starting_homes
from sufficiency.levers import NO_PULLS, Pull, Pulls
from sufficiency.scenario import baseline
from sufficiency.supply import play_supply, supply_settings
from sufficiency.targets_from import FAMILY, Prices, question_of
from sufficiency.targets_pulls import PlanLevers
from sufficiency.targets_question import TargetQuestion
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

MONTHS, DRAWS = 24, 6


@cache
def asked(lever: str = "", size: float = 0.0) -> TargetQuestion:
    """The question of the baseline council with one lever pulled in full from the first month on."""
    pulls = Pulls({lever: Pull(lever, (size, size, size), (1.0,))}) if lever else NO_PULLS
    scenario = baseline()
    settings = supply_settings(scenario, pulls=pulls)
    supply = play_supply(starting_homes(scenario), settings, months=MONTHS, draws=DRAWS, seed=1)
    children = np.full((DRAWS, MONTHS, 12), 10, dtype=np.int32)
    begins = np.datetime64("2027-04", "M") + np.arange(1, MONTHS + 1)
    ends: Any = begins.astype("datetime64[D]").astype(np.int64) - 1
    wanted = Wanted(ends, children, np.zeros_like(children), np.zeros((12, 5), dtype=np.int32))
    usable = Usable(np.array([0.0, 1.0]), np.stack([np.eye(12)] * 2), error=0.0, days=1, source="made up for a test")
    some = np.full(len(FAMILY), 100.0)
    prices = Prices(np.full(8, 400.0), np.full((8, 4), 900.0), np.full(8, 3400.0), some, some, 0.0)
    return question_of(wanted, supply, usable, prices, scenario, settings=settings)


def test_no_lever_leaves_the_scenarios_own_figures() -> None:
    """At nought every lever is the scenario itself, to the bit."""
    settings = supply_settings(baseline())
    plain = PlanLevers.of(settings, MONTHS)
    assert plain.conversion == settings.approved_per_application[1]
    assert plain.lead == pytest.approx(settings.months_to_application[1] + settings.months_to_approval[1])
    assert (plain.staying, plain.retiring, plain.assessments.any()) == (1.0, 0.0, False)
    for lever in ("conversion", "hub", "retention", "assessors", "assessment_time", "fees", "retirement"):
        none = asked(lever, 0.0)
        for name in ("effort", "enquiries", "there", "brings", "capacity", "most"):
            assert np.array_equal(getattr(none, name), getattr(asked(), name)), (lever, name)


def test_more_conversion_and_a_hub_take_fewer_enquiries() -> None:
    """A third of assessments approved and then a half; one enquirer in eight applies and then about one in four."""
    assert asked("conversion", 0.17).effort[0] == pytest.approx(1 / 0.5, rel=0.01)
    assert asked("conversion", 0.17).enquiries[0] == pytest.approx(8 / 0.5, rel=0.01)
    assert asked("hub", 0.125).enquiries[0] == pytest.approx(4 / 0.33, rel=0.01)


def test_more_assessors_never_leave_a_plan_fewer_assessments() -> None:
    """The pipeline begins more assessments with more assessors; what a plan can have does not fall by them."""
    plain, more = asked(), asked("assessors", 4.0)
    assert (more.capacity >= plain.capacity - 1e-9).all()
    assert more.capacity.sum() > plain.capacity.sum()


def test_new_households_stay_longer_with_retention_and_come_sooner_with_quick_assessments() -> None:
    """Leaving levers hold for a plan's households; those of 60 and more retire sooner with the lever."""
    assert (asked("retention", 0.3).there[2:] > asked().there[2:]).all()
    assert (asked("fees", 50.0).there[2:] >= asked().there[2:]).all()
    assert (asked("retirement", 0.2).there[2:] < asked().there[2:]).all()
    assert asked("assessment_time", 3.0).lead < asked().lead
