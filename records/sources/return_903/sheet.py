"""One file of the return, all its years together, as columns; and the desk where findings are collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.cells import shown
from records.model import Severity
from records.sources.return_903.layout import Layout
from records.sources.return_903.rules import RULES, Rule

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Status(IntEnum):
    """What became of a row; the highest that applies counts."""

    KEPT = 0
    MENDED = 1
    REPEATED = 2
    """Said again by another row that is used in its place."""
    LEFT_OUT = 3


_STATUS = {Severity.NOTE: Status.KEPT, Severity.MENDED: Status.MENDED, Severity.LEFT_OUT: Status.LEFT_OUT}


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule that some rows of one file met."""

    rule: Rule
    column: str
    public: str
    rows: Ints
    read_as: npt.NDArray[np.str_] | None


@dataclass(slots=True)
class Sheet:
    """One file of the return; position i of every array is one row as it was read."""

    layout: Layout
    text: pd.DataFrame
    """The trimmed text of every known column, blank where the column is not there."""
    labels: tuple[str, ...]
    source: npt.NDArray[np.int32]
    number: Ints
    year: npt.NDArray[np.int16]
    """The collection year: the one in which it ends; 0 where it is not known."""
    la: npt.NDArray[np.str_]
    cells: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    status: npt.NDArray[np.int8] = field(init=False)

    def __post_init__(self) -> None:
        self.status = np.zeros(len(self.text), dtype=np.int8)

    def __len__(self) -> int:
        return len(self.text)

    @property
    def usable(self) -> Bools:
        """Rows that are neither left out nor said twice."""
        return self.status < Status.REPEATED

    def say(
        self,
        key: str,
        where: Bools | Ints,
        column: str = "",
        *,
        public: str = "",
        read_as: npt.NDArray[Any] | str | None = None,
    ) -> None:
        """Put a rule against rows (a mask or positions), and count what becomes of them.

        `read_as` is what the cell is read as in place of what stands there: one for each of the rows, or one
        for all of them.
        """
        rows = np.flatnonzero(where) if where.dtype == np.bool_ else np.asarray(where, dtype=np.int64)
        if not len(rows):
            return
        rule = RULES[key]
        if isinstance(read_as, str):
            read_as = np.full(len(rows), read_as)
        as_text = None if read_as is None else np.asarray(read_as).astype(np.str_)
        self.entries.append(Entry(rule, column or rule.column, public or rule.public, rows, as_text))
        self.status[rows] = np.maximum(self.status[rows], _STATUS[rule.severity])

    def repeat(self, key: str, where: Bools) -> None:
        """Say that other rows are used in place of these."""
        self.say(key, where)
        self.status[where] = np.maximum(self.status[where], Status.REPEATED)

    def findings(self) -> pd.DataFrame:
        """Every finding of this file: one line for each row and rule."""
        parts = []
        for entry in self.entries:
            if entry.column in self.text:
                codes, unique = pd.factorize(self.text[entry.column].to_numpy(dtype=object)[entry.rows])
                value = np.array([shown(str(u)) for u in unique], dtype=object)[codes]
            else:
                value = np.full(len(entry.rows), "", dtype=object)
            parts.append(
                pd.DataFrame(
                    {
                        "table": self.layout.name,
                        "file": np.array(self.labels, dtype=object)[self.source[entry.rows]],
                        "row": self.number[entry.rows],
                        "year": self.year[entry.rows],
                        "column": entry.column.upper(),
                        "rule": entry.rule.key,
                        "public": entry.public,
                        "severity": str(entry.rule.severity),
                        "value": value,
                        "read_as": "" if entry.read_as is None else entry.read_as.astype(object),
                    }
                )
            )
        if not parts:
            return pd.DataFrame(columns=FINDING_COLUMNS)
        return pd.concat(parts, ignore_index=True)[FINDING_COLUMNS]


FINDING_COLUMNS = ["table", "file", "row", "year", "column", "rule", "public", "severity", "value", "read_as"]
