"""Reads the yearly figures that the Department for Education publishes for every English council.

Children in care on 31 March, those who started in the year and those who ceased, and where children lived, as
printed in the Department's files of underlying data (SFR, to 2019), its releases of 2021 to 2023 and the Local
Authority Interactive Tool. The files are the user's: none comes with this package. All are published under the
Open Government Licence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sufficiency.panel import OPEN_GROUPS, Panel

Numbers = npt.NDArray[np.float64]

YEARS: Final = tuple(range(2010, 2024))
SFR_YEARS: Final = tuple(range(2010, 2020))

JOINED: Final = {
    "Dorset, Bournemouth and Poole": ("835", "836", "837", "838", "839"),
    "Northamptonshire": ("928", "940", "941"),
}
"""Councils split or merged between 2010 and 2023 whose parts cannot be told apart in every year: read as one."""
LEFT_OUT: Final = ("201", "420")
"""City of London and the Isles of Scilly: seldom more than twenty children in care, and often none."""
NO_LONGER_THERE: Final = ("942", "943")
"""Cumberland, and Westmorland and Furness, took over from Cumbria on 1 April 2023, a day after the last figures: the
tables of placements from 2021 name them and print nothing, so Cumbria has no placements after 2019."""

_FOSTER, _ADOPTION, _PARENTS, _HOMES, _ELSEWHERE = range(len(OPEN_GROUPS))
_CODES_2010 = {
    "Q1": _FOSTER, "Q2": _FOSTER,
    "A3": _ADOPTION, "A4": _ADOPTION, "A5": _ADOPTION, "A6": _ADOPTION,
    "P1": _PARENTS,
    "K1": _HOMES, "K2": _HOMES, "H5": _HOMES, "P2": _HOMES, "P3": _HOMES,
    "R1": _ELSEWHERE, "R2": _ELSEWHERE, "R3": _ELSEWHERE, "R5": _ELSEWHERE, "S1": _ELSEWHERE, "M1": _ELSEWHERE,
    "M2": _ELSEWHERE, "M3": _ELSEWHERE, "Z1": _ELSEWHERE,
}  # fmt: skip
_COLUMNS_FROM_2011 = {
    "CLA_Fost": _FOSTER, "CLA_Adopt": _ADOPTION, "CLA_Parent": _PARENTS, "CLA_Ocom": _HOMES, "CLA_Secure": _HOMES,
    "CLA_Ores": _ELSEWHERE, "CLA_RSch": _ELSEWHERE, "CLA_Miss": _ELSEWHERE, "CLA_OthPl": _ELSEWHERE,
}  # fmt: skip
_ROWS_FROM_2021 = {
    "Foster placements": _FOSTER,
    "Placed for adoption": _ADOPTION,
    "Placed with parents or other person with parental responsibility": _PARENTS,
    "Secure homes and children's homes": _HOMES,
    "Independent and semi-independent living arrangements/supported accommodation": _HOMES,
    "Other residential settings": _ELSEWHERE,
    "Residential schools": _ELSEWHERE,
    "Other placements": _ELSEWHERE,
}


def read_england(dfe: Path, lait: Path) -> Panel:
    """Yearly figures of every English council from 2010 to 2023, out of the folders of DfE and LAIT files.

    A council's starters are published from 2015. For 2011 to 2014 they are the children looked after at any time in
    the year less those in care when it began, times what that count falls short of the published starters for
    England in the same year (about 1.03: a child who left and came back in the year is not among them).
    Suppressed cells are worked out from the total where only one group has any, and shared evenly otherwise; `exact`
    tells which. Raises FileNotFoundError for a file that is not there and KeyError for a column.
    """
    files = {year: _sfr(dfe / "sfr_underlying" / f"CLA_{year}.csv") for year in SFR_YEARS}
    tool = _table(lait / "lait_cla_core_all_las_2016_2023.csv")
    areas = _areas(tool)
    national = _national(_table(dfe / "national" / "cla_time_series_1994_2024.csv"))

    flows = _flows(files, tool, areas, national, dfe)
    by_group, exact = _placements(files, tool, areas, dfe)
    return Panel(
        areas=tuple(areas),
        years=np.asarray(YEARS, dtype=np.int64),
        stock=flows["LACnum"],
        starts=flows["LACnum_Start"],
        ceases=flows["LACceased"],
        by_group=by_group,
        exact=exact,
        national_years=np.asarray(national["stock"].index, dtype=np.int64),
        national_stock=national["stock"].to_numpy(dtype=np.float64),
        national_starts=national["starts"].to_numpy(dtype=np.float64),
    )


def _flows(
    files: Mapping[int, pd.DataFrame],
    tool: pd.DataFrame,
    areas: Mapping[str, tuple[str, ...]],
    national: Mapping[str, pd.Series],
    dfe: Path,
) -> dict[str, Numbers]:
    """[areas, years] by the tool's names of measures: in care on 31 March, started, ceased."""
    held = {name: np.full((len(areas), len(YEARS)), np.nan) for name in ("LACnum", "LACnum_Start", "LACceased")}

    def put(name: str, year: int, values: pd.Series) -> None:
        held[name][:, YEARS.index(year)] = _of_areas(values, areas)

    for year in range(2010, 2014):
        put("LACnum", year, _stock(files, year))
    put("LACnum", 2014, _numbers(files[2018]["CLA_Mar2014"]))
    put("LACnum", 2015, _numbers(files[2019]["CLA_Mar2015"]))
    for year in range(2011, 2015):
        during = _numbers(files[year][f"CLA_{year}"])
        scale = national["starts"][year] / (float(during["England"]) - national["stock"][year - 1])
        put("LACnum_Start", year, (during - _stock(files, year - 1)) * scale)
    for name, letters, column in (("LACnum_Start", "ADM", "CLA_started2015"), ("LACceased", "CEA", "CLA_cease2015")):
        put(name, 2015, _numbers(_sfr(dfe / "sfr_underlying" / f"{letters}_2019.csv")[column]))
    for name in held:
        rows = tool[tool["measure"] == name]
        for year in range(2016, 2024):
            put(name, year, _numbers(rows[rows["year"] == str(year)].set_index("la_number")["value"]))
    return held


def _placements(
    files: Mapping[int, pd.DataFrame], tool: pd.DataFrame, areas: Mapping[str, tuple[str, ...]], dfe: Path
) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """[areas, years, groups] children by group, and whether each count is certain; no year 2020 is published."""
    by_group = np.full((len(areas), len(YEARS), len(OPEN_GROUPS)), np.nan)
    exact = np.zeros(by_group.shape, dtype=np.bool_)

    def put(year: int, table: pd.DataFrame, names: Sequence[str], groups: Sequence[int], whole: pd.Series) -> None:
        cells = np.stack([_of_areas(_numbers(table[name]), areas) for name in names], axis=1)
        at = YEARS.index(year)
        by_group[:, at], exact[:, at] = _groups(cells, groups, _of_areas(whole, areas))

    for year in SFR_YEARS:
        put(year, files[year], *_placement_columns(files[year], year), _stock(files, year))
    of_codes = _table(dfe / "cla_number_and_rate_release_2022_23.csv").dropna(subset=["new_la_code", "old_la_code"])
    number_of = dict(zip(of_codes["new_la_code"], of_codes["old_la_code"], strict=True))
    by_name = tool.drop_duplicates("area").set_index("area")["la_number"]
    placed = _table(dfe / "la_cla_on_31_march_by_characteristics_to2023.csv")
    placed = placed[(placed["cla_group"] == "Placement") & (placed["geographic_level"] == "Local authority")]
    numbers = placed["new_la_code"].map(number_of).fillna(placed["area"].map(by_name))
    placed = placed.assign(la_number=numbers).dropna(subset=["la_number"])
    for year in (2021, 2022, 2023):
        rows = placed[placed["time_period"] == str(year)]
        wide = rows.pivot_table(index="la_number", columns="characteristic", values="number", aggfunc="first")
        put(year, wide, list(_ROWS_FROM_2021), list(_ROWS_FROM_2021.values()), _numbers(wide["Total"]))
    return by_group, exact


def _stock(files: Mapping[int, pd.DataFrame], year: int) -> pd.Series:
    """Children in care on 31 March as that year's own file has them."""
    return _numbers(files[year]["MarTotal_2010" if year == 2010 else f"CLA_Mar{year}"])


def _table(path: Path) -> pd.DataFrame:
    """One CSV as text, its column names without the blanks that some files carry."""
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not in {path.parent.name}: download it from the DfE release it names")
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    table.columns = [str(name).strip() for name in table.columns]
    return table


def _sfr(path: Path) -> pd.DataFrame:
    """One file of underlying data by three-digit number of the council; England's row has 999 or 921."""
    table = _table(path)
    number = table["geog_c"].str.strip()
    england = table["geog_l"].str.strip().str.upper() == "NATIONAL"
    return table.assign(la_number=number.where(~england, "England")).set_index("la_number")


def _numbers(text: pd.Series) -> pd.Series:
    """Counts; what is suppressed, not applicable or not published is not a number."""
    return pd.to_numeric(text.str.replace(",", "").str.strip(), errors="coerce")


def _national(table: pd.DataFrame) -> dict[str, pd.Series]:
    """England's own series, by year ending 31 March."""
    rows = {
        "stock": "Children looked after at 31 March",
        "starts": "Children starting to be looked after during the year",
    }
    held = {}
    for name, label in rows.items():
        of_label = table[table["population_count"] == label]
        series = _numbers(of_label.set_index(of_label["time_period"].astype(np.int64))["number"])
        held[name] = series.dropna()
    both = held["stock"].index.intersection(held["starts"].index).sort_values()
    return {name: series.loc[both] for name, series in held.items()}


def _areas(tool: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Council -> the numbers it has had; regions and England, and those left out, are not among them."""
    inside = {number for numbers in JOINED.values() for number in numbers}
    aside = {*LEFT_OUT, *NO_LONGER_THERE, *inside}
    names = tool.drop_duplicates("la_number").set_index("la_number")["area"]
    areas = {name: numbers for name, numbers in JOINED.items() if names.index.isin(numbers).any()}
    areas |= {str(name): (str(n),) for n, name in names.items() if 200 <= int(str(n)) < 960 and n not in aside}
    return dict(sorted(areas.items()))


def _of_areas(values: pd.Series, areas: Mapping[str, tuple[str, ...]]) -> Numbers:
    """Sum over each council's numbers; not known where none of them has a figure."""
    council = {number: name for name, numbers in areas.items() for number in numbers}
    held = values[values.index.isin(council)]
    sums = held.groupby(held.index.map(council)).sum(min_count=1)
    return sums.reindex(list(areas)).to_numpy(dtype=np.float64)


def _placement_columns(table: pd.DataFrame, year: int) -> tuple[list[str], list[int]]:
    """Columns of placements and the group of each.

    The columns of 2010 stand in the order of the alphabet and their headings do not: read by its headings, the file
    has 410 children in foster care in England, and 47,200 in the places where the alphabet puts them.
    """
    if year == 2010:
        columns = [str(name) for name in table.columns if str(name).startswith("MarPlace_")]
        return columns, [_CODES_2010[code] for code in sorted(_CODES_2010)]
    held = {name: group for name, group in _COLUMNS_FROM_2011.items() if name in table.columns}
    return list(held), list(held.values())


def _groups(cells: Numbers, group: Sequence[int], whole: Numbers) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Children of each group [areas, groups] and whether the count is certain, from cells of which some are hidden."""
    hidden = np.isnan(cells)
    known = np.where(hidden, 0.0, cells)
    count = hidden.sum(axis=1)
    rest = np.maximum(whole - known.sum(axis=1), 0.0)
    each = np.divide(rest, count, out=np.zeros_like(rest), where=count > 0)
    filled = np.where(hidden, each[:, None], cells)
    belongs = np.asarray(group)[:, None] == np.arange(len(OPEN_GROUPS))
    sums = filled @ belongs
    hidden_in = hidden.astype(np.int64) @ belongs.astype(np.int64)
    exact = (hidden_in == 0) | (hidden_in == count[:, None])
    published = np.isfinite(whole) & ~hidden.all(axis=1)
    return np.where(published[:, None], sums, np.nan), exact & published[:, None]
