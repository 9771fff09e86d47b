"""The page Today, in every state: nothing yet, a round, an old round, and the roles that see no child."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from frontend.office import Office, open_office
from records.store import Role, local_actor
from tests.frontend import seen
from tests.frontend.pages.conftest import Kept, OpenPage
from tests.frontend.small_council import EVENING, office_at, small_council
from tests.records.store.stories import Clock

ME = local_actor()


def test_with_nothing_in_the_store_the_three_steps_are_said(empty_house: Office, page: OpenPage) -> None:
    """A family finder is led to bring records in; others read who does."""
    at = page("today.py")
    assert "There is nothing here yet" in seen.text(at)
    (button,) = [one for one in at.button if one.label == "Bring in records"]
    button.click()
    at.run()
    assert "Bring in records" in seen.headings(at)
    assert not [one for one in page("today.py", Role.PANEL_CHAIR).button if one.label == "Bring in records"]


def test_records_without_a_round(empty_house: Office, page: OpenPage) -> None:
    """It is said that a round comes next."""
    empty_house.store.keep_snapshot(ME, small_council())
    assert "No round has been worked out yet" in seen.text(page("today.py"))


@pytest.mark.parametrize("role", [Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER])
def test_what_needs_a_person_comes_first(house: Office, page: OpenPage, role: Role) -> None:
    """Totals, the list, the children, in this order, for everybody who works with children."""
    at = page("today.py", role)
    text = seen.text(at)
    assert seen.headings(at) == ["Today", "What needs a person", "The children"]
    assert text.index("Things that need a person") < text.index("What to do") < text.index("Days waiting")
    assert "C5" in text
    assert "overdue" in text
    assert "carer answered: accepts" in text


def test_the_list_of_one_part(house: Office, page: OpenPage) -> None:
    """Choosing who acts leaves only what waits for them."""
    at = page("today.py")
    acts = at.selectbox(key=next(one.key for one in at.selectbox if str(one.key).startswith("acts")))
    assert acts.value == "Everybody"
    assert "Home needed by. A home is needed" in seen.text(at)
    acts.set_value("adopters' agency").run()
    text = seen.text(at)
    assert "If they are linked with nobody" in text
    assert "Home needed by. A home is needed" not in text


def test_one_child_is_opened_by_its_id(house: Office, page: OpenPage) -> None:
    """Nobody is chosen beforehand; without a choice there is a problem; with one, the family's page opens."""
    at = page("today.py")
    child = next(one for one in at.selectbox if one.label == "Open one child or family")
    assert child.value is None
    go = next(one for one in at.button if one.label == "Open")
    go.click()
    at.run()
    assert "choose a child first" in seen.text(at)
    next(one for one in at.selectbox if one.label == "Open one child or family").set_value("C2")
    next(one for one in at.button if one.label == "Open").click()
    at.run()
    assert "One child or family" in seen.headings(at)
    assert "C1" in seen.text(at)


def test_a_round_of_the_day_before_yesterday(kept: Kept, house: Office, page: OpenPage, tmp_path: Path) -> None:
    """It is set apart, with what to do."""
    later = office_at(tmp_path / "placewell.db", Clock(EVENING + timedelta(days=2)))
    open_office(later)
    text = seen.text(page("today.py"))
    assert "The last round is 2 days old" in text
    assert "work out a new round" in text
    later.close()


def test_a_commissioner_sees_totals_alone(house: Office, page: OpenPage) -> None:
    """Counts with small numbers hidden; no child, no home."""
    text = seen.text(page("today.py", Role.COMMISSIONER))
    assert "5 or fewer" in text
    assert "hidden" in text
    for one in ("C1", "C3", "C5", "F1", "H1", "H4"):
        assert one not in text.split()


def test_one_match_is_opened_by_its_id(house: Office, page: OpenPage, matches: dict[str, str]) -> None:
    """None is chosen beforehand; the chosen one opens on the page Record."""
    at = page("today.py")
    box = next(one for one in at.selectbox if one.label == "Open one match")
    assert box.value is None
    next(one for one in at.button if one.label == "Open the match").click()
    at.run()
    assert "choose a match first" in seen.text(at)
    next(one for one in at.selectbox if one.label == "Open one match").set_value(matches["asked"])
    next(one for one in at.button if one.label == "Open the match").click()
    at.run()
    assert "Record" in seen.headings(at)
    assert "C3" in seen.text(at)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_without_children_are_led_elsewhere(house: Office, page: OpenPage, role: Role) -> None:
    """They are told, and shown nobody."""
    text = seen.text(page("today.py", role))
    assert "Your role shows no children here" in text
    assert "C1" not in text.split()


def test_looking_is_entered_in_the_trail_once(house: Office, page: OpenPage) -> None:
    """Whoever opens the page has looked at the children on it; a widget used again enters nothing new."""
    at = page("today.py")
    only = next(one for one in at.selectbox if one.label == "Show")
    only.set_value("No home proposed").run()
    looked = [one for one in house.store.read_trail(ME, subject="person:C3") if one.act == "look"]
    assert len(looked) == 1


def test_a_child_from_whom_a_person_is_barred_is_not_shown(house: Office, page: OpenPage) -> None:
    """Nothing of the child, and that somebody is left out."""
    house.store.bar(ME, ME.user_id, child_id="C3")
    text = seen.text(page("today.py"))
    assert "C3" not in text.replace(",", " ").split()
    assert "not shown to you" in text
