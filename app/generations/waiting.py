"""Waiting for a person in the middle of making: claimed by nobody, outside all time limits, until they go on.

What they answer is a checkpoint under the name of what was waited for, which the maker finds in ``work.answers``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.bell import Bell
from app.generations.change import QUEUED, WHOLE, Changed, change, closed_phases
from app.generations.claim import Claim
from app.generations.control import NotPossible
from app.generations.events import Fields
from app.generations.outlook import outlooks_of
from app.generations.own import NO_COST, Piece, cancelled, owned
from app.generations.view import Generation as View
from app.generations.view import view
from app.models import Checkpoint, Generation, Item


async def wait(
    db: Database,
    bell: Bell,
    claim: Claim,
    what: str,
    phases: list[dict[str, Any]],
    cost: Mapping[str, Any] = NO_COST,
) -> None:
    """Give the claim back until a person has answered ``what``, unless a cancel was asked for. Raises Lost."""
    values = {
        **QUEUED, **cost, "waiting_for": what, "token": Generation.token + 1, "error": None,
        "phases": closed_phases(phases, "pending"),
    }  # fmt: skip

    async def step(session: AsyncSession) -> Changed:
        wanted = [*owned(claim), Generation.cancel_requested_at.is_(None)]
        changed = await change(session, wanted, values, [("generation.waiting", {"waiting_for": what})])
        return changed or await cancelled(session, claim, phases, cost)

    await db.shielded(step, lambda changed: bell.publish(changed.row["account_id"], changed.frames))


async def answer(
    db: Database, bell: Bell, account_id: str, generation_id: str, what: str, value: Any, pieces: Sequence[Piece] = ()
) -> View | None:
    """Go on with ``value``; ``pieces`` take the place of all that their phase had made. It counts their versions.

    None: this person has no such generation. Raises NotPossible.
    """
    mine = [Generation.id == generation_id, Generation.account_id == account_id]
    waits = [*mine, Generation.status == "pending", Generation.waiting_for == what]
    values = {
        "waiting_for": None, "queued_at": now(), "due_at": now(), "rung_at": now(), "rings": Generation.rings + 1,
        "spent": 0.0,
    }  # fmt: skip
    async with db.write() as session:
        locked = select(Generation.kind).where(*waits).with_for_update()
        kind = (await session.execute(locked)).scalar_one_or_none()
        if kind is None:
            found = (await session.execute(select(Generation.status).where(*mine))).scalar_one_or_none()
            if found is None:
                return None
            raise NotPossible("It does not wait for this (any more).")
        ready = await _replace(session, generation_id, pieces)
        queued: Fields = ("generation.queued", {"kind": kind})
        changed = await change(session, waits, values, [*ready, queued], columns=WHOLE)
        assert changed is not None  # its row is locked
        known = {"generation_id": generation_id, "phase": what, "seconds": 0.0, "units": 0}
        await session.execute(insert(Checkpoint).values(**known, value=value))
        outlook = (await outlooks_of(session, [changed.row])).get(generation_id)
    bell.publish(account_id, changed.frames)
    bell.ring(generation_id, changed.row["rings"])
    return view(changed.row, outlook=outlook)


async def _replace(session: AsyncSession, generation_id: str, pieces: Sequence[Piece]) -> list[Fields]:
    """Put them in the place of their phase's; the events that tell of those that are new or have changed."""
    events: list[Fields] = []
    for phase in {piece.phase for piece in pieces}:
        made = [Item.generation_id == generation_id, Item.phase == phase]
        old = {item.key: item for item in (await session.execute(select(Item).where(*made))).scalars()}
        gone = [key for key in old if key not in {piece.key for piece in pieces}]
        await session.execute(delete(Item).where(*made, Item.key.in_(gone)))
        for piece in pieces:
            before = old.get(piece.key)
            if before is not None and (before.content, before.index) == (piece.content, piece.index):
                continue
            version = before.version + 1 if before else 1
            values = {"index": piece.index, "title": piece.title, "content": piece.content, "version": version}
            if before:
                await session.execute(update(Item).where(*made, Item.key == piece.key).values(**values))
            else:
                new = {"generation_id": generation_id, "key": piece.key, "phase": phase}
                await session.execute(insert(Item).values(**new, **values))
            item = {"key": piece.key, "index": piece.index, "title": piece.title, "version": version}
            events.append(("item.ready", {"phase": phase, "item": item, "done": len(pieces), "total": len(pieces)}))
    return events
