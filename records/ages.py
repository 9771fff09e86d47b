"""How old somebody is on a day."""

from __future__ import annotations

from datetime import date


def age_on(born: date, day: date) -> int:
    """Count the birthdays somebody has had by the end of `day`, in whole years.

    Somebody born on 29 February has a birthday on 1 March in a year that has no 29 February.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
