"""Compares any number of scenarios, future by future.

Every scenario is played with the same seed, so that future 17 of one meets the luck of future 17 of the other, and
differs only by what the scenarios differ in. The band of a difference is taken over futures of the difference itself:
it is far narrower than two bands laid beside each other would have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from sufficiency.compare_measures import MEASURES, Measure

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
S = TypeVar("S")

MONTHS_A_YEAR: Final = 12
AVERAGE: Final = "average"
"""Mean over all months played."""
ALL: Final = "all"
"""Sum over all months, or financial years, played."""


@dataclass(frozen=True, slots=True)
class Point:
    """A measure at a time: the last day of a month, twelve months together, a financial year, or all of them."""

    measure: Measure
    when: str
    """"2028-03" (for what is counted over twelve months, the last of them), "2027-28", `AVERAGE` or `ALL`."""
    counts: bool
    """Whether values are whole numbers of people."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What each scenario comes to, in the order given. The first is what the others are held against."""

    points: tuple[Point, ...]
    told: Mapping[str, Floats]
    """By scenario, [draws, points]; a draw is the same future in all of them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Scenarios, in the order given."""
        return tuple(self.told)

    @property
    def first(self) -> str:
        """The scenario that the others are held against."""
        return self.names[0]

    @property
    def draws(self) -> int:
        """Futures of each."""
        return len(self.told[self.first])

    def difference(self, name: str) -> Floats:
        """[draws, points] the scenario less the first, future by future."""
        return self.told[name] - self.told[self.first]

    def at(self, measure: str, when: str) -> int:
        """Which of the points it is; raises KeyError where there is none such."""
        for k, point in enumerate(self.points):
            if (point.measure.name, point.when) == (measure, when):
                return k
        raise KeyError(f"{measure} at {when} is not compared")


def compare(
    scenarios: Mapping[str, S],
    play: Callable[[S], Mapping[str, Array]],
    *,
    months: Sequence[str],
    years: Sequence[str] = (),
    measures: Sequence[Measure] = MEASURES,
    step: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Play each scenario and keep what they are compared by.

    `play` gives each measure by name, [draws, months] or, where it is told by year, [draws, years]; a measure that it
    leaves out for all scenarios is left out. `months` and `years` name what is played. `step` is told which scenario
    begins. What one scenario comes to hangs neither on the others nor on their order, and no more than one play is in
    memory at once. Raises ValueError where there is no scenario, or plays do not hold the same measures of the same
    futures.
    """
    if not scenarios:
        raise ValueError("There is no scenario to compare.")
    values: dict[str, Floats] = {}
    points: tuple[Point, ...] = ()
    for name, scenario in scenarios.items():
        step(name)
        its, found = values_at(play(scenario), months=months, years=years, measures=measures)
        if values and (its != points or len(found) != len(next(iter(values.values())))):
            raise ValueError(f"The play of {name} does not hold the same measures of the same futures as the first.")
        points, values[name] = its, found
    return Comparison(points, values)


def values_at(
    found: Mapping[str, Array],
    *,
    months: Sequence[str],
    years: Sequence[str] = (),
    measures: Sequence[Measure] = MEASURES,
) -> tuple[tuple[Point, ...], Floats]:
    """What one play is told by: the points, and [draws, points] of their values.

    Raises ValueError where it holds none of the measures, or other times than are named.
    """
    told = [_told(one, np.asarray(found[one.name]), months, years) for one in measures if one.name in found]
    if not told:
        raise ValueError("A play holds none of the measures that scenarios are compared by.")
    return tuple(point for some, _ in told for point in some), np.concatenate([columns for _, columns in told], axis=1)


def _told(measure: Measure, values: Array, months: Sequence[str], years: Sequence[str]) -> tuple[list[Point], Floats]:
    """The points of one measure, and [draws, points] of their values."""
    names = years if measure.kind == "year" else months
    if values.ndim != 2 or values.shape[1] != len(names):
        raise ValueError(f"{measure.name} has values {values.shape}, and {len(names)} names of times were given.")
    whole = bool(np.issubdtype(values.dtype, np.integer))
    values = values.astype(np.float64)
    if measure.kind == "year":
        points = [Point(measure, name, False) for name in (*years, ALL)]
        return points, np.column_stack([values, values.sum(axis=1)])
    ends = list(range(MONTHS_A_YEAR, len(names) + 1, MONTHS_A_YEAR))
    if measure.kind == "flow":
        points = [Point(measure, names[end - 1], whole) for end in ends] + [Point(measure, ALL, whole)]
        sums = [values[:, end - MONTHS_A_YEAR : end].sum(axis=1) for end in ends]
        return points, np.column_stack([*sums, values.sum(axis=1)])
    ends = sorted({*ends, len(names)})
    points = [Point(measure, names[end - 1], whole) for end in ends] + [Point(measure, AVERAGE, False)]
    return points, np.column_stack([values[:, [end - 1 for end in ends]], values.mean(axis=1)])
