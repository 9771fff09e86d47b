"""Which collection year each row belongs to, where a name alone does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from records.days import day
from records.model import Finding, Severity
from records.sources.return_903.columns import NO_DAY
from records.sources.return_903.gather import Named, Part, year_said
from records.tables import Unusable

_UNKNOWN: Final = 0
Days = npt.NDArray[np.datetime64]


def year_end(year: npt.NDArray[np.integer]) -> Days:
    """31 March of each collection year."""
    months = (year.astype(np.int64) - 1970) * 12 + 3
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(first - np.timedelta64(1, "D"), dtype="datetime64[D]")


def settle_years(parts: Sequence[Part]) -> tuple[list[npt.NDArray[np.int16]], tuple[Finding, ...]]:
    """Give the collection year (that in which it ends) of every row of every part, 0 where it cannot be read.

    A name such as 2017 may mean the year that begins or ends then. One reading holds for the whole return:
    that under which fewer episodes lie outside their year. Where no name says a year, and there is no year
    column, all files are of the year that fits their episodes best. Raises `Unusable` where nothing says it.
    """
    said = [_said(part) for part in parts]
    dates = [_dates(part) for part in parts]
    misfits = {shift: sum(map(_misfit, dates, [_shifted(s, shift) for s in said])) for shift in (0, 1)}
    shift = 1 if misfits[1] < misfits[0] else 0
    years = [_shifted(one, shift) for one in said]
    findings: list[Finding] = []
    if shift and any(((one[0] > 0) & ~one[1]).any() for one in said):
        findings.append(_note("The years in the names are those in which a collection begins.", "2017 is 2017-18."))
    without = [at for at, part in enumerate(parts) if "year" not in part.table.frame and part.named is None]
    if without:
        elsewhere = {int(y) for at, one in enumerate(years) if at not in without for y in np.unique(one)} - {_UNKNOWN}
        # Files that say no year beside files that all say the same one are of that year.
        year = elsewhere.pop() if len(elsewhere) == 1 else _best_year([dates[at] for at in without])
        if year is None:
            raise Unusable(
                parts[without[0]].table.label,
                "Nothing says which year the files are of.",
                "Put each year's files in a folder named after it, such as 2017-18.",
            )
        for at in without:
            years[at] = np.full(len(parts[at].table.frame), year, dtype=np.int16)
        findings.append(
            _note(
                f"Not every file says its year; those that do not are taken to be of that which ends in {year}.",
                "It is used.",
            )
        )
    return years, tuple(findings)


_Said = tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]


def _said(part: Part) -> _Said:
    """The year that is said for each row, and whether it is said beyond doubt."""
    frame = part.table.frame
    count = len(frame)
    if "year" in frame:
        codes, unique = pd.factorize(frame["year"].to_numpy(dtype=object))
        read = [year_said(str(text)) or Named(_UNKNOWN, True) for text in unique]
        years = np.array([one.year for one in read], dtype=np.int16)
        whole = np.array([one.whole for one in read], dtype=np.bool_)
        return (years[codes], whole[codes]) if count else (np.zeros(0, np.int16), np.zeros(0, np.bool_))
    named = part.named or Named(_UNKNOWN, True)
    return np.full(count, named.year, dtype=np.int16), np.full(count, named.whole)


def _shifted(said: _Said, shift: int) -> npt.NDArray[np.int16]:
    years, whole = said
    return np.where(whole | (years == _UNKNOWN), years, years + shift).astype(np.int16)


def _dates(part: Part) -> tuple[Days, Days] | None:
    if part.table.name != "Episodes":
        return None
    return _days(part.table.frame["decom"]), _days(part.table.frame["dec"])


def _days(column: pd.Series) -> Days:
    text = column.str.strip()
    codes, unique = pd.factorize(text.to_numpy(dtype=object))
    if not len(unique):
        return np.array([], dtype="datetime64[D]")
    read = [day(str(one)) for one in unique]
    days = np.array([NO_DAY if one.value is None else np.datetime64(str(one.value), "D") for one in read])
    return days.astype("datetime64[D]")[codes]


def _misfit(dates: tuple[Days, Days] | None, years: npt.NDArray[np.int16]) -> int:
    """Episodes that do not touch the year they are said to be of, or that pass its end."""
    if dates is None:
        return 0
    begin, end = dates
    last = year_end(years)
    first = year_end(years - 1)
    known = years != _UNKNOWN
    return int((known & ((begin > last) | (end > last) | (end <= first))).sum())


def _best_year(dates: Sequence[tuple[Days, Days] | None]) -> int | None:
    known = [pair for pair in dates if pair is not None and len(pair[0])]
    if not known:
        return None
    every = np.concatenate([day for pair in known for day in pair])
    every = every[~np.isnat(every)]
    if not len(every):
        return None
    months = every.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    candidates = np.unique((months + 9) // 12)
    return min(
        (int(year) for year in candidates),
        key=lambda year: (sum(_misfit(p, np.full(len(p[0]), year, np.int16)) for p in known), year),
    )


def _note(message: str, meaning: str) -> Finding:
    return Finding(
        "*", None, "year", "", Severity.NOTE, message, meaning, "Name folders after both years, such as 2017-18."
    )
