"""Putting right what crashes left. Every step is a compare-and-set, so any number of processes may call these."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Away, Database, now
from app.generations.bell import Bell
from app.generations.change import CANCELLED, ENDED, QUEUED, ROWS, TABLE, Changed, change, closed_phases
from app.generations.events import Fields
from app.generations.queue import ACTIVE_ONLY, claimable, ranked
from app.kinds import KINDS
from app.models import Generation

log = structlog.get_logger()

# A ring is given up for lost when nobody has claimed for this long although a worker has room.
UNANSWERED = 2.0
# The owner of a running generation has this long to confirm a cancel: it sees it within half a second. All in all the
# person who asked waits for a second.
CONFIRM = 0.9
LOOK_AGAIN = 0.1
WORKER_LOST = {
    "code": "worker_lost", "retryable": True,
    "message": "The process that was making this stopped. Finished parts are kept.",
}  # fmt: skip


async def take_back(db: Database, bell: Bell, limit: int = 50) -> int:
    """Put generations whose lease has run out back into the queue, or end them when their tries are spent.

    Returns how many. ``limit``: of workers at a time.
    """
    query = select(TABLE.c.worker).distinct().where(*_expired()).limit(limit)
    async with db.read() as session:
        workers = (await session.execute(query)).scalars().all()
    return sum([await _take_from(db, bell, worker) for worker in workers])


def _expired() -> list[Any]:
    return [ACTIVE_ONLY, TABLE.c.status == "processing", TABLE.c.lease_until < now()]


async def _take_from(db: Database, bell: Bell, worker: str) -> int:
    """All that this worker has left behind, in one transaction: what died together is judged together."""
    held = ROWS.where(ACTIVE_ONLY, TABLE.c.status == "processing", TABLE.c.worker == worker).order_by(TABLE.c.id)
    async with db.write() as session:
        rows = (await session.execute(held.with_for_update())).mappings().all()
        over = [row for row in rows if row["lease_until"] < row["at"]]
        # Of several that died together nobody knows which was to blame; one that was alone is.
        alone = len(over) == len(rows) == 1
        taken = [await _take(session, row, blamed=alone or row["suspect"]) for row in over]
    _tell(bell, taken)
    return len(taken)


async def lost(db: Database, bell: Bell, generation_id: str, token: int) -> None:
    """The process that made this one alone has died, and its owner has seen it: no need to wait for the lease."""
    same: list[Any] = [TABLE.c.id == generation_id, TABLE.c.token == token, TABLE.c.status == "processing"]
    async with db.write() as session:
        rows = (await session.execute(ROWS.where(*same).with_for_update())).mappings().all()
        taken = [await _take(session, row, blamed=True) for row in rows]
    _tell(bell, taken)


async def _take(session: AsyncSession, row: RowMapping, *, blamed: bool) -> Changed:
    changed = await change(session, [TABLE.c.id == row["id"]], *_after_loss(row, blamed))
    assert changed is not None  # the caller holds its lock
    return changed


def _tell(bell: Bell, taken: Sequence[Changed]) -> None:
    for changed in taken:
        metrics.add("leases_taken_over")
        bell.publish(changed.row["account_id"], changed.frames)
        if changed.row["status"] == "pending":
            bell.ring(changed.row["id"], changed.row["rings"])


def _after_loss(row: RowMapping, blamed: bool) -> tuple[dict[str, Any], list[Fields]]:
    # A claim that made something before its worker died was not a failed try.
    attempt = row["attempt"] + (blamed and row["steps"] == 0)
    values = {"token": TABLE.c.token + 1}
    if row["cancel_requested_at"] is not None:
        phases = closed_phases(row["phases"], "pending")
        return {**ENDED, **values, "status": "cancelled", "phases": phases}, [CANCELLED]
    if attempt > row["max_attempts"]:
        error = {**WORKER_LOST, "message": "Making this stopped its worker every time. The finished parts are kept."}
        phases = closed_phases(row["phases"], "failed")
        ended = {**ENDED, **values, "status": "failed", "error": error, "phases": phases}
        return ended, [("generation.failed", {"error": error})]
    queued = {
        **QUEUED, **values, "attempt": attempt, "error": WORKER_LOST, "due_at": now(), "suspect": True,
        "phases": closed_phases(row["phases"], "pending"), "rings": TABLE.c.rings + 1, "rung_at": now(),
    }  # fmt: skip
    fields = {"error": WORKER_LOST, "attempt": attempt, "retry_in_seconds": 0.0}
    return queued, [("generation.retrying", fields)]


async def finish_cancels(db: Database, bell: Bell, limit: int = 50) -> int:
    """End cancelled generations whose owner has not confirmed in time; it loses its token. Returns how many."""
    return (await _finish_cancels(db, bell, limit))[0]


async def _finish_cancels(db: Database, bell: Bell, limit: int = 50) -> tuple[int, float]:
    """How many were ended, and the seconds until the next may have to be."""
    overdue: list[Any] = [ACTIVE_ONLY, Generation.cancel_requested_at <= now() - CONFIRM]
    asked = Generation.cancel_requested_at
    async with db.read() as session:
        query = select(Generation.id, Generation.last_seq, Generation.phases, asked + CONFIRM - now())
        query = query.where(ACTIVE_ONLY, asked.is_not(None)).order_by(asked).limit(limit)
        rows = (await session.execute(query)).all()
    done, wait = 0, CONFIRM
    for generation_id, last_seq, phases, left in rows:
        if left > 0:
            return done, min(wait, left)
        values = {**ENDED, "status": "cancelled", "token": Generation.token + 1}
        values["phases"] = closed_phases(phases, "pending")
        async with db.write() as session:
            same = [Generation.id == generation_id, Generation.last_seq == last_seq, *overdue]
            changed = await change(session, same, values, [CANCELLED])
        if changed is None:  # its owner has just written something
            wait = LOOK_AGAIN
        else:
            done += 1
            bell.publish(changed.row["account_id"], changed.frames)
    return done, wait


async def keep_finishing_cancels(db: Database, bell: Bell) -> None:
    """For the web process: a cancel is confirmed even when there is no worker left to do it, and in time."""
    wait = CONFIRM
    while True:
        await asyncio.sleep(wait)
        wait = CONFIRM
        try:
            _, wait = await _finish_cancels(db, bell)
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
