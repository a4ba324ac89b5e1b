"""Numbered, durable events: written once as the JSON that browsers receive."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.models import Event, Generation

# Say which batch they belong to, since a batch is told of as a whole.
OF_BATCH = {"generation.queued", "generation.completed", "generation.failed", "generation.cancelled"}
LARGEST = 8192  # bytes of one frame; content is fetched by its URL

_ADD = insert(Event.__table__)  # type: ignore[arg-type]  # a Table, which stubs call a FromClause
Fields = tuple[str, dict[str, Any]]  # an event's type and its own fields


class Frames(list[bytes]):
    """The frames of one transaction on a generation of this ``kind``, to be published after its commit."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.kind = kind


async def append(session: AsyncSession, row: RowMapping, events: Sequence[Fields]) -> Frames:
    """Write ``events`` as the last ones of a generation whose row was just updated.

    ``row`` has ``id, kind, batch_id, last_seq, at, progress, eta_at`` after the update that added ``len(events)`` to
    ``last_seq``.
    """
    return (await append_all(session, [row], [events]))[0]


async def append_all(
    session: AsyncSession, rows: Sequence[RowMapping], events: Sequence[Sequence[Fields]]
) -> list[Frames]:
    """`append` for several generations at once: the frames of each."""
    frames = [_frames(row, its) for row, its in zip(rows, events, strict=True)]
    values = [
        {"generation_id": row["id"], "seq": seq, "body": body}
        for row, its in zip(rows, frames, strict=True)
        for seq, body in enumerate(its, row["last_seq"] - len(its) + 1)
    ]
    if values:
        await session.execute(_ADD, values)
    return frames


def _frames(row: RowMapping, events: Sequence[Fields]) -> Frames:
    first = row["last_seq"] - len(events) + 1
    eta = None if row["eta_at"] is None else round(max(0.0, row["eta_at"] - row["at"]), 1)
    frames = Frames(row["kind"])
    for seq, (kind, fields) in enumerate(events, first):
        head = {"type": kind, "id": row["id"], "seq": seq, "at": round(row["at"], 3)}
        if row["batch_id"] is not None and kind in OF_BATCH:
            head["batch"] = row["batch_id"]
        body = orjson.dumps({**head, "progress": round(row["progress"], 4), "eta_seconds": eta, **fields})
        if len(body) > LARGEST:
            raise ValueError(f"{kind} is {len(body)} bytes; an event holds at most {LARGEST}")
        frames.append(body)
    return frames


async def after(
    db: Database, account_id: str, generation_id: str, seq: int, limit: int = 500
) -> list[tuple[int, bytes]]:
    """The next ``(seq, frame)`` of a person's generation; empty when there are none or it is not theirs."""
    query = (
        select(Event.seq, Event.body)
        .join(Generation, Generation.id == Event.generation_id)
        .where(Event.generation_id == generation_id, Generation.account_id == account_id, Event.seq > seq)
        .order_by(Event.seq)
        .limit(limit)
    )
    async with db.read() as session:
        return [(number, bytes(body)) for number, body in await session.execute(query)]
