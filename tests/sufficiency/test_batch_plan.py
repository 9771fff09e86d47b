"""A batch gives, council by council and scenario by scenario, what forecast and compare give: to the byte."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from records.tables import Unusable
from reporting.facts_file import read_book
from sufficiency import batch_need, run
from sufficiency.batch_bytes import one_of, unpacked
from sufficiency.batch_councils import BatchCouncil
from sufficiency.batch_plan import BatchAsked, plan_batch
from sufficiency.batch_region import table
from sufficiency.batch_task import Failed, Plan, Task
from sufficiency.compare_outputs import write_compare
from sufficiency.compare_run import run_compare
from sufficiency.given import Asked
from sufficiency.homes_run import run_homes
from sufficiency.homes_tables import homes_tables
from sufficiency.need_page import need_page
from sufficiency.need_summary import summary_of
from sufficiency.outputs import write_forecast
from sufficiency.position import position_of
from sufficiency.region_totals import REGION
from sufficiency.scenario import ScenarioError, read_scenario
from tests.records.made_returns import write
from tests.sufficiency.histories import as_returned, lives

PLAIN = 'schema_version = 1\nextends = "baseline.toml"\nname = "Plain"\n'
LEVER = '[levers.{0}]\nvalue = {1}\nunit = "{2}"\nlow = {1}\nhigh = {1}\nfrom = "{3}"\nover_months = 0\n'
SAID = 'source = "made up"\ndate = "2026"\nstatus = "unverified"\n'
ASKED = BatchAsked(months=13, draws=24, seed=3, targets=False, block=12)


def done(plan: Plan, *wanted: str) -> tuple[dict[str, bytes], dict[str, Exception]]:
    """The tasks that some files hang on; what is given to them goes through JSON as on its way to a worker."""
    results: dict[str, bytes] = {}
    failed: dict[str, Exception] = {}
    needed = {task.partition("#")[0] for path, task in plan.files.items() if path.startswith(wanted)}
    for task in reversed(plan.tasks):
        if task.name in needed:
            needed.update(task.after)
    for task in (one for one in plan.tasks if one.name in needed):
        if not set(task.after) <= set(results):
            failed[task.name] = Failed("not begun")
            continue
        module, _, name = task.work.partition(":")
        folders = {name: plan.inputs[name] for name in task.reads}
        after = {name: results[name] for name in task.after}
        try:
            results[task.name] = getattr(import_module(module), name)(
                json.loads(json.dumps(task.given)), after, folders
            )
        except (Unusable, ScenarioError, Failed) as error:
            failed[task.name] = error
    return results, failed


def files_of(plan: Plan, results: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file that could be made."""
    found = {}
    for path, place in plan.files.items():
        task, _, name = place.partition("#")
        if task in results:
            found[path] = one_of(results[task], name) if name else results[task]
    return found


@pytest.fixture(scope="module", autouse=True)
def _few_past_futures() -> Iterator[None]:
    """Past forecasts of a few futures: what they say is not looked at here."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (run, batch_need):
            patch.setattr(module, "TEST_DRAWS", 10)
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two councils of made-up lives, and scenarios."""
    place = tmp_path_factory.mktemp("batch")
    for name, seed, children in (("Alder", 3, 40), ("Birch", 4, 25)):
        people, rows = lives(seed, children, date(2019, 4, 1), date(2021, 3, 31))
        for year in (2020, 2021):
            kept = as_returned(rows, year)
            there = {row["CHILD"] for row in kept}
            files = {"Header": [one for one in people if one["CHILD"] in there], "Episodes": kept}
            write(place / name / f"{year - 1}-{year % 100:02d}", files)
    levers = LEVER.format("agency_share", -0.2, "share more", "2021-09") + SAID
    levers += LEVER.format("demand", 0.1, "share more", "2021-06") + SAID
    (place / "plain.toml").write_text(PLAIN, encoding="utf-8")
    (place / "pulled.toml").write_text(PLAIN.replace("Plain", "Pulled") + levers, encoding="utf-8")
    (place / "late.toml").write_text(
        PLAIN.replace("Plain", "Late") + LEVER.format("demand", 0.1, "share more", "2020-06") + SAID, encoding="utf-8"
    )
    return place


@pytest.fixture(scope="module")
def scenarios(place: Path) -> dict[str, Path]:
    """Two of them."""
    return {name: place / f"{name}.toml" for name in ("plain", "pulled")}


@pytest.fixture(scope="module")
def plan(place: Path, scenarios: dict[str, Path]) -> Plan:
    """Two councils, two scenarios."""
    councils = [BatchCouncil(name, place / name) for name in ("Alder", "Birch")]
    return plan_batch(councils, scenarios, ASKED)


@pytest.fixture(scope="module")
def results(plan: Plan) -> dict[str, bytes]:
    """What its tasks give."""
    found, failed = done(plan, "Alder/pulled", "Birch/comparison.csv", "region/pulled")
    assert not failed
    return found


@pytest.fixture(scope="module")
def files(plan: Plan, results: dict[str, bytes]) -> dict[str, bytes]:
    """All its files."""
    return files_of(plan, results)


def in_folder(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """Files that lie in a folder itself."""
    return {name.rpartition("/")[2]: one for name, one in files.items() if name.rpartition("/")[0] == folder}


def test_a_batch_s_folder_is_a_forecast_s(place: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    """Played in blocks of twelve, with past forecasts and levers: every file is that of the forecast."""
    asked = Asked(read_scenario(place / "pulled.toml"), months=13, draws=24, seed=3, targets=False)
    made = run.run_forecast(place / "Alder", asked)
    homes = run_homes(made)
    assert made.recalibration is not None
    write_forecast(
        tmp_path / "out",
        made.forecast,
        made.ret,
        made.segments,
        homes=homes_tables(made.forecast, homes),
        book=position_of(made, homes),
        page=need_page(made, homes),
        told=summary_of(made, homes),
        more_findings=made.given.findings,
        left_out=made.rows_left_out,
    )
    there = {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()}
    assert in_folder(files, "Alder/pulled") == there


def test_a_batch_compares_as_compare_does(place: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    """Scenarios side by side and levers taken apart, all files the same."""
    found = {name: read_scenario(place / f"{name}.toml") for name in ("plain", "pulled")}
    named = {one.name: one for one in found.values()}
    asked = Asked(found["plain"], months=13, draws=24, seed=3, test=False, targets=False)
    write_compare(tmp_path / "out", run_compare(place / "Birch", named, asked))
    there = {one.name: one.read_bytes() for one in (tmp_path / "out").iterdir()}
    assert in_folder(files, "Birch") == there
    assert b"demand" in there["contribution.csv"]


def test_the_region_is_its_councils_added_up(plan: Plan, results: dict[str, bytes], files: dict[str, bytes]) -> None:
    """Means add up in every table; a future of the region is the same future of every council."""
    for name, value in (("need.csv", "mean"), ("gap.csv", "need_unmet_mean"), ("supply.csv", "homes_mean")):
        total, *parts = (
            np.array([float(row[value]) for row in csv.DictReader(io.StringIO(files[f"{who}/pulled/{name}"].decode()))])
            for who in ("region", "Alder", "Birch")
        )
        assert total == pytest.approx(sum(parts), abs=0.002)
        assert total.any()
    first = next(task for task in plan.tasks if task.work.endswith(":add") and task.scenario == "pulled")
    whole = unpacked(results[first.name])
    stock = [one_of(results[one["mended"]], one["need"].rpartition("/")[2]) for one in first.given["of"].values()]
    assert np.array_equal(whole.forecast.stock, sum(unpacked(one) for one in stock))
    told = json.loads(files["region/pulled/summary.json"])
    assert told["councils"] == ["Alder", "Birch"]
    assert "too wide" in " ".join(told["shared"])
    together, apart = (told[name][0] for name in ("headline", "headline_if_apart"))
    assert together["mean"] == apart["mean"]
    assert whole.each.shape == (12, 13, 2)
    assert np.array_equal(whole.each.sum(axis=2), whole.forecast.stock.sum(axis=(2, 3)))
    book = read_book(files["region/pulled/totals.json"].decode())
    assert list(book.facts) == list(REGION)
    rows = book.facts["region.gap"].rows.set_index(["on", "luck", "home_segment"])["mean"]
    of_gap = csv.DictReader(io.StringIO(files["region/pulled/gap.csv"].decode()))
    (last,) = (row for row in of_gap if (row["month"], row["segment"]) == ("2022-03", "all"))
    assert float(last["need_unmet_mean"]) == rows["2022-03-31", "together", "all"]
    children = book.facts["region.children"].rows.set_index(["on", "luck", "group"])["mean"]
    assert children["2022-03-31", "apart", "all"] == children["2022-03-31", "together", "all"] > 0
    of = {"of": {f"{council}/pulled": f"{council}/pulled/results" for council in ("Alder", "Birch")}}
    lines = list(csv.DictReader(io.StringIO(table(of, results, {}).decode())))
    assert [(one["council"], one["scenario_name"], one["approvals"]) for one in lines] == [
        ("Alder", "Pulled", ""),
        ("Birch", "Pulled", ""),
    ]
    assert sum(int(one["children_now"]) for one in lines) == told["children_now"]
    assert set(plan.tasks[-1].after) == {task.name for task in plan.tasks if task.name.endswith("/results")}


def test_what_scenarios_have_in_common_is_one_task(plan: Plan, place: Path, scenarios: dict[str, Path]) -> None:
    """Past forecasts and the council's own homes once; need once with the lever and once without."""
    ours = [task for task in plan.tasks if task.council == "Alder"]

    def of(work: str) -> list[Task]:
        return [task for task in ours if task.work.endswith(work)]

    assert len(of(":gather")) == 1
    assert len(of("batch_homes:supply")) == 2
    assert len([task for task in of("batch_need:play") if task.given["kind"] == "all"]) == 4
    # scenario “plain” is “pulled” with none of its levers: four sets in all, two blocks each
    assert len(of("batch_compare:measure")) == 8
    more = plan_batch([BatchCouncil("Alder", place / "Alder")], scenarios, replace(ASKED, draws=36))
    again = {task.name: task for task in more.tasks}
    for task in ours:
        if task.work in ("sufficiency.batch_need:try_origins", "sufficiency.batch_homes:supply"):
            assert again[task.name] == task


def test_what_is_wrong_with_one_is_told_and_keeps_back_nobody_else(place: Path, scenarios: dict[str, Path]) -> None:
    """A council without returns and a scenario whose lever is in the past: each a task that says so."""
    (place / "Elm").mkdir(exist_ok=True)
    councils = [BatchCouncil(name, place / name) for name in ("Birch", "Elm")]
    asked = replace(ASKED, test=False, levers=False)
    plan = plan_batch(councils, {**scenarios, "late": place / "late.toml"}, asked)
    results, failed = done(plan, "Elm", "Birch/late", "Birch/plain", "region/plain")
    assert {name for name, error in failed.items() if not isinstance(error, Failed)} == {"Elm/read", "Birch/late/check"}
    assert isinstance(failed["Elm/read"], Unusable)
    assert isinstance(failed["Birch/late/check"], ScenarioError)
    found = files_of(plan, results)
    assert "Birch/plain/need.csv" in found
    assert '"Late"' not in json.dumps(next(task.given for task in plan.tasks if task.name == "Birch/compared"))
    assert not any(name.startswith(("Elm", "Birch/late", "region/plain")) for name in found)
    assert {name for name, task in plan.files.items() if task.partition("#")[0] in failed} >= {
        "Elm/plain/summary.json",
        "Birch/late/summary.json",
        "region/plain/summary.json",
    }
