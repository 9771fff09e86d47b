"""From one best relaxed plan to the next, when a column is insisted on or barred: the dual simplex, tiers in order.

A best relaxed plan of the whole question is known, with the square of rows and columns that makes it (the basis).
Insisting on a column, or barring one, leaves its prices right and its places wrong: one column leaves the basis and
the one that costs least, tier by tier, comes in, until all fits. A plan that loses little has no column, and leaves
no room, that alone loses more: so few columns are looked at (`Level`). Numbers are floating point; what they say of
bounds is proved anew in whole numbers by `Position.proof`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from matching.opportunity.exact import SCALE, Floats, Unproved, in_order, in_whole_numbers
from matching.opportunity.lp import ZERO, InOrder
from matching.opportunity.model import Model
from matching.question import Ints, Mask
from matching.solvers.cuts import cuts

NEAR_NOTHING = 1e-7
"""Entries, values and prices are quotients of small whole numbers."""
SMALLEST_PIVOT = 1e-5
TINY = 1e-9
MOST_STEPS = 400
MOST_ROUNDS_OF_CUTS = 30
FINER = (1, 11, 13, 17, 19, 23, 29, 31)
"""Parts of one `exact.SCALE`-th, when that is not fine enough."""
SPARE = 160
"""Rows beyond those of the basis that may come to bind in one search."""
NEVER = -1
SPARSE = 4
"""Lines with fewer than one in so many entries are worked on entry by entry."""


@dataclass(slots=True, eq=False)
class Basis:
    """The best relaxed plan of the whole question. It is never changed but by `add_rows`.

    `tight`, shape (positions,): the rows that bind; `column`, shape (positions,): the columns in the basis with
    them. `table`, shape (positions, columns + positions): what each column, and each row's room, takes of each
    position. `loss`, shape (tiers, columns + positions): what one of each would change in each tier; `x`, shape
    (positions,). `prices`, shape (rows, tiers), `gain`, shape (columns, tiers), and `bound`, shape (tiers,): the
    proof in whole numbers of `exact.SCALE`.
    """

    model: Model
    tight: Ints
    column: Ints
    table: Floats
    loss: Floats
    x: Floats
    taken: Floats
    prices: Ints
    gain: Ints
    bound: Ints

    def add_rows(self, matrix: csr_array, capacity: Ints) -> None:
        """Rows that every plan keeps, and this relaxed plan too: it stays the best."""
        x = np.zeros(self.model.columns)
        x[self.column] = self.x
        taken = np.asarray(matrix @ x)
        if (taken > capacity + ZERO).any():
            raise ValueError("the relaxed plan does not keep these rows")
        self.model = self.model.with_rows(matrix, capacity)
        self.taken = np.concatenate((self.taken, taken))
        self.prices = np.concatenate((self.prices, np.zeros((len(capacity), self.prices.shape[1]), dtype=np.int64)))


def best_basis(model: Model) -> Basis:
    """The best relaxed plan of a question with no closed column, and whole if cuts can make it so.

    Rows that cut off what no plan can be are added to the model, which is that of the basis then. Raises
    `Unproved` when the prices prove nothing.
    """
    programme = InOrder(model.by_column, model.capacity, model.values, model.closed)
    solved = programme.staged()
    for _ in range(MOST_ROUNDS_OF_CUTS):
        more = cuts(model.by_row, model.capacity, solved.x)
        if more is None:
            break
        model = model.with_rows(*more)
        programme.add_rows(*more)
        solved = programme.staged()
    prices = in_whole_numbers(solved.prices)
    if prices is None:
        raise Unproved("the prices are no quotients of small whole numbers")
    gain = SCALE * model.values - model.by_row.T @ prices
    if (in_order(gain[~model.closed]) > 0).any() or (in_order(prices) < 0).any():
        raise Unproved("the prices do not prove the plan best")
    basic = programme.basic
    column = np.sort(basic[basic >= 0])
    binds = np.ones(model.rows, dtype=np.bool_)
    binds[-basic[basic < 0] - 1] = False
    tight = np.flatnonzero(binds)
    inverse = np.linalg.inv(model.by_row[tight][:, column].toarray().astype(np.float64))
    table = np.concatenate((np.asarray(model.by_row[tight].T @ inverse.T).T, inverse), axis=1)
    table[np.abs(table) < NEAR_NOTHING] = 0.0
    x = np.zeros(model.columns)
    x[column] = inverse @ model.capacity[tight]
    return Basis(
        model=model,
        tight=tight,
        column=column,
        table=np.ascontiguousarray(table),
        loss=np.ascontiguousarray(np.concatenate((gain, -prices[tight])).T / SCALE),
        x=x[column],
        taken=np.asarray(model.by_row @ x),
        prices=prices,
        gain=gain,
        bound=model.capacity @ prices,
    )


class Level:
    """What a plan may use that loses no more than `most`, shape (tiers,), beside what it must; None: all there is.

    Numbers here: the `columns` kept, sorted, then the room of each tight row.
    """

    def __init__(self, basis: Basis, most: Ints | None) -> None:
        self.basis, self.most = basis, most
        model = basis.model
        kept = ~model.closed
        rooms = np.ones(len(basis.tight), dtype=np.bool_)
        if most is not None:
            kept &= in_order(basis.gain + most) >= 0
            rooms = in_order(most - basis.prices[basis.tight]) >= 0
        kept[basis.column] = True
        self.columns = np.flatnonzero(kept)
        self.number = np.full(model.columns, NEVER, dtype=np.int64)
        self.number[self.columns] = np.arange(len(self.columns))
        which = np.concatenate((self.columns, model.columns + np.arange(len(basis.tight))))
        self.table = np.ascontiguousarray(basis.table[:, which])
        self.loss = np.ascontiguousarray(basis.loss[:, which])
        self.shut = np.concatenate((np.zeros(len(self.columns), dtype=np.bool_), ~rooms))
        self.inside = self.number[basis.column]
        self.by_row = csr_array(model.by_row[:, self.columns])

    def learn(self) -> None:
        """Take in rows that the basis has been given."""
        more = self.basis.model.by_row[self.by_row.shape[0] :][:, self.columns]
        self.by_row = csr_array(vstack([self.by_row, more], format="csr"))

    @property
    def wide(self) -> int:
        """How many numbers."""
        return int(self.table.shape[1])


class Position:
    """A point on the way: a basis, values and prices. `insist` and `bar` move it, `copy` keeps it."""

    def __init__(self, level: Level) -> None:
        self.level, self.basis = level, level.basis
        wide, tight = level.wide, len(level.inside)
        self._inside = level.inside.copy()
        self._x = self.basis.x.copy()
        self._taken = self.basis.taken.copy()
        self._loss = np.concatenate((level.loss, np.zeros((len(level.loss), SPARE))), axis=1)
        self._low = np.zeros(wide + SPARE)
        self._fixed: Mask = np.concatenate((level.shut, np.zeros(SPARE, dtype=np.bool_)))
        self._is_inside: Mask = np.zeros(wide + SPARE, dtype=np.bool_)
        self._is_inside[level.inside] = True
        self._slot = np.full(tight, NEVER, dtype=np.int64)
        self._lines = np.zeros((0, wide + SPARE))
        self._late_rows: list[int] = []
        self._guests: list[int] = []
        self.lost = np.zeros(len(level.loss))
        self.steps = 0

    def copy(self) -> Position:
        """The same, to be moved apart."""
        other = object.__new__(Position)
        other.__dict__.update(self.__dict__)
        for name in ("_inside", "_x", "_taken", "_loss", "_low", "_fixed", "_is_inside", "_slot", "_lines", "lost"):
            setattr(other, name, getattr(self, name).copy())
        other._late_rows, other._guests = list(self._late_rows), list(self._guests)
        return other

    def bar(self, column: int) -> None:
        """This column may not be used from now on. Call `settle` when all has been said."""
        self._fixed[self.level.number[column]] = True

    def insist(self, column: int) -> None:
        """This column must be chosen from now on. Call `settle` when all has been said."""
        self._learn()
        number = int(self.level.number[column])
        if number == NEVER:
            self._guests.append(column)
            moved = np.zeros(len(self._inside))
            moved[: len(self.level.inside)] = self.basis.table[:, column]
            if self._late_rows:
                raise Unproved("a column from outside was insisted on too late")
            self._move(moved, 1.0)
            self._take(np.array([column]), np.ones(1))
            return
        self._fixed[number] = True
        self._low[number] = 1.0
        if not self._is_inside[number]:
            self.lost -= self._loss[:, number]
            self._move(self._column(number), 1.0)
            self._take(np.array([column]), np.ones(1))

    def settle(self, most: Floats | None = None) -> bool | None:
        """Move until all fits again.

        False when there is no plan, relaxed or not, that keeps what was said, which is proved. None as soon as
        more than `most`, shape (tiers,), is lost on the way.
        """
        self._learn()
        for _ in range(MOST_STEPS):
            found = self._worst()
            if found is None:
                return True
            if not self._step(*found):
                return False
            if most is not None and _above(self.lost, most):
                return None
        raise Unproved("the prices would not settle")

    def values(self) -> tuple[Ints, Floats]:
        """The columns chosen, whole or in part, and how much of each."""
        count = len(self.level.columns)
        mine = self._inside < count
        insisted = np.flatnonzero((self._low[:count] > 0.5) & ~self._is_inside[:count])
        guests = np.array(self._guests, dtype=np.int64)
        columns = np.concatenate((self.level.columns[self._inside[mine]], self.level.columns[insisted], guests))
        x = np.concatenate((self._x[mine], np.ones(len(insisted) + len(guests))))
        kept = np.abs(x) > ZERO
        order = np.argsort(columns[kept])
        return columns[kept][order], x[kept][order]

    def proof(self) -> Ints:
        """No plan of this level that keeps what was said is worth more: shape (tiers,), in whole numbers.

        Worked out from the prices alone, rounded to whole numbers of one `exact.SCALE`-th. Raises `Unproved` when
        they prove nothing.
        """
        for finer in FINER:
            scaled = in_whole_numbers(-finer * self._loss[:, self._rooms()].T)
            if scaled is not None:
                # rounded up in each tier it is still no less
                return -(-self._proof_with(scaled, finer) // finer)
        raise Unproved("the prices are no quotients of small whole numbers")

    def _proof_with(self, scaled: Ints, finer: int) -> Ints:
        """The bound that prices prove, both in units of so much less than `exact.SCALE`-ths."""
        basis, level = self.basis, self.level
        model = basis.model
        rooms = self._rooms()
        if (in_order(scaled)[~self._fixed[rooms]] < 0).any():
            raise Unproved("a price is below nothing")
        rows = self._known_rows()
        change = scaled - finer * basis.prices[rows]
        changed = np.flatnonzero(change.any(axis=1))
        rows, change = rows[changed], change[changed]
        touched, less = _taken_by_columns(level.by_row, rows, change)
        gain = finer * basis.gain[level.columns[touched]] - less
        sign = in_order(gain)
        sign[self._fixed[touched]] = 0
        if (sign > 0).any():
            raise Unproved("the prices do not prove the plan best")
        bound: Ints = finer * basis.bound + model.capacity[rows] @ change
        insisted = np.concatenate((level.columns[np.flatnonzero(self._low[: len(level.columns)] > 0.5)], self._guests))
        for column in insisted.astype(np.int64).tolist():
            start, end = model.by_column.indptr[column : column + 2]
            on, weight = model.by_column.indices[start:end], model.by_column.data[start:end]
            order = np.argsort(rows)
            at = np.minimum(np.searchsorted(rows, on, sorter=order), max(len(rows) - 1, 0))
            bound = bound + finer * basis.gain[column]
            if len(rows):
                hit = rows[order[at]] == on
                bound = bound - weight[hit] @ change[order[at[hit]]]
        return bound

    def _rooms(self) -> slice:
        return slice(len(self.level.columns), self.level.wide + len(self._late_rows))

    def _known_rows(self) -> Ints:
        return np.concatenate((self.basis.tight, np.array(self._late_rows, dtype=np.int64)))

    def _prove_impossible(self, multiples: Floats) -> None:
        """Check in whole numbers that these multiples of rows leave no plan; raise `Unproved` if they do not."""
        level, model, rooms = self.level, self.basis.model, self._rooms()
        scaled = in_whole_numbers(multiples[rooms])
        if scaled is None or (scaled[~self._fixed[rooms]] < 0).any():
            raise Unproved("nothing shows that there is no plan")
        some = np.flatnonzero(scaled)
        rows, scaled = self._known_rows()[some], scaled[some]
        touched, taken = _taken_by_columns(level.by_row, rows, scaled[:, np.newaxis])
        least = int(np.rint(self._low[touched]).astype(np.int64) @ taken[:, 0])
        for guest in self._guests:
            start, end = model.by_column.indptr[guest : guest + 2]
            weight = np.zeros(model.rows, dtype=np.int64)
            weight[model.by_column.indices[start:end]] = model.by_column.data[start:end]
            least += int(weight[rows] @ scaled)
        if (taken[:, 0][~self._fixed[touched]] < 0).any() or least <= model.capacity[rows] @ scaled:
            raise Unproved("nothing shows that there is no plan")

    def _learn(self) -> None:
        known = len(self._taken)
        if known < self.basis.model.rows:
            columns, x = self.values()
            more = self.basis.model.by_row[known:][:, columns] @ x
            self._taken = np.concatenate((self._taken, more))

    def _worst(self) -> tuple[int, float, float] | None:
        """The position furthest from where it may be, the bound it must go to, and in which direction."""
        low = self._low[self._inside]
        under = low - self._x
        over = np.where(self._fixed[self._inside], -under, NEVER)
        amiss = np.maximum(under, over)
        worst = int(np.argmax(amiss)) if len(amiss) else NEVER
        most = float(amiss[worst]) if worst >= 0 else 0.0
        excess = self._taken - self.basis.model.capacity
        excess[self.basis.tight] = 0.0
        excess[self._late_rows] = 0.0
        row = int(np.argmax(excess)) if len(excess) else NEVER
        if row >= 0 and excess[row] > max(most, ZERO):
            return self._bring(row), 0.0, -1.0
        if most <= ZERO:
            return None
        return worst, float(low[worst]), -1.0 if under[worst] >= over[worst] else 1.0

    def _bring(self, row: int) -> int:
        """Give a row that did not bind a position of its own; its room is what stands there."""
        if len(self._late_rows) >= SPARE:
            raise Unproved("too many rows came to bind")
        level = self.level
        own = level.wide + len(self._late_rows)
        start, end = level.by_row.indptr[row : row + 2]
        line = np.zeros(level.wide + SPARE)
        line[level.by_row.indices[start:end]] = level.by_row.data[start:end]
        taken = line[self._inside]
        some = np.flatnonzero(taken)
        self._gather(some)
        line -= taken[some] @ self._lines[self._slot[some]]
        line[own] = 1.0
        self._inside = np.append(self._inside, own)
        self._is_inside[own] = True
        self._x = np.append(self._x, self.basis.model.capacity[row] - self._taken[row])
        self._slot = np.append(self._slot, len(self._lines))
        self._lines = np.concatenate((self._lines, line[np.newaxis]))
        self._late_rows.append(row)
        return len(self._inside) - 1

    def _gather(self, positions: Ints) -> None:
        """Lines of our own for these positions, where they are still those of the level."""
        fresh = positions[self._slot[positions] == NEVER]
        if len(fresh):
            self._slot[fresh] = len(self._lines) + np.arange(len(fresh))
            own = np.zeros((len(fresh), self._lines.shape[1]))
            own[:, : self.level.wide] = self.level.table[fresh]
            self._lines = np.concatenate((self._lines, own))

    def _column(self, number: int) -> Floats:
        column = np.zeros(len(self._inside))
        if number < self.level.wide:
            column[: len(self.level.inside)] = self.level.table[:, number]
        own = np.flatnonzero(self._slot != NEVER)
        column[own] = self._lines[self._slot[own], number]
        column[np.abs(column) < TINY] = 0.0
        return column

    def _step(self, position: int, target: float, direction: float) -> bool:
        self._gather(np.array([position]))
        line = self._lines[self._slot[position]]
        side = direction * line
        may = np.flatnonzero((side > SMALLEST_PIVOT) & ~self._fixed & ~self._is_inside)
        if not len(may):
            self._prove_impossible(-side)
            return False
        for tier in self._loss:
            ratio = tier[may] / -side[may]
            may = may[ratio <= ratio.min() + NEAR_NOTHING]
            if len(may) == 1:
                break
        entering = int(may[np.argmax(side[may])])
        size = float(line[entering])
        column = self._column(entering)
        step = float(self._x[position] - target) / size
        leaving = int(self._inside[position])
        self.lost -= self._loss[:, entering] * step
        self._move(column, step)
        pivot = line / size
        pivot[np.abs(pivot) < TINY] = 0.0
        some = np.flatnonzero(pivot)
        self._loss[:, some] -= self._loss[:, entering, np.newaxis] * pivot[some]
        self._loss[:, entering] = 0.0
        moved = np.flatnonzero(column)
        self._gather(moved)
        slots = self._slot[moved]
        if len(some) * SPARSE < len(pivot):
            self._lines[np.ix_(slots, some)] -= column[moved, np.newaxis] * pivot[some]
        else:
            self._lines[slots] -= column[moved, np.newaxis] * pivot
        self._lines[self._slot[position]] = pivot
        self._inside[position] = entering
        self._is_inside[leaving], self._is_inside[entering] = False, True
        self._x[position] = step
        if entering < len(self.level.columns):
            self._take(self.level.columns[[entering]], np.array([step]))
        self.steps += 1
        return True

    def _move(self, column: Floats, step: float) -> None:
        moved = np.flatnonzero(column)
        self._x[moved] -= step * column[moved]
        inside = self._inside[moved]
        mine = inside < len(self.level.columns)
        self._take(self.level.columns[inside[mine]], -step * column[moved][mine])

    def _take(self, columns: Ints, amounts: Floats) -> None:
        """Add to what is taken of each row."""
        entries, weight, owner = _entries(self.basis.model.by_column, columns)
        np.add.at(self._taken, entries, weight * amounts[owner])


def _above(one: Floats, other: Floats) -> bool:
    """Whether one loss is above another, tier by tier; nearly equal is equal."""
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if abs(a - b) > NEAR_NOTHING:
            return bool(a > b)
    return False


def _taken_by_columns(by_row: csr_array, rows: Ints, multiples: Ints) -> tuple[Ints, Ints]:
    """The columns on some rows, and what each takes of them all: shapes (columns,) and (columns, multiples)."""
    entries, weight, owner = _entries(by_row, rows)
    touched, at = np.unique(entries, return_inverse=True)
    weights = csr_array((weight, (at, owner)), shape=(len(touched), len(rows)))
    return touched, np.asarray(weights @ multiples)


def _entries(matrix: csr_array | csc_array, at: Ints) -> tuple[Ints, Ints, Ints]:
    """The other index, the weight, and the place in `at` of every entry of some rows (or columns)."""
    first, sizes = matrix.indptr[at], np.diff(matrix.indptr)[at]
    inside = np.arange(int(sizes.sum()), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    where = np.repeat(first, sizes) + inside
    return matrix.indices[where], matrix.data[where], np.repeat(np.arange(len(at), dtype=np.int64), sizes)
