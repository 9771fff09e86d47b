"""A store made by each earlier version is brought to this one's form, and proves itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from records.store import Actor, StoreError, create, migrate, open_store, prove, restore
from records.store.backup import Backup
from records.store.engine import open_engine, url_of
from records.store.forms import MIGRATIONS, newest_revision, revisions, upgrade
from records.store.schema import metadata
from tests.records.store.make_earlier import EARLIER

LATER = '''
"""A form of a later version: one more column, one more index."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("steps", sa.Column("place", sa.Text(), nullable=True))
    op.create_index("steps_name", "steps", ["step"])
'''


def made_by(revision: str, place: str) -> Backup:
    """A store as the version with this form left it."""
    backup = Backup(EARLIER / f"{revision}.zip")
    assert backup.revision == revision
    engine = open_engine(url_of(place), make=True)
    with engine.begin() as connection:
        upgrade(connection, revision)
        backup.fill(connection)
    engine.dispose()
    return backup


def test_a_store_of_each_form_is_kept_to_upgrade() -> None:
    """Each new form brings the store that its version wrote: see `make_earlier.py`."""
    assert {path.stem for path in EARLIER.glob("*.zip")} == set(revisions())


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_each_form_is_upgraded_and_proves_itself(
    nowhere: Callable[[], str], revision: str, me: Actor
) -> None:
    """In place and out of a backup: every row, the chain, the head that was kept then, and work goes on."""
    place = nowhere()
    backup = made_by(revision, place)
    assert migrate(place) == (revision, newest_revision())
    assert prove(place, backup.head).whole
    store = open_store(place)
    assert store.list_matches(me, closed=True)[0][4] == "ended:done"
    store.pin(me, "C1", "H2", "promised")
    assert store.verify(me).whole
    store.close()
    assert restore(EARLIER / f"{revision}.zip", nowhere()).proof.whole


def test_the_tables_are_those_that_the_migrations_make(nowhere: Callable[[], str]) -> None:
    """What the code believes of the tables and what migrations have made of them do not differ."""
    place = nowhere()
    create(place)
    engine = open_engine(url_of(place))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_later_form_is_reached_and_changes_no_hash(
    nowhere: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, me: Actor
) -> None:
    """A migration that adds a column leaves every row proved; an older program refuses the newer store."""
    place = nowhere()
    before = revisions()[-1]
    backup = made_by(before, place)
    with monkeypatch.context() as later:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "v9999_later.py").write_text(LATER.format(before=before), encoding="utf-8")
        later.setattr("records.store.forms.MIGRATIONS", folder)
        with pytest.raises(StoreError, match="placewell store migrate"):
            open_store(place)
        assert migrate(place) == (before, "9999")
        assert migrate(place) == ("9999", "9999")
        assert prove(place, backup.head).whole
        store = open_store(place)
        assert store.read_trail(me, after=backup.head.seq)[-1].note == f"{before} to 9999"
        store.close()
    with pytest.raises(StoreError, match=f"has the form 9999; this version of Placewell uses {before}"):
        open_store(place)
