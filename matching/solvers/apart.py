"""A solver in a process of its own, so that a round too large for the machine cannot take its plan down with it.

Everything the solver finds on the way is handed over as it is found. Should the process be killed, run out of
memory, crash or fall silent, the best plan handed over so far is the answer, with the bounds proved by then.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from matching.memory import limit_memory
from matching.question import LEAST, Question, Solution, TierResult
from matching.solvers import SOLVERS
from matching.solvers.solver import Keep, Solver, Watch, count_again, tier_aim

GRACE = 30.0
"""Seconds beyond the time limit before a process that has not answered is stopped."""
STARTING = 120.0
"""Seconds a process may take to start and to receive the question."""
ENDING = 5.0
"""Seconds a process may take to end once it has answered, and its last words to arrive once it is dead."""
GLANCE = 0.5
CHUNK = 1 << 26
CLOSED = ("closed",)
STOPPED = ("stopped",)


class NotStarted(RuntimeError):
    """The process that was to solve the round ended before it had begun."""


class WhereItWasRaised(Exception):
    """The traceback of an error in the other process, in words: the cause of the same error raised here."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def solve_apart(
    question: Question,
    solver: str | Solver = "bundles",
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
    workers: int = 1,
    unique: bool = True,
    memory_mb: int | None = None,
    grace: float = GRACE,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan by a solver that runs in a process of its own and may die there.

    `solver`: a name of `SOLVERS`, or a function that can be imported. `memory_mb`: megabytes the process may use,
    about; kept on Linux, elsewhere a note says that it could not be. `grace`: seconds beyond `time_limit` before
    a process that has not answered is stopped; without a time limit it may take as long as it likes. `stop` is asked
    twice a second or so, and True ends the process as if its time were up.

    When the process is killed, runs out of memory, crashes or has to be stopped, the plan is the last one it
    handed over: tiers proved by then are proved, the others have the last bound that was proved for them, and a
    note says what happened and how to mend it. When it had handed over none, nobody is placed. An error raised by
    the solver is raised here, as it is; `NotStarted` when the process could not begin. The answer of a process
    that ends well is that of the solver.
    """
    if isinstance(solver, str) and solver not in SOLVERS:
        raise ValueError(f"unknown solver {solver!r}; known: {', '.join(SOLVERS)}")
    name = solver if isinstance(solver, str) else getattr(solver, "__name__", "solver")
    so_far = _SoFar(question, name)
    other = _Other(question, _Order(solver, workers, unique, time_limit, memory_mb))
    try:
        until = time.monotonic() + STARTING
        while True:
            kind, *said = other.hear(until, stop)
            if kind == "begun":
                so_far.begin()
                until = math.inf if time_limit is None else time.monotonic() + time_limit + grace
            elif kind == "watch":
                so_far.note_bound(*said)
                if watch is not None:
                    watch(*said)
            elif kind == "keep":
                so_far.kept = said[0]
                if keep is not None:
                    keep(said[0])
            elif kind == "done":
                done: Solution = said[0]
                return done
            elif kind == "raised":
                error, text = said
                raise error from WhereItWasRaised(text)
            elif kind == "stopped":
                return so_far.answer("A person stopped the process that was solving the round.")
            elif kind == "no memory":
                return so_far.answer(f"The process that was solving the round ran out of memory{_allowed(memory_mb)}.")
            else:
                return so_far.answer(_why_it_ended(other, so_far, memory_mb, time_limit, grace))
    finally:
        other.stop()


@dataclass(frozen=True, slots=True)
class _Order:
    """What the other process is asked to do."""

    solver: str | Solver
    workers: int
    unique: bool
    time_limit: float | None
    memory_mb: int | None


class _SoFar:
    """What has been handed over, and the answer it makes when no more will come."""

    def __init__(self, question: Question, solver: str) -> None:
        self.kept: Solution | None = None
        self.began: float | None = None
        self._question = question
        self._solver = solver
        self._bounds: dict[str, float] = {}

    def begin(self) -> None:
        """The clock starts when the process has the question."""
        self.began = time.monotonic()

    def note_bound(self, tier: str, value: float, bound: float, seconds: float) -> None:  # noqa: ARG002
        """The tightest bound of each tier; those of which least is best lie below."""
        tightest = max if tier in LEAST else min
        self._bounds[tier] = float(tightest(self._bounds.get(tier, bound), bound))

    def answer(self, what: str) -> Solution:
        """The last plan handed over, or the one that places nobody, with every bound proved by then."""
        q, kept = self._question, self.kept
        plan = np.full(q.children, -1, dtype=np.int64) if kept is None else kept.home_of
        done = {} if kept is None else {t.name: t for t in kept.tiers}
        tiers = []
        for tier in q.tiers:
            if tier in done:
                tiers.append(done[tier])
                continue
            aim, sign = tier_aim(q, tier), -1 if tier in LEAST else 1
            # every tier that is not done is sought holding what the plan reaches in those that are
            bound = self._bounds.get(tier, float(sign * aim.ceiling(q)))
            tiers.append(TierResult(tier, sign * aim.of(q, plan), bound, False, 0.0))
        tiers = count_again(q, plan, tiers)
        seconds = 0.0 if self.began is None else time.monotonic() - self.began
        notes = () if kept is None else kept.notes
        name = self._solver if kept is None else kept.solver
        return Solution(plan, tuple(tiers), False, name, seconds, (*notes, f"{what} {self._worth(tiers)}"))

    def _worth(self, tiers: list[TierResult]) -> str:
        proved = ", ".join(t.name for t in tiers if t.proved)
        not_proved = ", ".join(t.name for t in tiers if not t.proved)
        if self.kept is None:
            plan = (
                "No plan had been found by then, so nobody is placed in this answer: that says nothing about the "
                "children or the homes."
            )
        else:
            plan = "The plan is the best that had been found by then, and is lawful."
        if not not_proved:
            standing = "Every tier is proved; other plans may be as good, because the tie-break was not done."
        else:
            standing = (
                f"{f'Proved best: {proved}. ' if proved else ''}Not proved: {not_proved}; no plan that keeps what was "
                "found in the tiers before is better than the bounds shown."
            )
        return (
            f"{plan} {standing} To have it finished: allow more memory or close other programs, allow a longer time "
            "limit, or solve a smaller round, such as one authority at a time."
        )


def _allowed(memory_mb: int | None) -> str:
    return "" if memory_mb is None else f" (it was allowed {memory_mb:,} MB)"


def _why_it_ended(other: _Other, so_far: _SoFar, memory_mb: int | None, time_limit: float | None, grace: float) -> str:
    """What happened to a process that said nothing of it, in a sentence or two."""
    code = other.exit_code()
    process = "The process that was solving the round"
    if code is None:
        if so_far.began is None:
            return f"{process} had not started after {STARTING:.0f} seconds, and was stopped."
        return f"{process} had not answered {grace:.0f} seconds after the limit of {time_limit:.0f}, and was stopped."
    if code > 0 and so_far.began is None:
        raise NotStarted(
            f"The process that was to solve the round ended with exit code {code} before it had begun, so there is no "
            "plan; its own message is above. A script that starts it must do so under "
            '`if __name__ == "__main__":`, because the new process reads that script too.'
        )
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        if name == "SIGKILL":
            return (
                f"{process} was killed ({name}). The system does that when memory runs out{_allowed(memory_mb)}; "
                "somebody may also have ended it."
            )
        maybe = " Running out of memory can look like this." if memory_mb is not None or name == "SIGABRT" else ""
        return f"{process} ended of itself ({name}){_allowed(memory_mb)}.{maybe}"
    return f"{process} ended without an answer (exit code {code})."


class _Other:
    """The other process, as seen from here."""

    def __init__(self, question: Question, order: _Order) -> None:
        buffers: list[pickle.PickleBuffer] = []
        head = pickle.dumps(question, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        context = multiprocessing.get_context("spawn")
        inbox, self._to = context.Pipe(duplex=False)
        self._from, outbox = context.Pipe(duplex=False)
        self._heard: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._process = context.Process(target=_work, args=(inbox, outbox, order), name="solver")
        try:
            self._process.start()
        finally:
            # only the other process may hold these ends, or its death would not be noticed
            inbox.close()
            outbox.close()
        # neither writing nor reading may hold up the wait for a process that does neither
        self._threads = [
            threading.Thread(target=self._send, args=(head, views), daemon=True),
            threading.Thread(target=self._read, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def hear(self, until: float, stop: Callable[[], bool] | None = None) -> tuple[Any, ...]:
        """The next message; `CLOSED` when none will come or none came in time; `STOPPED` when `stop` says so."""
        dead_since: float | None = None
        while True:
            if stop is not None and stop():
                return STOPPED
            try:
                return self._heard.get(timeout=GLANCE)
            except queue.Empty:
                now = time.monotonic()
            if now >= until:
                return CLOSED
            if dead_since is not None and now - dead_since > ENDING:
                return CLOSED
            if dead_since is None and not self._process.is_alive():
                dead_since = now

    def exit_code(self) -> int | None:
        """How the process ended, below nought for a signal; None when it runs still."""
        if not self._threads[1].is_alive():
            # its pipe has ended, so it is about to
            self._process.join(ENDING)
        return self._process.exitcode

    def stop(self) -> None:
        """The process is gone when this returns."""
        # what it had to say is here; it has nothing of its own to put in order
        self._process.kill()
        self._process.join()
        # with the process gone both threads come to an end of their pipes; only then may these be closed
        for thread in self._threads:
            thread.join(ENDING)
        self._to.close()
        self._from.close()
        self._process.close()

    def _send(self, head: bytes, views: list[memoryview]) -> None:
        """The question, its arrays as they lie in memory, in parts: no second copy of a large round is made here."""
        try:
            self._to.send((head, [view.nbytes for view in views]))
            for view in views:
                for start in range(0, view.nbytes, CHUNK):
                    self._to.send_bytes(view[start : start + CHUNK])
        except (BrokenPipeError, ConnectionResetError):
            # the process has died: whoever waits for its answer is told so
            return
        except OSError as error:
            self._heard.put(("raised", error, "while the question was sent"))

    def _read(self) -> None:
        while True:
            try:
                message = self._from.recv()
            except (EOFError, OSError):
                self._heard.put(CLOSED)
                return
            self._heard.put(message)


def _receive(inbox: Connection) -> Question:
    head, sizes = inbox.recv()
    buffers = [bytearray(size) for size in sizes]
    for buffer in buffers:
        at = 0
        while at < len(buffer):
            at += inbox.recv_bytes_into(buffer, at)
    question: Question = pickle.loads(head, buffers=buffers)  # noqa: S301 (from the process that started this one)
    return question


def _work(inbox: Connection, outbox: Connection, order: _Order) -> None:
    """What the other process does."""
    # Ctrl-C reaches both processes; it is for the first to stop this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lock = threading.Lock()

    def say(*message: Any) -> None:
        with lock:
            outbox.send(message)

    try:
        notes = limit_memory(order.memory_mb)
        question = _receive(inbox)
        threading.Thread(target=_end_with_the_first, args=(inbox,), daemon=True).start()
        say("begun")
        solve = SOLVERS[order.solver] if isinstance(order.solver, str) else order.solver
        solution = solve(
            question,
            time_limit=order.time_limit,
            watch=lambda *told: say("watch", *told),
            keep=lambda kept: say("keep", kept),
            workers=order.workers,
            unique=order.unique,
        )
        say("done", replace(solution, notes=(*solution.notes, *notes)))
    except MemoryError:
        say("no memory")
    except Exception as error:
        say("raised", _that_travels(error), "".join(traceback.format_exception(error)))


def _end_with_the_first(inbox: Connection) -> None:
    """Nothing more is sent: the pipe ends when the first process does, and then nobody waits for an answer."""
    try:
        inbox.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _that_travels(error: Exception) -> Exception:
    """The error itself if it can be sent to another process, or its text."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 (made one line above)
    except Exception:  # whatever goes wrong in an error's own code, its text is told
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error if type(again) is type(error) and str(again) == str(error) else RuntimeError(str(error))


__all__ = ["GRACE", "NotStarted", "WhereItWasRaised", "limit_memory", "solve_apart"]
