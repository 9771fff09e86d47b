"""What each choice costs everybody else: seconds for a panel, and for a sample of a borough, beside re-solving each.

`python -m benchmarks.opportunity --size panel`. Read ratios, not seconds: machines differ, and are shared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.instances import NAMES, instance
from matching.opportunity import Demand, what_each_costs
from matching.solvers import SOLVERS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for and print one line of a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=NAMES, default="panel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="so many pairs, evenly spread; 0 is all")
    parser.add_argument("--again", type=int, default=3, help="so many of them re-solved with the pair pinned")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)

    question = instance(options.size, options.seed)
    best = SOLVERS["bundles"](question).home_of
    pairs = np.arange(question.pairs)
    if options.sample:
        pairs = pairs[:: max(1, question.pairs // options.sample)]
    demands = [Demand((int(question.pair_child[p]),), int(question.pair_home[p])) for p in pairs]
    began = time.perf_counter()
    what_each_costs(question, best, demands[:1])
    start = time.perf_counter() - began
    began = time.perf_counter()
    found = what_each_costs(question, best, demands, workers=options.workers)
    seconds = time.perf_counter() - began

    began = time.perf_counter()
    for p in pairs[:: max(1, len(pairs) // max(options.again, 1))][: options.again]:
        SOLVERS["bundles"](question.with_pins(np.array([p])))
    again = (time.perf_counter() - began) / max(options.again, 1)
    outcomes = sorted({cost.outcome.value for cost in found})
    print("| size | demands | outcomes | to start, s | in all, s | each, ms | re-solving one, ms | times faster |")
    print("|---|---|---|---|---|---|---|---|")
    each = seconds / len(demands)
    print(
        f"| {options.size} | {len(demands)} | {', '.join(outcomes)} | {start:.2f} | {seconds:.2f} | {1000 * each:.1f} "
        f"| {1000 * again:.0f} | {again / each:.0f} |"
    )


if __name__ == "__main__":
    main()
