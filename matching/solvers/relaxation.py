"""The linear relaxation of a choice of bundles, kept warm from tier to tier in HiGHS.

Most rows never bind and most columns are never worth their price, so that rows enter only when they are broken
and, in a large round, columns only when they would gain. Whatever floating point makes of it, the prices are
handed to `matching.solvers.prices.proved`, which works out in whole numbers what they prove.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, coo_array, csc_array, csr_array, vstack

from matching.bundles import Bundles
from matching.question import Ints, Mask
from matching.solvers.cuts import cuts
from matching.solvers.near import Halves, Sets, halves_of, neighbours
from matching.solvers.packing import Packing
from matching.solvers.prices import Prices, proved
from matching.solvers.solver import Clock

ALL_AT_ONCE = 60_000
"""So many columns go into the programme at once; of more, those that gain most at the prices so far."""
EACH_CHILD = 3
"""Columns of each child that enter at a time, the most gainful first."""
ENTERING = 60_000
SPREAD = 2_654_435_761
"""A number that scatters what it multiplies."""
BROKEN = 1e-6
WHOLE = 1e-5
ROUNDS, IDLE = 12, 1
"""Rounds of cuts at most for one aim; and how many that bring its bound down by nothing, before the last aim."""
GAINFUL = 1e-6


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What the prices of one aim prove about some bundles. `gain` of `prices` has the shape of `bundles`."""

    bundles: Ints
    prices: Prices

    @property
    def bound(self) -> int:
        """No plan that reaches the floors is worth more."""
        return self.prices.bound

    def in_steps_of(self, weight: int) -> Priced:
        """The same in larger units, of which each is worth so many of the old."""
        prices = self.prices
        return Priced(self.bundles, Prices(prices.scale * weight, prices.scaled_bound, prices.scaled_gain))

    def may_reach(self, target: int) -> Ints:
        """The bundles that may be part of a plan worth at least `target`."""
        return self.bundles[self.prices.may_reach(target)]

    def target_for(self, most: int) -> int | None:
        """The least target that leaves at most so many bundles, or what is best by these prices; None when any does."""
        if len(self.bundles) <= most:
            return None
        losses = -np.minimum(self.prices.scaled_gain, 0)
        loss = int(np.partition(losses, most)[most])
        return min(-((loss - 1 - self.prices.scaled_bound) // self.prices.scale), self.bound)


class Relaxation:
    """One linear programme over some bundles: `aim` after `aim`, each held at a floor before the next."""

    def __init__(self, bundles: Bundles, packing: Packing, columns: Ints, by_column: csc_array) -> None:
        """`columns` are bundle numbers, sorted; `by_column` is the packing's matrix, ready to be cut by columns."""
        self._bundles = bundles
        self.columns = columns
        self._matrix = csc_array(by_column[:, columns])
        self._capacity = packing.capacity
        self._lazy = packing.lazy
        self._child_row = np.append(packing.child_row, -1)
        self._links = 0
        self._halves: list[Halves] = []
        self.sets: Sets = {}
        """Sets of homes whose rows on near pairs were broken on the way."""
        self._floors: list[tuple[Ints, int]] = []
        self._start()

    def _start(self) -> None:
        """A fresh programme of what is left, with no row or column in it yet."""
        self._by_row = csr_array(self._matrix)
        rows, width = self._matrix.shape
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._row_at: Ints = np.full(rows, -1, dtype=np.int64)
        self._chosen: Floats = np.zeros(width)
        self._columns_in: Ints = np.zeros(0, dtype=np.int64)
        self._inside = np.zeros(width, dtype=np.bool_)
        self._floor_at: list[int] = []
        self._height = 0
        first = np.arange(width, dtype=np.int64) if width <= ALL_AT_ONCE else np.zeros(0, dtype=np.int64)
        self._enter(first)
        binds = np.asarray(self._by_row.sum(axis=1)).ravel() > self._capacity
        if width <= ALL_AT_ONCE:
            self._add_rows(np.flatnonzero(binds & ~self._lazy))
        else:
            self._add_rows(np.unique(self._child_row[self._child_row >= 0]))

    def with_near(self) -> None:
        """Begin again with a number for each sibling pair who may be near each other."""
        q = self._bundles.question
        self._near = neighbours(q.near_homes, q.homes)
        self._halves = halves_of(self._bundles, self.columns)
        self._links = len(self._halves)
        height = self._matrix.shape[0]
        self._matrix = csc_array(
            block_array([[self._matrix, csc_array((height, self._links), dtype=np.int64)]], format="csc")
        )
        floors, self._floors = self._floors, []
        self._start()
        for values, least in floors:
            self.floor(values[: len(self.columns)], 0, least)
        nowhere = np.arange(0, dtype=np.int64)
        self._cut((at, h.row(self._near, nowhere)) for at, h in enumerate(self._halves))
        self._cut((at, h.row(self._near, np.unique(h.first_home))) for at, h in enumerate(self._halves))

    def _cut(self, rows: Iterable[tuple[int, Ints]]) -> None:
        """Let in rows that say: this pair's number is at most the sum of these columns."""
        found = list(rows)
        if not found:
            return
        width = self._matrix.shape[1]
        sizes = [len(columns) for _, columns in found]
        row = np.concatenate((np.repeat(np.arange(len(found)), sizes), np.arange(len(found))))
        column = np.concatenate(
            [*(columns for _, columns in found), len(self.columns) + np.array([at for at, _ in found], dtype=np.int64)]
        )
        weight = np.concatenate((np.full(sum(sizes), -1, dtype=np.int64), np.ones(len(found), dtype=np.int64)))
        more = coo_array((weight, (row, column)), shape=(len(found), width)).tocsr()
        self._let_in(more, np.zeros(len(found), dtype=np.int64))

    def _let_in(self, more: csr_array, capacity: Ints) -> None:
        """Rows that every plan keeps, from now on."""
        first, height = self._by_row.shape[0], len(capacity)
        self._by_row = vstack([self._by_row, more], format="csr")
        self._matrix = csc_array(self._by_row)
        self._capacity = np.concatenate((self._capacity, capacity))
        self._lazy = np.concatenate((self._lazy, np.zeros(height, dtype=np.bool_)))
        self._row_at = np.concatenate((self._row_at, np.full(height, -1, dtype=np.int64)))
        self._add_rows(first + np.arange(height, dtype=np.int64))

    def _cut_off(self, chosen: Floats) -> bool:
        """Let in the rows on near pairs that a relaxed plan breaks; whether there were any."""
        numbers = chosen[len(self.columns) :]
        found = []
        for at in np.flatnonzero(numbers > BROKEN).tolist():
            halves = self._halves[at]
            for homes in halves.cut_off(self._near, chosen, float(numbers[at])):
                self.sets.setdefault(halves.pair, []).append(homes)
                found.append((at, halves.row(self._near, homes)))
        self._cut(found)
        return bool(found)

    def _all(self, values: Ints, near: int) -> Ints:
        """Values of the columns, links and all; `values` has the shape of `columns`."""
        return np.concatenate((values, np.full(self._links, near, dtype=np.int64)))

    def floor(self, values: Ints, near: int, least: int) -> None:
        """From now on only what is worth at least so much."""
        mine = self._all(values, near)
        self._floors.append((mine, least))
        inside = mine[self._columns_in].astype(np.float64)
        some = np.flatnonzero(inside).astype(np.int32)
        self._highs.addRow(float(least), math.inf, len(some), some, inside[some])
        self._floor_at.append(self._height)
        self._height += 1

    def keep(self, kept: Mask) -> None:
        """Drop the bundles of `columns` that do not count any more; the floors stay."""
        if kept.all():
            return
        both = np.concatenate((kept, np.ones(self._links, dtype=np.bool_)))
        gone = np.flatnonzero(~both[self._columns_in]).astype(np.int32)
        if len(gone):
            self._highs.deleteCols(len(gone), gone)
        self._columns_in = self._columns_in[both[self._columns_in]]
        renumbered = np.cumsum(both) - 1
        self._columns_in = renumbered[self._columns_in]
        self._inside = self._inside[both]
        self._matrix = csc_array(self._matrix[:, both])
        self._by_row = csr_array(self._matrix)
        self._floors = [(values[both], least) for values, least in self._floors]
        self.columns = self.columns[kept]
        self._halves = [h.among(both) for h in self._halves]

    def prices(self, values: Ints, near: int, clock: Clock, *, last: bool = False) -> Priced | None:
        """Prices for the most of `values` (and `near` for each near pair) above the floors; None without time.

        `last`: no other aim follows, so that it is worth its while to make the choice whole (`whole`).

        None too where the relaxation says the floors cannot be reached, which rounding can make of floors that
        can only just be: nothing is concluded from it.
        """
        mine = self._all(values, near)
        self._set_cost(mine)
        found = None
        if not len(self._columns_in):
            self._enter(self._gainful(mine.astype(np.float64)))
            self._set_cost(mine)
        while not clock.is_up:
            duals = self._run(clock, last=last)
            if duals is None:
                break
            found = duals
            row_prices, floor_prices = duals
            gain = mine - self._matrix.T @ row_prices
            for (worth, _), price in zip(self._floors, floor_prices, strict=True):
                gain += price * worth
            entering = self._gainful(gain)
            if not len(entering):
                break
            self._enter(entering)
            self._set_cost(mine)
        if found is None:
            return None
        row_prices, floor_prices = found
        floors = csr_array(np.array([worth for worth, _ in self._floors], dtype=np.int64).reshape(-1, len(mine)))
        least = np.array([least for _, least in self._floors], dtype=np.int64)
        prices = proved(
            mine,
            vstack([self._by_row, -floors], format="csr"),
            np.concatenate((self._capacity, -least)),
            np.concatenate((row_prices, floor_prices)),
            self._child_row[self._lead],
        )
        gains = prices.scaled_gain[: len(self.columns)]
        return Priced(self.columns, Prices(prices.scale, prices.scaled_bound, gains))

    def _run(self, clock: Clock, *, last: bool) -> tuple[Floats, Floats] | None:
        """Solve, letting in the rows that are broken until none is; the prices of all rows and floors."""
        highs = self._highs
        best, idle, rounds = math.inf, 0, 0
        while not clock.is_up:
            if not math.isinf(clock.left):
                highs.setOptionValue("time_limit", highs.getRunTime() + clock.left)
            highs.run()
            if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            solution = highs.getSolution()
            chosen = np.zeros(self._matrix.shape[1])
            chosen[self._columns_in] = solution.col_value
            broken = (self._by_row @ chosen > self._capacity + BROKEN) & (self._row_at < 0)
            if broken.any():
                self._add_rows(np.flatnonzero(broken))
                continue
            if self._links and self._cut_off(chosen):
                continue
            self._chosen = chosen
            worth = highs.getInfo().objective_function_value
            idle, best = (idle + 1, best) if worth > best - BROKEN else (0, worth)
            wanted = (last or idle <= IDLE) and rounds < ROUNDS and self._matrix.shape[1] <= ALL_AT_ONCE
            found = cuts(self._by_row, self._capacity, chosen) if wanted else None
            if found is not None:
                self._let_in(*found)
                rounds += 1
                continue
            duals = np.array(solution.row_dual)
            prices = np.zeros(len(self._row_at))
            inside = self._row_at >= 0
            prices[inside] = np.maximum(duals[self._row_at[inside]], 0.0)
            return prices, np.maximum(-duals[self._floor_at], 0.0)
        return None

    @property
    def whole(self) -> Ints | None:
        """The bundles of the last relaxed plan, where it happens to be whole."""
        mine = self._chosen[: len(self.columns)]
        part = np.abs(mine - np.rint(mine)) > WHOLE
        return None if part.any() or not len(mine) else self.columns[mine > 0.5]

    def _set_cost(self, mine: Ints) -> None:
        cost = mine[self._columns_in].astype(np.float64)
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _gainful(self, gain: Floats) -> Ints:
        """Columns not in the programme that would gain, the best few of each child."""
        out = np.flatnonzero((gain > GAINFUL) & ~self._inside)
        if not len(out):
            return out
        child = self._lead[out]
        # of columns that gain alike, some from all over, so that not everybody is offered the same few homes
        spread = (out * SPREAD) % 2**32
        order = np.lexsort((spread, -gain[out], child))
        child = child[order]
        first = np.searchsorted(child, child)
        best = out[order[np.arange(len(child)) - first < EACH_CHILD]]
        return np.sort(best[np.argsort(-gain[best], kind="stable")[:ENTERING]])

    @property
    def _lead(self) -> Ints:
        """The first child of each column; links come last and are always inside."""
        q = self._bundles.question
        lead = q.pair_child[self._bundles.pair[self._bundles.start[self.columns]]]
        return np.concatenate((lead, np.full(self._links, q.children, dtype=np.int64)))

    def _enter(self, columns: Ints) -> None:
        if self._links and not len(self._columns_in):
            columns = np.union1d(columns, np.arange(len(self.columns), self._matrix.shape[1]))
        if not len(columns):
            return
        part = csc_array(self._matrix[:, columns])
        inside = self._row_at[part.indices] >= 0
        column = np.repeat(np.arange(len(columns), dtype=np.int64), np.diff(part.indptr))[inside]
        row, weight = self._row_at[part.indices[inside]], part.data[inside]
        for (worth, _), at in zip(self._floors, self._floor_at, strict=True):
            some = np.flatnonzero(worth[columns])
            column, row = np.concatenate((column, some)), np.concatenate((row, np.full(len(some), at)))
            weight = np.concatenate((weight, worth[columns[some]]))
        order = np.argsort(column, kind="stable")
        start = np.searchsorted(column[order], np.arange(len(columns))).astype(np.int32)
        self._highs.addCols(
            len(columns),
            np.zeros(len(columns)),
            np.zeros(len(columns)),
            np.ones(len(columns)),
            len(row),
            start,
            row[order].astype(np.int32),
            weight[order].astype(np.float64),
        )
        self._columns_in = np.concatenate((self._columns_in, columns))
        self._inside[columns] = True

    def _add_rows(self, rows: Ints) -> None:
        if not len(rows):
            return
        part = csr_array(self._by_row[rows])
        at = np.full(self._matrix.shape[1], -1, dtype=np.int64)
        at[self._columns_in] = np.arange(len(self._columns_in))
        inside = at[part.indices] >= 0
        row = np.repeat(np.arange(len(rows), dtype=np.int64), np.diff(part.indptr))[inside]
        start = np.searchsorted(row, np.arange(len(rows))).astype(np.int32)
        self._highs.addRows(
            len(rows),
            np.full(len(rows), -math.inf),
            self._capacity[rows].astype(np.float64),
            len(row),
            start,
            at[part.indices[inside]].astype(np.int32),
            part.data[inside].astype(np.float64),
        )
        self._row_at[rows] = self._height + np.arange(len(rows))
        self._height += len(rows)
