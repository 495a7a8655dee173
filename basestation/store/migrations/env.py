"""What Alembic runs: always on a connection that `migrate.py` hands over, never by its own."""

from alembic import context

from basestation.store.schema import metadata

# SQLite rolls DDL back like PostgreSQL does, because our engine says BEGIN itself.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
