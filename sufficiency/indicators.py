"""The published measures of stability, distance and adoption, worked out from a council's own returns.

Each says in words what it counts and where it cannot be trusted. All are of the children in care on 31 March, or at
the end of another month, with the same time before it; children with nothing but short breaks (legal status V3 or V4)
are in none of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from records.geography import Directory
from records.sources.return_903 import End, Return
from sufficiency.adoption_times import adoption_indicators
from sufficiency.groups import ADOPTION
from sufficiency.history import History, birthday, flows, known_at
from sufficiency.indicator import Indicator, Present, Unit, first_of_april, months_before
from sufficiency.need_words import MONTH_NAMES, date_of
from sufficiency.stays import Bools, Days
from sufficiency.where_placed import Where, distance_indicators, where_placed

MANY: Final = 3
"""Placements at which a child has had many."""


def indicators(
    ret: Return, history: History, year: int, directory: Directory, council: str = ""
) -> tuple[Indicator, ...]:
    """Every measure on 31 March of `year` (the year in which the collection year ends).

    `history` must be that of `ret`. `council` is the council's GSS code; without it, it is taken to be the authority
    in which most of the children's homes are. Raises ValueError for a year that the history does not hold.
    """
    return indicators_of(ret, present_on(history, year), directory, council)


def indicators_of(ret: Return, present: Present, directory: Directory, council: str = "") -> tuple[Indicator, ...]:
    """Every measure of the children in care on the last day of a month."""
    return (
        ni_62(present),
        moves_per_1000_days(present),
        three_in_two_years(present),
        ni_63(present),
        same_carer(present),
        *distance_indicators(present, where_placed(present, directory, council)),
        *adoption_indicators(ret, present),
    )


def present_on(history: History, year: int) -> Present:
    """The children in care on 31 March of a year, by what was known at the end of that day.

    Corrections that later files made are in it. Raises ValueError for a year that the history does not hold.
    """
    return present_at(history, first_of_april(year))


def present_at(history: History, until: int) -> Present:
    """The children in care at the end of the day before `until`, the first of a month.

    Corrections that later files made are in it. Raises ValueError for a day that the history does not hold.
    """
    months_before(until, 0)
    h = known_at(history, until)
    going_on = h.periods.end == End.OPEN
    return Present(
        h,
        placements=np.flatnonzero(going_on[h.placements.period] & (h.placements.until == h.until)),
        carers=np.flatnonzero(going_on[h.carers.period] & (h.carers.until == h.until)),
        stays=np.flatnonzero((h.stays.end == End.OPEN) & (h.stays.until == h.until)),
    )


def ni_62(present: Present) -> Indicator:
    """Children with three or more placements in the year."""
    return _many(
        present,
        1,
        "ni_62",
        "Three or more placements in the year (NI 62)",
        f"Children in care on {present.last} with three or more placements open at any time from "
        f"{present.first_said(12)}: the one held on {present.first_said(12)} counts. A temporary "
        "stay belongs to the placement before it, and a change of legal status is none; a new placement with the same "
        "carer (RNE T or U) is one.",
        np.ones(len(present), dtype=np.bool_),
        "A child who came late in the year had less time for it: see moves per 1,000 care days. Children not seen for "
        "part of the year may have had more; they are counted with what is known.",
    )


def three_in_two_years(present: Present) -> Indicator:
    """Children in care for two years with three or more placements in them."""
    h, since = present.history, present.months_before(24)
    entered = h.periods.entered[present.periods]
    return _many(
        present,
        2,
        "three_in_two_years",
        "Three or more placements in the previous two years",
        f"Children in care on {present.last} without a break since {present.first_said(24)} two years before, with "
        "three or more placements open at any time in those two years, counted as in NI 62.",
        entered <= since,
        "The Department's table calls its group 'CLA 2 years on 31 March' and does not say how it is made; in 2024 it "
        "held 60,430 of 83,630 children. Look that up before comparing."
        + (
            f" The returns are complete only from {np.datetime64(h.first, 'D')}, so it cannot be told."
            if h.first > since
            else ""
        ),
    )


def _many(
    present: Present, years: int, name: str, title: str, definition: str, counted: Bools, caveat: str
) -> Indicator:
    """The share of children with many placements in some years before."""
    h, since = present.history, present.months_before(12 * years)
    child = h.periods.child
    who = child[present.periods]
    if h.first > since:
        return Indicator(name, title, Unit.SHARE, 0, 0, int(counted.sum()), definition, caveat)
    held = h.placements.until > since
    placements = np.bincount(child[h.placements.period[held]], minlength=int(child.max(initial=0)) + 1)[who]
    partly = np.isin(who, child[h.periods.begun_before & (h.periods.begin > since)])
    return Indicator(
        name,
        title,
        Unit.SHARE,
        int((counted & (placements >= MANY)).sum()),
        int(counted.sum()),
        int((counted & partly & (placements < MANY)).sum()),
        definition,
        caveat,
    )


def moves_per_1000_days(present: Present) -> Indicator:
    """Changes of placement in the year by time in care, of every child who was in care in it."""
    h = present.history
    since = present.months_before(12)
    told = h.first <= since
    moves = int(flows(h, [since, h.until]).moves.sum())
    days = np.maximum(h.periods.until - np.maximum(h.periods.begin, since), 0)
    return Indicator(
        "moves_per_1000_days",
        "Changes of placement per 1,000 care days",
        Unit.PER_1000_DAYS,
        moves if told else 0,
        int(days.sum()) if told else 0,
        0 if told else len(present),
        "Changes from one placement to another in the year, of all children who were in care in it, by the days they "
        "were in care.",
        "Not a published measure: it stands beside NI 62, which counts a late comer as if there all year.",
    )


def ni_63(present: Present) -> Indicator:
    """Long-stay children under 16 who have been in one placement for two years."""
    spells = present.history.placements
    at = present.placements
    begin, begun_before = spells.begin[at], spells.begun_before[at]
    before = np.maximum(at - 1, 0)
    joins = (spells.group[at] == ADOPTION) & (at > 0) & (spells.period[before] == spells.period[at])
    begin = np.where(joins, spells.begin[before], begin)
    begun_before = np.where(joins, spells.begun_before[before], begun_before)
    return _settled(
        present,
        "ni_63",
        "In the same placement for two years (NI 63)",
        f"Children under 16 on {present.last}, in care without a break for two years and six months by the calendar "
        f"(since {_said(present, 30)}), who have been in their placement since {_said(present, 24)} two years before; "
        "the placement before one for adoption counts with it.",
        begin,
        begun_before,
        "A new placement with the same carer (RNE T or U) begins anew here.",
    )


def same_carer(present: Present) -> Indicator:
    """Long-stay children under 16 who have lived with one carer for two years."""
    carers = present.history.carers
    return _settled(
        present,
        "same_carer_two_years",
        "With the same carer for two years",
        f"Children under 16 on {present.last}, in care without a break for two years and six months by the calendar "
        f"(since {_said(present, 30)}), who have lived with the same carer since {_said(present, 24)} two years "
        "before.",
        carers.begin[present.carers],
        carers.begun_before[present.carers],
        "Children's homes count as one carer each.",
    )


def _settled(
    present: Present, name: str, title: str, definition: str, begin: Days, begun_before: Bools, caveat: str
) -> Indicator:
    """The share of long-stay children under 16 whose stay began two years ago or more."""
    h, of = present.history, present.periods
    young = birthday(h.periods.dob[of], 16) > h.until - 1
    long = h.periods.entered[of] < present.months_before(30)
    settled = begin < present.months_before(24)
    not_told = (~h.periods.entered_known[of] & ~long) | (long & begun_before & ~settled)
    return Indicator(
        name,
        title,
        Unit.SHARE,
        int((young & long & settled).sum()),
        int((young & long).sum()),
        int((young & not_told).sum()),
        definition,
        f"{caveat} Children whose care or stay began before the first return, on a day not known, are counted by "
        "what is known: they are in the measure only where that is long enough.",
    )


def _said(present: Present, months: int) -> str:
    """The eve of the months that end with the day, as "30 September"."""
    day = date_of(present.months_before(months) - 1)
    return f"{day.day} {MONTH_NAMES[day.month - 1]}"


__all__ = [
    "Indicator", "Present", "Unit", "Where", "indicators", "indicators_of", "moves_per_1000_days", "ni_62", "ni_63",
    "present_at", "present_on", "same_carer", "three_in_two_years", "where_placed",
]  # fmt: skip
