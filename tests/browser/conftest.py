"""Debian's Chromium, and the app as people start it: once for the made-up council, once with a council's sign-in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.looking import WIDE, Watched, tab
from tests.browser.serving import Server, running, settings_file, sign_in_of_a_council
from tests.browser.traffic import Recorder
from tests.frontend.small_council import council_store

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")

Enter = Callable[..., Watched]


def chromium() -> str | None:
    """Where the browser is: the one of PLACEWELL_CHROMIUM, or the one that is installed."""
    return os.environ.get("PLACEWELL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    given = chromium()
    if given is None:
        pytest.skip("there is no Chromium on this computer: install it, or set PLACEWELL_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=given, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`placewell app --demo`: the made-up council, one user without a sign-in. Its forecasts are not worked out."""
    folder = tmp_path_factory.mktemp("demo")
    options = ("--demo", "--out", str(folder / "council"))
    with running(*options, folder=folder, module="tests.browser.evening_app") as server:
        yield server


@pytest.fixture(scope="package")
def issuer() -> Iterator[str]:
    """The council's sign-in."""
    with sign_in_of_a_council() as address:
        yield address


@pytest.fixture(scope="package")
def council(tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Server]:
    """The small council's store, whose round was yesterday, behind a council's sign-in."""
    folder = tmp_path_factory.mktemp("council")
    council_store(folder / "placewell.db", datetime.now(UTC) - timedelta(days=1))
    settings = settings_file(folder, issuer)
    options = ("--settings", str(settings), "--store", str(folder / "placewell.db"))
    with running(*options, folder=folder, issuer=issuer) as server:
        yield server


@pytest.fixture
def enter(browser: Browser) -> Iterator[Enter]:
    """Opens a browser of somebody's own on a server: `enter(demo)`, or `enter(council, "cher")` to sign in.

    At the end, whatever the test did: no request left this computer and the browser's console has no error.
    """
    contexts: list[BrowserContext] = []
    tabs: list[Watched] = []

    def entered(
        server: Server, person: str | None = None, size: dict[str, int] = WIDE, recorder: Recorder | None = None
    ) -> Watched:
        contexts.append(browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/London"))  # type: ignore
        if recorder is not None:
            recorder.listen(contexts[-1])
        tabs.append(tab(contexts[-1], server))
        return tabs[-1].sign_in(person) if person is not None else tabs[-1].open()

    yield entered
    for context in contexts:
        context.close()
    assert [one.outside for one in tabs if one.outside] == []
    assert [one.complaints for one in tabs if one.complaints] == []


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go: the folder of PLACEWELL_ARTEFACTS, or one that is thrown away."""
    given = os.environ.get("PLACEWELL_ARTEFACTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
