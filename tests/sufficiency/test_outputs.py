"""The files of a forecast: the columns of the contract, sums that add up, and nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from records.sources.return_903 import Return
from reporting.fact import Book
from sufficiency.forecast import Forecast, middle_quantiles
from sufficiency.groups import AGE_BANDS, EXITS, GROUPS
from sufficiency.outputs import (
    FILES,
    FLOW_COLUMNS,
    HOMES_FILES,
    NEED_COLUMNS,
    OtherResults,
    flow_table,
    headline,
    need_table,
    sources,
    write_forecast,
)
from sufficiency.segments import Segments
from tests.records.made_returns import episode, one_year
from tests.sufficiency.forecasts import made_up

SEGMENT_COLUMNS = ["age_band", "siblings", "need", "share", "low", "high", "status"]


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    """A year and a month of a made-up council."""
    return made_up(months=13, draws=60)


@pytest.fixture(scope="module")
def ret(tmp_path_factory: pytest.TempPathFactory) -> Return:
    """A return of one child, and of a row that cannot be used."""
    return one_year(tmp_path_factory.mktemp("return"), episode(), episode(DECOM=""))


def test_need_has_the_columns_of_the_contract_and_its_sums_add_up(forecast: Forecast) -> None:
    """Every month, group and age band once, and `all` is the sum of what it stands for."""
    need = need_table(forecast)
    assert tuple(need.columns) == NEED_COLUMNS
    assert len(need) == 13 * (len(GROUPS) + 1) * (len(AGE_BANDS) + 1)
    assert not need.duplicated(["month", "placement_group", "age_band"]).any()
    assert list(need["month"].unique())[:2] == ["2021-04", "2021-05"]
    mean = need.pivot_table(index=["month", "placement_group"], columns="age_band", values="mean")
    assert np.allclose(mean["all"], mean[list(AGE_BANDS)].sum(axis=1), atol=0.01)
    totals = need[need["age_band"] == "all"].pivot_table(index="month", columns="placement_group", values="mean")
    assert np.allclose(totals["all"], totals[list(GROUPS)].sum(axis=1), atol=0.01)


def test_percentiles_are_those_of_the_draws_and_never_cross(forecast: Forecast) -> None:
    """Each figure is what `middle_quantiles` says of the same counts."""
    need = need_table(forecast)
    row = need[(need["month"] == "2022-04") & (need["placement_group"] == "residential") & (need["age_band"] == "all")]
    counts = forecast.stock[:, 12, GROUPS.index("residential")].sum(axis=1)
    assert float(row["mean"].iloc[0]) == pytest.approx(counts.mean(), abs=1e-3)
    assert float(row["p90"].iloc[0]) == pytest.approx(float(middle_quantiles(counts, [0.9])[0]), abs=1e-3)
    assert (np.diff(need[[c for c in NEED_COLUMNS if c.startswith("p") and c[1:].isdigit()]], axis=1) >= 0).all()


def test_flows_say_from_where_to_where_and_their_sums_add_up(forecast: Forecast) -> None:
    """Starts have no `from`, ends of care go to a way out, moves go from group to group."""
    flows = flow_table(forecast)
    assert tuple(flows.columns) == FLOW_COLUMNS
    first = flows[flows["month"] == "2021-04"].set_index(["flow", "from", "to"])["mean"]
    assert first["entry", "", "all"] == pytest.approx(forecast.entries[:, 0].sum(axis=(1, 2)).mean(), abs=1e-3)
    assert first["exit", "all", "adopted"] == pytest.approx(
        forecast.exits[:, 0, :, EXITS.index("adopted")].sum(axis=1).mean(), abs=1e-3
    )
    assert first["move", "residential", "supported"] == pytest.approx(
        forecast.moves[:, 0, GROUPS.index("residential"), GROUPS.index("supported")].mean(), abs=1e-3
    )
    assert first["move", "all", "all"] == pytest.approx(forecast.moves[:, 0].sum(axis=(1, 2)).mean(), abs=1e-3)
    assert set(flows["flow"]) == {"entry", "exit", "move"}


def test_the_headline_is_told_for_whole_years_or_the_end(forecast: Forecast) -> None:
    """A forecast of thirteen months is told after twelve; one of four months at its end."""
    (told,) = headline(forecast, now=300)
    assert (told["months"], told["day"]) == (12, "2022-03-31")
    assert told["p025"] <= told["p10"] <= told["p50"] <= told["p90"] <= told["p975"]
    assert [one["months"] for one in headline(made_up(4, 20), 300)] == [4]
    assert [one["months"] for one in sources(made_up(36, 20))] == [12, 24, 36]
    (parts,) = sources(forecast)
    assert sum(parts["variance"].values()) == pytest.approx(parts["standard_deviation"] ** 2, rel=0.01)


SEGMENTS = Segments(
    pd.DataFrame([("under_1", "alone", "any", 1.0, 1.0, 1.0, "assumed")], columns=SEGMENT_COLUMNS), ("Assumed.",)
)


BOOK = Book({"council": ""}, {}, {})
HOMES = {name: pd.DataFrame({"month": ["2021-04"]}) for name in HOMES_FILES}


def test_all_files_are_written_and_the_summary_vouches_for_them(
    forecast: Forecast, ret: Return, tmp_path: Path
) -> None:
    """All of them; rows that were left out, inputs and checksums in the summary; the same bytes again."""
    out = tmp_path / "out"
    told = write_forecast(
        out, forecast, ret, SEGMENTS, homes=HOMES, book=BOOK, page="<!DOCTYPE html>", told={"seed": 1}
    )
    assert {p.name for p in out.iterdir()} == set(FILES)
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == told
    assert told["rows_left_out"] == 1
    assert told["rows"]["Episodes"] == {"read": 2, "kept": 1, "mended": 0, "repeated": 0, "left_out": 1}
    assert all(len(digest) == 64 for digest in [*told["inputs"].values(), *told["files"].values()])
    findings = pd.read_csv(out / "findings.csv")
    assert (findings["severity"] == "left_out").sum() == 1
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    write_forecast(out, forecast, ret, SEGMENTS, homes=HOMES, book=BOOK, page="<!DOCTYPE html>", told={"seed": 1})
    assert before == {p.name: p.read_bytes() for p in out.iterdir()}
    assert str(tmp_path) not in (out / "summary.json").read_text(encoding="utf-8")


def test_other_results_are_never_written_over(forecast: Forecast, ret: Return, tmp_path: Path) -> None:
    """A folder with a matching round's summary is refused and left as it was."""
    (tmp_path / "summary.json").write_text('{"tiers": []}', encoding="utf-8")
    with pytest.raises(OtherResults, match="no forecast wrote"):
        write_forecast(tmp_path, forecast, ret, SEGMENTS, homes=HOMES, book=BOOK, page="", told={})
    assert {p.name for p in tmp_path.iterdir()} == {"summary.json"}
