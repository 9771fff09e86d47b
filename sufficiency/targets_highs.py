"""A programme in whole numbers that HiGHS keeps warm: columns and rows are let in as they are needed."""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
from scipy.sparse import coo_array

from sufficiency.targets_question import Array, Floats, Whole

INF: Final = highspy.kHighsInf
NODES: Final = 2000
"""Parts of the search after which it ends with the gap that it has: the same on every machine, as a time is not."""
STOPPED: Final = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit)


class Infeasible(Exception):
    """No plan keeps all limits."""


class Warm:
    """HiGHS with what it has been given so far. It works in floating point: nothing it says is taken as proved."""

    def __init__(self) -> None:
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        self.width = 0
        self._whole: list[Whole] = []

    @property
    def height(self) -> int:
        """How many rows there are."""
        return int(self._highs.getNumRow())

    def columns(self, cost: Floats, most: Array | float, *, whole: bool = False) -> Whole:
        """More columns, none below nought: their numbers."""
        count, first = len(cost), self.width
        self.width += count
        upper = np.minimum(np.broadcast_to(np.asarray(most, dtype=np.float64), count), INF)
        none, starts = np.zeros(0, dtype=np.int32), np.zeros(count, dtype=np.int32)
        self._highs.addCols(count, cost.astype(np.float64), np.zeros(count), upper, 0, starts, none, np.zeros(0))
        columns = np.arange(first, self.width)
        if whole:
            self._whole.append(columns)
        return columns

    def rows(self, row: Whole, column: Whole, weight: Floats, lower: Array | float, upper: Array | float) -> None:
        """More rows, given as triples; `row` counts from nought, and every row has an entry."""
        count = int(row.max()) + 1 if len(row) else 0
        if not count:
            return
        table = coo_array((weight.astype(np.float64), (row, column)), shape=(count, self.width)).tocsr()
        self._highs.addRows(
            count,
            np.maximum(np.broadcast_to(np.asarray(lower, dtype=np.float64), count), -INF),
            np.minimum(np.broadcast_to(np.asarray(upper, dtype=np.float64), count), INF),
            table.nnz,
            table.indptr[:-1].astype(np.int32),
            table.indices.astype(np.int32),
            table.data,
        )

    def at_most(self, rows: Whole, upper: Array | float) -> None:
        """Rows that are at most so much from now on."""
        most = np.minimum(np.broadcast_to(np.asarray(upper, dtype=np.float64), len(rows)), INF)
        self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), np.full(len(rows), -INF), most)

    def up_to(self, columns: Whole, most: float) -> None:
        """Columns that are at most so much from now on."""
        bounds = np.full(len(columns), most)
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), np.zeros(len(columns)), bounds)

    @property
    def costs(self) -> Floats:
        """Of all columns."""
        return np.asarray(self._highs.getLp().col_cost_, dtype=np.float64)

    def cost(self, costs: Floats, offset: float) -> None:
        """All columns cost so much from now on, and `offset` comes on top."""
        self._highs.changeColsCost(self.width, np.arange(self.width, dtype=np.int32), costs)
        self._highs.changeObjectiveOffset(offset)

    def run(self) -> None:
        """Solve in parts. Raises `Infeasible`."""
        self._kinds(highspy.HighsVarType.kContinuous)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # Beginning afresh settles what rounding left in doubt.
            self._highs.clearSolver()
            self._highs.run()
        self._check()

    def run_whole(self, gap: float, seconds: float) -> bool:
        """Solve in whole numbers; whether that came to its end before `NODES` or the time.

        Raises `Infeasible`, and TimeoutError where nothing was found.
        """
        self._kinds(highspy.HighsVarType.kInteger)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.setOptionValue("mip_max_nodes", NODES)
        self._highs.run()
        self._highs.setOptionValue("time_limit", INF)
        if self._highs.getModelStatus() not in STOPPED:
            self._check()
            return True
        if self._highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise TimeoutError(
                f"No plan was found in {seconds:.0f} seconds and {NODES} steps, and none was ruled out. Give the "
                "targets more time, or fewer futures."
            )
        return False

    @property
    def values(self) -> Floats:
        """Of all columns, after a run."""
        return np.asarray(self._highs.getSolution().col_value, dtype=np.float64)

    @property
    def value(self) -> float:
        """What they cost."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def floor(self) -> float:
        """What none costs less than, after `run_whole`."""
        return float(self._highs.getInfo().mip_dual_bound)

    @property
    def duals(self) -> Floats:
        """Of all rows, after `run`."""
        return np.asarray(self._highs.getSolution().row_dual, dtype=np.float64)

    def _check(self) -> None:
        status = self._highs.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise Infeasible
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")

    def _kinds(self, kind: highspy.HighsVarType) -> None:
        for columns in self._whole:
            kinds = np.full(len(columns), int(kind), dtype=np.uint8)
            self._highs.changeColsIntegrality(len(columns), columns.astype(np.int32), kinds)
