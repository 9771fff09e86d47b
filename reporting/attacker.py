"""What somebody can work out who reads every published table together: bounds of each hidden cell.

They know each number that is shown (to its rounding), that whatever is hidden is at least one where nought is always
shown, and every sum. The least and the most that a hidden cell can then be are two linear programmes (Hundepool and
others, Statistical Disclosure Control, 2012, chapter 4). A cell is recovered where only one whole number is left.
People come whole, which in tables of three dimensions can tell more than fractions: `told` asks that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import highspy
import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.sparse import csc_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]

SLACK: Final = 1e-6
"""Within which a linear programme's answer counts as a whole number."""
MOST: Final = 1e7
"""No count is more."""
WHOLE_SECONDS: Final = 20.0
"""For the least or the most of one cell in whole numbers: who needs longer is not said to have found it."""
WAYS: Final = (
    (("presolve", "off"), ("simplex_strategy", 1)),
    (("presolve", "off"), ("simplex_strategy", 4)),
    (("presolve", "on"), ("simplex_strategy", 1)),
)
"""Options of HiGHS, tried in turn: dual simplex, primal simplex, dual simplex of a smaller programme."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is published of some cells: `low` and `high` [cells] are alike where a number is shown as it is."""

    low: Array
    high: Array
    """Infinite where nothing is known."""
    sums: csr_array
    """[sums, cells]: nought."""
    within: csr_array
    """[bounds, cells]: not below nought."""


@dataclass(frozen=True, slots=True, eq=False)
class Worked:
    """What can be worked out of each hidden cell."""

    cell: Ints
    least: Array
    most: Array

    @property
    def recovered(self) -> Mask:
        """[hidden] whether one whole number alone is left."""
        return np.asarray(np.floor(self.most + SLACK) - np.ceil(self.least - SLACK) < 1)


class Prices(NamedTuple):
    """What it is worth to the attacker that each cell may vary, and that each sum holds."""

    cells: Array
    sums: Array


class Extreme(NamedTuple):
    """The least or the most that a cell can be."""

    value: float
    prices: Prices
    """Which prove it."""
    point: Array
    """[cells] figures that fit all that is published, and reach it."""


class Impossible(ValueError):
    """What is published contradicts itself."""


class Attack:
    """One connected piece of what is published, ready to be asked for bounds, each question from the last's end."""

    def __init__(self, low: Array, high: Array, sums: csr_array, within: csr_array) -> None:
        matrix = csc_array(vstack([sums, within]))
        rows, columns = matrix.shape
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = columns, rows
        programme.col_cost_ = np.zeros(columns)
        programme.col_lower_, programme.col_upper_ = low, np.where(np.isinf(high), highspy.kHighsInf, high)
        programme.row_lower_ = np.zeros(rows)
        programme.row_upper_ = np.concatenate([np.zeros(sums.shape[0]), np.full(within.shape[0], highspy.kHighsInf)])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = matrix.indptr
        programme.a_matrix_.index_ = matrix.indices
        programme.a_matrix_.value_ = matrix.data
        self._columns = columns
        self._highs = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), *WAYS[0]):
            self._highs.setOptionValue(name, value)
        self._highs.passModel(programme)

    def bounds(self, low: Array, high: Array) -> None:
        """Other bounds of the cells."""
        every = np.arange(self._columns, dtype=np.int32)
        self._highs.changeColsBounds(self._columns, every, low, np.where(np.isinf(high), highspy.kHighsInf, high))

    def extreme(self, cell: int, sign: float) -> Extreme:
        """The most (`sign` 1) or the least (-1) that a cell can be.

        Raises `Impossible` where nothing fits what is published.
        """
        self._highs.changeColCost(cell, -sign)
        status = self._run()
        unbounded = status == highspy.HighsModelStatus.kUnbounded
        if not unbounded and status != highspy.HighsModelStatus.kOptimal:
            raise Impossible("The published figures contradict one another: no counts would give them.")
        solution = self._highs.getSolution()
        prices = Prices(np.asarray(solution.col_dual), np.asarray(solution.row_dual))
        value = sign * np.inf if unbounded else sign * -self._highs.getInfo().objective_function_value
        self._highs.changeColCost(cell, 0.0)
        return Extreme(float(value), prices, np.asarray(solution.col_value))

    def _run(self) -> highspy.HighsModelStatus:
        """Answer from the end of the last question; where that leads nowhere anew, and in another way."""
        told = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnbounded)
        for way in WAYS:
            for name, value in way:
                self._highs.setOptionValue(name, value)
            self._highs.run()
            if self._highs.getModelStatus() in told:
                break
            self._highs.clearSolver()
        status = self._highs.getModelStatus()
        for name, value in WAYS[0]:
            self._highs.setOptionValue(name, value)
        return status


def worked_out(known: Known) -> Worked:
    """Least and most of every cell that is not shown as it is. Raises `Impossible` where nothing fits."""
    hidden = np.flatnonzero(known.high > known.low)
    least, most = known.low.copy(), known.high.copy()
    for piece in _pieces(known, hidden):
        for cell, column in zip(piece.asked.tolist(), piece.column.tolist(), strict=True):
            least[cell] = piece.attack.extreme(column, -1.0).value
            most[cell] = piece.attack.extreme(column, 1.0).value
    return Worked(hidden, least[hidden], most[hidden])


def told(known: Known, asked: Mask) -> Mask:
    """[cells] which of those asked for can be one whole number alone. Raises `Impossible` where nothing fits.

    Each answer is whole figures that fit what is published, or a proof that there are no two.
    """
    found = asked & (known.high - known.low < 1.0 - SLACK)
    for piece in _pieces(known, np.flatnonzero(asked & ~found)):
        seen = Seen(len(piece.used))
        for cell, column in zip(piece.asked.tolist(), piece.column.tolist(), strict=True):
            if not seen.twice(column):
                found[cell] = not _two_ways(piece, column, seen)
    return found


def narrower(known: Known, asked: Mask, width: float) -> Mask:
    """[cells] which of those asked for are known to less than a width. Raises `Impossible` where nothing fits."""
    found = asked & (known.high - known.low < width - SLACK)
    for piece in _pieces(known, np.flatnonzero(asked & ~found)):
        least, most = np.full(len(piece.used), np.inf), np.full(len(piece.used), -np.inf)
        for cell, column in zip(piece.asked.tolist(), piece.column.tolist(), strict=True):
            for sign in (1.0, -1.0):
                if most[column] - least[column] < width - SLACK:
                    end = piece.attack.extreme(column, sign)
                    if np.isinf(end.value):
                        least[column], most[column] = 0.0, np.inf
                    else:
                        np.minimum(least, end.point, out=least)
                        np.maximum(most, end.point, out=most)
            found[cell] = most[column] - least[column] < width - SLACK
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One piece of what is published that hangs together."""

    attack: Attack
    low: Array
    high: Array
    sums: csr_array
    within: csr_array
    used: Ints
    """Its cells."""
    asked: Ints
    """Those that are asked for."""
    column: Ints
    """And where among `used` each is."""


class Seen:
    """Whole figures that fit: how far each cell goes in them."""

    def __init__(self, cells: int) -> None:
        self.least, self.most = np.full(cells, np.inf), np.full(cells, -np.inf)

    def add(self, point: Array) -> None:
        """Take in figures, if they are whole."""
        whole = np.rint(point)
        if np.abs(whole - point).max(initial=0.0) < SLACK:
            np.minimum(self.least, whole, out=self.least)
            np.maximum(self.most, whole, out=self.most)

    def twice(self, column: int) -> bool:
        """Whether a cell was seen to be two whole numbers."""
        return bool(self.most[column] - self.least[column] >= 1.0)

    @property
    def once(self) -> Mask:
        """[cells] which were not."""
        return np.asarray(self.most - self.least < 1.0)


def _two_ways(piece: _Part, column: int, seen: Seen) -> bool:
    """Whether a cell can be two whole numbers."""
    ends = []
    for sign in (1.0, -1.0):
        end = piece.attack.extreme(column, sign)
        ends.append(end.value)
        if not np.isinf(end.value):
            seen.add(end.point)
        if seen.twice(column):
            return True
    if np.floor(ends[0] + SLACK) - np.ceil(ends[1] - SLACK) < 1:
        return False
    matrix = vstack([piece.sums, piece.within])
    most = np.concatenate([np.zeros(piece.sums.shape[0]), np.full(piece.within.shape[0], np.inf)])
    values = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(piece.used))
        cost[column] = -sign
        answer = optimize.milp(
            cost,
            integrality=np.ones(len(cost), dtype=np.int8),
            bounds=optimize.Bounds(np.ceil(piece.low - SLACK), np.floor(np.minimum(piece.high, MOST) + SLACK)),
            constraints=optimize.LinearConstraint(csr_array(matrix), 0.0, most),
            options={"time_limit": WHOLE_SECONDS},
        )
        if answer.x is None:
            if answer.status == 1:
                return True
            raise Impossible("The published figures contradict one another: no whole counts would give them.")
        seen.add(np.asarray(answer.x))
        values.append(float(answer.x[column]))
    return abs(values[0] - values[1]) >= 1.0 - SLACK


def _pieces(known: Known, asked: Ints) -> Iterator[_Part]:
    """The pieces that hold cells which are asked for; where nothing is known besides, there is none."""
    joint = abs(vstack([known.sums, known.within]))
    # Where a number is shown as it is nothing passes from one sum to another.
    free = csr_array(joint.multiply(known.high > known.low))
    piece = connected_components(free.T @ free, directed=False)[1]
    order = asked[np.argsort(piece[asked], kind="stable")]
    member: dict[int, list[int]] = {}
    for cell in np.flatnonzero(known.high > known.low).tolist():
        member.setdefault(int(piece[cell]), []).append(cell)
    for some in np.split(order, np.flatnonzero(np.diff(piece[order])) + 1):
        if not len(some):
            continue
        every = np.array(member[int(piece[some[0]])], dtype=np.int64)
        rows_sum = np.flatnonzero(abs(known.sums[:, every]).sum(axis=1))
        rows_in = np.flatnonzero(abs(known.within[:, every]).sum(axis=1))
        if not len(rows_sum) + len(rows_in):
            continue
        sums, within = known.sums[rows_sum], known.within[rows_in]
        used = np.flatnonzero(abs(vstack([sums, within])).sum(axis=0))
        low, high = known.low[used], known.high[used]
        sums, within = csr_array(sums[:, used]), csr_array(within[:, used])
        attack = Attack(low, high, sums, within)
        yield _Part(attack, low, high, sums, within, used, some, np.searchsorted(used, some))
