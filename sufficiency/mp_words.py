"""Tables of two kinds, bars and sums of money for the sections of a council's documents, from what the lens says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from reporting.bars import Row, bars_svg
from reporting.lens import Lens
from reporting.section import Block, Cell, Column, Picture, Table
from sufficiency.money_words import pounds
from sufficiency.mp_figures import band_of, derived, in_words, label, names_of, number, on_said, said

HIDDEN_PART = "the rest, in parts too small to publish"
WITHHELD = "not published"


def latest(lens: Lens, key: str, **by: str) -> tuple[str, ...]:
    """The days or years that a table has rows for, the latest first."""
    if not lens.has(key):
        return ()
    rows = lens.facts(key).rows
    for name, category in by.items():
        rows = rows[rows[name] == category]
    return tuple(sorted(set(rows["on"].tolist()), reverse=True))


def year_before(on: str, days: Sequence[str]) -> str | None:
    """The same day or financial year a year before, where it is among these."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        first = int(on[:4]) - 1
        before = f"{first}-{(first + 1) % 100:02d}"
    else:
        before = f"{day.year - 1}{on[4:]}" if on[5:] != "02-29" else f"{day.year - 1}-02-28"
    return before if before in days else None


def years_table(
    lens: Lens, key: str, column: str, caption: str, rows: str, on: Sequence[str], notes: Sequence[str] = (), **by: str
) -> Table:
    """A row for each category, a column for each day or year."""
    head = (Column(lens.facts(key).title_of(rows)), *(Column(on_said(one), number=True) for one in on))
    body: list[tuple[Cell, ...]] = []
    total: tuple[Cell, ...] | None = None
    for name in names_of(lens, key, rows):
        cells = [said(lens, key, column, **{rows: name}, on=one, **by) for one in on]
        if any(cell is not None for cell in cells):
            line = (label(lens, key, rows, name), *cells)
            total, body = (line, body) if name == "all" else (total, [*body, line])
    return Table(caption, head, tuple(body), tuple(notes), total)


def cross_table(lens: Lens, key: str, column: str, caption: str, rows: str, across: str, **by: str) -> Table:
    """A row for each category of one dimension, a column for each of another; sums last."""
    columns = list(names_of(lens, key, across))
    head = (
        Column(lens.facts(key).title_of(rows)),
        *(Column(label(lens, key, across, one), number=True) for one in columns),
    )
    body: list[tuple[Cell, ...]] = []
    total: tuple[Cell, ...] | None = None
    for name in names_of(lens, key, rows):
        cells = [said(lens, key, column, **{rows: name, across: one}, **by) for one in columns]
        if any(cell is not None for cell in cells):
            line = (label(lens, key, rows, name), *cells)
            total, body = (line, body) if name == "all" else (total, [*body, line])
    return Table(caption, head, tuple(body), (), total)


def stacked(
    lens: Lens, key: str, column: str, title: str, table: Table, rows: str, parts: str, **by: str
) -> Iterator[Block]:
    """Bars in parts with their table; the table alone where nothing of it may be drawn."""
    names = list(names_of(lens, key, parts, total=False))
    bars = []
    for name in names_of(lens, key, rows, total=False):
        values = tuple(number(lens, key, column, **{rows: name, parts: part}, **by) for part in names)
        whole = number(lens, key, column, **{rows: name, parts: "all"}, **by)
        text = said(lens, key, column, **{rows: name, parts: "all"}, **by)
        if whole != 0 and text is not None:
            bars.append(Row(label(lens, key, rows, name), values, text if whole is not None else WITHHELD, whole))
    told = [label(lens, key, parts, part) for part in names]
    yield from drawn(bars, title, table, told)


def drawn(bars: Sequence[Row], title: str, table: Table, parts: Sequence[str] = ()) -> Iterator[Block]:
    """A picture of these bars with its table; the table alone where there is nothing to draw."""
    if not any(one.shown for one in bars):
        yield table
        return
    said_of = "; ".join(f"{one.name}: {one.text}" for one in bars)
    made_of = f", each in parts ({', '.join(parts)})" if parts else ""
    alt = f"Bars{made_of}. {said_of}."
    svg = bars_svg(bars, title=title, alt=alt, names=parts, hidden=HIDDEN_PART)
    yield Picture(title, svg, alt, table)


def bar_of(lens: Lens, name: str, key: str, columns: tuple[str, str, str], **by: str) -> Row | None:
    """A bar of what lies ahead, `columns` its middle and the ends of its band; None where there is no such row."""
    text = said(lens, key, columns[0], **by)
    if text is None:
        return None
    middle, low, high = (number(lens, key, one, **by) for one in columns)
    if middle is None:
        return Row(name, (None,), in_words(text))
    ends = f" ({spread_said(lens, key, columns, **by)})" if low is not None and high is not None else ""
    return Row(name, (middle,), f"{text}{ends}", low=low, high=high if low is not None else None)


def spread_said(lens: Lens, key: str, columns: tuple[str, str, str], **by: str) -> str:
    """From one end of a band to the other."""
    low, high = (said(lens, key, one, **by) or "" for one in columns[1:])
    return band_of(low, high)


def in_pounds(lens: Lens, key: str, column: str, **by: str) -> str | None:
    """A sum with as many figures as it can bear; words where it is withheld, None where there is no such row."""
    text = said(lens, key, column, **by)
    if text is None:
        return None
    amount = number(lens, key, column, **by)
    if amount is None:
        amount = number_of(text)
    return WITHHELD if amount is None else derived(lens, key, column, pounds(amount))


def pounds_and_band(lens: Lens, key: str, **by: str) -> tuple[Cell, ...]:
    """A mean over its band."""
    mean, low, high = (in_pounds(lens, key, column, **by) for column in ("mean", "p10", "p90"))
    ends = f"{low} to {high}" if low and high and WITHHELD not in (low, high) else None
    return tuple(one for one in (mean, ends) if one is not None)


def number_of(text: str | None) -> float | None:
    """The number that a text is, a minus sign and pounds included; None where it is words or a symbol."""
    if text is None:
        return None
    try:
        return float(text.replace("−", "-").replace("£", "").replace(",", ""))
    except ValueError:
        return None


def summed(lens: Lens, key: str, column: str, names: Sequence[Mapping[str, str]]) -> float | None:
    """The sum of figures that are printed; None where one of them is not."""
    values = [number(lens, key, column, **by) for by in names]
    return None if not values or None in values else sum(one for one in values if one is not None)
