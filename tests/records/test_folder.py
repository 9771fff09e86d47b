"""Files into tables of text: nothing is guessed, nothing is lost without being said."""

from __future__ import annotations

import datetime
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from records.model import Severity
from records.sources.folder import read
from records.tables import Unusable
from tests.records.made_folders import child, csv_text, home, write_folder

CHILDREN_HEADINGS = ["child_id", "date_of_birth", "routes", "referred_on"]
HOMES_HEADINGS = ["home_id", "kind", "provider", "approved_places", "vacancies"]
HOME_CELLS = ["H1", "foster", "in_house", 3, 2]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], **options: Any) -> Path:
    """A workbook with these sheets; days are written as Excel dates."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", **options}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(number, column, cell)
    return path


def test_everything_stays_text(tmp_path: Path) -> None:
    """Ids with leading zeros and words that look like missing values come through as they stand."""
    rows = [child("000123"), child("NA"), child("None"), child("nan"), child("1e5"), child("TRUE")]
    frame = read(write_folder(tmp_path, children=rows)).tables["children"].frame
    assert frame["child_id"].tolist() == ["000123", "NA", "None", "nan", "1e5", "TRUE"]
    assert {str(kind) for kind in frame.dtypes} == {"str"}


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    """The heading row is row 1, a line end inside quotation marks starts no new row, a blank row counts."""
    text = (
        csv_text([child("C1", views="one\ntwo\r\nthree"), child("C2")])
        + "\r\n"
        + "C3,2016-05-04,foster,2026-10-01,\r\n"
    )
    table = read(write_folder(tmp_path, children=text)).tables["children"]
    assert table.frame.index.tolist() == [2, 3, 5]
    assert table.frame.loc[2, "views"] == "one\ntwo\r\nthree"


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)],
)
def test_encodings(tmp_path: Path, encoding: str, noted: bool) -> None:
    """UTF-8, UTF-8 with a mark, UTF-16 with a mark and Windows-1252 are read; the last is said."""
    text = csv_text([child("C1", religion="Église réformée")])
    tables = read(write_folder(tmp_path, children=text.encode(encoding)))
    assert tables.tables["children"].frame["religion"].tolist() == ["Église réformée"]
    assert [f.severity for f in tables.findings] == ([Severity.NOTE] if noted else [])


def test_lines_in_two_encodings_are_each_read_in_their_own(tmp_path: Path) -> None:
    """A file pasted together from two systems keeps its letters, and says that it is mixed."""
    text = csv_text([child("C1", religion="naïve")]).encode(
        "utf-8"
    ) + "C2,2016-05-04,foster,2026-10-01,café\r\n".encode("cp1252")
    tables = read(write_folder(tmp_path, children=text))
    assert tables.tables["children"].frame["religion"].tolist() == ["naïve", "café"]
    assert "two encodings" in tables.findings[0].message


@pytest.mark.parametrize(("delimiter", "called"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_read_where_the_heading_row_says_so(tmp_path: Path, delimiter: str, called: str) -> None:
    """Semicolons and tabs are recognised by the headings, and said."""
    tables = read(write_folder(tmp_path, children=csv_text([child(routes="foster;adoption")], delimiter=delimiter)))
    assert tables.tables["children"].frame["routes"].tolist() == ["foster;adoption"]
    assert called in tables.findings[0].message


def test_excels_separator_line(tmp_path: Path) -> None:
    """A first line `sep=;` is Excel's own, and the heading row is then row 2."""
    tables = read(write_folder(tmp_path, children="sep=;\r\n" + csv_text([child()], delimiter=";")))
    assert tables.tables["children"].frame.index.tolist() == [3]


def test_headings_may_differ_in_capitals_and_spaces(tmp_path: Path) -> None:
    """`Child ID` and ` date-of-birth ` are the contract's columns."""
    text = "Child ID, date-of-birth ,ROUTES,Referred_On\nC1,2016-05-04,foster,2026-10-01\n"
    frame = read(write_folder(tmp_path, children=text)).tables["children"].frame
    assert list(frame.columns) == CHILDREN_HEADINGS


def test_unknown_columns_are_kept_and_noted(tmp_path: Path) -> None:
    """A column nobody knows is kept under its heading; one that looks misspelt says what it looks like."""
    tables = read(write_folder(tmp_path, homes=[home(aproved_to="2020-01-01", Team="North")]))
    assert tables.tables["homes"].frame["Team"].tolist() == ["North"]
    notes = {f.column: f.message for f in tables.findings}
    assert "approved_to" in notes["aproved_to"]
    assert "misspelt" not in notes["Team"]


def test_extra_files_are_noted_and_not_used(tmp_path: Path) -> None:
    """A file that is not of the contract is said; files the system hides are not."""
    folder = write_folder(tmp_path)
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    assert [f.file for f in read(folder).findings] == ["notes.txt"]


def test_each_input_is_named_by_its_sha256(tmp_path: Path) -> None:
    """The digest is that of the bytes that were read."""
    folder = write_folder(tmp_path)
    expected = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("children.csv", "homes.csv")
    }
    assert read(folder).inputs == expected


def test_short_rows_are_said_and_long_rows_marked(tmp_path: Path) -> None:
    """Missing cells are blank; a row with a cell too many may have every cell in the wrong column."""
    text = (
        "child_id,date_of_birth,routes,referred_on,sex\n"
        "C1,2016-05-04,foster,2026-10-01\n"
        "C2,2016-05-04,foster,2026-10-01,F,,\n"
        "C3,a,b,c,d,e\n"
    )
    tables = read(write_folder(tmp_path, children=text))
    table = tables.tables["children"]
    assert table.frame.loc[2, "sex"] == ""
    assert [(f.row, f.severity) for f in tables.findings] == [(2, Severity.MENDED)]
    assert list(table.misshapen) == [4]


def test_a_last_row_cut_short_is_marked(tmp_path: Path) -> None:
    """A file that ends in the middle of a row has lost something."""
    text = (
        "child_id,date_of_birth,routes,referred_on,smoke_free\n"
        "C1,2016-05-04,foster,2026-10-01,Y\n"
        "C2,2016-05-04,foster,2026"
    )
    assert "cut short" in read(write_folder(tmp_path, children=text)).tables["children"].misshapen[3]


def test_a_stray_quotation_mark_spoils_its_own_row_only(tmp_path: Path) -> None:
    """Nested quotes that are not doubled mark one row; the next is read as it stands."""
    text = (
        "child_id,date_of_birth,routes,referred_on,views\n"
        'C1,2016-05-04,foster,2026-10-01,"said "no" twice"\n'
        "C2,2016-05-04,foster,2026-10-01,ok\n"
    )
    table = read(write_folder(tmp_path, children=text)).tables["children"]
    assert list(table.misshapen) == [2]
    assert table.frame["child_id"].tolist() == ["C1", "C2"]


def test_workbook_cells_become_text(tmp_path: Path) -> None:
    """Dates are ISO, whole numbers have no `.0`, truth is Y or N, a formula gives what it last gave."""
    book = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(book, {"default_date_format": "dd/mm/yyyy"}) as made:
        children = made.add_worksheet(" Children ")
        children.write_row(0, 0, [*CHILDREN_HEADINGS, "smoke_free", "school_year", "views"])
        children.write_number(1, 0, 123)
        children.write_datetime(1, 1, datetime.date(2016, 5, 4))
        children.write_formula(1, 2, '="fos"&"ter"', None, "foster")
        children.write_string(1, 3, "01/10/2026")
        children.write_boolean(1, 4, True)
        children.write_number(1, 5, 5.5)
        children.write_string(1, 6, "NA")
        homes = made.add_worksheet("HOMES")
        homes.write_row(0, 0, HOMES_HEADINGS)
        homes.write_row(1, 0, HOME_CELLS)
        made.add_worksheet("notes")
    tables = read(book)
    assert tables.tables["children"].frame.loc[2].tolist() == [
        "123",
        "2016-05-04",
        "foster",
        "01/10/2026",
        "Y",
        "5.5",
        "NA",
    ]
    assert tables.tables["homes"].frame.loc[2].tolist() == ["H1", "foster", "in_house", "3", "2"]
    assert [(f.file, f.value) for f in tables.findings] == [("register.xlsx", "notes"), ("register.xlsx: children", "")]
    assert "worked out anew by Excel: C2" in tables.findings[1].message
    assert list(tables.inputs) == ["register.xlsx"]


def test_workbook_counting_days_from_1904(tmp_path: Path) -> None:
    """A workbook made on an old Mac gives the same days."""
    rows = [CHILDREN_HEADINGS, ["C1", datetime.date(2016, 5, 4), "foster", datetime.date(2026, 10, 1)]]
    sheets = {"children": rows, "homes": [HOMES_HEADINGS, HOME_CELLS]}
    for name, options in (("new.xlsx", {}), ("old.xlsx", {"date_1904": True})):
        frame = read(workbook(tmp_path / name, sheets, **options)).tables["children"].frame
        assert frame.loc[2, "date_of_birth"] == "2016-05-04"


def test_workbook_cells_without_a_value_are_not_blank(tmp_path: Path) -> None:
    """An error, a formula never worked out and a merged cell are marked, because blank would mean no limit."""
    book = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(book) as made:
        children = made.add_worksheet("children")
        children.write_row(0, 0, CHILDREN_HEADINGS)
        homes = made.add_worksheet("homes")
        homes.write_row(0, 0, [*HOMES_HEADINGS, "approved_to"])
        for row in (1, 2, 3, 4):
            homes.write_row(row, 0, HOME_CELLS)
        homes.write_formula(1, 5, "=VLOOKUP(1,2,3)", None, "#N/A")
        homes.write_formula(2, 5, "=TODAY()", None, "")
        homes.merge_range("F4:F5", "2020-01-01")
    frame = read(book).tables["homes"].frame
    assert frame["approved_to"].tolist() == ["#N/A", "#UNCALCULATED! F3", "#MERGED! F4", "#MERGED! F5"]


def test_formula_never_worked_out(tmp_path: Path) -> None:
    """A workbook written by a program that does not calculate has formulas without a value."""
    plain = workbook(
        tmp_path / "plain.xlsx",
        {"children": [CHILDREN_HEADINGS], "homes": [[*HOMES_HEADINGS, "approved_to"], [*HOME_CELLS, "=TODAY()"]]},
    )
    for value in ("", "<v></v>", "<v/>"):
        made = tmp_path / f"made{len(value)}.xlsx"
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w") as target:
            for part in source.namelist():
                text = source.read(part)
                if part.endswith("sheet2.xml"):
                    assert b"<v>0</v></c></row>" in text
                    text = text.replace(b"<v>0</v></c></row>", value.encode() + b"</c></row>")
                target.writestr(part, text)
        assert read(made).tables["homes"].frame.loc[2, "approved_to"] == "#UNCALCULATED! F2"


def test_folder_with_one_workbook(tmp_path: Path) -> None:
    """A folder that holds one workbook and no CSV file is that workbook."""
    sheets: dict[str, list[list[Any]]] = {"children": [CHILDREN_HEADINGS], "homes": [HOMES_HEADINGS, HOME_CELLS]}
    workbook(tmp_path / "one.xlsx", sheets)
    assert set(read(tmp_path).tables) == {"children", "homes"}
    workbook(tmp_path / "two.xlsx", sheets)
    with pytest.raises(Unusable, match="2 workbooks"):
        read(tmp_path)


def test_csv_files_count_before_a_workbook(tmp_path: Path) -> None:
    """A workbook beside the CSV files is an extra file."""
    folder = write_folder(tmp_path)
    (folder / "old.xlsx").write_bytes(b"x")
    assert [f.file for f in read(folder).findings] == ["old.xlsx"]


def test_unusable_says_what_where_meaning_and_mend(tmp_path: Path) -> None:
    """The error names the file, what is wrong, what it means and how to mend it, and has exit code 3."""
    (write_folder(tmp_path) / "homes.csv").unlink()
    with pytest.raises(Unusable) as caught:
        read(tmp_path)
    assert caught.value.exit_code == 3
    assert "homes.csv is missing" in str(caught.value)
    assert "nothing is written" in str(caught.value)
    assert "Give a folder" in str(caught.value)


def test_links_pipes_and_folders_in_place_of_files(tmp_path: Path) -> None:
    """Only plain files are read, so that nothing outside the folder is, and nothing waits for ever."""
    folder = write_folder(tmp_path / "link")
    target = tmp_path / "elsewhere.csv"
    (folder / "homes.csv").rename(target)
    (folder / "homes.csv").symlink_to(target)
    with pytest.raises(Unusable, match="link"):
        read(folder)
    folder = write_folder(tmp_path / "pipe")
    if hasattr(os, "mkfifo"):
        (folder / "homes.csv").unlink()
        os.mkfifo(folder / "homes.csv")
        with pytest.raises(Unusable, match="not a plain file"):
            read(folder)
    folder = write_folder(tmp_path / "folder")
    (folder / "homes.csv").unlink()
    (folder / "homes.csv").mkdir()
    with pytest.raises(Unusable, match="not a plain file"):
        read(folder)
