"""What somebody could do who knew the whole year, and still obeyed the rule that nobody waits who could have a home.

Hindsight's bound is free of that rule: it may keep a home empty for the family of next month. So part of what is
missing to it is the price of the rule, which no forecast could win back. Each week this way looks at what is left of
the true year, and of the plans that place as many as can be placed takes the one that is best for the rest of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.hindsight import best_choice
from matching.hindsight_columns import columns_of
from matching.hindsight_prices import priced, rows_of
from matching.question import Question
from matching.rolling import Moment, Way
from matching.rolling_keep import KEPT_TIERS
from matching.rolling_worth import worth_of
from matching.rolling_year import NO_HOME, Year

NAME = "all together, knowing the year"
FIRST = 1_000_000
"""More than any year of a child is worth: what can be placed now is placed now."""
SECONDS = 20.0


def knowing_the_year() -> Way:
    """The way that knows all: who comes, leaves and refuses, and when. For one year, to measure what the rule costs."""
    return Way(NAME, together=True, asks=_asks)


def _asks(moment: Moment) -> Question:
    asked = moment.asked
    rest = asked.with_year(_rest_of(moment))
    columns = columns_of(rest)
    waits = np.zeros(len(asked.year.groups), dtype=np.bool_)
    waits[moment.groups] = True
    now = (columns.begin == 0) & waits[columns.group]
    could = ~now | moment.usable[columns.group, columns.home]
    value = worth_of(rest)[columns.group, columns.home] * (columns.after - columns.begin)
    value = np.where(could, value + FIRST * now * asked.year.sizes[columns.group], 0)
    rows = rows_of(columns, np.zeros((0, 4), dtype=np.int64))
    found = priced(rows, value, np.zeros(0, dtype=np.int64))
    chosen = best_choice(rows, value, found.taken_in, SECONDS)
    chosen = chosen[now[chosen]]
    best = np.zeros(moment.usable.shape, dtype=np.bool_)
    best[columns.group[chosen], columns.home[chosen]] = True
    return replace(moment.question, pair_points=best[moment.pairs].astype(np.int64), tiers=KEPT_TIERS)


def _rest_of(moment: Moment) -> Year:
    """The true year from now on."""
    year, week = moment.asked.year, moment.week
    left = year.weeks - week
    there = moment.lives_in != NO_HOME
    over = year.leaves <= week
    comes = np.where(over, left, np.maximum(year.comes - week, 0))
    return replace(
        year,
        weeks=left,
        comes=np.where(there, -1, comes),
        leaves=np.where(over, left + 1, year.leaves - week),
        lives_in=moment.lives_in,
        breaks=year.breaks[year.breaks[:, 1] > week] - np.array([0, week]),
        closed=year.closed[:, week:],
    )
