"""The order of the queue: one ORDER BY that claims, positions and fairness share."""

from sqlalchemy import ColumnElement, Subquery, case, func, select, text

from app.database import now
from app.models import ACTIVE_SQL, Account, Generation

# Pending or processing, in the very words of the partial index.
ACTIVE_ONLY = text(f"generations.{ACTIVE_SQL}")
# A person's next request waits for this many seconds more with each of theirs that is older and unfinished.
PER_OLDER = 5.0


def ranked() -> Subquery:
    """``id, status, due_at, rank`` of all active generations; the lowest rank goes first."""
    older = func.row_number().over(
        partition_by=Generation.account_id, order_by=(Generation.queued_at, Generation.id)
    ) - 1  # fmt: skip
    # A person who was just served stands where one who asks now does, however many they asked for and when. What has
    # been begun keeps its place.
    served = Generation.started_at.is_(None) & (Account.served_at > Generation.queued_at)
    since = case((served, Account.served_at), else_=Generation.queued_at)
    rank: ColumnElement[float] = since - Generation.head_start + PER_OLDER * older
    columns = (Generation.id, Generation.status, Generation.due_at, Generation.waiting_for)
    queue = select(*columns, Generation.cancel_requested_at, rank.label("rank")).where(ACTIVE_ONLY)
    return queue.join(Account, Account.id == Generation.account_id).subquery("ranked")


def claimable(queue: Subquery) -> list[ColumnElement[bool]]:
    waiting = [queue.c.status == "pending", queue.c.waiting_for.is_(None), queue.c.cancel_requested_at.is_(None)]
    return [*waiting, queue.c.due_at <= now()]
