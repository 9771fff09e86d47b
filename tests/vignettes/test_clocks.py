"""Worked cases 20 and 21: a resignation's 28 days, and six working days over Easter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from matching.rules.law import law_on
from records.model import PlacementNeed
from records.working_days import add_working_days
from tests.ordinary import before_confirming, child, home, open_rules, records, years_old


def test_case_20_a_resignation_runs_from_the_day_it_is_received() -> None:
    """Case 20. A carer's letter of 10 January is received on the 12th: approval ends 28 days from the 12th, on
    9 February, and no match may run past that day. The day it was written does not matter.
    """
    received = date(2027, 1, 12)
    ash = home("ash", notice_received_on=received)

    def on(day: date, expected_end: date | None) -> dict[str, str]:
        ann = child("ann", expected_end=expected_end)
        return open_rules(records([ann], [ash], day=day), "ash", "ann")

    assert received + timedelta(days=law_on(received).notice_days) == date(2027, 2, 9)
    assert on(date(2027, 1, 11), None) == {}
    assert on(received, None) == {"FOST-16": "barred"}
    assert on(received, date(2027, 2, 9)) == {}
    assert on(received, date(2027, 2, 10)) == {"FOST-16": "barred"}
    assert on(date(2027, 2, 9), date(2027, 2, 9)) == {}
    assert on(date(2027, 2, 10), date(2027, 2, 10)) == {"FOST-16": "barred"}


def test_case_21_six_working_days_over_easter() -> None:
    """Case 21. An emergency outside the carer's terms begins on the Thursday before Easter 2027. Six working days
    leave out Good Friday, the weekend and Easter Monday; the start counts, which is the earlier deadline, unless
    the reader says otherwise.
    """
    thursday = date(2027, 3, 25)
    days = law_on(thursday).emergency_outside_terms_working_days
    assert days == 6
    assert add_working_days(thursday, days) == date(2027, 4, 5)
    assert add_working_days(thursday, days, start_counts=False) == date(2027, 4, 6)

    ann = child("ann", placement_need=PlacementNeed.EMERGENCY, date_of_birth=years_old(8, on=thursday))
    ash = home("ash", approved_age_max=7)
    told = records([ann], [ash], day=thursday)
    assert open_rules(told, "ash", "ann") == {"FOST-02": "needs_sign_off"}
    assert "05/04/2027" in before_confirming(told, "ash", "ann")["FOST-11"]
    within_terms = records([ann], [replace(ash, approved_age_max=8)], day=thursday)
    assert "FOST-11" not in before_confirming(within_terms, "ash", "ann")
