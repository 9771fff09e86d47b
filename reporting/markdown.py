"""Sections as Markdown: plain text that a wiki or a repository shows as headings, lists and tables.

What people typed stays text: characters that Markdown would read are escaped. A drawing is given as its words and its
table. The same sections always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reporting.paper import Opened, check, lines, on_paper, sources_said
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Definitions,
    Disclosure,
    Notice,
    Paragraph,
    Picture,
    Quotation,
    Section,
    Table,
    WriteIn,
)

_READ = re.compile(r"([\\`*\[\]<>|]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z]))")
"""What Markdown reads anywhere in a line; an underscore within a word is only an underscore."""
_READ_FIRST = re.compile(r"^([0-9]*)([#+=~-]|(?<=[0-9])[.)](?=\s|$))")
"""What it reads at the beginning of one: a heading, a list, a numbered list, a rule."""


def markdown(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
) -> str:
    """All sections as one text in Markdown, parameters as in `reporting.write.html`.

    Raises ValueError when headings skip a level, an anchor stands twice or a link leads nowhere.
    """
    check(sections)
    parts = [f"# {_line(title)}"]
    parts += [f"**{_line(marking)}**"] if marking else []
    parts += [_text(lead)] if lead else []
    for section in sections:
        heading = f"{'#' * section.level} {_line(section.heading)}"
        parts.append(heading if section.anchor is None else f'<a id="{section.anchor}"></a>\n\n{heading}')
        parts += _blocks(section.blocks)
        said = sources_said(section)
        parts += [_text(said)] if said else []
    parts += [_text(one) for one in footer]
    return "\n\n".join(parts) + "\n"


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in on_paper(blocks):
        match block:
            case Paragraph(text, strong):
                yield f"**{_line(text)}**" if strong else _text(text)
            case Bullets(items):
                yield "\n".join(f"- {_cell(item, ' ')}" for item in items)
            case Quotation(text, source):
                yield _quoted([text, f"({source})"])
            case Notice(title, text, _):
                yield _quoted([title, *text], first_strong=True)
            case Definitions(items):
                yield "\n".join(f"- **{_line(term)}**: {_cell(value, '; ')}" for term, value in items)
            case Table():
                yield from _table(block)
            case WriteIn(label, choices, _):
                yield _text(f"{label}: {' / '.join(choices)}".rstrip()) + " ________"
            case Opened(summary):
                yield f"**{_line(summary)}**"
            case Picture():
                yield f"**{_line(block.title)}**\n\n{_text(block.alt)}"
            case Disclosure():
                raise AssertionError("on_paper opens every folded part")


def _table(table: Table) -> Iterator[str]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    yield f"**{_line(table.caption)}**"
    told = ["| " + " | ".join(_line(column.title) for column in table.columns) + " |"]
    told.append("|" + "|".join("---:" if column.number else "---" for column in table.columns) + "|")
    told += ["| " + " | ".join(_cell(cell, "<br>") for cell in row) + " |" for row in rows]
    yield "\n".join(told)
    yield from (_text(note) for note in table.notes)


def _cell(cell: Cell, between: str) -> str:
    """One cell in one line, what stands under another joined by `between`."""
    told = []
    for line in lines(cell):
        text = _line(line.text)
        told.append(text if line.link is None else f"[{text}](#{line.link.anchor})")
    return between.join(told)


def _quoted(texts: Sequence[str], *, first_strong: bool = False) -> str:
    told = [_line(text) for text in texts]
    if first_strong:
        told[0] = f"**{told[0]}**"
    return "\n>\n".join(f"> {one}" for one in told)


def _line(text: str) -> str:
    """Text in one line."""
    return _READ_FIRST.sub(r"\1\\\2", _READ.sub(r"\\\1", " ".join(text.split())))


def _text(text: str) -> str:
    """Text whose lines stay lines."""
    return "  \n".join(_line(one) for one in text.split("\n") if one.strip())
