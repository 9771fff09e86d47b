"""`placewell lab`: two ways of deciding, or two registers, met by the same made-up years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from frontend.forecast_cli import DONE, ROWS_LEFT_OUT, UNUSABLE, fit_for, written_to
from frontend.forecast_options import Out, Seed, Workers
from frontend.out_folder import why_not_to_write
from frontend.progress import Progress
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from sufficiency.lab import Side
    from sufficiency.lab_given import Registers

A_WAY = (
    "“one at a time”, “all together”, “scarce homes kept”, or a policy file (TOML) with which all are planned together"
)


def lab_command(
    out: Out,
    a: Annotated[str, typer.Option("--a", metavar="WAY|POLICY", help=f"The first side: {A_WAY}.")] = "one at a time",
    b: Annotated[str, typer.Option("--b", metavar="WAY|POLICY", help="The second side, likewise.")] = "all together",
    more_a: Annotated[
        list[str] | None,
        typer.Option("--more-a", metavar="KIND=HOMES", help="Made-up homes that the first side has besides."),
    ] = None,
    more_b: Annotated[
        list[str] | None,
        typer.Option("--more-b", metavar="KIND=HOMES", help="As siblings_three_or_more=3. May be repeated."),
    ] = None,
    register_a: Annotated[
        Path | None,
        typer.Option("--register-a", metavar="RECORDS", help="Own homes, as for match. Default: made-up homes."),
    ] = None,
    register_b: Annotated[
        Path | None,
        typer.Option("--register-b", metavar="RECORDS", help="Those of the second side. Default: as the first."),
    ] = None,
    returns: Annotated[
        Path | None,
        typer.Option(
            "--returns", metavar="SSDA903_FOLDER", help="As many children come as in these. Default: a made-up council."
        ),
    ] = None,
    families: Annotated[
        float | None,
        typer.Option("--families", min=1, max=1000, help="Families who come into care a year. Default: 60."),
    ] = None,
    homes: Annotated[
        float,
        typer.Option("--homes", min=0.3, max=2.0, help="Made-up places: 1 as full as England's, less is tighter."),
    ] = 1.0,
    years: Annotated[int, typer.Option("--years", min=2, max=1000, help="Made-up years; more are surer.")] = 20,
    seed: Seed = 1,
    workers: Workers = 1,
) -> int:
    """Try two ways of deciding, or two registers, on the same made-up years, and say whether they differ."""
    why = why_not_to_write(out)
    if why is not None:
        raise Ended(WRONG_ARGUMENTS, why)
    fit_for(out, "lab")
    if returns is not None and families is not None:
        raise Ended(WRONG_ARGUMENTS, "--families: --returns says how many come. Give one of the two.")
    if register_b is not None and register_a is None:
        raise Ended(WRONG_ARGUMENTS, "--register-b: give --register-a too, the homes of the first side.")
    from records.tables import Unusable
    from sufficiency.lab import FAMILIES, CannotTry, LabAsked, try_out
    from sufficiency.lab_given import families_a_year
    from sufficiency.lab_outputs import write_lab
    from sufficiency.lab_words import differences, headline, sentence

    with Progress() as progress:
        try:
            progress.stage("Reading what was given")
            given = _given(register_a, register_b)
            size = families_a_year(returns) if returns is not None else families or FAMILIES
            asked = LabAsked(
                _side(a, "a", more_a, given),
                _side(b, "b", more_b, given),
                years=years,
                seed=seed,
                families=size,
                homes=homes,
            )
            if given is not None:
                asked = replace(asked, register=given.both, area=given.area)
            tried = try_out(
                asked, workers=workers, progress=lambda done, of: progress.stage(f"{done} of {of} made-up years played")
            )
        except CannotTry as error:
            raise Ended(WRONG_ARGUMENTS, str(error)) from error
        except Unusable as error:
            raise Ended(UNUSABLE, str(error)) from error
        progress.stage("Writing the results")
        with written_to(out):
            write_lab(out, tried, {} if given is None else given.inputs)
    typer.echo("Made-up years: nobody in them exists.")
    typer.echo(headline(tried))
    for one in differences(tried):
        typer.echo(f"- {sentence(one, asked.b.name)}")
    typer.echo(f"Report: {(out / 'lab.html').resolve()}")
    if given is not None and given.rows_left_out:
        typer.echo(
            f"{given.rows_left_out:,} rows of the registers were left out: `placewell check` says which.", err=True
        )
        return ROWS_LEFT_OUT
    return DONE


def _given(register_a: Path | None, register_b: Path | None) -> Registers | None:
    from sufficiency.lab_given import registers

    if register_a is None:
        return None
    return registers(register_a, register_b, _today())


def _today() -> date:
    return datetime.now().astimezone().date()


def _side(told: str, which: str, more: list[str] | None, given: Registers | None) -> Side:
    """One side from what is told of it. Its name is the way, or the file's; which side it is where both are alike."""
    from matching.policy import PolicyError, read_policy
    from sufficiency.lab import TOGETHER, WAYS, Side

    homes: dict[str, int] = {}
    for one in more or ():
        kind, _, number = one.partition("=")
        if not number.strip().isdigit():
            raise Ended(WRONG_ARGUMENTS, f'--more-{which}: "{one}" is not KIND=HOMES, such as siblings_two=3.')
        homes[kind.strip()] = int(number)
    besides = () if given is None else given.only_a if which == "a" else given.only_b
    name = f"{which.upper()}: {Path(told).stem if told not in WAYS else told}"
    try:
        policy = read_policy(None if told in WAYS else Path(told))
    except PolicyError as error:
        raise Ended(WRONG_ARGUMENTS, f"--{which}: {error}") from error
    return Side(name, told if told in WAYS else TOGETHER, policy, homes, besides)
