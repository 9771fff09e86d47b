"""The Word document that ours is built on: our own plain one, or the council's, with its looks, head and foot.

Of a council's template everything is kept but the text in its body; and that too, where a paragraph says `PLACE` alone:
the document is put there. What could run, fetch or hide something is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from reporting.word_xml import add

PLACE: Final = "[[document]]"
FONT: Final = "Arial"
MOST_BYTES: Final = 20_000_000
MOST_UNPACKED: Final = 200_000_000
STYLES: Final = (
    ("Normal", 9.5, "0B0C0C"),
    ("Title", 20, "0B0C0C"),
    ("Heading 1", 15, "12436D"),
    ("Heading 2", 12.5, "0B0C0C"),
    ("Heading 3", 11, "0B0C0C"),
    ("Heading 4", 10, "0B0C0C"),
    ("Heading 5", 10, "0B0C0C"),
    ("Caption", 9, "0B0C0C"),
    ("Quote", 9.5, "0B0C0C"),
    ("List Bullet", 9.5, "0B0C0C"),
)
"""Styles that a document uses: size in points and colour, where a template has none of that name."""
_DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_HYPERLINK: Final = "/hyperlink"


class NotATemplate(ValueError):
    """A file cannot serve as a template; the words say why, and how to mend it."""


def plain_document() -> Document:
    """Our own: A4, margins, type and language."""
    document: Document = docx.Document()
    first = document.sections[0]
    first.page_width, first.page_height = Mm(210), Mm(297)
    first.left_margin = first.right_margin = Mm(14)
    first.top_margin, first.bottom_margin = Mm(20), Mm(18)
    first.header_distance = first.footer_distance = Mm(9)
    styles = document.styles
    defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    defaults.find(qn("w:lang")).set(qn("w:val"), "en-GB")
    for name, size, colour in STYLES:
        _dressed(styles[name], size, colour)
    plain = styles["Normal"].paragraph_format
    plain.space_after, plain.line_spacing = Pt(5), 1.1
    title = styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    return document


def document_on(template: bytes) -> tuple[Document, list[Any]]:
    """A document on a council's template, and what stands in its body after the place for ours.

    Raises `NotATemplate` for what is no Word file, can run, fetches from elsewhere, or is too large.
    """
    document: Document = docx.Document(io.BytesIO(_checked(template)))
    body = document.element.body
    parts = [child for child in body if child.tag != qn("w:sectPr")]
    at = next((k for k, child in enumerate(parts) if _words(child) == PLACE), None)
    after = [] if at is None else parts[at + 1 :]
    for child in parts if at is None else parts[at:]:
        body.remove(child)
    there = {style.name for style in document.styles}
    for name, size, colour in STYLES:
        if name not in there:
            made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
            made.base_style = document.styles["Normal"] if "Normal" in there and name != "Normal" else None
            _dressed(made, size, colour)
            if name.startswith("Heading"):
                made.font.bold = True
                made.paragraph_format.keep_with_next = True
                add(made.element.get_or_add_pPr(), "w:outlineLvl", {"w:val": str(int(name[-1]) - 1)})
    return document, after


def _checked(template: bytes) -> bytes:
    """The template as a document; a `.dotx` says of itself that it is one."""
    if len(template) > MOST_BYTES:
        raise NotATemplate(
            f"The template is larger than {MOST_BYTES // 1_000_000} MB. Make its pictures smaller, and save it again."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as given:
            if sum(one.file_size for one in given.infolist()) > MOST_UNPACKED:
                raise NotATemplate("The template unpacks to far more than a Word document holds; it is not opened.")
            names = given.namelist()
            parts = {name: given.read(name) for name in names}
    except zipfile.BadZipFile as error:
        raise NotATemplate(
            "The template is no Word document. Save it in Word as .docx or .dotx; .doc, .odt and PDF cannot be used."
        ) from error
    kinds = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "macroEnabled" in kinds or any("vbaProject" in name or "/activeX/" in name for name in names):
        raise NotATemplate("The template holds macros or controls. Save it in Word as .docx or .dotx, without them.")
    if _TEMPLATE not in kinds and _DOCUMENT not in kinds:
        raise NotATemplate("The template is no Word document, though it is packed like one. Save it as .docx or .dotx.")
    for name, data in parts.items():
        if name.endswith(".rels"):
            _check_links(data)
        elif name.endswith(".xml") and re.search(rb"<!DOCTYPE|<!ENTITY", data):
            raise NotATemplate("The template declares entities, which no Word document does; it is not opened.")
    if _TEMPLATE not in kinds:
        return template
    parts["[Content_Types].xml"] = kinds.replace(_TEMPLATE, _DOCUMENT).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name in names:
            out.writestr(name, parts[name])
    return held.getvalue()


def _check_links(data: bytes) -> None:
    """Nothing but a link that a reader follows may lead out of the document."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotATemplate("The template is damaged: Word's own list of its parts cannot be read.") from error
    for one in root:
        if one.get("TargetMode") == "External" and not str(one.get("Type", "")).endswith(_HYPERLINK):
            raise NotATemplate(
                "The template fetches something from elsewhere when it is opened, such as another template or a "
                "linked picture. In Word, put the picture into the document itself and detach the other template."
            )


def _words(child: Any) -> str:
    return "".join(text.text or "" for text in child.iter(qn("w:t"))).strip() if child.tag == qn("w:p") else ""


def _dressed(style: Any, size: float, colour: str) -> None:
    type_ = style.font
    type_.size, type_.color.rgb, type_.name = Pt(size), RGBColor.from_string(colour), FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), FONT)
