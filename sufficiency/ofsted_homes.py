"""Homes registered with Ofsted in one council's area, from the list of providers that the council loads.

The list is public. Names and addresses of providers are not read: a provider may be one person.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from reporting.fact import ALL, Book, Facts, Kind, Unit, Value

SOURCE: Final = "ofsted"
KINDS: Final = {
    "Children's home": "childrens_home",
    "Residential Special School": "special_school",
    "Supported Accommodation": "supported",
    "Independent Fostering Agency": "fostering_agency",
    "Voluntary Adoption Agency": "adoption_agency",
    "Residential Family Centre": "family_centre",
    "Secure children's home": "secure_home",
}
NAMES: Final = {
    "childrens_home": "Children's homes",
    "secure_home": "Secure children's homes",
    "special_school": "Residential special schools",
    "family_centre": "Residential family centres",
    "supported": "Supported accommodation",
    "fostering_agency": "Fostering agencies",
    "adoption_agency": "Voluntary adoption agencies",
}
_KIND, _SECTOR, _AREA = "Provision type", "Sector", "Local authority"
_PLACES: Final = ("Places", "Maximum number of places", "Number of places")
_GRADE: Final = ("Overall effectiveness", "Overall experiences and progress of children and young people")
_STATUS: Final = "Registration status"
_LARGEST: Final = 50_000_000
_NONE: Final[Mapping[str, str]] = {}


class NotOfsted(ValueError):
    """A file that is no list of Ofsted's providers, or does not hold the council; in words."""


@dataclass(frozen=True, slots=True, eq=False)
class OfstedHomes:
    """The tables of one council's area, and the sentence that says where they are from."""

    facts: tuple[Facts, ...]
    source: str


def with_ofsted(book: Book, found: OfstedHomes) -> Book:
    """A book that holds these homes too."""
    return replace(
        book,
        facts={**book.facts, **{one.key: one for one in found.facts}},
        sources={**book.sources, SOURCE: found.source},
    )


def read_ofsted(path: Path, council: str) -> OfstedHomes:
    """The homes of one council's area from Ofsted's list (CSV). Raises `NotOfsted` in words."""
    try:
        if path.stat().st_size > _LARGEST:
            raise NotOfsted(f"{path.name}: is larger than 50 MB, and so no list of Ofsted's providers.")
        data = path.read_bytes()
    except OSError as error:
        raise NotOfsted(f"{path.name}: cannot be read ({error.strerror or type(error).__name__}).") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return ofsted_of(text, council, path.name)


def ofsted_of(text: str, council: str, name: str) -> OfstedHomes:
    """The same from the text of a file; `name` stands in what is said of it."""
    reader = csv.DictReader(io.StringIO(text))
    head = reader.fieldnames or []
    missing = [one for one in (_KIND, _SECTOR, _AREA) if one not in head]
    if missing:
        raise NotOfsted(
            f"{name}: has no column {missing[0]}. Save the sheet of providers and places of Ofsted's data as CSV, with "
            "its headings in the first line."
        )
    places = next((one for one in _PLACES if one in head), None)
    grade = next((one for one in _GRADE if one in head), None)
    rows = list(reader)
    areas = {_plain(row[_AREA] or ""): row[_AREA] for row in rows}
    if _plain(council) not in areas:
        near = difflib.get_close_matches(_plain(council), list(areas), 1)
        hint = f" Did you mean {areas[near[0]]}?" if near else ""
        raise NotOfsted(f"{name}: holds no council {council!r}.{hint} Name it as Ofsted's list does.")
    here = [row for row in rows if _plain(row[_AREA] or "") == _plain(council) and _active(row)]
    homes: Counter[tuple[str, str]] = Counter()
    beds: dict[tuple[str, str], float] = {}
    grades: Counter[tuple[str, str]] = Counter()
    for row in here:
        kind = KINDS.get((row[_KIND] or "").strip(), (row[_KIND] or "Not named").strip())
        room = _whole(row.get(places)) if places is not None else None
        for sector in ((row[_SECTOR] or "").strip() or "Not known", ALL):
            homes[kind, sector] += 1
            if room is not None:
                beds[kind, sector] = beds.get((kind, sector), 0.0) + room
        if grade is not None:
            grades[kind, (row[grade] or "").strip() or "No grade yet"] += 1
    table: list[tuple[str | float, ...]] = [
        (kind, sector, float(n), beds.get((kind, sector), float("nan"))) for (kind, sector), n in homes.items()
    ]
    columns = (Value("homes", "Registered", Unit.HOMES), Value("places", "Places", Unit.PLACES))
    found = [_facts("ofsted.homes", "Providers registered with Ofsted in the area", "sector", table, columns)]
    if grades:
        graded: list[tuple[str | float, ...]] = [(kind, one, float(n)) for (kind, one), n in grades.items()]
        found.append(_facts("ofsted.grades", "Grades that Ofsted gave", "grade", graded, columns[:1]))
    return OfstedHomes(
        tuple(found),
        f"Ofsted's list of registered providers, as the council loaded it ({name}); those in {areas[_plain(council)]} "
        "whose registration is active.",
    )


def _facts(
    key: str, title: str, second: str, rows: Sequence[tuple[str | float, ...]], columns: tuple[Value, ...]
) -> Facts:
    by = ("provision", second)
    table = pd.DataFrame(rows, columns=[*by, *(value.name for value in columns)])
    table = table.sort_values(list(by), ignore_index=True)
    return Facts(
        key,
        title,
        Kind.PLAIN,
        by,
        columns,
        table.astype({**dict.fromkeys(by, "object"), **{v.name: "float64" for v in columns}}),
        SOURCE,
        titles={"provision": "Kind", "sector": "Sector", "grade": "Grade"},
        labels={"provision": NAMES, "sector": {ALL: "All sectors"} if second == "sector" else _NONE},
    )


def _plain(name: str) -> str:
    """A council's name as it is compared: without case, points and joining words."""
    words = name.casefold().replace("-", " ").replace(".", "").replace(",", "").replace("&", "and").split()
    return " ".join(word for word in words if word not in ("council", "borough", "metropolitan", "city", "county"))


def _active(row: Mapping[str, str]) -> bool:
    return (row.get(_STATUS) or "Active").strip().casefold() == "active"


def _whole(text: str | None) -> float | None:
    try:
        return float((text or "").strip())
    except ValueError:
        return None
