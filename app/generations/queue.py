"""The order of the queue: one ORDER BY that claims, positions and fairness share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Subquery, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.models import ACTIVE_SQL, Generation

# Pending or processing, in the very words of the partial index.
ACTIVE_ONLY = text(f"generations.{ACTIVE_SQL}")
# A person's next request waits for this many seconds more with each of theirs that is older and unfinished.
PER_OLDER = 5.0


def ranked() -> Subquery:
    """``id, status, due_at, rank`` of all active generations; the lowest rank goes first."""
    older = func.row_number().over(
        partition_by=Generation.account_id, order_by=(Generation.queued_at, Generation.id)
    ) - 1  # fmt: skip
    rank: ColumnElement[float] = Generation.queued_at - Generation.head_start + PER_OLDER * older
    columns = (Generation.id, Generation.status, Generation.due_at, Generation.waiting_for)
    return select(*columns, Generation.cancel_requested_at, rank.label("rank")).where(ACTIVE_ONLY).subquery("ranked")


def claimable(queue: Subquery) -> list[ColumnElement[bool]]:
    waiting = [queue.c.status == "pending", queue.c.waiting_for.is_(None), queue.c.cancel_requested_at.is_(None)]
    return [*waiting, queue.c.due_at <= now()]


def _places() -> Select[Any]:
    queue = ranked()
    place = func.row_number().over(order_by=(queue.c.rank, queue.c.id)).label("place")
    line = select(queue.c.id, place).where(queue.c.status == "pending", queue.c.waiting_for.is_(None)).subquery()
    return select(line.c.id, line.c.place).where(line.c.id.in_(bindparam("ids", expanding=True)))


_PLACES = _places()  # built once: building it costs more than running it on a short queue


async def positions(session: AsyncSession, rows: Sequence[RowMapping]) -> dict[str, int]:
    """The places in the queue, counting from 1, of those of ``rows`` that wait there."""
    waiting = [row["id"] for row in rows if row["status"] == "pending" and row["waiting_for"] is None]
    if not waiting:
        return {}
    found = await session.execute(_PLACES, {"ids": waiting})
    return {row.id: row.place for row in found}
