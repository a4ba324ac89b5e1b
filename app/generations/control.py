"""What a person may do with a generation: cancel it, retry it."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.database import Database, now
from app.generations.bell import Bell
from app.generations.change import CANCELLED, ENDED, QUEUED, ROWS, WHOLE, change
from app.generations.claim import fresh_phases
from app.generations.create import active_twin
from app.generations.limits import admit
from app.generations.outlook import outlooks_of
from app.generations.view import Generation as View
from app.generations.view import view
from app.kinds import KINDS
from app.models import Batch, Generation
from app.settings import Settings


class NotPossible(Exception):
    """The generation is not in a state that allows it; the message says which."""


class AlreadyActive(Exception):
    """A twin is active: ``generation`` is it."""

    def __init__(self, generation: View) -> None:
        super().__init__(generation.id)
        self.generation = generation


async def cancel(db: Database, bell: Bell, account_id: str, generation_id: str) -> View | None:
    """Cancel at once what waits; ask the owner of what runs. None: this person has no such one. Raises NotPossible."""
    mine = [Generation.id == generation_id, Generation.account_id == account_id]
    waits = [*mine, Generation.status == "pending"]
    runs = [*mine, Generation.status == "processing", Generation.cancel_requested_at.is_(None)]
    ended = {**ENDED, "status": "cancelled", "token": Generation.token + 1}
    asked = {"cancel_requested_at": now(), "twin": None}
    while True:  # it may go from one state to the other between two looks
        found = None
        async with db.write() as session:
            changed = await change(session, waits, ended, [CANCELLED], columns=WHOLE)
            changed = changed or await change(session, runs, asked, [("generation.cancelling", {})], columns=WHOLE)
            if changed is None:
                found = (await session.execute(ROWS.where(*mine))).mappings().one_or_none()
        if changed is not None:
            bell.publish(account_id, changed.frames)
            return view(changed.row)
        if found is None:
            return None
        if found["status"] == "processing":
            return view(found)  # it has been asked before
        if found["status"] != "pending":
            raise NotPossible(f"It is {found['status']} already.")


async def retry(db: Database, bell: Bell, settings: Settings, account_id: str, generation_id: str) -> View | None:
    """Queue a failed or cancelled generation again; what is made stays made.

    Raises NotPossible, AlreadyActive, OverLimit.
    """
    async with db.read() as session:
        query = select(Generation).where(Generation.id == generation_id, Generation.account_id == account_id)
        old = (await session.execute(query)).scalar_one_or_none()
    if old is None:
        return None
    if old.status not in {"failed", "cancelled"}:
        raise NotPossible(f"It is {old.status}; only what failed or was cancelled can be retried.")
    twin = KINDS[old.kind].twin(old.base or old.subject, old.input)
    values: dict[str, Any] = {
        **QUEUED, "twin": twin, "attempt": old.attempt + 1, "max_attempts": old.attempt + settings.max_attempts,
        "queued_at": now(), "due_at": now(), "rung_at": now(), "rings": Generation.rings + 1, "error": None,
        "finished_at": None, "seen_at": None, "cancel_requested_at": None, "phases": fresh_phases(old.kind, old.phases),
        "token": Generation.token + 1, "spent": 0.0, "suspect": False,
    }  # fmt: skip
    same = [Generation.id == old.id, Generation.token == old.token, Generation.status == old.status]
    try:
        async with db.write() as session:
            await admit(session, settings, account_id, [old.kind], new=False)
            queued = ("generation.queued", {"kind": old.kind})
            changed = await change(session, same, values, [queued], columns=WHOLE)
            if changed and old.batch_id:  # it will end once more, and that will be told once more
                await session.execute(
                    update(Batch).where(Batch.id == old.batch_id).values(finished_at=None, seen_at=None)
                )
            outlook = (await outlooks_of(session, [changed.row])).get(old.id) if changed else None
    except IntegrityError:
        async with db.read() as session:
            if (found := await active_twin(session, account_id, old.kind, twin)) is not None:
                raise AlreadyActive(view(found)) from None
        raise NotPossible("It has just changed; look again.") from None
    if changed is None:
        raise NotPossible("It has just changed; look again.")
    bell.publish(account_id, changed.frames)
    bell.ring(old.id, changed.row["rings"])
    return view(changed.row, outlook=outlook)
