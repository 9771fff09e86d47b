"""Published tables as one set of cells: what two tables share is one cell, and every sum that a reader can check.

A cell is named by the categories it counts, whatever table it stands in: children aged 5 to 9 in the table of ages are
the same cell as in a table of ages by sex whose sex is `ALL`. Whoever reads several tables together can subtract one
from another; so must whoever hides cells.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array

ALL: Final = "all"
"""In a column of categories: their sum."""

Ints: TypeAlias = npt.NDArray[np.int64]
Name: TypeAlias = tuple[tuple[str, str], ...]
"""(dimension, category) of all that a cell counts, `ALL` left out, in order of dimension."""


class DoNotAddUp(ValueError):
    """Figures that are said to be parts of a whole are not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One table of counts: rows of categories, and a column of counts for each version (scenario or edition)."""

    name: str
    rows: pd.DataFrame
    """The columns `by` hold text, the columns `counts` whole numbers, never negative."""
    by: tuple[str, ...]
    counts: tuple[str, ...]
    overlap: frozenset[str] = frozenset()
    """Dimensions whose categories may count a child several times: no part is more than the whole, that is all."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Every different cell of the tables, and what is known to hold between them."""

    names: tuple[Name, ...]
    counts: Ints
    """[versions, cells]"""
    sums: csr_array
    """[sums, cells] 1 for the whole and -1 for its parts: nought in every version."""
    within: csr_array
    """[bounds, cells] 1 for the whole and -1 for one part: never below nought."""

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The cells of some tables and the sums between them, whatever the counts are."""

    number: Mapping[Name, int]
    """Number of each cell."""
    sums: csr_array
    """As in `Cells`."""
    within: csr_array

    @property
    def totals(self) -> npt.NDArray[np.bool_]:
        """[cells] whether a cell is the whole of some parts."""
        return np.asarray((self.sums > 0).sum(axis=0) > 0).ravel()


def structure(
    tables: Sequence[Counted],
    parents: Mapping[str, Mapping[str, str]] | None = None,
    also: Sequence[tuple[Name, tuple[Name, ...]]] = (),
) -> Structure:
    """What a reader of the tables together can add up, from the names of their rows alone.

    `also`: wholes and their parts that are known to add up although no dimension says so.
    """
    keys = {table.name: names_of(table) for table in tables}
    at: dict[Name, int] = {}
    for names in keys.values():
        for name in names:
            at.setdefault(name, len(at))
    sums: dict[tuple[int, ...], None] = {}
    within: dict[tuple[int, ...], None] = {}
    for table in tables:
        for dim, whole, parts in _wholes(table.by, keys[table.name], at, parents or {}):
            top, below = at[whole], sorted(at[part] for part in parts)
            if dim in table.overlap:
                within.update(dict.fromkeys((top, part) for part in below))
            else:
                sums[(top, *below)] = None
    for over, under in also:
        sums[(at[over], *sorted(at[part] for part in under))] = None
    return Structure(at, _matrix(list(sums), len(at)), _matrix(list(within), len(at)))


def linked(
    tables: Sequence[Counted],
    parents: Mapping[str, Mapping[str, str]] | None = None,
    also: Sequence[tuple[Name, tuple[Name, ...]]] = (),
) -> Cells:
    """Put tables together. `parents`: for a dimension, each category to the one that it is part of, else `ALL`.

    A sum is one that a reader would make: all categories of one dimension that a table shows below one category, all
    else equal. Raises `DoNotAddUp` where such categories do not make up their whole (say `overlap` where they need
    not) or a cell is counted in two ways, ValueError for a negative count, or versions that differ in number.
    """
    if len({len(table.counts) for table in tables}) > 1:
        raise ValueError("Every table must be given in the same versions: one column of counts for each.")
    built = structure(tables, parents, also)
    names = tuple(built.number)
    versions = len(tables[0].counts) if tables else 1
    values = np.full((versions, len(names)), -1, dtype=np.int64)
    for table in tables:
        counts = table.rows[list(table.counts)].to_numpy(dtype=np.int64)
        if (counts < 0).any():
            raise ValueError(f"Table {table.name!r} has a count below nought.")
        for name, count in zip(names_of(table), counts, strict=True):
            cell = built.number[name]
            if values[0, cell] >= 0 and (values[:, cell] != count).any():
                raise DoNotAddUp(f"Table {table.name!r} counts {_said(name)} otherwise than a row before it.")
            values[:, cell] = count
    wrong = np.flatnonzero((built.sums @ values.T != 0).any(axis=1))
    if len(wrong):
        of = built.sums[wrong[:1]]
        whole, part = names[of.indices[of.data > 0][0]], names[of.indices[of.data < 0][0]]
        dim = next((one for one in part if one not in whole), ("what is counted", ""))[0]
        raise DoNotAddUp(
            f"The parts by {dim} do not add up to {_said(whole)}. Say that its categories overlap, or mend the table."
        )
    if (built.within @ values.T < 0).any():
        raise DoNotAddUp("A part is more than its whole. Mend the table.")
    return Cells(names, values, built.sums, built.within)


def names_of(table: Counted) -> list[Name]:
    """[rows] what each row of a table counts."""
    dims = sorted(table.by)
    columns = [table.rows[dim].astype(str).tolist() for dim in dims]
    if not columns:
        return [() for _ in range(len(table.rows))]
    return [
        tuple((dim, category) for dim, category in zip(dims, row, strict=True) if category != ALL)
        for row in zip(*columns, strict=True)
    ]


def _said(name: Name) -> str:
    return ", ".join(f"{dim} {category}" for dim, category in name) or "the whole"


def _wholes(
    by: tuple[str, ...], keys: Sequence[Name], there: Container[Name], parents: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, Name, list[Name]]]:
    """Every whole that stands in any table, with those parts that this one's rows are or belong to, by dimension."""
    found = []
    for dim in by:
        families: dict[Name, dict[Name, None]] = {}
        for key in keys:
            part = key
            for over in _above(key, dim, parents.get(dim, {})):
                if over in there:
                    families.setdefault(over, {})[part] = None
                    part = over
        found += [(dim, whole, list(parts)) for whole, parts in families.items()]
    return found


def _above(name: Name, dim: str, parents: Mapping[str, str]) -> Iterator[Name]:
    """The cells that this one is part of along a dimension, the nearest first."""
    rest = [one for one in name if one[0] != dim]
    category = dict(name).get(dim)
    passed = set()
    while category is not None:
        if category in passed:
            raise ValueError(f"Of {dim}, {category} is part of itself.")
        passed.add(category)
        over = parents.get(category, ALL)
        category = None if over == ALL else over
        yield tuple(sorted(rest if category is None else [*rest, (dim, category)]))


def _matrix(groups: Sequence[tuple[int, ...]], cells: int) -> csr_array:
    """[groups, cells] 1 for the first of each group, -1 for the others."""
    row = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    column = np.array([cell for group in groups for cell in group], dtype=np.int64)
    weight = np.array([1.0 if at == 0 else -1.0 for group in groups for at in range(len(group))], dtype=np.float64)
    return csr_array(coo_array((weight, (row, column)), shape=(len(groups), cells)))
