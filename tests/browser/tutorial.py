"""The pictures of docs/tutorial-panel.md, and of docs/how-to/plan-with-the-app.md, taken from made-up councils.

Run with `python -m tests.browser.tutorial`, and with `commissioner` for those of the commissioner's pages, which wait
for all that the demo works out; Chromium as for the tests of the browser.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from frontend.contents import ENOUGH, PAGES
from tests.browser.conftest import QUIET, chromium
from tests.browser.looking import Watched, tab
from tests.browser.serving import running

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WINDOW = {"width": 1180, "height": 820}
COLOURS = 64
LARGEST = 120_000
LONGEST = 1800.0


@contextmanager
def demo_tab() -> Iterator[Watched]:
    """A tab on `placewell app --demo`."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        found = chromium()
        if found is None:
            raise SystemExit("There is no Chromium on this computer: install it, or set PLACEWELL_CHROMIUM.")
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        with running("--demo", "--out", str(folder / "council"), folder=folder) as server:
            context = browser.new_context(viewport=WINDOW, locale="en-GB", timezone_id="Europe/London")  # type: ignore
            yield tab(context, server).open()
        browser.close()


def picture(one: Watched, name: str, at: str | None = None) -> None:
    """Take what is in the window, small enough to keep; `at`: the heading to begin at."""
    if at is not None:
        one.main.locator("h2, h3, h4").filter(has_text=at).first.evaluate("one => one.scrollIntoView()")
    else:
        one.main.evaluate("one => one.scrollTo(0, 0)")
    one.page.mouse.move(0, 0)
    one.page.wait_for_timeout(300)
    image = Image.open(io.BytesIO(one.page.screenshot())).convert("RGB")
    PICTURES.mkdir(parents=True, exist_ok=True)
    image.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
    assert (PICTURES / f"{name}.png").stat().st_size <= LARGEST, name


def main() -> None:
    """Go through the evening, and take a picture at each stop."""
    with demo_tab() as one:
        picture(one, "panel-today")
        one.act_as("Panel chair").go("Whole council")
        picture(one, "panel-plan", "The plan")
        one.go("One child or family").choose("Child or family", "F001")
        picture(one, "panel-child")
        picture(one, "panel-homes", "omes")
        one.act_as("Panel chair").go("Record")
        one.pick("What do you want to do?", "A match on its way")
        one.choose("Match (", "C0003 with home")
        picture(one, "panel-match")
        one.pick("Which step do you record?", "Recommendation").pick("Outcome", "For this home")
        one.fill_in(datetime(2026, 11, 2, tzinfo=UTC).date(), "Near the school, and the carers know the child.")
        one.press("Read it back before recording").sees("Read it back")
        picture(one, "panel-read-back", "Record the next step")
        one.pick("What do you want to do?", "Panel pack")
        picture(one, "panel-pack")


def commissioner(one: Watched) -> None:
    """Wait for all that the demo works out, then take a picture of each of the commissioner's pages, at its figures."""
    ends = time.monotonic() + LONGEST
    one.act_as("Commissioner").go("Need")
    while "No forecast has been worked out yet" in one.text or "being worked out" in one.text:
        if time.monotonic() > ends:
            raise SystemExit(f"No forecast after {LONGEST:.0f} s.")
        one.page.wait_for_timeout(2000)
    one.press("Put this message away")
    for entry in PAGES:
        if entry.group == ENOUGH:
            one.go(entry.title)
            first = one.main.locator("h2").first.inner_text()
            picture(one, f"commissioner-{entry.file.removesuffix('.py').replace('_', '-')}", first)


if __name__ == "__main__":
    if sys.argv[1:] == ["commissioner"]:
        with demo_tab() as opened:
            commissioner(opened)
    else:
        main()
