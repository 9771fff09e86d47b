"""Makes the tables of the corporate parent's reports from their rows; and the quarters and years they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from reporting.fact import Facts
from sufficiency.indicator import months_before
from sufficiency.need_words import date_of, day_said
from sufficiency.performance_words import TITLES
from sufficiency.position_tables_performance import PARTLY, PERFORMANCE
from sufficiency.stays import History

MANY_QUARTERS: Final = 9
"""This one, and those of the two years before it."""
_KEYS: Final = MappingProxyType({one.key: one for one in PERFORMANCE})


def table(key: str, rows: Iterable[Sequence[Any]], labels: Mapping[str, Mapping[str, str]] | None = None) -> Facts:
    """A table of the book from its rows; days as `on` are called what a reader calls them."""
    made = _KEYS[key].facts(rows, labels=labels)
    titles = {**made.titles, **{dim: TITLES[dim] for dim in made.by if dim in TITLES}}
    days = days_said(made.rows["on"]) if "on" in made.by else {}
    called = {**made.labels, "on": MappingProxyType(days)} if days else made.labels
    return replace(made, titles=titles, labels=called, overlap=PARTLY.get(key, frozenset()))


def days_said(ons: Iterable[str]) -> dict[str, str]:
    """Each day among dates and years, as a reader calls it."""
    return {on: day_said(date.fromisoformat(on)) for on in ons if _is_day(on)}


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
