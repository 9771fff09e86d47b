"""One child or family: own words first, nothing chosen beforehand, why and why not, and what is not shown to whom."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from matching.kept import keep_round
from records.model import Link, LinkKind
from records.store import Role, local_actor
from tests.frontend.pages.conftest import OpenPage
from tests.frontend.small_council import WISH

FILE = "one_child.py"
ME = local_actor()


def drawn(at: AppTest) -> str:
    """All that the page drew of its own."""
    return "".join(one.proto.body for one in at.get("html"))


def choose(at: AppTest, unit: str) -> AppTest:
    """Choose a child or family by its id."""
    return _the_choice(at).select(unit).run()


def _the_choice(at: AppTest) -> Any:
    return next(one for one in at.selectbox if one.label.startswith("Child or family"))


def costs(at: AppTest) -> str:
    """The row of the comparison that says what each choice costs the others."""
    text = drawn(at)
    start = text.index("What it costs the other children")
    return text[start : text.index("</tr>", start)]


def test_nothing_is_said_before_a_round(empty_house: Office, page: OpenPage) -> None:
    """Without a round the page says who makes one."""
    assert "No round has been worked out yet" in drawn(page(FILE))


def test_nobody_is_chosen_beforehand(house: Office, page: OpenPage) -> None:
    """The page opens with no child, no home to compare, and nothing to confirm."""
    at = page(FILE, Role.PANEL_CHAIR)
    assert _the_choice(at).value is None
    assert "Nobody is chosen for you" in drawn(at)
    choose(at, "C3")
    assert at.multiselect[0].value == []
    assert "Record a proposal, or none of these homes" in [one.label for one in at.button]


def test_own_words_come_first_as_they_were_typed(house: Office, page: OpenPage) -> None:
    """A wish is drawn as text, markup and Markdown in it included, before anything else of the child."""
    at = page(FILE, Role.PANEL_CHAIR)
    choose(at, "F1")
    text = drawn(at)
    assert escape(WISH) in text
    assert text.index("blockquote") < text.index("What is recorded") < text.index("Homes that could be theirs")
    choose(at, "C3")
    assert "Wishes and feelings of C3: not recorded. Ask before deciding." in drawn(at)


def test_homes_stand_side_by_side_with_what_differs(house: Office, page: OpenPage) -> None:
    """Two homes chosen are compared fact by fact, with a waterfall of points each; one alone asks for another."""
    at = page(FILE, Role.PANEL_MEMBER)
    choose(at, "C4")
    homes = at.multiselect[0].options
    assert len(homes) >= 2
    at.multiselect[0].select(homes[0]).run()
    assert "Choose one more home" in drawn(at)
    at.multiselect[0].select(homes[1]).run()
    text = drawn(at)
    assert "What differs between these homes" in text
    assert text.count("What makes up the") >= 2
    assert "Who else lives there" in text


def test_barred_homes_have_their_rule_and_law(house: Office, page: OpenPage) -> None:
    """Every home that may not be used is listed under the rule that bars it, with its law."""
    council = house.store.open_round(ME, house.store.runs_made(ME)[0].run_id).records
    barred = (*council.links, Link("C3", "H2", LinkKind.BARRED, "Known to the father."))
    keep_round(house.store, ME, replace(council, links=barred), house.policy)
    at = page(FILE, Role.PANEL_CHAIR)
    choose(at, "C3")
    text = drawn(at)
    rows = text[text.index("Homes that may not be used, by rule") :]
    row = next(one for one in rows.split("<tr>") if "<td>H2</td>" in one)
    assert re.search(r"[A-Z]+-[0-9]+: ", row)
    assert "of a kind that the care plan does not allow" in rows


def test_whom_a_person_is_barred_from_is_nowhere(house: Office, page: OpenPage) -> None:
    """A conflict of interest takes a child and a home off the page, and says only how many are left out."""
    house.store.bar(ME, ME.user_id, child_id="C4")
    house.store.bar(ME, ME.user_id, home_id="H3")
    at = page(FILE, Role.PANEL_CHAIR)
    assert "C4" not in _the_choice(at).options
    assert "2 children or homes of this round are not shown to you" in drawn(at)
    choose(at, "C3")
    text = drawn(at)
    assert "H3" not in text
    assert "C4" not in text
    assert all("H3" not in one for one in at.multiselect[0].options)


def test_that_somebody_looked_is_in_the_trail(house: Office, page: OpenPage) -> None:
    """One entry names the page and the children, however often the page is drawn again."""
    at = page(FILE, Role.PANEL_MEMBER)
    choose(at, "F1")
    at.run()
    entries = house.store.read_trail(ME)
    looked = [e for e in entries if e.act == "look" and e.note == "one child or family"]
    assert [e.subjects for e in looked] == [("person:C1", "person:C2")]
    assert looked[0].role == "panel_member"


def test_a_question_is_recorded_only_with_words(house: Office, page: OpenPage) -> None:
    """An empty question is refused where it is asked; with words it is kept for whoever knows."""
    at = page(FILE, Role.PANEL_MEMBER)
    for unit in ("C3", "C4", "F1"):
        choose(at, unit)
        if any(one.label == "Question" for one in at.selectbox):
            break
    ask = "Record the question"
    next(one for one in at.button if one.label == ask).click().run()
    assert "There is a problem" in drawn(at)
    question = next(one for one in at.selectbox if one.label == "Question")
    question.select(question.options[0])
    at.text_area[0].input("Does anybody smoke at home?")
    next(one for one in at.button if one.label == ask).click().run()
    kept = house.store.list_things(ME, "question")
    assert [one.body["words"] for one in kept] == ["Does anybody smoke at home?"]


def test_what_a_choice_costs_the_others_is_worked_out_beside_the_page(
    house: Office, page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the run did not work it out, a person may ask; it is done elsewhere, and then stands in the table."""
    monkeypatch.setattr("frontend.open_round.OpenRound.kept_row", lambda self, group, home: {})
    at = page(FILE, Role.PANEL_CHAIR)
    choose(at, "C4")
    for one in at.multiselect[0].options[:2]:
        at.multiselect[0].select(one).run()
    assert "not worked out" in costs(at)
    next(one for one in at.button if one.label.startswith("Work out what")).click().run()
    until = time.monotonic() + 60
    while "not worked out" in costs(at) and time.monotonic() < until:
        time.sleep(0.5)
        at.run()
    assert "not worked out" not in costs(at)


def test_where_to_turn_if_the_carers_decline(house: Office, page: OpenPage) -> None:
    """Worked out when it is asked for, beside the page: with nobody else moved, and in the best plan."""
    at = page(FILE, Role.PANEL_CHAIR)
    choose(at, "C3")
    assert "Where to turn if the carers decline" not in drawn(at)
    next(one for one in at.button if one.label.startswith("Find where to turn")).click().run()
    until = time.monotonic() + 60
    while "Where to turn if the carers decline" not in drawn(at) and time.monotonic() < until:
        time.sleep(0.5)
        at.run()
    text = drawn(at)
    table = text[text.index("Where to turn if the carers decline") :]
    planned = house.store.open_round(ME, house.store.runs_made(ME)[0].run_id).run.document["result"]["home_of"]["C3"]
    assert f'<th scope="row">{planned}</th>' in table
    assert "nobody else moves" in table
    assert "others may move" in table
    assert f"C3: {planned}" not in table


def test_from_here_to_the_record(house: Office, page: OpenPage) -> None:
    """The way on leads to the proposal for this child, with no home chosen."""
    at = page(FILE, Role.FAMILY_FINDER)
    choose(at, "C4")
    next(one for one in at.button if one.label.startswith("Record a proposal")).click().run()
    assert '<h1 id="top">Record</h1>' in drawn(at)
    assert at.session_state["record part"] == "Propose a match"
    assert all(one.value is None for one in at.radio if "home" in one.label.casefold())
