"""The few elements of a Word document that are written directly: runs of text, borders, fields, bookmarks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

SIDES = ("top", "left", "bottom", "right")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add(parent: Any, name: str, attributes: Mapping[str, str] | None = None) -> Any:
    """A new last child of an element, with these attributes."""
    child = etree.SubElement(parent, qn(name))
    for key, value in (attributes or {}).items():
        child.set(qn(key), value)
    return child


def run(
    parent: Any,
    text: str,
    *,
    bold: bool = False,
    italic: bool | None = None,
    size: float | None = None,
    colour: str | None = None,
) -> Any:
    """Add text to a paragraph or link: new lines become line breaks; gives the last run.

    `size` in points. Letters that are read from right to left stand in runs of their own that say so.
    """
    into = parent._p if isinstance(parent, Paragraph) else parent
    last: Any = None
    for leftward, piece in _by_direction(text):
        last = add(into, "w:r")
        looks = add(last, "w:rPr")
        if bold:
            add(looks, "w:b")
            add(looks, "w:bCs")
        if italic is not None:
            add(looks, "w:i", {"w:val": "1" if italic else "0"})
        if colour is not None:
            add(looks, "w:color", {"w:val": colour})
        if size is not None:
            add(looks, "w:sz", {"w:val": f"{size * 2:.0f}"})
            add(looks, "w:szCs", {"w:val": f"{size * 2:.0f}"})
        if leftward:
            add(looks, "w:rtl")
        for number, line in enumerate(piece.split("\n")):
            if number:
                add(last, "w:br")
            for k, part in enumerate(line.split("\t")):
                if k:
                    add(last, "w:tab")
                if part:
                    told = add(last, "w:t")
                    told.text = part
                    told.set(_XML_SPACE, "preserve")
    return last


def _by_direction(text: str) -> Iterator[tuple[bool, str]]:
    """The text in stretches that are read one way; what has no direction goes with what stands before it."""
    if text.isascii():
        yield False, text
        return
    leftward = False
    ways = []
    for character in text:
        way = unicodedata.bidirectional(character)
        leftward = True if way in ("R", "AL") else False if way in ("L", "EN") or character == "\n" else leftward
        ways.append((leftward, character))
    for way, stretch in groupby(ways, key=lambda one: one[0]):
        yield way, "".join(character for _, character in stretch)


def shade_and_frame(shown: Any, front: str, back: str) -> None:
    """Set a run apart as a tag: a thin frame and a pale ground. The word alone carries the meaning."""
    looks = shown.find(qn("w:rPr"))
    after = next((k for k, child in enumerate(looks) if child.tag == qn("w:rtl")), len(looks))
    for k, (name, attributes) in enumerate(
        (
            ("w:bdr", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": front}),
            ("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": back}),
        )
    ):
        looks.insert(after + k, add(looks, name, attributes))


def bordered(
    paragraph: Paragraph, colour: str, *, left: int, sides: Sequence[str] = SIDES, between: bool = False
) -> None:
    """A frame round a paragraph; neighbours with the same frame share it. `left` in eighths of a point.

    `between`: a line below this paragraph, for handwriting.
    """
    looks = paragraph._p.get_or_add_pPr()
    frame = etree.Element(qn("w:pBdr"))
    for side in SIDES:
        if side in sides:
            thick = left if side == "left" else 6
            add(frame, f"w:{side}", {"w:val": "single", "w:sz": str(thick), "w:space": "4", "w:color": colour})
    if between:
        add(frame, "w:between", {"w:val": "single", "w:sz": "4", "w:space": "1", "w:color": "505A5F"})
    looks.insert_element_before(
        frame,
        *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct"),
        *("w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind"),
        *("w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:outlineLvl"),
    )
    looks.get_or_add_ind().set(qn("w:left"), "113")
    looks.get_or_add_ind().set(qn("w:right"), "113")


def field(paragraph: Paragraph, code: str) -> None:
    """A page number: the only fields in the document, and their code is given here, never by a person."""
    told = add(paragraph._p, "w:fldSimple", {"w:instr": code})
    shown = add(told, "w:r")
    looks = add(shown, "w:rPr")
    add(looks, "w:sz", {"w:val": "16"})
    add(shown, "w:t").text = "1"


def has_more_than_words(element: Any) -> bool:
    """Whether there is a field or a picture in it."""
    return any(True for _ in element.iter(*map(qn, ("w:fldSimple", "w:instrText", "w:drawing", "w:pict"))))


def bookmark(paragraph: Paragraph, name: str) -> None:
    """Where links of this name lead: the start of the paragraph."""
    number = name.rsplit("_", 1)[-1]
    add(paragraph._p, "w:bookmarkStart", {"w:id": number, "w:name": name})
    add(paragraph._p, "w:bookmarkEnd", {"w:id": number})


def described(run_: Any, number: int, title: str, alt: str) -> None:
    """Give the picture in a run its number, its name and the words that stand for it."""
    for one in run_._r.iter(qn("wp:docPr")):
        one.set("id", str(number))
        one.set("name", f"Picture {number}")
        one.set("descr", alt)
        one.set("title", title)
    for one in run_._r.iter("{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"):
        one.set("id", str(number))
        one.set("name", f"picture-{number}.png")


def table_of_contents(paragraphs: Sequence[Paragraph], entries: Sequence[tuple[str, str]]) -> None:
    """A list of chapters that Word can renew, with its entries in it already: their words and bookmarks.

    Page numbers are left to Word: they are not known here.
    """
    for at, (paragraph, (words, name)) in enumerate(zip(paragraphs, entries, strict=True)):
        if at == 0:
            _field_character(paragraph, "begin")
            code = add(add(paragraph._p, "w:r"), "w:instrText")
            code.text = ' TOC \\o "1-1" \\n \\h \\z '
            code.set(_XML_SPACE, "preserve")
            _field_character(paragraph, "separate")
        run(add(paragraph._p, "w:hyperlink", {"w:anchor": name, "w:history": "1"}), words, colour="12436D")
        if at == len(entries) - 1:
            _field_character(paragraph, "end")


def _field_character(paragraph: Paragraph, kind: str) -> None:
    add(add(paragraph._p, "w:r"), "w:fldChar", {"w:fldCharType": kind})
