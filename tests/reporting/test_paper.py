"""Sections on paper: Word and PDF say all that the page says, to eyes and to screen readers, and nothing else."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import pytest

from reporting.fonts import drawn
from reporting.paper import NOT_PRINTED, WRITTEN_OUT, Opened, on_paper, printable, sources_said, widths
from reporting.pdf import pdf
from reporting.section import (
    Bar,
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    Disclosure,
    Link,
    Notice,
    Paragraph,
    Quotation,
    Section,
    Table,
    Tag,
    WriteIn,
)
from reporting.word import word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Writer = Callable[..., bytes]
FIGURES = Table(
    "Figures",
    (Column("What"), Column("How many", number=True)),
    (("places", 1234), ("share", Bar(10, 25, 100, "25")), ((Tag("met", "good"), Link("see", "top")), None)),
    notes=("Made up.",),
    total=("All", 1259.5),
)
BLOCKS: dict[str, tuple[Block, tuple[str, ...]]] = {
    "paragraph": (Paragraph("A sentence."), ("A sentence.",)),
    "strong": (Paragraph("Not to be missed.", strong=True), ("Not to be missed.",)),
    "bullets": (Bullets(("one", (Tag("two", "bad"), "three"))), ("one", "two", "three")),
    "quotation": (
        Quotation("My own\nwords", "recorded on 3 April 2026"),
        ("My own", "words", "recorded on 3 April 2026"),
    ),
    "notice": (Notice("Mind", ("this", "and that"), "caution"), ("Mind", "this", "and that")),
    "definitions": (Definitions((("term", ("meaning", 12)), ("bar", None))), ("term", "meaning", "12", "bar")),
    "table": (FIGURES, ("Figures", "How many", "1,234", "25", "met", "see", "All", "1,259.5", "Made up.")),
    "write-in": (WriteIn("Decision", ("none of these",)), ("Decision", "none of these")),
    "folded": (
        Disclosure("More", (Paragraph("inside"), Disclosure("Still more", (FIGURES,)))),
        ("More", "inside", "25"),
    ),
}
NAMES = {
    "Polish": "Zażółć Łukasz Gęśl",
    "Welsh": "Siân Ŵyn Ŷgwydd",
    "Irish": "Sinéad Ní Bhriain",
    "Vietnamese": "Nguyễn Thị Ánh",
    "Cyrillic": "Тарас Ґалаґан",
    "Greek": "Ελένη Παπαδοπούλου",
    "Chinese": "王小明",
    "Japanese": "髙橋さくら",
    "Korean": "김철수",
    "Amharic": "አበበ",
    "Armenian": "Արմեն",
    "Georgian": "ნინო",
}
JOINED = {
    "Arabic": "محمد بن عبد الله",
    "Hebrew": "שלום",
    "Urdu": "گلناز خان",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ",
    "Bengali": "শেখ হাসিনা",
    "Tamil": "முருகன்",
    "Thai": "สมชาย",
    "Khmer": "សុខា",
    "Emoji": "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "combined out of place": "a\u0651 م\u0301 ก\u0302\u0651 王\u0e31",
}
HOSTILE = (
    '#panic("typst")',
    '$ x^2 $ #import "@preview/x:1.0.0": * `raw` \\ *b* _i_ = H @ref <lab> //c',
    '</w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\\\x"/>',
    '{ HYPERLINK "x" } =SUM(1) &amp; <script>alert(1)</script> ]]>',
    '"}]} ,{"kind":"table"',
)


def with_top(*blocks: Block) -> tuple[Section, ...]:
    return (Section("Top", blocks, anchor="top"),)


def parts(data: bytes) -> dict[str, str]:
    """Every XML part of a Word document, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name).decode("utf-8") for name in held.namelist() if name.endswith((".xml", ".rels"))}


def word_text(data: bytes) -> str:
    """What a Word document says, a paragraph a line."""
    root = ElementTree.fromstring(parts(data)["word/document.xml"])
    return "\n".join(
        "".join({f"{W}t": t.text or "", f"{W}br": "\n", f"{W}tab": "\t"}.get(t.tag, "") for t in p.iter())
        for p in root.iter(f"{W}p")
    )


def pdf_text(data: bytes, folder: Path) -> str:
    """What a PDF says when read as text."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = folder / "paper.pdf"
    path.write_bytes(data)
    told = subprocess.run([reader, "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return told.stdout.decode("utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]+", "", text)


@pytest.mark.parametrize("kind", BLOCKS)
def test_word_shows_every_kind_of_block(kind: str) -> None:
    """Each kind of block says all its words in a Word document."""
    block, wanted = BLOCKS[kind]
    said = word_text(word("Title", with_top(block), lead="Lead", marking="Confidential", footer=("Foot",)))
    for one in ("Title", "Lead", "Confidential", "Top", "Foot", *wanted):
        assert one in said


@pytest.mark.parametrize("kind", BLOCKS)
def test_pdf_shows_every_kind_of_block(kind: str, tmp_path: Path) -> None:
    """Each kind of block says all its words in a PDF."""
    block, wanted = BLOCKS[kind]
    data = pdf("Title", with_top(block), lead="Lead", marking="Confidential", footer=("Foot",))
    said = squeezed(pdf_text(data, tmp_path))
    for one in ("Title", "Lead", "Confidential", "Top", "Foot", "Page 1 of 1", *wanted):
        assert squeezed(one) in said


@pytest.mark.parametrize("write", [word, pdf], ids=["word", "pdf"])
def test_the_same_sections_give_the_same_bytes(write: Writer) -> None:
    """Nothing of the clock, the computer or chance is in a document."""
    everything = with_top(*(block for block, _ in BLOCKS.values()))
    assert write("Title", everything, lead="Lead") == write("Title", everything, lead="Lead")


@pytest.mark.parametrize("write", [word, pdf], ids=["word", "pdf"])
def test_sections_that_do_not_hold_together_are_refused(write: Writer) -> None:
    """A heading that skips a level and a link that leads nowhere stop the document."""
    with pytest.raises(ValueError, match="of level 3 after level 1"):
        write("Title", (Section("Part", (), level=3),))
    with pytest.raises(ValueError, match="lead nowhere: gone"):
        write("Title", (Section("Part", (Bullets((Link("see", "gone"),)),)),))


def test_a_part_that_only_goes_on_is_named_and_not_printed(tmp_path: Path) -> None:
    """Paper opens what was folded, but of a list that only goes on it says that the rest is on the screen."""
    goes_on = with_top(Disclosure("The next 30", (Paragraph("the thirty"),), on_paper=False))
    for said in (word_text(word("T", goes_on)), pdf_text(pdf("T", goes_on), tmp_path)):
        assert "The next 30" in said
        assert squeezed(NOT_PRINTED) in squeezed(said)
        assert "the thirty" not in said


def test_word_is_built_for_screen_readers() -> None:
    """Real headings in order, a title, British English, table headers that repeat, a caption for every table."""
    sections = (*with_top(FIGURES), Section("Part", (Paragraph("x"),), level=3), Section("Next", (), level=2))
    found = parts(word("The title", sections, marking="Confidential"))
    root = ElementTree.fromstring(found["word/document.xml"])
    styles = [s.get(f"{W}val") for s in root.iter(f"{W}pStyle")]
    assert [s for s in styles if s and s.startswith(("Title", "Heading"))] == [
        "Title",
        "Heading1",
        "Heading2",
        "Heading1",
    ]
    assert "<dc:title>The title</dc:title>" in found["docProps/core.xml"]
    assert "<dc:language>en-GB</dc:language>" in found["docProps/core.xml"]
    assert 'w:lang w:val="en-GB"' in found["word/styles.xml"]
    (table,) = root.iter(f"{W}tbl")
    rows = list(table.iter(f"{W}tr"))
    assert [len(list(row.iter(f"{W}tblHeader"))) for row in rows] == [1, 0, 0, 0, 0]
    assert [c.get(f"{W}val") for c in table.iter(f"{W}tblCaption")] == ["Figures"]
    heads = "".join(text for name, text in found.items() if name.startswith("word/header"))
    feet = "".join(text for name, text in found.items() if name.startswith("word/footer"))
    assert "Confidential" in heads
    assert re.findall(r'w:instr="(\w+)"', feet) == ["PAGE", "NUMPAGES"]


def test_pdf_is_tagged_with_language_and_title() -> None:
    """The PDF says that it keeps to PDF/UA-1, what it is called and in which language."""
    data = pdf("The title", with_top(FIGURES))
    assert b"pdfuaid:part>1" in data
    assert b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">The title' in data
    assert b"/Lang(en-GB)" in data
    assert b"/Marked true" in data


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_typed_is_only_ever_text(text: str, tmp_path: Path) -> None:
    """Commands of Word, typst, JSON or XML stand on the page as they were typed, in every place for text."""
    everywhere = (
        Section(
            text,
            (
                Paragraph(text),
                Bullets((text, Tag(text), Link(text, "top"))),
                Quotation(text, text),
                Notice(text, (text,)),
                Definitions(((text, text),)),
                Table(text, (Column(text),), ((text,), (Bar(0, 1, 2, text),)), (text,), (text,)),
                WriteIn(text, (text,)),
                Disclosure(text, (Paragraph(text),)),
            ),
            anchor="top",
        ),
    )
    data = word(text, everywhere, lead=text, marking=text, footer=(text,))
    assert word_text(data).count(text) == 25
    for name, part in parts(data).items():
        root = ElementTree.fromstring(part)
        assert {f.get(f"{W}instr") for f in root.iter(f"{W}fldSimple")} <= {"PAGE", "NUMPAGES"}
        assert not list(root.iter(f"{W}instrText")), name
    said = squeezed(pdf_text(pdf(text, everywhere, lead=text, marking=text, footer=(text,)), tmp_path))
    assert said.count(squeezed(text)) >= 25


@pytest.mark.parametrize("name", [*NAMES.values(), *JOINED.values()], ids=[*NAMES, *JOINED])
def test_names_of_every_script_are_printed(name: str, tmp_path: Path) -> None:
    """No document fails for a name, and none is lost: it is drawn, or written out with its numbers."""
    sections = with_top(Paragraph(name), Quotation(name, name), Table(name, (Column(name),), ((name,),)))
    assert squeezed(normalize("NFC", name)) in squeezed(word_text(word(name, sections)))
    said = pdf_text(pdf(name, sections), tmp_path)
    if name in NAMES.values():
        assert squeezed(name) in squeezed(said)
        assert "U+" not in said
    else:
        assert len(squeezed(said)) > len(squeezed(name))


def test_a_character_that_cannot_be_drawn_is_written_out_and_the_paper_says_so(tmp_path: Path) -> None:
    """What no typeface has, what is no character at all, and what turns text round stand as numbers and names."""
    typed = "a\x00b\ue000c\u202ed\U00016a40\ud800e\u16a0"
    data = pdf("T", with_top(Paragraph(typed)))
    said = squeezed(pdf_text(data, tmp_path))
    for one in ("U+0000", "U+E000", "U+202E", "U+16A40", "U+D800", "RUNICLETTERFEHU"):
        assert one in said
    assert squeezed(WRITTEN_OUT) in said
    in_word = word_text(word("T", with_top(Paragraph(typed))))
    assert "a[U+0000]b[U+E000]c[U+202E RIGHT-TO-LEFT OVERRIDE]d\U00016a40[U+D800]e\u16a0" in in_word
    assert WRITTEN_OUT in in_word
    assert WRITTEN_OUT not in word_text(word("T", with_top(Paragraph("plain"))))


def test_the_typefaces_have_the_letters_of_english_names() -> None:
    """Every letter of Latin-1 and Latin Extended-A can be drawn, and a plain text is left as it is."""
    have = drawn()
    assert have[0x20:0x7F].all()
    assert have[0xA1:0x180].all()
    assert printable("Zoë Müller", have) == "Zoë Müller"


def test_wide_tables_lie_on_their_side_and_narrow_ones_do_not() -> None:
    """A table whose longest words do not fit an upright page gets a page on its side, in both kinds of paper."""
    wide = Table("Wide", tuple(Column(f"Considerations{k}") for k in range(9)), (("averylongword",) * 9,))
    assert widths(wide).landscape
    assert not widths(FIGURES).landscape
    assert sum(widths(wide).shares) == pytest.approx(1)
    sections = with_top(Paragraph("before"), wide, Paragraph("after"))
    root = ElementTree.fromstring(parts(word("T", sections))["word/document.xml"])
    assert [s.get(f"{W}orient") for s in root.iter(f"{W}pgSz")] == [None, "landscape", None]
    boxes = re.findall(rb"/MediaBox\s?\[0 0 ([\d.]+) ([\d.]+)\]", pdf("T", sections))
    assert [float(w) > float(h) for w, h in boxes] == [False, True, False]


def test_a_word_too_long_for_its_column_is_broken_and_not_cut(tmp_path: Path) -> None:
    """A checksum stays whole as text, however narrow its column."""
    long = "0123456789abcdef" * 4
    cells: Sequence[tuple[Cell, ...]] = ((long, long),)
    said = pdf_text(pdf("T", with_top(Table("Sums", (Column("a"), Column("b")), tuple(cells)))), tmp_path)
    assert squeezed(said).count("0123456789abcdef") >= 2
    assert word_text(word("T", with_top(Table("Sums", (Column("a"), Column("b")), tuple(cells))))).count(long) == 2


def test_sources_are_said_once_and_nothing_is_told_to_be_shown() -> None:
    """A source that another begins with is not said again; a part that stands open says what it is."""
    made = "Forecast of 200 futures"
    section = Section("Need", (), sources=("Returns.", f"{made}.", f"{made}. Homes: national totals.", "Returns"))
    assert sources_said(section) == f"Sources: Returns; {made}. Homes: national totals."
    folded = (Disclosure("Show the numbers: places", ()), Disclosure("Why", ()))
    assert list(on_paper(folded)) == [Opened("Places"), Opened("Why")]
