"""Fairness over time for people who see no child: whole half-years that are over, told by those who hide small numbers.

The store reads what was kept and hands it, inside this call, to what the house that opened it gave it to tell with
(`Store.tells_fairness`); only what that says leaves. Whoever calls names nothing: no period, no run, no child. A
half-year is told when it is over and never changes after, so that no two tellings can be taken from one another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, select

from records.model import Records
from records.store.access import Actor
from records.store.canonical import sha256
from records.store.desk import Desk, call_aside
from records.store.errors import NotThere, Purged
from records.store.rounds import records_of
from records.store.schema import contents, runs, trail
from records.store.work import ENGLAND, Work

SPRING, AUTUMN = 4, 10
"""The months in which the halves of a financial year begin."""
_ITSELF: Final = Actor("placewell", "Placewell itself", frozenset())
PURGED: Final = "Records of that time have been purged, as their time was over."
TOO_FEW: Final = "There were too few children for anything to be said."
MOST_TOLD: Final = 8
"""The latest half-years that are told."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptRound:
    """One round of a period: its records, its plan (child id to home id, None for none), and what it was asked."""

    records: Records
    home_of: Mapping[str, str | None]
    policy: Mapping[str, Any]
    council: str | None


@dataclass(frozen=True, slots=True)
class PeriodTold:
    """A half-year, and what was told of it; None where nothing can be, and `why` not. `rounds`: that were kept."""

    name: str
    rounds: int
    told: Any
    why: str = ""


Tells = Callable[[tuple[KeptRound, ...]], Any]
"""Given the rounds of one period, the first one first, what may be said of it to anybody; None for nothing."""


class FairnessOverTime(Desk):
    """What everybody with an office may read of how groups were served."""

    tells_fairness: Tells | None = None
    """Set once by the house that opens the store, never by whoever calls."""
    _told: dict[str, Any] | None = None

    @call_aside
    def fairness_over_time(self) -> list[PeriodTold]:
        """Each half-year that is over, the latest first. Raises `NotThere` where nothing was given to tell with."""
        if self.tells_fairness is None:
            raise NotThere(
                "This store was opened without what hides small numbers.",
                "Nothing was read.",
                "Open it with the app.",
            )
        with self._reading() as connection:
            work = Work(connection, "fairness_over_time", _ITSELF, self._clock())
            made = select(runs, trail.c.at).join(trail, trail.c.seq == runs.c.entry).order_by(runs.c.entry)
            periods: dict[tuple[int, int], list[Row[Any]]] = {}
            for row in connection.execute(made).all():
                day = datetime.fromisoformat(row.at).astimezone(ENGLAND).date()
                periods.setdefault(half_of(day), []).append(row)
            over = sorted((one for one in periods if one < half_of(work.today)), reverse=True)
            return [self._one(work, one, periods[one]) for one in over[:MOST_TOLD]]

    def _one(self, work: Work, period: tuple[int, int], kept: list[Row[Any]]) -> PeriodTold:
        name = name_of(period)
        if not _is_there(work, kept):
            return PeriodTold(name, len(kept), None, PURGED)
        remembered = self._told = self._told if self._told is not None else {}
        key = sha256("".join(row.run_id for row in kept).encode())
        if key not in remembered:
            try:
                rounds = tuple(_round_of(work, row) for row in kept)
            except Purged:
                return PeriodTold(name, len(kept), None, PURGED)
            assert self.tells_fairness is not None  # noqa: S101 - asked before
            remembered[key] = self.tells_fairness(rounds)
        told = remembered[key]
        return PeriodTold(name, len(kept), told, "" if told is not None else TOO_FEW)


def half_of(day: date) -> tuple[int, int]:
    """The half-year of a day: the calendar year in which it begins, and the month."""
    if day.month < SPRING:
        return day.year - 1, AUTUMN
    return day.year, SPRING if day.month < AUTUMN else AUTUMN


def name_of(period: tuple[int, int]) -> str:
    """A half-year as people say it: October 2026 to March 2027."""
    year, month = period
    return f"April to September {year}" if month == SPRING else f"October {year} to March {year + 1}"


def _is_there(work: Work, kept: list[Row[Any]]) -> bool:
    """Whether the documents and lists of all these rounds are still there: what was told is not told on after them."""
    wanted = sorted({address for row in kept for address in (row.document, row.snapshot_id)})
    query = select(contents.c.sha256).where(contents.c.sha256.in_(wanted), contents.c.body.is_not(None))
    return len(work.connection.execute(query).all()) == len(wanted)


def _round_of(work: Work, row: Row[Any]) -> KeptRound:
    document = json.loads(work.data(row.document))
    return KeptRound(
        records_of(work, work.body(row.snapshot_id)),
        document["result"]["home_of"],
        document["policy"],
        document["asked"]["council"],
    )
