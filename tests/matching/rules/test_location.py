"""Zones, the council's area, homes at a distance: named cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matching.rules.location import Area, area, at_a_distance, in_the_councils_area, outside_zones
from matching.rules.rule import Answer
from records.geography import adjoining
from records.model import HomeKind, Location, Precision, Provider
from tests.matching.rules.cases import (
    ADJOINING,
    BARRED,
    COUNCIL,
    DISTANT,
    KINDS,
    MET,
    METRES_PER_MILE,
    SIGN_OFF,
    UNKNOWN,
    ask,
    asked,
    child,
    days,
    home,
    zone,
)

FOSTER, KIN, HOST, ADOPTER, EARLY = KINDS
POSTCODE, SECTOR, DISTRICT, GRID = Precision.POSTCODE, Precision.SECTOR, Precision.DISTRICT, Precision.GRID


def at(miles: float, precision: Precision = GRID) -> Location:
    """So many miles east of the middle of the zone."""
    return Location(miles * METRES_PER_MILE, 0.0, precision)


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        (at(1.9), BARRED),
        (at(2.0), BARRED),
        (at(2.001), MET),
        (at(0.0), BARRED),
        (at(2.0, POSTCODE), BARRED),
        (at(2.001, POSTCODE), MET),
        (None, UNKNOWN),
        (at(5.0, SECTOR), UNKNOWN),
        (at(5.001, SECTOR), MET),
        (at(0.0, SECTOR), UNKNOWN),
        (at(12.0, DISTRICT), UNKNOWN),
        (at(12.001, DISTRICT), MET),
        (at(5.001, DISTRICT), UNKNOWN),
    ],
    ids=[
        "inside",
        "on the edge",
        "just outside",
        "in the middle",
        "on the edge by postcode",
        "just outside by postcode",
        "not located",
        "by sector, three miles from the edge",
        "by sector, further",
        "by sector, inside a zone smaller than what we know",
        "by district, ten miles from the edge",
        "by district, further",
        "by district, further than a sector's doubt",
    ],
)
def test_outside_zones(where: Location | None, answer: Answer) -> None:
    """The edge is inside; a home located roughly, or not at all, is a question where the edge cannot be decided."""
    assert ask(outside_zones, child(), home(location=where), zones=(zone(2.0),)) == [answer]


@pytest.mark.parametrize(
    ("precision", "inside"),
    [(SECTOR, 17.0), (SECTOR, 16.999), (DISTRICT, 9.999), (DISTRICT, 10.0)],
    ids=["sector, three miles in", "sector, more", "district, more", "district, ten miles in"],
)
def test_deep_inside_a_large_zone(precision: Precision, inside: float) -> None:
    """A roughly located home is barred once it is surely inside."""
    sure = inside in (16.999, 9.999)
    answers = ask(outside_zones, child(), home(location=at(inside, precision)), zones=(zone(20.0),))
    assert answers == [BARRED if sure else UNKNOWN]


@pytest.mark.parametrize(
    ("expires_on", "answer"),
    [(None, BARRED), (days(0), BARRED), (days(-1), MET)],
    ids=["no end", "last day is today", "ended yesterday"],
)
def test_a_zone_ends(expires_on: date | None, answer: Answer) -> None:
    """A zone's last day still counts."""
    assert ask(outside_zones, child(), home(location=at(1.0)), zones=(zone(expires_on=expires_on),)) == [answer]


def test_zones_of_others_and_several_zones() -> None:
    """A zone is one child's; of several, the hardest decides."""
    far = zone(2.0, child_id="Ash")
    other = zone(2.0, child_id="Oak")
    homes = (home("H1", location=at(1.0)), home("H2", location=at(9.0)), home("H3"))
    children = (child("Ash"), child("Oak"), child("Elm"))
    assert ask(outside_zones, children, homes, together=["Elm"], zones=(far, other)) == [MET, MET, MET]
    ring = zone(9.0)
    assert ask(outside_zones, children, homes, zones=(far, ring)) == [BARRED, BARRED, UNKNOWN]
    assert ask(outside_zones, children, homes, zones=(ring, far)) == [BARRED, BARRED, UNKNOWN]


def test_no_zone_no_question() -> None:
    """LOC-08: an unlocated home is no trouble to a child without a zone."""
    assert ask(outside_zones, child(), home(location=None)) == [MET]


AGENCY: dict[str, Any] = {"provider": Provider.AGENCY}


@pytest.mark.parametrize("kind", [FOSTER, HOST, EARLY])
@pytest.mark.parametrize("provider", [Provider.AGENCY, Provider.OTHER_AUTHORITY])
@pytest.mark.parametrize(
    ("authority", "out_of_area", "distant"),
    [
        (COUNCIL, MET, MET),
        (ADJOINING, SIGN_OFF, MET),
        (DISTANT, MET, SIGN_OFF),
        (None, UNKNOWN, UNKNOWN),
        ("E09999999", UNKNOWN, UNKNOWN),
        ("S12000033", MET, SIGN_OFF),
    ],
    ids=["own area", "adjoining [worked case 7]", "at a distance [worked case 8]", "blank", "unknown code", "Scotland"],
)
def test_area(kind: HomeKind, provider: Provider, authority: str | None, out_of_area: Answer, distant: Answer) -> None:
    """Adjoining asks the nominated officer, further away the director; not recorded is a question under both."""
    there = home(kind=kind, provider=provider, authority=authority)
    assert ask(in_the_councils_area, child(), there) == [out_of_area]
    assert ask(at_a_distance, child(), there) == [distant]


@pytest.mark.parametrize(
    ("kind", "provider"),
    [
        *((kind, Provider.IN_HOUSE) for kind in KINDS),
        (KIN, Provider.AGENCY),
        (KIN, Provider.OTHER_AUTHORITY),
        (ADOPTER, Provider.AGENCY),
        (ADOPTER, Provider.OTHER_AUTHORITY),
    ],
)
@pytest.mark.parametrize("authority", [ADJOINING, DISTANT, None, "E09999999"])
def test_where_area_is_not_asked(kind: HomeKind, provider: Provider, authority: str | None) -> None:
    """LOC-05: the council's own carers, connected persons and adopters may live anywhere [worked case 6]."""
    there = home(kind=kind, provider=provider, authority=authority)
    assert ask(in_the_councils_area, child(), there) == [MET]
    assert ask(at_a_distance, child(), there) == [MET]


def test_council_not_known() -> None:
    """Without a council every home approved by others is a question, and the council's own are not."""
    homes = (home("H1", **AGENCY), home("H2"))
    for rule in (in_the_councils_area, at_a_distance):
        assert ask(rule, child(), homes, now=asked(council=None)) == [UNKNOWN, MET]


def test_many_homes_each_by_its_own_area() -> None:
    """Answers stay with their homes."""
    homes = tuple(
        home(f"H{i}", authority=code, **AGENCY) for i, code in enumerate((DISTANT, COUNCIL, ADJOINING, None, DISTANT))
    )
    assert ask(in_the_councils_area, child(), homes) == [MET, MET, SIGN_OFF, UNKNOWN, MET]
    assert ask(at_a_distance, child(), homes) == [SIGN_OFF, MET, MET, UNKNOWN, SIGN_OFF]


@pytest.mark.parametrize(
    ("council", "authority", "where"),
    [
        (COUNCIL, COUNCIL, Area.OWN),
        (COUNCIL, ADJOINING, Area.ADJOINING),
        (COUNCIL, DISTANT, Area.DISTANT),
        (COUNCIL, "", Area.UNKNOWN),
        (None, COUNCIL, Area.UNKNOWN),
        ("", "", Area.UNKNOWN),
        ("E09999999", "E09999999", Area.OWN),
        ("E09999999", COUNCIL, Area.UNKNOWN),
        ("E09999999", "E09999998", Area.UNKNOWN),
        ("E10000017", "E07000117", Area.OWN),
    ],
    ids=[
        "own",
        "adjoining",
        "at a distance",
        "home's not recorded",
        "council not known",
        "neither known",
        "the same code, though not in the table",
        "council not in the table",
        "neither in the table",
        "a district of the county",
    ],
)
def test_area_of_one_home(council: str | None, authority: str, where: Area) -> None:
    """Where a home lies, seen from the council, by code alone: miles do not come into it."""
    assert area(council, authority) is where


def test_the_examples_are_what_they_claim() -> None:
    """The authority called adjoining adjoins; the one called distant does not."""
    assert ADJOINING in adjoining(COUNCIL)
    assert DISTANT not in adjoining(COUNCIL)
