"""Numbered, durable events: written once as the JSON that browsers receive."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.models import Event, Generation

LARGEST = 8192  # bytes of one frame; content is fetched by its URL

_ADD = insert(Event.__table__)  # type: ignore[arg-type]  # a Table, which stubs call a FromClause
Fields = tuple[str, dict[str, Any]]  # an event's type and its own fields


class Frames(list[bytes]):
    """The frames of one transaction, to be published after its commit."""


async def append(session: AsyncSession, row: RowMapping, events: Sequence[Fields]) -> Frames:
    """Write ``events`` as the last ones of a generation whose row was just updated.

    ``row`` has ``id, last_seq, at, progress, eta_at`` after the update that added ``len(events)`` to ``last_seq``.
    """
    first = row["last_seq"] - len(events) + 1
    eta = None if row["eta_at"] is None else round(max(0.0, row["eta_at"] - row["at"]), 1)
    frames = Frames()
    for seq, (kind, fields) in enumerate(events, first):
        head = {"type": kind, "id": row["id"], "seq": seq, "at": round(row["at"], 3)}
        body = orjson.dumps({**head, "progress": round(row["progress"], 4), "eta_seconds": eta, **fields})
        if len(body) > LARGEST:
            raise ValueError(f"{kind} is {len(body)} bytes; an event holds at most {LARGEST}")
        frames.append(body)
    if frames:
        values = [{"generation_id": row["id"], "seq": seq, "body": body} for seq, body in enumerate(frames, first)]
        await session.execute(_ADD, values)
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
