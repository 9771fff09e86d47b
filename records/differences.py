"""What changed between two readings of the records: who is new, who left, and which cells say something else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from records.days import day_in_words
from records.model import (
    Child,
    Home,
    Link,
    Location,
    Records,
    Resident,
    Separation,
    SiblingRow,
    Zone,
)

Row: TypeAlias = "Child | Home | SiblingRow | Separation | Resident | Link | Zone"
Key: TypeAlias = tuple[str, ...]

NOT_RECORDED: Final = "not recorded"


class Kind(StrEnum):
    """What became of a row."""

    NEW = "new"
    LEFT = "left"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that says something else now; `before` and `after` are what is read."""

    field: str
    words: str
    """The field in the words of the people who fill it in."""
    before: str
    after: str

    @property
    def said(self) -> str:
        """The change in one line: `needed by: 3 April 2026, now 10 April 2026`."""
        return f"{self.words}: {self.before}, now {self.after}"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is new, has left or says something else. `before` is None for a new row, `after` for one that left.

    `key` is what names the row: an id, or the ids of those it ties. Several rows may share one (zones of a child).
    """

    table: str
    key: Key
    kind: Kind
    before: Row | None
    after: Row | None
    cells: tuple[CellChange, ...]

    @property
    def who(self) -> tuple[str, ...]:
        """The ids of the people and homes that the row names."""
        return self.key if self.table != "links" else self.key[:2]


@dataclass(frozen=True, slots=True)
class Differences:
    """Every row that changed from one reading to a later one, in the order of the tables and their ids."""

    day_before: date
    day_after: date
    changes: tuple[RowChange, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, table: str, kind: Kind | None = None) -> tuple[RowChange, ...]:
        """The changes of one table (a field of `Records`), or those of one kind."""
        return tuple(one for one in self.changes if one.table == table and kind in (None, one.kind))

    def about(self, *ids: str) -> tuple[RowChange, ...]:
        """The changes of rows that name any of these people or homes."""
        wanted = set(ids)
        return tuple(one for one in self.changes if wanted.intersection(one.who))

    def counts(self) -> dict[tuple[str, Kind], int]:
        """How many rows of each table are new, left or changed."""
        return dict(Counter((one.table, one.kind) for one in self.changes))


KEYS: Final[Mapping[str, Callable[[Any], Key]]] = {
    "children": lambda row: (row.child_id,),
    "homes": lambda row: (row.home_id,),
    "siblings": lambda row: (row.child_a, row.child_b),
    "separations": lambda row: (row.person_a, row.person_b),
    "residents": lambda row: (row.home_id, row.resident_id),
    "links": lambda row: (row.child_id, row.home_id, row.link.value),
    "zones": lambda row: (row.child_id,),
}
"""The tables that are compared, and what names a row of each."""

TABLE_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "children": ("child", "children"),
    "homes": ("home", "homes"),
    "siblings": ("sibling plan", "sibling plans"),
    "separations": ("separation", "separations"),
    "residents": ("resident", "residents"),
    "links": ("link", "links"),
    "zones": ("zone", "zones"),
}
"""One row and several rows of each table, in words."""

_FIELD_WORDS: Final = {
    "family_id": "family",
    "routes": "kinds of home the care plan allows",
    "home_postcode": "postcode the child comes from",
    "home": "place the child comes from",
    "home_authority": "council the child comes from",
    "school": "place of the school",
    "needs_must": "needs the home must meet",
    "needs_helpful": "needs it helps to meet",
    "alongside": "who may live alongside",
    "placement_need": "kind of stay",
    "distance_reason": "reason for a home far away",
    "views": "wishes and feelings",
    "views_recorded_on": "wishes and feelings recorded on",
    "kind": "kind of home",
    "approving_service": "service that approved the home",
    "approved_to": "approved until",
    "last_review_on": "last review on",
    "on_hold": "on hold",
    "notice_received_on": "carer's notice received on",
    "available_to": "available until",
    "approved_age_min": "lowest age approved",
    "approved_age_max": "highest age approved",
    "approved_needs": "kinds of stay approved",
    "named_children": "children named in the approval",
    "advice_age_min": "lowest age advised",
    "advice_age_max": "highest age advised",
    "advice_children": "number of children advised",
    "bedrooms_free": "free bedrooms",
    "exempt_children": "children named in the exemption",
    "exempting_authority": "council that gave the exemption",
    "meets_needs": "needs the home can meet",
    "location": "place of the home",
    "authority": "council the home is in",
    "registered_categories": "categories registered with Ofsted",
    "preferred_age_min": "lowest age the carers prefer",
    "preferred_age_max": "highest age the carers prefer",
    "preferred_sex": "sex the carers prefer",
    "plan": "plan for the two",
    "status": "why they live there",
    "radius_miles": "radius in miles",
}
"""Fields whose name alone does not read as words."""


def field_in_words(field: str) -> str:
    """A field of the records in the words of the people who fill it in."""
    return _FIELD_WORDS.get(field, field.replace("_", " "))


def differences(earlier: Records, later: Records) -> Differences:
    """What is new, what left and what changed from one reading of the records to a later one, cell by cell.

    Rows are told apart by their ids, never by where they stand. Findings are not compared: they are of the files.
    """
    found: list[RowChange] = []
    for table, key in KEYS.items():
        found += _table(table, key, getattr(earlier, table), getattr(later, table))
    return Differences(earlier.day, later.day, tuple(found))


def applied(earlier: Records, found: Differences) -> dict[str, tuple[Row, ...]]:
    """The tables of the later records, from the earlier ones and what changed; each in the order of its ids.

    Raises ValueError when the differences are not of these records.
    """
    tables: dict[str, tuple[Row, ...]] = {}
    for table, key in KEYS.items():
        rows: Counter[Row] = Counter(getattr(earlier, table))
        for one in found.of(table):
            if one.before is not None:
                if not rows[one.before]:
                    raise ValueError(f"a row of {table} that is said to have changed is not there")
                rows[one.before] -= 1
            if one.after is not None:
                rows[one.after] += 1
        tables[table] = tuple(sorted(rows.elements(), key=_order(key)))
    return tables


def _table(table: str, key: Callable[[Any], Key], earlier: Iterable[Row], later: Iterable[Row]) -> Iterator[RowChange]:
    before, after = Counter(earlier), Counter(later)
    # what stands on both sides as it is has not changed; of the rest, rows of one key are held against each other
    gone, come = _by_key(before - after, key), _by_key(after - before, key)
    for at in sorted({*gone, *come}):
        for old, new in zip_longest(gone.get(at, ()), come.get(at, ())):
            kind = Kind.NEW if old is None else Kind.LEFT if new is None else Kind.CHANGED
            yield RowChange(table, at, kind, old, new, _cells(old, new) if kind is Kind.CHANGED else ())


def _by_key(rows: Counter[Row], key: Callable[[Any], Key]) -> dict[Key, list[Row]]:
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in sorted(rows.elements(), key=_order(key)):
        found[key(row)].append(row)
    return found


def _order(key: Callable[[Any], Key]) -> Callable[[Row], tuple[Key, tuple[str, ...]]]:
    return lambda row: (key(row), tuple(str(getattr(row, f.name)) for f in fields(row)))


def _cells(before: Row | None, after: Row | None) -> tuple[CellChange, ...]:
    assert before is not None  # noqa: S101 - asked of changed rows only
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(before))
    return tuple(
        CellChange(name, field_in_words(name), value_in_words(old), value_in_words(new))
        for name, old, new in pairs
        if old != new
    )


def value_in_words(value: object) -> str:
    """What a cell says, in words: a date as 3 April 2026, a blank as not recorded."""
    if value is None:
        return NOT_RECORDED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    if isinstance(value, Location):
        return f"easting {value.easting:g}, northing {value.northing:g} ({value.precision.value})"
    if isinstance(value, tuple):
        return ", ".join(value_in_words(one) for one in value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
