"""Points from a council's own tool: every row counts or is a finding, and nothing else explains them."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matching.pairs import NOT_LISTED, Pairs
from matching.points import LABEL, GivenPoints, WeighedByFile, read_points
from matching.policy import read_policy
from matching.propose import Proposal, propose
from records import synthetic
from records.check import check
from records.geography import Directory
from records.model import Finding, Records, Severity
from records.tables import Tables, Unusable

DAY = date(2026, 11, 2)
HEAD = "child_id,home_id,points\n"


@pytest.fixture(scope="module")
def records() -> Records:
    """A made-up council of six children, C0001 to C0006, and twelve homes, H0001 to H0012."""
    checked = check(Tables.of(synthetic.council(6, 12, seed=9, homes_with_vacancies=True)), DAY, Directory())
    assert [c.child_id for c in checked.children] == [f"C{i:04d}" for i in range(1, 7)]
    assert [h.home_id for h in checked.homes] == [f"H{i:04d}" for i in range(1, 13)]
    return checked


def given(records: Records, folder: Path, text: str | bytes) -> GivenPoints:
    """What is read of a file with this text."""
    path = folder / "ours.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_points(path, records)


def the_finding(found: GivenPoints) -> Finding:
    """The only finding."""
    assert len(found.findings) == 1, found.findings
    return found.findings[0]


def every_pair(records: Records, points: int = 0) -> str:
    """Rows for every child and home but C0001 in H0001."""
    return "".join(
        f"{c.child_id},{h.home_id},{points}\n"
        for c in records.children
        for h in records.homes
        if (c.child_id, h.home_id) != ("C0001", "H0001")
    )


def rows_of(found: GivenPoints) -> dict[tuple[int, int], tuple[int, int]]:
    """Child and home, by index, to the points given and the row."""
    pairs = zip(found.pairs.child.tolist(), found.pairs.home.tolist(), strict=True)
    return dict(zip(pairs, zip(found.points.tolist(), found.row.tolist(), strict=True), strict=True))


def test_each_row_gives_its_pair_its_points(records: Records, tmp_path: Path) -> None:
    """Points stand where the ids say, the rest is 0 and known to have no row."""
    found = given(records, tmp_path, HEAD + "C0002,H0003,1000\nC0001,H0012,7\nC0006,H0001,0\n")
    assert rows_of(found) == {(0, 11): (7, 3), (1, 2): (1000, 2), (5, 0): (0, 4)}
    every = Pairs.every(6, 12)
    points, row = found.for_pairs(every)
    assert (points[1 * 12 + 2], points[11], points.sum()) == (1000, 7, 1007)
    assert np.flatnonzero(row).tolist() == [11, 12 + 2, 5 * 12]
    assert (found.findings, found.rows_left_out) == ((), 0)


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + HEAD.encode() + b"C0001,H0001,12\n",
        HEAD.encode("utf-16") + "C0001,H0001,12\n".encode("utf-16-le"),
        b"Points;Home ID;child_id\r\n12;H0001;C0001\r\n",
        b"child_id,home_id,points,scored_by\nC0001,H0001,12,Zo\xeb\n",
        HEAD.encode() + b'"C0001","H0001","12"',
    ],
    ids=["BOM", "UTF-16", "semicolons, other order", "cp1252", "quoted, no last line end"],
)
def test_it_is_read_however_it_was_saved(records: Records, tmp_path: Path, text: bytes) -> None:
    """Encodings and separators of spreadsheets change nothing but a note."""
    found = given(records, tmp_path, text)
    assert rows_of(found)[0, 0][0] == 12
    assert found.rows_left_out == 0
    assert all(f.severity is Severity.NOTE for f in found.findings)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("C0001,H0001,", "points", "must be filled"),
        ("C0001,H0001,-1", "points", "not between 0 and 1000"),
        ("C0001,H0001,1001", "points", "not between 0 and 1000"),
        ("C0001,H0001,12.5", "points", "not a whole number"),
        ("C0001,H0001,1e2", "points", "not a whole number"),
        ("C0001,H0001,=5+5", "points", "formula"),
        ("C0001,H0001,١٢", "points", "not the ordinary digits"),
        (",H0001,12", "child_id", "must be filled"),
        ("C0001,,12", "home_id", "must be filled"),
        ("c0001,H0001,12", "child_id", "There is one that is written “C0001”"),
        ("C9,H0001,12", "child_id", "No child of this round has this id."),
        ("C0001,H9,12", "home_id", "No home of this round has this id."),
        ("C0001,H0001,12,13", "*", "4 cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_finding(
    records: Records, tmp_path: Path, row: str, column: str, words: str
) -> None:
    """It says where, what is wrong, that the pair counts 0 and how to mend it; the other rows count."""
    found = given(records, tmp_path, HEAD + f"C0002,H0002,5\n{row}\n")
    one = the_finding(found)
    assert (one.file, one.row, one.column, one.severity) == (LABEL, 3, column, Severity.LEFT_OUT)
    assert words in one.message
    assert "counts 0" in one.meaning
    assert one.mend
    assert found.rows_left_out == 1
    assert list(rows_of(found)) == [(1, 1)]


def test_two_decimals_that_are_nought_are_a_whole_number(records: Records, tmp_path: Path) -> None:
    """12.00, as spreadsheets write it, is 12."""
    assert rows_of(given(records, tmp_path, HEAD + "C0001,H0001,12.00\n"))[0, 0][0] == 12


def test_spaces_around_an_id_are_noted_and_the_row_counts(records: Records, tmp_path: Path) -> None:
    """Nothing is lost by a stray space."""
    found = given(records, tmp_path, HEAD + " C0001 ,H0001, 12\n")
    assert rows_of(found)[0, 0][0] == 12
    assert the_finding(found).severity is Severity.NOTE


def test_an_unknown_id_is_said_once_however_often_it_stands(records: Records, tmp_path: Path) -> None:
    """One finding with the number of rows; every row counts as left out."""
    rows = "".join(f"C9,{h.home_id},1\n" for h in records.homes)
    found = given(records, tmp_path, HEAD + "C0001,H0001,1\n" + rows)
    assert "12 rows" in the_finding(found).meaning
    assert found.rows_left_out == 12


def test_rows_that_say_the_same_count_once(records: Records, tmp_path: Path) -> None:
    """The pair keeps its points and the second row is noted."""
    found = given(records, tmp_path, HEAD + "C0001,H0001,5\nC0002,H0001,5\nC0001,H0001,5.0\n")
    assert rows_of(found)[0, 0][0] == 5
    assert (the_finding(found).row, the_finding(found).severity) == (4, Severity.NOTE)
    assert found.rows_left_out == 0


def test_rows_that_differ_are_all_left_out(records: Records, tmp_path: Path) -> None:
    """Nobody guesses which of the two is right."""
    found = given(records, tmp_path, HEAD + "C0001,H0001,5\nC0002,H0001,5\nC0001,H0001,6\n")
    assert [(f.row, f.severity) for f in found.findings] == [(2, Severity.LEFT_OUT), (4, Severity.LEFT_OUT)]
    assert "Rows 2, 4 give one child and home different points." in found.findings[0].message
    assert found.rows_left_out == 2
    assert list(rows_of(found)) == [(1, 0)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("child_id,points\nC0001,5\n", "lacks home_id"),
        (HEAD, "No row gives points"),
        (HEAD + "X1,H0001,5\n", "No child of this round"),
        (b"PK\x03\x04 a workbook", "workbook"),
    ],
)
def test_a_file_that_gives_no_points_at_all_is_refused(
    records: Records, tmp_path: Path, text: str | bytes, words: str
) -> None:
    """A round in which everything counts 0 is never worked out by mistake."""
    with pytest.raises(Unusable, match=words):
        given(records, tmp_path, text)


def test_a_file_that_is_not_there_is_refused(records: Records, tmp_path: Path) -> None:
    """And so is a folder."""
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(Unusable, match="no such file"):
            read_points(path, records)


def round_with(records: Records, found: GivenPoints) -> Proposal:
    """A round whose points are those of a file."""
    return propose(found.added_to(records), read_policy(None), points=found)


def test_the_plan_follows_the_file(records: Records, tmp_path: Path) -> None:
    """Points that favour a home bring the child there; turned round they take the child elsewhere."""
    plain = propose(records, read_policy(None))
    mine = plain.pairs.of(0)
    homes = plain.pairs.home[mine][plain.usable[mine]]
    assert len(homes) > 1
    for wanted in homes[:2]:
        row = f"C0001,{plain.question.home_ids[wanted]},1000\n"
        proposal = round_with(records, given(records, tmp_path, HEAD + row))
        on_points = {t.name: t.value for t in proposal.solution.tiers}["points"]
        assert on_points == (1000 if proposal.home_of[0] == wanted else 0)
        assert (proposal.weighed.points.sum(), proposal.weighed.points[proposal.at(0, wanted)]) == (1000, 1000)


def test_nothing_is_explained_by_considerations(records: Records, tmp_path: Path) -> None:
    """One part for each pair, which names the file and the row, and no consideration has a score."""
    found = given(records, tmp_path, HEAD + "C0001,H0001,730\n")
    weighed = round_with(records, found).weighed
    assert isinstance(weighed, WeighedByFile)
    weighed = weighed.again(Pairs.every(6, 12))
    [part] = weighed.parts(0, 0)
    assert (part.points_contributed, part.known, part.title) == (730, True, f"Points from {LABEL}")
    assert "row 2" in part.words
    [none] = weighed.parts(1, 1)
    assert none.points_contributed == 0
    assert "no row" in none.words
    assert weighed.set_aside(0, 0) == []
    assert all(np.isnan(scores).all() for scores in weighed.scores.values())
    assert (weighed.low == weighed.points).all()
    assert (weighed.high == weighed.points).all()


def test_lawful_pairs_without_a_row_are_counted(records: Records, tmp_path: Path) -> None:
    """The warning has their exact number, and names the children for whom there is no row at all."""
    proposal = round_with(records, given(records, tmp_path, HEAD + every_pair(records)))
    at = proposal.pairs.position(0, 0)
    missing = int(at != NOT_LISTED and proposal.usable[at])
    assert any(f"{missing:,} of" in w for w in proposal.warnings) == bool(missing)
    only = round_with(records, given(records, tmp_path, HEAD + "C0001,H0001,5\n"))
    usable = int(only.usable.sum())
    assert any(f"{usable - missing:,} of {usable:,} pairs" in w for w in only.warnings)
    without = [c.child_id for i, c in enumerate(records.children) if i and only.usable[only.pairs.of(i)].any()]
    assert any(w.startswith(LABEL) and all(one in w for one in without) for w in only.warnings)


def test_the_round_says_that_points_come_from_the_file(records: Records, tmp_path: Path) -> None:
    """In its warnings, its findings and its inputs, with the hash of the very bytes."""
    text = HEAD + "C0001,H0001,5\nC9,H0001,5\n"
    proposal = round_with(records, given(records, tmp_path, text))
    assert any("not from Placewell's considerations" in w for w in proposal.warnings)
    kept = proposal.register.records
    assert kept.inputs[LABEL] == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert kept.rows_left_out == records.rows_left_out + 1
    assert any(f.file == LABEL for f in kept.findings)


def test_points_of_another_round_are_refused(records: Records, tmp_path: Path) -> None:
    """Numbers never slide to other children."""
    found = given(records, tmp_path, HEAD + "C0001,H0001,5\n")
    fewer = dataclasses.replace(records, children=records.children[1:])
    with pytest.raises(ValueError, match="other children or homes"):
        propose(fewer, read_policy(None), points=found)


def test_the_order_of_rows_changes_nothing(records: Records, tmp_path: Path) -> None:
    """Points are the same; only row numbers follow the file."""
    rows = ["C0001,H0001,5\n", "C0002,H0002,6\n", "C0003,H0003,7\n"]
    one = given(records, tmp_path, HEAD + "".join(rows))
    other = given(records, tmp_path, HEAD + "".join(reversed(rows)))
    assert (one.points == other.points).all()
    assert (one.pairs.codes == other.pairs.codes).all()
