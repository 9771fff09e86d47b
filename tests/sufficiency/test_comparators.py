"""Others' published figures: read with every fault said, and made from the Department's long files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from records.tables import Unusable
from reporting.fact import Book
from reporting.lens import Lens
from reporting.section import Edition
from sufficiency.comparators import (
    COLUMNS,
    KINDS,
    LAIT,
    MEASURES,
    UNITS,
    comparators_of,
    from_lait,
    lens_with,
    main,
    read_comparators,
    with_comparators,
)

HEAD = ",".join(COLUMNS) + "\n"
DATA = Path(__file__).parents[3] / "shared" / "data"


def test_a_file_is_read() -> None:
    """Figures stand as they are printed, the council before its neighbours, its region and England."""
    told = comparators_of(
        HEAD
        + "ni_62,England,england,2023-03-31,10,per_cent,DfE\n"
        + "ni_62,Near,neighbours,2023-03-31,11.5,per_cent,DfE\n"
        + "a10,England,england,2022-23,1426,days,DfE\n"
    )
    assert told.left_out == 0
    lens = Lens(with_comparators(Book({}, {}, {}), told.facts), Edition.PUBLIC)
    assert lens.text("comparators", "value", measure="ni_62", area="Near", on="2023-03-31") == "11.5%"
    assert lens.text("comparators", "value", measure="a10", area="England", on="2022-23") == "1,426"
    assert lens.categories("comparators", "area") == ("Near", "England")
    assert "comparators" in lens.book.sources
    assert lens_with(lens, told.facts) is lens
    assert with_comparators(lens.book, None) is lens.book


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("ni62,England,england,2023-03-31,10,per_cent,DfE", "measure", "ni_62"),
        ("ni_62,,england,2023-03-31,10,per_cent,DfE", "area", "not said"),
        ("ni_62,England,country,2023-03-31,10,per_cent,DfE", "area_kind", "no such"),
        ("ni_62,England,england,2023-02-31,10,per_cent,DfE", "period", "no day"),
        ("ni_62,England,england,2023-25,10,per_cent,DfE", "period", "no day"),
        ("ni_62,England,england,2023-03-31,c,per_cent,DfE", "value", "no number"),
        ("ni_62,England,england,2023-03-31,-3,per_cent,DfE", "value", "no number"),
        ("ni_62,England,england,2023-03-31,10,percent,DfE", "unit", "per_cent"),
        ("ni_62,England,england,2023-03-31,10,per_cent,", "source", "No source"),
    ],
)
def test_a_row_that_says_something_else_is_left_out(row: str, column: str, word: str) -> None:
    """What is wrong, where and how to mend it; the other rows stay."""
    told = comparators_of(f"{HEAD}{row}\nni_62,London,region,2023-03-31,9,per_cent,DfE\n")
    (finding,) = told.findings
    assert (finding.row, finding.column, told.left_out) == (2, column, 1)
    assert word in finding.message
    assert len(told.facts.rows) == 1


def test_rows_that_differ_are_not_chosen_between() -> None:
    """Of two figures for one thing neither is taken; the same one twice is one."""
    row = "ni_62,England,england,2023-03-31,{},per_cent,DfE\n"
    assert len(comparators_of(HEAD + row.format(10) + row.format(10)).facts.rows) == 1
    differ = comparators_of(HEAD + row.format(10) + row.format(11))
    assert (len(differ.facts.rows), differ.left_out) == (0, 1)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing column and other letters are said in words."""
    with pytest.raises(Unusable, match="area_kind"):
        comparators_of("measure,area,period,value,unit,source\n")
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unusable, match="UTF-8"):
        read_comparators(tmp_path / "x.csv")


def long_file() -> pd.DataFrame:
    """A long file of the tool: one measure of a council, six neighbours and two areas."""
    rows = [("LACStable_2016on", "2023", f"N{k}", str(800 + k), str(8 + k)) for k in range(1, 7)]
    rows[5] = (*rows[5][:4], "-")
    rows += [("LACStable_2016on", "2023", name, "358", "7") for name in ("Ours",)]
    rows += [("LACStable_2016on", "2023", "England", "970", "10"), ("%_of LAC Adopted", "2023", "England", "970", "9")]
    rows += [("Else", "2023", "England", "970", "1"), ("LAC", "2022-23", "England", "970", "1")]
    return pd.DataFrame(rows, columns=["measure", "year", "area", "la_number", "value"])


def test_made_from_the_tool() -> None:
    """Neighbours are a plain mean of those that are told, how many is said, and a year's events are of that year."""
    near = pd.DataFrame({"old_la_code": ["358"], **{f"SN_{k}": [str(800 + k)] for k in range(1, 7)}})
    made = comparators_of(from_lait(long_file(), "Ours", near))
    assert made.left_out == 0
    rows = made.facts.rows.set_index(["measure", "area", "on"])
    assert rows.loc[("ni_62", "Statistical neighbours", "2023-03-31"), "value"] == "11%"
    assert "5 of 6" in rows.loc[("ni_62", "Statistical neighbours", "2023-03-31"), "source"]
    assert rows.loc[("ni_62", "Ours", "2023-03-31"), "value"] == "7%"
    assert rows.loc[("adopted", "England", "2022-23"), "value"] == "9%"
    assert len(rows) == 4
    for wrong, word in (({"authority": "Oors"}, "Ours"), ({"authority": "Ours", "region": "Engl"}, "England")):
        with pytest.raises(ValueError, match=word):
            from_lait(long_file(), **wrong)
    with pytest.raises(ValueError, match="no council"):
        from_lait(long_file(), "Ours", near.assign(old_la_code="999"))


def test_every_measure_of_the_tool_is_one_of_ours() -> None:
    """What is made can be read."""
    assert {ours for ours, _ in LAIT.values()} <= set(MEASURES)


def test_the_reference_lists_them_all() -> None:
    """Every measure, unit, kind of area and measure of the tool stands in the reference, with its name."""
    page = (Path(__file__).parents[2] / "docs/reference/comparators.md").read_text(encoding="utf-8")
    for name, title in MEASURES.items():
        assert f"| `{name}` | {title} |" in page
    for word in (*UNITS, *KINDS, *LAIT, *COLUMNS):
        assert f"`{word}`" in page


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes the file it is told to, and says in words what it cannot do."""
    long_file().to_csv(tmp_path / "lait.csv", index=False)
    assert main([str(tmp_path / "lait.csv"), "--authority", "Ours", "--to", str(tmp_path / "out.csv")]) == 0
    assert read_comparators(tmp_path / "out.csv").left_out == 0
    assert main([str(tmp_path / "lait.csv"), "--authority", "Nowhere"]) == 2
    assert "Nothing was written" in capsys.readouterr().err


@pytest.mark.skipif(not (DATA / "lait").is_dir(), reason="the Department's files are not in ../shared")
def test_the_departments_own_files(capsys: pytest.CaptureFixture[str]) -> None:
    """Trafford, its neighbours by either model, the North West and England, as the tool publishes them."""
    for model in ("2021", "2025"):
        asked = [str(DATA / "lait" / "lait_childrens_services_nw_sn_regions.csv"), "--authority", "Trafford"]
        asked += ["--region", "North West", "--neighbours", str(DATA / f"reference/statistical_neighbours_{model}.csv")]
        assert main(asked) == 0
        told = comparators_of(capsys.readouterr().out)
        assert told.left_out == 0
        rows = told.facts.rows.set_index(["measure", "area", "on"])["value"]
        assert rows[("over_20_miles", "England", "2023-03-31")] == "17%"
        assert rows[("over_20_miles", "Trafford", "2023-03-31")] == "6%"
        assert ("ni_62", "Statistical neighbours", "2022-03-31") in rows.index
