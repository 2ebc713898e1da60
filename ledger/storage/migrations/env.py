# SPDX-License-Identifier: Apache-2.0
"""Alembic's entry: runs on the connection that `ledger.storage.schema.upgrade` hands over."""

from alembic import context

from ledger.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
)
with context.begin_transaction():
    context.run_migrations()
