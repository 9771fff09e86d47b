"""`placewell forecast`: from a council's SSDA903 returns to the homes its children will need, and how many it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from frontend.forecast_options import (
    USABLE_DAYS,
    Council,
    Months,
    Out,
    Population,
    Referrals,
    Register,
    Replications,
    Returns,
    Seed,
    UsableDays,
    Workers,
)
from frontend.out_folder import why_not_to_write
from frontend.progress import Progress
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from sufficiency.homes_run import HomesRun
    from sufficiency.run import ForecastRun
    from sufficiency.scenario import Scenario

DONE, UNUSABLE, ROWS_LEFT_OUT = 0, 3, 4
MOST_WARNINGS: Final = 20


def forecast_command(
    returns: Returns,
    out: Out,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="FILE", help="What is assumed (TOML). Default: the packaged baseline."),
    ] = None,
    council: Council = None,
    months: Months = None,
    replications: Replications = None,
    seed: Seed = 1,
    workers: Workers = 1,
    backtest: Annotated[
        bool,
        typer.Option(
            "--backtest/--no-backtest", help="Try the forecast on the past: how far its bands can be trusted."
        ),
    ] = True,
    population: Population = None,
    referrals: Referrals = None,
    register: Register = None,
    usable_days: UsableDays = USABLE_DAYS,
    targets: Annotated[
        bool,
        typer.Option("--targets/--no-targets", help="Work out how many households to approve by when, at what cost."),
    ] = True,
) -> int:
    """Forecast need, the council's own homes, the gap between them and its cost, from SSDA903 returns."""
    why = why_not_to_write(out)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why)
    fit_for(out, "forecast")
    assumed = scenario_of(scenario)
    from sufficiency.given import Asked
    from sufficiency.homes_run import run_homes
    from sufficiency.homes_tables import homes_tables
    from sufficiency.need_page import need_page
    from sufficiency.need_summary import summary_of
    from sufficiency.outputs import write_forecast
    from sufficiency.position import position_of
    from sufficiency.run import run_forecast

    asked = Asked(
        assumed,
        council,
        months,
        replications,
        seed,
        workers,
        backtest,
        population,
        referrals,
        register,
        usable_days,
        targets,
    )
    with Progress() as progress:
        with refused_in_words():
            run = run_forecast(returns, asked, progress.stage)
            homes = run_homes(run, progress.stage)
        progress.stage("Writing the results")
        told = summary_of(run, homes)
        book = position_of(run, homes)
        with written_to(out):
            write_forecast(
                out,
                run.forecast,
                run.ret,
                run.segments,
                homes=homes_tables(run.forecast, homes),
                book=book,
                page=need_page(run, homes),
                told=told,
                more_findings=run.given.findings,
                left_out=run.rows_left_out,
            )
    _tell(run, homes, told["warnings"], out)
    return ROWS_LEFT_OUT if run.rows_left_out else DONE


@contextmanager
def refused_in_words() -> Iterator[None]:
    """End the command with what was wrong in the returns, the population, the scenario or the options."""
    from records.tables import Unusable
    from sufficiency.given import WrongSettings
    from sufficiency.population import PopulationRefused
    from sufficiency.scenario import ScenarioError

    try:
        yield
    except Unusable as error:
        raise Ended(UNUSABLE, str(error)) from error
    except PopulationRefused as error:
        raise Ended(WRONG_ARGUMENTS, f"--population: {error}") from error
    except ScenarioError as error:
        raise Ended(WRONG_ARGUMENTS, f"--scenario: {error}") from error
    except WrongSettings as error:
        raise Ended(WRONG_ARGUMENTS, str(error)) from error


@contextmanager
def written_to(out: Path) -> Iterator[None]:
    """End the command where its folder cannot be written."""
    try:
        yield
    except OSError as error:
        words = f"--out: the results could not be written to {out} ({error.strerror or type(error).__name__})."
        raise Ended(WRONG_ARGUMENTS, words) from error


def fit_for(out: Path, command: str) -> None:
    """Refuse a folder that holds another command's results before any work is done."""
    from sufficiency.outputs import OtherResults, refuse_other_results

    try:
        refuse_other_results(out, command)
    except OtherResults as error:
        raise Ended(WRONG_ARGUMENTS, f"--out: {error}") from error


def scenario_of(path: Path | None) -> Scenario:
    """The scenario of a file, or the packaged one."""
    from sufficiency.scenario import ScenarioError, read_scenario

    try:
        return read_scenario(path)
    except ScenarioError as error:
        raise Ended(WRONG_ARGUMENTS, f"--scenario: {error}") from error


def _tell(run: ForecastRun, homes: HomesRun, warnings: list[str], out: Path) -> None:
    """The answer in a few lines, what to mind, and where the rest is."""
    from sufficiency.homes_page import homes_words
    from sufficiency.need_page import headline_words
    from sufficiency.need_past import trust_words

    typer.echo(headline_words(run))
    for words in homes_words(run.forecast, homes):
        typer.echo(words)
    typer.echo(trust_words(run))
    for warning in [one for one in warnings if one != run.not_tested][:MOST_WARNINGS]:
        typer.echo(f"Warning: {warning}", err=True)
    if run.rows_left_out:
        typer.echo(f"{run.rows_left_out:,} rows were left out; findings.csv says which and why.", err=True)
    typer.echo(f"Report: {(out / 'forecast.html').resolve()}")
