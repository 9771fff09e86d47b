"""Published yearly figures: headings that change, councils that merged, cells that were hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from sufficiency.open_figures import read_england
from sufficiency.panel import OPEN_GROUPS, Panel

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FOSTERING, ADOPTION, PARENTS, HOMES, ELSEWHERE = range(len(OPEN_GROUPS))

OLD = ("301", "835", "836", "837")
"""Numbers of Barking and Dagenham, Dorset, Poole and Bournemouth until 2019."""
NEW = ("301", "838", "839")
CODES_2010 = (
    *("Q1", "Q2", "A3", "A4", "A5", "A6", "P1", "P2", "P3", "K1", "K2", "H5"),
    *("R1", "R2", "R3", "R5", "S1", "M1", "M2", "M3", "Z1"),
)
"""As the file has its headings: its columns are in the order of the alphabet."""


def write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A CSV, no field of which has a comma."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(map(str, row)) for row in (heads, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def places(row: Mapping[str, object]) -> dict[str, object]:
    """Everybody in foster care but for what `row` says."""
    kinds = ("Fost", "Adopt", "Parent", "Ocom", "Secure", "Ores", "RSch", "OthPl")
    return {f"CLA_{kind}": row.get(kind, 0) for kind in kinds}


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Files of one council and of the three that became two, 100 children each and 40 starters a year."""
    dfe, lait = tmp_path_factory.mktemp("dfe"), tmp_path_factory.mktemp("lait")
    sfr = dfe / "sfr_underlying"
    alphabet = sorted(CODES_2010)
    cells = {"Q2": 60, "A5": 10, "P1": 5, "K2": 15, "H5": 4, "S1": "x"}
    row = [cells.get(code, 0) for code in alphabet]
    heads = ["geog_l", "geog_c", "geog_n", "MarTotal_2010", *(f"MarPlace_{c}_2010" for c in CODES_2010)]
    write(sfr / "CLA_2010.csv", heads, [["LA", n, "name", 100, *row] for n in OLD])
    for year in range(2011, 2020):
        cells = places({"Fost": 70, "Adopt": "x", "Secure": "x", "Parent": 10, "Ores": 8})
        heads = ["geog_l", "geog_c", "geog_n", f"CLA_Mar{year}", f"CLA_{year} ", *cells]
        if year in (2018, 2019):
            heads.append(f"CLA_Mar{year - 4}")
        england = ["NATIONAL", "999", "ENGLAND", 400, 550, *cells.values(), 400]
        rows = [["LA", n, "name", 100, 138, *cells.values(), 101] for n in OLD]
        write(sfr / f"CLA_{year}.csv", heads, [r[: len(heads)] for r in (england, *rows)])
    write(sfr / "ADM_2019.csv", ["geog_l", "geog_c", "CLA_started2015"], [["LA", n, 40] for n in OLD])
    write(sfr / "CEA_2019.csv", ["geog_l", "geog_c", "CLA_cease2015"], [["LA", n, 39] for n in OLD])

    names = {"301": "Barking", "835": "Dorset (Pre LG)", "836": "Poole", "837": "Bournemouth", "838": "Dorset",
             "839": "BCP", "201": "City of London", "942": "Cumberland", "970": "England"}  # fmt: skip
    rows = []
    for year in range(2016, 2024):
        there = OLD if year < 2020 else NEW
        for number, name in names.items():
            for measure, value in (("LACnum", 100), ("LACnum_Start", 40), ("LACceased", 39)):
                rows.append([measure, year, name, number, value if number in (*there, "201", "970") else "-"])
    write(lait / "lait_cla_core_all_las_2016_2023.csv", ["measure", "year", "area", "la_number", "value"], rows)

    heads = ["time_period", "geographic_level", "population_count", "number"]
    series = (("at 31 March", 400), ("starting to be looked after during the year", 165))
    rows = [
        [year, "National", f"Children {'looked after ' * (n == 400)}{label}", n]
        for year in range(2005, 2024)
        for label, n in series
    ]
    write(dfe / "national" / "cla_time_series_1994_2024.csv", heads, rows)
    codes = {"301": "E09000002", "838": "E06000059", "839": "E06000058"}
    rows = [[number, code] for number, code in codes.items()]
    write(dfe / "cla_number_and_rate_release_2022_23.csv", ["old_la_code", "new_la_code"], rows)
    heads = ["time_period", "geographic_level", "area", "new_la_code", "cla_group", "characteristic", "number"]
    cells = {
        "Foster placements": 66, "Placed for adoption": "c", "Secure homes and children's homes": 9,
        "Independent and semi-independent living arrangements/supported accommodation": 11,
        "Placed with parents or other person with parental responsibility": 7, "Other residential settings": 3,
        "Residential schools": 0, "Other placements": 0, "Total": 100,
    }  # fmt: skip
    rows = [
        [year, "Local authority", names[number], "E06000099" if number == "301" else code, "Placement", kind, n]
        for year in (2021, 2022, 2023)
        for number, code in codes.items()
        for kind, n in cells.items()
    ]
    write(dfe / "la_cla_on_31_march_by_characteristics_to2023.csv", heads, rows)
    return read_england(dfe, lait)


def test_councils_that_merged_are_one_and_the_rest_is_left_out(made_up: Panel) -> None:
    """The parts are added up in every year; regions, the City of London and a council not there yet are not read."""
    assert made_up.areas == ("Barking", "Dorset, Bournemouth and Poole")
    assert made_up.years.tolist() == list(range(2010, 2024))
    stock = dict(zip(made_up.years.tolist(), made_up.stock.T.tolist(), strict=True))
    assert stock[2013] == [100, 300]
    assert stock[2014] == [101, 303]
    """Revised in the file of 2018."""
    assert stock[2019] == [100, 300]
    assert stock[2023] == [100, 200]


def test_starters_before_2015_are_made_up_to_what_england_published(made_up: Panel) -> None:
    """Looked after in the year less those there already, times published over the same sum for England."""
    at = {int(year): n for n, year in enumerate(made_up.years)}
    assert np.isnan(made_up.starts[:, at[2010]]).all()
    np.testing.assert_allclose(made_up.starts[0, at[2012]], (138 - 100) * 165 / (550 - 400))
    assert made_up.starts[:, at[2015]].tolist() == [40, 120]
    assert made_up.ceases[:, at[2022]].tolist() == [39, 78]


def test_columns_of_2010_stand_where_the_alphabet_puts_them(made_up: Panel) -> None:
    """Its headings are in another order; the one hidden cell is what the total leaves."""
    assert made_up.by_group[0, 0].tolist() == [60, 10, 5, 19, 6]
    assert made_up.exact[0, 0].all()


def test_hidden_cells_of_one_group_are_certain_and_of_two_are_not(made_up: Panel) -> None:
    """Adoption and homes share what is left in 2012; alone, adoption is what is left in 2022, found by the council's
    name: its code is one that came later."""
    at = {int(year): n for n, year in enumerate(made_up.years)}
    assert made_up.by_group[0, at[2012]].tolist() == [70, 6, 10, 6, 8]
    assert made_up.exact[0, at[2012]].tolist() == [True, False, True, False, True]
    assert made_up.by_group[0, at[2022]].tolist() == [66, 4, 7, 20, 3]
    assert made_up.exact[0, at[2022]].all()
    assert np.isnan(made_up.by_group[:, at[2020]]).all()
    assert not made_up.exact[:, at[2020]].any()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says which file, and where it was looked for."""
    with pytest.raises(FileNotFoundError, match=r"CLA_2010\.csv is not in sufficiency|CLA_2010\.csv is not in sfr_"):
        read_england(tmp_path, tmp_path)


@pytest.mark.skipif(not (DATA / "dfe").is_dir(), reason="the published files are not in ../shared/data")
def test_councils_add_up_to_england() -> None:
    """Every council but those left out is read, and together they are England in every year, by group as well."""
    panel = read_england(DATA / "dfe", DATA / "lait")
    assert len(panel.areas) >= 145
    national = dict(zip(panel.national_years.tolist(), panel.national_stock.tolist(), strict=True))
    for at, year in enumerate(panel.years.tolist()):
        assert abs(panel.stock[:, at].sum() / national[year] - 1) < 0.003, year
    starts = dict(zip(panel.national_years.tolist(), panel.national_starts.tolist(), strict=True))
    for at, year in enumerate(panel.years.tolist()[1:], 1):
        assert abs(panel.starts[:, at].sum() / starts[year] - 1) < 0.007, year
    known = np.isfinite(panel.by_group).all(axis=2)
    seen = known.any(axis=0)
    assert panel.years[~seen].tolist() == [2020]
    unplaced = {(panel.areas[a], int(panel.years[y])) for a, y in np.argwhere(~known) if panel.years[y] != 2020}
    assert unplaced == {("Cumbria", 2021), ("Cumbria", 2022), ("Cumbria", 2023), ("Northamptonshire", 2021)}
    np.testing.assert_allclose(panel.by_group.sum(axis=2)[known].sum(), panel.stock[known].sum(), rtol=0.001)
    trafford = panel.stock[panel.areas.index("Trafford")]
    assert trafford[-5:].tolist() == [416, 377, 389, 361, 350]
    fostered = np.nansum(panel.by_group[:, seen, FOSTERING], axis=0) / np.nansum(panel.by_group[:, seen], axis=(0, 2))
    assert np.all((fostered > 0.6) & (fostered < 0.8))
