"""What somebody can work out who reads every published table together: bounds of each hidden cell.

They know each number that is shown (to its rounding), that whatever is hidden is at least one where nought is always
shown, and every sum. The least and the most that a hidden cell can then be are two linear programmes (Hundepool and
others, Statistical Disclosure Control, 2012, chapter 4). A cell is recovered where only one whole number is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]

SLACK: Final = 1e-6
"""Within which a linear programme's answer counts as a whole number."""
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
    least, most = known.low[hidden].copy(), known.high[hidden].copy()
    joint = abs(vstack([known.sums, known.within]))
    # Where a number is shown as it is nothing passes from one sum to another.
    free = csr_array(joint.multiply(known.high > known.low))
    piece = connected_components(free.T @ free, directed=False)[1]
    order = hidden[np.argsort(piece[hidden], kind="stable")]
    at = {int(cell): i for i, cell in enumerate(hidden)}
    for some in np.split(order, np.flatnonzero(np.diff(piece[order])) + 1):
        rows_sum = np.flatnonzero(abs(known.sums[:, some]).sum(axis=1))
        rows_in = np.flatnonzero(abs(known.within[:, some]).sum(axis=1))
        if not len(some) or not len(rows_sum) + len(rows_in):
            continue
        sums, within = known.sums[rows_sum], known.within[rows_in]
        used = np.flatnonzero(abs(vstack([sums, within])).sum(axis=0))
        attack = Attack(known.low[used], known.high[used], csr_array(sums[:, used]), csr_array(within[:, used]))
        where = np.searchsorted(used, some)
        for cell, column in zip(some.tolist(), where.tolist(), strict=True):
            least[at[cell]] = attack.extreme(column, -1.0).value
            most[at[cell]] = attack.extreme(column, 1.0).value
    return Worked(hidden, least, most)
