"""The trail as its readers see it: who did what, whether it is whole, and its head to keep elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from records.store import proof
from records.store.canonical import canonical
from records.store.desk import Desk, call, call_aside
from records.store.proof import Head, Proof
from records.store.rows import home, person
from records.store.schema import content_subjects, mentions, runs, trail
from records.store.work import Work


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the trail. It names ids and acts, never what is recorded about anybody."""

    seq: int
    at: str
    user_id: str
    name: str
    role: str
    act: str
    outcome: str
    note: str | None
    subjects: tuple[str, ...]


class Auditing(Desk):
    """Entering who looked, and reading and proving the trail."""

    @call
    def look(self, work: Work, page: str, *, child_ids: Iterable[str] = (), home_ids: Iterable[str] = ()) -> None:
        """Enter that the person looks at these children and homes, on the page of that name.

        Raises `Barred`, and enters that, where the person has a conflict of interest with one of them.
        """
        work.note(page)
        work.about({*(person(child_id) for child_id in child_ids), *(home(home_id) for home_id in home_ids)})

    @call
    def read_trail(
        self, work: Work, *, after: int = 0, most: int = 1000, subject: str | None = None, user_id: str | None = None
    ) -> list[Entry]:
        """Entries in order, from the one after `after`; those that concern one child or home, or of one person.

        Whoever looked at a run has looked at every child in it, and is among those who saw the child.
        """
        query = select(trail).where(trail.c.seq > after)
        if user_id is not None:
            query = query.where(trail.c.user_id == user_id)
        if subject is not None:
            documents = select(content_subjects.c.sha256).where(content_subjects.c.subject == subject)
            held = work.connection.execute(
                select(runs.c.run_id, runs.c.snapshot_id).where(runs.c.document.in_(documents))
            ).all()
            names = {subject, *(f"run:{r.run_id}" for r in held), *(f"snapshot:{r.snapshot_id}" for r in held)}
            query = query.where(trail.c.seq.in_(select(mentions.c.seq).where(mentions.c.subject.in_(sorted(names)))))
        found = work.connection.execute(query.order_by(trail.c.seq).limit(most)).all()
        work.note(f"{len(found)} entries")
        return [
            Entry(
                row.seq,
                row.at,
                row.user_id,
                row.name,
                row.role,
                row.act,
                row.outcome,
                row.note,
                tuple(json.loads(row.subjects)),
            )
            for row in found
        ]

    @call_aside
    def verify(self) -> Proof:
        """Check the whole store; see `records.store.proof`."""
        with self._reading() as connection:
            return proof.check(connection)

    @call
    def head(self, work: Work) -> Head:
        """The end of the chain, this entry's predecessor: keep it where whoever keeps the store cannot change it."""
        last = work.connection.execute(select(trail.c.seq, trail.c.hash).order_by(trail.c.seq.desc()).limit(1)).one()
        return Head(last.seq, last.hash)

    @call_aside
    def check_head(self, head: Head) -> Proof:
        """Check the whole store, and that its chain leads through a head that was kept elsewhere."""
        with self._reading() as connection:
            return proof.check(connection, head)


def head_text(head: Head) -> str:
    """A head as it stands in a file."""
    return canonical({"placewell": "head of the trail", **head.as_dict()}).decode() + "\n"


def head_of(text: str) -> Head:
    """The head in a file. Raises ValueError for what is none."""
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("seq"), int) or not isinstance(found.get("hash"), str):
        raise ValueError("this file holds no head of a trail")
    return Head(found["seq"], found["hash"])
