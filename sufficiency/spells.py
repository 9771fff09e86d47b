"""Joins episodes into stretches of care, stays in one placement and stays with one carer."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from records.sources.return_903 import End
from sufficiency.groups import HOME, INDEPENDENCE, OTHER_EXIT, TURNED_18, exit_of
from sufficiency.stays import TEMPORARY, Bools, Ints, Periods, Spells, Stays, birthday

NEW_PLACEMENT: Final = ("P", "B", "T", "U", "S")
NEW_CARER: Final = ("P", "B", "S")
SAME_CARER: Final = ("T", "U", "L")
UNPLANNED: Final = ("CREQB", "CREQO", "CHILD", "LAREQ", "ALLEG", "STAND", "APPRR")
"""Reasons for a change that stand for an unplanned ending of the placement."""
COMING_OF_AGE: Final = 14
"""Days before the recorded 18th birthday in which leaving for independence counts as coming of age: a day of birth
that is not known is recorded as the 15th, and some councils end care on the eve."""
_WHOLE_POSTCODE: Final = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")


def periods_of(stays: Stays) -> tuple[Periods, Ints]:
    """The unbroken stretches of care, and for each episode the number of its stretch."""
    count = len(stays)
    joined = np.zeros(count, dtype=np.bool_)
    joined[1:] = (stays.care[1:] == stays.care[:-1]) & (stays.begin[1:] == stays.until[:-1])
    first = np.flatnonzero(~joined)
    last = np.append(first[1:], count) - 1 if count else first
    of = np.cumsum(~joined) - 1
    care, from_breaks = stays.care[first], stays.out_of_breaks[first]
    resumes = np.zeros(len(first), dtype=np.bool_)
    resumes[1:] = (care[1:] == care[:-1]) & ~from_breaks[1:]
    resumed = np.append(resumes[1:], False)[: len(first)]
    begun_before = resumes | ~(stays.starts[first] | from_breaks)
    root = np.flatnonzero(~resumes)[np.cumsum(~resumes) - 1]

    end = np.where(resumed, np.int8(End.LOST), stays.end[last])
    end = np.where(stays.into_breaks[last], np.int8(End.ENDED), end).astype(np.int8)
    until, dob = stays.until[last], stays.dob[first]
    way = np.where(stays.into_breaks[last], np.int8(HOME), _exits(stays, last, until, dob))
    made = Periods(
        child=stays.child[first],
        begin=stays.begin[first],
        until=until,
        end=end,
        exit=np.where(end == End.ENDED, way, -1).astype(np.int8),
        begun_before=begun_before,
        entered=stays.begin[first][root],
        entered_known=~begun_before[root],
        dob=dob,
        unaccompanied=stays.unaccompanied[first],
        family=_families(stays, first, begun_before),
        council=stays.council[first],
    )
    return made, of.astype(np.int64)


def _exits(stays: Stays, last: Ints, until: Ints, dob: Ints) -> npt.NDArray[np.int8]:
    """Way out of each stretch as if it had ended: the 18th birthday comes before any reason."""
    way = exit_of(stays.rec[last])
    adult = birthday(dob, 18)
    nearly = (until >= adult - COMING_OF_AGE) & np.isin(way, (INDEPENDENCE, TURNED_18))
    way = np.where(way == TURNED_18, np.int8(OTHER_EXIT), way)
    return np.where((until >= adult) | nearly, np.int8(TURNED_18), way).astype(np.int8)


def _families(stays: Stays, first: Ints, begun_before: Bools) -> Ints:
    """Number the entries: those of one council, day and whole home postcode share a number."""
    homes, which = np.unique(stays.home[first], return_inverse=True)
    whole = np.array([_WHOLE_POSTCODE.fullmatch(str(home)) is not None for home in homes], dtype=np.bool_)
    alone = begun_before | ~whole[which] if len(first) else begun_before
    own = np.arange(len(first), dtype=np.int64)
    key = np.column_stack([stays.council[first], stays.begin[first], which, np.where(alone, own, -1)])
    return np.asarray(np.unique(key, axis=0, return_inverse=True)[1].reshape(-1), dtype=np.int64)


def spells_of(stays: Stays, periods: Periods, of: Ints) -> tuple[Spells, Spells]:
    """The stays in one placement, and those with one carer. `of` is the stretch of care of each episode."""
    count = len(stays)
    row = np.arange(count)
    fresh = np.ones(count, dtype=np.bool_)
    fresh[1:] = of[1:] != of[:-1]
    begins = np.maximum.accumulate(np.where(fresh, row, 0))
    temporary = np.isin(stays.place, TEMPORARY)
    # The last episode that was not temporary, up to this one and before it; -1 where the stretch has none yet.
    usual = np.maximum.accumulate(np.where(temporary, -1, row))
    usual = np.where(usual >= begins, usual, -1)
    before = np.append(-1, usual[:-1])[:count]
    before = np.where(fresh, -1, before)
    # A temporary stay is part of the stay before it; the next that is not temporary may be a new one.
    settled = np.flatnonzero(~temporary & (before >= 0))
    was = before[settled]
    from_temporary = temporary[settled - 1]
    same_place = (stays.place[settled] == stays.place[was]) & (stays.pl_post[settled] == stays.pl_post[was])
    rne = stays.rne[settled]
    regroups = stays.group[settled] != stays.group[was]
    recoded = (
        _recoded(stays.place[was], stays.place[settled])
        & (stays.pl_post[settled] == stays.pl_post[was])
        & np.isin(rne, SAME_CARER)
    )
    moved = np.where(from_temporary, ~same_place, np.isin(rne, NEW_PLACEMENT) & ~recoded) | regroups
    left = np.where(from_temporary, ~same_place & ~np.isin(rne, SAME_CARER), np.isin(rne, NEW_CARER))
    made = []
    for breaks_at in (settled[moved], settled[left]):
        breaks = fresh.copy()
        breaks[breaks_at] = True
        made.append(_spells(stays, periods, of, breaks, usual))
    return made[0], made[1]


def _recoded(was: npt.NDArray[np.str_], now: npt.NDArray[np.str_]) -> Bools:
    """Whether one code only took the place of another: H5 became K3, and Z1 was split."""
    supported = (was == "H5") & (now == "K3")
    return np.asarray(supported | ((was == "Z1") & np.isin(now, ("Z11", "Z12", "Z13", "Z14"))), dtype=np.bool_)


def _spells(stays: Stays, periods: Periods, of: Ints, breaks: Bools, usual: Ints) -> Spells:
    first = np.flatnonzero(breaks)
    last = np.append(first[1:], len(stays))[: len(first)] - 1
    period = of[first]
    # Only a stretch that is temporary throughout has no other episode to go by.
    shown = np.where(usual[last] >= first, usual[last], last)
    group = stays.group[shown]
    goes_on = np.zeros(len(first), dtype=np.bool_)
    goes_on[:-1] = period[1:] == period[:-1]
    after = np.full(len(first), -1, dtype=np.int8)
    after[:-1] = np.where(goes_on[:-1], group[1:], -1)
    reason = np.where(stays.reason[last] != "", stays.reason[last], stays.reason[shown])
    starts_stretch = stays.begin[first] == periods.begin[period]
    return Spells(
        period=period,
        begin=stays.begin[first],
        until=stays.until[last],
        begun_before=starts_stretch & periods.begun_before[period] & ~np.isin(stays.rne[first], NEW_PLACEMENT),
        group=group,
        provider=stays.provider[shown],
        place=stays.place[shown],
        pl_post=stays.pl_post[shown],
        after=after,
        broke_down=goes_on & np.isin(reason, UNPLANNED),
    )
