"""What every rule is told besides the group and the homes: the day, the council, its law and its policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matching.policy import Policy
    from matching.rules.law import Law


@dataclass(frozen=True, slots=True)
class Asked:
    """The round in which a rule is asked. `council` is the GSS code of the responsible council."""

    day: date
    council: str | None
    law: Law
    policy: Policy

    @property
    def today(self) -> np.datetime64:
        """The round's day, for comparing with columns of dates."""
        return np.datetime64(self.day, "D")


Dates = NDArray[np.datetime64]
