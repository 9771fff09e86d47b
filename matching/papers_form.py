"""What a paper on how Placewell works is made of: fields, each filled from facts or left to the council by name.

A field says where its facts come from. What only the council can say is marked with who fills it and with what, so
that the first page can count it and nothing has to be invented. `papers` makes papers, `papers_sections` draws them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reporting.paper import lines
from reporting.section import Block, Bullets, Notice, Table, every_block
from reporting.write import safe_cell


class Kind(StrEnum):
    """The papers there are."""

    TRANSPARENCY = "transparency"
    DATA_PROTECTION = "data-protection"
    EQUALITY = "equality"


class Status(StrEnum):
    """How far a field is filled."""

    FILLED = "filled from facts"
    PART = "filled in part"
    COUNCIL = "for the council to fill"


@dataclass(frozen=True, slots=True)
class Fill:
    """What only the council can say. `who` fills it, with `what`."""

    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Item:
    """One field. `said`: paragraphs made from facts; `blocks`: tables of them; `facts`: where they come from."""

    item_id: str
    name: str
    said: tuple[str, ...] = ()
    fill: tuple[Fill, ...] = ()
    blocks: tuple[Block, ...] = ()
    facts: tuple[str, ...] = ()
    attribute: str = ""
    """The field's name in the machine-readable form of its standard; empty where there is none."""
    room: tuple[Block, ...] = ()
    """Empty tables for people to write in: they say nothing yet."""

    def __post_init__(self) -> None:
        if not (self.said or self.blocks or self.fill):
            raise ValueError(f"field {self.item_id}: it says nothing and leaves nothing to the council")
        if (self.said or self.blocks) and not self.facts:
            raise ValueError(f"field {self.item_id}: it does not say where its facts come from")

    @property
    def status(self) -> Status:
        """Whether it is filled, in part, or left to the council."""
        if not self.fill:
            return Status.FILLED
        return Status.PART if self.said or self.blocks else Status.COUNCIL

    @property
    def text(self) -> str:
        """All it says in plain text, tables row by row."""
        return "\n".join([*self.said, *(line for block in every_block(self.blocks) for line in _told(block))])


def _told(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield f"{block.caption}:"
        titles = [column.title for column in block.columns]
        for row in block.rows:
            cells = ["; ".join(line.text for line in lines(cell)) for cell in row]
            yield "- " + ". ".join(f"{t}: {c}" for t, c in zip(titles, cells, strict=True) if c)
    elif isinstance(block, Notice):
        yield " ".join(block.text)
    elif isinstance(block, Bullets):
        yield from ("- " + "; ".join(line.text for line in lines(item)) for item in block.items)


@dataclass(frozen=True, slots=True)
class Part:
    """Fields under one heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `standard`: the form it follows, with its version. `made_from`: what its facts are facts of.

    `doubts`: what could not be verified, each with how it was checked.
    """

    kind: Kind
    title: str
    lead: str
    standard: str
    parts: tuple[Part, ...]
    made_from: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every field, in order."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def to_fill(self) -> tuple[tuple[Item, Fill], ...]:
        """Everything that is left to the council, in order."""
        return tuple((item, fill) for item in self.items for fill in item.fill)

    def count(self, status: Status) -> int:
        """How many fields are filled so far."""
        return sum(item.status is status for item in self.items)


def as_json(paper: Paper) -> str:
    """The paper for machines: each field with its id, what it says, how far it is filled, by whom the rest."""
    told: dict[str, Any] = {
        "paper": paper.kind.value,
        "title": paper.title,
        "standard": paper.standard,
        "made_from": dict(paper.made_from),
        "fields": [
            {
                "id": item.item_id,
                "attribute": item.attribute or None,
                "name": item.name,
                "part": part.heading,
                "status": item.status.value,
                "text": item.text,
                "for_the_council": [{"who": fill.who, "what": fill.what} for fill in item.fill],
                "facts": list(item.facts),
            }
            for part in paper.parts
            for item in part.items
        ],
        "not_verified": list(paper.doubts),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


CSV_COLUMNS = ("id", "attribute", "name", "part", "status", "text", "for_the_council", "facts")


def as_csv(paper: Paper) -> str:
    """The same fields as CSV, one a row, that no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for part in paper.parts:
        for item in part.items:
            left = "\n".join(f"{fill.who}: {fill.what}" for fill in item.fill)
            row = (item.item_id, item.attribute, item.name, part.heading, item.status.value, item.text, left)
            writer.writerow([safe_cell(cell) for cell in (*row, "\n".join(item.facts))])
    return out.getvalue()
