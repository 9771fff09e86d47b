"""The linear relaxation of a choice of bundles, kept warm from tier to tier in HiGHS.

Most rows never bind and most columns are never worth their price, so that rows enter only when they are broken
and, in a large round, columns only when they would gain. Whatever floating point makes of it, the prices are
handed to `matching.solvers.prices.proved`, which works out in whole numbers what they prove.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, vstack

from matching.bundles import Bundles
from matching.question import Ints, Mask
from matching.solvers.cuts import cuts
from matching.solvers.families import Families, Pattern, Patterns, Whole
from matching.solvers.options import Options
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
    """What the prices of one aim prove about some bundles. `gain` of `prices` has the shape of `bundles`.

    `made`: for each family taken whole, the patterns that came into the programme.
    """

    bundles: Ints
    prices: Prices
    made: list[list[Pattern]]

    @property
    def bound(self) -> int:
        """No plan that reaches the floors is worth more."""
        return self.prices.bound

    def in_steps_of(self, weight: int) -> Priced:
        """The same in larger units, of which each is worth so many of the old."""
        return replace(self, prices=replace(self.prices, scale=self.prices.scale * weight))

    def may_reach(self, target: int) -> Ints:
        """The bundles that may be part of a plan worth at least `target`."""
        return self.bundles[self.prices.may_reach(target)]

    def options(self, target: int, most: int) -> Options | None:
        """All that may be part of a plan worth at least `target`; None when that is more than `most`."""
        prices = self.prices
        kept = prices.may_reach(target)
        if prices.families is None:
            return Options.of(self.bundles[kept]) if np.count_nonzero(kept) <= most else None
        alone = np.flatnonzero(kept & ~prices.families.member)
        room = prices.scaled_bound - prices.scale * target
        if room < 0:
            return Options.of(self.bundles[:0])
        patterns = prices.families.reaching(room, most - len(alone)) if len(alone) <= most else None
        return None if patterns is None else Options.whole(self.bundles, alone, patterns)

    def likely(self, most: int) -> Options:
        """Those by themselves that lose least, so many of them, and every pattern that came into the programme."""
        loss = -np.minimum(self.prices.scaled_gain, 0)
        if self.prices.families is None:
            return Options.of(self.bundles[np.sort(np.argsort(loss, kind="stable")[:most])])
        alone = np.flatnonzero(~self.prices.families.member)
        return Options.whole(
            self.bundles,
            np.sort(alone[np.argsort(loss[alone], kind="stable")[:most]]),
            [Patterns.of(of) for of in self.made],
        )

    def patterns(self) -> dict[tuple[int, ...], int]:
        """The patterns that came into the programme, each as bundle numbers, and the sibling pairs near in each."""
        return {tuple(self.bundles[list(p.columns)].tolist()): p.near for of in self.made for p in of}

    def target_for(self, most: int) -> int | None:
        """The least target that leaves at most so many bundles, or what is best by these prices; None when any does."""
        if len(self.bundles) <= most:
            return None
        losses = -np.minimum(self.prices.scaled_gain, 0)
        loss = int(np.partition(losses, most)[most])
        return min(-((loss - 1 - self.prices.scaled_bound) // self.prices.scale), self.bound)


class Relaxation:
    """One linear programme over some bundles: `aim` after `aim`, each held at a floor before the next.

    A column of it is a bundle by itself, or a pattern of a family taken whole.
    """

    def __init__(
        self, bundles: Bundles, packing: Packing, columns: Ints, by_column: csc_array, *, whole: bool = False
    ) -> None:
        """`columns` are bundle numbers, sorted; `by_column` is the packing's matrix, ready to be cut by columns.

        `whole`: families are taken whole, so that pairs near each other can be asked about. Raises `TooLarge`.
        """
        self._bundles = bundles
        self.columns = columns
        self._matrix = csc_array(by_column[:, columns])
        self._capacity = packing.capacity
        self._lazy = packing.lazy
        self._child_row = np.append(packing.child_row, -1)
        self._floors: list[tuple[Ints, int, int]] = []
        self._families: Families | None = Families(bundles, columns) if whole else None
        self._start()

    def give(self, plan: Ints, made: Mapping[tuple[int, ...], int]) -> None:
        """Let in what these bundles, a plan's, give the families, and each of `made` of which all is in question.

        `made` are bundle numbers, each set a family's pattern, with the sibling pairs near in it.
        """
        if self._families is None or not len(self.columns):
            return
        at = np.searchsorted(self.columns, plan[np.isin(plan, self.columns)])
        found = dict.fromkeys(self._families.patterns_of(at))
        sizes = np.array([len(one) for one in made], dtype=np.int64)
        bundles = np.array([b for one in made for b in one], dtype=np.int64)
        at = np.minimum(np.searchsorted(self.columns, bundles), len(self.columns) - 1)
        member = self._families.member
        there = (self.columns[at] == bundles) & member[at]
        owner = np.repeat(np.arange(len(sizes)), sizes)
        whole = np.bincount(owner[~there], minlength=len(sizes)) == 0
        places = np.split(at, np.cumsum(sizes)[:-1]) if len(sizes) else []
        for one, near, is_whole in zip(places, made.values(), whole.tolist(), strict=True):
            if is_whole:
                found[Pattern(tuple(one.tolist()), near)] = None
        self._enter(np.zeros(0, dtype=np.int64), list(found))

    def _start(self) -> None:
        """A fresh programme, with a row for each family and what can go in at once."""
        self._by_row = csr_array(self._matrix)
        rows, width = self._matrix.shape
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._height = 0 if self._families is None else len(self._families)
        for _ in range(self._height):
            self._highs.addRow(-math.inf, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        self._row_at: Ints = np.full(rows, -1, dtype=np.int64)
        self._chosen: Floats = np.zeros(0)
        self._holds = csr_array((0, width), dtype=np.int64)
        """Shape (columns of the programme, columns): what each is made of."""
        self._near_in: Ints = np.zeros(0, dtype=np.int64)
        self._inside = np.zeros(width, dtype=np.bool_)
        self._floor_at: list[int] = []
        small = width <= ALL_AT_ONCE
        alone = self._alone
        self._enter(np.flatnonzero(alone) if small else np.zeros(0, dtype=np.int64), [])
        binds = np.asarray(self._by_row.sum(axis=1)).ravel() > self._capacity
        if small:
            beyond = np.asarray(self._by_row @ alone.astype(np.int64)).ravel() > 0
            self._add_rows(np.flatnonzero(binds & ~self._lazy & beyond))
        else:
            self._add_rows(np.unique(self._child_row[self._child_row >= 0]))

    @property
    def _alone(self) -> Mask:
        """Which columns stand for themselves."""
        none = np.ones(len(self.columns), dtype=np.bool_)
        return none if self._families is None else ~self._families.member

    def _let_in(self, more: csr_array, capacity: Ints) -> None:
        """Rows that every plan keeps, from now on."""
        first, height = self._by_row.shape[0], len(capacity)
        self._by_row = vstack([self._by_row, more], format="csr")
        self._matrix = csc_array(self._by_row)
        self._capacity = np.concatenate((self._capacity, capacity))
        self._lazy = np.concatenate((self._lazy, np.zeros(height, dtype=np.bool_)))
        self._row_at = np.concatenate((self._row_at, np.full(height, -1, dtype=np.int64)))
        self._add_rows(first + np.arange(height, dtype=np.int64))

    def _worth(self, values: Ints, near: int) -> Floats:
        """What each column of the programme is worth."""
        return np.asarray(self._holds @ values + near * self._near_in, dtype=np.float64)

    def floor(self, values: Ints, near: int, least: int) -> None:
        """From now on only what is worth at least so much; `values` has the shape of `columns`."""
        self._floors.append((values, near, least))
        worth = self._worth(values, near)
        some = np.flatnonzero(worth).astype(np.int32)
        self._highs.addRow(float(least), math.inf, len(some), some, worth[some])
        self._floor_at.append(self._height)
        self._height += 1

    def keep(self, kept: Mask) -> None:
        """Drop the bundles of `columns` that do not count any more; the floors stay."""
        if kept.all():
            return
        gone = np.asarray(self._holds @ (~kept).astype(np.int64)) > 0
        if gone.any():
            self._highs.deleteCols(int(gone.sum()), np.flatnonzero(gone).astype(np.int32))
        self._holds = csr_array(csc_array(self._holds[~gone])[:, kept])
        self._near_in = self._near_in[~gone]
        self._inside = self._inside[kept]
        self._matrix = csc_array(self._matrix[:, kept])
        self._by_row = csr_array(self._matrix)
        self._floors = [(values[kept], near, least) for values, near, least in self._floors]
        self.columns = self.columns[kept]
        if self._families is not None:
            before, self._families = self._families, Families(self._bundles, self.columns)
            # a family of whom nobody can be near anybody any more is a row less, and its bundles stand for themselves
            if len(self._families) != len(before):
                self._again()

    def _again(self) -> None:
        """Begin afresh with the rows, the floors and the patterns that there are."""
        start, held = self._holds.indptr.tolist(), self._holds.indices
        made = [held[first:last] for first, last in pairwise(start)]
        floors, self._floors = self._floors, []
        self._start()
        if self._families is not None:
            self._enter(self.columns[:0], [p for columns in made for p in self._families.patterns_of(columns)])
        for values, near, least in floors:
            self.floor(values, near, least)

    def prices(self, values: Ints, near: int, clock: Clock, *, last: bool = False) -> Priced | None:
        """Prices for the most of `values` (and `near` for each near pair) above the floors; None without time.

        `last`: no other aim follows, so that it is worth its while to make the choice whole (`whole`).

        None too where the relaxation says the floors cannot be reached, which rounding can make of floors that
        can only just be: nothing is concluded from it.
        """
        found = None
        best, idle, rounds = math.inf, 0, 0
        if not self._holds.shape[0]:
            self._enter(self._gainful(values.astype(np.float64)), [])
        while not clock.is_up:
            self._set_cost(values, near)
            duals = self._run(clock)
            if duals is None:
                break
            found = duals
            row_prices, floor_prices, family_prices = duals
            gain = values - self._matrix.T @ row_prices
            each_near = float(near)
            for (worth, worth_near, _), price in zip(self._floors, floor_prices, strict=True):
                gain += price * worth
                each_near += price * worth_near
            entering = self._gainful(gain)
            patterns = self._better(gain, each_near, family_prices, clock)
            if len(entering) or patterns:
                self._enter(entering, patterns)
                continue
            # rows that cut are looked for when no column would gain any more: each look costs as much as many columns
            worth = self._highs.getInfo().objective_function_value
            idle, best = (idle + 1, best) if worth > best - BROKEN else (0, worth)
            if not ((last or idle <= IDLE) and rounds < ROUNDS and self._cut()):
                break
            rounds += 1
        return None if found is None else self._priced(values, near, found, clock)

    def _priced(self, values: Ints, near: int, duals: _Duals, clock: Clock) -> Priced:
        """What these prices prove, in whole numbers."""
        row_prices, floor_prices, _ = duals
        # rows let in since, in a programme that was not solved again, cost nothing
        row_prices = np.concatenate((row_prices, np.zeros(len(self._capacity) - len(row_prices))))
        floors = csr_array(np.array([worth for worth, _, _ in self._floors], dtype=np.int64).reshape(-1, len(values)))
        least = np.array([least for _, _, least in self._floors], dtype=np.int64)
        whole = None
        if self._families is not None:
            takes = [-worth_near for _, worth_near, _ in self._floors]
            near_takes = np.array([0] * len(self._capacity) + takes, dtype=np.int64)
            whole = Whole(self._families, near, near_takes, clock)
        prices = proved(
            values,
            vstack([self._by_row, -floors], format="csr"),
            np.concatenate((self._capacity, -least)),
            np.concatenate((row_prices, floor_prices)),
            np.where(self._alone, self._child_row[self._lead], -1),
            whole,
        )
        return Priced(self.columns, prices, self._made())

    def _made(self) -> list[list[Pattern]]:
        """For each family the patterns in the programme."""
        made: list[list[Pattern]] = [[] for _ in range(0 if self._families is None else len(self._families))]
        if self._families is not None:
            start, held = self._holds.indptr.tolist(), self._holds.indices
            for at, near in enumerate(self._near_in.tolist()):
                columns = held[start[at] : start[at + 1]]
                family = int(self._families.number[columns[0]])
                if family >= 0:
                    made[family].append(Pattern(tuple(columns.tolist()), near))
        return made

    def _better(self, gain: Floats, near: float, family_prices: Floats, clock: Clock) -> list[Pattern]:
        """Of each family its best pattern, where it is worth more than the family's price, as far as time goes."""
        found: list[Pattern] = []
        for family, price in zip(self._families or (), family_prices.tolist(), strict=True):
            _, pattern = family.best(gain, near, price + GAINFUL, clock)
            if pattern is not None:
                found.append(pattern)
        return found

    def _cut(self) -> bool:
        """Let in rows that every plan keeps and the relaxed plan breaks; whether any was found."""
        if self._matrix.shape[1] > ALL_AT_ONCE:
            return False
        found = cuts(self._by_row, self._capacity, np.asarray(self._holds.T @ self._chosen))
        if found is not None:
            self._let_in(*found)
        return found is not None

    def _run(self, clock: Clock) -> _Duals | None:
        """Solve, letting in the rows that are broken until none is; the prices of all rows, floors and families."""
        highs = self._highs
        while not clock.is_up:
            if not math.isinf(clock.left):
                highs.setOptionValue("time_limit", highs.getRunTime() + clock.left)
            highs.run()
            if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            solution = highs.getSolution()
            self._chosen = np.array(solution.col_value)
            chosen = np.asarray(self._holds.T @ self._chosen)
            broken = (self._by_row @ chosen > self._capacity + BROKEN) & (self._row_at < 0)
            if broken.any():
                self._add_rows(np.flatnonzero(broken))
                continue
            duals = np.array(solution.row_dual)
            prices = np.zeros(len(self._row_at))
            inside = self._row_at >= 0
            prices[inside] = np.maximum(duals[self._row_at[inside]], 0.0)
            families = 0 if self._families is None else len(self._families)
            return prices, np.maximum(-duals[self._floor_at], 0.0), np.maximum(duals[:families], 0.0)
        return None

    @property
    def whole(self) -> Ints | None:
        """The bundles of the last relaxed plan, where it happens to be whole."""
        if not len(self._chosen) or len(self._chosen) != self._holds.shape[0]:
            return None
        if (np.abs(self._chosen - np.rint(self._chosen)) > WHOLE).any():
            return None
        return self.columns[(self._holds.T @ (self._chosen > 0.5).astype(np.int64)) > 0]

    def _set_cost(self, values: Ints, near: int) -> None:
        cost = self._worth(values, near)
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _gainful(self, gain: Floats) -> Ints:
        """Columns by themselves, not in the programme, that would gain: the best few of each child."""
        out = np.flatnonzero((gain > GAINFUL) & ~self._inside & self._alone)
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
        """The first child of each column."""
        q = self._bundles.question
        return q.pair_child[self._bundles.pair[self._bundles.start[self.columns]]]

    def _enter(self, alone: Ints, patterns: list[Pattern]) -> None:
        """Let in columns by themselves, and patterns."""
        count = len(alone) + len(patterns)
        if not count:
            return
        sizes = np.array([1] * len(alone) + [len(p.columns) for p in patterns], dtype=np.int64)
        held = np.concatenate([alone, *(np.array(p.columns, dtype=np.int64) for p in patterns)])
        owner = np.repeat(np.arange(count, dtype=np.int64), sizes)
        holds = csr_array((np.ones(len(held), dtype=np.int64), (owner, held)), shape=(count, len(self.columns)))
        near = np.array([0] * len(alone) + [p.near for p in patterns], dtype=np.int64)
        takes = (holds @ self._matrix.T).tocoo()
        inside = self._row_at[takes.col] >= 0
        column, row, weight = takes.row[inside], self._row_at[takes.col[inside]], takes.data[inside]
        for (worth, worth_near, _), at in zip(self._floors, self._floor_at, strict=True):
            mine = holds @ worth + worth_near * near
            some = np.flatnonzero(mine)
            column, row = np.concatenate((column, some)), np.concatenate((row, np.full(len(some), at)))
            weight = np.concatenate((weight, mine[some]))
        if self._families is not None:
            family = self._families.number[held[np.cumsum(sizes) - sizes]]
            some = np.flatnonzero(family >= 0)
            column, row = np.concatenate((column, some)), np.concatenate((row, family[some]))
            weight = np.concatenate((weight, np.ones(len(some), dtype=np.int64)))
        order = np.argsort(column, kind="stable")
        start = np.searchsorted(column[order], np.arange(count)).astype(np.int32)
        # the row of its family, not a limit of its own, says that a pattern is chosen once
        upper = np.where(np.arange(count) < len(alone), 1.0, math.inf)
        self._highs.addCols(
            count,
            np.zeros(count),
            np.zeros(count),
            upper,
            len(row),
            start,
            row[order].astype(np.int32),
            weight[order].astype(np.float64),
        )
        self._holds = csr_array(vstack([self._holds, holds], format="csr"))
        self._near_in = np.concatenate((self._near_in, near))
        self._inside[alone] = True

    def _add_rows(self, rows: Ints) -> None:
        if not len(rows):
            return
        part = csr_array(self._by_row[rows] @ self._holds.T)
        self._highs.addRows(
            len(rows),
            np.full(len(rows), -math.inf),
            self._capacity[rows].astype(np.float64),
            part.nnz,
            part.indptr[:-1].astype(np.int32),
            part.indices.astype(np.int32),
            part.data.astype(np.float64),
        )
        self._row_at[rows] = self._height + np.arange(len(rows))
        self._height += len(rows)


_Duals = tuple[Floats, Floats, Floats]
"""Prices of the rows, of the floors and of the families."""
