"""Recruitment targets on the page: what a promise takes, what if it falls short, and approvals held against it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from frontend.planning import recruitment_view as view
from frontend.planning.opened import Opened
from frontend.planning.orders import SCENARIOS, Worked
from frontend.planning.recruitment_ask import LEVEL, SIZED, SOURCE, months_until, order_of
from frontend.planning.recruitment_tracker import adopted_from
from records.store import Role
from sufficiency.scenario import Scenario, scenario_from, with_figures
from tests.frontend.planning.conftest import COMMISSIONER, OpenPage
from tests.frontend.planning.made import FIRST, SMALL, assert_no_child, small_order

PAGE = "recruitment.py"
PARTS = (
    "How many to approve",
    "A higher or lower promise",
    "What one approval saves",
    "If it falls short",
    "Approvals so far",
)


@pytest.fixture
def scenario(worked: Worked) -> Scenario:
    """The scenario that the small council's forecast was played with."""
    return scenario_from(worked.files[f"{SCENARIOS}/{FIRST}.toml"], FIRST)


def words_of(at: AppTest) -> str:
    """What stands on the page."""
    return " ".join(one.proto.body for one in at.get("html"))


def test_every_part_shows_its_figures_and_no_child(planning_office: Office, planning_page: OpenPage) -> None:
    """Each of the five parts opens for a commissioner and a decision maker, and none tells of a child."""
    at = planning_page(PAGE)
    for part in PARTS:
        at.radio(key="recruitment part").set_value(part).run()
        assert not at.exception
        said = words_of(at)
        assert "This is a fault" not in said
        assert_no_child(said)
    at = planning_page(PAGE, Role.DECISION_MAKER)
    assert all(one.key != "recruitment ask" for one in at.button)


def test_the_nearest_promise_is_said_at_once(opened: Opened) -> None:
    """At a level between two that the forecast holds, the next higher one is told, with its own approvals."""
    lens = opened.lens
    levels = view.levels(lens)
    assert levels == (0.7, 0.8, 0.9, 0.95)
    for level in levels:
        name = f"{level:.0%}"
        if lens.text(view.FRONTIER, "possible", level=name) == "yes":
            approvals = lens.text(view.FRONTIER, "approvals", level=name)
            assert f"take {approvals} approval".replace("take 0", "take no") in view.at_once(lens, level)
    assert "90% is the nearest promise" in view.at_once(lens, 0.82)
    assert "holds no plan for so high" in view.at_once(lens, 0.99)


def test_approvals_that_pay_without_a_promise_are_not_laid_at_its_door(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cheapest plan without a promise approves as many, that is said; and not where it approves fewer."""
    lens, level = opened.lens, view.summary(opened.lens, "asked").partition("%")[0]
    plans = {"no promise": {"approvals": "49", "beds": "11"}, f"{level}%": {"approvals": "49", "beds": "11"}}

    def told(_: object, key: str, column: str, **by: str) -> str:
        return "yes" if column == "possible" else plans[by["level"]][column]

    monkeypatch.setattr(view, "said", told)
    assert view.pays_without(lens, f"{level}%")
    plans["no promise"]["approvals"] = "48"
    assert not view.pays_without(lens, f"{level}%")
    monkeypatch.undo()
    said = str(next(view.plan_sections(lens)))
    assert (view.PAYS in said) is view.pays_without(lens, f"{level}%")


def test_limits_of_a_council_of_another_size_are_said_to_be_brought_to_this_one(
    planning_office: Office, planning_page: OpenPage
) -> None:
    """The boxes show what the scenario states; the plan may use more of it in a larger council."""
    assert SIZED == ("targets.assessments", "targets.approvals", "targets.block_beds")
    assert "stated for a council of 340 children in care. The plan takes them" in words_of(planning_page(PAGE))


def test_half_of_the_recruitment_is_said_as_the_book_has_it(opened: Opened) -> None:
    """The sentence and the tables hold the figures of targets.success, those of every kind of need too."""
    (section,) = view.success_sections(opened.lens)
    lead, overall, by_need = section.blocks
    half = opened.lens.text(view.SUCCESS, "met", success="half", home_segment="all")
    assert half in str(lead)
    assert half in str(overall)
    assert "Half" in str(by_need)
    assert "£" in str(lead)


def test_targets_are_asked_for_with_the_figures_that_were_set(
    opened: Opened, scenario: Scenario, planning_office: Office
) -> None:
    """The order holds the open scenario alone, with the level asked for as a choice without a source."""
    order = small_order(planning_office.planning.inputs)  # type: ignore[union-attr]
    figure = replace(scenario.number(LEVEL), value=0.9, low=0.9, high=0.9, source=SOURCE, status="unverified")
    asked = order_of(order, opened, scenario, {LEVEL: figure})
    ((name, text),) = asked.scenarios
    read = scenario_from(text.encode(), name)
    assert (name, asked.first, asked.replications) == (FIRST, FIRST, order.replications)
    assert read.number(LEVEL).value == 0.9
    assert read.sha256 == with_figures(scenario, {LEVEL: figure}).sha256
    assert "90% promised" in asked.title
    assert months_until(opened, "2027-28 Q1") == 12


def test_adopted_targets_are_those_of_the_book(opened: Opened, scenario: Scenario) -> None:
    """By kind and quarter what the book says to approve; room for more only after the months an enquiry takes."""
    adopted, lens = adopted_from(opened.lens, scenario), opened.lens
    for home, row in adopted.households.items():
        for quarter, count in row.items():
            assert lens.text(view.QUARTER, "recruit", quarter=quarter, home_segment=home) == str(count)
    assert sum(adopted.room["all"][q] for q in adopted.quarters[: adopted.lead]) == 0


def test_targets_are_adopted_and_approvals_entered(planning_office: Office, planning_page: OpenPage) -> None:
    """Adopting states when to act; approvals are saved, held against the target, and every version is told."""
    store = planning_office.store
    at = planning_page(PAGE, before={"recruitment part": "Approvals so far"})
    at.button(key="recruitment adopt").click().run()
    assert not at.exception
    so_far = store.targets_so_far(COMMISSIONER, SMALL.name)
    assert so_far.adopted is not None
    assert "Trigger points" in words_of(at)
    quarter = at.selectbox(key=f"recruitment quarter {SMALL.name}").value
    box = at.number_input(key=f"recruitment {SMALL.name} {quarter} 0 teenagers")
    box.set_value(3)
    next(one for one in at.button if one.label == "Save these approvals").click().run()
    assert not at.exception
    said = words_of(at)
    assert "are saved" in said
    assert "3 households had been approved; the target was" in said
    kept = store.targets_so_far(COMMISSIONER, SMALL.name).approvals
    assert kept is not None
    assert kept.document["teenagers"] == {quarter: 3}
    # somebody else saves on top of it, and this tab then saves on top of the older version
    store.record_approvals(COMMISSIONER, SMALL.name, 1, {"teenagers": {quarter: 5}})
    at.number_input(key=f"recruitment {SMALL.name} {quarter} 1 teenagers").set_value(4)
    next(one for one in at.button if one.label == "Save these approvals").click().run()
    assert "saved approvals while you were entering yours" in words_of(at)
    at.button(key="recruitment over").click().run()
    last = store.targets_so_far(COMMISSIONER, SMALL.name)
    assert last.approvals is not None
    assert (last.approvals.version, last.approvals.document["teenagers"][quarter]) == (3, 4)
    assert len(last.approvals_before) == 2
