"""The order of the queue: one ORDER BY that claims, positions and fairness share."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.models import Generation

# A person's next request waits for this many seconds more with each of theirs that is older and unfinished.
PER_OLDER = 5.0


def ranked() -> Subquery:
    """``id, status, due_at, rank`` of all active generations; the lowest rank goes first."""
    older = func.row_number().over(
        partition_by=Generation.account_id, order_by=(Generation.queued_at, Generation.id)
    ) - 1  # fmt: skip
    rank: ColumnElement[float] = Generation.queued_at - Generation.head_start + PER_OLDER * older
    columns = (Generation.id, Generation.status, Generation.due_at, Generation.waiting_for)
    return (
        select(*columns, Generation.cancel_requested_at, rank.label("rank"))
        .where(Generation.status.in_(("pending", "processing")))
        .subquery("ranked")
    )


def claimable(queue: Subquery) -> list[ColumnElement[bool]]:
    waiting = [queue.c.status == "pending", queue.c.waiting_for.is_(None), queue.c.cancel_requested_at.is_(None)]
    return [*waiting, queue.c.due_at <= now()]


async def positions(session: AsyncSession, rows: Sequence[RowMapping]) -> dict[str, int]:
    """The places in the queue, counting from 1, of those of ``rows`` that wait there."""
    waiting = [row["id"] for row in rows if row["status"] == "pending" and row["waiting_for"] is None]
    if not waiting:
        return {}
    queue = ranked()
    place = func.row_number().over(order_by=(queue.c.rank, queue.c.id)).label("place")
    line = select(queue.c.id, place).where(queue.c.status == "pending", queue.c.waiting_for.is_(None)).subquery()
    found = await session.execute(select(line.c.id, line.c.place).where(line.c.id.in_(waiting)))
    return {row.id: row.place for row in found}
