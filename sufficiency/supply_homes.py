"""What becomes of approved households month by month: they leave, are held, keep a young person; others join.

Everything that happens to a household is its own luck, by purpose and by month, so that two scenarios differ only in
what they change. A month goes in this order: leaving, places that an order takes for good, Staying Put, holds, joining.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.households import ADOPTERS, KIN, SEGMENTS, UNKNOWN, Households
from sufficiency.leaving import AGES, CELLS, TENURES
from sufficiency.pipeline import Pipeline
from sufficiency.streams import keys_for, uniform
from sufficiency.supply_chance import (
    HOME,
    KIN_COMES,
    KIN_HOME,
    NEVER,
    TRANSFER,
    TRANSFERS,
    Figures,
    arrivals,
    months_until,
)
from sufficiency.supply_pulls import Effects
from sufficiency.supply_settings import SupplySettings

Array = npt.NDArray[Any]
Homes = dict[str, Array]
"""Name to [households]; see `_made`."""

REASONS: Final = ("carer", "service", "other_service", "permanence")
"""The carer, or host, gives up or, an adopter, is matched; the service ends it; they go over to another service; an
order to the carers took the last place."""
PERMANENCE: Final = REASONS.index("permanence")
_OF = {name: index for index, name in enumerate(SEGMENTS)}
_CARERS = ("mainstream_0_4", "mainstream_5_10", "mainstream_11_15", "teenagers", "siblings_two")
_LASTING = (*_CARERS, "siblings_three_or_more", "specialist")
HELD: Final = np.isin(SEGMENTS, (*_LASTING, "parent_and_child", "short_breaks", "supported_lodgings"))
"""[segments] may be held: relatives, friends and adopters are for one child, or wait for one."""
STAYS: Final = np.isin(SEGMENTS, (*_LASTING, "kin"))
"""[segments] may keep a young person after 18 under Staying Put, which is of foster carers."""
ORDERS: Final = np.isin(SEGMENTS, _LASTING)
"""[segments] may lose a place to an order; relatives and friends who do so leave, and are in their rate."""
TRANSFERRED: Final = np.isin(SEGMENTS, (*_LASTING, "parent_and_child", "short_breaks"))

_LEAVE, _REASON, _PLACES, _AGE, _AGE_IN, _TENURE, _TENURE_IN, _WHICH, _RETIRE = range(9)
_HOLD, _ORDER, _STAY, _STAY_END, _STAY_AFTER = (4096 * k for k in range(1, 6))
"""What a household's stream is asked for: once, or once a month (and the month is added)."""
_AGE_FROM: Final = np.array([30.0, 50.0, 60.0]) * 12
_AGE_WIDE: Final = np.array([20.0, 10.0, 10.0]) * 12
_TENURE_FROM: Final = np.array([0.0, 24.0, 60.0])
_TENURE_WIDE: Final = np.array([24.0, 36.0, 120.0])


@dataclass(frozen=True, slots=True)
class Lives:
    """Counts at the end of each month, or in it; each [draws, months, segments], `left` with the reasons too."""

    households: npt.NDArray[np.int32]
    held: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    available: npt.NDArray[np.int32]
    staying_put: npt.NDArray[np.int32]
    approved: npt.NDArray[np.int32]
    transfers: npt.NDArray[np.int32]
    left: npt.NDArray[np.int32]


def play_homes(
    start: Households,
    figures: Figures,
    settings: SupplySettings,
    effects: Effects,
    seed: int,
    months: int,
    pipeline: Pipeline,
) -> Lives:
    """Play `months` months of the households there are and of those that join."""
    size = (len(figures.futures), months, len(SEGMENTS))
    rates = _Rates(start, figures, settings, effects)
    approved, transferred = _joiners(figures, settings, effects, seed, months, pipeline)
    joiners = _joined(approved, transferred)
    joiners = _kept(joiners, np.argsort(joiners["joins"], kind="stable"))
    first = np.searchsorted(joiners["joins"], np.arange(months + 1))
    homes = _at_start(start, figures, settings, seed, rates)
    counts = {name: np.zeros(size, dtype=np.int32) for name in ("homes", "held", "places", "available", "stay")}
    left = np.zeros((*size, len(REASONS)), dtype=np.int32)
    for m in range(months):
        why = rates.month(homes, m)
        gone = why >= 0
        cell = np.ravel_multi_index((homes["draw"][gone], homes["segment"][gone], why[gone]), left[:, 0].shape)
        left[:, m] = np.bincount(cell, minlength=left[:, 0].size).reshape(left[:, 0].shape)
        homes = _kept(homes, ~gone)
        new = _kept(joiners, slice(first[m], first[m + 1]))
        rates.begin(new, m)
        homes = _joined(homes, new)
        at = homes["draw"] * size[2] + homes["segment"]
        free = np.where(homes["held"], 0, homes["places"] - homes["stay"])
        for name, what in (
            ("homes", None),
            ("held", homes["held"]),
            ("places", homes["places"]),
            ("available", free),
            ("stay", homes["stay"]),
        ):
            counts[name][:, m] = np.bincount(at, what, minlength=size[0] * size[2]).reshape(size[0], size[2])
    return Lives(
        counts["homes"],
        counts["held"],
        counts["places"],
        counts["available"],
        counts["stay"],
        _by_month(approved, size),
        _by_month(transferred, size),
        left,
    )


class _Rates:
    """How often things happen to households in each future, and their happening."""

    def __init__(self, start: Households, figures: Figures, settings: SupplySettings, effects: Effects) -> None:
        spans = figures.spans
        adopters, kin = spans["adopters_leaving"], spans["kin_leaving"]
        self.leaving = np.column_stack([figures.rates, kin, adopters]) / 12
        self.staying = effects.staying
        retiring = effects.retiring
        self.retiring = None if retiring is None else np.pad(np.cumsum(retiring, axis=1), ((0, 0), (1, 0)))
        self.reasons = np.cumsum([1 - settings.by_service - settings.to_other_service, settings.by_service])
        months = spans["staying_put_months"]
        self.stay, self.stay_ends = spans["staying_put"] / 12, 1 / months
        self.order = spans["permanence"] / 12
        # Those who stay put are among the places that are not available, and must not be counted twice.
        mean = start.places[STAYS[start.segment]].mean() if STAYS[start.segment].any() else 2.0
        self.share_held = np.clip(spans["not_available"] - self.stay * months / mean, 0.0, 0.99)
        self.back = 1 / spans["hold_months"]
        self.away = self.back * self.share_held / (1 - self.share_held)

    def begin(self, homes: Homes, month: int) -> None:
        """Ask for the first of everything that may happen to households that are new in a month."""
        draw = homes["draw"]
        self._next_hold(homes, np.ones(len(draw), dtype=bool), month)
        for name, may, rate, turn in (("stays_at", STAYS, self.stay, _STAY), ("order_at", ORDERS, self.order, _ORDER)):
            often = np.where(may[homes["segment"]], rate[draw], 0.0)
            homes[name] = month + 1 + months_until(often, uniform(homes["key"], turn + month + 1))
        self._next_end(homes, np.ones(len(draw), dtype=bool), month, _STAY_END)

    def month(self, homes: Homes, month: int) -> Array:
        """Play one month of `homes`; returns each one's reason for leaving, or -1."""
        why = self._leaves(homes, month)
        self._orders(homes, month, why)
        self._stays(homes, month)
        switches = homes["hold_at"] == month
        homes["held"] = homes["held"] ^ switches
        self._next_hold(homes, switches, month)
        return why

    def _leaves(self, homes: Homes, month: int) -> Array:
        segment, draw = homes["segment"], homes["draw"]
        tenure, age = month - homes["approved"], month - homes["born"]
        cell = ((tenure >= TENURES[0]).astype(np.int64) + (tenure >= TENURES[1])) * (len(AGES) + 1)
        cell += (age >= AGES[0]).astype(np.int64) + (age >= AGES[1])
        own = (segment == KIN) | (segment == ADOPTERS)
        cell = np.where(own, np.where(segment == KIN, CELLS, CELLS + 1), cell)
        homes["hazard"] = homes["hazard"] + self.leaving[draw, cell] * np.where(own, 1.0, self.staying[draw, month])
        retires = self._retires(homes, own, month)
        goes = (homes["hazard"] >= homes["threshold"]) | (homes["leaves_at"] == month) | retires
        why = np.full(len(draw), -1, dtype=np.int64)
        at = uniform(homes["key"][goes], _REASON)
        # Adopters are matched or give up, and notice and retirement are the carer's: no other reason.
        only = (segment[goes] == ADOPTERS) | (homes["leaves_at"][goes] == month) | retires[goes]
        why[goes] = np.where(only, 0, np.searchsorted(self.reasons, at, side="right"))
        return why

    def _retires(self, homes: Homes, own: Array, month: int) -> Array:
        """Who of 60 and more retires because of the lever: a luck of its own, beside that of leaving."""
        if self.retiring is None:
            return np.zeros(len(own), dtype=bool)
        since = np.maximum(np.maximum(homes["joins"] + 1, homes["born"] + AGES[1]), 0)
        draw = homes["draw"]
        met = self.retiring[draw, month + 1] - self.retiring[draw, np.minimum(since, month + 1)]
        retires = ~own & (met > 0)
        some = np.flatnonzero(retires)
        retires[some] = met[some] >= -np.log(uniform(homes["key"][some], _RETIRE))
        return np.asarray(retires)

    def _orders(self, homes: Homes, month: int, why: Array) -> None:
        taken = np.flatnonzero((homes["order_at"] == month) & (why < 0))
        homes["places"][taken] -= 1
        why[taken[homes["places"][taken] == 0]] = PERMANENCE
        draw, key = homes["draw"][taken], homes["key"][taken]
        homes["order_at"][taken] = month + 1 + months_until(self.order[draw], uniform(key, _ORDER + month + 1))
        homes["stay"][taken] = np.minimum(homes["stay"][taken], homes["places"][taken])

    def _stays(self, homes: Homes, month: int) -> None:
        ends = (homes["stay_ends_at"] == month) & (homes["stay"] > 0)
        homes["stay"][ends] -= 1
        self._next_end(homes, ends, month, _STAY_END)
        begins = homes["stays_at"] == month
        draw, key = homes["draw"][begins], homes["key"][begins]
        homes["stays_at"][begins] = month + 1 + months_until(self.stay[draw], uniform(key, _STAY + month + 1))
        begins &= homes["stay"] < homes["places"]
        homes["stay"][begins] += 1
        self._next_end(homes, begins, month, _STAY_AFTER)

    def _next_end(self, homes: Homes, some: Array, month: int, turn: int) -> None:
        """When the first of the arrangements of a household ends: each has the same chance every month."""
        rate = self.stay_ends[homes["draw"][some]] * homes["stay"][some]
        wait = months_until(rate, uniform(homes["key"][some], turn + month + 1))
        homes["stay_ends_at"][some] = np.where(homes["stay"][some] > 0, month + 1 + wait, NEVER)

    def _next_hold(self, homes: Homes, some: Array, month: int) -> None:
        draw = homes["draw"][some]
        rate = np.where(homes["held"][some], self.back[draw], self.away[draw])
        # Nobody who is held stays so for ever, whatever the segment: only going on hold is left out for some.
        rate = np.where(HELD[homes["segment"][some]] | homes["held"][some], rate, 0.0)
        wait = months_until(rate, uniform(homes["key"][some], _HOLD + month + 1))
        homes["hold_at"][some] = month + 1 + wait


# ---- who is there, and who comes -----------------------------------------------------------------------------------


def _at_start(start: Households, figures: Figures, settings: SupplySettings, seed: int, rates: _Rates) -> Homes:
    """The households of today in every future; what a register does not say is drawn."""
    draws, number = len(figures.futures), len(start)
    draw = np.repeat(np.arange(draws), number)
    key = keys_for(seed, HOME, figures.futures[draw], np.tile(start.luck, draws))
    tenure, age = np.tile(start.tenure, draws), np.tile(start.age, draws)
    tenure = np.where(tenure == UNKNOWN, _tenure(key, settings.tenures), tenure)
    age = np.where(age == UNKNOWN, _age(key, settings.ages), age)
    homes = _made(draw, np.tile(start.segment, draws), key, np.tile(start.places, draws), -1 - tenure, -1 - age)
    homes["held"], homes["stay"] = np.tile(start.held, draws), np.tile(start.staying_put, draws)
    homes["leaves_at"] = np.tile(start.leaves_in, draws)
    if start.assumed:
        segment = homes["segment"]
        homes["held"] = HELD[segment] & (uniform(key, _HOLD - 1) < rates.share_held[draw])
        share = (rates.stay / rates.stay_ends)[draw]
        homes["stay"] = (STAYS[segment] & (uniform(key, _STAY - 1) < share)).astype(np.int64)
    rates.begin(homes, -1)
    back = np.tile(start.back_in, draws)
    homes["hold_at"] = np.where(homes["held"] & (back != UNKNOWN), back, homes["hold_at"])
    return homes


def _joiners(
    figures: Figures, settings: SupplySettings, effects: Effects, seed: int, months: int, pipeline: Pipeline
) -> tuple[Homes, Homes]:
    """Those approved, relatives and friends among them, and those who come over from agencies."""
    draw, month, kin = _come(figures, figures.spans["kin_approved"][:, None], seed, months, (KIN_COMES, KIN_HOME))
    from_pipeline = _new(pipeline.draw, pipeline.month, pipeline.segment, pipeline.luck, figures, settings)
    relatives = _new(draw, month, np.full(len(draw), KIN), kin, figures, settings)
    over = figures.spans["transfers_in"][:, None] + effects.transfers
    draw, month, key = _come(figures, over, seed, months, (TRANSFERS, TRANSFER))
    shares = np.where(TRANSFERRED, [span[1] for span in settings.enquiries], 0.0)
    shares = shares if shares.any() else TRANSFERRED.astype(np.float64)
    at = uniform(key, _WHICH)
    segment = np.searchsorted(np.cumsum(shares) / shares.sum(), at, side="right")
    transferred = _new(draw, month, segment, key, figures, settings)
    transferred["approved"] = month - _tenure(key, settings.tenures)
    transferred["born"] = month - _age(key, settings.ages)
    return _joined(from_pipeline, relatives), transferred


def _come(
    figures: Figures, a_year: Array, seed: int, months: int, purposes: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """Future, month and stream of each household that comes beside the pipeline."""
    future, month = np.ix_(figures.futures, np.arange(months))
    number = arrivals(
        np.maximum(a_year, 0.0) / 12 * np.ones(months), uniform(keys_for(seed, purposes[0], future, month), 0)
    )
    cell = np.repeat(np.arange(number.size), number.ravel())
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number.ravel(), number.ravel())
    draw, when = np.unravel_index(cell, number.shape)
    return draw, when, keys_for(seed, purposes[1], figures.futures[draw], when, nth)


def _new(draw: Array, month: Array, segment: Array, key: Array, figures: Figures, settings: SupplySettings) -> Homes:
    """Households that are approved in `month`."""
    places = np.maximum(1, np.floor(figures.places[draw, segment] + uniform(key, _PLACES))).astype(np.int64)
    return _made(draw, segment, key, places, month, month - _age(key, settings.new_ages), month)


def _made(
    draw: Array, segment: Array, key: Array, places: Array, approved: Array, born: Array, joins: Array | None = None
) -> Homes:
    """Households to whom nothing has happened. Months: 0 the first that is played."""
    number = len(draw)
    return {
        "draw": draw,
        "segment": segment,
        "key": key,
        "places": places,
        "approved": approved,
        "born": born,
        "joins": np.full(number, -1, dtype=np.int64) if joins is None else joins,
        "hazard": np.zeros(number),
        "threshold": -np.log(uniform(key, _LEAVE)),
        "leaves_at": np.full(number, UNKNOWN, dtype=np.int64),
        "held": np.zeros(number, dtype=bool),
        "hold_at": np.full(number, NEVER, dtype=np.int64),
        "stay": np.zeros(number, dtype=np.int64),
        "stays_at": np.full(number, NEVER, dtype=np.int64),
        "stay_ends_at": np.full(number, NEVER, dtype=np.int64),
        "order_at": np.full(number, NEVER, dtype=np.int64),
    }


def _tenure(key: Array, shares: tuple[float, ...]) -> Array:
    return _banded(uniform(key, _TENURE), uniform(key, _TENURE_IN), shares, _TENURE_FROM, _TENURE_WIDE)


def _age(key: Array, shares: tuple[float, ...]) -> Array:
    return _banded(uniform(key, _AGE), uniform(key, _AGE_IN), shares, _AGE_FROM, _AGE_WIDE)


def _banded(which: Array, where: Array, shares: tuple[float, ...], begins: Array, wide: Array) -> Array:
    """Whole months: a band by its share, and any month of it alike."""
    band = np.minimum(np.searchsorted(np.cumsum(shares), which, side="right"), len(shares) - 1)
    return np.asarray(np.floor(begins[band] + where * wide[band]), dtype=np.int64)


def _kept(homes: Homes, some: Any) -> Homes:
    return {name: values[some] for name, values in homes.items()}


def _joined(one: Homes, other: Homes) -> Homes:
    return {name: np.concatenate([values, other[name]]) for name, values in one.items()}


def _by_month(homes: Homes, size: tuple[int, int, int]) -> npt.NDArray[np.int32]:
    cell = np.ravel_multi_index((homes["draw"], homes["joins"], homes["segment"]), size)
    return np.bincount(cell, minlength=size[0] * size[1] * size[2]).reshape(size).astype(np.int32)
