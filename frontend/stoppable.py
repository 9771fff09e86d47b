"""Work that a user can stop at once, though it runs in native code that does not listen to Ctrl+C."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOKS_EVERY = 0.2
NAME = "placewell-work"


def stoppable(work: Callable[[], T]) -> T:
    """Do the work on a thread of its own while this one waits and hears the user.

    Whatever the work raises is raised here. When the user stops, KeyboardInterrupt is raised at once and the
    thread may still run: see `still_running`. Only for work that writes nothing.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name=NAME, daemon=True)
    thread.start()
    while thread.is_alive():
        # With a time limit, because waiting without one cannot be interrupted on Windows.
        thread.join(LOOKS_EVERY)
    if failed:
        raise failed[0]
    return done[0]


def still_running() -> bool:
    """Whether work that the user stopped has not ended yet."""
    return any(thread.name == NAME and thread.is_alive() for thread in threading.enumerate())
