"""Futures played in blocks, laid end to end, are those played in one go: to the byte, however they are cut."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufficiency.forecast import Forecast
from sufficiency.history import History, history_of
from sufficiency.homes_play import Played, play_homes
from sufficiency.homes_start import Start, living_now, start_of
from sufficiency.levers import Pull, Pulls
from sufficiency.need_charts import before
from sufficiency.need_settings import NeedSettings
from sufficiency.run import fit_need, play_need
from sufficiency.scenario import baseline
from sufficiency.segments import Segments, segments
from sufficiency.usable import packaged_usable
from tests.sufficiency.histories import Councils, lives

DRAWS, MONTHS, SEED = 30, 14, 5
PULLED = {
    "fees": (10.0, 20.0, 40.0),
    "block_beds": (1.0, 2.0, 4.0),
    "agency_share": (-0.2, -0.1, 0.0),
    "agency_prices": (0.0, 0.02, 0.05),
    "retention": (0.1, 0.2, 0.3),
    "recruitment.teenagers": (5.0, 20.0, 40.0),
    "supported_lodgings_scheme": (2.0, 6.0, 12.0),
    "demand": (0.0, 0.1, 0.2),
}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Two years of made-up lives."""
    people, rows = lives(11, 60, date(2019, 4, 1), date(2021, 3, 31))
    councils = Councils()
    council = councils.add(*rows, people=people, years=(2020, 2021))
    return history_of(councils.read(tmp_path_factory.mktemp("blocks")), council)


@pytest.fixture(scope="module")
def pulls() -> Pulls:
    """Levers that draw a number of their own for each future, in every model."""
    return Pulls({name: Pull(name, span, (0.5, 1.0)) for name, span in PULLED.items()})


@pytest.fixture(scope="module")
def found(history: History) -> Segments:
    """Who homes are for."""
    return segments(history, baseline(), seed=SEED)


@pytest.fixture(scope="module")
def start(history: History) -> Start:
    """The homes that are assumed."""
    return start_of(baseline(), living_now(before(history).stock[-1]))


@pytest.fixture(scope="module")
def forecast(history: History, pulls: Pulls) -> Forecast:
    """Need in every future."""
    model = fit_need(history, NeedSettings(pulls=pulls.working_in("need")))
    return play_need(model, months=MONTHS, draws=DRAWS, seed=SEED, parts=False)


def some_of(forecast: Forecast, begin: int, end: int) -> Forecast:
    """Some of its futures."""
    names = ("stock", "entries", "exits", "moves")
    return replace(forecast, **{name: getattr(forecast, name)[begin:end] for name in names})


def arrays(played: Played) -> dict[str, np.ndarray]:
    """Everything that has one row for each future."""
    parts: dict[str, Any] = {
        "supply": played.supply,
        "wanted": played.wanted,
        "future": played.future,
        "costs": played.costs,
    }
    alike = {"month_ends", "at_start", "years", "whole", "lines"}
    return {
        f"{name}.{one.name}": getattr(part, one.name)
        for name, part in parts.items()
        for one in fields(part)
        if one.name not in alike
    }


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.sets(st.integers(1, DRAWS - 1), min_size=1, max_size=4))
def test_futures_in_blocks_are_those_of_one_go(
    history: History, forecast: Forecast, found: Segments, start: Start, pulls: Pulls, cuts: set[int]
) -> None:
    """Supply, needs, homes and pounds of every future, however the futures are cut; what is of none is the same."""

    def played(begin: int, end: int) -> Played:
        some = some_of(forecast, begin, end)
        return play_homes(history, some, found, start, packaged_usable(), pulls, seed=SEED, first=begin)

    whole = played(0, DRAWS)
    blocks = [played(*ends) for ends in pairwise((0, *sorted(cuts), DRAWS))]
    parts = [arrays(block) for block in blocks]
    for name, values in arrays(whole).items():
        joined = np.concatenate([part[name] for part in parts])
        assert joined.dtype == values.dtype, name
        assert joined.tobytes() == values.tobytes(), name
    for block in blocks:
        assert block.wanted.at_start.tobytes() == whole.wanted.at_start.tobytes()
        assert (block.costs.years, block.costs.lines) == (whole.costs.years, whole.costs.lines)
