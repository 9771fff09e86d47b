"""Runs solvers side by side, each in a process of its own: `python -m benchmarks.run --all`.

Prints Markdown tables and writes `results.csv`; `--all` and `--quick` put the tables into `README.md`. Read ratios,
not seconds: machines differ, and are shared.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.alone import COMPARED
from benchmarks.everyday import everyday
from benchmarks.instances import NAMES
from benchmarks.tables import COLUMNS, against_greedy, everyday_table, lines, table

GRACE = 120.0
"""Seconds beyond the limit for making the question and the model, before a run is stopped."""
HERE = Path(__file__).parent
BEGIN, END = "<!-- figures: written by benchmarks.run -->", "<!-- end of figures -->"
PEERS = ("bundles", "cpsat", "greedy", "milp", "pair-cpsat", "pair-cpsat-pinned")


@dataclass(frozen=True, slots=True)
class Bout:
    """Some solvers on one round, each with so many seconds."""

    size: str
    seed: int
    solvers: tuple[str, ...]
    limit: float


ALL = (
    Bout("drawn-panel", 1, PEERS, 60),
    Bout("borough", 1, PEERS, 600),
    Bout("drawn-borough", 1, PEERS, 600),
    Bout("region", 1, PEERS, 300),
    Bout("england", 1, PEERS, 600),
)
QUICK = (Bout("drawn-panel", 1, PEERS, 30), Bout("drawn-borough", 1, PEERS, 30))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, print the tables, write the files."""
    options = _options(arguments)
    known = known_runs(options.out) if options.add else []
    runs: list[dict[str, Any]] = []
    for bout in _bouts(options):
        runs += [in_its_own_process(bout, solver, options) for solver in bout.solvers]
    rows = [row for row in known if not any(same_run(row, run) for run in runs)]
    rows += [row for run in runs for row in lines(run, _first(runs, run))]
    report = [
        f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"at most {options.memory:,} MB each.",
        table(rows),
        "Against greedy by referral order, on the same rounds:",
        against_greedy(rows),
    ]
    if options.all or options.quick:
        figures = everyday(quick=options.quick, limit=min(600, options.limit or 600))
        report += ["One child at a time, and several workers:", everyday_table(figures)]
    text = "\n\n".join(report)
    print(text)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    if options.all or options.quick:
        put_into(HERE / "README.md", text)


def in_its_own_process(bout: Bout, solver: str, options: argparse.Namespace) -> dict[str, Any]:
    """One run in a process of its own, so that memory is its own and a run that hangs can be stopped."""
    limit = min(bout.limit, options.limit or bout.limit)
    arguments = [bout.size, bout.seed, solver, limit, options.workers, options.memory]
    command = [sys.executable, "-m", "benchmarks.alone", *map(str, arguments)]
    print(f"{bout.size} {bout.seed}: {solver}", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=limit + GRACE
        )
        said, code = done.stdout, done.returncode
        why = (done.stderr.strip().splitlines() or [f"ended with exit code {code}"])[-1]
    except subprocess.TimeoutExpired as late:
        said, code = (late.stdout or b"").decode("utf-8"), -1
        why = f"stopped {GRACE:.0f} s beyond the limit of {limit:.0f}"
    spoken = [json.loads(line) for line in said.splitlines() if line.startswith("{") and line.endswith("}")]
    if code == 0 and spoken and "done" in spoken[-1]:
        whole: dict[str, Any] = spoken[-1]["done"]
        return whole
    nothing = {"size": bout.size, "seed": bout.seed, "solver": solver, "workers": options.workers, "tiers": []}
    so_far = [line["so_far"] for line in spoken if "so_far" in line]
    run = so_far[-1] if so_far else nothing
    return {**run, "unique": False, "seconds": round(time.monotonic() - began, 3), "note": why}


def known_runs(path: Path) -> list[dict[str, Any]]:
    """The rows of an earlier `results.csv`."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def same_run(row: dict[str, Any], run: dict[str, Any]) -> bool:
    """Whether an earlier row is of the same round, solver and workers."""
    return all(str(row[name]) == str(run[name]) for name in ("size", "seed", "solver", "workers"))


def put_into(readme: Path, text: str) -> None:
    """Put the tables between the two marks. Raises `ValueError` where the file has no marks."""
    before, mark, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, other_mark, after = rest.partition(END)
    if not mark or not other_mark:
        raise ValueError(f"{readme.name} has no place for the tables: it needs a line {BEGIN} and a line {END}")
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8", newline="\n")


def _first(runs: Sequence[dict[str, Any]], run: dict[str, Any]) -> dict[str, Any]:
    """The run that others of the same round are times of."""
    return next(r for r in runs if (r["size"], r["seed"]) == (run["size"], run["seed"]))


def _bouts(options: argparse.Namespace) -> Iterator[Bout]:
    """What is asked for."""
    if options.all or options.quick:
        for bout in ALL if options.all else QUICK:
            if not options.sizes or bout.size in options.sizes:
                yield Bout(bout.size, bout.seed, tuple(options.solvers or bout.solvers), bout.limit)
        return
    for size in options.sizes or ["borough"]:
        for seed in options.seeds:
            yield Bout(size, seed, tuple(options.solvers or ("bundles", "cpsat", "milp")), 600)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def listed(text: str) -> list[str]:
        return text.split(",")

    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every size and peer; writes the tables into README.md")
    parser.add_argument("--quick", action="store_true", help="the same on a panel and a borough, half a minute each")
    parser.add_argument("--sizes", type=listed, default=[], help=f"of {', '.join(NAMES)}")
    parser.add_argument("--seeds", type=lambda s: [int(x) for x in s.split(",")], default=[1], help="as in 1,2,3")
    parser.add_argument("--solvers", type=listed, default=[], help=f"of {', '.join(COMPARED)}")
    parser.add_argument("--limit", type=float, help="most seconds for each run")
    parser.add_argument("--memory", type=int, default=8_000, help="most megabytes for each run")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE / "results.csv")
    parser.add_argument("--add", action="store_true", help="keep the rows of other runs that --out has already")
    options = parser.parse_args(arguments)
    if unknown := set(options.solvers) - set(COMPARED):
        parser.error(f"unknown solvers: {', '.join(sorted(unknown))}; known: {', '.join(COMPARED)}")
    if unknown := set(options.sizes) - set(NAMES):
        parser.error(f"unknown sizes: {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    return options


if __name__ == "__main__":
    main()
