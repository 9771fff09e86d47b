"""Children who start and cease to be looked after quarter by quarter, and what went before for those who start."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from records.sources.return_903 import End, Return
from reporting.fact import Facts
from sufficiency.history import History, entries
from sufficiency.indicator import months_before
from sufficiency.performance_table import financial_years, table
from sufficiency.performance_words import BEFORE, QUARTERS

_BEFORE: Final = {
    "P1": "adoption",
    "P2": "special_guardianship",
    "P3": "child_arrangements",
    "P4": "unknown_order",
    "Z1": "none",
}
"""SSDA903 PREV_PERM."""
_YEAR: Final = 12


def flow_facts(ret: Return, history: History) -> list[Facts]:
    """Starts and ends by quarter of the last three financial years, and previous permanence of those who started."""
    years = financial_years(history)
    rows: list[tuple[object, ...]] = []
    for name, begin in years:
        edges = [begin, *(months_before(months_before(begin, -_YEAR), back) for back in (9, 6, 3, 0))]
        for what, days in (("started", _starts(history)), ("ceased", _ends(history))):
            counts = [int(((days >= a) & (days < b)).sum()) for a, b in pairwise(edges)]
            rows += [(what, name, f"q{i + 1}", count) for i, count in enumerate(counts)]
            rows.append((what, name, "all", sum(counts)))
    made = [table("performance.flows", rows, {"year_quarter": QUARTERS})]
    if ret.others.get("PrevPerm"):
        made.append(table("performance.permanence", _permanence(ret, history, years), {"before": BEFORE}))
    return made


def _starts(history: History) -> np.ndarray:
    return np.asarray(entries(history, history.first, history.until).day)


def _ends(history: History) -> np.ndarray:
    """The day of each exit: the first on which the child is no longer in care."""
    periods = history.periods
    return np.asarray(periods.until[periods.end == End.ENDED])


def _permanence(ret: Return, history: History, years: list[tuple[str, int]]) -> list[tuple[object, ...]]:
    given = ret.others["PrevPerm"]
    said = {
        (int(child), int(year)): _BEFORE.get(str(code), "not_known")
        for child, year, code in zip(given["child"], given["year"], given["prev_perm"], strict=True)
    }
    rows: list[tuple[object, ...]] = []
    for name, begin in years:
        came = entries(history, begin, months_before(begin, -_YEAR))
        year = int(name[:4]) + 1
        told = [said.get((child, year), "not_known") for child in came.child.tolist()]
        rows += [("started", name, one, told.count(one)) for one in BEFORE]
        rows.append(("started", name, "all", len(told)))
    return rows
