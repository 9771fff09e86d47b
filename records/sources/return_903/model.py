"""The return as everything else reads it: frozen columns, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.model import Finding, Severity
from records.sources.return_903.rules import RULES

Array = npt.NDArray[Any]


class End(IntEnum):
    """How an episode ends, as far as these files know."""

    ENDED = 0
    """On the day `until`, for the reason `rec` (blank: not known)."""
    OPEN = 1
    """Still open on 31 March of the last year there is; `until` is the day after."""
    LOST = 2
    """Known up to the day before `until` and not after: a gap in the data, neither an exit nor care."""


@dataclass(frozen=True, slots=True)
class Children:
    """One entry a child, sorted by council and id; other columns give positions in these."""

    la: npt.NDArray[np.str_]
    """Council as a merged regional file names it; blank in a council's own return."""
    id: npt.NDArray[np.str_]
    dob: npt.NDArray[np.datetime64]
    """Not-a-time where no file says it; such a child has no episodes here."""
    sex: npt.NDArray[np.str_]
    """M, F, U, or blank where not recorded."""
    ethnic: npt.NDArray[np.str_]
    unaccompanied: npt.NDArray[np.bool_]
    """Whether any year's file says the child is, or was, an unaccompanied child seeking asylum."""
    duc: npt.NDArray[np.datetime64]
    """The day that status ceased; not-a-time where it has not or nobody says."""

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Episodes:
    """One entry an episode, each once however many years hold it, sorted by child and beginning.

    Stays are half-open: a child is in care on `begin`, and not on `until`. Codes are text, blank where not
    recorded.
    """

    child: npt.NDArray[np.int64]
    """Position in the children."""
    begin: npt.NDArray[np.datetime64]
    until: npt.NDArray[np.datetime64]
    end: npt.NDArray[np.int8]
    """`End` of each."""
    period: npt.NDArray[np.int64]
    """Number of the period of care, counted through the whole return."""
    rne: npt.NDArray[np.str_]
    ls: npt.NDArray[np.str_]
    cin: npt.NDArray[np.str_]
    place: npt.NDArray[np.str_]
    place_provider: npt.NDArray[np.str_]
    rec: npt.NDArray[np.str_]
    reason_place_change: npt.NDArray[np.str_]
    home_post: npt.NDArray[np.str_]
    pl_post: npt.NDArray[np.str_]
    urn: npt.NDArray[np.str_]
    year: npt.NDArray[np.int16]
    """The latest collection year that holds it."""
    row: npt.NDArray[np.int64]
    """Position among the rows of Episodes as they were read."""

    def __len__(self) -> int:
        return len(self.child)


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows of one file: the four always add up to `read`."""

    read: int
    kept: int
    mended: int
    repeated: int
    """Said again by another row, which is used."""
    left_out: int


@dataclass(frozen=True, slots=True)
class Return:
    """Every year of a council's return (or of several councils'), checked."""

    children: Children
    episodes: Episodes
    others: Mapping[str, Mapping[str, Array]]
    """Every other file: its usable rows as columns, with `child` (position in the children, -1 where the child
    is not in Header), `year` and `row`; sorted by child, year and key."""
    years: Mapping[str, tuple[int, ...]]
    """Council to the collection years it has Episodes for, oldest first."""
    counts: Mapping[str, Count]
    findings: pd.DataFrame
    """One line for each row and rule: table, file, row, year, column, rule, public, severity, value, read_as."""
    notes: tuple[Finding, ...]
    """What concerns a whole file or the whole return, and what the reading of the text itself met."""
    inputs: Mapping[str, str]
    """File to the sha256 of its bytes."""

    @property
    def missing_years(self) -> Mapping[str, tuple[int, ...]]:
        """Council to the years between its first and last for which there is no Episodes file."""
        return {la: tuple(sorted(set(range(years[0], years[-1] + 1)) - set(years))) for la, years in self.years.items()}

    def by_rule(self) -> pd.DataFrame:
        """How many rows met each rule, by file and severity, with what the rule says."""
        found = self.findings.groupby(["table", "rule", "public", "severity"], as_index=False).size()
        found["message"] = [RULES[key].message for key in found["rule"]]
        found["meaning"] = [RULES[key].meaning for key in found["rule"]]
        return found.rename(columns={"size": "rows"})

    def as_findings(self, most: int = 10_000) -> tuple[Finding, ...]:
        """The first findings in the form that other readers give, at most `most` of those about rows."""
        made = []
        for line in self.findings.head(most).to_dict("records"):
            rule = RULES[line["rule"]]
            public = f" Public rule {line['public']}." if line["public"] else ""
            read_as = f" Read as {line['read_as']}." if line["read_as"] else ""
            made.append(
                Finding(
                    line["file"],
                    int(line["row"]),
                    line["column"],
                    line["value"],
                    Severity(line["severity"]),
                    rule.message + public,
                    rule.meaning + read_as,
                    rule.mend,
                )
            )
        return (*self.notes, *made)
