"""All years' files of one kind into one sheet, and one row for what several rows say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.cells import spaced
from records.sources.return_903.columns import NO_DAY, read_columns
from records.sources.return_903.gather import Part
from records.sources.return_903.layout import LAYOUTS, Layout
from records.sources.return_903.sheet import Bools, Ints, Sheet

_BLANK = {"M": NO_DAY, "i": -1}


def stack(name: str, parts: Sequence[Part], years: Sequence[npt.NDArray[np.int16]]) -> Sheet:
    """Put one file's years under each other, and read every column. No parts give a sheet without rows."""
    layout = LAYOUTS[name]
    frames = [_text(layout, part) for part in parts]
    empty = pd.DataFrame({c: pd.array([], dtype="str") for c in (*(i.name for i in layout.items), "la")})
    text = pd.concat(frames, ignore_index=True) if frames else empty
    numbers = [part.table.frame.index.to_numpy(dtype=np.int64) for part in parts]
    la = text["la"].str.slice(0, 60).to_numpy(dtype=object)
    sheet = Sheet(
        layout,
        text,
        tuple(part.table.label for part in parts),
        np.repeat(np.arange(len(parts), dtype=np.int32), [len(frame) for frame in frames]),
        np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int64),
        np.concatenate(list(years)) if len(years) else np.zeros(0, dtype=np.int16),
        la.astype(np.str_) if len(la) else np.array([], dtype="U1"),
    )
    misshapen = [
        np.isin(part.table.frame.index.to_numpy(), np.fromiter(part.table.misshapen, dtype=np.int64)) for part in parts
    ]
    if misshapen:
        sheet.say("misshapen", np.concatenate(misshapen))
    sheet.say("no_year", sheet.year == 0)
    read_columns(sheet)
    return sheet


def _text(layout: Layout, part: Part) -> pd.DataFrame:
    frame = part.table.frame
    columns = {}
    for name in (*(item.name for item in layout.items), "la"):
        if name in frame:
            codes, unique = pd.factorize(frame[name].to_numpy(dtype=object))
            trimmed = np.array([spaced(str(text)).strip() for text in unique], dtype=object)
            columns[name] = pd.array(trimmed[codes] if len(unique) else [], dtype="str")
        else:
            columns[name] = pd.array([""] * len(frame), dtype="str")
    return pd.DataFrame(columns)


def number_children(sheets: dict[str, Sheet]) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], dict[str, Ints]]:
    """Give each child (council and id) a number in sorted order: councils, ids, and each sheet's numbers.

    A row whose child cannot be read has -1.
    """
    keys = {
        name: pd.MultiIndex.from_arrays([sheet.la.astype(object), sheet.cells["child"].astype(object)])
        for name, sheet in sheets.items()
    }
    usable = [keys[name][sheet.usable & (sheet.cells["child"] != "")] for name, sheet in sheets.items()]
    every = usable[0].append(usable[1:]).unique().sort_values()
    la = np.array(every.get_level_values(0), dtype=np.str_)
    ids = np.array(every.get_level_values(1), dtype=np.str_)
    return la, ids, {name: every.get_indexer(key).astype(np.int64) for name, key in keys.items()}


def settle_repeats(sheet: Sheet, child: Ints) -> None:
    """Keep one row of each key: the latest year's. Rows of one key in one year that differ are all left out."""
    names = [item.name for item in sheet.layout.items]
    key = pd.DataFrame({name: sheet.cells[name] for name in sheet.layout.key if name != "child"})
    key["child"] = child
    once_a_year = sheet.layout.once and sheet.layout.name not in ("Header", "UASC")
    # A care leaver, or a child's health, is told of anew each year: only within a year is a second row a repeat.
    key["year"] = sheet.year if once_a_year else np.int16(0)
    alive = np.flatnonzero(sheet.usable & (child >= 0))
    key = key.iloc[alive]
    group = key.groupby(list(key.columns), sort=False, dropna=False).ngroup().to_numpy().astype(np.int64)
    if sheet.layout.name == "Header":
        _blank_disputed(sheet, alive, group)
    said = np.zeros(len(alive), dtype=np.int64)
    for name in names:
        codes, _ = pd.factorize(sheet.cells[name][alive])
        said = pd.factorize(said * (int(codes.max(initial=0)) + 2) + codes)[0].astype(np.int64)
    table = pd.DataFrame({"group": group, "year": sheet.year[alive], "said": said, "row": alive})
    same_year = table.groupby(["group", "year"], sort=False)["said"]
    differ = (same_year.transform("min") != same_year.transform("max")).to_numpy()
    sheet.say("twice", alive[differ], sheet.layout.key[-1], public=sheet.layout.once)
    table = table[~differ].sort_values(["group", "year", "row"], kind="stable")
    # Of equal rows the first in the file counts; which file comes first depends on names alone.
    again = table.duplicated(["group", "year"], keep="first").to_numpy()
    _repeat(sheet, "same_row", table["row"].to_numpy()[again], sheet.layout.once)
    table = table[~again]
    earlier = table.duplicated("group", keep="last").to_numpy()
    if sheet.layout.name == "Episodes":
        _compare_years(sheet, table)
    _repeat(sheet, "later_year", table["row"].to_numpy()[earlier])


def _blank_disputed(sheet: Sheet, alive: Ints, group: Ints) -> None:
    """Where a child stands in one year's Header twice, blank what the rows do not agree on.

    A child is not lost for a second pupil number; where the rows differ in the date of birth none is used.
    """
    by = pd.DataFrame({"group": group, "year": sheet.year[alive]})
    for item in sheet.layout.items:
        if item.name in ("child", "dob"):
            continue
        values = sheet.cells[item.name]
        by["said"] = pd.factorize(values[alive])[0]
        same = by.groupby(["group", "year"], sort=False)["said"]
        rows = alive[(same.transform("min") != same.transform("max")).to_numpy()]
        sheet.say("disputed", rows, item.name)
        values[rows] = np.zeros(1, dtype=values.dtype)[0] if values.dtype.kind == "U" else _BLANK[values.dtype.kind]


def _repeat(sheet: Sheet, key: str, rows: Ints, public: str = "") -> None:
    mask: Bools = np.zeros(len(sheet), dtype=np.bool_)
    mask[rows] = True
    sheet.repeat(key, mask)
    if public and mask.any():
        last = sheet.entries[-1]
        sheet.entries[-1] = type(last)(last.rule, last.column, public, last.rows, last.read_as)


def _compare_years(sheet: Sheet, table: pd.DataFrame) -> None:
    """Say where a later year's file tells the same episode otherwise (rules 503), recodes aside."""
    rows = table["row"].to_numpy()
    group = table["group"].to_numpy()
    pair = np.flatnonzero(group[1:] == group[:-1])
    before, after = rows[pair], rows[pair + 1]
    for letter, name in zip("ABCDE", ("rne", "ls", "cin", "place", "place_provider"), strict=True):
        old, new = sheet.cells[name][before], sheet.cells[name][after]
        changed = (old != new) & (old != "")
        if name == "place":
            recoded = changed & _recode(old, new, sheet.year[after])
            sheet.say("recoded", before[recoded], name, read_as=new[recoded])
            changed &= ~recoded
        sheet.say("changed_503", before[changed], name, public=f"503{letter}", read_as=new[changed])


def _recode(old: npt.NDArray[Any], new: npt.NDArray[Any], year: npt.NDArray[np.int16]) -> Bools:
    supported = (old == "H5") & (new == "K3") & np.isin(year, (2024, 2025))
    other = (old == "Z1") & np.isin(new, ("Z11", "Z12", "Z13", "Z14")) & (year == 2026)
    return np.asarray(supported | other, dtype=np.bool_)
