from datetime import date

import pytest

from records.working_days import add_working_days, is_working_day

MAUNDY_THURSDAY = date(2026, 4, 2)


@pytest.mark.parametrize(
    ("start_counts", "last_day"),
    [(True, date(2026, 4, 13)), (False, date(2026, 4, 14))],
    ids=["the start day counts", "the start day does not count"],
)
def test_case_21_emergency_outside_terms_before_easter(start_counts: bool, last_day: date) -> None:
    """Six working days from the Thursday before Easter skip Good Friday, two weekends and Easter Monday."""
    # 2, 7, 8, 9, 10, 13 April; or 7, 8, 9, 10, 13, 14.
    assert add_working_days(MAUNDY_THURSDAY, 6, start_counts=start_counts) == last_day


def test_the_earlier_deadline_is_the_default() -> None:
    """Unless told otherwise the start day counts, so that nobody is late by a reading of the law."""
    assert add_working_days(MAUNDY_THURSDAY, 6) == date(2026, 4, 13)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 4, 2), True),
        (date(2026, 4, 3), False),
        (date(2026, 4, 4), False),
        (date(2026, 4, 5), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2022, 9, 19), False),
        (date(2026, 3, 17), True),
        (date(2026, 11, 30), True),
    ],
    ids=[
        "Thursday",
        "Good Friday",
        "Saturday",
        "Easter Sunday",
        "Easter Monday",
        "Tuesday",
        "Christmas Day",
        "Monday in lieu of Boxing Day on a Saturday",
        "Tuesday after it",
        "the state funeral of 2022",
        "St Patrick's Day, Northern Ireland only",
        "St Andrew's Day, Scotland only",
    ],
)
def test_bank_holidays_are_those_of_england(day: date, working: bool) -> None:
    """Weekends and England's bank holidays are not working days; other nations' are."""
    assert is_working_day(day) is working


def test_a_start_on_a_day_off_counts_from_the_next_working_day() -> None:
    """From Good Friday one working day ends on the Tuesday, whether or not the start day counts."""
    good_friday = date(2026, 4, 3)
    assert add_working_days(good_friday, 1, start_counts=True) == date(2026, 4, 7)
    assert add_working_days(good_friday, 1, start_counts=False) == date(2026, 4, 7)


def test_a_limit_may_cross_the_new_year() -> None:
    """Bank holidays of both years are skipped."""
    assert add_working_days(date(2026, 12, 24), 5, start_counts=True) == date(2027, 1, 4)


def test_no_days_is_an_error() -> None:
    """A limit of no working days says what is wrong instead of giving a day."""
    with pytest.raises(ValueError, match="the least is 1"):
        add_working_days(MAUNDY_THURSDAY, 0)
