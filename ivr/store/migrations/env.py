"""Alembic runs this file; the connection is in a transaction already, and whoever gave it commits."""

from __future__ import annotations

from alembic import context

from ivr.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
