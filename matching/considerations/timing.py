"""Time: whether the home is there for as long as the child needs it, and how long the child has waited."""

from __future__ import annotations

from datetime import date

import numpy as np

from matching.considerations.consideration import Facts, Floats, Score, consideration, scored
from matching.rules.register import ADULT_AT, Dates
from records.days import day_in_words
from records.model import PlacementNeed


def _eighteenth_birthday(born: date) -> date:
    try:
        return born.replace(year=born.year + ADULT_AT)
    except ValueError:
        return date(born.year + ADULT_AT, 3, 1)


def _start(facts: Facts) -> date:
    return max(facts.asked.day, facts.child.needed_by or facts.asked.day)


def _end(facts: Facts) -> date | None:
    """When the stay would end: as planned, or at 18 where it is meant to last; None if not recorded."""
    child = facts.child
    if child.expected_end is None and child.placement_need is PlacementNeed.LONG_TERM:
        return _eighteenth_birthday(child.date_of_birth)
    return child.expected_end


def _last_days(facts: Facts) -> Dates:
    """The last day each home is there, so far as is recorded; NaT for none."""
    return np.fmin(facts.homes.available_to, facts.homes.approved_to)


def _days_planned(facts: Facts) -> int | None:
    end = _end(facts)
    return None if end is None else max(1, (end - _start(facts)).days)


def _days_there(facts: Facts) -> Floats:
    """Days from the start of the stay to each home's last day, that day included; infinite where there is none."""
    last = _last_days(facts)
    days = (last - np.datetime64(_start(facts), "D")).astype(np.float64) + 1.0
    return np.where(np.isnat(last), np.inf, np.maximum(days, 0.0))


def _stay_words(facts: Facts, home: int) -> str:
    if facts.for_adoption[home]:
        return "adoption is for life, so how long the home is on offer does not count"
    last = _last_days(facts)[home]
    if np.isnat(last):
        return "no last day is recorded for the home"
    until = day_in_words(last.astype(date))
    planned, there = _days_planned(facts), float(_days_there(facts)[home])
    if planned is None:
        return f"there until {until}; how long the child is to stay is not recorded"
    if there >= planned:
        return f"there until {until}, for all of the planned stay"
    return f"there until {until}, for {there:,.0f} of the {planned:,} days planned"


@consideration(
    "stay",
    says=_stay_words,
    rests_on=lambda facts: (_start(facts), _end(facts)),
    looks_at="The share of the planned stay that falls before the home's last day (`available_to`, `approved_to`). The "
    "stay begins on the round's day or `needed_by` and ends on `expected_end`; at 18 for a long-term stay with no end "
    "recorded. A home with no last day has 100; with one, other stays with no end recorded are unknown. Does not apply "
    "with adoptive and early permanence homes, because adoption is for life.",
    law="Children Act 1989, s22(3) and s22C(5); FOST-20, STB-03",
)
def stay(facts: Facts) -> Score:
    """There for as long as the child needs it."""
    planned, there = _days_planned(facts), _days_there(facts)
    share = np.full(len(there), np.nan) if planned is None else 100.0 * np.minimum(there, planned) / planned
    return scored(np.where(np.isinf(there), 100.0, share), applies=~facts.for_adoption)


def _waited(facts: Facts) -> int:
    return max(0, (facts.asked.day - facts.child.referred_on).days)


def _waiting_words(facts: Facts, _home: int) -> str:
    days = _waited(facts)
    return f"the child has waited {days} {'day' if days == 1 else 'days'}"


@consideration(
    "waiting",
    says=_waiting_words,
    rests_on=_waited,
    looks_at="Days since `referred_on`, full points from `waiting_full_days`. The same for every home of one child: it "
    "is not there to rank homes, but speaks for the child who has waited longer when two want the same home.",
    law="Adoption and Children Act 2002, s1(3); A-NMS 13; ADO-06, IDN-02",
)
def waiting(facts: Facts) -> Score:
    """How long the child has waited."""
    share = min(100.0, 100.0 * _waited(facts) / facts.policy.waiting_full_days)
    return scored(np.full(len(facts.homes), share))
