"""The page that sets scenarios side by side: what each comes to, how sure the difference is, what each lever does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from reporting.section import Bar, Block, Bullets, Cell, Column, Disclosure, Paragraph, Section, Table
from reporting.write import html
from sufficiency.compare import ALL, AVERAGE, Comparison, Point
from sufficiency.compare_measures import BY_NAME
from sufficiency.compare_run import CompareRun
from sufficiency.compare_tables import END, START, band, better_in
from sufficiency.contribution import Contributions, waterfall
from sufficiency.homes_charts import NAMES
from sufficiency.homes_page import MADE_UP_TITLE, marking_of
from sufficiency.levers_section import late, levers_table
from sufficiency.money_words import pounds, pounds_band
from sufficiency.need_words import FUTURES, MONTH_NAMES, capital, day_said, in_100, months_said, whole

Floats = npt.NDArray[np.float64]

FIRST_TOLD: Final = ("unmet", "out_of_area", "residential", "households", "cost")
"""Measures told on the first screen, where they are compared."""


def compare_page(run: CompareRun) -> str:
    """The whole page as HTML; the same run always gives the same bytes."""
    until = day_said(run.given.history.until - 1)
    return html(
        f"{MADE_UP_TITLE if run.given.asked.made_up else ''}Scenarios compared",
        sections(run),
        lead=f"{len(run.scenarios)} scenarios on the SSDA903 returns up to {until}. Each is what may come if its "
        "assumptions hold: no target and no decision.",
        marking=marking_of(run.given.asked.made_up),
        footer=(
            f"Made by Placewell: seed {run.given.asked.seed}, {run.comparison.draws:,} futures, "
            f"{months_said(len(run.months))} ahead. summary.json holds the checksums of the files read and every "
            "version; comparison.csv and contribution.csv hold every figure.",
        ),
    )


def sections(run: CompareRun) -> tuple[Section, ...]:
    """Every section of the page, in reading order."""
    found = run.comparison
    return (
        Section("In short", tuple(_short(run)), anchor="short"),
        Section("How to read this", (Bullets(_reading(run)),), anchor="reading"),
        *(_measure_section(found, name) for name in dict.fromkeys(point.measure.name for point in found.points)),
        *(_levers_apart(found, name, parts) for name, parts in run.contributions.items()),
        _scenarios(run),
    )


def short_words(run: CompareRun) -> tuple[str, ...]:
    """One sentence for each scenario but the first: what it changes of what is told first, at the end."""
    found = run.comparison
    return tuple(_sentence(found, name) for name in found.names[1:])


# ---- in short ------------------------------------------------------------------------------------------------------


def _sentence(found: Comparison, name: str) -> str:
    told = []
    for measure in FIRST_TOLD:
        at = _last(found, measure)
        if at is None:
            continue
        point, less = found.points[at], found.difference(name)[:, at]
        title = BY_NAME[measure].title
        if not less.any():
            continue
        low, high = np.quantile(less, (0.1, 0.9)).tolist()
        told.append(
            f"{title[:1].lower() + title[1:]} {_changed(float(less.mean()), point)} ({_changed(low, point)} to "
            f"{_changed(high, point)} in {FUTURES[0.8]})"
        )
    end = _when_said(found.points[_last(found, FIRST_TOLD[0]) or 0])
    if not told:
        return f"{name}: nothing differs from {found.first} in any future."
    return f"{name}, beside {found.first}, {end} (cost: all years): {'; '.join(told)}."


def _short(run: CompareRun) -> list[Block]:
    found = run.comparison
    blocks: list[Block] = [
        Paragraph(
            f"Every scenario is held against “{found.first}”, future by future: the same children and the same luck "
            "meet both, so that only what the scenario changes makes a difference.",
            strong=True,
        )
    ]
    columns = [Column("Scenario")]
    at: list[int] = []
    for measure in FIRST_TOLD:
        k = _last(found, measure)
        if k is not None:
            at.append(k)
            columns.append(Column(f"{BY_NAME[measure].title}, {_when_said(found.points[k])}", number=True))
    rows: list[tuple[Cell, ...]] = []
    for name in found.names:
        cells: list[Cell] = []
        for k in at:
            point, values = found.points[k], found.told[name][:, k]
            if name == found.first:
                cells.append(_said(float(values.mean()), point))
            else:
                less = found.difference(name)[:, k]
                low, high = np.quantile(less, (0.1, 0.9)).tolist()
                cells.append(
                    (
                        _changed(float(less.mean()), point),
                        "the same" if not less.any() else f"{_changed(low, point)} to {_changed(high, point)}",
                    )
                )
        rows.append((name, *cells))
    notes = (
        f"First row: the mean. Others: the mean difference to “{found.first}”, and where it lies in {FUTURES[0.8]}.",
    )
    blocks.append(Table("What each scenario comes to", tuple(columns), tuple(rows), notes))
    return blocks


def _reading(run: CompareRun) -> tuple[str, ...]:
    return (
        f"{run.comparison.draws:,} equally likely futures were played of each scenario, with the same luck. A band of "
        "a difference is taken over futures of the difference itself; it is far narrower than two bands side by side.",
        "“Better in”: of 100 futures, in how many the scenario is better than the first; the rest are level or worse.",
        "Bands were not tried on the past here: placewell forecast does that, for one scenario.",
        *run.start.said,
        f"Vacancies that can be used: {run.usable.source}.",
    )


# ---- measures ------------------------------------------------------------------------------------------------------


def _measure_section(found: Comparison, measure: str) -> Section:
    """One measure: every scenario at every time that is told."""
    at = [k for k, point in enumerate(found.points) if point.measure.name == measure]
    shown = _last(found, measure)
    blocks: list[Block] = []
    if shown is not None:
        blocks.append(_differences(found, shown))
    blocks.append(Disclosure("Show the numbers: every time that is told", (_every(found, at),)))
    return Section(BY_NAME[measure].title, tuple(blocks), anchor=measure.replace("_", "-"))


def _differences(found: Comparison, k: int) -> Table:
    """The difference of each scenario to the first, its band drawn on one scale."""
    point = found.points[k]
    ends = {
        name: np.quantile(found.difference(name)[:, k], (0.1, 0.9)).tolist()
        for name in found.names
        if name != found.first
    }
    low = min([0.0, *(one[0] for one in ends.values())])
    high = max([0.0, *(one[1] for one in ends.values())])
    rows: list[tuple[Cell, ...]] = []
    for name in found.names:
        values = found.told[name][:, k]
        middle = (_said(float(values.mean()), point), _band_said(values, point))
        if name == found.first:
            rows.append((name, middle, None, None, None))
            continue
        less = found.difference(name)[:, k]
        better = better_in(less, point)
        begin, end = ends[name]
        bar = Bar(begin - low, end - begin, high - low, f"{_changed(begin, point)} to {_changed(end, point)}")
        rows.append(
            (
                name,
                middle,
                _changed(float(less.mean()), point),
                bar if high > low else "the same",
                None if better is None or not less.any() else in_100(better).removesuffix(" in 100"),
            )
        )
    columns = (
        Column("Scenario"),
        Column("Mean, and 8 in 10 futures", number=True),
        Column(f"Difference to {found.first}", number=True),
        Column("In 8 in 10 futures"),
        Column("Better in, of 100", number=True),
    )
    notes = (f"Bars: from {_changed(low, point)} to {_changed(high, point)}.",) if high > low else ()
    return Table(f"{point.measure.title}, {_when_said(point)}", columns, tuple(rows), notes)


def _every(found: Comparison, at: Sequence[int]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in found.names:
        cells: list[Cell] = []
        for k in at:
            values = found.told[name][:, k]
            cells.append((_said(float(values.mean()), found.points[k]), _band_said(values, found.points[k])))
        rows.append((name, *cells))
    columns = (
        Column("Scenario"),
        *(Column(capital(_when_said(found.points[k])), number=True) for k in at),
    )
    title = found.points[at[0]].measure.title
    return Table(f"{title}: mean, and 8 in 10 futures", columns, tuple(rows))


# ---- levers --------------------------------------------------------------------------------------------------------


def _levers_apart(found: Comparison, name: str, parts: Contributions) -> Section:
    """What each lever of one scenario does, as a waterfall that adds up."""
    blocks: list[Block] = [
        Paragraph(
            f"What each of the levers of “{name}” adds. Levers do not simply add up: each bar is what a lever adds to "
            f"those before it, {parts.method}. The bars add up to the whole."
        )
    ]
    for measure in FIRST_TOLD:
        k = _last(found, measure)
        if k is not None and parts.at(k).change.any():
            blocks.append(_fall(found.points[k], parts.at(k)))
    if len(blocks) == 1:
        blocks.append(Paragraph("They change nothing of what is told first; contribution.csv holds the rest."))
    anchor = f"levers-{1 + found.names.index(name)}"
    return Section(f"The levers of “{name}”, taken apart", tuple(blocks), anchor=anchor)


def _fall(point: Point, parts: Contributions) -> Table:
    fall = waterfall(parts, decimals=0 if point.measure.unit == "£" else 1)
    reached = [fall.start, *(bar.ends for bar in fall.bars)]
    low, high = min([*reached, 0.0] if min(reached) < 0.5 * max(reached) else reached), max(reached)
    room = 0.05 * (high - low)
    low = max(low - room, 0.0) if low >= 0 else low - room
    whole_of = high - low
    rows: list[tuple[Cell, ...]] = [
        (capital(START), Bar(0.0, fall.start - low, whole_of, _exactly(fall.start, point)), None)
    ]
    for bar in fall.bars:
        first = min(bar.begins, bar.ends) - low
        drawn = Bar(first, abs(bar.length), whole_of, _exactly(bar.length, point, sign=True))
        rows.append((lever_said(bar.name), drawn, f"{_changed(bar.low, point)} to {_changed(bar.high, point)}"))
    columns = (Column("Lever"), Column("Adds"), Column(FUTURES[0.8], number=True))
    total = (capital(END), Bar(0.0, fall.end - low, whole_of, _exactly(fall.end, point)), None)
    notes = (f"{point.measure.unit}. Bars are drawn from {_said(low, point)} to {_said(high, point)}.",)
    return Table(f"{point.measure.title}, {_when_said(point)}", columns, tuple(rows), notes, total=total)


def _exactly(value: float, point: Point, *, sign: bool = False) -> str:
    """To the last decimal of the waterfall, so that what is written adds up."""
    size = f"£{abs(value):,.0f}" if point.measure.unit == "£" else f"{abs(value):,.1f}"
    before = "−" if value < 0 else "+" if sign and value > 0 else ""
    return f"{before}{size}"


def lever_said(name: str) -> str:
    """A lever's name in words."""
    kind, _, segment = name.partition(".")
    return capital(f"{kind.replace('_', ' ')}: {NAMES[segment]}" if segment else kind.replace("_", " "))


def _scenarios(run: CompareRun) -> Section:
    """What each scenario says of itself, and its levers."""
    blocks: list[Block] = []
    for name, scenario in run.scenarios.items():
        blocks.append(Paragraph(f"“{name}”. {scenario.about}".strip()))
        if run.pulls[name].pulls:
            blocks += late(run.pulls[name])
            blocks.append(levers_table(scenario, run.pulls[name], f"Levers of “{name}”"))
    return Section("The scenarios", tuple(blocks), anchor="scenarios")


# ---- words ---------------------------------------------------------------------------------------------------------


def _last(found: Comparison, measure: str) -> int | None:
    """The point that is told first of a measure: its last month, twelve months or, of money, all years."""
    at = [k for k, point in enumerate(found.points) if point.measure.name == measure]
    if not at:
        return None
    if found.points[at[0]].measure.kind == "year":
        return next(k for k in at if found.points[k].when == ALL)
    dated = [k for k in at if found.points[k].when not in (ALL, AVERAGE)]
    return dated[-1] if dated else at[-1]


def _when_said(point: Point) -> str:
    if point.when == ALL:
        return "all of what is forecast"
    if point.when == AVERAGE:
        return "mean of all months"
    if point.measure.kind == "year":
        return point.when
    year, _, month = point.when.partition("-")
    words = f"{MONTH_NAMES[int(month) - 1]} {year}"
    return f"twelve months to {words}" if point.measure.kind == "flow" else words


def _said(value: float, point: Point) -> str:
    return pounds(value) if point.measure.unit == "£" else f"{value:,.1f}"


def _changed(value: float, point: Point) -> str:
    if point.measure.unit == "£":
        text = pounds(value)
        return text if text.startswith("−") or value == 0 else f"+{text}"
    text = f"{abs(value):,.1f}"
    return text if text == "0.0" else f"+{text}" if value > 0 else f"−{text}"


def _band_said(values: Floats, point: Point) -> str:
    low, _, high = (float(one) for one in band(values, point))
    return pounds_band(low, high) if point.measure.unit == "£" else f"{whole(low):,} to {whole(high):,}"
