"""What a batch leaves in its folder: each council's results by scenario, what they were made from, and what is missing.

Folders are whole or not there: one of whose files could not be made is left out, and `failures.csv` says why. All but
`times.json` is the same, byte for byte, however often the batch was begun, and wherever and by how many it was done.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from matching.versions import versions
from reporting.whole import made_by, write_text, written_whole
from reporting.write import csv_text
from sufficiency.batch import BatchRun, Failure
from sufficiency.batch_do import Kind

COMMAND: Final = "batch"
MANIFEST, TIMES, FAILURES, SUMMARY = "manifest.json", "times.json", "failures.csv", "summary.json"
OWN: Final = (FAILURES, MANIFEST, TIMES, SUMMARY)
FAILURE_COLUMNS: Final = ("council", "scenario", "what", "why", "words", "tasks", "tries")


@dataclass(frozen=True, slots=True)
class Clock:
    """How long it took, with what."""

    begun: datetime
    ended: datetime
    workers: int
    scheduler: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be made, with one reason: a task's failure, or a folder of results that is left out for it."""

    council: str
    scenario: str
    what: str
    kind: Kind
    words: str
    tasks: int = 1
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What was put into the results folder."""

    folders: tuple[str, ...]
    """With all their files."""
    missing: tuple[Missing, ...]
    rows_left_out: Mapping[str, int]
    """By council; those without any are not named."""


def write_batch(out: Path, run: BatchRun, asked: Mapping[str, Any], clock: Clock) -> Written:
    """Write all results that could be made to `out`, replacing those of an earlier batch; `summary.json` last.

    `asked`: plain JSON of what was asked, without places or names of files. Nothing is written where nothing could be
    made. Raises OSError.
    """
    missing = what_is_missing(run)
    folders = whole_folders(run)
    files = [path for folder in folders.values() for path in folder]
    if not files:
        return Written((), missing, {})
    names = [*files, *OWN]
    with written_whole(out, names, gone=sorted(_before(out) - set(names))) as partial:
        checksums: dict[str, str] = {}
        left_out: dict[str, int] = {}
        councils = {task.council for task in run.plan.tasks}
        for path, data in run.files(files):
            place = partial / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            checksums[path] = hashlib.sha256(data).hexdigest()
            if PurePosixPath(path).name == SUMMARY and PurePosixPath(path).parts[0] in councils:
                _count_left_out(data, path, left_out)
        write_text(partial / FAILURES, failures_text(missing))
        write_text(partial / MANIFEST, _json(manifest_of(run, asked, checksums)))
        write_text(partial / TIMES, _json(times_of(run, clock)))
        summary = {
            "command": COMMAND,
            **asked,
            "folders": sorted(folders),
            "missing": [{"council": m.council, "scenario": m.scenario, "what": m.what, "why": m.kind} for m in missing],
            "rows_left_out": dict(sorted(left_out.items())),
            "versions": versions(),
            "files": {name: hashlib.sha256((partial / name).read_bytes()).hexdigest() for name in (FAILURES, MANIFEST)},
        }
        write_text(partial / SUMMARY, _json(summary))
    return Written(tuple(sorted(folders)), missing, dict(sorted(left_out.items())))


def whole_folders(run: BatchRun) -> dict[str, list[str]]:
    """Folders of the results all of whose files could be made, each with its files; "." for files of no folder."""
    folders: dict[str, list[str]] = {}
    for path in sorted(run.plan.files):
        folders.setdefault(str(PurePosixPath(path).parent), []).append(path)
    return {
        folder: paths for folder, paths in folders.items() if not any(run.task_of(p) in run.failures for p in paths)
    }


def what_is_missing(run: BatchRun) -> tuple[Missing, ...]:
    """Each failure once, however many tasks met it, then each folder that is left out for one."""
    met: dict[tuple[str, str, Kind, str], list[Failure]] = {}
    for one in run.failures.values():
        if one.kind is not Kind.AFTER:
            met.setdefault((one.task.council, one.task.scenario, one.kind, one.words), []).append(one)
    told = [
        Missing(council, scenario, some[0].task.name, kind, words, len(some), max(one.tries for one in some))
        for (council, scenario, kind, words), some in met.items()
    ]
    whole = whole_folders(run)
    seen = set(whole)
    for path in sorted(run.plan.files):
        folder = str(PurePosixPath(path).parent)
        failure = run.failures.get(run.task_of(path))
        if folder in seen or failure is None:
            continue
        seen.add(folder)
        first = failure.after or failure.task.name
        words = f"Left out of the results, because {first} was not done."
        told.append(Missing(failure.task.council, failure.task.scenario, f"{folder}/", Kind.AFTER, words))
    return tuple(told)


def failures_text(missing: Sequence[Missing]) -> str:
    """`failures.csv`; its head alone where nothing failed."""
    rows = [(m.council, m.scenario, m.what, str(m.kind), m.words, str(m.tasks), str(m.tries)) for m in missing]
    return csv_text(pd.DataFrame(rows, columns=list(FAILURE_COLUMNS), dtype=str))


def manifest_of(run: BatchRun, asked: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What the results were made from, and how it can be seen that they are these: no clock, no place, no machine."""
    return {
        **asked,
        "inputs": {
            name: {"sha256": one.sha256, "files": dict(sorted(one.files.items()))}
            for name, one in sorted(run.inputs.items())
        },
        "code": run.made.code,
        "pins": dict(sorted(run.made.pins.items())),
        "tasks": [
            {
                "name": task.name,
                "key": run.keys[task.name],
                "work": task.work,
                "after": list(task.after),
                "reads": list(task.reads),
                "done": task.name not in run.failures,
            }
            for task in run.plan.tasks
        ],
        "files": dict(sorted(files.items())),
    }


def times_of(run: BatchRun, clock: Clock) -> dict[str, Any]:
    """The machine, the times, and who did what: the one file that differs from run to run."""
    return {
        "begun": clock.begun.isoformat(timespec="seconds"),
        "ended": clock.ended.isoformat(timespec="seconds"),
        "seconds": round((clock.ended - clock.begun).total_seconds(), 3),
        "workers": None if clock.scheduler else clock.workers,
        "scheduler": clock.scheduler,
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "memory_bytes": _memory(),
            "python": platform.python_version(),
        },
        "most_memory_of_one_process_bytes": _most_memory(),
        "tasks_not_done_again": run.kept,
        "kept_results_made_anew": run.altered,
        "tasks": {
            name: {"seconds": round(one.seconds, 3), "tries": one.tries, "where": one.where}
            for name, one in run.times.items()
        },
    }


def _before(out: Path) -> set[str]:
    """Files that an earlier batch left there, as its manifest says; none that leads out of the folder."""
    if (out / SUMMARY).exists() and made_by(out) != COMMAND:
        return set()
    try:
        said = json.loads((out / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return set()
    files = said.get("files") if isinstance(said, dict) else None
    names = [PurePosixPath(name) for name in files if isinstance(name, str)] if isinstance(files, dict) else []
    return {str(n) for n in names if not n.is_absolute() and ".." not in n.parts and "\\" not in str(n)}


def _count_left_out(data: bytes, path: str, counts: dict[str, int]) -> None:
    """Rows that a scenario's own summary says were left out; a council's scenarios all leave out the same."""
    said = json.loads(data)
    many = said.get("rows_left_out", 0) if isinstance(said, dict) else 0
    if isinstance(many, int) and many:
        council = PurePosixPath(path).parts[0]
        counts[council] = max(many, counts.get(council, 0))


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _memory() -> int | None:
    """The machine's memory, where the system says it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _most_memory() -> int | None:
    """The most that one process of this run held; None where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most * (1 if sys.platform == "darwin" else 1024)
