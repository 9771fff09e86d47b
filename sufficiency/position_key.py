"""What one table of a council's book of figures is: its categories, its columns, its words, who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd

from reporting.fact import Facts, Kind, Unit, Value
from reporting.section import Edition
from sufficiency.need_words import capital, day_said
from sufficiency.position_words import LABELS, TITLES

NOW: Final = ("what", "on")
"""The dimensions of every count, whatever else it is told by: what is counted, and on which day or in which year."""
FAN: Final = ("mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95")
BAND: Final = ("mean", "p10", "p50", "p90")
_NAMES: Final = {"mean": "Mean", "p50": "Middle"} | {
    name: f"{int(name[1:])} in 100 futures are below" for name in ("p05", "p10", "p25", "p75", "p80", "p90", "p95")
}


def spread(*names: str, of: str = "", unit: Unit = Unit.PEOPLE) -> tuple[Value, ...]:
    """Columns of a mean and percentiles over futures; `of` stands before the name: homes_mean."""
    before, said = (f"{of}_", f"{capital(of.replace('_', ' '))}: ") if of else ("", "")
    return tuple(Value(before + name, capital(said + _NAMES[name].lower()), unit) for name in names)


def number(name: str, title: str) -> Value:
    """A column of plain numbers."""
    return Value(name, title, Unit.NUMBER)


def share(name: str, title: str) -> Value:
    """A column of shares, from 0 to 1."""
    return Value(name, title, Unit.SHARE)


def text(name: str, title: str) -> Value:
    """A column of text."""
    return Value(name, title, Unit.TEXT)


@dataclass(frozen=True, slots=True)
class Key:
    """One table as every book holds it."""

    key: str
    title: str
    kind: Kind
    by: tuple[str, ...]
    columns: tuple[Value, ...]
    source: str
    """Key of the book's sources; the sentence is written with the figures."""
    edition: Edition = Edition.PUBLIC
    like: tuple[str, ...] = ()
    """Of a forecast: the dimensions that name the count it sets out from, beside those it shares."""
    note: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of categories in this table alone."""

    def facts(
        self,
        rows: Iterable[Iterable[Any]] | pd.DataFrame,
        *,
        like: Mapping[str, str] | None = None,
        kind: Kind | None = None,
        edition: Edition | None = None,
        labels: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Facts:
        """The table with these rows, in the order of its columns; `labels` are put before those it has."""
        names = [*self.by, *(value.name for value in self.columns)]
        given = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame([tuple(row) for row in rows], columns=names)
        types: dict[str, Any] = dict.fromkeys(self.by, "object")
        types |= {v.name: "object" if v.unit is Unit.TEXT else "float64" for v in self.columns}
        called = dict(labels or {})
        if "on" in self.by:
            called.setdefault("on", days_said(given["on"].tolist()))
        return Facts(
            self.key,
            self.title,
            kind or self.kind,
            self.by,
            self.columns,
            given[names].astype(types).reset_index(drop=True),
            self.source,
            titles={dim: TITLES[dim] for dim in self.by if dim in TITLES},
            labels={d: named for d in self.by if (named := called.get(d) or self.labels.get(d) or LABELS.get(d))},
            like=dict(like or {}),
            edition=edition or self.edition,
        )


def days_said(on: Iterable[str]) -> dict[str, str]:
    """Each day, as 2027-03-31, to how it is said; what is no day, as a year, is printed as it stands."""
    said = {}
    for one in dict.fromkeys(on):
        with suppress(ValueError):
            said[one] = day_said(date.fromisoformat(one))
    return said
