"""Alembic's entry point: one connection, one transaction, and a lock timeout where other processes are at work."""

from alembic import context
from sqlalchemy import create_engine, pool
from sqlalchemy.engine import Connection

from app.migrations.make import OPTIONS
from app.models import Base


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two release processes at once: the second waits. A migration that cannot get its lock gives up instead of
        # queueing every reader of the table behind it.
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        connection.exec_driver_sql("SELECT pg_advisory_lock(7203114)")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        **OPTIONS,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()


engine = create_engine(context.config.attributes["url"].replace("+aiosqlite", ""), poolclass=pool.NullPool)
with engine.connect() as connection:
    run(connection)
