"""Work in the background, rounds and forecasts: in a process of its own, one at a time, whatever page a person is on.

Work belongs to who asked for it. It is kept in the store when it is done, as that person; where their session has
ended by then it waits, in memory alone, until they have signed in again. What it writes for a while goes with it.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import secrets
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal

from frontend.orders import ROUND, AnyOrder, CannotBeDone, IsKept, Part, Words
from frontend.quiet import said
from matching.memory import limit_memory
from records.store import Actor, SessionOver, Store, StoreError

State = Literal["waiting", "working", "keeping", "unkept", "done", "cancelled", "failed"]
OVER: Final = frozenset({"done", "cancelled", "failed"})
GLANCE: Final = 0.2
MOST_REMEMBERED: Final = 20
TEMPORARY: Final = "placewell-round-"
LEFT_BEHIND_SECONDS: Final = 7200.0
"""A temporary folder of a round that was begun so long ago belongs to an app that was killed."""
FAILED: Final = {
    "LawNotKnown": "The law of that day is not on file, so no round can be worked out for it.",
    "TooManyPairs": "There are too many pairs of child and home. Set screen_miles in the policy.",
    "TooManyBundles": "A home could take the children in too many ways. Set a shorter list of children.",
    "MemoryError": "The computer ran out of memory.",
    "PlanDisagrees": "The check of the finished plan disagreed with the solver, so the plan is not used.",
}
"""What a person is told of errors that can be mended; others are faults of Placewell, with a reference."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work as a person sees it. `bound` is None where none is known. `fault`: what went wrong, in words."""

    job_id: str
    owner: str
    by: str = ""
    """Name of who asked."""
    title: str = ""
    what: str = "round"
    """What kind of work it is."""
    state: State = "waiting"
    stage: str = "Waiting"
    parts: tuple[Part, ...] = ()
    """How far it is, where its length is known."""
    tier: str | None = None
    value: float = 0.0
    bound: float | None = None
    began: float = field(default_factory=time.time)
    ended: float | None = None
    is_kept: bool = True
    """Whether the store keeps what comes of it: a round, a forecast."""
    kept_id: str | None = None
    proved: bool | None = None
    fault: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return (self.ended or time.time()) - self.began

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1; 0 where its length is not known."""
        whole = sum(part.whole for part in self.parts)
        return sum(part.done + part.failed for part in self.parts) / whole if whole else 0.0


@dataclass(slots=True)
class _Running:
    job: Job
    store: Store
    actor: Actor
    order: AnyOrder | None
    """None once it is over: nothing of it is needed, or held, any more."""
    cancelled: bool = False
    finish_now: bool = False
    result: Any = None


OnKept = Callable[[IsKept, str, Any], None]
"""Told an order, the id under which the store keeps what came of it, and that."""


class Workshop:
    """Work of one running app, in the order in which it was asked for. Safe to use from many threads."""

    def __init__(self, on_kept: OnKept = lambda *_: None) -> None:
        self._lock = threading.RLock()
        self._turn = threading.Condition(self._lock)
        self._line: list[_Running] = []
        self._on_kept = on_kept
        self._jobs: dict[str, _Running] = {}
        for left in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
                    shutil.rmtree(left, ignore_errors=True)

    def start(self, store: Store, actor: Actor, order: AnyOrder) -> str:
        """Begin work after what was asked for before it; gives the job's id at once."""
        is_kept = isinstance(order, IsKept)
        title = order.title if isinstance(order, IsKept) else ""
        stage = f"Waiting for another {_words(order).one} to finish"
        job = Job(
            secrets.token_hex(8), actor.user_id, actor.name, title, _words(order).one, stage=stage, is_kept=is_kept
        )
        running = _Running(job, store, actor, order)
        with self._lock:
            over = [one for one, r in self._jobs.items() if r.job.is_over]
            for one in over[: max(0, len(self._jobs) - MOST_REMEMBERED)]:
                del self._jobs[one]
            self._jobs[job.job_id] = running
            self._line.append(running)
        threading.Thread(target=self._work, args=(running,), name=f"round-{job.job_id}", daemon=True).start()
        return job.job_id

    def jobs_of(self, user_id: str) -> list[Job]:
        """A person's rounds or forecasts, the latest first."""
        with self._lock:
            mine = [r.job for r in self._jobs.values() if r.job.owner == user_id and r.job.is_kept]
        return sorted(mine, key=lambda job: job.began, reverse=True)

    def line(self) -> list[Job]:
        """What is at work, then what waits for it, whoever asked; not what waits for its owner to sign in."""
        with self._lock:
            return [r.job for r in self._jobs.values() if not r.job.is_over and r.job.state != "unkept"]

    def job(self, job_id: str, user_id: str) -> Job | None:
        """One piece of this person's work, or None."""
        with self._lock:
            found = self._jobs.get(job_id)
            return found.job if found is not None and found.job.owner == user_id else None

    def result_of(self, job_id: str, user_id: str) -> Any:
        """What came of work that is not kept, for who asked for it, once; None before it is done."""
        with self._lock:
            found = self._jobs.get(job_id)
            if found is None or found.job.owner != user_id or found.job.state != "done" or found.job.is_kept:
                return None
            result, found.result = found.result, None
            return result

    def cancel(self, job_id: str, user_id: str) -> None:
        """Stop work at once; nothing of it is kept."""
        self._tell(job_id, user_id, "cancelled")

    def finish_now(self, job_id: str, user_id: str) -> None:
        """Stop looking for better plans, and keep the best that was found, with its bounds."""
        self._tell(job_id, user_id, "finish_now")

    def keep_what_waits(self, store: Store, actor: Actor) -> None:
        """Keep what was done after this person's session had ended."""
        with self._lock:
            waiting = [r for r in self._jobs.values() if r.job.owner == actor.user_id and r.job.state == "unkept"]
            for one in waiting:
                one.store, one.actor = store, actor
                one.job = replace(one.job, state="keeping")
        for one in waiting:
            self._keep(one)

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            running = list(self._jobs.values())
        for one in running:
            one.cancelled = True

    # ---- the thread of one piece of work -------------------------------------------------------------------------

    def _tell(self, job_id: str, user_id: str, what: str) -> None:
        with self._lock:
            found = self._jobs.get(job_id)
            if found is not None and found.job.owner == user_id and not found.job.is_over:
                setattr(found, what, True)

    def _change(self, running: _Running, **changes: Any) -> None:
        with self._lock:
            running.job = replace(running.job, **changes)

    def _work(self, running: _Running) -> None:
        with self._turn:
            while self._line[0] is not running and not running.cancelled:
                self._turn.wait(GLANCE)
            if running.cancelled:
                self._line.remove(running)
                self._change(running, state="cancelled", ended=time.time())
                running.order = None
                return
        try:
            self._change(running, state="working", stage="Starting", began=time.time())
            self._in_another_process(running)
        except Exception as error:  # whatever happens here, a person is told of it
            self._change(running, state="failed", ended=time.time(), fault=f"A fault of Placewell: {said(error)}.")
        finally:
            with self._turn:
                self._line.remove(running)
                self._turn.notify_all()
        if running.result is not None and running.job.is_kept:
            self._keep(running)
        if running.job.is_over:
            running.order = None

    def _in_another_process(self, running: _Running) -> None:
        # whatever the work writes for a while is in here, and goes with it, also when it is killed
        folder = tempfile.mkdtemp(prefix=TEMPORARY)
        try:
            self._followed(running, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _followed(self, running: _Running, folder: str) -> None:
        words = _words(running.order)
        context = multiprocessing.get_context("spawn")
        inbox, to_child = context.Pipe(duplex=False)
        from_child, outbox = context.Pipe(duplex=False)
        process = context.Process(target=_in_child, args=(inbox, outbox, folder), name=words.one)
        process.start()
        inbox.close()
        outbox.close()
        try:
            to_child.send(running.order)
            told = False
            while True:
                if running.cancelled:
                    self._change(running, state="cancelled", ended=time.time(), stage="Stopped; nothing was kept")
                    return
                if running.finish_now and not told:
                    to_child.send("finish")
                    told = True
                if not from_child.poll(GLANCE):
                    continue
                try:
                    message = from_child.recv()
                except (EOFError, OSError):
                    self._change(
                        running,
                        state="failed",
                        ended=time.time(),
                        fault=f"The process that worked the {words.one} out ended without an answer. The computer may "
                        f"have run out of memory. Nothing was kept; {words.lost}",
                    )
                    return
                if self._heard(running, *message):
                    return
        finally:
            process.kill()
            process.join()
            to_child.close()
            from_child.close()

    def _heard(self, running: _Running, kind: str, *what: Any) -> bool:
        """Take in one message of the other process; whether it was its last."""
        if kind == "stage":
            self._change(running, stage=what[0], tier=None)
        elif kind == "far":
            self._change(running, stage=what[0], parts=what[1])
        elif kind == "watch":
            tier, value, bound = what
            self._change(running, stage="Looking for the best plan", tier=tier, value=value, bound=bound)
        elif kind == "failed":
            name, words = what
            self._change(running, state="failed", ended=time.time(), fault=FAILED.get(name, words))
            return True
        elif kind == "done":
            running.result = what[0]
            if running.job.is_kept:
                self._change(running, state="keeping", stage=f"Keeping the {_words(running.order).one}")
            else:
                self._change(running, state="done", stage="Done", ended=time.time())
            return True
        return False

    def _keep(self, running: _Running) -> None:
        order = running.order
        assert isinstance(order, IsKept)  # noqa: S101 - only called for such
        what = order.words.one
        try:
            kept = order.keep(running.store, running.actor, running.result)
        except SessionOver:
            self._change(running, state="unkept", stage="Done, and kept once you have signed in again")
            return
        except StoreError as error:
            self._change(running, state="failed", ended=time.time(), fault=f"The {what} could not be kept. {error}")
            return
        except Exception as error:  # else it would be kept for ever, and what it was about be printed
            fault = f"The {what} could not be kept: a fault of Placewell, {said(error)}."
            self._change(running, state="failed", ended=time.time(), fault=fault)
            return
        self._on_kept(order, kept.kept_id, running.result)
        running.result = running.order = None
        ended = time.time()
        self._change(running, state="done", stage="Done", ended=ended, kept_id=kept.kept_id, proved=kept.proved)


def _words(order: AnyOrder | None) -> Words:
    """What is said of work by its kind; what is not kept belongs to a round."""
    return order.words if isinstance(order, IsKept) else ROUND


class _Teller:
    """Says over a pipe how far the work is, a few times a second at most."""

    def __init__(self, outbox: Connection) -> None:
        self._outbox, self._lock = outbox, threading.Lock()
        self._last = 0.0
        self.wanted = threading.Event()

    def say(self, *message: Any) -> None:
        with self._lock:
            self._outbox.send(message)

    def stage(self, name: str) -> None:
        self.say("stage", name)

    def far(self, stage: str, parts: tuple[Part, ...]) -> None:
        """How far it is; what is over is always told."""
        now = time.monotonic()
        if now - self._last >= GLANCE or all(part.done + part.failed == part.whole for part in parts):
            self._last = now
            self.say("far", stage, parts)

    def watch(self, tier: str, value: float, bound: float, seconds: float) -> None:  # noqa: ARG002
        now = time.monotonic()
        if now - self._last >= GLANCE:
            self._last = now
            self.say("watch", tier, float(value), float(bound) if math.isfinite(bound) else None)

    def finish(self) -> bool:
        return self.wanted.is_set()


def _in_child(inbox: Connection, outbox: Connection, folder: str) -> None:
    """What the other process does: one piece of work, told as it goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    os.environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)  # for processes that this one starts
    order: AnyOrder = inbox.recv()
    told = _Teller(outbox)

    def listen() -> None:
        try:
            while True:
                if inbox.recv() == "finish":
                    told.wanted.set()
        except (EOFError, OSError):
            os._exit(1)  # nobody waits for an answer any more

    threading.Thread(target=listen, daemon=True).start()
    # what is asked may be far too large; processes that this one starts have the limit too
    limit_memory(getattr(order, "memory_mb", None))
    try:
        told.say("done", order.work(told))
    except CannotBeDone as error:
        told.say("failed", "", str(error))
    except Exception as error:  # told, without its message: that may hold what is recorded
        told.say("failed", type(error).__name__, f"A fault of Placewell: {said(error)}. Nothing was kept.")
