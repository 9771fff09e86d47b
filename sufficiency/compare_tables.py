"""Tables of scenarios compared and of what their levers do, as they are written to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.compare import Comparison, Point
from sufficiency.contribution import Contributions, mean_error, waterfall
from sufficiency.forecast import middle_quantiles

Floats = npt.NDArray[np.float64]

LEVELS: Final = (0.1, 0.5, 0.9)
COMPARISON_COLUMNS: Final = (
    *("scenario", "measure", "unit", "when", "mean", "p10", "p50", "p90", "mean_error"),
    *("difference_mean", "difference_p10", "difference_p50", "difference_p90", "difference_error"),
    *("less_in", "more_in", "better_in"),
)
CONTRIBUTION_COLUMNS: Final = (
    *("scenario", "measure", "unit", "when", "part", "begins", "adds", "ends"),
    *("p10", "p90", "error", "alone", "in_order", "order_free", "method"),
)
START: Final = "without these levers"
END: Final = "with all of them"


def comparison_rows(found: Comparison) -> pd.DataFrame:
    """`comparison.csv`: each scenario's mean and band, and those of its difference to the first, future by future.

    `less_in`, `more_in`: share of futures in which it is less, or more, than in the first; the rest are level.
    `better_in`: the one of the two that is better, blank where neither is. `..._error`: standard error of the mean,
    because there are only so many futures. The first scenario has no difference: those columns are blank.
    """
    rows = [row for name in found.names for row in _rows_of(found, name)]
    return pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))


def contribution_rows(scenario: str, points: Sequence[Point], found: Contributions) -> pd.DataFrame:
    """What each lever of a scenario does to each measure: a waterfall that adds up as written, and the three ways.

    `found` is of values [draws, points]. `begins`, `adds`, `ends`: the bar of the order-free mean; `ends` of
    `START` and the `adds` of all levers come to `ends` of `END`. `p10`, `p90`: band of the bar over futures. `alone`,
    `in_order`, `order_free`: means; `alone` adds up only with the row `together`.
    """
    rows = [row for k, point in enumerate(points) for row in _bars_of(scenario, point, found.at(k))]
    return pd.DataFrame(rows, columns=list(CONTRIBUTION_COLUMNS))


def band(values: Floats, point: Point) -> Floats:
    """10th, 50th and 90th percentile of values [draws]: of counts as everywhere else, of anything else plainly."""
    return middle_quantiles(values, LEVELS) if point.counts else np.asarray(np.quantile(values, LEVELS))


def better_in(difference: Floats, point: Point) -> float | None:
    """Share of futures in which a difference is for the better; None where neither way is."""
    if not point.measure.better:
        return None
    return float(np.mean(difference < 0 if point.measure.better == "less" else difference > 0))


def _rows_of(found: Comparison, name: str) -> Iterator[tuple[Any, ...]]:
    for k, point in enumerate(found.points):
        values = found.told[name][:, k]
        places = _places(point)
        own = [_rounded(one, places) for one in (values.mean(), *band(values, point), mean_error(values))]
        told: list[float | None] = [None] * 8
        if name != found.first:
            less = found.difference(name)[:, k]
            # of a difference plainly: where nothing differs, neither does the band
            spread = (less.mean(), *np.quantile(less, LEVELS), mean_error(less))
            shares = (float(np.mean(less < 0)), float(np.mean(less > 0)), better_in(less, point))
            told = [*(_rounded(one, places) for one in spread), *(_rounded(one, 4) for one in shares)]
        yield (name, point.measure.name, point.measure.unit, point.when, *own, *told)


def _bars_of(scenario: str, point: Point, found: Contributions) -> Iterator[tuple[Any, ...]]:
    about = (scenario, point.measure.name, point.measure.unit, point.when)
    places = _places(point)
    fall = waterfall(found, decimals=places)
    blank = [None] * 7
    yield (*about, START, None, None, fall.start, *blank)
    means = (found.alone.mean(axis=1), found.in_order.mean(axis=1), found.order_free.mean(axis=1))
    for bar, *three in zip(fall.bars, *means, strict=True):
        told = (bar.low, bar.high, _rounded(bar.error, places), *(_rounded(one, places) for one in three))
        yield (*about, bar.name, bar.begins, bar.length, bar.ends, *told, found.method)
    together = _rounded(found.together.mean(), places)
    yield (*about, "together", None, None, None, *[None] * 3, together, None, None, None)
    yield (*about, END, None, None, fall.end, *blank)


def _places(point: Point) -> int:
    """Decimals in files: counts to a thousandth, pounds whole."""
    return 0 if point.measure.unit == "£" else 3


def _rounded(value: Any, places: int) -> float | None:
    return None if value is None else round(float(value), places) + 0.0
