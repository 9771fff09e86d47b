"""The first form of a store: the trail, bodies, rounds, what people say, and decisions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from records.store.guards import guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDED = (
    ("trail", ("seq",)),
    ("contents", ("sha256",)),
    ("snapshots", ("snapshot_id",)),
    ("runs", ("run_id",)),
    ("things", ("thing_id", "version")),
    ("matches", ("match_id",)),
    ("steps", ("match_id", "version")),
    ("overrides", ("match_id", "version", "rule_id")),
    ("purges", ("sha256",)),
    ("tokens", ("token",)),
)


def _text(*names: str, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=empty) for name in names]


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False, autoincrement=False)


def _entry() -> list[sa.schema.SchemaItem]:
    return [
        _number("entry"),
        sa.ForeignKeyConstraint(["entry"], ["trail.seq"], deferrable=True, initially="DEFERRED"),
    ]


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to])


def upgrade() -> None:
    """Make the tables and their guards."""
    key = sa.PrimaryKeyConstraint
    op.create_table(
        "trail",
        _number("seq"),
        *_text("at", "user_id", "name", "role"),
        *_text("session", empty=True),
        *_text("act", "outcome"),
        *_text("note", empty=True),
        *_text("subjects", "wrote", "prev", "hash"),
        key("seq"),
    )
    op.create_table("mentions", *_text("subject"), _number("seq"), key("subject", "seq"))
    op.create_table(
        "contents",
        *_text("sha256", "kind", "subjects", "body_sha256"),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        key("sha256"),
    )
    op.create_table("content_subjects", *_text("subject", "sha256"), key("subject", "sha256"))
    op.create_table(
        "snapshots",
        *_text("snapshot_id"),
        *_entry(),
        *_text("as_of"),
        key("snapshot_id"),
        _refers("snapshot_id", "contents.sha256"),
    )
    op.create_table(
        "runs",
        *_text("run_id"),
        *_entry(),
        *_text("snapshot_id", "as_of", "document", "files"),
        key("run_id"),
        _refers("snapshot_id", "snapshots.snapshot_id"),
        _refers("document", "contents.sha256"),
    )
    op.create_table(
        "things",
        *_text("thing_id"),
        _number("version"),
        *_entry(),
        *_text("kind", "owner", "body"),
        key("thing_id", "version"),
        _refers("body", "contents.sha256"),
    )
    op.create_table(
        "matches",
        *_text("match_id"),
        *_entry(),
        *_text("run_id", "group_id", "children", "home_id", "route"),
        key("match_id"),
        _refers("run_id", "runs.run_id"),
    )
    op.create_table(
        "steps",
        *_text("match_id"),
        _number("version"),
        *_entry(),
        *_text("step", "outcome", "user_id", "name", "role", "capacity", "at", "body"),
        key("match_id", "version"),
        _refers("match_id", "matches.match_id"),
        _refers("body", "contents.sha256"),
    )
    op.create_table(
        "overrides",
        *_text("match_id"),
        _number("version"),
        *_text("rule_id"),
        *_entry(),
        *_text("body"),
        key("match_id", "version", "rule_id"),
        _refers("match_id", "matches.match_id"),
        _refers("body", "contents.sha256"),
    )
    op.create_table("purges", *_text("sha256"), *_entry(), *_text("class", "due_on", "basis"), key("sha256"))
    op.create_table("tokens", *_text("token"), *_entry(), *_text("expires_at"), key("token"))
    op.create_index("trail_session", "trail", ["session", "seq"])
    op.create_index("things_owner", "things", ["kind", "owner"])
    op.create_index("steps_body", "steps", ["body"])
    op.create_index("matches_group", "matches", ["group_id"])
    op.create_index("matches_home", "matches", ["home_id"])
    op.create_index("runs_snapshot", "runs", ["snapshot_id"])
    guard(op.get_bind(), GUARDED)
