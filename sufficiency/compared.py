"""Scenarios compared, as tables of a council's book: read from the comparison beside the forecasts of a batch.

They go into the book before anything is published, so that what is hidden in a forecast is hidden in every scenario and
in their differences too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from reporting.fact import ALL, Book, Facts, Kind, Unit, Value
from reporting.section import Edition
from sufficiency.compare_measures import BY_NAME
from sufficiency.compare_tables import COMPARISON_COLUMNS, CONTRIBUTION_COLUMNS, END, START
from sufficiency.need_words import month_said

AVERAGE: Final = "average"
TOTAL: Final = "total"
"""Over all years together; not the sum of a table, because averages stand beside it."""
SOURCE: Final = "comparison"
SPREAD: Final = ("mean", "p10", "p90", "difference_mean", "difference_p10", "difference_p90")
_TITLES: Final = ("Mean", "Low end", "High end", "Difference", "Difference: low end", "Difference: high end")
_GROUPS: Final = {"agency": "foster_agency", "residential": "residential"}
"""Measures that set out from the count of one kind of home; the others set out from that of all."""
KEYS: Final[Mapping[str, tuple[str, Kind, Unit]]] = {
    "children": ("scenarios.measures", Kind.FORECAST, Unit.PEOPLE),
    "households": ("scenarios.homes", Kind.FORECAST, Unit.HOMES),
    "of 100": ("scenarios.shares", Kind.PLAIN, Unit.NUMBER),
    "£": ("scenarios.cost", Kind.PLAIN, Unit.POUNDS),
}
"""For each unit of a measure its table. Shares and costs are of all children who are looked after."""
WORTH: Final = "scenarios.worth"
LEVERS: Final = {unit: key.replace("scenarios.", "levers.") for unit, (key, _, _) in KEYS.items()}


class NoComparison(ValueError):
    """A comparison that cannot be read; the words say why."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was set side by side."""

    first: str
    """The scenario that the others are held against."""
    scenarios: tuple[str, ...]


def read_compared(folder: Path) -> tuple[Compared, tuple[Facts, ...]] | None:
    """The comparison in a folder as tables; None where there is none. Raises `NoComparison` where it is broken."""
    path = folder / "comparison.csv"
    if not path.is_file():
        return None
    table = _read(path, COMPARISON_COLUMNS)
    if table.empty:
        raise NoComparison(f"{path} compares nothing.")
    names = tuple(dict.fromkeys(table["scenario"].tolist()))
    first = table.loc[table["difference_mean"].isna(), "scenario"]
    found = list(measures_in(table))
    contribution = folder / "contribution.csv"
    if contribution.is_file():
        levers = _timed(_read(contribution, CONTRIBUTION_COLUMNS))
        found += [one for unit in KEYS if (one := _levers(levers[levers["unit"] == unit], unit)) is not None]
    return Compared(str(first.iloc[0]) if len(first) else names[0], names), tuple(found)


def measures_in(table: pd.DataFrame) -> tuple[Facts, ...]:
    """What `comparison.csv` says of each scenario, a table for each unit, whether or not it was ever a file."""
    table = _timed(table)
    return tuple(one for unit in KEYS if (one := _measures(table[table["unit"] == unit], unit)) is not None)


def with_compared(book: Book, tables: Sequence[Facts]) -> Book:
    """The book with the tables of a comparison, each forecast hidden where the count that it sets out from is."""
    added = {one.key: one for one in set_out_from(tables, book.about.get("known_until", ""))}
    added |= {one.key: one for one in _worth(added, book.about.get("months", ""))}
    return replace(book, facts={**book.facts, **added}, sources={**book.sources, SOURCE: SENTENCE})


def set_out_from(tables: Sequence[Facts], known_until: str) -> tuple[Facts, ...]:
    """The tables, each forecast with the count that it sets out from: children in care on the last day known."""
    like = {"what": "in_care", "on": known_until}
    return tuple(replace(one, like=like) if one.kind is Kind.FORECAST else one for one in tables)


def _worth(tables: Mapping[str, Facts], months: str) -> Iterator[Facts]:
    """Pounds a year for each place more that is filled in the council's own homes, of each scenario that fills more.

    The mean difference of cost over that of children in own homes. From `low` to `high`: the least pounds over the most
    places, to the most pounds over the fewest; wider than a band of the two together would be. Without an end where
    more places are not filled in nine of ten futures.
    """
    homes, cost = tables.get("scenarios.measures"), tables.get("scenarios.cost")
    if homes is None or cost is None or not months.isdecimal() or int(months) == 0:
        return
    years, rows = int(months) / 12, []
    for name in dict.fromkeys(cost.rows["scenario"].tolist()):
        places = _differences(homes, name, "own_homes", AVERAGE)
        pounds = _differences(cost, name, "cost", TOTAL)
        if places is None or pounds is None or round(places[0], 1) <= 0:
            continue
        a_year = [one / years for one in pounds]
        ends = [math.nan, math.nan]
        if places[1] > 0:
            ratios = [amount / many for amount in a_year[1:] for many in places[1:]]
            ends = [min(ratios), max(ratios)]
        rows.append((name, _two_figures(a_year[0] / places[0]), *(_two_figures(one) for one in ends)))
    if rows:
        titles = ("Pounds a year for each place more", "Low end", "High end")
        columns = tuple(Value(n, t, Unit.POUNDS) for n, t in zip(("mean", "low", "high"), titles, strict=True))
        table = pd.DataFrame(rows, columns=["scenario", "mean", "low", "high"])
        yield Facts(
            WORTH,
            "What a pound buys",
            Kind.PLAIN,
            ("scenario",),
            columns,
            table,
            SOURCE,
            edition=Edition.OFFICIAL,
            titles={"scenario": "Scenario"},
        )


def _differences(facts: Facts, scenario: str, measure: str, when: str) -> tuple[float, float, float] | None:
    """Mean and band of a scenario's difference to the first; None for the first itself, or where there is none."""
    rows = facts.rows
    one = rows[(rows["scenario"] == scenario) & (rows["measure"] == measure) & (rows["when"] == when)]
    if len(one) != 1:
        return None
    mean, low, high = (float(one[f"difference_{name}"].iloc[0]) for name in ("mean", "p10", "p90"))
    return None if math.isnan(mean) else (mean, low, high)


def _two_figures(pounds: float) -> float:
    """To two figures, and to hundreds: it bears no more."""
    return pounds if math.isnan(pounds) else float(round(float(f"{pounds:.2g}"), -2)) + 0.0


SENTENCE: Final = (
    "Scenarios compared future by future, with the same chances drawn in each (comparison.csv, contribution.csv)."
)


def _read(path: Path, wanted: Sequence[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(
            path,
            keep_default_na=False,
            na_values=[""],
            dtype=dict.fromkeys(("scenario", "measure", "unit", "when", "part"), str),
        )
    except (OSError, ValueError) as error:
        raise NoComparison(f"{path} cannot be read ({type(error).__name__}). Compare the scenarios again.") from error
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise NoComparison(f"{path} has no column {missing[0]}. Compare the scenarios again with this version.")
    return table


def _timed(table: pd.DataFrame) -> pd.DataFrame:
    """All years together are called otherwise than a sum of categories."""
    return table.assign(when=table["when"].replace(ALL, TOTAL))


def _measures(table: pd.DataFrame, unit: str) -> Facts | None:
    """Each measure of each scenario at each time, and its difference to the first."""
    key, kind, of = KEYS[unit]
    if table.empty:
        return None
    rows = table[["scenario", "measure", "when", *SPREAD]].reset_index(drop=True)
    rows.insert(2, "group", [_GROUPS.get(one, ALL) for one in rows["measure"]])
    columns = tuple(Value(name, title, of) for name, title in zip(SPREAD, _TITLES, strict=True))
    rows[list(SPREAD)] = _as_told(rows[list(SPREAD)], unit)
    return _facts(key, "Scenarios compared", kind, ("scenario", "measure", "group", "when"), columns, rows)


def _levers(table: pd.DataFrame, unit: str) -> Facts | None:
    """What each lever of a scenario adds to each measure; the first row and the last say from where to where."""
    if table.empty:
        return None
    _, kind, of = KEYS[unit]
    rows = table.loc[
        table["part"] != "together",
        ["scenario", "measure", "when", "part", "begins", "adds", "ends", "p10", "p90", "alone"],
    ]
    rows = rows.rename(columns={"part": "lever"}).reset_index(drop=True)
    rows.insert(2, "group", [_GROUPS.get(one, ALL) for one in rows["measure"]])
    titles = ("Begins at", "Adds", "Ends at", "Adds: low end", "Adds: high end", "Adds by itself")
    names = ("begins", "adds", "ends", "p10", "p90", "alone")
    columns = tuple(Value(name, title, of) for name, title in zip(names, titles, strict=True))
    rows[list(names)] = _as_told(rows[list(names)], unit)
    by = ("scenario", "measure", "group", "when", "lever")
    return _facts(LEVERS[unit], "What each lever does", kind, by, columns, rows[[*by, *(c.name for c in columns)]])


def _as_told(values: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Pounds to the nearest thousand, and so many of 100 to a tenth: a forecast bears no more."""
    return values.round(-3 if unit == "£" else 1 if unit == "of 100" else 3)


def _facts(
    key: str, title: str, kind: Kind, by: tuple[str, ...], columns: tuple[Value, ...], rows: pd.DataFrame
) -> Facts:
    labels: dict[str, Any] = {
        "measure": {name: one.title for name, one in BY_NAME.items() if name in set(rows["measure"])},
        "when": {when: _when_said(when) for when in dict.fromkeys(rows["when"].tolist())},
    }
    titles = {"scenario": "Scenario", "measure": "Measure", "when": "When", "lever": "Lever", "group": "Placement"}
    return Facts(key, title, kind, by, columns, rows, SOURCE, titles=titles, labels=labels)


def _when_said(when: str) -> str:
    """March 2027 of 2027-03; a year or an average as it stands."""
    if when in (AVERAGE, TOTAL):
        return "on average" if when == AVERAGE else "over all years"
    parts = when.split("-")
    if (
        len(parts) == 2
        and len(parts[1]) == 2
        and parts[1].isdigit()
        and 1 <= int(parts[1]) <= 12
        and len(parts[0]) == 4
    ):
        return month_said(pd.Timestamp(f"{when}-01").date())
    return when


__all__ = ["END", "START", "WORTH", "Compared", "NoComparison", "read_compared", "with_compared"]
