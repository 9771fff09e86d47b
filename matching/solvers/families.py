"""Families taken whole: who of brothers and sisters goes where, together and near each other, as one column.

Which homes are near each other matters only inside a family, so that a column for all that a family is given (a
pattern: some of its bundles, in different homes, nobody twice) says exactly how many of its sibling pairs are near.
The relaxation over such columns is much tighter than any over bundles with near pairs counted beside them. There
are far too many to list; what is needed is the best pattern at given prices (`best`), or all that are nearly as
good (`reaching`), and both are found by branch and bound over the few ways to divide a family.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from matching.bundles import Bundles
from matching.question import Ints, Mask
from matching.solvers.near import neighbours

Floats = NDArray[np.float64]

MOST_MEMBERS = 9
"""A family of more (children never split count as one) is not taken whole."""
NONE = -1e18
"""The worth of what cannot be."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one family is given: columns, sorted, and how many of its sibling pairs are near."""

    columns: tuple[int, ...]
    near: int


@dataclass(frozen=True, slots=True, eq=False)
class _Divided:
    """One way to divide a family: for each part its row in `Family.masks`, and sibling pairs between each two parts."""

    rows: tuple[int, ...]
    between: Floats
    pairs: float


class Family:
    """One family's columns, by the children they hold and the home.

    `at`, shape (masks, homes): the column that places these children in this home, -1 for none. `near`, shape
    (homes, homes), as ones. Gains below have the shape of all columns.
    """

    def __init__(
        self, columns: Ints, mask: Ints, home: Ints, near: csr_array, pairs: tuple[tuple[int, int], ...]
    ) -> None:
        """`mask`: the members of each column, as bits; `pairs`: the members who count when near each other."""
        self.columns = columns
        self.pairs = pairs
        homes, column = np.unique(home, return_inverse=True)
        self._masks, row = np.unique(mask, return_inverse=True)
        self._at = np.full((len(self._masks), len(homes)), -1, dtype=np.int64)
        self._at[row, column] = columns
        self._near = near[homes][:, homes].toarray().astype(np.float64)
        self._row_of = row
        row_of = {int(m): i for i, m in enumerate(self._masks)}
        members = int(self._masks.max(initial=1)).bit_length()
        self._divided = [
            _Divided(tuple(row_of[part] for part in parts), between, float(between.sum()) / 2)
            for parts in divisions(members)
            if all(part in row_of for part in parts)
            for between in [_between(parts, pairs)]
        ]

    def best(self, gain: Floats, near: float, above: float) -> tuple[float, Pattern | None]:
        """The pattern worth most, if any is worth more than `above`, and what it is worth; else `above` and None."""
        found: tuple[float, Pattern | None] = (above, None)
        worth = self._worth(gain)
        top = worth.max(axis=1)
        hoped = np.array([top[list(d.rows)].sum() + near * d.pairs for d in self._divided])
        for way in np.argsort(-hoped, kind="stable").tolist():
            if hoped[way] <= found[0]:
                break
            divided = self._divided[way]
            for value, homes in _places(
                worth[list(divided.rows)], near * divided.between, self._near, found[0], all_=False
            ):
                found = (value, self._pattern(divided, homes))
        return found

    def reaching(self, gain: Floats, near: float, least: float, most: int) -> list[Pattern] | None:
        """All patterns worth at least so much; None when there are more than `most`."""
        worth = self._worth(gain)
        top = worth.max(axis=1)
        found: list[Pattern] = []
        for divided in self._divided:
            rows = list(divided.rows)
            if top[rows].sum() + near * divided.pairs < least:
                continue
            for _, homes in _places(worth[rows], near * divided.between, self._near, least, all_=True):
                found.append(self._pattern(divided, homes))
                if len(found) > most:
                    return None
        return found

    def hopes(self, gain: Floats, near: float) -> Floats:
        """For each of its columns, a number that no pattern with that column is worth more than."""
        worth = self._worth(gain)
        top = worth.max(axis=1)
        others = np.full(len(self._masks), NONE)
        for divided in self._divided:
            whole = top[list(divided.rows)].sum() + near * divided.pairs
            for row in divided.rows:
                others[row] = max(others[row], whole - top[row])
        hopes: Floats = gain[self.columns] + others[self._row_of]
        return hopes

    def near_pairs(self, columns: Ints) -> int:
        """How many of its sibling pairs are near when it is given these columns."""
        places = [tuple(int(i) for i in np.argwhere(self._at == column)[0]) for column in columns.tolist()]
        return sum(
            _across(int(self._masks[row]), int(self._masks[other]), self.pairs)
            for k, (row, home) in enumerate(places)
            for other, there in places[k + 1 :]
            if self._near[home, there] > 0
        )

    def _worth(self, gain: Floats) -> Floats:
        worth = np.where(self._at >= 0, gain[self._at], NONE)
        return np.asarray(worth, dtype=np.float64)

    def _pattern(self, divided: _Divided, homes: tuple[int, ...]) -> Pattern:
        columns = tuple(sorted(int(self._at[row, home]) for row, home in zip(divided.rows, homes, strict=True)))
        near = sum(
            int(divided.between[i, j])
            for i in range(len(homes))
            for j in range(i + 1, len(homes))
            if self._near[homes[i], homes[j]] > 0
        )
        return Pattern(columns, near)


def _places(
    worth: Floats, between: Floats, near: Floats, floor: float, *, all_: bool
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Homes for the parts of a family, all different: each better than the last and than `floor`, or all that reach it.

    `worth`, shape (parts, homes): what each part gains in each home. `between`, shape (parts, parts): what is gained
    where two parts are near each other. The part with fewest homes is placed first; the rest is hoped to be worth no
    more than an assignment of homes in which everybody else is near everybody.
    """
    stack_floor = [floor]

    def good(value: float) -> bool:
        return value >= floor if all_ else value > stack_floor[0]

    def go(
        parts: list[int], worth: Floats, so_far: float, placed: dict[int, int]
    ) -> Iterator[tuple[float, dict[int, int]]]:
        if len(parts) == 1:
            homes = np.argsort(-worth[0], kind="stable") if all_ else [int(np.argmax(worth[0]))]
            for home in homes:
                value = so_far + float(worth[0, home])
                if worth[0, home] <= NONE / 2 or not good(value):
                    return
                stack_floor[0] = max(stack_floor[0], value)
                yield value, {**placed, parts[0]: int(home)}
            return
        if len(parts) == 2:
            both = worth[0][:, np.newaxis] + worth[1][np.newaxis, :] + between[parts[0], parts[1]] * near
            np.fill_diagonal(both, NONE)
            order = np.argsort(-both, axis=None, kind="stable") if all_ else [int(np.argmax(both))]
            for cell in order:
                one, other = divmod(int(cell), both.shape[1])
                value = so_far + float(both[one, other])
                if both[one, other] <= NONE / 2 or not good(value):
                    return
                stack_floor[0] = max(stack_floor[0], value)
                yield value, {**placed, parts[0]: one, parts[1]: other}
            return
        rest = between[np.ix_(parts, parts)].sum() / 2
        if not good(so_far + _assigned(worth) + rest):
            return
        top = worth.max(axis=1)
        hoped = so_far + top.sum() + rest
        limit = floor if all_ else stack_floor[0]
        worth = np.where(worth >= limit - (hoped - top)[:, np.newaxis], worth, NONE)
        choices = (worth > NONE / 2).sum(axis=1)
        if not choices.all():
            return
        first = int(np.argmin(choices))
        others = [i for i in range(len(parts)) if i != first]
        left = [parts[i] for i in others]
        later = between[np.ix_(left, left)].sum() / 2
        homes = np.flatnonzero(worth[first] > NONE / 2)
        then = (
            worth[others][np.newaxis]
            + between[parts[first], left][np.newaxis, :, np.newaxis] * near[homes][:, np.newaxis]
        )
        then[np.arange(len(homes)), :, homes] = NONE
        hope = so_far + worth[first, homes] + then.max(axis=2).sum(axis=1) + later
        for at in np.argsort(-hope, kind="stable").tolist():
            if not good(float(hope[at])):
                return
            here = so_far + float(worth[first, homes[at]])
            yield from go(left, then[at], here, {**placed, parts[first]: int(homes[at])})

    for value, placed in go(list(range(len(worth))), worth, 0.0, {}):
        yield value, tuple(placed[part] for part in range(len(worth)))


def _assigned(worth: Floats) -> float:
    """The most that different homes for all parts can be worth, near pairs apart."""
    if worth.shape[1] < len(worth):
        return NONE
    # an infinite loss is never reckoned with, where a large one would cost others their last digits
    possible = np.where(worth > NONE / 2, worth, -np.inf)
    try:
        parts, homes = linear_sum_assignment(possible, maximize=True)
    except ValueError:  # no assignment at all
        return NONE
    return float(worth[parts, homes].sum())


@lru_cache(maxsize=16)
def divisions(members: int) -> tuple[tuple[int, ...], ...]:
    """Every way to divide some of so many members into parts, as bits; never nobody at all."""

    def go(left: int, parts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if not left:
            if parts:
                yield parts
            return
        lowest = left & -left
        yield from go(left ^ lowest, parts)
        part = left
        while part:
            if part & lowest:
                yield from go(left ^ part, (*parts, part))
            part = (part - 1) & left

    return tuple(go((1 << members) - 1, ()))


def _between(parts: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> Floats:
    """How many of the pairs lie across each two parts."""
    return np.array(
        [[0 if i == j else _across(one, other, pairs) for j, other in enumerate(parts)] for i, one in enumerate(parts)],
        dtype=np.float64,
    )


def _across(one: int, other: int, pairs: tuple[tuple[int, int], ...]) -> int:
    return sum((one >> a & 1 and other >> b & 1) or (one >> b & 1 and other >> a & 1) for a, b in pairs)


class TooManyMembers(ValueError):
    """A family is too large to be taken whole."""


class Families:
    """The families taken whole among some columns: those of whom brothers and sisters may be near each other.

    `number`, shape (columns,): the family of each column, -1 for a column that stands for itself.
    """

    def __init__(self, bundles: Bundles, columns: Ints) -> None:
        """`columns` are bundle numbers, sorted. Raises `TooManyMembers`."""
        q = bundles.question
        near = neighbours(q.near_homes, q.homes)
        self.number: Ints = np.full(len(columns), -1, dtype=np.int64)
        self._families: list[Family] = []
        position, child = bundles.children_of(columns)
        atom = bundles.atom_of[child]
        unit = bundles.unit[columns]
        pairs = bundles.atom_of[np.sort(q.sibling_pairs.reshape(-1, 2), axis=1)]
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        of_unit = np.full(q.children, -1, dtype=np.int64)
        of_unit[atom] = unit[position]
        entry = np.argsort(unit[position], kind="stable")
        edges = np.searchsorted(unit[position][entry], np.arange(int(unit.max(initial=-1)) + 2))
        for number in np.unique(of_unit[pairs[:, 0]]).tolist() if len(q.near_homes) else []:
            if number < 0:
                continue
            mine = entry[edges[number] : edges[number + 1]]
            members, bit = np.unique(atom[mine], return_inverse=True)
            bit_of = {int(m): k for k, m in enumerate(members)}
            counted = tuple(
                (bit_of[a], bit_of[b])
                for a, b in pairs[of_unit[pairs[:, 0]] == number].tolist()
                if a in bit_of and b in bit_of
            )
            if len(members) < 2 or not counted:
                continue
            if len(members) > MOST_MEMBERS:
                raise TooManyMembers("A family has too many brothers and sisters to be taken whole.")
            here, row = np.unique(position[mine], return_inverse=True)
            # children never split share a bit, so bits are set and not added
            mask = np.zeros(len(here), dtype=np.int64)
            np.bitwise_or.at(mask, row, np.left_shift(1, bit))
            self.number[here] = len(self._families)
            self._families.append(Family(here, mask, bundles.home[columns[here]], near, counted))

    def __len__(self) -> int:
        return len(self._families)

    @property
    def member(self) -> Mask:
        """Which columns belong to a family taken whole, shape (columns,)."""
        member: Mask = self.number >= 0
        return member

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families)

    def patterns_of(self, columns: NDArray[np.signedinteger]) -> list[Pattern]:
        """The patterns that some columns, at most one home for each child, come to; columns by themselves left out."""
        number = self.number[columns]
        found = []
        for family in np.unique(number[number >= 0]).tolist():
            mine = np.sort(columns[number == family])
            found.append(Pattern(tuple(mine.tolist()), self._families[family].near_pairs(mine)))
        return found

    def everything(self, most: int) -> list[list[Pattern]] | None:
        """All patterns of each family; None when there are more than `most` in all."""
        nothing = np.zeros(len(self.number))
        return self.reaching(nothing, 0.0, [0.0] * len(self), most)

    def reaching(self, gain: Floats, near: float, least: list[float], most: int) -> list[list[Pattern]] | None:
        """All patterns of each family worth at least so much; None when there are more than `most` in all."""
        found: list[list[Pattern]] = []
        for family, floor in zip(self._families, least, strict=True):
            patterns = family.reaching(gain, near, floor, most)
            if patterns is None:
                return None
            most -= len(patterns)
            found.append(patterns)
        return found


EXACT = 2.0**52
"""Below this, sums of whole numbers are exact in floating point."""


@dataclass(frozen=True, slots=True, eq=False)
class PricedFamilies:
    """Families at whole prices: what each one's best pattern is worth, and what each column loses against that.

    `gain`, shape (columns,), and `near` are what a column and a near pair are worth, in the same units.
    `loss`, shape (columns,), is never positive, and nought for columns by themselves.
    """

    families: Families
    gain: Floats
    near: float
    best: list[int]
    loss: Ints

    @property
    def member(self) -> Mask:
        """Which columns belong to a family taken whole, shape (columns,)."""
        return self.families.member

    def reaching(self, room: int, most: int) -> list[list[Pattern]] | None:
        """The patterns of each family that lose at most so much; None when there are more than `most` in all."""
        return self.families.reaching(self.gain, self.near, [float(best - room) for best in self.best], most)


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Families taken whole in a programme: what a near pair adds to what is sought, and takes of each row."""

    families: Families
    near: int
    near_takes: Ints
    """Shape (rows,), never positive."""

    def priced(self, gain: Ints, scale: int, prices: Ints) -> PricedFamilies:
        """At whole prices, all in one `scale`-th; rounded up where the numbers are too large to be exact."""
        near = scale * self.near - int(self.near_takes @ prices)
        largest = MOST_MEMBERS * float(np.abs(gain).max(initial=0)) + MOST_MEMBERS**2 * float(near)
        unit = 1 << max(math.ceil(math.log2(max(largest, 1.0) / EXACT)), 0)
        if unit > 1:
            # every number up to the next multiple: nothing is worth more than is said
            gain, near = -(-gain // unit) * unit, -(-near // unit) * unit
        whole = (gain // unit).astype(np.float64)
        best: list[int] = []
        loss = np.zeros(len(gain), dtype=np.int64)
        for family in self.families:
            most, _ = family.best(whole, float(near // unit), 0.0)
            best.append(int(most) * unit)
            hopes = family.hopes(whole, float(near // unit)) - most
            loss[family.columns] = np.maximum(np.minimum(hopes, 0.0), -(2.0**60) / unit).astype(np.int64) * unit
        return PricedFamilies(self.families, whole * unit, float(near), best, loss)
