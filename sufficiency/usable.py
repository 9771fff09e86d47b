"""A vacancy counts only if a child who needs one may live there: the share of vacancies that each need can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Usable:
    """Shares learnt from the matcher on simulated days; it never rises with occupancy.

    Homes and needs are both indexed as `households.SEGMENTS`: what a household is for, and what a child needs.
    """

    knots: npt.NDArray[np.float64]
    """[knots] occupancy: filled places over available places, rising from 0 to 1."""
    share: npt.NDArray[np.float64]
    """[knots, homes, needs] share of the vacant places of such homes that a child with such a need may live in; for
    brothers and sisters, all of the family together."""
    error: float
    """Mean absolute error against the matcher on days that were held out, as a share (0.02: two points)."""
    days: int
    """Simulated days that it was learnt from."""
    source: str
    """Where it comes from, in words: the council's own register, or assumed."""

    def at(self, occupancy: Array) -> npt.NDArray[np.float64]:
        """[..., homes, needs] the shares at an occupancy of [..., homes]; straight lines between knots."""
        occupancy = np.clip(np.asarray(occupancy, dtype=np.float64), self.knots[0], self.knots[-1])
        after = np.clip(np.searchsorted(self.knots, occupancy, side="right"), 1, len(self.knots) - 1)
        before = self.knots[after - 1]
        part = (occupancy - before) / (self.knots[after] - before)
        homes = np.arange(self.share.shape[1])
        low, high = self.share[after - 1, homes], self.share[after, homes]
        return np.asarray(low + (high - low) * part[..., None])
