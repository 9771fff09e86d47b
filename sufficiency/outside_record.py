"""How many children live outside the council's area, by who cares for them: the return's own record of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from records.geography import Directory
from sufficiency.groups import AGENCY, OTHER_AUTHORITY, RESIDENTIAL
from sufficiency.history import History
from sufficiency.indicators import present_on
from sufficiency.scenario_values import Span
from sufficiency.where_placed import where_placed

GROUPS: Final = (AGENCY, OTHER_AUTHORITY, RESIDENTIAL)
"""In the order of the first places of `future_settings.OVERFLOW`."""
LEAST: Final = 10
"""With fewer children the scenario's share stands."""
ENDS: Final = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """Children on the last day of the return, by who cares for them: agencies, other councils, children's homes."""

    outside: npt.NDArray[np.int64]
    """[3] placed outside the council's area."""
    known: npt.NDArray[np.int64]
    """[3] of whom it can be told."""

    def span(self, place: int) -> Span | None:
        """The share outside, with the interval in which it lies in 9 of 10; None where too few are known."""
        some, known = int(self.outside[place]), int(self.known[place])
        if known < LEAST:
            return None
        low, high = (float(stats.beta.ppf(end, some + 0.5, known - some + 0.5)) for end in ENDS)
        return low, float(np.clip(some / known, low, high)), high


def outside_record(history: History, directory: Directory, council: str = "") -> OutsideRecord | None:
    """What the return says of today; None where it does not end on a 31 March, or does not tell the council's area.

    `council` is its GSS code; without one it is taken to be where most of the children's homes are.
    """
    day = date.fromisoformat(str(np.datetime64(history.until, "D")))
    if (day.month, day.day) != (4, 1):
        return None
    present = present_on(history, day.year)
    where = where_placed(present, directory, council)
    if not where.council:
        return None
    group = present.history.placements.group[present.placements]
    told = [where.outside[group == one] for one in GROUPS]
    return OutsideRecord(
        outside=np.array([int((one == 1).sum()) for one in told]),
        known=np.array([int((one >= 0).sum()) for one in told]),
    )
