"""What every writer needs to know of sections: that they hold together, how figures are written, what a cell says.

For paper besides: how wide columns must be, and what becomes of a character that cannot be printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reporting.fonts import Drawn
from reporting.section import Bar, Block, Cell, Disclosure, Link, Paragraph, Picture, Section, Table, Tag, every_block

NOT_PRINTED = "(not printed here: open this part on the screen)"
WRITTEN_OUT = (
    "Characters that cannot be printed here are written out in square brackets by their Unicode number and name."
)
PORTRAIT_CHARACTERS = 104
"""How many characters of a table's type stand in a line of an upright A4 page, of many sorts on average."""
LANDSCAPE_CHARACTERS = 158
BETWEEN_COLUMNS = 3
BAR_CHARACTERS = 11
LONGEST_WORD = 26
"""A longer word, such as a checksum, may be broken anywhere."""
PICTURE_MM = 125
"""How far a drawing goes across the page."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN_LAYOUT = "\n\t"
_REVERSING = "\u202d\u202e"
"""They make text read in another order than it was typed; nothing that a name needs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell: its text, and what is drawn with it."""

    text: str
    tag: Tag | None = None
    link: Link | None = None
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Widths:
    """How a table fits an A4 page: share of each column (they add up to 1), and whether the page lies on its side."""

    shares: tuple[float, ...]
    landscape: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The line over a part that was folded on the screen and stands open on paper."""

    summary: str


def check(sections: Sequence[Section]) -> None:
    """Raise ValueError when headings skip a level, an anchor stands twice or a link leads nowhere."""
    level = 1
    anchors: set[str] = {"main"}
    links: set[str] = set()
    for section in sections:
        if not 2 <= section.level <= min(level + 1, 6):
            raise ValueError(f"the heading {section.heading!r} is of level {section.level} after level {level}")
        level = section.level
        if section.anchor is not None:
            if section.anchor in anchors or re.search(r"\s", section.anchor) or not section.anchor:
                raise ValueError(f"the anchor {section.anchor!r} is empty, stands twice or holds a space")
            anchors.add(section.anchor)
        for block in every_block(section.blocks):
            links.update(_links(block))
    if links - anchors:
        raise ValueError(f"links lead nowhere: {', '.join(sorted(links - anchors))}")


def _links(block: object) -> Iterable[str]:
    if isinstance(block, Table):
        for row in (*block.rows, *([block.total] if block.total else [])):
            for cell in row:
                yield from _links(cell)
    elif isinstance(block, Picture):
        yield from _links(block.table)
    elif isinstance(block, tuple):
        for one in block:
            yield from _links(one)
    elif isinstance(block, Link):
        yield block.anchor
    elif not isinstance(block, Disclosure | str):
        yield from _links(getattr(block, "items", ()))


def figure(value: int | float) -> str:
    """A number as it is read: 1,234 or 1,234.5."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def part(length: float, whole: float) -> float:
    """How much of the whole a length is, from 0 to 1."""
    return min(max(length / whole, 0.0), 1.0) if whole > 0 else 0.0


def lines(cell: Cell) -> Iterator[Line]:
    """What stands in a cell, one thing under another; an empty cell has no lines."""
    if isinstance(cell, tuple):
        for one in cell:
            yield from lines(one)
    elif isinstance(cell, Tag):
        yield Line(cell.text, tag=cell)
    elif isinstance(cell, Link):
        yield Line(cell.text, link=cell)
    elif isinstance(cell, Bar):
        yield Line(cell.text, bar=cell)
    elif cell is not None:
        yield Line(cell if isinstance(cell, str) else figure(cell))


def on_paper(blocks: Iterable[Block]) -> Iterator[Block | Opened]:
    """The blocks with every folded part opened under its line; one that only goes on is named and left out."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
            yield block.table  # its figures always stand under a drawing: not every reader sees one
        elif not isinstance(block, Disclosure):
            yield block
        elif block.on_paper:
            yield Opened(_unfolded(block.summary))
            yield from on_paper(block.blocks)
        else:
            yield Paragraph(f"{block.summary} {NOT_PRINTED}")


def _unfolded(summary: str) -> str:
    """The line over a part that stands open: nobody need be told to show it. "Show the numbers: places" is "Places"."""
    _, folded, what = summary.partition(": ")
    if not summary.startswith("Show ") or not (folded and what):
        return summary
    return what[:1].upper() + what[1:]


def standing_alone(svg: str, have: Drawn) -> str:
    """An inline drawing as a file of its own would have it, with every character that cannot be drawn written out."""
    alone = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return alone if alone.isascii() else _NOT_ASCII.sub(lambda found: printable(found[0], have), alone)


def sources_said(section: Section) -> str:
    """The line under a section that says where its figures come from; empty when it names no source.

    A source that another one begins with, sentence for sentence, is told by that one.
    """
    each = list(dict.fromkeys(one.strip().rstrip(".") for one in section.sources))
    told = [one for one in each if not any(other.startswith(f"{one}. ") for other in each)]
    if not told:
        return ""
    return f"Source{'' if len(told) == 1 else 's'}: {'; '.join(told)}."


def widths(table: Table, portrait: float = PORTRAIT_CHARACTERS, landscape: float = LANDSCAPE_CHARACTERS) -> Widths:
    """The columns of a table on a page: no narrower than their longest word, and the rest to those with most.

    `portrait`, `landscape`: how many characters stand in a line of an upright page, and of one on its side.
    """
    rows = [*table.rows, *([table.total] if table.total else [])]
    least: list[int] = []
    most: list[int] = []
    for k, column in enumerate(table.columns):
        texts = [(column.title, 0)]
        texts += [(line.text, BAR_CHARACTERS if line.bar else 0) for row in rows for line in lines(row[k])]
        words = max((len(word) + bar for text, bar in texts for word in text.split()), default=1)
        least.append(min(words, LONGEST_WORD) + BETWEEN_COLUMNS)
        most.append(max(max(len(text) + bar for text, bar in texts), 1) + BETWEEN_COLUMNS)
    on_side = sum(least) > portrait
    room = landscape if on_side else portrait
    if sum(most) <= room:
        wanted = [float(one) for one in most]
        wanted[-1] += 0 if table.columns[-1].number else max(0, room - sum(most)) / 2
    else:
        more = [max(1, min(m, 4 * room) - low) for low, m in zip(least, most, strict=True)]
        left = max(0, room - sum(least))
        wanted = [low + left * one**0.6 / sum(m**0.6 for m in more) for low, one in zip(least, more, strict=True)]
    return Widths(tuple(one / sum(wanted) for one in wanted), on_side)


def printable(text: str, drawn: Drawn | None = None) -> str:
    """The text with every character that paper cannot show written out, such as [U+0001]; new lines and tabs stay.

    `drawn`: which characters the typefaces have, by code point; None where the reader's computer chooses them.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(one if _shown(one, drawn) else written_out(one) for one in composed)


def written_out(character: str) -> str:
    """A character by its number and name: [U+16A0 RUNIC LETTER FEHU FEOH FE F]."""
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X}{' ' if name else ''}{name}]"


def _shown(character: str, drawn: Drawn | None) -> bool:
    if character in _PLAIN_LAYOUT:
        return True
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cs", "Cn", "Co") or character in _REVERSING:
        return False
    if kind in ("Cf", "Zs", "Zl", "Zp"):
        return kind != "Cf" or drawn is None or bool(drawn[ord(character)])
    return drawn is None or bool(drawn[ord(character)])
