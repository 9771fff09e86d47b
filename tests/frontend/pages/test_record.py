"""The page Record: each step by whom it belongs to, nothing chosen beforehand, read back, and nothing typed is lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office
from records.store import Given, Match, Role
from records.store.steps import ADOPTION, steps_of
from tests.frontend import seen
from tests.frontend.small_council import ME
from tests.ordinary import DAY

OpenPage = Callable[..., AppTest]
FINDER, MEMBER, CHAIR, DECIDES = Role.FAMILY_FINDER, Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.DECISION_MAKER
CASEWORK = (FINDER, MEMBER, CHAIR, DECIDES)
WHY = "It is near the school. <b>Not bold</b> and *not* ![x](https://elsewhere.example/y.png)."


def opened(page: OpenPage, role: Role, match_id: str) -> AppTest:
    """The page with one match open, in a role."""
    return page("record.py", role, {"hand match": match_id})


def match_of(house: Office, match_id: str) -> Match:
    return house.store.read_match(ME, match_id)


def by_label(widgets: Any, label: str) -> Any:
    found = [one for one in widgets if one.label == label or one.label == f"{label} (may stay empty)"]
    assert len(found) == 1, f"{label}: {[one.label for one in widgets]}"
    return found[0]


def press(at: AppTest, label: str) -> AppTest:
    return by_label(at.button, label).click().run()


def fill(at: AppTest, given: Mapping[str, object]) -> None:
    """Fill in widgets by their labels: a date, a choice or words."""
    for label, value in given.items():
        for kind in (at.text_area, at.text_input, at.date_input, at.radio):
            if [one for one in kind if one.label in (label, f"{label} (may stay empty)")]:
                by_label(kind, label).set_value(value)
                break
        else:
            raise AssertionError(f"no field {label}")


def take(
    page: OpenPage, role: Role, match_id: str, step: str, outcome: str = "", given: Mapping[str, object] | None = None
) -> AppTest:
    """Record one step on the page as a person does: choose, fill in, read back, confirm."""
    at = opened(page, role, match_id)
    by_label(at.radio, "Which step do you record?").set_value(step).run()
    if outcome:
        by_label(at.radio, "Outcome").set_value(outcome).run()
    fill(at, given or {})
    press(at, "Read it back before recording")
    assert seen.problems(at) == []
    press(at, "Confirm and record")
    assert seen.problems(at) == []
    assert "Recorded" in seen.text(at)
    return at


def wishes(*children: str) -> dict[str, object]:
    told: dict[str, object] = {}
    for child in children:
        told |= {f"What {child} wishes and feels": "To stay near school.", f"Day on which {child} said so": DAY}
    return told


@pytest.mark.parametrize("role", CASEWORK)
def test_nothing_is_chosen_for_anybody(house: Office, matches: Mapping[str, str], page: OpenPage, role: Role) -> None:
    """No match, no step, no outcome, no home, no version of a pack and no form is chosen when a part opens."""
    at = page("record.py", role)
    for part in by_label(at.radio, "What do you want to do?").options:
        by_label(at.radio, "What do you want to do?").set_value(part).run()
        asked = [
            one for one in (*at.radio, *at.selectbox) if one.label not in ("What do you want to do?", "You act as")
        ]
        chosen = [one.value for one in asked]
        assert set(chosen) <= {None}, part
        assert [one.value for one in at.multiselect] in ([], [[]])


def test_each_role_is_offered_only_its_own_steps(house: Office, matches: Mapping[str, str], page: OpenPage) -> None:
    """Who may record what is the store's: the page offers a step to exactly the roles that may take it."""
    for match_id in matches.values():
        match = match_of(house, match_id)
        for role in CASEWORK:
            at = opened(page, role, match_id)
            offered = [one.options for one in at.radio if one.label == "Which step do you record?"]
            mine = [n for n in match.may_follow if role in steps_of(match.route)[n].roles]
            assert len(offered) == bool(mine)
            if mine:
                assert len(offered[0]) == len(mine)
            elif match.may_follow:
                assert "There is no next step for you" in seen.text(at)
            assert ("Propose a match" in by_label(at.radio, "What do you want to do?").options) == (role is FINDER)


def test_a_match_is_shown_with_its_steps_its_alternatives_and_what_may_follow(
    house: Office, matches: Mapping[str, str], page: OpenPage
) -> None:
    """Child and home are spelt out, each step says who, when and why, and what else was open is there to read."""
    at = opened(page, CHAIR, matches["accepted"])
    text = seen.text(at)
    assert "C1 and C2 with home H1" in seen.headings(at)
    for one in (
        "They have time for both.",
        "Family finder",
        "23 November 2026",
        "What else was open",
        "What may follow",
        "this match",
        "The carers' answer: they accept",
    ):
        assert one in text
    assert house.store.read_match(ME, matches["accepted"]).version == 3


def test_fostering_goes_from_the_proposal_to_the_home(house: Office, run_id: str, page: OpenPage) -> None:
    """Proposed, asked, answered, recommended, decided, placed: each by the role it belongs to, all on the page."""
    before = {one[0] for one in house.store.list_matches(ME)}
    at = page("record.py", FINDER, {"hand propose": {"run_id": run_id, "group_id": "C4", "home_id": None}})
    home = next(one for one in at.selectbox if one.label.startswith("Home ("))
    assert home.value is None
    home.set_value("H3").run()
    by_label(at.radio, "Route, as the care plan and the kind of home allow").set_value("foster").run()
    fill(at, {"Reasons": WHY})
    press(at, "Read it back before recording")
    assert WHY in seen.text(at)
    assert "<b>Not bold" not in seen.markup(at)
    press(at, "Confirm and record")
    (match_id,) = {one[0] for one in house.store.list_matches(ME)} - before
    take(page, FINDER, match_id, "enquiry_made")
    take(page, FINDER, match_id, "carer_answered", "accepts", {"Reasons": "They have time.", "Day of the answer": DAY})
    take(page, CHAIR, match_id, "recommended", "for", {"Reasons": "It meets the needs."})
    match = match_of(house, match_id)
    pair = match.steps[0].body["pair"]
    at = opened(page, DECIDES, match_id)
    by_label(at.radio, "Which step do you record?").set_value("decided").run()
    by_label(at.radio, "Outcome").set_value("agreed").run()
    fill(at, {"In which office you act": "nominated officer", "Reasons": "Agreed.", **wishes("C4")})
    for box in at.text_area:
        if any(box.label.startswith(f"{rule}:") for rule in pair["questions"]):
            box.set_value("Answered by the supervising social worker.")
        if "Who was asked" in box.label:
            box.set_value("child: agrees\nreviewing officer: agrees")
        if box.label == "Why it is right for the child":
            box.set_value("The only home near school.")
    for line in at.text_input:
        line.set_value("1.2 miles; regulation 11; case record 4")
    press(at, "Read it back before recording")
    assert seen.problems(at) == []
    press(at, "Confirm and record")
    assert match_of(house, match_id).state == "decided:agreed"
    at = opened(page, FINDER, match_id)
    by_label(at.radio, "Which step do you record?").set_value("placed").run()
    fill(at, {"Day the stay began": DAY, "Day the carer signed the placement plan": DAY})
    for box in at.text_area:
        box.set_value("Done on 20 November.")
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    assert match_of(house, match_id).state == "placed:done"
    assert "First visit" in seen.text(at) or "STB-06" in seen.text(at)


def test_adoption_goes_through_panel_and_decision(house: Office, matches: Mapping[str, str], page: OpenPage) -> None:
    """Link, match, adoption panel, the agency's decision, plan, placed: in the order of the Regulations."""
    match_id = matches["linked"]
    days = ("were given the report", "were met", "gave their views")
    take(
        page,
        FINDER,
        match_id,
        "proposed_match",
        given={
            "Reasons": "They know what to expect.",
            **{f"Day the adopters {one}": DAY for one in days},
            "Day support was assessed": DAY,
            "Decision that the child should be placed for adoption: its date": "26 July 2026",
        },
    )
    take(page, CHAIR, match_id, "panel", "for", {"Reasons": "A good match.", "Day of the panel": DAY})
    at = opened(page, DECIDES, match_id)
    by_label(at.radio, "Which step do you record?").set_value("decision").run()
    by_label(at.radio, "Outcome").set_value("agreed").run()
    fill(at, {"In which office you act": "agency decision maker", "Reasons": "Agreed.", **wishes("C5")})
    pair = match_of(house, match_id).steps[0].body["pair"]
    for box in at.text_area:
        if any(box.label.startswith(f"{rule}:") for rule in pair["questions"]):
            box.set_value("Answered.")
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    assert match_of(house, match_id).state == "decision:agreed"
    take(page, FINDER, match_id, "plan", given={"Day of the placement plan": DAY, "Day the adopters confirmed": DAY})
    at = opened(page, FINDER, match_id)
    by_label(at.radio, "Which step do you record?").set_value("placed").run()
    fill(at, {"Day the stay began": DAY})
    for box in at.text_area:
        box.set_value("Done.")
    for line in at.text_input:
        line.set_value("Placement order of 24 September 2026")
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    found = match_of(house, match_id)
    assert found.state == "placed:done"
    assert found.route == ADOPTION


def test_what_is_missing_is_named_and_what_was_typed_stays(
    house: Office, matches: Mapping[str, str], page: OpenPage
) -> None:
    """An empty field is a problem that names it; the rest stays as it was typed, and nothing is recorded."""
    at = opened(page, FINDER, matches["asked"])
    by_label(at.radio, "Which step do you record?").set_value("carer_answered").run()
    by_label(at.radio, "Outcome").set_value("accepts").run()
    fill(at, {"Reasons": WHY})
    press(at, "Read it back before recording")
    (problem,) = seen.problems(at)
    assert "There is a problem" in problem
    assert "Fill in “Day of the answer”" in problem
    assert by_label(at.text_area, "Reasons").value == WHY
    fill(at, {"Day of the answer": date(2027, 1, 1)})
    press(at, "Read it back before recording")
    assert "must be today or earlier: it is 1 January 2027" in seen.problems(at)[0]
    assert match_of(house, matches["asked"]).version == 2


def test_going_back_from_the_reading_keeps_every_word(
    house: Office, matches: Mapping[str, str], page: OpenPage
) -> None:
    """Read back, change something, read back again: nothing has to be typed twice."""
    at = opened(page, FINDER, matches["asked"])
    by_label(at.radio, "Which step do you record?").set_value("carer_answered").run()
    by_label(at.radio, "Outcome").set_value("declines").run()
    fill(at, {"Reasons": "Too far.", "Day of the answer": DAY})
    press(at, "Read it back before recording")
    assert [button.label for button in at.main.button][-2:] == ["Confirm and record", "Go back and change something"]
    press(at, "Go back and change something")
    assert by_label(at.text_area, "Reasons").value == "Too far."
    assert by_label(at.date_input, "Day of the answer").value == DAY
    assert match_of(house, matches["asked"]).version == 2
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    assert match_of(house, matches["asked"]).state == "carer_answered:declines"


def test_two_people_at_once_lose_nothing(house: Office, matches: Mapping[str, str], page: OpenPage) -> None:
    """Whoever comes second sees both versions, nothing of theirs is written, and their words are still there."""
    at = opened(page, FINDER, matches["asked"])
    by_label(at.radio, "Which step do you record?").set_value("withdrawn").run()
    fill(at, {"Reasons": "The plan has changed."})
    press(at, "Read it back before recording")
    given = Given(outcome="accepts", reasons="We said yes on the phone.", dates={"answered_on": DAY})
    house.store.take_step(ME, matches["asked"], 2, "carer_answered", given)
    press(at, "Confirm and record")
    text = seen.text(at)
    assert "Somebody else recorded a step" in seen.problems(at)[0]
    assert "The plan has changed." in text
    assert "We said yes on the phone." in text
    assert match_of(house, matches["asked"]).state == "carer_answered:accepts"
    press(at, "Go on from the match as it stands now")
    by_label(at.radio, "Which step do you record?").set_value("withdrawn").run()
    assert by_label(at.text_area, "Reasons").value == "The plan has changed."
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    assert match_of(house, matches["asked"]).state == "withdrawn:done"


def test_what_the_store_refuses_is_shown_with_its_rule(
    house: Office, matches: Mapping[str, str], page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if a form asked for too little, the store refuses, names the rule, and the page says so."""
    at = opened(page, CHAIR, matches["accepted"])
    by_label(at.radio, "Which step do you record?").set_value("recommended").run()
    by_label(at.radio, "Outcome").set_value("for").run()
    fill(at, {"Reasons": "x"})
    press(at, "Read it back before recording")
    monkeypatch.setattr("frontend.recording.given_of", lambda form, answers: Given(outcome="for"))
    press(at, "Confirm and record")
    (problem,) = seen.problems(at)
    assert "No reasons are given. [GOV-01]" in problem
    assert "Rule GOV-01" in problem
    assert match_of(house, matches["accepted"]).version == 3
    monkeypatch.undo()
    press(at, "Go back to what you filled in")
    assert by_label(at.text_area, "Reasons").value == "x"


@pytest.mark.parametrize("role", [FINDER, CHAIR])
def test_none_of_these_is_recorded_with_reasons(house: Office, run_id: str, page: OpenPage, role: Role) -> None:
    """For a child, that none of the open homes is proposed, why, and what happens instead, is kept and shown."""
    at = page("record.py", role, {"record part": "None of these homes", f"record unit {run_id}": "C4"})
    press(at, "Read it back before recording")
    assert "Fill in “Why none of the open homes is proposed”" in seen.problems(at)[0]
    fill(at, {"Why none of the open homes is proposed": WHY, "What happens next, and who does it": "Ask the agencies."})
    press(at, "Read it back before recording")
    press(at, "Confirm and record")
    (told,) = house.store.list_none_proposed(ME)
    assert told.child_ids == ("C4",)
    assert told.reasons == WHY
    assert told.role == role.value
    assert "H2" in told.open_homes
    assert WHY in seen.text(at)


def test_whoever_may_not_record_it_may_read_it(house: Office, page: OpenPage) -> None:
    """A panel member reads that none was proposed, and is told who records it."""
    at = page("record.py", MEMBER, {"record part": "None of these homes"})
    assert "You may read this, and not record it" in seen.text(at)
    assert [one.label for one in at.main.selectbox] == []


@pytest.mark.parametrize("version", ["with names", "without names"])
@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
def test_a_pack_is_made_when_it_is_asked_for(
    house: Office, run_id: str, page: OpenPage, version: str, form: str
) -> None:
    """Each version in each form: made on request, offered for download, in the trail with whom it is about."""
    at = page("record.py", CHAIR, {"record part": "Panel pack"})
    press(at, "Make the pack")
    assert "Choose who is on the agenda" in seen.problems(at)[0]
    at.multiselect[0].set_value(["C4", "F1"])
    fill(at, {"Version": version, "Form": form})
    press(at, "Make the pack")
    assert seen.problems(at) == []
    assert "The pack is ready" in seen.text(at)
    data = at.session_state["record pack"][-1]
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            data = held.read("word/document.xml")
    if form != "pdf":
        words = re.sub(r"<[^>]*>", " ", data.decode("utf-8"))
        for one in ("C4", "H2", "F1", "my dog"):
            assert bool(re.search(rf"\b{one}\b", words)) == (version == "with names"), one
    entries = [e for e in house.store.read_trail(ME) if e.act == "make_pack"]
    assert [e.note for e in entries] == [f"{version}, {form}, 3 children"]
    assert {"person:C1", "person:C2", "person:C4"} <= set(entries[0].subjects)


def test_an_empty_store_says_what_to_do(empty_house: Office, page: OpenPage) -> None:
    """Without a round or a match every part says so, and who makes one."""
    at = page("record.py", FINDER)
    for part, words in (
        ("A match on its way", "Nothing has been proposed yet"),
        ("Propose a match", "No round has been worked out yet"),
        ("None of these homes", "No round has been worked out yet"),
        ("Panel pack", "No round has been worked out yet"),
    ):
        by_label(at.radio, "What do you want to do?").set_value(part).run()
        assert words in seen.text(at)
        assert seen.problems(at) == []


def test_whoever_is_barred_sees_neither_the_match_nor_the_child(
    house: Office, matches: Mapping[str, str], run_id: str, page: OpenPage
) -> None:
    """A conflict of interest: the match is not in the list, and the child is in no list to choose from."""
    house.store.bar(replace(ME, acting_as=Role.ADMINISTRATOR), ME.user_id, child_id="C4")
    at = page("record.py", FINDER)
    by_label(at.radio, "What do you want to do?").set_value("A match on its way").run()
    assert "C4" not in " ".join(at.main.selectbox[0].options)
    by_label(at.radio, "What do you want to do?").set_value("Propose a match").run()
    assert "C4" not in " ".join(at.main.selectbox[0].options)
    assert "not shown to you" in seen.text(at)


def test_a_pack_holds_nobody_from_whom_its_maker_is_barred(house: Office, run_id: str, page: OpenPage) -> None:
    """A barred home is in no table, no reason and no choice of the pack, and the pack says that not all is there."""
    house.store.bar(replace(ME, acting_as=Role.ADMINISTRATOR), ME.user_id, home_id="H1")
    at = page("record.py", CHAIR, {"record part": "Panel pack"})
    at.multiselect[0].set_value(["F1", "C4"])
    fill(at, {"Version": "with names", "Form": "html"})
    press(at, "Make the pack")
    words = re.sub(r"<[^>]*>", " ", at.session_state["record pack"][-1].decode("utf-8"))
    assert not re.search(r"\bH1\b", words)
    assert re.search(r"\bH2\b", words)
    assert "Not everything is here" in words
