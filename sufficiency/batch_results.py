"""The task that puts one council and scenario together: exactly the files that a forecast of it would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

from sufficiency.backtest import Backtest
from sufficiency.batch_bytes import bundled, from_plain, unpacked
from sufficiency.batch_homes import Planned, played_in, usable_in
from sufficiency.batch_need import need_in
from sufficiency.batch_read import checked, given_of, told
from sufficiency.homes_run import HomesRun, homes_of, start_of_run
from sufficiency.homes_tables import homes_tables
from sufficiency.need import fit_need
from sufficiency.need_page import need_page
from sufficiency.need_summary import summary_of
from sufficiency.outputs import write_forecast
from sufficiency.position import position_of
from sufficiency.run import ForecastRun, finished
from sufficiency.scenario import Scenario

KINDS: Final = ("parameter", "process")
"""Of the fewer futures that tell the sources of not knowing apart."""


def write(given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]) -> bytes:
    """All files of one council and scenario, by name; task function."""
    run, homes = put_together(given, results, folders)
    with TemporaryDirectory(prefix="placewell-") as place:
        out = Path(place) / "results"
        write_forecast(
            out,
            run.forecast,
            run.ret,
            run.segments,
            homes=homes_tables(run.forecast, homes),
            book=position_of(run, homes, made_up=run.asked.made_up),
            page=need_page(run, homes),
            told=summary_of(run, homes),
            more_findings=run.given.findings,
            left_out=run.rows_left_out,
        )
        return files_in(out)


def files_in(folder: Path) -> bytes:
    """The files of a folder as one, by name."""
    return bundled({one.name: one.read_bytes() for one in sorted(folder.iterdir(), key=lambda one: one.name)})


def put_together(
    given: Mapping[str, Any], results: Mapping[str, bytes], folders: Mapping[str, Path]
) -> tuple[ForecastRun, HomesRun]:
    """A forecast and its homes, as `run_forecast` and `run_homes` would have them."""
    scenario = cast(Scenario, from_plain(given["scenario"]))
    read = given_of(told(given), scenario, folders)
    months, pulls = checked(read, scenario)
    few: Sequence[Sequence[str]] = [given[kind] for kind in KINDS]
    test = None if given["past"] is None else cast(Backtest, unpacked(results[given["past"]]))
    model = fit_need(read.history, read.settings(scenario, months, pulls))
    run = finished(read, pulls, model, need_in(results, given["need"], None, few), test)
    planned = None if given["plan"] is None else cast(Planned, unpacked(results[given["plan"]]))
    played, usable = played_in(given, results), usable_in(results, given["usable"])
    if planned is None:
        return run, homes_of(run, start_of_run(run), usable, played)
    parts = (planned.targets, planned.savings, planned.frontier)
    return run, homes_of(run, start_of_run(run), usable, played, *parts)
