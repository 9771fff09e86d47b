"""What the tests of the pages share: a small council's store, an office on it, and pages run without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office, open_office
from frontend.serving import SCRIPT
from records.store import Role, create
from tests.frontend.small_council import council_store, office_at
from tests.records.store.stories import Clock

SECONDS = 60
"""The first run of a page imports what it needs."""

OpenPage = Callable[..., AppTest]


@dataclass(frozen=True)
class Kept:
    """A store's file to copy, its round, and the matches on their way by name."""

    file: Path
    run_id: str
    matches: dict[str, str]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The small council's store (`tests.frontend.small_council`), made once."""
    file = tmp_path_factory.mktemp("council") / "placewell.db"
    return Kept(file, *council_store(file))


@pytest.fixture
def run_id(kept: Kept) -> str:
    """The id of the one kept round."""
    return kept.run_id


@pytest.fixture
def matches(kept: Kept) -> dict[str, str]:
    """Ids of the matches on their way: accepted, asked, declined, linked."""
    return kept.matches


@pytest.fixture
def house(kept: Kept, tmp_path: Path) -> Iterator[Office]:
    """The office of one user at this computer, on a store of its own with the small council's round."""
    place = tmp_path / "placewell.db"
    shutil.copyfile(kept.file, place)
    opened = office_at(place)
    open_office(opened)
    yield opened
    opened.close()


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[Office]:
    """The same, on a store in which there is nothing yet."""
    place = tmp_path / "empty.db"
    create(str(place), Clock())
    opened = office_at(place)
    open_office(opened)
    yield opened
    opened.close()


@pytest.fixture
def page() -> OpenPage:
    """Opens a page by its file, in a role, and runs it: `page("today.py", "panel_chair")`.

    `before`: what stands in the tab's session already. The office is that of `house` or `empty_house`, whichever the
    test asks for. A page that fails unexpectedly fails the test.
    """

    def opened(file: str, role: Role | str = Role.FAMILY_FINDER, before: Mapping[str, object] | None = None) -> AppTest:
        at = AppTest.from_file(str(SCRIPT), default_timeout=SECONDS)
        at.session_state["acting as"] = str(Role(role).value)
        for key, value in (before or {}).items():
            at.session_state[key] = value
        at.run()
        if file != "today.py":
            at.switch_page(f"frontend/pages/{file}").run()
        assert not at.exception, [one.value for one in at.exception]
        assert "This is a fault of Placewell" not in "".join(one.proto.body for one in at.get("html"))
        return at

    return opened
