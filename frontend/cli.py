"""The command line: check the records, work out a whole round, rank the homes of one child, show it all on a demo.

Exit codes: 0 done; 1 a fault in Placewell; 2 wrong arguments; 3 the records cannot be used at all and nothing is
written; 4 done, but some rows were left out; 130 stopped by the user. Progress and messages go to standard error,
results to standard output. Heavy libraries are imported inside the commands, so that help and mistakes are quick.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec

import typer

from frontend.ahead_cli import ExpectedFolder, KeepScarce, NotExpected, priced, who_is_expected
from frontend.app_cli import app_command
from frontend.batch_cli import batch_command
from frontend.compare_cli import compare_command
from frontend.duty_cli import (
    Age,
    Born,
    ChildFile,
    ChildOrFamily,
    FromPostcode,
    Needs,
    PlanFile,
    Routes,
    Sex,
    Siblings,
    SmokeFree,
    Solo,
    Told,
)
from frontend.forecast_cli import forecast_command
from frontend.lab_cli import lab_command
from frontend.out_folder import why_not_to_write
from frontend.papers_cli import papers_command
from frontend.progress import Progress
from frontend.report_cli import report_command
from frontend.stoppable import still_running, stoppable
from frontend.store_cli import mount, told

if TYPE_CHECKING:
    from matching.duty import Tonight
    from matching.points import GivenPoints
    from matching.policy import Policy
    from matching.propose import Proposal
    from records.model import Finding, Records
    from sufficiency.coming import Expected

DONE, FAULT, WRONG_ARGUMENTS, UNUSABLE_RECORDS, ROWS_LEFT_OUT, STOPPED = 0, 1, 2, 3, 4, 130
DEBUG = "PLACEWELL_DEBUG"
FINDINGS_SHOWN = 20
DEMO_MARK = "placewell-demo.txt"
OURS = frozenset({"frontend", "sufficiency", "matching", "records", "reporting"})
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")

P = ParamSpec("P")

app = typer.Typer(
    help="Which home for which child, and why: lawful, provably best placement plans with reasons. People decide.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class SolverName(StrEnum):
    """The solvers of `matching.solvers`."""

    BUNDLES = "bundles"
    CPSAT = "cpsat"
    MILP = "milp"
    EXHAUSTIVE = "exhaustive"


class Stop(Exception):
    """A command ends here with this exit code and these words."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__(*lines)
        self.code = code
        self.lines = lines


def main() -> None:
    """The `placewell` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="placewell")


def guarded(command: Callable[P, int]) -> Callable[P, None]:
    """End the command with its exit code; turn whatever goes wrong into plain words and the right code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except Stop as stop:
            for line in stop.lines:
                _say(line)
            code = stop.code
        except KeyboardInterrupt:
            _say("Stopped. Nothing is left half-written.")
            if still_running():
                # The solver's native code does not listen; leaving without it is safe, because it writes nothing.
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(STOPPED)
            code = STOPPED
        except BrokenPipeError:
            # Whoever read our output has gone; nothing more can be said to them.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = DONE
        except Exception as error:
            _say(*_fault(error))
            code = FAULT
        raise typer.Exit(code)

    return run


# ---- arguments -----------------------------------------------------------------------------------------------------

RecordsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="RECORDS", help="Folder of CSV files, or one .xlsx workbook.", show_default=False, readable=False
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The round's day, 2026-11-02 or 02/11/2026. Default: today."),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", help="The council's policy (TOML). Default: the packaged one."),
]
AuthorityCode = Annotated[
    str | None, typer.Option("--authority", metavar="GSS", help="GSS code of the council, such as E08000009.")
]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="RULE_ID", help="Let the plan use sign-offs of this rule. May be repeated."),
]
PointsFile = Annotated[
    Path | None,
    typer.Option(
        "--points",
        metavar="FILE",
        help="CSV file of child_id, home_id, points (0 to 1000), in place of the considerations.",
        readable=False,
    ),
]
Solver = Annotated[SolverName, typer.Option("--solver", help="Which solver proves the plan.")]
EveryCost = Annotated[
    bool,
    typer.Option("--every-cost", help="What each choice costs everybody else, however large the round. May take long."),
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="Processor cores. The plan is the same.")]
TimeLimit = Annotated[
    float,
    typer.Option("--time-limit", metavar="SECONDS", min=0, help="Stop solving then; says what is not proved."),
]
SECONDS = 300.0
"""A panel waits no longer than this for a plan unless it says so; most rounds take a few seconds."""
OtherPlans = Annotated[
    bool,
    typer.Option(
        "--other-plans",
        help="Work out other plans, what is certain and back-up homes, also in a large round: minutes or longer.",
    ),
]
FairnessCounts = Annotated[
    bool,
    typer.Option("--fairness-counts", help="fairness.csv tells small numbers too: for casework, never to pass on."),
]
Keep = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="PLAN.CSV",
        help="The plan.csv of an earlier run: what changes least of what people were told, and at what price.",
        show_default=False,
    ),
]


Refuse = Annotated[
    int | None,
    typer.Option(
        "--refusals",
        metavar="K",
        min=1,
        max=5,
        help="What up to K refusals at once do to the plan (refusals.csv). In a small round with enquiries.csv: 3.",
        show_default=False,
    ),
]
LikelierCarers = Annotated[
    bool,
    typer.Option(
        "--likelier-carers",
        help="Show, beside the plan, one as good in the first priorities whose carers are likelier to accept.",
    ),
]


@dataclass(frozen=True, slots=True)
class Options:
    """What one round is asked, checked before anything is read."""

    day: date
    policy: Policy
    authority: str | None
    allow: tuple[str, ...]
    points: Path | None
    solver: str
    workers: int
    time_limit: float | None


@dataclass(slots=True)
class Timed:
    """Seconds each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """The stage that ends now."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._began
        self._began = now


def _options(
    as_of: str | None,
    policy_file: Path | None,
    authority: str | None,
    allow: Iterable[str] | None,
    points: Path | None,
    solver: SolverName,
    workers: int,
    time_limit: float | None,
) -> Options:
    from matching.policy import PolicyError, read_policy

    day = _day(as_of)
    code = _authority(authority)
    try:
        policy = read_policy(policy_file)
    except PolicyError as error:
        _refuse(str(error))
    accepted = tuple(dict.fromkeys(one.strip().upper() for one in allow or ()))
    _known_rules(accepted, "--allow")
    _known_rules(policy.allow, f"allow in {policy_file}")
    return Options(day, policy, code, accepted, points, solver.value, workers, time_limit)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now().astimezone().date()
    found = _DAY.fullmatch(text.strip())
    if found is None:
        _refuse(f'--as-of: "{text}" is not a date. Write it as 2026-11-02 or 02/11/2026.')
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        _refuse(f'--as-of: there is no such day as "{text}". Write a day of the calendar, as 2026-11-02.')


def _authority(code: str | None) -> str | None:
    if code is None:
        return None
    from records.geography import authority_name, upper_tier

    wanted = code.strip().upper()
    responsible = upper_tier(wanted)
    if responsible is None:
        _refuse(
            f'--authority: "{code}" is not the GSS code of an authority. It is nine characters, such as E08000009 '
            "for Trafford; the Office for National Statistics lists them."
        )
    if responsible != wanted:
        _refuse(
            f"--authority: {wanted} is not itself responsible for children's services. "
            f"{authority_name(responsible)} is: write {responsible}."
        )
    return wanted


def _known_rules(rule_ids: Iterable[str], where: str) -> None:
    from matching.propose import EMERGENCY_OUTSIDE_TERMS, SAME_APPROVAL
    from matching.rules import RULES

    known = {rule.rule_id for rule in RULES} | set().union(*SAME_APPROVAL) | {EMERGENCY_OUTSIDE_TERMS}
    never = {rule.rule_id for rule in RULES if rule.sign_off is None and rule.question is None}
    for rule_id in rule_ids:
        if rule_id not in known:
            close = get_close_matches(rule_id, sorted(known), n=1, cutoff=0.0)
            _refuse(
                f'{where}: there is no rule "{rule_id}" that a sign-off could meet. The nearest known is {close[0]}. '
                "All rules are in docs/reference/rules.md."
            )
        if rule_id in never:
            _say(f"Note: nobody may sign off {rule_id}, so allowing it changes nothing.")


def _fit_to_write(out: Path) -> None:
    """Refuse a results folder that is a file or may not be written, before any work is done."""
    why = why_not_to_write(out)
    if why is not None:
        _refuse(why)
    from reporting.whole import made_by

    made = made_by(out)
    if made in ("forecast", "compare", "batch", "lab"):
        what = {"forecast": "a forecast", "compare": "scenarios compared", "batch": "a batch", "lab": "a policy lab"}[
            made
        ]
        _refuse(f"--out: {out} holds {what}, which would be written over. Name an empty or a new folder.")


# ---- commands ------------------------------------------------------------------------------------------------------


def _version(wanted: bool) -> None:
    if wanted:
        from matching.versions import installed_version

        typer.echo(f"placewell {installed_version()}")
        raise typer.Exit


@app.callback()
def placewell(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Which home for which child, and why: lawful, provably best placement plans with reasons. People decide."""


@app.command()
@guarded
def check(
    records: RecordsArgument,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write findings.csv here.", readable=False)
    ] = None,
) -> int:
    """Read the records and say what is doubtful, what it means and how to mend it. Matches nobody."""
    day = _day(as_of)
    if out is not None:
        _fit_to_write(out)
    with Progress() as progress:
        checked = _read(records, day, progress, Timed())
    if out is not None:
        _write_findings(checked, out)
    typer.echo(
        f"{len(checked.children):,} children, {len(checked.homes):,} homes and {len(checked.residents):,} residents "
        f"can be used on {day:%d/%m/%Y}."
    )
    _show_findings(checked, None if out is None else out / "findings.csv")
    return ROWS_LEFT_OUT if checked.rows_left_out else DONE


@app.command()
@guarded
def match(
    records: RecordsArgument,
    out: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Folder for the results.", show_default=False, readable=False)
    ],
    as_of: AsOf = None,
    policy: PolicyFile = None,
    authority: AuthorityCode = None,
    allow: Allow = None,
    points: PointsFile = None,
    solver: Solver = SolverName.BUNDLES,
    workers: Workers = 1,
    time_limit: TimeLimit = SECONDS,
    every_cost: EveryCost = False,
    keep: Keep = None,
    other_plans: OtherPlans = False,
    fairness_counts: FairnessCounts = False,
    refuse: Refuse = None,
    likelier_carers: LikelierCarers = False,
    expected: ExpectedFolder = None,
    keep_scarce: KeepScarce = False,
) -> int:
    """Work out the whole round: the lawful plan that is best for all the children, with every reason."""
    _fit_to_write(out)
    try:
        coming = who_is_expected(expected, keep_scarce)
    except NotExpected as error:
        _refuse(str(error))
    options = _options(as_of, policy, authority, allow, points, solver, workers, time_limit)
    return _match(
        records,
        out,
        options,
        every_cost=every_cost,
        told=_told(keep),
        every_plan=other_plans,
        fairness_counts=fairness_counts,
        refuse=refuse,
        likelier=likelier_carers,
        expected=coming,
        keep_scarce=keep_scarce,
    )


@app.command()
@guarded
def rank(
    records: RecordsArgument,
    child_or_family_id: Annotated[str, typer.Argument(metavar="CHILD_OR_FAMILY_ID", show_default=False)],
    as_of: AsOf = None,
    policy: PolicyFile = None,
    authority: AuthorityCode = None,
    allow: Allow = None,
    points: PointsFile = None,
    solver: Solver = SolverName.BUNDLES,
    workers: Workers = 1,
    time_limit: TimeLimit = SECONDS,
    top: Annotated[int, typer.Option("--top", min=1, help="How many homes of each group to show.")] = 20,
) -> int:
    """Show the homes that could take one child or family, best first."""
    from frontend.ranked import show
    from matching.ranking import rank_unit

    options = _options(as_of, policy, authority, allow, points, solver, workers, time_limit)
    timed = Timed()
    with Progress() as progress:
        checked = _read(records, options.day, progress, timed)
        ids = {c.child_id for c in checked.children} | {c.family_id for c in checked.children if c.family_id}
        if child_or_family_id not in ids:
            _refuse(_not_in_round(child_or_family_id, ids, checked))
        checked, given = _with_points(checked, options.points, records, progress, timed)
        proposal = _propose(checked, given, options, progress, timed)
    show(proposal, rank_unit(proposal, child_or_family_id), top)
    _say_left_out(checked)
    return ROWS_LEFT_OUT if checked.rows_left_out else DONE


@app.command()
@guarded
def duty(
    records: RecordsArgument,
    child_or_family_id: ChildOrFamily = None,
    child_file: ChildFile = None,
    born: Born = None,
    age: Age = None,
    sex: Sex = None,
    from_postcode: FromPostcode = None,
    sibling: Siblings = None,
    needs: Needs = None,
    route: Routes = None,
    smoke_free: SmokeFree = False,
    solo: Solo = False,
    plan: PlanFile = None,
    as_of: AsOf = None,
    policy: PolicyFile = None,
    authority: AuthorityCode = None,
    allow: Allow = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many homes of each group to show.")] = 10,
) -> int:
    """Homes for one child or family tonight: whom to call first, what to ask, who must approve. Keeps nothing."""
    told = Told(
        born, age, sex, from_postcode, tuple(sibling or ()), tuple(needs or ()), tuple(route or ()), smoke_free, solo
    )
    if sum((child_or_family_id is not None, child_file is not None, told.anything)) != 1:
        _refuse("Name one child: an id of the register, --child-file, or what is known of them (--born or --age).")
    options = _options(as_of, policy, authority, allow, None, SolverName.BUNDLES, 1, None)
    return _duty(records, child_or_family_id, child_file, told, _told(plan), options, top)


@app.command()
@guarded
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the demo.", readable=False)] = Path(
        "placewell-demo"
    ),
    children: Annotated[int, typer.Option("--children", min=0, max=2000, help="How many children to make up.")] = 60,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another number, another council.")] = 2,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report in a browser.")] = False,
) -> int:
    """Make up a council, work out its whole round, and open the report. Nobody in it exists."""
    from records import synthetic

    _fit_to_write(out)
    if out.is_dir() and any(out.iterdir()) and not (out / DEMO_MARK).is_file():
        _refuse(f"--out: {out} holds files that no demo made. Name an empty or a new folder.")
    options = _options(synthetic.DAY.isoformat(), None, None, None, None, SolverName.BUNDLES, 1, None)
    with Progress() as progress:
        progress.stage("Making up a council")
        tables = synthetic.council(children, seed=seed, with_findings=True)
        out.mkdir(parents=True, exist_ok=True)
        (out / DEMO_MARK).write_bytes(
            b"Everything in this folder is made up by `placewell demo`. Nobody in it exists.\n"
        )
        synthetic.write(tables, out / "records")
    typer.echo(f"A made-up council of {children:,} children is in {out / 'records'}; some rows are spoilt on purpose.")
    code = _match(out / "records", out / "results", options)
    page = (out / "results" / "report.html").resolve()
    if not no_open and _can_open():
        import webbrowser

        webbrowser.open(page.as_uri())
    return DONE if code == ROWS_LEFT_OUT else code


# ---- one child tonight ---------------------------------------------------------------------------------------------


def _duty(
    records: Path,
    named: str | None,
    child_file: Path | None,
    told: Told,
    plan: Mapping[str, str | None] | None,
    options: Options,
    top: int,
) -> int:
    timed = Timed()
    with Progress() as progress:
        checked = _read(records, options.day, progress, timed)
        from frontend.duty_cli import show, who_has
        from matching.duty import tonight
        from matching.duty_words import depends_on_age
        from matching.rules.law import LawNotKnown
        from records.geography import Directory
        from records.tables import Unusable
        from records.tonight import beside, read_tonight, rows_of_tonight

        def searched(register: Records, one: str) -> Tonight:
            return tonight(
                register,
                options.policy,
                one,
                council=options.authority,
                allow=options.allow,
                proposed=who_has(plan or {}),
            )

        more: list[str] = []
        try:
            if named is not None:
                ids = {c.child_id for c in checked.children} | {c.family_id for c in checked.children if c.family_id}
                if named not in ids:
                    _refuse(_not_in_round(named, ids, checked))
                found = searched(checked, named)
            else:
                came = (
                    read_tonight(child_file, options.day, Directory())
                    if child_file is not None
                    else rows_of_tonight(told.rows(), options.day, Directory())
                )
                for one in came.findings:
                    _say(f"{one.file}{f', {one.column}' if one.column else ''}: {one.message} {one.meaning} {one.mend}")
                found = searched(beside(checked, came), came.ids[0])
                if came.ages:
                    older = searched(beside(checked, came.as_old_as_can_be(options.day)), came.ids[0])
                    more += depends_on_age(found, older)
        except Unusable as error:
            _refuse(str(error))
        except LawNotKnown as error:
            _refuse(f"--as-of: {error}")
    show(found, top, more=more)
    _say_left_out(checked)
    return ROWS_LEFT_OUT if checked.rows_left_out else DONE


# ---- a round -------------------------------------------------------------------------------------------------------


def _told(keep: Path | None) -> Mapping[str, str | None] | None:
    """What people were told, from an earlier plan.csv; a file that is none stops the run before it begins."""
    from matching.other_plans import read_told

    if keep is None:
        return None
    try:
        return read_told(keep)
    except (OSError, ValueError) as error:
        _refuse(f"--keep: {error}")


def _match(
    records: Path,
    out: Path,
    options: Options,
    *,
    every_cost: bool = False,
    told: Mapping[str, str | None] | None = None,
    every_plan: bool = False,
    fairness_counts: bool = False,
    refuse: int | None = None,
    likelier: bool = False,
    expected: Expected | None = None,
    keep_scarce: bool = False,
) -> int:
    timed = Timed()
    with Progress() as progress:
        checked = _read(records, options.day, progress, timed)
        checked, given = _with_points(checked, options.points, records, progress, timed)
        proposal = _propose(checked, given, options, progress, timed)
        ahead = None
        if expected is not None:
            progress.stage("Pricing scarce homes")
            try:
                ahead = priced(proposal, expected)
            except NotExpected as error:
                _refuse(str(error))
            timed.lap("scarce homes")
            if keep_scarce or "keep" in options.policy.tiers:
                from matching.ahead import with_keep

                policy = replace(options.policy, tiers=with_keep(options.policy.tiers))
                keep_free = ahead.prices.keep(proposal.question)
                proposal = _propose(checked, given, replace(options, policy=policy), progress, timed, keep=keep_free)
        from matching.outputs import write_all

        try:
            told = write_all(
                proposal,
                out,
                seconds=timed.seconds,
                step=lambda stage: progress.stage(stage.capitalize()),
                workers=options.workers,
                time_limit=options.time_limit,
                every_cost=every_cost,
                told=told,
                every_plan=every_plan,
                fairness_counts=fairness_counts,
                refuse=refuse,
                likelier=likelier,
                ahead=ahead,
            )
        except OSError as error:
            _refuse(f"--out: the results could not be written to {out} ({error.strerror or type(error).__name__}).")
    typer.echo(
        f"{told['placed']:,} of {told['children']:,} children have a proposed home; {told['unplaced']:,} do not."
    )
    for tier in told["tiers"]:
        proof = "proved best" if tier["proved"] else f"NOT proved; at best {tier['bound']}"
        value = f"£{tier['value']:,.2f}" if tier["name"] == "cost" else f"{tier['value']:,}"
        typer.echo(f"  {tier['name']:<9} {value:>12}  {proof}")
    for warning in told["warnings"]:
        _say(f"Warning: {warning}")
    _say_left_out(checked)
    typer.echo("Nothing is decided: this is a proposal for people to consider.")
    typer.echo(f"Report: {(out / 'report.html').resolve()}")
    return ROWS_LEFT_OUT if checked.rows_left_out else DONE


def _read(path: Path, day: date, progress: Progress, timed: Timed) -> Records:
    progress.stage("Reading the records")
    from records.check import check as checked_records
    from records.geography import Directory
    from records.sources.folder import read
    from records.tables import Unusable

    try:
        tables = read(path)
        timed.lap("reading")
        progress.stage("Checking the records")
        checked = checked_records(tables, day, Directory())
    except Unusable as error:
        raise Stop(UNUSABLE_RECORDS, str(error)) from error
    timed.lap("checking")
    return checked


def _with_points(
    checked: Records, path: Path | None, folder: Path, progress: Progress, timed: Timed
) -> tuple[Records, GivenPoints | None]:
    """The records with what was found in the file of points, and the points; None without a file."""
    if path is None:
        return checked, None
    progress.stage("Reading the points")
    from matching.points import read_points
    from records.tables import Unusable

    if path.absolute().parent == folder.absolute():
        # the records know nothing of it and say that it is not used; here it is
        kept = tuple(f for f in checked.findings if f.row is not None or f.file != path.name)
        checked = replace(checked, findings=kept)
    try:
        given = read_points(path, checked)
    except Unusable as error:
        raise Stop(UNUSABLE_RECORDS, f"--points: {error}") from error
    timed.lap("reading")
    return given.added_to(checked), given


def _propose(
    checked: Records,
    given: GivenPoints | None,
    options: Options,
    progress: Progress,
    timed: Timed,
    keep: Mapping[tuple[str, str], int] | None = None,
) -> Proposal:
    progress.stage("Asking the rules and weighing homes")
    from matching.bundles import TooManyBundles
    from matching.propose import propose
    from matching.rules.law import LawNotKnown
    from matching.screen import TooManyPairs
    from matching.solvers.exhaustive import TooLarge

    try:
        proposal = stoppable(
            lambda: propose(
                checked,
                options.policy,
                council=options.authority,
                allow=options.allow,
                points=given,
                solver=options.solver,
                workers=options.workers,
                time_limit=options.time_limit,
                watch=progress.watch,
                apart=True,
                keep=keep or {},
            )
        )
    except LawNotKnown as error:
        _refuse(f"--as-of: {error}")
    except TooManyPairs as error:
        _refuse(str(error))
    except (TooLarge, TooManyBundles) as error:
        _refuse(f"--solver {options.solver}: {error}")
    timed.lap("rules, points and solver")
    return proposal


def _write_findings(checked: Records, out: Path) -> None:
    from records.check import findings_frame
    from reporting.write import csv_text

    try:
        out.mkdir(parents=True, exist_ok=True)
        partial = out / ".findings.csv.partial"
        partial.write_bytes(csv_text(findings_frame(checked.findings)).encode("utf-8"))
        partial.replace(out / "findings.csv")
    except OSError as error:
        _refuse(f"--out: findings.csv could not be written to {out} ({error.strerror or type(error).__name__}).")


# ---- words ---------------------------------------------------------------------------------------------------------


def _show_findings(checked: Records, written: Path | None) -> None:
    findings: list[Finding] = sorted(checked.findings, key=lambda f: (f.severity.value != "left_out", f.place))
    if not findings:
        typer.echo("Nothing doubtful was found.")
        return
    typer.echo(f"{checked.rows_left_out:,} rows are left out; {len(findings):,} findings in all.")
    for one in findings[:FINDINGS_SHOWN]:
        where = one.file if one.row is None else f"{one.file}, row {one.row}"
        column = f", {one.column}" if one.column else ""
        typer.echo(f"- {where}{column}: {one.message} {one.meaning} {one.mend}")
    if len(findings) > FINDINGS_SHOWN:
        rest = f"{len(findings) - FINDINGS_SHOWN:,} more"
        typer.echo(f"{rest} are in {written}." if written else f"{rest}: write them all with --out DIR.")


def _say_left_out(checked: Records) -> None:
    if checked.rows_left_out:
        _say(f"{checked.rows_left_out:,} rows were left out of this round; the findings say which and why.")


def _not_in_round(wanted: str, ids: set[str], checked: Records) -> str:
    close = get_close_matches(wanted, sorted(ids), n=1)
    nearest = f" The nearest known is {close[0]}." if close else ""
    left_out = " Some rows were left out: `placewell check` says which." if checked.rows_left_out else ""
    return f'CHILD_OR_FAMILY_ID: no child or family "{wanted}" is in this round.{nearest}{left_out}'


def _can_open() -> bool:
    """Whether there is a person at a terminal and a display to open a page on."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _fault(error: Exception) -> list[str]:
    """What to tell the user of a fault: a reference and the place, never what was in the records."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if OURS.intersection(Path(f.filename).parts[-4:-1])] or list(frames)
    at = ours[-1] if ours else None
    place = f"{Path(at.filename).name}, line {at.lineno}" if at else "an unknown place"
    digest = hashlib.sha256(f"{type(error).__name__} {place}".encode()).hexdigest()[:8].upper()
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    lines = [f"Placewell has failed; this is a fault of its own. No results were written. Reference {digest}."]
    lines.append(f"{type(error).__name__} in {place}. Please report the reference and this line; it holds no records.")
    if type(error).__name__ == "PlanDisagrees":
        lines.append(str(error))
    lines.append(f"Set {DEBUG}=1 to see where it happened; that may show what is in the records.")
    return lines


def _say(*lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)


def _refuse(line: str) -> NoReturn:
    raise Stop(WRONG_ARGUMENTS, line)


mount(app, guarded, Stop)
app.command("app")(guarded(told(app_command, Stop)))
app.command("forecast")(guarded(told(forecast_command, Stop)))
app.command("batch")(guarded(told(batch_command, Stop)))
app.command("compare")(guarded(told(compare_command, Stop)))
app.command("lab")(guarded(told(lab_command, Stop)))
app.command("report")(guarded(told(report_command, Stop)))
app.command("papers")(guarded(told(papers_command, Stop)))

if __name__ == "__main__":
    main()
