"""What the XML of a workbook says beside its values: formulas, errors, merged and hidden cells.

Each part is walked once with expat, within bounds, because a library that gives values alone gives a cell with an
error, or a formula never worked out, as blank: and a blank approval date would mean "no limit".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from records.cells import UNCALCULATED
from records.sources.limits import Limits
from records.tables import Unusable

SAVE_AGAIN = "Open the workbook in Excel and save it again as “Excel workbook (.xlsx)”."
DAMAGED = "This is not a workbook that can be read: it is damaged, or not an .xlsx file."


def elements(name: str, data: bytes) -> list[tuple[str, dict[str, str]]]:
    """List the elements of a small part: tags without their namespace, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser(name)
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(" ")[2], attributes))
    _parse(name, parser, data)
    return found


def _parser(label: str) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise Unusable(label, "The workbook defines entities of its own, as no spreadsheet does.", SAVE_AGAIN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.EntityDeclHandler = refuse
    return parser


def _parse(label: str, parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unusable(label, DAMAGED, SAVE_AGAIN) from error


Area = tuple[int, int, int, int]
"""Top, left, bottom and right of a block of cells, each included, counted from 0."""


@dataclass(slots=True)
class Walked:
    """What a sheet's XML says beside its values. Rows and columns are counted from 0."""

    height: int = 0
    width: int = 0
    unreadable: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that hold an error, or a formula never worked out: what is shown in place of a value."""
    stale: set[tuple[int, int]] = field(default_factory=set)
    """Formulas whose value was kept by a program that asks Excel to work them out anew."""
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last of each run of columns that Excel does not show."""
    filtered: bool = False
    """Whether a filter of the sheet takes rows out of sight."""


_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MOST_IN_AREAS = 1_000_000
"""Cells of all merged areas, or of all array formulas, of one sheet."""
_TRUE = ("1", "true")
_NOUGHT = re.compile(r"0*(\.0*)?")


def cell_name(row: int, column: int) -> str:
    """Name a cell, counted from 0, as Excel does: `A1` is the first."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def walk(label: str, data: bytes, limits: Limits, *, stale: bool) -> Walked:
    """Walk one sheet's XML; `stale` says that the workbook asks for its formulas to be worked out anew.

    Raises `Unusable` where the sheet is damaged or spans more than `limits`.
    """
    return _SheetWalk(label, limits, stale=stale).walk(data)


class _SheetWalk:
    """Walks a sheet's XML for its extent, error cells, formulas never worked out, merged and hidden cells."""

    def __init__(self, label: str, limits: Limits, *, stale: bool) -> None:
        self.found = Walked()
        self._label = label
        self._limits = limits
        self._stale = stale
        self._parser = _parser(label)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._row = -1
        self._column = -1
        self._in_cell = False
        self._type = ""
        self._formula = False
        self._spill = ""
        self._value = False
        self._text: list[str] | None = None
        self._merges: list[str] = []
        self._spills: list[str] = []

    def walk(self, data: bytes) -> Walked:
        _parse(self._label, self._parser, data)
        # Only now is the extent of the sheet known, whatever the order of its elements.
        self.found.merged.extend(self._bounded("merged cells", self._merges))
        for top, left, bottom, right in self._bounded("array formulas", self._spills):
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    self.found.unreadable.setdefault((row, column), UNCALCULATED)
        return self.found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "c":
            self._in_cell = True
            self._formula = self._value = False
            self._spill = ""
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
            self._spill = attributes.get("ref", "") if attributes.get("t") in ("array", "dataTable") else ""
            self._fill()
        elif name == "row":
            reference = attributes.get("r", "")
            self._row = int(reference) - 1 if reference.isascii() and reference.isdigit() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
                self.found.hidden_rows.add(self._row)
        elif name == "mergeCell":
            self._merges.append(attributes.get("ref", ""))
        elif name == "col":
            self._hide_columns(attributes)
        elif name == "filterColumn":
            self.found.filtered = True

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "v" and self._text is not None:
            self._parser.CharacterDataHandler = None
            text = "".join(self._text).strip()
            self._text = None
            if self._type == "e":
                self.found.unreadable[self._row, self._column] = text or "#VALUE!"
            self._value = bool(text) or self._type == "str"
            # A nought is what programs that do not calculate write, so it is nobody's value.
            if self._stale and self._formula and self._type != "e" and self._value:
                self._value = not _NOUGHT.fullmatch(text)
                self.found.stale.add((self._row, self._column))
        elif name == "c":
            if self._formula and not self._value:
                self.found.unreadable.setdefault((self._row, self._column), UNCALCULATED)
                if self._spill:
                    self._spills.append(self._spill)
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

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        numbers = all(end.isascii() and end.isdigit() for end in (first, last))
        hidden = attributes.get("hidden") in _TRUE or attributes.get("width") == "0"
        if hidden and numbers and len(first + last) < 12:
            self.found.hidden_columns.append((int(first) - 1, int(last) - 1))

    def _bounded(self, what: str, references: list[str]) -> list[Area]:
        """The areas of these references, cut to the sheet's extent."""
        areas: list[Area] = []
        cells = 0
        for reference in references:
            first, _, last = reference.partition(":")
            start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
            if start is None or end is None:
                continue
            top, bottom = int(start[2]) - 1, min(int(end[2]), self.found.height) - 1
            left, right = _column_number(start[1]), min(_column_number(end[1]) + 1, self.found.width) - 1
            cells += max(bottom - top + 1, 0) * max(right - left + 1, 0)
            if cells > _MOST_IN_AREAS:
                raise Unusable(self._label, f"Most of the sheet is {what}.", f"Take the {what} apart.")
            areas.append((top, left, bottom, right))
        return areas


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
