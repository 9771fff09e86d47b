"""Processes that work beside this one, and end with it."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any


def pool_of(workers: int, start: Any = None, *given: Any) -> ProcessPoolExecutor:
    """A pool of processes started afresh on every system (a fork of a process with threads may hang).

    Each first calls `start(*given)`, if there is one, and ends when this process does, however that ends: nobody's
    records stay behind in the memory of a worker that has nobody to answer to.
    """
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(start, given))


def _begin(start: Any, given: tuple[Any, ...]) -> None:
    end_with_parent()
    if start is not None:
        start(*given)


def end_with_parent() -> None:
    """From now on this process ends when the one that started it does, however that ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
