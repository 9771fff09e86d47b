"""The store from the command line: made, moved, proved, purged, exported; a round kept, and worked out again.

`mount` adds `placewell store ...` and `placewell replay RUN` to the program. Whoever runs these commands has the
store's file, or its password, and acts as the single user of this computer; the trail says so.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from records.store import Head, Proof, Store

WRONG_ARGUMENTS, NOT_WHOLE, DIFFERS = 2, 5, 6

Place = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        envvar="PLACEWELL_STORE",
        help="The store: a file, or postgresql://... Default: placewell.db in your data folder.",
        show_default=False,
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The new file.", show_default=False)]
Rules = Annotated[
    Path | None,
    typer.Option("--retention", metavar="FILE", help="The council's periods (TOML). Default: the packaged ones."),
]
HeadFile = Annotated[
    Path | None,
    typer.Option("--head", metavar="FILE", help="An earlier head of the trail, kept elsewhere, to check against."),
]


class Ended(Exception):
    """A command ends here with this exit code and these words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code, words)
        self.code, self.words = code, words


store_app = typer.Typer(help="Keep the store: what was proposed and decided, and who looked.", no_args_is_help=True)


def init(store: Place = None) -> int:
    """Make a new, empty store."""
    from records.store import create
    from records.store.engine import url_of

    create(store)
    typer.echo(f"A new store is at {url_of(store).render_as_string(hide_password=True)}.")
    return 0


def migrate_(store: Place = None) -> int:
    """Bring a store made by an earlier version to this version's form. Make a backup first."""
    from records.store import migrate

    before, after = migrate(store)
    typer.echo("The store has this version's form already." if before == after else f"From {before} to {after}.")
    return 0


def keep(
    records: Annotated[Path, typer.Argument(metavar="RECORDS", help="Folder or workbook.", show_default=False)],
    store: Place = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Default: today.")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE")] = None,
    authority: Annotated[str | None, typer.Option("--authority", metavar="GSS")] = None,
    allow: Annotated[list[str] | None, typer.Option("--allow", metavar="RULE_ID")] = None,
    points: Annotated[Path | None, typer.Option("--points", metavar="FILE", readable=False)] = None,
    time_limit: Annotated[float, typer.Option("--time-limit", metavar="SECONDS", min=0)] = 300.0,
) -> int:
    """Work out a round with what people said since the last one, and keep all of it. Gives the run's id."""
    from matching.kept import Asked, keep_round
    from matching.policy import PolicyError, read_policy
    from matching.rules.law import LawNotKnown
    from records.check import check
    from records.geography import Directory
    from records.sources.folder import read
    from records.store import local_actor
    from records.tables import Unusable

    with opened(store) as kept:
        try:
            day = date.today() if as_of is None else date.fromisoformat(as_of)  # noqa: DTZ011 - the user's own day
            chosen = read_policy(policy)
        except (PolicyError, ValueError) as error:
            raise Ended(WRONG_ARGUMENTS, str(error)) from error
        me = local_actor()
        asked = Asked(authority, tuple(allow or ()), time_limit=time_limit)
        try:
            checked = check(read(records), day, Directory())
            given = points.read_bytes() if points is not None else None
            told = kept.next_round(me)
            run, summary = keep_round(kept, me, checked, chosen, asked, points=given, told=told)
        except Unusable as error:
            raise Ended(error.exit_code, str(error)) from error
        except LawNotKnown as error:
            raise Ended(WRONG_ARGUMENTS, f"--as-of: {error}") from error
    typer.echo(f"{summary['placed']:,} of {summary['children']:,} children have a proposed home. Run {run}")
    for warning in summary["warnings"]:
        typer.echo(f"Warning: {warning}", err=True)
    return 4 if checked.rows_left_out else 0


def replay_(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The id of a kept run.", show_default=False)],
    store: Place = None,
) -> int:
    """Work a kept run out again from what is stored, and compare every file byte for byte."""
    from matching.kept import replay
    from records.store import local_actor

    with opened(store) as kept:
        found = replay(kept, local_actor(), run)
    for note in found.notes:
        typer.echo(note, err=True)
    for name in found.differ:
        typer.echo(f"{name} is NOT the same.")
    typer.echo(f"{len(found.same)} of {len(found.same) + len(found.differ)} files are the same to the last byte.")
    return 0 if found.identical else DIFFERS


def runs(store: Place = None) -> int:
    """List the runs that are kept, the latest first."""
    from records.store import local_actor

    with opened(store) as kept:
        for run, day, snapshot in kept.list_runs(local_actor()):
            typer.echo(f"{run}  {day}  records {snapshot[:12]}")
    return 0


def verify(store: Place = None, head: HeadFile = None) -> int:
    """Check that nothing was altered, removed, inserted, reordered or cut off; say which row was."""
    from records.store import local_actor, prove

    found = prove(store, _head(head))
    if found.whole:
        with opened(store) as kept:
            kept.head(local_actor())  # that somebody checked is in the trail
    return _say(found)


def head(out: Out, store: Place = None) -> int:
    """Write the head of the trail to a file. Keep it where whoever keeps the store cannot change it."""
    from records.store import local_actor
    from records.store.auditing import head_text

    with opened(store) as kept:
        out.write_text(head_text(kept.head(local_actor())), encoding="utf-8", newline="\n")
    typer.echo(f"{out}: keep it elsewhere, and check with `placewell store verify --head`.")
    return 0


def backup(out: Out, store: Place = None) -> int:
    """Write the whole store to one new file, while others go on working."""
    from records.store import local_actor

    with opened(store) as kept:
        end = kept.backup(local_actor(), out)
    typer.echo(f"{out} holds everything up to entry {end.seq}. It is as confidential as the store.")
    return 0


def restore_(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="The file.", show_default=False)],
    store: Place = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Restore to a place that is thrown away: does the backup work?")
    ] = False,
) -> int:
    """Fill a new store from a backup and prove it. Never over a store that is there."""
    from records.store import restore

    if drill:
        with TemporaryDirectory(prefix="placewell-drill-") as folder:
            done = restore(backup, str(Path(folder) / "placewell.db"))
    else:
        done = restore(backup, store)
    typer.echo(f"{'A drill: it' if drill else 'It'} took {done.seconds:.1f} seconds.")
    return _say(done.proof)


def purge(
    store: Place = None,
    retention: Rules = None,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", metavar="DIGEST", help="Carry out the report of this digest, read before."),
    ] = None,
) -> int:
    """Report what is past its time, on which legal basis; purge it only with --confirm."""
    from records.store import local_actor, read_retention

    me = local_actor()
    with opened(store) as kept:
        keeps = read_retention(retention)
        today = date.today()  # noqa: DTZ011 - the user's own day
        report = kept.purge_report(me, keeps, today)
        for one in report.due:
            whom = ", ".join(one.subjects[:5]) + (f" and {len(one.subjects) - 5} more" if one.subjects[5:] else "")
            typer.echo(f"{one.due_on}  {one.keep}  {one.kind}  {whom or '-'}  {one.basis}")
        typer.echo(f"{len(report.due):,} are due, {len(report.held):,} are held back by a hold.")
        if confirm is not None:
            done = kept.purge(me, keeps, today, confirm)
            kept.clear_leftovers()
            typer.echo(f"{done:,} were purged. Backups made before still hold them.")
        elif report.due:
            typer.echo(f"Nothing was purged. To carry this report out: --confirm {report.digest}")
    return 0


def export_subject(
    subject: Annotated[str, typer.Argument(metavar="CHILD", help="Id of a child; of a home with --home.")],
    out: Out,
    store: Place = None,
    home: Annotated[bool, typer.Option("--home", help="The id is that of a home and its carers.")] = False,
) -> int:
    """Write all that is kept about one child, or one home and its carers. Read it before it is handed over."""
    from records.store import local_actor

    with opened(store) as kept:
        found = kept.export_subject(local_actor(), f"{'home' if home else 'person'}:{subject}")
    out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    typer.echo(f"{out}. {found['read_first']}")
    return 0


def export_analysis(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the tables.", show_default=False)],
    store: Place = None,
) -> int:
    """Write children and steps for analysis: pseudonyms, no ids, names, places or words."""
    import pandas as pd

    from records.store import local_actor
    from reporting.write import csv_text

    with opened(store) as kept:
        tables = kept.export_analysis(local_actor())
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (out / f"{name}.csv").write_bytes(csv_text(pd.DataFrame(rows, dtype=object)).encode("utf-8"))
    typer.echo(f"{out}: pseudonymised, and still personal data: few children share all of their facts.")
    return 0


STORE_COMMANDS: tuple[Callable[..., int], ...] = (
    init,
    migrate_,
    keep,
    runs,
    verify,
    head,
    backup,
    restore_,
    purge,
    export_subject,
    export_analysis,
)
"""What stands under `placewell store`, in the order in which help lists it."""


def mount(app: typer.Typer, guarded: Callable[..., Any], stop: Callable[[int, str], Exception]) -> None:
    """Add the commands of the store to the program. `guarded` and `stop` are how its own commands end."""
    for body in STORE_COMMANDS:
        store_app.command(body.__name__.strip("_").replace("_", "-"))(guarded(told(body, stop)))
    app.command("replay")(guarded(told(replay_, stop)))
    app.add_typer(store_app, name="store")


def told(body: Callable[..., int], stop: Callable[[int, str], Exception]) -> Callable[..., int]:
    """The command, ending in words the program understands when the store refuses or is out of reach."""

    @functools.wraps(body)
    def run(*args: Any, **kwargs: Any) -> int:
        from sqlalchemy.exc import DBAPIError

        from records.store import StoreError

        try:
            return body(*args, **kwargs)
        except Ended as ended:
            raise stop(ended.code, ended.words) from ended
        except StoreError as error:
            raise stop(WRONG_ARGUMENTS, str(error)) from error
        except FileNotFoundError as error:
            raise stop(WRONG_ARGUMENTS, f"There is no file {error.filename}.") from error
        except DBAPIError as error:
            raise stop(
                WRONG_ARGUMENTS,
                f"The store cannot be read or reached ({type(error.orig).__name__}). Nothing was written. Check its "
                "address and that its server runs; for a file, `placewell store verify` says whether it is damaged.",
            ) from error

    return run


@contextmanager
def opened(place: str | None) -> Iterator[Store]:
    """The store at a place, for as long as a command needs it."""
    from records.store import open_store

    store = open_store(place)
    try:
        yield store
    finally:
        store.close()


def _head(path: Path | None) -> Head | None:
    from records.store.auditing import head_of

    if path is None:
        return None
    try:
        return head_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Ended(WRONG_ARGUMENTS, f"--head: {path} holds no head of a trail ({type(error).__name__}).") from error


def _say(found: Proof) -> int:
    for fault in found.faults:
        typer.echo(str(fault))
    if found.more:
        typer.echo(f"and {found.more:,} more.")
    typer.echo(
        f"{found.entries:,} entries, {found.rows:,} facts and {found.bodies:,} bodies ({found.purged:,} purged) were "
        f"checked; {len(found.faults) + found.more:,} faults. Head: {found.head.seq} {found.head.hash[:16]}"
    )
    return 0 if found.whole else NOT_WHOLE
