"""The page Homes: each state, each role, and what a person with a conflict of interest is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from frontend.serving import SCRIPT
from records.store import Role, local_actor
from tests.frontend import seen
from tests.records.store.stories import take

Page = Callable[..., AppTest]
ALLOWED = (Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER)


def box(at: AppTest, label: str) -> object:
    """A select box by its label."""
    return next(one for one in at.selectbox if one.label == label)


def looked_up(page: Page, home_id: str, role: Role = Role.FAMILY_FINDER) -> AppTest:
    """The page on one home."""
    return page("homes.py", role, {"hand home": home_id})


@pytest.mark.parametrize("role", ALLOWED)
def test_the_register_lists_every_home(house: Office, page: Page, role: Role) -> None:
    """Whoever does casework sees all six homes, whom they are proposed for, and which is on hold."""
    text = seen.text(page("homes.py", role))
    assert "Homes H1 to H6, of 6 found" in text
    assert "on hold" in text
    assert "C1, C2" in text


def test_a_store_without_a_round_says_what_to_do(empty_house: Office, page: Page) -> None:
    """Nothing to show, and where it comes from."""
    text = seen.text(page("homes.py"))
    assert "There are no homes to show yet" in text
    assert "Bring in records" in text


def test_a_search_narrows_the_list_and_says_when_nothing_answers(house: Office, page: Page) -> None:
    """Adopters only; then adopters under notice."""
    at = page("homes.py")
    kind = next(one for one in at.multiselect if one.label == "Kind")
    kind.set_value(["adopter"])
    at.button[0].click().run()
    assert "Homes H6 to H6, of 1 found" in seen.text(at)
    box(at, "Standing").set_value("notice")  # type: ignore[attr-defined]
    at.button[0].click().run()
    assert "No home answers this search" in seen.text(at)


@pytest.mark.parametrize("role", ALLOWED)
def test_one_home_is_shown_from_every_side(house: Office, page: Page, role: Role) -> None:
    """Terms, who lives there, places, for whom, what the carers were asked, and where it is."""
    at = looked_up(page, "H4", role)
    assert seen.headings(at)[1:] == [
        "Home H4",
        "Who lives there",
        "Places over the coming year",
        "For whom it could be a home now",
        "What the carers were asked",
        "Where it is",
    ]
    text = seen.text(at)
    assert "Not recorded" in text
    assert "R1" in text
    assert "Trafford" in text
    assert "enquiry made" in text
    assert seen.problems(at) == []


def test_a_refusal_of_the_carers_is_told_in_their_words(house: Office, page: Page) -> None:
    """C4 was asked of H2, and the carers said why not."""
    text = seen.text(looked_up(page, "H2"))
    assert "carer answered declines" in text
    assert "A grandchild stays until the summer." in text


def test_that_somebody_looked_is_in_the_trail(house: Office, page: Page) -> None:
    """With the home and the children for whom it could be one; once, however often the page runs."""
    at = looked_up(page, "H6")
    at.run()
    looks = [e for e in house.store.read_trail(local_actor(), subject="home:H6") if e.act == "look"]
    assert len(looks) == 1
    assert looks[0].note == "homes"
    assert "person:C5" in looks[0].subjects


def test_a_match_is_read_once_while_its_home_is_on_the_page(house: Office, page: Page) -> None:
    """Each reading is a view in the trail: pages that run again add none, coming back adds one."""

    def read() -> int:
        return sum(e.act == "home_enquiries" for e in house.store.read_trail(local_actor()))

    before = read()
    at = looked_up(page, "H4")
    at.run()
    at.run()
    assert read() == before + 1
    next(b for b in at.button if b.label == "Back to all homes").click().run()
    box(at, "Look up one home").set_value("H4").run()  # type: ignore[attr-defined]
    assert read() == before + 2


def test_no_home_is_chosen_beforehand_and_the_way_back_is_there(house: Office, page: Page) -> None:
    """The look-up begins empty; "Back to all homes" leads to the register."""
    at = page("homes.py")
    assert box(at, "Look up one home").value is None  # type: ignore[attr-defined]
    at = looked_up(page, "H1")
    next(b for b in at.button if b.label == "Back to all homes").click().run()
    assert "Homes H1 to H6, of 6 found" in seen.text(at)


def test_a_home_that_is_not_in_the_round_is_a_problem_with_a_way_on(house: Office, page: Page) -> None:
    """An id handed over from elsewhere may be out of date."""
    at = looked_up(page, "H99")
    assert "H99 is not in this round" in " ".join(seen.problems(at))
    assert "Homes H1 to H6" in seen.text(at)


def test_the_way_to_a_child_hands_over_the_family(house: Office, page: Page) -> None:
    """Brothers are opened together, by their family's id; nothing is chosen beforehand."""
    at = looked_up(page, "H1")
    onward = box(at, "Open a child or family")
    assert onward.value is None  # type: ignore[attr-defined]
    assert "F1" in onward.options  # type: ignore[attr-defined]
    onward.set_value("F1").run()  # type: ignore[attr-defined]
    next(b for b in at.button if b.label == "Compare the homes for them").click().run()
    assert "One child or family" in seen.headings(at)
    assert "C1" in seen.text(at)


def test_somebody_with_a_conflict_of_interest_finds_neither_home_nor_child(house: Office, page: Page) -> None:
    """The home is in no list, the child in no table; that somebody is left out is said."""
    me = local_actor()
    house.store.bar(me, me.user_id, home_id="H2")
    house.store.bar(me, me.user_id, child_id="C3")
    at = page("homes.py")
    assert "H2" not in box(at, "Look up one home").options  # type: ignore[attr-defined]
    assert "2 in this round, because of a conflict of interest" in seen.text(at)
    at = looked_up(page, "H4")
    assert "C3" not in seen.markup(at)
    assert "not shown to you" in seen.text(at)
    at = looked_up(page, "H2")
    assert "H2" not in seen.text(at)


def test_a_place_held_for_a_child_who_is_not_shown_is_not_free(
    house: Office, matches: dict[str, str], page: Page
) -> None:
    """The match may not be read; that it holds the places is still counted."""
    me = local_actor()
    take(house.store, me, matches["accepted"], "recommended", "decided")
    assert "2 held by an agreed match" in seen.text(looked_up(page, "H1"))
    house.store.bar(me, me.user_id, child_id="C1")
    text = seen.text(looked_up(page, "H1"))
    assert "0 places now" in text
    assert "2 held by an agreed match" in text
    assert "C1" not in text


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_opens_it(house: Office, role: Role) -> None:
    """Those who do no casework see no home."""
    at = AppTest.from_file(str(SCRIPT), default_timeout=60)
    at.session_state["acting as"] = role.value
    at.run()
    at.switch_page("frontend/pages/homes.py").run()
    assert "You may not open this page" in seen.text(at)
    assert "H1" not in seen.text(at)


def test_nothing_is_in_the_address(house: Office, page: Page) -> None:
    """An id of a home or child never stands in the address of the page."""
    assert dict(looked_up(page, "H1").query_params) == {}
