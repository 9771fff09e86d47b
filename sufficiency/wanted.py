"""What homes children need: the forecast of need, told by the segment of household that would suit each child."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Children who need a family's home. Needs are indexed as `households.SEGMENTS`; nobody needs `short_breaks`."""

    month_ends: npt.NDArray[np.int64]
    children: Counts
    """[draws, months, needs] on the last day of the month."""
    came: Counts
    """[draws, months, needs] whose need of such a home began in the month."""
    at_start: Counts
    """[needs, 1 + overflow] on the day before the first month, by where they live: the council's own homes, then as
    `future.OVERFLOW`."""
