"""Times need, supply and the futures they make together: `python -m benchmarks.future`.

A made-up council of 340 children, 1,000 futures of ten years; a region of ten councils; the plan of approvals for 200
futures of three years; and how far usable shares are from the matcher. Each is measured in a process of its own, by
the clock, by the processor, and at its most memory. The table goes into `README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

# Workers load this module first, as they would the command line: what it needs is loaded where it is used.

HERE: Final = Path(__file__).parent
BEGIN: Final = "<!-- future: written by benchmarks.future -->"
END: Final = "<!-- end of future -->"
COUNCIL: Final = 1_029
"""Seed of the made-up council of the world `drift` that has 340 children in care on its last day."""
REGION: Final = tuple(range(1_020, 1_030))
GOALS: Final = {"council": 20.0, "region": 240.0, "targets": 60.0}
"""Seconds by the clock on two cores."""
GAP: Final = 0.001
PARTS: Final = ("council", "region", "targets")


@dataclass(slots=True)
class Watch:
    """Seconds of each stage by the clock and of the processor, workers that have ended included."""

    stages: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add up what is done within."""
        clock, used = time.perf_counter(), processor()
        yield
        before = self.stages.get(name, (0.0, 0.0))
        self.stages[name] = before[0] + time.perf_counter() - clock, before[1] + processor() - used


def processor() -> float:
    """Seconds of the processor so far, of this process and of those it started that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def peak_mb(workers: int) -> float:
    """The most memory of this process, with so many workers at the most of the largest."""
    try:
        import resource
    except ImportError:
        return float("nan")
    each = 1024**2 if sys.platform == "darwin" else 1024
    own, theirs = (resource.getrusage(who).ru_maxrss / each for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return float(own + workers * theirs)


def history(seed: int) -> Any:
    """A made-up council's."""
    from benchmarks.need_worlds import as_return, authority
    from sufficiency.history import history_of

    return history_of(as_return(authority("drift", seed)))


def in_care(one: Any) -> Any:
    """[groups, ages] children on the last day of a history."""
    import numpy as np

    from sufficiency.counts import stock

    return stock(one, np.array([one.until - 1]))[0]


def played(one: Any, watch: Watch, draws: int, months: int, workers: int) -> Any:
    """A council's need, supply and futures, and the homes it starts from."""
    # Loaded here, so that what is measured is the play.
    from sufficiency.cost import cost_of
    from sufficiency.cost_settings import cost_settings
    from sufficiency.future import play_future
    from sufficiency.future_settings import future_settings
    from sufficiency.homes_play import Played
    from sufficiency.homes_start import living_now, start_of
    from sufficiency.need import fit_need, play_need, settings_of
    from sufficiency.scenario import baseline
    from sufficiency.segments import segments
    from sufficiency.supply import play_supply, supply_settings
    from sufficiency.usable import packaged_usable
    from sufficiency.wanted import wanted_from

    there = start_of(baseline(), living_now(in_care(one)))
    scenario = there.scenario
    with watch.stage("rates"):
        model = fit_need(one, settings_of(scenario))
    with watch.stage("need"):
        forecast = play_need(model, months=months, draws=draws, seed=1, workers=workers, parts=False)
    with watch.stage("supply"):
        settings = supply_settings(scenario)
        supply = play_supply(there.households, settings, months=months, draws=draws, seed=1, workers=workers)
    with watch.stage("needs of children"):
        wanted = wanted_from(one, forecast, segments(one, scenario, seed=1), scenario, seed=1)
    with watch.stage("futures"):
        future = play_future(wanted, supply, packaged_usable(), future_settings(scenario), seed=1)
    with watch.stage("money"):
        costs = cost_of(forecast, wanted, future, supply, cost_settings(scenario), seed=1)
    return there, Played(forecast, supply, wanted, future, costs)


def council(draws: int, months: int, workers: int) -> dict[str, Any]:
    """One council with all the workers there are."""
    one, watch = history(COUNCIL), Watch()
    there, found = played(one, watch, draws, months, workers)
    return {
        "stages": watch.stages,
        "children": int(in_care(one).sum()),
        "households": len(there.households),
        "unmet": float(found.future.unmet[:, -1].sum(axis=1).mean()),
        "peak_mb": peak_mb(workers),
    }


def _of_region(seed: int, draws: int, months: int) -> tuple[int, float]:
    one = history(seed)
    _, found = played(one, Watch(), draws, months, 1)
    return int(in_care(one).sum()), float(found.future.unmet[:, -1].sum(axis=1).mean())


def region(draws: int, months: int, workers: int) -> dict[str, Any]:
    """Ten councils, each by one worker, from the return to the futures."""
    from matching.workers import pool_of

    watch = Watch()
    with watch.stage("all"), pool_of(workers) as pool:
        found = list(pool.map(_of_region, REGION, [draws] * len(REGION), [months] * len(REGION)))
    return {"stages": watch.stages, "children": sum(children for children, _ in found), "peak_mb": peak_mb(workers)}


def targets(workers: int, futures: int = 200) -> dict[str, Any]:
    """The plan for twelve quarters of one sample of futures, to a gap of a thousandth."""
    from sufficiency.homes_targets import asked_of
    from sufficiency.levers import NO_PULLS
    from sufficiency.targets_from import Calendar, aim_of
    from sufficiency.targets_solve import solve
    from sufficiency.usable import packaged_usable

    one, watch = history(COUNCIL), Watch()
    there, found = played(one, Watch(), futures, 38, workers)
    question = asked_of(found, there, packaged_usable(), NO_PULLS, seed=1)
    aim = aim_of(there.scenario, Calendar.of(found.wanted.month_ends))
    with watch.stage("plan"):
        solved = solve(question, aim, gap=GAP)
    return {
        "stages": watch.stages,
        "kinds": len(question.homes),
        "quarters": len(question.quarters),
        "futures": len(question.number),
        "gap": solved.gap,
        "done": solved.done,
        "peak_mb": peak_mb(0),
    }


def measured(part: str, draws: int, months: int, workers: int) -> dict[str, Any]:
    """One part, in a process of its own that sees nothing of the others."""
    command = [sys.executable, "-m", "benchmarks.future", "--alone", part]
    given = ["--draws", str(draws), "--months", str(months), "--workers", str(workers)]
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([*command, *given], check=True, capture_output=True, text=True, env=alone, cwd=HERE.parent)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def table(found: Mapping[str, Mapping[str, Any]], draws: int, months: int, load: float) -> str:
    """Markdown of all that was measured."""
    from sufficiency.usable import packaged_usable

    rows = [
        "| what | by the clock | of the processor | goal by the clock | most memory |",
        "|---|---|---|---|---|",
    ]
    if "council" in found:
        one = found["council"]
        goal = [stage for stage in one["stages"] if stage not in ("rates", "money")]
        clock, used = (sum(one["stages"][stage][k] for stage in goal) for k in (0, 1))
        rows.append(
            f"| **need, supply and futures**: {one['children']} children, {one['households']} households, {draws:,} "
            f"futures of {months} months | **{clock:.1f} s** | {used:.1f} s | {GOALS['council']:.0f} s | "
            f"{one['peak_mb']:,.0f} MB |"
        )
        for stage, (seconds, of_processor) in one["stages"].items():
            beside = "" if stage in goal else ", beside the goal"
            rows.append(f"| its {stage}{beside} | {seconds:.1f} s | {of_processor:.1f} s | | |")
    if "region" in found:
        one = found["region"]
        clock, used = one["stages"]["all"]
        rows.append(
            f"| **a region of {len(REGION)}**: {one['children']:,} children, each from its return to its money | "
            f"**{clock:.0f} s** | {used:.0f} s | {GOALS['region']:.0f} s | {one['peak_mb']:,.0f} MB |"
        )
    if "targets" in found:
        one = found["targets"]
        clock, used = one["stages"]["plan"]
        ended = "" if one["done"] else ", stopped by the time limit"
        rows.append(
            f"| **plan of approvals**: {one['kinds']} kinds of home, {one['quarters']} quarters, {one['futures']} "
            f"futures, gap {one['gap']:.2%}{ended} | **{clock:.1f} s** | {used:.1f} s | {GOALS['targets']:.0f} s | "
            f"{one['peak_mb']:,.0f} MB |"
        )
    usable = packaged_usable()
    rows += [
        "",
        f"Two workers at most. The machine did other work: {load:.1f} processes wished to run on its {os.cpu_count()} "
        "cores on average, so that the clock says more than it would alone; seconds of the processor are more too.",
        f"Usable shares of the national default are {100 * usable.error:.1f} points from the matcher, on average over "
        f"the cells of {usable.days} held-out days (`python -m benchmarks.usable`).",
    ]
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the table."""
    options = _options(arguments)
    if options.alone:
        each: dict[str, Callable[[], dict[str, Any]]] = {
            "council": lambda: council(options.draws, options.months, options.workers),
            "region": lambda: region(options.draws, options.months, options.workers),
            "targets": lambda: targets(options.workers),
        }
        print(json.dumps(each[options.alone]()))
        return
    found, loads = {}, []
    for part in options.parts:
        found[part] = measured(part, options.draws, options.months, options.workers)
        loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
        print(part, json.dumps(found[part]), flush=True)
    text = table(found, options.draws, options.months, sum(loads) / len(loads))
    print(text)
    if not options.dry:
        from benchmarks.need import put_between

        readme = HERE / "README.md"
        whole = put_between(readme.read_text(encoding="utf-8"), text, BEGIN, END)
        readme.write_text(whole, encoding="utf-8", newline="\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.future", description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--alone", choices=PARTS, help="measure one part in this process and print it as JSON")
    parser.add_argument("--dry", action="store_true", help="print the table and write nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
