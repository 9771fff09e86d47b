"""A year of weekly rounds in several ways, against the best that hindsight allows: `python -m benchmarks.rolling`.

    python -m benchmarks.rolling --seeds 10                  # as full as England's homes
    python -m benchmarks.rolling --seeds 10 --homes 0.85     # a tight register
    python -m benchmarks.rolling --seeds 10 --why            # what the year would be without what nobody can foresee
    python -m benchmarks.rolling --seeds 10 --knowing        # what who knew it could do, and still let nobody wait
    python -m benchmarks.rolling --seeds 10 --shown          # the tier keep, by the prices that panels are shown

Each seed is another made-up council with its own true year (`sufficiency.year`). Shares are of the proved bound, never
of a year that was merely found. Ways that draw futures are played with several lots of them, and their mean counts: one
family more or less in one home changes the rest of a year, so that a single play tells luck from skill badly.
Intervals are of the mean over seeds, drawn again 2,000 times, each with all its ways.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.rolling_bids import keeping_by_prices
from benchmarks.rolling_knowing import knowing_the_year
from matching.hindsight import hindsight
from matching.rolling import ALL_TOGETHER, ONE_AT_A_TIME, Way, play
from matching.rolling_asked import AskedYear
from matching.rolling_keep import Looks, scarce_homes_kept
from matching.rolling_worth import WORTHS, chosen_weeks, worth_played
from records.ages import age_on
from sufficiency.batch_made_up import MadeUp
from sufficiency.year import TrueYear, YearOf, true_year
from sufficiency.year_children import is_white
from sufficiency.year_forecast import expected_before, foretold

RESULTS = Path(__file__).with_name("rolling_results.csv")
DRAWS = 2_000
LOTS = (1, 2, 3)
"""Seeds of the futures that are drawn."""
BANDS = ((0, 4), (5, 9), (10, 15), (16, 17))
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one seed: a share of the bound, or weeks waited by each child of a group."""

    homes: float
    seed: int
    way: str
    what: str
    name: str
    value: float
    of: float
    """What it is a share of, or how many children."""


def ways_of(told: TrueYear, of: YearOf | None = None) -> tuple[tuple[Way, ...], ...]:
    """What is held against each other, once for each lot of futures; today's way first. `of`: what the year was made
    from, to forecast it."""
    known = (told.before,) if of is None else (told.before, foretold(of, told))
    kept = [tuple(scarce_homes_kept(one, Looks(seed=lot)) for lot in LOTS) for one in known]
    return ((ONE_AT_A_TIME,), (ALL_TOGETHER,), *kept)


def lines_of(seed: int, homes: float) -> list[Line]:
    """All figures of one seed."""
    of = YearOf(council=MadeUp(seed=seed), homes=homes, look_back=True)
    told = true_year(of)
    bounds = {name: hindsight(told.asked, name, seconds=0).bound for name in WORTHS}
    found = []
    for ways in ways_of(told, of):
        plays = [play(told.asked, way) for way in ways]
        for name, bound in bounds.items():
            worth = float(np.mean([worth_played(one, name) for one in plays]))
            found.append(Line(homes, seed, ways[0].name, "share of the bound", name, worth, bound))
        for name, there in groups_of(told).items():
            children = float(told.year.sizes[there].sum())
            weeks = float(np.mean([(one.weeks_waited * told.year.sizes)[there].sum() for one in plays]))
            found.append(Line(homes, seed, ways[0].name, "weeks waited", name, weeks, children))
    return found


def groups_of(told: TrueYear) -> Mapping[str, NDArray[np.bool_]]:
    """[groups] who is counted: those who need a home of a plan in the year, by the eldest child of a family."""
    year = told.year
    chosen = chosen_weeks(year).any(axis=0)
    eldest = [min(group, key=lambda one: (one.date_of_birth, one.child_id)) for group in year.groups]
    age = np.array([age_on(one.date_of_birth, year.day) for one in eldest])
    girl = np.array([one.sex == "F" for one in eldest])
    white = np.array([is_white(one.ethnicity) for one in eldest])
    alone = np.array([lived[0].alone for lived in told.lived])
    told_by: dict[str, NDArray[np.bool_]] = {"everybody": np.ones(len(age), dtype=np.bool_)}
    told_by |= {f"aged {low} to {high}": (age >= low) & (age <= high) for low, high in BANDS}
    told_by |= {"girls": girl, "boys": ~girl, "white": white, "other ethnic groups": ~white}
    told_by |= {"one child": year.sizes == 1, "two together": year.sizes == 2, "three or more": year.sizes > 2}
    told_by |= {"unaccompanied": alone, "not unaccompanied": ~alone}
    return {name: chosen & there for name, there in told_by.items()}


def interval(values: Floats, weights: Floats, seed: int = 1) -> tuple[float, float, float]:
    """The ratio of sums over seeds, and its 90% interval when seeds are drawn again."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(values), (DRAWS, len(values)))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = values[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = np.nanpercentile(ratios, [5, 95])
    return float(values.sum() / max(weights.sum(), 1e-9)), float(low), float(high)


def tables(lines: Sequence[Line]) -> str:
    """The figures as Markdown."""
    seeds = sorted({one.seed for one in lines})
    names = list(dict.fromkeys(one.way for one in lines))
    at = {(one.seed, one.way, one.what, one.name): one for one in lines}
    text = [
        "| share of the bound | " + " | ".join(f"{n}: mean (worst)" for n in names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for name in WORTHS:
        cells = []
        for way in names:
            each = [one.value / max(one.of, 1) for s in seeds if (one := at[s, way, "share of the bound", name]).of]
            cells.append(f"{np.mean(each):.1%} ({min(each):.1%})")
        text.append(f"| {'plan value' if name == 'plan' else name} | " + " | ".join(cells) + " |")
    text += ["", "| plan value, by seed | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for s in seeds:
        shares = [at[s, way, "share of the bound", "plan"] for way in names]
        text.append(f"| {s} | " + " | ".join(f"{one.value / one.of:.1%}" for one in shares) + " |")
    first = names[0]
    text += [
        "",
        f"| weeks waited by a child | children | {first} | "
        + " | ".join(f"{n}, less {first} (90% interval)" for n in names[1:])
        + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for name in dict.fromkeys(one.name for one in lines if one.what == "weeks waited"):
        today = [at[s, first, "weeks waited", name] for s in seeds]
        count = np.array([one.of for one in today])
        weeks = np.array([one.value for one in today])
        cells = []
        for way in names[1:]:
            less = np.array([at[s, way, "weeks waited", name].value for s in seeds]) - weeks
            cells.append("{:+.2f} ({:+.2f} to {:+.2f})".format(*interval(less, count)))
        text.append(
            f"| {name} | {count.sum():.0f} | {weeks.sum() / max(count.sum(), 1):.2f} | " + " | ".join(cells) + " |"
        )
    return "\n".join(text)


def why(seeds: Sequence[int], homes: float) -> str:
    """Shares of the bound in years from which something is taken that nobody can foresee."""
    found: dict[str, list[list[float]]] = {}
    for seed in seeds:
        told = true_year(YearOf(council=MadeUp(seed=seed), homes=homes, look_back=True))
        for name, asked in _without(told.asked).items():
            bound = hindsight(asked, seconds=0).bound
            shares = [[worth_played(play(asked, way)) / max(bound, 1) for way in ways] for ways in ways_of(told)]
            found.setdefault(name, []).append([float(np.mean(each)) for each in shares])
    rows = [
        f"| {name} | " + " | ".join(f"{v:.1%}" for v in np.mean(each, axis=0)) + " |" for name, each in found.items()
    ]
    return "\n".join(["| year | one at a time | all together | scarce homes kept |", "|---|---|---|---|", *rows])


def knowing(seeds: Sequence[int], homes: float) -> str:
    """Shares of the bound for who knows the whole year and obeys the rule that nobody waits who could have a home."""
    rows = []
    for seed in seeds:
        told = true_year(YearOf(council=MadeUp(seed=seed), homes=homes))
        bound = hindsight(told.asked, seconds=0).bound
        rows.append((seed, worth_played(play(told.asked, knowing_the_year())) / max(bound, 1)))
    text = [f"| {seed} | {share:.1%} |" for seed, share in rows]
    mean = float(np.mean([share for _, share in rows]))
    return "\n".join(["| plan value, by seed | knowing the year |", "|---|---|", *text, f"| mean | {mean:.1%} |"])


def shown(seeds: Sequence[int], homes: float) -> str:
    """The weekly plan with and without the tier `keep` by the prices that panels are shown: shares, and weeks."""
    rows, less = [], []
    for seed in seeds:
        of = YearOf(council=MadeUp(seed=seed), homes=homes)
        told = true_year(of)
        bound = hindsight(told.asked, seconds=0).bound
        plays = [play(told.asked, way) for way in (ALL_TOGETHER, keeping_by_prices(of, expected_before(of)))]
        weeks = [float((one.weeks_waited * told.year.sizes).sum()) for one in plays]
        rows.append([seed, *(worth_played(one) / max(bound, 1) for one in plays)])
        less.append((weeks[1] - weeks[0], float(told.year.sizes[groups_of(told)["everybody"]].sum())))
    text = [f"| {seed} | {plain:.1%} | {kept:.1%} |" for seed, plain, kept in rows]
    plain, kept = np.array(rows)[:, 1:].mean(axis=0)
    wait = "{:+.2f} ({:+.2f} to {:+.2f})".format(*interval(*np.array(less).T))
    head = ["| plan value, by seed | all together | all together, tier keep |", "|---|---|---|"]
    return "\n".join([*head, *text, f"| mean | {plain:.1%} | {kept:.1%} |", "", f"Weeks waited by a child: {wait}."])


def _without(asked: AskedYear) -> dict[str, AskedYear]:
    year = asked.year
    nobody = np.zeros_like(year.refuses)
    still = np.repeat(year.closed[:, :1], year.weeks, axis=1)
    return {
        "as it is": asked,
        "no carer refuses": asked.with_year(replace(year, refuses=nobody)),
        "no home opens or shuts": asked.with_year(replace(year, closed=still)),
        "neither, and no placement breaks down": asked.with_year(
            replace(year, refuses=nobody, closed=still, breaks=year.breaks[:0])
        ),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, print the tables, and keep the figures with `--keep`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rolling", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="councils: seeds 1 to this")
    parser.add_argument("--homes", type=float, default=1.0, help="places, as a share of those that fill as England's")
    parser.add_argument("--why", action="store_true", help="years without refusals, holds or breakdowns")
    parser.add_argument("--knowing", action="store_true", help="what the rule that nobody waits costs who knows all")
    parser.add_argument("--shown", action="store_true", help="the tier keep, by the prices that panels are shown")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are kept, seed by seed")
    parser.add_argument("--tables", action="store_true", help="only print the tables of what is kept")
    options = parser.parse_args(arguments)
    seeds = range(options.first, options.first + options.seeds)
    others = [one for one in (why, knowing, shown) if getattr(options, one.__name__)]
    for table in others:
        print(table(seeds, options.homes))
    if others:
        return
    began = time.process_time()
    for seed in () if options.tables else seeds:
        keep(lines_of(seed, options.homes), options.results)
    kept = [one for one in read(options.results) if one.homes == options.homes and one.seed in seeds]
    print(tables(kept))
    if not options.tables:
        print(f"\n{options.seeds} councils, homes {options.homes:g}: {time.process_time() - began:.0f} s of one core")


def read(path: Path) -> list[Line]:
    """The figures kept so far."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Line(float(homes), int(seed), way, what, name, float(value), float(of))
            for homes, seed, way, what, name, value, of in list(csv.reader(file))[1:]
        ]


def keep(lines: Sequence[Line], path: Path) -> None:
    """Keep the figures of one seed in place of older ones."""
    done = {(one.homes, one.seed) for one in lines}
    every = [*(one for one in read(path) if (one.homes, one.seed) not in done), *lines]
    every.sort(key=lambda one: (-one.homes, one.seed))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["homes", "seed", "way", "what", "name", "value", "of"])
        for one in every:
            writer.writerow([one.homes, one.seed, one.way, one.what, one.name, f"{one.value:.0f}", f"{one.of:.0f}"])


if __name__ == "__main__":
    main()
