"""One table of text into columns of values, with a finding for every doubtful cell."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from records.cells import MARKS, Outcome, garbled, screen, shown, spaced, straight
from records.columns import FILES, Column, Effect, File
from records.model import (
    Child,
    Enquiry,
    Finding,
    Home,
    Link,
    Resident,
    Separation,
    Severity,
    SiblingRow,
    Zone,
)
from records.tables import Table, Tables

WHOLE_ROW = "*"
"""What a finding gives as its column when it is about the row."""


@dataclass(slots=True)
class Desk:
    """Where findings are collected."""

    findings: list[Finding] = field(default_factory=list)

    def put(self, finding: Finding) -> None:
        """Add one finding."""
        self.findings.append(finding)

    def sorted(self) -> tuple[Finding, ...]:
        """Every finding, by file, row, column and message, each once."""
        return tuple(
            sorted(
                set(self.findings),
                key=lambda f: (f.file, f.row or 0, f.column, f.message, f.value, f.severity, f.meaning, f.mend),
            )
        )

    def rows_left_out(self) -> int:
        """How many rows are not used: each counts once, whatever the number of reasons."""
        return len({(f.file, f.row) for f in self.findings if f.severity is Severity.LEFT_OUT})


@dataclass(slots=True)
class Sheet:
    """One table as columns of values; position i of every list is one row."""

    file: File
    label: str
    numbers: list[int]
    """Row numbers as a person sees them in Excel."""
    cells: dict[str, list[Any]]
    """What each column says, read; None or empty where not recorded."""
    texts: dict[str, list[str]]
    """The trimmed text of each known column that is there."""
    lost: list[bool]
    """Rows that are not used for what they say themselves; each has a finding."""
    misshapen: list[bool]
    """Rows whose cells may stand in the wrong column."""
    twins: dict[int, int]
    """Rows that say again what an earlier row says, each with that row."""
    desk: Desk

    def __len__(self) -> int:
        return len(self.numbers)

    def usable(self) -> list[int]:
        """Positions of rows that are neither lost nor said twice."""
        return [i for i in range(len(self)) if not self.lost[i] and i not in self.twins]

    def text(self, row: int, column: str) -> str:
        """The trimmed text of a cell; blank where the column is not there."""
        texts = self.texts.get(column)
        return texts[row] if texts is not None else ""

    def say(
        self, row: int, column: str, severity: Severity, message: str, meaning: str, mend: str, value: str | None = None
    ) -> None:
        """Put a finding about a cell, showing its text unless `value` says otherwise."""
        if value is None:
            value = shown(self.text(row, column))
        self.desk.put(Finding(self.label, self.numbers[row], column, value, severity, message, meaning, mend))

    def note(self, row: int, column: str, message: str, meaning: str, mend: str) -> None:
        """Say that somebody should look; the row is used as it stands."""
        self.say(row, column, Severity.NOTE, message, meaning, mend)

    def mend(self, row: int, column: str, message: str, meaning: str, mend: str) -> None:
        """Say that a cell is read in another way than it stands."""
        self.say(row, column, Severity.MENDED, message, meaning, mend)

    def leave_out(self, row: int, column: str, message: str, mend: str, meaning: str | None = None) -> None:
        """Say that a row is not used, and mark it so."""
        self.lost[row] = True
        self.say(row, column, Severity.LEFT_OUT, message, self.file.row_out if meaning is None else meaning, mend)


def read_sheet(tables: Tables, name: str, desk: Desk) -> Sheet:
    """Turn one table's text into values; a table that is not there has no rows."""
    file = FILES[name]
    table = tables.tables.get(name)
    if table is None:
        table = Table(name, f"{name}.csv", pd.DataFrame())
    frame = table.frame
    count = len(frame)
    numbers = [int(number) for number in frame.index]
    sheet = Sheet(
        file=file,
        label=table.label,
        numbers=numbers,
        cells={},
        texts={},
        lost=[False] * count,
        misshapen=[number in table.misshapen for number in numbers],
        twins={},
        desk=desk,
    )
    for row, number in enumerate(numbers):
        if sheet.misshapen[row]:
            sheet.leave_out(row, WHOLE_ROW, table.misshapen[number], "Mend the row and save the table again.")
    for column in file.columns:
        if column.name in frame.columns:
            _read_column(sheet, column, frame[column.name].tolist())
        else:
            sheet.cells[column.name] = [column.default] * count
    return sheet


_Read = tuple[Any, str, tuple[Outcome, ...]]


def _read_column(sheet: Sheet, column: Column, written: Sequence[str]) -> None:
    """Read a column; each distinct text is read once, since columns repeat themselves."""
    known: dict[str, _Read] = {}
    values: list[Any] = []
    texts: list[str] = []
    for row, raw in enumerate(written):
        read = known.get(raw)
        if read is None:
            read = known[raw] = _read_cell(column, raw)
        value, text, doubts = read
        values.append(value)
        texts.append(text)
        if doubts and not sheet.misshapen[row]:
            for doubt in doubts:
                _report(sheet, column, row, text, doubt)
    sheet.cells[column.name] = values
    sheet.texts[column.name] = texts


def _read_cell(column: Column, raw: str) -> _Read:
    # Ends are trimmed of whatever counts as a space; a mark of the workbook's is never somebody's words.
    text = raw.strip() if column.free else spaced(raw.strip())
    if not text:
        if column.required:
            return column.default, text, (garbled(f"{column.name} must be filled.", "Fill the cell."),)
        return column.default, text, ()
    screened = screen(text) if not column.free or text.startswith(MARKS) else None
    outcome = screened if screened is not None else column.read(text)
    doubts = [outcome] if outcome.severity is not None else []
    if column.is_id and text != raw.strip() and not outcome.garbled:
        doubts.append(
            Outcome(
                outcome.value,
                Severity.MENDED,
                "There is a space in the id that does not break a line; it is read as an ordinary one.",
                "Type the space again, or take it away.",
            )
        )
    elif column.is_id and text != raw and not outcome.garbled:
        doubts.append(
            Outcome(
                outcome.value,
                Severity.NOTE,
                "There are spaces around the id; they are not part of it.",
                "Take the spaces away.",
            )
        )
    if column.required and outcome.value == () and not outcome.garbled:
        outcome = garbled(f"{column.name} must be filled; there is nothing in this list.", "Fill the cell.")
        doubts = [outcome]
    value = column.default if outcome.garbled else outcome.value
    return value, text, tuple(doubts)


def _report(sheet: Sheet, column: Column, row: int, text: str, doubt: Outcome) -> None:
    value = "" if column.free else shown(text)
    if not doubt.garbled:
        meaning = "The row is used."
        severity = doubt.severity or Severity.NOTE
    else:
        meaning = sheet.file.meaning(column)
        if column.unreadable is Effect.ROW_OUT:
            severity = Severity.LEFT_OUT
            sheet.lost[row] = True
        else:
            severity = Severity.MENDED
    sheet.say(row, column.name, severity, doubt.message, meaning, doubt.mend, value)


def settle_duplicates(sheet: Sheet, key: Sequence[str], differing: str, mend: str) -> list[list[int]]:
    """Keep one of rows that are alike in every known column; leave out rows of one key that differ.

    Gives the groups of positions that differ. `differing` says so in words.
    """
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, ids in enumerate(zip(*(sheet.cells[name] for name in key), strict=True)):
        if all(part is not None for part in ids):
            groups[ids].append(row)
    differ: list[list[int]] = []
    for rows in groups.values():
        if len(rows) == 1:
            continue
        said = {row: tuple(texts[row] for texts in sheet.texts.values()) for row in rows}
        others = ", ".join(str(sheet.numbers[row]) for row in rows)
        alike = len(set(said.values())) == 1
        if alike and all(sheet.lost[row] for row in rows):
            continue
        if alike and not any(sheet.lost[row] for row in rows):
            for row in rows[1:]:
                sheet.twins[row] = rows[0]
                sheet.note(
                    row, key[-1], f"Rows {others} are the same.", "The row counts once.", "Delete the second row."
                )
        else:
            differ.append(rows)
            for row in rows:
                sheet.leave_out(row, key[-1], f"{differing} Rows {others} differ.", mend)
    return differ


def leave_out_twins(sheet: Sheet) -> None:
    """Leave out a row that says again what a row says that is left out."""
    for row, first in sheet.twins.items():
        if sheet.lost[first]:
            sheet.leave_out(
                row,
                WHOLE_ROW,
                f"Row {sheet.numbers[first]} says the same, and is left out.",
                f"Mend row {sheet.numbers[first]}, and delete this one.",
            )


def loose(identity: str) -> str:
    """Bring an id to a form in which capitals, spaces, kinds of dash and noughts that Excel drops do not matter."""
    plain = straight(re.sub(r"\s+", "", unicodedata.normalize("NFKC", identity))).casefold()
    return plain.lstrip("0") or "0" if re.fullmatch("[0-9]+", plain) else plain


def note_alike(columns: Iterable[tuple[Sheet, str]], what: str, meaning: str) -> None:
    """Note ids that differ only by capitals or spaces, wherever they stand."""
    places = list(columns)
    written: defaultdict[str, set[str]] = defaultdict(set)
    for sheet, column in places:
        for value in set(sheet.cells[column]):
            if value is not None:
                written[loose(value)].add(value)
    alike = {key: sorted(values) for key, values in written.items() if len(values) > 1}
    if not alike:
        return
    for sheet, column in places:
        for row, value in enumerate(sheet.cells[column]):
            if value is not None and (others := alike.get(loose(value))):
                rest = ", ".join(f"“{shown(other)}”" for other in others if other != value)
                sheet.note(
                    row,
                    column,
                    f"This {what} differs from {rest} only by capitals or spaces.",
                    meaning,
                    "If they are one and the same, write them alike.",
                )


def arguments(sheet: Sheet, kind: type[Any], row: int) -> dict[str, Any]:
    """The cells of a row that are fields of `kind` under the same name."""
    return {name: sheet.cells[name][row] for name in _SHARED[kind]}


_SHARED: dict[type[Any], list[str]] = {
    kind: [f.name for f in fields(kind) if f.name in {column.name for column in FILES[name].columns}]
    for kind, name in (
        (Child, "children"),
        (Home, "homes"),
        (Resident, "residents"),
        (SiblingRow, "siblings"),
        (Separation, "separations"),
        (Link, "links"),
        (Zone, "zones"),
        (Enquiry, "enquiries"),
    )
}


def sort_key(made: Separation | Link | Zone | Enquiry) -> tuple[str, ...]:
    return tuple(str(getattr(made, f.name)) for f in fields(made))
