"""`placewell forecast`: from a council's SSDA903 returns to a forecast of the homes its children will need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from frontend.out_folder import why_not_to_write
from frontend.progress import Progress
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from sufficiency.run import ForecastRun
    from sufficiency.scenario import Scenario

DONE, UNUSABLE, ROWS_LEFT_OUT = 0, 3, 4
MOST_WARNINGS: Final = 20


def forecast_command(
    returns: Annotated[
        Path,
        typer.Argument(
            metavar="SSDA903_FOLDER",
            help="Folder of the yearly returns: one folder a year, all years in one, merged files, or XML.",
            show_default=False,
            readable=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Folder for the results.", show_default=False, readable=False)
    ],
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="FILE", help="What is assumed (TOML). Default: the packaged baseline."),
    ] = None,
    council: Annotated[
        str | None,
        typer.Option("--council", metavar="LA", help="One council of a merged regional return, as its LA column says."),
    ] = None,
    months: Annotated[
        int | None, typer.Option("--months", min=1, max=120, help="How far ahead. Default: as the scenario says.")
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", min=20, max=100_000, help="Futures to draw. Default: as the scenario says."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Another number, other futures.")] = 1,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=256, help="Processor cores. The forecast is the same.")
    ] = 1,
    backtest: Annotated[
        bool,
        typer.Option(
            "--backtest/--no-backtest", help="Try the forecast on the past: how far its bands can be trusted."
        ),
    ] = True,
    population: Annotated[
        Path | None,
        typer.Option("--population", metavar="FILE", help="Projection of the under-18s: CSV file of year, children."),
    ] = None,
    referrals: Annotated[
        Path | None,
        typer.Option("--referrals", metavar="FILE", help="Referrals for homes (CSV): who the homes are for."),
    ] = None,
) -> int:
    """Forecast the children who will need each kind of home, month by month, from SSDA903 returns."""
    why = why_not_to_write(out)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why)
    _fit(out)
    assumed = _scenario(scenario)
    from records.tables import Unusable
    from sufficiency.need_page import need_page
    from sufficiency.need_summary import summary_of
    from sufficiency.outputs import write_forecast
    from sufficiency.population import PopulationRefused
    from sufficiency.run import Asked, WrongSettings, run_forecast

    asked = Asked(assumed, council, months, replications, seed, workers, backtest, population, referrals)
    with Progress() as progress:
        try:
            run = run_forecast(returns, asked, progress.stage)
        except Unusable as error:
            raise Ended(UNUSABLE, str(error)) from error
        except PopulationRefused as error:
            raise Ended(WRONG_ARGUMENTS, f"--population: {error}") from error
        except WrongSettings as error:
            raise Ended(WRONG_ARGUMENTS, str(error)) from error
        progress.stage("Writing the results")
        told = summary_of(run)
        try:
            more = run.referrals.findings if run.referrals else ()
            write_forecast(out, run.forecast, run.ret, run.segments, page=need_page(run), told=told, more_findings=more)
        except OSError as error:
            words = f"--out: the results could not be written to {out} ({error.strerror or type(error).__name__})."
            raise Ended(WRONG_ARGUMENTS, words) from error
    _tell(run, told["warnings"], out)
    return ROWS_LEFT_OUT if run.rows_left_out else DONE


def _fit(out: Path) -> None:
    """Refuse a folder that holds other results before any work is done."""
    from sufficiency.outputs import OtherResults, refuse_other_results

    try:
        refuse_other_results(out)
    except OtherResults as error:
        raise Ended(WRONG_ARGUMENTS, f"--out: {error}") from error


def _scenario(path: Path | None) -> Scenario:
    from sufficiency.scenario import ScenarioError, read_scenario

    try:
        return read_scenario(path)
    except ScenarioError as error:
        raise Ended(WRONG_ARGUMENTS, f"--scenario: {error}") from error


def _tell(run: ForecastRun, warnings: list[str], out: Path) -> None:
    """The answer in a few lines, what to mind, and where the rest is."""
    from sufficiency.need_page import headline_words
    from sufficiency.need_past import trust_words

    typer.echo(headline_words(run))
    typer.echo(trust_words(run))
    for warning in [one for one in warnings if one != run.not_tested][:MOST_WARNINGS]:
        typer.echo(f"Warning: {warning}", err=True)
    if run.rows_left_out:
        typer.echo(f"{run.rows_left_out:,} rows were left out; findings.csv says which and why.", err=True)
    typer.echo(f"Report: {(out / 'forecast.html').resolve()}")
