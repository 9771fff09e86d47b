"""The commissioner's pages in a real browser, from returns to figures, and all that the browser is sent.

A small made-up council's returns, few futures, one server: pages and traffic are looked at in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frontend.contents import ENOUGH, PAGES
from sufficiency.batch_made_up import made_up_council
from tests.browser.looking import NARROW, WIDE, Watched
from tests.browser.serving import Server, running, settings_file
from tests.browser.traffic import Recorder, secrets_in
from tests.frontend.planning.made import SMALL
from tests.frontend.small_council import council_store

Enter = Callable[..., Watched]
PLANNING = [entry for entry in PAGES if entry.group == ENOUGH]
OF_THE_STORE = frozenset(f"{kind}{n}".encode() for kind, most in (("C", 5), ("H", 6)) for n in range(1, most + 1))
"""Ids of the children and homes of the small council's round, which family finders see."""


@dataclass(frozen=True)
class Office:
    """The server, and what of a child lies in the returns beside it."""

    server: Server
    secrets: frozenset[bytes]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Office]:
    """`placewell app --returns`, behind the council's sign-in, on a store that holds a panel's round as well."""
    folder = tmp_path_factory.mktemp("office")
    returns = folder / "returns" / SMALL.name
    made_up_council(returns, SMALL)
    files = {path.as_posix(): path.read_bytes() for path in returns.rglob("*.csv")}
    store = folder / "placewell.db"
    council_store(store, datetime.now(UTC) - timedelta(days=1))
    options = ["--settings", str(settings_file(folder, issuer)), "--store", str(store), "--returns", str(returns)]
    with running(*options, folder=folder, issuer=issuer, module="tests.browser.small_app") as server:
        yield Office(server, secrets_in(files))


def looked_at(tab: Watched, title: str, artefacts: Path, who: str) -> list[str]:
    """What is wrong with a page at both widths: axe, something cut off to the side; its pictures are kept."""
    found = []
    for size in (WIDE, NARROW):
        tab.page.set_viewport_size(size)  # type: ignore[arg-type]
        tab.settle()
        tall = tab.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        tab.page.set_viewport_size({"width": size["width"], "height": min(max(size["height"], int(tall) + 40), 12000)})
        tab.settle()
        if over := tab.overflows():
            found.append(f"{title} at {size['width']}: {over} pixels too wide")
        found += [f"{title} at {size['width']}: {one}" for one in tab.axe()]
        name = title.lower().replace(" ", "-")
        tab.page.screenshot(path=artefacts / f"{who}-{name}-{size['width']}.png")
    tab.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    tab.settle()
    return found


def test_the_pages_of_a_first_forecast_and_nothing_of_a_child_reaches_the_browser(
    office: Office, enter: Enter, artefacts: Path, tmp_path: Path
) -> None:
    """A commissioner has the first forecast worked out and reads each page; a decision maker reads two of them. axe
    finds nothing, nothing is cut off to the side, and not an id, UPN, birth date or postcode of the returns is in any
    answer or frame.
    """
    recorder, of_dee = Recorder(), Recorder()
    con = enter(office.server, "con", recorder=recorder).go("Need").sees("No forecast has been worked out yet")
    con.press("Work out the first forecast").sees("The forecast is done", 240)
    con.press("Put this message away")
    wrong: list[str] = []
    for entry in PLANNING:
        con.go(entry.title)
        wrong += looked_at(con, entry.title, artefacts, "con")
        recorder.gather()
    dee = enter(office.server, "dee", recorder=of_dee)
    for title in ("Need", "Publish"):
        wrong += looked_at(dee.go(title), title, artefacts, "dee")
        of_dee.gather()
    assert wrong == []
    for each in (recorder, of_dee):
        assert any(SMALL.name.encode() in frame for frame in each.frames)  # the frames were heard, and can be read
        assert each.told(office.secrets, tmp_path) == set()
    for tab in (con, dee):
        assert not re.search(r"X\d{5}", f"{tab.kept()} {tab.asked}")
    assert not re.search(r"X\d{5}", office.server.logged())


def test_the_same_recorder_finds_ids_on_a_family_finders_page(office: Office, enter: Enter, tmp_path: Path) -> None:
    """What is looked for in a commissioner's traffic would be found: a family finder's page sends ids of children. She
    is offered none of the commissioner's pages.
    """
    recorder = Recorder()
    fay = enter(office.server, "fay", recorder=recorder).go("Whole council")
    told = recorder.told(OF_THE_STORE, tmp_path)
    assert {one.split()[0] for one in told if one.endswith("in a frame")} >= {"C1", "C3", "H1"}
    links = fay.page.get_by_test_id("stSidebar").get_by_role("link").all_inner_texts()
    assert not {entry.title for entry in PLANNING} & {one.strip() for one in links}
