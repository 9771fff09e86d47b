"""What is above every planning page: boxes, notices, what is at work, and what is said where there is nothing yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from frontend.contents import PAGES
from frontend.office import Office
from frontend.planning import now_measures
from frontend.planning.planning import Planning
from records.store import Role
from tests.frontend import seen
from tests.frontend.planning.conftest import COMMISSIONER, OpenPage
from tests.frontend.planning.made import SECOND, SMALL, assert_no_child

PLANNING_PAGES = [entry.file for entry in PAGES if entry.acts == ("list_works",)]


@pytest.mark.parametrize("file", PLANNING_PAGES)
@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.DECISION_MAKER])
def test_no_page_tells_of_a_child(planning_office: Office, planning_page: OpenPage, file: str, role: Role) -> None:
    """With a forecast open, every planning page opens for both roles, and names nobody."""
    at = planning_page(file, role)
    words = seen.text(at)
    assert "Counted up to 31 March 2026; 20 futures" in words
    assert "Nobody in this council exists" in words
    assert_no_child(words)


def test_a_choice_stays_while_a_person_goes_from_page_to_page(planning_office: Office, planning_page: OpenPage) -> None:
    """The scenario that was chosen on one page is open on the next; a look is in the trail once."""
    at = planning_page("need.py")
    assert [box.label for box in at.selectbox if box.key and box.key.startswith("desk")] == ["Scenario"]
    at.selectbox(key="desk scenario").set_value(SECOND).run()
    assert "Carers for brothers and sisters. Counted up" in seen.text(at)
    at.switch_page("frontend/pages/today.py").run()
    at.switch_page("frontend/pages/supply.py").run()
    assert at.selectbox(key="desk scenario").value == SECOND
    auditor = replace(COMMISSIONER, acting_as=Role.AUDITOR)
    assert len([one for one in planning_office.store.read_trail(auditor) if one.act == "read_work"]) == 1


def test_what_a_page_says_is_not_held_with_what_all_tabs_share(
    planning_office: Office, planning_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open forecast does not grow with each run of a page, even of one that does not see to that itself."""
    planning = planning_office.planning
    assert planning is not None
    (work,) = planning_office.store.list_works(COMMISSIONER)
    shared = planning.opened(planning_office.store, COMMISSIONER, work.work_id).lens
    before = len(shared.said)
    monkeypatch.setattr(now_measures, "fresh", lambda lens: lens)
    planning_page("supply.py")
    assert len(shared.said) == before


def test_returns_that_changed_are_told_and_can_be_worked_out_anew(
    planning_office: Office, planning_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only whoever may ask for a forecast is offered it; it asks what was asked before."""
    planning = planning_office.planning
    assert planning is not None
    with (planning.inputs.councils[0].returns / "2025-26" / "header.csv").open("a", encoding="utf-8") as more:
        more.write("\n")
    at = planning_page("need.py", Role.DECISION_MAKER)
    assert "What lies on the server has changed since" in seen.text(at)
    assert f"{SMALL.name}: returns. This forecast is of what lay there before." in seen.text(at)
    assert not [one for one in at.button if one.key == "desk anew"]
    orders: list[object] = []
    monkeypatch.setattr(Planning, "start", lambda _, __, ___, order: orders.append(order))
    at = planning_page("need.py")
    at.button(key="desk anew").click().run()
    (order,) = orders
    (work,) = planning_office.store.list_works(COMMISSIONER)
    assert order == planning.same_again(planning_office.store, COMMISSIONER, work.work_id)


def test_nothing_yet_says_what_was_found_and_who_begins(
    empty_planning_office: Office, planning_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By names of files alone; a decision maker is told that a commissioner begins."""
    at = planning_page("need.py", Role.DECISION_MAKER)
    assert "A commissioner has the first forecast worked out." in seen.text(at)
    assert not at.button
    at = planning_page("need.py")
    assert "11 files, 2022-23 to 2025-26" in seen.text(at) or "12 files, 2022-23 to 2025-26" in seen.text(at)
    assert_no_child(seen.text(at))
    orders: list[object] = []
    monkeypatch.setattr(Planning, "start", lambda _, __, ___, order: orders.append(order))
    at.button(key="desk first").click().run()
    assert len(orders) == 1
