"""How long children wait from referral to home, where referrals are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from records.sources.return_903 import Return
from sufficiency.history import History
from sufficiency.indicator import months_before
from sufficiency.performance_table import iso
from sufficiency.referrals import Referrals

WITHIN: Final = 6
"""Months in which a home must be found for the days to count; one found later answers another referral."""
_YEAR: Final = 12


def wait_rows(
    referrals: Referrals, ret: Return, history: History, days: Sequence[int]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Days from referral to home, and the share that found one, of 12 months that end six months before a quarter end.

    So each referral has had its six months, and a wait that goes on is not left out for being long. A quarter whose
    12 months the history does not hold has no row.
    """
    place = {str(name): at for at, name in enumerate(ret.children.id)}
    child = np.array([place.get(str(name), -1) for name in referrals.child], dtype=np.int64)
    spells = history.placements
    whose = history.periods.child[spells.period]
    rows: list[tuple[object, ...]] = []
    shares: list[tuple[object, ...]] = []
    for day in days:
        since, until = months_before(day, _YEAR + WITHIN), months_before(day, WITHIN)
        if since < history.first:
            continue
        waited = []
        asking = np.flatnonzero((referrals.day >= since) & (referrals.day < until) & (child >= 0)).tolist()
        for at in asking:
            asked = int(referrals.day[at])
            began = spells.begin[(whose == child[at]) & (spells.begin >= asked) & ~spells.begun_before]
            found = began[began < min(day, asked + _DAYS)]
            if len(found):
                waited.append(int(found.min()) - asked)
        if asking:
            shares.append(("home_within_six_months", iso(day - 1), len(waited), len(asking)))
        if waited:
            rows.append(("wait_days", iso(day - 1), sum(waited), len(waited)))
    return rows, shares


_DAYS: Final = 183
"""Six months, in days."""
