"""`placewell match` with what carers answered before: a file more, a section more, and the same plan."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from records import invented_enquiries, synthetic
from records.check import check
from records.sources.folder import read
from records.synthetic import DAY

ON = ["--as-of", DAY.isoformat()]


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council of seven children and forty homes, with two years of answers."""
    path = tmp_path_factory.mktemp("council") / "records"
    tables = synthetic.council(7, 40, seed=9, homes_with_vacancies=True)
    synthetic.write(tables, path)
    told = invented_enquiries.enquiries(check(read(path), DAY).homes, DAY, seed=3)
    synthetic.write({"enquiries": pd.DataFrame(invented_enquiries.rows(told))}, path)
    assert check(read(path), DAY).enquiries == told
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_enquiries_add_a_file_and_a_section_and_change_no_plan(folder: Path, tmp_path: Path) -> None:
    """Bands and back-ups for each group, one to three refusals; without the file none of it, and the same plan."""
    with_, without = tmp_path / "with", tmp_path / "without"
    assert run("match", folder, "--out", with_, *ON, "--likelier-carers").exit_code == 0
    told = rows(with_ / "refusals.csv")
    asked = [row for row in told if row["row"] == "ask"]
    plan = {row["child_id"]: row["home_id"] for row in rows(with_ / "plan.csv")}
    assert {(c, row["home_ids"]) for row in asked for c in row["child_ids"].split(";")} <= set(plan.items())
    assert [row["refusals"] for row in told if row["row"] in ("worst", "likeliest")] == ["1", "2", "3"]
    assert all(row["proved"] == "Y" for row in told)
    page = (with_ / "report.html").read_text(encoding="utf-8")
    assert "If a carer says no" in page
    assert "plays no part in it" in page

    plain = tmp_path / "plain"
    plain.mkdir()
    for name in folder.glob("*.csv"):
        if name.stem != "enquiries":
            (plain / name.name).write_bytes(name.read_bytes())
    assert run("match", plain, "--out", without, *ON).exit_code == 0
    assert not (without / "refusals.csv").exists()
    for name in ("plan.csv", "ranked.csv", "unplaced.csv", "pairs.parquet"):
        assert (without / name).read_bytes() == (with_ / name).read_bytes()
    # asked for without any answer recorded: the worst refusal alone, and the earlier file is replaced
    assert run("match", plain, "--out", with_, *ON, "--refusals", 1).exit_code == 0
    again = rows(with_ / "refusals.csv")
    assert [row["row"] for row in again if row["row"] != "ask"] == ["worst"]
    assert {row["band"] for row in again if row["row"] == "ask"} == {"not known: answered fewer than 5 times"}
    assert run("match", plain, "--out", with_, *ON).exit_code == 0
    assert not (with_ / "refusals.csv").exists()
