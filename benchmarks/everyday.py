"""What is asked every day: one emergency child against a borough's register; the same answer with more workers."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.instances import instance
from matching.explain import ranking_sections
from matching.policy import Policy
from matching.propose import propose
from matching.question import Solution
from matching.results import work_out
from matching.solvers import SOLVERS
from records.check import check
from records.geography import Directory
from records.model import PlacementNeed, Records
from records.sources.folder import read
from records.synthetic import DAY, borough, write

SOLVER = "bundles"
WORKERS = (1, 2, 4)


def everyday(*, quick: bool = False, limit: float = 600.0) -> Iterator[dict[str, Any]]:
    """Each figure with what it is and its goal; `limit` in seconds for each solve."""
    yield from emergencies(seed=1, children=5 if quick else 20)
    for size in ("drawn-panel",) if quick else ("drawn-panel", "borough", "drawn-borough"):
        yield same_bytes(size, seed=1, limit=limit)


def emergencies(seed: int, children: int) -> Iterator[dict[str, Any]]:
    """Seconds from a loaded register to ranked homes with reasons, for one child who needs a home today."""
    with TemporaryDirectory() as folder:
        write(borough(seed), Path(folder))
        records = check(read(Path(folder)), DAY, Directory())
    tried = [one_child(records, child.child_id) for child in records.children[:children]]
    tried[0] = one_child(records, records.children[0].child_id)  # warm, like all the others
    seconds = sorted(took for took, _ in tried)
    homes = sorted(ranked for _, ranked in tried)[len(tried) // 2]
    yield {
        "what": f"one emergency child against {len(records.homes)} homes, ranked with reasons, after load: "
        f"median of {children} children ({homes} homes ranked)",
        "figure": f"{seconds[len(seconds) // 2]:.2f} s, longest {seconds[-1]:.2f} s",
        "goal": "at most 0.3 s",
    }


def one_child(records: Records, child_id: str) -> tuple[float, int]:
    """Seconds, and homes ranked, when the round is this child alone, in an emergency."""
    child = next(c for c in records.children if c.child_id == child_id)
    alone = replace(records, children=(replace(child, placement_need=PlacementNeed.EMERGENCY),), siblings=())
    began = time.perf_counter()
    proposal = propose(alone, Policy(), solver=SOLVER)
    results = work_out(proposal)
    pages = ranking_sections(results, results.units[0])
    seconds = time.perf_counter() - began
    if not pages:
        raise RuntimeError("nothing was shown")
    return seconds, sum(len(group) for group in results.units[0].groups)


def same_bytes(size: str, seed: int, limit: float) -> dict[str, Any]:
    """Whether the answer is the same, byte for byte, whatever the number of workers.

    Only answers that were finished can be compared: where a clock strikes depends on the clock.
    """
    question = instance(size, seed)
    row = {
        "what": f"{size} {seed}: plan, values, bounds and proofs with 1, 2 and 4 workers (sha256)",
        "goal": "the same bytes",
    }
    answers: dict[int, str] = {}
    for workers in WORKERS:
        answer = SOLVERS[SOLVER](question, workers=workers, time_limit=limit)
        if not answer.unique:
            return {**row, "figure": f"nothing to compare: not finished in {limit:.0f} s with {workers}"}
        answers[workers] = digest(answer)
    same = len(set(answers.values())) == 1
    listed = ", ".join(f"{workers}: {answer[:12]}" for workers, answer in answers.items())
    return {**row, "figure": f"{'the same' if same else 'NOT the same'} ({listed})"}


def digest(solution: Solution) -> str:
    """The sha256 of all that an answer says but how long it took."""
    said = [(t.name, t.value, t.bound, t.proved) for t in solution.tiers]
    text = repr((solution.home_of.tolist(), said, solution.unique, solution.notes))
    return hashlib.sha256(text.encode()).hexdigest()
