"""Section 4, need for homes: children in care ahead, in all and by kind of home, starts and ends, past forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from reporting.fan import Band, Fan, Known, Panel, Past, fan_svg, fans_svg, past_svg
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Edition, Paragraph, Picture, Section, Table
from sufficiency.mp_figures import (
    ahead_table,
    band,
    band_of,
    days,
    derived,
    headline_days,
    in_words,
    label,
    list_of,
    many,
    middle_and_band,
    names_of,
    number,
    on_said,
    said,
    uncapital,
)
from sufficiency.narrative import Narrative
from sufficiency.need_words import FEW, capital

HEADING: Final = "Need for homes"
KEY: Final = "forecast.group"
BANDS: Final = (
    ("9 in 10 futures lie here", "p05", "p95"),
    ("8 in 10 futures lie here", "p10", "p90"),
    ("5 in 10 futures lie here", "p25", "p75"),
)
KNOWN_NAME: Final = "children in care, as the returns say"
MIDDLE_NAME: Final = "middle of the forecast"
TOLD_AHEAD: Final = "12"
"""Months ahead of the past forecasts that are drawn."""


def section(lens: Lens, narrative: Narrative) -> tuple[Section, ...]:
    """The fan in all and by kind of home, starts and ends of care, and how past forecasts did."""
    lens = lens.under(HEADING)
    if not days(lens, KEY):
        return (Section(HEADING, (Paragraph("No forecast was made."), *narrative.words("need")), anchor="need"),)
    blocks: list[Block] = [Paragraph(lead(lens), strong=True), *_total(lens), *_groups(lens)]
    blocks += [*_ages(lens), *narrative.words("need")]
    found = [Section(HEADING, tuple(blocks), anchor="need")]
    flows, past = tuple(_flows(lens.under(FLOWS))), tuple(_past(lens.under(PAST)))
    if flows:
        found.append(Section(FLOWS, flows, level=3))
    return (*found, Section(PAST, past, level=3))


FLOWS: Final = "Starting and leaving care"
PAST: Final = "Past forecasts and what happened"


def lead(lens: Lens) -> str:
    """From how many to how many, with the band, after each whole year."""
    now = lens.book.about["known_until"]
    text = said(lens, "children.total", "children", what="in_care", on=now)
    told = []
    for on in headline_days(days(lens, KEY)):
        ends = band(lens, KEY, on=on, group="all")
        middle = in_words(said(lens, KEY, "p50", on=on, group="all"))
        told.append(f"{middle} on {on_said(on)}" + (f" ({ends} in 8 of 10 futures)" if ends else ""))
    counted = capital(many(text, "child was", "children were"))
    return f"{counted} in care on {on_said(now)}. Ahead: about {list_of(told)}."


# ---- pictures ------------------------------------------------------------------------------------------------------


def _total(lens: Lens) -> Iterator[Block]:
    """All children in care: what is known, and the fan; a table of every quarter."""
    months = days(lens, KEY)
    quarters = months[2::3] or months[-1:]
    table = _quarters(lens, quarters)
    known, fan = _known(lens), _fan(lens, quarters, "all")
    if known is None or fan is None:
        yield table
        return
    middle = in_words(said(lens, KEY, "p50", on=months[-1], group="all"))
    ends = band(lens, KEY, on=months[-1], group="all")
    title = f"About {middle} children in care on {on_said(months[-1])}" + (
        f"; in 8 of 10 futures, {ends}" if ends else ""
    )
    first = said(lens, "children.total", "children", what="in_care", on=known.days[0].isoformat())
    last = said(lens, "children.total", "children", what="in_care", on=known.days[-1].isoformat())
    alt = (
        f"A line of children in care, {first} on {on_said(known.days[0].isoformat())} and {last} on "
        f"{on_said(known.days[-1].isoformat())}, and a fan from there on: {title[:1].lower() + title[1:]}."
    )
    svg = fan_svg(known, fan, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    yield Picture(title, svg, alt, table)


def _groups(lens: Lens) -> Iterator[Block]:
    """A small fan for each kind of home that is large enough, and the table of all kinds."""
    now = lens.book.about["known_until"]
    months = days(lens, KEY)[2::3] or days(lens, KEY)
    names = [name for name in names_of(lens, KEY, "group") if name != "all"]
    table = _ahead(lens, "group", [*names, *(["all"] if "all" in lens.categories(KEY, "group") else [])])
    panels, left = [], []
    for name in names:
        known, fan = _known_group(lens, name, now), _fan(lens, months, name)
        if known is None or fan is None:
            left.append(uncapital(label(lens, KEY, "group", name)))
        else:
            panels.append(Panel(label(lens, KEY, "group", name), known, fan))
    if not panels:
        yield table
        return
    title = "Children in each kind of home: what is known, and what may come"
    alt = "A small fan for each kind of home, each on a scale of its own. The table beneath holds the figures."
    svg = fans_svg(panels, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    yield Picture(title, svg, alt, table)
    if left:
        small = "too small to draw" if lens.edition is Edition.CONFIDENTIAL else "too small to publish or to draw"
        yield Paragraph(f"Not drawn, because their figures are {small}: {list_of(left)}.")


def _ages(lens: Lens) -> Iterator[Block]:
    if days(lens, "forecast.age"):
        names = tuple(names_of(lens, "forecast.age", "age"))
        on = headline_days(days(lens, "forecast.age"))
        yield ahead_table(lens, "forecast.age", "Children in care by age", "Age", names, "age", on)


def _fan(lens: Lens, months: Sequence[str], group: str) -> Fan | None:
    """The forecast as it may be published; None where a single figure of it may not, or all are few."""
    ends: dict[str, list[float]] = {}
    for column in ("p50", *(end for _, *both in BANDS for end in both)):
        values = [number(lens, KEY, column, on=on, group=group) for on in months]
        if any(value is None for value in values):
            return None
        ends[column] = [value for value in values if value is not None]
    if group != "all" and max(ends["p90"]) < FEW:
        return None
    bands = tuple(Band(name, tuple(ends[low]), tuple(ends[high])) for name, low, high in BANDS)
    return Fan(tuple(date.fromisoformat(on) for on in months), tuple(ends["p50"]), bands)


def _known(lens: Lens) -> Known | None:
    found = {
        on: number(lens, "children.total", "children", what="in_care", on=on)
        for on in days(lens, "children.total", what="in_care")
    }
    return _line({on: value for on, value in found.items() if value is not None})


def _known_group(lens: Lens, group: str, now: str) -> Known | None:
    key = "children.group_age"
    found = {
        on: number(lens, key, "children", what="in_care", on=on, group=group, age="all")
        for on in days(lens, key, what="in_care")
    }
    if found.get(now) is None:
        return None
    return _line({on: value for on, value in found.items() if value is not None})


def _line(found: dict[str, float]) -> Known | None:
    order = sorted(found)
    return Known(tuple(date.fromisoformat(on) for on in order), tuple(found[on] for on in order)) if order else None


# ---- tables --------------------------------------------------------------------------------------------------------


def _quarters(lens: Lens, quarters: Sequence[str]) -> Table:
    """The middle and each band at the end of every quarter."""
    columns = (
        Column("On"),
        Column("Middle", number=True),
        *(Column(name.removesuffix(" lie here"), number=True) for name, *_ in BANDS[::-1]),
    )
    rows = tuple(
        (
            on_said(on),
            said(lens, KEY, "p50", on=on, group="all"),
            *(band(lens, KEY, low, high, on=on, group="all") for _, low, high in BANDS[::-1]),
        )
        for on in quarters
    )
    return Table("Children in care at the end of each quarter", columns, rows)


def _ahead(lens: Lens, dimension: str, names: Sequence[str]) -> Table:
    """Each kind of home now, and after each whole year."""
    now, on = lens.book.about["known_until"], headline_days(days(lens, KEY))
    columns = (Column("Kind of home"), Column("Now", number=True), *(Column(on_said(day), number=True) for day in on))
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        by = {"group": name}
        count = said(lens, "children.group_age", "children", what="in_care", on=now, age="all", **by)
        rows.append(
            (label(lens, KEY, dimension, name), count, *(middle_and_band(lens, KEY, on=day, **by) for day in on))
        )
    return Table(
        "Children in each kind of home",
        columns,
        tuple(rows),
        ("Ahead: the middle, and beneath it where 8 in 10 futures lie.",),
    )


def _flows(lens: Lens) -> Iterator[Block]:
    """Starts and ends of care by year: counted, then forecast."""
    key = "forecast.flows"
    if not lens.has(key):
        return
    counted = {"entry": "started", "exit": "ceased"}
    totals = lens.facts("children.total").rows if lens.has("children.total") else None
    years = (
        []
        if totals is None
        else sorted(set(totals.loc[totals["what"].isin(["started", "ceased"]), "on"].tolist()))[-3:]
    )
    ahead = sorted(set(lens.facts(key).rows["on"].tolist()))
    columns = (
        Column("Children who"),
        *(Column(year, number=True) for year in years),
        *(Column(f"{year}, forecast", number=True) for year in ahead),
    )
    rows = tuple(
        (
            label(lens, key, "flow", flow),
            *(said(lens, "children.total", "children", what=counted.get(flow, ""), on=year) for year in years),
            *(middle_and_band(lens, key, on=year, flow=flow) for year in ahead),
        )
        for flow in names_of(lens, key, "flow")
    )
    if years and ahead:
        started = said(lens, "children.total", "children", what="started", on=years[-1])
        ceased = said(lens, "children.total", "children", what="ceased", on=years[-1])
        yield Paragraph(
            f"In {years[-1]}, {many(started, 'child', 'children')} started to be looked after and "
            f"{many(ceased, 'child', 'children')} ceased."
        )
    yield Table(
        "Children who start and cease to be looked after",
        columns,
        rows,
        ("Forecast: the middle, and beneath it where 8 in 10 futures lie.",),
    )


def _past(lens: Lens) -> Iterator[Block]:
    """How wrong forecasts were that would have been made in the past."""
    if not lens.has("past.scores"):
        yield Paragraph(
            "No forecast of this council was tried on its past, so nobody knows yet how far its bands can be trusted."
        )
        return
    ahead = list(names_of(lens, "past.scores", "horizon"))
    ahead = sorted(
        (one for one in ahead if said(lens, "past.scores", "origins", level="total", horizon=one)), key=_as_number
    )
    columns = ("origins", "bias", "crps", "held_80", "held_95", "skill")
    titles = {value.name: value.title for value in lens.facts("past.scores").columns}
    rows = tuple((one, *(said(lens, "past.scores", c, level="total", horizon=one) for c in columns)) for one in ahead)
    yield from _past_picture(lens)
    note = "Each forecast was made with what was known on its day. Score: the ranked probability score, in children."
    head = (Column("Months ahead", number=True), *(Column(titles[c], number=True) for c in columns))
    yield Table("How forecasts of all children in care did on the council's own past", head, rows, (note,))


def _past_picture(lens: Lens) -> Iterator[Block]:
    key = "past.forecasts"
    if not lens.has(key):
        return
    rows = lens.facts(key).rows
    rows = rows[rows["horizon"] == TOLD_AHEAD].sort_values("on")
    bars, told = [], []
    for on in rows["on"]:
        by = {"horizon": TOLD_AHEAD, "on": on}
        low, middle, high = (number(lens, key, column, **by) for column in ("p10", "p50", "p90"))
        happened = number(lens, "children.total", "children", what="in_care", on=on)
        count = said(lens, "children.total", "children", what="in_care", on=on)
        ends = band_of(str(said(lens, key, "p10", **by)), str(said(lens, key, "p90", **by)))
        told.append((on_said(on), ends, said(lens, key, "p50", **by), count))
        if low is not None and middle is not None and high is not None and happened is not None:
            bars.append(Past(date.fromisoformat(on), low, middle, high, low <= happened <= high))
    head = (
        Column("For"),
        Column("8 in 10 futures", number=True),
        Column("Middle", number=True),
        Column("What happened", number=True),
    )
    table = Table(f"Forecasts made {TOLD_AHEAD} months ahead, and what happened", head, tuple(told))
    known = _known(lens)
    if known is None or not bars:
        yield table
        return
    held, tried = (derived(lens, key, "p90", str(n)) for n in (sum(one.held for one in bars), len(bars)))
    title = (
        f"What happened lay within the band of 8 in 10 futures {held} of {tried} times"
        if len(bars) > 1
        else table.caption
    )
    alt = f"A line of what happened, and a bar for each forecast made {TOLD_AHEAD} months before. {title}."
    svg = past_svg(
        known, bars, title=title, alt=alt, known_name=KNOWN_NAME, past_name=f"forecast made {TOLD_AHEAD} months before"
    )
    yield Picture(title, svg, alt, Table(table.caption, table.columns, table.rows))


def _as_number(text: str) -> float:
    return float(text) if text.isdigit() else 0.0
