"""A small made-up area and register for the tests of usable homes: no postcode directory is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from matching.policy import read_policy
from records.chance import Chance
from records.model import Provider, Records, Resident, ResidentStatus
from sufficiency.households import SEGMENTS
from sufficiency.scenario import baseline
from sufficiency.usable_asking import Told
from sufficiency.usable_children import wanted_of
from sufficiency.usable_days import Setting
from sufficiency.usable_places import Spots
from sufficiency.usable_register import Household, made_up_households

DAY = date(2026, 11, 2)
TRAFFORD, MANCHESTER, STOCKPORT = "E08000009", "E08000003", "E08000007"
EACH = 40


@cache
def spots() -> Spots:
    """Forty postcodes in each of three areas side by side, a quarter of a mile apart."""
    at = np.arange(3 * EACH)
    codes = np.array([f"M{one // 10:<3}{one % 10}AA" for one in at], dtype="S7")
    order = np.argsort(codes)
    rings = tuple(np.flatnonzero((order // EACH) == ring) for ring in range(3))
    east, north = 375_000 + 400 * at, 392_000 + 400 * (at % 7)
    return Spots(
        TRAFFORD, codes[order], east[order], north[order], order // EACH, (TRAFFORD, MANCHESTER, STOCKPORT), rings
    )


@cache
def told() -> Told:
    """The policy as it comes."""
    return Told(DAY, TRAFFORD, read_policy())


@cache
def households() -> tuple[Household, ...]:
    """Every third home of the baseline's kinds."""
    return made_up_households(baseline(), Chance(np.random.default_rng(1)), spots(), DAY)[::3]


def setting(**changes: object) -> Setting:
    """Few homes, and few groups to ask about."""
    made = Setting((told(),), (spots(),), 7, wanted_of(baseline()), households(), living=3, asked=2)
    return replace(made, **changes)  # type: ignore[arg-type]


def records() -> Records:
    """The same homes as a register shows them: one child lives in each, and one home is on hold."""
    homes, residents = [], []
    for at, one in enumerate(households()):
        held = at == 0
        vacancies = 0 if held else max(one.places - 1, 0)
        homes.append(replace(one.home, vacancies=vacancies, bedrooms_free=vacancies, on_hold=held))
        status = ResidentStatus.LODGER if SEGMENTS[one.segment] == "supported_lodgings" else ResidentStatus.FOSTERED
        born = date(2009, 5, 1) if status is ResidentStatus.LODGER else date(2016, 5, 1)
        if one.home.provider is Provider.IN_HOUSE:
            residents.append(Resident(one.home.home_id, f"R{at}", status, born, "F"))
        residents += one.others
    return Records(DAY, homes=tuple(homes), residents=tuple(residents))
