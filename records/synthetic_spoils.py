"""Mistakes as they are found in real records, put into made-up ones on purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

Tables = dict[str, pd.DataFrame]
Spoil = Callable[[Tables, date], None]


def _single_children(tables: Tables) -> list[int]:
    family = tables["children"]["family_id"]
    return [int(at) for at in family.index[family == ""]]


def _set(tables: Tables, table: str, row: int, column: str, value: str) -> None:
    if 0 <= row < len(tables[table]):
        tables[table].loc[row, column] = value


def _add(tables: Tables, table: str, **cells: str) -> None:
    row = {column: cells.get(column, "") for column in tables[table].columns}
    tables[table] = pd.concat([tables[table], pd.DataFrame([row], dtype=object)], ignore_index=True)


def _impossible_birthday(tables: Tables, day: date) -> None:
    """A child's date of birth is 31 February."""
    for row in _single_children(tables)[:1]:
        _set(tables, "children", row, "date_of_birth", f"31/02/{day.year - 7}")


def _grown_up(tables: Tables, day: date) -> None:
    """A child is already 18 on the day."""
    for row in _single_children(tables)[1:2]:
        _set(tables, "children", row, "date_of_birth", date(day.year - 18, day.month, 1).isoformat())


def _unknown_need(tables: Tables, _: date) -> None:
    """A need is written in words that are not a code."""
    for row in _single_children(tables)[2:3]:
        _set(tables, "children", row, "needs_helpful", "night terrors")


def _unknown_postcode(tables: Tables, _: date) -> None:
    """A child's home postcode does not exist."""
    for row in _single_children(tables)[3:4]:
        for column in ("home_easting", "home_northing"):
            _set(tables, "children", row, column, "")
        _set(tables, "children", row, "home_postcode", "ZZ1 1ZZ")


def _too_many_vacancies(tables: Tables, _: date) -> None:
    """A home offers more places than it is approved for."""
    for row in range(min(1, len(tables["homes"]))):
        approved = int(str(tables["homes"].loc[row, "approved_places"]))
        _set(tables, "homes", row, "vacancies", str(approved + 2))


def _unknown_kind(tables: Tables, _: date) -> None:
    """A home's kind is not one of the kinds."""
    _set(tables, "homes", 1, "kind", "fostering")


def _unreadable_limit(tables: Tables, _: date) -> None:
    """A home's approval ends “soon”."""
    _set(tables, "homes", 2, "approved_to", "soon")


def _unreadable_smoker(tables: Tables, _: date) -> None:
    """A home's smoker cell says “sometimes”."""
    _set(tables, "homes", 3, "smoker", "sometimes")


def _two_of_one_home(tables: Tables, _: date) -> None:
    """A home is listed twice, with different places."""
    if len(tables["homes"]) > 4:
        twice = {str(column): str(cell) for column, cell in tables["homes"].loc[4].items()}
        twice["approved_places"] = str(int(twice["approved_places"]) + 1)
        _add(tables, "homes", **twice)


def _resident_of_nowhere(tables: Tables, _: date) -> None:
    """A resident lives in a home that is not listed."""
    _add(tables, "residents", home_id="H9999999", resident_id="R9999999", status="adult")


def _brother_of_a_stranger(tables: Tables, _: date) -> None:
    """Two children of different families have a sibling plan."""
    if len(alone := _single_children(tables)) > 5:
        a, b = (str(tables["children"].loc[row, "child_id"]) for row in alone[4:6])
        _add(tables, "siblings", child_a=a, child_b=b, plan="undecided")


SPOILS: tuple[Spoil, ...] = (
    _impossible_birthday,
    _grown_up,
    _unknown_need,
    _unknown_postcode,
    _too_many_vacancies,
    _unknown_kind,
    _unreadable_limit,
    _unreadable_smoker,
    _two_of_one_home,
    _resident_of_nowhere,
    _brother_of_a_stranger,
)
"""What goes wrong, in words: the docstring of each. Each needs enough rows to work on, else it does nothing."""


def spoil(tables: Tables, day: date) -> Tables:
    """The tables with every mistake of `SPOILS` put in; the tables given are left as they were."""
    spoilt = {name: table.copy() for name, table in tables.items()}
    for mistake in SPOILS:
        mistake(spoilt, day)
    return spoilt
