"""What in a history looks wrong although every row of the return may stand: said before any figure is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from records.sources.return_903 import End
from sufficiency.counts import in_care_on
from sufficiency.history import History, last_run

YEAR: Final = 365
UNLIKELY: Final = 12.0
"""Beginnings that are due and do not come: hardly ever by chance, though brothers and sisters come together."""
ENOUGH: Final = 20
"""Beginnings in a year: with fewer nobody can say what is due."""
LOST_SHARE, LEAST_LOST = 0.05, 3
"""Of the children of the last year who did not leave; and the least that is said."""


def doubts(history: History) -> tuple[str, ...]:
    """Sentences on what is likely to be missing at the end of a history; none where nothing is."""
    return (*_drawn_early(history), *_lost_at_the_end(history))


def _drawn_early(history: History) -> tuple[str, ...]:
    """Episodes stop beginning before the year ends. Endings say less: birthdays end care whatever the files hold."""
    begin = history.stays.begin
    begin = begin[begin >= history.first]
    if not len(begin):
        return ()
    last = int(begin.max())
    days = min(YEAR, last - history.first + 1)
    seen = int((begin > last - days).sum())
    due = seen / days * (history.until - 1 - last)
    if seen < ENOUGH or due < UNLIKELY:
        return ()
    return (
        f"No episode begins after {_said(last)}, where about {round(due)} would be expected by "
        f"{_said(history.until - 1)}: the last return seems to have been drawn before its year was over. Who came, "
        "moved or left since then is missing, so the forecast starts from wrong numbers. Give the whole year's return, "
        "or leave that year out.",
    )


def _lost_at_the_end(history: History) -> tuple[str, ...]:
    """Children who neither left nor are in care, shortly before the forecast begins.

    Those whom the last file no longer holds were last seen on the last day of the file before it.
    """
    periods = history.periods
    now = in_care_on(history, history.until).child
    lost = periods.child[(periods.end == End.LOST) & (periods.until >= history.until - YEAR - 1)]
    count = len(np.setdiff1d(lost, now))
    if count < LEAST_LOST or count < LOST_SHARE * (count + len(now)):
        return ()
    return (
        f"{count} children are lost from sight in the last year, beside {len(now)} who are in care at its end: their "
        "last episodes are open or said to continue, and nothing follows. They count neither as in care nor as having "
        "left. If they are still in care, the forecast starts that many too low: mend these rows (findings.csv) and "
        "run again.",
    )


def held_back(years: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Councils of a merged return (to the years there are of each) whose returns begin later, or end sooner, than
    those of others: all councils together are only known for the years that each of them has."""
    runs = {name: last_run(tuple(there)) for name, there in sorted(years.items()) if there}
    if not runs:
        return ()
    first, last = min(run[0] for run in runs.values()), max(run[1] for run in runs.values())
    late = [f"{name or '(no name)'} from {run[0]}" for name, run in runs.items() if run[0] > first]
    behind = [f"{name or '(no name)'} to {run[1]}" for name, run in runs.items() if run[1] < last]
    return tuple(
        f"Not every council has the same years without a gap ({first} to {last}): {', '.join(some)}. Nothing {when} is "
        "used of any of them. Give the missing returns, or forecast one council alone."
        for some, when in ((late, "before the latest of these"), (behind, "after the earliest of these"))
        if some
    )


def _said(day: int) -> str:
    return str(np.datetime64(day, "D"))
