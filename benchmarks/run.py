"""Runs solvers side by side, each in a process of its own: `python -m benchmarks.run --size borough`.

Prints a Markdown table and writes `results.csv`. Read ratios, not seconds: machines differ, and are shared.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.instances import NAMES, instance
from benchmarks.peers import solve_plain_cpsat
from matching.bundles import bundles_of
from matching.solvers import SOLVERS, Solver

COMPARED: dict[str, Solver] = {
    "cpsat": SOLVERS["cpsat"],
    "milp": SOLVERS["milp"],
    "plain-cpsat": solve_plain_cpsat,
    "exhaustive": SOLVERS["exhaustive"],
}
GRACE = 300.0
"""Seconds beyond the limit for building the question and the model, before a run is stopped."""
COLUMNS = (
    "size", "seed", "children", "homes", "pairs", "bundles", "solver", "workers", "tier", "value", "bound", "gap",
    "proved", "seconds", "times_the_first", "peak_mb", "peak_mb_before", "note",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, print the table, write the file."""
    options = _options(arguments)
    if options.alone:
        print(json.dumps(measure(options.size, options.seeds[0], options.solvers[0], options.limit, options.workers)))
        return
    rows: list[dict[str, Any]] = []
    for seed in options.seeds:
        runs = [in_its_own_process(options, seed, solver) for solver in options.solvers]
        rows += [row for run in runs for row in lines(run, runs[0])]
    print(f"{platform.system()}, {platform.machine()}, Python {platform.python_version()}\n")
    print(table(rows))
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def measure(size: str, seed: int, solver: str, limit: float, workers: int) -> dict[str, Any]:
    """One run in this process."""
    began = time.perf_counter()
    question = instance(size, seed)
    made = time.perf_counter()
    bundles = len(bundles_of(question))
    before = peak_mb()
    found = COMPARED[solver](question, time_limit=limit, workers=workers)
    return {
        "size": size,
        "seed": seed,
        "children": question.children,
        "homes": question.homes,
        "pairs": question.pairs,
        "bundles": bundles,
        "solver": solver,
        "workers": workers,
        "making_the_question": made - began,
        "tiers": [(t.name, t.value, t.bound, t.proved, t.seconds) for t in found.tiers],
        "unique": found.unique,
        "seconds": found.seconds,
        "peak_mb": peak_mb(),
        "peak_mb_before": before,
        "note": " ".join(found.notes),
    }


def peak_mb() -> float | None:
    """The most memory this process has held, in megabytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_its_own_process(options: argparse.Namespace, seed: int, solver: str) -> dict[str, Any]:
    """The same, in a process of its own, so that memory is its own and a run that hangs can be stopped."""
    command = [
        *(sys.executable, "-m", "benchmarks.run", "--alone", "--size", options.size, "--seeds", str(seed)),
        *("--solvers", solver, "--limit", str(options.limit), "--workers", str(options.workers)),
    ]
    print(f"{options.size} {seed}: {solver}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=options.limit + GRACE)
    except subprocess.TimeoutExpired:
        return failed(options, seed, solver, f"stopped {GRACE:.0f} s beyond the limit")
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        return failed(options, seed, solver, last[0])
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def failed(options: argparse.Namespace, seed: int, solver: str, why: str) -> dict[str, Any]:
    """A run that gave nothing."""
    run = {"size": options.size, "seed": seed, "solver": solver, "workers": options.workers, "tiers": [], "note": why}
    return {**run, "unique": False, "seconds": None}


def lines(run: Mapping[str, Any], first: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each tier, and one for the whole run up to the one plan that the tie-break leaves."""
    shared = {name: run.get(name) for name in COLUMNS if name in run}
    rows = [
        {**shared, "tier": tier, "value": value, "bound": bound, "gap": gap(value, bound), "proved": proved,
         "seconds": round(seconds, 3), "note": ""}
        for tier, value, bound, proved, seconds in run["tiers"]
    ]  # fmt: skip
    whole: dict[str, Any] = {**shared, "tier": "all", "proved": run["unique"]}
    if run["seconds"] is not None:
        whole["seconds"] = round(run["seconds"], 3)
        if first["seconds"]:
            whole["times_the_first"] = round(run["seconds"] / first["seconds"], 2)
    for name in ("peak_mb", "peak_mb_before"):
        whole[name] = "not measured" if run.get(name) is None else round(run[name])
    return [*rows, whole]


def gap(value: float, bound: float) -> float:
    """How far the bound is from the value, as a share of the larger."""
    return abs(bound - value) / max(abs(bound), abs(value), 1.0)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """One line for each run: seconds for each tier, with the gap where it is not proved."""
    tiers = list(dict.fromkeys(r["tier"] for r in rows if r["tier"] != "all"))
    heads = ["size", "seed", "pairs", "solver", *tiers, "to one plan", "times the first", "peak MB"]
    out = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for whole in (r for r in rows if r["tier"] == "all"):
        mine = {r["tier"]: r for r in rows if (r["seed"], r["solver"]) == (whole["seed"], whole["solver"])}
        cells = [whole["size"], whole["seed"], whole.get("pairs", ""), whole["solver"]]
        cells += [_cell(mine[t]) if t in mine else "-" for t in tiers]
        seconds = whole.get("seconds")
        total = f"{seconds:.1f} s" if whole["proved"] else f"no, in {seconds:.0f} s" if seconds else whole["note"]
        cells += [total, whole.get("times_the_first", ""), whole["peak_mb"]]
        out.append("| " + " | ".join(str(c) for c in cells) + " |")
    return "\n".join(out)


def _cell(row: Mapping[str, Any]) -> str:
    if row["proved"]:
        return f"{row['value']} in {row['seconds']:.1f} s"
    return f"{row['value']}, bound {row['bound']:.0f} ({row['gap']:.1%})"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--size", choices=NAMES, default="borough")
    parser.add_argument("--seeds", type=lambda s: [int(x) for x in s.split(",")], default=[1], help="as in 1,2,3")
    parser.add_argument(
        "--solvers", type=lambda s: s.split(","), default=["cpsat", "milp"], help=f"of {', '.join(COMPARED)}"
    )
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for each run")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results.csv")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if unknown := set(options.solvers) - set(COMPARED):
        parser.error(f"unknown solvers: {', '.join(sorted(unknown))}; known: {', '.join(COMPARED)}")
    return options


if __name__ == "__main__":
    main()
