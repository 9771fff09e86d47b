"""One evening from the workbook to the pack: each act by its own person, in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records import synthetic
from records.store import create
from tests.browser.looking import Watched
from tests.browser.serving import Server, running, settings_file

Enter = Callable[..., Watched]
TODAY = datetime.now(UTC).date()
IDS = re.compile(r"\b[CHFR]\d{3,}\b")


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Server]:
    """A council with a sign-in and an empty store."""
    folder = tmp_path_factory.mktemp("evening")
    create(str(folder / "placewell.db"))
    settings = settings_file(folder, issuer)
    options = ("--settings", str(settings), "--store", str(folder / "placewell.db"))
    with running(*options, folder=folder, issuer=issuer) as server:
        yield server


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council as one Excel file, with rows that are doubtful."""
    path = tmp_path_factory.mktemp("workbook") / "round.xlsx"
    synthetic.write_workbook(synthetic.council(6, 14, seed=2, day=TODAY, with_findings=True), path)
    return path


def confirmed(tab: Watched) -> None:
    """Read back what was filled in, and record it."""
    tab.press("Read it back before recording")
    tab.sees("Once recorded it cannot be changed or taken away")
    tab.press("Confirm and record").sees("Recorded")


def step(tab: Watched, name: str, outcome: str | None = None, **given: str) -> None:
    """Record the next step of the one match that is open to this person."""
    tab.pick("Which step do you record?", name)
    if outcome is not None:
        tab.pick("Outcome", outcome)
    for label, option in given.items():
        tab.pick(label.replace("_", " "), option)
    tab.fill_in(TODAY)
    confirmed(tab)


def the_match(enter: Enter, evening: Server, person: str) -> Watched:
    """Sign in and open the only match on its way."""
    tab = enter(evening, person).go("Record")
    tab.pick("What do you want to do?", "A match on its way")
    return tab.choose("Match (1)", "with home")


def test_from_the_workbook_to_the_decision_and_the_pack(
    evening: Server, enter: Enter, workbook: Path, tmp_path: Path
) -> None:
    """Brought in, worked out, proposed, asked, accepted, recommended by the chair, decided by the decision maker; the
    pack is fetched as a file; and nothing of a child is in an address or in a browser afterwards.
    """
    fay = enter(evening, "fay").go("Bring in records")
    fay.page.locator("input[type=file]").set_input_files(workbook)
    fay.page.get_by_text(workbook.name).wait_for()
    fay.press("Read the files")
    fay.sees("Step 2 of 2").sees("left out")
    fay.press("Keep these records")
    fay.sees("tick that you have read which rows are left out")
    fay.page.get_by_text("I have read which").click()
    fay.press("Keep these records")
    fay.press("Go to Whole council").sees("Work out a round")
    fay.press("Work out the round").sees("The round is done", 120).sees("It is proved best.")

    homes = re.search(r"(C\d+)\b[^C]*?\bH\d+", fay.text.partition("The homes the plan proposes")[2])
    assert homes is not None
    child = homes[1]
    fay.go("One child or family").choose("Child or family", child)
    assert child in fay.text
    fay.press("Record a proposal, or none of these homes")
    fay.page.get_by_role("combobox", name=re.compile("^.*Home \\(")).first.wait_for()
    fay.choose("open to", "rank 1,")
    fay.pick_first("Route, as the care plan and the kind of home allow")
    fay.fill_in(TODAY)
    confirmed(fay)
    fay.pick("What do you want to do?", "A match on its way")
    fay.choose("Match (1)", "with home")
    step(fay, "Carers asked")
    step(fay, "The carers' answer", "They accept")
    assert "Decision" not in fay.radio("Which step do you record?")

    cher = the_match(enter, evening, "cher")
    step(cher, "Recommendation", "For this home")
    assert "There is no next step for you to record" in cher.text
    cher.pick("What do you want to do?", "Panel pack")
    cher.choose("Children and families on the agenda", child)
    cher.page.keyboard.press("Escape")
    cher.pick("Version", "Without names: no identifying detail, still confidential")
    cher.pick("Form", "PDF, to print or read")
    cher.press("Make the pack")
    with cher.page.expect_download() as download:
        cher.page.get_by_role("button", name=re.compile("^Download")).click()
    pack = tmp_path / "pack.pdf"
    download.value.save_as(pack)
    assert pack.read_bytes().startswith(b"%PDF")
    assert not IDS.search(download.value.suggested_filename)

    dee = the_match(enter, evening, "dee")
    step(dee, "Decision", "Agreed", In_which_office_you_act="Agency decision maker")
    assert "Decision: agreed" in dee.text
    for tab in (fay, cher, dee):
        assert not IDS.search(tab.kept())
        assert not [one for one in tab.asked if IDS.search(one)]
    assert not IDS.search(evening.logged())
