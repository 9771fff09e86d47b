"""Who is paid for what in each month of each future: the lines that a council's bill for placements is made of.

Children are counted once: each child of the forecast stands in one line on every day. What goes with households,
beds and orders stands in lines of its own, beneath the placement group it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency import groups
from sufficiency.cost_settings import (
    AGENCY,
    HOSTS,
    OTHER_AUTHORITY,
    OUT_OF_AREA,
    RESIDENTIAL,
    CostSettings,
    Weekly,
    drawn_figure,
    month_days,
)
from sufficiency.forecast import Forecast
from sufficiency.future import OVERFLOW, Future
from sufficiency.households import ADOPTERS, KIN, SEGMENTS
from sufficiency.supply import Supply
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Line = tuple[str, str]

CHILDREN: Final[tuple[Line, ...]] = (
    ("foster_kin", "own"),
    ("foster_in_house", "own"),
    ("foster_agency", "agency"),
    ("foster_agency", "out_of_area"),
    ("foster_other_authority", "other_authority"),
    ("residential", "own"),
    ("residential", "block"),
    ("residential", "private"),
    ("residential", "out_of_area"),
    ("secure", "public"),
    ("supported", "own"),
    ("supported", "private"),
    ("placed_for_adoption", "own"),
    ("placed_for_adoption", "agency"),
    ("placed_for_adoption", "other_authority"),
    ("with_parents", "parents"),
    ("other", "other"),
)
"""Lines of children: placement group, and who looks after them."""
BESIDE: Final[tuple[Line, ...]] = (
    ("foster_kin", "recruitment"),
    ("foster_kin", "support"),
    ("foster_kin", "staying_put"),
    ("foster_kin", "special_guardianship"),
    ("foster_in_house", "recruitment"),
    ("foster_in_house", "support"),
    ("foster_in_house", "retainer"),
    ("foster_in_house", "staying_put"),
    ("residential", "own_empty"),
    ("residential", "block_empty"),
    ("supported", "recruitment"),
    ("supported", "support"),
    ("placed_for_adoption", "recruitment"),
    ("placed_for_adoption", "fees"),
    ("other", "travel"),
)
"""Lines of what is paid beside: placement group, and for what."""
LINES: Final = (*CHILDREN, *BESIDE)

CARERS: Final = tuple(k for k in range(len(SEGMENTS)) if k not in (KIN, HOSTS, ADOPTERS))
"""Households whose children count as with the council's own foster carers."""


@dataclass(frozen=True, slots=True)
class Item:
    """Pounds of one line; `weeks` are the child-weeks they are for, where they are for children."""

    line: Line
    pounds: Floats
    """[draws, months]"""
    weeks: Floats | None = None


def check_alike(forecast: Forecast, wanted: Wanted, future: Future, supply: Supply) -> None:
    """Raise ValueError where the four were not played together: then no child could be counted once."""
    shape = forecast.stock.shape[:2]
    for name, counts in (
        ("the needs", wanted.children),
        ("the future", future.over),
        ("the supply", supply.households),
    ):
        if counts.shape[:2] != shape:
            raise ValueError(
                f"The forecast has {shape[0]} futures of {shape[1]} months, and {name} {counts.shape[0]} of "
                f"{counts.shape[1]}: money can only be counted where they were played together."
            )
    stock = forecast.stock.sum(axis=3, dtype=np.int64)
    families = [*groups.FOSTER, groups.ADOPTION]
    beside = [groups.RESIDENTIAL, groups.SUPPORTED]
    placed = future.own_by_home.sum(axis=2, dtype=np.int64) + future.unmet.sum(axis=2, dtype=np.int64)
    from_beside = [SEGMENTS.index("specialist"), HOSTS]
    needs = np.delete(wanted.children, from_beside, axis=2).sum(axis=2, dtype=np.int64)
    if (
        np.any(needs != stock[:, :, families].sum(axis=2))
        or np.any(wanted.children[:, :, from_beside] > stock[:, :, beside])
        or np.any(placed != wanted.children.sum(axis=2, dtype=np.int64))
    ):
        raise ValueError(
            "The needs are not those of the forecast, or the future is not of those needs: some children would be "
            "counted twice and others not at all. Make all of them from one forecast."
        )


def items(
    forecast: Forecast,
    wanted: Wanted,
    future: Future,
    supply: Supply,
    settings: CostSettings,
    costs: Weekly,
    *,
    seed: int,
    first: int = 0,
) -> Iterator[Item]:
    """Everything that is paid, line by line; a line may come more than once, at different prices.

    `first` is the number of the first future.
    """
    days = month_days(forecast.origin, forecast.month_ends)
    weeks = days / 7
    futures = np.arange(first, first + len(forecast.stock))
    months = len(days)
    over = _through(future.over)
    by_home = _through(future.own_by_home)
    stock = _through(forecast.stock.sum(axis=3))
    fees = settings.pulls.effect("fees", seed, futures, months)

    def child(line: Line, children: Floats, price: Floats) -> Item:
        return Item(line, children * weeks * price, children * weeks)

    for home in range(len(SEGMENTS)):
        price = costs.own_by_home[home]
        if home == HOSTS:
            yield child(("supported", "own"), by_home[..., home], price)
        elif home == ADOPTERS:
            yield child(("placed_for_adoption", "own"), by_home[..., home], price)
        else:
            line = ("foster_kin", "own") if home == KIN else ("foster_in_house", "own")
            yield child(line, by_home[..., home], price + fees)
    for need in range(len(SEGMENTS)):
        for place in range(len(OVERFLOW)):
            there = over[..., need, place]
            if place == RESIDENTIAL and need not in (HOSTS, ADOPTERS):
                continue  # with all children in children's homes, below
            if place == OUT_OF_AREA and need not in (HOSTS, ADOPTERS):
                in_homes = there * costs.far_in_homes[:, None]
                yield child(("residential", "out_of_area"), in_homes, costs.over(need, RESIDENTIAL))
                yield child(("foster_agency", "out_of_area"), there - in_homes, costs.over(need, AGENCY))
            else:
                yield child(line_of(need, place), there, costs.over(need, place))
    yield from _other_groups(stock, _through(wanted.children), weeks, costs)
    homes = np.delete(over[..., RESIDENTIAL], [HOSTS, ADOPTERS], axis=2).sum(axis=2)
    specialist = _through(wanted.children[..., SEGMENTS.index("specialist")])
    in_homes = stock[..., groups.RESIDENTIAL] - specialist + homes
    yield from _beds(in_homes, weeks, settings, costs, seed, futures)
    yield from _households(supply, weeks, settings, costs, seed, futures)
    yield from _beside(forecast, wanted, future, supply, by_home, weeks, settings, costs, seed, futures)


def line_of(need: int, place: int) -> Line:
    """The line of a child who needs such a household and lives in a place of `OVERFLOW`.

    Children whom only a place out of the area took count there with those in children's homes; the bill has the
    fostered among them in a line of their own.
    """
    if need == HOSTS:
        return ("supported", "private")
    if need == ADOPTERS:
        return ("placed_for_adoption", "other_authority" if place == OTHER_AUTHORITY else "agency")
    return {
        AGENCY: ("foster_agency", "agency"),
        OTHER_AUTHORITY: ("foster_other_authority", "other_authority"),
        RESIDENTIAL: ("residential", "private"),
        OUT_OF_AREA: ("residential", "out_of_area"),
    }[place]


# ---- parts ---------------------------------------------------------------------------------------------------------


def _through(counts: Array) -> Floats:
    """Mean counts of each month, from those at its end and at the end of the month before; the first has one end."""
    counts = counts.astype(np.float64)
    mean = counts.copy()
    mean[:, 1:] = (counts[:, 1:] + counts[:, :-1]) / 2
    return mean


def _other_groups(stock: Floats, wanted: Floats, weeks: Array, costs: Weekly) -> Iterator[Item]:
    """Groups that the play of homes does not move."""
    supported = stock[..., groups.SUPPORTED] - wanted[..., HOSTS]
    for line, children, price in (
        (("secure", "public"), stock[..., groups.SECURE], "secure"),
        (("supported", "private"), supported, "supported"),
        (("with_parents", "parents"), stock[..., groups.PARENTS], "parents"),
        (("other", "other"), stock[..., groups.OTHER], "elsewhere"),
    ):
        yield Item(line, children * weeks * costs.of[price], children * weeks)


def _beds(
    in_homes: Floats, weeks: Array, settings: CostSettings, costs: Weekly, seed: int, futures: Array
) -> Iterator[Item]:
    """Children's homes: the council's own beds first, then block beds, then places bought one at a time."""
    block_beds = settings.block_beds + settings.pulls.effect("block_beds", seed, futures, in_homes.shape[1])
    left = in_homes
    for name, price, beds in (
        ("own", costs.of["own_beds"], np.full(in_homes.shape, settings.own_beds)),
        ("block", costs.of["block"], np.maximum(block_beds, 0.0)),
    ):
        filled = np.minimum(left, beds * settings.filled)
        left = left - filled
        yield Item(("residential", name), filled * weeks * price, filled * weeks)
        yield Item(("residential", f"{name}_empty"), (beds - filled) * weeks * price)
    yield Item(("residential", "private"), left * weeks * costs.of["spot"], left * weeks)


def _households(
    supply: Supply, weeks: Array, settings: CostSettings, costs: Weekly, seed: int, futures: Array
) -> Iterator[Item]:
    """Recruiting, assessing and supporting households, and places that young people keep."""
    approved, transfers, enquiries = supply.approved, supply.transfers, supply.came[..., 0]
    transfer = drawn_figure(settings, "transfer", seed, futures)[:, None]
    supervise = costs.of["supervise"] * costs.marginal_share[:, None]
    hosts = costs.of["hosts"] * costs.marginal_share[:, None]
    there, stay = _through(supply.households), _through(supply.staying_put)
    for group, some, support in (
        ("foster_kin", [KIN], supervise),
        ("foster_in_house", list(CARERS), supervise),
        ("supported", [HOSTS], hosts),
        ("placed_for_adoption", [ADOPTERS], None),
    ):
        new = approved[..., some].sum(axis=2) + transfer * transfers[..., some].sum(axis=2)
        price = costs.of["assess_kin" if group == "foster_kin" else "recruit"]
        asked = enquiries[..., some].sum(axis=2) * costs.of["enquiry"]
        yield Item((group, "recruitment"), new * price + asked)
        if support is not None:
            yield Item((group, "support"), there[..., some].sum(axis=2) * weeks * support)
        if group in ("foster_kin", "foster_in_house"):
            yield Item((group, "staying_put"), stay[..., some].sum(axis=2) * weeks * costs.of["staying_put"])


def _beside(
    forecast: Forecast,
    wanted: Wanted,
    future: Future,
    supply: Supply,
    by_home: Floats,
    weeks: Array,
    settings: CostSettings,
    costs: Weekly,
    seed: int,
    futures: Array,
) -> Iterator[Item]:
    """Retainers, allowances of special guardians, adoption fees, journeys."""
    some = list(CARERS)
    empty = np.maximum(_through(supply.available)[..., some] - by_home[..., some], 0.0).sum(axis=2)
    yield Item(("foster_in_house", "retainer"), empty * weeks * costs.of["retainer"])

    paid = drawn_figure(settings, "paid", seed, futures)
    stays = 1 - 1 / (12 * drawn_figure(settings, "years", seed, futures))
    orders = forecast.exits[..., groups.GUARDIANSHIP].sum(axis=2)
    with_guardians = np.zeros(orders.shape)
    now = np.zeros(len(futures))
    for m in range(orders.shape[1]):
        # half of those of the month itself: they leave in the middle of it, on average
        with_guardians[:, m] = now + paid * orders[:, m] / 2
        now = (now + paid * orders[:, m]) * stays
    yield Item(("foster_kin", "special_guardianship"), with_guardians * weeks * costs.of["guardianship"])

    matched = forecast.moves[..., groups.ADOPTION].sum(axis=2) - forecast.moves[..., groups.ADOPTION, groups.ADOPTION]
    matched = matched + forecast.entries[:, :, groups.ADOPTION].sum(axis=2)
    with_adopters = np.maximum(wanted.children[..., ADOPTERS], 1)
    of_agencies = drawn_figure(settings, "agency_adopters", seed, futures)[:, None]
    councils = costs.of["fee_other_authority"]
    either = of_agencies * costs.of["fee_agency"] + (1 - of_agencies) * councils
    fee = np.zeros(orders.shape)
    for place in range(len(OVERFLOW)):
        share = future.over[..., ADOPTERS, place] / with_adopters
        fee += matched * share * (councils if place == OTHER_AUTHORITY else either)
    yield Item(("placed_for_adoption", "fees"), fee)
    away = _through(future.out_of_area.sum(axis=2))
    yield Item(("other", "travel"), away * weeks * costs.of["travel"])
