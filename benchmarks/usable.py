"""Holds shares of usable vacancies to the matcher: `python -m benchmarks.usable`.

First a council of 340 children's homes, as the baseline assumes them: shares learnt on 60 days, held against 30 others.
Then small councils, a third of that size, week by week for a year with the matcher in the loop, beside the same
children with shares alone, and beside `play_future`. Writes `usable.md`. Takes some five minutes on two cores.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.policy import read_policy
from records.chance import Chance
from records.synthetic import DAY, TRAFFORD
from sufficiency.future import play_future
from sufficiency.future_settings import future_settings
from sufficiency.households import SEGMENTS
from sufficiency.scenario import baseline
from sufficiency.supply import Supply
from sufficiency.usable import Usable, packaged_usable
from sufficiency.usable_check import Check
from sufficiency.usable_curves import KNOTS, curves
from sufficiency.usable_days import Setting, days_of
from sufficiency.usable_exact import Stay, Weeks, play_by_shares, play_exact, stays_of
from sufficiency.usable_fit import fit_and_check, setting_of
from sufficiency.usable_places import spots_of
from sufficiency.usable_register import made_up_households
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]

PAGE: Final = Path(__file__).resolve().parent / "usable.md"
WEEKS: Final = 52
A_MONTH: Final = 4
RATES: Final = (1.0, 2.0, 3.5)
"""Children a week who come to a small council."""
STAY_WEEKS: Final = 40.0
THIRD: Final = 3
DRAWS: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One small council at one pressure: mean filled share of places and children unmet, in each play."""

    rate: float
    filled: tuple[float, ...]
    unmet: tuple[float, ...]
    seconds: float


def small_councils(councils: int, days: int, workers: int, tell: Any) -> list[Row]:
    """Each small council at each pressure."""
    scenario, policy = baseline(), read_policy()
    rows = []
    for number in range(councils):
        made = setting_of(scenario, scenario, 100 + number, policy)
        homes = made_up_households(scenario, Chance(np.random.default_rng(number)), spots_of(TRAFFORD), DAY)[::THIRD]
        setting = replace(made, scenario=None, households=homes)
        usable = learnt(setting, days, workers)
        for rate in RATES:
            rows.append(one_row(setting, usable, rate, number))
            tell(f"council {number + 1} of {councils}, {rate:g} children a week")
    return rows


def learnt(setting: Setting, days: int, workers: int) -> Usable:
    """Shares of one small council's homes, leaning on the national default as any register's do."""
    found = days_of(setting, range(days), workers=workers)
    knots = np.array(KNOTS)
    parent = packaged_usable().at(np.repeat(knots[:, None], len(SEGMENTS), axis=1))
    share = curves(found.occupancy, found.vacant, found.usable, parent)
    return Usable(knots, share, float("nan"), days, "benchmark")


def one_row(setting: Setting, usable: Usable, rate: float, seed: int) -> Row:
    """The same children in three plays; the first months, until the start is forgotten, are not counted."""
    filling, stays = stays_of(
        setting, weeks=WEEKS, a_week=rate, stay_weeks=STAY_WEEKS, occupancy=start_of(rate), seed=seed
    )
    by_shares = play_by_shares(filling, stays, usable, weeks=WEEKS, seed=seed)
    national = play_by_shares(filling, stays, packaged_usable(), weeks=WEEKS, seed=seed)
    future = by_future(filling.segment, filling.places, stays, usable)
    began = time.process_time()
    exact = play_exact(copy.deepcopy(filling), stays, setting.told[0], weeks=WEEKS)
    plays = [told(exact), told(by_shares), told(national), future]
    seconds = time.process_time() - began
    return Row(rate, tuple(one[0] for one in plays), tuple(one[1] for one in plays), seconds)


def start_of(rate: float) -> float:
    """Occupancy at the start, near where each pressure ends."""
    return min(0.25 + 0.2 * rate, 0.75)


def told(play: Weeks) -> tuple[float, float]:
    """Mean filled share and children unmet over the second half of the year."""
    half = WEEKS // 2
    filled = play.filled[half:].sum(axis=1).mean() / play.places.sum()
    return float(filled), float(play.waiting[half:].sum(axis=1).mean())


def by_future(segment: Array, places: Array, stays: tuple[Stay, ...], usable: Usable) -> tuple[float, float]:
    """The same children, counted by month, and the same places in `play_future`, mean over its luck."""
    months, size = WEEKS // A_MONTH, len(SEGMENTS)
    children = np.zeros((DRAWS, months, size), dtype=np.int32)
    came = np.zeros_like(children)
    start = np.zeros((size, 5), dtype=np.int32)
    for one in stays:
        many, need = len(one.group.children), one.group.need
        if one.comes < 0:
            start[need, 0] += many
        elif one.comes // A_MONTH < months:
            came[:, one.comes // A_MONTH, need] += many
        for month in range(months):
            last = (month + 1) * A_MONTH - 1
            if one.comes <= last < one.leaves:
                children[:, month, need] += many
    there = np.bincount(segment, weights=places, minlength=size).astype(np.int32)
    available = np.broadcast_to(there, children.shape).copy()
    empty = {one.name: np.zeros_like(available) for one in fields(Supply)}
    wanted = Wanted(np.arange(months), children, came, start)
    played = play_future(
        wanted, Supply(**empty | {"available": available}), usable, future_settings(baseline()), seed=1
    )
    half = months // 2
    filled = played.own.sum(axis=(2, 3))[:, half:].mean() / there.sum()
    return float(filled), float(played.unmet.sum(axis=2)[:, half:].mean())


def page(check: Check, days: int, seconds: float, workers: int, rows: list[Row]) -> str:
    """The page of results."""
    points = (
        ("error of a cell (what is promised)", check.error),
        ("of it, chance: what shares that are exactly right would still show", check.chance),
        ("with the cells that hardly any child can use", check.every_cell),
        ("one cell on one day", check.one_day),
        ("one cell on one day, had each cell's mean been known", check.one_day_chance),
        ("all vacant places of one day, mean over needs", check.whole_day),
    )
    names = ("matcher", "shares", "national shares", "play_future")
    lines = [
        "# Usable vacancies against the matcher",
        "",
        f"Written by `python -m benchmarks.usable`. {days} days learnt from, {check.days} held out, {seconds:.0f} s "
        f"with {workers} workers, on a shared machine.",
        "",
        "| Homes as the baseline assumes them, drawn anew every six days | points |",
        "|---|---|",
        *(f"| {what} | {100 * value:.1f} |" for what, value in points),
        "",
        f"On a held-out day {check.waiting:.1f} children wait and {check.vacant:.1f} places are vacant. The matcher "
        f"places {check.placed_found:.1f}, shares {check.placed_told:.1f}; they are {check.placed_error:.1f} apart "
        "on one day.",
        "",
        f"Small councils, {WEEKS} weeks with the matcher in the loop; the second half is counted. Filled: share of "
        "places.",
        "",
        "| children a week | "
        + " | ".join(f"filled: {name}" for name in names)
        + " | "
        + " | ".join(f"unmet: {name}" for name in names)
        + " | CPU s |",
        "|---" * (2 * len(names) + 2) + "|",
    ]
    for row in rows:
        filled, unmet = (
            " | ".join(form) for form in ([f"{x:.0%}" for x in row.filled], [f"{x:.1f}" for x in row.unmet])
        )
        lines.append(f"| {row.rate:g} | {filled} | {unmet} | {row.seconds:.0f} |")
    off = np.array([[abs(x - row.filled[0]) for x in row.filled[1:]] for row in rows]).mean(axis=0)
    away = np.array([[abs(x - row.unmet[0]) for x in row.unmet[1:]] for row in rows]).mean(axis=0)
    said = "; ".join(
        f"{name} {100 * f:.1f} points and {u:.1f} children" for name, f, u in zip(names[1:], off, away, strict=True)
    )
    lines += ["", f"Mean distance from the matcher, filled and unmet: {said}.", ""]
    return "\n".join(lines)


def main() -> None:
    """Run all of it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--days", type=int, default=60)
    given.add_argument("--councils", type=int, default=3)
    given.add_argument("--workers", type=int, default=2)
    asked = given.parse_args()
    began = time.perf_counter()
    fitted = fit_and_check(baseline(), baseline(), days=asked.days, seed=1, workers=asked.workers)
    seconds = time.perf_counter() - began
    print(f"learnt in {seconds:.0f} s: {fitted.check}", flush=True)
    rows = small_councils(asked.councils, asked.days, asked.workers, lambda text: print(text, flush=True))
    PAGE.write_text(page(fitted.check, asked.days, seconds, asked.workers, rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
