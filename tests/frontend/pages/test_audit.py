"""The page Audit and access: auditors read, administrators act in two steps, nobody else opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

import records.store
from frontend.office import Office
from frontend.serving import SCRIPT
from records.store import Actor, Role, local_actor, read_retention
from records.store.auditing import head_text
from records.store.backup import Backup
from tests.frontend import seen

Page = Callable[..., AppTest]
ME = local_actor()
READS = ["The trail", "Proof", "People", "Conflicts of interest", "Holds"]
ACTS = ["Proof", "People", "Conflicts of interest", "Holds", "Keeping and purging", "Backup"]


def part(page: Page, name: str, role: Role = Role.ADMINISTRATOR) -> AppTest:
    """One part of the page."""
    return page("audit.py", role, {"audit part": name})


def press(at: AppTest, label: str) -> AppTest:
    """Press the first button of that name."""
    next(one for one in at.button if one.label == label).click().run()
    return at


def write(at: AppTest, label: str, words: str) -> None:
    """Write into a box by its label."""
    next(one for one in at.text_input if one.label == label).set_value(words)


def choose(at: AppTest, label: str, value: str) -> None:
    """Choose by label, from round buttons or a list."""
    next(one for one in (*at.radio, *at.selectbox) if one.label == label).set_value(value)


@pytest.mark.parametrize(("role", "parts"), [(Role.AUDITOR, READS), (Role.ADMINISTRATOR, ACTS)])
def test_each_role_is_offered_its_own_parts(house: Office, page: Page, role: Role, parts: list[str]) -> None:
    """The auditor has the trail and reads; the administrator keeps, and has no trail."""
    assert page("audit.py", role).radio[0].options == parts


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.AUDITOR, Role.ADMINISTRATOR)])
def test_nobody_else_opens_it(house: Office, role: Role) -> None:
    """Casework and audit are kept apart."""
    at = AppTest.from_file(str(SCRIPT), default_timeout=60)
    at.session_state["acting as"] = role.value
    at.run()
    at.switch_page("frontend/pages/audit.py").run()
    assert "You may not open this page" in seen.text(at)


@pytest.mark.parametrize(
    ("role", "name"), [*((Role.AUDITOR, n) for n in READS), *((Role.ADMINISTRATOR, n) for n in ACTS)]
)
def test_no_part_shows_casework(house: Office, page: Page, role: Role, name: str) -> None:
    """Neither what a child said nor anybody's reasons stand anywhere on the page."""
    at = part(page, name, role)
    for label in ("Show the trail", "Check the whole store", "Make a head", "Report what is past its time"):
        if any(one.label == label for one in at.button):
            press(at, label)
    everything = seen.markup(at)
    for words in ("my dog", "Near the school", "grandchild", "autism"):
        assert words not in everything
    assert seen.problems(at) == []


def test_the_trail_is_searched_by_person_act_subject_and_outcome(house: Office, page: Page) -> None:
    """Every box narrows what is found; the reading itself is entered."""
    at = press(part(page, "The trail", Role.AUDITOR), "Show the trail")
    assert "keep run" in seen.text(at)
    choose(at, "Act", "take_step")
    choose(at, "Whom or what it concerned", "home")
    write(at, "Its id", "H2")
    press(at, "Show the trail")
    shown = seen.text(at)
    assert "take step" in shown
    assert "home H2" in shown
    assert "keep run" not in shown
    assert "home H4" not in shown
    write(at, "Person's id", "nobody-of-that-name")
    press(at, "Show the trail")
    assert "No entry answers this search" in seen.text(at)
    assert [e for e in house.store.read_trail(ME) if e.act == "read_trail"]


def test_a_search_of_which_half_is_missing_is_a_problem(house: Office, page: Page) -> None:
    """A kind without an id would search for nothing."""
    at = part(page, "The trail", Role.AUDITOR)
    choose(at, "Whom or what it concerned", "home")
    press(at, "Show the trail")
    assert "Give both" in " ".join(seen.problems(at))


def test_a_whole_store_is_said_to_be_whole_and_what_that_means(house: Office, page: Page) -> None:
    """What was checked, and what the check cannot find."""
    at = press(part(page, "Proof", Role.AUDITOR), "Check the whole store")
    shown = seen.text(at)
    assert "Nothing was altered" in shown
    assert "It cannot find a chain that somebody who holds the database wrote anew" in shown


def test_an_altered_store_is_a_red_stop_that_names_the_place(house: Office, page: Page) -> None:
    """Somebody who holds the database changes one word: the page says where, and to stop."""
    with house.store._engine.connect() as connection:
        connection.execute(sql("DROP TRIGGER trail_no_update"))
        connection.execute(sql("UPDATE trail SET name = 'Somebody Else' WHERE seq = 3"))
        connection.commit()
    at = press(part(page, "Proof"), "Check the whole store")
    shown = seen.text(at)
    assert "The store was altered" in shown
    assert "Stop work in the store" in shown
    assert "altered" in seen.markup(at)
    assert "Nothing was altered" not in shown


def test_a_head_is_made_downloaded_and_checked(house: Office, page: Page) -> None:
    """A head kept elsewhere is compared; a file that is none is refused in words."""
    at = press(part(page, "Proof", Role.AUDITOR), "Make a head")
    assert "Entry" in seen.text(at)
    kept = head_text(house.store.head(ME)).encode()
    at.file_uploader[0].upload("head.json", kept, "application/json").run()
    press(at, "Check against this head")
    assert "The chain leads through the head you gave" in seen.text(at)
    at.file_uploader[0].upload("other.json", b"{}", "application/json").run()
    press(at, "Check against this head")
    assert "This file holds no head" in " ".join(seen.problems(at))


def test_somebody_is_suspended_in_two_steps(house: Office, page: Page) -> None:
    """First what will happen; only then, after Confirm, does it."""
    at = part(page, "People")
    write(at, "Person, exactly as the trail has their id", "u7")
    choose(at, "What they may do", "Nothing: suspended")
    write(at, "Why", "left the council")
    press(at, "Go on to check")
    assert "u7 will be suspended" in seen.text(at)
    assert house.store.list_standings(ME) == []
    press(at, "Confirm")
    ((user_id, _, body),) = house.store.list_standings(ME)
    assert (user_id, body["suspended"], body["reason"]) == ("u7", True, "left the council")
    assert "u7: set, from their next act on." in seen.text(at)


def test_roles_are_narrowed_and_a_change_of_mind_changes_nothing(house: Office, page: Page) -> None:
    """Back at the second step, nothing is written."""
    at = part(page, "People")
    write(at, "Person, exactly as the trail has their id", "u8")
    choose(at, "What they may do", "Only some roles")
    next(one for one in at.multiselect if one.label.startswith("Which roles")).set_value(["panel_member"])
    write(at, "Why", "until they are trained")
    press(at, "Go on to check")
    assert "u8 may use: panel member" in seen.text(at)
    press(at, "Change it")
    assert house.store.list_standings(ME) == []
    press(at, "Go on to check")
    press(at, "Confirm")
    assert house.store.list_standings(ME)[0][2]["roles"] == ["panel_member"]


def test_what_is_missing_is_named_field_by_field(house: Office, page: Page) -> None:
    """An empty form says each thing that is wrong."""
    at = press(part(page, "People"), "Go on to check")
    (problem,) = seen.problems(at)
    for words in ("There is a problem", "Write the id of the person.", "Choose what they may do.", "Say why"):
        assert words in problem


def test_a_standing_that_somebody_else_changed_meanwhile_is_refused(house: Office, page: Page) -> None:
    """The version seen at the first step counts."""
    at = part(page, "People")
    write(at, "Person, exactly as the trail has their id", "u7")
    choose(at, "What they may do", "As the sign-in gives")
    write(at, "Why", "is back")
    press(at, "Go on to check")
    house.store.set_standing(ME, "u7", 0, roles=[Role.AUDITOR], suspended=False, reason="other")
    press(at, "Confirm")
    assert "There is a problem" in " ".join(seen.problems(at))
    assert house.store.list_standings(ME)[0][2]["roles"] == ["auditor"]


def test_an_administrator_is_warned_before_shutting_themselves_out(house: Office, page: Page) -> None:
    """The warning stands at the second step."""
    at = part(page, "People")
    write(at, "Person, exactly as the trail has their id", ME.user_id)
    choose(at, "What they may do", "Nothing: suspended")
    write(at, "Why", "try")
    press(at, "Go on to check")
    assert "This is your own account" in seen.text(at)


def test_a_conflict_of_interest_is_entered_and_ended(house: Office, page: Page) -> None:
    """Each in two steps; the next act of the person obeys."""
    at = part(page, "Conflicts of interest")
    write(at, "Person, exactly as the trail has their id", "u7")
    choose(at, "From", "child")
    write(at, "Id of the child or home", "C1")
    press(at, "Go on to check")
    assert house.store.list_bars(ME) == []
    press(at, "Confirm")
    assert house.store.list_bars(ME) == [("u7", "person:C1")]
    at = part(page, "Conflicts of interest")
    next(one for one in at.selectbox if one.label == "Conflict that is over").select_index(0).run()
    next(one for one in at.button if one.key == "bar lift go").click().run()
    assert "no longer be kept from child C1" in seen.text(at)
    press(at, "Confirm")
    assert house.store.list_bars(ME) == []


def test_a_hold_is_set_and_ended_and_a_hold_that_is_not_there_is_said(house: Office, page: Page) -> None:
    """A hold stops the purge."""
    at = part(page, "Holds")
    choose(at, "What to do", "End a hold")
    choose(at, "About", "a child")
    write(at, "Id of the child or home (empty for everything)", "C1")
    write(at, "Why", "inquiry")
    press(at, "Go on to check")
    assert "There is no hold on" in " ".join(seen.problems(at))
    choose(at, "What to do", "Hold")
    press(at, "Go on to check")
    press(at, "Confirm")
    assert house.store.list_holds(ME) == [("person:C1", "inquiry")]


@pytest.mark.parametrize("name", ["People", "Conflicts of interest", "Holds"])
def test_an_auditor_reads_and_cannot_act(house: Office, page: Page, name: str) -> None:
    """No form, no button; and the store would refuse."""
    house.store.bar(ME, "u7", child_id="C1")
    house.store.hold(ME, "person:C1", "inquiry")
    house.store.set_standing(ME, "u7", 0, roles=None, suspended=True, reason="left")
    at = part(page, name, Role.AUDITOR)
    assert "An administrator changes it." in seen.text(at)
    assert ("u7" in seen.text(at)) or ("C1" in seen.text(at))
    assert list(at.button) == []
    assert list(at.text_input) == []


def test_nothing_is_past_its_time_today(house: Office, page: Page) -> None:
    """The periods stand on the page with their basis; there is nothing to purge and no way to."""
    at = press(part(page, "Keeping and purging"), "Report what is past its time")
    shown = seen.text(at)
    assert "Nothing is past its time" in shown
    assert "regulation 50" in shown
    assert not [one for one in at.button if one.label.startswith("Purge")]


def test_a_purge_takes_the_sign_of_its_report(house: Office, page: Page) -> None:
    """Eight years on: the report is read, its sign is typed wrongly, then rightly; the store stays whole."""
    house.clock.on(days=8 * 366)  # type: ignore[attr-defined]
    due = house.store.purge_report(ME, read_retention(), house.clock().date())
    assert due.due
    at = press(part(page, "Keeping and purging"), "Report what is past its time")
    assert "A purge cannot be undone" in seen.text(at)
    label = "To purge what this report lists, type its sign exactly"
    write(at, label, "0" * 16)
    press(at, f"Purge {len(due.due):,} texts")
    assert "Nothing was purged" in " ".join(seen.problems(at))
    assert house.store.purge_report(ME, read_retention(), due.on).due
    write(at, label, due.digest)
    press(at, f"Purge {len(due.due):,} texts")
    assert f"{len(due.due):,} texts were purged" in seen.text(at)
    assert not house.store.purge_report(ME, read_retention(), due.on).due
    assert house.store.verify(ME).whole


def test_the_councils_own_periods_are_those_of_the_page(house: Office, page: Page, tmp_path: Path) -> None:
    """What the app was started with counts, in the table and in the report."""
    text = (Path(records.store.__file__).parent / "retention.toml").read_text(encoding="utf-8")
    ours = tmp_path / "ours.toml"
    ours.write_text(text.replace("years = 7\n", "years = 12\n"), encoding="utf-8", newline="\n")
    house.keeps = read_retention(ours)
    house.clock.on(days=8 * 366)  # type: ignore[attr-defined]
    at = press(part(page, "Keeping and purging"), "Report what is past its time")
    assert "Nothing is past its time" in seen.text(at)
    assert " 12 " in seen.text(at)


def test_a_backup_is_whole_and_lies_beside_the_store(house: Office, page: Page, tmp_path: Path) -> None:
    """One file, readable by nobody else, with the end of the chain in it."""
    at = press(part(page, "Backup"), "Make a backup")
    assert "The backup is made" in seen.text(at)
    (made,) = (tmp_path / "backups").iterdir()
    assert Backup(made).head.seq > 0


def test_a_backup_that_cannot_be_written_is_said_in_words(house: Office, page: Page, tmp_path: Path) -> None:
    """A file stands where the folder should be: what to do, and nothing else happens."""
    (tmp_path / "backups").write_text("in the way", encoding="utf-8")
    at = press(part(page, "Backup"), "Make a backup")
    assert "The backup could not be written" in " ".join(seen.problems(at))


def test_whoever_is_suspended_gets_no_part(house: Office, page: Page) -> None:
    """Standing holds from the next act on, here as everywhere."""
    other = house.store.sign_in(Actor("u9", "U Nine", frozenset({Role.ADMINISTRATOR})))
    house.store.set_standing(ME, "u9", 0, roles=None, suspended=True, reason="left")
    with pytest.raises(Exception, match="may not do this"):
        house.store.list_bars(other)
