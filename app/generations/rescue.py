"""Putting right what crashes left. Every step is a compare-and-set, so any number of processes may call these."""

import asyncio
from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import RowMapping, delete, func, insert, select, update

from app.database import Away, Database, now
from app.generations.bell import Bell
from app.generations.change import CANCELLED, ENDED, QUEUED, ROWS, SPENT, TABLE, change, closed_phases
from app.generations.queue import ACTIVE_ONLY, claimable, ranked
from app.kinds import KINDS
from app.models import Generation, Worker

log = structlog.get_logger()

# A ring is given up for lost when nobody has claimed for this long although a worker has room.
UNANSWERED = 2.0
# The owner of a running generation has this long to confirm a cancel.
CONFIRM = 1.0
WORKER_LOST = {
    "code": "worker_lost", "retryable": True,
    "message": "The process that was making this stopped. Finished parts are kept.",
}  # fmt: skip


async def take_back(db: Database, bell: Bell, limit: int = 50) -> int:
    """Put generations whose lease has run out back into the queue, or end them when their tries are spent."""
    expired: list[Any] = [ACTIVE_ONLY, Generation.status == "processing", Generation.lease_until < now()]
    async with db.read() as session:
        query = ROWS.where(*expired).limit(limit)
        rows = (await session.execute(query)).mappings().all()
    taken = 0
    for row in rows:
        async with db.write() as session:
            # A step or a cancel in between is a reason to look again, not to overwrite it.
            same = [Generation.id == row["id"], Generation.last_seq == row["last_seq"], *expired]
            changed = await change(session, same, *_after_loss(row))
        if changed is not None:
            taken += 1
            bell.publish(row["account_id"], changed.frames)
            if changed.row["status"] == "pending":
                bell.ring(row["id"], changed.row["rings"])
    return taken


def _after_loss(row: RowMapping) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    # A claim that made something before its worker died was not a failed try.
    attempt = row["attempt"] + (row["steps"] == 0)
    values = {"token": Generation.token + 1}
    if row["cancel_requested_at"] is not None:
        phases = closed_phases(row["phases"], "pending")
        return {**ENDED, **values, "status": "cancelled", "phases": phases}, [CANCELLED]
    if attempt > row["max_attempts"]:
        error = {**WORKER_LOST, "message": "Making this stopped its worker every time. The finished parts are kept."}
        phases = closed_phases(row["phases"], "failed")
        ended = {**ENDED, **values, "status": "failed", "error": error, "phases": phases}
        return ended, [("generation.failed", {"error": error})]
    queued = {
        **QUEUED, **values, "attempt": attempt, "error": WORKER_LOST, "due_at": now(),
        "phases": closed_phases(row["phases"], "pending"), "rings": Generation.rings + 1, "rung_at": now(),
        "spent": SPENT,
    }  # fmt: skip
    fields = {"error": WORKER_LOST, "attempt": attempt, "retry_in_seconds": 0.0}
    return queued, [("generation.retrying", fields)]


async def finish_cancels(db: Database, bell: Bell, limit: int = 50) -> int:
    """End cancelled generations whose owner has not confirmed in time; it loses its token."""
    overdue: list[Any] = [ACTIVE_ONLY, Generation.cancel_requested_at < now() - CONFIRM]
    async with db.read() as session:
        query = select(Generation.id, Generation.last_seq, Generation.phases).where(*overdue).limit(limit)
        rows = (await session.execute(query)).all()
    done = 0
    for generation_id, last_seq, phases in rows:
        values = {**ENDED, "status": "cancelled", "token": Generation.token + 1}
        values["phases"] = closed_phases(phases, "pending")
        async with db.write() as session:
            same = [Generation.id == generation_id, Generation.last_seq == last_seq, *overdue]
            changed = await change(session, same, values, [CANCELLED])
        if changed is not None:
            done += 1
            bell.publish(changed.row["account_id"], changed.frames)
    return done


async def keep_finishing_cancels(db: Database, bell: Bell) -> None:
    """For the web process: a cancel is confirmed even when there is no worker left to do it."""
    while True:
        await asyncio.sleep(CONFIRM)
        try:
            await finish_cancels(db, bell)
        except Away as error:
            log.warning("cancels.database_away", error=type(error).__name__)
        except Exception:
            log.exception("cancels.failed")


async def ring_again(
    db: Database, bell: Bell, room: int, unanswered: float = UNANSWERED, kinds: Collection[str] | None = None
) -> int:
    """Ring for due work (of ``kinds``) that nobody has claimed, as much as the calling worker has ``room`` for."""
    queue = ranked()
    of = Generation.kind.in_(KINDS if kinds is None else kinds)
    due = (
        select(Generation.id)
        .join(queue, queue.c.id == Generation.id)
        .where(
            *claimable(queue),
            of,
            Generation.rung_at <= now() - unanswered,
        )
        .order_by(queue.c.rank)
        .limit(room)
    )
    async with db.read() as session:
        ids = (await session.execute(due)).scalars().all()
    if not ids:
        return 0
    same = [TABLE.c.id.in_(ids), TABLE.c.status == "pending", TABLE.c.rung_at <= now() - unanswered]
    ours = update(TABLE).where(*same).values(rings=TABLE.c.rings + 1, rung_at=now())
    async with db.write() as session:
        rung = (await session.execute(ours.returning(TABLE.c.id, TABLE.c.rings))).all()
    for generation_id, rings in rung:
        bell.ring(generation_id, rings)
    return len(rung)


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


async def sign_of_life(db: Database, worker: str, host: str, pid: int, concurrency: int, running: int) -> None:
    """The worker's own row; rows of workers gone for a day are dropped."""
    async with db.write() as session:
        alive = update(Worker).where(Worker.id == worker).values(seen_at=now(), running=running).returning(Worker.id)
        if (await session.execute(alive)).scalar_one_or_none() is None:
            values = {"id": worker, "host": host, "pid": pid, "concurrency": concurrency, "running": running}
            await session.execute(insert(Worker).values(**values, started_at=now(), seen_at=now()))
            await session.execute(delete(Worker).where(Worker.seen_at < now() - 86_400))


async def signed_off(db: Database, worker: str) -> None:
    async with db.write() as session:
        await session.execute(delete(Worker).where(Worker.id == worker))


async def newest_sign_of_life(db: Database) -> float | None:
    """Seconds since any worker was last seen; None: never."""
    async with db.read() as session:
        return (await session.execute(select(now() - func.max(Worker.seen_at)))).scalar_one_or_none()
