"""Prices from the linear relaxation, and what they prove in whole numbers.

The relaxation is solved in floating point, so nothing it says is taken on trust: any prices that are not
negative prove a bound, and that bound is worked out again here from rounded prices in exact integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching.question import Ints, Mask
from matching.solvers.families import PricedFamilies, Whole

EXACT_BITS = 61
"""Whole numbers are kept below this many bits, safely inside 64."""
FINEST_BITS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A proved bound and what each column loses against it, in units of one `scale`-th."""

    scale: int
    scaled_bound: int
    scaled_gain: Ints
    """Shape (columns,): value of the column less the prices of what it takes. Of a column that is part of a family
    taken whole: what the best of the family's patterns with it is worth less than the best of all, or less than that.
    """
    families: PricedFamilies | None = None

    @property
    def bound(self) -> int:
        """No choice of columns is worth more, in whole numbers."""
        return self.scaled_bound // self.scale

    def may_reach(self, target: int) -> Mask:
        """The columns that may be part of a choice worth at least `target`; the others are proved not to be."""
        room = self.scaled_bound - self.scale * target
        return np.minimum(self.scaled_gain, 0) >= -room


def prices_of(
    values: Ints, matrix: csr_array, capacity: Ints, floors: csr_array, floor: Ints, seconds: float
) -> Prices | None:
    """Prices for: most `values @ x` with `matrix @ x <= capacity`, `floors @ x >= floor`, x 0 or 1.

    None when the relaxation could not be solved in the time.
    """
    if seconds <= 0:
        return None
    upper = vstack([matrix, -floors], format="csr") if len(floor) else matrix
    limits = np.concatenate((capacity, -floor))
    if not len(values) or not len(limits):
        return proved(values, upper, limits, np.zeros(len(limits)))
    outcome = linprog(  # type: ignore[call-overload]  # the stubs know of no sparse matrices
        -values.astype(np.float64),
        A_ub=upper.astype(np.float64),
        b_ub=limits.astype(np.float64),
        bounds=(0.0, 1.0),
        method="highs-ds",
        options={"time_limit": seconds},
    )
    if outcome.status != 0:
        return None
    return proved(values, upper, limits, np.maximum(-outcome.ineqlin.marginals, 0.0))


def proved(
    values: Ints,
    upper: csr_array,
    limits: Ints,
    prices: np.typing.NDArray[np.float64],
    lead: Ints | None = None,
    whole: Whole | None = None,
) -> Prices:
    """The bound that prices, none negative, prove: what is for sale at its price, and every column's gain over it.

    `lead`, shape (columns,): a row in which the column has 1, or -1. Columns that share a row of capacity one cannot
    all be taken, so that raising its price by the greatest gain may prove more than paying every gain; the better
    of the two counts. `whole`: of the columns of these families, no more than one pattern each is chosen.
    """
    size = abs(upper)
    largest = max(
        float(np.abs(values).max(initial=0)) * (len(values) + 1),
        float((size.T @ prices).max(initial=0.0)) * 2 + 1,
        float(np.abs(limits) @ prices) * 2 + 1,
        1.0,
    )
    if largest >= 2.0**EXACT_BITS:
        prices, largest = np.zeros_like(prices), float(np.abs(values).max(initial=1)) * (len(values) + 1)
    bits = max(min(FINEST_BITS, EXACT_BITS - math.ceil(math.log2(largest)) - 1), 0)
    scale = 1 << bits
    rounded = np.rint(prices * scale).astype(np.int64)
    gain = scale * values - upper.T @ rounded
    of_families = None if whole is None else whole.priced(gain, scale, rounded)
    alone = gain if of_families is None else np.where(of_families.member, 0, gain)
    paid = 0 if of_families is None else sum(of_families.best)
    best = Prices(scale, int(limits @ rounded) + int(np.maximum(alone, 0).sum()) + paid, gain, of_families)
    if lead is not None and (led := (lead >= 0) & (alone > 0)).any():
        rise = np.zeros(len(rounded), dtype=np.int64)
        np.maximum.at(rise, lead[led], alone[led])
        if float(np.abs(limits) @ (rounded + rise).astype(np.float64)) * 2 < 2.0**EXACT_BITS:
            raised = gain - upper.T @ rise
            of_raised = raised if of_families is None else np.where(of_families.member, 0, raised)
            bound = int(limits @ (rounded + rise)) + int(np.maximum(of_raised, 0).sum()) + paid
            if bound < best.scaled_bound:
                best = Prices(scale, bound, raised, of_families)
    if of_families is None:
        return best
    return replace(best, scaled_gain=np.where(of_families.member, of_families.loss, best.scaled_gain))
