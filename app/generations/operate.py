"""Everybody's generations, for whoever runs the product and can open its database anyway.

There is no filter of ownership here, by design. Only the command line uses this; code that answers requests never does.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.change import ROWS, TABLE
from app.generations.outlook import ALIVE, outlooks_of
from app.generations.queue import ACTIVE_ONLY
from app.generations.view import Generation as View
from app.generations.view import view
from app.models import Account, Pause, Worker

# Ids begin with the time, so those of one minute share their first eight characters: the last ones tell them apart.
SHORTEST = 6
_PART = re.compile(r"[0-9a-f-]+")
_ALL = ROWS.add_columns(Account.email, Account.anon, Account.tier).join(Account, Account.id == TABLE.c.account_id)
MOST_PEOPLE = 5


class NotFound(LookupError):
    """The message says what there is none of."""


class Unclear(Exception):
    """What was given for an id names several, or is too short to name one; the message says what to do."""


@dataclass(frozen=True)
class Found:
    """``row``: all columns, ``at`` (the database's now), and of the account ``email``, ``anon``, ``tier``."""

    row: RowMapping
    view: View

    @property
    def email(self) -> str | None:
        return self.row["email"]  # type: ignore[no-any-return]

    @property
    def anon(self) -> str | None:
        return self.row["anon"]  # type: ignore[no-any-return]


async def find(db: Database, given: str) -> Found:
    """The generation with this id, or whose id alone begins or ends so. Raises NotFound and Unclear."""
    part = given.strip().lower()
    if not _PART.fullmatch(part):
        raise NotFound(f"no generation {given}: python -m app list shows them")
    if len(part) < SHORTEST:
        raise Unclear(f"{given} is too short: give the id, or at least the last {SHORTEST} characters of it")
    like = or_(TABLE.c.id.like(f"{part}%"), TABLE.c.id.like(f"%{part}"))
    async with db.read() as session:
        # The ids alone come from their index, however many generations there are.
        ids = (await session.execute(select(TABLE.c.id).where(like).limit(2))).scalars().all()
        if len(ids) > 1:
            raise Unclear(f"several ids begin or end with {given}: give more of it, best its last characters")
        found = await _found(session, _ALL.where(TABLE.c.id.in_(ids)))
    if not found:
        raise NotFound(f"no generation {given}: python -m app list shows them")
    return found[0]


async def _found(session: AsyncSession, query: Select[Any]) -> list[Found]:
    rows = (await session.execute(query)).mappings().all()
    outlooks = await outlooks_of(session, rows)
    return [Found(row, view(row, outlook=outlooks.get(row["id"]))) for row in rows]


async def newest(
    db: Database,
    *,
    account_id: str | None = None,
    kind: str | None = None,
    statuses: Collection[str] = (),
    active: bool = False,
    ended_within: float | None = None,
    limit: int | None = 20,
) -> list[Found]:
    """The newest first. ``ended_within``: only what ended in the last so many seconds; ``limit`` None: all."""
    query = _ALL.order_by(TABLE.c.id.desc()).limit(limit)
    if account_id:
        query = query.where(TABLE.c.account_id == account_id)
    if kind:
        query = query.where(TABLE.c.kind == kind)
    if statuses:
        query = query.where(TABLE.c.status.in_(statuses))
    if active:
        query = query.where(ACTIVE_ONLY)
    if ended_within is not None:
        query = query.where(TABLE.c.finished_at > now() - ended_within)
    async with db.read() as session:
        return await _found(session, query)


async def going_on(db: Database, ended_within: float, limit: int) -> list[Found]:
    """What is being made, what waits, and what ended in the last so many seconds; of each so many at most."""
    going = case((TABLE.c.status == "processing", 0), else_=1)
    active = _ALL.where(ACTIVE_ONLY).order_by(going, TABLE.c.queued_at - TABLE.c.head_start, TABLE.c.id)
    ended = _ALL.where(TABLE.c.finished_at > now() - ended_within).order_by(TABLE.c.finished_at, TABLE.c.id)
    async with db.read() as session:
        found = {one.row["id"]: one for one in await _found(session, active.limit(limit))}
        # Read last: what ended between the two is shown as it is now.
        found.update({one.row["id"]: one for one in await _found(session, ended.limit(limit))})
    return list(found.values())


@dataclass(frozen=True)
class OfKind:
    kind: str
    waiting: int  # could be made now
    oldest_seconds: float | None  # how long the first of these has waited
    delayed: int  # wait for their next try
    held: int  # wait for a person
    running: int


@dataclass(frozen=True)
class Paused:
    provider: str
    seconds: float  # still
    waiting: int  # generations that need it


@dataclass(frozen=True)
class Waits:
    account_id: str
    email: str | None
    anon: str | None
    count: int


@dataclass(frozen=True)
class Queue:
    kinds: list[OfKind]
    people: list[Waits]  # who has most in it, at most MOST_PEOPLE
    pauses: list[Paused]
    workers: int  # alive
    slots: int  # generations that these make at once


async def queue(db: Database) -> Queue:
    """What waits, for whom, and who could make it."""
    pending = TABLE.c.status == "pending"
    people = (
        select(TABLE.c.account_id, Account.email, Account.anon, func.count().label("count"))
        .join(Account, Account.id == TABLE.c.account_id)
        .where(ACTIVE_ONLY, pending)
        .group_by(TABLE.c.account_id, Account.email, Account.anon)
        .order_by(func.count().desc(), TABLE.c.account_id)
        .limit(MOST_PEOPLE)
    )
    needs = select(func.count()).where(ACTIVE_ONLY, pending, TABLE.c.provider == Pause.provider).scalar_subquery()
    pauses = select(Pause.provider, (Pause.until - now()).label("seconds"), needs).where(Pause.until > now())
    crew = select(func.count(), func.coalesce(func.sum(Worker.concurrency), 0)).where(Worker.seen_at > now() - ALIVE)
    async with db.read() as session:
        kinds = [OfKind(*row) for row in await session.execute(_kinds())]
        who = [Waits(*row) for row in await session.execute(people)]
        paused = [Paused(*row) for row in await session.execute(pauses.order_by(Pause.provider))]
        workers, slots = (await session.execute(crew)).one()
    return Queue(kinds, who, paused, workers, slots)


def _kinds() -> Select[Any]:
    pending = TABLE.c.status == "pending"
    held = and_(pending, TABLE.c.waiting_for.is_not(None))
    ready = and_(pending, TABLE.c.waiting_for.is_(None), TABLE.c.due_at <= now())
    later = and_(pending, TABLE.c.waiting_for.is_(None), TABLE.c.due_at > now())
    since = case((TABLE.c.due_at > TABLE.c.queued_at, TABLE.c.due_at), else_=TABLE.c.queued_at)
    columns: Sequence[ColumnElement[Any]] = (
        _number(ready), now() - func.min(case((ready, since))), _number(later), _number(held), _number(~pending),
    )  # fmt: skip
    return select(TABLE.c.kind, *columns).where(ACTIVE_ONLY).group_by(TABLE.c.kind).order_by(TABLE.c.kind)


def _number(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))
