"""The Word document that ours is built on: our own plain one, or the council's, with its looks, head and foot.

Of a council's template the text in its body is left behind, with its comments, notes, pictures and the names of those
who wrote it; where a paragraph says `PLACE` alone, what stands around it is kept, and the document is put there. What
could run, fetch or hide something is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

PLACE: Final = "[[document]]"
FONT: Final = "Arial"
MOST_BYTES: Final = 20 * 2**20
MOST_UNPACKED: Final = 200 * 2**20
MOST_PARTS: Final = 2_000
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
"""The styles of a document: name, size in points and colour, where a template has none of that name."""
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_KEPT: Final = frozenset(
    (
        *("styles", "settings", "theme", "fontTable", "numbering", "webSettings"),
        *("footnotes", "endnotes"),
    )
)
_REFUSED: Final = {
    "vbaProject": "a macro",
    "wordVbaData": "a macro",
    "oleObject": "an embedded object",
    "package": "an embedded file",
    "control": "a form control",
    "activeXControlBinary": "a form control",
    "aFChunk": "another document inside it",
    "subDocument": "another document linked to it",
    "frame": "a frame that shows another document",
    "mailMergeSource": "a link to a list of addresses",
    "attachedToolbars": "a toolbar with macros",
    "keyMapCustomizations": "a keyboard map that may run macros",
}
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NOT_SET: Final = (
    *("w:documentProtection", "w:writeProtection", "w:trackRevisions", "w:mailMerge", "w:docVars", "w:rsids"),
)
"""Settings of whoever wrote the template, which its documents do without."""
_REACHES_OUT = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDE|INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT|DATABASE|MACROBUTTON|EMBED|RD|AUTOTEXTLIST)\b", re.I
)
_PEOPLE_FOLLOW = re.compile(r"(https?://|mailto:)", re.I)


class NotATemplate(ValueError):
    """The file cannot be the template of a document; the message says why and what to do."""


def document_on(template: bytes) -> tuple[Document, list[Any]]:
    """A document on a council's template, and what stands in its body after the place for ours.

    Raises `NotATemplate` for what is no Word file, can run, fetches from elsewhere, or is too large.
    """
    document = _read(_checked(template))
    after = _emptied(document)
    _with_styles(document)
    return document, after


# ---- ours ----------------------------------------------------------------------------------------------------------


def plain_document() -> Document:
    """Our own: A4, margins, type and language."""
    document: Document = docx.Document()
    first = document.sections[0]
    first.page_width, first.page_height = Mm(210), Mm(297)
    first.left_margin = first.right_margin = Mm(14)
    first.top_margin, first.bottom_margin = Mm(20), Mm(18)
    first.header_distance = first.footer_distance = Mm(9)
    styles = document.styles
    _language(document).set(qn("w:val"), "en-GB")
    for name, size, colour in STYLES:
        type_ = styles[name].font
        type_.size, type_.color.rgb, type_.name = Pt(size), RGBColor.from_string(colour), FONT
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(script), FONT)
    plain = styles["Normal"].paragraph_format
    plain.space_after, plain.line_spacing = Pt(5), 1.1
    title = styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    return document


def language(document: Document) -> str:
    """The language that a document says it is in; British English where it says none."""
    return str(_language(document).get(qn("w:val")) or "en-GB")


def _language(document: Document) -> Any:
    found = document.styles.element
    for name in ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:lang"):
        inner = found.find(qn(name))
        if inner is None:
            inner = etree.SubElement(found, qn(name))
            if name == "w:docDefaults":
                found.insert(0, inner)
        found = inner
    return found


# ---- a council's ---------------------------------------------------------------------------------------------------


def _checked(template: bytes) -> dict[str, bytes]:
    """The parts of a Word file that neither runs nor fetches anything."""
    if len(template) > MOST_BYTES:
        raise NotATemplate(
            f"The template is larger than {MOST_BYTES // 2**20} MB. Make its pictures smaller and save it again."
        )
    if template[:4] == b"\xd0\xcf\x11\xe0":
        raise NotATemplate(
            "The template is an old Word file (.doc), or has a password. Save it as .docx or .dotx, without one."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as held:
            entries = held.infolist()
            if len(entries) > MOST_PARTS or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise NotATemplate("The template unpacks to far more than a template holds, and is not opened.")
            if len({one.filename.casefold() for one in entries}) != len(entries):
                raise NotATemplate("The template holds two parts of one name, as no program writes it.")
            parts = {one.filename: held.read(one) for one in entries if not one.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        if isinstance(error, NotATemplate):
            raise
        raise NotATemplate(
            "The template is no Word document. Save it in Word as .docx or .dotx; .odt and PDF cannot be used."
        ) from error
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "macroEnabled" in types or any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in parts):
        raise NotATemplate("The template can run macros (.docm or .dotm). Save it without them, as .docx or .dotx.")
    if f"{_MAIN}document.main+xml" not in types and f"{_MAIN}template.main+xml" not in types:
        raise NotATemplate("The template is no Word document, though it is packed like one. Save it as .docx or .dotx.")
    for name, part in sorted(parts.items()):
        if name.endswith((".xml", ".rels")):
            _check_part(name, part)
    if f"{_MAIN}template.main+xml" in types:
        types = types.replace(f"{_MAIN}template.main+xml", f"{_MAIN}document.main+xml")
        parts["[Content_Types].xml"] = types.encode("utf-8")
    return parts


def _check_part(name: str, part: bytes) -> None:
    """Raise `NotATemplate` for a part that runs or fetches something, or is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise NotATemplate(
            f"The template is damaged: {name} cannot be read. Open it in Word and save it again."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise NotATemplate(f"The template declares entities in {name}, as no word processor does.")
    if name.endswith(".rels"):
        for one in root:
            kind = (one.get("Type") or "").rsplit("/", 1)[-1]
            if kind in _REFUSED:
                raise NotATemplate(f"The template holds {_REFUSED[kind]}. Take it out and save the template again.")
            if (one.get("TargetMode") or "").casefold() == "external":
                _check_link(kind, one.get("Target") or "")
        return
    # a field's code may be cut into several runs
    codes = "".join(one.text or "" for one in root.iter(qn("w:instrText")))
    codes += " " + " ".join(one.get(qn("w:instr")) or "" for one in root.iter(qn("w:fldSimple")))
    found = _REACHES_OUT.search(codes)
    if found is not None and name != "word/document.xml":
        raise NotATemplate(
            f"The template has a field {found[0].upper()}, which fetches or runs something. Take it out."
        )


def _check_link(kind: str, target: str) -> None:
    if kind == "attachedTemplate":
        raise NotATemplate(
            "The template fetches another template from elsewhere. In Word, choose Normal under Developer, "
            "Document Template, and save it again."
        )
    if kind != "hyperlink" or not _PEOPLE_FOLLOW.match(target):
        raise NotATemplate(
            f"The template fetches something from elsewhere ({kind or 'a link'}). Put a copy in its place, or take "
            "it out; web and mail addresses may stay."
        )


def _read(parts: dict[str, bytes]) -> Document:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name, part)
    held.seek(0)
    try:
        document = docx.Document(held)
        _ = (document.sections[-1], document.styles.element, document.settings.element)  # they must be there
    except Exception as error:
        raise NotATemplate(
            "The template is no Word file that can be built on. Open it in Word, save it as Word Document (.docx, not "
            f"Strict), and hand that in. ({type(error).__name__})"
        ) from error
    return document


def _emptied(document: Document) -> list[Any]:
    """Take out the body, and whatever it alone used; gives what stands after the place for ours."""
    body = document.element.body
    last = _last_section(body)
    parts = [child for child in body if child is not last]
    at = next((k for k, child in enumerate(parts) if _words(child) == PLACE), None)
    after = [] if at is None else parts[at + 1 :]
    for child in parts if at is None else parts[at:]:
        body.remove(child)
    kept = [body, *after]
    for name in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"):
        for one in [found for part in kept for found in part.iter(qn(name))]:
            one.getparent().remove(one)
    used = {value for part in kept for one in part.iter() for key, value in one.attrib.items() if key.startswith(_R)}
    for key, one in list(document.part.rels.items()):
        kind = one.reltype.rsplit("/", 1)[-1]
        if key not in used and kind not in _KEPT:
            del document.part.rels[key]
        elif kind in ("footnotes", "endnotes"):
            _without_notes(one.target_part, kept)
    settings = document.settings.element
    for name in _NOT_SET:
        for found in settings.findall(qn(name)):
            settings.remove(found)
    return after


def _last_section(body: Any) -> Any:
    """How the last pages lie; with the heads and feet of the sections before, which it may leave to them."""
    ends = list(body.iter(qn("w:sectPr")))
    last = body.find(qn("w:sectPr"))
    if last is None:
        last = etree.SubElement(body, qn("w:sectPr"))
    for name in ("w:footerReference", "w:headerReference"):
        for kind in ("default", "first", "even"):
            if not any(one.get(qn("w:type")) == kind for one in last.findall(qn(name))):
                before = [one for end in ends for one in end.findall(qn(name)) if one.get(qn("w:type")) == kind]
                if before:
                    last.insert(0, deepcopy(before[-1]))
    for change in last.findall(qn("w:sectPrChange")):
        last.remove(change)
    return last


def _words(child: Any) -> str:
    return "".join(text.text or "" for text in child.iter(qn("w:t"))).strip() if child.tag == qn("w:p") else ""


def _without_notes(part: Any, kept: Sequence[Any]) -> None:
    """Leave nothing of the notes but those that what is kept refers to, and the lines that set them apart."""
    names = (qn("w:footnoteReference"), qn("w:endnoteReference"))
    wanted = {one.get(qn("w:id")) for whole in kept for one in whole.iter(*names)}
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    for note in list(root):
        apart = note.get(qn("w:type")) in ("separator", "continuationSeparator", "continuationNotice")
        if not apart and note.get(qn("w:id")) not in wanted:
            root.remove(note)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_styles(document: Document) -> None:
    """Add whatever style of ours the template lacks, in the template's own typeface."""
    styles = document.styles
    there = {style.name for style in styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    if not _language(document).get(qn("w:val")):
        _language(document).set(qn("w:val"), "en-GB")
    for name, size, colour in STYLES:
        if name in there:
            continue
        style: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        if name != "Normal":
            style.base_style = styles["Normal"]
        style.font.size = Pt(size)
        if name.startswith("Heading"):
            style.font.bold, style.font.color.rgb = True, RGBColor.from_string(colour)
            level = etree.SubElement(style.element.get_or_add_pPr(), qn("w:outlineLvl"))
            level.set(qn("w:val"), str(int(name[-1]) - 1))
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(10), Pt(4)
            style.paragraph_format.keep_with_next = True
        elif name in ("Title", "Caption"):
            style.font.bold = True
    _with_bullets(document)


def _with_bullets(document: Document) -> None:
    """Give the style of lists a bullet, where the template gives it none."""
    looks = document.styles["List Bullet"].element.get_or_add_pPr()
    if looks.find(qn("w:numPr")) is not None:
        return
    numbering = _numbering(document)
    ids = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    shape = etree.Element(qn("w:abstractNum"), {qn("w:abstractNumId"): str(max(ids, default=0) + 1)})
    level = etree.SubElement(shape, qn("w:lvl"), {qn("w:ilvl"): "0"})
    for name, value in (("w:start", "1"), ("w:numFmt", "bullet"), ("w:lvlText", "•"), ("w:lvlJc", "left")):
        etree.SubElement(level, qn(name), {qn("w:val"): value})
    etree.SubElement(etree.SubElement(level, qn("w:pPr")), qn("w:ind"), {qn("w:left"): "360", qn("w:hanging"): "360"})
    shapes = numbering.findall(qn("w:abstractNum"))
    numbering.insert(numbering.index(shapes[-1]) + 1 if shapes else 0, shape)
    number = numbering.add_num(max(ids, default=0) + 1)
    inner = etree.Element(qn("w:numPr"))
    etree.SubElement(inner, qn("w:numId"), {qn("w:val"): str(number.numId)})
    looks.insert_element_before(inner, *_AFTER_NUMBERS)


def _numbering(document: Document) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        # python-docx cannot make the part: ours has one, and is taken without its numbers
        ours = docx.Document().part.numbering_part
        for child in list(ours.element):
            ours.element.remove(child)
        document.part.relate_to(ours, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering")
        return ours.element


_AFTER_NUMBERS: Final = (
    *("w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap"),
    *("w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd"),
    *("w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc"),
    *("w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr"),
    *("w:sectPr", "w:pPrChange"),
)
