"""The tables of a store. Every row but those of the two indexes is written once and never changed.

`trail` is the chain: one entry for each call. Rows of facts name the entry that wrote them, and the entry holds
their hashes. Whatever describes somebody is a body in `contents`, kept at its own address, so that it can be
purged when its time is over while the fact that it was there stays proved.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *args: Any, nullable: bool = False, **options: Any) -> Column[Any]:
    return Column(name, Text, *args, nullable=nullable, **options)


def _number(name: str, *args: Any, **options: Any) -> Column[Any]:
    return Column(name, BigInteger, *args, nullable=False, autoincrement=False, **options)


def _entry() -> Column[Any]:
    # The entry is written last, because it holds the hashes of the rows.
    return _number("entry", ForeignKey("trail.seq", deferrable=True, initially="DEFERRED"))


trail = Table(
    "trail",
    metadata,
    _number("seq", primary_key=True),
    _text("at"),
    _text("user_id"),
    _text("name"),
    _text("role"),
    _text("session", nullable=True),
    _text("act"),
    _text("outcome"),
    _text("note", nullable=True),
    _text("subjects"),
    _text("wrote"),
    _text("prev"),
    _text("hash"),
)
"""`outcome`: done or refused. `subjects`: whom it concerned, a JSON list. `wrote`: [table, key, hash] of each row."""

mentions = Table("mentions", metadata, _text("subject", primary_key=True), _number("seq", primary_key=True))
"""Index: which entries of the trail concern whom."""

contents = Table(
    "contents",
    metadata,
    _text("sha256", primary_key=True),
    _text("kind"),
    _text("subjects"),
    _text("body_sha256"),
    Column("body", LargeBinary, nullable=True),
)
"""Bodies at their address (`canonical.content_address`), compressed; None once purged."""

content_subjects = Table(
    "content_subjects", metadata, _text("subject", primary_key=True), _text("sha256", primary_key=True)
)
"""Index: which bodies are about whom."""

snapshots = Table(
    "snapshots",
    metadata,
    _text("snapshot_id", ForeignKey("contents.sha256"), primary_key=True),
    _entry(),
    _text("as_of"),
)
"""A council's records on a day; the id is the address of the list of rows."""

runs = Table(
    "runs",
    metadata,
    _text("run_id", primary_key=True),
    _entry(),
    _text("snapshot_id", ForeignKey("snapshots.snapshot_id")),
    _text("as_of"),
    _text("document", ForeignKey("contents.sha256")),
    _text("files"),
)
"""`document`: policy, law, versions, settings and the solver's result. `files`: file name to address, JSON."""

things = Table(
    "things",
    metadata,
    _text("thing_id", primary_key=True),
    _number("version", primary_key=True),
    _entry(),
    _text("kind"),
    _text("owner"),
    _text("body", ForeignKey("contents.sha256")),
)
"""Whatever people edit (pins, vetoes, questions, who may do what): every version of it."""

matches = Table(
    "matches",
    metadata,
    _text("match_id", primary_key=True),
    _entry(),
    _text("run_id", ForeignKey("runs.run_id")),
    _text("group_id"),
    _text("children"),
    _text("home_id"),
    _text("route"),
)
"""One group of children and one home under consideration on one route."""

steps = Table(
    "steps",
    metadata,
    _text("match_id", ForeignKey("matches.match_id"), primary_key=True),
    _number("version", primary_key=True),
    _entry(),
    _text("step"),
    _text("outcome"),
    _text("user_id"),
    _text("name"),
    _text("role"),
    _text("capacity"),
    _text("at"),
    _text("body", ForeignKey("contents.sha256")),
)
"""What was done, in order. A recommendation and a decision are rows of their own."""

overrides = Table(
    "overrides",
    metadata,
    _text("match_id", ForeignKey("matches.match_id"), primary_key=True),
    _number("version", primary_key=True),
    _text("rule_id", primary_key=True),
    _entry(),
    _text("body", ForeignKey("contents.sha256")),
)
"""One row for each approval of a broken rule in a decision; `version` is that of the step that decided."""

purges = Table(
    "purges",
    metadata,
    _text("sha256", primary_key=True),
    _entry(),
    _text("class"),
    _text("due_on"),
    _text("basis"),
)
"""What was purged, when it was due and on which legal basis."""

tokens = Table("tokens", metadata, _text("token", primary_key=True), _entry(), _text("expires_at"))
"""Hashes of sign-in tokens that were used; none is taken twice."""

Index("trail_session", trail.c.session, trail.c.seq)
Index("things_owner", things.c.kind, things.c.owner)
Index("steps_body", steps.c.body)
Index("matches_group", matches.c.group_id)
Index("matches_home", matches.c.home_id)
Index("runs_snapshot", runs.c.snapshot_id)

FACTS = (snapshots, runs, things, matches, steps, overrides, purges, tokens)
"""Tables of facts in the order in which one refers to the other. `trail` holds the hash of every row of them."""
INDEXES = (mentions, content_subjects)
"""Tables that can be made afresh from the others."""
TABLES = (trail, contents, *FACTS, *INDEXES)
"""All tables, in an order in which they can be filled."""
