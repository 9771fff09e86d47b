"""Sections and open tables as a workbook: a contents sheet, a notes sheet, and one table a sheet.

As the Government Statistical Service asks of releases in spreadsheets: one table a sheet, marked as a table, with its
title above and its notes before it; no merged cells, and nothing told by colour or place alone. No cell is ever a
formula, a link or a number because of what somebody typed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from reporting.fact import ALL
from reporting.open_data import OpenTable
from reporting.paper import WRITTEN_OUT, check, lines, printable, sources_said
from reporting.section import Cell, Picture, Section, Table, every_block
from reporting.write import safe_cell

FIXED: Final = datetime(2000, 1, 1, tzinfo=UTC)
MOST_CHARACTERS: Final = 32_000
"""A cell holds no more; what is longer ends in words that say so."""
CUT: Final = " … (cut: a cell holds no more)"
WIDEST, NARROWEST = 60, 9
LINE, TALLEST = 15.0, 409.0
"""Points that a line of words takes, and the most that a row may have."""
MOST_MARKING: Final = 200
"""Characters; the head of a printed page holds 255."""
PRINTED: Final = 120
"""Characters across that a printed page holds at least."""
FIRST_ROW: Final = 5
"""Rows above a table: title, what the sheet holds, notes, sources, where the contents are."""
_FIGURE = re.compile(
    r"(?P<sign>[−-]?)(?P<pounds>£?)(?P<number>[0-9]{1,3}(?:,[0-9]{3})*|[0-9]+)(?P<rest>\.[0-9]+)?(?P<share>%?)"
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One table on a sheet of its own: titles, rows of text or numbers, and which columns are of numbers."""

    title: str
    titles: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    source: str
    total: bool = False
    """Whether the last row is the sum of the others."""


def spreadsheet(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    marking: str = "",
    footer: Iterable[str] = (),
    notes: Sequence[str] = (),
    tables: Sequence[OpenTable] = (),
) -> bytes:
    """A workbook of every table and chart's table of the sections, and of the open `tables` after them.

    `notes` stand on the notes sheet, with `lead`, `marking` and `footer`. The same parameters give the same bytes.
    Raises ValueError as the other writers do.
    """
    check(sections)
    sheets = [*_of_sections(sections), *(_open_sheet(table) for table in tables)]
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(held, options)
    book.set_properties({"title": _text(title), "author": "Placewell", "created": FIXED, "comments": _text(marking)})
    writer = _Writer(book)
    names = [f"Table {at}" for at in range(1, len(sheets) + 1)]
    contents, about = book.add_worksheet("Contents"), book.add_worksheet("Notes")
    for name, sheet in zip(names, sheets, strict=True):
        writer.table(book.add_worksheet(name), name, sheet, marking)
    said = (*([lead] if lead else []), *notes, *footer)
    writer.contents(contents, title, marking, names, sheets)
    writer.notes(about, marking, (*said, *([WRITTEN_OUT] if writer.written_out else [])))
    book.close()
    return held.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self.written_out = False
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._link = book.add_format({"font_color": "#12436D", "underline": 1, "valign": "top"})
        self._right = book.add_format({"align": "right", "valign": "top"})
        self._as = {
            (strong, form): book.add_format({"num_format": form, "bold": strong, "valign": "top"})
            for strong in (False, True)
            for form in ("#,##0", "#,##0.0", "0%", '"£"#,##0', '"£"#,##0.00', "General")
        }

    def words(self, text: str) -> str:
        shown = _text(text)
        self.written_out |= shown.count("[U+") > text.count("[U+")
        return shown

    def _on_paper(self, sheet: Any, marking: str, heads: int) -> None:
        """Printed, a sheet is as wide as a page, repeats its headings and says on each page who may see it."""
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(heads)
        if marking:
            sheet.set_header("&C" + self.words(marking).replace("&", "&&")[:MOST_MARKING])
        sheet.set_footer("&L&A&RPage &P of &N")

    def contents(self, sheet: Any, title: str, marking: str, names: Sequence[str], sheets: Sequence[_Sheet]) -> None:
        self._on_paper(sheet, marking, 3)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 110, self._plain)
        sheet.write_string(0, 0, self.words(title), self._title)
        sheet.write_string(1, 0, self.words(marking) if marking else "This workbook lists its tables here.")
        sheet.write_string(2, 0, "One table a sheet. Notes on symbols and sources: sheet Notes.")
        rows = [
            ("Notes", "How to read the tables, and where they come from"),
            *zip(names, [one.title for one in sheets], strict=True),
        ]
        for at, (name, words) in enumerate(rows, start=4):
            sheet.write_url(at, 0, f"internal:'{name}'!A1", self._link, name)
            sheet.write_string(at, 1, self.words(words), self._plain)
            _tall(sheet, at, [(words, 110)])
        self._as_table(sheet, 3, ["Sheet", "What it holds"], len(rows), "Contents")

    def notes(self, sheet: Any, marking: str, said: Sequence[str]) -> None:
        self._on_paper(sheet, marking, 0)
        sheet.set_column(0, 0, 110, self._plain)
        sheet.write_string(0, 0, "Notes", self._title)
        told = [*([marking] if marking else []), *said]
        for at, text in enumerate(told, start=2):
            sheet.write_string(at, 0, self.words(text), self._plain)
            _tall(sheet, at, [(text, 110)])

    def table(self, sheet: Any, name: str, told: _Sheet, marking: str) -> None:
        sheet.write_string(0, 0, self.words(told.title), self._title)
        sheet.write_string(1, 0, self.words(marking) if marking else "This sheet holds one table.")
        sheet.write_string(2, 0, self.words(" ".join(told.notes)))
        sheet.write_string(3, 0, self.words(told.source))
        sheet.write_url(4, 0, "internal:'Contents'!A1", self._link, "Contents")
        titles = _unlike([self.words(one) or "(no title)" for one in told.titles])
        for down, row in enumerate(told.rows, start=FIRST_ROW + 1):
            strong = told.total and down == FIRST_ROW + len(told.rows)
            for across, cell in enumerate(row):
                self._cell(sheet, down, across, cell, number=told.numbers[across], strong=strong or across == 0)
        wide = []
        for across, heading in enumerate(titles):
            most = max((len(line) for row in told.rows for line in _shown(row[across]).split("\n")), default=0)
            wide.append(min(max(most, min(len(heading), 24), NARROWEST) + 3, WIDEST))
            sheet.set_column(across, across, wide[-1])
        whole: list[Sequence[Cell]] = [titles, *told.rows]
        for down, cells in enumerate(whole, start=FIRST_ROW):
            _tall(sheet, down, [(_shown(cell), width) for cell, width in zip(cells, wide, strict=True)])
        self._on_paper(sheet, marking, FIRST_ROW)
        # a long line above the table would make the whole sheet too small to read; it is whole on the screen
        beside = -(-max(0, PRINTED - sum(wide)) // NARROWEST)
        sheet.print_area(0, 0, FIRST_ROW + max(len(told.rows), 1), len(titles) - 1 + beside)
        self._as_table(sheet, FIRST_ROW, titles, len(told.rows), name)
        sheet.freeze_panes(FIRST_ROW + 1, 1)

    def _as_table(self, sheet: Any, first: int, titles: Sequence[str], rows: int, name: str) -> None:
        """Mark what is there as a table, so that a screen reader tells its headings."""
        sheet.add_table(
            first,
            0,
            first + max(rows, 1),
            len(titles) - 1,
            {
                "name": re.sub(r"[^A-Za-z0-9]", "_", name),
                "columns": [{"header": one, "header_format": self._strong} for one in titles],
                "autofilter": False,
                "style": "Table Style Light 1",
                "banded_rows": False,
            },
        )

    def _cell(self, sheet: Any, down: int, across: int, cell: Cell, *, number: bool, strong: bool) -> None:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            form = "#,##0" if float(cell).is_integer() else "#,##0.0"
            sheet.write_number(down, across, cell, self._as[(strong and across > 0, form)])
            return
        text = self.words(_shown(cell))
        found = _FIGURE.fullmatch(text) if number else None
        if found is None:
            words = self._right if number else self._strong if strong else self._plain
            sheet.write_string(down, across, safe_cell(text), words)
            return
        value = float(found["number"].replace(",", "") + (found["rest"] or ""))
        value = -value if found["sign"] else value
        if found["share"]:
            value, form = value / 100, "0%"
        elif found["pounds"]:
            form = '"£"#,##0.00' if found["rest"] else '"£"#,##0'
        else:
            form = "General" if found["rest"] and len(found["rest"]) > 2 else "#,##0.0" if found["rest"] else "#,##0"
        sheet.write_number(down, across, value, self._as[(strong and across > 0, form)])


def _of_sections(sections: Sequence[Section]) -> Iterator[_Sheet]:
    for section in sections:
        for block in every_block(section.blocks):
            table = block.table if isinstance(block, Picture) else block
            if isinstance(table, Table):
                rows = (*table.rows, *([table.total] if table.total else []))
                yield _Sheet(
                    f"{section.heading}: {table.caption}",
                    tuple(column.title for column in table.columns),
                    tuple(column.number for column in table.columns),
                    rows,
                    table.notes,
                    sources_said(section),
                    table.total is not None,
                )


def _open_sheet(table: OpenTable) -> _Sheet:
    codes = {column.name: dict(column.categories) for column in table.columns}
    rows = tuple(
        tuple(codes[name].get(value, value) for name, value in zip(table.rows.columns, row, strict=True))
        for row in table.rows.itertuples(index=False, name=None)
    )
    return _Sheet(
        f"Open data: {table.title} ({table.path})",
        tuple(column.title for column in table.columns),
        tuple(column.number for column in table.columns),
        tuple(tuple("All" if one == ALL else one for one in row) for row in rows),
        (),
        f"Source: {table.source.rstrip('.')}.",
    )


def _tall(sheet: Any, row: int, cells: Iterable[tuple[str, int]]) -> None:
    """Make a row tall enough for its words, as not every program does by itself; `cells`: each text and its width."""
    needed = max(sum(max(1, -(-len(line) // (width - 2))) for line in text.split("\n")) for text, width in cells)
    if needed > 1:
        sheet.set_row(row, min(LINE * needed, TALLEST))


def _shown(cell: Cell) -> str:
    return "\n".join(line.text for line in lines(cell))


def _text(text: str) -> str:
    """What a cell can hold: no control characters, and not too much."""
    shown = printable(text)
    return shown if len(shown) <= MOST_CHARACTERS else shown[: MOST_CHARACTERS - len(CUT)] + CUT


def _unlike(titles: Sequence[str]) -> list[str]:
    """Titles of which no two are alike, as a table's must be."""
    told: list[str] = []
    for title in titles:
        found, nth = title, 2
        while found.casefold() in {one.casefold() for one in told}:
            found, nth = f"{title} ({nth})", nth + 1
        told.append(found)
    return told
