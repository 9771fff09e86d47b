"""Workbooks as analysts keep them, saved as .xlsx and read again: what is understood is said, the rest is refused."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from records.check import check
from records.model import Finding, Records, Severity
from records.sources.folder import read
from records.sources.headings import SCANNED
from records.tables import Tables, Unusable
from tests.records.made_folders import DAY, child, csv_text, found, from_folder, ids, left_out

CHILDREN = ["child_id", "family_id", "date_of_birth", "sex", "routes", "referred_on"]
HOMES = ["home_id", "kind", "provider", "approved_places", "vacancies", "approved_to", "weekly_cost"]
ONE_CHILD = ["C1", "F1", datetime.date(2016, 5, 4), "M", "foster", datetime.date(2026, 10, 1)]
ONE_HOME = ["H1", "foster", "in_house", 3, 2, datetime.date(2028, 1, 31), 480]

Spoil = Callable[[openpyxl.Workbook], None]


def saved(path: Path, spoil: Spoil | None = None, **sheets: list[list[Any]]) -> Path:
    """A workbook with one ordinary child and home unless `sheets` says otherwise; `spoil` does as it likes to it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"children": [CHILDREN, ONE_CHILD], "homes": [HOMES, ONE_HOME], **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if spoil is not None:
        spoil(book)
    file = path / "r.xlsx"
    book.save(file)
    return file


def records_of(path: Path, spoil: Spoil | None = None, **sheets: list[list[Any]]) -> Records:
    """The records that such a workbook makes."""
    return check(read(saved(path, spoil, **sheets)), DAY)


def about(records: Records, words: str) -> Finding:
    """The one finding whose message holds these words."""
    (finding,) = [f for f in records.findings if words in f.message]
    return finding


def test_an_ordinary_workbook_has_no_findings(tmp_path: Path) -> None:
    """Dates, numbers and text as Excel keeps them are read, and nothing is said."""
    records = records_of(tmp_path)
    assert ids(records) == (["C1"], ["H1"])
    assert records.homes[0].approved_to == datetime.date(2028, 1, 31)
    assert records.findings == ()


# Long numbers


@pytest.mark.parametrize("number", [1234567890123456, 12345678901234567890, 1e15])
def test_an_id_that_excel_has_rounded_is_refused(tmp_path: Path, number: float) -> None:
    """A number of 16 digits or more has lost its last ones: the row is left out, the cell and the cure are named."""
    records = records_of(tmp_path, children=[CHILDREN, [number, *ONE_CHILD[1:]], ["C2", None, *ONE_CHILD[2:]]])
    assert ids(records)[0] == ["C2"]
    finding = about(records, "15 digits")
    assert (finding.row, finding.column, finding.severity) == (2, "child_id", Severity.LEFT_OUT)
    assert "Cell A2" in finding.message
    assert "as Text" in finding.mend


def test_an_id_of_fifteen_digits_or_kept_as_text_is_read(tmp_path: Path) -> None:
    """Fifteen digits are whole in Excel, and text keeps any number of them."""
    rows = [[999_999_999_999_999, None, *ONE_CHILD[2:]], ["12345678901234567890", None, *ONE_CHILD[2:]]]
    records = records_of(tmp_path, children=[CHILDREN, *rows])
    assert ids(records)[0] == ["12345678901234567890", "999999999999999"]
    assert records.findings == ()


@pytest.mark.parametrize(
    ("sheet", "rows", "out"),
    [
        ("residents", [["home_id", "resident_id", "status"], ["H1", 12345678901234567, "fostered"]], {"homes"}),
        ("separations", [["person_a", "person_b"], ["C1", 12345678901234567]], {"children"}),
        ("zones", [["child_id", "easting", "northing", "radius_miles"], [12345678901234567, 1, 1, 1]], set()),
    ],
)
def test_a_rounded_id_in_another_sheet_takes_along_what_it_may_bar(
    tmp_path: Path, sheet: str, rows: list[list[Any]], out: set[str]
) -> None:
    """Whom a rounded id means is not known, so what the row might forbid is left out with it."""
    records = records_of(tmp_path, **{sheet: rows})
    assert {file.removeprefix("r.xlsx: ") for file, _ in left_out(records)} == {sheet, *out}


@pytest.mark.parametrize("value", [datetime.date(2026, 11, 3), datetime.time(3, 11), datetime.timedelta(hours=27)])
def test_an_id_that_excel_took_for_a_day_is_refused(tmp_path: Path, value: object) -> None:
    """3-11 becomes 3 November: a bar for that child is not lost, but takes along the home it names."""
    records = records_of(tmp_path, links=[["child_id", "home_id", "link"], [value, "H1", "barred"]])
    assert left_out(records) == {("r.xlsx: links", 2), ("r.xlsx: homes", 2)}
    assert "Cell A2 holds a day" in found(records, "child_id")[0].message


def test_a_long_number_that_excel_shortened_in_a_csv_is_refused(tmp_path: Path) -> None:
    """1.23457E+15 is what a CSV holds once Excel has saved a long id: most digits are gone."""
    records = from_folder(tmp_path, children=[child("1.23457E+15"), child("C2")])
    assert ids(records)[0] == ["C2"]
    assert "as Text" in found(records, "child_id")[0].mend


# Titles above the headings


@pytest.mark.parametrize("above", [[["Children waiting for a home"]], [[], ["Officer use only", "2 Nov"], []], [[]]])
def test_a_title_above_the_headings_is_passed_over_and_said(tmp_path: Path, above: list[list[Any]]) -> None:
    """The headings are found below it, row numbers stay those of Excel, and the finding names the row."""
    records = records_of(tmp_path, children=[*above, CHILDREN, ONE_CHILD, ["?", None, "?", *ONE_CHILD[3:]]])
    assert ids(records)[0] == ["C1"]
    assert left_out(records) == {("r.xlsx: children", len(above) + 3)}
    said = [f for f in records.findings if "headings are taken from" in f.message]
    assert [f.row for f in said] == ([len(above) + 1] if any(above) else [])


def test_a_title_in_a_csv_is_passed_over_and_said(tmp_path: Path) -> None:
    """The same holds for text, with semicolons between the cells too."""
    for delimiter in ",;":
        table = csv_text([child()], delimiter=delimiter)
        records = from_folder(tmp_path, children=f"Children waiting{delimiter * 3}\r\n\r\n{table}")
        assert ids(records)[0] == ["C1"]
        assert about(records, "headings are taken from").row == 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Waiting"], ["child_id", "date_of_birth", "routes"], ["C1"]], r"seem to be in row 2.*referred_on is not"),
        ([["C0", None, *ONE_CHILD[2:]], CHILDREN, ONE_CHILD], r"seem to be in row 2, but row 1 above .* filled like"),
        ([["Waiting"], CHILDREN, ONE_CHILD, CHILDREN], r"seem to be in row 2, but row 4 looks like headings too"),
        ([["Waiting"], ["nothing", "known"]], r"The heading row lacks child_id"),
        ([*[["Waiting"]] * SCANNED, CHILDREN, ONE_CHILD], r"The heading row lacks child_id"),
    ],
    ids=["one missing", "a row above", "two heading rows", "none", "too far down"],
)
def test_headings_that_are_not_plain_are_refused(tmp_path: Path, rows: list[list[Any]], words: str) -> None:
    """Where the row of the headings is a guess nothing is read, and the message says where they seem to be."""
    with pytest.raises(Unusable, match=words):
        read(saved(tmp_path, children=rows))


def test_a_heading_merged_over_two_rows_is_one_row(tmp_path: Path) -> None:
    """The lower half of merged headings is no record; a heading merged with a record spoils that record."""

    def merge(book: openpyxl.Workbook) -> None:
        for column in "ABCDEF":
            book["children"].merge_cells(f"{column}2:{column}3")
        book["homes"].merge_cells("F1:F2")

    records = records_of(tmp_path, merge, children=[["Waiting"], CHILDREN, [], ONE_CHILD])
    assert ids(records) == (["C1"], [])
    assert left_out(records) == {("r.xlsx: homes", 2)}
    assert "Cell F2" in found(records, "approved_to")[0].message


# One cell at a time


@pytest.mark.parametrize(
    ("column", "written", "value", "said"),
    [
        ("date_of_birth", "2016-05-04 00:00", datetime.date(2016, 5, 4), False),
        ("date_of_birth", "2016-05-04T00:00:00.000", datetime.date(2016, 5, 4), False),
        ("date_of_birth", "04/05/2016 00:00:00", datetime.date(2016, 5, 4), False),
        ("date_of_birth", "04/05/2016 14:30", datetime.date(2016, 5, 4), True),
        ("date_of_birth", datetime.datetime.fromisoformat("2016-05-04"), datetime.date(2016, 5, 4), False),
        ("date_of_birth", datetime.datetime.fromisoformat("2016-05-04 09:05"), datetime.date(2016, 5, 4), True),
        ("date_of_birth", "2016\u201105\u201104", datetime.date(2016, 5, 4), False),
        ("date_of_birth", "\u00a02016-05-04\u00a0", datetime.date(2016, 5, 4), False),
        ("sex", "Male", "M", True),
        ("sex", "boy", "M", True),
        ("sex", "Woman", "F", True),
        ("sex", "Not\u00a0known", "U", True),
        ("alongside", "Only\u2013older", "only_older", False),
        ("alongside", "\u201cno\u00a0preference\u201d", "no_preference", False),
        ("smoke_free", True, True, False),
        ("smoke_free", 1, True, True),
        ("smoke_free", "\u2018No\u2019", False, True),
        ("school_year", "7", 7, False),
        ("school_year", 7.0, 7, False),
        ("home_authority", " E08000009 ", "E08000009", False),
    ],
)
def test_a_childs_cell_as_people_write_it(
    tmp_path: Path, column: str, written: object, value: object, said: bool
) -> None:
    """Each is read as what it can only mean; where something was passed over or put into a code, it is said."""
    row = dict(zip(CHILDREN, ONE_CHILD, strict=True)) | {column: written}
    records = records_of(tmp_path, children=[list(row), list(row.values())])
    assert getattr(records.children[0], column) == value
    assert [f.severity for f in found(records, column)] == ([Severity.MENDED] if said else [])


@pytest.mark.parametrize(
    ("column", "written", "value"),
    [
        ("weekly_cost", "£480.00", 480.0),
        ("weekly_cost", "£\u00a01,480.50 per week", 1480.5),
        ("weekly_cost", "480 GBP", 480.0),
        ("weekly_cost", 1370 / 3, 1370 / 3),
        ("approved_places", "3 ", 3),
        ("approved_places", "‘3", 3),
        ("kind", "Connected\u2011person", "connected_person"),
        ("provider", "in\u2014house", "in_house"),
        ("approved_sex", "Girls", "F"),
        ("approved_sex", "Either", None),
        ("on_hold", 0, False),
        ("easting", "377,000", 377000.0),
    ],
)
def test_a_homes_cell_as_people_write_it(tmp_path: Path, column: str, written: object, value: object) -> None:
    """Costs with signs, numbers kept as text and codes with a word processor's dashes are read."""
    row = dict(zip(HOMES, ONE_HOME, strict=True)) | {"northing": 392_000, "easting": 377_000} | {column: written}
    records = records_of(tmp_path, homes=[list(row), list(row.values())])
    made = records.homes[0]
    assert (made.location.easting if made.location and column == "easting" else getattr(made, column)) == value


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("date_of_birth", "04/05/2016 12:00:00 AM"),
        ("date_of_birth", "2016-05-04T23:00:00Z"),
        ("date_of_birth", "2016-05-04 25:00"),
        ("date_of_birth", datetime.time(0, 0)),
        ("date_of_birth", 42494.5),
        ("sex", "M/F"),
        ("sex", "either"),
        ("sex", 1),
        ("smoke_free", 2),
        ("smoke_free", "Y?"),
        ("alongside", "solo?"),
    ],
)
def test_what_may_mean_two_things_leaves_the_child_out(tmp_path: Path, column: str, written: object) -> None:
    """An American clock, another time zone, a code of another system: nobody guesses."""
    row = dict(zip(CHILDREN, ONE_CHILD, strict=True)) | {column: written}
    records = records_of(tmp_path, children=[list(row), list(row.values())])
    assert left_out(records) == {("r.xlsx: children", 2)}
    assert found(records, column, Severity.LEFT_OUT)[0].mend


def test_a_non_breaking_space_in_an_id_is_an_ordinary_one_and_said(tmp_path: Path) -> None:
    """Two children whose ids differ only in the kind of space are one id, so neither is guessed at."""
    rows = [["C\u00a01", None, *ONE_CHILD[2:]], ["C 2", None, *ONE_CHILD[2:]]]
    records = records_of(tmp_path, children=[CHILDREN, *rows])
    assert ids(records)[0] == ["C 1", "C 2"]
    assert [(f.row, f.severity) for f in found(records, "child_id")] == [(2, Severity.MENDED)]
    both = records_of(tmp_path, children=[CHILDREN, *rows, ["C\u00a02", "F2", *ONE_CHILD[2:]]])
    assert ids(both)[0] == ["C 1"]


def test_dashes_in_an_id_are_looked_through_where_the_row_may_bar(tmp_path: Path) -> None:
    """A separation that names C–1 with a long dash is kept for C-1, and said."""
    records = records_of(
        tmp_path,
        children=[CHILDREN, ["C-1", *ONE_CHILD[1:]]],
        separations=[["person_a", "person_b"], ["C\u20131", "R1"]],
        residents=[["home_id", "resident_id", "status"], ["H1", "R1", "own_child"]],
    )
    assert [(s.person_a, s.person_b) for s in records.separations] == [("C-1", "R1")]


def test_empty_rows_and_columns_at_the_end_are_nothing(tmp_path: Path) -> None:
    """Cells that are only coloured, or hold nothing but spaces, make no row and no column."""

    def colour(book: openpyxl.Workbook) -> None:
        sheet = book["children"]
        for row in range(3, 200):
            sheet.cell(row, 1, " \u00a0").fill = openpyxl.styles.PatternFill("solid", "FFFF00")
        sheet.cell(1, 90).fill = openpyxl.styles.PatternFill("solid", "FFFF00")

    assert records_of(tmp_path, colour).findings == ()


# What Excel does not show


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path: Path) -> None:
    """Everything hidden is in the round, with a finding that says how much and where."""

    def hide(book: openpyxl.Workbook) -> None:
        for row in (2, 3, 4, 6):
            book["children"].row_dimensions[row].hidden = True
        book["children"].column_dimensions.group("D", "E", hidden=True)
        book["homes"].sheet_state = "hidden"
        book["links"].sheet_state = "veryHidden"
        book["notes"].sheet_state = "hidden"

    rows = [[f"C{n}", None, *ONE_CHILD[2:]] for n in range(1, 6)]
    links = [["child_id", "home_id", "link"], ["C1", "H1", "kin"]]
    records = records_of(tmp_path, hide, children=[CHILDREN, *rows], links=links, notes=[["x"]])
    assert ids(records) == (["C1", "C2", "C3", "C4", "C5"], ["H1"])
    assert len(records.links) == 1
    assert "4 of the 5 rows" in about(records, "(rows 2 to 4, 6)").message
    assert "2 of the 6 columns" in about(records, "sex, routes").message
    hidden = [f.file for f in records.findings if "sheet is hidden" in f.message]
    assert hidden == ["r.xlsx: homes", "r.xlsx: links"]
    assert "It is hidden." in found(records, "notes")[0].message
    assert {f.severity for f in records.findings} == {Severity.NOTE}


def test_rows_and_columns_of_no_height_or_width_are_hidden_too(tmp_path: Path) -> None:
    """Dragged to nothing, they are as much out of sight as hidden ones."""
    book = saved(tmp_path)
    rewritten(
        book,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('<row r="2"', '<row ht="0" customHeight="1" r="2"').replace(
            "<sheetData>", '<cols><col min="4" max="4" width="0" customWidth="1"/></cols><sheetData>'
        ),
    )
    records = check(read(book), DAY)
    assert "1 of the 1 rows" in about(records, "(row 2)").message
    assert "1 of the 6 columns" in about(records, "in Excel: sex").message


def test_filtered_rows_are_read_and_said(tmp_path: Path) -> None:
    """Rows that a filter takes out of sight are in the round all the same."""

    def choose(book: openpyxl.Workbook) -> None:
        sheet: Worksheet = book["homes"]
        sheet.auto_filter.ref = "A1:G3"
        sheet.auto_filter.add_filter_column(1, ["adopter"])
        sheet.row_dimensions[2].hidden = True

    records = records_of(tmp_path, choose, homes=[HOMES, ONE_HOME, ["H2", "adopter", *ONE_HOME[2:]]])
    assert ids(records)[1] == ["H1", "H2"]
    assert "1 of the 2 rows" in about(records, "filter that is on (row 2)").message


# Formulas


def formula(text: object) -> Spoil:
    """Put a formula where the home's approval ends."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["homes"]["F2"] = text

    return spoil


@pytest.mark.parametrize("text", ["=TODAY()+30", '="31/01/2020"', ArrayFormula("F2:F3", "=G2:G3*1")])
def test_a_formula_without_a_value_names_its_cell(tmp_path: Path, text: object) -> None:
    """The end of an approval that was never worked out is neither 0 nor blank: blank would mean no limit."""
    records = records_of(tmp_path, formula(text))
    assert ids(records)[1] == []
    finding = found(records, "approved_to", Severity.LEFT_OUT)[0]
    assert "Cell F2 holds a formula" in finding.message
    assert "let it calculate" in finding.mend


def test_every_cell_of_an_array_formula_without_a_value_is_named(tmp_path: Path) -> None:
    """Only its first cell holds the formula; the others would read as blank."""
    homes = [HOMES, ONE_HOME, ["H2", *ONE_HOME[1:5], None, 480], ["H3", *ONE_HOME[1:]]]
    records = records_of(tmp_path, formula(ArrayFormula("F2:F3", "=G2:G3*1")), homes=homes)
    assert ids(records)[1] == ["H3"]
    assert [f.message[:7] for f in found(records, "approved_to")] == ["Cell F2", "Cell F3"]


def test_a_last_row_of_formulas_alone_is_a_row(tmp_path: Path) -> None:
    """A separation that is nothing but formulas without values is not lost: that it may bar is said."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["separations"]["A3"], book["separations"]["B3"] = "=A2", "=B2"

    records = records_of(tmp_path, spoil, separations=[["person_a", "person_b"], ["C1", "R1"]])
    assert left_out(records) == {("r.xlsx: separations", 3)}
    assert "Cell A3" in found(records, "person_a", Severity.LEFT_OUT)[0].message


@pytest.mark.parametrize("text", ["=TODAY()", "#N/A"])
def test_cells_merged_with_one_that_has_no_value_are_not_blank(tmp_path: Path, text: str) -> None:
    """The end of approval of three homes in one merged cell: none of the three has no end."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["homes"]["F2"] = text
        book["homes"].merge_cells("F2:F4")

    homes = [HOMES, *([f"H{n}", *ONE_HOME[1:5], None, 480] for n in range(1, 5))]
    assert ids(records_of(tmp_path, spoil, homes=homes))[1] == ["H4"]


def test_a_formula_in_somebodys_words_is_not_shown_as_their_words(tmp_path: Path) -> None:
    """The child's views are not recorded where the cell holds no value, and that is said."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["children"]["G2"] = "=A1"

    records = records_of(tmp_path, spoil, children=[[*CHILDREN, "views"], ONE_CHILD])
    assert records.children[0].views is None
    assert [f.severity for f in found(records, "views")] == [Severity.MENDED]


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change one part of a saved workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    assert change(before) != before
    parts[part] = change(before).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("value", "homes", "words"), [("0", [], "never worked out"), ("46753", ["H1"], "worked out anew by Excel: F2")]
)
def test_a_value_that_a_program_left_in_a_formula(tmp_path: Path, value: str, homes: list[str], words: str) -> None:
    """A nought left for Excel to work out is no value; another is used, and may be out of date."""
    book = saved(tmp_path, formula("=DATE(2028,1,1)"))
    rewritten(book, "xl/worksheets/sheet2.xml", lambda xml: re.sub(r"<v ?/>|<v></v>", f"<v>{value}</v>", xml))
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(io.BytesIO(book.read_bytes())).read("xl/workbook.xml")
    records = check(read(book), DAY)
    assert ids(records)[1] == homes
    assert about(records, words).mend
    rewritten(book, "xl/workbook.xml", lambda xml: xml.replace('fullCalcOnLoad="1"', ""))
    assert not [f for f in check(read(book), DAY).findings if words in f.message]


# Anything at all

_CELL = st.one_of(
    st.sampled_from(
        [
            None, "C1", "C2", "H1", "R1", "foster", "fostered", "in_house", "apart", "barred", "Male", "\u00a0", "=A1",
            " C1", 1, 3, 1e16, 12345678901234567, -1, 380000, True, "2016-05-04 00:00", "£480.00", "x", "child_id",
            datetime.date(2016, 5, 4), datetime.datetime.fromisoformat("2016-05-04 03:04"), datetime.time(1, 2),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
)  # fmt: skip
_ALL = {
    "children": CHILDREN,
    "homes": HOMES,
    "residents": ["home_id", "resident_id", "status", "family_id", "date_of_birth"],
    "separations": ["person_a", "person_b"],
    "links": ["child_id", "home_id", "link"],
}
_ORDINARY: dict[str, list[Any]] = {
    "children": ONE_CHILD,
    "homes": ONE_HOME,
    "residents": ["H1", "R1", "fostered", "F1", datetime.date(2015, 1, 1)],
    "separations": ["C1", "R1"],
    "links": ["C1", "H1", "kin"],
}


_NUMBERED = ("C1", "F1", "H1", "R1")


@st.composite
def _sheets(draw: st.DrawFn) -> dict[str, list[list[Any]]]:
    sheets = {}
    for name, columns in _ALL.items():
        above = draw(st.lists(st.lists(_CELL, max_size=2), max_size=2))
        rows = []
        for number in range(draw(st.integers(0, 3))):
            row = list(_ORDINARY[name])
            row[:2] = [f"{cell[0]}{number + 1}" if cell in _NUMBERED else cell for cell in row[:2]]
            if draw(st.booleans()):
                row[draw(st.integers(0, len(columns) - 1))] = draw(_CELL)
            rows.append(row)
        sheets[name] = [*above, columns, *rows]
    return sheets


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(_sheets(), st.sets(st.integers(1, 6)), st.booleans())
def test_no_row_of_any_workbook_is_lost_unsaid(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], hidden: set[int], merge: bool
) -> None:
    """Every filled row below the headings is in the round or left out with a finding, hidden or merged or not."""

    def spoil(book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            for row in hidden:
                sheet.row_dimensions[row].hidden = True
            if merge:
                sheet.merge_cells("A5:B6")

    book = saved(tmp_path, spoil, **sheets)
    try:
        tables = read(book)
    except Unusable:
        return
    records = check(tables, DAY)
    _every_filled_row_is_read(book, tables)
    out = left_out(records)
    kept = {
        "children": {c.child_id for c in records.children},
        "homes": {h.home_id for h in records.homes},
        "residents": {r.resident_id for r in records.residents},
    }
    for name, known in kept.items():
        table = tables.tables[name]
        for number, row in table.frame.iterrows():
            if (table.label, number) not in out:
                assert " ".join(str(row.iloc[1 if name == "residents" else 0]).split()) in {
                    " ".join(one.split()) for one in known
                }
    assert records.rows_left_out == len(out)


def _every_filled_row_is_read(book: Path, tables: Tables) -> None:
    """Compare with what the workbook's own library finds below the headings."""
    for sheet in openpyxl.load_workbook(book).worksheets:
        filled = [
            number
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1)
            if any(cell is not None and str(cell).strip() for cell in cells)
        ]
        heading = next(n for n in filled if list(_texts(sheet, n))[: len(_ALL[sheet.title])] == _ALL[sheet.title])
        read_rows = set(tables.tables[sheet.title].frame.index)
        assert {n for n in filled if n > heading} <= read_rows


def _texts(sheet: Worksheet, number: int) -> list[Any]:
    return [cell.value for cell in sheet[number]]
