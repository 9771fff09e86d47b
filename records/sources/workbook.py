"""One .xlsx workbook, one sheet for each table, into tables of text.

calamine reads the cells. Before it does, every part is unpacked here within bounds and each sheet's XML is
walked once, because calamine holds the whole rectangle of a sheet in memory (one stray cell in the last
corner would exhaust the machine) and gives a cell with an error, or a formula never worked out, as blank:
and a blank approval date would mean "no limit".
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from records.cells import MERGED, UNCALCULATED, shown
from records.columns import FILES, File
from records.model import Finding, Severity
from records.sources.delimited import frame_of, heading_mend, nameless_column, too_long
from records.sources.headings import Headings, read_headings
from records.sources.limits import Limits
from records.tables import Table, Unusable

_SAVE_AGAIN = "Open the workbook in Excel and save it again as “Excel workbook (.xlsx)”."
_DAMAGED = "This is not a workbook that can be read: it is damaged, or not an .xlsx file."


def read_workbook(name: str, data: bytes, limits: Limits) -> tuple[dict[str, Table], list[Finding]]:
    """Read a workbook's sheets, by the contract's names, with what was noted; `Unusable` where it is none."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unusable(
            name,
            "This is an old Excel workbook (.xls), or one that is locked with a password.",
            "Take the password off, and save the workbook as “Excel workbook (.xlsx)”.",
        )
    parts = _unpack(name, data, limits)
    places = _sheet_parts(name, parts)
    chosen, findings = _choose(name, list(places))
    walked = {}
    for table, sheet in chosen.items():
        label = f"{name}: {table}"
        if places[sheet] not in parts:
            raise Unusable(label, _DAMAGED, _SAVE_AGAIN)
        walked[table] = _walk(label, parts[places[sheet]], limits)
    tables = {}
    book = _open(name, parts)
    for table, sheet in chosen.items():
        label = f"{name}: {table}"
        rows = _rows(label, book, sheet)
        tables[table] = _table(FILES[table], label, rows, walked[table], limits, findings)
    return tables, findings


_SPOILT_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    OverflowError,
)


def _unpack(name: str, data: bytes, limits: Limits) -> dict[str, bytes]:
    """Unpack the parts that hold cells, within bounds that are checked on what is declared first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > limits.parts:
                raise Unusable(name, f"The workbook has {len(members):,} parts; at most {limits.parts:,}.", _SAVE_AGAIN)
            unpacked = sum(member.file_size for member in members)
            if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(len(data), 1):
                raise Unusable(
                    name,
                    f"The workbook would unpack to {unpacked:,} bytes, {unpacked // max(len(data), 1):,} times "
                    f"its size; at most {limits.unpacked_bytes:,} bytes and {limits.ratio} times are read.",
                    "Give only this round's rows, without pictures and pivot tables.",
                )
            return {
                member.filename: archive.read(member)
                for member in members
                if member.filename.endswith((".xml", ".rels")) and not member.is_dir()
            }
    except _SPOILT_ARCHIVE as error:
        raise Unusable(name, _DAMAGED, _SAVE_AGAIN) from error
    except RuntimeError as error:  # zipfile has no other name for an encrypted member
        raise Unusable(name, "The workbook is locked with a password.", "Take the password off.") from error


def _sheet_parts(name: str, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Find the part that holds each sheet, by the sheet's own name."""
    if max(len(parts.get(part, b"")) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")) > (_LARGEST_INDEX):
        raise Unusable(name, _DAMAGED, _SAVE_AGAIN)
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        raise Unusable(name, _DAMAGED, _SAVE_AGAIN)
    targets = {
        relation.get("Id", ""): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
        for _, relation in _elements(name, parts["xl/_rels/workbook.xml.rels"])
    }
    places: dict[str, str] = {}
    for tag, attributes in _elements(name, parts["xl/workbook.xml"]):
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            places[attributes.get("name", "")] = targets.get(relation, "")
    return places


def _elements(name: str, data: bytes) -> list[tuple[str, dict[str, str]]]:
    """List the elements of a small part: tags without their namespace, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser(name)
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(" ")[2], attributes))
    _parse(name, parser, data)
    return found


def _parser(label: str) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise Unusable(label, "The workbook defines entities of its own, as no spreadsheet does.", _SAVE_AGAIN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.EntityDeclHandler = refuse
    return parser


def _parse(label: str, parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unusable(label, _DAMAGED, _SAVE_AGAIN) from error


def _choose(name: str, sheets: Sequence[str]) -> tuple[dict[str, str], list[Finding]]:
    chosen: dict[str, str] = {}
    findings: list[Finding] = []
    for sheet in sheets:
        table = sheet.strip().casefold().removesuffix(".csv")
        if table not in FILES:
            findings.append(
                Finding(
                    name,
                    None,
                    shown(sheet),
                    shown(sheet),
                    Severity.NOTE,
                    "This sheet is not one that is known here.",
                    "Nothing on it is used.",
                    f"If it should be used, name it one of: {', '.join(FILES)}.",
                )
            )
        elif table in chosen:
            raise Unusable(name, f"Two sheets are named {table}.", "Keep one of the two.")
        else:
            chosen[table] = sheet
    for file in FILES.values():
        if file.required and file.name not in chosen:
            raise Unusable(
                name,
                f"The sheet {file.name} is missing.",
                f"Name the sheet that holds them “{file.name}”; the sheets are now: "
                f"{', '.join(shown(sheet) for sheet in sheets[:20]) or 'none'}.",
            )
    return chosen, findings


@dataclass(slots=True)
class _Walked:
    """What a sheet's XML says beside its values. Rows and columns are counted from 0."""

    height: int = 0
    width: int = 0
    unreadable: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold an error, or a formula never worked out: what is shown in place of a value."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Top, left, bottom and right of each merged cell."""


_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LARGEST_INDEX = 10_000_000
"""Bytes of the part that lists the sheets."""
_MOST_MERGED = 1_000_000


class _SheetWalk:
    """Walks a sheet's XML for its extent, its error cells, formulas never worked out and merged cells."""

    def __init__(self, label: str, limits: Limits) -> None:
        self.found = _Walked()
        self._label = label
        self._limits = limits
        self._parser = _parser(label)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._row = -1
        self._column = -1
        self._in_cell = False
        self._type = ""
        self._formula = False
        self._value = False
        self._text: list[str] | None = None
        self._merged_cells = 0

    def walk(self, data: bytes) -> _Walked:
        _parse(self._label, self._parser, data)
        return self.found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._in_cell = True
            self._formula = self._value = False
            self._type = attributes.get("t", "")
            self._place(attributes.get("r"))
        elif name == "v" or name == "is":
            if self._in_cell:
                self._fill()
                if self._type == "e" or self._formula:
                    self._text = []
                    self._parser.CharacterDataHandler = self._text.append
        elif name == "f":
            self._formula = self._in_cell
            self._fill()
        elif name == "row":
            reference = attributes.get("r", "")
            self._row = int(reference) - 1 if reference.isascii() and reference.isdigit() else self._row + 1
            self._column = -1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "v" and self._text is not None:
            self._parser.CharacterDataHandler = None
            text = "".join(self._text).strip()
            self._text = None
            if self._type == "e":
                self.found.unreadable[self._row, self._column] = text or "#VALUE!"
            self._value = bool(text) or self._type == "str"
        elif name == "c":
            if self._formula and not self._value:
                self.found.unreadable[self._row, self._column] = UNCALCULATED
            self._in_cell = False

    def _place(self, reference: str | None) -> None:
        match = _REFERENCE.fullmatch(reference) if reference else None
        if match:
            self._row, self._column = int(match[2]) - 1, _column_number(match[1])
        else:
            self._row, self._column = max(self._row, 0), self._column + 1

    def _fill(self) -> None:
        found = self.found
        found.height = max(found.height, self._row + 1)
        found.width = max(found.width, self._column + 1)
        if found.width > self._limits.columns:
            raise Unusable(
                self._label,
                f"A cell stands in column {found.width:,}; at most {self._limits.columns} columns are read.",
                "Delete the columns that are not needed.",
            )
        if found.height > self._limits.rows + 1:
            raise Unusable(
                self._label,
                f"A cell stands in row {found.height:,}; at most {self._limits.rows:,} rows are read.",
                "Delete the rows that are not needed.",
            )
        if found.height * found.width > self._limits.sheet_cells:
            raise Unusable(
                self._label,
                f"The sheet spans {found.height:,} rows and {found.width:,} columns, too much to hold.",
                "Delete stray cells far below or to the right of the table.",
            )

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start is None or end is None:
            return
        top, bottom = int(start[2]) - 1, min(int(end[2]), self.found.height) - 1
        left, right = _column_number(start[1]), min(_column_number(end[1]) + 1, self.found.width) - 1
        self._merged_cells += max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if self._merged_cells > _MOST_MERGED:
            raise Unusable(self._label, "Most of the sheet is merged cells.", "Unmerge the cells.")
        self.found.merged.append((top, left, bottom, right))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _walk(label: str, data: bytes, limits: Limits) -> _Walked:
    return _SheetWalk(label, limits).walk(data)


def _open(name: str, parts: Mapping[str, bytes]) -> CalamineWorkbook:
    """Open the parts as they were unpacked here, so that what is read is what was measured."""
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part), content)
    clean.seek(0)
    return _guarded(name, lambda: CalamineWorkbook.from_filelike(clean))


_Given = TypeVar("_Given")


def _guarded(label: str, read: Callable[[], _Given]) -> _Given:
    """Run a call into calamine; whatever it cannot read makes the workbook unusable."""
    try:
        return read()
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise Unusable(label, _DAMAGED, _SAVE_AGAIN) from error
    except BaseException as error:
        # A panic inside calamine arrives as an exception that derives from BaseException alone.
        if type(error).__name__ == "PanicException":
            raise Unusable(label, _DAMAGED, _SAVE_AGAIN) from error
        raise


Cell = int | float | str | bool | time | date | datetime | timedelta


def text_of(value: Cell) -> str:
    """Say a cell's value as text: days in ISO form, whole numbers without `.0`, truth as Y or N."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _rows(label: str, book: CalamineWorkbook, sheet: str) -> list[list[Cell]]:
    return _guarded(label, lambda: list(book.get_sheet_by_name(sheet).iter_rows()))


def _table(
    file: File, label: str, rows: list[list[Cell]], walked: _Walked, limits: Limits, findings: list[Finding]
) -> Table:
    unreadable = dict(walked.unreadable)
    for top, left, bottom, right in walked.merged:
        if top < len(rows) and left < len(rows[top]) and text_of(rows[top][left]).strip():
            for row in range(top, bottom + 1):
                unreadable.update(((row, column), MERGED) for column in range(left, right + 1))
    headings: Headings | None = None
    nameless: set[int] = set()
    numbers: list[int] = []
    kept: list[list[str]] = []
    misshapen: dict[int, str] = {}
    spoilt_rows = {row for row, _ in unreadable}
    for index, values in enumerate(rows):
        cells = [value if isinstance(value, str) else text_of(value) for value in values]
        if headings is not None and index in spoilt_rows:
            cells = [unreadable.get((index, column), cell) for column, cell in enumerate(cells)]
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        number = index + 1
        if headings is None:
            headings = read_headings(file, label, number, cells, limits.columns)
            findings.extend(headings.findings)
            nameless = set(range(walked.width)) - set(headings.positions)
            continue
        if trouble := too_long(cells, limits):
            misshapen[number] = trouble
        numbers.append(number)
        kept.append([cells[p] if p < len(cells) else "" for p in headings.positions])
        filled = {p for p in nameless if p < len(cells) and cells[p].strip()}
        findings.extend(nameless_column(label, number, position) for position in sorted(filled))
        nameless -= filled
    if headings is None:
        raise Unusable(label, "The sheet is empty: it has no heading row.", heading_mend(file))
    return Table(file.name, label, frame_of(headings.names, numbers, kept), misshapen)
