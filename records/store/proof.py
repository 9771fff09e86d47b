"""Whether the store is as it was written: every altered, removed, inserted, reordered or truncated row is named."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from records.store.canonical import canonical, content_address, entry_hash, row_hash, sha256
from records.store.guards import trigger_names
from records.store.schema import FACTS, TABLES, content_subjects, contents, mentions, metadata, purges, trail
from records.store.work import START, key_of

GUARDED = (trail, contents, *FACTS)
NAMED = 1000
"""More faults than these are counted, not named."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written. `kind`: altered, removed, inserted, reordered, truncated, unguarded."""

    kind: str
    table: str
    key: str
    words: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.table} {self.key}: {self.words}"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one time, to be kept elsewhere and compared later."""

    seq: int
    hash: str

    def as_dict(self) -> dict[str, object]:
        """For a file."""
        return {"seq": self.seq, "hash": self.hash}


@dataclass(slots=True)
class Proof:
    """What was checked and what was found."""

    entries: int = 0
    rows: int = 0
    bodies: int = 0
    purged: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    head: Head = field(default_factory=lambda: Head(0, START))

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def add(self, kind: str, table: str, key: object, words: str) -> None:
        """Note one fault."""
        if len(self.faults) < NAMED:
            self.faults.append(Fault(kind, table, str(key), words))
        else:
            self.more += 1


def check(connection: Connection, head: Head | None = None) -> Proof:
    """Check everything: the chain, every row it names, every body, the indexes, and the triggers.

    `head`: an earlier end of the chain, kept elsewhere; without it, a chain cut off at its end together with all
    that its last entries wrote cannot be told from one that never went further.
    """
    proof = Proof()
    missing = [table.name for table in TABLES if not inspect(connection).has_table(table.name)]
    if missing:
        for name in missing:
            proof.add("removed", name, "(all)", "the whole table is gone")
        return proof
    try:
        _file(connection, proof)
        promised, subjects = _chain(connection, proof, head)
        used = _facts(connection, proof, promised)
        whom = _bodies(connection, proof, used)
        _index(connection, proof, mentions, {(s, seq) for seq, some in subjects.items() for s in some})
        _index(connection, proof, content_subjects, {(s, address) for address, some in whom.items() for s in some})
        _triggers(connection, proof)
    except DBAPIError as error:
        proof.add("altered", "(file)", "", f"the database cannot be read: {type(error.orig).__name__}")
    return proof


def _file(connection: Connection, proof: Proof) -> None:
    if connection.dialect.name == "sqlite":
        for (words,) in connection.execute(text("PRAGMA integrity_check(10)")).all():
            if words != "ok":
                proof.add("altered", "(file)", "", f"the file is damaged: {words}")


def _stream(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """The rows of a table by key, a stretch at a time, each with its own position in the file left out."""
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(query, execution_options={"yield_per": 1000})
    for row in rows.mappings():
        yield dict(row)


def _chain(
    connection: Connection, proof: Proof, head: Head | None
) -> tuple[dict[tuple[str, str], tuple[int, str]], dict[int, list[str]]]:
    """Walk the chain; gives what its entries say they wrote (table, key): (entry, hash), and whom they concern."""
    promised: dict[tuple[str, str], tuple[int, str]] = {}
    subjects: dict[int, list[str]] = {}
    expected, before, sound = 1, START, True
    at_head: str | None = None
    hashes: dict[str, int] = {}
    for row in _stream(connection, trail):
        seq = row["seq"]
        proof.entries += 1
        for gone in range(expected, seq)[:NAMED]:
            proof.add("removed", "trail", gone, "the entry is missing from the chain")
        intact = entry_hash(row) == row["hash"]
        if not intact:
            moved = next((n for n in (seq - 1, seq + 1) if entry_hash({**row, "seq": n}) == row["hash"]), None)
            if moved is not None:
                proof.add("reordered", "trail", seq, f"this entry was number {moved}")
            else:
                proof.add("altered", "trail", seq, "the entry does not match its own hash")
        elif seq == expected and row["prev"] != before and sound:
            kind = "inserted" if row["prev"] in hashes else "reordered"
            proof.add(kind, "trail", seq, f"the entry does not follow entry {seq - 1}")
        for table, key, digest in _wrote(row):
            promised[table, json.dumps(key)] = (seq, digest)
        subjects[seq] = _list(row["subjects"])
        sound = intact  # whoever follows an altered entry is not blamed for it
        before = row["hash"]
        hashes[row["hash"]] = seq
        if head is not None and seq == head.seq:
            at_head = row["hash"]
        expected = seq + 1
    proof.head = Head(expected - 1, before)
    if expected == 1:
        proof.add("truncated", "trail", "(all)", "the trail is empty, and every store begins with an entry")
    if head is not None and head.seq > 0:
        if at_head is None:
            proof.add("truncated", "trail", head.seq, f"the chain was {head.seq} long and now ends at {expected - 1}")
        elif at_head != head.hash:
            proof.add("altered", "trail", head.seq, "the chain does not lead to the head that was kept")
    return promised, subjects


def _list(cell: str) -> list[Any]:
    try:
        found = json.loads(cell)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _wrote(row: Mapping[str, Any]) -> list[tuple[str, list[Any], str]]:
    return [(one[0], one[1], one[2]) for one in _list(row["wrote"]) if isinstance(one, list) and len(one) == 3]


def _facts(connection: Connection, proof: Proof, promised: dict[tuple[str, str], tuple[int, str]]) -> set[str]:
    """Compare every row of facts with what the chain promised; gives the addresses that facts use."""
    used: set[str] = set()
    there: dict[tuple[str, str], Mapping[str, Any]] = {}
    for table in FACTS:
        addresses = [c.name for c in table.columns if any(f.column.table is contents for f in c.foreign_keys)]
        for row in _stream(connection, table):
            proof.rows += 1
            there[table.name, json.dumps(key_of(table, row))] = row
            used |= {row[name] for name in addresses}
            if table.name == "runs":
                used |= {f["address"] for f in _dict(row["files"]).values() if isinstance(f, dict) and f.get("address")}
    altered: dict[tuple[str, str], Mapping[str, Any]] = {}
    for mine, row in there.items():
        if mine not in promised:
            proof.add("inserted", *mine, "no entry of the trail wrote this row")
        elif promised[mine][1] != row_hash(mine[0], row):
            altered[mine] = row
    for mine, row in altered.items():
        others = [o for o in altered if o[0] == mine[0] and o != mine][:NAMED]
        was = next((o for o in others if row_hash(o[0], {**row, **_cells(o)}) == promised[o][1]), None)
        if was is not None:
            proof.add("reordered", *mine, f"it holds the row of {was[1]}")
        else:
            proof.add("altered", *mine, f"it is not as entry {promised[mine][0]} wrote it")
    for mine, (entry, _) in promised.items():
        if mine not in there:
            proof.add("removed", *mine, f"entry {entry} wrote this row, and it is gone")
    return used


def _cells(row: tuple[str, str]) -> dict[str, Any]:
    """The cells of a key."""
    names = [column.name for column in metadata.tables[row[0]].primary_key.columns]
    return dict(zip(names, json.loads(row[1]), strict=True))


def _dict(cell: str) -> dict[str, Any]:
    try:
        found = json.loads(cell)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _bodies(connection: Connection, proof: Proof, used: set[str]) -> dict[str, list[str]]:
    """Check each body against its address; gives whom each is about. What nothing refers to was inserted."""
    purged = set(connection.execute(select(purges.c.sha256)).scalars().all())
    there: set[str] = set()
    whom: dict[str, list[str]] = {}
    listed: set[str] = set()
    for row in _stream(connection, contents):
        address = row["sha256"]
        there.add(address)
        proof.bodies += 1
        whom[address] = [str(s) for s in _list(row["subjects"])]
        # A cell that is no list would read as nobody, which is what a body about nobody says.
        as_written = row["subjects"] == canonical(sorted(whom[address])).decode()
        if not as_written or content_address(row["kind"], whom[address], row["body_sha256"]) != address:
            proof.add("altered", "contents", address, "what it is, or whom it is about, is not what its address says")
        if row["body"] is None:
            proof.purged += 1
            if address not in purged:
                proof.add("removed", "contents", address, "the body is gone, and no purge took it")
            continue
        if address in purged:
            proof.add("inserted", "contents", address, "the body was purged, and there is one again")
        try:
            data = zlib.decompress(row["body"])
        except zlib.error:
            data = b""
        if sha256(data) != row["body_sha256"]:
            proof.add("altered", "contents", address, "the body is not what its address says")
        elif row["kind"] == "snapshot":
            listed |= {a for table in json.loads(data)["tables"].values() for a in table}
    for address in sorted((used | listed) - there):
        proof.add("removed", "contents", address, "a fact refers to this body, and it is gone")
    for address in sorted(there - used - listed):
        proof.add("inserted", "contents", address, "nothing refers to this body")
    return whom


def _index(connection: Connection, proof: Proof, table: Table, expected: set[tuple[Any, Any]]) -> None:
    names = [column.name for column in table.columns]
    there = {tuple(row[name] for name in names) for row in _stream(connection, table)}
    for key in sorted(there - expected, key=str):
        proof.add("inserted", table.name, list(key), "the index names what is not there")
    for key in sorted(expected - there, key=str):
        proof.add("removed", table.name, list(key), "the index does not name what is there")


def _triggers(connection: Connection, proof: Proof) -> None:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    there = set(connection.execute(text(query)).scalars().all())
    for table in GUARDED:
        for name in trigger_names(connection.dialect.name, table.name):
            if name not in there:
                proof.add("unguarded", table.name, name, "the trigger that refuses change is gone")
