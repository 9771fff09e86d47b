"""Dates as people, case systems and spreadsheets write them, into days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from records.cells import Outcome, garbled, mended, odd_digits, straight

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_TIMED = re.compile(
    r"(?P<day>[^ T]+)(?: +|T)(?P<time>(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)"
    r" ?(?P<zone>Z|UTC|GMT|BST|[+-][0-9]{2}:?[0-9]{2})?"
)
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]{1,20})?")
_DATE_FORM = "Give the date as YYYY-MM-DD or DD/MM/YYYY."
_EXCEL_DAY_0 = date(1899, 12, 30)
_YEARS = range(1900, 2101)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Spelt out, so that the words do not depend on the computer's language."""


def day_in_words(one: date) -> str:
    """A date as people write it: 3 April 2026."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def day(text: str) -> Outcome:
    """Read a date: `YYYY-MM-DD` or `DD/MM/YYYY`, years 1900 to 2100, ordinary digits.

    Midnight after it, as exports write it, is nothing; another time of day is passed over, and said.
    """
    plain = straight(text)
    timed = _TIMED.fullmatch(plain)
    if timed is None:
        return _day(plain)
    read = _day(timed["day"])
    if read.garbled or not timed["time"].strip("0:."):
        return read
    if timed["zone"]:
        return garbled(
            "The time of day is that of a time zone, so the day may be the one before or after in England.", _DATE_FORM
        )
    return mended(read.value, "The time of day is not used; only the day is read.", _DATE_FORM)


def _day(text: str) -> Outcome:
    if match := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in match.groups())
    else:
        return _not_a_date(text)
    if year not in _YEARS:
        return garbled(f"The year {year} is not between 1900 and 2100.", _DATE_FORM)
    try:
        return Outcome(date(year, month, number))
    except ValueError:
        return garbled("There is no such day.", _DATE_FORM)


def _not_a_date(text: str) -> Outcome:
    serial = _SERIAL.fullmatch(text)
    if serial and (would_be := _EXCEL_DAY_0 + timedelta(days=int(serial[1]))).year in _YEARS:
        return garbled(
            f"This looks like Excel's number for a day. It would be {would_be.isoformat()}, "
            "but it is not used without somebody saying so.",
            f"Format the column as a date in Excel, or type {would_be.isoformat()}.",
        )
    if odd_digits(text):
        return garbled("The digits are not the ordinary digits 0 to 9.", _DATE_FORM)
    return garbled("This is not a date in either form that is read.", _DATE_FORM)
