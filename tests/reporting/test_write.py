"""The paper: one page that needs nothing else, and CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import base64
import csv
import io
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.section import (
    Bar,
    Bullets,
    Column,
    Definitions,
    Disclosure,
    Link,
    Notice,
    Paragraph,
    Picture,
    Quotation,
    Section,
    Table,
    Tag,
    WriteIn,
)
from reporting.write import FORMULA_STARTS, Form, csv_text, fragment, html, write

FIGURES = Table(
    "Figures",
    (Column("What"), Column("How many", number=True)),
    (("places", 1234), ("share", Bar(10, 25, 100, "25")), ((Tag("met", "good"), Link("see", "top")), None)),
    notes=("Made up.",),
    total=("All", 1259),
)
EVERYTHING = (
    Section(
        "Top",
        (
            Paragraph("A sentence.", strong=True),
            Bullets(("one", "two")),
            Quotation("My own words", "recorded on 3 April 2026"),
            Notice("Mind", ("this",), "caution"),
            Definitions((("term", "meaning"),)),
            FIGURES,
            Disclosure("More", (Paragraph("folded"), Disclosure("Still more", (FIGURES,)))),
            Picture("Two of three are near", "<svg><title>Two</title></svg>", "Three points.", FIGURES),
            WriteIn("Decision", ("none of these",)),
        ),
        anchor="top",
    ),
    Section("Part", (), level=3),
)


class Page(HTMLParser):
    """Reads a page back: which elements in which order, which are open at the end, and the text."""

    VOID = frozenset({"meta", "hr", "br", "link", "img", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def elements(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.seen if tag in tags]


def test_every_kind_of_block_is_drawn_and_every_element_closed() -> None:
    """A page with one of everything shows every text and is well formed."""
    page = Page(html("Title", EVERYTHING, lead="Lead", marking="Confidential", footer=("Foot",)))
    assert page.open == []
    text = " ".join(page.text)
    wanted = ["Title", "Lead", "Confidential", "A sentence.", "two", "My own words", "recorded on 3 April 2026", "Mind"]
    wanted += [
        "term",
        "meaning",
        "Figures",
        "1,234",
        "Made up.",
        "1,259",
        "folded",
        "Still more",
        "none of these",
        "Foot",
    ]
    for part in wanted:
        assert part in text


def test_one_call_writes_every_form() -> None:
    """The same sections as PDF, Word, HTML and workbook: each begins as files of its kind begin."""
    begins = {form: write(form, "Title", EVERYTHING, marking="Confidential")[:4] for form in Form}
    zipped = b"PK\x03\x04"
    assert begins == {Form.PDF: b"%PDF", Form.WORD: zipped, Form.HTML: b"<!DO", Form.SHEET: zipped}
    assert len({form.media_type for form in Form}) == len(Form)


def test_the_page_needs_no_network_and_no_script() -> None:
    """Nothing is fetched, nothing runs: no script, no address, no picture, and a policy that forbids them."""
    text = html("Title", EVERYTHING)
    page = Page(text)
    assert page.elements("script", "link", "img", "iframe", "object", "form") == []
    assert not re.search(r"https?://|//[a-z]+\.|url\(|@import", text)
    policies = [a["content"] for a in page.elements("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies
    assert str(policies[0]).startswith("default-src 'none'")


def test_the_page_can_be_used_without_a_mouse_or_eyes() -> None:
    """Language, landmarks, a skip link, headings in order, and tables with captions, scopes and labelled scrolling."""
    page = Page(html("Title", EVERYTHING))
    assert page.elements("html") == [{"lang": "en-GB"}]
    for landmark in ("header", "main", "nav"):
        assert len(page.elements(landmark)) == 1
    assert page.elements("a")[0] == {"class": "skip", "href": "#main"}
    assert page.elements("main")[0]["id"] == "main"
    levels = [int(tag[1]) for tag, _ in page.seen if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, 2, 3]
    ids = [attrs["id"] for _, attrs in page.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    captions = {a["id"] for a in page.elements("caption")}
    scrolled = [a for a in page.elements("div") if a.get("class") == "scroll"]
    assert len(scrolled) == len(page.elements("table")) == len(captions) == 3
    for region in scrolled:
        assert region["tabindex"] == "0"
        assert region["aria-labelledby"] in captions
    assert {a.get("scope") for a in page.elements("th")} == {"row", "col"}
    assert all(a.get("aria-hidden") == "true" for a in page.elements("span") if a.get("class") == "bar")


def test_everything_stands_in_a_landmark_and_no_two_landmarks_have_one_name() -> None:
    """The marking is in the banner; tables that share a caption are groups, which need no name of their own."""
    same = tuple(Section(name, (FIGURES,), anchor=name) for name in ("top", "two"))
    page = Page(html("Title", same, marking="Confidential", footer=("Foot",)))
    tags = [tag for tag, _ in page.seen]
    body = tags[tags.index("body") + 1 :]
    assert body[:4] == ["a", "header", "div", "div"]
    assert page.elements("div")[0] == {"class": "marking", "role": "note"}
    assert not [a for _, a in page.seen if a.get("role") == "region"]
    assert [a["role"] for a in page.elements("div") if a.get("class") == "scroll"] == ["group", "group"]


def test_paper_shows_what_is_folded_on_the_screen() -> None:
    """Without a script: the style sheet opens folded parts in print, and says what it leaves out or cannot open."""
    blocks = (Disclosure("Why", (Paragraph("x"),)), Disclosure("The next 29", (Paragraph("y"),), on_paper=False))
    text = html("Title", (Section("Top", blocks),))
    assert [a.get("class") for a in Page(text).elements("details")] == [None, "long"]
    on_paper = text[text.index("@media print") : text.index("</style>")]
    assert "details:not(.long)::details-content { content-visibility: visible; display: block;" in on_paper
    assert '.long:not([open]) > summary::after { content: " (not printed: ' in on_paper
    assert "@supports not selector(::details-content) { details:not([open]) > summary::after" in on_paper
    assert on_paper.count("{") == on_paper.count("}")


def test_text_and_background_differ_enough_in_every_tone() -> None:
    """Every pair of text and background colour in the style sheet has a contrast of at least 4.5 to 1 (WCAG AA)."""
    css = html("Title", ())
    pairs = re.findall(r"\.(good|caution|question|bad) \{ color: (#\w{6}); background: (#\w{6}); \}", css)
    assert len(pairs) == 4
    pairs += [("soft", "#505a5f", "#ffffff"), ("link", "#12436d", "#ffffff"), ("plain", "#0b0c0c", "#f3f2f1")]
    for tone, ink, paper in pairs:
        a, b = sorted((_luminance(ink), _luminance(paper)))
        assert (b + 0.05) / (a + 0.05) >= 4.5, tone


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@given(st.text(max_size=40))
def test_what_people_typed_is_never_markup(typed: str) -> None:
    """Any text stands on the page as text, wherever it is put."""
    nasty = typed + "<script>alert(1)</script>&\"'"
    blocks = (
        Paragraph(nasty),
        Bullets((nasty,)),
        Quotation(nasty, nasty),
        Notice(nasty, (nasty,)),
        Definitions(((nasty, nasty),)),
        Table(nasty, (Column(nasty),), ((nasty,), (Tag(nasty),), (Bar(0, 1, 2, nasty),)), (nasty,)),
        Disclosure(nasty, ()),
        WriteIn(nasty, (nasty,)),
    )
    text = html(nasty, (Section(nasty, blocks),), lead=nasty, marking=nasty, footer=(nasty,))
    assert "<script" not in text
    assert text.count("</style>") == 1
    assert Page(text).open == []


def test_the_same_sections_give_the_same_bytes() -> None:
    """Nothing on the page depends on the clock, a counter that goes on, or the order of sets."""
    assert html("T", EVERYTHING).encode() == html("T", EVERYTHING).encode()
    assert "\r" not in html("T", EVERYTHING)


@pytest.mark.parametrize(
    ("sections", "why"),
    [
        ((Section("Deep", (), level=3),), "level 3 after level 1"),
        ((Section("A", ()), Section("B", (), level=4)), "level 4 after level 2"),
        ((Section("A", (), anchor="a"), Section("B", (), anchor="a")), "stands twice"),
        ((Section("A", (), anchor="a b"),), "holds a space"),
        ((Section("A", (Disclosure("d", (Bullets((Link("go", "nowhere"),)),)),)),), "nowhere"),
        ((Section("A", (Table("t", (Column("c"),), (((Link("go", "lost"),),),)),)),), "lost"),
    ],
    ids=["first too deep", "a level skipped", "anchor twice", "anchor with a space", "folded link", "link in a table"],
)
def test_a_page_that_would_mislead_a_screen_reader_is_refused(sections: tuple[Section, ...], why: str) -> None:
    """Skipped heading levels, doubled anchors and dead links are errors, not surprises."""
    with pytest.raises(ValueError, match=why):
        html("T", sections)


def test_a_ragged_table_is_refused() -> None:
    """Every row has a cell for every column."""
    with pytest.raises(ValueError, match="2 cells, the table 1"):
        Table("t", (Column("c"),), (("a", "b"),))


@pytest.mark.parametrize("start", list(FORMULA_STARTS))
def test_a_cell_that_begins_like_a_formula_is_text(start: str) -> None:
    """Every start a spreadsheet may act on gets an apostrophe, in the body and in the header."""
    rows = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({f"{start}h": [f"{start}1+cmd"]})), newline="")))
    assert rows == [[f"'{start}h"], [f"'{start}1+cmd"]]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-3, "-3"),
        (-0.5, "-0.5"),
        (1e-7, "1e-07"),
        ("-3.1", "-3.1"),
        ("+44", "+44"),
        ("-3-2", "'-3-2"),
        ("0012", "0012"),
        ("NA", "NA"),
        (True, "Y"),
        (np.int64(7), "7"),
        (np.float64("nan"), ""),
        (None, ""),
        (date(2026, 4, 3), "2026-04-03"),
        (pd.Timestamp(2026, 4, 3), "2026-04-03"),
        ('a "b", c', '"a ""b"", c"'),
        ("two\nlines", '"two\nlines"'),
        ("", ""),
    ],
)
def test_numbers_dates_and_ids_are_written_as_they_are(value: object, written: str) -> None:
    """Only text that begins like a formula is changed."""
    assert csv_text(pd.DataFrame({"c": pd.Series([value], dtype=object)})) == f"c\n{written}\n"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=12), max_size=6))
def test_text_reads_back_as_it_was_unless_it_begins_like_a_formula(texts: list[str]) -> None:
    """Any other text survives a round trip through the file, quotes, commas and line ends included."""
    written = csv_text(pd.DataFrame({"a": texts, "b": ["x"] * len(texts)}))
    back = [row[0] for row in csv.reader(io.StringIO(written, newline=""), strict=True)][1:]
    assert len(back) == len(texts)
    for was, now in zip(texts, back, strict=True):
        assert now in (was, "'" + was)
        if not was or was[0] not in FORMULA_STARTS:
            assert now == was
        assert not now or now[0] not in FORMULA_STARTS or re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", now)


def test_a_picture_stands_under_its_finding_and_over_its_table() -> None:
    """A reader meets what a drawing shows first, then the drawing, then its figures."""
    picture = Picture("It is near & <b>", "<svg></svg>", "A map.", FIGURES)
    page = html("Paper", [Section("Map", (picture,), anchor="top")])
    parts = ("It is near &amp; &lt;b&gt;", "<svg></svg>", "Show the numbers: Figures", "places")
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)


def test_a_link_in_a_pictures_table_is_checked() -> None:
    """A drawing's table is part of the page."""
    table = Table("Where", (Column("Home"),), ((Link("H1", "nowhere"),),))
    with pytest.raises(ValueError, match="nowhere"):
        html("Paper", [Section("Map", (Picture("Found", "<svg></svg>", "A map.", table),))])


def test_on_a_screen_a_drawing_is_an_image_with_its_words_beside_it() -> None:
    """What frames the part may throw drawings out: as an image it comes through, and is read out."""
    picture = Picture('Near & "far"', "<svg viewBox='0 0 1 1'><title>x</title></svg>", "Two points.", FIGURES)
    page = Page(fragment([Section("", (picture,))], "here"))
    (image,) = page.elements("img")
    assert image["alt"] == "Two points."
    prefix, _, body = str(image["src"]).partition(",")
    assert prefix == "data:image/svg+xml;base64"
    assert base64.b64decode(body).decode().startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox')
    assert page.elements("svg") == []
