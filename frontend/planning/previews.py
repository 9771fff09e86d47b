"""Previews: one process beside the app that has read the returns, asked by many tabs and answering in seconds.

A tab asks by its own key; its latest ask replaces one that was not begun, and tabs take turns. The process begins at
the first ask, holds children's records in its own memory alone, and ends when nobody has asked for some minutes, when
the app ends, or when it dies, whereupon the next ask begins another.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from frontend.planning.inputs import Inputs
from frontend.planning.preview_lens import preview_lens
from frontend.planning.preview_process import Fault, Request, serve
from frontend.quiet import said
from sufficiency.batch_do import ONE_THREAD
from sufficiency.batch_local import environment
from sufficiency.preview import DRAWS, Preview

__all__ = ["Fault", "Preview", "Previews", "Waiting", "preview_lens"]

IDLE_SECONDS: Final = 600.0
"""After so long without an ask the process ends, and its memory is free."""
LONGEST_SECONDS: Final = 180.0
"""An ask of which nothing is heard for so long is given up; learning which homes can be used tells of each day."""
NO_LONGER_SECONDS: Final = 20.0
"""So long goes on what its tab has changed since."""
GLANCE: Final = 0.05
MOST_KEYS: Final = 200
"""Tabs whose latest answer is held."""
MOST_TRIES: Final = 2
_READY: Final = "\0ready for "
"""Begins a key that is no tab's."""
KEPT: Final = "previews"
"""Folder of the work in which it is kept which homes can be used: nothing else is kept, and nothing of a child."""
TEMPORARY: Final = "placewell-preview-"
LEFT_BEHIND_SECONDS: Final = 86_400.0
DIED: Final = (
    "The process that works out previews ended without an answer, twice. The computer may have run out of memory. "
    "The full result is worked out apart from it."
)
TOO_LONG: Final = (
    "The preview took too long and was given up. Does a lever bring very many households, enquiries or children? Move "
    "it back. If not, the computer may be busy: the full result is worked out apart from it."
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An ask that is not answered yet."""

    stage: str
    """What is going on, in words."""
    before: int = 0
    """How many asks of other tabs come first."""
    seconds: float = 0.0
    """Since it was asked."""


@dataclass(slots=True)
class _Ask:
    request: Request
    at: float
    answer: Preview | Fault | None = None


@dataclass(slots=True)
class _Tab:
    """What one key has asked: what is not begun, and what is under way or answered."""

    waits: _Ask | None = None
    latest: _Ask | None = None
    served: float = 0.0
    """When an ask of its was last begun: who was served longest ago comes next."""


@dataclass(slots=True)
class _Process:
    process: Any
    pipe: Connection
    folder: str

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(slots=True)
class Previews:
    """The previews of one running app. Safe to use from many threads; no call waits for an answer."""

    inputs: Inputs
    idle_seconds: float = IDLE_SECONDS
    start: Callable[..., Any] = field(default_factory=lambda: _started)
    """Starts the process that answers, given its end of a pipe, folders and settings."""
    _tabs: OrderedDict[str, _Tab] = field(default_factory=OrderedDict)
    _now: threading.Condition = field(default_factory=lambda: threading.Condition(threading.RLock()))
    _thread: threading.Thread | None = None
    _process: _Process | None = None
    _stage: str = ""
    _closed: bool = False

    def ask(self, key: str, council: str, first: str, other: str, draws: int = DRAWS, **asked: Any) -> None:
        """Ask for what `other` comes to beside `first` (texts of scenarios), for a council by its folder's name.

        `asked`: months, seed and usable_days, where the full result is asked for with others than a forecast has by
        itself. Raises KeyError for a council that is not among the inputs.
        """
        self._put(key, self._request(council, first, other, draws, asked))

    def warm(self, council: str, first: str, draws: int = DRAWS, **asked: Any) -> None:
        """Have the process ready before anybody moves a lever: for a page that is about to ask beside this scenario.

        It comes after every ask, and does nothing where the process has it ready.
        """
        request, key = self._request(council, first, first, draws, asked), f"{_READY}{council}"
        with self._now:
            there = self._tabs.get(key)
            waits = there is not None and there.waits is not None and there.waits.request == request
            ready = there is not None and there.latest is not None and there.latest.request == request and self.is_warm
            if not waits and not ready:
                self._put(key, request, last=True)

    def _request(self, council: str, first: str, other: str, draws: int, asked: Mapping[str, Any]) -> Request:
        for one in self.inputs.councils:
            if one.name == council:
                return Request(one, first, other, draws, **asked)
        raise KeyError(f"there is no council {council} to preview")

    def _put(self, key: str, request: Request, *, last: bool = False) -> None:
        with self._now:
            if self._closed:
                return
            tab = self._tabs.setdefault(key, _Tab(served=math.inf if last else 0.0))
            self._tabs.move_to_end(key)
            tab.waits = _Ask(request, time.monotonic())
            self._forget_oldest()
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve_all, name="previews", daemon=True)
                self._thread.start()
            self._now.notify_all()

    def answer(self, key: str) -> Preview | Fault | Waiting | None:
        """What came of the latest ask of a key, or how far it is; None where it asked nothing. Never waits."""
        with self._now:
            tab = self._tabs.get(key)
            if tab is None:
                return None
            now = time.monotonic()
            if tab.waits is not None:
                before = sum(1 for one in self._in_turn() if one.served < tab.served) + self._busy(but=tab)
                stage = "Waiting for the previews of others" if before else self._stage or "Waiting to begin"
                return Waiting(stage, before, now - tab.waits.at)
            if tab.latest is None:
                return None
            if tab.latest.answer is None:
                return Waiting(self._stage, 0, now - tab.latest.at)
            return tab.latest.answer

    def forget(self, key: str) -> None:
        """A tab was closed: nothing of its is worked out or held any more."""
        with self._now:
            self._tabs.pop(key, None)

    @property
    def is_warm(self) -> bool:
        """Whether the process is there, so that an answer takes seconds."""
        return self._process is not None

    def close(self) -> None:
        """End at once, and for good."""
        with self._now:
            self._closed = True
            self._tabs.clear()
            self._now.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    # ---- the thread beside -----------------------------------------------------------------------------------------

    def _serve_all(self) -> None:
        """One ask after the other, until nobody asks any more."""
        while (ask := self._next()) is not None:
            try:
                found = self._answered(ask)
            except Exception as error:  # whatever happens here, a person is told of it
                found = Fault((f"A fault of Placewell: {said(error)}.",), ours=True)
                self._end()
            with self._now:
                ask.answer = found

    def _next(self) -> _Ask | None:
        """The next ask, begun; None where there was none for so long: then the process has ended, and this thread."""
        until = time.monotonic() + self.idle_seconds
        with self._now:
            while True:
                turn = self._in_turn()
                if turn and not self._closed:
                    tab = turn[0]
                    tab.latest, tab.waits = tab.waits, None
                    tab.served = max(tab.served, time.monotonic())
                    self._stage = "Getting ready"
                    return tab.latest
                left = until - time.monotonic()
                if self._closed or left <= 0:
                    self._end()
                    self._thread = None
                    return None
                self._now.wait(left)

    def _in_turn(self) -> list[_Tab]:
        """Tabs that wait: who was served longest ago first, then who asked first."""
        waiting = [one for one in self._tabs.values() if one.waits is not None]
        return sorted(waiting, key=lambda one: (one.served, one.waits.at if one.waits is not None else 0.0))

    def _busy(self, but: _Tab) -> int:
        """Tabs whose ask is under way; having the process ready is nobody's."""
        tabs = (one for key, one in self._tabs.items() if not key.startswith(_READY))
        return sum(1 for one in tabs if one is not but and one.latest is not None and one.latest.answer is None)

    def _answered(self, ask: _Ask) -> Preview | Fault:
        for _ in range(MOST_TRIES):
            running = self._process or self._begun()
            try:
                running.pipe.send(ask.request)
                found = self._heard(running, ask)
            except (EOFError, OSError):
                found = None
            if found is not None:
                return found
            self._end()
            if self._closed:
                break
        return Fault((DIED,))

    def _heard(self, running: _Process, ask: _Ask) -> Preview | Fault | None:
        """What the process answers; None where it ended, or the app does."""
        heard = time.monotonic()
        with suppress(OSError):
            os.utime(running.folder)
        while not self._closed:
            now = time.monotonic()
            if running.pipe.poll(GLANCE):
                kind, what = running.pipe.recv()
                if kind == "done":
                    return what  # type: ignore[no-any-return]
                self._stage, heard = what, now
            elif now - heard > LONGEST_SECONDS or (now - heard > NO_LONGER_SECONDS and self._left(ask)):
                self._end()
                return Fault((TOO_LONG,))
        return None

    def _left(self, ask: _Ask) -> bool:
        """Whether nobody waits for it any more: its tab has asked for something else, or is closed."""
        with self._now:
            return not any(tab.latest is ask and tab.waits is None for tab in self._tabs.values())

    def _begun(self) -> _Process:
        _clear_left_behind()
        self._stage = "Starting"
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        # Whatever it writes for a while is in here, and goes with it, also when it is killed.
        folder = tempfile.mkdtemp(prefix=TEMPORARY)
        process = self.start(theirs, folder, str(self.inputs.work / KEPT))
        self._process = _Process(process, ours, folder)
        return self._process

    def _end(self) -> None:
        ended, self._process = self._process, None
        if ended is not None:
            ended.end()

    def _forget_oldest(self) -> None:
        done = [
            key for key, tab in self._tabs.items() if tab.waits is None and (tab.latest is None or tab.latest.answer)
        ]
        for key in done[: max(0, len(self._tabs) - MOST_KEYS)]:
            del self._tabs[key]


def _started(pipe: Connection, *given: Any) -> Any:
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(pipe, *given), name="placewell-previews", daemon=True
    )
    with environment(ONE_THREAD):
        process.start()
    pipe.close()  # it has its own: so it is heard when it ends
    return process


def _clear_left_behind() -> None:
    """Folders of apps that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
