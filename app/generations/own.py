"""What the owner of a claim may do. Every write names the token; with one that is not the newest nothing is written."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Database, now
from app.generations import edits
from app.generations.bell import Bell
from app.generations.change import CANCELLED, ENDED, QUEUED, SPENT, TABLE, Changed, change, closed_phases
from app.generations.claim import Claim
from app.generations.events import Fields
from app.generations.view import result_of
from app.kinds import KINDS
from app.models import LONGEST_TITLE, Checkpoint, Generation, Item, Result

NO_COST: Mapping[str, Any] = MappingProxyType({})  # no more than the steps have told already


class Lost(Exception):
    """The claim is no longer ours: somebody took the generation over, or it has ended."""


@dataclass(frozen=True)
class Checkpointed:
    """A phase that is done, and what it made (JSON-able)."""

    phase: str
    value: Any
    seconds: float
    units: int = 1  # pieces that were made in these seconds; 0: all of them had been made before


@dataclass(frozen=True)
class Piece:
    """An item that is made. Version 1 is new; a higher one replaces what has the same key."""

    phase: str
    key: str
    index: int
    title: str
    version: int
    content: dict[str, Any]


def _refused(claim: Claim) -> Lost:
    metrics.add("stale_writes")
    return Lost(claim.id)


def owned(claim: Claim) -> list[Any]:
    return [Generation.id == claim.id, Generation.token == claim.token, Generation.status == "processing"]


async def record(
    db: Database,
    bell: Bell,
    claim: Claim,
    events: Sequence[Fields],
    values: Mapping[str, Any] | None = None,
    checkpoint: Checkpointed | None = None,
    piece: Piece | None = None,
) -> bool:
    """One step: state, events and checkpoint in one transaction, then the events to whoever watches.

    Returns whether a cancel was asked for. Raises Lost. A cancellation of the caller does not cut the transaction.
    """
    made = (checkpoint is not None) + (piece is not None)

    async def step(session: AsyncSession) -> Changed:
        changed = await change(session, owned(claim), {**(values or {}), "steps": Generation.steps + made}, events)
        if changed is None:
            raise _refused(claim)
        if checkpoint is not None:
            await _keep(session, claim, checkpoint)
        if piece is not None:
            await _put(session, claim, piece)
        return changed

    changed = await db.shielded(step, _told(bell))
    return changed.row["cancel_requested_at"] is not None


def _told(bell: Bell, delay: float = 0.0) -> Callable[[Changed], None]:
    """What follows a commit: its events go out, and a generation that waits again is rung for."""

    def tell(changed: Changed) -> None:
        bell.publish(changed.row["account_id"], changed.frames)
        if changed.row["status"] == "pending":
            bell.ring(changed.row["id"], changed.row["rings"], delay)

    return tell


async def _keep(session: AsyncSession, claim: Claim, done: Checkpointed) -> None:
    values = {"phase": done.phase, "value": done.value, "seconds": done.seconds, "units": done.units}
    await session.execute(insert(Checkpoint).values(generation_id=claim.id, **values))


async def _put(session: AsyncSession, claim: Claim, piece: Piece) -> None:
    values = {"phase": piece.phase, "index": piece.index, "version": piece.version}
    values["title"] = piece.title[:LONGEST_TITLE]
    if piece.version == 1:
        await session.execute(
            insert(Item).values(generation_id=claim.id, key=piece.key, content=piece.content, **values)
        )
        return
    await session.execute(
        update(Item)
        .where(Item.generation_id == claim.id, Item.key == piece.key)
        .values(content=piece.content, **values)
    )


async def complete(
    db: Database,
    bell: Bell,
    claim: Claim,
    head: dict[str, Any],
    phases: list[dict[str, Any]],
    done: Checkpointed,
    cost: Mapping[str, Any] = NO_COST,
    also: Callable[[AsyncSession], Awaitable[None]] | None = None,
) -> None:
    """The last step: the last checkpoint, the result's head (``title`` in it), the end, and what else ``also`` makes
    true with them, all at once.

    Of one that changes a result, ``head`` is what `edits.apply` takes. Raises Lost, Conflict.
    """
    title = head["title"]

    async def step(session: AsyncSession) -> Changed:
        values = {**ENDED, **cost, "status": "completed", "progress": 1.0, "phases": phases}
        values["title"] = title[:LONGEST_TITLE]
        if (engine := head.get("engine", claim.engine)) != claim.engine:  # the model could not be had at all
            values |= {"engine": engine, "input_key": None}  # asked for again, it is not answered from this
        took = (await session.execute(select(SPENT).where(TABLE.c.id == claim.id))).scalar_one_or_none() or 0.0
        result = result_of(claim.base or claim.id, KINDS[claim.kind].edits or claim.kind, title)
        events: list[Fields] = [
            ("phase.completed", {"phase": done.phase, "seconds": round(done.seconds, 3), "reused": False}),
            ("generation.completed", {"result": result, "seconds": round(took, 3)}),
        ]
        changed = await change(session, owned(claim), {**values, "steps": Generation.steps + 1}, events)
        if changed is None:
            raise _refused(claim)
        await _keep(session, claim, done)
        if claim.base is None:
            row = {"id": claim.id, "account_id": changed.row["account_id"], "kind": claim.kind, "title": title}
            await session.execute(insert(Result).values(**row, head=head, created_at=now()))
        else:
            await edits.apply(session, claim, changed.row["account_id"], head)
        if also is not None:
            await also(session)
        return changed

    await db.shielded(step, _told(bell))


async def end(
    db: Database,
    bell: Bell,
    claim: Claim,
    error: dict[str, Any] | None,
    phases: list[dict[str, Any]],
    cost: Mapping[str, Any] = NO_COST,
) -> None:
    """End as ``failed`` with its error, or as ``cancelled`` without one or where that was asked for. Raises Lost."""
    failed = {**ENDED, **cost, "status": "failed", "error": error, "phases": closed_phases(phases, "failed")}

    async def step(session: AsyncSession) -> Changed:
        if error is None:
            return await cancelled(session, claim, phases, cost)
        wanted = [*owned(claim), Generation.cancel_requested_at.is_(None)]
        changed = await change(session, wanted, failed, [("generation.failed", {"error": error})])
        return changed or await cancelled(session, claim, phases, cost)

    await db.shielded(step, _told(bell))


async def back_to_queue(
    db: Database,
    bell: Bell,
    claim: Claim,
    error: dict[str, Any],
    phases: list[dict[str, Any]],
    delay: float,
    cost: Mapping[str, Any] = NO_COST,
    *,
    counts: bool,
    provider: str | None = None,
) -> None:
    """Give it back, to be claimed again after ``delay`` seconds, unless a cancel was asked for: then it ends.

    ``counts``: it has cost an attempt. ``provider``: it waits for that one's pause to end. Raises Lost.
    """
    attempt = claim.attempt + counts
    values = {
        **QUEUED, **cost, "attempt": attempt, "error": error, "due_at": now() + delay, "token": Generation.token + 1,
        "rings": Generation.rings + 1, "rung_at": now() + delay,
        "phases": closed_phases(phases, "pending"), **({"provider": provider} if provider else {}),
    }  # fmt: skip
    retrying = ("generation.retrying", {"error": error, "attempt": attempt, "retry_in_seconds": round(delay, 1)})

    async def step(session: AsyncSession) -> Changed:
        wanted = [*owned(claim), Generation.cancel_requested_at.is_(None)]
        changed = await change(session, wanted, values, [retrying])
        return changed or await cancelled(session, claim, phases, cost)

    await db.shielded(step, _told(bell, delay))


async def cancelled(
    session: AsyncSession, claim: Claim, phases: list[dict[str, Any]], cost: Mapping[str, Any]
) -> Changed:
    values = {**ENDED, **cost, "status": "cancelled", "phases": closed_phases(phases, "pending")}
    changed = await change(session, owned(claim), values, [CANCELLED])
    if changed is None:
        raise _refused(claim)
    return changed
