"""Where every number of a document comes from: the figures that its sections said, each with its table and row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from reporting.lens import Lens, Said
from reporting.section import (
    Bar,
    Block,
    Bullets,
    Cell,
    Definitions,
    Link,
    Notice,
    Paragraph,
    Picture,
    Quotation,
    Section,
    Table,
    Tag,
    every_block,
)
from sufficiency.mp_figures import on_said

COLUMNS: Final = ("section", "figure", "table", "column", "row", "source")
_DIGITS: Final = re.compile(r"[0-9][0-9,.]*[0-9]|[0-9]")
_NUMBER: Final = re.compile(r"[0-9]")


def trace_table(said: Iterable[Said], sources: Mapping[str, str]) -> pd.DataFrame:
    """Every figure that was said: under which heading, its words, table, column, row and source; each once."""
    rows = {
        (
            one.place,
            one.text,
            one.key,
            one.column,
            "; ".join(f"{name}={category}" for name, category in one.by),
            sources.get(one.source, one.source),
        ): None
        for one in said
        if _NUMBER.search(one.text)
    }
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def sources_of(lens: Lens, since: int, headings: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each heading, sentences that say where the figures said under it come from; those from `since` on."""
    found: dict[str, dict[str, None]] = {heading: {} for heading in headings}
    for one in lens.said[since:]:
        if one.place in found and one.source in lens.book.sources:
            found[one.place][lens.book.sources[one.source]] = None
    return {heading: tuple(sentences) for heading, sentences in found.items()}


def untraced(sections: Iterable[Section], said: Iterable[Said], allowed: Iterable[str]) -> list[tuple[str, str]]:
    """Numbers in sections that no figure said under the same heading accounts for, each with the text it stands in.

    `allowed`: texts whose numbers may stand anywhere: references to laws, names of bands, the council's own words.
    """
    free = {number for text in allowed for number in _numbers(text)}
    known: dict[str, set[str]] = {}
    for one in said:
        here = known.setdefault(one.place, set())
        for text in (one.text, *(category for _, category in one.by)):
            here.update(_numbers(on_said(text)), _numbers(text))
    found = []
    for section in sections:
        there = known.get(section.heading, known.get(section.heading.partition(" ")[2], set())) | free
        for text in texts_of(section.blocks):
            found += [(number, text) for number in _numbers(text) if number not in there]
    return found


def _numbers(text: str) -> list[str]:
    return [one.rstrip(".,") for one in _DIGITS.findall(text)]


def texts_of(blocks: Sequence[Block]) -> Iterator[str]:
    """Every text of these blocks, those inside folded parts and tables included."""
    for block in every_block(blocks):
        if isinstance(block, Paragraph | Quotation):
            yield block.text
        elif isinstance(block, Notice):
            yield from (block.title, *block.text)
        elif isinstance(block, Bullets):
            yield from (text for item in block.items for text in _cell(item))
        elif isinstance(block, Definitions):
            yield from (text for _, item in block.items for text in _cell(item))
        elif isinstance(block, Table):
            yield from _table(block)
        elif isinstance(block, Picture):
            yield from (block.title, block.alt)
            yield from _table(block.table)


def _table(table: Table) -> Iterator[str]:
    yield table.caption
    yield from (column.title for column in table.columns)
    yield from table.notes
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield from (text for cell in row for text in _cell(cell))


def _cell(cell: Cell) -> Iterator[str]:
    if isinstance(cell, tuple):
        for one in cell:
            yield from _cell(one)
    elif isinstance(cell, Tag | Link | Bar):
        yield cell.text
    elif cell is not None:
        yield str(cell)
