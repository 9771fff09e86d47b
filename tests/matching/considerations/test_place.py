"""Where the home is: near home, in the area, near the school; both sides of each edge, and the blanks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching.considerations import CONSIDERATIONS
from matching.considerations.place import school_year
from records.model import DistanceReason, Precision
from tests.matching.considerations.asking import (
    ADOPTER,
    BY_NAME,
    EARLY_PERMANENCE,
    LODGINGS,
    NOT_HERE,
    UNKNOWN,
    Told,
    given_by,
    round_of,
)
from tests.ordinary import BOLTON, HERE, SALFORD, TRAFFORD, child, home, miles_east, records


@pytest.mark.parametrize(
    ("ash", "oak", "score", "words"),
    [
        ({}, {}, 100, "0.0 miles from where the child comes from"),
        ({}, {"location": miles_east(2)}, 100, "2.0 miles from where the child comes from"),
        ({}, {"location": miles_east(6)}, 75, "6.0 miles from where the child comes from"),
        ({}, {"location": miles_east(10)}, 50, "10.0 miles from where the child comes from"),
        ({}, {"location": miles_east(20)}, 25, "20.0 miles from where the child comes from"),
        ({}, {"location": miles_east(30)}, 0, "30.0 miles from where the child comes from"),
        ({}, {"location": miles_east(200)}, 0, "200.0 miles from where the child comes from"),
        (
            {"home": replace(HERE, precision=Precision.DISTRICT)},
            {},
            100,
            "about 0.0 miles from where the child comes from",
        ),
        (
            {},
            {"location": replace(HERE, precision=Precision.SECTOR)},
            100,
            "about 0.0 miles from where the child comes from",
        ),
        ({"home": None}, {}, UNKNOWN, "where the child comes from is not recorded"),
        ({}, {"location": None}, UNKNOWN, "the place of the home is not recorded"),
        (
            {"home": None, "needs_helpful": ("uasc",)},
            {},
            NOT_HERE,
            "the child came unaccompanied and has no home here to be near to",
        ),
        ({"needs_must": ("uasc",)}, {}, 100, "0.0 miles from where the child comes from"),
        (
            {"distance_reason": DistanceReason.SAFEGUARDING},
            {},
            NOT_HERE,
            "distance is wanted for this child, so miles do not count",
        ),
        ({}, ADOPTER, NOT_HERE, "adoption is decided or considered with this home, so nearness is no duty"),
        ({}, EARLY_PERMANENCE, NOT_HERE, "adoption is decided or considered with this home, so nearness is no duty"),
        ({}, LODGINGS, 100, "0.0 miles from where the child comes from"),
    ],
    ids=[
        "same place",
        "edge of full points",
        "half way to half",
        "half points",
        "half way to none",
        "no points",
        "very far",
        "child's district only",
        "home's sector only",
        "child's home blank",
        "home's place blank",
        "unaccompanied, no home",
        "unaccompanied, home recorded",
        "distance wanted",
        "adopters",
        "early permanence",
        "lodgings",
    ],
)
def test_nearness(ash: Told, oak: Told, score: float | str, words: str) -> None:
    """Nearer is better; unknown is not far; nearness is no duty where adoption or distance is wanted."""
    assert given_by("nearness", ash, oak) == (score, words)


@pytest.mark.parametrize(
    ("ash", "oak", "council", "score", "words"),
    [
        ({}, {"authority": TRAFFORD}, TRAFFORD, 100, "in the council's own area"),
        ({}, {"authority": SALFORD}, TRAFFORD, 50, "in an adjoining authority"),
        ({}, {"authority": BOLTON}, TRAFFORD, 0, "in neither the council's own area nor an adjoining authority"),
        ({}, {"authority": None}, TRAFFORD, UNKNOWN, "the authority in which the home lies is not recorded"),
        ({}, {}, None, UNKNOWN, "the council of this round is not known"),
        (
            {},
            {"authority": "E99999999"},
            TRAFFORD,
            UNKNOWN,
            "whether the home's authority adjoins the council's area is not known",
        ),
        (
            {"distance_reason": DistanceReason.LEGAL},
            {"authority": BOLTON},
            TRAFFORD,
            NOT_HERE,
            "distance is wanted for this child, so the area does not count",
        ),
        (
            {},
            ADOPTER,
            TRAFFORD,
            NOT_HERE,
            "adoption is decided or considered with this home, so the council's area is no duty",
        ),
    ],
    ids=["own", "adjoining", "further", "blank", "no council", "unknown code", "distance wanted", "adopters"],
)
def test_area(ash: Told, oak: Told, council: str | None, score: float | str, words: str) -> None:
    """The council's own area first, then its neighbours; miles do not come into it."""
    assert given_by("area", ash, oak, council=council) == (score, words)


@pytest.mark.parametrize(
    ("ash", "oak", "score", "words"),
    [
        (
            {"school": HERE},
            {"location": miles_east(1)},
            100,
            "1.0 miles from the child's school, near enough to keep it",
        ),
        (
            {"school": HERE},
            {"location": miles_east(3)},
            75,
            "3.0 miles from the child's school, near enough to keep it",
        ),
        (
            {"school": HERE},
            {"location": miles_east(5)},
            50,
            "5.0 miles from the child's school, near enough to keep it",
        ),
        (
            {"school": HERE},
            {"location": miles_east(10)},
            25,
            "10.0 miles from the child's school, further than is taken as workable",
        ),
        (
            {"school": HERE},
            {"location": miles_east(15)},
            0,
            "15.0 miles from the child's school, further than is taken as workable",
        ),
        (
            {"school": HERE, "school_year": 10},
            {},
            100,
            "0.0 miles from the child's school, near enough to keep it; in year 10 this weighs 2 times as much",
        ),
        ({}, {}, UNKNOWN, "no school recorded"),
        ({"school_postcode": "ZZ1 1ZZ"}, {}, UNKNOWN, "the place of the school is not recorded"),
        ({"school": HERE}, {"location": None}, UNKNOWN, "the place of the home is not recorded"),
        ({"date_of_birth": date(2022, 8, 31)}, {}, UNKNOWN, "no school recorded"),
        ({"date_of_birth": date(2022, 9, 1)}, {}, NOT_HERE, "the child is not yet of school age"),
        (
            {"date_of_birth": date(2024, 1, 1), "school": HERE},
            {},
            100,
            "0.0 miles from the child's school, near enough to keep it",
        ),
        (
            {"school": HERE},
            ADOPTER,
            NOT_HERE,
            "adoption is decided or considered with this home, so keeping the school is no duty",
        ),
        (
            {"school": HERE, "distance_reason": DistanceReason.LEGAL},
            {},
            100,
            "0.0 miles from the child's school, near enough to keep it",
        ),
    ],
    ids=[
        "edge of full points",
        "half way",
        "edge of workable",
        "half way to none",
        "no points",
        "year 10",
        "no school",
        "school not located",
        "home not located",
        "four on 31 August",
        "four on 1 September",
        "nursery recorded",
        "adopters",
        "distance wanted",
    ],
)
def test_school(ash: Told, oak: Told, score: float | str, words: str) -> None:
    """A school that can be kept; blank for a child of school age is a question, for a toddler it is not."""
    assert given_by("school", ash, oak) == (score, words)


@pytest.mark.parametrize(
    ("ash", "weight"),
    [
        ({"school_year": 9}, 12),
        ({"school_year": 10}, 24),
        ({"school_year": 11}, 24),
        ({"school_year": 12}, 12),
        ({"date_of_birth": date(2012, 9, 1)}, 12),
        ({"date_of_birth": date(2012, 8, 31)}, 24),
        ({"date_of_birth": date(2010, 9, 1)}, 24),
        ({"date_of_birth": date(2010, 8, 31)}, 12),
        ({"date_of_birth": date(2012, 8, 31), "school_year": 9}, 12),
    ],
    ids=["9", "10", "11", "12", "9 by age", "10 by age", "11 by age", "12 by age", "recorded beats age"],
)
def test_the_school_weighs_double_in_key_stage_4(ash: Told, weight: int) -> None:
    """Years 10 and 11, as recorded or by age on 31 August; the other considerations weigh the same."""
    weighed = round_of(records([child("ash", school=HERE, **ash)], [home("oak")]))
    by_name = dict(zip(BY_NAME, weighed.weights[0], strict=True))
    assert by_name == {one.name: one.default_weight for one in CONSIDERATIONS} | {"school": weight}


def test_miles_are_not_rounded_and_unknown_is_not_a_number() -> None:
    """Miles to home and school as they are, whether or not they count."""
    ash = child("ash", school=miles_east(1), distance_reason=DistanceReason.LEGAL)
    weighed = round_of(records([ash], [home("oak", location=miles_east(4.25)), home("yew", location=None)]))
    assert weighed.miles_home == pytest.approx([4.25, np.nan], nan_ok=True)
    assert weighed.miles_school == pytest.approx([3.25, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2027, 8, 31), 9), (date(2027, 9, 1), 10), (date(2027, 12, 31), 10), (date(2028, 1, 1), 10)],
    ids=["last of August", "first of September", "end of the year", "new year"],
)
def test_the_school_year_begins_on_1_september(day: date, year: int) -> None:
    """A child who is fourteen on 31 August is in year 10 from the next day on."""
    assert school_year(child("ash", date_of_birth=date(2013, 8, 31)), day) == year
