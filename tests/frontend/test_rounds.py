"""Rounds in the background, in real processes: done, watched, cancelled, finished early, killed, and whose they are."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from frontend.orders import Order, Told
from frontend.rounds import Job, Workshop
from matching.kept import Asked, keep_round, replay, whole_round
from matching.policy import read_policy
from records.check import check
from records.geography import Directory
from records.model import Records
from records.sources.folder import read
from records.store import Actor, Role, SessionOver, Store, StoreError, create, local_actor, open_store
from records.synthetic import DAY, council, write
from tests.frontend.small_council import small_council

ME = replace(local_actor(), acting_as=Role.FAMILY_FINDER)
LONGEST = 120.0


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    create(str(path))
    return path


@pytest.fixture
def store(empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    place = tmp_path / "placewell.db"
    shutil.copyfile(empty_file, place)
    opened = open_store(str(place))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def slow_records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """A round that takes the slower solver a good while."""
    folder = tmp_path_factory.mktemp("slow") / "records"
    made = council(80, 60, seed=1, homes_with_vacancies=True)
    write(made, folder)
    return check(read(folder), DAY, Directory())


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    """A workshop that leaves no process behind."""
    made = Workshop()
    yield made
    made.close()
    until(lambda: not working(), "a process of a round was left behind")


def until(there: Callable[[], bool], words: str) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + LONGEST
    while not there():
        assert time.monotonic() < ends, words
        time.sleep(0.02)


def working() -> list[int]:
    """The processes of rounds that run now."""
    return [one.pid for one in active_children() if one.name == "round" and one.pid is not None]


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds are worked out in this very process, for tests of what comes after."""

    def here(self: Workshop, running: Any) -> None:
        one = running.order
        running.result = whole_round(one.records, one.policy, one.asked, points=one.points, told=one.told)

    monkeypatch.setattr(Workshop, "_in_another_process", here)


def order(store: Store, records: Records, actor: Actor = ME, **asked: object) -> Order:
    """What a round of these records is asked; the store has them already."""
    return Order(
        store.keep_snapshot(actor, records),
        records,
        read_policy(),
        Asked(**asked),  # type: ignore[arg-type]
        store.next_round(actor),
    )


def job(workshop: Workshop, job_id: str, actor: Actor = ME) -> Job:
    """How it stands with a round."""
    found = workshop.job(job_id, actor.user_id)
    assert found is not None
    return found


def ended(workshop: Workshop, job_id: str, actor: Actor = ME) -> Job:
    """How a round ended."""
    until(lambda: job(workshop, job_id, actor).is_over, "the round did not end")
    return job(workshop, job_id, actor)


def solving(workshop: Workshop, job_id: str) -> None:
    """Wait until the solver has something to tell."""
    until(lambda: job(workshop, job_id).tier is not None, "the solver told nothing")


def test_a_round_is_worked_out_elsewhere_and_kept_as_who_asked_for_it(workshop: Workshop, store: Store) -> None:
    """Begun at once, told on the way, kept at the end, and worked out again to the last byte."""
    job_id = workshop.start(store, ME, order(store, small_council(), allow=("LOC-03",)))
    assert not job(workshop, job_id).is_over
    stages: set[str] = set()

    def over() -> bool:
        stages.add(job(workshop, job_id).stage)
        return job(workshop, job_id).is_over

    until(over, "the round did not end")
    done = job(workshop, job_id)
    assert (done.state, done.proved, done.fault) == ("done", True, None)
    assert "Done" in stages
    assert len(stages) > 1
    (made,) = store.runs_made(ME, 5)
    assert made.run_id == done.kept_id
    assert done.kept_id is not None
    assert replay(store, ME, done.kept_id).identical
    assert done.seconds > 0
    assert workshop.jobs_of(ME.user_id) == [done]


def test_cancelled_in_mid_solve_nothing_is_kept_and_the_next_in_the_queue_begins(
    workshop: Workshop, store: Store, slow_records: Records
) -> None:
    """Progress is told; nobody else sees or stops it; others wait, and may leave; cancelled, its process is gone."""
    first = workshop.start(store, ME, order(store, slow_records, solver="cpsat"))
    solving(workshop, first)
    seen = job(workshop, first)
    assert seen.value >= 0
    (pid,) = working()
    second, third = (workshop.start(store, ME, order(store, small_council())) for _ in range(2))
    assert job(workshop, second).state == job(workshop, third).state == "waiting"
    assert "Waiting" in job(workshop, second).stage
    workshop.cancel(third, ME.user_id)
    assert ended(workshop, third).state == "cancelled"

    assert workshop.job(first, "eve") is None
    assert workshop.jobs_of("eve") == []
    workshop.cancel(first, "eve")
    workshop.finish_now(first, "eve")
    workshop.cancel("made up", ME.user_id)
    time.sleep(0.5)
    assert job(workshop, first).state == "working"
    assert working() == [pid]

    workshop.cancel(first, ME.user_id)
    stopped = ended(workshop, first)
    assert stopped.state == "cancelled"
    assert "nothing was kept" in stopped.stage
    until(lambda: pid not in working(), "its process still runs")
    workshop.finish_now(first, ME.user_id)
    assert job(workshop, first) == stopped
    done = ended(workshop, second)
    assert done.state == "done"
    assert [made.run_id for made in store.runs_made(ME, 5)] == [done.kept_id]
    assert {one.job_id for one in workshop.jobs_of(ME.user_id)} == {first, second, third}


def test_finished_early_the_best_plan_so_far_is_kept_with_what_is_proved(
    workshop: Workshop, store: Store, slow_records: Records
) -> None:
    """Somebody who will not wait keeps a lawful plan that says how far it is proved."""
    job_id = workshop.start(store, ME, order(store, slow_records, solver="cpsat"))
    solving(workshop, job_id)
    until(lambda: job(workshop, job_id).value > 0 or job(workshop, job_id).is_over, "no plan was found")
    workshop.finish_now(job_id, ME.user_id)
    done = ended(workshop, job_id)
    assert done.state == "done", done.fault
    assert done.kept_id is not None
    document = store.read_run(ME, done.kept_id).document
    assert done.proved == document["result"]["proved"] == all(t["proved"] for t in document["result"]["tiers"])
    assert any(document["result"]["home_of"].values())
    assert store.verify(replace(ME, acting_as=Role.AUDITOR)).whole


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of this kind are POSIX")
def test_a_killed_process_costs_that_round_and_not_the_last(
    workshop: Workshop, store: Store, slow_records: Records
) -> None:
    """As when memory runs out: said in words with what to do; the round before stands."""
    before, _ = keep_round(store, ME, small_council(), read_policy())
    job_id = workshop.start(store, ME, order(store, slow_records, solver="cpsat"))
    solving(workshop, job_id)
    (pid,) = working()
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    lost = ended(workshop, job_id)
    assert time.monotonic() - began < 3
    assert lost.state == "failed"
    assert lost.fault is not None
    assert "ended without an answer" in lost.fault
    assert "the last plan stands" in lost.fault
    assert [made.run_id for made in store.runs_made(ME, 5)] == [before]


def test_a_round_done_after_the_session_waits_for_the_next(workshop: Workshop, store: Store, at_hand: None) -> None:
    """Its owner signed out meanwhile: nothing is kept in the name of nobody; once back, it is."""
    ann = Actor("ann", "Ann", frozenset({Role.FAMILY_FINDER}))
    gone = store.sign_in(ann)
    asked = order(store, small_council(), gone)
    store.sign_out(gone)
    job_id = workshop.start(store, gone, asked)
    until(lambda: job(workshop, job_id, ann).state == "unkept", "it did not wait")
    assert not job(workshop, job_id, ann).is_over
    assert store.runs_made(ME, 5) == []
    eve = store.sign_in(Actor("eve", "Eve", frozenset({Role.FAMILY_FINDER})))
    workshop.keep_what_waits(store, eve)
    assert job(workshop, job_id, ann).state == "unkept"
    back = store.sign_in(ann)
    workshop.keep_what_waits(store, back)
    done = job(workshop, job_id, ann)
    assert done.state == "done"
    assert [made.run_id for made in store.runs_made(back, 5)] == [done.kept_id]


def test_a_round_that_cannot_be_worked_out_says_why(workshop: Workshop, store: Store) -> None:
    """A day whose law is not on file: in words that can be acted upon, and nothing is kept."""
    old = small_council()
    old = replace(old, day=old.day.replace(year=1990))
    failed = ended(workshop, workshop.start(store, ME, order(store, old)))
    assert failed.state == "failed"
    assert failed.fault == "The law of that day is not on file, so no round can be worked out for it."
    assert store.runs_made(ME, 5) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("The disk is full.", "Nothing was written.", "Make room."), "could not be kept. The disk is full."),
        (OSError("C1 was to live in H1"), "a fault of Placewell, OSError in test_rounds.py"),
    ],
)
def test_a_round_that_cannot_be_kept_is_told_as_failed(
    workshop: Workshop, store: Store, at_hand: None, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    """In the store's own words; or, for a fault, by its place, without a word of what it was about."""

    def refuse(*_: object) -> str:
        raise error

    monkeypatch.setattr(store, "keep_run", refuse)
    failed = ended(workshop, workshop.start(store, ME, order(store, small_council())))
    assert failed.state == "failed"
    assert failed.fault is not None
    assert words in failed.fault
    assert "C1 was" not in failed.fault


def test_sessions_that_end_while_the_round_is_kept_are_no_failure(
    workshop: Workshop, store: Store, at_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store says that the session is over: the round waits."""

    def over(*_: object) -> str:
        raise SessionOver("The session has ended.", "Nothing was written.", "Sign in again.")

    with monkeypatch.context() as patched:
        patched.setattr(store, "keep_run", over)
        job_id = workshop.start(store, ME, order(store, small_council()))
        until(lambda: job(workshop, job_id).state == "unkept", "it did not wait")
    workshop.keep_what_waits(store, ME)
    assert job(workshop, job_id).state == "done"


def test_only_so_many_rounds_that_are_over_are_remembered(
    workshop: Workshop, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest of those that are over go; what is at work stays."""
    monkeypatch.setattr("frontend.rounds.MOST_REMEMBERED", 1)
    monkeypatch.setattr(Workshop, "_work", lambda self, running: self._change(running, state="cancelled"))
    asked = order(store, small_council())
    made = [workshop.start(store, ME, asked) for _ in range(4)]
    until(lambda: all(one.is_over for one in workshop.jobs_of(ME.user_id)), "they did not end")
    made.append(workshop.start(store, ME, asked))
    left = {one.job_id for one in workshop.jobs_of(ME.user_id)}
    assert made[-1] in left
    assert len(left) <= 3


@dataclass(frozen=True)
class Greedy:
    """Work that asks for a hundred times the memory that it may have."""

    memory_mb: int = 50

    def work(self, told: Told) -> int:
        """Take it."""
        return len(bytearray(self.memory_mb * 100 << 20))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a limit on memory")
def test_work_that_needs_more_memory_than_it_may_have_ends_and_the_app_goes_on(
    workshop: Workshop, store: Store
) -> None:
    """A slip of some noughts in a lever must not take the computer that everybody's pages are on."""
    over = ended(workshop, workshop.start(store, ME, Greedy()))  # type: ignore[arg-type]
    assert (over.state, over.fault) == ("failed", "The computer ran out of memory.")
