"""One file that holds a whole store, made while others work, and fit for either kind of database."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path
from sqlalchemy import Connection, LargeBinary, MetaData, Table, insert, select

from records.store.auditing import head_of, head_text
from records.store.canonical import canonical, sha256
from records.store.desk import Desk, call_aside
from records.store.errors import StoreError
from records.store.forms import revision_of
from records.store.proof import Head
from records.store.schema import TABLES, trail

FORM: Final = 1
AT_ONCE: Final = 500
FOLDER: Final = "backups"


def folder_for_backups(desk: Desk) -> Path:
    """Where an app puts backups: beside a store that is a file, else in the folder for this program's data."""
    name = desk._engine.url.database
    if desk._engine.dialect.name == "sqlite" and name:
        return Path(name).resolve().parent / FOLDER
    return user_data_path("placewell", appauthor=False) / FOLDER


class Backups(Desk):
    """Making backups."""

    @call_aside
    def backup(self, to: Path) -> Head:
        """Write everything to one new file, as it stands at one moment, while others go on writing.

        Gives the head of the trail in it. Raises `StoreError` if the file is there already.
        """
        partial = to.with_name(f".{to.name}.partial")
        if to.exists():
            raise StoreError(f"{to} is there already.", "Nothing was written.", "Give another name.")
        to.parent.mkdir(parents=True, exist_ok=True)
        with self._reading() as connection:
            last = connection.execute(select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(1)).one()
            head = Head(last.seq, last.hash)
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                sums = {table.name: _write(archive, connection, table) for table in TABLES}
                told = {
                    "form": FORM,
                    "revision": revision_of(connection),
                    "head": head_text(head),
                    "tables": sums,
                }
                archive.writestr("placewell.json", canonical(told))
        partial.chmod(0o600)
        partial.replace(to)
        return head


def _write(archive: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    digest, count = [], 0
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in rows.mappings():
            line = canonical({name: _as_text(cell) for name, cell in row.items()}) + b"\n"
            digest.append(sha256(line))
            file.write(line)
            count += 1
    return {"rows": count, "sha256": sha256("".join(digest).encode())}


def _as_text(cell: Any) -> Any:
    return {"base64": base64.b64encode(cell).decode("ascii")} if isinstance(cell, bytes | memoryview) else cell


class Backup:
    """A backup that is read. Raises `StoreError` for a file that is none, or is not whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                told = json.loads(archive.read("placewell.json"))
            if told["form"] != FORM:
                raise ValueError("it was made by a later version")
            self.revision: str = told["revision"]
            self.head = head_of(told["head"])
            self.tables: dict[str, dict[str, Any]] = told["tables"]
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise _not_whole(path, str(error)) from error

    def fill(self, connection: Connection) -> None:
        """Write every row into empty tables of the backup's own revision."""
        there = MetaData()
        there.reflect(connection)
        with zipfile.ZipFile(self.path) as archive:
            for name in (t.name for t in TABLES if t.name in self.tables):
                table = there.tables[name]
                some: list[dict[str, Any]] = []
                for row in self._rows(archive, name):
                    some.append({n: _as_cell(table, n, cell) for n, cell in row.items()})
                    if len(some) == AT_ONCE:
                        connection.execute(insert(table), some)
                        some = []
                if some:
                    connection.execute(insert(table), some)

    def _rows(self, archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
        digest, count = [], 0
        try:
            with archive.open(f"{name}.jsonl") as file:
                for line in file:
                    digest.append(sha256(line))
                    count += 1
                    yield json.loads(line)
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            raise _not_whole(self.path, f"{name}: {error}") from error
        told = self.tables[name]
        if count != told["rows"] or sha256("".join(digest).encode()) != told["sha256"]:
            raise _not_whole(self.path, f"{name} is not as it was written")


def _as_cell(table: Table, name: str, cell: Any) -> Any:
    binary = isinstance(table.c[name].type, LargeBinary)
    return base64.b64decode(cell["base64"]) if binary and isinstance(cell, dict) else cell


def _not_whole(path: Path, why: str) -> StoreError:
    return StoreError(
        f"{path.name} is not a whole backup of a store ({why}).",
        "Nothing was restored.",
        "Use another backup, and find out what happened to this one.",
    )
