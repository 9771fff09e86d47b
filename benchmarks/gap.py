"""The generalised assignment problems of others through `matching.solve`: `python -m benchmarks.gap`.

Reads the instances and their known bounds from `../shared/data/optimisation` beside the repository, each the least
and the most cost, and prints value, bound and seconds of each. Everybody must be placed in these problems, which
is what the tier `placed`, before `cost` or `points`, asks for.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import matching
from matching import Answer, Question

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "optimisation"
TIER_OF = {"Min": "cost", "Max": "points"}


@dataclass(frozen=True, slots=True)
class Known:
    """One instance and direction, and the best value known to be best."""

    name: str
    sense: str
    best: int

    @property
    def small(self) -> bool:
        """One of the sixty of the OR-Library: gap1 to gap12."""
        return self.name.startswith("c")


def known(folder: Path = FOLDER) -> list[Known]:
    """Every instance and direction, sorted. All bounds in the file are proved: the lower is the upper."""
    with (folder / "gap_bounds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if any(row["lower_bound"] != row["upper_bound"] for row in rows):
        raise ValueError("gap_bounds.csv holds a bound that is not proved")
    return sorted(
        (Known(row["instance"], row["sense"], int(row["lower_bound"])) for row in rows), key=lambda k: (k.name, k.sense)
    )


def question_of(one: Known, folder: Path = FOLDER) -> Question:
    """The instance as a question: jobs are units, agents are homes, capacity is a resource, cost or profit a tier.

    The file: agents, jobs; cost of each job for each agent; what it consumes there; capacity of each agent.
    """
    numbers: NDArray[np.int64] = np.array(
        (folder / "gap" / f"{one.name}.txt").read_text(encoding="ascii").split(), dtype=np.int64
    )
    agents, jobs = int(numbers[0]), int(numbers[1])
    cost, uses, has = np.split(numbers[2:], [agents * jobs, 2 * agents * jobs])
    value = cost.reshape(agents, jobs).T
    return matching.plain_question(
        units=[1] * jobs,
        homes=[matching.UNLIMITED] * agents,
        cost=value if one.sense == "Min" else None,
        points=value if one.sense == "Max" else None,
        uses=uses.reshape(agents, jobs).T,
        has=has,
        tiers=("placed", TIER_OF[one.sense]),
    )


def solved(one: Known, solver: str, limit: float | None, folder: Path = FOLDER) -> Answer:
    """The answer of one solver, without the tie-break: these problems ask for a value."""
    return matching.solve(question_of(one, folder), solver=solver, time_limit=limit, unique=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gap", description=__doc__)
    parser.add_argument("--solver", default="bundles")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each instance and direction")
    parser.add_argument("--only", default="", help="names that begin so, such as c05, a, b20")
    options = parser.parse_args(arguments)
    print("| instance | sense | known best | value | bound | proved | seconds |\n|---|---|---|---|---|---|---|")
    total, reached, count = 0.0, 0, 0
    for one in known():
        if not one.name.startswith(options.only):
            continue
        began = time.perf_counter()
        answer = solved(one, options.solver, options.limit)
        seconds = time.perf_counter() - began
        tier = answer.tiers[-1]
        total, count = total + seconds, count + 1
        reached += answer.proved and tier.value == one.best
        print(
            f"| {one.name} | {one.sense} | {one.best:,} | {tier.value:,} | {tier.bound:,.0f} | "
            f"{'yes' if answer.proved else 'no'} | {seconds:.2f} |",
            flush=True,
        )
    print(f"\n{options.solver}: {reached} of {count} reached and proved, {total:.1f} s in all")


if __name__ == "__main__":
    main()
