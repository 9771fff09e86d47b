"""Where the home is: zones a child must not live in, the council's area, and homes at a distance."""

# Every rule and gate is handed the same things, whether or not it needs them all.
# ruff: noqa: ARG001

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache

import numpy as np

from matching.rules.asked import Asked
from matching.rules.register import Homes, Mask, Register
from matching.rules.rule import AnswerArray, met_unless, rule_for_each_child
from records.geography import is_at_a_distance, miles_to, upper_tier
from records.model import Child, HomeKind, Precision, Provider

EDGE_UNSURE_MILES = {Precision.SECTOR: 3.0, Precision.DISTRICT: 10.0}
"""How near the edge of a zone a home located by only part of its postcode may be, before nobody can tell."""


@rule_for_each_child(
    "LOC-09",
    weight="HARD-G",
    law="Children Act 1989, section 22(3); Care Planning Regulations 2010, Schedule 2",
    mark="primary",
    sign_off="team manager or nominated officer, with advice from a strategy meeting; until then refused",
    question="Where exactly is the home?",
)
def outside_zones(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home outside every place where the child must not live?

    The edge is inside. A zone's last day still counts.
    """
    homes = register.homes
    inside = np.zeros(len(homes), dtype=np.bool_)
    unsure = np.zeros(len(homes), dtype=np.bool_)
    for zone in register.zones_of(child.child_id):
        miles = miles_to(zone.centre, homes.easting, homes.northing)
        near_edge = np.isnan(miles)
        for precision, margin in EDGE_UNSURE_MILES.items():
            near_edge |= (homes.precision == precision) & (np.abs(miles - zone.radius_miles) <= margin)
        inside |= ~near_edge & (miles <= zone.radius_miles)
        unsure |= near_edge
    return met_unless(homes, barred=inside, unknown=unsure)


class Area(Enum):
    """Where a home lies, seen from the council."""

    OWN = auto()
    ADJOINING = auto()
    DISTANT = auto()
    """Neither in the area nor in one that adjoins it."""
    UNKNOWN = auto()


@lru_cache(maxsize=1024)
def area(council: str | None, authority: str) -> Area:
    """Where a home in this authority lies, seen from the council; blank or unknown codes give UNKNOWN."""
    if council is None or not authority:
        return Area.UNKNOWN
    if authority == council or upper_tier(authority) == upper_tier(council) is not None:
        return Area.OWN
    distant = is_at_a_distance(council, authority)
    if distant is None:
        return Area.UNKNOWN
    return Area.DISTANT if distant else Area.ADJOINING


def homes_in(where: Area, homes: Homes, asked: Asked) -> Mask:
    """Homes that lie there, shape (homes,)."""
    there = np.array([area(asked.council, str(code)) is where for code in homes.authorities], dtype=np.bool_)
    found: Mask = there[homes.in_authority]
    return found


def area_is_judged(homes: Homes) -> Mask:
    """Homes for which the area matters: not the council's own carers, nor connected persons, nor adopters [LOC-05]."""
    judged: Mask = (homes.provider != Provider.IN_HOUSE) & ~homes.is_kind(HomeKind.CONNECTED_PERSON, HomeKind.ADOPTER)
    return judged


@rule_for_each_child(
    "LOC-03",
    weight="HARD-G",
    law="Care Planning Regulations 2010, regulation 11",
    mark="primary",
    sign_off="nominated officer",
    question="In which council's area is the home?",
)
def in_the_councils_area(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home in the council's own area, where it is not at a distance?

    A home at a distance is LOC-04 instead. Not asked of carers the council approved itself, nor of connected
    persons, wherever they live (LOC-05).
    """
    homes = register.homes
    judged = area_is_judged(homes)
    return met_unless(
        homes,
        unknown=judged & homes_in(Area.UNKNOWN, homes, asked),
        needs_sign_off=judged & homes_in(Area.ADJOINING, homes, asked),
    )


@rule_for_each_child(
    "LOC-04",
    weight="HARD-G",
    law="Care Planning Regulations 2010, regulation 11(1)(b), (2)(d) and (5)",
    mark="primary",
    sign_off="director of children's services",
    question="In which council's area is the home?",
)
def at_a_distance(child: Child, register: Register, asked: Asked) -> AnswerArray:
    """Is the home in the council's area or one that adjoins it, and so not at a distance?

    Miles do not come into it.
    """
    homes = register.homes
    judged = area_is_judged(homes)
    return met_unless(
        homes,
        unknown=judged & homes_in(Area.UNKNOWN, homes, asked),
        needs_sign_off=judged & homes_in(Area.DISTANT, homes, asked),
    )
