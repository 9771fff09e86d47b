"""Figures of money: what a week costs, what a year costs and whom it is paid to, what one more household saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reporting.fact import ALL, Facts
from sufficiency.cost import Costs
from sufficiency.forecast import Forecast
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import Array, Months
from sufficiency.saving import Saving

Row = tuple[Any, ...]
_ENDS = (0.1, 0.9)


def money_facts(costs: Costs, savings: Sequence[Saving], forecast: Forecast, months: Months) -> tuple[Facts, ...]:
    """Every table of money, in pounds of the day."""
    told = [(name, costs.years.index(name[:7]), which) for name, which in months.years]
    days = np.diff([forecast.origin - 1, *forecast.month_ends.tolist()])
    people = {name: costs.child_days[:, at].mean(axis=0) / days[which].sum() for name, at, which in told}
    return (
        TABLES["money.weekly"].facts(_weekly(costs, told[0][1], people[told[0][0]])),
        TABLES["money.cost"].facts([row for name, at, _ in told for row in _lines(costs, name, at, people[name])]),
        TABLES["money.total"].facts(
            [(name, *_band(costs.total[:, at]), round(float(people[name].sum()), 1)) for name, at, _ in told]
        ),
        *((TABLES["money.saving"].facts([_saving(one) for one in savings]),) if savings else ()),
    )


def _weekly(costs: Costs, at: int, people: Array) -> list[Row]:
    """Pounds by child and week in the first year that is told, over all futures; who is paid is not in the returns."""
    rows: list[Row] = []
    weeks, paid = costs.child_days[:, at].sum(axis=0) / 7, costs.pounds[:, at].sum(axis=0)
    for k in np.flatnonzero(costs.of_children & (weeks > 0) & (paid > 0)).tolist():
        group, provider = costs.lines[k]
        pounds = float(paid[k] / weeks[k])
        rows.append((group, provider, round(pounds, 2), round(float(people[k]), 2), np.nan))
    return rows


def _lines(costs: Costs, name: str, at: int, people: Array) -> list[Row]:
    """A row for each line that costs anything, and the sum.

    What is paid beside children, as recruitment, has the children of its placement group.
    """
    rows: list[Row] = []
    for k, (group, provider) in enumerate(costs.lines):
        if not costs.pounds[:, at, k].any():
            continue
        same = [n for n, line in enumerate(costs.lines) if line[0] == group]
        many = people[k] if costs.of_children[k] else people[same].sum()
        rows.append((name, group, provider, *_band(costs.pounds[:, at, k]), round(float(many), 2)))
    return [*rows, (name, ALL, ALL, *_band(costs.total[:, at]), round(float(people.sum()), 2))]


def _band(pounds: Array) -> tuple[float, ...]:
    """Mean and the ends of the middle 80 in 100, in whole pounds."""
    return tuple(float(np.rint(value)) for value in (pounds.mean(), *np.quantile(pounds, _ENDS)))


def _saving(one: Saving) -> Row:
    weeks = float(np.rint(one.mean_paid_after)) if np.isfinite(one.mean_paid_after) else np.nan
    parts = (float(np.rint(one.saved[name].mean())) for name in ("agency", "residential"))
    return (one.segment, *_band(one.net), weeks, round(one.saves_in, 4), *parts)
