"""What a batch is made of: tasks that take the bytes of others and give bytes, named by all that they hang on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol


class Work(Protocol):
    """A function at the top of a module that does one task; it must give the same bytes wherever it runs."""

    def __call__(self, given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
        """`given`: the task's own; `results`: by name, of the tasks it comes after; `folders`: what it reads."""
        ...


class Failed(Exception):
    """A task cannot be done, in words for the user: what is wrong, where, what it means and how to mend it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. Its name says where it stands, never whom it is about."""

    name: str
    """Unique, as "trafford/baseline/need/0000-0249"."""
    work: str
    """Where the function is, as "sufficiency.batch_need:play"."""
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Plain JSON; all of it is part of the task's name in the cache."""
    after: tuple[str, ...] = ()
    """Names of the tasks whose results it takes."""
    reads: tuple[str, ...] = ()
    """Names of the folders (or files) of input that it reads."""
    council: str = ""
    scenario: str = ""
    says: str = ""
    """What is going on, for the progress bar: "Playing futures"."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one batch does: tasks, each after those that it needs, and what they read."""

    tasks: tuple[Task, ...]
    inputs: Mapping[str, Path]
    """By name, a folder or file of input; told apart by what is in it, wherever it lies."""
    files: Mapping[str, str]
    """For each file of the results, its path with / between folders, the task whose bytes it holds; or, where a task
    gives several files (`batch_pack.pack`), "task#name" for the one of that name."""
