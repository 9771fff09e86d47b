"""How long targets take, and how far from the best they are: `python -m benchmarks.targets`.

A made-up council with six (or nine) kinds of home, twelve quarters and as many futures as asked for, drawn as arrays.
Prints, for each kind of promise, seconds of one processor to solve one sample to 0.1% of the cost that a plan can
change; then the whole answer: samples, the check on futures that the plan never saw, and the gap with its bound.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from sufficiency.targets import Aim, Effort, TargetQuestion, solve_targets
from sufficiency.targets_frontier import frontier, frontier_rows
from sufficiency.targets_solve import solve

KINDS = (
    "mainstream_0_4",
    "mainstream_5_10",
    "mainstream_11_15",
    "teenagers",
    "siblings_two",
    "specialist",
    "siblings_three_or_more",
    "parent_and_child",
    "supported_lodgings",
)
WANTED = np.array([38.0, 40, 35, 25, 35, 12, 12, 3, 9])
HOMES = np.array([30.0, 38, 22, 11, 16, 3, 8, 2, 9])
PLACES = np.array([2.07, 2.07, 2.07, 1.5, 2.2, 1.0, 3.1, 1.0, 1.4])


def council(futures: int, quarters: int = 12, kinds: int = 6, seed: int = 1) -> TargetQuestion:
    """Need that drifts and varies, homes that dwindle, and children who can live in some of them."""
    rng = np.random.default_rng(seed)
    level = np.exp(
        rng.normal(0, 0.08, (futures, 1, 1)) + np.cumsum(rng.normal(0, 0.02, (futures, quarters, 1)), axis=1)
    )
    staying = 0.97 ** np.arange(1, quarters + 1)
    usable = np.full((kinds, kinds), 0.02)
    for home in range(min(kinds, 4)):
        usable[home, max(0, home - 1) : home + 2] = 0.3
    usable[4:6, :4] = 0.2
    np.fill_diagonal(usable, 0.85)
    there = np.concatenate([[0.5], 0.97 ** (np.arange(1, quarters) - 0.5)])
    names = tuple(f"{2027 + q // 4}-{(28 + q // 4) % 100}" for q in range(quarters))
    years = len(dict.fromkeys(names))
    keeps = np.zeros((years, quarters, kinds))
    for year in range(years):
        keeps[year, 4 * year :] = 0.06 * np.minimum(np.arange(1, quarters - 4 * year + 1), 4)[:, None]
    takes = np.ones((4, kinds))
    takes[:2, KINDS[:kinds].index("specialist")] = 0.0
    room = np.array([60.0, 6.0, 60.0, 1e6])
    return TargetQuestion(
        quarters=tuple(f"{name} Q{q % 4 + 1}" for q, name in enumerate(names)),
        years=names,
        homes=KINDS[:kinds],
        needs=KINDS[:kinds],
        elsewhere=("agency", "other_authority", "residential", "out_of_area"),
        number=np.arange(futures),
        wanted=rng.poisson(WANTED[:kinds] * level * 3) / 3,
        places=rng.binomial(2 * HOMES[:kinds].astype(int), 0.5, (futures, quarters, kinds)) * staying[:, None] * 1.2,
        usable=usable,
        brings=there[:, None] * PLACES[:kinds] * 0.78,
        there=np.repeat(there[:, None], kinds, axis=1),
        pipeline=np.full((quarters, kinds), 0.3),
        most=np.where(np.arange(quarters)[:, None] >= 3, 8, 0) * np.ones((1, kinds), dtype=np.int64),
        effort=np.full(kinds, 1 / 0.33),
        capacity=np.full(quarters, 40.0),
        enquiries=np.full(kinds, 8 / 0.33),
        lead=3,
        recruit=np.full(kinds, 14_500.0),
        support=np.full(kinds, 17_500 / 4),
        own_price=np.full(quarters, 460 * 13.04),
        price=np.tile(np.array([965, 1000, 5289, 5500]) * 13.04, (quarters, 1)),
        limit=np.broadcast_to(room, (futures, quarters, 4)).copy(),
        takes=takes,
        beds_at=2,
        beds_wanted=rng.poisson(34.0, (futures, quarters)).astype(np.float64),
        bed_price=np.full(quarters, 3370 * 13.04),
        most_beds=10,
        keeps=keeps,
        keeping_price=np.full(years, 60_000.0),
        keeping_steps=0,
        budget=np.full(years, np.inf),
        worth=1.035 ** -((np.arange(quarters) + 0.5) / 4),
    )


AIMS = {
    "no promise": Aim(0.0),
    "share, 80%": Aim(0.8, from_quarter=8),
    "share, 95%": Aim(0.95, from_quarter=8),
    "share, 80% for each need": Aim(0.8, from_quarter=8, each_need=True),
    "tail, 80%": Aim(0.8, "tail", from_quarter=8),
    "futures, 80% (nine in ten children)": Aim(0.8, "futures", from_quarter=8, enough=0.9),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=200, help="of one sample")
    parser.add_argument("--kinds", type=int, default=6, choices=range(6, 10), help="kinds of home, and of need")
    parser.add_argument("--checked", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=300.0, help="for one sample, at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--whole", action="store_true", help="samples, check, gap, frontier too")
    asked = parser.parse_args(arguments)
    print(
        f"| {asked.kinds} kinds, 12 quarters, {asked.futures} futures | approvals | cost | gap | seconds of processor |"
    )
    print("|---|---|---|---|---|")
    question = council(asked.futures, kinds=asked.kinds)
    for name, aim in AIMS.items():
        began = time.process_time()
        try:
            one: Any = solve(question, aim, seconds=asked.seconds)
        except Exception as error:
            print(f"| {name} | {type(error).__name__} | | | {time.process_time() - began:.1f} |")
            continue
        took = time.process_time() - began
        print(f"| {name} | {one.plan.approvals.sum()} | £{one.cost:,.0f} | {one.gap:.3%} | {took:.1f} |", flush=True)
    if not asked.whole:
        return 0
    effort = Effort(sample=asked.futures, checked=asked.checked, workers=asked.workers, seconds=asked.seconds)
    many = council(max(10 * asked.futures, 5 * asked.futures + asked.checked), kinds=asked.kinds, seed=2)
    for level in (0.8, 0.9, 0.95):
        began = time.perf_counter()
        answer = solve_targets(many, Aim(level, from_quarter=8), effort=effort)
        at = answer.checked.worst
        print(
            f"\n{level:.0%} promised: {answer.verdict}; worst quarter {answer.checked.reached[at]:.2%} "
            f"({answer.checked.low[at]:.2%} to {answer.checked.high[at]:.2%}) of {answer.checked_on:,} futures; gap "
            f"£{answer.gap.mean:,.0f}, at most £{answer.gap.upper:,.0f} ({answer.gap.share:.2%}) with 95% confidence; "
            f"net saving £{answer.saved.mean:,.0f}; {time.perf_counter() - began:.0f} s by the clock",
            flush=True,
        )
    began = time.perf_counter()
    print("\n" + frontier_rows(frontier(many, Aim(0.8, from_quarter=8), effort=effort)).to_string(index=False))
    print(f"{time.perf_counter() - began:.0f} s by the clock")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
