"""Every text of a section can be changed in one way, and none is missed."""

from __future__ import annotations

import re

from reporting.reword import reworded
from reporting.section import (
    Bar,
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
    Tag,
    WriteIn,
)
from reporting.write import html

EVERYWHERE = (
    Section(
        "C1",
        (
            Paragraph("C1"),
            Bullets(("C1", ("C1", Tag("C1", "good")), Link("C1", "C1"))),
            Quotation("C1", "C1"),
            Notice("C1", ("C1",)),
            Definitions((("C1", "C1"),)),
            Table(
                "C1",
                (Column("C1"), Column("n", number=True)),
                (("C1", 1), (Bar(0, 1, 2, "C1"), None)),
                ("C1",),
                ("C1", 2.5),
            ),
            WriteIn("C1", ("C1",)),
            Disclosure("C1", (Paragraph("C1"),)),
        ),
        anchor="C1",
    ),
)


def test_no_text_keeps_a_name_that_is_taken_out() -> None:
    """In every kind of block, at every depth; where links lead is not a text, and stays."""
    page = html("T", reworded(EVERYWHERE, lambda text: text.replace("C1", "somebody")))
    shown = re.sub(r"<[^>]+>", " ", page)
    assert "C1" not in shown
    assert shown.count("somebody") == re.sub(r"<[^>]+>", " ", html("T", EVERYWHERE)).count("C1")
    assert 'href="#C1"' in page


def test_a_change_that_changes_nothing_gives_the_same_sections() -> None:
    """Numbers, tones, depths and order stay as they were."""
    assert tuple(reworded(EVERYWHERE, str)) == EVERYWHERE
