"""Worked cases 12, 13, 15 and 19: bedrooms, sixteenth birthdays, a temporary approval running out, smoking kin."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from matching.rules.law import law_on
from records.model import HomeKind, ResidentStatus, Route
from tests.ordinary import (
    DAY,
    before_confirming,
    child,
    fostered,
    home,
    kin,
    lives_with,
    open_rules,
    records,
    who_signs,
    years_old,
)


def test_case_12_a_third_birthday_within_the_stay() -> None:
    """Case 12. A child of two years and ten months would share with the carers' five-year-old for a year. The
    records say only how many bedrooms are free, not who sleeps where, so the part that can be shown is this: with
    none free a child under three needs none today, the third birthday two months on is listed before confirming,
    and a child of three today needs the agreement of the responsible authority.
    """
    five = fostered("ash", "rob", status=ResidentStatus.OWN_CHILD, date_of_birth=years_old(5))
    little = child("ann", date_of_birth=years_old(3, less_days=60), expected_end=DAY + timedelta(days=365))
    ash = home("ash", bedrooms_free=0)
    told = records([little], [ash], residents=(five,))
    assert open_rules(told, "ash", "ann") == {}
    assert "BED-02" in before_confirming(told, "ash", "ann")
    gone_before = records([replace(little, expected_end=DAY + timedelta(days=30))], [ash], residents=(five,))
    assert "BED-02" not in before_confirming(gone_before, "ash", "ann")
    three = records([replace(little, date_of_birth=years_old(3))], [ash], residents=(five,))
    assert open_rules(three, "ash", "ann") == {"BED-01": "needs_sign_off"}


def test_case_13_sixteen_next_month() -> None:
    """Case 13. A young person of fifteen years and eleven months is wanted in supported lodgings next week: refused,
    and nobody can waive it. From the sixteenth birthday the host may be offered, with what must come first listed.
    """
    host = home("ash", kind=HomeKind.SUPPORTED_LODGINGS, registered_categories=("private_residence",))
    young = child("ann", routes=(Route.SUPPORTED_LODGINGS,), date_of_birth=years_old(16, less_days=1))
    assert open_rules(records([young], [host]), "ash", "ann") == {"SLG-01": "barred"}
    assert who_signs("SLG-01") == "nobody"
    sixteen = records([replace(young, date_of_birth=years_old(16))], [host])
    assert open_rules(sixteen, "ash", "ann") == {}
    assert {"SLG-04", "PLC-08"} <= set(before_confirming(sixteen, "ash", "ann"))


def test_case_15_a_temporary_approval_in_week_17() -> None:
    """Case 15. An aunt approved for sixteen weeks, the assessment unfinished and no extension: lawful to the last
    day, not from the day after. While it runs, its end within the stay is told: before, not after.
    """
    weeks = law_on(DAY).temporary_approval_weeks
    last_day = DAY
    aunt = home(
        "ash",
        kind=HomeKind.CONNECTED_PERSON,
        named_children=("ann",),
        approved_from=last_day - timedelta(weeks=weeks) + timedelta(days=1),
        approved_to=last_day,
        vacancies=0,
    )
    ann = child("ann", needed_by=None)
    links = (lives_with("ann", "ash"), kin("ann", "ash"))
    in_time = records([ann], [aunt], links=links)
    assert open_rules(in_time, "ash", "ann") == {}
    assert {"FOST-01", "CON-01"} <= set(before_confirming(in_time, "ash", "ann"))
    too_late = records([ann], [aunt], day=last_day + timedelta(days=1), links=links)
    assert open_rules(too_late, "ash", "ann") == {"CON-03": "barred"}
    extended = replace(aunt, approved_to=last_day + timedelta(weeks=law_on(DAY).temporary_extension_weeks))
    told = records([ann], [extended], day=last_day + timedelta(days=1), links=links)
    assert open_rules(told, "ash", "ann") == {}
    assert "CON-02" in before_confirming(told, "ash", "ann")


def test_case_19_kin_who_smoke() -> None:
    """Case 19. Kin who smoke, and a child of four: not refused out of hand. Where a smoke-free home is recorded as
    needed, the service manager signs; where nobody has recorded it, the question is listed before confirming.
    """
    four = child("ann", date_of_birth=years_old(4), smoke_free=True)
    smokers = home("ash", kind=HomeKind.CONNECTED_PERSON, smoker=True)
    told = records([four], [smokers], links=(kin("ann", "ash"),))
    assert open_rules(told, "ash", "ann") == {"HLT-05": "needs_sign_off"}
    assert "service manager" in who_signs("HLT-05")
    nobody_said = records([replace(four, smoke_free=None)], [smokers], links=(kin("ann", "ash"),))
    assert open_rules(nobody_said, "ash", "ann") == {}
    assert "HLT-05" in before_confirming(nobody_said, "ash", "ann")
