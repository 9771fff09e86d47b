"""Published figures of others, to stand beside the council's own: England, its region, its statistical neighbours.

    python -m sufficiency.comparators LAIT.csv --authority Trafford --neighbours NEIGHBOURS.csv > comparators.csv

makes such a file from the long files of the Department's Local Authority Interactive Tool.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pandas as pd

from records.cells import shown
from records.model import Finding, Severity
from records.sources.folder import bytes_of
from records.sources.limits import LIMITS
from records.tables import Unusable
from reporting.fact import Book, Facts, Kind, Unit, Value
from reporting.lens import Lens
from sufficiency.performance_table import days_said
from sufficiency.scenario_faults import nearest

KEY: Final = "comparators"
COLUMNS: Final = ("measure", "area", "area_kind", "period", "value", "unit", "source")
KINDS: Final = ("council", "neighbours", "region", "england")
"""In the order in which areas stand in a table."""
UNITS: Final = ("per_cent", "days", "per_10000", "number")
MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ni_62": "Three or more placements in 12 months",
        "three_in_two_years": "Three or more placements in 24 months",
        "ni_63": "In the same placement for two years",
        "same_carer_two_years": "With the same carer for two years",
        "over_20_miles": "Placed more than 20 miles from home",
        "outside_area": "Placed outside the council's area",
        "unaccompanied": "Unaccompanied children",
        "with_parents": "Placed with parents",
        "supported": "In supported accommodation",
        "adopted": "Of those who left care, adopted",
        "special_guardianship": "Of those who left care, by special guardianship",
        "rate": "Children in care per 10,000 children",
        "a10": "Entry to moving in with adopters (A10), days",
        "a2": "Placement order to match (A2), days",
    }
)
"""Measures that a file may hold, and what they are called."""
LAIT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "LACStable_2016on": ("ni_62", "per_cent"),
        "LAC_LongStable%": ("ni_63", "per_cent"),
        "LACDistance": ("over_20_miles", "per_cent"),
        "Unacc_Asylmn_Seek_Childn%": ("unaccompanied", "per_cent"),
        "LAC_Parents_OR_Others": ("with_parents", "per_cent"),
        "LAC_Ind_SInd_Liv_Arr": ("supported", "per_cent"),
        "%_of LAC Adopted": ("adopted", "per_cent"),
        "LAC_ceased_SGO%": ("special_guardianship", "per_cent"),
        "LAC": ("rate", "per_10000"),
    }
)
"""Measures of the tool, with ours and their unit."""
OF_A_YEAR: Final = ("adopted", "special_guardianship")
"""Measures of what happened in a year; the others are of a day."""
SOURCE: Final = "Department for Education, Local Authority Interactive Tool"
_BY: Final = ("measure", "area", "on")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FINANCIAL: Final = re.compile(r"(\d{4})-(\d{2})")
_LEAST_NEIGHBOURS: Final = 5
"""A mean of fewer is no mean of neighbours."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparators:
    """What a file of comparators says."""

    facts: Facts
    """`comparators` by measure, area and on; value and source as text."""
    findings: tuple[Finding, ...]
    left_out: int


def read_comparators(path: Path) -> Comparators:
    """Read published figures of others from a CSV file with the columns `COLUMNS`.

    A row that says none of the measures, areas, periods or units, or a value that is no number, is left out with a
    finding, and so are rows of one measure, area and period that differ. Raises `Unusable` for a file that cannot be
    read or lacks a column.
    """
    label = shown(path.name)
    try:
        text = bytes_of(path, LIMITS).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(label, "It is not UTF-8 text.", "Save it as CSV UTF-8.") from error
    return comparators_of(text, label)


def comparators_of(text: str, label: str = "comparators.csv") -> Comparators:
    """The same from the text of a file."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise Unusable(
            label,
            f"There is no column {', '.join(absent)}.",
            f"The columns are {', '.join(COLUMNS)}.",
            "No comparators can be read.",
        )
    findings: list[Finding] = []
    told: dict[tuple[str, str, str], tuple[int, str, str, str]] = {}
    differ: set[tuple[str, str, str]] = set()
    for at, row in enumerate(reader, start=2):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        wrong = _wrong(cells)
        if wrong:
            column, what, mend = wrong
            findings.append(_finding(label, at, column, cells[column], what, mend))
            continue
        key = cells["measure"], cells["area"], cells["period"]
        said = at, cells["area_kind"], _written(cells["value"], cells["unit"]), cells["source"]
        if key not in told:
            told[key] = said
        elif told[key][1:] != said[1:]:
            differ.add(key)
    for key in sorted(differ):
        mend = "Keep the row that is right."
        findings.append(
            _finding(label, told[key][0], "value", "", "Two rows of one measure, area and period differ.", mend)
        )
    kept = {key: said for key, said in told.items() if key not in differ}
    findings.sort(key=lambda finding: finding.place)
    return Comparators(_facts(kept), tuple(findings), len(findings))


def with_comparators(book: Book, comparators: Facts | None) -> Book:
    """A book that holds published figures of others too; call it before the book is published."""
    if comparators is None:
        return book
    sources = {**book.sources, KEY: "Published figures of others that the council has loaded."}
    return replace(book, facts={**book.facts, KEY: comparators}, sources=sources)


def lens_with(lens: Lens, comparators: Facts | None) -> Lens:
    """A lens that says them too: they are published already, so no edition hides them. What is said goes on."""
    if comparators is None or lens.has(KEY):
        return lens
    return replace(lens, book=with_comparators(lens.book, comparators))


def _wrong(cells: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The column that is wrong, what is wrong with it and how to mend it."""
    for column, known in (("measure", tuple(MEASURES)), ("area_kind", KINDS), ("unit", UNITS)):
        if cells[column] not in known:
            close = nearest(cells[column], known)
            return column, f"There is no such {column.replace('_', ' ')}{close}.", f"Write one of {', '.join(known)}."
    if not cells["area"]:
        return "area", "The area is not said.", "Write its name."
    if not cells["source"]:
        return "source", "No source is said.", "Say who published the figure, and when."
    if not _is_period(cells["period"]):
        return "period", "This is no day or financial year.", "Write 2025-03-31, or 2024-25."
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", cells["value"]):
        return "value", "This is no number.", "Leave hidden figures out; write others in digits alone, as 12 or 12.5."
    return None


def _is_period(text: str) -> bool:
    if _DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
        return True
    year = _FINANCIAL.fullmatch(text)
    return year is not None and (int(year[1]) + 1) % 100 == int(year[2])


def _written(value: str, unit: str) -> str:
    """A figure as it is read: 12%, 12.5 or 1,234."""
    number = float(value)
    text = f"{number:,.0f}" if number == round(number) else f"{number:,.1f}"
    return f"{text}%" if unit == "per_cent" else text


def _facts(told: Mapping[tuple[str, str, str], tuple[int, str, str, str]]) -> Facts:
    order = sorted(told, key=lambda k: (list(MEASURES).index(k[0]), KINDS.index(told[k][1]), k[1], k[2]))
    areas = {key[1]: (KINDS.index(told[key][1]), key[1]) for key in order}
    areas_named = {name: name for name in sorted(areas, key=lambda one: areas[one])}
    rows = pd.DataFrame([(*key, told[key][2], told[key][3]) for key in order], columns=[*_BY, "value", "source"])
    return Facts(
        KEY,
        "Published figures of others",
        Kind.PLAIN,
        _BY,
        (Value("value", "Figure", Unit.TEXT), Value("source", "Source", Unit.TEXT)),
        rows.astype("object"),
        KEY,
        titles={"measure": "Measure", "area": "Area", "on": "On"},
        labels={"measure": MEASURES, "area": areas_named, "on": days_said(rows["on"])},
    )


def _finding(label: str, row: int, column: str, value: str, what: str, mend: str) -> Finding:
    return Finding(label, row, column, shown(value), Severity.LEFT_OUT, what, "The figure is not shown.", mend)


# ---- from the Local Authority Interactive Tool ---------------------------------------------------------------------


def from_lait(long: pd.DataFrame, authority: str, neighbours: pd.DataFrame | None = None, region: str = "") -> str:
    """A file of comparators from the tool's long file: measure, year, area, la_number, value, all as text.

    `neighbours`: a line a council, its three-digit number and those of its statistical neighbours. Their figure is the
    plain mean of those whose figure is not hidden. Raises ValueError where there is no such council or region.
    """
    wanted = long[long["measure"].isin(LAIT) & long["year"].str.fullmatch(r"\d{4}")]
    known = sorted(set(long["area"]))
    numbers = wanted.loc[wanted["area"] == authority, "la_number"].unique()
    if len(numbers) != 1:
        raise ValueError(f"The file has no council {authority!r}{nearest(authority, known)}.")
    if region and region not in known:
        raise ValueError(f"The file has no region {region!r}{nearest(region, known)}.")
    areas = [(authority, "council"), *([(region, "region")] if region else []), ("England", "england")]
    rows = []
    for area, kind in areas:
        there = wanted[wanted["area"] == area]
        for measure, year, value in zip(there["measure"], there["year"], there["value"], strict=True):
            if _told(value):
                rows.append(_row(measure, area, kind, year, value, SOURCE))
    if neighbours is not None:
        rows += _of_neighbours(wanted, neighbours, str(numbers[0]))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(rows))
    return out.getvalue()


def _of_neighbours(wanted: pd.DataFrame, neighbours: pd.DataFrame, number: str) -> list[tuple[str, ...]]:
    at = next((c for c in ("old_la_code", "LA number", "LA num") if c in neighbours.columns), None)
    columns = [c for c in neighbours.columns if re.fullmatch(r"SN_?\d+", c)]
    if at is None or not columns:
        raise ValueError("The file of neighbours has no column old_la_code or LA number, or none of SN_1 to SN_10.")
    line = neighbours[neighbours[at].str.strip() == number]
    if len(line) != 1:
        raise ValueError(f"The file of neighbours has no council with the number {number}.")
    theirs = [str(cell).strip() for cell in line[columns].iloc[0]]
    there = wanted[wanted["la_number"].isin(theirs)]
    rows = []
    for (measure, year), part in there.groupby(["measure", "year"], sort=True):
        told = [float(value) for value in part["value"] if _told(value)]
        if len(told) >= _LEAST_NEIGHBOURS:
            source = f"{SOURCE}: mean of {len(told)} of {len(theirs)} statistical neighbours"
            mean = f"{sum(told) / len(told):.1f}"
            rows.append(_row(str(measure), "Statistical neighbours", "neighbours", str(year), mean, source))
    return rows


def _row(measure: str, area: str, kind: str, year: str, value: str, source: str) -> tuple[str, ...]:
    ours, unit = LAIT[measure]
    period = f"{int(year) - 1}-{year[2:]}" if ours in OF_A_YEAR else f"{year}-03-31"
    return ours, area, kind, period, value, unit, source


def _told(value: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", value) is not None


def main(words: Sequence[str] | None = None) -> int:
    """Write a file of comparators to the screen, or to a file."""
    parser = argparse.ArgumentParser(
        prog="python -m sufficiency.comparators", description="Make a file of comparators."
    )
    parser.add_argument("lait", type=Path, help="long file of the tool: measure, year, area, la_number, value")
    parser.add_argument("--authority", required=True, help="the council, as the file names it")
    parser.add_argument("--region", default="", help="its region, as the file names it")
    parser.add_argument("--neighbours", type=Path, help="statistical neighbours: a line a council, by number")
    parser.add_argument("--to", type=Path, help="the file to write; without it, the screen")
    said = parser.parse_args(words)
    try:
        near = None if said.neighbours is None else _texts(said.neighbours)
        made = from_lait(_texts(said.lait), said.authority, near, said.region)
    except (OSError, ValueError, KeyError) as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 2
    if said.to is None:
        sys.stdout.write(made)
    else:
        said.to.write_text(made, encoding="utf-8", newline="")
    return 0


def _texts(path: Path) -> pd.DataFrame:
    """A CSV file, every cell as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


if __name__ == "__main__":
    raise SystemExit(main())
