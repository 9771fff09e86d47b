"""`placewell batch`: many scenarios for one council or many, by several processes or a cluster; resumable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from frontend.batch_progress import BatchProgress
from frontend.forecast_cli import DONE, ROWS_LEFT_OUT, UNUSABLE, fit_for, refused_in_words, written_to
from frontend.forecast_options import (
    USABLE_DAYS,
    Months,
    Population,
    Referrals,
    Register,
    Replications,
    Seed,
    UsableDays,
)
from frontend.out_folder import why_not_to_write
from frontend.store_cli import WRONG_ARGUMENTS, Ended

if TYPE_CHECKING:
    from sufficiency.batch import BatchRun
    from sufficiency.batch_councils import BatchCouncil
    from sufficiency.batch_manifest import Missing, Written
    from sufficiency.scenario import Scenario

FAULT: Final = 1
FIRST: Final = "baseline"
"""The scenario of this name is what the others are held against, wherever it stands."""
MOST_TOLD: Final = 20
ADDRESS: Final = re.compile(r"(tcp|tls)://[^\s/:]+:[0-9]{1,5}|(tcp|tls)://\[[0-9A-Fa-f:]+\]:[0-9]{1,5}")


def batch_command(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SCENARIO...",
            help="Scenarios (TOML). The others are held against baseline.toml, or else against the first.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="OUT", help="Folder for the results.", show_default=False, readable=False),
    ] = None,
    returns: Annotated[
        list[Path] | None,
        typer.Option(
            "--returns",
            metavar="SSDA903_FOLDER",
            help="A council's returns, or a merged regional one; may be repeated. Default: a made-up council.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    councils: Annotated[
        Path | None,
        typer.Option("--councils", metavar="FILE", help="Councils, each with its own returns and register (TOML)."),
    ] = None,
    la: Annotated[
        list[str] | None,
        typer.Option(
            "--council",
            metavar="LA",
            help="Only this council of a merged regional return, as its LA column says. May be repeated.",
            show_default=False,
        ),
    ] = None,
    register: Register = None,
    referrals: Referrals = None,
    population: Population = None,
    months: Months = None,
    replications: Replications = None,
    seed: Seed = 1,
    usable_days: UsableDays = USABLE_DAYS,
    backtest: Annotated[bool, typer.Option("--backtest/--no-backtest", help="Try the forecasts on the past.")] = True,
    targets: Annotated[
        bool,
        typer.Option("--targets/--no-targets", help="Work out how many households to approve by when, at what cost."),
    ] = True,
    levers: Annotated[
        bool, typer.Option("--levers/--no-levers", help="Work out what each lever of a scenario does by itself.")
    ] = True,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=256, help="Processes on this machine. The results are the same. Default: 1."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            help="Work on the machines of this Dask scheduler instead. Children's returns travel there.",
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache",
            metavar="DIR",
            help="Where what was worked out is kept; confidential. Default: OUT-cache, beside OUT.",
            readable=False,
        ),
    ] = None,
    forget_older: Annotated[
        float | None,
        typer.Option(
            "--forget-older",
            metavar="DAYS",
            min=0,
            help="Delete from the cache what no batch has used for so long; 0: everything.",
        ),
    ] = None,
) -> int:
    """Play scenarios for one council or many. Killed, it goes on where it was when the same is asked again."""
    kept = _cache_of(out, cache)
    if forget_older is not None:
        _forget(kept, forget_older)
        if not scenarios:
            return DONE
    out = _fit(out, kept)
    _fit_workers(workers, scheduler)
    paths = named(scenarios or [])

    from sufficiency.batch import run_batch
    from sufficiency.batch_cache import Cache
    from sufficiency.batch_councils import councils_of
    from sufficiency.batch_made_up import made_up_council
    from sufficiency.batch_manifest import Clock, write_batch
    from sufficiency.batch_plan import BatchAsked, plan_batch

    begun = datetime.now(UTC)
    asked = BatchAsked(months, replications, seed, backtest, usable_days, targets, levers)
    with BatchProgress() as progress:
        with refused_in_words(), ended_in_words():
            if returns or councils:
                theirs = councils_of(
                    returns or (),
                    councils,
                    la=la or (),
                    register=register,
                    referrals=referrals,
                    population=population,
                )
            else:
                theirs = (made_up_council(Cache(kept).folder / "made-up"),)
            _lies_apart(theirs, out, kept)
            if any(one.made_up for one in theirs):
                _say_made_up()
            plan = plan_batch(theirs, paths, asked, progress.stage)
            run = run_batch(plan, kept, workers=workers or 1, scheduler=scheduler, progress=progress)
        progress.stage("Writing the results")
        with written_to(out), ended_in_words():
            clock = Clock(begun, datetime.now(UTC), workers or 1, scheduler)
            written = write_batch(out, run, _asked(asked, theirs, paths), clock)
    return _tell(run, written, theirs, paths, out, kept)


# ---- before ----------------------------------------------------------------------------------------------------------


def named(paths: Sequence[Path]) -> dict[str, Path]:
    """Each scenario's file by the name of its folder of results, `baseline` first. Ends in words for what is wrong."""
    from sufficiency.batch_councils import folder_name
    from sufficiency.given import WrongSettings

    if not paths:
        _refuse("SCENARIO: name at least one scenario (a TOML file), such as scenarios/baseline.toml.")
    found: dict[str, Path] = {}
    whose: dict[str, Path] = {}
    for path in _spelt_out(paths):
        if path.is_dir():
            _refuse(f"SCENARIO: {path} is a folder. Name the scenarios in it, as {path.as_posix()}/*.toml.")
        if not path.exists():
            _refuse(f"SCENARIO: there is no file {path}.")
        try:
            name = folder_name(path.stem)
        except WrongSettings as error:
            _refuse(f"SCENARIO: {error}")
        if name.casefold() in whose:
            other = whose[name.casefold()]
            if other.resolve() == path.resolve():
                _refuse(f"SCENARIO: {path} is named twice.")
            _refuse(f"SCENARIO: {other} and {path} would have the same folder of results. Call one of them otherwise.")
        whose[name.casefold()] = found[name] = path
    calls: dict[str, Path] = {}
    for path in found.values():
        called = _scenario(path).name
        if called in calls:
            _refuse(
                f"SCENARIO: {calls[called]} and {path} are both called “{called}”. They could not be told apart: give "
                "each a name of its own, in its first lines."
            )
        calls[called] = path
    return {name: found[name] for name in sorted(found, key=lambda n: n.casefold() != FIRST)}


def _scenario(path: Path) -> Scenario:
    from sufficiency.scenario import ScenarioError, read_scenario

    try:
        return read_scenario(path)
    except ScenarioError as error:
        _refuse(f"SCENARIO: {error}")


def _spelt_out(paths: Sequence[Path]) -> Iterator[Path]:
    """Patterns as the files they stand for, where the shell left that to us."""
    for path in paths:
        text = str(path)
        if path.exists() or not any(sign in text for sign in "*?["):
            yield path
            continue
        root = Path(path.anchor) if path.anchor else Path()
        there = sorted(root.glob(str(path.relative_to(root) if path.anchor else path)))
        if not there:
            _refuse(f"SCENARIO: no file is called {text}.")
        yield from there


def _cache_of(out: Path | None, cache: Path | None) -> Path:
    if cache is not None:
        return cache
    if out is None:
        _refuse("--out: name a folder for the results (or, to clear a cache, name it with --cache).")
    whole = out.resolve()
    return whole.parent / f"{whole.name}-cache"


def _fit(out: Path | None, cache: Path) -> Path:
    """Refuse folders that may not be written to, or hold something else, before any work is done."""
    if out is None:
        _refuse("--out: name a folder for the results.")
    why = why_not_to_write(out)
    if why is not None:
        _refuse(why)
    fit_for(out, "batch")
    why = why_not_to_write(cache)
    if why is not None:
        _refuse(why.replace("--out", "--cache"))
    inside, outside = cache.resolve(), out.resolve()
    if inside.is_relative_to(outside):
        _refuse(
            "--cache: it may not lie in the folder of results: it holds what was worked out from children's records."
        )
    return out


def _lies_apart(councils: Sequence[BatchCouncil], out: Path, cache: Path) -> None:
    """Refuse to write into a folder that is read: it would change under the batch, and be another one next time."""
    for one in councils:
        for given in (one.returns, one.register, one.referrals, one.population):
            for option, place in (("--out", out), ("--cache", cache)):
                if given is not None and place.resolve().is_relative_to(given.resolve()):
                    _refuse(f"{option}: {place} lies in {given}, which the batch reads. Name a folder elsewhere.")


def _fit_workers(workers: int | None, scheduler: str | None) -> None:
    if scheduler is None:
        return
    if workers is not None:
        _refuse("--workers and --scheduler: name one of them. How many work on a cluster is for the cluster to say.")
    if not ADDRESS.fullmatch(scheduler):
        _refuse(
            f"--scheduler: {scheduler} is no address. Write it as the scheduler prints it: tcp://HOST:PORT or tls://."
        )


def _forget(cache: Path, days: float) -> None:
    from sufficiency.batch_cache import Cache, is_cache

    if not is_cache(cache):
        _refuse(f"--cache: no batch keeps anything in {cache}.")
    many, size = Cache(cache).forget_older(days)
    left, more = Cache(cache).size()
    typer.echo(f"{many:,} results deleted ({size / 1e6:,.1f} MB); {left:,} are left ({more / 1e6:,.1f} MB).")


@contextmanager
def ended_in_words() -> Iterator[None]:
    """End the command with why the batch as a whole cannot go on."""
    from sufficiency.batch_cache import InputGone, NotACache
    from sufficiency.batch_do import CannotGoOn

    try:
        yield
    except (CannotGoOn, InputGone) as error:
        raise Ended(WRONG_ARGUMENTS, str(error)) from error
    except NotACache as error:
        raise Ended(WRONG_ARGUMENTS, f"--cache: {error}") from error


# ---- after -----------------------------------------------------------------------------------------------------------


def _asked(asked: Any, councils: Sequence[BatchCouncil], paths: Mapping[str, Path]) -> dict[str, Any]:
    """What was asked, for the manifest: no place, no number of workers."""
    from dataclasses import asdict

    from reporting.whole import sha256_of

    return {
        "settings": asdict(asked),
        "made_up": any(one.made_up for one in councils),
        "councils": [{"name": one.name, "la": one.la} for one in councils],
        "scenarios": {
            name: {
                "name": (read := _scenario(path)).name,
                "files": {Path(one.path).name: one.sha256 for one in read.files} or {path.name: sha256_of(path)},
            }
            for name, path in paths.items()
        },
    }


def _tell(
    run: BatchRun,
    written: Written,
    councils: Sequence[BatchCouncil],
    paths: Mapping[str, Path],
    out: Path,
    cache: Path,
) -> int:
    """What was done, what was not and why, and where it all is."""
    for one in [m for m in written.missing if not m.what.endswith("/")][:MOST_TOLD]:
        _say(f"Not done: {_whose(one)}{one.words}")
    if not written.folders:
        _say("Nothing could be worked out, and nothing was written.")
        kinds = {str(one.kind) for one in written.missing}
        return UNUSABLE if "refused" in kinds else FAULT
    asked_for = {f"{one.name}/{scenario}" for one in councils for scenario in paths}
    there = len(asked_for.intersection(written.folders))
    typer.echo(
        f"{_many(len(councils), 'council')}, {_many(len(paths), 'scenario')}: {there:,} of "
        f"{len(asked_for):,} forecasts are in {out.resolve()}."
    )
    if any(one.made_up for one in councils):
        _say_made_up()
    if written.missing:
        _say("Some of it could not be done: failures.csv says what and why. The rest is whole.")
    for council, rows in written.rows_left_out.items():
        _say(f"{council}: {rows:,} rows were left out; findings.csv of each scenario says which and why.")
    if run.altered:
        _say(f"{run.altered:,} kept results were lost or altered, and were worked out anew.")
    typer.echo(f"Kept for next time, confidential: {cache.absolute()}")
    return ROWS_LEFT_OUT if written.missing or written.rows_left_out else DONE


def _whose(one: Missing) -> str:
    whose = ", ".join(name for name in (one.council, one.scenario) if name)
    return f"{whose}: " if whose else ""


def _many(many: int, what: str) -> str:
    return f"{many:,} {what}{'' if many == 1 else 's'}"


def _say_made_up() -> None:
    _say(
        "THIS IS A MADE-UP COUNCIL: no returns were given (--returns). Nobody in it exists; draw nothing from its "
        "figures."
    )


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _refuse(words: str) -> NoReturn:
    raise Ended(WRONG_ARGUMENTS, words)
