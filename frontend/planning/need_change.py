"""Who comes and who goes, and what the change ahead is made of, on the page of need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from frontend.planning.need_ahead import not_held
from reporting.bars import Row
from reporting.lens import FEWER, Lens
from reporting.section import Bar, Block, Cell, Column, Paragraph, Section, Table
from sufficiency import mp_need
from sufficiency.mp_figures import band, days, in_words, label, many, names_of, number, on_said, roughly, said
from sufficiency.mp_words import bar_of, drawn, latest, years_table
from sufficiency.narrative import Narrative

KEY: Final = "forecast.change"
FLOWS: Final = "forecast.flows"
COUNTED: Final = {"entry": "started", "exit": "ceased"}
ADDED: Final = ("entry",)
HEADING: Final = "What the change is made of"
WHY: Final = (
    "The forecast plays every child in care month by month: each grows older, stays, moves or leaves as often as "
    "children of that age, kind of home and time in care did in the council's own returns, and new children start. "
    "So a number changes where more start than leave, and where many children are near 18 today."
)


def coming_and_going(lens: Lens) -> Section:
    """Starts and ends of care: years that are counted, years that are forecast, and ways out."""
    blocks: list[Block] = []
    for flow in names_of(lens, FLOWS, "flow", total=False) if lens.has(FLOWS) else ():
        title = label(lens, FLOWS, "flow", flow)
        blocks += drawn(
            list(_years(lens, flow)), f"Children who {title[:1].lower()}{title[1:]}", _flow_table(lens, flow)
        )
    for one in mp_need.section(lens, Narrative()):
        if one.heading == mp_need.FLOWS:
            blocks += [block for block in one.blocks if isinstance(block, Paragraph)]
    for key, what, dim, caption in (
        ("started.age_group", "started", "age", "Children who started, by age"),
        ("ceased.way_out", "ceased", "way_out", "Children who left care, by way out"),
    ):
        if lens.has(key):
            on = tuple(reversed(latest(lens, key)))
            fixed = {"group": "all"} if key == "started.age_group" else {}
            blocks.append(years_table(lens, key, "children", caption, dim, on, what=what, **fixed))
    return Section("Who starts and who leaves", tuple(blocks)) if blocks else not_held("Who starts and who leaves")


def _years(lens: Lens, flow: str) -> Iterator[Row]:
    what = COUNTED[flow]
    for year in sorted(on for on in latest(lens, "children.total", what=what))[-4:]:
        text = said(lens, "children.total", "children", what=what, on=year)
        yield Row(year, (number(lens, "children.total", "children", what=what, on=year),), in_words(text))
    for year in latest(lens, FLOWS, flow=flow)[::-1]:
        bar = bar_of(lens, f"{year}, forecast", FLOWS, ("p50", "p10", "p90"), on=year, flow=flow)
        if bar is not None:
            yield bar


def _flow_table(lens: Lens, flow: str) -> Table:
    what = COUNTED[flow]
    rows: list[tuple[Cell, ...]] = []
    for year in sorted(on for on in latest(lens, "children.total", what=what)):
        rows.append((year, "counted", said(lens, "children.total", "children", what=what, on=year), None, None))
    for year in latest(lens, FLOWS, flow=flow)[::-1]:
        by = {"on": year, "flow": flow}
        ends = (band(lens, FLOWS, **by), band(lens, FLOWS, "p05", "p95", **by))
        rows.append((year, "forecast", said(lens, FLOWS, "p50", **by), *ends))
    columns = (
        Column("Year to 31 March"),
        Column("Counted or forecast"),
        Column("Children", number=True),
        Column("8 in 10 futures", number=True),
        Column("9 in 10 futures", number=True),
    )
    title = label(lens, FLOWS, "flow", flow)
    return Table(f"Children who {title[:1].lower()}{title[1:]}, year by year", columns, tuple(rows))


# ---- what the change is made of ------------------------------------------------------------------------------------


def change_days(lens: Lens) -> tuple[str, ...]:
    """The days to which the change is told."""
    return days(lens, KEY)


def change(lens: Lens, on: str) -> Section:
    """From the children today to those on a day: who starts, who leaves and by which way, who moves."""
    now = lens.book.about["known_until"]
    today = said(lens, "children.total", "children", what="in_care", on=now)
    then = said(lens, mp_need.KEY, "mean", on=on, group="all")
    parts = [name for name in names_of(lens, KEY, "part", total=False) if _told(lens, on, name)]
    start = number(lens, "children.total", "children", what="in_care", on=now)
    end = number(lens, mp_need.KEY, "mean", on=on, group="all")
    values = {name: number(lens, KEY, "mean", on=on, part=name) for name in parts}
    most = (start or 0.0) + sum(values[one] or 0.0 for one in parts if one in ADDED)
    whole = max(start or 0.0, end or 0.0, most, 1.0)
    rows: list[tuple[Cell, ...]] = [(f"In care on {on_said(now)}", today, None, _bar(0.0, start, whole, today))]
    at = start
    for name in sorted(parts, key=lambda one: one not in ADDED):
        size = values[name]
        text = said(lens, KEY, "mean", on=on, part=name)
        signed = in_words(text)
        if size:
            signed = f"{'+' if name in ADDED else '−'}{text}"
        elif text is not None and text.startswith(FEWER):
            signed = f"{text} {'more' if name in ADDED else 'leave'}"
        bar = None
        if at is not None and size is not None:
            after = at + size if name in ADDED else at - size
            bar = Bar(max(min(at, after), 0.0), size, whole, signed)
            at = max(after, 0.0)
        rows.append((label(lens, KEY, "part", name), signed, band(lens, KEY, on=on, part=name), bar))
    ends = band(lens, mp_need.KEY, on=on, group="all")
    total = (f"In care on {on_said(on)}", then, ends, _bar(0.0, end, whole, then))
    columns = (
        Column("What"),
        Column("Mean of the futures", number=True),
        Column("8 in 10 futures", number=True),
        Column("Drawn"),
    )
    notes = (
        "Means are rounded one by one, and those of a few are told as fewer than 5, so that they may not add up to the "
        "child. In each future they do.",
    )
    table = Table(f"Children in care: from {on_said(now)} to {on_said(on)}", columns, tuple(rows), notes, total)
    return Section(HEADING, (Paragraph(_in_words(lens, on), strong=True), table, Paragraph(WHY)))


def _told(lens: Lens, on: str, name: str) -> bool:
    text = said(lens, KEY, "mean", on=on, part=name)
    return text is not None and not (text == "0" and said(lens, KEY, "p90", on=on, part=name) == "0")


def _bar(start: float, length: float | None, whole: float, text: str | None) -> Bar | None:
    return None if length is None else Bar(start, length, whole, in_words(text))


def _in_words(lens: Lens, on: str) -> str:
    now = lens.book.about["known_until"]
    today = said(lens, "children.total", "children", what="in_care", on=now)
    then = said(lens, mp_need.KEY, "mean", on=on, group="all")
    came = said(lens, KEY, "mean", on=on, part="entry")
    told = f"From {many(today, 'child', 'children')} to {roughly(in_words(then))} by {on_said(on)}: "
    told += f"{roughly(in_words(came))} start to be looked after"
    ways = [n for n in names_of(lens, KEY, "part", total=False) if n not in ADDED]
    sized = [(size, n) for n in ways if (size := number(lens, KEY, "mean", on=on, part=n))]
    if sized:
        most = sorted(sized, key=lambda one: (-one[0], one[1]))[:2]
        said_ = [f"{said(lens, KEY, 'mean', on=on, part=n)} ({label(lens, KEY, 'part', n).lower()})" for _, n in most]
        told += f", and of those who leave care the most go these ways: {' and '.join(said_)}"
    return f"{told}."


def without_parts() -> Section:
    """Where a forecast was worked out before its change was told in parts."""
    return Section(
        HEADING,
        (Paragraph("This forecast was worked out before its change was told in parts. One worked out anew tells it."),),
    )
