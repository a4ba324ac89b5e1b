"""The order of the queue: one ORDER BY that claims, positions and fairness share."""

from sqlalchemy import ColumnElement, Subquery, func, select

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
    return (
        select(Generation.id, Generation.status, Generation.due_at, Generation.waiting_for, rank.label("rank"))
        .where(Generation.status.in_(("pending", "processing")))
        .subquery("ranked")
    )


def claimable(queue: Subquery) -> list[ColumnElement[bool]]:
    return [queue.c.status == "pending", queue.c.due_at <= now(), queue.c.waiting_for.is_(None)]
