"""School: when a move asks for approval or new arrangements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matching.rules.education import key_stage_4, other_school_years, school_year
from records.model import LinkKind, Location
from tests.matching.rules.cases import METRES_PER_MILE, aged, asked, child, gated, home, link

SCHOOL = Location(0.0, 0.0)


def away(miles: float) -> Any:
    """A home so far from the school."""
    return home(location=Location(miles * METRES_PER_MILE, 0.0))


@pytest.mark.parametrize(
    ("year", "gcse", "other"),
    [(9, False, True), (10, True, False), (11, True, False), (12, False, True)],
    ids=["year 9", "year 10", "year 11", "year 12"],
)
def test_years(year: int, gcse: bool, other: bool) -> None:
    """Years 10 and 11 need the nominated officer; any other year new arrangements."""
    one = child(age=14, school_year=year, school=SCHOOL)
    assert gated(key_stage_4, one, away(6)) == [gcse]
    assert gated(other_school_years, one, away(6)) == [other]


@pytest.mark.parametrize(
    ("there", "applies"),
    [(away(5.0), False), (away(5.001), True), (away(0), False), (home(), True)],
    ids=["five miles is workable [worked case 10]", "further", "next door", "home not located"],
)
@pytest.mark.parametrize(("year", "gate"), [(10, key_stage_4), (7, other_school_years)], ids=["year 10", "year 7"])
def test_how_far_the_school_is(year: int, gate: Any, there: Any, applies: bool) -> None:
    """Not triggered by a move that keeps the school workable, as the council defines that."""
    assert gated(gate, child(age=14, school_year=year, school=SCHOOL), there) == [applies]


def test_what_is_workable_is_the_councils_to_say() -> None:
    """The distance comes from the policy."""
    one = child(age=14, school_year=10, school=SCHOOL)
    assert gated(key_stage_4, one, away(6), now=asked(school_workable_miles=6.0)) == [False]


def test_staying_keeps_the_school() -> None:
    """A child who lives in the home keeps the school, however far it is."""
    one = child(age=14, school_year=10, school=SCHOOL)
    homes = (home("H1"), home("H2"))
    assert gated(key_stage_4, one, homes, links=(link(LinkKind.CURRENT_CARER),)) == [False, True]
    assert gated(key_stage_4, child(age=14, school_year=10), links=(link(LinkKind.CURRENT_CARER),)) == [False]


@pytest.mark.parametrize(
    ("facts", "applies"),
    [
        ({"date_of_birth": aged(5)}, True),
        ({"date_of_birth": aged(5, plus_days=-1)}, False),
        ({"age": 4, "school": SCHOOL}, True),
        ({"age": 4, "school_year": 0}, True),
        ({"age": 1}, False),
        ({"age": 8}, True),
    ],
    ids=[
        "five today",
        "five tomorrow",
        "four, with a school",
        "four, in reception",
        "one",
        "eight, no school recorded",
    ],
)
def test_who_is_at_school(facts: dict[str, Any], applies: bool) -> None:
    """From five, or sooner where a school is recorded; a school that is not recorded may be lost too."""
    assert gated(other_school_years, child(**facts), away(6)) == [applies]


@pytest.mark.parametrize(
    ("born", "recorded", "day", "year"),
    [
        (date(2012, 8, 31), None, date(2026, 9, 1), 10),
        (date(2012, 9, 1), None, date(2026, 9, 1), 9),
        (date(2012, 8, 31), None, date(2026, 8, 31), 9),
        (date(2012, 8, 31), None, date(2027, 8, 31), 10),
        (date(2012, 8, 31), None, date(2027, 9, 1), 11),
        (date(2012, 12, 31), None, date(2027, 6, 1), 9),
        (date(2021, 8, 31), None, date(2026, 9, 1), 1),
        (date(2012, 8, 31), 9, date(2026, 9, 1), 9),
        (date(2012, 8, 31), 0, date(2026, 9, 1), 0),
    ],
    ids=[
        "fourteen on 31 August",
        "fourteen a day too late",
        "the old school year's last day",
        "the school year's last day",
        "the next year's first day",
        "born in the winter",
        "five: year 1",
        "the recorded year counts, where a child is a year behind",
        "reception is a year too",
    ],
)
def test_school_year(born: date, recorded: int | None, day: date, year: int) -> None:
    """The recorded year group, else by age on 31 August before the school year began."""
    assert school_year(child(date_of_birth=born, school_year=recorded), asked(day)) == year


def test_year_10_by_age_when_it_is_not_recorded() -> None:
    """A pupil of 14 whose year is blank is asked about as in key stage 4."""
    assert gated(key_stage_4, child(date_of_birth=date(2012, 5, 1)), away(6)) == [True]


def test_ages_and_years_are_on_file() -> None:
    """From what age and in which years come from the law as it stood."""
    four = child(date_of_birth=aged(4))
    assert gated(other_school_years, four, away(6)) == [False]
    assert gated(other_school_years, four, away(6), now=asked(law={"school_from_age": 4})) == [True]
    year_9, year_11 = child(age=13, school_year=9, school=SCHOOL), child(age=15, school_year=11, school=SCHOOL)
    assert gated(key_stage_4, year_9, away(6), now=asked(law={"key_stage_4_from_year": 9})) == [True]
    assert gated(key_stage_4, year_11, away(6), now=asked(law={"key_stage_4_to_year": 10})) == [False]
