"""The homes of a true year: how many, which weeks they take nobody, who says no, and who lives there at the start.

A made-up council has homes of the scenario's kinds, as many as make them as full as England's: over a year of weekly
rounds 60% of approved places are filled, 17% vacant and 23% not available (`fostering.places` of the scenario: 60%,
16% and 23%). A home is not available for months at a time, whether or not somebody lives there; who lives there stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.question import Ints, Mask
from matching.rolling_asked import AskedYear
from matching.rolling_homes import Lived
from matching.rolling_year import NO_HOME
from records.chance import Chance
from records.model import Home, Resident
from sufficiency.households import MONTH, SEGMENTS
from sufficiency.scenario import Scenario
from sufficiency.streams import generator, keys_for, uniform
from sufficiency.usable_filling import OWN_SEGMENT
from sufficiency.usable_places import Spots
from sufficiency.usable_register import Household, made_up_households

Array = npt.NDArray[Any]

HOMES, HELD, SAYS_NO, LIVES, TAKEN = 7911, 7912, 7913, 7914, 7915
"""Purposes of random numbers."""
AWAY: Final = 0.36
"""Homes that are not available in a week. England counts places, 23%; those filled in such homes are not among them."""
FOUND: Final = 0.93
"""Children at the start, for each one who lives in these homes over the year: some find no place here. With `AWAY`,
this is what makes the homes as full as England's (seeds 1 to 5)."""
_ADOPTERS, _HOSTS = SEGMENTS.index("adopters"), SEGMENTS.index("supported_lodgings")


def households_for(
    scenario: Scenario, spots: Spots, day: date, children: dict[str, int], *, times: float, seed: int
) -> tuple[Household, ...]:
    """Homes with as many places for so many children at the start as England has, `times` over.

    `children`: with foster carers, hosts and adopters (keys `foster`, `supported_lodgings`, `adopters`). The mix of
    foster homes is that of the scenario. Which of the made-up homes there are hangs on the seed alone, so that with
    fewer `times` some of the same homes are missing.
    """
    filled = scenario.number("fostering.places.filled_council").value
    full = {kind: max(count, 1) * FOUND / filled for kind, count in children.items()}
    once = made_up_households(scenario, Chance(generator(seed, HOMES, 0)), spots, day)
    there = {kind: sum(one.places for one in once if _kind(one) == kind) for kind in full}
    most = max(full[kind] / max(there[kind], 1) for kind in full)
    made = made_up_households(scenario, Chance(generator(seed, HOMES, 1)), spots, day, times=ceil(most * 1.2) + 1)
    luck = uniform(keys_for(seed, TAKEN, np.arange(len(made))), 0)
    kept: list[int] = []
    for kind, wanted in full.items():
        mine = [at for at in np.argsort(luck, kind="stable").tolist() if _kind(made[at]) == kind]
        places = np.cumsum([made[at].places for at in mine])
        kept += mine[: int(np.searchsorted(places, wanted * times)) + 1]
    return tuple(made[at] for at in sorted(kept))


def _kind(one: Household) -> str:
    return {_ADOPTERS: "adopters", _HOSTS: "supported_lodgings"}.get(one.segment, "foster")


def as_homes(households: Sequence[Household]) -> tuple[tuple[Home, ...], tuple[Resident, ...]]:
    """As a register shows them while nobody is placed there, and who lives there besides."""
    homes = tuple(
        replace(one.home, vacancies=max(one.places - one.withheld, 0), bedrooms_free=one.rooms) for one in households
    )
    return homes, tuple(resident for one in households for resident in one.others)


def closed_weeks(scenario: Scenario, households: Sequence[Household], weeks: int, seed: int) -> Mask:
    """[homes, weeks] not available: for months at a time (`supply.holds.months`), whoever lives there.

    Adopters wait to be matched and are always available.
    """
    lasts = scenario.number("supply.holds.months").value * MONTH / 7
    homes = np.arange(len(households))
    luck = uniform(keys_for(seed, HELD, homes[:, None], np.arange(weeks + 1)), 0)
    closed = np.zeros((len(households), weeks), dtype=np.bool_)
    held = luck[:, 0] < AWAY
    for week in range(weeks):
        if week:
            opens, shuts = 1 / lasts, AWAY / (1 - AWAY) / lasts
            held = np.where(held, luck[:, week] >= opens, luck[:, week] < shuts)
        closed[:, week] = held
    closed[[one.segment == _ADOPTERS for one in households]] = False
    return closed


def refusals(groups: int, homes: int, share: float, seed: int) -> Mask:
    """[groups, homes] whether a carer says no to a group, by lot for each two: the same whoever asks, and whenever."""
    keys = keys_for(seed, SAYS_NO, np.arange(groups)[:, None], np.arange(homes))
    no: Mask = uniform(keys, 0) < share
    return no


def start_of(asked: AskedYear, groups: Ints, segment: Ints, needs: Ints, seed: int) -> Ints:
    """[groups of the year] where some groups live at the start, each where the rules allow it; `NO_HOME`: nowhere.

    The largest families choose first, then by lot; a home meant for such children is taken by most who find one.
    """
    lived = Lived(asked)
    rng = generator(seed, LIVES, 0)
    luck = rng.random((len(asked.year.groups), 2))
    sizes = asked.year.sizes
    vetoed = np.zeros(asked.lawful.shape, dtype=np.bool_)
    for group in sorted(groups.tolist(), key=lambda at: (-sizes[at], luck[at, 0])):
        one = np.array([group], dtype=np.int64)
        fits = lived.usable(one, 0, vetoed)[group]
        near = fits & ((asked.local[group] > 0) | (segment == _ADOPTERS))
        fits = near if near.any() else fits
        meant = fits & (segment == needs[group])
        choice = np.flatnonzero(meant if meant.any() and luck[group, 1] < OWN_SEGMENT else fits)
        if len(choice):
            lived.move_in(group, int(choice[int(luck[group, 0] * 1e6) % len(choice)]))
    return np.where(lived.home >= 0, lived.home, NO_HOME)
