"""What a scenario says about money, as the model takes it, and what each thing costs in each future and month."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.cost_tail import TAIL_KEYS, Tail, tail_factor
from sufficiency.future import OVERFLOW
from sufficiency.households import ADOPTERS, KIN, SEGMENTS, luck_of
from sufficiency.levers import NO_PULLS, Pulls, pulls_given
from sufficiency.scenario import Choice, Scenario
from sufficiency.scenario_values import UNDATED, Quantity, Span, in_digits, within
from sufficiency.streams import keys_for, uniform

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

PRICE: Final = 8001
"""Purpose of the random numbers drawn here."""
HOSTS: Final = SEGMENTS.index("supported_lodgings")
PARENT_AND_CHILD: Final = SEGMENTS.index("parent_and_child")
DEARER: Final = (PARENT_AND_CHILD, SEGMENTS.index("specialist"))
"""Households whose carers are paid the enhanced rate."""
AGENCY, OTHER_AUTHORITY, RESIDENTIAL, OUT_OF_AREA = range(len(OVERFLOW))
YEAR: Final = 365.25
"""Days."""

_PRICES: Final = MappingProxyType(
    {
        "kin": ("cost.connected_foster", "connected_foster", "foster"),
        "own_foster": ("cost.in_house_foster", "in_house_foster", "foster"),
        "standard": ("cost.payment.standard", "in_house_foster", ""),
        "enhanced": ("cost.payment.enhanced_plus", "in_house_foster", ""),
        "staying_put": ("cost.payment.staying_put", "in_house_foster", ""),
        "retainer": ("cost.support.retainer", "in_house_foster", ""),
        "agency": ("cost.agency_foster", "agency_foster", "foster"),
        "agency_parent_and_child": ("cost.parent_and_child", "agency_foster", "foster"),
        "other_authority": ("cost.unit.other_authority_foster", "agency_foster", "foster"),
        "own_beds": ("cost.in_house_residential", "own_homes", "residential"),
        "block": ("cost.external_residential_block", "residential", "residential"),
        "spot": ("cost.external_residential_spot", "residential", "residential"),
        "secure": ("cost.unit.secure", "residential", "residential"),
        "supported": ("cost.supported_accommodation", "supported", "supported"),
        "lodgings": ("cost.supported_lodgings", "in_house_foster", "supported"),
        "adoption": ("cost.unit.placed_for_adoption", "in_house_foster", "foster"),
        "parents": ("cost.unit.with_parents", "supported", "supported"),
        "elsewhere": ("cost.unit.elsewhere", "supported", "supported"),
        "guardianship": ("cost.guardianship.allowance", "connected_foster", ""),
        "travel": ("cost.travel.out_of_area", "general", ""),
        "fee_agency": ("cost.adoption_fee.voluntary_agency", "staff", ""),
        "fee_other_authority": ("cost.adoption_fee.regional_agency_or_council", "staff", ""),
        "recruit": ("cost.recruitment.recruit_and_assess", "staff", ""),
        "supervise": ("cost.recruitment.supervise", "staff", ""),
        "assess_kin": ("cost.support.assess_kin", "staff", ""),
        "hosts": ("cost.support.hosts", "staff", ""),
        "enquiry": ("cost.support.enquiry", "staff", ""),
    }
)
"""Name to its figure, the growth it follows, and the spread where the figure has no interval."""
_YEARLY: Final = ("supervise", "hosts")
_DRAWN: Final = MappingProxyType(
    {
        "marginal_share": "cost.support.marginal_share",
        "transfer": "cost.support.transfer",
        "paid": "cost.guardianship.paid",
        "years": "cost.guardianship.years",
        "agency_adopters": "cost.unit.agency_adopters",
        "far_in_homes": "cost.unit.far_in_homes",
    }
)
_LEVERS: Final = MappingProxyType({"agency": "agency_prices", "residential": "residential_prices"})
_RAISED: Final = MappingProxyType(
    {
        "agency": "agency_prices",
        "agency_parent_and_child": "agency_prices",
        "block": "residential_prices",
        "spot": "residential_prices",
    }
)
"""Prices that a lever raises."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one thing costs in pounds of one day: a week, or once."""

    key: str
    span: Span
    day: int | None
    """Whole days since 1970-01-01; None: of the first month that is forecast."""
    growth: str
    """Name of the growth that it follows."""


@dataclass(frozen=True, slots=True)
class CostSettings:
    """Numbers of a scenario; each `Span` is drawn once for each future."""

    marginal: bool
    """Whether a place of the council's own costs only what one place more would cost."""
    prices: Mapping[str, Price]
    growth: Mapping[str, Span]
    """A year, by name."""
    drawn: Mapping[str, Span]
    """Shares, multiples and years that are no prices."""
    tail: Tail
    support_in_weekly: bool
    own_beds: float
    block_beds: float
    filled: float
    discount: float
    """A year, in real terms."""
    pulls: Pulls
    used: tuple[str, ...]
    """Keys of the scenario that bear on money, in order."""
    national: tuple[str, ...]
    """Those of them that the council has not replaced: print "national default" beside them."""
    unverified: tuple[str, ...]
    """Those of them that nobody has checked."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """What things cost in each future and month, [draws, months]: pounds a week, or once."""

    of: Mapping[str, Floats]
    """By name of price; `spot` has the very costly places of its year; `supervise` is nought where others hold it."""
    own_by_home: tuple[Floats, ...]
    """[homes] of a child in a household of the council's own, by what it is for (`SEGMENTS`)."""
    marginal_share: Floats
    """[draws] of supervision that a household causes: 1 under full cost."""
    far_in_homes: Floats
    """[draws] of children whom only a place out of the area took, those in a children's home; others are fostered."""

    def over(self, need: int, place: int) -> Floats:
        """Of a child who needs such a household (`SEGMENTS`) and has none, in a place of `OVERFLOW`."""
        if need == HOSTS:
            return self.of["supported"]
        if need == ADOPTERS:
            return self.of["adoption"]
        if place == OTHER_AUTHORITY:
            return self.of["other_authority"]
        fostered = self.of["agency_parent_and_child" if need == PARENT_AND_CHILD else "agency"]
        if place == OUT_OF_AREA:
            share = self.far_in_homes[:, None]
            return share * self.of["spot"] + (1 - share) * fostered
        return fostered if place == AGENCY else self.of["spot"]


def cost_settings(scenario: Scenario, pulls: Pulls | None = None) -> CostSettings:
    """The settings of a scenario, with its levers (`levers.pulls_of`).

    Raises ValueError where the scenario pulls levers that work in money and `pulls` is not given.
    """
    weeks = scenario.number("cost.weeks_a_year").value
    spread = {name: scenario.number(f"cost.spread.{name}").value for name in ("foster", "residential", "supported")}
    prices = {}
    for name, (key, growth, around) in _PRICES.items():
        figure = scenario.number(key)
        span = figure.span
        if around and not figure.has_interval:
            span = (span[1] * (1 - spread[around]), span[1], span[1] * (1 + spread[around]))
        if name in _YEARLY:
            span = (span[0] / weeks, span[1] / weeks, span[2] / weeks)
        prices[name] = Price(key, span, day_of(figure.date), growth)
    names = dict.fromkeys(price.growth for price in prices.values())
    growth_keys = {name: f"cost.inflation.{name}" for name in (*names, "general")}
    other = ("cost.basis", "cost.support.in_weekly_cost", "cost.beds.own", "cost.beds.block", "cost.beds.filled")
    keys = (
        *other,
        *(price.key for price in prices.values()),
        *growth_keys.values(),
        *_DRAWN.values(),
        *(f"cost.spread.{name}" for name in spread),
        *TAIL_KEYS,
        "cost.weeks_a_year",
        "cost.discount.rate",
    )
    used = tuple(key for key in scenario.flat() if key in keys)
    return CostSettings(
        marginal=scenario.text("cost.basis") == "marginal",
        prices=prices,
        growth={name: scenario.number(key).span for name, key in growth_keys.items()},
        drawn={name: scenario.number(key).span for name, key in _DRAWN.items()},
        tail=_tail(scenario, prices["spot"]),
        support_in_weekly=scenario.flag("cost.support.in_weekly_cost"),
        own_beds=scenario.number("cost.beds.own").value,
        block_beds=scenario.number("cost.beds.block").value,
        filled=scenario.number("cost.beds.filled").value,
        discount=scenario.number("cost.discount.rate").value,
        pulls=pulls_given(scenario, pulls, "cost"),
        used=used,
        national=tuple(key for key in used if scenario.is_default(key)),
        unverified=tuple(key for key in used if scenario.flat()[key].status == "unverified"),
    )


def cost_register(scenario: Scenario) -> list[dict[str, str]]:
    """Every figure that bears on money, as it is to be printed: key, value, interval, source, date, status, whose."""
    settings = cost_settings(scenario, NO_PULLS)
    rows = []
    for key in settings.used:
        figure = scenario.flat()[key]
        number = isinstance(figure, Quantity)
        rows.append(
            {
                "key": key,
                "value": _said(figure),
                "interval": f"{in_digits(figure.low)} to {in_digits(figure.high)}"
                if isinstance(figure, Quantity) and number
                else "",
                "source": figure.source,
                "date": figure.date,
                "status": figure.status,
                "whose": "national default" if key in settings.national else "the council's",
            }
        )
    return rows


def weekly(settings: CostSettings, *, seed: int, futures: Array, origin: int, month_ends: Array) -> Weekly:
    """What things cost in the middle of each month that ends on `month_ends`, the first beginning on `origin`.

    A figure's luck hangs on its name and the number of the future alone; very costly places have that of their
    financial year. Higher growth never makes anything that is dated before the month cheaper.
    """
    futures = np.asarray(futures, dtype=np.int64)
    middle = middles(origin, month_ends)
    months = len(middle)
    rate = {name: _drawn(span, seed, futures, f"growth {name}") for name, span in settings.growth.items()}
    raised = {name: _raised(settings.pulls, name, seed, futures, months) for name in _LEVERS.values()}
    of: dict[str, Floats] = {}
    for name, price in settings.prices.items():
        years = (middle - (origin if price.day is None else price.day)) / YEAR
        grown = np.exp(np.multiply.outer(np.log1p(rate[price.growth]), years))
        of[name] = _drawn(price.span, seed, futures, name)[:, None] * grown
        if name in _RAISED:
            of[name] = of[name] * raised[_RAISED[name]]
    year = financial_years(month_ends)
    first, at = np.unique(year, return_inverse=True)
    of["spot"] = of["spot"] * tail_factor(settings.tail, seed, futures, first)[:, at]
    if settings.support_in_weekly and not settings.marginal:
        of["supervise"] = np.zeros_like(of["supervise"])
    share = drawn_figure(settings, "marginal_share", seed, futures) if settings.marginal else np.ones(len(futures))
    return Weekly(of, _own(settings, of), share, drawn_figure(settings, "far_in_homes", seed, futures))


def drawn_figure(settings: CostSettings, name: str, seed: int, futures: Array) -> Floats:
    """[draws] one of `CostSettings.drawn` in each future."""
    return _drawn(settings.drawn[name], seed, np.asarray(futures, dtype=np.int64), name)


def general_growth(settings: CostSettings, seed: int, futures: Array) -> Floats:
    """[draws] growth a year of prices in general."""
    return _drawn(settings.growth["general"], seed, np.asarray(futures, dtype=np.int64), "growth general")


def middles(origin: int, month_ends: Array) -> Floats:
    """[months] the middle of each month, in days since 1970-01-01."""
    ends = np.asarray(month_ends, dtype=np.float64) + 1
    return (np.concatenate([[float(origin)], ends[:-1]]) + ends) / 2


def month_days(origin: int, month_ends: Array) -> npt.NDArray[np.int64]:
    """[months] days of each month."""
    ends = np.asarray(month_ends, dtype=np.int64) + 1
    return np.diff(ends, prepend=np.int64(origin))


def financial_years(days: Array) -> npt.NDArray[np.int64]:
    """The calendar year in which the financial year of each day, to 31 March, begins."""
    months = np.asarray(days, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(1970 + (months - 3) // 12, dtype=np.int64)


def day_of(when: str) -> int | None:
    """The middle of what a figure's date names, as whole days since 1970-01-01; None where it is undated."""
    if when == UNDATED:
        return None
    year = int(when[:4])
    if len(when) == 4:
        middle = date(year, 7, 1)
    elif len(when) == 10:
        middle = date.fromisoformat(when)
    elif int(when[5:]) == (year + 1) % 100:
        # "2011-12" may be a month too: as in the schema, a year to 31 March is what follows its own number.
        middle = date(year, 9, 30)
    else:
        middle = date(year, int(when[5:]), 15)
    return (middle - date(1970, 1, 1)).days


def _own(settings: CostSettings, of: Mapping[str, Floats]) -> tuple[Floats, ...]:
    base = of["standard"] if settings.marginal else of["own_foster"]
    dearer = base + np.maximum(of["enhanced"] - of["standard"], 0.0)
    by_home = [dearer if home in DEARER else base for home in range(len(SEGMENTS))]
    by_home[KIN], by_home[HOSTS], by_home[ADOPTERS] = of["kin"], of["lodgings"], of["adoption"]
    return tuple(by_home)


def _drawn(span: Span, seed: int, futures: npt.NDArray[np.int64], name: str) -> Floats:
    return within(span, uniform(keys_for(seed, PRICE, futures, luck_of(name)), 0))


def _raised(pulls: Pulls, name: str, seed: int, futures: npt.NDArray[np.int64], months: int) -> Floats:
    """[draws, months] what a lever in shares a year makes of a price, month by month."""
    return np.exp(np.cumsum(np.log1p(pulls.effect(name, seed, futures, months)) / 12, axis=1))


def _tail(scenario: Scenario, spot: Price) -> Tail:
    """Very costly places, over the mean price of their own year."""

    def value(key: str) -> float:
        return scenario.number(key).value

    then = day_of(scenario.number("cost.tail.from").date)
    years = 0.0 if spot.day is None or then is None else (then - spot.day) / YEAR
    mean = spot.span[1] * math.pow(1 + value("cost.inflation.residential"), years)
    children = value("cost.tail.children")
    return Tail(
        places=value("cost.very_costly.placements")
        * value("cost.tail.part_of_year")
        * children
        / value("cost.tail.children_all_councils"),
        children=children,
        least=value("cost.tail.from") / mean if mean else math.inf,
        all_places=value("cost.very_costly.placements"),
        highest=value("cost.very_costly.highest") / value("cost.tail.from") if value("cost.tail.from") else math.inf,
    )


def _said(figure: Quantity | Choice) -> str:
    if isinstance(figure, Quantity):
        return f"{in_digits(figure.value)} {figure.unit}"
    return ("yes" if figure.value else "no") if isinstance(figure.value, bool) else figure.value
