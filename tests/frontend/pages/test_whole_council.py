"""The whole council: a round begun, followed, stopped and kept; its plan; what changed since, and why."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from frontend.office import Office
from matching.kept import keep_round
from records.store import Role, local_actor
from tests.frontend.pages.conftest import OpenPage

FILE = "whole_council.py"
ME = local_actor()


def drawn(at: AppTest) -> str:
    """All that the page drew of its own."""
    return "".join(one.proto.body for one in at.get("html"))


def press(at: AppTest, words: str) -> AppTest:
    """Press the button that begins with these words."""
    return next(one for one in at.button if one.label.startswith(words)).click().run()


def wait_for(at: AppTest, words: str, seconds: float = 90) -> AppTest:
    """Draw the page again until it says so."""
    until = time.monotonic() + seconds
    while words not in drawn(at) and time.monotonic() < until:
        time.sleep(0.3)
        at.run()
    assert words in drawn(at)
    return at


def test_without_records_it_says_who_brings_them(empty_house: Office, page: OpenPage) -> None:
    """An empty store has neither records nor a button to begin with."""
    at = page(FILE)
    assert "There are no records yet" in drawn(at)
    assert not at.button


def test_a_panel_reads_the_plan_and_begins_nothing(house: Office, page: OpenPage) -> None:
    """Whoever may not keep a run sees the plan with its proof, and no way to start one."""
    at = page(FILE, Role.PANEL_MEMBER)
    text = drawn(at)
    assert "How far" not in text
    assert "The homes the plan proposes: 5 of 5 children" in text
    assert "proved best" in text
    assert not [one for one in at.button if one.label == "Work out the round"]


def test_a_round_is_worked_out_beside_the_page_and_kept(house: Office, page: OpenPage) -> None:
    """The page says how far it is, goes on being a page, and shows the new run when it is done."""
    before = house.store.runs_made(ME)
    at = page(FILE)
    house.store.veto(ME, ["C3"], "H1", "Known to the father.")
    press(at, "Work out the round")
    assert "A round is being worked out" in drawn(at)
    at.switch_page("frontend/pages/today.py").run()
    assert "A round is being worked out" in drawn(at)
    at.switch_page("frontend/pages/whole_council.py").run()
    wait_for(at, "The round is done")
    after = house.store.runs_made(ME)
    assert len(after) == len(before) + 1
    assert "Known to the father" in drawn(at)
    assert at.session_state["run looked at"] == after[0].run_id
    press(at, "Put this message away")
    assert "The round is done" not in drawn(at)


def test_a_round_that_is_cancelled_keeps_nothing(house: Office, page: OpenPage) -> None:
    """Cancel stops it at once; the last plan stands."""
    before = house.store.runs_made(ME)
    at = page(FILE)
    press(at, "Work out the round")
    press(at, "Cancel")
    wait_for(at, "Nothing of that round was kept")
    assert house.store.runs_made(ME) == before
    assert "The homes the plan proposes" in drawn(at)


def test_a_home_is_asked_for_only_with_a_reason_and_taken_back(house: Office, page: OpenPage) -> None:
    """Pins and vetoes need words; what stands is listed, and can be taken back."""
    at = page(FILE)
    press(at, "Tell the next round")
    assert "Say what, for which child, which home, and why" in drawn(at)
    next(one for one in at.radio if one.label == "What").set_value("Keep this home for the child")
    next(one for one in at.selectbox if one.label == "Child").select("C4")
    next(one for one in at.selectbox if one.label == "Home").select("H2")
    at.text_area[0].input("Promised to him.")
    press(at, "Tell the next round")
    assert "Promised to him." in drawn(at)
    assert dict(house.store.next_round(ME).pins) == {"C4": "H2"}
    which = next(one for one in at.selectbox if one.label == "Which")
    which.select(house.store.list_things(ME, "pin")[0].thing_id)
    press(at, "Take it back")
    assert not house.store.next_round(ME).pins


def test_what_changed_and_why_and_the_plan_that_changes_least(house: Office, page: OpenPage) -> None:
    """A home that went on hold is named with the rule; the plan that changes least is worked out when asked for."""
    opened = house.store.open_round(ME, house.store.runs_made(ME)[0].run_id)
    told = opened.run.document["result"]["home_of"]["C3"]
    homes = tuple(replace(h, vacancies=0, on_hold=True) if h.home_id == told else h for h in opened.records.homes)
    keep_round(house.store, ME, replace(opened.records, homes=homes), house.policy)
    at = page(FILE, Role.PANEL_CHAIR)
    text = drawn(at)
    start = text.index("What has changed since")
    assert "C3" in text[start:]
    assert told in text[start:]
    press(at, "Work out the plan that changes least")
    wait_for(at, "The plan that changes least</h3>")
    assert "As good as the plan in every priority" in drawn(at)


def test_the_map_is_drawn_with_its_table(house: Office, page: OpenPage) -> None:
    """Asked for, the map comes as an image with words, and every line of it in a table."""
    at = page(FILE, Role.PANEL_CHAIR)
    at.toggle[0].set_value(True).run()
    text = drawn(at)
    assert 'src="data:image/svg+xml;base64,' in text
    assert 'alt="A map of where' in text
    assert "Show the numbers" in text


def test_whom_a_person_is_barred_from_is_in_no_part(house: Office, page: OpenPage) -> None:
    """A bar takes the child out of the plan, the map, the changes and the forms."""
    house.store.bar(ME, ME.user_id, child_id="C4")
    at = page(FILE)
    at.toggle[0].set_value(True).run()
    text = drawn(at)
    images = [base64.b64decode(one).decode() for one in re.findall(r'svg\+xml;base64,([^"]+)"', text)]
    assert images
    for shown in (re.sub(r"base64,[^\"]+", "", text), *images):
        assert not re.search(r"\bC4\b", shown)
    assert all("C4" not in one.options for one in at.selectbox)
    assert "Not shown to you" in drawn(at)
