"""What an app holds for planning: a kept forecast opened once for everybody, whole or not at all; its own workshop."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from frontend.office import Office
from frontend.orders import CannotBeDone, Kept, Part, Told, Words
from frontend.planning.opened import Opened, opened_from
from frontend.planning.planning import Gone, Planning
from frontend.rounds import Workshop
from records.store import Actor, Refused, Role, Store
from sufficiency.results_found import NoResults
from tests.frontend.planning.conftest import COMMISSIONER
from tests.frontend.planning.made import FIRST, SMALL, scenario_texts


@pytest.fixture
def planning(planning_office: Office) -> Planning:
    """Of an app that was started anew: nothing is open yet."""
    assert planning_office.planning is not None
    return Planning(planning_office.planning.inputs)


@pytest.fixture
def work_id(planning_office: Office) -> str:
    """The one forecast that is kept."""
    (work,) = planning_office.store.list_works(COMMISSIONER)
    return work.work_id


def test_a_kept_forecast_is_opened_once_however_many_ask(
    planning: Planning, planning_office: Office, work_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same figures as those that its own process had made ready; the second asker waits for the first."""
    opens: list[tuple[object, ...]] = []

    def slowly(*args: Any, **more: Any) -> Opened:
        opens.append(args)
        return opened_from(*args, **more)

    monkeypatch.setattr("frontend.planning.planning.opened_from", slowly)
    found: list[Opened] = []
    store = planning_office.store
    ask = [
        threading.Thread(target=lambda: found.append(planning.opened(store, COMMISSIONER, work_id))) for _ in range(3)
    ]
    for one in ask:
        one.start()
    for one in ask:
        one.join()
    assert len(opens) == 1
    assert found[0] is found[1] is found[2]
    assert planning_office.planning is not None
    ready = planning_office.planning.opened(store, COMMISSIONER, work_id, SMALL.name, FIRST)
    assert ready is not found[0]
    assert (found[0].council, found[0].scenario, found[0].work_id) == (ready.council, ready.scenario, work_id)
    assert found[0].lens.texts.keys() == ready.lens.texts.keys()
    assert all(found[0].lens.texts[key].equals(ready.lens.texts[key]) for key in ready.lens.texts)


def test_what_is_unpacked_is_whole_private_and_mended(
    planning: Planning, planning_office: Office, work_id: str
) -> None:
    """A folder for this process alone; a file that was altered is written anew; it goes with the app."""
    store = planning_office.store
    place = planning.unpacked(store, COMMISSIONER, work_id)
    assert (place / SMALL.name / FIRST / "position.json").is_file()
    if os.name == "posix":
        assert place.parent.stat().st_mode & 0o077 == 0
    spoilt = place / SMALL.name / "comparison.csv"
    before = spoilt.read_bytes()
    spoilt.write_bytes(b"scenario\n")
    assert planning.unpacked(store, COMMISSIONER, work_id) == place
    assert spoilt.read_bytes() == before
    Planning(planning.inputs).close()  # as when an app that was killed is started again
    assert not place.exists()
    assert planning.unpacked(store, COMMISSIONER, work_id) == place
    planning.close()
    assert not place.exists()


def test_a_file_that_is_not_what_was_kept_is_not_opened(
    planning: Planning, planning_office: Office, work_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole or not at all."""
    document, files = planning_office.store.read_work(COMMISSIONER, work_id)
    other = {**files, f"{SMALL.name}/comparison.csv": b"scenario\n"}
    monkeypatch.setattr(planning_office.store, "read_work", lambda *_: (document, other))
    with pytest.raises(Gone, match="worked out anew"):
        planning.unpacked(planning_office.store, COMMISSIONER, work_id)
    assert not list(planning.inputs.work.glob(f"opened-*/{work_id}"))


def test_what_is_held_in_memory_is_for_the_same_people(planning_office: Office, work_id: str) -> None:
    """An auditor is refused, though it is open already; so is a scenario that there is none of."""
    planning, store = planning_office.planning, planning_office.store
    assert planning is not None
    with pytest.raises(Refused):
        planning.opened(store, replace(COMMISSIONER, acting_as=Role.AUDITOR), work_id)
    with pytest.raises(NoResults):
        planning.opened(store, COMMISSIONER, work_id, SMALL.name, "made-up")


def test_the_same_is_asked_again(planning: Planning, planning_office: Office, work_id: str) -> None:
    """With the same scenarios and settings, of the returns as they lie there now."""
    order = planning.same_again(planning_office.store, COMMISSIONER, work_id)
    assert (order.scenarios, order.first, order.replications) == (scenario_texts(), FIRST, 20)
    assert (order.backtest, order.usable_days, order.title) == (False, 4, "The first forecast")


def test_what_lies_on_the_server_is_told_by_names_of_files(planning: Planning, planning_office: Office) -> None:
    """How many files and years; what has changed is known by its checksum, and what was touched alone is the same."""
    (found,) = planning.found()
    assert (found.council, found.made_up, found.besides) == (SMALL.name, True, ())
    assert (found.years[0], found.years[-1]) == ("2022-23", "2025-26")
    (work,) = planning_office.store.list_works(COMMISSIONER)
    assert planning.changed_since(work.document) == ()
    file = planning.inputs.councils[0].returns / "2025-26" / "header.csv"
    os.utime(file)
    assert planning.changed_since(work.document) == ()
    file.write_bytes(file.read_bytes() + b"\n")
    assert planning.changed_since(work.document) == (f"{SMALL.name}/returns",)


# ---- the workshop ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Small:
    """Work that is kept, done in this process."""

    words: ClassVar[Words] = Words("forecast", "the others stand.")
    title: str
    fails: bool = False

    def work(self, told: Told) -> str:
        """Tell how far it is, and be done."""
        told.far("Playing futures", (Part("a", "x", 1, 2, 0),))
        if self.fails:
            raise CannotBeDone("The returns changed under way.")
        return self.title

    def keep(self, store: Store, actor: Actor, result: str) -> Kept:
        """Keep it in a list."""
        KEPT.append((actor.name, result))
        return Kept(f"kept {result}")


KEPT: list[tuple[str, str]] = []


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Work is done in this process, once the gate is open."""
    opened = threading.Event()

    def here(self: Workshop, running: Any) -> None:
        while not opened.wait(0.01):
            if running.cancelled:
                self._change(running, state="cancelled", ended=time.time())
                return
        self._followed(running, "")

    class Heard:
        def __init__(self, workshop: Workshop, running: Any) -> None:
            self.workshop, self.running = workshop, running

        def far(self, stage: str, parts: tuple[Part, ...]) -> None:
            self.workshop._heard(self.running, "far", stage, parts)

    def followed(self: Workshop, running: Any, folder: str) -> None:
        try:
            self._heard(running, "done", running.order.work(Heard(self, running)))
        except CannotBeDone as error:
            self._heard(running, "failed", "", str(error))

    monkeypatch.setattr(Workshop, "_in_another_process", here)
    monkeypatch.setattr(Workshop, "_followed", followed)
    KEPT.clear()
    return opened


def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + 30
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_forecasts_wait_in_the_order_in_which_they_were_asked_for(gate: threading.Event) -> None:
    """Everybody sees the line, with who asked; a person cancels their own; each is kept as who asked for it."""
    told: list[str] = []
    shop = Workshop(lambda _, kept_id, __: told.append(kept_id))
    ann, eve = (Actor(name.lower(), name, frozenset({Role.COMMISSIONER})) for name in ("Ann", "Eve"))
    store: Any = None
    ids = [shop.start(store, who, Small(title)) for who, title in ((ann, "1"), (eve, "2"), (ann, "3"), (eve, "4"))]
    until(lambda: shop.line()[0].state == "working")
    assert [(job.title, job.by, job.what) for job in shop.line()] == [
        ("1", "Ann", "forecast"), ("2", "Eve", "forecast"), ("3", "Ann", "forecast"), ("4", "Eve", "forecast")
    ]  # fmt: skip
    shop.cancel(ids[1], "ann")
    shop.cancel(ids[2], "ann")
    until(lambda: len(shop.line()) == 3)
    gate.set()
    until(lambda: not shop.line())
    assert KEPT == [("Ann", "1"), ("Eve", "2"), ("Eve", "4")]
    assert told == ["kept 1", "kept 2", "kept 4"]
    (third, first) = sorted(shop.jobs_of("ann"), key=lambda job: job.state)
    assert (third.state, first.state, first.kept_id, first.share) == ("cancelled", "done", "kept 1", 0.5)


def test_why_a_forecast_cannot_be_done_is_told_in_its_words(gate: threading.Event) -> None:
    """And nothing is kept."""
    shop = Workshop()
    store: Any = None
    ann = Actor("ann", "Ann", frozenset({Role.COMMISSIONER}))
    gate.set()
    job_id = shop.start(store, ann, Small("1", fails=True))
    until(lambda: not shop.line())
    job = shop.job(job_id, "ann")
    assert job is not None
    assert (job.state, job.fault, KEPT) == ("failed", "The returns changed under way.", [])


def test_nobody_has_a_forecast_worked_out_who_may_not_keep_one(planning: Planning, planning_office: Office) -> None:
    """It is refused before any work is begun, whatever a page offers; a decision maker reads, and keeps nothing."""
    reader = replace(COMMISSIONER, roles=frozenset({Role.DECISION_MAKER}), acting_as=None)
    with pytest.raises(Refused, match="You may not have forecasts worked out"):
        planning.start(planning_office.store, reader, planning.first_order())
    assert planning.queue.line() == []
