"""Where a store is kept, and how the two kinds of database are opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from records.store.errors import StoreError

FILE = "placewell.db"
BUSY_SECONDS = 10
READS = "placewell_reads"
_AGAIN = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: not serialisable, deadlock, lock not available."""


def default_place() -> str:
    """The file in the user's own data folder."""
    return str(user_data_path("placewell", appauthor=False) / FILE)


def url_of(place: str | None) -> URL:
    """A path or URL, or the default, as a database URL. Raises `StoreError` for any other kind of database."""
    place = place or default_place()
    if "://" not in place:
        return URL.create("sqlite", database=str(Path(place).absolute()))
    try:
        url = make_url(place)
    except ArgumentError:
        raise _no_such_place() from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        return url
    raise _no_such_place()


def _no_such_place() -> StoreError:
    return StoreError(
        "--store: this is neither the path of a file nor the address of a PostgreSQL database.",
        "Nothing was opened.",
        "Give a path such as placewell.db, or postgresql://user@host/database.",
    )


def file_of(url: URL) -> Path | None:
    """The file of an SQLite store; None for a server."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def open_engine(url: URL, *, make: bool = False) -> Engine:
    """The engine of a store. Only with `make` may the file be new; it is for its owner's eyes only."""
    path = file_of(url)
    if path is None:
        try:
            return create_engine(url, isolation_level="SERIALIZABLE", pool_size=10, max_overflow=40)
        except ModuleNotFoundError as missing:
            raise StoreError(
                "PostgreSQL needs a driver that is not installed.",
                "Nothing was opened.",
                "Install it with: pip install 'placewell[postgres]'",
            ) from missing
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    if not path.is_file():
        raise StoreError(
            f"There is no store at {path}.", "Nothing was opened.", "Make one with `placewell store init`."
        )
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged survives a loss of power
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "secure_delete=ON",  # what was purged is overwritten on the disk
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A view of the store as it stands now, which never waits for writers, nor they for it."""
    options: dict[str, Any] = {READS: True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # one view throughout, and no writer is sent back because of it
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def alone(connection: Connection) -> None:
    """Let nobody else write until this transaction ends; others still read.

    On PostgreSQL the table is locked before the transaction takes its view of the data, so that it sees all that
    was written before it.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE trail IN EXCLUSIVE MODE")


def may_try_again(error: DBAPIError) -> bool:
    """Whether the same work may succeed when it is simply done again."""
    original: Any = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return "locked" in str(original) or "busy" in str(original)
    if isinstance(error, IntegrityError):
        return False
    return getattr(original, "sqlstate", None) in _AGAIN
