"""A book of figures as a file: the same book always gives the same bytes, and comes back as it was.

The file is JSON, a row of a table a line. It holds every figure as it is, so it is as confidential as they are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

import pandas as pd

from reporting.fact import Book, Facts, Kind, Unit, Value
from reporting.section import Edition

FORM: Final = "placewell figures"
VERSION: Final = 1
_AGAIN: Final = "Run the forecast again."


class NotABook(ValueError):
    """The text is not a book of figures that can be read; the words say what is wrong and what to do."""


def write_book(book: Book) -> str:
    """The book as text, ending in a line feed. Tables keep their order. Raises ValueError for an infinite figure."""
    return "".join(_lines(book))


def read_book(text: str) -> Book:
    """The book that `write_book` wrote. Raises `NotABook` for any other text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotABook(f"The file of figures is broken: it is no JSON, or not all of it is there. {_AGAIN}") from error
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise NotABook(f"This is not a file of figures that placewell forecast wrote (position.json). {_AGAIN}")
    if found.get("version") != VERSION:
        raise NotABook(
            f"The file of figures has form {found.get('version')!r}, and this Placewell reads form {VERSION}. {_AGAIN}"
        )
    about, sources, tables = (found.get(name) for name in ("about", "sources", "tables"))
    if not isinstance(tables, list):
        _broken("it holds no tables")
    facts = [_facts(table) for table in tables]
    if len({one.key for one in facts}) < len(facts):
        _broken("a table is there twice")
    return Book(_words(about, "about"), {one.key: one for one in facts}, _words(sources, "sources"))


# ---- writing -------------------------------------------------------------------------------------------------------


def _lines(book: Book) -> Iterator[str]:
    yield f'{{"form": {_json(FORM)},\n"version": {VERSION},\n'
    yield f'"about": {_json(dict(book.about))},\n"sources": {_json(dict(book.sources))},\n"tables": ['
    for number, facts in enumerate(book.facts.values()):
        head = {
            "key": facts.key,
            "title": facts.title,
            "kind": facts.kind.value,
            "edition": facts.edition.value,
            "source": facts.source,
            "by": list(facts.by),
            "columns": [[value.name, value.title, value.unit.value] for value in facts.columns],
            "titles": dict(facts.titles),
            "labels": {dim: list(names.items()) for dim, names in facts.labels.items()},
            "overlap": sorted(facts.overlap),
            "like": dict(facts.like),
        }
        yield f'{"," if number else ""}\n{_json(head)[:-1]},\n"rows": ['
        yield ",".join("\n" + _json(row) for row in _rows(facts))
        yield "]}"
    yield "]}\n"


def _rows(facts: Facts) -> Iterator[list[Any]]:
    """Each row as plain values: whole numbers without a point, nothing for what is not known."""
    columns: list[list[Any]] = [facts.rows[name].astype(str).tolist() for name in facts.by]
    for value in facts.columns:
        columns.append([_plain(one) for one in facts.rows[value.name].tolist()])
    return (list(row) for row in zip(*columns, strict=True)) if columns else ([] for _ in range(len(facts.rows)))


def _plain(value: Any) -> str | int | float | None:
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


# ---- reading -------------------------------------------------------------------------------------------------------


def _facts(table: Any) -> Facts:
    if not isinstance(table, dict) or not isinstance(table.get("key"), str):
        _broken("a table has no name")
    key = table["key"]
    try:
        by = tuple(_texts(table["by"]))
        columns = tuple(Value(_text(one[0]), _text(one[1]), Unit(one[2])) for one in table["columns"])
        return Facts(
            key,
            _text(table["title"]),
            Kind(table["kind"]),
            by,
            columns,
            _frame(table["rows"], by, columns),
            _text(table["source"]),
            titles=_words(table["titles"], key),
            labels={
                _text(dim): {_text(name): _text(said) for name, said in names}
                for dim, names in dict(table["labels"]).items()
            },
            overlap=frozenset(_texts(table["overlap"])),
            like=_words(table["like"], key),
            edition=Edition(table["edition"]),
        )
    except NotABook:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise NotABook(f"The file of figures is broken in table {key}. {_AGAIN}") from error


def _frame(rows: Any, by: Sequence[str], columns: Sequence[Value]) -> pd.DataFrame:
    """Categories and text as text, figures as numbers; not-a-number where nothing is said."""
    names = [*by, *(value.name for value in columns)]
    if not isinstance(rows, list) or any(not isinstance(row, list) or len(row) != len(names) for row in rows):
        raise TypeError("rows")
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    frame: dict[str, Any] = {}
    for name, column in zip(by, cells[: len(by)], strict=True):
        frame[name] = pd.Series(list(_texts(column)), dtype=object)
    for value, column in zip(columns, cells[len(by) :], strict=True):
        if value.unit is Unit.TEXT:
            frame[value.name] = pd.Series([math.nan if one is None else _text(one) for one in column], dtype=object)
        else:
            frame[value.name] = pd.Series([_number(one) for one in column], dtype="float64")
    return pd.DataFrame(frame, columns=names, index=range(len(rows)))


def _number(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_text(one) for one in values)


def _words(value: Any, where: str) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        _broken(f"{where} does not say in words what it should")
    return value


def _broken(what: str) -> NoReturn:
    raise NotABook(f"The file of figures is broken: {what}. {_AGAIN}")
