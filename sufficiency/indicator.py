"""One published measure of the children in care, with what it counts and what it cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from sufficiency.need_words import MONTH_NAMES, date_of
from sufficiency.stays import History, Ints


class Unit(StrEnum):
    """What the value of a measure is."""

    SHARE = "share"
    """Children of children."""
    DAYS = "days"
    """Mean days a child."""
    PER_1000_DAYS = "per 1,000 care days"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure at the end of one day: 31 March of a year, or another end of a quarter."""

    name: str
    title: str
    unit: Unit
    numerator: int
    """Children, or the sum of their days, or moves."""
    denominator: int
    """Children, or days in care."""
    unknown: int
    """Children of whom it is not known whether (or for how long); the caveat says where they are counted."""
    definition: str
    caveat: str

    @property
    def value(self) -> float | None:
        """The measure in its unit; None where there is nothing to measure."""
        if not self.denominator:
            return None
        return (1000.0 if self.unit is Unit.PER_1000_DAYS else 1.0) * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Present:
    """The children in care on a day: positions, in one order, of what is theirs in a history that ends there."""

    history: History
    """As it was known at the end of that day."""
    placements: Ints
    carers: Ints
    stays: Ints

    @property
    def periods(self) -> Ints:
        """Their periods."""
        return self.history.placements.period[self.placements]

    @property
    def year(self) -> int:
        """The collection year of the return that the day is in: that in which its last 31 March lies."""
        day = date_of(self.history.until - 1)
        return day.year + (day.month > 3)

    @property
    def last(self) -> str:
        """The day, as "31 March"."""
        return _of_the_year(self.history.until - 1)

    def months_before(self, months: int) -> int:
        """The day so many months before the day after: the first of the months that end with the day."""
        return months_before(self.history.until, months)

    def first_said(self, months: int) -> str:
        """The first day of the months that end with the day, as "1 April"."""
        return _of_the_year(self.months_before(months))

    def __len__(self) -> int:
        return len(self.placements)


def months_before(day: int, months: int) -> int:
    """The day of the month so many months before a first of a month, as a whole day; ValueError for another day."""
    one = date_of(day)
    if one.day != 1:
        raise ValueError(f"Months are counted back from the first of one, and {one.isoformat()} is none.")
    year, month = divmod(12 * one.year + one.month - 1 - months, 12)
    return (date(year, month + 1, 1) - date(1970, 1, 1)).days


def _of_the_year(day: int) -> str:
    one = date_of(day)
    return f"{one.day} {MONTH_NAMES[one.month - 1]}"


def first_of_april(year: int) -> int:
    """1 April of a calendar year, as a whole day."""
    return int(np.datetime64(f"{year:04d}-04-01", "D").astype(np.int64))
