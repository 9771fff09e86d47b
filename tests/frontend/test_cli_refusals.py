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
    """A made-up council of six children and two dozen homes, with two years of answers."""
    path = tmp_path_factory.mktemp("council") / "records"
    tables = synthetic.council(6, 24, seed=9, homes_with_vacancies=True)
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
    out = tmp_path / "out"
    assert run("match", folder, "--out", out, *ON, "--likelier-carers").exit_code == 0
    told = rows(out / "refusals.csv")
    asked = [row for row in told if row["row"] == "ask"]
    plan = {row["child_id"]: row["home_id"] for row in rows(out / "plan.csv")}
    assert {(c, row["home_ids"]) for row in asked for c in row["child_ids"].split(";")} <= set(plan.items())
    assert [row["refusals"] for row in told if row["row"] in ("worst", "likeliest")] == ["1", "2", "3"]
    assert all(row["proved"] == "Y" for row in told)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "If a carer says no" in page
    assert "plays no part in it" in page

    same = ("plan.csv", "ranked.csv", "unplaced.csv", "pairs.parquet")
    before = {name: (out / name).read_bytes() for name in same}
    plain = tmp_path / "plain"
    plain.mkdir()
    for path in folder.glob("*.csv"):
        if path.stem != "enquiries":
            (plain / path.name).write_bytes(path.read_bytes())
    assert run("match", plain, "--out", out, *ON).exit_code == 0
    assert not (out / "refusals.csv").exists()
    assert {name: (out / name).read_bytes() for name in same} == before
    # asked for without any answer recorded: the worst refusal alone
    assert run("match", plain, "--out", out, *ON, "--refusals", 1).exit_code == 0
    again = rows(out / "refusals.csv")
    assert [row["row"] for row in again if row["row"] != "ask"] == ["worst"]
    assert {row["band"] for row in again if row["row"] == "ask"} == {"not known: answered fewer than 5 times"}
