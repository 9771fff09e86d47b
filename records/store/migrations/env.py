"""Run by Alembic with the connection that `records.store.place` hands over."""

from __future__ import annotations

from alembic import context

from records.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
