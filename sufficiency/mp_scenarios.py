"""Section 10, scenarios compared: each with the same chances drawn, what differs, and what each lever does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from reporting.lens import Lens
from reporting.section import Bar, Block, Cell, Column, Disclosure, Paragraph, Section, Table
from sufficiency.compared import AVERAGE, END, KEYS, LEVERS, START, TOTAL, Compared
from sufficiency.mp_figures import band, change, derived, in_words, label, names_of, number, said, uncapital
from sufficiency.narrative import Narrative
from sufficiency.need_words import listed

HEADING: Final = "Scenarios compared"
LEVER: Final = "What each lever does"
FIRST_TOLD: Final = ("unmet", "out_of_area", "residential", "cost")
"""Measures that stand open; the others are folded."""


def section(lens: Lens, narrative: Narrative, *, scenarios: Compared | None = None) -> tuple[Section, ...]:
    """Each scenario against the first, measure by measure, and what each lever adds."""
    lens = lens.under(HEADING)
    words = narrative.words("scenarios")
    if scenarios is None or len(scenarios.scenarios) < 2:
        alone = Paragraph("One scenario was played, so there is none to compare.")
        return (Section(HEADING, (alone, *words), anchor="scenarios"),)
    others = [name for name in scenarios.scenarios if name != scenarios.first]
    blocks: list[Block] = [
        Paragraph(lead(lens, others), strong=True),
        Paragraph(
            f"Every scenario is held against “{scenarios.first}”, future by future, with the same chances drawn in "
            "each: a difference is the scenario's own, and not luck."
        ),
        *(
            Paragraph(
                f"“{name}” changes no cost in any month that is forecast. That says nothing for or against it: what it "
                "changes may begin only later."
            )
            for name in others
            if _changes_nothing(lens, name)
        ),
    ]
    tables = list(_tables(lens, scenarios))
    blocks += [table for name, table in tables if name in FIRST_TOLD]
    rest = tuple(table for name, table in tables if name not in FIRST_TOLD)
    if rest:
        blocks.append(Disclosure("Show the numbers: the other measures", rest))
    found = [Section(HEADING, (*blocks, *words), anchor="scenarios")]
    levers = tuple(_levers(lens.under(LEVER), others))
    if levers:
        found.append(Section(LEVER, levers, level=3))
    return tuple(found)


def lead(lens: Lens, others: Sequence[str]) -> str:
    """What each scenario changes of children without a home of the council's own, at the end."""
    key, measure = "scenarios.measures", "unmet"
    when = last(lens, key, measure)
    if when is None:
        return "The scenarios are not compared by children without a home of the council's own."
    told = []
    for name in others:
        by = {"scenario": name, "measure": measure, "group": "all", "when": when}
        ends = band(lens, key, "difference_p10", "difference_p90", **by)
        text = change(said(lens, key, "difference_mean", **by))
        if text == ends == "0":
            told.append(f"“{name}” changes nothing")
        else:
            told.append(f"“{name}” {text}" + (f" ({ends} in 8 of 10 futures)" if ends else ""))
    return f"{label(lens, key, 'measure', measure)}, {label(lens, key, 'when', when)}: {listed(told)}."


def _changes_nothing(lens: Lens, name: str) -> bool:
    """Whether a scenario costs what the first costs in every year and in both ends of the band, as printed.

    Whatever a lever does to children or homes is paid for: one that begins after the forecast ends leaves all as it is.
    """
    key = KEYS["£"][0]
    if not lens.has(key):
        return False
    silent, rows = replace(lens, said=[]), lens.facts(key).rows
    told = [
        silent.number(key, column, **{dim: str(row[dim]) for dim in lens.facts(key).by})
        for _, row in rows[rows["scenario"] == name].iterrows()
        for column in ("difference_mean", "difference_p10", "difference_p90")
    ]
    return bool(told) and all(one == 0 for one in told)


def _tables(lens: Lens, scenarios: Compared) -> Iterator[tuple[str, Table]]:
    """A table for each measure: each scenario, and its difference to the first."""
    for key, _, _ in KEYS.values():
        if not lens.has(key):
            continue
        for measure in names_of(lens, key, "measure"):
            when = last(lens, key, measure)
            if when is None:
                continue
            rows: list[tuple[Cell, ...]] = []
            for name in scenarios.scenarios:
                by = {"scenario": name, "measure": measure, "group": _group(lens, key, measure), "when": when}
                mean, spread = said(lens, key, "mean", **by), band(lens, key, **by)
                row: tuple[Cell, ...] = (name, mean, spread)
                if name == scenarios.first:
                    rows.append((*row, None, None))
                else:
                    less = change(said(lens, key, "difference_mean", **by))
                    rows.append((*row, less, band(lens, key, "difference_p10", "difference_p90", **by)))
            head = (
                Column("Scenario"),
                *(
                    Column(one, number=True)
                    for one in ("Mean", "8 in 10 futures", "Difference", "8 in 10 futures differ by")
                ),
            )
            caption = f"{label(lens, key, 'measure', measure)}: {label(lens, key, 'when', when)}"
            yield measure, Table(caption, head, tuple(rows))


def _levers(lens: Lens, others: Sequence[str]) -> Iterator[Block]:
    """A waterfall for each scenario: where it begins, what each lever adds, where it ends; the first measure open."""
    folded: list[Block] = []
    for measure in FIRST_TOLD:
        for key in LEVERS.values():
            when = last(lens, key, measure)
            if when is None:
                continue
            rows = lens.facts(key).rows
            for name in others:
                at = rows[(rows["scenario"] == name) & (rows["measure"] == measure) & (rows["when"] == when)]
                if len(at):
                    by = {"scenario": name, "measure": measure, "group": str(at["group"].iloc[0]), "when": when}
                    table = waterfall(lens, key, by, at["lever"].tolist())
                    if measure == FIRST_TOLD[0]:
                        yield table
                    else:
                        folded.append(table)
    if folded:
        yield Disclosure("Show the numbers: what each lever does to the other measures", tuple(folded))


def waterfall(lens: Lens, key: str, by: dict[str, str], levers: Sequence[str]) -> Table:
    """The bars of one scenario and measure; figures alone where one of them may not be told."""
    told = []
    for lever in levers:
        text = said(lens, key, "ends" if lever in (START, END) else "adds", **by, lever=lever)
        ends = number(lens, key, "ends", **by, lever=lever)
        begins = None if lever in (START, END) else number(lens, key, "begins", **by, lever=lever)
        told.append((lever, text, begins, ends))
    there = [value for *_, begins, ends in told for value in (begins, ends) if value is not None]
    base = _base(there)
    rows: list[tuple[Cell, ...]] = []
    for lever, text, begins, ends in told:
        outer = lever in (START, END)
        words = in_words(text) if outer else change(text)
        begins = base if outer else begins
        bar: Cell = words
        if begins is not None and ends is not None and max(there) > base:
            bar = Bar(min(begins, ends) - base, abs(ends - begins), max(there) - base, words)
        spread = None if outer else band(lens, key, **by, lever=lever)
        rows.append((lever.capitalize() if outer else lever.replace("_", " ").replace(".", ": "), bar, spread))
    measure, when = label(lens, key, "measure", by["measure"]), label(lens, key, "when", by["when"])
    head = (Column("Lever"), Column("Comes to, or adds"), Column("In 8 of 10 futures", number=True))
    notes = (f"The bars begin at {derived(lens, key, 'ends', f'{base:,.0f}')}, not at nought.",) if base else ()
    return Table(f"“{by['scenario']}”: {uncapital(measure)}, {when}", head, tuple(rows), notes)


def _base(values: Sequence[float]) -> float:
    """Where bars begin: so far below the least that what levers add can be seen; nought where they are large anyway."""
    if not values:
        return 0.0
    least, wide = min(values), max(values) - min(values)
    if wide == 0 or least <= 3 * wide:
        return 0.0
    step = 10.0 ** np.floor(np.log10(wide) + 0.5)
    return float(max(0.0, np.floor((least - wide) / step) * step))


def _group(lens: Lens, key: str, measure: str) -> str:
    rows = lens.facts(key).rows
    return str(rows.loc[rows["measure"] == measure, "group"].iloc[0])


def last(lens: Lens, key: str, measure: str) -> str | None:
    """The last day or year of a measure; averages and sums over all years only where there is no other."""
    if not lens.has(key):
        return None
    rows = lens.facts(key).rows
    there = list(dict.fromkeys(rows.loc[rows["measure"] == measure, "when"].tolist()))
    single = sorted(one for one in there if one not in (AVERAGE, TOTAL))
    return single[-1] if single else there[0] if there else None
