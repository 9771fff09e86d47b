"""Prices of every tier at once, in whole numbers, and what they prove.

The tiers of a plan are compared in order, first to last. Linear programming duality holds for values compared
so, as it does for single numbers: give every row a price in every tier, the prices of a row compared with
nothing in order not below it, and no plan is worth more than the capacities at their prices, if no column gains
over the prices of what it takes. All is counted in units of one `SCALE`-th, in 64-bit whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.question import Ints

SCALE = 60_480
"""2^6 x 3^3 x 5 x 7: prices are quotients of small whole numbers, and nearly all of them divide this."""
TOO_FAR = 0.02
"""A price further than this from a whole number of `SCALE`-ths is not one of these quotients."""

Floats = NDArray[np.float64]


def in_whole_numbers(prices: Floats) -> Ints | None:
    """Prices of shape (rows, tiers) in units of one `SCALE`-th; None when they are no such quotients."""
    scaled = prices * SCALE
    whole = np.rint(scaled)
    if not np.isfinite(scaled).all() or np.abs(scaled - whole).max(initial=0.0) > TOO_FAR:
        return None
    return whole.astype(np.int64)


def in_order(values: Ints) -> Ints:
    """-1, 0 or 1 for each row of (rows, tiers): below, at or above nothing, the first tier that differs deciding."""
    sign = np.zeros(len(values), dtype=np.int64)
    for tier in range(values.shape[1]):
        undecided = sign == 0
        if not undecided.any():
            break
        sign[undecided] = np.sign(values[undecided, tier])
    return sign


def before(one: Ints, other: Ints) -> bool:
    """Whether one row of values is worth less than another."""
    return tuple(one.tolist()) < tuple(other.tolist())


class Unproved(ArithmeticError):
    """Floating point led nowhere, or its prices prove nothing in whole numbers: ask in another way."""
