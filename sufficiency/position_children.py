"""Figures of the children in care as the return has them: who is there, who came, who left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from records.geography import Directory
from records.sources.return_903 import End, Return
from reporting.fact import ALL, Facts
from sufficiency.counts import stock
from sufficiency.groups import AGE_BANDS, EXITS, GROUPS
from sufficiency.history import Entrants, History, age_band, entries
from sufficiency.indicator import Present, first_of_april
from sufficiency.indicators import present_at
from sufficiency.need_words import date_of
from sufficiency.position_keys import TABLES
from sufficiency.position_words import LEGAL, LEGAL_OF, NEED_CODES
from sufficiency.segments import SIBLINGS
from sufficiency.where_placed import FAR, where_placed

Array = npt.NDArray[Any]
Row = tuple[Any, ...]

FLOW_YEARS: Final = 3
"""Of how many years it is told how children came and left; totals are told of all."""
_SEXES: Final = ("F", "M", "U")
_PLACES: Final = ("inside", "outside", "not_known")
_MILES: Final = ("to_20", "over_20", "not_known")


def children_facts(ret: Return, history: History, directory: Directory) -> tuple[Facts, ...]:
    """Every table of children, each of which adds up to `children.total`. `history` must be that of `ret`.

    The groups, ages and periods are those that the forecast is learnt from: short breaks are in none of them, and a
    child lost from sight is not there. Starts and ends are of periods of care: who comes twice in a year counts twice.
    """
    days = [history.until, *([year_before] if (year_before := _year_before(history.until)) > history.first else [])]
    there = [_People(ret, present_at(history, until)) for until in days]
    every = {
        "children.group_age": ("group", "age"),
        "children.legal": ("legal",),
        "children.uasc": ("uasc", "group"),
        "children.need_code": ("need_code",),
        "children.sex_age": ("sex", "age"),
        "children.siblings": ("siblings",),
    }
    tables = [TABLES["children.total"].facts(_totals(history))]
    for key, dims in every.items():
        rows = [row for people in there for row in people.counted(*dims)]
        tables.append(TABLES[key].facts(rows))
    tables += _by_place(there[0], directory)
    years = _years(history)[-FLOW_YEARS:]
    tables += [
        TABLES["started.age_group"].facts([row for year in years for row in _started(history, year)]),
        TABLES["ceased.age"].facts([row for year in years for row in _ceased(history, year, "age")]),
        TABLES["ceased.way_out"].facts([row for year in years for row in _ceased(history, year, "way_out")]),
    ]
    return tuple(tables)


def year_name(year: int) -> str:
    """The financial year that ends on 31 March of `year`, as 2022-23."""
    return f"{year - 1}-{year % 100:02d}"


def last_day(until: int) -> str:
    """The day before, as 2023-03-31."""
    return date_of(until - 1).isoformat()


# ---- on a day ------------------------------------------------------------------------------------------------------


class _People:
    """The children in care on a day, and what they are told by."""

    def __init__(self, ret: Return, present: Present) -> None:
        self.present = present
        self.on = last_day(present.history.until)
        self.dims: dict[str, tuple[Sequence[str], Array]] = dict(_dims(ret, present))
        """Categories, and each child's place among them."""

    def counted(self, *dims: str) -> list[Row]:
        """Children by these dimensions, with every sum."""
        shape = tuple(len(self.dims[dim][0]) for dim in dims)
        at = np.ravel_multi_index(tuple(self.dims[dim][1] for dim in dims), shape)
        counts = np.bincount(at, minlength=int(np.prod(shape))).reshape(shape)
        names = [self.dims[dim][0] for dim in dims]
        return [("in_care", self.on, *row) for row in with_sums(names, counts)]


def with_sums(names: Sequence[Sequence[str]], counts: Array) -> Iterator[Row]:
    """A row for each cell of `counts`, and for each sum of it over one or several dimensions, as `ALL`."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    cells = itertools.product(*((*some, ALL) for some in names))
    for cell, count in zip(cells, counts.ravel().tolist(), strict=True):
        yield (*cell, count)


def _dims(ret: Return, present: Present) -> Iterator[tuple[str, tuple[Sequence[str], Array]]]:
    h, of = present.history, present.periods
    episode = h.stays.episode[present.stays]
    yield "group", (GROUPS, h.placements.group[present.placements].astype(np.int64))
    yield "age", (AGE_BANDS, age_band(h.periods.dob[of], h.until - 1))
    yield "legal", coded(ret.episodes.ls[episode], tuple(LEGAL), LEGAL_OF)
    yield "uasc", (("yes", "no"), np.where(h.periods.unaccompanied[of], 0, 1))
    yield "need_code", coded(ret.episodes.cin[episode], tuple(NEED_CODES), {})
    yield "sex", coded(ret.children.sex[h.periods.child[of]], _SEXES, {})
    yield "siblings", (SIBLINGS, _came_with(h, of))


def coded(codes: Array, names: Sequence[str], named: Mapping[str, str]) -> tuple[Sequence[str], Array]:
    """Codes as places among `names`, by their own name or that in `named`; any other is the last."""
    place = {name: at for at, name in enumerate(names)}
    found, back = np.unique(codes, return_inverse=True)
    at = np.array([place.get(named.get(str(code), str(code)), len(names) - 1) for code in found], dtype=np.int64)
    return names, at[back.reshape(-1)] if len(found) else np.zeros(0, dtype=np.int64)


def _came_with(history: History, of: Array) -> Array:
    """How many of those in care came together, themselves included, as a place in `SIBLINGS`.

    The return does not say who are brothers and sisters: those who came on one day from one address are taken to be.
    """
    family = history.periods.family[of]
    _, back, many = np.unique(family, return_inverse=True, return_counts=True)
    return np.asarray(np.minimum(many[back.reshape(-1)], len(SIBLINGS)) - 1, dtype=np.int64)


def _by_place(people: _People, directory: Directory) -> list[Facts]:
    """Inside and outside the area, near and far; nothing where no child can be located."""
    where = where_placed(people.present, directory)
    tables = []
    if (where.outside >= 0).any():
        people.dims["place"] = (_PLACES, np.where(where.outside < 0, 2, where.outside).astype(np.int64))
        tables.append(TABLES["children.place_group"].facts(people.counted("place", "group")))
    known = ~np.isnan(where.miles)
    if known.any():
        people.dims["miles"] = (_MILES, np.where(known, np.where(where.miles > FAR, 1, 0), 2).astype(np.int64))
        tables.append(TABLES["children.miles_group"].facts(people.counted("miles", "group")))
    return tables


# ---- over time -----------------------------------------------------------------------------------------------------


def _year_before(until: int) -> int:
    day = date_of(until)
    return _day(day.year - 1, day.month)


def _day(year: int, month: int) -> int:
    return int(np.datetime64(f"{year:04d}-{month:02d}-01", "D").astype(np.int64))


def _years(history: History) -> list[int]:
    """The financial years that are known whole, by the year in which they end."""
    first, last = date_of(history.first).year, date_of(history.until).year
    return [
        year
        for year in range(first, last + 1)
        if first_of_april(year - 1) >= history.first and first_of_april(year) <= history.until
    ]


def _totals(history: History) -> list[Row]:
    """Children in care at the end of each quarter and on the last day; starts and ends of each whole year."""
    first, last = date_of(history.first), date_of(history.until)
    firsts = [_day(year, month) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
    quarters = [day for day in firsts if history.first < day <= history.until]
    days = sorted({*quarters, history.until})
    counts = stock(history, [day - 1 for day in days]).sum(axis=(1, 2)).tolist()
    rows: list[Row] = [("in_care", last_day(day), count) for day, count in zip(days, counts, strict=True)]
    for year in _years(history):
        rows.append(("started", year_name(year), len(_came(history, year).period)))
        rows.append(("ceased", year_name(year), len(_left(history, year))))
    return rows


def _came(history: History, year: int) -> Entrants:
    return entries(history, first_of_april(year - 1), first_of_april(year))


def _left(history: History, year: int) -> Array:
    """Periods of care that ended in a year."""
    periods = history.periods
    inside = (periods.until >= first_of_april(year - 1)) & (periods.until < first_of_april(year))
    return np.flatnonzero((periods.end == End.ENDED) & inside)


def _started(history: History, year: int) -> Iterator[Row]:
    came = _came(history, year)
    counts = np.zeros((len(GROUPS), len(AGE_BANDS)), dtype=np.int64)
    np.add.at(counts, (came.group, age_band(came.dob, came.day)), 1)
    return (("started", year_name(year), *row) for row in with_sums((GROUPS, AGE_BANDS), counts))


def _ceased(history: History, year: int, by: str) -> Iterator[Row]:
    at = _left(history, year)
    periods = history.periods
    names: Sequence[str] = EXITS if by == "way_out" else AGE_BANDS
    which = periods.exit[at] if by == "way_out" else age_band(periods.dob[at], periods.until[at])
    counts = np.bincount(np.asarray(which, dtype=np.int64), minlength=len(names))
    return (("ceased", year_name(year), *row) for row in with_sums((names,), counts))
