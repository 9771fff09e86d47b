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
from frontend.session import RECENT
from records.store import local_actor, open_store
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
    """The server, where its store is, and what of a child lies in the returns beside it."""

    server: Server
    store: Path
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
        yield Office(server, store, secrets_in(files))


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


def pull_a_lever(con: Watched) -> None:
    """With the keyboard alone: move a lever, see its preview, name and save the scenario, and see the full result,
    which follows by itself."""
    con.go("Scenarios").sees("Nothing is changed yet")
    con.tab_to("input", "Help at the edge of care").types("Control+A", "20", "Enter")
    con.sees("Preview: 100 futures", 120)
    con.tab_to("input", "Name of the scenario").types("Help at the edge", "Enter")
    con.tab_to("button", "Save").types("Enter").sees("“Help at the edge” is saved, version 1.")
    con.sees("shows every time, and what each lever does", 240)


def prepare(con: Watched) -> None:
    """With the keyboard alone: write the council's own words, read the draft and prepare the edition."""
    con.go("Publish").tab_to("button", "Go on to step 2. Words").types("Enter")
    con.tab_to("textarea", "").types("We asked our children. They want to stay near school.", "Tab")
    con.tab_to("button", "Save the words").types("Enter")
    con.tab_to("button", "Go on to step 3. Preview").types("Enter")
    con.tab_to("button", "Make the preview").types("Enter").sees("Draft: not signed off", 120)
    con.tab_to("button", "Go on to step 4. Prepare").types("Enter")
    con.tab_to("button", "Prepare this edition").types("Enter").sees("The edition is prepared", 120)


def sign(dee: Watched) -> None:
    """A decision maker who did not prepare it signs it, in a named office."""
    dee.go("Publish").sees("Draft: not signed off").choose("Your office", "Director of children")
    dee.pick("What do you decide?", "It may be published as it is")
    dee.main.locator("textarea").last.fill("Read whole.")
    dee.press("Record the decision").sees("It can be downloaded in step 6.")


def publish(con: Watched, recorder: Recorder, store: Path, folder: Path) -> list[str]:
    """Download every file of the edition; each is byte for byte what the archive keeps."""
    con.page.wait_for_timeout(RECENT.total_seconds() * 1000)  # so long a tab may show what it knew before
    con.go("Publish").pick("Steps", "6. Download").sees("Signed off by")
    buttons = con.main.get_by_test_id("stDownloadButton").get_by_role("button").all()
    got = dict(recorder.download(con.page, one.click, folder) for one in buttons)
    archive = open_store(str(store))
    (one,) = archive.list_editions(local_actor())
    kept = {Path(name).name: archive.read_edition(local_actor(), one.edition_id, name) for name in one.files}
    assert {name: data for name, data in got.items() if not name.endswith(".zip")} == {
        name: kept[name] for name in got if not name.endswith(".zip")
    }
    assert "We asked our children" in kept["narrative.toml"].decode()
    return sorted(got)


def test_from_returns_to_a_published_statement_and_nothing_of_a_child_reaches_the_browser(
    office: Office, enter: Enter, artefacts: Path, tmp_path: Path
) -> None:
    """A commissioner has the first forecast worked out, reads each page, pulls a lever, keeps it and sees its full
    result; writes, prepares an edition, and downloads it once a decision maker has signed it. axe finds nothing,
    nothing is cut off to the side, and not an id, UPN, birth date or postcode of the returns is in any answer, frame
    or file.
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
    pull_a_lever(con)
    prepare(con)
    recorder.gather()
    dee = enter(office.server, "dee", recorder=of_dee)
    for title in ("Need", "Publish"):
        wrong += looked_at(dee.go(title), title, artefacts, "dee")
        of_dee.gather()
    sign(dee)
    names = publish(con, recorder, office.store, tmp_path)
    assert {Path(one).suffix for one in names} == {".pdf", ".docx", ".html", ".xlsx", ".zip", ".toml"}
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
