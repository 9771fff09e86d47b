"""The frame around the pages: who may open which, what is said to the others, and a store with nothing in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from frontend import draw
from frontend.contents import PAGES, Entry
from frontend.office import Office
from frontend.serving import SCRIPT
from matching.kept import keep_round
from records.store import MAY, Role
from tests.frontend import seen
from tests.frontend.small_council import small_council

OPEN_TO = {
    "today.py": set(Role),
    "bring_in.py": {Role.FAMILY_FINDER},
    "whole_council.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "one_child.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "record.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "homes.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "ahead.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "duty.py": {Role.FAMILY_FINDER},
    "fairness.py": set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR},
    "if_refused.py": {Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER},
    "papers.py": set(Role),
    "lab.py": {Role.FAMILY_FINDER, Role.COMMISSIONER, Role.DECISION_MAKER},
    "our_children.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "need.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "supply.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "scenarios.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "recruitment.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "publish.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "region.py": {Role.COMMISSIONER, Role.DECISION_MAKER},
    "rules.py": set(Role),
    "audit.py": {Role.AUDITOR, Role.ADMINISTRATOR},
}
"""Written down a second time, on purpose: who may open what does not change by the way."""


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_own_pages_and_is_told_about_the_others(
    house: Office, page: Callable[..., AppTest], role: Role
) -> None:
    """The side bar leads to the pages a role may open; any other says for whom it is, and shows nothing else."""
    own = [entry.title for entry in PAGES if role in OPEN_TO[entry.file]]
    for entry in PAGES:
        at = page(entry.file, role)
        assert seen.links(at) == own
        assert entry.title in seen.headings(at)
        refused = "You may not open this page" in seen.text(at)
        assert refused == (role not in OPEN_TO[entry.file]), entry.title
        if refused:
            assert f"It is for: {entry.for_whom}." in seen.text(at)
            for one in ("C1", "C3", "H1", "H4", "F1"):
                assert one not in seen.text(at).split()


def test_what_the_pages_say_of_who_may_open_them_is_what_the_store_allows() -> None:
    """A page is open to exactly the roles that may make one of its calls."""
    for entry in PAGES:
        allowed = {role for act in entry.acts for role in MAY[act]} or set(Role)
        assert allowed == OPEN_TO[entry.file]


@pytest.mark.parametrize("entry", PAGES, ids=[entry.file for entry in PAGES])
def test_every_page_has_something_to_say_while_there_is_nothing_in_the_store(
    empty_house: Office, page: Callable[..., AppTest], entry: Entry
) -> None:
    """With no round and no records each page opens, with its purpose, for each role that may open it."""
    for role in OPEN_TO[entry.file]:
        at = page(entry.file, role)
        assert entry.title in seen.headings(at)
        assert entry.purpose in seen.text(at)
        assert seen.problems(at) == []


@pytest.mark.parametrize("role", Role)
def test_no_two_options_are_said_alike(house: Office, page: Callable[..., AppTest], role: Role) -> None:
    """Streamlit knows an option by its words alone: of two alike it would take the last, whichever a person chose."""
    one = house.local()
    house.store.pin(one, "C4", "H2", "promised")
    house.store.veto(one, ["C4"], "H2", "known to the father")
    for _ in range(2):  # two rounds in one minute
        keep_round(house.store, one, small_council(), house.policy)
    for entry in PAGES:
        if role in OPEN_TO[entry.file]:
            at = page(entry.file, role)
            for box in (*at.selectbox, *at.radio, *at.multiselect):
                assert len(set(box.options)) == len(box.options), (entry.title, box.label)


def test_words_that_are_alike_are_told_apart_by_their_ids() -> None:
    """Only those that need it get the end of their id."""
    assert draw.distinct({"run-0000001a": "On Monday", "run-0000002b": "On Monday", "run-0000003c": "On Friday"}) == {
        "run-0000001a": "On Monday (0000001a)",
        "run-0000002b": "On Monday (0000002b)",
        "run-0000003c": "On Friday",
    }


def test_a_fault_is_shown_by_its_reference_and_never_by_its_message(
    house: Office, monkeypatch: pytest.MonkeyPatch, page: Callable[..., AppTest]
) -> None:
    """Whatever a page raises: a reference to report, that nothing was recorded, and not a word of what it was about."""
    monkeypatch.setattr("frontend.contents.Entry.open_to", lambda *_: (_ for _ in ()).throw(KeyError("C1 in H1")))
    with pytest.raises(AssertionError):
        page("today.py")
    at = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not at.exception
    (problem,) = seen.problems(at)
    assert "This is a fault of Placewell, reference" in problem
    assert "Nothing was recorded." in problem
    assert "C1" not in problem


def test_what_one_user_may_read_is_said_where_there_is_no_sign_in(house: Office, page: Callable[..., AppTest]) -> None:
    """Without a sign-in every page says so, and there is no button to sign out."""
    at = page("today.py")
    assert "There is no sign-in: single user, this computer." in seen.text(at)
    assert [button.label for button in at.sidebar.button] == []


def test_the_role_chosen_in_the_side_bar_changes_what_is_open(house: Office, page: Callable[..., AppTest]) -> None:
    """One user of several roles acts in one of them, and changes it in the side bar."""
    at = page("today.py", Role.FAMILY_FINDER)
    assert "Bring in records" in seen.links(at)
    at.sidebar.selectbox[0].set_value("auditor").run()
    assert "Bring in records" not in seen.links(at)
    assert "Audit and access" in seen.links(at)
