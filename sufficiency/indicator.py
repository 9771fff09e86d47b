"""One published measure of the children in care, with what it counts and what it cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

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
    """One measure on 31 March of one year."""

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
    """The children in care on 31 March: positions, in one order, of what is theirs in a history that ends there."""

    history: History
    """As it was known at the end of that day."""
    year: int
    placements: Ints
    carers: Ints
    stays: Ints

    @property
    def periods(self) -> Ints:
        """Their periods."""
        return self.history.placements.period[self.placements]

    def __len__(self) -> int:
        return len(self.placements)


def first_of_april(year: int) -> int:
    """1 April of a calendar year, as a whole day."""
    return int(np.datetime64(f"{year:04d}-04-01", "D").astype(np.int64))
