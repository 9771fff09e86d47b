"""Children ahead on the page of need: a fan with the past before it, the chosen band in words, its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from reporting.bars import Row
from reporting.fan import Band, Fan, Known, Panel, fan_svg, fans_svg
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Disclosure, Paragraph, Picture, Section, Table
from sufficiency.mp_figures import (
    band,
    days,
    headline_days,
    in_words,
    label,
    list_of,
    many,
    middle_and_band,
    names_of,
    number,
    on_said,
    roughly,
    said,
    uncapital,
)
from sufficiency.mp_need import KNOWN_NAME, MIDDLE_NAME
from sufficiency.mp_words import bar_of, drawn
from sufficiency.need_words import FEW

BANDS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "8 in 10": ("p10", "p90", "one in 10 lie below it and one in 10 above"),
        "9 in 10": ("p05", "p95", "one in 20 lie below it and one in 20 above"),
        "5 in 10": ("p25", "p75", "a quarter lie below it and a quarter above"),
    }
)
"""How many futures a band holds, its ends, and where the others lie."""
TOTAL: Final = "forecast.group"
NEED: Final = "gap.need"
BRACKET: Final = "need.bracket"
NO_PAST: Final = "What is known of the past is drawn to the nearest 5."


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look at the children ahead."""

    title: str
    key: str
    dim: str
    one: str
    """What a category is, in the label of the box in which one is chosen."""


WAYS: Final[Mapping[str, Way]] = MappingProxyType(
    {
        "group": Way("By kind of home", TOTAL, "group", "Kind of home"),
        "age": Way("By age", "forecast.age", "age", "Age"),
    }
)


def not_held(what: str) -> Section:
    """In place of what this forecast does not hold."""
    return Section(what, (Paragraph("This forecast does not hold it. A forecast that is worked out anew will."),))


def everybody(lens: Lens, wide: str) -> Section:
    """All children in care: the past, the fan, the chosen band in words, every quarter in a table."""
    heading = "All children in care"
    months = days(lens, TOTAL)
    if not months:
        return not_held(heading)
    quarters = months[2::3] or months[-1:]
    now = lens.book.about["known_until"]
    blocks: list[Block] = [Paragraph(_lead(lens, now, quarters[-1]), strong=True)]
    blocks.append(Paragraph(band_words(lens, TOTAL, wide, headline_days(months), group="all")))
    known = known_line(lens, "children.total", {"what": "in_care"}, "children")
    fan = fan_of(lens, TOTAL, wide, quarters, group="all")
    table = _quarters(lens, TOTAL, quarters, group="all")
    if known is None or fan is None:
        return Section(heading, (*blocks, table))
    title = f"Children in care, and where {wide} futures lie"
    alt = f"A line of the past, and a fan from {on_said(now)} on. The table that follows holds its figures."
    svg = fan_svg(known, fan, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    return Section(heading, (*blocks, Picture(title, svg, alt, table)))


def _lead(lens: Lens, now: str, last: str) -> str:
    count = said(lens, "children.total", "children", what="in_care", on=now)
    middle = in_words(said(lens, TOTAL, "p50", on=last, group="all"))
    there = many(count, "child was", "children were")
    return (
        f"{there[:1].upper()}{there[1:]} in care on {on_said(now)}. The middle of the forecast for {on_said(last)} "
        f"is {middle}: as many futures end above it as below."
    )


def band_words(lens: Lens, key: str, wide: str, on: Sequence[str], **by: str) -> str:
    """What the chosen band says on some days, and what lies outside it."""
    low, high, rest = BANDS[wide]
    told = [f"{ends} on {on_said(day)}" for day in on if (ends := band(lens, key, low, high, on=day, **by)) is not None]
    if not told:
        return "Its band is too small to publish."
    return f"In {wide} futures: {list_of(told)}. Of the others, {rest}. Nobody can say which future will come."


def parts_ahead(lens: Lens, way: Way, wide: str, chosen: str | None) -> Section:
    """Each category as a small fan, or one of them large, with the table of all."""
    if not days(lens, way.key):
        return not_held(way.title)
    months = days(lens, way.key)
    quarters = months[2::3] or months[-1:]
    table = _now_and_ahead(lens, way, wide, months)
    if chosen is not None:
        return Section(label(lens, way.key, way.dim, chosen), tuple(_one(lens, way, wide, quarters, chosen)))
    panels, left = [], []
    for name in names_of(lens, way.key, way.dim, total=False):
        known, fan = _known_of(lens, way, name), fan_of(lens, way.key, wide, quarters, **{way.dim: name})
        if known is None or fan is None or max(fan.bands[0].high) < FEW:
            left.append(uncapital(label(lens, way.key, way.dim, name)))
        else:
            panels.append(Panel(label(lens, way.key, way.dim, name), known, fan))
    if not panels:
        return Section(way.title, (table,))
    title = f"Children {uncapital(way.title)}, and where {wide} futures lie"
    alt = "A small fan for each, on a scale of its own. The table that follows holds the figures."
    svg = fans_svg(panels, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    blocks: list[Block] = [Picture(title, svg, alt, table)]
    blocks.append(Paragraph(f"Each is drawn on a scale of its own, so heights cannot be compared. {NO_PAST}"))
    if left:
        blocks.append(Paragraph(f"Too small to publish or to draw: {list_of(left)}."))
    return Section(way.title, tuple(blocks))


def _one(lens: Lens, way: Way, wide: str, quarters: Sequence[str], name: str) -> Iterator[Block]:
    by = {way.dim: name}
    yield Paragraph(band_words(lens, way.key, wide, headline_days(days(lens, way.key)), **by))
    table = _quarters(lens, way.key, quarters, **by)
    known, fan = _known_of(lens, way, name), fan_of(lens, way.key, wide, quarters, **by)
    if known is None or fan is None:
        yield Paragraph("It is not drawn, because figures of it are too small to publish.")
        yield table
        return
    title = f"{label(lens, way.key, way.dim, name)}: children, and where {wide} futures lie"
    alt = "A line of the past, and a fan from there on. The table that follows holds its figures."
    svg = fan_svg(known, fan, title=title, alt=alt, known_name=KNOWN_NAME, middle_name=MIDDLE_NAME)
    yield Picture(title, svg, alt, table)
    yield Paragraph(NO_PAST)


def fan_of(lens: Lens, key: str, wide: str, on: Sequence[str], **by: str) -> Fan | None:
    """The middle and the chosen band, as they may be published; None where a single figure may not."""
    low, high, _ = BANDS[wide]
    ends: dict[str, tuple[float, ...]] = {}
    for column in ("p50", low, high):
        values = [number(lens, key, column, on=day, **by) for day in on]
        if any(value is None for value in values):
            return None
        ends[column] = tuple(value for value in values if value is not None)
    told = Band(f"{wide} futures lie here", ends[low], ends[high])
    return Fan(tuple(date.fromisoformat(day) for day in on), ends["p50"], (told,))


def known_line(lens: Lens, key: str, by: Mapping[str, str], column: str) -> Known | None:
    """What is known on each day for which it may be told."""
    found = {on: number(lens, key, column, on=on, **by) for on in days(lens, key, **by)}
    order = sorted(on for on, value in found.items() if value is not None)
    if not order:
        return None
    return Known(tuple(map(date.fromisoformat, order)), tuple(v for on in order if (v := found[on]) is not None))


def _known_of(lens: Lens, way: Way, name: str) -> Known | None:
    """Of the last nine quarters where it is told so often, else of the two days that are; None where now is hidden."""
    if way.dim == "group":
        quarterly = known_line(lens, "performance.mix", {"what": "in_care", "group": name}, "part")
        if quarterly is not None and quarterly.days[-1].isoformat() == lens.book.about["known_until"]:
            return quarterly
    by = {"group": "all", "age": "all"} | {way.dim: name}
    found = known_line(lens, "children.group_age", {"what": "in_care", **by}, "children")
    return found if found is not None and found.days[-1].isoformat() == lens.book.about["known_until"] else None


def _quarters(lens: Lens, key: str, quarters: Sequence[str], **by: str) -> Table:
    columns = (
        Column("On"),
        Column("Middle", number=True),
        *(Column(f"{wide} futures", number=True) for wide in ("5 in 10", "8 in 10", "9 in 10")),
    )
    rows = tuple(
        (
            on_said(on),
            said(lens, key, "p50", on=on, **by),
            *(band(lens, key, *BANDS[wide][:2], on=on, **by) for wide in ("5 in 10", "8 in 10", "9 in 10")),
        )
        for on in quarters
    )
    return Table("Children at the end of each quarter", columns, rows)


def _now_and_ahead(lens: Lens, way: Way, wide: str, months: Sequence[str]) -> Table:
    now, on = lens.book.about["known_until"], headline_days(months)
    low, high, _ = BANDS[wide]
    columns = (Column(way.one), Column("Now", number=True), *(Column(on_said(day), number=True) for day in on))
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, way.key, way.dim):
        by = {way.dim: name}
        count = said(
            lens, "children.group_age", "children", what="in_care", on=now, **({"group": "all", "age": "all"} | by)
        )
        cells = [
            tuple(
                dict.fromkeys(
                    one
                    for one in (said(lens, way.key, "p50", on=day, **by), band(lens, way.key, low, high, on=day, **by))
                    if one is not None
                )
            )
            for day in on
        ]
        rows.append((label(lens, way.key, way.dim, name), count, *cells))
    note = f"Ahead: the middle, and beneath it where {wide} futures lie."
    return Table(f"Children {uncapital(way.title)}, now and ahead", columns, tuple(rows), (note,))


# ---- by what children need -----------------------------------------------------------------------------------------


def need_days(lens: Lens) -> tuple[str, ...]:
    """The quarter ends for which what children need is told."""
    return days(lens, NEED)


def by_need(lens: Lens, on: str) -> Section:
    """Children who have no home of the council's own, by what they need, on a day: bars with their bands."""
    heading = "By what children need"
    if not days(lens, NEED):
        return not_held(heading)
    names = list(names_of(lens, NEED, "home_segment"))
    columns = (
        Column("A home is needed for"),
        Column("Without one of ours: middle", number=True),
        Column("8 in 10 futures", number=True),
        Column("No more than, in 19 of 20 futures", number=True),
        Column("Of those who need one, have one of ours", number=True),
    )
    rows = tuple(
        (
            label(lens, NEED, "home_segment", name),
            said(lens, NEED, "p50", on=on, home_segment=name),
            band(lens, NEED, on=on, home_segment=name),
            said(lens, NEED, "p95", on=on, home_segment=name),
            said(lens, NEED, "in_house_share", on=on, home_segment=name),
        )
        for name in names
    )
    bars: list[Row] = []
    for name in names:
        words = label(lens, NEED, "home_segment", name)
        bar = bar_of(lens, words, NEED, ("p50", "p10", "p90"), on=on, home_segment=name)
        if bar is not None and name != "all":
            bars.append(bar)
    caption = f"Children who need a home and have none of the council's own, {on_said(on)}"
    every = many(said(lens, NEED, "p50", on=on, home_segment="all"), "child", "children")
    ends = band(lens, NEED, on=on, home_segment="all")
    lead = f"On {on_said(on)} {roughly(every)} of all kinds need a home of the council's own and have none"
    lead += f" ({ends} in 8 of 10 futures)." if ends else "."
    more = (
        "Children with relatives and friends are not among them: these homes come with the child. A bar is the middle "
        "of the forecast; the line across its end runs to where 8 in 10 futures lie."
    )
    return Section(
        heading, (Paragraph(lead, strong=True), *drawn(bars, caption, Table(caption, columns, rows)), Paragraph(more))
    )


def bracket(lens: Lens) -> Section:
    """Need against use: the two ends between which need lies, in words and in a table."""
    heading = "Need, and what is used"
    on = headline_days_of(lens)
    if not on:
        return not_held(heading)
    first = on[0]
    blocks: list[Block] = [
        Paragraph(
            "Where children live shows what was used, not always what they needed: some live in a children's home "
            "because no foster home was found. Nobody counts how many. So need is told between two ends.",
            strong=True,
        )
    ]
    for name in names_of(lens, BRACKET, "need_for", total=False):
        ends = [
            in_words(said(lens, BRACKET, "p50", on=first, need_for=name, end=end))
            for end in ("use_is_need", "some_needed_foster")
        ]
        words = label(lens, BRACKET, "need_for", name)
        alike = f"about {ends[0]} at either end" if ends[0] == ends[1] else f"from about {ends[0]} to about {ends[1]}"
        blocks.append(
            Paragraph(
                f"{words} on {on_said(first)}: {alike}. It is {ends[0]} if every child needs the kind of home they "
                f"live in, and {ends[1]} if some children in children's homes needed a foster home."
                if ends[0] != ends[1]
                else f"{words} on {on_said(first)}: {alike}."
            )
        )
    columns = (Column("Homes needed"), Column("If"), *(Column(on_said(day), number=True) for day in on))
    rows: list[tuple[Cell, ...]] = []
    for name in names_of(lens, BRACKET, "need_for", total=False):
        for end in names_of(lens, BRACKET, "end", total=False):
            cells = [middle_and_band(lens, BRACKET, on=day, need_for=name, end=end) for day in on]
            told = (label(lens, BRACKET, "need_for", name), label(lens, BRACKET, "end", end))
            rows.append((*told, *cells))
    note = "The middle, and beneath it where 8 in 10 futures lie. Children, each of whom needs one place."
    blocks.append(Table("Need between two ends", columns, tuple(rows), (note,)))
    blocks.append(
        Disclosure(
            "Why two ends",
            (
                Paragraph(
                    "The share of children in children's homes who needed a foster home is an assumption of the "
                    "scenario, with its source and range on the page Scenarios. Which end is nearer the truth is a "
                    "question for social workers, child by child."
                ),
            ),
        )
    )
    return Section(heading, tuple(blocks))


def headline_days_of(lens: Lens) -> tuple[str, ...]:
    """After whole years of quarters, of the table of the two ends."""
    quarters = days(lens, BRACKET)
    return tuple(quarters[3::4]) or tuple(quarters[-1:])
