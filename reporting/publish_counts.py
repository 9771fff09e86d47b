"""Counts of a whole book as one set of linked cells: its tables of counts, and the counts that shares and means are of.

A percentage tells of its part, of its base and of the rest of the base. All three are cells here, so that a small rest
hides a percentage as a small part does, and the same children in another table are the same cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporting.disclosure import Refused, Rules, as_printed, least_hidden, small, texts_of
from reporting.fact import ALL, Book, Facts, Kind
from reporting.hiding import CannotHide, Hidden, hide
from reporting.linked import Cells, Counted, DoNotAddUp, Name, linked, names_of, structure
from reporting.publish_flows import balances

COUNTED: Final = "counted"
"""The dimension that keeps different things apart which have the same categories."""
REST: Final = "rest"
MOST_COLUMNS: Final = 6
"""Sums between columns of one table are looked for among so many."""

Place = tuple[str, str, int]
"""Key of a table, column, row."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What is counted in a book, before anything is hidden."""

    tables: tuple[Counted, ...]
    sums: tuple[tuple[Name, tuple[Name, ...]], ...]
    """Wholes and parts that add up although no dimension says so."""
    name: Mapping[Place, Name]
    """The cell that a figure of the book is; none where it is not known."""
    coarse: frozenset[Name]
    """Cells that are rounded although they are no sums."""
    silent: frozenset[Name]
    """Cells that are never printed."""
    parents: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Safe:
    """The counts as they may be printed."""

    counts: Counts
    cells: Cells
    number: Mapping[Name, int]
    chosen: Hidden
    text: Mapping[Name, str]

    def hidden(self, name: Name) -> bool:
        """Whether a cell is hidden; one that nobody counts is not."""
        at = self.number.get(name)
        return at is not None and bool(self.chosen.hidden[at])

    def value(self, name: Name) -> int:
        """The count itself."""
        return int(self.cells.counts[0, self.number[name]])


def named(by: Sequence[str], row: Sequence[object], counted: str) -> Name:
    """The cell of some categories; what they count is one of them."""
    some = [(dim, str(category)) for dim, category in zip(by, row, strict=True) if str(category) != ALL]
    return tuple(sorted([*some, (COUNTED, counted)]))


def thing(facts: Facts, column: str, row: Mapping[str, object]) -> str:
    """What a column counts: what its table says it counts where it has no other, else what the column is called."""
    alone = len(facts.columns) == 1 or column == row.get("what")
    return str(row.get("what", column)) if alone else column


def counts_of(book: Book, parents: Mapping[str, Mapping[str, str]] | None = None) -> Counts:
    """Gather every count of a book. Raises `Refused` for what is no count: below nought, or no whole number."""
    made = _Gathered()
    for key in sorted(book.facts):
        facts = book.facts[key]
        match facts.kind:
            case Kind.COUNT:
                made.table(facts)
            case Kind.SHARE:
                made.share(facts)
            case Kind.MEAN:
                made.bases(facts)
    made.flows()
    return Counts(
        tuple(made.tables), tuple(dict.fromkeys(made.sums)), made.name, frozenset(made.coarse),
        frozenset(made.silent), parents or {},
    )  # fmt: skip


def safely(
    counts: Counts,
    rules: Rules,
    effort: int,
    *,
    hidden: Container[Name] = (),
    known: Mapping[Name, tuple[float, float]] | None = None,
) -> Safe:
    """Hide what must be hidden in all tables together. Raises `Refused` for counts that contradict one another.

    `hidden`: cells that are hidden whatever they count. `known`: the least and the most that cells are known to be
    whether or not they are shown, so that hiding them would protect nothing.
    """
    known = known or {}
    try:
        cells = linked(counts.tables, counts.parents, counts.sums)
    except DoNotAddUp as why:
        raise Refused(f"The counts contradict one another, so nothing can be said of what is hidden: {why}") from why
    built = structure(counts.tables, counts.parents, counts.sums)
    units = units_of(built.totals, cells.names, counts, rules)
    silent = np.array([name in counts.silent for name in cells.names], dtype=bool)
    primary = small(cells, rules) | np.array([name in hidden for name in cells.names], dtype=bool)
    printed = as_printed(cells, units, rules)
    for at, name in enumerate(cells.names):
        if name in known:
            low, high = known[name]
            printed.low[:, at] = np.maximum(printed.low[:, at], low)
            printed.high[:, at] = np.minimum(printed.high[:, at], high)
    shown = np.array([name in known for name in cells.names], dtype=bool) & ~primary
    try:
        chosen = hide(
            cells, primary, shown=shown, silent=silent, printed=printed,
            weights=weights(cells, built.totals), floor=least_hidden(cells, rules), width=rules.width, effort=effort,
        )  # fmt: skip
    except CannotHide as why:
        also = " What the earlier edition said is known, and tells one of them now." if shown.any() else ""
        raise Refused(f"The small counts cannot be hidden: {why}{also}") from why
    texts = texts_of(cells, units, chosen.hidden)[0]
    return Safe(counts, cells, built.number, chosen, dict(zip(cells.names, texts, strict=True)))


def units_of(
    totals: npt.NDArray[np.bool_], names: Sequence[Name], counts: Counts, rules: Rules
) -> npt.NDArray[np.int64]:
    """[cells] what each is rounded to: sums, and whatever is counted of the council as a whole."""
    whole = {"what", "on", COUNTED}
    coarse = np.array([name in counts.coarse or {dim for dim, _ in name} <= whole for name in names], dtype=bool)
    return np.where(totals | coarse, rules.round_totals_to, 1).astype(np.int64)


def weights(cells: Cells, totals: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """[cells] what is lost by hiding each: few cells, small ones first, and a sum last, for most people read it."""
    whole = cells.counts.max(axis=0, initial=0).astype(np.float64)
    dims = np.array([len(name) for name in cells.names], dtype=np.float64)
    wide = dims.max(initial=0.0) - dims
    return np.asarray(1.0 + np.sqrt(whole) / 10.0 + np.where(totals, 1.0 + wide, 0.0))


class _Gathered:
    """Counts as they are come upon."""

    def __init__(self) -> None:
        self.tables: list[Counted] = []
        self.sums: list[tuple[Name, tuple[Name, ...]]] = []
        self.name: dict[Place, Name] = {}
        self.coarse: set[Name] = set()
        self.silent: set[Name] = set()

    def table(self, facts: Facts) -> None:
        """Every column of a table of counts."""
        columns = [value.name for value in facts.columns]
        for column in columns:
            self._cells(facts, column, column, [thing(facts, column, row) for row in _rows(facts)])
        if 2 < len(columns) <= MOST_COLUMNS:
            for whole, parts in _across(facts, columns):
                self._across(facts, whole, parts)

    def share(self, facts: Facts) -> None:
        """Parts, bases and the rest of each base. Where it is said what is counted, a part is that count elsewhere."""
        of, parts = self.bases(facts), []
        for row in _rows(facts):
            parts.append(str(row["what"]) if "what" in row else f"{facts.key} part")
        self._cells(facts, "part", "part", parts)
        rest = f"{facts.key} {REST}"
        known = facts.rows["part"].notna() & facts.rows["base"].notna()
        if (facts.rows["part"][known] > facts.rows["base"][known]).any():
            raise Refused(f"In {facts.key} a part is more than its base. Nothing was published.")
        left = (facts.rows["base"] - facts.rows["part"]).where(known)
        # A rest is of one base: rests of different ones are never added up.
        labels = ["/".join(str(row[dim]) for dim in facts.by) for row in _rows(facts)]
        self._cells(facts, REST, left, [f"{rest} {label}" for label in labels], [()] * len(facts.rows))
        for at in range(len(facts.rows)):
            part, whole, other = (self.name.get((facts.key, column, at)) for column in ("part", "base", REST))
            if part is None or whole is None or other is None:
                continue
            self.silent.add(other)
            if (COUNTED, f"{facts.key} part") in part:
                self.coarse |= {part, whole}
            if part != whole:
                self.sums.append((whole, (part, other)))
        self.coarse |= {of[at] for at in of if (COUNTED, f"{facts.key} base") in of[at]}

    def bases(self, facts: Facts) -> dict[int, Name]:
        """Bases of shares or of means."""
        own = f"{facts.key} base"
        whole = _whole_of(facts)
        things = [own if one is None else one for one in whole]

        dims = [("what", "on") if one is not None else facts.by for one in whole]
        self._cells(facts, "base", "base", things, dims)
        found = {at: self.name[(facts.key, "base", at)] for at in range(len(facts.rows))
                 if (facts.key, "base", at) in self.name}  # fmt: skip
        self.coarse |= {name for name in found.values() if (COUNTED, own) in name}
        return found

    def flows(self) -> None:
        """What comes to a stock and leaves it."""
        table, sums = balances(self.tables)
        if table is not None:
            self.tables.append(table)
            self.silent |= set(names_of(table))
            self.sums += sums

    def _cells(
        self,
        facts: Facts,
        column: str,
        values: str | pd.Series[float],
        things: Sequence[str],
        dims: Sequence[Sequence[str]] | None = None,
    ) -> None:
        """One column of figures, as tables of what they count."""
        counts = facts.rows[values] if isinstance(values, str) else values
        known = counts.notna().to_numpy()
        whole = np.floor(counts.fillna(0.0).astype(float).to_numpy() + 0.5)
        if (np.abs(whole - counts.fillna(0.0).astype(float).to_numpy()) > 1e-6).any() or (whole < 0).any():
            raise Refused(f"In {facts.key} the column {column} holds what is no count. Nothing was published.")
        ways: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        rows = _rows(facts)
        for at in np.flatnonzero(known).tolist():
            by = tuple(facts.by if dims is None else dims[at])
            told = [str(rows[at][dim]) for dim in by]
            name = named(by, told, things[at])
            if self.name.get((facts.key, column, at), name) != name:  # pragma: no cover
                raise ValueError(f"{facts.key}: two cells for one figure")
            self.name[(facts.key, column, at)] = name
            ways.setdefault(by, []).append((*told, things[at], str(int(whole[at]))))
        for by, found in ways.items():
            frame = pd.DataFrame(found, columns=[*by, COUNTED, "n"]).astype({"n": "int64"})
            # Where something is not known, what is known need not add up.
            overlap = facts.overlap if known.all() else frozenset(by)
            self.tables.append(Counted(f"{facts.key} {column} {' '.join(by)}", frame, (*by, COUNTED), ("n",), overlap))

    def _across(self, facts: Facts, whole: str, parts: Sequence[str]) -> None:
        for at in range(len(facts.rows)):
            names = [self.name.get((facts.key, column, at)) for column in (whole, *parts)]
            there = [name for name in names if name is not None]
            if len(there) == len(names):
                self.sums.append((there[0], tuple(there[1:])))


def _rows(facts: Facts) -> list[dict[str, object]]:
    return [dict(zip(facts.by, row, strict=True)) for row in facts.rows[list(facts.by)].itertuples(index=False)]


def _whole_of(facts: Facts) -> list[str | None]:
    """[rows] what the base counts where it is all that a day's table counts of one thing; else None."""
    if facts.kind is not Kind.SHARE or not {"what", "on"} < set(facts.by):
        return [None] * len(facts.rows)
    rows = _rows(facts)
    over = {
        (row["what"], row["on"]): part
        for row, part in zip(rows, facts.rows["part"].tolist(), strict=True)
        if all(str(row[dim]) == ALL for dim in facts.by if dim not in ("what", "on"))
    }
    return [
        str(row["what"]) if over.get((row["what"], row["on"])) == base else None
        for row, base in zip(rows, facts.rows["base"].tolist(), strict=True)
    ]


def _across(facts: Facts, columns: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns that are the sum of others in every row: whoever reads them can add them up."""
    values = {column: facts.rows[column].astype(float).to_numpy() for column in columns}
    for whole in columns:
        others = [column for column in columns if column != whole]
        for many in range(2, len(others) + 1):
            for parts in itertools.combinations(others, many):
                found = [values[part] for part in parts]
                if (values[whole] == sum(found)).all() and all((part > 0).any() for part in found):
                    yield whole, parts
