"""The lines of a performance report: what each says now and before, and whether that is more than chance would move it.

Everything is read through the lens, so that a report never knows more than its edition may say. The rule is applied to
the figures as they are printed, and a reader can check it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final, Literal, TypeAlias

from reporting.fact import Kind
from reporting.lens import NOT_KNOWN, Lens
from reporting.section import Cell, Column, Table, Tag
from sufficiency.performance_words import MEASURES, Better

DEVIATIONS: Final = 2.0
THOUSAND: Final = 1000.0
HALF_A_POINT: Final = 0.005
RULE: Final = (
    "A figure is called better or worse (or, where neither is meant, more or less) only where it moved by more than "
    "twice what chance alone would usually move it, were nothing different; a share by a point more, for it is printed "
    "without decimals. Otherwise there is no clear change. How many children are in care is a count of all of them, "
    "and is called more or fewer whenever it moved. The rule is reckoned from the printed figures: for a share, from "
    "the two shares and how many children each is of, as if the two groups were different children; for changes of "
    "placement, as events that come one by one; for days, as if the days of single children varied as much as their "
    "mean. Most children are the same at both times, which makes the rule cautious. Chance alone still breaks it about "
    "one time in twenty: of many lines, one may be called better or worse for nothing."
)
Verdict: TypeAlias = Literal["better", "worse", "more", "less", "fewer", "much the same", "no clear change", "not told"]
YEARLY: Final = "told yearly"
"""Of a figure that is worked out once a year, on another day."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a figure of one table at several times."""

    title: str
    key: str
    column: str
    by: Mapping[str, str]
    """The categories that name it, but the time."""
    better: Better = Better.NEITHER
    compare: str = ""
    """The measure of others' figures that it stands beside; empty: none."""
    per: float = 1.0
    """What the table's mean is multiplied by already, for the rule: a thousand for changes per 1,000 days."""
    whole: bool = False
    """Whether it counts everybody there: a change of it is no chance, and is said as it is."""


def shown_line(lens: Lens, line: Line) -> bool:
    """Whether the book has the line at any time, and this edition may hold its table."""
    return bool(times_of(lens, line))


def times_of(lens: Lens, line: Line) -> tuple[str, ...]:
    """The times at which a line has a row, in their order."""
    if not lens.has(line.key):
        return ()
    ons = lens.facts(line.key).rows["on"].iloc[list(lens.rows_at(line.key, line.by))]
    return tuple(sorted(ons.tolist()))


def said_of(lens: Lens, line: Line, on: str) -> str:
    """What a line says at a time; "not known" where it has no row then."""
    there = times_of(lens, line)
    if on in there:
        return lens.text(line.key, line.column, on=on, **line.by)
    days = {one[4:] for one in there}
    return YEARLY if len(there) > 1 and len(days) == 1 and on[4:] not in days else NOT_KNOWN


def number_of(lens: Lens, line: Line, on: str, column: str = "") -> float | None:
    """The printed figure as a number, without noting it as said; None where it is hidden or not known."""
    if on not in times_of(lens, line):
        return None
    return replace(lens, said=[]).number(line.key, column or line.column, on=on, **line.by)


def verdict(lens: Lens, line: Line, now: str, before: str) -> Verdict:
    """Whether a figure moved by more than chance would move it, and which way."""
    a, b = number_of(lens, line, now), number_of(lens, line, before)
    if a is None or b is None:
        return "not told"
    if line.whole:
        return "much the same" if a == b else "more" if a > b else "fewer"
    usual = _usual(lens, line, now, before, a, b)
    if usual is None:
        return "not told"
    rounding = 2 * HALF_A_POINT if line.column == "share" else 0.0
    if abs(a - b) <= DEVIATIONS * usual + rounding + 1e-9:
        return "no clear change"
    if line.better is Better.NEITHER:
        return "more" if a > b else "less"
    return "better" if (a > b) == (line.better is Better.HIGHER) else "worse"


def _usual(lens: Lens, line: Line, now: str, before: str, a: float, b: float) -> float | None:
    """How far apart two figures usually are by chance; None where too little is printed to tell."""
    kind = lens.facts(line.key).kind
    n, m = number_of(lens, line, now, "base"), number_of(lens, line, before, "base")
    if not n or not m:
        return None
    if kind is Kind.SHARE:
        share = (a * n + b * m) / (n + m)
        return sqrt(max(share * (1 - share), 0.0) * (1 / n + 1 / m))
    if line.per != 1.0:
        return sqrt(line.per * (a / n + b / m))
    return sqrt(a * a / n + b * b / m)


def headline_table(lens: Lens, caption: str, lines: Sequence[Line], times: Mapping[str, str], now: str) -> Table:
    """A line each: its figure at each of the times, and the verdict since the last of them. `times`: heading to day."""
    against = list(times.values())[-1]
    columns = (Column("Measure"), *(Column(name, number=True) for name in times), Column("Since a year before"))
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        figures = tuple(said_of(lens, line, on) for on in times.values())
        rows.append((line.title, *figures, tag(verdict(lens, line, now, against))))
    return Table(caption, columns, tuple(rows))


def tag(one: Verdict) -> Tag:
    """A verdict as a word with its colour."""
    return Tag(one, "good" if one == "better" else "caution" if one == "worse" else "plain")


def measure_line(name: str, key: str, column: str, compare: str = "", per: float = 1.0) -> Line:
    """A line of one of the listed measures."""
    one = MEASURES[name]
    return Line(one.title, key, column, {"measure": name}, one.better, compare, per)
