"""The best anybody could have done who knew the whole year: every arrival, ending, breakdown and refusal.

It is what a way of planning is held against. Children who were in homes at the start stay as long as they did; all
else is free: who moves where and when, and who waits, by the same rules and homes. One whole-number programme for the
year, time-indexed: a column is a group moving into a home in a week (`hindsight_columns`), a row what a home has in a
week. The bound is proved by prices (`hindsight_prices`), so that it holds even where the best plan is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import highspy
import numpy as np

from matching.hindsight_columns import Columns, columns_of
from matching.hindsight_prices import Priced, Rows, priced, rows_of
from matching.question import Ints
from matching.rolling_asked import AskedYear
from matching.rolling_worth import worth_of
from matching.rolling_year import NO_HOME

MOST_COLUMNS: Final = 40_000
"""More are not searched at once; the bound then stays that of the prices."""
LEAST: Final = 0.5
"""Seconds that any search has."""


@dataclass(frozen=True, slots=True, eq=False)
class Hindsight:
    """The best year found and what no year exceeds, in the worth asked for."""

    value: int
    bound: int
    home: Ints
    """[weeks, groups] where each group lives in the best year found, those at the start too; `NO_HOME`."""

    @property
    def proved(self) -> bool:
        """Whether no year is better than the one found."""
        return self.value >= self.bound


def hindsight(asked: AskedYear, name: str = "plan", *, seconds: float = 60.0) -> Hindsight:
    """The best year for one of `WORTHS`, in about so many seconds of search after the bound is proved.

    With `seconds` 0 only the bound is worked out, and no year is looked for. When the time is up the best year found
    counts, and the bound stays what was proved.
    """
    columns = columns_of(asked)
    worth = worth_of(asked, name)
    value = worth[columns.group, columns.home] * (columns.after - columns.begin)
    bars = np.zeros((0, 4), dtype=np.int64)
    hint = np.zeros(0, dtype=np.int64)
    ends: float | None = None
    while True:
        rows = rows_of(columns, bars)
        found = priced(rows, value, hint)
        bound = int(np.floor(found.bound))
        if seconds <= 0 or not len(found.taken_in):
            return Hindsight(0, bound, _lived(asked, columns, hint[:0]))
        ends = perf_counter() + seconds if ends is None else ends
        chosen, bound = _searched(rows, value, found, bound, ends)
        meeting = _meetings(asked, columns, chosen)
        if len(meeting) and perf_counter() >= ends:
            chosen = _without_meetings(asked, columns, chosen, value)
            meeting = meeting[:0]
        if not len(meeting):
            return Hindsight(int(value[chosen].sum()), bound, _lived(asked, columns, chosen))
        bars = np.unique(np.concatenate([bars, meeting]), axis=0)
        hint = found.taken_in


def _searched(rows: Rows, value: Ints, found: Priced, bound: int, ends: float) -> tuple[Ints, int]:
    """The best choice found, and the bound: of the columns that were priced, then of all that could be in a better."""
    chosen, _ = _best(rows, value, found.taken_in, ends)
    worth = int(value[chosen].sum())
    if worth >= bound:
        return chosen, bound
    useful = np.flatnonzero(found.loss <= found.bound - worth - 1)
    if len(useful) > MOST_COLUMNS:
        return chosen, bound
    better, upper = _best(rows, value, np.union1d(useful, chosen), ends)
    best = max(worth, int(value[better].sum()))
    return (better if best > worth else chosen), max(min(bound, upper), best)


def best_choice(rows: Rows, value: Ints, which: Ints, seconds: float) -> Ints:
    """The best choice among some columns that is found in the time, by number."""
    chosen, _ = _best(rows, value, which, perf_counter() + seconds)
    return chosen


def _best(rows: Rows, value: Ints, which: Ints, ends: float) -> tuple[Ints, int]:
    """The best choice of some columns that HiGHS finds in the time, and its bound."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", max(ends - perf_counter(), LEAST))
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.99)
    start, row, take = rows.entries(which)
    capacity = rows.capacity
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(which), len(capacity)
    programme.col_cost_ = -value[which].astype(np.float64)
    programme.col_lower_, programme.col_upper_ = np.zeros(len(which)), np.ones(len(which))
    programme.row_lower_, programme.row_upper_ = np.full(len(capacity), -highspy.kHighsInf), capacity
    programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = start, row
    programme.a_matrix_.value_ = take.astype(np.float64)
    programme.integrality_ = [highspy.HighsVarType.kInteger] * len(which)
    highs.passModel(programme)
    highs.run()
    info = highs.getInfo()
    upper = int(np.floor(-info.mip_dual_bound + 1e-6)) if np.isfinite(info.mip_dual_bound) else int(value.sum())
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return which[:0], upper
    chosen = which[np.asarray(highs.getSolution().col_value) > 0.5]
    _hold(rows, chosen)
    return chosen, upper


def _hold(rows: Rows, chosen: Ints) -> None:
    """Raise RuntimeError where a choice breaks a row: whole numbers are counted again."""
    _, row, take = rows.entries(chosen)
    used = np.bincount(row, weights=take, minlength=len(rows.capacity))
    if (used > rows.capacity).any():
        raise RuntimeError("HiGHS gives a choice that breaks a row; it is not used")


def _meetings(asked: AskedYear, columns: Columns, chosen: Ints) -> Ints:
    """[bars, 4] groups who may not share a home and do: the two, the home, and the first week."""
    found = []
    home = columns.home[chosen]
    for at in np.unique(home).tolist():
        mine = chosen[home == at]
        for i, one in enumerate(mine.tolist()):
            for other in mine[i + 1 :].tolist():
                first = max(int(columns.begin[one]), int(columns.begin[other]))
                after = min(int(columns.after[one]), int(columns.after[other]))
                a, b = sorted((int(columns.group[one]), int(columns.group[other])))
                if first < after and asked.company[a, b]:
                    found += [(a, b, at, week) for week in range(first, after)]
    return np.array(found, dtype=np.int64).reshape(len(found), 4)


def _without_meetings(asked: AskedYear, columns: Columns, chosen: Ints, value: Ints) -> Ints:
    """A lawful part of a choice: of groups who may not meet and do, those that are worth less are left out."""
    while len(meeting := _meetings(asked, columns, chosen)):
        one, other, home, _ = meeting[0]
        there = chosen[(columns.home[chosen] == home) & np.isin(columns.group[chosen], (one, other))]
        chosen = chosen[chosen != there[np.argmin(value[there])]]
    return chosen


def _lived(asked: AskedYear, columns: Columns, chosen: Ints) -> Ints:
    year = asked.year
    home = np.full((year.weeks, len(year.groups)), NO_HOME, dtype=np.int64)
    for group in np.flatnonzero(year.lives_in >= 0).tolist():
        first, after = year.stages(group)[0]
        home[first:after, group] = year.lives_in[group]
    for at in chosen.tolist():
        home[columns.begin[at] : columns.after[at], columns.group[at]] = columns.home[at]
    return home
