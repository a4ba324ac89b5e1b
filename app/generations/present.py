"""What is going on at this moment, over all people: for those who look after the product. Reads only."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.database import Database, now
from app.generations import alerts
from app.generations.change import SPENT, TABLE
from app.generations.queue import ACTIVE_ONLY
from app.models import Worker

# A worker says every 5 s that it is there: three missed signs are worth a look.
STALE = 15.0  # seconds
MOST_SHOWN = 100  # running generations, and workers
NEWEST = 20  # ends that tell whether the figures have changed; some commit a little later than they happened


@dataclass(frozen=True)
class Waiting:
    """Of one kind, what could be made if somebody were free, or waits for its next try."""

    kind: str
    count: int
    oldest: float  # seconds since it was asked for


@dataclass(frozen=True)
class Running:
    id: str
    kind: str
    phase: str | None
    attempt: int
    seconds: float  # of making so far, earlier claims included


@dataclass(frozen=True)
class WorkerNow:
    id: str
    host: str
    pid: int
    running: int
    concurrency: int
    memory_mb: float | None
    seen_at: float  # Unix seconds
    seen: float  # seconds ago

    @property
    def stale(self) -> bool:
        return self.seen > STALE


@dataclass(frozen=True)
class Present:
    queue: list[Waiting]
    running: list[Running]  # the longest first, at most MOST_SHOWN
    running_count: int
    workers: list[WorkerNow]  # by host
    alert: alerts.Open | None
    version: str  # another one as soon as anything here has changed but for what only grows with time
    made: str  # another one as soon as something has ended, or its end was seen

    @property
    def depth(self) -> int:
        return sum(waiting.count for waiting in self.queue)

    @property
    def alive(self) -> int:
        return sum(not worker.stale for worker in self.workers)

    @property
    def oldest(self) -> float:
        return max((waiting.oldest for waiting in self.queue), default=0.0)


def _queries() -> tuple[Any, ...]:
    queued = TABLE.c.queued_at
    active = (
        select(TABLE.c.kind, TABLE.c.status, func.count(), func.min(queued), now() - func.min(queued))
        .where(ACTIVE_ONLY, TABLE.c.waiting_for.is_(None))
        .group_by(TABLE.c.kind, TABLE.c.status)
        .order_by(TABLE.c.kind)
    )
    shown = (TABLE.c.id, TABLE.c.kind, TABLE.c.phase, TABLE.c.attempt, SPENT)
    running = select(*shown).where(ACTIVE_ONLY, TABLE.c.status == "processing").order_by(SPENT.desc(), TABLE.c.id)
    process = (Worker.id, Worker.host, Worker.pid, Worker.running, Worker.concurrency, Worker.memory_mb)
    workers = select(*process, Worker.seen_at, now() - Worker.seen_at).order_by(Worker.host, Worker.pid, Worker.id)
    ended = (
        select(TABLE.c.id, TABLE.c.seen_at.is_not(None))
        .where(TABLE.c.finished_at.is_not(None))
        .order_by(TABLE.c.finished_at.desc())
    )
    return active, running.limit(MOST_SHOWN), workers.limit(MOST_SHOWN), ended.limit(NEWEST)


_ACTIVE, _RUNNING, _WORKERS, _ENDED = _queries()


async def present(db: Database) -> Present:
    alert = await alerts.current(db)
    async with db.read() as session:
        active = (await session.execute(_ACTIVE)).all()
        running = [Running(*row) for row in await session.execute(_RUNNING)]
        workers = [WorkerNow(*row) for row in await session.execute(_WORKERS)]
        ended = [(id_, bool(seen)) for id_, seen in await session.execute(_ENDED)]
    return Present(
        queue=[Waiting(kind, count, age) for kind, status, count, _, age in active if status == "pending"],
        running=running,
        running_count=sum(count for _, status, count, _, _ in active if status == "processing"),
        workers=workers,
        alert=alert,
        version=_digest(
            [tuple(row[:4]) for row in active],
            sorted((one.id, one.phase, one.attempt) for one in running),
            sorted((one.id, one.running, one.stale) for one in workers),
            alert,
        ),
        made=_digest(ended),
    )


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
