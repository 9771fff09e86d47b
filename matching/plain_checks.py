"""Checks of plain numbers: what is given, turned into arrays of whole numbers, or an error that says how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.question import Ints

LONGEST_SHOWN = 60


class NotPlain(ValueError):
    """What is given is no question: says what is wrong, where, and how to mend it."""


def shown(value: object) -> str:
    """A value for an error, cut short."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def numbers(values: Any, name: str, least: int, most: int) -> Ints:
    """An array of whole numbers from `least` to `most`, of any shape. Raises `NotPlain`."""
    try:
        given = np.asarray(values)
    except ValueError:
        raise NotPlain(f"{name}: its rows are not equally long. Give a number for each.") from None
    if given.size == 0:
        return given.astype(np.int64)
    if given.dtype.kind not in "iuf":
        raise NotPlain(f"{name}: it holds {shown(given.flat[0])}; give whole numbers only.")
    # in floating point, where neither not-a-number nor a number beyond 64 bits can wrap round
    wrong = ~((given >= least) & (given <= most) & (np.floor(given) == given))
    if wrong.any():
        where = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = "".join(f"[{i}]" for i in where)
        raise NotPlain(
            f"{name}{place} is {given[where]}; it must be a whole number from {least:,} to {most:,}. Where numbers "
            "have decimals, multiply them all by the same number and round."
        )
    return given.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """Units, or homes: ids and amounts in the order given, and the rank of each in the order of ids."""

    name: str
    ids: tuple[str, ...]
    amounts: Ints
    rank: Ints
    by_id: dict[str, int]
    has_ids: bool

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, given: Mapping[str, int] | Sequence[int], name: str, *, least: int, most: int) -> Numbered:
        """From a mapping of id to amount, or amounts whose ids are their numbers. Raises `NotPlain`."""
        ids: tuple[str, ...]
        if isinstance(given, Mapping):
            keys: list[object] = list(given)
            ids = tuple(one for one in keys if isinstance(one, str) and one)
            if len(ids) < len(keys):
                wrong = next(one for one in keys if not isinstance(one, str) or not one)
                raise NotPlain(f"{name}: {shown(wrong)} is no id. Ids are texts that are not empty.")
            amounts = numbers(list(given.values()), name, least, most)
        else:
            amounts = numbers(given, name, least, most)
            # leading noughts keep the order of ids that of the numbers
            width = len(str(max(amounts.size - 1, 0)))
            ids = tuple(f"{i:0{width}d}" for i in range(amounts.size))
        if amounts.ndim != 1:
            raise NotPlain(f"{name}: the shape is {amounts.shape}. Give one number for each, in one row.")
        rank = np.empty(len(ids), dtype=np.int64)
        rank[sorted(range(len(ids)), key=lambda i: ids[i])] = np.arange(len(ids))
        return cls(name, ids, amounts, rank, {one: i for i, one in enumerate(ids)}, isinstance(given, Mapping))

    @classmethod
    def named(cls, ids: tuple[str, ...], name: str) -> Numbered:
        """Those of a question, in its order; asked for by id, or by number in the order of ids."""
        number = np.arange(len(ids), dtype=np.int64)
        return cls(name, ids, number, number, {one: i for i, one in enumerate(ids)}, False)

    def sorted_ids(self) -> tuple[str, ...]:
        """The ids in their order."""
        return tuple(sorted(self.ids))

    def sorted_amounts(self) -> Ints:
        """The amounts in the order of ids."""
        return self.amounts[np.argsort(self.rank)]

    def twos(self, given: Any, name: str) -> Ints:
        """Pairs of these, as numbers in the order of ids, shape (pairs, 2), the lower first, sorted, each once."""
        rows = columns(given, name, (self, self))
        same = rows[:, 0] == rows[:, 1]
        if same.any():
            one = self.ids[rows[np.argmax(same), 0]]
            raise NotPlain(f"{name}: {shown(one)} is paired with itself. Take that pair out.")
        twos: Ints = np.unique(np.sort(self.rank[rows], axis=1), axis=0)
        return twos


def columns(given: Any, name: str, kinds: Sequence[Numbered]) -> Ints:
    """Rows of ids, or of numbers in the order given, as numbers: shape (rows, kinds). Raises `NotPlain`."""
    if isinstance(given, np.ndarray) and given.dtype.kind in "iu":
        rows: Any = given
    else:
        rows = list(given)
    if not len(rows):
        return np.zeros((0, len(kinds)), dtype=np.int64)
    if not isinstance(rows, np.ndarray) and any(
        not isinstance(row, (Sequence, np.ndarray)) or isinstance(row, str) or len(row) != len(kinds) for row in rows
    ):
        row = next(i for i, r in enumerate(rows) if isinstance(r, str) or np.ndim(r) != 1 or len(r) != len(kinds))
        raise NotPlain(f"{name}[{row}] is {shown(rows[row])}; give {len(kinds)} ids or numbers in each.")
    if isinstance(rows, np.ndarray) and (rows.ndim != 2 or rows.shape[1] != len(kinds)):
        raise NotPlain(f"{name}: the shape is {rows.shape}. Give {len(kinds)} ids or numbers in each row.")
    made = []
    for k, kind in enumerate(kinds):
        column = rows[:, k] if isinstance(rows, np.ndarray) else [row[k] for row in rows]
        made.append(_column(column, f"{name}", kind))
    return np.column_stack(made)


def _column(column: Any, name: str, kind: Numbered) -> Ints:
    if not isinstance(column, np.ndarray) and any(isinstance(one, str) for one in column):
        found = [kind.by_id.get(one, -1) if isinstance(one, str) else -1 for one in column]
        if -1 in found:
            row = found.index(-1)
            raise NotPlain(
                f"{name}[{row}]: {shown(column[row])} is not among the ids of {kind.name}. Give one of them."
            )
        return np.array(found, dtype=np.int64)
    if kind.has_ids:
        raise NotPlain(f"{name}: {kind.name} have ids, so give ids and not numbers, whose order nobody can check.")
    if not len(kind):
        raise NotPlain(f"{name}: there are no {kind.name}, so there can be none here either.")
    return numbers(column, name, 0, len(kind) - 1)
