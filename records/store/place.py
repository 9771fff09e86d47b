"""A store from outside: made, opened, brought to the newest form, proved and restored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from records.store import proof
from records.store.access import Actor
from records.store.aggregates import Aggregates
from records.store.auditing import Auditing
from records.store.backup import Backup, Backups
from records.store.decisions import Decisions
from records.store.desk import Clock, SessionRules, utc_now
from records.store.due import Due
from records.store.engine import alone, file_of, open_engine, reading, url_of
from records.store.enquiries import Enquiries
from records.store.errors import StoreError
from records.store.exports import Exports
from records.store.fairness import FairnessOverTime
from records.store.forms import newest_revision, revision_of, upgrade
from records.store.meeting import Meetings
from records.store.people import People
from records.store.plans import Plans
from records.store.proof import Head, Proof
from records.store.retention import Retention
from records.store.rounds import Rounds
from records.store.saying import Saying
from records.store.work import Work

ITSELF = Actor("placewell", "Placewell itself", frozenset())


class Store(
    Rounds,
    Saying,
    Decisions,
    Enquiries,
    Meetings,
    Due,
    Aggregates,
    FairnessOverTime,
    Plans,
    Auditing,
    People,
    Retention,
    Exports,
    Backups,
):
    """Everything that is kept. Every public call takes the `Actor` first, asks `access.MAY`, and is in the trail.

    Opened with `open_store`. Calls raise the errors of `records.store.errors`.
    """


def create(place: str | None = None, clock: Clock = utc_now) -> None:
    """Make a new, empty store. Raises `StoreError` if there is one already."""
    engine = open_engine(url_of(place), make=True)
    try:
        with _changing(engine) as connection:
            if inspect(connection).has_table("trail"):
                raise StoreError("There is a store here already.", "Nothing was changed.", "Give another place.")
            upgrade(connection, "head")
            _enter(connection, clock, "created", None)
    finally:
        engine.dispose()


def migrate(place: str | None = None, clock: Clock = utc_now) -> tuple[str, str]:
    """Bring a store to the newest form; gives the revisions before and after. All of it is done, or nothing."""
    engine = open_engine(url_of(place))
    try:
        with _changing(engine) as connection:
            before = revision_of(connection)
            if before != newest_revision():
                upgrade(connection, "head")
                _enter(connection, clock, "migrated", f"{before} to {newest_revision()}")
            return before, newest_revision()
    finally:
        engine.dispose()


def open_store(place: str | None = None, *, clock: Clock = utc_now, sessions: SessionRules | None = None) -> Store:
    """Open a store. Raises `StoreError` when there is none, or when it has an earlier or later form."""
    engine = open_engine(url_of(place))
    try:
        with reading(engine) as connection:
            revision = revision_of(connection)
        if revision != newest_revision():
            raise StoreError(
                f"The store has the form {revision}; this version of Placewell uses {newest_revision()}.",
                "Nothing was read or written.",
                "Make a backup, then run `placewell store migrate`; or use the version of Placewell that made it.",
            )
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, clock, sessions)


def prove(place: str | None = None, head: Head | None = None) -> Proof:
    """Check a store of the newest form without opening it as anybody, however damaged it is."""
    engine = open_engine(url_of(place))
    try:
        with reading(engine) as connection:
            return proof.check(connection, head)
    except DBAPIError as error:
        found = Proof()
        found.add("altered", "(file)", "", f"the database cannot be read: {type(error.orig).__name__}")
        return found
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `seconds` is how long it would keep a council waiting."""

    proof: Proof
    head: Head
    seconds: float


def restore(backup: Path, place: str | None = None, clock: Clock = utc_now) -> Restored:
    """Fill a new store from a backup, bring it to the newest form and prove it. Never over a store that is there.

    Raises `StoreError`, leaving nothing behind, when the backup is not whole or what it holds does not prove itself.
    """
    began = time.perf_counter()
    url = url_of(place)
    path = file_of(url)
    if path is not None and path.exists():
        raise StoreError(f"{path} is there already.", "Nothing was restored.", "Give a place where there is nothing.")
    read = Backup(backup)
    engine = open_engine(url, make=True)
    try:
        with _changing(engine) as connection:
            if inspect(connection).has_table("trail"):
                raise StoreError("There is a store here already.", "Nothing was restored.", "Give an empty database.")
            upgrade(connection, read.revision)
            read.fill(connection)
            upgrade(connection, "head")
            found = proof.check(connection, read.head)
            if not found.whole:
                raise StoreError(
                    f"The backup holds a store that is not as it was written: {found.faults[0]}.",
                    "Nothing was restored.",
                    "Use another backup, and find out what happened to this one.",
                )
            _enter(connection, clock, "restored", f"from a backup that ended at entry {read.head.seq}")
    except BaseException:
        engine.dispose()
        if path is not None:
            for left in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
                left.unlink(missing_ok=True)
        raise
    engine.dispose()
    return Restored(found, read.head, time.perf_counter() - began)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if inspect(connection).has_table("trail"):
            alone(connection)
        yield connection


def _enter(connection: Connection, clock: Clock, act: str, note: str | None) -> None:
    work = Work(connection, act, ITSELF, clock())
    work.enter("done", note)
