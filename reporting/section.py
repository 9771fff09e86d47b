"""What can stand on a page: sections of paragraphs, tables, notices and folded parts, as plain data.

A section knows nothing of children or homes, nor of paper or screens; `write.py` draws it. Text is always plain
text: whatever people typed is shown as they typed it, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "good", "caution", "question", "bad"]


class Edition(StrEnum):
    """Who may read it, the widest circle first."""

    PUBLIC = "public"
    OFFICIAL = "official"
    """The council's own officers and members: commercial figures are said, small counts are not."""
    CONFIDENTIAL = "confidential"
    """Those who may see figures of few children."""

    def admits(self, other: Edition) -> bool:
        """Whether an edition may hold what is for the other."""
        order = list(Edition)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True, slots=True)
class Tag:
    """A word with a colour; the word alone carries the meaning."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads to the section with this anchor on the same page."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A number drawn as a bar that begins where the one before it ended (a waterfall).

    `start` and `length` are in the units of `whole`, the full width of the column; `text` is what is read.
    """

    start: float
    length: float
    whole: float
    text: str


Cell: TypeAlias = "str | int | float | Tag | Link | Bar | tuple[Cell, ...] | None"
"""What stands in a cell; a tuple is one thing under another, None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; numbers are set to the right."""

    title: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the first cell of each row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    total: tuple[Cell, ...] | None = None

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table {self.caption!r}: a row has {len(row)} cells, the table {len(self.columns)} columns"
                )


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, with the table of what it shows.

    `title` states the finding in one line. `svg` is one inline `<svg>` element as `drawing.py` writes it: no script,
    nothing fetched, every word in it escaped. `alt` says in words what the drawing shows; `table` holds its facts,
    and stands in for it wherever a drawing cannot be placed.
    """

    title: str
    svg: str
    alt: str
    table: Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together; `strong` marks the one thing a reader must not miss."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list in which order does not matter."""

    items: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's own words, and whose."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something set apart from the text: how to take the page, or what to watch."""

    title: str
    text: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms and what each is here: facts in two columns."""

    items: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class WriteIn:
    """Room on paper for a person's choice and reasons; nothing is ever chosen beforehand."""

    label: str
    choices: tuple[str, ...] = ()
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A part folded under one line that says what is in it; paper, which cannot be unfolded, shows it open.

    `on_paper` False is for a list that only goes on: paper shows it where it was open on the screen, and says so
    where it was not.
    """

    summary: str
    blocks: tuple[Block, ...]
    on_paper: bool = True


Block: TypeAlias = "Paragraph | Bullets | Quotation | Notice | Definitions | Table | Picture | WriteIn | Disclosure"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `level` 2 is a chapter, 3 a part of one, and so on.

    `anchor` is where links lead; sections without one cannot be linked to. `contents`: listed at the top.
    """

    heading: str
    blocks: tuple[Block, ...]
    level: int = 2
    anchor: str | None = None
    contents: bool = True
    sources: tuple[str, ...] = ()
    """Where its figures come from, in sentences."""
    edition: Edition = Edition.PUBLIC
    """Left out of editions for a wider circle."""


def every_block(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, those inside folded parts included, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Disclosure):
            yield from every_block(block.blocks)


def for_edition(sections: Sequence[Section], edition: Edition) -> tuple[Section, ...]:
    """The sections that an edition may hold, still one whole: headings in order, and no link that leads nowhere.

    What stands under a section that is left out is left out with it. A heading that had nothing but such parts goes
    too. A link to what is left out is left as plain words.
    """
    kept: list[Section] = []
    robbed: set[int] = set()
    above: list[tuple[int, int | None]] = []  # the headings over this one: level, and place among those kept
    for section in sections:
        above = [one for one in above if one[0] < section.level]
        parent = above[-1][1] if above else -1
        stays = parent is not None and edition.admits(section.edition)
        if not stays:
            robbed.update(at for _, at in above if at is not None)
        above.append((section.level, len(kept) if stays else None))
        if stays:
            kept.append(section)
    last: list[Section] = []
    for at in range(len(kept) - 1, -1, -1):
        empty = not kept[at].blocks and not (last and last[-1].level > kept[at].level)
        if not (empty and at in robbed):
            last.append(kept[at])
    anchors = {"main", *(section.anchor for section in last if section.anchor is not None)}
    return tuple(replace(one, blocks=tuple(_unlinked(block, anchors) for block in one.blocks)) for one in last[::-1])


def _unlinked(block: Block, anchors: set[str]) -> Block:
    """The block with plain words in place of links that lead to none of these anchors."""

    def cell(value: Cell) -> Cell:
        if isinstance(value, tuple):
            return tuple(cell(one) for one in value)
        return value.text if isinstance(value, Link) and value.anchor not in anchors else value

    def table(value: Table) -> Table:
        rows = tuple(tuple(cell(one) for one in row) for row in value.rows)
        total = None if value.total is None else tuple(cell(one) for one in value.total)
        return replace(value, rows=rows, total=total)

    match block:
        case Table():
            return table(block)
        case Picture():
            return replace(block, table=table(block.table))
        case Bullets():
            return replace(block, items=tuple(cell(item) for item in block.items))
        case Definitions():
            return replace(block, items=tuple((term, cell(value)) for term, value in block.items))
        case Disclosure():
            return replace(block, blocks=tuple(_unlinked(one, anchors) for one in block.blocks))
        case _:
            return block
