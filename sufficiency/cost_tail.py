"""The few places in children's homes that cost very much: how many a council has in a year, and at what price.

Prices above a threshold fall off as a power (Pareto): of N such places in England the dearest is expected, at its
median, at `threshold * (N / ln 2) ** (1 / index)`, and from the dearest that was seen the index follows. How many a
council has at a time is Poisson. Both are drawn anew for each financial year, and what they add is taken off the price
of all other places, so that the mean over futures stays what the scenario says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.streams import keys_for, uniform
from sufficiency.supply_chance import arrivals

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

PLACES, PRICES = 8002, 8003
"""Purposes of the random numbers drawn here."""
MOST_OF_BILL: Final = 0.5
"""The most of the bill that very costly places may be expected to take: with more, fewer of them are drawn."""
LEAST_INDEX: Final = 1.05
"""With a smaller index there would be hardly a mean."""
TAIL_KEYS: Final = (
    "cost.very_costly.placements",
    "cost.very_costly.highest",
    "cost.tail.from",
    "cost.tail.part_of_year",
    "cost.tail.children_all_councils",
    "cost.tail.children",
)


@dataclass(frozen=True, slots=True)
class Tail:
    """Very costly places of one council, in multiples of the mean price."""

    places: float
    """Expected at a time."""
    children: float
    """In children's homes at a time."""
    least: float
    """Where very costly begins, over the mean price."""
    all_places: float
    """Such places in England in a year."""
    highest: float
    """The dearest of those, over where very costly begins."""

    @property
    def index(self) -> float:
        """Of the power by which prices fall off."""
        if self.highest <= 1 or self.all_places <= 1:
            return math.inf
        return max(LEAST_INDEX, math.log(self.all_places / math.log(2)) / math.log(self.highest))

    @property
    def mean(self) -> float:
        """Of a very costly place, over the mean price of all."""
        return self.least if math.isinf(self.index) else self.least * self.index / (self.index - 1)

    @property
    def expected(self) -> float:
        """Very costly places at a time, as they are drawn."""
        if not math.isfinite(self.mean):
            return 0.0
        return min(self.places, MOST_OF_BILL * self.children / max(self.mean, 1.0))


def tail_factor(tail: Tail, seed: int, futures: Array, years: Array) -> Floats:
    """[draws, years] price of a place over its mean, with the very costly places of each financial year.

    Its mean over futures is 1.
    """
    futures, years = np.asarray(futures, dtype=np.int64), np.asarray(years, dtype=np.int64)
    shape = (len(futures), len(years))
    expected = tail.expected
    if expected <= 0:
        return np.ones(shape)
    future, year = np.ix_(futures, years)
    number = arrivals(np.full(shape, expected), uniform(keys_for(seed, PLACES, future, year), 0))
    number = np.minimum(number, math.floor(tail.children))
    cell = np.repeat(np.arange(number.size), number.ravel())
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number.ravel(), number.ravel())
    key = keys_for(seed, PRICES, futures[cell // shape[1]], years[cell % shape[1]])
    price = tail.least * uniform(key, nth) ** (-1 / tail.index)
    dear = np.bincount(cell, price, minlength=number.size).reshape(shape)
    share = expected / tail.children
    others = (1 - share * tail.mean) / (1 - share)
    return np.asarray((1 - number / tail.children) * others + dear / tail.children)
