"""Need and supply played out together: which children have a home of the council's own, and where the others live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int32]

OVERFLOW: Final = ("agency", "other_authority", "residential", "out_of_area")
"""Where a child without a home of the council's own may live."""


@dataclass(frozen=True, slots=True)
class Future:
    """Children month by month in each future, on the last day of the month. D draws, M months, S segments.

    `own` summed over homes, and `over` summed over places, add up to `Wanted.children`, in every future and month.
    """

    month_ends: npt.NDArray[np.int64]
    own: Counts
    """[D, M, needs, homes] who live in the council's own homes."""
    over: Counts
    """[D, M, needs, overflow] who do not: their need is unmet."""
    met_late: Counts
    """[D, M, needs] who came to a home of the council's own in the month after they had lived elsewhere."""
    split: Counts
    """[D, M] children who need to live with brothers or sisters and do not."""
    out_of_area: Counts
    """[D, M, needs] of those in `over`, who live outside the council's area."""
    places: Counts
    """[D, M, homes] places available, filled or vacant."""
    usable: Counts
    """[D, M, homes] places filled, and vacant ones that a child who needs one may live in."""
