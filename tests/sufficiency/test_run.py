"""From a folder of returns to a finished forecast, for councils that hardly have anything to learn from."""

from __future__ import annotations

from pathlib import Path

import pytest

from records.tables import Unusable
from sufficiency.need_page import need_page
from sufficiency.need_summary import summary_of
from sufficiency.run import Asked, ForecastRun, WrongSettings, run_forecast
from sufficiency.scenario import BASELINE, baseline, read_scenario
from tests.records.made_returns import Row, episode, header, write

RETENTION = BASELINE.parent / "retention.toml"


def forecast_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *years: str, scenario: Path | None = None, **said: str
) -> ForecastRun:
    """The forecast of one child's episode, returned for each of these years."""
    monkeypatch.setattr("sufficiency.run.TEST_DRAWS", 20)
    for year in years:
        rows: list[Row] = [episode(**said)]
        write(folder / year, {"Header": [header()], "Episodes": rows})
    return run_forecast(folder, Asked(read_scenario(scenario), months=3, draws=20, targets=False))


def test_one_child_and_one_year_are_enough_and_it_is_said_how_little_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No crash, a whole page, and words on what cannot be known from so little."""
    run = forecast_of(tmp_path, monkeypatch, "2020-21")
    assert run.now == 1
    assert run.not_tested is not None
    assert run.not_tested.startswith("No backtest has been run on your data: the returns hold 12 months")
    assert run.not_tested in need_page(run)
    assert any("1.0 years long" in words for words in summary_of(run)["warnings"])


def test_nobody_in_care_today_is_a_forecast_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one child has gone home: nought now, the page still stands, and a lever that comes too late is said."""
    run = forecast_of(tmp_path, monkeypatch, "2020-21", scenario=RETENTION, DEC="01/09/2020", REC="E4A")
    assert run.now == 0
    late = "levers.retention begins in 2027-04, after the forecast ends: it changes nothing in it."
    assert late in summary_of(run)["warnings"]
    assert "0 children were in care" in need_page(run)


def test_quarters_before_the_first_child_are_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history whose first two years hold short breaks alone has nothing to make a past forecast from."""
    for year in (2018, 2019):
        away = episode(CHILD="B1", LS="V3", DECOM=f"05/06/{year}", DEC=f"07/06/{year}", REC="E4A")
        write(tmp_path / f"{year}-{year - 1999}", {"Header": [header(CHILD="B1")], "Episodes": [away]})
    run = forecast_of(tmp_path, monkeypatch, "2020-21", DECOM="15/03/2021")
    assert run.not_tested == (
        "No backtest has been run on your data: no child was in care early enough to make a forecast that can be held "
        "to anything."
    )
    assert run.not_tested in need_page(run)


def test_short_breaks_alone_cannot_be_forecast_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children who only had short breaks were not looked after in the sense of a forecast."""
    with pytest.raises(Unusable, match="short breaks aside"):
        forecast_of(tmp_path, monkeypatch, "2020-21", LS="V3", DEC="05/06/2020", REC="E4A")


def test_a_council_that_is_not_in_the_return_is_named(tmp_path: Path) -> None:
    """A council's own return names none, and the words say so."""
    write(tmp_path / "2020-21", {"Header": [header()], "Episodes": [episode()]})
    with pytest.raises(WrongSettings, match="one council's own return"):
        run_forecast(tmp_path, Asked(baseline(), council="Trafford"))
