"""A module of small tasks, written to a folder where worker processes can find it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from sufficiency.batch_task import Plan, Task

NAME = "made_up_work"
WORK = """
import os, time
from pathlib import Path
from sufficiency.batch_task import Failed

def count(given, results, folders):
    with Path(given["log"]).open("a") as log:
        log.write(given["says"] + "\\n")
    time.sleep(given.get("seconds", 0))
    read = "".join(p.read_text() for f in folders.values() for p in sorted(f.iterdir()))
    return f"{given['n']}{read}".encode()

def join(given, results, folders):
    return b"(" + b",".join(results.values()) + b")"

def die(given, results, folders):
    mark = Path(given["mark"])
    tries = len(mark.read_text()) if mark.exists() else 0
    mark.write_text("x" * (tries + 1))
    if tries < given["times"]:
        os._exit(9)
    return b"alive"

def refuse(given, results, folders):
    raise Failed("There is no return of 2024. Give it.")

def fault(given, results, folders):
    raise KeyError("a child's detail")
"""


def work_in(folder: Path) -> Path:
    """A folder with the module in it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{NAME}.py").write_text(textwrap.dedent(WORK), encoding="utf-8")
    return folder


def task(name: str, work: str, after: tuple[str, ...] = (), reads: tuple[str, ...] = (), **given: object) -> Task:
    """A task of the council that its name begins with."""
    council, scenario, *_ = [*name.split("/"), ""]
    return Task(name, f"{NAME}:{work}", given, after, reads, council, scenario, "Counting")


def diamonds(folder: Path, *, councils: int = 2, seconds: float = 0.0) -> Plan:
    """Councils of two scenarios: counts of each that are read from a folder, joined in each, and joined over all."""
    returns = folder / "returns"
    returns.mkdir(parents=True, exist_ok=True)
    (returns / "a.csv").write_text("r", encoding="utf-8")
    tasks, files = [], {}
    for c in range(councils):
        joined = []
        for s in range(2):
            parts = tuple(f"c{c}/s{s}/part/{k}" for k in range(3))
            tasks += [
                task(p, "count", reads=("c/returns",), n=f"{c}{s}{k}", log=str(folder / "log"), says=p, seconds=seconds)
                for k, p in enumerate(parts)
            ]
            tasks.append(task(f"c{c}/s{s}/join", "join", after=parts))
            joined.append(f"c{c}/s{s}/join")
            files[f"c{c}/s{s}/need.csv"] = joined[-1]
        tasks.append(task(f"c{c}/all", "join", after=tuple(joined)))
        files[f"c{c}/comparison.csv"] = f"c{c}/all"
    return Plan(tuple(tasks), {"c/returns": returns}, files)
