"""A made-up council's return as files, and the same read already."""

from __future__ import annotations

import csv
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.need_worlds.rows import Rows, collection_year
from benchmarks.need_worlds.truth import FAR
from benchmarks.need_worlds.worlds import Authority
from records.sources.return_903 import Children, Count, End, Episodes, Return
from records.sources.return_903.sheet import FINDING_COLUMNS

_CODES = ("rne", "ls", "cin", "place", "place_provider", "rec", "reason_place_change", "home_post", "pl_post", "urn")
_EPISODES = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST",
    "PL_POST", "URN",
)  # fmt: skip


def ids(child: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """The id of each child, in the order of their numbers."""
    return np.char.add("C", np.char.zfill(child.astype("U7"), 7))


def as_return(made: Authority) -> Return:
    """The return as `read_903` gives it, without the files: each row once, and nothing to be said of any."""
    header, rows, origin = made.header, made.episodes, made.truth.origin
    is_open = rows.until >= origin
    period = np.cumsum(np.append(True, rows.period[1:] != rows.period[:-1])[: len(rows)]) - 1
    plain = {name: getattr(rows, name) for name in _CODES}
    plain["rec"] = np.where(is_open, "", rows.rec)
    plain["reason_place_change"] = np.where(is_open, "", rows.reason_place_change)
    episodes = Episodes(
        child=np.searchsorted(header.child, rows.child),
        begin=rows.begin.astype("datetime64[D]"),
        until=np.minimum(rows.until, origin).astype("datetime64[D]"),
        end=np.where(is_open, End.OPEN, End.ENDED).astype(np.int8),
        period=period,
        year=np.where(is_open, made.years[-1], collection_year(rows.until)).astype(np.int16),
        row=np.arange(len(rows)),
        **plain,
    )
    ceased = np.where(header.ceased == FAR, np.datetime64("NaT", "D"), header.ceased.astype("datetime64[D]"))
    children = Children(
        la=np.full(len(header.child), "", dtype="U1"),
        id=ids(header.child),
        dob=header.dob.astype("datetime64[D]"),
        sex=header.sex,
        ethnic=header.ethnic,
        unaccompanied=header.unaccompanied,
        duc=ceased,
    )
    counts = {"Header": len(header.child), "Episodes": len(rows), "UASC": int(header.unaccompanied.sum())}
    return Return(
        children,
        episodes,
        MappingProxyType({}),
        MappingProxyType({"": made.years}),
        MappingProxyType({name: Count(count, count, 0, 0, 0) for name, count in counts.items()}),
        pd.DataFrame(columns=FINDING_COLUMNS),
        (),
        MappingProxyType({}),
    )


def write(made: Authority, folder: Path) -> Path:
    """Write a folder of CSV files for each collection year, as councils keep them: `2014-15` and so on."""
    header, rows, truth = made.header, made.episodes, made.truth
    for year in made.years:
        first, last = (int(np.datetime64(f"{y}-04-01").astype(np.int64)) for y in (year - 1, year))
        # An episode that ended on 1 April is in the year that begins then, too: its end has to be told.
        held = rows.take((rows.begin < last) & (rows.until >= first))
        there = np.isin(header.child, held.child)
        sex = header.sex if year >= 2025 else np.where(header.sex == "M", "1", "2")
        names, born = ids(header.child), _days(header.dob)
        girl = np.where(header.sex == "F", "0", "")
        home = folder / f"{year - 1}-{year % 100:02d}"
        home.mkdir(parents=True, exist_ok=True)
        _file(
            home / "header.csv",
            ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
            (names, sex, born, header.ethnic, np.full(len(names), "UN3"), girl, np.full(len(names), "")),
            there,
        )
        alone = there & header.unaccompanied
        if alone.any():
            ceased = np.where(header.ceased < last, _days(header.ceased), "")
            _file(home / "uasc.csv", ("CHILD", "SEX", "DOB", "DUC"), (names, sex, born, ceased), alone)
        _file(home / "episodes.csv", _EPISODES, _columns(held, last), np.ones(len(held), dtype=np.bool_))
    if truth.origin != last:
        raise AssertionError("the last year of the return does not end on the eve of the origin")
    return folder


def _columns(held: Rows, last: int) -> tuple[npt.NDArray[np.str_], ...]:
    ended = held.until < last
    by_name: dict[str, npt.NDArray[np.str_]] = {name.upper(): getattr(held, name) for name in _CODES}
    by_name["CHILD"], by_name["DECOM"] = ids(held.child), _days(held.begin)
    by_name["DEC"] = np.where(ended, _days(held.until), "")
    for name in ("REC", "REASON_PLACE_CHANGE"):
        by_name[name] = np.where(ended, by_name[name], "")
    return tuple(by_name[name] for name in _EPISODES)


def _days(days: npt.NDArray[np.int64]) -> npt.NDArray[np.str_]:
    """Each day as DD/MM/YYYY."""
    iso = np.datetime_as_string(np.minimum(days, FAR // 20).astype("datetime64[D]"))
    return np.array([f"{t[8:]}/{t[5:7]}/{t[:4]}" for t in iso.tolist()], dtype="U10")


def _file(path: Path, names: tuple[str, ...], columns: tuple[Any, ...], keep: npt.NDArray[np.bool_]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows(zip(*(column[keep].tolist() for column in columns), strict=True))
