"""Sections as a PDF that a screen reader can read (PDF/UA-1): tags, headings, table headers, language, title.

Everything comes to the page as data; nothing in it is taken for a command. The same sections give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from reporting.fonts import FAMILIES, Drawn, drawn, folders
from reporting.paper import (
    PICTURE_MM,
    WRITTEN_OUT,
    Line,
    Opened,
    check,
    lines,
    on_paper,
    part,
    printable,
    sources_said,
    standing_alone,
    widths,
)
from reporting.section import (
    Block,
    Bullets,
    Cell,
    Definitions,
    Notice,
    Paragraph,
    Picture,
    Quotation,
    Section,
    Table,
    WriteIn,
)

_ONE_LONG_WORD = 12
_STAYS_WHOLE = 16
"""A table of no more lines stays on one page, with its notes; a row of no more is never cut."""
_LETTERS_ALONE = 0x0590
"""From here on scripts join and stack their letters, and some combinations exist in no typeface."""


def pdf(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
    contents: bool = False,
) -> bytes:
    """All sections as one PDF on A4; the parameters are those of `reporting.write.html`.

    `contents`: whether it begins with a list of its chapters, which every reader of PDF lists in its margin besides.

    Characters that no typeface can draw are written out by number and name, and the last page says so. Raises
    ValueError when headings skip a level, an anchor stands twice or a link leads nowhere.
    """
    check(sections)
    foot = tuple(footer)
    try:
        return _compiled(_paper(title, sections, lead, marking, foot, drawn(), contents=contents))
    except typst.TypstError as error:
        # a glyph may be missing for letters in combination though each has one: then only simple letters stay
        if "could not be displayed" not in error.message:
            raise
        simple = drawn().copy()
        simple[_LETTERS_ALONE:0x1E00] = False
        simple[0x2C00:] = False
        simple[0x0300:0x0370] = False
        return _compiled(_paper(title, sections, lead, marking, foot, simple, contents=contents))


def _compiled(paper: dict[str, Any]) -> bytes:
    data: Any = typst.compile(
        files("reporting").joinpath("page.typ").read_bytes().replace(b"\r\n", b"\n"),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return bytes(data)


@cache
def fonts() -> typst.Fonts:
    """The typefaces that paper is set in, and no others."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders()))


def _paper(
    title: str,
    sections: Sequence[Section],
    lead: str,
    marking: str,
    footer: Sequence[str],
    have: Drawn,
    *,
    contents: bool,
) -> dict[str, Any]:
    """What `page.typ` is handed: plain lists, texts and numbers."""
    words = _Words(have)
    told: dict[str, Any] = {
        "fonts": list(FAMILIES),
        "title": words(title),
        "lead": words(lead),
        "marking": words(marking),
        "contents": contents,
        "sections": [
            {
                "heading": words(section.heading),
                "level": section.level - 1,
                "anchor": section.anchor,
                "blocks": [words.block(block) for block in on_paper(section.blocks)],
                "sources": words(sources_said(section)),
            }
            for section in sections
        ],
        "footer": [words(one) for one in footer],
    }
    return told | ({"footer": [*told["footer"], WRITTEN_OUT]} if words.written_out else {})


class _Words:
    """Turns blocks into what the page is handed, and remembers whether any character had to be written out."""

    def __init__(self, have: Drawn) -> None:
        self._have = have
        self.written_out = False

    def __call__(self, text: str) -> str:
        shown = printable(text, self._have)
        self.written_out |= shown.count("[U+") > text.count("[U+")
        return shown

    def lines(self, cell: Cell, longest: int | None = None) -> list[dict[str, Any]]:
        return [self._line(line, longest) for line in lines(cell)]

    def _line(self, line: Line, longest: int | None) -> dict[str, Any]:
        text = self(line.text) if longest is None else _breakable(self(line.text), longest)
        if line.tag is not None:
            return {"kind": "tag", "text": text, "tone": line.tag.tone}
        if line.link is not None:
            return {"kind": "link", "text": text, "to": line.link.anchor}
        if line.bar is not None:
            start, length = part(line.bar.start, line.bar.whole), part(line.bar.length, line.bar.whole)
            return {"kind": "bar", "text": text, "start": start, "length": min(length, 1 - start)}
        return {"text": text}

    def block(self, block: Block | Opened) -> dict[str, Any]:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "text": self(block.text), "strong": block.strong}
            case Opened():
                return {"kind": "opened", "text": self(block.summary)}
            case Bullets():
                return {"kind": "bullets", "items": [self.lines(item) for item in block.items]}
            case Definitions():
                items = [[self(term), self.lines(value)] for term, value in block.items]
                return {"kind": "definitions", "items": items}
            case Quotation():
                return {"kind": "quotation", "text": self(block.text), "source": self(block.source)}
            case Notice():
                text = [self(one) for one in block.text]
                return {"kind": "notice", "title": self(block.title), "text": text, "tone": block.tone}
            case WriteIn():
                choices = [self(choice) for choice in block.choices]
                return {"kind": "write-in", "label": self(block.label), "choices": choices, "lines": block.lines}
            case Picture():
                return {
                    "kind": "picture",
                    "title": self(block.title),
                    "alt": self(block.alt),
                    "svg": standing_alone(block.svg, self._have),
                    "across": PICTURE_MM,
                }
            case Table():
                return self._table(block)
            case _:
                raise TypeError(f"a PDF cannot show a {type(block).__name__}")

    def _table(self, table: Table) -> dict[str, Any]:
        fit = widths(table)
        room = 158 if fit.landscape else 104
        longest = [max(4, int(share * room) - 2) for share in fit.shares]

        def cells(row: Sequence[Cell]) -> list[list[dict[str, Any]]]:
            return [self.lines(cell, most) for cell, most in zip(row, longest, strict=True)]

        rows = [*table.rows, *([table.total] if table.total else [])]
        high = [max((_height(cell, most) for cell, most in zip(row, longest, strict=True)), default=1) for row in rows]
        return {
            "kind": "table",
            "caption": self(table.caption),
            "titles": [_breakable(self(c.title), most) for c, most in zip(table.columns, longest, strict=True)],
            "numbers": [column.number for column in table.columns],
            "shares": fit.shares,
            "landscape": fit.landscape,
            "whole": sum(high) <= _STAYS_WHOLE and not fit.landscape,
            "breakable": max(high, default=1) > _STAYS_WHOLE,
            "rows": [cells(row) for row in table.rows],
            "total": None if table.total is None else cells(table.total),
            "notes": [self(note) for note in table.notes],
        }


def _height(cell: Cell, longest: int) -> int:
    """How many lines a cell takes at most, in a column of so many letters."""
    return sum(1 + len(line.text) // max(1, longest // 2) for line in lines(cell))


def _breakable(text: str, longest: int) -> str:
    """The text with places where a word that would not fit its column may break; they print nothing."""
    if all(len(word) <= longest for word in text.split()):
        return text
    parts = []
    for word in text.split(" "):
        if len(word) > longest:
            step = max(1, min(_ONE_LONG_WORD, longest))
            word = "\u200b".join(word[k : k + step] for k in range(0, len(word), step))
        parts.append(word)
    return " ".join(parts)
