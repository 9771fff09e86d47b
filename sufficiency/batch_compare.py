"""Tasks that set a council's scenarios side by side: each with any of its levers, block by block, then all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np

from sufficiency.batch_bytes import from_plain, packed, unpacked
from sufficiency.batch_homes import played_block, usable_in
from sufficiency.batch_read import given_of, start_at, told
from sufficiency.batch_results import files_in
from sufficiency.compare import Comparison, Point, values_at
from sufficiency.compare_measures import measures_of
from sufficiency.compare_outputs import write_compare
from sufficiency.compare_run import CompareRun
from sufficiency.contribution import contributions
from sufficiency.forecast import Array
from sufficiency.levers import Pulls
from sufficiency.outputs import months as month_names
from sufficiency.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Measured:
    """What some futures come to with some levers."""

    points: tuple[Point, ...]
    values: Array
    """[draws, points]"""
    months: tuple[str, ...]
    years: tuple[str, ...]


def measure(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """What some futures of a scenario come to with some of its levers; task function."""
    _, played = played_block(given, results, folders)
    months, years = tuple(month_names(played.forecast)), tuple(played.costs.years)
    found = measures_of(played.forecast, played.supply, played.future, played.costs)
    points, values = values_at(found, months=months, years=years)
    return packed(Measured(points, values, months, years))


def compare(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """All files of the scenarios of one council compared, by name; task function."""
    scenarios = {one.name: one for one in cast(Sequence[Scenario], from_plain(given["scenarios"]))}
    first = next(iter(scenarios.values()))
    read = given_of(told(given), first, folders)
    months = read.months(first)
    pulls = {name: read.pulls(one, months) for name, one in scenarios.items()}
    played = {
        name: {frozenset(names): blocks for names, blocks in sets}
        for name, sets in zip(scenarios, given["sets"], strict=True)
    }

    def whole(name: str, some: Pulls) -> Measured:
        parts = [cast(Measured, unpacked(results[one])) for one in played[name][frozenset(some.pulls)]]
        values = np.concatenate([part.values for part in parts])
        return Measured(parts[0].points, values, parts[0].months, parts[0].years)

    found = {name: whole(name, pulls[name]) for name in scenarios}
    one = found[first.name]
    apart = {}
    for name in scenarios:
        if told(given).levers and pulls[name]:
            apart[name] = contributions(lambda some, name=name: whole(name, some).values, pulls[name])  # type: ignore[misc]
    run = CompareRun(
        scenarios,
        read,
        start_at(read, first),
        usable_in(results, given["usable"]),
        pulls,
        Comparison(one.points, {name: each.values for name, each in found.items()}),
        apart,
        one.months,
        one.years,
    )
    with TemporaryDirectory(prefix="placewell-") as place:
        out = Path(place) / "results"
        write_compare(out, run)
        return files_in(out)
