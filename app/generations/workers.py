"""The workers as the database knows them: their signs of life, and the leases that they hold."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from app.database import Database, now
from app.generations.change import TABLE
from app.generations.queue import ACTIVE_ONLY
from app.models import Generation, Worker


async def beat(db: Database, worker: str, ids: list[str], lease_seconds: float) -> dict[str, tuple[int, bool]]:
    """Extend the leases of a worker's own generations. Returns ``id -> (token, whether a cancel was asked for)``."""
    statement = (
        update(Generation)
        .where(Generation.id.in_(ids), Generation.worker == worker, Generation.status == "processing")
        .values(lease_until=now() + lease_seconds)
        .returning(Generation.id, Generation.token, Generation.cancel_requested_at)
        .execution_options(synchronize_session=False)
    )
    async with db.write() as session:
        return {id_: (token, asked is not None) for id_, token, asked in await session.execute(statement)}


@dataclass(frozen=True)
class Self:
    """A worker process: its name, and where it can be found. ``home`` and ``born`` are what `Worker` says they are."""

    name: str
    host: str
    pid: int
    concurrency: int
    home: str = ""
    born: str = ""


async def sign_of_life(db: Database, worker: Self, running: int, memory_mb: float) -> None:
    """The worker's own row; rows of workers gone for a day are dropped."""
    lives = {"seen_at": now(), "running": running, "memory_mb": memory_mb}
    async with db.write() as session:
        alive = update(Worker).where(Worker.id == worker.name).values(**lives).returning(Worker.id)
        if (await session.execute(alive)).scalar_one_or_none() is None:
            values = {"host": worker.host, "pid": worker.pid, "concurrency": worker.concurrency}
            born = {"home": worker.home, "born": worker.born, "started_at": now()}
            await session.execute(insert(Worker).values(id=worker.name, **values, **born, **lives))
            await session.execute(delete(Worker).where(Worker.seen_at < now() - 86_400))


async def neighbours(db: Database, worker: Self) -> list[tuple[str, int, str]]:
    """``name, pid, born`` of the other workers of the same home."""
    if not worker.home:
        return []
    query = select(Worker.id, Worker.pid, Worker.born).where(Worker.home == worker.home, Worker.id != worker.name)
    async with db.read() as session:
        return [(name, pid, born) for name, pid, born in await session.execute(query)]


async def died(db: Database, workers: Collection[str]) -> None:
    """These processes are gone for certain: their leases end now."""
    theirs = [TABLE.c.worker.in_(workers), TABLE.c.status == "processing", ACTIVE_ONLY]
    async with db.write() as session:
        await session.execute(update(TABLE).where(*theirs).values(lease_until=now() - 0.001))
        await session.execute(delete(Worker).where(Worker.id.in_(workers)))


async def signed_off(db: Database, worker: str) -> None:
    async with db.write() as session:
        await session.execute(delete(Worker).where(Worker.id == worker))


async def newest_sign_of_life(db: Database) -> float | None:
    """Seconds since any worker was last seen; None: never."""
    async with db.read() as session:
        return (await session.execute(select(now() - func.max(Worker.seen_at)))).scalar_one_or_none()
