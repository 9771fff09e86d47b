"""Documents: drawings, sources, contents, the council's own template, workbooks, open data, editions."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache

import docx
import openpyxl
import pandas as pd
import pytest
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.fact import ALL, Book, Facts, Kind, Unit, Value
from reporting.fonts import drawn
from reporting.lens import Lens
from reporting.open_data import CSVW, OPEN_GOVERNMENT, PACKAGE, open_data, open_tables_of
from reporting.paper import standing_alone
from reporting.pdf import pdf
from reporting.raster import png
from reporting.section import Column, Edition, Paragraph, Picture, Section, Table, for_edition
from reporting.spreadsheet import MOST_CHARACTERS, spreadsheet
from reporting.word import word
from reporting.word_template import PLACE, NotATemplate
from reporting.write import html
from tests.reporting.drawn_sections import DRAWN, SVG, TABLE


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return held.read(name).decode()


# ---- drawings, sources, contents -------------------------------------------------------------------------------------


def test_a_drawing_is_the_same_picture_each_time_and_large_enough_for_print() -> None:
    """PNG for what cannot show SVG: the same bytes, and at 125 mm over a thousand dots across."""
    data = png.__wrapped__(SVG)
    assert data == png.__wrapped__(SVG)
    assert data[:4] == b"\x89PNG"
    assert int.from_bytes(data[16:20], "big") > 1000


def test_word_holds_the_drawing_with_its_words_and_the_table_after_it() -> None:
    """The picture has alternative text, its title stands above, its figures below; sources end the section."""
    data = word("Title", DRAWN, contents=True)
    body = part(data, "word/document.xml")
    assert 'descr="It rises from 300 to 323 &lt;not markup&gt;."' in body
    assert body.index("More children") < body.index("<pic:pic") < body.index("<w:tblCaption")
    assert "Sources: The returns; A plan." in body
    assert data == word("Title", DRAWN, contents=True)


def test_word_lists_its_chapters_in_a_field_that_reads_right_before_it_is_renewed() -> None:
    """The entries are there already, each a link to its chapter, between the begin and the end of a TOC field."""
    body = part(word("Title", DRAWN, contents=True), "word/document.xml")
    begin, end = body.index('w:fldCharType="begin"'), body.index('w:fldCharType="end"')
    assert r'TOC \o "1-1" \n \h \z' in body[begin:end]
    assert body[begin:end].count("<w:hyperlink") == 3
    assert "1 Need" in body[begin:end]
    assert "TOC" not in part(word("Title", DRAWN), "word/document.xml")


def test_pdf_holds_the_drawing_and_a_list_of_chapters() -> None:
    """A tagged PDF with a figure (PDF/UA-1 wants its words, and typst refuses a document without); same bytes."""
    data = pdf("Title", DRAWN, contents=True)
    assert data == pdf("Title", DRAWN, contents=True)
    assert b"pdfuaid" in data
    assert len(data) > len(pdf("Title", DRAWN))


def test_a_character_that_cannot_be_drawn_does_not_stop_a_drawing() -> None:
    """A category typed by somebody stands in a chart: what no typeface has is written out, as everywhere else."""
    picture = Picture("T", SVG.replace(">counted<", ">cou\ue000n\U00016a40ted<"), "Alt", TABLE)
    assert pdf("T", (Section("S", (picture,)),))
    assert "cou[U+E000]n[U+16A40" in standing_alone(picture.svg, drawn())


def test_html_says_the_sources_of_a_section() -> None:
    """One line under the section; a section without sources has none."""
    page = html("Title", DRAWN)
    assert page.count('<p class="note">Sources: The returns; A plan.</p>') == 1
    assert page.count("Source") == 1


# ---- editions --------------------------------------------------------------------------------------------------------


def test_an_edition_leaves_out_what_is_for_fewer_and_no_link_leads_nowhere() -> None:
    """The public edition has no prices; where a link led there, its words stay."""
    public = for_edition(DRAWN, Edition.PUBLIC)
    assert [one.heading for one in public] == ["1 Need", "2 Homes", "3 End"]
    assert "Prices" in html("Title", public)
    assert for_edition(DRAWN, Edition.OFFICIAL) == DRAWN


def test_a_heading_that_loses_all_it_had_goes_with_it() -> None:
    """A chapter whose parts are all for fewer is no chapter; one with words of its own stays."""
    inner = Section("Inner", (Paragraph("x"),), level=3, edition=Edition.CONFIDENTIAL)
    assert for_edition((Section("Outer", ()), inner), Edition.OFFICIAL) == ()
    outer = Section("Outer", (Paragraph("y"),))
    assert for_edition((outer, inner), Edition.OFFICIAL) == (outer,)
    hidden = Section("Outer", (Paragraph("y"),), edition=Edition.OFFICIAL)
    assert for_edition((hidden, Section("Inner", (Paragraph("x"),), level=3)), Edition.PUBLIC) == ()


# ---- the council's own template --------------------------------------------------------------------------------------


def template(*, place: bool = True) -> bytes:
    made = docx.Document()
    made.sections[0].page_width, made.sections[0].page_height = Mm(216), Mm(280)
    made.sections[0].header.paragraphs[0].text = "Anyborough Council"
    made.sections[0].footer.paragraphs[0].text = "Town Hall"
    made.styles["Heading 1"].font.name = "Georgia"
    styles = made.styles
    styles.element.remove(styles["Quote"].element)
    made.add_paragraph("Our cover")
    if place:
        made.add_paragraph(PLACE)
        made.add_paragraph("Our back page")
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def changed(data: bytes, changes: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(held, "w") as out:
        for name in given.namelist():
            out.writestr(name, changes.get(name, given.read(name)))
        for name in changes.keys() - set(given.namelist()):
            out.writestr(name, changes[name])
    return held.getvalue()


def test_a_councils_template_keeps_its_looks_page_head_foot_cover_and_back() -> None:
    """Ours goes where it says so; head, foot, page and headings are the council's, and who may see it is on top."""
    made = docx.Document(io.BytesIO(word("Title", DRAWN, marking="OFFICIAL", template=template())))
    texts = [one.text for one in made.paragraphs]
    assert texts[0] == "Our cover"
    assert texts[-1] == "Our back page"
    assert PLACE not in texts
    assert made.sections[0].page_width.mm == pytest.approx(216, abs=0.1)
    assert [one.text for one in made.sections[0].header.paragraphs] == ["Anyborough Council", "OFFICIAL"]
    assert made.sections[0].footer.paragraphs[0].text == "Town Hall"
    assert made.styles["Heading 1"].font.name == "Georgia"
    assert "Quote" in [one.name for one in made.styles]


def test_a_template_without_a_place_keeps_nothing_of_its_text() -> None:
    """A template saved with words of an old document in it must not publish them."""
    made = docx.Document(io.BytesIO(word("Title", DRAWN, template=template(place=False))))
    assert "Our cover" not in [one.text for one in made.paragraphs]


def test_a_dotx_is_taken_as_a_template() -> None:
    """Word's own kind of template says another name of itself; the document made from it is a document."""
    kinds = part(template(), "[Content_Types].xml")
    dotx = changed(
        template(), {"[Content_Types].xml": kinds.replace("document.main+xml", "template.main+xml").encode()}
    )
    assert "template.main+xml" not in part(word("Title", DRAWN, template=dotx), "[Content_Types].xml")


def test_nothing_of_the_document_that_a_template_once_was_is_left_in_the_file() -> None:
    """Comments, pictures, links and the settings of whoever wrote it go with its words; so do earlier sections."""
    old = docx.Document()
    said = old.add_paragraph("Old words")
    old.add_comment(said.runs, text="Child AB", author="A. Nother")
    old.add_picture(io.BytesIO(png(SVG)))
    old.sections[0].header.paragraphs[0].text = "Anyborough Council"
    old.add_section()
    held = io.BytesIO()
    old.save(held)
    with zipfile.ZipFile(io.BytesIO(word("Title", (Section("S", ()),), template=held.getvalue()))) as made:
        everything = {name: made.read(name) for name in made.namelist()}
    assert not [name for name in everything if "comments" in name or "media" in name]
    assert not [name for name, data in everything.items() if re.search(rb"Old words|Child AB|A\. Nother", data)]
    assert any(b"Anyborough Council" in data for name, data in everything.items() if "header" in name)


def test_who_may_see_it_stands_on_first_and_even_pages_too() -> None:
    """A template whose first page and even pages have heads of their own cannot lose the marking."""
    own = docx.Document()
    own.settings.odd_and_even_pages_header_footer = own.sections[0].different_first_page_header_footer = True
    own.sections[0].first_page_header.paragraphs[0].text = "Crest"
    held = io.BytesIO()
    own.save(held)
    made = docx.Document(io.BytesIO(word("Title", DRAWN, marking="CONFIDENTIAL", template=held.getvalue())))
    page = made.sections[0]
    for head in (page.header, page.first_page_header, page.even_page_header):
        assert "CONFIDENTIAL" in [one.text for one in head.paragraphs]
    assert page.first_page_header.paragraphs[0].text == "Crest"


_RELS = "word/_rels/document.xml.rels"
_OUTSIDE = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="http://example.org/x" TargetMode="External"/></Relationships>'
)


def outside(kind: str, target: str = "http://example.org/x") -> bytes:
    rels, one = part(template(), _RELS), _OUTSIDE.format(kind).replace("http://example.org/x", target)
    return changed(template(), {_RELS: rels.replace("</Relationships>", one).encode()})


def with_field(code: str) -> bytes:
    head = part(template(), "word/header1.xml")
    field = f'<w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
    return changed(template(), {"word/header1.xml": head.replace("</w:p>", field, 1).encode()})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "no Word document"),
        (changed(template(), {"word/vbaProject.bin": b"x"}), "macros"),
        (outside("attachedTemplate"), "fetches"),
        (outside("image"), "fetches"),
        (outside("hyperlink", "file://host/x"), "fetches"),
        (outside("oleObject"), "embedded object"),
        (with_field("DDEAUTO cmd"), "field DDEAUTO"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (changed(template(), {"word/document.xml": b'<!DOCTYPE x [<!ENTITY y "z">]><x/>'}), "entities"),
        (changed(template(), {"[Content_Types].xml": b"<Types/>"}), "no Word document"),
        (changed(template(), {_RELS: b"<Relationships"}), "damaged"),
    ],
)
def test_a_template_that_could_do_harm_is_refused_in_words(data: bytes, words: str) -> None:
    """What is no Word file, can run, or fetches from elsewhere; a link that a reader follows may stay."""
    with pytest.raises(NotATemplate, match=words):
        word("Title", DRAWN, template=data)
    assert word("Title", DRAWN, template=outside("hyperlink"))


# ---- workbooks -------------------------------------------------------------------------------------------------------


@cache
def lens() -> Lens:
    rows = pd.DataFrame(
        {"what": ["in_care"] * 3, "age": ["under_1", "16_plus", ALL], "children": [3.0, 20.0, float("nan")]}
    )
    facts = Facts(
        "children.age",
        "Children in care by age",
        Kind.PLAIN,
        ("what", "age"),
        (Value("children", "Children", Unit.NUMBER),),
        rows,
        "return",
        labels={"age": {"under_1": "Under 1", "16_plus": "16 and over", ALL: "All ages"}},
    )
    book = Book({"council": "Anyborough", "known_until": "2026-03-31"}, {facts.key: facts}, {"return": "The return."})
    return Lens(book, Edition.PUBLIC)


def test_a_workbook_has_contents_notes_and_one_table_a_sheet() -> None:
    """Every table of the document and every open one, listed and linked; the same bytes each time."""
    made = spreadsheet("Title", DRAWN, marking="PUBLIC", notes=("c: hidden",), tables=open_tables_of(lens()))
    assert made == spreadsheet("Title", DRAWN, marking="PUBLIC", notes=("c: hidden",), tables=open_tables_of(lens()))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["Contents", "Notes", "Table 1", "Table 2", "Table 3"]
    assert all(len(sheet.tables) == 1 for sheet in book if sheet.title != "Notes")
    assert not any(sheet.merged_cells.ranges for sheet in book)
    assert [row[0].value for row in book["Contents"].iter_rows(min_row=5)] == ["Notes", "Table 1", "Table 2", "Table 3"]
    assert "c: hidden" in [row[0].value for row in book["Notes"].iter_rows()]
    assert book["Table 3"]["C7"].value == 3
    assert book["Table 3"]["B7"].value == "Under 1"


def test_figures_are_numbers_symbols_are_text_and_nothing_is_a_formula() -> None:
    """£1,230 is 1230 pounds, 41% is 0.41, c is c, and what begins like a formula is text that stays text as CSV."""
    sheet = openpyxl.load_workbook(io.BytesIO(spreadsheet("Title", DRAWN)))["Table 1"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert rows == [
        ["On", "Children", "Children (2)"],
        ["'=cmd|' /C calc'!A0", 1234, "c"],
        ["+1", -5, 0.41],
        ["'@SUM(1)", 1230, 4.5],
        ["All", 2469, "k"],
    ]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_a_table_without_rows_and_a_text_too_long_for_a_cell_are_written_all_the_same() -> None:
    """An empty table has its headings; a long text ends in words that say that it was cut."""
    empty = Table("Empty", (Column("A"), Column("B", number=True)), ())
    long = Table("Long", (Column("A"),), (("x" * 40_000,),))
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet("T", (Section("S", (empty, long)),))))
    assert [cell.value for cell in book["Table 1"][6]] == ["A", "B"]
    told = book["Table 2"]["A7"].value
    assert len(told) == MOST_CHARACTERS
    assert told.endswith("(cut: a cell holds no more)")


@settings(max_examples=4, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=30, max_size=60))
def test_whatever_is_typed_stays_text(texts: list[str]) -> None:
    """No text of a document becomes a formula, a link, or a broken workbook."""
    table = Table("T", (Column("A"), Column("B", number=True)), tuple((text, text) for text in texts))
    made = openpyxl.load_workbook(io.BytesIO(spreadsheet("T", (Section("S", (table,)),))))
    for row in made["Table 1"].iter_rows(min_row=7):
        for cell in row:
            assert cell.data_type in ("s", "n")
            assert cell.hyperlink is None
            assert cell.data_type == "n" or not str(cell.value).startswith(("=", "@", "\t"))


# ---- open data -------------------------------------------------------------------------------------------------------


def test_open_data_is_described_in_both_forms_and_says_only_what_the_edition_says() -> None:
    """Every file is listed with its columns, codes, symbols and checksum; the licence only where one is given."""
    files = open_data(lens(), "Open data", licence=OPEN_GOVERNMENT)
    assert sorted(files) == ["children.age.csv", CSVW, PACKAGE]
    package, csvw = json.loads(files[PACKAGE]), json.loads(files[CSVW])
    only = package["resources"][0]
    assert only["bytes"] == len(files["children.age.csv"])
    assert [one["name"] for one in only["schema"]["fields"]] == ["what", "age", "children"]
    assert "under_1: Under 1" in only["schema"]["fields"][1]["description"]
    assert {"", "c", "k", "z", "not known"} <= set(only["schema"]["missingValues"])
    assert files["children.age.csv"].decode().splitlines()[-1] == "in_care,all,not known"
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    assert csvw["tables"][0]["tableSchema"]["primaryKey"] == ["what", "age"]
    assert "licenses" not in json.loads(open_data(lens(), "Open data")[PACKAGE])
