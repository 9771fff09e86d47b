"""Episodes in their order: overlaps, gaps, periods of care, and what is open, ended or lost from sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from records.sources.return_903.columns import NO_DAY
from records.sources.return_903.model import End, Episodes
from records.sources.return_903.sheet import Bools, Ints, Sheet
from records.sources.return_903.years import year_end

_TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
_KEPT = (
    *("rne", "ls", "cin", "place", "place_provider", "rec"),
    *("reason_place_change", "home_post", "pl_post", "urn"),
)


def link(sheet: Sheet, child: Ints, last_year: npt.NDArray[np.int16]) -> Episodes:
    """Put each child's usable episodes in order, and settle how each ends. `last_year` is the child's council's.

    Every mending is said; where it cannot be known whether a child left, the episode is `End.LOST`.
    """
    begin = sheet.cells["decom"]
    sheet.say("rec_alone", _reason_alone(sheet, child))
    rows = np.flatnonzero(sheet.usable & (child >= 0))
    rows = rows[np.lexsort((begin[rows], child[rows]))]
    who, start = child[rows], begin[rows]
    dec, rec = sheet.cells["dec"][rows], sheet.cells["rec"][rows].astype("U4")
    followed = np.zeros(len(rows), dtype=np.bool_)
    followed[:-1] = who[1:] == who[:-1]
    follows = np.zeros(len(rows), dtype=np.bool_)
    follows[1:] = followed[:-1]
    next_start = np.full(len(rows), NO_DAY)
    next_start[:-1] = start[1:]
    next_start[~followed] = NO_DAY
    after_year = year_end(sheet.year[rows]) + np.timedelta64(1, "D")
    next_s = np.zeros(len(rows), dtype=np.bool_)
    next_s[:-1] = sheet.cells["rne"][rows][1:] == "S"

    overlap = followed & (dec > next_start)
    sheet.say("overlap", rows[overlap], read_as=next_start[overlap])
    dec[overlap] = next_start[overlap]
    rec[overlap] = np.where(next_s[overlap], rec[overlap], "X1")
    is_open = np.isnat(dec)
    joins = is_open & followed & (next_start <= after_year)
    sheet.say("open_before", rows[joins], read_as=next_start[joins])
    dec[joins] = next_start[joins]
    rec[joins] = np.where(next_s[joins], "", "X1")

    is_open = np.isnat(dec)
    stale = is_open & (followed | (sheet.year[rows] < last_year[who]))
    sheet.say("stale", rows[stale])
    sheet.say("x1_alone", rows[is_open & (rec == "X1")])
    rec[is_open] = ""
    until = np.where(is_open, after_year, dec)
    # Only what the file itself leaves blank: a reason taken away when a stay was cut is said by that rule.
    written = (sheet.text[["dec", "rec"]] != "").to_numpy(dtype=np.bool_)[rows]
    sheet.say("dec_alone", rows[~is_open & written[:, 0] & ~written[:, 1]])
    gone = ~is_open & (rec == "X1") & ~(followed & (next_start == until))
    no_more = gone & ~followed
    sheet.say("no_continuation", rows[no_more])
    end = np.where(stale | gone, End.LOST, np.where(is_open, End.OPEN, End.ENDED)).astype(np.int8)
    period = _periods(sheet, rows, follows, start, until, rec)
    _hold_order(sheet, rows, who, period, start, until, rec)
    kept: dict[str, npt.NDArray[Any]] = {name: sheet.cells[name][rows] for name in _KEPT}
    kept["rec"] = rec
    return Episodes(
        child=who, begin=start, until=until, end=end, period=period, year=sheet.year[rows], row=rows, **kept
    )


def _reason_alone(sheet: Sheet, child: Ints) -> Bools:
    """Rows with a reason for ending, no day, and no later episode of the child that would give the day."""
    rows = np.flatnonzero(sheet.usable & (child >= 0))
    latest = np.full(int(child.max(initial=-1)) + 1, NO_DAY)
    order = rows[np.argsort(sheet.cells["decom"][rows], kind="stable")]
    latest[child[order]] = sheet.cells["decom"][order]
    alone = np.zeros(len(sheet), dtype=np.bool_)
    rec = sheet.cells["rec"][rows]
    last = sheet.cells["decom"][rows] == latest[child[rows]]
    alone[rows] = np.isnat(sheet.cells["dec"][rows]) & (rec != "") & (rec != "X1") & last
    return alone


def _periods(sheet: Sheet, rows: Ints, follows: Bools, start: Any, until: Any, rec: Any) -> Ints:
    """Number the periods of care, and say where the order and the codes disagree."""
    rne = sheet.cells["rne"][rows]
    before_until, before_rec = np.full(len(rows), NO_DAY), np.full(len(rows), "", dtype="U4")
    before_until[1:], before_rec[1:] = until[:-1], rec[:-1]
    same_day = follows & (start == before_until)
    left = follows & (before_rec != "X1") & (before_rec != "")
    sheet.say("same_day_return", rows[same_day & (rne == "S")])
    sheet.say("not_s", rows[left & (rne != "S")])
    sheet.say("gap", rows[follows & ~left & (rne != "S") & ~same_day])
    sheet.say("first_not_s", rows[~follows & (rne != "S")])
    fresh = ~follows | (~same_day & ((rne == "S") | left))
    return np.cumsum(fresh).astype(np.int64) - 1


def _hold_order(sheet: Sheet, rows: Ints, who: Ints, period: Ints, start: Any, until: Any, rec: Any) -> None:
    """Hold each episode against the one before it in the same period, and stays against their longest."""
    cells = {name: sheet.cells[name][rows] for name in _KEPT}
    inside = np.zeros(len(rows), dtype=np.bool_)
    inside[1:] = period[1:] == period[:-1]
    at = np.flatnonzero(inside)
    same_ls = cells["ls"][at] == cells["ls"][at - 1]
    placed = ("place", "place_provider", "pl_post", "urn")
    same_placed = np.logical_and.reduce([cells[name][at] == cells[name][at - 1] for name in placed])
    code = _before_recodes(cells["place"])
    recoded = (code[at] == code[at - 1]) & np.logical_and.reduce(
        [cells[name][at] == cells[name][at - 1] for name in placed[1:]]
    )
    rne = cells["rne"][at]
    sheet.say("l_changed", rows[at[(rne == "L") & (same_ls | ~recoded)]])
    sheet.say("p_changed", rows[at[np.isin(rne, ("P", "T")) & (~same_ls | ((rne == "P") & same_placed))]])
    sheet.say("b_changed", rows[at[np.isin(rne, ("B", "U")) & (same_ls | ((rne == "B") & same_placed))]])
    first_of = np.flatnonzero(~inside)
    began = np.repeat(first_of, np.diff(np.append(first_of, len(rows))))
    drift = (cells["cin"] != cells["cin"][began]) & (cells["cin"] != "")
    sheet.say("cin_drift", rows[drift], read_as=cells["cin"][began][drift])
    temporary = np.isin(cells["place"], _TEMPORARY)
    ends = np.append(~inside[1:], True)[: len(rows)] & (rec != "X1") & (rec != "")
    sheet.say("t_first", rows[~inside & temporary & (cells["rne"] == "S")])
    sheet.say("t_last", rows[ends & temporary])
    _hold_returns(sheet, rows, cells, temporary, inside)
    _hold_reasons(sheet, rows, cells, temporary, inside)
    _hold_stays(sheet, rows, who, cells, inside, start, until)


def _before_recodes(place: Any) -> npt.NDArray[np.str_]:
    """Placement codes as they were before the Department recoded open ones: H5 became K3, Z1 one of four."""
    old = np.where(place == "K3", "H5", place)
    return np.asarray(np.where(np.isin(old, ("Z11", "Z12", "Z13", "Z14")), "Z1", old), dtype=np.str_)


def _hold_returns(sheet: Sheet, rows: Ints, cells: Mapping[str, Any], temporary: Bools, inside: Bools) -> None:
    """A temporary placement, however many episodes long, is followed by the placement before it."""
    at = np.flatnonzero(inside & ~temporary)
    at = at[temporary[at - 1]]
    usual = np.maximum.accumulate(np.where(temporary, -1, np.arange(len(rows))))
    before = usual[at - 1]
    known = (before >= 0) & (np.cumsum(~inside)[at] == np.cumsum(~inside)[before])
    code = _before_recodes(cells["place"])
    away = (code[at] != code[before]) | (cells["pl_post"][at] != cells["pl_post"][before])
    sheet.say("t_return", rows[at[known & (away | (cells["rne"][at] != "P"))]])


def _hold_reasons(sheet: Sheet, rows: Ints, cells: Mapping[str, Any], temporary: Bools, inside: Bools) -> None:
    """A reason for the change stands on the episode that ends, where a real change of placement follows."""
    moved = np.zeros(len(rows), dtype=np.bool_)
    at = np.flatnonzero(inside)
    moved[at - 1] = np.isin(cells["rne"][at], ("P", "B", "T", "U")) & ~temporary[at] & ~temporary[at - 1]
    given = cells["reason_place_change"] != ""
    # A code that could not be read is no blank cell: that is said of it already.
    blank = (sheet.text["reason_place_change"] == "").to_numpy(dtype=np.bool_)[rows]
    sheet.say("reason_due", rows[moved & ~given & blank])
    sheet.say("reason_extra", rows[~moved & given])


def _hold_stays(
    sheet: Sheet, rows: Ints, who: Ints, cells: Mapping[str, Any], inside: Bools, start: Any, until: Any
) -> None:
    """Stays that the law or the guide limits, counted over episodes that continue each other."""
    if not len(rows):
        return
    joined = inside.copy()
    joined[1:] &= start[1:] == until[:-1]
    for name, limits in (
        ("place", {"T1": ("t1_long", 42), "T3": ("t3_long", 21), "T4": ("t4_long", 7)}),
        ("ls", {"V3": ("v3_long", 17), "L1": ("l1_long", 3), "L2": ("l2_long", 21), "L3": ("l3_long", 7)}),
    ):
        code = cells[name]
        fresh = ~joined
        fresh[1:] |= code[1:] != code[:-1]
        first = np.flatnonzero(fresh)
        last = np.append(first[1:], len(rows)) - 1
        days = (until[last] - start[first]).astype(np.int64)
        for held, (key, most) in limits.items():
            sheet.say(key, rows[first[(code[first] == held) & (days > most)]])
    _hold_short_breaks(sheet, rows, who, cells["ls"], start, until)


def _hold_short_breaks(sheet: Sheet, rows: Ints, who: Ints, ls: Any, start: Any, until: Any) -> None:
    """At most 75 days under V3 in a collection year, and never V3 and V4 in one."""
    breaks = np.flatnonzero(np.isin(ls, ("V3", "V4")))
    year = sheet.year[rows][breaks].astype(np.int64)
    if not len(breaks):
        return
    key = np.unique(who[breaks] * 10_000 + year, return_inverse=True)[1]
    first = np.maximum(start[breaks], year_end(year - 1) + np.timedelta64(1, "D"))
    days = np.maximum((until[breaks] - first).astype(np.int64), 0) * (ls[breaks] == "V3")
    total = np.bincount(key, weights=days)[key]
    v3 = np.bincount(key, weights=ls[breaks] == "V3")[key] > 0
    v4 = np.bincount(key, weights=ls[breaks] == "V4")[key] > 0
    sheet.say("v3_year", rows[breaks[(total > 75) & (ls[breaks] == "V3")]])
    sheet.say("v3_v4", rows[breaks[v3 & v4]])
