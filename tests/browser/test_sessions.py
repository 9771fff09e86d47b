"""People in the same app at once: who comes second is told, and who has left cannot be followed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontend.doors import LARGEST_UPLOAD_MB, MEGABYTE
from frontend.sign_in import COOKIE
from tests.browser.looking import Watched
from tests.browser.serving import Server, running, settings_file
from tests.frontend.small_council import council_store

Enter = Callable[..., Watched]
TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Server]:
    """The small council, where a session that is not used ends after a minute."""
    folder = tmp_path_factory.mktemp("brief")
    council_store(folder / "placewell.db", datetime.now(UTC) - timedelta(days=1))
    settings = settings_file(folder, issuer, idle_minutes=1)
    options = ("--settings", str(settings), "--store", str(folder / "placewell.db"))
    with running(*options, folder=folder, issuer=issuer) as server:
        yield server


def a_match(tab: Watched, home: str) -> Watched:
    """Open the match with this home."""
    tab.go("Record")
    tab.pick("What do you want to do?", "A match on its way")
    return tab.choose("Match (", f"with home {home}")


def withdraw(tab: Watched, why: str) -> Watched:
    """Fill in a withdrawal, and read it back."""
    tab.pick("Which step do you record?", "Withdrawn")
    tab.fill_in(TODAY, why)
    return tab.press("Read it back before recording").sees("Read it back")


def test_who_comes_second_is_shown_both_and_loses_nothing(council: Server, enter: Enter) -> None:
    """Two family finders fill in a step of one match: the second is refused, sees what the first recorded, and what
    they typed themselves.
    """
    fay, finn = enter(council, "fay"), enter(council, "finn")
    withdraw(a_match(fay, "H4"), "The carers moved away.")
    withdraw(a_match(finn, "H4"), "The child went to an aunt.")
    fay.press("Confirm and record").sees("Recorded")
    finn.press("Confirm and record").sees("Nothing of yours was recorded")
    assert "The carers moved away." in finn.text
    assert "The child went to an aunt." in finn.text


def test_a_round_goes_on_while_its_owner_reads_elsewhere_and_is_cancelled_in_the_middle(
    demo: Server, enter: Enter
) -> None:
    """The page never waits for a solve: others open meanwhile; cancelled, nothing is kept and the plan stands."""
    fay = enter(demo).go("Whole council")
    fay.press("Work out the round").sees("A round is being worked out")
    fay.go("Today").sees("What needs a person")
    assert "A round is being worked out" in fay.page.get_by_test_id("stSidebar").inner_text()
    fay.go("Whole council").sees("A round is being worked out")
    fay.press("Cancel: keep nothing of this round").sees("Nothing of that round was kept")
    assert "The homes the plan proposes" in fay.text


def test_after_signing_out_a_copied_cookie_is_worth_nothing(council: Server, enter: Enter) -> None:
    """The very cookie, put into another browser: the way to sign in, and not a word of a child."""
    dee = enter(council, "dee").go("Whole council")
    (cookie,) = (one for one in dee.page.context.cookies() if one["name"] == COOKIE)
    copied = {name: cookie[name] for name in ("name", "value", "domain", "path")}  # type: ignore[literal-required]
    dee.press("Sign out").sees("Nothing was recorded since your last confirmed step")
    dee.page.context.clear_cookies()
    dee.page.context.add_cookies([copied])  # type: ignore[list-item]
    dee.page.goto(f"{council.address}/whole-council")
    dee.page.get_by_role("link", name="Sign in").wait_for()
    assert "H1" not in dee.page.inner_text("body")


def test_a_session_that_is_not_used_ends(brief: Server, enter: Enter) -> None:
    """After the idle time the next click shows that the session has ended, and nothing else of the page."""
    mel = enter(brief, "mel").go("Whole council")
    assert "C3" in mel.text
    mel.page.wait_for_timeout(62_000)
    mel.page.get_by_test_id("stSidebar").get_by_role("link", name="Today").click()
    mel.sees("Your session has ended")
    assert "C3" not in mel.text
    mel.page.get_by_role("link", name="Sign in again").wait_for()
    assert all("401" in one for one in mel.complaints)  # what the page still asked for, it was refused
    mel.complaints.clear()


def test_a_file_that_is_none_and_one_that_is_too_large_are_refused_in_words(
    council: Server, enter: Enter, tmp_path: Path
) -> None:
    """A workbook that is none is named with what to do; one over the limit never leaves the browser."""
    fay = enter(council, "fay").go("Bring in records")
    broken, large = tmp_path / "children.xlsx", tmp_path / "large.csv"
    broken.write_bytes(b"this is no workbook")
    large.write_bytes(b"x" * (LARGEST_UPLOAD_MB * MEGABYTE + 1))
    fay.page.locator("input[type=file]").set_input_files(large)
    fay.sees(f"{LARGEST_UPLOAD_MB}")
    assert not [one for one in fay.asked if "upload_file" in one]
    fay.open("/bring-in")
    fay.page.locator("input[type=file]").set_input_files(broken)
    fay.page.get_by_text(broken.name).wait_for()
    fay.press("Read the files").sees("There is a problem")
    assert "not a workbook that can be read" in fay.text


def test_the_skip_order_and_focus_are_those_of_the_page(council: Server, enter: Enter) -> None:
    """With the keyboard alone: every stop is seen, the side bar leads to a page, and a choice is made with arrows."""
    cher = enter(council, "cher")
    seen = []
    for _ in range(9):
        cher.page.keyboard.press("Tab")
        seen.append(cher.focus())
    assert all(one["visible"] for one in seen), seen
    assert "Record" in [one["words"] for one in seen]
    while cher.focus()["words"] != "Record":
        cher.page.keyboard.press("Shift+Tab")
    cher.page.keyboard.press("Enter")
    cher.page.wait_for_selector("h1#top:text-is('Record')")
    cher.settle()
    for _ in range(30):
        if cher.focus()["role"] == "radio":
            break
        cher.page.keyboard.press("Tab")
    assert cher.focus()["visible"]
    cher.doing(lambda: cher.page.keyboard.press("Space")).sees("Show matches that came to an end too")
    for _ in range(8):
        if cher.focus()["role"] == "combobox":
            break
        cher.page.keyboard.press("Tab")
    assert cher.focus()["visible"]
    cher.page.keyboard.type("H1")
    cher.doing(lambda: cher.page.keyboard.press("Enter")).sees("C1 and C2 with home H1")
