"""Records as rows of plain JSON and back again, exactly; and whom each row is about."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from records.model import (
    Child,
    Enquiry,
    Finding,
    Home,
    Link,
    Records,
    Resident,
    Separation,
    SiblingRow,
    Zone,
)

ROWS: dict[str, type[Any]] = {
    "children": Child,
    "homes": Home,
    "siblings": SiblingRow,
    "separations": Separation,
    "residents": Resident,
    "links": Link,
    "zones": Zone,
    "enquiries": Enquiry,
    "findings": Finding,
}
"""The tables of `Records`, by the name of the field."""
SINCE_LATER: Final = frozenset({"enquiries"})
"""Tables that earlier snapshots do not have; an empty one is not listed, so that a snapshot keeps the id it had."""


def person(person_id: str) -> str:
    """How the store names a child, or somebody who lives in a home: one space of ids, as in the records."""
    return f"person:{person_id}"


def home(home_id: str) -> str:
    """How the store names a home and its carers."""
    return f"home:{home_id}"


def subjects_of(row: object) -> list[str]:
    """Whom one row of records is about. A finding is about nobody by name."""
    match row:
        case Child():
            return [person(row.child_id)]
        case Home():
            return [home(row.home_id), *(person(c) for c in sorted({*row.named_children, *row.exempt_children}))]
        case SiblingRow():
            return [person(row.child_a), person(row.child_b)]
        case Separation():
            return [person(row.person_a), person(row.person_b)]
        case Resident():
            return [home(row.home_id), person(row.resident_id)]
        case Link():
            return [person(row.child_id), home(row.home_id)]
        case Zone():
            return [person(row.child_id)]
        case Enquiry():
            return [home(row.home_id)]
    return []


def plain(value: Any) -> Any:
    """Anything of the model as JSON says it; what is not recorded is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        cells = {f.name: getattr(value, f.name) for f in fields(value)}
        return {name: plain(cell) for name, cell in cells.items() if cell is not None}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def made(kind: type[Any], value: Any) -> Any:
    """The object of the model that `plain` turned into this value. Raises ValueError for what is none."""
    if is_dataclass(kind):
        if not isinstance(value, Mapping) or (unknown := set(value) - {f.name for f in fields(kind)}):
            named = ", ".join(sorted(unknown)) if isinstance(value, Mapping) else "no cells"
            raise ValueError(f"{kind.__name__} is not kept in this form: {named}")
        hints = _hints(kind)
        cells = {name: made(hints[name], cell) for name, cell in value.items()}
        return kind(**cells)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return made(next(arm for arm in get_args(kind) if arm is not type(None)), value)
    if origin is tuple:
        return tuple(made(get_args(kind)[0], item) for item in value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if kind is date:
        return date.fromisoformat(value)
    if kind is float:
        return float(value)
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def rebuilt(as_of: str, tables: Mapping[str, Iterable[Any]], inputs: Mapping[str, str], rows_left_out: int) -> Records:
    """The records of one round, from the rows that `plain` gave."""
    parts = {name: tuple(made(kind, row) for row in tables.get(name, ())) for name, kind in ROWS.items()}
    return Records(day=date.fromisoformat(as_of), **parts, rows_left_out=rows_left_out, inputs=dict(inputs))
