"""Children who live in the area, from a projection that the council gives: a CSV file of years and counts."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

MID_YEAR: Final = (6, 30)
"""The day for which the population of a year is estimated."""
COLUMNS: Final = ("year", "children")
_LARGEST: Final = 1_000_000


class PopulationRefused(ValueError):
    """The file cannot be used; the words say what is wrong and how to mend it."""


def read_population(path: Path, origin: date, years: int) -> tuple[float, ...]:
    """The under-18s in the middle of each of so many years from `origin` on, as a multiple of those on that day.

    The file has the columns `year` and `children`: whole years that follow each other, each count as on 30 June.
    Between two such days the count is taken to change evenly. Raises `PopulationRefused`.
    """
    counts = _counts(path)
    asked = [origin, *(date.fromordinal(origin.toordinal() + round(365.25 * (k + 0.5))) for k in range(years))]
    days = [date(year, *MID_YEAR).toordinal() for year in counts]
    if asked[0].toordinal() < days[0] or asked[-1].toordinal() > days[-1]:
        raise PopulationRefused(
            f"{path.name} runs from {min(counts)} to {max(counts)}; the forecast needs {asked[0].year - 1} to "
            f"{asked[-1].year + 1}. Give a projection of those years."
        )
    there = np.interp([day.toordinal() for day in asked], days, list(counts.values()))
    return tuple(float(one) for one in there[1:] / there[0])


def children_on(path: Path, day: date) -> float | None:
    """The under-18s on a day, as the file has them; None before its first count and after its last.

    Raises `PopulationRefused` for a file that cannot be used.
    """
    counts = _counts(path)
    days = [date(year, *MID_YEAR).toordinal() for year in counts]
    if not days[0] <= day.toordinal() <= days[-1]:
        return None
    return float(np.interp(day.toordinal(), days, list(counts.values())))


def _counts(path: Path) -> dict[int, float]:
    """Year to children, in the order of the years."""
    try:
        if path.stat().st_size > _LARGEST:
            raise PopulationRefused(f"{path.name} is too large for a table of years. Give one line for each year.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PopulationRefused(f"{path.name} cannot be read ({error.strerror or type(error).__name__}).") from error
    except UnicodeDecodeError as error:
        raise PopulationRefused(f"{path.name} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    rows = list(csv.DictReader(text.splitlines()))
    if not rows or not set(COLUMNS) <= {(name or "").strip().lower() for name in rows[0]}:
        raise PopulationRefused(f"{path.name} needs the columns {' and '.join(COLUMNS)}, and a line for each year.")
    counts: dict[int, float] = {}
    for number, row in enumerate(rows, start=2):
        cells = {(name or "").strip().lower(): str(value or "").strip() for name, value in row.items()}
        try:
            year, children = int(cells["year"]), float(cells["children"].replace(",", ""))
        except ValueError:
            raise PopulationRefused(f"{path.name}, line {number}: year and children have to be numbers.") from None
        if not (1990 <= year <= 2200 and 0 < children < 1e8) or year in counts:
            raise PopulationRefused(f"{path.name}, line {number}: each year once, with a count above nought.")
        counts[year] = children
    ordered = dict(sorted(counts.items()))
    gaps = [a + 1 for a, b in pairwise(ordered) if b != a + 1]
    if gaps:
        raise PopulationRefused(f"{path.name}: the year {gaps[0]} is missing. Years have to follow each other.")
    return ordered
