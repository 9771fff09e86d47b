"""What the change of the children in care is made of, future by future: who starts, and who leaves by which way.

Children now, and those who start, less those who leave, are the children then: in each future, so in means too. It is
told of all children alone: by kind of home its parts are of a few children, and where one kind is hidden, nought in all
would tell it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reporting.fact import Facts
from sufficiency.forecast import Forecast
from sufficiency.groups import EXITS
from sufficiency.position_key import BAND
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import Array, Months, rows_of, spreads

PARTS: Final = ("entry", *EXITS)
"""Those who start are added, those who leave taken away."""
YEAR: Final = 12


def change_facts(forecast: Forecast, months: Months) -> Facts:
    """Each part of the change from today to the end of every whole year, or to the last month of a shorter forecast."""
    many = len(months.ends)
    at = list(range(YEAR - 1, many, YEAR)) or [many - 1]
    ends = [months.ends[k] for k in at]
    return TABLES["forecast.change"].facts(rows_of((ends, PARTS), spreads(change_parts(forecast)[:, at], BAND)))


def change_parts(forecast: Forecast) -> Array:
    """[draws, months, parts] children, added up from the first month on."""
    started = forecast.entries.sum(axis=(2, 3))[..., None]
    return np.cumsum(np.concatenate([started, forecast.exits.sum(axis=2)], axis=2), axis=1)
