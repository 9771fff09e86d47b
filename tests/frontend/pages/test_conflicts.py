"""A conflict of interest holds from the next act on: in open tabs, for who lives in a home, for who has left."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from matching.kept import keep_round
from matching.propose import PlanDisagrees
from records.store import Barred, Role, local_actor
from tests.frontend.pages.conftest import OpenPage

ME = local_actor()


def drawn(at: AppTest) -> str:
    """All that the page drew of its own, without its style and without drawings."""
    parts = [one.proto.body for one in at.get("html") if "<style>" not in one.proto.body]
    return re.sub(r"base64,[^\"]+", "", "".join(parts))


def names(at: AppTest, one: str) -> bool:
    """Whether the page says an id anywhere, in what it drew or in what can be chosen."""
    options = [str(option) for box in (*at.selectbox, *at.multiselect, *at.radio) for option in box.options]
    return any(re.search(rf"\b{one}\b", text) for text in (drawn(at), *options))


@pytest.mark.parametrize("file", ["one_child.py", "whole_council.py", "homes.py", "today.py", "record.py"])
def test_a_bar_holds_in_a_tab_that_is_open(house: Office, page: OpenPage, file: str) -> None:
    """A child and a home are gone from the next run of the page on, whatever the tab had remembered."""
    at = page(file, Role.PANEL_MEMBER)
    house.store.bar(ME, ME.user_id, child_id="C3")
    house.store.bar(ME, ME.user_id, home_id="H3")
    at.run()
    assert not names(at, "C3")
    assert not names(at, "H3")


def test_a_child_who_has_left_the_round_stays_hidden(house: Office, page: OpenPage) -> None:
    """What has changed since says nothing of somebody barred who was in the earlier round alone."""
    opened = house.store.open_round(ME, house.store.runs_made(ME)[0].run_id)
    without = tuple(c for c in opened.records.children if c.child_id != "C4")
    keep_round(house.store, ME, replace(opened.records, children=without), house.policy)
    assert names(page("whole_council.py", Role.PANEL_CHAIR), "C4")
    house.store.bar(ME, ME.user_id, child_id="C4")
    assert not names(page("whole_council.py", Role.PANEL_CHAIR), "C4")


def test_a_refusal_does_not_say_whom(house: Office) -> None:
    """The trail has it; the person is told that there is a conflict, and no name."""
    house.store.bar(ME, ME.user_id, home_id="H3")
    with pytest.raises(Barred) as refused:
        house.store.look(ME, "homes", home_ids=["H3"])
    assert "H3" not in str(refused.value)
    assert any("home:H3" in e.subjects for e in house.store.read_trail(ME) if e.outcome == "refused")


def test_whoever_is_narrowed_to_some_roles_still_works_in_them(house: Office, page: OpenPage) -> None:
    """The role that went is not offered, and locks nobody out."""
    house.store.set_standing(ME, ME.user_id, 0, roles=[Role.PANEL_CHAIR, Role.AUDITOR], suspended=False, reason="moved")
    at = page("one_child.py", Role.FAMILY_FINDER)
    assert next(one for one in at.selectbox if one.label == "You act as").options == ["Panel chair", "Auditor"]
    assert "Nobody is chosen for you" in drawn(at)


def test_a_later_round_is_said_and_an_earlier_one_proposes_nothing(house: Office, page: OpenPage) -> None:
    """A page that still holds the round before says so."""
    first = house.store.runs_made(ME)[0].run_id
    opened = house.store.open_round(ME, first)
    later = tuple(replace(h, vacancies=0) if h.home_id == "H2" else h for h in opened.records.homes)
    keep_round(house.store, ME, replace(opened.records, homes=later), house.policy)
    at = page("one_child.py", before={"run looked at": first})
    assert "This is not the latest round" not in drawn(at)
    at.switch_page("frontend/pages/whole_council.py").run()
    next(one for one in at.selectbox if one.label == "Round").select(first).run()
    at.switch_page("frontend/pages/one_child.py").run()
    assert "This is not the latest round" in drawn(at)


def test_a_round_that_no_longer_holds_leaves_the_pages_working(
    house: Office, page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to do, on every page; and a new round can be begun."""

    def disagrees(*_: object) -> None:
        raise PlanDisagrees("C3")

    monkeypatch.setattr("frontend.open_round.reopened", disagrees)
    for file in ("today.py", "one_child.py", "homes.py", "whole_council.py"):
        text = drawn(page(file))
        assert "no longer holds under the rules" in text
        assert "C3" not in text
    assert any(one.label == "Work out the round" for one in page("whole_council.py").button)


def test_looking_a_home_up_is_not_having_read_its_matches(house: Office, matches: dict[str, str]) -> None:
    """Whoever recommends or decides has opened the match itself."""
    chair = house.store.home_enquiries(ME, "H1")
    assert [one.match_id for one in chair] == [matches["accepted"]]
    reads = [
        e for e in house.store.read_trail(ME) if e.act == "read_match" and f"match:{matches['accepted']}" in e.subjects
    ]
    assert reads == []
