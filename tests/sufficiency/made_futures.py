"""Made-up needs, homes and futures that fit a made-up forecast: every child stands once, with no model behind them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from sufficiency import groups
from sufficiency.forecast import Forecast
from sufficiency.future import OVERFLOW, Future
from sufficiency.households import SEGMENTS
from sufficiency.supply import REASONS, STAGES, Supply
from sufficiency.wanted import Wanted
from tests.sufficiency.forecasts import days_of, made_up

BEGINS = date(2027, 4, 1)
FAMILIES = tuple(SEGMENTS[:7])
SPECIALIST, HOSTS, ADOPTERS, KIN = (
    SEGMENTS.index(name) for name in ("specialist", "supported_lodgings", "adopters", "kin")
)


@dataclass(frozen=True)
class Made:
    """One forecast and what was played with it."""

    forecast: Forecast
    wanted: Wanted
    future: Future
    supply: Supply

    @property
    def four(self) -> tuple[Forecast, Wanted, Future, Supply]:
        """As the money takes them."""
        return self.forecast, self.wanted, self.future, self.supply


def made(months: int = 12, draws: int = 6, seed: int = 1, households: int = 9) -> Made:
    """A forecast, its children's needs at random, and who of them has a home at random."""
    ends = days_of(BEGINS, months)
    forecast = replace(made_up(months, draws, seed), origin=int(ends[0]) - 29, month_ends=ends)
    rng = np.random.default_rng(seed + 1)
    stock = forecast.stock.sum(axis=3, dtype=np.int64)
    family = stock[:, :, [groups.IN_HOUSE, groups.AGENCY, groups.OTHER_AUTHORITY]].sum(axis=2)
    children = np.zeros((draws, months, len(SEGMENTS)), dtype=np.int32)
    children[..., : len(FAMILIES)] = rng.multinomial(family, np.full(len(FAMILIES), 1 / len(FAMILIES)))
    children[..., SPECIALIST] = rng.binomial(stock[..., groups.RESIDENTIAL], 0.2)
    children[..., HOSTS] = rng.binomial(stock[..., groups.SUPPORTED], 0.3)
    children[..., ADOPTERS] = stock[..., groups.ADOPTION]
    children[..., KIN] = stock[..., groups.KIN]
    came = np.maximum(np.diff(children, axis=1, prepend=0), 0).astype(np.int32)
    wanted = Wanted(forecast.month_ends, children, came, np.zeros((len(SEGMENTS), 5), dtype=np.int32))
    return Made(forecast, wanted, placed(wanted, rng), homes(draws, months, households, rng))


def placed(wanted: Wanted, rng: np.random.Generator, share: float = 0.6) -> Future:
    """Some of the children in homes of their own kind, the others anywhere."""
    draws, months, segments = wanted.children.shape
    at_home = rng.binomial(wanted.children, share).astype(np.int32)
    at_home[..., KIN] = wanted.children[..., KIN]
    own = np.zeros((draws, months, segments, segments), dtype=np.int32)
    for segment in range(segments):
        own[..., segment, segment] = at_home[..., segment]
    over = rng.multinomial(wanted.children - at_home, (0.5, 0.1, 0.3, 0.1)).astype(np.int32)
    nobody = np.zeros((draws, months, segments), dtype=np.int32)
    return Future(
        month_ends=wanted.month_ends,
        own=own,
        over=over,
        met_late=nobody,
        split=nobody[..., 0],
        out_of_area=over.sum(axis=3, dtype=np.int32) // 2,
        places=own.sum(axis=2, dtype=np.int32) + 1,
        usable=own.sum(axis=2, dtype=np.int32),
    )


def homes(draws: int, months: int, households: int, rng: np.random.Generator) -> Supply:
    """As many households of each segment in every month, with some approvals."""
    shape: tuple[int, ...] = (draws, months, len(SEGMENTS))
    sizes: dict[str, tuple[int, ...]] = {one.name: shape for one in fields(Supply)}
    sizes["left"] = (*shape, len(REASONS))
    sizes |= {name: (*shape, len(STAGES)) for name in ("stock", "came", "moved_on", "dropped")}
    counts: dict[str, Any] = {name: np.zeros(size, dtype=np.int32) for name, size in sizes.items()}
    counts["households"] += households
    counts["places"] += 2 * households
    counts["available"] += 2 * households - households // 3
    counts["staying_put"][..., 1] += 1
    counts["approved"] = rng.poisson(0.2, shape).astype(np.int32)
    counts["transfers"] = rng.poisson(0.05, shape).astype(np.int32)
    counts["left"][..., 0] = rng.poisson(0.01 * households, shape)
    counts["came"][..., 0] = rng.poisson(3, shape)
    return Supply(**counts)


def nobody(one: Made) -> Made:
    """The same months and households with no child."""

    def none(played: Any) -> Any:
        changed = {}
        for field in fields(played):
            value = getattr(played, field.name)
            keep = field.name in ("month_ends", "parts", "origin", "starts")
            changed[field.name] = value if keep else np.zeros_like(value)
        return type(played)(**changed)

    return Made(none(one.forecast), none(one.wanted), none(one.future), one.supply)


def twice(one: Made) -> Made:
    """The same with two children for each."""

    def double(played: Any) -> Any:
        changed = {}
        for field in fields(played):
            value = getattr(played, field.name)
            keep = field.name in ("month_ends", "parts", "origin", "at_start", "starts")
            changed[field.name] = value if keep else 2 * value
        return type(played)(**changed)

    return Made(double(one.forecast), double(one.wanted), double(one.future), one.supply)


__all__ = ["OVERFLOW", "Made", "homes", "made", "nobody", "placed", "twice"]
