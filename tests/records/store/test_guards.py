"""The database itself refuses; and whoever gets past it is found out: 100 random alterations, 100 found."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from records.store import Actor, Head, Store, create, open_store, prove
from records.store.auditing import head_of, head_text
from records.store.engine import url_of
from records.store.guards import trigger_names
from records.store.proof import GUARDED
from records.store.schema import FACTS, TABLES, content_subjects, contents, matches, purges, steps, things, trail
from tests.records.store.stories import Clock, because, kept_run, planned, take

ALTERATIONS = 100


def filled(store: Store, me: Actor) -> Head:
    """A little of everything; gives the head of the trail."""
    run = kept_run(store, me)
    match = store.propose_match(me, run, "F1", "H1", "foster", because())
    take(store, me, match, "enquiry_made", "carer_answered", "recommended", "decided")
    store.propose_match(me, run, "C3", "H1", "foster", because())
    store.pin(me, "C3", "H1", "promised")
    store.veto(me, ["C1", "C2"], "H2", "too far")
    store.bar(me, "ann", child_id="C1")
    planned(store, me, "Trafford")
    return store.head(me)


@pytest.fixture
def raw(place: str) -> Any:
    """The database as somebody with its password, or its file, has it."""
    engine = create_engine(url_of(place))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("table", GUARDED, ids=lambda t: t.name)
def test_the_database_refuses_to_change_or_remove(store: Store, me: Actor, raw: Engine, kind: str, table: Any) -> None:
    """Update, delete, replace and truncate are refused by triggers on both engines, on every table of facts."""
    filled(store, me)
    _fill_the_rest(raw)
    column = next(c for c in table.columns if c.name not in ("sha256", "body"))
    ways = [update(table).values({column.name: column}), delete(table)]
    if kind == "postgresql":
        ways.append(text(f"TRUNCATE {table.name} CASCADE"))
    else:
        ways.append(text(f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name} LIMIT 1"))
    for way in ways:
        with pytest.raises(DBAPIError, match="append-only"), raw.begin() as connection:
            connection.execute(way)


def _fill_the_rest(raw: Engine) -> None:
    """Rows in tables that a small story leaves empty: a trigger for each row needs one."""
    with raw.begin() as connection:
        match = connection.execute(select(steps)).first()
        assert match is not None
        rows: dict[str, dict[str, Any]] = {
            "overrides": {"match_id": match.match_id, "version": 9, "rule_id": "X", "entry": 1, "body": match.body},
            "purges": {"sha256": "x", "entry": 1, "class": "round", "due_on": "", "basis": ""},
            "tokens": {"token": "x", "entry": 1, "expires_at": ""},
        }
        for table in FACTS:
            if table.name in rows:
                connection.execute(insert(table), rows[table.name])


def test_a_body_is_blanked_only_when_a_purge_stands_in_the_store(store: Store, me: Actor, raw: Engine) -> None:
    """Whoever would blank what was written has first to write, for ever, that it was purged."""
    filled(store, me)
    with raw.connect() as connection:
        address = connection.execute(select(contents.c.sha256).where(contents.c.kind == "homes").limit(1)).scalar_one()
    blank = update(contents).where(contents.c.sha256 == address).values(body=None)
    with pytest.raises(DBAPIError, match="append-only"), raw.begin() as connection:
        connection.execute(blank)
    with raw.begin() as connection:
        row = {"sha256": address, "entry": 1, "class": "round", "due_on": "", "basis": ""}
        connection.execute(insert(purges), row)
        connection.execute(blank)
    faults = {(f.kind, f.table) for f in store.verify(me).faults}
    assert faults == {("inserted", "purges")}


def unguarded(connection: Connection) -> None:
    """What somebody does first who means to alter something."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA foreign_keys=OFF"))
    for table in GUARDED:
        for name in trigger_names("sqlite", table.name):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))


def guarded_again(connection: Connection, made: list[str]) -> None:
    """What they do last, so that nothing seems to have happened."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = DEFAULT"))
        return
    for statement in made:
        connection.execute(text(statement.replace(":", r"\:")))


def alter(connection: Connection, chance: random.Random) -> str:
    """One alteration at random: change a cell, delete, insert, swap two rows, or cut off a table's end."""
    table = chance.choice([t for t in TABLES if connection.execute(select(t)).first() is not None])
    key = list(table.primary_key.columns)
    rows = [dict(r) for r in connection.execute(select(table).order_by(*key)).mappings()]
    way = chance.choice(["change", "delete", "insert", "swap", "truncate"])
    row = chance.choice(rows)

    def same(one: dict[str, Any]) -> Any:
        return [c == one[c.name] for c in key]

    if way == "swap" and len(rows) > 1:
        other = chance.choice([r for r in rows if r is not row])
        cells = [c.name for c in table.columns if c not in key] or [key[-1].name]
        if [row[c] for c in cells] != [other[c] for c in cells] and cells != [key[-1].name]:
            connection.execute(update(table).where(*same(row)).values({c: other[c] for c in cells}))
            connection.execute(update(table).where(*same(other)).values({c: row[c] for c in cells}))
            return f"swap {table.name}"
    if way == "truncate":
        for one in rows[len(rows) - chance.randint(1, min(3, len(rows))) :]:
            connection.execute(delete(table).where(*same(one)))
        return f"truncate {table.name}"
    if way == "insert":
        new = {**row, key[-1].name: _other(row[key[-1].name], chance)}
        connection.execute(insert(table), new)
        return f"insert {table.name}"
    if way == "delete":
        connection.execute(delete(table).where(*same(row)))
        return f"delete {table.name}"
    column = chance.choice(list(table.columns))
    connection.execute(update(table).where(*same(row)).values({column.name: _other(row[column.name], chance)}))
    return f"change {table.name}.{column.name}"


def _other(value: Any, chance: random.Random) -> Any:
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + chance.choice([1000, 2000])
    if isinstance(value, bytes | memoryview):
        data = bytearray(value)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)
    at = chance.randrange(len(value) + 1)
    return value[:at] + chance.choice("ax0") + value[at:]


def test_a_hundred_random_alterations_are_found(store: Store, me: Actor, place: str, kind: str, raw: Engine) -> None:
    """Change, delete, insert, swap, truncate, with the triggers out of the way: each one is found and named."""
    head = filled(store, me)
    store.close()
    made: list[str] = []
    if kind == "sqlite":
        with raw.connect() as connection:
            made = list(connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert prove(place, head).whole
    missed = []
    for seed in range(ALTERATIONS):
        with raw.connect() as connection:
            saved = _saved(connection)
            connection.rollback()
            unguarded(connection)
            what = alter(connection, random.Random(seed))
            guarded_again(connection, made)
            connection.commit()
            found = prove(place, head)
            if found.whole or not all(f.key or f.table == "(file)" for f in found.faults):
                missed.append((seed, what))
            unguarded(connection)
            _put_back(connection, saved)
            guarded_again(connection, made)
            connection.commit()
    assert not missed
    assert prove(place, head).whole


def _saved(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {t.name: [dict(r) for r in connection.execute(select(t)).mappings()] for t in TABLES}


def _put_back(connection: Connection, saved: dict[str, list[dict[str, Any]]]) -> None:
    for table in reversed(TABLES):
        connection.execute(delete(table))
    for table in TABLES:
        if saved[table.name]:
            connection.execute(insert(table), saved[table.name])


def altered(place: str, raw: Engine, do: Callable[[Connection], None]) -> None:
    """Do something to the database behind its back, guards and all."""
    with raw.connect() as connection:
        made = []
        if raw.dialect.name == "sqlite":
            made = list(connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars())
            connection.rollback()
        unguarded(connection)
        do(connection)
        guarded_again(connection, made)
        connection.commit()


def test_verify_says_which_row_and_what_happened_to_it(store: Store, me: Actor, place: str, raw: Engine) -> None:
    """Altered, removed, inserted, reordered, truncated: by name."""
    head = filled(store, me)
    with raw.connect() as connection:
        first, second = connection.execute(select(matches.c.match_id).order_by(matches.c.match_id)).scalars().all()
        homes = dict(connection.execute(select(matches.c.match_id, matches.c.children)).all())

    def swapped(connection: Connection) -> None:
        rows = {r["match_id"]: dict(r) for r in connection.execute(select(matches)).mappings()}
        for one, other in ((first, second), (second, first)):
            cells = {n: v for n, v in rows[other].items() if n != "match_id"}
            connection.execute(update(matches).where(matches.c.match_id == one).values(cells))

    altered(place, raw, swapped)
    found = prove(place, head)
    assert {(f.kind, f.table, f.key) for f in found.faults} == {
        ("reordered", "matches", json.dumps([first])),
        ("reordered", "matches", json.dumps([second])),
    }
    altered(place, raw, swapped)
    assert homes[first] != homes[second]

    decided = (steps.c.step == "decided",)
    altered(place, raw, lambda c: c.execute(update(steps).where(*decided).values(outcome="refused")) and None)
    (fault,) = prove(place, head).faults
    assert (fault.kind, fault.table) == ("altered", "steps")
    assert "it is not as entry" in fault.words
    altered(place, raw, lambda c: c.execute(update(steps).where(*decided).values(outcome="agreed")) and None)
    assert prove(place, head).whole

    def reordered(connection: Connection) -> None:
        for one, to in ((5, -1), (6, 5), (-1, 6)):
            connection.execute(update(trail).where(trail.c.seq == one).values(seq=to))

    altered(place, raw, reordered)
    assert {(f.kind, f.key) for f in prove(place, head).faults if f.table == "trail"} == {
        ("reordered", "5"),
        ("reordered", "6"),
    }
    altered(place, raw, reordered)

    altered(place, raw, lambda c: c.execute(delete(trail).where(trail.c.seq == 4)) and None)
    assert ("removed", "trail", "4") in {(f.kind, f.table, f.key) for f in prove(place, head).faults}


def test_a_chain_cut_off_whole_is_found_with_the_head_that_was_kept(
    store: Store, me: Actor, place: str, raw: Engine
) -> None:
    """Somebody who removes the last entries and all they wrote leaves a store that looks whole; the head tells."""
    kept_run(store, me)
    store.pin(me, "C1", "H1", "promised")
    head = store.head(me)
    assert head_of(head_text(head)) == head

    def cut(connection: Connection) -> None:
        (body,) = connection.execute(select(things.c.body)).scalars().all()
        connection.execute(delete(things))
        connection.execute(delete(content_subjects).where(content_subjects.c.sha256 == body))
        connection.execute(delete(contents).where(contents.c.sha256 == body))
        last = head.seq - 1
        connection.execute(text(f"DELETE FROM mentions WHERE seq > {last}"))
        connection.execute(delete(trail).where(trail.c.seq > last))

    store.close()
    altered(place, raw, cut)
    assert prove(place).whole
    (fault,) = prove(place, head).faults
    assert (fault.kind, fault.key) == ("truncated", str(head.seq))


def test_a_guard_that_is_gone_is_said(store: Store, me: Actor, place: str, raw: Engine, kind: str) -> None:
    """A store without its triggers is not whole, even if nothing was altered yet."""
    filled(store, me)
    on = " ON steps" if kind == "postgresql" else ""
    with raw.begin() as connection:
        connection.execute(text(f"DROP TRIGGER steps_no_update{on}"))
    (fault,) = prove(place).faults
    assert (fault.kind, fault.key) == ("unguarded", "steps_no_update")


def test_a_damaged_file_is_said(tmp_path: Path, me: Actor) -> None:
    """A file cut short, overwritten in the middle, or no database at all never passes for a store that is whole."""
    path = tmp_path / "placewell.db"
    create(str(path))
    store = open_store(str(path), clock=Clock())
    filled(store, me)
    store.clear_leftovers()
    store.close()
    whole = path.read_bytes()
    chance = random.Random(1)
    for cut in (0.2, 0.5, 0.9):
        _fresh(path, whole[: int(len(whole) * cut)])
        assert not prove(str(path)).whole
    for _ in range(10):
        at = chance.randrange(4096, len(whole) - 4096)
        _fresh(path, whole[:at] + chance.randbytes(4096) + whole[at + 4096 :])
        assert not prove(str(path)).whole
    _fresh(path, b"not a database" * 500)
    assert not prove(str(path)).whole


def _fresh(path: Path, data: bytes) -> None:
    for left in path.parent.glob(f"{path.name}-*"):
        left.unlink()
    path.write_bytes(data)


def test_bodies_are_kept_compressed_at_their_own_address(store: Store, me: Actor, raw: Engine) -> None:
    """What is in the store is what its address says, and nothing else is kept of it."""
    filled(store, me)
    with raw.connect() as connection:
        rows = connection.execute(select(contents)).all()
    assert all(json.loads(r.subjects) == sorted(json.loads(r.subjects)) for r in rows)
    assert any(b"rabbit" in zlib.decompress(r.body) for r in rows)
