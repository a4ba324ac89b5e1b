"""Alembic's entry point: one connection, one transaction, and a lock timeout where other processes are at work."""

import asyncio

from alembic import context
from sqlalchemy import pool
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

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
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()


async def main() -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    asyncio.run(main())
