"""Small fans and their tables for what is counted by segment: homes, places, children without one of the council's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reporting.fan import Known, Panel, fan_svg, fans_svg
from reporting.section import Cell, Column, Picture, Table
from sufficiency.forecast import Array, Forecast
from sufficiency.households import SEGMENTS
from sufficiency.need_charts import fan_of
from sufficiency.need_words import Spread, capital, date_of, day_said, whole
from sufficiency.outputs import headline_months

NAMES: Final = {
    "mainstream_0_4": "foster carers for children under 5",
    "mainstream_5_10": "foster carers for ages 5 to 10",
    "mainstream_11_15": "foster carers for ages 11 to 15",
    "teenagers": "foster carers for teenagers",
    "siblings_two": "foster carers for two siblings",
    "siblings_three_or_more": "foster carers for three siblings or more",
    "parent_and_child": "foster carers for parent and child",
    "specialist": "specialist foster carers",
    "short_breaks": "foster carers for short breaks",
    "supported_lodgings": "supported-lodgings hosts",
    "adopters": "adopters and early permanence",
    "kin": "relatives and friends",
}
"""What a household of each segment is."""
NEEDS: Final = {
    "mainstream_0_4": "a child under 5",
    "mainstream_5_10": "a child of 5 to 10",
    "mainstream_11_15": "a child of 11 to 15",
    "teenagers": "a teenager",
    "siblings_two": "two siblings together",
    "siblings_three_or_more": "three siblings or more together",
    "parent_and_child": "a parent with their child",
    "specialist": "a child who could leave a children's home",
    "supported_lodgings": "supported lodgings at 16 or 17",
    "adopters": "adopters",
    "kin": "relatives and friends",
}
"""Whom a home is needed for, by segment; nobody needs `short_breaks`."""
PLANNED: Final = tuple(name for name in SEGMENTS if name not in ("kin", "short_breaks"))
"""Segments for which a council can recruit and in which children wait for a home."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One thing that is counted: its name, how many on the day before the forecast begins, and the futures."""

    name: str
    now: int
    counts: Array
    """[draws, months]"""


def fan_picture(forecast: Forecast, line: Line, title: str, middle_name: str, *, children: bool = True) -> Picture:
    """One fan across the page, and the table of every headline month."""
    spread = Spread(line.counts)
    alt = f"A fan. {_said(forecast, line, spread, children=children)}"
    svg = fan_svg(
        _known(forecast, line),
        fan_of(forecast, spread),
        title=title,
        alt=alt,
        known_name=_known_name(forecast),
        middle_name=middle_name,
    )
    return Picture(
        title, svg, alt, lines_table(forecast, capital(line.name), "What is counted", (line,), children=children)
    )


def fans_picture(
    forecast: Forecast, lines: Sequence[Line], title: str, caption: str, first: str, *, children: bool = True
) -> Picture:
    """A small fan for each line, each on a scale of its own, with one table."""
    spreads = [Spread(line.counts) for line in lines]
    panels = [
        Panel(capital(line.name), _known(forecast, line), fan_of(forecast, spread))
        for line, spread in zip(lines, spreads, strict=True)
    ]
    alt = "Small fans, each on a scale of its own. " + " ".join(
        _said(forecast, line, spread, children=children) for line, spread in zip(lines, spreads, strict=True)
    )
    svg = fans_svg(panels, title=title, alt=alt, known_name=_known_name(forecast), middle_name="middle of the forecast")
    return Picture(title, svg, alt, lines_table(forecast, caption, first, lines, children=children))


def lines_table(
    forecast: Forecast,
    caption: str,
    first: str,
    lines: Sequence[Line],
    notes: tuple[str, ...] = (),
    *,
    children: bool = True,
) -> Table:
    """Each line now and after the months that are told first: the middle over the band of 8 in 10 futures."""
    months = headline_months(forecast)
    rows: list[tuple[Cell, ...]] = [
        (capital(line.name), line.now, *(ahead_said(Spread(line.counts), month, children=children) for month in months))
        for line in lines
    ]
    columns = (
        Column(first),
        Column(day_said(forecast.origin - 1), number=True),
        *(Column(day_said(int(forecast.month_ends[month - 1])), number=True) for month in months),
    )
    return Table(caption, columns, tuple(rows), ("Ahead: the middle, and where it lies in 8 in 10 futures.", *notes))


def ahead_said(spread: Spread, month: int, *, children: bool = True) -> tuple[Cell, ...]:
    """The middle over its band. Few children are said in words; few households are not."""
    return spread.both_said(month) if children else plain_said(spread, month)


def plain_said(spread: Spread, month: int) -> tuple[str, ...]:
    """The middle over the band of 8 in 10 futures in whole numbers, however few; once where they are the same."""
    low, high = (whole(float(side[month - 1])) for side in spread.bands[0.8])
    middle = f"{whole(float(spread.middle[month - 1])):,}"
    return (middle,) if low == high else (middle, f"{low:,} to {high:,}")


def large_enough(line: Line) -> bool:
    """Whether there is ever anything to draw."""
    return bool(line.now or np.any(line.counts))


def _said(forecast: Forecast, line: Line, spread: Spread, *, children: bool) -> str:
    ends = "; ".join(
        f"{', '.join(map(str, ahead_said(spread, month, children=children)))} on "
        f"{day_said(int(forecast.month_ends[month - 1]))}"
        for month in headline_months(forecast)
    )
    return f"{capital(line.name)}: {line.now:,} at first; middle and 8 in 10 futures: {ends}."


def _known_name(forecast: Forecast) -> str:
    return f"on {day_said(forecast.origin - 1)}, before the forecast begins"


def _known(forecast: Forecast, line: Line) -> Known:
    return Known((date_of(forecast.origin - 1),), (float(line.now),))
