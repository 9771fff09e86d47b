"""What is said of records that are brought in: left out first, every place, how to mend it, and what has changed."""

from __future__ import annotations

from dataclasses import replace

from frontend import bringing
from records.differences import differences
from records.model import Finding, Link, LinkKind, Records, Severity
from reporting.section import Block, Disclosure, Notice, Paragraph, Table, every_block
from tests.ordinary import child, home, records


def finding(row: int, severity: Severity, message: str = "This is not a date.", file: str = "children.csv") -> Finding:
    """One finding in that row."""
    return Finding(file, row, "needed_by", "32/13/2026", severity, message, "The row is left out.", "Mend the date.")


def told(*findings: Finding, left_out: int = 0) -> Records:
    """Two children and a home, and what was found."""
    return replace(records([child("C1"), child("C2")], [home("H1")]), findings=findings, rows_left_out=left_out)


def tables(blocks: list[Block]) -> list[Table]:
    """Every table, folded ones too."""
    return [one for one in every_block(blocks) if isinstance(one, Table)]


def test_nothing_doubtful() -> None:
    """It is said, and that every row can be used."""
    assert bringing.findings(told()) == [Paragraph("Nothing doubtful was found.")]
    notice = bringing.left_out_notice(told())
    assert isinstance(notice, Notice)
    assert notice.tone == "good"


def test_rows_left_out_stand_open_one_by_one() -> None:
    """Whoever ticks that they were read has them before them: file, row, column, value, what is wrong, what to do."""
    found = told(*(finding(row, Severity.LEFT_OUT) for row in range(2, 62)), left_out=60)
    blocks = bringing.findings(found)
    open_, folded = tables(blocks)
    assert isinstance(blocks[1], Table)
    assert (len(open_.rows), len(folded.rows)) == (50, 10)
    assert open_.rows[0][:4] == ("children.csv", 2, "needed_by", "32/13/2026")
    assert open_.rows[0][5] == "Mend the date."
    notice = bringing.left_out_notice(found)
    assert isinstance(notice, Notice)
    assert (notice.title, notice.tone) == ("60 rows are left out", "bad")


def test_what_is_mended_is_grouped_by_what_is_wrong() -> None:
    """One line for each kind, the kind with most places first, with every place of it."""
    found = told(
        finding(5, Severity.MENDED, "This is not a code."),
        finding(4, Severity.MENDED),
        finding(3, Severity.MENDED),
        finding(9, Severity.NOTE, "Look at this.", "homes.csv"),
    )
    folded = [one for one in bringing.findings(found) if isinstance(one, Disclosure)]
    assert [one.summary for one in folded] == [
        "This is not a date. (2 in children.csv)",
        "This is not a code. (1 in children.csv)",
        "Look at this. (1 in homes.csv)",
    ]
    assert [row[1] for row in tables([folded[0]])[0].rows] == [3, 4]


def test_a_finding_of_a_whole_file() -> None:
    """A column that stands for all of them is said in words."""
    whole = Finding("homes.csv", None, "*", "", Severity.NOTE, "Two headings are the same.", "The first is used.", "-")
    (table,) = tables(bringing.findings(told(whole)))
    assert table.rows == (("homes.csv", None, "the whole row or file", None),)


def test_what_was_read_is_counted() -> None:
    """Children and homes always, other tables where there are any, rows left out."""
    text = str(bringing.what_was_read(told(left_out=3)))
    assert "('Children', '2')" in text
    assert "('Rows left out', '3')" in text
    assert "Zones" not in text


def test_what_changed_is_counted_and_each_said() -> None:
    """New, left and changed by table, who is gone set apart, each change in the field's own words."""
    before = told()
    after = replace(
        before,
        children=(replace(before.children[0], school_year=4), child("C3")),
        links=(Link("C1", "H1", LinkKind.BARRED),),
    )
    blocks = bringing.what_changed(differences(before, after))
    counted = tables(blocks)[0]
    assert counted.rows == (("Children", 1, 1, 1), ("Links", 1, 0, 0))
    (gone,) = [one for one in blocks if isinstance(one, Notice)]
    assert gone.title == "1 child is no longer there"
    assert "C2" in gone.text[0]
    text = str(blocks)
    assert "school year: not recorded, now 4" in text
    assert "barred link of C1 and H1 is new in the records" in text


def test_nothing_changed() -> None:
    """The same records say so, with the day they are held against."""
    assert bringing.what_changed(differences(told(), told())) == [
        Paragraph("Nothing has changed since the records for 23 November 2026.")
    ]
