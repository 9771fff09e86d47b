"""How much is read, so that a spoilt or hostile file cannot exhaust the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that are checked before a file is parsed, or while it is."""

    file_bytes: int = 200_000_000
    rows: int = 1_000_000
    columns: int = 500
    cell_characters: int = 32_767
    """What one cell of a spreadsheet can hold."""
    sheet_cells: int = 20_000_000
    """Rows times columns of one sheet, blank ones between filled ones included: all are held in memory."""
    unpacked_bytes: int = 200_000_000
    parts: int = 1_000
    """Members of a workbook's zip archive."""
    ratio: int = 200
    """Unpacked bytes for each packed byte."""


LIMITS = Limits()
