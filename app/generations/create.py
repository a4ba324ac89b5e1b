"""Asking for something: one transaction, then a ring that may fail."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import RowMapping, bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.bell import Bell
from app.generations.change import AT, ROWS, TABLE, WHOLE
from app.generations.claim import fresh_phases
from app.generations.events import Frames, append
from app.generations.queue import positions
from app.generations.view import ACTIVE, view
from app.generations.view import Generation as View
from app.ids import uuid7
from app.kinds import KINDS, Kind
from app.models import Account, Generation, IdempotencyKey
from app.person import HEAD_START, Person
from app.settings import Settings

ACCOUNTS: Any = Account.__table__
_ADD = (
    insert(TABLE).values(queued_at=now(), due_at=now(), created_at=now(), rung_at=now()).returning(*WHOLE, AT)
)  # fmt: skip
_TWIN = ROWS.where(*(TABLE.c[name] == bindparam(name) for name in ("account_id", "kind", "twin")))


class UnknownKind(Exception):
    """No such kind."""


class KeyReused(Exception):
    """The Idempotency-Key was used for another request."""


@dataclass(frozen=True)
class Created:
    generation: View
    existing: bool  # an active twin, or the answer to an Idempotency-Key seen before


async def create(
    db: Database,
    bell: Bell,
    settings: Settings,
    person: Person,
    kind: str,
    given: dict[str, Any],
    *,
    subject: str = "",
    fresh: bool = False,
    idempotency_key: str | None = None,
) -> Created:
    """Queue what the person asks for, or return what already answers it.

    Raises UnknownKind, pydantic's ValidationError (``given`` is not the kind's input), KeyReused.
    """
    if kind not in KINDS:
        raise UnknownKind(kind)
    model = KINDS[kind].input_model.model_validate(given)
    asked = model.model_dump(mode="json", exclude_none=True)
    body_hash = hashlib.sha256(orjson.dumps([kind, subject, asked], option=orjson.OPT_SORT_KEYS)).hexdigest()
    key = (idempotency_key, body_hash) if idempotency_key else None
    for last in (False, False, True):
        try:
            async with db.write() as session:
                row, frames = await _find_or_insert(session, settings, person, KINDS[kind], asked, subject, key)
            break
        except IntegrityError:  # somebody else's twin or key came first: look again
            if last:
                raise
    if frames is not None:
        bell.ring(row["id"], 1)
        bell.publish(person.id, frames)
    async with db.read() as session:
        places = await positions(session, [row])
    # What is no longer in the queue was at its head a moment ago.
    place = places.get(row["id"], 1) if row["status"] == "pending" and row["waiting_for"] is None else None
    active = row["status"] in ACTIVE
    return Created(view(row, existing=frames is None and active, queue_position=place), existing=frames is None)


async def _find_or_insert(
    session: AsyncSession,
    settings: Settings,
    person: Person,
    kind: Kind,
    asked: dict[str, Any],
    subject: str,
    key: tuple[str, str] | None,
) -> tuple[RowMapping, Frames | None]:
    """The row that answers the request, and the events of a new one."""
    if key is not None and (found := await _answered(session, person, *key)) is not None:
        return found, None
    twin = kind.twin(subject, asked)
    if (found := await active_twin(session, person.id, kind.name, twin)) is not None:
        await _remember_key(session, person, key, found["id"])
        return found, None
    row, frames = await _insert(session, settings, person, kind, asked, subject, twin)
    await _remember_key(session, person, key, row["id"])
    await _remember_profile(session, person, asked)
    return row, frames


async def _insert(
    session: AsyncSession,
    settings: Settings,
    person: Person,
    kind: Kind,
    asked: dict[str, Any],
    subject: str,
    twin: str,
) -> tuple[RowMapping, Frames]:
    values = {
        "id": uuid7(), "account_id": person.id, "kind": kind.name, "subject": subject, "input": asked, "twin": twin,
        "max_attempts": settings.max_attempts, "head_start": HEAD_START.get(person.tier, 0.0), "last_seq": 1,
        "phases": fresh_phases(kind.name, []),
    }  # fmt: skip
    row = (await session.execute(_ADD, values)).mappings().one()
    frames = await append(session, row, [("generation.queued", {"kind": kind.name})])
    return row, frames


async def active_twin(session: AsyncSession, account_id: str, kind: str, twin: str) -> RowMapping | None:
    twins = {"account_id": account_id, "kind": kind, "twin": twin}
    return (await session.execute(_TWIN, twins)).mappings().one_or_none()


async def _answered(session: AsyncSession, person: Person, key: str, body_hash: str) -> RowMapping | None:
    query = (
        ROWS.add_columns(IdempotencyKey.body_hash)
        .join(IdempotencyKey, IdempotencyKey.generation_id == Generation.id)
        .where(IdempotencyKey.account_id == person.id, IdempotencyKey.key == key)
    )
    row = (await session.execute(query)).mappings().one_or_none()
    if row is not None and row["body_hash"] != body_hash:
        raise KeyReused(key)
    return row


async def _remember_key(session: AsyncSession, person: Person, key: tuple[str, str] | None, generation_id: str) -> None:
    if key is not None:
        values = {"account_id": person.id, "key": key[0], "body_hash": key[1], "generation_id": generation_id}
        await session.execute(insert(IdempotencyKey).values(**values, created_at=now()))


async def _remember_profile(session: AsyncSession, person: Person, asked: dict[str, Any]) -> None:
    """What the person last told prefills every form."""
    profile = {**person.profile, **asked}
    if profile != person.profile:
        await session.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == person.id).values(profile=profile))
