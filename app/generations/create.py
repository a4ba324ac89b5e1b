"""Asking for something: one transaction, then a ring that may fail."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
from sqlalchemy import RowMapping, bindparam, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Database, now
from app.generations import cache
from app.generations.bell import Bell
from app.generations.change import AT, ROWS, TABLE, WHOLE
from app.generations.claim import fresh_phases
from app.generations.events import Fields, Frames, append_all
from app.generations.limits import admit
from app.generations.outlook import Outlook, outlooks_of, waits
from app.generations.view import ACTIVE, view
from app.generations.view import Generation as View
from app.ids import uuid7
from app.kinds import KINDS, Kind
from app.library.chosen import check_books
from app.models import Account, Generation, IdempotencyKey
from app.person import HEAD_START, Person
from app.settings import Settings

ACCOUNTS: Any = Account.__table__
_ADD = (
    insert(TABLE).values(queued_at=now(), due_at=now(), created_at=now(), rung_at=now()).returning(*WHOLE, AT)
)  # fmt: skip
_TWINS = ROWS.where(TABLE.c.account_id == bindparam("account_id"), TABLE.c.twin.in_(bindparam("twins", expanding=True)))


class UnknownKind(Exception):
    """No such kind."""


class KeyReused(Exception):
    """The Idempotency-Key was used for another request."""


@dataclass(frozen=True)
class Order:
    """What is asked for, checked: ``asked`` is the kind's input with every default in its place."""

    kind: Kind
    subject: str
    asked: dict[str, Any]
    fresh: bool = False
    base: str | None = None  # the result that it changes

    @property
    def twin(self) -> str:
        return self.kind.twin(self.base or self.subject, self.asked)


@dataclass(frozen=True)
class Placed:
    """The row that answers an order, and the events of a new one."""

    row: RowMapping
    how: Literal["created", "existing", "cached"]
    frames: Frames | None = None


@dataclass(frozen=True)
class Created:
    generation: View
    existing: bool  # an active twin, or the answer to an Idempotency-Key seen before


def order(
    kind: str, given: dict[str, Any], *, subject: str = "", fresh: bool = False, base: str | None = None
) -> Order:
    """Raises UnknownKind, and pydantic's ValidationError when ``given`` is not the kind's input."""
    if kind not in KINDS or (KINDS[kind].edits is None) != (base is None):
        raise UnknownKind(kind)
    model = KINDS[kind].input_model.model_validate(given)
    return Order(KINDS[kind], subject, model.model_dump(mode="json", exclude_none=True), fresh, base)


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

    Raises what `order` raises, KeyReused, OverLimit.
    """
    asked = order(kind, given, subject=subject, fresh=fresh)
    await check_books(db, person.id, asked.kind, asked.asked)
    body_hash = hashlib.sha256(orjson.dumps([kind, subject, asked.asked], option=orjson.OPT_SORT_KEYS)).hexdigest()
    key = (idempotency_key, body_hash) if idempotency_key else None
    for last in (False, False, True):
        try:
            async with db.write() as session:
                placed = await _answer(session, settings, person, asked, key)
            break
        except IntegrityError:  # somebody else's twin or key came first: look again
            if last:
                raise
    tell(bell, person.id, placed)
    row = placed.row
    async with db.read() as session:
        outlook = (await outlooks_of(session, [row])).get(row["id"])
    if outlook is None and waits(row):
        outlook = Outlook(1, None, 1)  # no longer in the queue: it was at its head a moment ago
    existing = placed.how == "existing"
    return Created(view(row, existing=existing and row["status"] in ACTIVE, outlook=outlook), existing)


async def _answer(
    session: AsyncSession, settings: Settings, person: Person, asked: Order, key: tuple[str, str] | None
) -> Placed:
    if key is not None and (found := await _answered(session, person, *key)) is not None:
        return Placed(found, "existing")
    placed = await place(session, settings, person, asked)
    await _remember_key(session, person, key, placed.row["id"])
    if placed.how != "existing":
        lasting = {name: value for name, value in asked.asked.items() if name not in asked.kind.once}
        await _remember_profile(session, person, lasting)
    return placed


async def place(session: AsyncSession, settings: Settings, person: Person, asked: Order) -> Placed:
    """Answer an order in the caller's transaction: its active twin, else the last result of the same, else new work.

    Raises OverLimit, and IntegrityError when a twin has just come first. `tell` comes after the commit.
    """
    return (await place_all(session, settings, person, [asked]))[0]


async def place_all(
    session: AsyncSession, settings: Settings, person: Person, orders: Sequence[Order], *, batch_id: str | None = None
) -> list[Placed]:
    """`place` for several of which no two are twins, in as few statements as for one: others wait for us to commit."""
    orders = [replace(one, asked=one.kind.settle(one.asked, person.time_zone)) for one in orders]
    library = await cache.stamp(session, person.id) if any(one.kind.of_library for one in orders) else ""
    values = [_values(settings, person, one, batch_id, library) for one in orders]
    twins = await _active_twins(session, person.id, [one.twin for one in orders])
    keys = [value["input_key"] for one, value in zip(orders, values, strict=True) if not one.fresh]
    known = await cache.known(session, person.id, keys)
    placed: dict[str, Placed] = {}
    new: list[dict[str, Any]] = []
    for one, value in zip(orders, values, strict=True):
        if (found := twins.get((one.kind.name, one.twin))) is not None:
            placed[value["id"]] = Placed(found, "existing")
        elif not one.fresh and value["input_key"] in known and (copied := await cache.answer(session, value)):
            placed[value["id"]] = Placed(copied[0], "cached", copied[1])
        else:
            new.append({**value, "twin": one.twin, "phases": fresh_phases(one.kind.name, [])})
    for row, frames in await _add(session, settings, person, new):
        placed[row["id"]] = Placed(row, "created", frames)
    return [placed[value["id"]] for value in values]


def _values(settings: Settings, person: Person, asked: Order, batch_id: str | None, library: str) -> dict[str, Any]:
    model = settings.llm.model if settings.llm and asked.kind.llm else ""
    return {
        "id": uuid7(), "account_id": person.id, "kind": asked.kind.name, "engine": "llm" if model else "rules",
        "subject": asked.subject,
        "input": asked.asked, "batch_id": batch_id, "base": asked.base, "max_attempts": settings.max_attempts,
        "input_key": cache.key(asked.kind, asked.asked, person, model, library),
    }  # fmt: skip


async def _add(
    session: AsyncSession, settings: Settings, person: Person, new: list[dict[str, Any]]
) -> list[tuple[RowMapping, Frames]]:
    if not new:
        return []
    if work := [values["kind"] for values in new if values["base"] is None]:  # a change of a result takes no place
        await admit(session, settings, person.id, work, new=True)
    start = HEAD_START.get(person.tier, 0.0)
    added = await session.execute(_ADD, [{**values, "head_start": start, "last_seq": 1} for values in new])
    rows = added.mappings().all()
    queued: list[Sequence[Fields]] = [[("generation.queued", {"kind": row["kind"]})] for row in rows]
    return list(zip(rows, await append_all(session, rows, queued), strict=True))


def tell(bell: Bell, account_id: str, placed: Placed) -> None:
    """After the commit: ring for what waits, and say that it does."""
    metrics.add("generations", kind=placed.row["kind"], outcome=placed.how)
    if placed.frames is None:
        return
    if placed.how == "created":
        bell.ring(placed.row["id"], 1)
    bell.publish(account_id, placed.frames)


async def active_twin(session: AsyncSession, account_id: str, kind: str, twin: str) -> RowMapping | None:
    return (await _active_twins(session, account_id, [twin])).get((kind, twin))


async def _active_twins(
    session: AsyncSession, account_id: str, twins: Sequence[str]
) -> dict[tuple[str, str], RowMapping]:
    """By kind and twin."""
    rows = (await session.execute(_TWINS, {"account_id": account_id, "twins": twins})).mappings()
    return {(row["kind"], row["twin"]): row for row in rows}


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
