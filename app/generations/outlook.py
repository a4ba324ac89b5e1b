"""When what waits will be ready: its place in the queue, who works, and how long making takes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.generations.change import TABLE
from app.generations.pace import Learned, learned
from app.generations.queue import ACTIVE_ONLY, ranked
from app.models import Generation, Pause, Worker

# Seconds since its last sign of life for which a worker counts as alive: three of them may be late.
ALIVE = 15.0


@dataclass(frozen=True)
class Outlook:
    """Of one that waits."""

    position: int  # in the queue, counting from 1
    eta_seconds: float | None  # until it is ready; None: no worker is alive, or nothing like it was made yet
    workers: int  # alive


def _query() -> Select[Any]:
    queue = ranked()
    place = func.row_number().over(order_by=(queue.c.rank, queue.c.id)).label("place")
    waiting = [queue.c.status == "pending", queue.c.waiting_for.is_(None)]
    line = select(queue.c.id, place).where(*waiting).subquery()
    crew = (
        select(func.count().label("workers"), func.coalesce(func.sum(Worker.concurrency), 0).label("room"))
        .where(Worker.seen_at > now() - ALIVE)
        .subquery()
    )
    busy = select(func.count()).select_from(Generation).where(ACTIVE_ONLY, Generation.status == "processing")
    paused = select(Pause.until - now()).where(Pause.provider == TABLE.c.provider)
    columns = [TABLE.c[name] for name in ("id", "kind", "engine", "input", "phases")]
    return (
        select(
            *columns, line.c.place, crew.c.workers, crew.c.room, busy.correlate(None).scalar_subquery().label("busy"),
            (TABLE.c.due_at - now()).label("due_in"), paused.scalar_subquery().label("paused"),
        )
        .join_from(line, TABLE, TABLE.c.id == line.c.id)
        .join(crew, true())
        .where(line.c.id.in_(bindparam("ids", expanding=True)))
    )  # fmt: skip


_QUERY = _query()  # built once: building it costs more than running it on a short queue
_MIX = (
    select(TABLE.c.kind, TABLE.c.engine, func.count().label("count"))
    .where(ACTIVE_ONLY, TABLE.c.status == "pending", TABLE.c.waiting_for.is_(None))
    .group_by(TABLE.c.kind, TABLE.c.engine)
)


async def outlooks(session: AsyncSession, ids: Collection[str]) -> dict[str, Outlook]:
    """Of those of ``ids`` that wait in the queue: what waits for a person, is made or has ended is left out."""
    if not ids:
        return {}
    known = await learned(session)
    rows = (await session.execute(_QUERY, {"ids": list(ids)})).mappings().all()
    each = known.typical
    if any(_ahead(row) for row in rows) and len(known.whole) > 1:
        each = known.mixed({(kind, engine): count for kind, engine, count in await session.execute(_MIX)})
    return {row["id"]: Outlook(row["place"], _ready_in(row, known, each), row["workers"]) for row in rows}


async def outlooks_of(session: AsyncSession, rows: Collection[RowMapping]) -> dict[str, Outlook]:
    """Of those of ``rows`` that wait in the queue; without a query when none does."""
    return await outlooks(session, [row["id"] for row in rows if waits(row)])


def waits(row: RowMapping) -> bool:
    return bool(row["status"] == "pending" and row["waiting_for"] is None)


def _ahead(row: RowMapping) -> int:
    """How many must be made before it: those in front that find no free hands."""
    return max(0, int(row["place"]) - max(0, int(row["room"]) - int(row["busy"])))


def _ready_in(row: RowMapping, known: Learned, each: float | None) -> float | None:
    """Seconds, where making one of those that wait takes ``each``, all hands working side by side."""
    pace = known.paces.get((row["kind"], row["engine"]))
    if pace is None or each is None or not row["workers"]:
        return None
    begins = max(_ahead(row) * each / row["room"], row["due_in"], row["paused"] or 0.0)
    return round(float(begins) + pace.left(row["input"], row["phases"]), 1)
