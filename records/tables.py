"""Tables of text on their way from files to the checker, and the error for records that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from records.model import Finding

NOTHING_WRITTEN = "The records cannot be used as they are, so nothing is written."


class Unusable(Exception):
    """The records cannot be used at all.

    `where` names the file, sheet or row, `what` says what is wrong, `meaning` what that means for the user
    and `mend` how to mend it. A command that meets it ends with `exit_code`.
    """

    exit_code = 3

    def __init__(self, where: str, what: str, mend: str, meaning: str = NOTHING_WRITTEN) -> None:
        super().__init__(where, what, mend, meaning)
        self.where = where
        self.what = what
        self.meaning = meaning
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.meaning} {self.mend}"


@dataclass(frozen=True, slots=True)
class Table:
    """One file or sheet: every cell is text, and the index is the row number a person sees in Excel."""

    name: str
    """`children`, `homes`, ...: the contract's name without its ending."""
    label: str
    """What findings call it: `children.csv`, or `register.xlsx: children` for a sheet."""
    frame: pd.DataFrame
    """Columns under their contract names; unknown columns under the heading that was written."""
    misshapen: Mapping[int, str] = field(default_factory=dict)
    """Rows whose cells may not stand under their own headings: row number to what is wrong."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table of a records folder or workbook, what was noted on the way in, and what it was read from."""

    tables: Mapping[str, Table]
    findings: tuple[Finding, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    """File name to the sha256 of its bytes."""

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Take frames of text that are already in memory, as if each had been a CSV file.

        Column names must be the contract's. A missing value counts as a blank cell.
        """
        tables = {}
        for name, frame in frames.items():
            text = frame.fillna("").astype("str")
            text.index = pd.RangeIndex(2, len(text) + 2)
            tables[name] = Table(name, f"{name}.csv", text)
        return cls(tables)
