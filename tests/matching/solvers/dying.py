"""Solvers that end badly, for `test_apart_process`: in a module of their own, light to read in a new process."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import numpy as np

from benchmarks.instances import SIZES, made_up
from matching.question import Question, Solution
from matching.solvers import solve_cpsat

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def panel() -> Question:
    """A round of twelve children."""
    return made_up(SIZES["panel"], 1)


def then(asked: Question, keep: Any, tiers: int, do: Any) -> Solution:
    """Solve, and once so many tiers are handed over, do something."""

    def handed_over(kept: Solution) -> None:
        keep(kept)
        if len(kept.tiers) == tiers:
            do()

    return solve_cpsat(asked, keep=handed_over)


def kills_itself(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """Dead by the strongest signal after one tier."""
    return then(asked, keep, 1, lambda: os.kill(os.getpid(), KILL))


def crashes(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """What an uncaught error in native code does, after four tiers."""
    return then(asked, keep, 4, os.abort)


def leaves(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """Ends without a word after one tier."""
    return then(asked, keep, 1, lambda: os._exit(7))


def starves(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """Asks for far more memory than there is leave for, after one tier."""
    return then(asked, keep, 1, lambda: np.ones(1 << 30))


def sleeps(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """Takes no notice of its time limit after one tier."""
    return then(asked, keep, 1, lambda: time.sleep(600))


def stands_still(asked: Question, *, keep: Any, **_: Any) -> Solution:
    """Is suspended by the system after one tier, as on a machine that was put to sleep."""
    return then(asked, keep, 1, lambda: os.kill(os.getpid(), signal.SIGSTOP))


def dies_at_once(asked: Question, **_: Any) -> Solution:
    """Dead before any plan is known."""
    os.kill(os.getpid(), KILL)
    raise AssertionError("not reached")


class Stubborn(Exception):
    """An error that cannot be sent to another process."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fails(asked: Question, **_: Any) -> Solution:
    """Raises an error of Python's own."""
    raise KeyError("no such home: H7")


def fails_stubbornly(asked: Question, **_: Any) -> Solution:
    """Raises an error that cannot travel."""
    raise Stubborn("this", "that")
