"""From a folder or file of the return to the return: the whole way."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.model import Finding, Severity
from records.sources.limits import LIMITS, Limits
from records.sources.return_903.births import settle_children
from records.sources.return_903.chain import link
from records.sources.return_903.columns import NO_DAY
from records.sources.return_903.episodes import hold_ages, hold_codes, hold_days
from records.sources.return_903.gather import gather
from records.sources.return_903.layout import LAYOUTS
from records.sources.return_903.model import Children, Count, Episodes, Return
from records.sources.return_903.sheet import FINDING_COLUMNS, Ints, Sheet, Status
from records.sources.return_903.stack import number_children, settle_repeats, stack
from records.sources.return_903.years import settle_years, year_end

_SPANS = (
    ("Missing", "mis_start", "mis_end", "567"),
    ("SWEpisodes", "sw_decom", "sw_dec", "SW09STG2"),
    ("PlacedAdoption", "date_placed", "date_placed_ceased", "522"),
    ("DoLo", "dolo_start", "dolo_end", ""),
)


def read_903(path: Path, limits: Limits = LIMITS) -> Return:
    """Read every year of an SSDA903 return.

    `path` is a folder of one year's CSV files, of all years' files, of a folder for each year, or of merged
    files with LA and YEAR columns; or the Department's XML, alone or among them. Every row is kept, mended,
    said again elsewhere or left out, and counted so; every rule it met is in `findings`. Raises `Unusable`, and
    nothing else, where the return cannot be used at all.
    """
    gathered = gather(Path(path), limits)
    years, noted = settle_years(gathered.parts)
    sheets = {
        name: stack(
            name,
            [part for part in gathered.parts if part.table.name == name],
            [year for part, year in zip(gathered.parts, years, strict=True) if part.table.name == name],
        )
        for name in LAYOUTS
    }
    la, ids, child = number_children(sheets)
    episodes = sheets["Episodes"]
    hold_days(episodes)
    for name, sheet in sheets.items():
        settle_repeats(sheet, child[name])
    _hold_births(sheets["Header"])
    children = settle_children(la, ids, sheets, child)
    hold_ages(episodes, child["Episodes"], children.dob)
    hold_codes(episodes)
    _hold_spans(sheets)
    there = _years(episodes)
    last = np.array([there[council][-1] if council in there else 0 for council in la], dtype=np.int16)
    linked = link(episodes, child["Episodes"], last)
    others = {
        name: _columns(sheet, child[name])
        for name, sheet in sheets.items()
        if name not in ("Header", "Episodes") and len(sheet)
    }
    for frozen in (children, linked):
        for array in _arrays(frozen):
            array.setflags(write=False)
    return Return(
        children,
        linked,
        MappingProxyType(others),
        MappingProxyType(there),
        MappingProxyType({name: _count(sheet) for name, sheet in sheets.items()}),
        _findings(sheets),
        (*gathered.findings, *noted, *_cut_births(children)),
        MappingProxyType(gathered.inputs),
    )


def _hold_births(header: Sheet) -> None:
    header.say("born_after", header.usable & (header.cells["dob"] > year_end(header.year)))


def _cut_births(children: Children) -> tuple[Finding, ...]:
    """Say where an extract has cut dates of birth to the month: ages are then up to a month too high."""
    known = children.dob[~np.isnat(children.dob)]
    first = known == known.astype("datetime64[M]").astype("datetime64[D]")
    if len(known) < 20 or first.mean() < 0.95:
        return ()
    return (
        Finding(
            "*",
            None,
            "DOB",
            "",
            Severity.NOTE,
            "Nearly every date of birth is the first of a month: an extract has cut them.",
            "Children are taken to be up to a month older than they are, and care to end as much earlier at 18.",
            "Give the return itself in place of the extract.",
        ),
    )


def _hold_spans(sheets: dict[str, Sheet]) -> None:
    for name, first, last, public in _SPANS:
        sheet = sheets[name]
        begin, end = sheet.cells[first], sheet.cells[last]
        wrong = sheet.usable & (end < begin)
        sheet.say("other_ends", wrong, last, public=public, read_as="blank")
        end[wrong] = NO_DAY
        late = sheet.usable & (begin > year_end(sheet.year))
        sheet.say("other_late", late, first, public="570" if name == "Missing" else "")


def _years(episodes: Sheet) -> dict[str, tuple[int, ...]]:
    """The collection years each council has Episodes for: a year whose rows are all left out was still there."""
    pairs = pd.DataFrame({"la": episodes.la.astype(object), "year": episodes.year}).query("year > 0").drop_duplicates()
    return {str(la): tuple(sorted(map(int, group["year"]))) for la, group in pairs.groupby("la")}


def _columns(sheet: Sheet, child: Ints) -> MappingProxyType[str, npt.NDArray[Any]]:
    rows = np.flatnonzero(sheet.usable)
    key = [np.nan_to_num(sheet.cells[name][rows].astype(np.int64)) if sheet.cells[name].dtype.kind == "M" else
           sheet.cells[name][rows] for name in reversed(sheet.layout.key) if name != "child"]  # fmt: skip
    order = rows[np.lexsort((*key, sheet.year[rows], child[rows]))]
    made = {name: values[order] for name, values in sheet.cells.items() if name != "child"}
    made |= {"child": child[order], "year": sheet.year[order], "row": order}
    for array in made.values():
        array.setflags(write=False)
    return MappingProxyType(made)


def _arrays(frozen: Children | Episodes) -> list[npt.NDArray[Any]]:
    return [getattr(frozen, name) for name in type(frozen).__slots__]


def _count(sheet: Sheet) -> Count:
    tally = np.bincount(sheet.status, minlength=len(Status))
    return Count(
        read=len(sheet),
        kept=int(tally[Status.KEPT]),
        mended=int(tally[Status.MENDED]),
        repeated=int(tally[Status.REPEATED]),
        left_out=int(tally[Status.LEFT_OUT]),
    )


def _findings(sheets: dict[str, Sheet]) -> pd.DataFrame:
    parts = [part for sheet in sheets.values() if len(part := sheet.findings())]
    if not parts:
        return pd.DataFrame(columns=FINDING_COLUMNS)
    every = pd.concat(parts, ignore_index=True)
    return every.sort_values(["table", "file", "row", "column", "rule"], kind="stable", ignore_index=True)
