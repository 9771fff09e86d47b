"""The measures of the page of our children and homes: what each says at each time, and what others' figures say.

Everything is read through the lens, each figure as it may be printed. How a figure lies beside another is said in words
from the printed figures alone, and says neither good nor bad.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from reporting.lens import NOT_KNOWN, Lens
from reporting.trend import Trend, trends_svg
from sufficiency.board_lines import Line, Verdict, verdict
from sufficiency.board_measures import (
    CLOCK_LINES,
    IN_CARE,
    INSIDE,
    MIX,
    OVER_20,
    SIBLINGS,
    STABILITY,
    UNACCOMPANIED,
    WAITS,
    WITHIN,
)
from sufficiency.board_parts import day_of
from sufficiency.comparators import KEY as COMPARATORS
from sufficiency.mp_figures import is_number
from sufficiency.mp_words import number_of, year_before
from sufficiency.need_words import month_said

QUARTERS: Final = 9
"""So many of the last times are drawn."""
LEAST_BASE: Final = 20.0
"""No percentage is told of fewer."""
A_POINT: Final = 1.0
"""Figures that are printed whole are about the same where they lie no further apart."""
TOO_FEW: Final = "too few to publish"
OUTSIDE: Final = Line(
    "Placed outside the council's area",
    "performance.place",
    "share",
    {"what": "in_care", "place": "outside"},
    compare="outside_area",
)
LEFT: Final = (
    ("adopted", "Of those who left care, adopted"),
    ("special_guardianship", "Of those who left care, by special guardianship"),
)
"""Ways out that others publish as a share of those who left in the year: ours is worked out of the printed counts."""

LINES: Final[tuple[tuple[str, str, tuple[Line, ...]], ...]] = (
    ("children", "", (IN_CARE, UNACCOMPANIED)),
    ("live", "By kind of home", MIX),
    ("live", "Near home", (INSIDE, OUTSIDE, OVER_20)),
    ("settled", "", STABILITY),
    ("settled", "Waiting for a home", WAITS),
    ("siblings", "", (SIBLINGS,)),
    ("leaving", "", ()),
    ("adoption", "", (*CLOCK_LINES, *WITHIN)),
)
"""Topic, what is drawn together, and its measures, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it says at each time, the oldest first, and whose figures stand beside it."""

    title: str
    times: tuple[str, ...]
    texts: tuple[str, ...]
    compare: str = ""
    line: Line | None = None
    """For whether it moved by more than chance would move it; None where that is not asked."""
    part: str = ""
    """What is drawn together with it: measures of one part."""

    @property
    def now(self) -> str:
        """The last figure, as it is printed."""
        return self.texts[-1]

    @property
    def on(self) -> str:
        """The time of the last figure."""
        return self.times[-1]

    @property
    def before(self) -> str | None:
        """The figure of a year before; None where there is none."""
        earlier = year_before(self.on, self.times)
        return None if earlier is None else self.texts[self.times.index(earlier)]

    def at(self, period: str) -> str | None:
        """The figure of that time, None where there is none; of a year's end for what is told of three years."""
        day = period if "-" in period[5:] or period in self.times else f"{int(period[:4]) + 1}-03-31"
        return self.texts[self.times.index(day)] if day in self.times else None

    @property
    def of_nobody(self) -> bool:
        """Whether no figure of it is known, or it was nought throughout."""
        return all(text in (NOT_KNOWN, "0", "0%") for text in self.texts)


@dataclass(frozen=True, slots=True)
class Beside:
    """One published figure of others, beside the council's own."""

    area: str
    text: str
    period: str
    source: str
    ours: str
    ours_on: str
    words: str
    """How ours lies to theirs: higher than England."""


def measure(lens: Lens, line: Line, part: str = "") -> Measure | None:
    """A line's last figures; None where the forecast holds none of it."""
    if not lens.has(line.key):
        return None
    rows = lens.facts(line.key).rows
    for dim, category in line.by.items():
        rows = rows[rows[dim] == category]
    times = tuple(sorted(rows["on"].tolist()))[-QUARTERS:]
    if not times:
        return None
    texts = tuple(lens.text(line.key, line.column, on=on, **line.by) for on in times)
    return Measure(line.title, times, texts, line.compare, line, part)


def rate(lens: Lens) -> Measure | None:
    """Children in care for every 10,000 in the area, on each 31 March."""
    key = "children.rate"
    if not lens.has(key):
        return None
    times = tuple(sorted(lens.facts(key).rows["on"].tolist()))[-QUARTERS:]
    texts = tuple(lens.text(key, "rate", on=on) for on in times)
    return Measure("Children in care per 10,000 children", times, texts, "rate") if times else None


def left(lens: Lens) -> Iterator[Measure]:
    """Shares of those who left care in each year, worked out of the counts as they are printed."""
    key = "ceased.way_out"
    if not lens.has(key):
        return
    times = tuple(sorted(set(lens.facts(key).rows["on"].tolist())))[-QUARTERS:]
    for name, title in LEFT:
        if times and name in lens.categories(key, "way_out"):
            yield Measure(title, times, tuple(_share_of(lens, key, name, on) for on in times), name)


def _share_of(lens: Lens, key: str, name: str, on: str) -> str:
    part, base = (lens.text(key, "children", what="ceased", way_out=one, on=on) for one in (name, "all"))
    above, below = number_of(part), number_of(base)
    if below is None or below < LEAST_BASE:
        return TOO_FEW
    if above is None:
        return TOO_FEW if part != NOT_KNOWN else NOT_KNOWN
    share = 100 * above / below
    return "under 1%" if 0 < share < 0.5 else f"{int(share + 0.5)}%"


def measures_of(lens: Lens) -> dict[str, tuple[Measure, ...]]:
    """The measures of each topic, those that the forecast holds, in the order in which they are read."""
    found: dict[str, list[Measure]] = {}
    for name, part, lines in LINES:
        made = (measure(lens, line, part) for line in lines)
        found.setdefault(name, []).extend(one for one in made if one is not None and not one.of_nobody)
    per = rate(lens)
    if per is not None:
        found["children"].insert(1, per)
    found["leaving"] += left(lens)
    return {name: tuple(some) for name, some in found.items()}


def moved(lens: Lens, one: Measure) -> str:
    """Whether it is another figure than a year before, by more than chance would make it; without judging."""
    if one.line is None or one.before is None:
        return ""
    earlier = year_before(one.on, one.times)
    said: Verdict = verdict(lens, one.line, one.on, earlier) if earlier is not None else "not told"
    if said in ("no clear change", "much the same", "not told"):
        return said
    was, now = number_of(_bare(one.before)), number_of(_bare(one.now))
    if was is None or now is None:
        return "not told"
    return "higher than a year before" if now > was else "lower than a year before"


def beside(lens: Lens, one: Measure) -> tuple[Beside, ...]:
    """The latest published figure of each area, beside ours of the same time, or of the last where we have none."""
    if not one.compare or not lens.has(COMPARATORS):
        return ()
    facts = lens.facts(COMPARATORS)
    rows = facts.rows[facts.rows["measure"] == one.compare]
    found = []
    for area in lens.categories(COMPARATORS, "area"):
        periods = sorted(rows[rows["area"] == area]["on"].tolist())
        if not periods:
            continue
        period = periods[-1]
        text, source = (
            lens.text(COMPARATORS, column, measure=one.compare, area=area, on=period) for column in ("value", "source")
        )
        same = one.at(period)
        ours, on = (same, period) if same is not None and is_number(same) else (one.now, one.on)
        found.append(Beside(area, text, day_of(period), source, ours, day_of(on), compared(ours, text, area)))
    return tuple(found)


def compared(ours: str, theirs: str, area: str) -> str:
    """Higher than England; lower than it; about the same: printed figures no more than one apart. Never a verdict."""
    a, b = number_of(_bare(ours)), number_of(_bare(theirs))
    if a is None or b is None:
        return "cannot be told"
    if abs(a - b) <= A_POINT:
        return f"about the same as {area}"
    return f"{'higher' if a > b else 'lower'} than {area}"


def together(some: Sequence[Measure]) -> Iterator[tuple[Measure, ...]]:
    """Those that are drawn beside each other: of one part, told at the same times."""
    found: dict[tuple[str, tuple[str, ...]], list[Measure]] = {}
    for one in some:
        found.setdefault((one.part, one.times), []).append(one)
    yield from (tuple(part) for part in found.values())


def trend_of(some: Sequence[Measure], title: str, alt: str) -> str:
    """Small lines of measures told at the same times; empty where there is nothing to draw."""
    trends = [Trend(one.title, tuple(drawn_at(text) for text in one.texts), one.texts) for one in some]
    times = some[0].times
    if len(times) < 2 or not any(value is not None for trend in trends for value in trend.values):
        return ""
    return trends_svg(trends, time_said(times[0]), time_said(times[-1]), title=title, alt=alt)


def drawn_at(text: str) -> float | None:
    """A printed figure as it is drawn; None where none is told."""
    return number_of(_bare(text))


def time_said(on: str) -> str:
    """March 2026, or a financial year as it stands."""
    return month_said(date.fromisoformat(on)) if len(on) == len("2026-03-31") else on


def fresh(lens: Lens) -> Lens:
    """The lens with a list of its own of what it says: the one that is kept for everybody must not grow with it."""
    return replace(lens, said=[])


def _bare(text: str) -> str:
    return text.removesuffix("%")
