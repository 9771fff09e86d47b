"""Every page in a real browser: who may open it, accessible, nothing asked of elsewhere, nothing of a child kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from frontend.contents import ENOUGH, PAGES, Entry
from tests.browser.looking import NARROW, Watched
from tests.browser.serving import PEOPLE, Server
from tests.frontend.pages.test_frame import OPEN_TO

Enter = Callable[..., Watched]
IDS = re.compile(r"\b(C[1-5]|H[1-6]|F1|R1)\b")
"""Ids of the small council's children, homes, family and fostered child."""
DEMO_IDS = re.compile(r"\b[CHRF]-?\d{3,}\b")


def address_of(entry: Entry) -> str:
    """Where a page is."""
    return "/" if entry.file == PAGES[0].file else "/" + entry.file.removesuffix(".py").replace("_", "-")


@pytest.mark.parametrize("person", [one for one in PEOPLE if one != "finn"])
def test_every_page_for_every_role(council: Server, enter: Enter, person: str) -> None:
    """Signed in, each page opens; axe finds nothing; no id of a child or home is in an address or in what the browser
    keeps. Of the pages that the role may not open, two are tried by their address (tests/frontend/pages tries all).
    """
    tab = enter(council, person)
    found: list[str] = []
    refused = [entry for entry in PAGES if PEOPLE[person] not in OPEN_TO[entry.file]]
    empty = [entry for entry in PAGES if entry.group == ENOUGH][1:]  # without returns they all say the same
    for entry in [one for one in PAGES if one in refused or one not in empty]:
        allowed = entry not in refused
        if entry in refused[1:-1]:
            continue
        if allowed:
            tab.go(entry.title)
        elif tab.page.get_by_test_id("stSidebar").get_by_role("link", name=entry.title, exact=True).count():
            found.append(f"{entry.title} is offered to {person}")
        else:
            tab.open(address_of(entry))
        assert tab.title == entry.title
        if ("You may not open this page" in tab.text) == allowed:
            found.append(f"{entry.title}: wrong for {person}")
        if not allowed and IDS.search(tab.text):
            found.append(f"{entry.title} shows ids to {person}")
        found += [f"{entry.title}: {one}" for one in tab.axe()]
        found += [f"{entry.title} keeps {one}" for one in IDS.findall(tab.kept())]
    found += [f"in an address: {one}" for one in tab.asked if IDS.search(one)]
    assert found == []


EVENING = [entry for entry in PAGES if entry.group != ENOUGH]
"""Those of a panel; a commissioner's are looked at in test_planning.py, with a forecast in them."""


@pytest.mark.parametrize("entry", EVENING, ids=[entry.file.removesuffix(".py") for entry in EVENING])
def test_every_page_reflows_and_has_its_picture_taken(
    demo: Server, enter: Enter, entry: Entry, artefacts: Path
) -> None:
    """At 1280 and 400 pixels and at 200% zoom nothing is cut off to the side; pictures are kept for people to see."""
    tab = enter(demo)
    if entry.file == "audit.py":
        tab.act_as("Auditor")
    tab.open(address_of(entry)) if entry is not PAGES[0] and entry.file != "audit.py" else tab.go(entry.title)
    name = entry.file.removesuffix(".py")
    wide = {}
    for words, width, height in (("1280", 1280, 900), ("zoomed", 640, 450), ("400", NARROW["width"], 850)):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.settle()
        wide[words] = tab.overflows()
        if words == "zoomed":
            continue
        tall = tab.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        tab.page.set_viewport_size({"width": width, "height": min(max(height, int(tall) + 40), 8000)})
        tab.settle()
        tab.page.screenshot(path=artefacts / f"{name}-{words}.png")
    assert wide == {"1280": 0, "zoomed": 0, "400": 0}
    assert tab.axe() == []


def test_the_log_of_the_app_names_nobody(council: Server, demo: Server) -> None:
    """What the servers wrote while all these pages were open holds no id of a child, home or family."""
    assert IDS.findall(council.logged()) == []
    assert DEMO_IDS.findall(demo.logged()) == []
    assert "Placewell is at http://127.0.0.1" in demo.logged()
