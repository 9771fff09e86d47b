"""Delimited text, as spreadsheets and case systems save it, into a table of text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import pandas as pd

from records.columns import File
from records.model import Finding, Severity
from records.sources.headings import SCANNED, plain, read_headings, settle_heading_row
from records.sources.limits import Limits
from records.tables import Table, Unusable

_WHOLE_FILE = "*"
_SIGNATURES = (
    (b"PK\x03\x04", "a workbook or zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed archive"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "Save the table as “CSV UTF-8 (comma delimited)” and give that file."
_STRAY_MARK = "A quotation mark stands in the middle of a cell, so cells may be in the wrong column."
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_LINE = re.compile(r"[^\r\n]+")
_QUOTES = "Put the whole cell in quotation marks, and double every quotation mark inside it."


def read_delimited(file: File, label: str, data: bytes, limits: Limits) -> tuple[Table, list[Finding]]:
    """Read one CSV file into a table of text, with what was noted; `Unusable` where it is no table at all."""
    text, findings = _decode(label, data)
    dialect = _dialect(file, label, text, limits)
    findings.extend(dialect.findings)
    records = (r for r in _records(label, text, dialect, limits) if r.trouble or any(map(str.strip, r.cells)))
    first = list(islice(records, SCANNED))
    at = _heading_row(file, label, first, limits, findings)
    headings = read_headings(file, label, first[at].number, first[at].cells, limits.columns)
    findings.extend(headings.findings)
    width = headings.positions[-1] + 1
    nameless = set(range(width)) - set(headings.positions)
    numbers: list[int] = []
    kept: list[list[str]] = []
    misshapen: dict[int, str] = {}
    short: Finding | None = None
    for record in chain(first[at + 1 :], records):
        cells, trouble = record.cells, record.trouble
        trouble = trouble or _shape(cells, width, limits)
        if short is not None:
            findings.append(short)
        short = _short(label, record.number, len(cells), width) if len(cells) < width and not trouble else None
        if trouble:
            misshapen[record.number] = trouble
        numbers.append(record.number)
        kept.append([cells[p] if p < len(cells) else "" for p in headings.positions])
        nameless -= _note_nameless(label, record, nameless, findings)
        if len(numbers) > limits.rows:
            raise Unusable(label, f"There are more than {limits.rows:,} rows.", "Give only this round's rows.")
    if short is not None:
        if text.endswith(("\n", "\r")):
            findings.append(short)
        else:
            misshapen[numbers[-1]] = "The file ends in the middle of this row: it seems to have been cut short."
    return Table(file.name, label, frame_of(headings.names, numbers, kept), misshapen), findings


def _heading_row(file: File, label: str, first: list[_Record], limits: Limits, findings: list[Finding]) -> int:
    if not first:
        raise Unusable(label, "The file is empty: it has no heading row.", heading_mend(file))
    at, found = settle_heading_row(file, label, [(r.number, r.cells) for r in first], limits.columns)
    if first[at].trouble:
        raise Unusable(f"{label}, row {first[at].number}", first[at].trouble, _QUOTES)
    findings.extend(found)
    return at


def frame_of(names: Sequence[str], numbers: list[int], rows: list[list[str]]) -> pd.DataFrame:
    """Make a frame of text, indexed by the row numbers a person sees."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pd.DataFrame(
        {name: pd.array(column, dtype="str") for name, column in zip(names, columns, strict=True)},
        index=pd.Index(numbers, dtype="int64"),
    )


def heading_mend(file: File) -> str:
    """Say which headings a file must have."""
    return f"Give at least a first row with the headings {', '.join(file.required_columns)}."


def _decode(label: str, data: bytes) -> tuple[str, list[Finding]]:
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise Unusable(label, f"This is {what}, not a CSV file, whatever its name says.", _SAVE_AS)
    if data.startswith(_UTF16):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            raise Unusable(label, "The text is marked as UTF-16 but is not.", _SAVE_AS) from None
    # A nought here and there spoils its own cell; many are another encoding, or no text at all.
    if data[:4096].count(0) * 10 > len(data[:4096]):
        raise Unusable(label, "This is not a text file.", _SAVE_AS)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _decode_by_line(label, data)


def _decode_by_line(label: str, data: bytes) -> tuple[str, list[Finding]]:
    """Read each line as UTF-8 where it is, else as Windows-1252; a file pasted together may hold both."""
    lines: list[str] = []
    utf8 = cp1252 = 0
    for line in data.split(b"\n"):
        if line.isascii():
            lines.append(line.decode("ascii"))
            continue
        try:
            lines.append(line.decode("utf-8"))
            utf8 += 1
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
            cp1252 += 1
    if utf8:
        message = f"The file mixes two encodings: {utf8:,} lines are UTF-8 and {cp1252:,} Windows-1252."
        meaning = "Each line is read in the encoding that fits it; accented letters may be wrong."
    else:
        message = "The file is not UTF-8; it is read as Windows-1252."
        meaning = "Plain letters are read as they stand; accented letters should be looked at."
    return "\n".join(lines), [Finding(label, None, _WHOLE_FILE, "", Severity.NOTE, message, meaning, _SAVE_AS)]


@dataclass(frozen=True, slots=True)
class _Dialect:
    delimiter: str
    skip: bool
    """Whether the first row is Excel's `sep=` and not the heading row."""
    findings: tuple[Finding, ...] = ()


def _dialect(file: File, label: str, text: str, limits: Limits) -> _Dialect:
    first = _LINE.match(text)
    if first and len(first[0]) == 5 and first[0].lower().startswith("sep=") and first[0][4] in _DELIMITERS:
        return _Dialect(first[0][4], skip=True)
    # A title may stand above the headings, so the first line need not hold them.
    lines = (found[0] for found in _LINE.finditer(text) if not found[0].isspace())
    for at, line in enumerate(islice(lines, SCANNED)):
        for delimiter, called in _DELIMITERS.items():
            if (count := line.count(delimiter)) > limits.columns * 10:
                if at == 0:
                    raise Unusable(
                        label,
                        f"The heading row has {count + 1:,} columns; at most {limits.columns} are read.",
                        "Give only the columns that are needed, with the headings in the first row.",
                    )
                continue
            written = {plain(cell.strip().strip('"')) for cell in line.split(delimiter)}
            if written.issuperset(file.required_columns):
                return _Dialect(delimiter, skip=False, findings=_separated(label, delimiter, called))
    return _Dialect(",", skip=False)


def _separated(label: str, delimiter: str, called: str) -> tuple[Finding, ...]:
    if delimiter == ",":
        return ()
    return (
        Finding(
            label,
            None,
            _WHOLE_FILE,
            "",
            Severity.NOTE,
            f"The cells are separated by {called}, not commas.",
            f"The file is read as separated by {called}.",
            _SAVE_AS,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    cells: list[str]
    trouble: str = ""


def _records(label: str, text: str, dialect: _Dialect, limits: Limits) -> Iterator[_Record]:
    """Yield each row with its number in a spreadsheet: a line end inside quotation marks starts no new row."""
    lines = _Lines(label, text, dialect.delimiter, limits)
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
    number = 0
    while True:
        number += 1
        lines.taken = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A stray mark on one line spoils that row alone; one that may have swallowed rows spoils the file.
            if lines.taken != 1 or lines.last.count('"') % 2:
                raise Unusable(
                    f"{label}, row {number}",
                    "A quotation mark is not closed, so nobody can tell where this row ends.",
                    _QUOTES,
                ) from None
            cells = lines.last.split(dialect.delimiter)
            yield _Record(number, cells, too_long(cells, limits) or _STRAY_MARK)
            continue
        if number > 1 or not dialect.skip:
            yield _Record(number, cells)


class _Lines:
    """The lines of a text, counted as they are taken."""

    def __init__(self, label: str, text: str, delimiter: str, limits: Limits) -> None:
        self._lines = io.StringIO(text, newline="")
        self._label = label
        self._delimiter = delimiter
        self._most = limits.columns * 200
        self.taken = 0
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.taken += 1
        if self.last.count(self._delimiter) > self._most:
            raise Unusable(self._label, f"A row has more than {self._most:,} cells.", "Give one row for each record.")
        return self.last


def _shape(cells: list[str], width: int, limits: Limits) -> str:
    if any(cell.strip() for cell in cells[width:]):
        return f"The row has {len(cells)} cells, the heading row {width}, so cells may be in the wrong column."
    return too_long(cells, limits)


def too_long(cells: Sequence[str], limits: Limits) -> str:
    """Say whether a row holds a cell longer than a spreadsheet can hold."""
    longest = max(map(len, cells), default=0)
    if longest <= limits.cell_characters:
        return ""
    return f"A cell holds {longest:,} characters; at most {limits.cell_characters:,} are read."


def _short(label: str, number: int, cells: int, width: int) -> Finding:
    return Finding(
        label,
        number,
        _WHOLE_FILE,
        "",
        Severity.MENDED,
        f"The row has {cells} cells, the heading row {width}.",
        "The missing cells count as blank, that is: not recorded.",
        "Check that nothing was lost at the end of the row, and save the table again.",
    )


def _note_nameless(label: str, record: _Record, nameless: set[int], findings: list[Finding]) -> set[int]:
    """Note each column without a heading once, when its first filled cell is met."""
    filled = {p for p in nameless if p < len(record.cells) and record.cells[p].strip()}
    findings.extend(nameless_column(label, record.number, position) for position in sorted(filled))
    return filled


def nameless_column(label: str, number: int, position: int) -> Finding:
    """Say that a column has cells but no heading."""
    return Finding(
        label,
        number,
        f"column {position + 1}",
        "",
        Severity.NOTE,
        f"Column {position + 1} has no heading.",
        "Nothing in it is used.",
        "Give the column a heading, or delete it.",
    )
