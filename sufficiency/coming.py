"""Who is coming, for a round's prices: from a forecast's months to groups of made-up children, week by week.

The forecast says how many children begin to need which kind of home in each month of each future. Here they become
groups on days: families of the sizes that made-up families have, spread evenly over the month, each with a stay as long
as the forecast's own endings make it. `coming.csv` of a forecast holds all that is needed: totals alone, and no child.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.coming import QUARTER, Coming
from records.chance import Chance
from records.tables import Unusable
from sufficiency.households import SEGMENTS
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.usable_children import NEEDS, groups_of
from sufficiency.usable_places import Spots
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
FILE: Final = "coming.csv"
FUTURES: Final = 40
"""Futures of a forecast that are kept and played."""
MONTHS: Final = 12
"""Months that the file tells."""
EACH: Final = 8
"""Made-up groups of each need."""
POOL, CAME = 8101, 8102
"""Purposes of random numbers."""
_COLUMNS: Final = ("month", "need", "mean", "leaving")
_MOST_WEEKS: Final = 520


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What a forecast says of those who are coming."""

    months: tuple[date, ...]
    """The first day of each month."""
    came: npt.NDArray[np.int64]
    """[futures, months, needs] children whose need begins in the month; needs as `usable_children.NEEDS`."""
    leaving: npt.NDArray[np.float64]
    """[needs] of those with the need, the share whose need ends in a month, over all that is forecast."""
    mean: npt.NDArray[np.float64]
    """[months, needs] over all futures of the forecast, not the kept ones alone."""


def expected_of(wanted: Wanted) -> Expected:
    """The first futures and months of a forecast: all futures are equally likely, so that the first are a sample."""
    months = min(MONTHS, len(wanted.month_ends))
    needs = [SEGMENTS.index(name) for name in NEEDS]
    ends = wanted.month_ends[:months].astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    start = wanted.each_start.sum(axis=2)[:, None]
    before = np.concatenate([start, wanted.children[:, :-1]], axis=1)[:, :months, needs].sum(axis=(0, 1))
    left = wanted.left[:, :months, needs].sum(axis=(0, 1))
    came = wanted.came[:, :months, needs]
    return Expected(
        months=tuple(day.item() for day in ends),
        came=came[:FUTURES].astype(np.int64),
        leaving=np.divide(left, before, out=np.zeros(len(needs)), where=before > 0).clip(0.0, 1.0),
        mean=came.mean(axis=0),
    )


def coming_table(wanted: Wanted) -> pd.DataFrame:
    """`coming.csv`: a row for each month and need, with its mean, the share whose need ends, and each kept future."""
    told = expected_of(wanted)
    rows = [
        (f"{day:%Y-%m}", need, round(float(told.mean[m, n]), 3), round(float(told.leaving[n]), 5), *told.came[:, m, n])
        for m, day in enumerate(told.months)
        for n, need in enumerate(NEEDS)
    ]
    return pd.DataFrame(rows, columns=[*_COLUMNS, *(f"future_{at + 1:02}" for at in range(len(told.came)))])


def read_expected(file: Path | bytes) -> Expected:
    """What `coming_table` wrote. Raises `Unusable` where it is not such a file, or cannot be read."""
    where = FILE if isinstance(file, bytes) else str(file)
    mend = "Name a folder that `placewell forecast` wrote with this version, or its file coming.csv."
    try:
        data = file if isinstance(file, bytes) else file.read_bytes()
        table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
        futures = [name for name in table.columns if name.startswith("future_")]
        if list(table.columns) != [*_COLUMNS, *futures] or not futures:
            raise ValueError("its columns are not those of coming.csv")
        months = list(dict.fromkeys(table["month"]))
        keys = [(month, need) for month in months for need in NEEDS]
        if list(zip(table["month"], table["need"], strict=True)) != keys:
            raise ValueError("it does not hold every kind of need once in each month, in order")
        shape = (len(months), len(NEEDS))
        came = table[futures].to_numpy().astype(np.int64).T.reshape(len(futures), *shape)
        mean = table["mean"].to_numpy().astype(np.float64).reshape(shape)
        leaving = table["leaving"].to_numpy().astype(np.float64).reshape(shape)[0]
        days = tuple(date.fromisoformat(f"{month}-01") for month in months)
        if (came < 0).any() or not ((leaving >= 0) & (leaving <= 1)).all() or not np.isfinite(mean).all():
            raise ValueError("a number in it cannot be")
        if list(days) != sorted(days):
            raise ValueError("its months are not in order")
    except (OSError, ValueError, pd.errors.ParserError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unusable(where, f"What is expected cannot be read: {reason}.", "No home was priced.", mend) from error
    return Expected(days, came, leaving, mean)


def coming_from(
    expected: Expected | Wanted, spots: Spots, day: date, *, seed: int = 1, weeks: int = QUARTER, each: int = EACH
) -> Coming:
    """Sampled futures from a day on. The same forecast, place, day and seed give the same.

    A need of siblings counts children: they come in families of the pool's sizes, rounded by chance so that the mean
    is right. Raises ValueError where the day is not in the forecast's months.
    """
    told = expected_of(expected) if isinstance(expected, Wanted) else expected
    first, last = told.months[0], _after(told.months[-1])
    if not first <= day < last:
        raise ValueError(
            f"The forecast tells of {first:%B %Y} to {told.months[-1]:%B %Y}, and the round is of {day:%d %B %Y}: "
            "make a forecast from the latest returns."
        )
    found = groups_of(Chance(generator(seed, POOL, 0)), spots, day, dict.fromkeys(NEEDS, each))
    pool = [group.children for need in NEEDS for group in found[need]]
    columns: list[Array] = []
    until = day + timedelta(days=7 * weeks)
    for n, need in enumerate(NEEDS):
        size = float(np.mean([len(group.children) for group in found[need]]))
        stay = 1.0 - (1.0 - told.leaving[n]) ** (12 / (365.25 / 7))
        for m, month in enumerate(told.months):
            after = _after(month)
            if after <= day or month >= until:
                continue
            columns.append(_of_month(told.came[:, m, n] / size, (seed, m, n), (month, after), day, stay, each))
    rows = np.concatenate(columns, axis=1) if columns else np.zeros((4, 0), dtype=np.int64)
    rows = rows[:, (rows[1] >= 0) & (rows[1] < weeks)]
    rows = rows[:, np.lexsort(rows[::-1])]
    monthly = float(np.average(told.leaving, weights=np.maximum(told.mean.sum(axis=0), 1e-9)))
    return Coming(
        groups=tuple(pool),
        future=rows[0],
        week=rows[1],
        group=rows[2],
        weeks_stay=rows[3],
        futures=len(told.came),
        weeks=weeks,
        day=day,
        leaving=1.0 - (1.0 - monthly) ** (12 / (365.25 / 7)),
    )


def _of_month(
    groups: Array, luck: tuple[int, int, int], month: tuple[date, date], day: date, stay: float, each: int
) -> Array:
    """[4, arrivals] future, week, group and weeks of stay of one need and month; weeks before the day are below 0."""
    seed, m, n = luck
    futures = np.arange(len(groups))
    number = np.floor(groups + uniform(keys_for(seed, CAME, futures, m, n, 0), 0)).astype(np.int64)
    who = np.repeat(futures, number)
    turn = np.concatenate([np.arange(count) for count in number.tolist()]) if len(who) else np.zeros(0, dtype=np.int64)
    keys = keys_for(seed, CAME, who, m, n, 1 + turn)
    days = (month[1] - month[0]).days
    on = (month[0] - day).days + np.floor(uniform(keys, 0) * days).astype(np.int64)
    which = n * each + np.floor(uniform(keys, 1) * each).astype(np.int64)
    if stay <= 0:
        lasts = np.full(len(who), _MOST_WEEKS, dtype=np.int64)
    elif stay >= 1:
        lasts = np.ones(len(who), dtype=np.int64)
    else:
        lasts = np.minimum(1 + np.log(uniform(keys, 2)) / np.log1p(-stay), _MOST_WEEKS).astype(np.int64)
    return np.stack([who, on // 7, which, lasts]).astype(np.int64)


def _after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
