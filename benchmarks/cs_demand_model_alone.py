"""Runs cs-demand-model 0.5.1 as its command line does; started by `need_peers` with the Python that has it.

Takes a folder, months of reference, days ahead and the days at which to tell the children in care by category, and
prints JSON. Nothing of this project is imported: it runs in an environment of its own.
"""

import json
import sys
import time

import pandas as pd
from cs_demand_model import DemandModellingDataContainer, ModelPredictor, PopulationStats
from cs_demand_model.config import Config
from cs_demand_model.datastore import fs_datastore
from dateutil.relativedelta import relativedelta


def by_category(population: "pd.Series[float]") -> dict[str, float]:
    """Children by category, all ages together."""
    made: dict[str, float] = {}
    for state, children in population.items():
        if len(state) == 2:
            made[state[1]] = made.get(state[1], 0.0) + float(children)
    return made


def now() -> tuple[float, float]:
    """The clock, and processor seconds of this process."""
    return time.perf_counter(), time.process_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    """Seconds by the clock and by the processor since then."""
    clock, processor = now()
    return clock - began[0], processor - began[1]


def main(folder: str, reference_months: int, days: int, tell: list[int]) -> dict[str, object]:
    """Read, take rates over the months before the end, and step on day by day."""
    began = now()
    config = Config()
    container = DemandModellingDataContainer(fs_datastore(folder), config)
    stats = PopulationStats(container.enriched_view, config)
    end = container.end_date
    predictor = ModelPredictor.from_model(stats, end - relativedelta(months=reference_months), end)
    read = since(began)
    began = now()
    # One day a step: what its command line does.
    ahead = predictor.predict(days) if days else None
    path = since(began)
    return {
        "end": f"{end:%Y-%m-%d}",
        "read_seconds": read,
        "path_seconds": path,
        "now": by_category(stats.stock_at(end)),
        "ahead": [] if ahead is None else [by_category(ahead.iloc[day - 1]) for day in tell],
    }


if __name__ == "__main__":
    source, months, steps, *told = sys.argv[1:]
    print(json.dumps(main(source, int(months), int(steps), [int(day) for day in told])))
