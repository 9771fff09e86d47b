"""The question of targets from what the forecasts say: need, supply, usable homes, money and the scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sufficiency.future import OVERFLOW
from sufficiency.households import SEGMENTS
from sufficiency.leaving import AGES, TENURES, national
from sufficiency.scenario import Scenario
from sufficiency.supply import STAGES, Supply
from sufficiency.supply_settings import SupplySettings, supply_settings
from sufficiency.targets_pulls import PlanLevers
from sufficiency.targets_question import NO_LIMIT, Aim, Floats, TargetQuestion, Whole
from sufficiency.usable import Usable
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]

FAMILY: Final = tuple(name for name in SEGMENTS if name not in ("short_breaks", "adopters", "kin"))
"""Kinds of home that can be recruited for children who need a local family home, and the needs that they are for.

Relatives and friends come with their child, and adopters' homes are no homes of a child in care for long."""
_AT: Final = np.array([SEGMENTS.index(name) for name in FAMILY])
_SPECIALIST: Final = FAMILY.index("specialist")
_BEDS_AT: Final = OVERFLOW.index("residential")
_OF_ASSESSMENT: Final = STAGES.index("assessment")
_NO_LIMIT: Final = 10_000_000
"""£ a year: the most that a scenario can say."""
_WEEKS: Final = 365.25 / 7 / 4
"""In a quarter."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What things cost, averaged over futures. Q quarters; homes as `FAMILY`, places as `future.OVERFLOW`."""

    own: Floats
    """[Q] £ a week for one child more in a home of the council's own, support of the household left aside."""
    elsewhere: Floats
    """[Q, places] £ a week."""
    bed: Floats
    """[Q] £ a week for a bed bought in block."""
    recruit: Floats
    """[homes] £ for one approval."""
    support: Floats
    """[homes] £ a week for one household."""
    discount: float
    """A year."""


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """How many children can live elsewhere."""

    most: Floats
    """[F, Q, places] children; the last has room for all."""
    takes: Floats
    """[places, needs] share of the room that a child with such a need can have; needs as `FAMILY`."""

    @classmethod
    def without_limit(cls, futures: int, quarters: int) -> Rooms:
        """Room for everybody; but who is in a children's home for want of a carer finds none with an agency either."""
        takes = np.ones((len(OVERFLOW), len(FAMILY)))
        takes[:_BEDS_AT, _SPECIALIST] = 0.0
        return cls(np.full((futures, quarters, len(OVERFLOW)), NO_LIMIT), takes)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The whole quarters of the financial year that lie in the months played."""

    first: int
    """Months left out before the first."""
    names: tuple[str, ...]
    """ "2027-28 Q1": April to June 2027."""
    years: tuple[str, ...]

    @classmethod
    def of(cls, month_ends: Array) -> Calendar:
        """Quarters of months that end on these days (since 1970-01-01). Raises ValueError for less than a quarter."""
        months = np.asarray(month_ends).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        # April is month 3 of a calendar year, and the first of a financial one.
        first = int(-(months[0] - 3) % 3)
        count = (len(months) - first) // 3
        if count < 1:
            raise ValueError(
                f"{len(months)} months hold no whole quarter of a financial year: targets need three at least, and "
                "two years to be of use. Forecast further ahead."
            )
        begins = months[first : first + 3 * count : 3] - 3
        years = [1970 + int(month) // 12 for month in begins]
        named = tuple(f"{year}-{(year + 1) % 100:02d}" for year in years)
        names = tuple(f"{year} Q{int(month) % 12 // 3 + 1}" for year, month in zip(named, begins, strict=True))
        return cls(first, names, named)

    def quarterly(self, monthly: Array, axis: int = 1) -> Floats:
        """Means over the months of each quarter."""
        cut = np.take(monthly, np.arange(self.first, self.first + 3 * len(self.names)), axis=axis)
        shape = (*cut.shape[:axis], len(self.names), 3, *cut.shape[axis + 1 :])
        return np.asarray(cut.reshape(shape).mean(axis=axis + 1), dtype=np.float64)


def aim_of(scenario: Scenario, calendar: Calendar) -> Aim:
    """What a scenario promises. Raises ValueError where that is after the last quarter."""
    months = scenario.number("targets.months").whole
    first = max(0, -(-(months - calendar.first) // 3))
    if first >= len(calendar.names):
        raise ValueError(
            f"targets.months is {months}, and the forecast ends with {calendar.names[-1]}. Promise it sooner, or look "
            "further ahead (need.horizon_months)."
        )
    kinds: dict[str, Any] = {"kind": scenario.text("targets.promise")}
    return Aim(
        level=scenario.number("targets.level").value,
        from_quarter=first,
        each_need=scenario.flag("targets.each_need"),
        enough=scenario.number("targets.enough").value,
        worst=scenario.number("targets.worst").value,
        **kinds,
    )


def question_of(
    wanted: Wanted,
    supply: Supply,
    usable: Usable,
    prices: Prices,
    scenario: Scenario,
    *,
    settings: SupplySettings | None = None,
    rooms: Rooms | None = None,
    need_homes: Array | None = None,
    futures: Array | None = None,
) -> TargetQuestion:
    """The question of a council, quarter by quarter, over the futures of its forecast.

    Supply is as it was played: today's pipeline goes on, and the plan comes on top. `need_homes` [D, M] are children
    who need a children's home, whatever family homes there are; without them no bed is worth buying. `futures` are
    the numbers of the futures, 0 and up unless told. Raises ValueError where need and supply were not played alike.
    """
    if wanted.children.shape[:2] != supply.available.shape[:2]:
        raise ValueError("Need and supply were played for other futures or months, and cannot be asked about together.")
    settings = settings or supply_settings(scenario)
    calendar = Calendar.of(wanted.month_ends)
    draws, quarters, years = len(wanted.children), len(calendar.names), len(dict.fromkeys(calendar.years))
    rooms = rooms or Rooms.without_limit(draws, quarters)
    levers = PlanLevers.of(settings, wanted.children.shape[1])
    there = _there(settings, levers, quarters)
    each = _places_each(settings, supply)
    lead = int(np.ceil(levers.lead / 3 - 1e-9))
    quarter = np.arange(quarters)
    most = np.where((quarter >= lead)[:, None], scenario.number("targets.approvals").whole, 0)
    effort = 1 / levers.conversion
    budget = scenario.number("targets.budget").value
    worth = (1 + prices.discount) ** (-(quarter + 0.5) / 4)
    beds = np.zeros((draws, quarters)) if need_homes is None else calendar.quarterly(need_homes)
    return TargetQuestion(
        quarters=calendar.names,
        years=calendar.years,
        homes=FAMILY,
        needs=FAMILY,
        elsewhere=OVERFLOW,
        number=np.arange(draws) if futures is None else np.asarray(futures, dtype=np.int64),
        wanted=calendar.quarterly(wanted.children)[..., _AT],
        places=calendar.quarterly(supply.available)[..., _AT],
        usable=_usable(usable, scenario),
        brings=there[:, None] * each,
        there=np.repeat(there[:, None], len(FAMILY), axis=1),
        pipeline=3 * calendar.quarterly(supply.approved).mean(axis=0)[:, _AT],
        most=np.broadcast_to(most, (quarters, len(FAMILY))).astype(np.int64),
        effort=np.full(len(FAMILY), effort),
        capacity=_capacity(supply, calendar, scenario, levers),
        enquiries=np.full(len(FAMILY), effort / levers.applies),
        lead=lead,
        recruit=prices.recruit,
        support=prices.support * _WEEKS,
        own_price=prices.own * _WEEKS,
        price=np.maximum.accumulate(np.column_stack([prices.own, prices.elsewhere]), axis=1)[:, 1:] * _WEEKS,
        limit=rooms.most,
        takes=rooms.takes,
        beds_at=_BEDS_AT,
        beds_wanted=beds,
        bed_price=prices.bed * _WEEKS,
        most_beds=scenario.number("targets.block_beds").whole if beds.any() else 0,
        keeps=_keeps(supply, calendar, there, each, scenario),
        keeping_price=_a_year(calendar, scenario.number("targets.retention_cost").value),
        keeping_steps=0,
        budget=np.full(years, np.inf) if budget >= _NO_LIMIT else _a_year(calendar, budget),
        worth=worth,
    )


def _a_year(calendar: Calendar, amount: float) -> Floats:
    """[Y] as much of a yearly amount as the quarters of each year are of it."""
    named = tuple(dict.fromkeys(calendar.years))
    return np.array([amount * calendar.years.count(year) / 4 for year in named])


def _usable(usable: Usable, scenario: Scenario) -> Floats:
    """[homes, needs] shares at the occupancy of England's own places: filled among those filled or vacant."""
    filled = scenario.number("fostering.places.filled_council").value
    occupancy = filled / (filled + scenario.number("fostering.places.vacant").value)
    share = usable.at(np.full(len(SEGMENTS), occupancy))[np.ix_(_AT, _AT)]
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def _there(settings: SupplySettings, levers: PlanLevers, quarters: int) -> Floats:
    """[Q] share of new households that are approved, on average over a quarter so many after that of approval.

    They come spread over their quarter, and leave at the mean rates of their tenure and the mix of ages at approval.
    """
    rates = national(
        np.array(settings.attrition[1]),
        np.array([settings.under_two_years[1], settings.two_to_five_years[1], 1.0]),
        np.array([1.0, settings.from_50_to_59[1], settings.over_60[1]]),
        np.array(settings.tenures),
        np.array(settings.ages),
    ).reshape(len(TENURES) + 1, len(AGES) + 1)
    hazard = levers.staying * rates[np.searchsorted(TENURES, np.arange(3 * quarters), side="right")] / 12
    hazard[:, -1] += levers.retiring
    alive = np.exp(-np.cumsum(np.vstack([np.zeros(len(AGES) + 1), hazard]), axis=0)) @ np.array(settings.new_ages)
    # Approved in the middle of its quarter: half of that quarter is left.
    at = 3 * np.arange(quarters)
    middle = (alive[at] + alive[np.minimum(at + 1, 3 * quarters)]) / 2
    middle[0] = 0.5
    return np.asarray(middle)


def _places_each(settings: SupplySettings, supply: Supply) -> Floats:
    """[homes] places of a new household that are available, on average: holds and Staying Put taken off."""
    places = np.array([settings.places[at][1] for at in _AT])
    played, available = supply.places[..., _AT].sum(axis=(0, 1)), supply.available[..., _AT].sum(axis=(0, 1))
    every = 1.0 - settings.not_available[1]
    return np.asarray(places * np.divide(available, played, out=np.full(len(_AT), every), where=played > 0))


def _capacity(supply: Supply, calendar: Calendar, scenario: Scenario, levers: PlanLevers) -> Floats:
    """[Q] assessments beyond those that today's pipeline begins, on average; those of a lever are there besides."""
    begun = supply.came[..., _OF_ASSESSMENT].sum(axis=2).mean(axis=0)
    most = np.full(len(begun), scenario.number("targets.assessments").value) + levers.assessments
    room = 3 * calendar.quarterly(most - begun, axis=0)
    return np.maximum(room, 0.0)


def _keeps(supply: Supply, calendar: Calendar, there: Floats, each: Floats, scenario: Scenario) -> Floats:
    """[Y, Q, homes] places not lost where all is done in a year to keep carers; those kept leave later as others do."""
    left = 3 * calendar.quarterly(supply.left.sum(axis=3)).mean(axis=0)[:, _AT]
    kept = left * scenario.number("targets.retention").value
    named = tuple(dict.fromkeys(calendar.years))
    table = np.zeros((len(named), *kept.shape))
    for quarter, year in enumerate(calendar.years):
        table[named.index(year), quarter:] += there[: len(there) - quarter, None] * kept[quarter]
    return np.asarray(table * each)


__all__ = ["FAMILY", "Aim", "Calendar", "Prices", "Rooms", "Whole", "aim_of", "question_of"]
