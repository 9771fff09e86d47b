"""The pictures of a forecast, each with the table of what it shows and a title that says what there is to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from reporting.fan import Band, Fan, Known, Panel, fan_svg, fans_svg
from reporting.section import Cell, Column, Picture, Table
from sufficiency.counts import Flows, flows, stock
from sufficiency.forecast import Array, Forecast
from sufficiency.groups import AGE_BANDS, AGE_NAMES, GROUP_NAMES, GROUPS
from sufficiency.history import History
from sufficiency.need_words import (
    FEW,
    FUTURES,
    Spread,
    capital,
    date_of,
    day_said,
    listed,
    month_said,
    months_said,
    whole,
)
from sufficiency.outputs import headline_months

MONTHS_BACK: Final = 60
"""How much of the past stands before a forecast in a drawing."""
KNOWN_NAME: Final = "children in care, as the return says"
MIDDLE_NAME: Final = "middle of the forecast"
YEAR: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What is known month by month before a forecast begins."""

    days: tuple[date, ...]
    """The last day of each month."""
    stock: Array
    """[months, groups, ages]"""
    flows: Flows
    """Of the same months."""


def before(history: History) -> Before:
    """The whole months of a history, and who was in care at the end of each."""
    first, last = (np.datetime64(day, "D").astype("datetime64[M]") for day in (history.first, history.until))
    starts = np.arange(first, last + 1).astype("datetime64[D]").astype(np.int64)
    starts = starts[(starts >= history.first) & (starts <= history.until)]
    ends = starts[1:] - 1
    return Before(tuple(date_of(day) for day in ends), stock(history, ends), flows(history, starts))


def total_picture(known: Before, forecast: Forecast) -> Picture:
    """All children in care: one fan, and its table for each quarter."""
    spread = Spread(forecast.stock.sum(axis=(2, 3)))
    month = headline_months(forecast)[0]
    title = (
        f"About {spread.said(month)} children in care in {month_said(int(forecast.month_ends[month - 1]))}; "
        f"in {FUTURES[0.8]}, {spread.band_said(month)}"
    )
    counted = known.stock.sum(axis=(1, 2))
    svg_words = {"title": title, "alt": _alt(known, forecast, spread, counted)}
    svg = fan_svg(
        _known(known, counted), fan_of(forecast, spread), known_name=KNOWN_NAME, middle_name=MIDDLE_NAME, **svg_words
    )
    return Picture(title, svg, svg_words["alt"], _quarters(forecast, spread, "Children in care at the end of a month"))


def group_picture(known: Before, forecast: Forecast) -> tuple[Picture | None, tuple[str, ...]]:
    """A small fan for each group of placement; and the groups too small to be drawn."""
    counts, past = forecast.stock.sum(axis=3), known.stock.sum(axis=2)
    return _small_fans(
        known,
        forecast,
        [GROUP_NAMES[group] for group in GROUPS],
        [counts[:, :, g] for g in range(len(GROUPS))],
        [past[:, g] for g in range(len(GROUPS))],
        "kind of home",
        "in “{}”",
    )


def group_table(known: Before, forecast: Forecast) -> Table:
    """Children in each kind of home, now and ahead, and all of them together."""
    counts = forecast.stock.sum(axis=3)
    rows = [
        (
            capital(GROUP_NAMES[group]),
            int(known.stock[-1, g].sum()),
            *_told(Spread(counts[:, :, g]), headline_months(forecast)),
        )
        for g, group in enumerate(GROUPS)
    ]
    return ahead_table("Children in each kind of home", "Kind of home", forecast, rows)


def age_picture(known: Before, forecast: Forecast) -> tuple[Picture | None, tuple[str, ...]]:
    """A small fan for each age band, as `group_picture`."""
    counts, past = forecast.stock.sum(axis=2), known.stock.sum(axis=1)
    return _small_fans(
        known,
        forecast,
        [f"aged {AGE_NAMES[age]}" for age in AGE_BANDS],
        [counts[:, :, a] for a in range(len(AGE_BANDS))],
        [past[:, a] for a in range(len(AGE_BANDS))],
        "age",
        "{}",
    )


def flow_picture(known: Before, forecast: Forecast) -> Picture:
    """Starts, ends of care and moves in the twelve months up to each month's end."""
    names = ("starting to be looked after", "leaving care", "moves between placements")
    past = [
        known.flows.entries.sum(axis=(1, 2)),
        known.flows.exits.sum(axis=(1, 2)),
        known.flows.moves.sum(axis=(1, 2)),
    ]
    ahead = [forecast.entries.sum(axis=(2, 3)), forecast.exits.sum(axis=(2, 3)), forecast.moves.sum(axis=(2, 3))]
    panels, spreads = [], []
    for name, counted, counts in zip(names, past, ahead, strict=True):
        spread = Spread(yearly(counted, counts))
        spreads.append(spread)
        sums = np.convolve(counted, np.ones(YEAR), "valid")
        line = Known(known.days[YEAR - 1 :][-MONTHS_BACK:], tuple(map(float, sums[-MONTHS_BACK:])))
        panels.append(Panel(capital(name), line, fan_of(forecast, spread)))
    month = headline_months(forecast)[0]
    starts, leaves = spreads[0].said(month), spreads[1].said(month)
    title = f"In the year to {month_said(int(forecast.month_ends[month - 1]))}, about {starts} start and {leaves} leave"
    alt = "Small fans of the twelve months up to each month's end. " + " ".join(
        f"{panel.heading}: {whole(panel.known.values[-1]):,} in the last known year; {spread.said(month)} after "
        f"{months_said(month)}, {spread.band_said(month)} in {FUTURES[0.8]}."
        for panel, spread in zip(panels, spreads, strict=True)
    )
    svg = fans_svg(
        panels,
        title=title,
        alt=alt,
        known_name="in the twelve months before, as the return says",
        middle_name=MIDDLE_NAME,
    )
    rows = [
        (panel.heading, whole(panel.known.values[-1]), *_told(spread, headline_months(forecast)))
        for panel, spread in zip(panels, spreads, strict=True)
    ]
    return Picture(
        title,
        svg,
        alt,
        ahead_table(
            "In the twelve months up to each day", "What happens", forecast, rows, "Last known year", "Year to "
        ),
    )


def yearly(counted: Array, counts: Array) -> Array:
    """Sums over the twelve months up to each forecast month, [draws, months]; the first reach into what is known."""
    before_it = np.broadcast_to(counted[-(YEAR - 1) :], (len(counts), YEAR - 1))
    sums = np.concatenate(
        [np.zeros((len(counts), 1)), np.cumsum(np.concatenate([before_it, counts], axis=1), axis=1)], 1
    )
    told: Array = sums[:, YEAR:] - sums[:, :-YEAR]
    return told


def fan_of(forecast: Forecast, spread: Spread) -> Fan:
    """The bands as they are drawn, from the widest to the narrowest."""
    return Fan(
        tuple(date_of(day) for day in forecast.month_ends.tolist()),
        tuple(spread.middle.tolist()),
        tuple(
            Band(f"{FUTURES[share]} lie here", tuple(low.tolist()), tuple(high.tolist()))
            for share, (low, high) in spread.bands.items()
        ),
    )


def _small_fans(
    known: Before,
    forecast: Forecast,
    names: Sequence[str],
    counts: Sequence[Array],
    past: Sequence[Array],
    by: str,
    said: str,
) -> tuple[Picture | None, tuple[str, ...]]:
    spreads = [Spread(one) for one in counts]
    month = headline_months(forecast)[0]
    large = [
        max(spread.bands[0.8][1].max(), before_it[-1]) >= FEW for spread, before_it in zip(spreads, past, strict=True)
    ]
    panels = [
        Panel(capital(name), _known(known, before_it), fan_of(forecast, spread))
        for name, spread, before_it, drawn in zip(names, spreads, past, large, strict=True)
        if drawn
    ]
    few = tuple(name for name, drawn in zip(names, large, strict=True) if not drawn)
    if not panels:
        return None, few
    title = _change_said([said.format(name) for name in names], spreads, past, month)
    alt = f"A small fan for each {by}, each on a scale of its own. " + " ".join(
        f"{capital(name)}: {int(before_it[-1]):,} now, {spread.said(month)} after {months_said(month)}, "
        f"{spread.band_said(month)} in {FUTURES[0.8]}."
        for name, spread, before_it in zip(names, spreads, past, strict=True)
    )
    svg = fans_svg(panels, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    rows = [
        (capital(name), int(before_it[-1]), *_told(spread, headline_months(forecast)))
        for name, spread, before_it in zip(names, spreads, past, strict=True)
    ]
    return Picture(title, svg, alt, ahead_table(f"Children in care by {by}", capital(by), forecast, rows)), few


def _change_said(names: Sequence[str], spreads: Sequence[Spread], past: Sequence[Array], month: int) -> str:
    """Which grows most and which shrinks most after so many months, where the middle moves by children at all."""
    changes = [float(s.middle[month - 1]) - float(b[-1]) for s, b in zip(spreads, past, strict=True)]
    said = []
    for at, words in ((int(np.argmax(changes)), "more"), (int(np.argmin(changes)), "fewer")):
        if whole(abs(changes[at])) >= 2 and (changes[at] > 0) == (words == "more"):
            said.append(f"{whole(abs(changes[at])):,} {words} {names[at]}")
    if not said:
        return f"Hardly any change in the middle of the forecast over {months_said(month)}"
    return f"The largest changes over {months_said(month)}: {listed(said)}"


def _known(known: Before, counted: Array) -> Known:
    return Known(known.days[-MONTHS_BACK:], tuple(map(float, counted[-MONTHS_BACK:])))


def _alt(known: Before, forecast: Forecast, spread: Spread, counted: Array) -> str:
    ends = [
        f"After {months_said(m)}: {spread.said(m)}, {spread.band_said(m)} in {FUTURES[0.8]}, "
        f"{spread.band_said(m, 0.95)} in {FUTURES[0.95]}."
        for m in headline_months(forecast)
    ]
    shown = min(MONTHS_BACK, len(counted))
    start = f"A line of {months_said(shown)} of children in care, {int(counted[-shown]):,} at first and "
    return f"{start}{int(counted[-1]):,} on {day_said(known.days[-1])}, and a fan from there on. " + " ".join(ends)


def _told(spread: Spread, months: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(spread.both_said(month) for month in months)


def ahead_table(
    caption: str, first: str, forecast: Forecast, rows: Sequence[tuple[Cell, ...]], now: str = "Now", ahead: str = ""
) -> Table:
    """What is known, and the middle over the band of 8 in 10 futures after each of the months that are told first."""
    columns = [Column(first), Column(now, number=True)]
    for month in headline_months(forecast):
        columns.append(Column(f"{ahead}{day_said(int(forecast.month_ends[month - 1]))}", number=True))
    return Table(caption, tuple(columns), tuple(rows), ("Ahead: the middle, and where it lies in 8 in 10 futures.",))


def _quarters(forecast: Forecast, spread: Spread, caption: str) -> Table:
    """Every third month; all months are in need.csv."""
    rows = []
    many = len(forecast.month_ends)
    for month in sorted({*range(3, many + 1, 3), many}):
        row: list[Cell] = [day_said(int(forecast.month_ends[month - 1])), spread.said(month)]
        rows.append((*row, *(spread.band_said(month, share) for share in (0.5, 0.8, 0.95))))
    columns = (
        Column("On"),
        Column("Middle", number=True),
        *(Column(FUTURES[share], number=True) for share in (0.5, 0.8, 0.95)),
    )
    return Table(caption, columns, tuple(rows), ("Every month is in need.csv.",))
