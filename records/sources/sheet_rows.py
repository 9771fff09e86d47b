"""The cells of one sheet, as calamine gives them, into a table of text; what Excel hides or loses is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from records.cells import DATED, MERGED, ROUNDED, UNCALCULATED, shown
from records.columns import File
from records.model import Finding, Severity
from records.sources.delimited import frame_of, heading_mend, nameless_column, too_long
from records.sources.headings import SCANNED, Headings, read_headings, settle_heading_row
from records.sources.limits import Limits
from records.sources.worksheet import Walked, cell_name
from records.tables import Table, Unusable

Cell = int | float | str | bool | time | date | datetime | timedelta

_TIMES = (date, time, timedelta)
_EXACT = 1e15
"""Excel keeps 15 digits of a number; from here on the last ones are noughts, whatever was typed."""
_WHOLE_SHEET = "*"
_ROWS_NAMED = 12


def text_of(value: Cell) -> str:
    """Say a cell's value as text: days in ISO form, whole numbers without `.0`, truth as Y or N.

    A number of more than 15 digits has lost its last ones in Excel, and is `ROUNDED`.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        return ROUNDED
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def table_of(
    file: File, label: str, rows: Sequence[list[Cell]], walked: Walked, limits: Limits, findings: list[Finding]
) -> Table:
    """Read a sheet's rows, the first of them being row 1, into a table; what is noted joins `findings`.

    Raises `Unusable` where there is no heading row.
    """
    heading_at = _heading_row(file, label, rows, limits, findings)
    headings = read_headings(file, label, heading_at + 1, _texts(rows[heading_at]), limits.columns)
    findings.extend(headings.findings)
    unreadable = _unreadable(walked, rows)
    spoilt_rows = {row for row, _ in unreadable}
    covered = _below_the_headings(walked, heading_at)
    is_id = {column.name for column in file.columns if column.is_id}
    id_columns = [at for name, at in zip(headings.names, headings.positions, strict=True) if name in is_id]
    nameless = set(range(walked.width)) - set(headings.positions)
    numbers: list[int] = []
    kept: list[list[str]] = []
    misshapen: dict[int, str] = {}
    # A row at the end that holds nothing but formulas never worked out is not among the rows given.
    for index in range(heading_at + 1, max(len(rows), walked.height)):
        values = rows[index] if index < len(rows) else []
        cells = _texts(values)
        if index in spoilt_rows:
            cells += [""] * (walked.width - len(cells))
            cells = [unreadable.get((index, column), cell) for column, cell in enumerate(cells)]
        for at in id_columns:
            if at < len(values) and isinstance(values[at], _TIMES):
                cells[at] = _at(DATED, index, at)
        if ROUNDED in cells:
            cells = [_at(ROUNDED, index, at) if cell == ROUNDED else cell for at, cell in enumerate(cells)]
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        if index in covered and all(at in covered[index] or not cell.strip() for at, cell in enumerate(cells)):
            continue  # nothing but the lower parts of the headings
        number = index + 1
        if trouble := too_long(cells, limits):
            misshapen[number] = trouble
        numbers.append(number)
        kept.append([cells[p] if p < len(cells) else "" for p in headings.positions])
        filled = {p for p in nameless if p < len(cells) and cells[p].strip()}
        findings.extend(nameless_column(label, number, position) for position in sorted(filled))
        nameless -= filled
    findings.extend(_out_of_sight(label, walked, headings, numbers))
    findings.extend(_out_of_date(file, label, walked, headings, numbers))
    return Table(file.name, label, frame_of(headings.names, numbers, kept), misshapen)


def _texts(values: Sequence[Cell]) -> list[str]:
    return [value if isinstance(value, str) else text_of(value) for value in values]


def _heading_row(file: File, label: str, rows: Sequence[list[Cell]], limits: Limits, findings: list[Finding]) -> int:
    filled = ((index, cells) for index, cells in enumerate(map(_texts, rows)) if any(map(str.strip, cells)))
    first = [(index + 1, cells) for index, cells in islice(filled, SCANNED)]
    if not first:
        raise Unusable(label, "The sheet is empty: it has no heading row.", heading_mend(file))
    at, found = settle_heading_row(file, label, first, limits.columns)
    findings.extend(found)
    return first[at][0] - 1


def _at(mark: str, row: int, column: int) -> str:
    return f"{mark} {cell_name(row, column)}"


def _unreadable(walked: Walked, rows: Sequence[list[Cell]]) -> dict[tuple[int, int], str]:
    """What stands in place of the value of each cell that has none of its own, with the cell's name."""
    found = {
        at: _at(mark, *at) if mark == UNCALCULATED else mark  # an error is shown as Excel shows it
        for at, mark in walked.unreadable.items()
    }
    for top, left, bottom, right in walked.merged:
        given = top < len(rows) and left < len(rows[top]) and text_of(rows[top][left]).strip()
        if given or (top, left) in walked.unreadable:
            for row in range(top, bottom + 1):
                found.update(((row, column), _at(MERGED, row, column)) for column in range(left, right + 1))
    return found


def _below_the_headings(walked: Walked, heading_at: int) -> dict[int, set[int]]:
    """Each row that heading cells merged downwards reach into, with the columns they cover there."""
    covered: defaultdict[int, set[int]] = defaultdict(set)
    for top, left, bottom, right in walked.merged:
        if top <= heading_at:
            for row in range(heading_at + 1, bottom + 1):
                covered[row].update(range(left, right + 1))
    return covered


def _out_of_sight(label: str, walked: Walked, headings: Headings, numbers: Sequence[int]) -> Iterable[Finding]:
    """Say which of the rows and columns that are read cannot be seen in Excel."""
    rows = [number for number in numbers if number - 1 in walked.hidden_rows]
    if rows:
        how = "hidden, or taken out of sight by a filter that is on" if walked.filtered else "hidden"
        yield _note(
            label,
            f"{len(rows):,} of the {len(numbers):,} rows cannot be seen in Excel: they are {how} ({_runs(rows)}).",
            "They are read like the others.",
            "Show all rows, and delete those that are not meant for this round.",
        )
    columns = [
        name
        for name, position in zip(headings.names, headings.positions, strict=True)
        if any(first <= position <= last for first, last in walked.hidden_columns)
    ]
    if columns:
        named = ", ".join(shown(name) for name in columns[:_ROWS_NAMED])
        more = f" and {len(columns) - _ROWS_NAMED} more" if len(columns) > _ROWS_NAMED else ""
        yield _note(
            label,
            f"{len(columns):,} of the {len(headings.names):,} columns cannot be seen in Excel: {named}{more}.",
            "They are read like the others.",
            "Show all columns, and delete those that are not meant for this round.",
        )


def _out_of_date(
    file: File, label: str, walked: Walked, headings: Headings, numbers: Sequence[int]
) -> Iterable[Finding]:
    """Say which formulas are used with a value that the workbook itself asks to be worked out anew."""
    known = {column.name for column in file.columns}
    read = {at for name, at in zip(headings.names, headings.positions, strict=True) if name in known}
    rows = {number - 1 for number in numbers}
    cells = sorted(
        (row, column) for row, column in walked.stale - set(walked.unreadable) if row in rows and column in read
    )
    if cells:
        named = ", ".join(cell_name(*cell) for cell in cells[:_ROWS_NAMED])
        more = f" and {len(cells) - _ROWS_NAMED:,} more" if len(cells) > _ROWS_NAMED else ""
        yield _note(
            label,
            f"A program wrote this workbook and left its formulas to be worked out anew by Excel: {named}{more}.",
            "The values that the program left in them are used, though they may be out of date.",
            "Open the workbook in Excel, let it calculate, and save it.",
        )


def _note(label: str, message: str, meaning: str, mend: str) -> Finding:
    return Finding(label, None, _WHOLE_SHEET, "", Severity.NOTE, message, meaning, mend)


def _runs(numbers: Sequence[int]) -> str:
    """Name rows in runs: `rows 4 to 9, 12`; after a dozen runs only how many more there are."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    named = [" to ".join(str(end) for end in run) for run in runs[:_ROWS_NAMED]]
    more = f", and {len(runs) - _ROWS_NAMED} more places" if len(runs) > _ROWS_NAMED else ""
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(named)}{more}"
