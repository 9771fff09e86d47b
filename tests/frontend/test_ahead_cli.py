"""`placewell match --expected`: scarce homes beside the plan, kept only where it is asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from frontend.cli import app
from records.synthetic import council, write
from sufficiency.usable_children import NEEDS

DAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up panel's work."""
    folder = tmp_path_factory.mktemp("panel")
    write(council(6, 14, 2, day=DAY, homes_with_vacancies=True), folder)
    return folder


@pytest.fixture(scope="module")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one file of a forecast that is read."""
    folder = tmp_path_factory.mktemp("forecast")
    came = np.random.default_rng(1).poisson(1.5, (6, len(NEEDS), 20))
    rows = [
        (f"2026-{month:02}" if month < 13 else f"2027-{month - 12:02}", need, 1.5, 0.05, *came[month - 10, at])
        for month in range(10, 16)
        for at, need in enumerate(NEEDS)
    ]
    names = ["month", "need", "mean", "leaving", *(f"future_{at + 1:02}" for at in range(20))]
    pd.DataFrame(rows, columns=names).to_csv(folder / "coming.csv", index=False)
    return folder


def ran(*words: object) -> tuple[int, str]:
    """The exit code and all that was said."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_scarce_homes_are_written_beside_the_same_plan_and_kept_where_asked(
    records: Path, forecast: Path, tmp_path: Path
) -> None:
    """Shown: every file of the plan is the same bytes. Kept: as many children are placed, and less is taken."""
    plain, shown, kept = (tmp_path / name for name in ("plain", "shown", "kept"))
    asked = ("match", records, "--as-of", DAY.isoformat(), "--out")
    assert ran(*asked, plain)[0] in (0, 4)
    assert ran(*asked, shown, "--expected", forecast)[0] in (0, 4)
    assert ran(*asked, kept, "--expected", forecast / "coming.csv", "--keep-scarce")[0] in (0, 4)
    assert not (plain / "scarce.csv").exists()
    for name in ("plan.csv", "ranked.csv", "unplaced.csv", "pairs.parquet"):
        assert (plain / name).read_bytes() == (shown / name).read_bytes(), name
    scarce = pd.read_csv(shown / "scarce.csv")
    assert len(scarce)
    assert (scarce["days_lost"] >= 0).all()
    assert scarce["homes_that_could"].min() >= 1
    report = (shown / "report.html").read_text(encoding="utf-8")
    assert "Scarce homes" in report
    assert "that could take" in report
    tiers = {one["name"]: one["value"] for one in json.loads((kept / "summary.json").read_text())["tiers"]}
    before = {one["name"]: one["value"] for one in json.loads((shown / "summary.json").read_text())["tiers"]}
    assert "keep" not in before
    assert tiers["placed"] == before["placed"]
    prices = scarce.set_index(["home_id", "places_taken"])["days_lost"]
    taken = pd.read_csv(shown / "plan.csv").dropna(subset="home_id").groupby("home_id").size()
    assert tiers["keep"] <= sum(int(prices.get((home, number), 0)) for home, number in taken.items())


def test_what_cannot_be_used_is_said_before_anything_is_worked_out(
    records: Path, forecast: Path, tmp_path: Path
) -> None:
    """No forecast, another file, and a round of another year."""
    out = tmp_path / "out"
    code, said = ran("match", records, "--out", out, "--keep-scarce")
    assert code == 2
    assert "--expected" in said
    code, said = ran("match", records, "--out", out, "--expected", records)
    assert code == 2
    assert "placewell forecast" in said
    code, said = ran("match", records, "--out", out, "--as-of", "2031-01-05", "--expected", forecast)
    assert code == 2
    assert "latest returns" in said
    assert not out.exists()
