"""Run by Alembic: the store hands its connection over, so that a migration is one transaction of it."""

from alembic import context

from chuantou.cases.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
