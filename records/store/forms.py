"""The forms a store has had, and how one is brought to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from records.store.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def newest_revision() -> str:
    """The newest form of a store."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def revisions() -> list[str]:
    """Every form a store has had, the first one first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def revision_of(connection: Connection) -> str:
    """The form a store has. Raises `StoreError` for a database that is no store."""
    found: Any = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        raise StoreError("This database is no store.", "Nothing was read.", "Make one with `placewell store init`.")
    return str(found)


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the tables to a form, `head` for the newest."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
