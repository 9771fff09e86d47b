"""The map of a round: who is on it, which lines are marked, and what somebody may not see."""

from __future__ import annotations

import re

import pytest

from frontend.council_map import child_map, council_map
from matching.policy import Policy
from matching.propose import Proposal, propose
from records.boundaries import read_boundaries
from records.model import HomeKind, Location, Precision, Provider, Route
from reporting.section import Picture
from tests.ordinary import HERE, SALFORD, TRAFFORD, child, home, miles_east, records

LEEDS = "E08000035"
ROUGH = Location(HERE.easting, HERE.northing, Precision.DISTRICT)


@pytest.fixture(scope="module")
def round_() -> Proposal:
    """C1 goes next door, C2 over the hills, C3 stays in the area, C4 has nowhere to go."""
    told = records(
        [child("C1"), child("C2"), child("C3"), child("C4", home=ROUGH, routes=(Route.ADOPTION,))],
        [
            home("H1", vacancies=1, authority=SALFORD, location=miles_east(5)),
            home("H2", vacancies=1, authority=LEEDS, location=miles_east(35)),
            home("H3", vacancies=1),
            home("H4", vacancies=0, location=None, authority=None),
        ],
    )
    pins = {"C1": "H1", "C2": "H2", "C3": "H3"}
    return propose(told, Policy(), council=TRAFFORD, solver="exhaustive", pins=pins)


def cells(picture: Picture) -> dict[str, str]:
    """Each row of a map's table as one line of words, by what it is about."""
    return {str(row[0]): repr(row[1:]) for row in picture.table.rows}


def test_every_child_is_in_the_table_whether_or_not_on_the_map(round_: Proposal) -> None:
    """Nobody is dropped because a place is not recorded."""
    told = cells(council_map(round_))
    assert list(told) == ["C1", "C2", "C3", "C4"]
    assert "H1" in told["C1"]
    assert "next door" in told["C1"]
    assert "neither in the area nor next door" in told["C2"]
    assert "over 20 miles" in told["C2"]
    assert "35.0" in told["C2"]
    assert "in the council's area" in told["C3"]
    assert "no home proposed" in told["C4"]
    assert "known only to its district" in told["C4"]


def test_the_title_states_what_the_map_shows(round_: Proposal) -> None:
    """A reader in a hurry has it in a line."""
    picture = council_map(round_)
    assert picture.title == (
        "2 of 3 children with a proposed home would live within 20 miles of where they come from; 1 would live "
        "further away"
    )
    assert "1 would live in the council's area and 2 outside it" in picture.alt


def test_lines_over_20_miles_and_out_of_the_area_are_marked(round_: Proposal) -> None:
    """By their own dashes and in the key, not by colour alone."""
    svg = council_map(round_).svg
    for entry in ("To a home in the area (1)", "Outside, or not recorded (1)", "Over 20 miles (1)", "H2, 35 miles"):
        assert entry in svg
    assert "Child with no home (1)" in svg
    assert "Trafford" in svg
    assert "approximate" in svg.lower()


def test_a_person_sees_only_the_children_and_homes_they_may(round_: Proposal) -> None:
    """Somebody barred from a child or a home finds neither on the map nor in its table."""
    picture = council_map(round_, children={"C1", "C3"}, homes={"H1"})
    assert list(cells(picture)) == ["C1", "C3"]
    assert "a home you may not see" in cells(picture)["C3"]
    everything = picture.svg + repr(picture.table) + picture.alt + picture.title
    for hidden in ("C2", "C4", "H2", "H3"):
        assert not re.search(rf"\b{hidden}\b", everything)


def test_a_round_without_a_council_is_still_drawn() -> None:
    """Where nobody knows whose children these are, no area is called the council's own."""
    told = records([child("C1", home_authority=None)], [home("H1", kind=HomeKind.FOSTER, provider=Provider.IN_HOUSE)])
    picture = council_map(propose(told, Policy(), council=None, solver="exhaustive"))
    assert "<svg" in picture.svg
    assert "in the council's area and 0 outside it; for 1 the area is not recorded" in picture.alt


def test_a_round_without_anybody_is_still_drawn() -> None:
    """An empty round has an empty map that says so."""
    picture = council_map(propose(records([], []), Policy(), council=TRAFFORD, solver="exhaustive"))
    assert picture.title == "No home is proposed for any of 0 children"
    assert picture.table.rows == ()


def test_the_councils_own_boundary_takes_the_place_of_the_outline(round_: Proposal) -> None:
    """A council that gives its boundary sees that, and the note says what is still approximate."""
    square = [[374000, 390000], [380000, 390000], [380000, 396000], [374000, 396000], [374000, 390000]]
    boundary = read_boundaries(repr({"type": "Polygon", "coordinates": [square]}).replace("'", '"').encode())
    drawn = council_map(round_, boundary=boundary)
    assert drawn.svg != council_map(round_).svg
    assert "Neighbouring areas: outlined" in drawn.svg


def test_one_childs_homes_are_numbered_by_rank(round_: Proposal) -> None:
    """The map and the ranking say the same order."""
    picture = child_map(round_, "C3", ["H3", "H1", "H2"])
    assert [(row[0], row[1]) for row in picture.table.rows] == [("H3", 1), ("H1", 2), ("H2", 3)]
    assert picture.title == "2 of 3 ranked homes lie within 20 miles of where the child comes from"
    assert "2 H1" in picture.svg
    assert "C1" not in picture.svg


def test_a_home_whose_place_is_not_recorded_stands_in_the_table(round_: Proposal) -> None:
    """Not known is said, and never drawn as near or far."""
    (row,) = child_map(round_, "C3", ["H4"]).table.rows
    assert row[3] == ("not recorded",)
    assert row[4] == "not known"


def test_the_same_round_gives_the_same_drawing(round_: Proposal) -> None:
    """Byte for byte."""
    assert council_map(round_).svg == council_map(round_).svg
