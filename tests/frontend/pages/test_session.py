"""One tab and who sits at it: the next person finds nothing of the last, and a session that ended shows nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office, open_office
from frontend.open_round import NOT_SHOWN, names, open_round
from frontend.serving import SCRIPT
from matching.kept import keep_round
from records.store import Actor, Role, SessionRules, local_actor, open_store
from records.store.identity import Provider, Settings
from tests.frontend import seen
from tests.frontend.pages.conftest import Kept
from tests.frontend.small_council import EVENING, ME, small_council
from tests.records.store.stories import Clock

FAY = Actor("fay", "Fay Example", frozenset({Role.FAMILY_FINDER}))
BOTH = Actor("bo", "Bo Example", frozenset({Role.PANEL_MEMBER, Role.AUDITOR}))
PROVIDER = Provider("https://login.example", "placewell", {"x": Role.FAMILY_FINDER})


@pytest.fixture
def clock() -> Clock:
    """The time of the office."""
    return Clock(EVENING)


@pytest.fixture
def signed(kept: Kept, clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """An office with a sign-in on the small council's store."""
    place = tmp_path / "placewell.db"
    shutil.copyfile(kept.file, place)
    settings = Settings(PROVIDER, SessionRules(one_user=False))
    store = open_store(str(place), clock=clock, sessions=settings.sessions)
    office = Office(store, settings, clock=clock)
    open_office(office)
    yield office
    office.close()


class Browser:
    """A tab whose cookie the test sets."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.office = office
        self.cookie: str | None = None
        monkeypatch.setattr("frontend.session.cookie", lambda: self.cookie)
        self.at = AppTest.from_file(str(SCRIPT), default_timeout=60)

    def sign_in(self, actor: Actor) -> None:
        """Somebody signs in at this browser."""
        self.cookie = self.office.badges.issue(self.office.store.sign_in(actor))

    def run(self, page: str | None = None) -> str:
        """Run the page that is open, or another; gives its words."""
        if page is not None:
            self.at.switch_page(f"frontend/pages/{page}")
        self.at.run()
        assert not self.at.exception
        return seen.text(self.at)


@pytest.fixture
def browser(signed: Office, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """One tab."""
    return Browser(signed, monkeypatch)


def held(at: AppTest) -> dict[str, Any]:
    """All that the tab's session holds."""
    return dict(at.session_state._state.filtered_state)


def test_the_next_person_in_the_same_tab_finds_nothing_of_the_last(browser: Browser) -> None:
    """Fay had a round open and a child chosen; Bo signs in in the same tab, and starts with nothing."""
    browser.sign_in(FAY)
    browser.run()
    browser.at.session_state["hand unit"] = "C3"
    assert "C3" in browser.run("one_child.py")
    assert any("round" in key for key in held(browser.at))
    browser.sign_in(BOTH)
    words = browser.run("today.py")
    assert "Bo Example" in words
    assert "Fay" not in words
    left = held(browser.at)
    assert left["who"][0] == "bo"
    assert not any("C3" in str(value) for key, value in left.items() if "unit" in key)
    open_ = left.get("open round")
    assert open_ is None or open_.for_whom[0] == "bo"


@pytest.mark.parametrize("how", ["signed out", "idle", "made up", "none"])
def test_without_a_session_nothing_is_shown_and_nothing_is_left(browser: Browser, clock: Clock, how: str) -> None:
    """However it ended: the way to sign in again, and not a word of a child; the tab holds nothing any more."""
    browser.sign_in(FAY)
    browser.run()
    assert "The plan" in browser.run("whole_council.py")
    if how == "signed out":
        next(one for one in browser.at.sidebar.button if one.label == "Sign out").click()
    elif how == "idle":
        clock.on(minutes=16)
    else:
        browser.cookie = "made up" if how == "made up" else None
    words = browser.run()
    assert "Your session has ended" in words
    assert not {"C1", "C3", "H1", "H4", "Fay"} & set(words.split())
    assert set(held(browser.at)) <= {"who", "acting as"}
    browser.run()  # and again: nothing fails
    assert browser.office.badges.actor(browser.cookie) is None or how == "none"


def test_a_role_that_somebody_does_not_have_is_not_taken(browser: Browser) -> None:
    """Whatever the tab says: a person of two roles acts in one of these two."""
    browser.sign_in(BOTH)
    browser.at.session_state["acting as"] = "administrator"
    words = browser.run()
    assert browser.at.session_state["here"].roles == {Role.PANEL_MEMBER}
    assert "Audit and access" not in seen.links(browser.at)
    assert "Bo Example" in words


def test_a_barred_person_works_with_all_the_others_and_is_told_how_many_are_left_out(house: Office, kept: Kept) -> None:
    """Withheld everywhere: lists, plan, families, homes, rankings and words; the round itself is the one kept."""
    whole = open_round(house.store, ME, kept.run_id, (ME.user_id, frozenset(Role)))
    fay = house.store.sign_in(FAY)
    house.store.bar(local_actor(), "fay", child_id="C3")
    house.store.bar(local_actor(), "fay", child_id="C2")
    house.store.bar(local_actor(), "fay", home_id="H6")
    barred = open_round(house.store, fay, kept.run_id, ("fay", fay.roles))
    assert whole.left_out == 0
    assert barred.left_out == 3
    assert [c.child_id for c in barred.children] == ["C1", "C4", "C5"]
    assert [h.home_id for h in barred.homes] == ["H1", "H2", "H3", "H4", "H5"]
    assert {p.child_id for p in barred.plan} == {"C1", "C4"}  # C5 would live in the home that is withheld
    assert whole.unit_ids == ("F1", "C3", "C4", "C5")
    assert barred.unit_ids == ("C4", "C5")  # the brothers are one family, and one of them is withheld
    for one in ("F1", "C3"):
        with pytest.raises(KeyError):
            barred.unit(one)
    assert [unit.unit_id for unit in barred.every_unit()] == ["C4", "C5"]
    assert (barred.who("C3"), barred.where("H6")) == (f"a child {NOT_SHOWN}", f"a home {NOT_SHOWN}")
    assert names(barred, ["C3", "C2", "C4"]) == f"a child {NOT_SHOWN}, C4"
    (group,) = barred.unit("C5").groups
    assert [str(barred.proposal.register.homes.ids[int(group.homes[k])]) for k in barred.homes_of(group)] == []


def test_an_open_round_is_the_one_that_was_kept(house: Office) -> None:
    """Put together again from the store: every child's home, and the row of each pair, as they were worked out."""
    run_id, summary = keep_round(house.store, ME, small_council(), house.policy)
    again = open_round(house.store, ME, run_id, (ME.user_id, frozenset(Role)))
    ids = again.proposal.register.homes.ids
    homes = {p.child_id: str(ids[p.home]) for p in again.plan}
    assert homes == {"C1": "H1", "C2": "H1", "C3": "H4", "C4": "H2", "C5": "H6"}
    assert sum(1 for p in again.plan if p.home >= 0) == summary["placed"]
    assert again.kept_row("F1", "H1")["answer"] == "met"
    assert again.kept_row("F1", "H9") == {}
