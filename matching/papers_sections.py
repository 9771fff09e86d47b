"""A paper as sections: first what is still to do and what it was made from, then its fields, last what is doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from matching.papers_facts import PEOPLE_DECIDE
from matching.papers_form import Item, Paper, Status
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Link,
    Notice,
    Paragraph,
    Section,
    Table,
)

FIRST: Final = "Read this first"
TO_FILL: Final = "What the council has to fill"
DOUBTS: Final = "What could not be verified"
MARK: Final = "For the council to fill"


def sections(paper: Paper, warnings: tuple[str, ...] = ()) -> list[Section]:
    """Every section, for paper and screen. `warnings`: what to know before it is used."""
    found = [_first(paper, warnings), _to_fill(paper)]
    for number, part in enumerate(paper.parts, 1):
        found.append(Section(part.heading, (), anchor=f"part-{number}"))
        found += [
            Section(f"{item.item_id} {item.name}", tuple(_blocks(item)), level=3, anchor=_anchor(item))
            for item in part.items
        ]
    doubtful: tuple[Block, ...] = (Bullets(paper.doubts),) if paper.doubts else (Paragraph("Nothing is noted."),)
    found.append(Section(DOUBTS, doubtful, anchor="doubts"))
    return found


def sheet_sections(paper: Paper, warnings: tuple[str, ...] = ()) -> list[Section]:
    """The same for a workbook, which holds tables: all fields as one table, then what each says in tables."""
    found = [_first(paper, warnings), _to_fill(paper, linked=False)]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (item.item_id, item.name, item.status.value, "\n".join(item.said), "\n".join(item.facts))
        for item in paper.items
    )
    columns = (Column("Field"), Column("Name"), Column("How far"), Column("What it says"), Column("Facts from"))
    found.append(Section("Fields", (Table("Every field", columns, rows),), anchor="fields"))
    for item in paper.items:
        tables = tuple(block for block in (*item.blocks, *item.room) if isinstance(block, Table))
        if tables:
            found.append(Section(f"{item.item_id} {item.name}", tables, anchor=_anchor(item)))
    doubtful: tuple[tuple[Cell, ...], ...] = tuple((one,) for one in paper.doubts)
    found.append(Section(DOUBTS, (Table(DOUBTS, (Column("What"),), doubtful),), anchor="doubts"))
    return found


def counted(paper: Paper) -> str:
    """How far a paper is filled, in a sentence."""
    many = len(paper.to_fill)
    return (
        f"{many} places wait for the council. Of {len(paper.items)} fields {paper.count(Status.FILLED)} are filled "
        f"from facts, {paper.count(Status.PART)} in part, and {paper.count(Status.COUNCIL)} are the council's alone."
    )


def _first(paper: Paper, warnings: tuple[str, ...]) -> Section:
    blocks: list[Block] = [
        Notice("A draft", (counted(paper), "Nothing in it was guessed: what Placewell cannot know is left empty and "
                           "marked."), "caution"),
        Notice(PEOPLE_DECIDE, ("Placewell proposes homes and gives reasons. Whoever has the right to decide does so, "
                               "and the record says who, when and why.",)),
    ]  # fmt: skip
    if warnings:
        blocks.append(Notice("Please read first", warnings, "bad"))
    blocks.append(Definitions((("Form", paper.standard), *paper.made_from)))
    return Section(FIRST, tuple(blocks), anchor="first")


def _to_fill(paper: Paper, *, linked: bool = True) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for item, fill in paper.to_fill:
        where: Cell = Link(item.item_id, _anchor(item)) if linked else item.item_id
        rows.append((where, item.name, fill.who, fill.what))
    columns = (Column("Field"), Column("Name"), Column("Who"), Column("What"))
    return Section(TO_FILL, (Table(f"{len(rows)} places", columns, tuple(rows)),), anchor="to-fill")


def _blocks(item: Item) -> Iterator[Block]:
    yield from (Paragraph(text) for text in item.said)
    yield from item.blocks
    if item.fill:
        yield Notice(MARK, tuple(f"{fill.who}: {fill.what}" for fill in item.fill), "question")
    yield from item.room
    if item.facts:
        yield Paragraph(f"Facts from: {', '.join(item.facts)}.")


def _anchor(item: Item) -> str:
    return "field-" + re.sub(r"[^0-9a-z]+", "-", item.item_id.lower())
