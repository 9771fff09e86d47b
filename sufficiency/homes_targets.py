"""Targets and savings of the futures that were played: the same usable homes, places elsewhere and money."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.cost_settings import CostSettings, cost_settings, general_growth, weekly
from sufficiency.forecast import Forecast
from sufficiency.future import OVERFLOW, Future, play_future
from sufficiency.future_play import limits_of
from sufficiency.future_settings import FutureSettings
from sufficiency.groups import RESIDENTIAL
from sufficiency.homes_play import Played, Step
from sufficiency.homes_start import Start
from sufficiency.households import SEGMENTS
from sufficiency.levers import Pulls
from sufficiency.rooms import shares_of
from sufficiency.saving import Saving, saving_per_approval
from sufficiency.supply import Supply, supply_settings
from sufficiency.targets import Effort, Targets, solve_targets
from sufficiency.targets_from import FAMILY, Calendar, Prices, Rooms, aim_of, question_of
from sufficiency.targets_frontier import Point, frontier
from sufficiency.targets_question import NO_LIMIT, TargetQuestion
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

_AT: Final = np.array([SEGMENTS.index(name) for name in FAMILY])
_AGENCY, _RESIDENTIAL = OVERFLOW.index("agency"), OVERFLOW.index("residential")
_HOSTS, _SPECIALIST = FAMILY.index("supported_lodgings"), FAMILY.index("specialist")
LEVELS: Final = (0.0, 0.7, 0.8, 0.9, 0.95)
"""Promises that are set beside the one that was asked."""
_FUTURES: Final = 200
"""Futures that savings are worked out on: each kind of household is a play of its own."""


def targets_of(
    played: Played, start: Start, usable: Usable, pulls: Pulls, *, seed: int, workers: int, step: Step
) -> Targets:
    """The approvals that keep the scenario's promise. Raises ValueError where there is too little to promise it for."""
    question = asked_of(played, start, usable, pulls, seed=seed)
    aim = aim_of(start.scenario, Calendar.of(played.wanted.month_ends))
    effort = Effort(workers=workers)
    return solve_targets(question, aim, effort=effort, seed=seed, progress=lambda words: step(_said(words)))


def frontier_of(targets: Targets, *, seed: int) -> tuple[Point, ...]:
    """What it costs to promise more or less than was asked, level by level; the first promises nothing."""
    asked = targets.asked
    return frontier(targets.question, asked, levels=sorted({*LEVELS, asked.level}), seed=seed)


def asked_of(played: Played, start: Start, usable: Usable, pulls: Pulls, *, seed: int) -> TargetQuestion:
    """The question of targets: as it was played, so that the plan and the gap speak of the same homes."""
    scenario, wanted = start.scenario, played.wanted
    settings = start.future(pulls)
    in_homes = (
        played.forecast.stock[:, :, RESIDENTIAL].sum(axis=2) - wanted.children[:, :, SEGMENTS.index("specialist")]
    )
    question = question_of(
        wanted,
        played.supply,
        usable,
        prices_of(played.forecast, wanted, cost_settings(scenario, pulls), seed=seed),
        scenario,
        settings=supply_settings(scenario, pulls=pulls),
        rooms=rooms_of(wanted, settings, seed=seed),
        need_homes=np.maximum(in_homes, 0),
    )
    shares = shares_of(usable, settings.usual_occupancy)
    every, each = shares.every[_AT], shares.each[np.ix_(_AT, _AT)]
    # Only places that can be used at all are places of a plan, and each need's share is of those.
    return replace(
        question,
        usable=np.clip(np.divide(each, every[:, None], out=np.zeros_like(each), where=every[:, None] > 0), 0.0, 1.0),
        places=question.places * every,
        brings=question.brings * every,
        keeps=question.keeps * every,
    )


def savings_of(played: Played, start: Start, usable: Usable, pulls: Pulls, *, seed: int) -> tuple[Saving, ...]:
    """What one more household of each kind saves, approved in the first month."""
    settings = start.future(pulls)
    return saving_per_approval(
        played.forecast,
        played.wanted,
        played.supply,
        cost_settings(start.scenario, pulls),
        partial(_play, usable, settings, seed),
        seed=seed,
        futures=_FUTURES,
        segments=tuple(name for name in FAMILY),
    )


def prices_of(forecast: Forecast, wanted: Wanted, settings: CostSettings, *, seed: int) -> Prices:
    """What things cost in each quarter, averaged over futures, months and the children who would live there."""
    calendar = Calendar.of(forecast.month_ends)
    futures = np.arange(len(forecast.stock))
    costs = weekly(settings, seed=seed, futures=futures, origin=forecast.origin, month_ends=forecast.month_ends)

    def quarterly(monthly: Floats) -> Floats:
        return np.asarray(calendar.quarterly(monthly).mean(axis=0), dtype=np.float64)

    many = wanted.children[:, :, _AT].mean(axis=(0, 1))
    weight = many / many.sum() if many.sum() else np.full(len(FAMILY), 1 / len(FAMILY))
    own = sum(w * quarterly(costs.own_by_home[at]) for w, at in zip(weight, _AT, strict=True))
    # Paid for each child with foster carers; hosts are paid otherwise.
    fees = settings.pulls.effect("fees", seed, futures, len(forecast.month_ends))
    own = own + (1 - weight[_HOSTS]) * quarterly(fees)
    elsewhere = [
        sum(w * quarterly(costs.over(int(need), place)) for w, need in zip(weight, _AT, strict=True))
        for place in range(len(OVERFLOW))
    ]
    support = np.full(len(FAMILY), (costs.of["supervise"].mean(axis=1) * costs.marginal_share).mean())
    support[_HOSTS] = (costs.of["hosts"].mean(axis=1) * costs.marginal_share).mean()
    inflation = float(general_growth(settings, seed, futures).mean())
    return Prices(
        own=np.asarray(own),
        elsewhere=np.column_stack(elsewhere),
        bed=quarterly(costs.of["block"]),
        recruit=np.full(len(FAMILY), costs.of["recruit"].mean()),
        support=support,
        discount=(1 + settings.discount) * (1 + inflation) - 1,
    )


def rooms_of(wanted: Wanted, settings: FutureSettings, *, seed: int) -> Rooms:
    """How many children can live elsewhere: the limits that the futures were played with.

    There they bind fostered children. Young people who could live with hosts have providers of their own, and children
    who could leave a children's home have their place there: so much room is added.
    """
    calendar = Calendar.of(wanted.month_ends)
    draws, months = wanted.children.shape[:2]
    played = limits_of(settings, wanted.at_start, seed, draws, months)
    most = calendar.quarterly(np.minimum(played, NO_LIMIT))
    children = calendar.quarterly(wanted.children)[..., _AT]
    most[:, :, _AGENCY] += children[..., _HOSTS]
    most[:, :, _RESIDENTIAL] += children[..., _SPECIALIST]
    takes = Rooms.without_limit(1, 1).takes
    return Rooms(np.minimum(most, NO_LIMIT), takes)


def _play(usable: Usable, settings: FutureSettings, seed: int, wanted: Wanted, supply: Supply) -> Future:
    return play_future(wanted, supply, usable, settings, seed=seed)


def _said(words: str) -> str:
    """A step of the solver as the other steps are told."""
    return words[:1].upper() + words[1:]
