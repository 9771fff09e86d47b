"""One scenario played out: need, the council's own homes, which children they take, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from sufficiency.cost import Costs, cost_of
from sufficiency.cost_settings import cost_settings
from sufficiency.forecast import Forecast
from sufficiency.future import Future, play_future
from sufficiency.history import History
from sufficiency.homes_start import Start
from sufficiency.levers import Pulls
from sufficiency.referrals import Referrals
from sufficiency.segments import Segments
from sufficiency.supply import Supply, play_supply, supply_settings
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted, wanted_from

Array = npt.NDArray[Any]
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """The same futures throughout: the first of need is the first of supply, of homes and of money."""

    forecast: Forecast
    supply: Supply
    wanted: Wanted
    future: Future
    costs: Costs


def play_homes(
    history: History,
    forecast: Forecast,
    found: Segments,
    start: Start,
    usable: Usable,
    pulls: Pulls,
    *,
    seed: int,
    workers: int = 1,
    supply: Supply | None = None,
    referrals: Referrals | None = None,
    ids: Array | None = None,
    first: int = 0,
    step: Step = lambda _: None,
) -> Played:
    """Play the homes of a forecast of need, with these levers pulled.

    `supply` saves playing one again that these levers leave as it was. The same forecast, start and seed give the same
    result for any number of workers. `referrals` and `ids`, those of the return's children, are as in `wanted_from`:
    what the bracket of need is told, the gap is told too. `first` is the number of the forecast's first future: what is
    played in blocks, laid end to end, is what is played in one go. Raises ValueError for figures of the scenario that
    do not go together.
    """
    scenario = start.scenario
    draws, months = forecast.stock.shape[:2]
    if supply is None:
        step("Playing the council's own homes")
        settings = supply_settings(scenario, pulls=pulls)
        supply = play_supply(
            start.households, settings, months=months, draws=draws, seed=seed, workers=workers, first=first
        )
    step("Working out what homes children need")
    wanted = wanted_from(history, forecast, found, scenario, seed=seed, referrals=referrals, ids=ids, first=first)
    step("Placing children in every future")
    future = play_future(wanted, supply, usable, start.future(pulls), seed=seed, first=first)
    step("Counting the cost")
    costs = cost_of(forecast, wanted, future, supply, cost_settings(scenario, pulls), seed=seed, first=first)
    return Played(forecast, supply, wanted, future, costs)
