"""Attacks what is told of fairness, and times what is worked out for it: `python -m benchmarks.fairness`.

1. Made-up rounds of many sizes: small numbers hidden, then sought by the project's attacker, who reads all tables of a
   round together, each to its rounding. With `--pairs`, of two rounds that share most of their children too, and of
   those who came or left between them.
2. A made-up council: how long figures, longer waits, stand-ins and tables take, and how many cases there are.

Prints its tables. Exits with 1 where anything was found.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from matching.envy import envy_of
from matching.fairness import fairness_of, fairness_table
from matching.fairness_groups import Grouped, groups_of
from matching.fairness_hiding import Safe, attacked, safely, tables_of
from matching.fairness_outcomes import MEASURES
from matching.fairness_proxies import proxies
from matching.fairness_time import attacked_together
from matching.policy import read_policy
from matching.propose import propose
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Child, Records, Route
from records.sources.folder import read
from reporting.disclosure import Refused, Rules

DAY = date(2026, 11, 2)
RULES = Rules()
GroupsAndValues = tuple[dict[str, Grouped], dict[str, Any]]


def made_up(rng: np.random.Generator, children: int) -> GroupsAndValues:
    """Groups and outcomes of children drawn at random, a few of some groups and many of others."""
    ethnic = rng.dirichlet(np.full(6, 0.7))
    told = tuple(
        Child(
            f"C{i:05d}",
            DAY - timedelta(days=int(rng.integers(50, 6_500))),
            (Route.FOSTER,),
            DAY - timedelta(days=int(rng.integers(0, 300))),
            sex=[None, "M", "F"][rng.choice(3, p=[0.04, 0.5, 0.46])],
            ethnicity=[None, "WBRI", "MWBC", "AIND", "BAFR", "OOTH"][rng.choice(6, p=ethnic)],
            religion=[None, "christian", "muslim", "none", "sikh"][rng.choice(5, p=[0.3, 0.3, 0.2, 0.15, 0.05])],
            needs_must=tuple(rng.choice(["autism", "uasc", "trauma"], int(rng.integers(0, 2))).tolist()),
            family_id=f"F{rng.integers(0, children)}",
        )
        for i in range(children)
    )
    groups = groups_of(Records(DAY, children=told))
    values = {one.key: (rng.random(children) < rng.uniform(0.3, 0.97)).astype(np.float64) for one in MEASURES}
    for one in MEASURES:
        if one.key != "placed":
            values[one.key][rng.random(children) < rng.uniform(0.0, 0.5)] = np.nan
        if one.of_placed:
            values[one.key][values["placed"] == 0] = np.nan
    values["siblings_together"][groups["siblings"].members("one child")] = np.nan
    return groups, values


def some_of(drawn: GroupsAndValues, mask: Any) -> Safe | None:
    """The print of some of the children; None where it is refused."""
    groups, values = drawn
    part = {name: Grouped(name, one.names, one.of[mask]) for name, one in groups.items()}
    try:
        return safely(tables_of(part, {key: value[mask] for key, value in values.items()}), RULES)
    except Refused:
        return None


def rounds(count: int, seed: int, *, pairs: bool) -> int:
    """Attack so many made-up rounds; gives how many small numbers were found."""
    rng = np.random.default_rng(seed)
    small = hidden = printed = found = refused = together = least = 0
    began = time.perf_counter()
    for _ in range(count):
        children = int(rng.choice([15, 40, 80, 150, 300, 700]))
        drawn = made_up(rng, children)
        everybody = np.ones(children, dtype=np.bool_)
        safe = some_of(drawn, everybody)
        if safe is None:
            refused += 1
            continue
        counts = safe.cells.counts[0]
        small += int(((counts > 0) & (counts <= RULES.small_to)).sum())
        hidden += int(safe.hidden.sum())
        printed += int((~safe.hidden).sum())
        least += safe.proved
        found += attacked(safe, RULES)
        if pairs:
            together += _together(rng, drawn, children)
    print(f"{count} rounds of 15 to 700 children, {time.perf_counter() - began:.0f} s")
    print(f"small numbers {small:,}; not printed {hidden:,}; printed {printed:,}; least possible in {least} rounds")
    print(f"refused {refused}; worked out {found}" + (f"; of two rounds together {together}" if pairs else ""))
    return found + together


def _together(rng: np.random.Generator, drawn: GroupsAndValues, children: int) -> int:
    left, came = rng.random(children) < 0.1, rng.random(children) < 0.1
    here = ~came, ~left
    prints = [some_of(drawn, mask) for mask in here]
    if prints[0] is None or prints[1] is None:
        return 0
    flows = {
        ((name, group),): (
            int((one.members(group) & here[0] & ~here[1]).sum()),
            int((one.members(group) & ~here[0] & here[1]).sum()),
        )
        for name, one in drawn[0].items()
        for group in one.names
    }
    return attacked_together(prints[0], prints[1], flows, RULES)


def council(children: int, seed: int) -> None:
    """Time what is worked out for one made-up council."""
    with tempfile.TemporaryDirectory() as folder:
        synthetic.write(synthetic.council(children, seed=seed), Path(folder))
        records = check(read(Path(folder)), synthetic.DAY, Directory())
    proposal = propose(records, read_policy())
    began = time.perf_counter()
    fair = fairness_of(proposal)
    figures = time.perf_counter()
    found = envy_of(proposal)
    envied = time.perf_counter()
    told = proxies(proposal, fair.groups)
    held = time.perf_counter()
    table = fairness_table(fair)
    ended = time.perf_counter()
    print(f"{len(records.children)} children, {len(records.homes)} homes, {proposal.question.pairs:,} lawful pairs")
    print(
        f"figures {figures - began:.2f} s: {len(fair.figures)}, {len(fair.stand_out)} stand out of {fair.looks} looks"
    )
    print(f"longer waits {envied - figures:.2f} s: {found.count} of {found.wishes} wishes, "
          f"{len(found.unexplained)} that no priority justifies")  # fmt: skip
    print(f"stand-ins {held - envied:.2f} s: {sum(one.stands for one in told)} of {len(told)} stand")
    print(f"hiding {ended - held:.2f} s: {(table['hidden'] == 'Y').mean():.0%} of the rows hidden")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--pairs", action="store_true", help="two rounds together too")
    asked.add_argument("--children", type=int, nargs="*", default=[60])
    given = asked.parse_args(arguments)
    found = rounds(given.rounds, given.seed, pairs=given.pairs)
    for children in given.children:
        council(children, given.seed)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
