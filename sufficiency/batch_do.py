"""One task done, wherever it runs: its function found and asked, and whatever goes wrong turned into words.

What a worker sends back holds no value of any record: a refusal is in words for the user, anything else is told by its
type and the line of ours that it came from.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from sufficiency.batch_cache import OURS
from sufficiency.batch_task import Failed

MOST_TRIES: Final = 3
"""How often a task is begun whose worker dies."""
ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Workers do not also split their sums: a sum split otherwise may differ in its last bit."""


FOR_THE_USER: Final = (
    "records.tables:Unusable",
    "sufficiency.given:WrongSettings",
    "sufficiency.scenario:ScenarioError",
)
"""Errors that say what is wrong with what was given, in words."""


class Kind(StrEnum):
    """Why a task was not done."""

    REFUSED = "refused"
    """The returns, a scenario or what was asked cannot be used: for the user to mend."""
    FAULT = "fault"
    """A fault of Placewell's own."""
    MEMORY = "memory"
    DIED = "worker died"
    AFTER = "not begun"
    """It comes after one that was not done."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a task gave no bytes."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Job:
    """A task as it is handed to a worker."""

    key: str
    work: str
    given: dict[str, Any]
    after: tuple[tuple[str, str], ...]
    """Name and key of each task whose result it takes."""
    reads: tuple[tuple[str, str, tuple[tuple[str, int, int], ...], str], ...]
    """Name, place, stamp and checksum of each input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job."""

    key: str
    seconds: float = 0.0
    where: str = ""
    tries: int = 1
    broken: Broken | None = None
    missing: tuple[str, ...] = ()
    """Keys of results that it needed and that were not there any more."""


class CannotGoOn(Exception):
    """The whole batch ends, in words for the user; what was done is kept."""


class Hands(Protocol):
    """Whatever does the work."""

    def room(self) -> bool:
        """Whether another job can be taken now."""
        ...

    def take(self, job: Job) -> None:
        """Begin a job."""
        ...

    def wait(self) -> list[Outcome]:
        """Wait until something is done; may give none."""
        ...

    def close(self) -> None:
        """End at once; what is under way is lost."""
        ...


def perform(
    work: str, given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]
) -> bytes | Broken:
    """Do one task in this process."""
    try:
        made = _found(work)(given, results, folders)
        if not isinstance(made, bytes):
            raise TypeError("a task's function gives bytes")
        return made
    except MemoryError:
        return Broken(
            Kind.MEMORY, "The memory ran out. Use fewer workers (--workers) or replications, or a larger machine."
        )
    except Exception as error:
        return _told(error)


def here() -> str:
    """Which worker this is, as "machine 1234"."""
    return f"{platform.node() or 'this machine'} {os.getpid()}"


def _found(work: str) -> Any:
    module, _, name = work.partition(":")
    return getattr(importlib.import_module(module), name)


def _is(error: Exception, kinds: Sequence[str]) -> bool:
    """Whether it is one of these; what was never imported has raised nothing, and is slow to import."""
    for kind in kinds:
        module, _, name = kind.partition(":")
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            return True
    return False


def _told(error: Exception) -> Broken:
    if _is(error, ("sufficiency.population:PopulationRefused",)):
        return Broken(Kind.REFUSED, f"Population: {error}")
    if isinstance(error, Failed) or _is(error, FOR_THE_USER):
        return Broken(Kind.REFUSED, str(error))
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if set(OURS).intersection(Path(f.filename).parts[-4:-1])] or frames[-1:]
    place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "an unknown place"
    return Broken(
        Kind.FAULT, f"A fault of Placewell's own: {type(error).__name__} in {place}. Please report this line."
    )
