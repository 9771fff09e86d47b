"""Spoilt files: each gives findings or a clear error, never a traceback, and never loses a row unsaid."""

from __future__ import annotations

import io
import os
import random
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.check import check, findings_frame
from records.columns import FILES
from records.model import Records, Severity
from records.reading import loose
from records.sources.folder import read
from records.sources.limits import Limits
from records.tables import Table, Tables, Unusable
from tests.records.made_folders import (
    DAY,
    child,
    csv_text,
    found,
    from_folder,
    home,
    ids,
    left_out,
    made,
    tables,
    write_folder,
)

CHILDREN = "child_id,date_of_birth,routes,referred_on"
HOMES = "home_id,kind,provider,approved_places,vacancies"
ONE_CHILD = "C1,2016-05-04,foster,2026-10-01"
ONE_HOME = "H1,foster,in_house,3,2"


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def workbook(sheets: dict[str, list[list[Any]]], spoil: Callable[[Any], None] | None = None) -> bytes:
    """A workbook's bytes; `spoil` may do anything to it before it is closed."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
        if spoil is not None:
            spoil(book)
    return data.getvalue()


SHEETS: dict[str, list[list[Any]]] = {
    "children": [CHILDREN.split(","), ONE_CHILD.split(",")],
    "homes": [HOMES.split(","), ["H1", "foster", "in_house", 3, 2]],
}


def with_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An ordinary workbook of which one part is changed."""
    with zipfile.ZipFile(io.BytesIO(workbook(SHEETS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    return zipped(parts)


# Files that cannot be used at all

TEN_MILLION = ",".join(["c"] * 10_000_000)

UNUSABLE_FILES: dict[str, tuple[str, bytes, str]] = {
    "binary rubbish": ("children", bytes(range(256)) * 40, "child_id|quotation"),
    "noughts": ("children", bytes(600), "not a text file"),
    "rubbish without a nought": ("children", bytes(range(1, 256)) * 40, "child_id|quotation"),
    "a zip named csv": ("homes", zipped({"a": b"a"}), "zip"),
    "a workbook named csv": ("homes", workbook(SHEETS), "workbook or zip"),
    "an old workbook named csv": ("homes", b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel"),
    "a PDF named csv": ("homes", b"%PDF-1.7\n", "PDF"),
    "a gzip named csv": ("homes", b"\x1f\x8b\x08\x00", "compressed"),
    "an empty file": ("children", b"", "no heading row"),
    "blank lines alone": ("children", b"\r\n\r\n  \r\n", "no heading row"),
    "a mark alone": ("children", b"\xef\xbb\xbf", "no heading row"),
    "an empty optional file": ("siblings", b"", "no heading row"),
    "ten million columns": ("children", f"{CHILDREN},{TEN_MILLION}\n{ONE_CHILD}\n".encode(), "columns"),
    "501 columns": ("children", f"{CHILDREN},{','.join(f'x{n}' for n in range(497))}\n".encode(), "501 columns"),
    "a row of ten million cells": ("children", f"{CHILDREN}\n{TEN_MILLION}\n".encode(), "cells"),
    "a heading twice": ("homes", f"{HOMES},pets,Pets\n{ONE_HOME},Y,N\n".encode(), "pets stands there twice"),
    "a heading missing": ("homes", b"home_id,kind,provider,vacancies\nH1,foster,in_house,2\n", "approved_places"),
    "no heading row": ("children", f"{ONE_CHILD}\n".encode(), "child_id"),
    "a quotation mark never closed": ("children", f'{CHILDREN},views\n{ONE_CHILD},"I said\nC2,x\n'.encode(), "closed"),
    "a quotation mark never closed in the headings": ("children", f'"{CHILDREN}\n{ONE_CHILD}\n'.encode(), "closed"),
    "a quotation that swallows the rest": (
        "children",
        f'{CHILDREN},views\n{ONE_CHILD},"'.encode() + b"x\n" * 200_000 + b'"\n',
        "closed",
    ),
    "UTF-16 without a mark": ("children", f"{CHILDREN}\n{ONE_CHILD}\n".encode("utf-16-le"), "not a text file"),
    "half of a UTF-16 letter": ("children", f"{CHILDREN}\n{ONE_CHILD}\n".encode("utf-16")[:-1], "UTF-16"),
    "UTF-32": ("children", f"{CHILDREN}\n{ONE_CHILD}\n".encode("utf-32"), "heading|child_id"),
    "nested quotes in the headings": ("children", f'"child"_id",{CHILDREN}\n{ONE_CHILD}\n'.encode(), "mark"),
    "separated by bars": ("children", f"{CHILDREN}\n{ONE_CHILD}\n".replace(",", "|").encode(), "child_id"),
    "JSON": ("children", b'[{"child_id": "C1"}]', "child_id"),
    "HTML named csv": ("children", b"<html><table><tr><td>child_id</td></tr></table></html>", "child_id"),
}


@pytest.mark.parametrize("case", UNUSABLE_FILES)
def test_unusable_files(tmp_path: Path, case: str) -> None:
    """Each is refused within seconds, with the file named, what is wrong, what it means and how to mend it."""
    name, data, words = UNUSABLE_FILES[case]
    folder = write_folder(tmp_path, **{name: data})
    begun = time.perf_counter()
    with pytest.raises(Unusable, match=words) as caught:
        read(folder)
    assert time.perf_counter() - begun < 20
    assert caught.value.exit_code == 3
    assert caught.value.where.startswith(f"{name}.csv")
    assert "2016" not in str(caught.value)
    assert all((caught.value.what, caught.value.meaning, caught.value.mend))


def _lie_about_size(data: bytes) -> bytes:
    """Say in the archive's directory that its largest member unpacks to almost nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size)
    said = struct.pack("<I", largest.file_size)
    assert data.count(said) >= 1
    return data.replace(said, struct.pack("<I", 10))


FAR_CELL = b'<row r="1048576"><c r="%s1048576"><v>1</v></c></row></sheetData>'
BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"

UNUSABLE_BOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "rubbish": (lambda: random.Random(1).randbytes(4000), "damaged"),
    "empty": (lambda: b"", "damaged"),
    "a CSV named xlsx": (lambda: f"{CHILDREN}\n".encode(), "damaged"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0" + bytes(4000), "password"),
    "cut in half": (lambda: workbook(SHEETS)[:3000], "damaged"),
    "a zip of something else": (lambda: zipped({"readme.xml": b"<a/>"}), "damaged"),
    "wrong sheet names": (lambda: workbook({"Sheet1": SHEETS["children"], "Sheet2": []}), "Sheet1, Sheet2"),
    "no homes": (lambda: workbook({"children": SHEETS["children"]}), "homes is missing"),
    "an empty sheet": (lambda: workbook({**SHEETS, "homes": []}), "no heading row"),
    "one sheet twice": (lambda: workbook({**SHEETS, "Homes ": []}), "Two sheets"),
    "unpacks to too much": (lambda: zipped({"xl/a.xml": bytes(201_000_000)}), "unpack to"),
    "unpacks to 201 times": (lambda: zipped({"xl/a.xml": bytes(40_000_000)}), "unpack to"),
    "too many parts": (lambda: zipped({f"xl/{n}.xml": b"" for n in range(1001)}), "1,001 parts"),
    "lies about its size": (lambda: _lie_about_size(workbook(SHEETS)), "damaged"),
    "a cell in the last row": (
        lambda: with_part("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", FAR_CELL % b"A")),
        "row 1,048,576",
    ),
    "a cell in the last column": (
        lambda: workbook(SHEETS, lambda book: book.worksheets()[0].write("XFD1", "x")),
        "column 16,384",
    ),
    "entities": (
        lambda: with_part("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"?>", b"?>" + BOMB, 1)),
        "entities",
    ),
    "entities in the list of sheets": (
        lambda: with_part("xl/workbook.xml", lambda xml: xml.replace(b"?>", b"?>" + BOMB, 1)),
        "entities",
    ),
    "broken XML": (lambda: with_part("xl/worksheets/sheet1.xml", lambda xml: xml[:-30]), "damaged"),
    "no such sheet part": (
        lambda: with_part("xl/workbook.xml", lambda xml: xml.replace(b'r:id="rId1"', b'r:id="x"')),
        "damaged",
    ),
    "everything merged": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(
                b"</sheetData>",
                b'<row r="200000"><c r="A200000"><v>1</v></c></row></sheetData><mergeCells count="2">'
                b'<mergeCell ref="A1:D200000"/><mergeCell ref="A1:D200000"/></mergeCells>',
            ),
        ),
        "merged",
    ),
}


@pytest.mark.parametrize("case", UNUSABLE_BOOKS)
def test_unusable_workbooks(tmp_path: Path, case: str) -> None:
    """Each is refused before it can exhaust the machine."""
    make, words = UNUSABLE_BOOKS[case]
    book = tmp_path / "register.xlsx"
    book.write_bytes(make())
    with pytest.raises(Unusable, match=words) as caught:
        read(book)
    assert caught.value.where.startswith("register.xlsx")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(file_bytes=100), "larger than 100 bytes"),
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=4), "at most 4"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, words: str) -> None:
    """A file above a bound is refused; at the bound it is read."""
    folder = write_folder(tmp_path, homes=[home(f"H{n}") for n in range(3)])
    with pytest.raises(Unusable, match=words):
        read(folder, limits)
    size = (folder / "homes.csv").stat().st_size
    assert len(read(folder, Limits(file_bytes=size, rows=3, columns=6)).tables["homes"].frame) == 3


def test_paths_that_are_nothing(tmp_path: Path) -> None:
    """No such path, an empty folder, a file of another kind, a broken link, a name no system has."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    for path, words in (
        (tmp_path / "none", "no such"),
        (tmp_path / "empty", "children.csv is missing"),
        (tmp_path / "a.txt", "neither a folder"),
        (tmp_path / "broken", "no such"),
        (Path("a\x00b"), "may not be read"),
        (tmp_path / ("x" * 5000), "may not be read"),
    ):
        with pytest.raises(Unusable, match=words):
            read(path)


def test_files_nobody_may_read(tmp_path: Path) -> None:
    """A file or folder without permission is said so; where the system lets us in all the same, it is read."""
    folder = write_folder(tmp_path / "records")
    for locked in (folder / "homes.csv", folder):
        locked.chmod(0)
        try:
            if os.access(folder / "homes.csv", os.R_OK):
                assert "homes" in read(folder).tables
            else:
                with pytest.raises(Unusable, match="may not be read"):
                    read(folder)
        finally:
            locked.chmod(0o700)


def test_a_refusal_of_the_system_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the system answers when a file or folder is opened becomes a clear error."""
    folder = write_folder(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(Unusable, match="Permission denied"):
            read(folder)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", refuse)
        with pytest.raises(Unusable, match="Permission denied"):
            read(folder)


# Files that are usable, with something left out or noted

Expect = tuple[list[str], list[str], set[tuple[str, int]]]
EVERYBODY: Expect = (["C1"], ["H1"], set())

SPOILT: dict[str, tuple[dict[str, Any], Expect]] = {
    "headings only, children": ({"children": f"{CHILDREN}\n"}, ([], ["H1"], set())),
    "headings only, homes": ({"homes": HOMES}, (["C1"], [], set())),
    "headings only, everywhere": (
        {name: ",".join(FILES[name].required_columns) for name in FILES if name not in ("children", "homes")},
        EVERYBODY,
    ),
    "a nought in an id": (
        {"children": f"{CHILDREN}\n{ONE_CHILD}\nC\x00,2016-05-04,foster,2026-10-01\n"},
        (["C1"], ["H1"], {("children.csv", 3)}),
    ),
    "nested quotes": (
        {
            "children": f'{CHILDREN},views\n{ONE_CHILD},"he said "no" to me"\n'
            'C2,2016-05-04,foster,2026-10-01,"a ""b"" c"\n'
        },
        (["C2"], ["H1"], {("children.csv", 2)}),
    ),
    "half a row": ({"children": f"{CHILDREN}\n{ONE_CHILD}\nC2,2016-05-04"}, (["C1"], ["H1"], {("children.csv", 3)})),
    "half a row of homes": (
        {"homes": f"{HOMES},approved_to\n{ONE_HOME},2027-01-01\nH2,foster,in_house,3,2"},
        (["C1"], ["H1"], {("homes.csv", 3)}),
    ),
    "a short row": ({"homes": f"{HOMES},approved_to\n{ONE_HOME}\n"}, EVERYBODY),
    "a long row": (
        {"homes": f"{HOMES}\n{ONE_HOME},extra\nH2,foster,in_house,3,2\n"},
        (["C1"], ["H2"], {("homes.csv", 2)}),
    ),
    "a long row in residents takes its home": (
        {"residents": "home_id,resident_id,status\nH1,R1,fostered,x\n"},
        (["C1"], [], {("residents.csv", 2), ("homes.csv", 2)}),
    ),
    "a long row in siblings takes its family": (
        {"siblings": "child_a,child_b,plan,reason\nC1,C2,apart,no, never\n"},
        ([], ["H1"], {("siblings.csv", 2), ("children.csv", 2)}),
    ),
    "a long row in separations takes its child": (
        {"separations": "person_a,person_b\nC1,R9,x\n"},
        ([], ["H1"], {("separations.csv", 2), ("children.csv", 2)}),
    ),
    "a long row in zones takes its child": (
        {"zones": "child_id,easting,northing,radius_miles\nC1,380,000,390000,1\n"},
        ([], ["H1"], {("zones.csv", 2), ("children.csv", 2)}),
    ),
    "a long row in links takes its child": (
        {"links": "child_id,home_id,link\nC1,H1,kin,x\n"},
        ([], ["H1"], {("links.csv", 2), ("children.csv", 2)}),
    ),
    "a cell too long": (
        {"children": [child(views="x" * 32_768), child("C2", views="x" * 32_767)]},
        (["C2"], ["H1"], {("children.csv", 2)}),
    ),
    "a cell without end": (
        {"children": f'{CHILDREN},views\n{ONE_CHILD},"{"x" * 200_000}"\nC2,2016-05-04,foster,2026-10-01,y\n'},
        (["C2"], ["H1"], {("children.csv", 2)}),
    ),
    "mixed encodings": (
        {"children": csv_text([child(religion="é")]).encode() + b"C2,2016-05-04,foster,2026-10-01,\xe9\r\n"},
        (["C1", "C2"], ["H1"], set()),
    ),
    "a byte that is in no encoding, in an id": (
        {"children": f"{CHILDREN}\n{ONE_CHILD}\nC\x81,2016-05-04,foster,2026-10-01\n".encode("latin-1")},
        (["C1"], ["H1"], {("children.csv", 3)}),
    ),
    "31 February": (
        {"children": [child(date_of_birth="31/02/2016"), child("C2")]},
        (["C2"], ["H1"], {("children.csv", 2)}),
    ),
    "an Excel serial date": (
        {"homes": [home(), home("H2", approved_to="46000")]},
        (["C1"], ["H1"], {("homes.csv", 3)}),
    ),
    "negative places": ({"homes": [home(), home("H2", approved_places="-1")]}, (["C1"], ["H1"], {("homes.csv", 3)})),
    "digits of another script": ({"homes": [home(), home("H2", vacancies="２")]}, (["C1"], ["H1"], {("homes.csv", 3)})),
    "ids with spaces around": ({"children": [child(" C1 ")], "homes": [home("\tH1")]}, EVERYBODY),
    "ids that differ by a space": ({"children": [child("C1"), child("C 1")]}, (["C 1", "C1"], ["H1"], set())),
    "formulas": (
        {"children": [child(), child("=1+1")], "homes": [home(), home("H2", approved_to="=TODAY()")]},
        (["C1"], ["H1"], {("children.csv", 3), ("homes.csv", 3)}),
    ),
    "spreadsheet errors": (
        {"homes": [home(), home("H2", smoker="#REF!"), home("#N/A")]},
        (["C1"], ["H1"], {("homes.csv", 3), ("homes.csv", 4)}),
    ),
    "an id without end": (
        {"children": [child(), child("C" * 101), child("D" * 100)]},
        (["C1", "D" * 100], ["H1"], {("children.csv", 3)}),
    ),
    "one family half spoilt": (
        {"children": [child("C1", family_id="F"), child("C2", family_id="F", sex="male?"), child("C3")]},
        (["C3"], ["H1"], {("children.csv", 2), ("children.csv", 3)}),
    ),
    "the same child twice, differing": (
        {"children": [child("C1"), child("C1", sex="F"), child("C2")]},
        (["C2"], ["H1"], {("children.csv", 2), ("children.csv", 3)}),
    ),
    "the same home twice, differing": (
        {"homes": [home("H1"), home("H1", vacancies="1"), home("H2")]},
        (["C1"], ["H2"], {("homes.csv", 2), ("homes.csv", 3)}),
    ),
    "line ends of an old Mac": ({"children": f"{CHILDREN}\r{ONE_CHILD}\r"}, EVERYBODY),
    "blank rows between": ({"children": f"\n{CHILDREN}\n\n,,,\n{ONE_CHILD}\n\n"}, EVERYBODY),
    "a column without a heading": (
        {"children": "child_id,,date_of_birth,routes,referred_on\nC1,x,2016-05-04,foster,2026-10-01\n"},
        EVERYBODY,
    ),
    "unknown columns, one of them twice": ({"homes": f"{HOMES},Team,Team\n{ONE_HOME},a,b\n"}, EVERYBODY),
    "a resident of nowhere": (
        {"residents": [made("residents", home_id="H9")]},
        (["C1"], ["H1"], {("residents.csv", 2)}),
    ),
    "a cell of one quotation mark": (
        {"children": f'{CHILDREN},views\n{ONE_CHILD},"\n'.replace(',"\n', ',""""\n')},
        EVERYBODY,
    ),
    "an override of direction in an id": (
        {"children": [child(), child("C\u202e2")]},
        (["C1"], ["H1"], {("children.csv", 3)}),
    ),
}


@pytest.mark.parametrize("case", SPOILT)
def test_spoilt_but_usable(tmp_path: Path, case: str) -> None:
    """What stands is used, what does not is left out with a finding, and nothing else happens."""
    files, (children, homes, out) = SPOILT[case]
    records = from_folder(tmp_path, **files)
    assert ids(records) == (children, homes)
    assert left_out(records) == out
    assert records.rows_left_out == len(out)
    if case not in {"line ends of an old Mac", "blank rows between", "a cell of one quotation mark"} and (
        case != "headings only, everywhere"
    ):
        assert records.findings
    assert len(findings_frame(records.findings)) == len(records.findings)


def test_an_excel_serial_in_a_workbook(tmp_path: Path) -> None:
    """A number under a date heading is said with its day; a real date is read."""
    book = tmp_path / "r.xlsx"
    heads = [*HOMES.split(","), "approved_to"]
    book.write_bytes(workbook({**SHEETS, "homes": [heads, ["H1", "foster", "in_house", 3, 2.0, 46500]]}))
    records = check(read(book), DAY)
    assert left_out(records) == {("r.xlsx: homes", 2)}
    assert "2027-04-23" in found(records, "approved_to")[0].message


def test_errors_in_a_workbook_are_not_blank(tmp_path: Path) -> None:
    """An approval date that gives an error leaves the home out; blank would have meant no limit."""
    heads = [*HOMES.split(","), "approved_to"]

    def spoil(book: Any) -> None:
        book.worksheets()[1].write_formula("F2", "=1/0", None, "#DIV/0!")

    book = tmp_path / "r.xlsx"
    book.write_bytes(workbook({**SHEETS, "homes": [heads, ["H1", "foster", "in_house", 3, 2]]}, spoil))
    assert ids(check(read(book), DAY))[1] == []


# Anything at all

NAMES = list(FILES)
REQUIRED_ALONE = {name: ",".join(FILES[name].required_columns) for name in NAMES}
IDS = st.sampled_from(
    ["C1", "C2", "c1", "C3", "R1", "R2", "H1", "H2", "h1", " C1", "F1", "F2", "", "?", "\x00", "X" * 101]
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "", "foster", "adoption", "in_house", "together", "apart", "undecided", "fostered", "own_child", "barred",
            "kin", "current_carer", "Y", "N", "M", "solo", "2016-05-04", "04/05/2016", "31/02/2016", "2008-11-02",
            "45123", "0", "1", "3", "-1", "2.0", "380000", "390000", "C1;C2", ";", "#N/A", "=1", "long_term", "x,y",
            'a"b', "a\nb", "\u200b", "\x00", "autism;juggling", "M33 7AA", "E08000009", "🦊", "ß", "İ", "ﬁ",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip


@st.composite
def _rows(draw: st.DrawFn, name: str) -> list[dict[str, str]]:
    """Rows of one file: mostly ordinary, so that they reach the later checks, with cells spoilt here and there."""
    columns = [column.name for column in FILES[name].columns]
    identities = [column.name for column in FILES[name].columns if column.is_id]
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        row = made(name)
        for column in identities:
            if draw(st.booleans()):
                row[column] = draw(IDS)
        for column in draw(st.lists(st.sampled_from(columns), max_size=2)):
            row[column] = draw(CELLS)
        rows.append(row)
    return rows


@st.composite
def _any_tables(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    return {name: draw(_rows(name)) for name in NAMES}


def _keys(records: Records) -> dict[str, set[Any]]:
    """What is in the round, by what its rows are known by, with capitals and spaces taken away."""
    return {
        "children": {loose(c.child_id) for c in records.children},
        "homes": {loose(h.home_id) for h in records.homes},
        "siblings": {frozenset((loose(s.child_a), loose(s.child_b))) for s in records.siblings},
        "separations": {frozenset((loose(s.person_a), loose(s.person_b))) for s in records.separations},
        "residents": {(loose(r.home_id), loose(r.resident_id)) for r in records.residents},
        "links": {(loose(x.child_id), loose(x.home_id)) for x in records.links},
        "zones": {loose(z.child_id) for z in records.zones},
        "enquiries": {loose(one.home_id) for one in records.enquiries},
    }


def _key(name: str, row: dict[str, str]) -> Any:
    said = {column: loose(text) for column, text in row.items()}
    match name:
        case "children" | "zones":
            return said["child_id"]
        case "homes" | "enquiries":
            return said["home_id"]
        case "siblings":
            return frozenset((said["child_a"], said["child_b"]))
        case "separations":
            return frozenset((said["person_a"], said["person_b"]))
        case "residents":
            return said["home_id"], said["resident_id"]
        case _:
            return said["child_id"], said["home_id"]


def _nothing_is_lost(given_tables: Tables, records: Records) -> None:
    out = left_out(records)
    kept = _keys(records)
    for name, table in given_tables.tables.items():
        for number, row in table.frame.to_dict("index").items():
            if (table.label, number) not in out:
                assert _key(name, {str(k): str(v) for k, v in row.items()}) in kept[name], (name, number)
    assert records.rows_left_out == len(out)
    families = {c.family_id for c in records.children if c.family_id is not None}
    for number, row in given_tables.tables["children"].frame.to_dict("index").items():
        if ("children.csv", number) in out:
            assert str(row.get("family_id", "")).strip() not in families


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_any_tables())
def test_no_row_is_lost_unsaid(rows: dict[str, list[dict[str, str]]]) -> None:
    """Every row is in the round or has a finding that leaves it out, and no family is there in part."""
    whole = tables(**rows)
    records = check(whole, DAY)
    _nothing_is_lost(whole, records)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_any_tables())
def test_what_is_in_the_round_fits_together(rows: dict[str, list[dict[str, str]]]) -> None:
    """Whoever is named by a resident, a link, a zone or a sibling row is in the round; ids are there once."""
    records = check(tables(**rows), DAY)
    children = [c.child_id for c in records.children]
    homes = [h.home_id for h in records.homes]
    people = {*children, *(r.resident_id for r in records.residents)}
    assert children == sorted(set(children))
    assert homes == sorted(set(homes))
    assert {r.home_id for r in records.residents} <= set(homes)
    assert {x.child_id for x in records.links} <= set(children)
    assert {x.home_id for x in records.links} <= set(homes)
    assert {z.child_id for z in records.zones} <= set(children)
    assert all(s.child_a < s.child_b for s in records.siblings)
    assert {p for s in records.siblings for p in (s.child_a, s.child_b)} <= people
    assert all(f.severity in Severity for f in records.findings)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    name=st.sampled_from(NAMES),
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.tuples(st.sampled_from(NAMES), st.binary(max_size=200)).map(
            lambda pair: REQUIRED_ALONE[pair[0]].encode() + b"\n" + pair[1]
        ),
    ),
)
def test_any_bytes_at_all(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever a file holds, there are records in which no row is lost, or one clear error."""
    folder = write_folder(tmp_path)
    (folder / f"{name}.csv").write_bytes(data)
    whole = _read_or_refuse(folder)
    (folder / f"{name}.csv").unlink()
    if whole is not None:
        _nothing_is_lost(whole, check(whole, DAY))


def _read_or_refuse(path: Path) -> Tables | None:
    """What `read` gives, None where it refuses with its own error; any other error is a failure."""
    try:
        return read(path)
    except Unusable:
        return None


_BOOK = workbook(SHEETS)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
def test_any_damage_to_a_workbook(tmp_path: Path, blows: list[tuple[int, int]], inside: bool) -> None:
    """Bytes changed anywhere in a workbook, packed or unpacked, give records or one clear error."""

    def damage(content: bytes) -> bytes:
        spoilt = bytearray(content)
        for place, byte in blows:
            spoilt[place % len(spoilt)] = byte
        return bytes(spoilt)

    parts = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
    data = with_part(parts[blows[0][0] % len(parts)], damage) if inside else damage(_BOOK)
    book = tmp_path / "r.xlsx"
    book.write_bytes(data)
    whole = _read_or_refuse(book)
    if whole is not None:
        records = check(whole, DAY)
        assert records.rows_left_out == len(left_out(records))


def test_a_misshapen_row_is_not_judged_cell_by_cell() -> None:
    """A row whose cells stand in the wrong columns has one finding, about its shape."""
    frame = tables(homes=[home(on_hold="?")]).tables["homes"].frame
    spoilt = Tables(
        {"children": tables().tables["children"], "homes": Table("homes", "homes.csv", frame, {2: "Broken."})}
    )
    assert [f.message for f in check(spoilt, DAY).findings if f.row == 2] == ["Broken."]
