"""`placewell compare`: any number of scenarios on a council's SSDA903 returns, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontend.forecast_cli import DONE, ROWS_LEFT_OUT, fit_for, refused_in_words, scenario_of, written_to
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
    from sufficiency.scenario import Scenario


def compare_command(
    returns: Returns,
    scenarios: Annotated[
        list[Path],
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="A scenario (TOML); may be repeated. The others are held against the first.",
            show_default=False,
        ),
    ],
    out: Out,
    council: Council = None,
    months: Months = None,
    replications: Replications = None,
    seed: Seed = 1,
    workers: Workers = 1,
    population: Population = None,
    referrals: Referrals = None,
    register: Register = None,
    usable_days: UsableDays = USABLE_DAYS,
    levers: Annotated[
        bool,
        typer.Option("--levers/--no-levers", help="Work out what each lever of a scenario does by itself."),
    ] = True,
) -> int:
    """Set scenarios side by side: what each comes to, by how much they differ, and what each lever does."""
    why = why_not_to_write(out)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why)
    fit_for(out, "compare")
    assumed = _named(scenarios)
    from sufficiency.compare_outputs import write_compare
    from sufficiency.compare_page import short_words
    from sufficiency.compare_run import run_compare
    from sufficiency.given import Asked

    asked = Asked(
        next(iter(assumed.values())),
        council,
        months,
        replications,
        seed,
        workers,
        test=False,
        population=population,
        referrals=referrals,
        register=register,
        usable_days=usable_days,
        targets=False,
    )
    with Progress() as progress:
        with refused_in_words():
            run = run_compare(returns, assumed, asked, progress.stage, each_lever=levers)
        progress.stage("Writing the results")
        with written_to(out):
            write_compare(out, run)
    for words in short_words(run):
        typer.echo(words)
    for name, pulls in run.pulls.items():
        for note in pulls.notes:
            typer.echo(f"Warning: {name}: {note}", err=True)
    left_out = run.given.rows_left_out
    if left_out:
        typer.echo(f"{left_out:,} rows were left out; findings.csv says which and why.", err=True)
    typer.echo(f"Report: {(out / 'compare.html').resolve()}")
    return ROWS_LEFT_OUT if left_out else DONE


def _named(paths: Sequence[Path]) -> dict[str, Scenario]:
    """Each scenario by the name that it gives itself; two of one name cannot be told apart."""
    found: dict[str, Scenario] = {}
    for path in paths:
        scenario = scenario_of(path)
        if scenario.name in found:
            raise Ended(
                WRONG_ARGUMENTS,
                f"--scenario: {path} is called “{scenario.name}”, as another scenario is. They could not be told "
                "apart: give each a name of its own, in its first lines.",
            )
        found[scenario.name] = scenario
    return found
