"""Working days in England: neither a weekend nor a bank holiday."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np


def is_working_day(day: date) -> bool:
    """Whether a day is neither a Saturday, a Sunday nor a bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(start: date, n: int, *, start_counts: bool = True) -> date:
    """The last day of a limit of `n` working days that starts on `start`.

    With `start_counts`, `start` itself is the first of them when it is a working day: the earlier deadline, and
    so the careful reading where the law leaves it open. Otherwise the first is the next working day. `n` is at
    least 1; ValueError if not.
    """
    if n < 1:
        raise ValueError(f"A limit of {n} working days does not exist: the least is 1.")
    day = start if start_counts else start + timedelta(days=1)
    while True:
        if is_working_day(day):
            n -= 1
            if n == 0:
                return day
        day += timedelta(days=1)


def working_days_between(day: date, last: date) -> int:
    """How many working days come after `day` up to and with `last`; below nought, how many lie between since."""
    if last < day:
        return -working_days_between(last, day)
    off = [one for year in range(day.year, last.year + 1) for one in _bank_holidays(year)]
    return int(np.busday_count(day + timedelta(days=1), last + timedelta(days=1), holidays=sorted(off)))


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
