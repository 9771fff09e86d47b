"""What the tests of the commissioner's pages share: the forecast of a small made-up council, made once."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from frontend.office import Office, open_office
from frontend.planning.opened import Opened
from frontend.planning.orders import Worked
from frontend.planning.planning import Planning
from frontend.serving import SCRIPT
from records.store import Role, create, local_actor, open_store
from sufficiency.batch_cache import made_with
from tests.frontend.planning.made import FIRST, SMALL, small_inputs, small_order, small_work
from tests.frontend.small_council import EVENING, office_at
from tests.records.store.stories import Clock

COMMISSIONER = replace(local_actor(), acting_as=Role.COMMISSIONER)
SECONDS = 180
LONGEST = 300.0

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def worked(request: pytest.FixtureRequest, testrun_uid: str) -> Worked:
    """The small council's forecast (`made.small_work`), made once for all processes of the tests.

    It is kept in the folder of pytest for the next time, under a name that says with which code it was made.
    """
    folder = request.config.cache.mkdir("small-work")
    kept = folder / f"{_made_of()}.pickle"
    if kept.is_file():
        return _when_there(kept)
    try:
        (folder / testrun_uid).mkdir()
    except FileExistsError:
        return _when_there(kept)
    for older in folder.glob("*.pickle"):
        older.unlink(missing_ok=True)
    _, made = small_work(folder / testrun_uid)
    assert set(made.ready) == {(SMALL.name, one) for one in made.document["results"][SMALL.name]}, "one was refused"
    partial = kept.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(made))
    partial.replace(kept)
    shutil.rmtree(folder / testrun_uid)
    return made


def _made_of() -> str:
    """Of every file that the forecast, or how it is kept, hangs on."""
    here = Path(__file__).resolve()
    some = sorted((here.parents[3] / "frontend" / "planning").glob("*.py"))
    seen = hashlib.sha256(made_with().code.encode())
    for path in (*some, here.with_name("made.py")):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _when_there(kept: Path) -> Worked:
    ends = time.monotonic() + LONGEST
    while not kept.is_file():
        assert time.monotonic() < ends, "the process that makes the small council's forecast did not end"
        time.sleep(0.1)
    made: Worked = pickle.loads(kept.read_bytes())
    return made


@pytest.fixture
def opened(worked: Worked) -> Opened:
    """What a page has open: the first scenario."""
    return worked.ready[SMALL.name, FIRST]


@pytest.fixture(scope="session")
def planning_store(worked: Worked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the small council's forecast is kept, made once; to be copied."""
    place = tmp_path_factory.mktemp("planning") / "placewell.db"
    create(str(place), Clock())
    store = open_store(str(place), clock=Clock(EVENING))
    store.keep_work(COMMISSIONER, worked.document, worked.files)
    store.close()
    return place


@pytest.fixture
def planning_office(worked: Worked, planning_store: Path, tmp_path: Path) -> Iterator[Office]:
    """An office of one user in which the small council's forecast is kept, and open at once on every page.

    Its returns lie in a folder `planning`, whole.
    """
    place = tmp_path / "placewell.db"
    shutil.copyfile(planning_store, place)
    office = office_at(place)
    office.planning = Planning(small_inputs(tmp_path / "planning"))
    office.planning.previews.close()  # no page of a test begins a process
    (work,) = office.store.list_works(COMMISSIONER)
    office.planning._kept(small_order(office.planning.inputs), work.work_id, worked)
    open_office(office)
    yield office
    office.close()


@pytest.fixture
def empty_planning_office(tmp_path: Path) -> Iterator[Office]:
    """The same, and nothing has been worked out yet."""
    place = tmp_path / "empty.db"
    create(str(place), Clock())
    office = office_at(place)
    office.planning = Planning(small_inputs(tmp_path / "planning"))
    office.planning.previews.close()  # no page of a test begins a process
    open_office(office)
    yield office
    office.close()


@pytest.fixture
def planning_page() -> OpenPage:
    """Opens a page by its file, in a role, and runs it: `planning_page("need.py", "commissioner")`.

    `before`: what stands in the tab's session already. The office is that of `planning_office`. A page that fails
    unexpectedly fails the test.
    """

    def shown(file: str, role: Role | str = Role.COMMISSIONER, before: Mapping[str, object] | None = None) -> AppTest:
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

    return shown
