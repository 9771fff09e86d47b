"""`placewell compare`: what it writes and prints, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from frontend.cli import app
from sufficiency.scenario import BASELINE
from tests.sufficiency.histories import Councils, lives

FIVE = {"comparison.csv", "contribution.csv", "findings.csv", "compare.html", "summary.json"}
QUICK = ("--replications", "20", "--months", "13")
SOURCE = 'from = "FROM", over_months = 1, source = "made up", date = "2026", status = "unverified" }'
LEVERS = f"""schema_version = 1
name = "More kept"
about = "Fewer carers leave, and more come over."
extends = "baseline.toml"
[levers]
retention = {{ value = 0.9, unit = "share fewer", low = 0.9, high = 0.9, {SOURCE}
transfers = {{ value = 30, unit = "households a year", low = 30, high = 30, {SOURCE}
"""


def run(*arguments: object) -> Result:
    """The command as typed, nobody at a terminal."""
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of a made-up council."""
    folder = tmp_path_factory.mktemp("returns")
    people, episodes = lives(3, 30, date(2019, 4, 1), date(2021, 3, 31))
    councils = Councils()
    councils.add(*episodes, people=people, years=(2020, 2021))
    councils.read(folder)
    return folder


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that pulls two levers from the first month on."""
    path = tmp_path_factory.mktemp("scenario") / "kept.toml"
    path.write_text(LEVERS.replace("FROM", "2021-04"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def out(returns: Path, scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline and that one, compared."""
    folder = tmp_path_factory.mktemp("out") / "compared"
    done = run(returns, "--scenario", BASELINE, "--scenario", scenario, "--out", folder, *QUICK)
    assert done.exit_code == 0, done.output
    assert "More kept, beside Baseline, April 2022" in done.stdout
    return folder


def test_scenarios_are_held_against_the_first_future_by_future(out: Path) -> None:
    """Five files; keeping carers never leaves fewer households in any future, and the first has no difference."""
    assert {p.name for p in out.iterdir()} == FIVE
    rows = pd.read_csv(out / "comparison.csv")
    assert rows.loc[rows["scenario"] == "Baseline", "difference_mean"].isna().all()
    (households,) = rows.set_index(["scenario", "measure", "when"]).loc[[("More kept", "households", "2022-04")]].iloc
    assert households["difference_p10"] >= 0
    assert households["difference_mean"] > 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["command"], summary["first"], summary["replications"]) == ("compare", "Baseline", 20)
    assert summary["scenarios"]["More kept"]["levers"] == ["retention", "transfers"]


def test_levers_are_taken_apart_in_a_waterfall_that_adds_up(out: Path) -> None:
    """Of each measure and time, the bars as written take the start to the end."""
    rows = pd.read_csv(out / "contribution.csv")
    assert set(rows["scenario"]) == {"More kept"}
    one = rows[(rows["measure"] == "households") & (rows["when"] == "2022-04")].set_index("part")
    start, end = one.loc["without these levers", "ends"], one.loc["with all of them", "ends"]
    assert start + one.loc[["retention", "transfers"], "adds"].sum() == pytest.approx(end, abs=1e-9)
    page = (out / "compare.html").read_text(encoding="utf-8")
    assert "The levers of “More kept”, taken apart" in page
    assert "Fewer carers leave, and more come over." in page


def test_workers_change_no_byte(returns: Path, scenario: Path, out: Path, tmp_path: Path) -> None:
    """Two processes write the same five files as one."""
    again = tmp_path / "again"
    run(returns, "--scenario", BASELINE, "--scenario", scenario, "--out", again, *QUICK, "--workers", 2)
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {p.name: p.read_bytes() for p in out.iterdir()}


def test_what_cannot_be_compared_is_refused_and_nothing_is_written(
    returns: Path, scenario: Path, tmp_path: Path
) -> None:
    """Two scenarios of one name, a lever in the past, and a folder that holds something else."""
    past = tmp_path / "past.toml"
    past.write_text(LEVERS.replace("FROM", "2020-04"), encoding="utf-8")
    (tmp_path / "forecast").mkdir()
    (tmp_path / "forecast" / "summary.json").write_text('{"command": "forecast"}', encoding="utf-8")
    new = tmp_path / "new"
    for words, *arguments in (
        ("They could not be told apart", "--scenario", scenario, "--scenario", scenario, "--out", new),
        ("is in the past: the forecast begins in 2021-04", "--scenario", past, "--out", new),
        ("holds results that no compare wrote", "--scenario", scenario, "--out", tmp_path / "forecast"),
    ):
        done = run(returns, *arguments, *QUICK)
        assert done.exit_code == 2, done.output
        assert words in done.stderr
    assert not new.exists()
