"""Sections as a Word document that can be edited and read aloud: real headings, table headers, language, title.

Text is only ever text: there is no markup, field or formula in it that a person typed. The same sections give the
same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree

from reporting.paper import (
    LANDSCAPE_CHARACTERS,
    PICTURE_MM,
    PORTRAIT_CHARACTERS,
    WRITTEN_OUT,
    Line,
    Opened,
    check,
    lines,
    on_paper,
    printable,
    sources_said,
    widths,
)
from reporting.raster import png
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
    Tone,
    WriteIn,
)
from reporting.word_template import document_on, language, plain_document
from reporting.word_xml import (
    add,
    bookmark,
    bordered,
    described,
    field,
    has_more_than_words,
    run,
    shade_and_frame,
    table_of_contents,
)

FIXED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""What the document says of when it was made: nothing, so that the same sections give the same bytes."""
TONES: Final[dict[Tone, tuple[str, str]]] = {
    "plain": ("0B0C0C", "F3F2F1"),
    "good": ("005A30", "EEF7F1"),
    "caution": ("594200", "FFF7DB"),
    "question": ("12436D", "EAF1F8"),
    "bad": ("801650", "F9EDF3"),
}
_PORTRAIT, _LANDSCAPE = 182, 269
"""Millimetres between the margins of our own page, for which the characters of a line are counted."""


def word(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
    contents: bool = False,
    template: bytes | None = None,
) -> bytes:
    """All sections as one Word document on A4; the parameters are those of `reporting.write.html`.

    `contents`: whether it begins with a list of its chapters. `template`: the council's own document to build on, with
    its page, styles, head and foot; raises `NotATemplate` where it cannot be.

    A bar is written as the number it stands for. Control characters are written out by their number, and the last
    page says so. Raises ValueError when headings skip a level, an anchor stands twice or a link leads nowhere.
    """
    check(sections)
    writer = _Writer(sections, template)
    writer.open(title, lead, marking, contents=contents)
    for section in sections:
        writer.section(section)
    writer.close(tuple(footer))
    held = io.BytesIO()
    writer.document.save(held)
    return _same_every_time(held.getvalue())


class _Writer:
    """Puts one block after the other into a document, turning the page on its side for wide tables."""

    def __init__(self, sections: Sequence[Section], template: bytes | None) -> None:
        self.document: Document
        self._after: list[Any] = []
        self._ours = template is None
        if template is None:
            self.document = plain_document()
        else:
            self.document, self._after = document_on(template)
        page = self.document.sections[-1]
        self._short, self._long = sorted((page.page_width or Mm(210), page.page_height or Mm(297)))
        self._beside = (page.left_margin or 0) + (page.right_margin or 0)
        self._sections = sections
        self._pictures = 0
        self.written_out = False
        self._landscape = False
        # a bookmark's name is short and plain, whatever the anchor is
        anchors = [s.anchor for s in sections if s.anchor is not None]
        self._bookmarks = {anchor: f"part_{number}" for number, anchor in enumerate(anchors, 1)}

    def words(self, text: str) -> str:
        shown = printable(text)
        self.written_out |= shown.count("[U+") > text.count("[U+")
        return shown

    def open(self, title: str, lead: str, marking: str, *, contents: bool) -> None:
        document = self.document
        properties = document.core_properties
        properties.title, properties.author, properties.language = self.words(title), "Placewell", language(document)
        properties.comments, properties.last_modified_by, properties.revision = "", "Placewell", 1
        properties.created = properties.modified = FIXED
        self._head(self.words(marking))
        self._foot(self.words(title))
        document.add_paragraph(self.words(title), style="Title")
        if lead:
            run(document.add_paragraph(), self.words(lead), size=11)
        if marking:
            framed = document.add_paragraph()
            run(framed, self.words(marking), bold=True)
            bordered(framed, "0B0C0C", left=8)
        chapters = [s for s in self._sections if s.level == 2 and s.contents and s.anchor]
        if contents and chapters:
            run(document.add_paragraph(), "Contents", bold=True, size=12)
            entries = [(self.words(s.heading), self._bookmarks[str(s.anchor)]) for s in chapters]
            table_of_contents([document.add_paragraph() for _ in entries], entries)

    def _head(self, marking: str) -> None:
        """Who may see it, on every page; beneath what a council's own head says."""
        for head in self._every("header") if marking else ():
            line = head.paragraphs[0] if self._ours else head.add_paragraph()
            line.alignment = 1
            run(line, marking, bold=True, size=8)

    def _foot(self, title: str) -> None:
        """Title and page number, where the template has no foot of its own."""
        for foot in self._every("footer"):
            if not self._ours and ("".join(foot._element.itertext()).strip() or has_more_than_words(foot._element)):
                continue
            line = foot.paragraphs[0] if foot.paragraphs else foot.add_paragraph()
            run(line, title + "    Page ", size=8)
            field(line, "PAGE")
            run(line, " of ", size=8)
            field(line, "NUMPAGES")

    def _every(self, part: str) -> list[Any]:
        """The heads or feet that pages have: a first page and even pages may have some of their own."""
        found = []
        evens = self.document.settings.odd_and_even_pages_header_footer
        for page in self.document.sections:
            kinds = ["", *(["first_page_"] if page.different_first_page_header_footer else [])]
            found += [getattr(page, f"{kind}{part}") for kind in (*kinds, *(["even_page_"] if evens else []))]
        # those of a later section may be those of the one before it, and are written into once
        first = self.document.sections[0]
        return [one for one in found if not one.is_linked_to_previous or one._sectPr is first._sectPr]

    def section(self, section: Section) -> None:
        heading = self._paragraph(style=f"Heading {section.level - 1}")
        if section.anchor is not None:
            bookmark(heading, self._bookmarks[section.anchor])
        run(heading, self.words(section.heading))
        for block in on_paper(section.blocks):
            self._block(block)
        if section.sources:
            run(self._paragraph(), self.words(sources_said(section)), size=8, colour="505A5F")

    def close(self, footer: Sequence[str]) -> None:
        self._turn(landscape=False)
        for text in (*footer, *([WRITTEN_OUT] if self.written_out else [])):
            run(self.document.add_paragraph(), self.words(text), size=8, colour="505A5F")
        body = self.document.element.body
        for child in self._after:
            body.insert(len(body) - 1, child)

    def _paragraph(self, style: str | None = None) -> WordParagraph:
        self._turn(landscape=False)
        return self.document.add_paragraph(style=style)

    def _turn(self, *, landscape: bool) -> None:
        if landscape is self._landscape:
            return
        self._landscape = landscape
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        across, down = (self._long, self._short) if landscape else (self._short, self._long)
        section.page_width, section.page_height = Emu(across), Emu(down)

    def _block(self, block: Block | Opened) -> None:
        match block:
            case Paragraph():
                told = self._paragraph()
                told.paragraph_format.keep_with_next = True if block.strong else None
                run(told, self.words(block.text), bold=block.strong)
            case Opened():
                opened = self._paragraph()
                opened.paragraph_format.keep_with_next = True
                run(opened, self.words(block.summary), bold=True)
            case Bullets():
                for item in block.items:
                    self._lines(self._paragraph(style="List Bullet"), lines(item))
            case Definitions():
                for term, value in block.items:
                    shown = self._paragraph()
                    shown.paragraph_format.left_indent, shown.paragraph_format.first_line_indent = Mm(5), Mm(-5)
                    run(shown, f"{self.words(term)}: ", bold=True)
                    self._lines(shown, lines(value))
            case Quotation():
                quoted = self._paragraph(style="Quote")
                run(quoted, self.words(block.text))
                run(quoted, f"\n{self.words(block.source)}", size=8.5, colour="505A5F", italic=False)
                bordered(quoted, "B1B4B6", left=24, sides=("left",))
            case Notice():
                self._notice(block)
            case WriteIn():
                self._write_in(block)
            case Picture():
                self._picture(block)
            case Table():
                self._table(block)
            case _:
                raise TypeError(f"a Word document cannot show a {type(block).__name__}")

    def _room(self, *, landscape: bool) -> int:
        """Between the margins, in the document's units."""
        return max(int(self._long if landscape else self._short) - int(self._beside), int(Mm(60)))

    def _picture(self, block: Picture) -> None:
        title = self._paragraph()
        title.paragraph_format.keep_with_next = True
        run(title, self.words(block.title), bold=True)
        across = min(Mm(PICTURE_MM), self._room(landscape=False))
        self._pictures += 1
        shown = self.document.add_paragraph().add_run()
        shown.add_picture(io.BytesIO(png(block.svg)), width=Emu(across))
        described(shown, self._pictures, self.words(block.title), self.words(block.alt))

    def _lines(self, paragraph: WordParagraph, shown: Iterable[Line]) -> None:
        for k, line in enumerate(shown):
            self._line(paragraph._p, line, first=k == 0)

    def _line(self, parent: Any, line: Line, *, first: bool, bold: bool = False, size: float | None = None) -> None:
        text = self.words(line.text)
        if not first:
            run(parent, "\n", size=size)
        if line.tag is not None:
            front, back = TONES[line.tag.tone]
            shade_and_frame(run(parent, text, bold=True, size=size, colour=front), front, back)
        elif line.link is not None:
            inner = add(parent, "w:hyperlink", {"w:anchor": self._bookmarks[line.link.anchor], "w:history": "1"})
            run(inner, text, bold=bold, size=size, colour="12436D")
        else:
            run(parent, text, bold=bold, size=size)

    def _notice(self, block: Notice) -> None:
        front, _ = TONES[block.tone]
        texts = [self.words(text) for text in block.text]
        for k, text in enumerate([self.words(block.title), *texts]):
            shown = self._paragraph()
            run(shown, text, bold=k == 0, colour=front if k == 0 else None)
            shown.paragraph_format.keep_with_next = k < len(texts)
            shown.paragraph_format.keep_together = True
            bordered(shown, front, left=32)

    def _write_in(self, block: WriteIn) -> None:
        shown = [self.words(block.label), *(f"\u2610  {self.words(choice)}" for choice in block.choices)]
        for k, text in enumerate([*shown, *([""] * block.lines)]):
            room = self._paragraph()
            run(room, text, bold=k == 0)
            room.paragraph_format.keep_with_next = k < len(shown) + block.lines - 1
            if k == 0:
                bordered(room, "0B0C0C", left=6, sides=("top",))
            elif k >= len(shown):
                room.paragraph_format.space_before = Pt(12)
                bordered(room, "505A5F", left=6, sides=("bottom",), between=True)

    def _table(self, block: Table) -> None:
        upright = PORTRAIT_CHARACTERS * self._room(landscape=False) / Mm(_PORTRAIT)
        on_side = LANDSCAPE_CHARACTERS * self._room(landscape=True) / Mm(_LANDSCAPE)
        fit = widths(block, upright, on_side)
        self._turn(landscape=fit.landscape)
        caption = self.document.add_paragraph(self.words(block.caption), style="Caption")
        caption.paragraph_format.keep_with_next = True
        body = self.document.element.body
        table = etree.Element(qn("w:tbl"))
        body.insert(len(body) - 1, table)  # the last element of a body says how its pages lie
        looks = add(table, "w:tblPr")
        add(looks, "w:tblW", {"w:w": "5000", "w:type": "pct"})
        add(looks, "w:tblLayout", {"w:type": "fixed"})
        margins = add(looks, "w:tblCellMar")
        for side in ("w:left", "w:right"):
            add(margins, side, {"w:w": "60", "w:type": "dxa"})
        add(looks, "w:tblLook", {"w:val": "00A0", "w:firstRow": "1", "w:firstColumn": "1"})
        add(looks, "w:tblCaption", {"w:val": self.words(block.caption)})
        grid = add(table, "w:tblGrid")
        across = [round(share * self._room(landscape=fit.landscape) / 635) for share in fit.shares]
        for one in across:
            add(grid, "w:gridCol", {"w:w": str(one)})
        numbers = [column.number for column in block.columns]
        titles: list[Cell] = [column.title for column in block.columns]
        self._row(table, titles, across, numbers, head=True)
        for row in block.rows:
            self._row(table, row, across, numbers)
        if block.total is not None:
            self._row(table, block.total, across, numbers, total=True)
        for note in block.notes:
            run(self.document.add_paragraph(), self.words(note), size=8, colour="505A5F")
        if not block.notes:
            self.document.add_paragraph().paragraph_format.space_after = Pt(2)

    def _row(
        self,
        table: Any,
        cells: Sequence[Cell],
        across: Sequence[int],
        numbers: Sequence[bool],
        *,
        head: bool = False,
        total: bool = False,
    ) -> None:
        row = add(table, "w:tr")
        kind = add(row, "w:trPr")
        add(kind, "w:cantSplit")
        if head:
            add(kind, "w:tblHeader")
        for k, cell in enumerate(cells):
            place = add(row, "w:tc")
            looks = add(place, "w:tcPr")
            add(looks, "w:tcW", {"w:w": str(across[k]), "w:type": "dxa"})
            edges = add(looks, "w:tcBorders")
            if head or total:
                add(edges, "w:top", {"w:val": "single", "w:sz": "8", "w:color": "0B0C0C"})
            thick, colour = ("8", "0B0C0C") if head or total else ("4", "B1B4B6")
            add(edges, "w:bottom", {"w:val": "single", "w:sz": thick, "w:color": colour})
            paragraph = add(place, "w:p")
            how = add(paragraph, "w:pPr")
            add(how, "w:spacing", {"w:before": "20", "w:after": "20"})
            if numbers[k]:
                add(how, "w:jc", {"w:val": "right"})
            for n, line in enumerate(lines(cell)):
                self._line(paragraph, line, first=n == 0, bold=head or total or (k == 0 and n == 0), size=8)


def _same_every_time(data: bytes) -> bytes:
    """The same document with its parts in one order and of one time."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        names = given.namelist()
        for name in sorted(names, key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            out.writestr(entry, given.read(name))
    return held.getvalue()
