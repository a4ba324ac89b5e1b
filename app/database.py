"""Engines, transactions and the database's clock. SQLite and PostgreSQL behind the same few names."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Float, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")
# A process that is frozen, or cut off, in the middle of a transaction holds its locks no longer than this: PostgreSQL
# ends the transaction, so that others can take the work over. Ours never wait for anything inside of one.
IDLE_LIMIT = 5.0  # seconds
# A server that has vanished without a word is noticed in half a minute rather than in hours.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}
# What a database that is away, restarting, overrun or read-only for a fail-over raises; else it is a mistake of ours.
Away = (OperationalError, InterfaceError, InternalError, PoolTimeout, OSError)


def _loads(value: Any) -> Any:
    """SQLite gives the number that it has made of a JSON column which holds nothing but a number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


OPTIONS: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": _loads,
    "hide_parameters": True,  # in the texts of errors, which are logged: they are what people told us
}


class now(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """The one clock: the database's, in Unix seconds, at the statement (not the transaction's start)."""

    type = Float()
    inherit_cache = True


@compiles(now, "sqlite")
def _now_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # Debian 12 ships SQLite 3.40, which lacks the subsecond modifier of unixepoch().
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _now_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) AS double precision)"


class Database:
    """One process's way to the database.

    SQLite has one writer connection, so that writers queue here in order instead of in the file lock, and a separate
    pool of connections that can only read. PostgreSQL has one pool for both.
    """

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            if path := make_url(url).database:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self.writer = _sqlite_engine(url, size=1, writer=True)
            self.reader = _sqlite_engine(url, size=4, writer=False)
        else:
            self.writer = create_async_engine(
                url, pool_size=pool_size, max_overflow=5, pool_timeout=30, pool_recycle=1800, pool_pre_ping=True,
                connect_args={"connect_timeout": 10, "application_name": "unfold", **KEEPALIVE}, **OPTIONS,
            )  # fmt: skip
            _limit_idle_transactions(self.writer)
            # A read is one statement on its own: no BEGIN and ROLLBACK around it.
            self.reader = self.writer.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A short session that only reads."""
        async with AsyncSession(self.reader, expire_on_commit=False) as session:
            yield session

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by an exception."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    async def shielded(self, step: Callable[[AsyncSession], Awaitable[T]], after: Callable[[T], None]) -> T:
        """Run ``step`` in one transaction that a cancellation does not cut in half, and ``after`` after its commit.

        A task cancelled in the middle of a commit cannot know whether it happened. So the transaction runs to its end,
        and only then the cancellation goes on.
        """

        async def transaction() -> T:
            async with self.write() as session:
                outcome = await step(session)
            after(outcome)
            return outcome

        task = asyncio.ensure_future(transaction())
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # the cancellation goes before it
            raise

    async def close(self) -> None:
        await self.writer.dispose()
        if self.sqlite:
            await self.reader.dispose()


def _limit_idle_transactions(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        # Not among the connection's start-up options, which poolers such as PgBouncer refuse.
        cursor = dbapi.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_LIMIT * 1000:.0f}")
        cursor.close()
        dbapi.commit()  # a rollback would undo it


def _sqlite_engine(url: str, *, size: int, writer: bool) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_timeout=60, connect_args={"timeout": 30}, **OPTIONS
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # transactions are begun below, by hand
        cursor = dbapi.cursor()
        if writer:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        if not writer:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # An upgrade from a read lock to a write lock fails at once in WAL mode: take the write lock first.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def migrate(url: str) -> None:
    """Bring the database to the newest migration."""
    from alembic import command

    if (parsed := make_url(url)).get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config
