"""Times previews, one lever or figure after another: `python -m benchmarks.preview [--figures SOME]`.

A council is kept warm and asked for the baseline beside the baseline with one thing changed: each lever pulled to the
size of a real plan from the first month on, each figure moved to another value. Every ask is new to it. Prints the
seconds of each by the clock and of the processor (on a shared machine the clock tells more of the others), then how
long it takes to get warm, the median, the 95th percentile and the memory of the process.

- `--figures levers` (31 asks), `main` (those that the app shows first; about a minute) or `all`
- `--register FOLDER`: the council's own homes; which of them can be used is learnt once, and kept with `--keep FOLDER`
- `--draws 100`: futures of each
- `--times 3`: the council's children so many times over, for larger councils (of the made-up council alone)
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.alone import peak_mb
from sufficiency.batch_councils import BatchCouncil
from sufficiency.batch_made_up import NAME, made_up_council, made_up_returns
from sufficiency.need_words import date_of
from sufficiency.preview import DRAWS
from sufficiency.preview_play import WarmCouncil
from sufficiency.scenario import Scenario, baseline
from sufficiency.scenario_faults import ScenarioError
from sufficiency.scenario_keys import KEYS
from sufficiency.scenario_schema import Flag, Lever, Number, Words
from sufficiency.scenario_values import Choice, Figure, Pulled

MAIN: Final = ("need.entries.", "need.segments.", "supply.", "fostering.", "cost.unit.", "cost.inflation.", "future.")
"""Beginnings of the names of figures that a council replaces first."""
PULLED: Final = {
    "months": -2.0,
    "assessments a month": 2.0,
    "households a year": 6.0,
    "enquiries a year": 20.0,
    "places": 5.0,
    "£ a week": 50.0,
}
"""How far levers are pulled, by unit; shares by a fifth. Ranges end where no council is."""
AIM: Final = 3.0
"""Seconds within which a preview is to be there."""


@dataclass(frozen=True, slots=True)
class Told:
    """One ask."""

    key: str
    seconds: float
    processor: float
    error: str = ""


def changes(begins: str, which: str) -> Iterator[tuple[str, Figure]]:
    """Each lever and figure, otherwise than the baseline has it."""
    for key in KEYS.values():
        if isinstance(key, Lever):
            value = PULLED.get(key.unit.text, min(0.2, key.range[1]))
            yield (
                key.name,
                Pulled(
                    key.name, value, key.unit.text, value, value, "benchmark", "2026", "unverified", "", begins, 0, None
                ),
            )
            continue
        if which == "levers" or (which == "main" and not key.name.startswith(MAIN)):
            continue
        there = baseline().get(key.name)
        if there is None:
            continue
        other = _other(key, there)
        if other is not None:
            yield key.name, other


def _other(key: object, there: Figure) -> Figure | None:
    if isinstance(key, Number) and not isinstance(there, Choice):
        least, most = key.range
        step = 1.0 if key.unit.whole else max(abs(there.value) / 10, (most - least) / 1000)
        value = there.value + step if there.value + step <= most else there.value - step
        value = float(np.clip(value, least, most))
        return replace(there, value=value, low=min(value, there.low), high=max(value, there.high))
    if isinstance(key, Flag) and isinstance(there, Choice):
        return replace(there, value=not there.value)
    if isinstance(key, Words) and isinstance(there, Choice):
        others = [one for one in key.choices if one != there.value]
        return replace(there, value=others[0]) if others else None
    return None


def asked(warm: WarmCouncil, first: Scenario, key: str, figure: Figure, draws: int) -> Told:
    """One thing changed, and how long the answer took."""
    other = replace(first, name=key, figures={k: one for k in KEYS if (one := {**first.figures, key: figure}.get(k))})
    clock, processor, error = time.perf_counter(), time.process_time(), ""
    try:
        warm.preview(first, other, draws)
    except (ScenarioError, ValueError) as why:
        error = str(why)[:100]
    return Told(key, time.perf_counter() - clock, time.process_time() - processor, error)


def larger(folder: Path, times: int) -> BatchCouncil:
    """The made-up council so many times over, every child under ids of their own."""
    for name, data in made_up_returns().items():
        rows = list(csv.reader(data.decode("utf-8").splitlines()))
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(rows[0])
            for k in range(times):
                out.writerows([[f"{row[0]}{'' if not k else f'-{k}'}", *row[1:]] for row in rows[1:]])
    return BatchCouncil(NAME, folder, made_up=True)


def main() -> int:
    """Time what was asked for; 1 where the 95th percentile is over three seconds of the processor."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--returns", type=Path)
    options.add_argument("--register", type=Path)
    options.add_argument("--keep", type=Path)
    options.add_argument("--figures", choices=("levers", "main", "all"), default="main")
    options.add_argument("--draws", type=int, default=DRAWS)
    options.add_argument("--times", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="placewell-benchmark-") as place:
        if given.returns is not None:
            council = BatchCouncil(given.returns.name, given.returns, given.register)
        elif given.times > 1:
            council = replace(larger(Path(place) / "returns", given.times), register=given.register)
        else:
            council = replace(made_up_council(Path(place) / "returns"), register=given.register)
        clock, processor = time.perf_counter(), time.process_time()
        warm = WarmCouncil(council, keep=given.keep)
        first = baseline()
        warm.preview(first, first, given.draws)
        got_warm = (time.perf_counter() - clock, time.process_time() - processor)
        begins = f"{date_of(warm.given.history.until):%Y-%m}"
        told = []
        for key, figure in changes(begins, given.figures):
            told.append(one := asked(warm, first, key, figure, given.draws))
            print(f"{one.key:48s} {one.seconds:7.2f} {one.processor:7.2f}  {one.error}".rstrip(), flush=True)
        children = sum(warm.players[-1].living.values())
    done = [one for one in told if not one.error]
    clocks, processors = (np.array([getattr(one, name) for one in done]) for name in ("seconds", "processor"))
    print(f"\n{len(done)} of {len(told)} asks answered; {children:,} children in care, {given.draws} futures")
    print(f"to get warm: {got_warm[0]:.1f} s by the clock, {got_warm[1]:.1f} s of the processor")
    for name, values in (("clock", clocks), ("processor", processors)):
        ends = np.quantile(values, (0.5, 0.95, 1.0))
        print(f"{name}: median {ends[0]:.2f} s, 95th percentile {ends[1]:.2f} s, slowest {ends[2]:.2f} s")
    print(f"most memory: {peak_mb() or 0:,.0f} MB")
    return int(float(np.quantile(processors, 0.95)) > AIM)


if __name__ == "__main__":
    sys.exit(main())
