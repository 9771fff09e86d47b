"""Small records folders for tests: ordinary rows, so that each case states only what matters."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pandas as pd

from records.check import check
from records.columns import FILES
from records.model import Finding, Records, Severity
from records.sources.folder import read
from records.tables import Tables

DAY = date(2026, 11, 2)

Row = dict[str, str]

ORDINARY: dict[str, Row] = {
    "children": {
        "child_id": "C1",
        "date_of_birth": "2016-05-04",
        "routes": "foster",
        "referred_on": "2026-10-01",
    },
    "homes": {
        "home_id": "H1",
        "kind": "foster",
        "provider": "in_house",
        "approved_from": "2020-01-01",
        "approved_places": "3",
        "vacancies": "2",
    },
    "siblings": {"child_a": "C1", "child_b": "C2", "plan": "together"},
    "separations": {"person_a": "C1", "person_b": "C2"},
    "residents": {"home_id": "H1", "resident_id": "R1", "status": "own_child"},
    "links": {"child_id": "C1", "home_id": "H1", "link": "kin"},
    "zones": {"child_id": "C1", "easting": "380000", "northing": "390000", "radius_miles": "2"},
    "enquiries": {"home_id": "H1", "asked_on": "2026-10-26", "answer": "accepts"},
}
"""One row of each file with its required cells filled."""


def child(child_id: str = "C1", **cells: str) -> Row:
    """One child of ten who may be fostered."""
    return {**ORDINARY["children"], "child_id": child_id, **cells}


def home(home_id: str = "H1", **cells: str) -> Row:
    """One foster home with two of three places free."""
    return {**ORDINARY["homes"], "home_id": home_id, **cells}


def made(name: str, **cells: str) -> Row:
    """One ordinary row of any file."""
    return {**ORDINARY[name], **cells}


def tables(**rows: list[Row]) -> Tables:
    """Tables in memory; without children or homes there is one ordinary row of each."""
    filled = {"children": [child()], "homes": [home()], **rows}
    frames = {}
    for name, listed in filled.items():
        columns = list(dict.fromkeys([*FILES[name].required_columns, *(key for row in listed for key in row)]))
        frames[name] = pd.DataFrame([[row.get(c, "") for c in columns] for row in listed], columns=columns, dtype="str")
    return Tables.of(frames)


def checked(**rows: list[Row]) -> Records:
    """The records that tables of these rows make."""
    return check(tables(**rows), DAY)


def csv_text(rows: list[Row], columns: list[str] | None = None, delimiter: str = ",") -> str:
    """Rows as CSV text with a heading row."""
    names = columns or list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_folder(folder: Path, **rows: list[Row] | str | bytes) -> Path:
    """A folder of CSV files; text and bytes are written as they stand."""
    filled: dict[str, list[Row] | str | bytes] = {"children": [child()], "homes": [home()], **rows}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in filled.items():
        if isinstance(content, list):
            content = csv_text(content)
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def from_folder(folder: Path, **rows: list[Row] | str | bytes) -> Records:
    """The records that a folder of these files makes."""
    return check(read(write_folder(folder, **rows)), DAY)


def ids(records: Records) -> tuple[list[str], list[str]]:
    """Ids of the children and of the homes in the round."""
    return [c.child_id for c in records.children], [h.home_id for h in records.homes]


def found(records: Records, column: str | None = None, severity: Severity | None = None) -> list[Finding]:
    """Findings about a column, or of a severity, or both."""
    return [
        f
        for f in records.findings
        if (column is None or f.column == column) and (severity is None or f.severity is severity)
    ]


def left_out(records: Records) -> set[tuple[str, int | None]]:
    """File and row of everything that is left out."""
    return {(f.file, f.row) for f in found(records, severity=Severity.LEFT_OUT)}
