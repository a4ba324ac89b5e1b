"""The one way in which a generation's row changes: the update and its numbered events in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import now
from app.generations.events import Fields, Frames, append
from app.models import Generation
from app.notices import outbox

# The bare table: statements on it cost half of what the mapped class's do, and are built for every step.
TABLE: Any = Generation.__table__
_columns = TABLE.c
WHOLE = tuple(_columns)
AT = now().label("at")
ROWS = select(*WHOLE, AT)  # generations as `view` takes them
# What events and an owner need; inputs and phases stay in the database.
BRIEF = tuple(
    _columns[n]
    for n in (
        "id", "account_id", "kind", "batch_id", "status", "last_seq", "progress", "eta_at", "rings",
        "cancel_requested_at", "base", "created_at",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    row: RowMapping  # the columns after the change, and ``at``
    frames: Frames


async def change(
    session: AsyncSession,
    where: Sequence[ColumnElement[bool]],
    values: Mapping[str, Any],
    events: Sequence[Fields],
    *,
    columns: Sequence[ColumnElement[Any]] = BRIEF,
) -> Changed | None:
    """Change the one generation that ``where`` names; its ``columns`` after it. None: somebody else was first."""
    statement = (
        update(TABLE)
        .where(*where)
        .values({**values, "last_seq": Generation.last_seq + len(events)})
        .returning(*columns, AT)
    )
    row = (await session.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    frames = await append(session, row, events)
    if values.get("status") in outbox.TOLD:
        await outbox.generation_ended(session, row)
    return Changed(row, frames)


def in_seconds(seconds: float) -> ColumnElement[float]:
    """That many seconds from now, on the database's clock."""
    return now() + seconds


# How long a generation has been worked on since a person asked for it, the present claim included.
SPENT = TABLE.c.spent + func.coalesce(now() - TABLE.c.claimed_at, 0.0)
# What every end of a generation sets besides its status, and what every return to the queue sets.
_NOBODY: dict[str, Any] = {
    "worker": None, "lease_until": None, "claimed_at": None, "spent": SPENT, "phase": None, "eta_at": None,
}  # fmt: skip
ENDED: dict[str, Any] = {**_NOBODY, "twin": None, "finished_at": now(), "waiting_for": None}
QUEUED: dict[str, Any] = {**_NOBODY, "status": "pending"}
CANCELLED: Fields = ("generation.cancelled", {})


def closed_phases(phases: list[dict[str, Any]], status: str) -> list[dict[str, Any]]:
    """The phases when the generation stops: what was running is now ``status``."""
    return [{**phase, "status": status} if phase["status"] == "running" else phase for phase in phases]
