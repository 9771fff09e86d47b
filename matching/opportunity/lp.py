"""Linear programmes whose tiers are taken in order, by HiGHS; what comes back is checked elsewhere in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from matching.opportunity.exact import Floats, Unproved
from matching.question import Ints, Mask

ZERO = 1e-6
"""Prices and losses are quotients of small whole numbers: nearer to nothing than this is nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """`x`, shape (columns,); `prices`, shape (rows, tiers): both in floating point and not to be trusted."""

    x: Floats
    prices: Floats


class InOrder:
    """Most of tier after tier, `matrix @ x <= capacity`, x not negative, and nothing where `closed`."""

    def __init__(self, matrix: csc_array, capacity: Ints, values: Ints, closed: Mask) -> None:
        self._values = values
        self._most = np.where(closed, 0.0, highspy.kHighsInf)
        self._capacity = np.asarray(capacity, dtype=np.float64)
        rows, columns = matrix.shape
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = columns, rows
        programme.col_cost_ = np.zeros(columns)
        programme.col_lower_ = np.zeros(columns)
        programme.col_upper_ = self._most
        programme.row_lower_, programme.row_upper_ = np.full(rows, -highspy.kHighsInf), self._capacity
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = matrix.indptr
        programme.a_matrix_.index_ = matrix.indices
        programme.a_matrix_.value_ = matrix.data.astype(np.float64)
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("presolve", "off" if columns < 5_000 else "choose")
        self._highs.passModel(programme)

    def staged(self) -> Solved:
        """One tier after another, each held at its best by what its prices rule out."""
        highs, columns, rows = self._highs, len(self._values), len(self._capacity)
        every = np.arange(columns, dtype=np.int32)
        highs.changeColsBounds(columns, every, np.zeros(columns), self._most)
        highs.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), np.full(rows, -highspy.kHighsInf), self._capacity)
        for tier in range(self._values.shape[1]):
            highs.changeColsCost(columns, every, -self._values[:, tier].astype(np.float64))
            self._run()
            solution = highs.getSolution()
            fixed = np.flatnonzero(np.abs(solution.col_dual) > ZERO).astype(np.int32)
            at = np.rint(np.asarray(solution.col_value)[fixed])
            highs.changeColsBounds(len(fixed), fixed, at, at)
            tight = np.flatnonzero(np.abs(solution.row_dual) > ZERO).astype(np.int32)
            highs.changeRowsBounds(len(tight), tight, self._capacity[tight], self._capacity[tight])
        return self._solved()

    def add_rows(self, matrix: csr_array, capacity: Ints) -> None:
        """More rows of the same kind; the next run begins where the last one ended."""
        self._capacity = np.concatenate((self._capacity, capacity.astype(np.float64)))
        count, weights = len(capacity), matrix.data.astype(np.float64)
        self._highs.addRows(
            count,
            np.full(count, -highspy.kHighsInf),
            capacity.astype(np.float64),
            len(weights),
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            weights,
        )

    @property
    def basic(self) -> Ints:
        """The basis after the last run: columns, and -1 less the row for the room of a row."""
        return np.asarray(self._highs.getBasicVariables()[1], dtype=np.int64)

    def _run(self) -> None:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()
            self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unproved(f"HiGHS ended a linear programme with {self._highs.modelStatusToString(status)}")

    def _solved(self) -> Solved:
        basic = self.basic
        worth = np.where(basic[:, np.newaxis] >= 0, self._values[np.maximum(basic, 0)], 0).astype(np.float64)
        if not len(basic):
            return Solved(np.asarray(self._highs.getSolution().col_value), worth)
        prices = np.column_stack([self._highs.getBasisTransposeSolve(tier)[1] for tier in worth.T.copy()])
        return Solved(np.asarray(self._highs.getSolution().col_value), prices)
