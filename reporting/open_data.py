"""An edition's tables as open data: one CSV file each, and what every column means, for machines.

Described twice, in the two forms that tools read: a Frictionless tabular data package (`datapackage.json`) and the
W3C's CSV on the Web (`csv-metadata.json`). Nothing is in the files that the edition does not say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from reporting.fact import Facts, Kind, Unit
from reporting.lens import DERIVED, SYMBOLS, Lens
from reporting.write import csv_text

PACKAGE: Final = "datapackage.json"
CSVW: Final = "csv-metadata.json"
ABOUT: Final = ("council", "made_up", "known_until", "scenario")
UNITS: Final[Mapping[Unit, str]] = {
    Unit.PEOPLE: "people",
    Unit.HOMES: "households",
    Unit.PLACES: "places",
    Unit.SHARE: "share, from 0 to 1",
    Unit.POUNDS: "pounds sterling",
    Unit.DAYS: "days",
    Unit.WEEKS: "weeks",
    Unit.MONTHS: "months",
    Unit.MILES: "miles",
    Unit.NUMBER: "number",
    Unit.TEXT: "text",
}


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms the council publishes; it alone can say."""

    name: str
    """A code of the Open Definition, as "OGL-UK-3.0"."""
    title: str
    path: str


OPEN_GOVERNMENT: Final = Licence(
    "OGL-UK-3.0",
    "Open Government Licence v3.0",
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """One column of an open table."""

    name: str
    title: str
    meaning: str
    number: bool
    """Numbers, but for symbols and words that stand where none may."""
    categories: tuple[tuple[str, str], ...] = ()
    """Each code that stands in it, and what it means."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenTable:
    """One table as an edition may publish it; text in every column."""

    key: str
    title: str
    rows: pd.DataFrame
    columns: tuple[OpenColumn, ...]
    by: tuple[str, ...]
    source: str

    @property
    def path(self) -> str:
        """The name of its file."""
        return f"{self.key}.csv"


def open_tables_of(lens: Lens) -> tuple[OpenTable, ...]:
    """Every table that an edition may publish, with what its columns mean."""
    book = lens.book
    return tuple(
        OpenTable(
            key,
            book.facts[key].title,
            rows,
            tuple(_column(book.facts[key], name, rows[name]) for name in rows.columns),
            book.facts[key].by,
            book.sources.get(book.facts[key].source, book.facts[key].source),
        )
        for key, rows in lens.open_tables().items()
    )


def open_data(lens: Lens, title: str, *, licence: Licence | None = None) -> dict[str, bytes]:
    """The files of an edition's open data, by name: one CSV a table, then what describes them.

    Without a `licence` none is named: whoever publishes decides on it. The same edition gives the same bytes.
    """
    tables = open_tables_of(lens)
    files = {table.path: csv_text(table.rows).encode() for table in tables}
    missing = _missing(tables)
    about = {name: lens.book.about[name] for name in ABOUT if lens.book.about.get(name)}
    described = _described(lens)
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "placewell-open-data",
        "title": title,
        "description": described,
        "edition": str(lens.edition),
        "about": about,
        **({"licenses": [_licence(licence)]} if licence else {}),
        "resources": [_resource(table, files[table.path], missing) for table in tables],
    }
    csvw: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": title,
        "dc:description": described,
        **({"dc:license": {"@id": licence.path}} if licence else {}),
        "tables": [_csvw_table(table, missing) for table in tables],
    }
    return {**files, PACKAGE: _json(package), CSVW: _json(csvw)}


def _column(facts: Facts, name: str, rows: pd.Series) -> OpenColumn:
    if name in facts.by:
        there = list(dict.fromkeys(rows.tolist()))
        codes = tuple((code, facts.label(name, code)) for code in there if facts.label(name, code) != code)
        return OpenColumn(name, facts.title_of(name), "Category.", False, codes)
    derived = DERIVED.get(facts.kind)
    if derived is not None and name == derived[0]:
        what = "share, from 0 to 1" if facts.kind is Kind.SHARE else "mean"
        return OpenColumn(name, name.capitalize(), f"{derived[1]} divided by {derived[2]}: {what}", True)
    value = next(one for one in facts.columns if one.name == name)
    return OpenColumn(name, value.title, f"In {UNITS[value.unit]}.", value.unit is not Unit.TEXT)


def _missing(tables: Sequence[OpenTable]) -> list[str]:
    """What may stand in a column of numbers where no number does."""
    found = {
        text
        for table in tables
        for column in table.columns
        if column.number
        for text in set(table.rows[column.name].tolist())
        if not _is_number(text)
    }
    return ["", *sorted(found | set(SYMBOLS))]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _described(lens: Lens) -> str:
    told = [f"{symbol}: {meaning}." for symbol, meaning in lens.symbols().items()]
    return " ".join(["Figures as the document beside them publishes them.", *told, *lens.notes])


def _licence(licence: Licence) -> dict[str, str]:
    return {"name": licence.name, "title": licence.title, "path": licence.path}


def _resource(table: OpenTable, data: bytes, missing: list[str]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.key.replace("_", "-"),
        "path": table.path,
        "title": table.title,
        "sources": [{"title": table.source}],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": {
            "fields": [_field(one) for one in table.columns],
            "primaryKey": list(table.by),
            "missingValues": missing,
        },
    }


def _field(column: OpenColumn) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": "number" if column.number else "string",
        "title": column.title,
        "description": _meaning(column),
    }
    return told


def _csvw_table(table: OpenTable, missing: list[str]) -> dict[str, Any]:
    return {
        "url": table.path,
        "dc:title": table.title,
        "dc:source": table.source,
        "tableSchema": {
            "columns": [
                {
                    "name": one.name,
                    "titles": [one.name],
                    "dc:title": one.title,
                    "dc:description": _meaning(one),
                    "datatype": "number" if one.number else "string",
                    **({"null": missing} if one.number else {}),
                }
                for one in table.columns
            ],
            **({"primaryKey": list(table.by)} if table.by else {}),
        },
    }


def _meaning(column: OpenColumn) -> str:
    codes = "; ".join(f"{code}: {label}" for code, label in column.categories)
    return f"{column.meaning}{' ' if codes else ''}{codes}"


def _json(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
