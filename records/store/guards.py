"""Triggers with which the database itself refuses to change or remove what was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

_REFUSAL = "placewell: {table} is append-only"


def guard(connection: Connection, tables: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Make the triggers of some tables, each given with the names of its key. `contents` may only lose its body."""
    for statement in statements(connection.dialect.name, tables):
        connection.execute(text(statement.replace(":", r"\:")))


def statements(dialect: str, tables: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """The statements that make the triggers, for `sqlite` or `postgresql`."""
    of = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for table, key in tables for statement in of(table, key)]


def trigger_names(dialect: str, table: str) -> tuple[str, ...]:
    """The triggers a table must have."""
    last = "no_replace" if dialect == "sqlite" else "no_truncate"
    return tuple(f"{table}_{name}" for name in ("no_update", "no_delete", last))


_BLANKED = (
    "NEW.body IS NULL AND NEW.sha256 = OLD.sha256 AND NEW.kind = OLD.kind AND NEW.subjects = OLD.subjects "
    "AND NEW.body_sha256 = OLD.body_sha256 AND EXISTS (SELECT 1 FROM purges WHERE purges.sha256 = OLD.sha256)"
)


def _sqlite(table: str, key: Sequence[str]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL.format(table=table)}'); END"
    unless = f"WHEN NOT ({_BLANKED}) " if table == "contents" else ""
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    # INSERT OR REPLACE removes the earlier row without asking the trigger on delete.
    again = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "  # noqa: S608 - names of our own tables
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {unless}{refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {again}{refuse}",
    ]


def _postgresql(table: str, _key: Sequence[str]) -> list[str]:
    # NEW and OLD may be named only where there are rows, so the outer test stands alone.
    blanked = f"IF TG_OP = 'UPDATE' THEN IF ({_BLANKED}) THEN RETURN NEW; END IF; END IF; "
    unless = blanked if table == "contents" else ""
    row = f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{unless}RAISE EXCEPTION '{_REFUSAL.format(table=table)}'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {row}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {row}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {table}_refuse()",
    ]
