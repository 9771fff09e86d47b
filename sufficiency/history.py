"""Turns the episodes of a return into what a forecast counts: periods of care, placements, carers, entries.

All dates are whole days since 1970-01-01; stays are half-open: a child is in care on `begin` and not on `until`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from records.sources.return_903 import End, Return
from sufficiency.counts import Caseload, Entrants, Flows, entries, flows, in_care_on, stock
from sufficiency.exposure import Exposure, exposure
from sufficiency.groups import exit_of, group_of
from sufficiency.spells import periods_of, spells_of
from sufficiency.stays import SHORT_BREAKS, Bools, Days, History, Periods, Spells, Stays, age_band, birthday

LEFT_OUT_BREAKS = "short breaks (legal status V3 or V4) are not care that need is counted in"
LEFT_OUT_LATER = "begins after the last day that every council's return covers"


def history_of(ret: Return, la: str | None = None) -> History:
    """What a return says happened: all of it, or one council (`la`) of a merged regional return.

    `first` is 1 April of the earliest year from which no later year is missing, in every council asked for;
    `until` the day after the last that every one of them covers. Children whose date of birth nobody says
    have no episodes in the return and so none here. Raises ValueError where the return has no such council, no
    year of Episodes, or no year that all councils asked for cover.
    """
    if la is not None and la not in ret.years:
        known = ", ".join(sorted(ret.years)) or "none"
        raise ValueError(
            f"The return holds no episodes of a council called {la!r}, so there is no history of it. "
            f"Councils that it holds: {known}."
        )
    councils = sorted(ret.years) if la is None else [la]
    runs = [last_run(ret.years[name]) for name in councils if ret.years[name]]
    if not runs:
        raise ValueError(
            "The return has no Episodes file of any year, so nothing is known of who was in care. Give the folder "
            "that holds the yearly returns."
        )
    first = _first_of_april(max(run[0] for run in runs) - 1)
    until = _first_of_april(min(run[1] for run in runs))
    if first >= until:
        held = ", ".join(f"{name or '(no name)'} {_runs(ret.years[name])}" for name in councils if ret.years[name])
        raise ValueError(
            "The councils of the return have no year in common in which none of them has a gap, so they cannot be put "
            f"together: {held}. Use one council alone; where a council stands here under two names, or some rows have "
            "none, mend the LA column."
        )
    stays = _stays(ret)
    if la is not None:
        stays = stays.take(ret.children.la[stays.child] == la)
    breaks = np.isin(ret.episodes.ls[stays.episode], SHORT_BREAKS)
    counted = stays.take(~breaks)
    left_out = {LEFT_OUT_BREAKS: int(breaks.sum()), LEFT_OUT_LATER: int((counted.begin >= until).sum())}
    return _cut(counted, first, until, left_out)


def known_at(history: History, day: int) -> History:
    """The history as it was known on a day, before anything that happened on it.

    Stays that begin on the day or later are dropped; those that end on it or later are open. What cannot be
    taken back: corrections that later files made to earlier episodes, and that a child is known to be
    unaccompanied. Raises ValueError for a day outside the history.
    """
    if not history.first < day <= history.until:
        raise ValueError(
            f"A history from {_said(history.first)} up to {_said(history.until - 1)} cannot be cut at {_said(day)}: "
            "nothing, or nothing complete, is known there. Choose a day after the first and not after the last."
        )
    return _cut(history.stays, history.first, day, dict(history.left_out))


def _said(day: int) -> str:
    return str(np.datetime64(day, "D"))


def last_run(years: tuple[int, ...]) -> tuple[int, int]:
    """First and last of the latest years that follow each other without a gap."""
    first = years[-1]
    while first - 1 in years:
        first -= 1
    return first, years[-1]


def _runs(years: tuple[int, ...]) -> str:
    first, last = last_run(years)
    return str(last) if first == last else f"{first}-{last}"


def _first_of_april(year: int) -> int:
    return int(np.datetime64(f"{year:04d}-04-01", "D").astype(np.int64))


def _stays(ret: Return) -> Stays:
    """Every episode of the return, with what can only be told from its neighbours."""
    e, children = ret.episodes, ret.children
    count = len(e)
    begin, until = (day.astype("datetime64[D]").astype(np.int64) for day in (e.begin, e.until))
    breaks = np.isin(e.ls, SHORT_BREAKS)
    joined, left = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    joined[1:] = (e.period[1:] == e.period[:-1]) & (begin[1:] == until[:-1])
    left[1:] = (e.child[1:] == e.child[:-1]) & ~np.isin(e.rec[:-1], ("", "X1"))
    out_of, into = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    out_of[1:] = joined[1:] & breaks[:-1] & ~breaks[1:]
    into[:-1] = joined[1:] & breaks[1:] & ~breaks[:-1]
    return Stays(
        episode=np.arange(count, dtype=np.int64),
        child=e.child,
        care=e.period,
        begin=begin,
        until=until,
        end=e.end,
        starts=(e.rne == "S") | left,
        out_of_breaks=out_of,
        into_breaks=into,
        rne=e.rne,
        place=e.place,
        provider=e.place_provider,
        group=group_of(e.place, e.place_provider),
        rec=e.rec,
        reason=e.reason_place_change,
        home=e.home_post,
        pl_post=e.pl_post,
        dob=children.dob[e.child].astype("datetime64[D]").astype(np.int64),
        unaccompanied=children.unaccompanied[e.child],
        council=np.unique(children.la, return_inverse=True)[1].reshape(-1)[e.child].astype(np.int64),
    )


def _cut(stays: Stays, first: int, until: int, left_out: dict[str, int]) -> History:
    """The history up to a day: what is still going on then is open."""
    known = stays.take(stays.begin < until)
    going_on = known.until >= until
    known = replace(
        known,
        until=np.where(going_on, until, known.until),
        end=np.where(going_on, np.int8(End.OPEN), known.end).astype(np.int8),
        into_breaks=known.into_breaks & ~going_on,
        rec=np.where(going_on, "", known.rec),
        reason=np.where(going_on, "", known.reason),
    )
    periods, of = periods_of(known)
    placements, carers = spells_of(known, periods, of)
    for part in (known, periods, placements, carers):
        for name in type(part).__slots__:
            getattr(part, name).setflags(write=False)
    return History(first, until, known, periods, placements, carers, left_out)


__all__ = [
    "SHORT_BREAKS", "Bools", "Caseload", "Days", "End", "Entrants", "Exposure", "Flows", "History", "Periods",
    "Return", "Spells", "Stays", "age_band", "birthday", "entries", "exit_of", "exposure", "flows", "group_of",
    "history_of", "in_care_on", "known_at", "stock",
]  # fmt: skip
