"""What one edition may say of each figure, and which figures it has said.

Sections ask the lens for words and never see the figure behind them. The lens of a confidential edition says all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from reporting.disclosure import MEANING
from reporting.fact import Book, Facts, Kind, Unit
from reporting.section import Column, Edition, Table

NOT_KNOWN: Final = "not known"
UNDER_ONE: Final = "under 1%"
"""Of a share that rounds to nought: a nought that is shown is nought."""
SYMBOLS: Final[Mapping[str, str]] = {**MEANING, NOT_KNOWN: "not known to the council, or not recorded"}
"""What stands in place of a figure."""
FEWER: Final = "fewer than "
"""Begins what stands for a forecast of a few."""
DERIVED: Final[Mapping[Kind, tuple[str, str, str]]] = {
    Kind.SHARE: ("share", "part", "base"),
    Kind.MEAN: ("mean", "total", "base"),
}
"""What such a table tells besides its columns: its name, and what is divided by what."""


@dataclass(frozen=True, slots=True)
class Said:
    """One figure that a document says, and where it comes from."""

    place: str
    """The heading under which it stands."""
    key: str
    column: str
    by: tuple[tuple[str, str], ...]
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class HiddenRow:
    """One figure that an edition does not say, and why."""

    key: str
    by: tuple[tuple[str, str], ...]
    column: str
    """Empty: all of the row."""
    why: str
    """`small`, `protects another`, `few` or `commercial`."""


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """Says figures of a book as one edition may.

    `texts` holds, for each table, what may be printed in place of its values and of what is derived from them: the
    same rows, text in every column. A table without any is said as it stands.
    """

    book: Book
    edition: Edition
    texts: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    place: str = ""
    said: list[Said] = field(default_factory=list)
    places: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = field(default_factory=dict)
    """For a table and some of its dimensions, where the rows of each of their categories are."""
    hidden: tuple[HiddenRow, ...] = ()
    notes: tuple[str, ...] = ()
    """What readers of the whole must know of how it was hidden."""

    def under(self, heading: str) -> Lens:
        """The same lens for one part of the document; what is said there is noted with its heading."""
        return replace(self, place=heading)

    def has(self, key: str) -> bool:
        """Whether there is such a table, and this edition may hold it."""
        return key in self.book.facts and self.edition.admits(self.book.facts[key].edition)

    def hidden_rows(self) -> tuple[HiddenRow, ...]:
        """What this edition does not say of the tables that it holds, and why."""
        return tuple(one for one in self.hidden if self.has(one.key))

    def why(self, symbol: str) -> str | None:
        """What a symbol means that stands in place of a figure; None for what is no symbol."""
        return SYMBOLS.get(symbol) or self.symbols().get(symbol)

    def symbols(self) -> Mapping[str, str]:
        """The symbols that stand in this edition's tables, and what each means."""
        there = {text for frame in self.open_tables().values() for name in frame for text in set(frame[name].tolist())}
        found = {symbol: meaning for symbol, meaning in SYMBOLS.items() if symbol in there}
        few = sorted(text for text in there if text.startswith(FEWER))
        return found | dict.fromkeys(few, "a forecast of a few, or of none in most futures, which is not told apart")

    def open_tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table that this edition may publish as open data: categories as codes, figures as plain numbers.

        Shares are from 0 to 1; nothing stands between thousands. Symbols and words stand where no figure may.
        """
        return {key: self._open(facts) for key, facts in self.book.facts.items() if self.has(key)}

    def _open(self, facts: Facts) -> pd.DataFrame:
        columns = [value.name for value in facts.columns]
        if facts.kind in DERIVED:
            columns.append(DERIVED[facts.kind][0])
        return facts.rows[list(facts.by)].assign(**{column: self._open_column(facts, column) for column in columns})

    def _open_column(self, facts: Facts, column: str) -> list[str]:
        if facts.key in self.texts:
            return [_bare(text) for text in self.texts[facts.key][column].tolist()]
        if column not in facts.rows.columns:
            return [_bare(plainly(facts, column, at)) for at in range(len(facts.rows))]
        return [
            value if isinstance(value, str) else NOT_KNOWN if math.isnan(value) else f"{float(value):.10g}"
            for value in facts.rows[column].tolist()
        ]

    def facts(self, key: str) -> Facts:
        """What a table is: its categories and titles. Its numbers are for `text` to say."""
        if not self.has(key):
            raise KeyError(f"a {self.edition} edition holds no table {key}")
        return self.book.facts[key]

    def categories(self, key: str, dimension: str) -> tuple[str, ...]:
        """The categories of a dimension that a table has, in the order of its labels, then of its rows."""
        facts = self.facts(key)
        there = list(dict.fromkeys(facts.rows[dimension].tolist()))
        order = [name for name in facts.labels.get(dimension, {}) if name in there]
        return (*order, *(name for name in there if name not in order))

    def text(self, key: str, column: str, **by: str) -> str:
        """A figure as it may be printed; a symbol or words where it may not. Raises KeyError for no such row."""
        facts, at = self._row(key, by)
        text = self._text(facts, column, at)
        name = tuple((dim, str(facts.rows[dim].iloc[at])) for dim in facts.by)
        self.said.append(Said(self.place, key, column, name, text, facts.source))
        return text

    def number(self, key: str, column: str, **by: str) -> float | None:
        """A figure as it is printed, for charts and for words such as more and fewer; None where it is not."""
        text = self.text(key, column, **by).replace(",", "").replace("£", "").replace("−", "-")
        scale = 0.01 if text.endswith("%") else 1.0
        try:
            return scale * float(text.removesuffix("%"))
        except ValueError:
            return None

    def table(
        self,
        key: str,
        caption: str,
        columns: Sequence[str],
        *,
        rows: str,
        notes: Sequence[str] = (),
        total: bool = True,
        **by: str,
    ) -> Table:
        """A table of one dimension: a row for each category of `rows`, those of `by` held; `ALL` becomes the total."""
        facts = self.facts(key)
        titles = {value.name: value.title for value in facts.columns}
        head = (Column(facts.title_of(rows)), *(Column(titles.get(c, c.capitalize()), number=True) for c in columns))
        found = set(_select(facts, by)[rows].tolist())
        names = [name for name in self.categories(key, rows) if name in found and name != "all"]
        body = [
            (facts.label(rows, name), *(self.text(key, column, **{rows: name}, **by) for column in columns))
            for name in names
        ]
        last = None
        if total and "all" in found:
            last = (facts.label(rows, "all"), *(self.text(key, column, **{rows: "all"}, **by) for column in columns))
        return Table(caption, head, tuple(body), tuple(notes), last)

    def rows_at(self, key: str, by: Mapping[str, str]) -> Sequence[int]:
        """Where a table's rows of these categories are. Raises KeyError where it has no such dimension.

        Found once for each table and its dimensions; of two threads that find it at once, both find the same.
        """
        facts = self.facts(key)
        dims = sorted(by)
        named = (key, *dims)
        if named not in self.places:
            self.places[named] = _places(facts, dims)
        return self.places[named].get(tuple(by[dim] for dim in dims), [])

    def _row(self, key: str, by: Mapping[str, str]) -> tuple[Facts, int]:
        facts = self.facts(key)
        found = self.rows_at(key, by)
        if len(found) != 1:
            raise KeyError(f"{key} has {len(found)} rows for {dict(by)}, and one is wanted")
        return facts, found[0]

    def _text(self, facts: Facts, column: str, at: int) -> str:
        if facts.key in self.texts:
            return str(self.texts[facts.key][column].iloc[at])
        return plainly(facts, column, at)


def plainly(facts: Facts, column: str, at: int) -> str:
    """A figure as it stands, nothing hidden and nothing rounded away."""
    row = facts.rows.iloc[at]
    derived = DERIVED.get(facts.kind)
    if derived is not None and column == derived[0]:
        above, below = float(row[derived[1]]), float(row[derived[2]])
        if not below or math.isnan(above) or math.isnan(below):
            return NOT_KNOWN
        return written(above / below, Unit.SHARE if facts.kind is Kind.SHARE else Unit.NUMBER)
    unit = next((value.unit for value in facts.columns if value.name == column), None)
    if unit is None:
        raise KeyError(f"{facts.key} has no column {column}")
    return written(row[column], unit)


def written(value: object, unit: Unit) -> str:
    """A value as it is read: 1,234, 41%, £1,230 or 4.5."""
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return NOT_KNOWN
    match unit:
        case Unit.SHARE:
            return UNDER_ONE if 0 < number < 0.005 else f"{_half_up(100 * number):,}%"
        case Unit.POUNDS:
            return f"{'−' if number <= -0.5 else ''}£{_half_up(abs(number)):,}"
        case Unit.PEOPLE | Unit.HOMES | Unit.PLACES | Unit.DAYS:
            return f"{_half_up(number):,}"
        case _:
            if number == round(number):
                return f"{_half_up(number):,}"
            return f"{number:,.1f}" if abs(number) >= 1 else f"{number:.2g}"


def _bare(text: str) -> str:
    """A figure without what makes it pleasant to read; anything else as it is."""
    bare = text.replace(",", "").replace("£", "").replace("−", "-")
    try:
        if bare.endswith("%"):
            return f"{float(bare[:-1]) / 100:.2f}"
        float(bare)
    except ValueError:
        return text
    return bare


def _half_up(number: float) -> int:
    return int(np.floor(number + 0.5))


def _places(facts: Facts, dims: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """Where the rows of each combination of categories are, because a document asks for thousands."""
    found: dict[tuple[str, ...], list[int]] = {}
    columns = [facts.rows[dim].tolist() for dim in dims]
    for at, name in enumerate(zip(*columns, strict=True) if columns else [()] * len(facts.rows)):
        found.setdefault(name, []).append(at)
    return found


def _select(facts: Facts, by: Mapping[str, str]) -> pd.DataFrame:
    """Rows whose categories are those named; the index is their place."""
    found = facts.rows.reset_index(drop=True)
    for dimension, category in by.items():
        found = found[found[dimension] == category]
    return found
