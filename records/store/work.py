"""One call on its way: what it reads, whom it concerns, what it writes, and its entry in the trail."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Table, func, insert, select

from records.store.access import Actor, Role
from records.store.canonical import batched, canonical, content_address, entry_hash, row_hash, sha256
from records.store.errors import Barred, Conflict, NotThere, Purged
from records.store.schema import content_subjects, contents, mentions, things, trail

START = "0" * 64
"""What the first entry of the trail names as the hash before it."""
AT_ONCE = 400
ENGLAND = ZoneInfo("Europe/London")


def key_of(table: Table, row: Mapping[str, Any]) -> list[Any]:
    """The key of a row, in the order of the table's columns."""
    return [row[column.name] for column in table.primary_key.columns]


class Work:
    """Handed to the body of every call in place of the actor. Whatever it writes is entered in the trail."""

    def __init__(self, connection: Connection, act: str, actor: Actor, at: datetime) -> None:
        self.connection, self.act, self.actor, self.at = connection, act, actor, at
        self.role: Role | None = None
        self.session = sha256(actor.session.encode()) if actor.session else None
        last = connection.execute(select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(1)).first()
        self.entry: int = last.seq + 1 if last is not None else 1
        self._prev: str = last.hash if last is not None else START
        self._wrote: list[list[Any]] = []
        self.subjects: set[str] = set()
        self._note: str | None = None
        self._bars: frozenset[str] | None = None

    @property
    def today(self) -> date:
        """The day it is in England."""
        return self.at.astimezone(ENGLAND).date()

    # ---- whom it concerns ------------------------------------------------------------------------------------------

    def roles_of(self, actor: Actor) -> frozenset[Role]:
        """The person's roles now: those of the sign-in, narrowed by what an administrator has set since."""
        standing = self.thing(f"standing/{actor.user_id}")
        if standing is None:
            return actor.roles
        body = self.body(standing.body)
        if body["suspended"]:
            return frozenset()
        return actor.roles if body["roles"] is None else actor.roles & {Role(role) for role in body["roles"]}

    def bars(self) -> frozenset[str]:
        """Whom the person may not see or deal with."""
        if self._bars is None:
            mine = self.latest("bar", self.actor.user_id)
            self._bars = frozenset(body["subject"] for _, body in mine if not body["lifted"])
        return self._bars

    def about(self, subjects: Iterable[str]) -> None:
        """Say whom the call concerns; raise `Barred` where the person has a conflict of interest."""
        subjects = set(subjects)
        self.subjects |= subjects
        if barred := sorted(subjects & self.bars()):
            raise Barred(
                f"{self.act}: {self.actor.user_id} has a conflict of interest with {len(barred)} of those concerned.",
                "Nothing was read or written. The trail has the refusal, and with whom.",
                "Let somebody else do it. Only an administrator can lift a bar.",
            )

    def note(self, words: str) -> None:
        """What else the trail should say: counts, names of files, never what is recorded about somebody."""
        self._note = words

    # ---- reading ---------------------------------------------------------------------------------------------------

    def one(self, table: Table, **key: Any) -> Row[Any] | None:
        """The row with these cells, or None."""
        return self.connection.execute(select(table).filter_by(**key)).first()

    def rows(self, table: Table, **cells: Any) -> Sequence[Row[Any]]:
        """All rows with these cells, by key."""
        return self.connection.execute(select(table).filter_by(**cells).order_by(*table.primary_key.columns)).all()

    def must(self, table: Table, what: str, **key: Any) -> Row[Any]:
        """The row with these cells; raises `NotThere`."""
        found = self.one(table, **key)
        if found is None:
            raise NotThere(
                f"The store holds no {what} {', '.join(map(str, key.values()))}.",
                "Nothing was read.",
                f"List what it holds: a {what} is named exactly as it is listed.",
            )
        return found

    def data(self, address: str) -> bytes:
        """The bytes at an address; raises `Purged` if they are gone."""
        found = self.must(contents, "content", sha256=address)
        if found.body is None:
            raise Purged(
                f"What was kept at {address[:12]} was purged when its time was over.",
                "That it was there is still proved; what it said is gone.",
                "The retention report says on which legal basis.",
            )
        return zlib.decompress(found.body)

    def body(self, address: str) -> dict[str, Any]:
        """The JSON object at an address."""
        found: dict[str, Any] = json.loads(self.data(address))
        return found

    def thing(self, thing_id: str) -> Row[Any] | None:
        """The version of an editable thing that stands now."""
        query = select(things).filter_by(thing_id=thing_id).order_by(things.c.version.desc()).limit(1)
        return self.connection.execute(query).first()

    def latest(self, kind: str, owner: str | None = None) -> list[tuple[Row[Any], dict[str, Any]]]:
        """Things of a kind as they stand now, with their bodies, by id; a purged one is left out."""
        newest = select(things.c.thing_id, func.max(things.c.version).label("version")).where(things.c.kind == kind)
        if owner is not None:
            newest = newest.where(things.c.owner == owner)
        last = newest.group_by(things.c.thing_id).subquery()
        query = (
            select(things, contents.c.body.label("bytes"))
            .join(last, (things.c.thing_id == last.c.thing_id) & (things.c.version == last.c.version))
            .join(contents, contents.c.sha256 == things.c.body)
            .order_by(things.c.thing_id)
        )
        found = self.connection.execute(query).all()
        return [(row, json.loads(zlib.decompress(row.bytes))) for row in found if row.bytes is not None]

    # ---- writing ---------------------------------------------------------------------------------------------------

    def add(self, table: Table, **cells: Any) -> None:
        """Write one row of facts."""
        row = {**cells, "entry": self.entry}
        self.connection.execute(insert(table), row)
        self._wrote.append([table.name, key_of(table, row), row_hash(table.name, row)])

    def keep(self, kind: str, subjects: Iterable[str], body: object) -> str:
        """Keep one body about some people, bytes or anything that JSON can say; gives its address."""
        return self.keep_all([(kind, subjects, body)])[0]

    def keep_all(self, bodies: Iterable[tuple[str, Iterable[str], object]]) -> list[str]:
        """Keep many bodies; gives their addresses. What is there already is not kept twice."""
        addresses: list[str] = []
        new: dict[str, tuple[dict[str, Any], list[str]]] = {}
        for kind, subjects, body in bodies:
            data = body if isinstance(body, bytes) else canonical(body)
            whom = sorted(set(subjects))
            digest = sha256(data)
            address = content_address(kind, whom, digest)
            addresses.append(address)
            row = {"sha256": address, "kind": kind, "subjects": canonical(whom).decode(), "body_sha256": digest}
            new[address] = ({**row, "body": zlib.compress(data, 6)}, whom)
        for some in batched(list(new), AT_ONCE):
            there = self.connection.execute(select(contents.c.sha256).where(contents.c.sha256.in_(some)))
            for (address,) in there.all():
                del new[address]
        if new:
            self.connection.execute(insert(contents), [row for row, _ in new.values()])
            about = [{"subject": s, "sha256": address} for address, (_, whom) in new.items() for s in whom]
            if about:
                self.connection.execute(insert(content_subjects), about)
        return addresses

    def put(
        self, kind: str, thing_id: str, owner: str, subjects: Iterable[str], body: Mapping[str, Any], expected: int
    ) -> int:
        """Write the next version of an editable thing on top of the version `expected` (0: a new thing).

        Raises `Conflict`, with both versions, when another one stands.
        """
        now = self.thing(thing_id)
        standing = now.version if now is not None else 0
        if standing != expected:
            theirs = self.body(now.body) if now is not None else {}
            raise Conflict(
                f"{kind} {thing_id}: version {standing} stands now, and the change was made to version {expected}.",
                {**body, "version": expected},
                {**theirs, "version": standing},
            )
        address = self.keep(kind, subjects, body)
        self.add(things, thing_id=thing_id, version=standing + 1, kind=kind, owner=owner, body=address)
        return int(standing + 1)

    def enter(self, outcome: str, note: str | None = None) -> None:
        """Write the entry of this call in the trail, with the hash of every row it wrote."""
        entry = {
            "seq": self.entry,
            "at": self.at.isoformat(timespec="microseconds"),
            "user_id": self.actor.user_id,
            "name": self.actor.name,
            "role": self.role.value if self.role is not None else "none",
            "session": self.session,
            "act": self.act,
            "outcome": outcome,
            "note": note or self._note,
            "subjects": canonical(sorted(self.subjects)).decode(),
            "wrote": canonical(self._wrote).decode(),
            "prev": self._prev,
        }
        self.connection.execute(insert(trail), {**entry, "hash": entry_hash(entry)})
        if self.subjects:
            rows = [{"subject": s, "seq": self.entry} for s in sorted(self.subjects)]
            self.connection.execute(insert(mentions), rows)
