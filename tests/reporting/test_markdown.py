"""Sections as Markdown: every kind of block, nothing that people typed read as markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.markdown import markdown
from reporting.section import (
    Bullets,
    Column,
    Definitions,
    Disclosure,
    Link,
    Notice,
    Paragraph,
    Quotation,
    Section,
    Table,
    WriteIn,
)
from tests.reporting.drawn_sections import DRAWN


def test_every_kind_of_block_is_written() -> None:
    """Headings, links, tables with totals and notes, lists, folded parts opened, room to write."""
    one = Section(
        "1. All",
        (
            Paragraph("Plain.\nNext line."),
            Paragraph("Strong", strong=True),
            Bullets(("one", Link("two", "all"))),
            Quotation("I want a dog", "the child"),
            Notice("Watch", ("first", "second")),
            Definitions((("Term", "a fact"), ("Number", 1234))),
            Table(
                "Sizes",
                (Column("A"), Column("B", number=True)),
                (("x", 1.5), (("y", "z"), None)),
                ("A note.",),
                ("All", 2),
            ),
            WriteIn("Reasons", ("yes", "no")),
            Disclosure("Show the rest: more", (Paragraph("Folded."),)),
            Disclosure("Goes on", (Paragraph("Not printed."),), on_paper=False),
        ),
        anchor="all",
    )
    told = markdown("Title", [one], lead="Lead.", marking="Draft", footer=("Foot.",))
    assert told.startswith('# Title\n\n**Draft**\n\nLead.\n\n<a id="all"></a>\n\n## 1\\. All\n\nPlain.  \nNext line.\n')
    for part in (
        "**Strong**",
        "- one\n- [two](#all)",
        "> I want a dog\n>\n> (the child)",
        "> **Watch**\n>\n> first\n>\n> second",
        "- **Term**: a fact\n- **Number**: 1,234",
        "**Sizes**\n\n| A | B |\n|---|---:|\n| x | 1.5 |\n| y<br>z |  |\n| All | 2 |\n\nA note.",
        "Reasons: yes / no ________",
        "**More**\n\nFolded.",
        "Goes on (not printed here",
        "Foot.\n",
    ):
        assert part in told
    assert "Not printed." not in told


def test_a_drawing_is_given_as_its_words_and_its_table() -> None:
    """No markup of the drawing; sources stand under it; the same bytes again."""
    told = markdown("Title", DRAWN)
    assert "It rises from 300 to 323 \\<not markup\\>." in told
    assert "<svg" not in told
    assert "Sources: The returns; A plan." in told
    assert told == markdown("Title", DRAWN)


def test_a_link_that_leads_nowhere_is_refused() -> None:
    """As on every other paper."""
    with pytest.raises(ValueError, match="links lead nowhere"):
        markdown("Title", [Section("One", (Bullets((Link("two", "gone"),)),))])


@given(st.text(st.sampled_from("ab1 \\`*_[]<>|#+-=~.)\n"), max_size=12))
def test_what_people_typed_is_never_markup(typed: str) -> None:
    """Whatever stands in a paragraph, every character that Markdown reads has a backslash before it."""
    told = markdown("T", [Section("S", (Paragraph(f"x{typed}"), Paragraph(typed)))])
    body = told.split("## S", 1)[1]
    bare = re.sub(r"\\[\\`*_\[\]<>|#+=~.)-]", "", body)
    assert not re.search(r"[`*\[\]<>|\\]", bare)
    assert not re.search(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", re.sub(r"\\.", "xx", body))
    assert not re.search(r"^\s*([#+=~-]|[0-9]+[.)](\s|$))", re.sub(r"\\.", "xx", body), flags=re.MULTILINE)


@pytest.mark.parametrize("words", ["records_store", "0.1 ID", "v1.2"])
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    """Names with underscores, and numbers with points, are nothing to Markdown."""
    assert f"\n\n{words}\n" in markdown("T", [Section("S", (Paragraph(words),))])
