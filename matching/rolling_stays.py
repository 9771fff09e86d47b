"""How long stays last: the longer a child has lived in a home, the less often the stay ends, and at 18 it is over.

One rate for everybody would have a home of a child who came last month stand open as late as that of one who has lived
there for years, and a family that has just moved in stay as long as a baby who goes to adopters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.question import Ints

Floats = NDArray[np.float64]
BEFORE = -1
"""The week in which those who were there at the start came to live there."""


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """How often stays came to their end in the year before, and what is known of each group on the first day."""

    bands: Ints
    """[bands] the week of a stay in which each band begins, rising from 0; the last has no end."""
    ends: Floats
    """[kinds, bands] share of such stays that end or break down in a week; 18th birthdays apart."""
    kind: Ints
    """[groups of the year] an index into the first axis of `ends`."""
    been: Ints
    """[groups of the year] weeks lived in the home of the first day, for those who live in one then."""
    grown: Ints
    """[groups of the year] weeks until the youngest is 18, from the first day or, where that is later, from coming."""

    def ending(self, lasted: Ints, weeks: int) -> Floats:
        """[groups of the year, weeks] the chance that a stay that has lasted so many weeks, [groups of the year], and
        has not ended since, ends in each of the weeks from now; birthdays apart."""
        week = lasted[:, None] + np.arange(weeks)
        found: Floats = self.ends[self.kind[:, None], np.searchsorted(self.bands, week, side="right") - 1]
        return found

    def going_on(self, left: Ints, weeks: int) -> Floats:
        """[groups of the year, weeks] the chance that a stay that begins now is not over before each week from now.

        `left`, [groups of the year]: weeks until it is over in any case.
        """
        still = np.cumprod(1.0 - self.ending(np.zeros_like(left), weeks), axis=1)
        found = np.ones_like(still)
        found[:, 1:] = still[:, :-1]
        found[np.arange(weeks) >= left[:, None]] = 0.0
        return found

    def drawn(self, lasted: Ints, left: Ints, weeks: int, rng: np.random.Generator) -> Ints:
        """[groups of the year] the weeks for which each stay still goes on, at least one, drawn by lot; `weeks` + 1
        where it does not end within so many. `lasted` and `left` as above."""
        over = rng.random((len(lasted), weeks)) < self.ending(lasted, weeks)
        found = np.where(over.any(axis=1), over.argmax(axis=1) + 1, weeks + 1)
        return np.minimum(found, np.maximum(left, 1)).astype(np.int64)
