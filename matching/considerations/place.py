"""Where the home is: near where the child comes from, in the council's area, near the school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np

from matching.considerations.consideration import Facts, Floats, Mask, Score, consideration, scored
from matching.pairs import Pairs
from matching.rules.register import Homes
from records.ages import age_on
from records.geography import METRES_PER_MILE, is_at_a_distance, miles_to, upper_tier
from records.model import Child, Location, Precision

UNACCOMPANIED = "uasc"
_AGE_IN_RECEPTION = 4


def miles_from(place: Location | None, facts: Facts) -> Floats:
    """Straight-line miles from a place of the child's to each home; not-a-number where either is not recorded."""
    if place is None:
        return np.full(len(facts.homes), np.nan)
    return miles_to(place, facts.homes.easting, facts.homes.northing)


def miles_of_pairs(places: Sequence[Location | None], homes: Homes, pairs: Pairs) -> Floats:
    """The same for each pair; `places` has one for each child. Shape (pairs,)."""
    east = np.array([np.nan if p is None else p.easting for p in places], dtype=np.float64)[pairs.child]
    north = np.array([np.nan if p is None else p.northing for p in places], dtype=np.float64)[pairs.child]
    return np.hypot(homes.easting[pairs.home] - east, homes.northing[pairs.home] - north) / METRES_PER_MILE


def _falling(miles: Floats, full: float, half: float, none: float) -> Floats:
    """100 up to `full` miles, 50 at `half`, 0 from `none` on, straight lines between."""
    return np.interp(miles, [full, half, none], [100.0, 50.0, 0.0])


def _miles_in_words(place: Location, facts: Facts, home: int) -> str:
    there = facts.homes.homes[home].location
    miles = float(miles_from(place, facts)[home])
    rough = {Precision.SECTOR, Precision.DISTRICT}
    about = "about " if place.precision in rough or (there and there.precision in rough) else ""
    return f"{about}{miles:.1f} miles"


def _no_home_to_be_near(child: Child) -> bool:
    """An unaccompanied child with no home recorded here: there is nothing to be near to [UAS-01, LOC-08]."""
    return child.home is None and UNACCOMPANIED in (*child.needs_must, *child.needs_helpful)


def _nearness_dropped(child: Child) -> bool:
    return child.distance_reason is not None or _no_home_to_be_near(child)


def _nearness_words(facts: Facts, home: int) -> str:
    if facts.for_adoption[home]:
        return "adoption is decided or considered with this home, so nearness is no duty"
    if facts.child.distance_reason is not None:
        return "distance is wanted for this child, so miles do not count"
    if _no_home_to_be_near(facts.child):
        return "the child came unaccompanied and has no home here to be near to"
    if facts.child.home is None:
        return "where the child comes from is not recorded"
    if np.isnan(facts.homes.easting[home]):
        return "the place of the home is not recorded"
    return f"{_miles_in_words(facts.child.home, facts, home)} from where the child comes from"


@consideration(
    "nearness",
    says=_nearness_words,
    rests_on=lambda facts: "no duty" if _nearness_dropped(facts.child) else facts.child.home,
    looks_at="Straight-line miles from where the child came into care to the home. Full points up to "
    "`full_points_miles`, half at `half_points_miles`, none from `no_points_miles`. Does not apply where "
    "distance is wanted (`distance_reason`), to an unaccompanied child with no home recorded, or with adoptive and "
    "early permanence homes.",
    law="Children Act 1989, s22C(8)(a); LOC-01, LOC-08, LOC-10, PLC-07, UAS-01",
)
def nearness(facts: Facts) -> Score:
    """Near where the child comes from."""
    policy = facts.policy
    miles = miles_from(facts.child.home, facts)
    dropped = _nearness_dropped(facts.child)
    return scored(
        _falling(miles, policy.full_points_miles, policy.half_points_miles, policy.no_points_miles),
        applies=~facts.for_adoption & (not dropped),
    )


def _area_words(facts: Facts, home: int) -> str:
    if facts.for_adoption[home]:
        return "adoption is decided or considered with this home, so the council's area is no duty"
    if facts.child.distance_reason is not None:
        return "distance is wanted for this child, so the area does not count"
    if facts.asked.council is None:
        return "the council of this round is not known"
    if not facts.homes.authority[home]:
        return "the authority in which the home lies is not recorded"
    value = _area_value(facts.asked.council, str(facts.homes.authority[home]))
    if np.isnan(value):
        return "whether the home's authority adjoins the council's area is not known"
    return {
        100.0: "in the council's own area",
        50.0: "in an adjoining authority",
        0.0: "in neither the council's own area nor an adjoining authority",
    }[value]


@cache
def _area_value(council: str, authority: str) -> float:
    if not authority:
        return float("nan")
    far = is_at_a_distance(council, authority)
    if far is None:
        return float("nan")
    if far:
        return 0.0
    return 100.0 if upper_tier(authority) == upper_tier(council) else 50.0


@consideration(
    "area",
    says=_area_words,
    rests_on=lambda facts: facts.child.distance_reason is None,
    looks_at="100 in the council's own area, 50 in an adjoining authority, 0 further away; miles do not come into "
    "it. Does not apply where distance is wanted (`distance_reason`) or with adoptive and early permanence homes.",
    law="Children Act 1989, s22C(7)(c) and (9); LOC-02, LOC-10, PLC-06, PLC-07",
)
def area(facts: Facts) -> Score:
    """In the council's own area."""
    council = facts.asked.council
    value = np.full(len(facts.homes), np.nan)
    if council is not None:
        authorities, which = np.unique(facts.homes.authority, return_inverse=True)
        value = np.array([_area_value(council, str(a)) for a in authorities], dtype=np.float64)[which]
    return scored(value, applies=~facts.for_adoption & (facts.child.distance_reason is None))


def school_year(child: Child, day: date) -> int:
    """The school year recorded, else by age on 31 August before the school year; 0 is reception, below it none."""
    if child.school_year is not None:
        return child.school_year
    august = date(day.year if day.month >= 9 else day.year - 1, 8, 31)
    return age_on(child.date_of_birth, august) - _AGE_IN_RECEPTION


def _school_recorded(child: Child) -> bool:
    return child.school is not None or child.school_postcode is not None


def _in_protected_year(facts: Facts) -> bool:
    return school_year(facts.child, facts.asked.day) in facts.policy.protected_school_years


def _times_in_protected_year(facts: Facts) -> int:
    return facts.policy.protected_school_weight if _in_protected_year(facts) else 1


def _should_be_at_school(facts: Facts) -> bool:
    return _school_recorded(facts.child) or school_year(facts.child, facts.asked.day) >= 0


def _school_applies(facts: Facts) -> Mask:
    applies: Mask = ~facts.for_adoption & _should_be_at_school(facts)
    return applies


def _school_words(facts: Facts, home: int) -> str:
    child = facts.child
    if facts.for_adoption[home]:
        return "adoption is decided or considered with this home, so keeping the school is no duty"
    if not _school_applies(facts)[home]:
        return "the child is not yet of school age"
    if not _school_recorded(child):
        return "no school recorded"
    if child.school is None:
        return "the place of the school is not recorded"
    if np.isnan(facts.homes.easting[home]):
        return "the place of the home is not recorded"
    near = miles_from(child.school, facts)[home] <= facts.policy.school_workable_miles
    judged = "near enough to keep it" if near else "further than is taken as workable"
    weighs = ""
    if _in_protected_year(facts):
        year = school_year(child, facts.asked.day)
        weighs = f"; in year {year} this weighs {facts.policy.protected_school_weight} times as much"
    return f"{_miles_in_words(child.school, facts, home)} from the child's school, {judged}{weighs}"


@consideration(
    "school",
    says=_school_words,
    rests_on=lambda facts: (facts.child.school, _should_be_at_school(facts)),
    times=_times_in_protected_year,
    looks_at="Straight-line miles from the school to keep. Full points up to `school_full_points_miles`, half at "
    "`school_workable_miles`, none from `school_no_points_miles`. In `protected_school_years` (10 and 11) it has "
    "`protected_school_weight` times its weight; a year not recorded is taken from the date of birth. Does not apply "
    "to a child under school age with no school recorded, or with adoptive and early permanence homes.",
    law="Children Act 1989, s22C(8)(b); EDU-01, EDU-02, EDU-04, PLC-07",
)
def school(facts: Facts) -> Score:
    """Keeps the school."""
    policy = facts.policy
    value = _falling(
        miles_from(facts.child.school, facts),
        policy.school_full_points_miles,
        policy.school_workable_miles,
        policy.school_no_points_miles,
    )
    return scored(value, applies=_school_applies(facts))
