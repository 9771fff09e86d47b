"""Times every kind of other plan on one size of round: `python -m benchmarks.alternatives --size panel`.

The previous plan of least change is the best plan of the round before one in eight pairs was lost.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks.instances import NAMES, instance
from matching.alternatives import (
    at_a_price,
    back_ups,
    best_with_fewest_changes,
    certainty,
    curve,
    different_plans,
    fewest_changes,
)
from matching.question import Ints, Question, Solution
from matching.solvers import SOLVERS

PARTS = ("certainty", "different", "back-up alone", "back-up", "fewest", "price", "curve")


def lost_some(question: Question) -> Question:
    """The same round after one pair in eight, drawn by ids, was lost."""
    return question.with_pairs(question.tie_break(7) % 8 != 0)


def measure(part: str, question: Question, solution: Solution, previous: Ints, limit: float) -> str:
    """What one part found, in words."""
    if part == "certainty":
        sure = certainty(question, solution, time_limit=limit)
        words = [kind.value for _, kind, _ in sure.groups()]
        counted = ", ".join(f"{words.count(word)} {word}" for word in sorted(set(words)))
        return (
            f"{counted}; {len(sure.plans)} plans{' (all)' if sure.all_plans else ''}; {sure.proved.mean():.0%} proved"
        )
    if part == "different":
        found = different_plans(question, solution, time_limit=limit)
        return "; ".join(
            f"differs in {min(plan.groups_differ)} groups (bound {plan.most}), proved {plan.best_of_these}"
            for plan in found.plans
        )
    if part == "back-up alone":
        backed = back_ups(question, solution, others_may_move=False, time_limit=limit)
        return f"{len(backed)} groups, {sum(all(one.alone.proved) for one in backed)} proved"
    if part == "back-up":
        backed = back_ups(question, solution, time_limit=limit)
        best = [one.best for one in backed if one.best is not None]
        proved = sum(all(after.proved) for after in best)
        moved = sum(len(after.moved) for after in best)
        return f"{len(backed)} groups, {proved} proved; others moved {moved} times"
    if part == "fewest":
        first = best_with_fewest_changes(question, solution, previous, time_limit=limit)
        few = fewest_changes(question, solution, previous, time_limit=limit)
        at_best = f"{len(first.changed)} changed at best (proved {first.proved})"
        return f"{at_best}, {len(few.changed)} within (proved {few.proved})"
    if part == "price":
        priced = at_a_price(question, solution, previous, 50, time_limit=limit)
        return f"{len(priced.changed)} changed at 50 points each, proved {priced.proved}"
    traced = curve(question, solution, previous, time_limit=limit)
    return f"{len(traced.plans)} plans, {[len(p.changed) for p in traced.plans]}, complete {traced.complete}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="panel", choices=NAMES)
    parser.add_argument("--seeds", type=lambda text: [int(s) for s in text.split(",")], default=[1])
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for each part")
    parser.add_argument("--solver", default="cpsat", choices=sorted(SOLVERS))
    options = parser.parse_args(arguments)
    print("| size | seed | what | seconds | found |\n|---|---|---|---|---|")
    for seed in options.seeds:
        whole = instance(options.size, seed)
        question = lost_some(whole)
        solve = SOLVERS[options.solver]
        previous = solve(whole).home_of
        solution = timed(options.size, seed, "plan", partial(solve, question), str_of_plan)
        for part in options.parts:
            run = partial(measure, part, question, solution, previous, options.limit)
            timed(options.size, seed, part, run, str)


def str_of_plan(solution: Solution) -> str:
    """The tiers."""
    return ", ".join(f"{t.name} {t.value}" for t in solution.tiers)


def timed(size: str, seed: int, what: str, run: Callable[[], Any], words: Callable[[Any], str]) -> Any:
    """Run, print a line, give back what came."""
    began = time.perf_counter()
    result = run()
    print(f"| {size} | {seed} | {what} | {time.perf_counter() - began:.2f} | {words(result)} |", flush=True)
    return result


if __name__ == "__main__":
    main()
