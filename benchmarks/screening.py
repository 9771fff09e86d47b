"""A round of England's size: which homes are asked about, the rules and points of each pair; processor time, memory.

`python -m benchmarks.screening [CHILDREN HOMES MILES]` prints one line for each figure. Nobody in the records exists:
children and homes of several councils of `records.synthetic`, each where it is, with ids of their own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np

from matching.considerations import weigh
from matching.policy import Policy
from matching.pose import local_pairs, pose
from matching.propose import ask_about, usable_pairs, with_same_approval
from matching.rules.among import Among
from matching.rules.asked import Asked
from matching.rules.law import law_on
from matching.rules.register import Register
from matching.screen import screen
from records.check import check
from records.geography import Directory
from records.model import Location, Records
from records.sources.folder import read
from records.synthetic import DAY, TRAFFORD, council, write

T = TypeVar("T")

CHILDREN, HOMES, MILES = 10_000, 45_000, 10.0
ENGLAND_MILES = 350.0
"""Length of the square over which the made-up children and homes are scattered, in towns of which some are large."""
TOWNS = 300
TOWN_MILES = 6.0


def figures(
    children: int = CHILDREN, homes: int = HOMES, miles: float = MILES, seed: int = 1
) -> Iterator[dict[str, Any]]:
    """Each figure with what it is: processor seconds of each step, and the most memory used."""
    records = scattered(made_up(children, homes, seed), seed)
    policy = Policy(screen_miles=miles)
    register, took = timed(lambda: Register(records))
    yield {"what": f"{children:,} children and {homes:,} homes as columns", "seconds": took}
    asked = Asked(records.day, TRAFFORD, law_on(records.day), policy)
    screened, took = timed(lambda: screen(register, policy))
    pairs = screened.pairs
    yield {"what": f"screen of kind, place and {miles:g} miles: {len(pairs):,} pairs remain", "seconds": took}
    weighed, took = timed(lambda: weigh(register, asked, pairs))
    yield {"what": f"points of {len(pairs):,} pairs", "seconds": took}
    answers, took = timed(lambda: ask_about(pairs, Among(register), asked))
    yield {"what": f"rules of {len(pairs):,} pairs", "seconds": took}
    allowed = with_same_approval(frozenset(policy.allow))
    usable = usable_pairs(register, pairs, answers, allowed)
    local = local_pairs(register, asked, pairs, weighed.miles_home)
    question, took = timed(
        lambda: pose(
            register,
            asked,
            pairs.only(usable),
            points=weighed.points[usable],
            local=local[usable],
            allowed=allowed,
        )
    )
    yield {"what": f"question of {question.pairs:,} pairs that a plan may use", "seconds": took}
    yield {"what": "most memory", "megabytes": peak_megabytes()}


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the seconds of processor time it took: others use the machine too."""
    began = time.process_time()
    done = work()
    return done, round(time.process_time() - began, 2)


def made_up(children: int, homes: int, seed: int) -> Records:
    """Checked records of one made-up council of this size; as in life, most homes are full."""
    with TemporaryDirectory() as folder:
        write(council(children, homes, seed), Path(folder))
        return check(read(Path(folder)), DAY, Directory())


def scattered(records: Records, seed: int) -> Records:
    """The same children and homes in towns over a country, so that each child is near some homes and far from most.

    Every place is recorded and no distance deliberate: the radius would not apply to such children and homes.
    """
    chance = np.random.default_rng(seed)
    size = chance.pareto(2.5, TOWNS) + 1.0
    towns = chance.uniform(0, ENGLAND_MILES * 1609.3, (TOWNS, 2))

    def places(count: int) -> list[Location]:
        town = chance.choice(TOWNS, count, p=size / size.sum())
        at = towns[town] + chance.normal(0, TOWN_MILES * 1609.3, (count, 2))
        return [Location(float(e), float(n)) for e, n in at]

    ids = sorted({c.family_id or c.child_id for c in records.children})
    home_of = dict(zip(ids, places(len(ids)), strict=True))
    return replace(
        records,
        children=tuple(
            replace(c, home=home_of[c.family_id or c.child_id], distance_reason=None) for c in records.children
        ),
        homes=tuple(
            replace(h, location=place) for h, place in zip(records.homes, places(len(records.homes)), strict=True)
        ),
    )


def peak_megabytes() -> int | None:
    """The most memory this process has used; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1 << 20 if sys.platform == "darwin" else 1 << 10))


if __name__ == "__main__":
    given = [float(text) for text in sys.argv[1:]]
    for figure in figures(*(int(one) for one in given[:2]), *given[2:]):
        print(*(f"{value}" for value in figure.values()), sep="\t", flush=True)
