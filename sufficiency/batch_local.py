"""Workers of a batch on one machine: processes that take one task after another and keep results in the cache.

Results travel as files, never through a pipe. A worker that dies loses the task it was at, which another takes up.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from matching.workers import end_with_parent
from sufficiency.batch_cache import Cache, contents_of, stamp_of
from sufficiency.batch_do import MOST_TRIES, ONE_THREAD, Broken, CannotGoOn, Job, Kind, Outcome, here, perform

_HELLO: Final = "ready"


class Here:
    """This process: one job at a time, for trials and for looking into faults."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._jobs: deque[Job] = deque()

    def room(self) -> bool:
        """Whether another job can be taken now."""
        return not self._jobs

    def take(self, job: Job) -> None:
        """Begin a job."""
        self._jobs.append(job)

    def wait(self) -> list[Outcome]:
        """Do it."""
        return [do_and_keep(self._jobs.popleft(), self._cache)] if self._jobs else []

    def close(self) -> None:
        """There is nothing to end."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    ready: bool = False
    job: Job | None = None


class Processes:
    """Worker processes of this machine, started afresh on every system."""

    def __init__(self, workers: int, cache: Cache) -> None:
        self._most = workers
        self._folder = cache.folder
        self._context = get_context("spawn")
        self._workers: list[_Worker] = []
        self._tries: dict[str, int] = {}
        self._died_unready = 0

    def room(self) -> bool:
        """Whether another job can be taken now."""
        return len(self._workers) < self._most or any(w.job is None for w in self._workers)

    def take(self, job: Job) -> None:
        """Begin a job."""
        idle = next((w for w in self._workers if w.job is None), None) or self._started()
        self._tries[job.key] = self._tries.get(job.key, 0) + 1
        idle.job = job
        with suppress(OSError):  # it died while it was idle: its end is noticed next, and the job taken up again
            idle.pipe.send(job)

    def wait(self) -> list[Outcome]:
        """Wait until a job is done; may give none."""
        pipes = {w.pipe: w for w in self._workers}
        ends = {w.process.sentinel: w for w in self._workers}
        told: list[Outcome] = []
        for sign in wait([*pipes, *ends]):
            worker = pipes.get(sign) or ends[sign]  # type: ignore[call-overload]
            if worker in self._workers:
                told += self._heard(worker)
        return told

    def close(self) -> None:
        """End at once; what is under way is lost."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _heard(self, worker: _Worker) -> list[Outcome]:
        try:
            said = worker.pipe.recv() if worker.pipe.poll() else None
        except (EOFError, OSError):
            said = None
        if isinstance(said, CannotGoOn):
            raise said
        if isinstance(said, Outcome):
            worker.job = None
            return [replace(said, tries=self._tries.pop(said.key, 1))]
        if said == _HELLO:
            worker.ready, self._died_unready = True, 0
            return []
        return self._ended(worker)

    def _ended(self, worker: _Worker) -> list[Outcome]:
        """A worker is gone: its job is begun again by a new one, so many times."""
        worker.process.join(5.0)
        code = worker.process.exitcode
        worker.process.kill()
        worker.pipe.close()
        self._workers.remove(worker)
        if not worker.ready:
            self._died_unready += 1
            if self._died_unready >= MOST_TRIES:
                raise CannotGoOn(
                    f"No worker process could be started (each ended with code {code}). Is there memory left? Try "
                    "--workers 1. What was done is kept."
                )
        job = worker.job
        if job is None:
            return []
        tries = self._tries[job.key]
        if worker.ready and tries >= MOST_TRIES:
            return [Outcome(job.key, where="", tries=self._tries.pop(job.key), broken=Broken(Kind.DIED, _died(code)))]
        if not worker.ready:
            self._tries[job.key] -= 1  # it was never begun
        self.take(job)
        return []

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, str(self._folder)), name="placewell-batch")
        with environment(ONE_THREAD), deaf_to_ctrl_c():
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker


def do_and_keep(job: Job, cache: Cache) -> Outcome:
    """Do a job in this process, its inputs read where they lie, and keep its result."""
    results, missing = {}, []
    for name, key in job.after:
        held = cache.read(key)
        if held is None:
            missing.append(key)
        else:
            results[name] = held
    if missing:
        return Outcome(job.key, missing=tuple(missing))
    begun = time.perf_counter()
    unchanged(job)
    made = perform(job.work, job.given, results, {name: Path(place) for name, place, _, _ in job.reads})
    unchanged(job)
    seconds = time.perf_counter() - begun
    if isinstance(made, Broken):
        return Outcome(job.key, seconds, here(), broken=made)
    try:
        cache.write(job.key, made)
    except OSError as error:
        raise CannotGoOn(f"--cache: {cache.folder} cannot be written to ({error.strerror}).") from error
    return Outcome(job.key, seconds, here())


def unchanged(job: Job) -> None:
    """Raise `CannotGoOn` where an input is no longer what the job's name says it is."""
    for _, place, stamp, checksum in job.reads:
        path = Path(place)
        try:
            same = stamp_of(path) == stamp or contents_of(path).sha256 == checksum
        except Exception:
            same = False
        if not same:
            raise CannotGoOn(
                f"{place} was changed while the batch read it. Nothing was written; what was worked out from it as it "
                "was is kept. Run the batch again when the files stay as they are."
            )


def _serve(pipe: Connection, folder: str) -> None:
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # also where the system did not hand that down
    end_with_parent()
    cache = Cache(Path(folder))
    pipe.send(_HELLO)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(do_and_keep(job, cache))
        except CannotGoOn as error:
            pipe.send(error)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes started within do not heed Ctrl-C: it is for the one that the user started, which ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def environment(more: dict[str, str]) -> Iterator[None]:
    """Settings that a process takes over when it starts."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _died(code: int | None) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
    return (
        f"The process that did it ended by itself {MOST_TRIES} times (last with {how}). Often the memory ran out: use "
        "fewer workers (--workers) or a larger machine, and run the batch again."
    )
