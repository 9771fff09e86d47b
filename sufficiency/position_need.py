"""Figures of the need ahead, of the two ends that it lies between, of past forecasts, and of who homes are for."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from reporting.fact import ALL, Facts
from reporting.section import Edition
from sufficiency.backtest import Backtest
from sufficiency.backtest_tables import case_table, score_table
from sufficiency.forecast import Forecast
from sufficiency.groups import AGE_BANDS, GROUPS
from sufficiency.need_and_use import LEVELS, Bracket
from sufficiency.position_key import BAND, FAN
from sufficiency.position_keys import TABLES
from sufficiency.position_spread import DECIMALS, Months, rows_of, spreads, with_sum, yearly
from sufficiency.segments import ANY, SIBLINGS, Segments

_LEVELS: Final = {
    "total": "total",
    "all_groups": "group",
    "all_groups_and_ages": "group_age",
    "entries": "entries",
    "exits": "exits",
}
"""Levels of the scores that are told, and whose forecasts each is a mean of."""


def need_facts(forecast: Forecast, months: Months, ends: Bracket, latest: str) -> tuple[Facts, ...]:
    """Children in care ahead, starts and ends, and need between two ends. `latest`: the last day that is known."""
    like = {"what": "in_care", "on": latest}
    stock = forecast.stock
    by_group, by_age = with_sum(stock.sum(axis=3)), with_sum(stock.sum(axis=2))
    flows = np.stack([forecast.entries.sum(axis=(2, 3)), forecast.exits.sum(axis=(2, 3))], axis=2)
    years = [name for name, _ in months.years]
    return (
        TABLES["forecast.group"].facts(rows_of((months.ends, (*GROUPS, ALL)), spreads(by_group, FAN)), like=like),
        TABLES["forecast.age"].facts(rows_of((months.ends, (*AGE_BANDS, ALL)), spreads(by_age, FAN)), like=like),
        TABLES["forecast.flows"].facts(rows_of((years, ("entry", "exit")), spreads(yearly(flows, months), FAN))),
        TABLES["need.bracket"].facts(_bracket(ends, months)),
    )


def past_facts(test: Backtest | None) -> tuple[Facts, ...]:
    """Past forecasts of all children in care, and how they did; none where nothing was tried."""
    if test is None or test.none_reason is not None:
        return ()
    cases = case_table(test)
    total = cases[cases["level"] == "total"]
    if total.empty:
        return ()
    made = zip(total["day"], total["months_ahead"], total["q10"], total["q50"], total["q90"], strict=True)
    told = [(day, str(ahead), *(round(float(end), DECIMALS) for end in band)) for day, ahead, *band in made]
    return TABLES["past.forecasts"].facts(told), TABLES["past.scores"].facts(_scores(test))


def segment_facts(found: Segments) -> tuple[Facts, ...]:
    """Who homes are needed for: in whole, confidential; by family and by need, for all where it is assumed."""
    table = found.table
    whole = table.rename(columns={"age_band": "age", "siblings": "family"})
    everybody = table[table["need"] == ANY]
    families = [(size, float(everybody.loc[everybody["siblings"] == size, "share"].sum())) for size in SIBLINGS]
    status = str(everybody["status"].iloc[0])
    needs: list[tuple[Any, ...]] = []
    for need, some in table[table["need"] != ANY].groupby("need", sort=False):
        known = str(some["status"].iloc[0])
        needs.append((str(need), float(some["share"].sum()) if known != "not known" else np.nan, known))
    own = "referrals" in {status, *(row[2] for row in needs)}
    edition = Edition.CONFIDENTIAL if own else Edition.PUBLIC
    return (
        TABLES["segments.shares"].facts(whole.round(4)),
        TABLES["segments.family"].facts([(size, round(many, 4), status) for size, many in families], edition=edition),
        TABLES["segments.needs"].facts([(one, round(many, 4), known) for one, many, known in needs], edition=edition),
    )


def _bracket(ends: Bracket, months: Months) -> list[tuple[Any, ...]]:
    at = [LEVELS.index(int(name[1:]) / 100) for name in BAND if name != "mean"]
    rows: list[tuple[Any, ...]] = []
    for month in months.quarters:
        for end, of in (("use_is_need", ends.use), ("some_needed_foster", ends.need)):
            for name, band in (("foster", of.foster), ("residential", of.residential)):
                values = [band.mean[month, -1], *(band.quantiles[k, month, -1] for k in at)]
                rows.append((months.ends[month], name, end, *(round(float(value), DECIMALS) for value in values)))
    return rows


def _scores(test: Backtest) -> list[tuple[Any, ...]]:
    """A row for each horizon and level: how many, how far off, how wide, how often within the bands."""
    scores = score_table(test)
    cases = case_table(test)
    off = (cases["q50"] - cases["outcome"]).abs()
    rows: list[tuple[Any, ...]] = []
    for line in scores[scores["level"].isin(_LEVELS)].to_dict("records"):
        level, horizon = str(line["level"]), int(line["months_ahead"])
        of = (cases["level"] == _LEVELS[level]) & (cases["months_ahead"] == horizon)
        values = [float(off[of].mean())]
        names = ("bias", "crps", "held_50", "held_80", "held_95", "skill_crps_no_change")
        values += [float(line[name]) if not pd.isna(line[name]) else np.nan for name in names]
        rows.append((str(horizon), level, float(line["origins"]), *(round(value, 4) for value in values)))
    return rows
