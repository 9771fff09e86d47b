"""What children's placements cost in each of many futures, by financial year, placement group and provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.cost_lines import CHILDREN, LINES, Line, check_alike, items
from sufficiency.cost_settings import (
    YEAR,
    CostSettings,
    financial_years,
    general_growth,
    middles,
    month_days,
    weekly,
)
from sufficiency.forecast import Forecast
from sufficiency.future import Future
from sufficiency.supply import Supply
from sufficiency.wanted import Wanted

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

ALL: Final = "all"
COLUMNS: Final = ("year", "placement_group", "provider", "pounds_mean", "pounds_p10", "pounds_p90")


@dataclass(frozen=True, slots=True)
class Costs:
    """Money in each of many equally likely futures. Years are financial, to 31 March."""

    years: tuple[str, ...]
    """As 2027-28."""
    whole: npt.NDArray[np.bool_]
    """[years] whether all twelve months are forecast; a part year is not to be held against a whole one."""
    lines: tuple[Line, ...]
    """Placement group and provider; for what goes with households, beds and orders, what it is for."""
    pounds: Floats
    """[draws, years, lines] of the day."""
    present: Floats
    """[draws, years, lines] the same, discounted: worth in pounds of the first day that is forecast."""
    child_days: Floats
    """[draws, years, lines] days that children spend there; nought for lines that are for no child."""

    @property
    def of_children(self) -> npt.NDArray[np.bool_]:
        """[lines] whether a line is paid for children, day by day."""
        return np.array([line in CHILDREN for line in self.lines])

    @property
    def total(self) -> Floats:
        """[draws, years] of all lines."""
        return np.asarray(self.pounds.sum(axis=2))

    @property
    def net_present(self) -> Floats:
        """[draws] of all lines and years, discounted."""
        return np.asarray(self.present.sum(axis=(1, 2)))


def cost_of(
    forecast: Forecast,
    wanted: Wanted,
    future: Future,
    supply: Supply,
    settings: CostSettings,
    *,
    seed: int,
    first: int = 0,
) -> Costs:
    """The money of each future: the mean of a month's two ends in weeks, times the weekly cost of that month.

    The first month has one end, its last day. The same futures, settings and seed give the same. Raises ValueError
    where the four were not made from one forecast, so that some children would be counted twice. `first` is the number
    of the first future.
    """
    check_alike(forecast, wanted, future, supply)
    futures = np.arange(first, first + len(forecast.stock))
    costs = weekly(settings, seed=seed, futures=futures, origin=forecast.origin, month_ends=forecast.month_ends)
    year = financial_years(forecast.month_ends)
    begun, begins = np.unique(year, return_index=True)
    worth = discount_factors(settings, forecast, seed, first=first)
    pounds = np.zeros((len(futures), len(begun), len(LINES)))
    present, child_days = np.zeros_like(pounds), np.zeros_like(pounds)
    for item in items(forecast, wanted, future, supply, settings, costs, seed=seed, first=first):
        at = LINES.index(item.line)
        pounds[:, :, at] += np.add.reduceat(item.pounds, begins, axis=1)
        present[:, :, at] += np.add.reduceat(item.pounds * worth, begins, axis=1)
        if item.weeks is not None:
            child_days[:, :, at] += np.add.reduceat(item.weeks * 7, begins, axis=1)
    return Costs(
        years=tuple(year_name(one) for one in begun.tolist()),
        whole=_days_of(forecast, begins) >= [_length(one) for one in begun.tolist()],
        lines=LINES,
        pounds=pounds,
        present=present,
        child_days=child_days,
    )


def cost_rows(costs: Costs) -> pd.DataFrame:
    """Pounds by year and line, with the sum as `all`, rounded to whole pounds: mean, and the middle 80 in 100."""
    with_sum = np.concatenate([costs.pounds, costs.total[:, :, None]], axis=2)
    flat = with_sum.reshape(len(with_sum), -1)
    spread = np.round([flat.mean(axis=0), *np.quantile(flat, (0.1, 0.9), axis=0)]).astype(np.int64)
    lines = (*costs.lines, (ALL, ALL))
    table: dict[str, Any] = {
        "year": [year for year in costs.years for _ in lines],
        "placement_group": [line[0] for _ in costs.years for line in lines],
        "provider": [line[1] for _ in costs.years for line in lines],
    }
    table |= dict(zip(COLUMNS[3:], spread, strict=True))
    return pd.DataFrame(table, columns=list(COLUMNS))


def discount_factors(settings: CostSettings, forecast: Forecast, seed: int, *, first: int = 0) -> Floats:
    """[draws, months] worth of a pound of the day in the middle of a month, on the first day that is forecast."""
    growth = general_growth(settings, seed, np.arange(first, first + len(forecast.stock)))
    years = (middles(forecast.origin, forecast.month_ends) - forecast.origin) / YEAR
    return np.asarray(np.exp(-np.multiply.outer(np.log1p(settings.discount) + np.log1p(growth), years)))


def year_name(begins: int) -> str:
    """The financial year that begins in this calendar year, as 2027-28."""
    return f"{begins}-{(begins + 1) % 100:02d}"


def _days_of(forecast: Forecast, first: Array) -> Array:
    return np.add.reduceat(month_days(forecast.origin, forecast.month_ends), first)


def _length(begins: int) -> int:
    """Days of a financial year."""
    april = [np.datetime64(f"{year}-04-01", "D").astype(np.int64) for year in (begins, begins + 1)]
    return int(april[1] - april[0])
