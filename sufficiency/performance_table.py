"""Makes the tables of the corporate parent's reports: rows in a fixed order, with the names of their categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from reporting.fact import Facts, Kind, Unit, Value
from reporting.section import Edition
from sufficiency.indicator import months_before
from sufficiency.need_words import date_of, day_said
from sufficiency.performance_words import TITLES
from sufficiency.stays import History

SOURCE: Final = "performance"
"""Key of the book's sources that these tables name."""
CHILDREN: Final = (Value("children", "Children"),)
PART: Final = (Value("part", "Children"), Value("base", "Of"))
MANY_QUARTERS: Final = 9
"""This one, the two years before it."""


def table(
    key: str,
    title: str,
    kind: Kind,
    by: Sequence[str],
    columns: tuple[Value, ...],
    rows: Iterable[Sequence[Any]],
    *,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    overlap: Iterable[str] = (),
    edition: Edition = Edition.PUBLIC,
    source: str = SOURCE,
) -> Facts:
    """A table of facts from its rows; days as `on` are called what a reader calls them."""
    names = [*by, *(value.name for value in columns)]
    frame = pd.DataFrame([tuple(row) for row in rows], columns=names)
    types: dict[str, Any] = dict.fromkeys(by, "object")
    types |= {value.name: "object" if value.unit is Unit.TEXT else "float64" for value in columns}
    known = dict(labels or {})
    days = {on: day_said(date.fromisoformat(on)) for on in frame["on"] if _is_day(on)} if "on" in by else {}
    if days:
        known["on"] = MappingProxyType(days)
    return Facts(
        key,
        title,
        kind,
        tuple(by),
        columns,
        frame.astype(types).reset_index(drop=True),
        source,
        titles={dim: TITLES[dim] for dim in by if dim in TITLES},
        labels=known,
        overlap=frozenset(overlap),
        edition=edition,
    )


def _is_day(on: str) -> bool:
    try:
        date.fromisoformat(on)
    except ValueError:
        return False
    return True


def iso(day: int) -> str:
    """A whole day as 2026-03-31."""
    return date_of(day).isoformat()


def quarter_ends(history: History, many: int = MANY_QUARTERS) -> list[int]:
    """The day after each of the last quarter ends that the history holds, the oldest first, `many` at most.

    A quarter ends with March, June, September or December.
    """
    last = date_of(history.until)
    first = (date(last.year, last.month, 1) - date(1970, 1, 1)).days
    newest = months_before(first, (last.month - 1) % 3)
    found = [months_before(newest, 3 * back) for back in reversed(range(many))]
    return [day for day in found if day > history.first]


def financial_years(history: History, many: int = 3) -> list[tuple[str, int]]:
    """The last whole financial years that the history holds, the oldest first: "2022-23" and its 1 April."""
    last = date_of(history.until)
    end = last.year if (last.month, last.day) >= (4, 1) else last.year - 1
    found = []
    for year in range(end - many, end):
        begin = (date(year, 4, 1) - date(1970, 1, 1)).days
        if begin >= history.first:
            found.append((f"{year}-{(year + 1) % 100:02d}", begin))
    return found
