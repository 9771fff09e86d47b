"""One run of one solver in this process: `python -m benchmarks.alone SIZE SEED SOLVER LIMIT WORKERS MEMORY_MB`.

Prints one line of JSON for every plan on the way and a last one for the answer, so that whoever started it knows
how far a run came that was killed.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.greedy import solve_greedy
from benchmarks.instances import instance
from benchmarks.peers import solve_pair_cpsat, solve_pair_cpsat_pinned, solve_plain_cpsat
from matching.bundles import bundles_of
from matching.question import Question, Solution
from matching.solvers import SOLVERS, Solver
from matching.solvers.apart import limit_memory
from matching.solvers.exhaustive import lawful_plan

COMPARED: dict[str, Solver] = {
    **SOLVERS,
    "greedy": solve_greedy,
    "pair-cpsat": solve_pair_cpsat,
    "pair-cpsat-pinned": solve_pair_cpsat_pinned,
    "plain-cpsat": solve_plain_cpsat,
}
FEW_ENOUGH_TO_COUNT = 200_000
"""Pairs up to which the bundles are counted beside a run that does not use them."""


def measure(size: str, seed: int, solver: str, limit: float, workers: int, memory_mb: int) -> dict[str, Any]:
    """One run, its plan checked against the law of every home."""
    began = time.perf_counter()
    question = instance(size, seed)
    making = time.perf_counter() - began
    before = peak_mb()
    limit_memory(memory_mb)
    first_report: list[float] = []
    began = time.perf_counter()

    def watch(*_: object) -> None:
        if not first_report:
            first_report.append(time.perf_counter() - began)

    def run(found: Solution, **more: object) -> dict[str, Any]:
        return {
            **described(question, size, seed, solver, workers),
            "making_the_question": round(making, 3),
            "first_report": round(first_report[0], 3) if first_report else None,
            "tiers": [(t.name, t.value, t.bound, t.proved, t.seconds) for t in found.tiers],
            "values": question.values_of(found.home_of),
            "unique": found.unique,
            "seconds": round(time.perf_counter() - began, 3),
            "peak_mb": peak_mb(),
            "peak_mb_before": before,
            "note": " ".join(found.notes),
            **more,
        }

    def keep(found: Solution) -> None:
        print(json.dumps({"so_far": run(found)}), flush=True)

    found = COMPARED[solver](question, time_limit=limit, workers=workers, watch=watch, keep=keep)
    answer = run(found)
    if question.pairs <= FEW_ENOUGH_TO_COUNT:
        answer["bundles"] = len(bundles_of(question))
    if not lawful_plan(question, found.home_of):
        raise RuntimeError(f"the plan of {solver} is not lawful")
    return answer


def described(question: Question, size: str, seed: int, solver: str, workers: int) -> dict[str, Any]:
    """What was run."""
    return {
        "size": size,
        "seed": seed,
        "children": question.children,
        "homes": question.homes,
        "pairs": question.pairs,
        "solver": solver,
        "workers": workers,
    }


def peak_mb() -> float | None:
    """The most memory this process has held, in megabytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


if __name__ == "__main__":
    size, seed, solver, limit, workers, memory_mb = sys.argv[1:]
    print(json.dumps({"done": measure(size, int(seed), solver, float(limit), int(workers), int(memory_mb))}))
