"""Families taken whole: who of brothers and sisters goes where, together and near each other, as one column.

Which homes are near each other matters only inside a family, so that a column for all that a family is given (a
pattern: some of its bundles, in different homes, nobody twice) says exactly how many of its sibling pairs are near.
The relaxation over such columns is much tighter than any over bundles with near pairs counted beside them. There
are far too many to list; what is needed is the best pattern at given prices (`best`), or all that are nearly as
good (`reaching`), and both are found by branch and bound over the few ways to divide a family.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from matching.bundles import Bundles
from matching.question import Ints, Mask
from matching.solvers.near import neighbours
from matching.solvers.solver import Clock

Floats = NDArray[np.float64]

MOST_MEMBERS = 9
"""A family of more (children never split count as one) is not taken whole."""
MOST_CELLS = 200_000_000
"""Two homes of one family each, over all families: more are not kept."""
NONE = -1e18
"""The worth of what cannot be."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one family is given: columns, sorted, and how many of its sibling pairs are near."""

    columns: tuple[int, ...]
    near: int


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Many patterns of one family: `columns[start[i]:start[i + 1]]`, sorted, and `near`, shape (patterns,)."""

    start: Ints
    columns: Ints
    near: Ints

    @classmethod
    def of(cls, patterns: Sequence[Pattern]) -> Patterns:
        """Some patterns, in their order."""
        sizes = np.array([len(p.columns) for p in patterns], dtype=np.int64)
        columns = np.array([c for p in patterns for c in p.columns], dtype=np.int64)
        return cls(_starts(sizes), columns, np.array([p.near for p in patterns], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.near)


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Every way to divide a family into parts that it has columns for.

    `parts`, shape (ways, masks), says which; `rows` the same as numbers of masks; `between` for each way the sibling
    pairs between each two parts, and `pairs`, shape (ways,), their sum.
    """

    parts: Floats
    rows: tuple[tuple[int, ...], ...]
    between: tuple[Floats, ...]
    pairs: Floats


class Family:
    """One family's columns, by the children they hold and the home. Gains have the shape of all columns."""

    def __init__(
        self, columns: Ints, mask: Ints, home: Ints, near: csr_array, pairs: tuple[tuple[int, int], ...]
    ) -> None:
        """`mask`: the members of each column, as bits; `pairs`: the members who count when near each other."""
        self.columns = columns
        self._pairs = pairs
        homes, column = np.unique(home, return_inverse=True)
        self._masks, self._row_of = np.unique(mask, return_inverse=True)
        self._at: Ints = np.full((len(self._masks), len(homes)), -1, dtype=np.int64)
        """The column that places these children in this home, -1 for none; shape (masks, homes)."""
        self._at[self._row_of, column] = columns
        self._home_of = column
        self._near: Mask = near[homes][:, homes].toarray().astype(np.bool_)
        self._ways = _ways(tuple(self._masks.tolist()), pairs)

    def best(self, gain: Floats, near: float, above: float, clock: Clock | None = None) -> tuple[float, Pattern | None]:
        """The pattern worth most, if any is worth more than `above`, and what it is worth; else `above` and None.

        Once the clock is up: what may be hoped of all that was not looked at, more than which nothing is worth, and
        None.
        """
        found: tuple[float, Pattern | None] = (above, None)
        worth = self._worth(gain)
        hoped = self._ways.parts @ worth.max(axis=1) + near * self._ways.pairs
        for way in np.argsort(-hoped, kind="stable").tolist():
            if hoped[way] <= found[0]:
                break
            rows, between = list(self._ways.rows[way]), self._ways.between[way]
            try:
                best = _best_places(worth[rows], near * between, self._near, found[0], clock=clock)
            except _TimeIsUp:
                return float(hoped[way]), None
            if best is not None:
                value, homes = best
                found = (value, self._pattern(rows, between, homes))
        return found

    def reaching(self, gain: Floats, near: float, least: float, most: int) -> Patterns | None:
        """All patterns worth at least so much; None when there are more than `most`."""
        worth = self._worth(gain)
        hoped = self._ways.parts @ worth.max(axis=1) + near * self._ways.pairs
        sizes, columns, nears = [], [], []
        for way in np.flatnonzero(hoped >= least).tolist():
            rows, between = self._ways.rows[way], self._ways.between[way]
            for homes in _all_places(worth[list(rows)], near * between, self._near, least):
                most -= len(homes)
                if most < 0:
                    return None
                sizes.append(np.full(len(homes), len(rows), dtype=np.int64))
                columns.append(np.sort(self._at[np.array(rows)[np.newaxis, :], homes], axis=1).ravel())
                nears.append(_near_pairs(between, homes, self._near))
        none = np.zeros(0, dtype=np.int64)
        start = _starts(np.concatenate([none, *sizes]))
        return Patterns(start, np.concatenate([none, *columns]), np.concatenate([none, *nears]))

    def hopes(self, gain: Floats, near: float) -> Floats:
        """For each of its columns, a number that no pattern with that column is worth more than."""
        top = self._worth(gain).max(axis=1)
        whole = self._ways.parts @ top + near * self._ways.pairs
        others = np.where(self._ways.parts > 0, whole[:, np.newaxis] - top[np.newaxis, :], NONE)
        hopes: Floats = gain[self.columns] + others.max(axis=0, initial=NONE)[self._row_of]
        return hopes

    def near_pairs(self, columns: Ints) -> int:
        """How many of its sibling pairs are near when it is given these columns."""
        place = np.searchsorted(self.columns, columns)
        masks, homes = self._masks[self._row_of[place]].tolist(), self._home_of[place]
        between = _between(tuple(masks), self._pairs)
        return int(_near_pairs(between, homes[np.newaxis, :], self._near)[0])

    def _worth(self, gain: Floats) -> Floats:
        return np.asarray(np.where(self._at >= 0, gain[self._at], NONE), dtype=np.float64)

    def _pattern(self, rows: list[int], between: Floats, homes: tuple[int, ...]) -> Pattern:
        columns = sorted(int(self._at[row, home]) for row, home in zip(rows, homes, strict=True))
        return Pattern(tuple(columns), int(_near_pairs(between, np.array([homes]), self._near)[0]))


def _starts(sizes: Ints) -> Ints:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))


def _near_pairs(between: Floats, homes: Ints, near: Mask) -> Ints:
    """The sibling pairs near each other, where the parts of a family are in these homes; shape (patterns, parts)."""
    found = np.zeros(len(homes))
    for one, other in combinations(range(homes.shape[1]), 2):
        found += between[one, other] * near[homes[:, one], homes[:, other]]
    return np.rint(found).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _First:
    """The part of a family that is placed first, home by home, and what is then left to place."""

    part: int
    others: list[int]
    homes: Ints
    so_far: Floats
    worth: Floats
    """Shape (homes, other parts, homes)."""
    between: Floats
    hoped: Floats


def _first(worth: Floats, between: Floats, near: Mask, so_far: float, least: float) -> _First | None:
    """The part with fewest homes that may still lead to `least`; None when nothing may.

    What is left is hoped to be worth no more than each other part's best home beside the first, all of them near
    each other.
    """
    rest = between.sum() / 2
    if so_far + _assigned(worth) + rest < least:
        return None
    top = worth.max(axis=1)
    short = least - (so_far + top.sum() + rest - top)
    worth = np.where(worth >= short[:, np.newaxis], worth, NONE)
    choices = (worth > NONE / 2).sum(axis=1)
    if not choices.all():
        return None
    part = int(np.argmin(choices))
    others = [i for i in range(len(worth)) if i != part]
    homes = np.flatnonzero(worth[part] > NONE / 2)
    then = worth[others][np.newaxis] + between[part, others][np.newaxis, :, np.newaxis] * near[homes][:, np.newaxis]
    then[np.arange(len(homes)), :, homes] = NONE
    left = between[np.ix_(others, others)]
    here = so_far + worth[part, homes]
    return _First(part, others, homes, here, then, left, here + then.max(axis=2).sum(axis=1) + left.sum() / 2)


def _two(worth: Floats, between: Floats, near: Mask) -> Floats:
    """What two parts are worth in each two homes."""
    both: Floats = worth[0][:, np.newaxis] + worth[1][np.newaxis, :] + between[0, 1] * near
    np.fill_diagonal(both, NONE)
    return both


class _TimeIsUp(Exception):
    """Nobody waits any longer for the best pattern of a family."""


def _best_places(
    worth: Floats, between: Floats, near: Mask, above: float, so_far: float = 0.0, clock: Clock | None = None
) -> tuple[float, tuple[int, ...]] | None:
    """Different homes for the parts of a family that are together worth most, if worth more than `above`.

    `worth`, shape (parts, homes): what each part gains in each home. `between`, shape (parts, parts): what is gained
    where two parts are near each other. Raises `_TimeIsUp` once the clock is.
    """
    if clock is not None and clock.is_up:
        raise _TimeIsUp
    if len(worth) <= 2:
        both = worth[0] if len(worth) == 1 else _two(worth, between, near)
        at = int(np.argmax(both))
        value = so_far + float(both.flat[at])
        return (value, tuple(int(i) for i in np.unravel_index(at, both.shape))) if value > above else None
    # equal would not do, so that the bound may be met and no more
    first = _first(worth, between, near, so_far, above)
    if first is None:
        return None
    found = None
    for at in np.argsort(-first.hoped, kind="stable").tolist():
        if first.hoped[at] <= above:
            break
        best = _best_places(first.worth[at], first.between, near, above, float(first.so_far[at]), clock)
        if best is not None:
            above = best[0]
            homes = list(best[1])
            homes.insert(first.part, int(first.homes[at]))
            found = above, tuple(homes)
    return found


def _all_places(worth: Floats, between: Floats, near: Mask, least: float, so_far: float = 0.0) -> Iterator[Ints]:
    """All different homes for the parts of a family that are together worth at least so much.

    Arrays of shape (some, parts). See `_best_places`.
    """
    if len(worth) <= 2:
        both = worth[0] if len(worth) == 1 else _two(worth, between, near)
        yield np.argwhere(so_far + both >= least)
        return
    first = _first(worth, between, near, so_far, least)
    if first is None:
        return
    for at in np.flatnonzero(first.hoped >= least).tolist():
        for homes in _all_places(first.worth[at], first.between, near, least, float(first.so_far[at])):
            yield np.insert(homes, first.part, first.homes[at], axis=1)


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


@lru_cache(maxsize=4_096)
def _ways(masks: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> _Ways:
    row_of = {mask: i for i, mask in enumerate(masks)}
    ways = [parts for parts in divisions(max(masks).bit_length()) if all(part in row_of for part in parts)]
    parts = np.zeros((len(ways), len(masks)))
    for way, of in enumerate(ways):
        parts[way, [row_of[part] for part in of]] = 1.0
    between = tuple(_between(of, pairs) for of in ways)
    total = np.array([each.sum() / 2 for each in between])
    return _Ways(parts, tuple(tuple(row_of[part] for part in of) for of in ways), between, total)


@lru_cache(maxsize=65_536)
def _between(parts: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> Floats:
    """How many of the pairs lie across each two parts."""
    return np.array(
        [[0 if i == j else _across(one, other, pairs) for j, other in enumerate(parts)] for i, one in enumerate(parts)],
        dtype=np.float64,
    )


def _across(one: int, other: int, pairs: tuple[tuple[int, int], ...]) -> int:
    return sum((one >> a & 1 and other >> b & 1) or (one >> b & 1 and other >> a & 1) for a, b in pairs)


class TooLarge(ValueError):
    """A family is too large to be taken whole, or there are too many homes for so many families."""


class Families:
    """The families taken whole among some columns: those of whom brothers and sisters may be near each other.

    `number`, shape (columns,): the family of each column, -1 for a column that stands for itself.
    """

    def __init__(self, bundles: Bundles, columns: Ints) -> None:
        """`columns` are bundle numbers, sorted. Raises `TooLarge`."""
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
        cells = 0
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
                raise TooLarge("a family has too many brothers and sisters to be taken whole")
            here, row = np.unique(position[mine], return_inverse=True)
            # children never split share a bit, so bits are set and not added
            mask = np.zeros(len(here), dtype=np.int64)
            np.bitwise_or.at(mask, row, np.left_shift(1, bit))
            cells += len(np.unique(bundles.home[columns[here]])) ** 2
            if cells > MOST_CELLS:
                raise TooLarge("there are too many homes for so many families to be taken whole")
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

    def everything(self, most: int) -> list[Patterns] | None:
        """All patterns of each family; None when there are more than `most` in all."""
        nothing = np.zeros(len(self.number))
        return self.reaching(nothing, 0.0, [0.0] * len(self), most)

    def reaching(self, gain: Floats, near: float, least: list[float], most: int) -> list[Patterns] | None:
        """All patterns of each family worth at least so much; None when there are more than `most` in all."""
        found: list[Patterns] = []
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

    def reaching(self, room: int, most: int) -> list[Patterns] | None:
        """The patterns of each family that lose at most so much; None when there are more than `most` in all."""
        return self.families.reaching(self.gain, self.near, [float(best - room) for best in self.best], most)


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Families taken whole in a programme: what a near pair adds to what is sought, and takes of each row."""

    families: Families
    near: int
    near_takes: Ints
    """Shape (rows,), never positive."""
    clock: Clock | None = None
    """Once it is up, families are said to be worth what may be hoped of them: the bound is looser, and holds."""

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
            most, _ = family.best(whole, float(near // unit), 0.0, self.clock)
            best.append(int(most) * unit)
            hopes = family.hopes(whole, float(near // unit)) - most
            loss[family.columns] = np.maximum(np.minimum(hopes, 0.0), -(2.0**60) / unit).astype(np.int64) * unit
        return PricedFamilies(self.families, whole * unit, float(near), best, loss)
