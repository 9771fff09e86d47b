"""Prices of places, week by week, and what they prove: nobody who knew the whole year could have done better.

The linear relaxation is solved over a few columns at a time: HiGHS says what a place costs in each home and week, and
every column that is worth more than it costs is taken in. Whatever the prices are, if none is negative, what is for
sale at its price and what each stage gains at most are together a bound on the whole year. The prices are rounded to
1024ths, so that this sum is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from matching.hindsight_columns import RESOURCES, Columns, binding
from matching.question import Ints, Mask

Floats = NDArray[np.float64]

STEP: Final = 2.0**-10
"""Prices are whole numbers of these."""
EACH: Final = 6
"""Columns of one stage that are taken in at once."""
MOST_TURNS: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What columns share. Rows are: one for each stage; one for each group and home that two stages could use; one for
    each resource, home and week that could run short; one for each two groups who may not meet, [bars, 4]: group,
    group, home, week."""

    columns: Columns
    once: Ints
    """[columns] the row of the group and home, from 0; -1: none."""
    onces: int
    short: Ints
    """[resources, homes, weeks] the row, from 0; -1: cannot run short."""
    bars: Ints

    @property
    def capacity(self) -> Floats:
        """[rows]"""
        shorts = self.columns.room[self.short >= 0]
        order = np.argsort(self.short[self.short >= 0], kind="stable")
        ones = np.ones(self.columns.stages + self.onces)
        return np.concatenate([ones, shorts[order].astype(np.float64), np.ones(len(self.bars))])

    def entries(self, which: Ints) -> tuple[Ints, Ints, Ints]:
        """What some columns take, column after column: where each begins (and the end), rows, and how much."""
        c = self.columns
        rows, takes, sizes = [], [], []
        first = c.stages + self.onces
        before_bars = first + int((self.short >= 0).sum())
        for at in which.tolist():
            weeks = slice(int(c.begin[at]), int(c.after[at]))
            mine, amount = [int(c.stage[at])], [1]
            if self.once[at] >= 0:
                mine.append(c.stages + int(self.once[at]))
                amount.append(1)
            for resource in range(RESOURCES):
                use = int(c.uses[at, resource])
                row = self.short[resource, c.home[at], weeks] if use else np.zeros(0, dtype=np.int64)
                row = row[row >= 0]
                mine += (first + row).tolist()
                amount += [use] * len(row)
            meets = (
                ((self.bars[:, 0] == c.group[at]) | (self.bars[:, 1] == c.group[at]))
                & (self.bars[:, 2] == c.home[at])
                & (self.bars[:, 3] >= weeks.start)
                & (self.bars[:, 3] < weeks.stop)
            )
            mine += (before_bars + np.flatnonzero(meets)).tolist()
            amount += [1] * int(meets.sum())
            rows.append(mine)
            takes.append(amount)
            sizes.append(len(mine))
        start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        return (
            start,
            np.array([row for mine in rows for row in mine], dtype=np.int64),
            np.array([take for mine in takes for take in mine], dtype=np.int64),
        )

    def costs(self, prices: Floats) -> Floats:
        """[columns] what each column pays, but for the row of its stage."""
        c = self.columns
        first = c.stages + self.onces
        cost = np.where(self.once >= 0, prices[c.stages + np.maximum(self.once, 0)] if self.onces else 0.0, 0.0)
        of_short = prices[first:]
        for resource in range(RESOURCES):
            row = self.short[resource]
            each = np.where(row >= 0, of_short[np.maximum(row, 0)], 0.0) if len(of_short) else np.zeros(row.shape)
            upto = np.concatenate([np.zeros((len(each), 1)), np.cumsum(each, axis=1)], axis=1)
            cost = cost + c.uses[:, resource] * (upto[c.home, c.after] - upto[c.home, c.begin])
        at = first + int((self.short >= 0).sum())
        for number, (one, other, home, week) in enumerate(self.bars.tolist()):
            if prices[at + number]:
                hit = ((c.group == one) | (c.group == other)) & (c.home == home) & (c.begin <= week) & (week < c.after)
                cost[hit] += prices[at + number]
        return cost


def rows_of(columns: Columns, bars: Ints) -> Rows:
    """The rows of a year's columns; `bars` as in `Rows`."""
    c = columns
    homes = c.room.shape[1]
    key = c.group * homes + c.home
    pairs = np.unique(np.column_stack((key, c.stage)), axis=0)[:, 0]
    twice, counts = np.unique(pairs, return_counts=True)
    twice = twice[counts > 1]
    at = np.searchsorted(twice, key)
    known = (at < len(twice)) & (twice[np.minimum(at, len(twice) - 1)] == key) if len(twice) else np.zeros(len(c), bool)
    could = binding(c)
    short = np.full(could.shape, -1, dtype=np.int64)
    short[could] = np.arange(int(could.sum()), dtype=np.int64)
    return Rows(c, np.where(known, at, -1), len(twice), short, bars)


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A proved bound and the prices that prove it."""

    bound: float
    loss: Floats
    """[columns] how much less than the bound a year with this column is worth at least."""
    taken_in: Ints
    """Columns that were looked at together, sorted."""
    of_homes: Floats
    """[resources, homes, weeks] the price of one unit of each."""


def priced(rows: Rows, value: Ints, hint: Ints) -> Priced:
    """The best bound that prices prove of the most `value`, [columns], none negative.

    `hint`: columns to begin with.
    """
    c = rows.columns
    capacity = rows.capacity
    master = _Master(rows, value, capacity)
    inside: Mask = np.zeros(len(c), dtype=np.bool_)
    best = (np.inf, np.zeros(len(c)), capacity)
    new = np.union1d(hint, _most_gained(c, value.astype(np.float64), inside, 0.0))
    if not len(new):
        return Priced(0.0, np.zeros(len(c)), new, np.zeros(rows.short.shape))
    for _ in range(MOST_TURNS):
        inside[new] = True
        master.add(new)
        worth, prices = master.solved()
        paid = np.rint(np.maximum(prices, 0.0) / STEP) * STEP
        gain = value - rows.costs(paid)
        of_stage = np.zeros(c.stages)
        np.maximum.at(of_stage, c.stage, gain)
        bound = float(of_stage.sum() + (capacity[c.stages :] * paid[c.stages :]).sum())
        if bound < best[0]:
            best = (bound, of_stage[c.stage] - gain, paid)
        if best[0] < np.floor(worth + 0.5) + 1:
            break
        new = _most_gained(c, value - rows.costs(np.maximum(prices, 0.0)), inside, prices[: c.stages])
        if not len(new):
            break
    bound, loss, paid = best
    of_short = np.append(paid[c.stages + rows.onces :], 0.0)
    return Priced(bound, loss, np.flatnonzero(inside), np.where(rows.short >= 0, of_short[rows.short], 0.0))


def _most_gained(c: Columns, gain: Floats, inside: Mask, paid: Floats | float) -> Ints:
    """Of each stage the few columns outside that gain most over the price of the stage; one of each home."""
    over = gain - (paid[c.stage] if isinstance(paid, np.ndarray) else paid)
    could = np.flatnonzero(~inside & (over > STEP))
    could = could[np.lexsort((could, -over[could], c.home[could], c.stage[could]))]
    key = c.stage[could] * c.room.shape[1] + c.home[could]
    could = could[np.unique(key, return_index=True)[1]]
    could = could[np.lexsort((could, -over[could], c.stage[could]))]
    stage = c.stage[could]
    rank = np.arange(len(could)) - np.searchsorted(stage, stage)
    return np.sort(could[rank < EACH])


class _Master:
    """The relaxation over the columns taken in so far."""

    def __init__(self, rows: Rows, value: Ints, capacity: Floats) -> None:
        self._rows, self._value, self._count = rows, value, len(capacity)
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        none = np.zeros(0, dtype=np.int32)
        least = np.full(len(capacity), -highspy.kHighsInf)
        starts = np.zeros(len(capacity), dtype=np.int32)
        self._highs.addRows(len(capacity), least, capacity, 0, starts, none, np.zeros(0))

    def add(self, which: Ints) -> None:
        """Take in some columns."""
        start, row, take = self._rows.entries(which)
        self._highs.addCols(
            len(which),
            -self._value[which].astype(np.float64),
            np.zeros(len(which)),
            np.full(len(which), highspy.kHighsInf),
            len(row),
            start[:-1].astype(np.int32),
            row.astype(np.int32),
            take.astype(np.float64),
        )

    def solved(self) -> tuple[float, Floats]:
        """The relaxation's worth, and the price of each row."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS ended a linear programme with {self._highs.modelStatusToString(status)}")
        solution = self._highs.getSolution()
        return -float(self._highs.getInfo().objective_function_value), -np.asarray(solution.row_dual)
