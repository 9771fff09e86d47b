"""The tables of supply, gap, targets, cost and who is coming, as they are written to files."""

from __future__ import annotations

import pandas as pd

from sufficiency.coming import coming_table
from sufficiency.cost import cost_rows
from sufficiency.forecast import Forecast
from sufficiency.gap import gap_rows, supply_table
from sufficiency.homes_run import HomesRun
from sufficiency.outputs import months
from sufficiency.targets import COLUMNS as TARGET_COLUMNS
from sufficiency.targets import target_rows


def homes_tables(forecast: Forecast, homes: HomesRun) -> dict[str, pd.DataFrame]:
    """A table for each of `outputs.HOMES_FILES`; targets that were not asked for are a heading with no row."""
    names = months(forecast)
    targets = pd.DataFrame(columns=list(TARGET_COLUMNS)) if homes.targets is None else target_rows(homes.targets)
    return {
        "supply.csv": supply_table(homes.supply, homes.future, names),
        "gap.csv": gap_rows(homes.future, names),
        "targets.csv": targets,
        "cost.csv": cost_rows(homes.costs),
        "coming.csv": coming_table(homes.wanted),
    }
