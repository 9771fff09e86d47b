"""`--points`: a file of points in place of the considerations, for `match` and `rank`."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from records import synthetic

ON = ["--as-of", "2026-11-02"]


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council of six children and twelve homes."""
    folder = tmp_path_factory.mktemp("council") / "records"
    synthetic.write(synthetic.council(6, 12, seed=9, homes_with_vacancies=True), folder)
    return folder


def file_of(path: Path, points: dict[tuple[str, str], object]) -> Path:
    """A file of points."""
    rows = "".join(f"{child},{home},{value}\n" for (child, home), value in points.items())
    path.write_text("child_id,home_id,points\n" + rows, encoding="utf-8", newline="")
    return path


ALL = {(f"C{c:04d}", f"H{h:04d}"): 10 * c + h for c in range(1, 7) for h in range(1, 13)}


def test_match_uses_the_points_of_the_file_and_says_so(records: Path, tmp_path: Path) -> None:
    """Plan, rankings and pairs have the file's points; the report names the file, and the summary holds its hash."""
    points = file_of(tmp_path / "from our tool.csv", ALL)
    done = run("match", records, "--out", tmp_path / "out", *ON, "--points", points)
    assert done.exit_code == 0, done.output
    assert "Points come from points.csv" in done.stderr

    with (tmp_path / "out" / "plan.csv").open(encoding="utf-8", newline="") as file:
        plan = [row for row in csv.DictReader(file) if row["home_id"]]
    assert plan
    assert all(int(row["points"]) == ALL[row["child_id"], row["home_id"]] for row in plan)
    pairs = pd.read_parquet(tmp_path / "out" / "pairs.parquet")
    assert (pairs["points"] == [ALL[two] for two in zip(pairs["child_id"], pairs["home_id"], strict=True)]).all()
    assert pairs["nearness"].isna().all()

    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["inputs"]["points.csv"] == hashlib.sha256(points.read_bytes()).hexdigest()
    assert any("not from Placewell's considerations" in warning for warning in summary["warnings"])
    assert next(t["value"] for t in summary["tiers"] if t["name"] == "points") == sum(int(r["points"]) for r in plan)

    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "a file of the council&#39;s own" in report or "a file of the council's own" in report
    assert "Points from points.csv" in report
    assert "Points say how well the recorded facts fit" not in report


def test_rank_shows_the_points_of_the_file(records: Path, tmp_path: Path) -> None:
    """The homes of one child, best first by the file."""
    points = file_of(tmp_path / "points.csv", ALL)
    done = run("rank", records, "C0001", *ON, "--points", points)
    assert done.exit_code == 0, done.output
    first = done.stdout.split("C0001 (C0001)")[1]
    shown = [line.split("\t") for line in first.splitlines() if "\t" in line][1:]
    met = [(row[1].removesuffix(" *"), int(row[4])) for row in shown if row[3] == "met"]
    assert met
    assert all(points == ALL["C0001", home] for home, points in met)
    assert [points for _, points in met] == sorted((points for _, points in met), reverse=True)


def test_rows_that_cannot_be_used_are_findings(records: Path, tmp_path: Path) -> None:
    """Exit code 4, and findings.csv has the row, what it means and how to mend it."""
    points = file_of(tmp_path / "points.csv", ALL | {("C0099", "H0001"): 5, ("C0001", "H0001"): "many"})
    done = run("match", records, "--out", tmp_path / "out", *ON, "--points", points)
    assert done.exit_code == 4, done.output
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["file"] == "points.csv"]
    assert sorted(row["column"] for row in found) == ["child_id", "points"]
    assert all(row["severity"] == "left_out" and row["row"] and row["how_to_mend"] for row in found)


@pytest.mark.parametrize("text", [None, "child_id,home_id\nC0001,H0001\n", "child_id,home_id,points\nX,Y,5\n"])
def test_a_file_that_gives_no_points_writes_nothing(records: Path, tmp_path: Path, text: str | None) -> None:
    """Missing, without the column, or of another round: exit code 3, and it is said how to mend it."""
    path = tmp_path / "points.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = run("match", records, "--out", tmp_path / "out", *ON, "--points", path)
    assert done.exit_code == 3, done.output
    assert done.stderr.startswith("--points: points.csv")
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_records_folder_is_used_and_not_called_unused(records: Path, tmp_path: Path) -> None:
    """The findings never say that a file was not used that was."""
    folder = tmp_path / "records"
    folder.mkdir()
    for file in records.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    points = file_of(folder / "points.csv", ALL)
    for arguments, unused in ((["--points", points], False), ([], True)):
        assert run("match", folder, "--out", tmp_path / "out", *ON, *arguments).exit_code == 0
        findings = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8")
        assert ("not one of the files of a records folder" in findings) == unused
