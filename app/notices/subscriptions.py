"""Browsers that want to be told: who has them, for how long."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.database import Database, now
from app.ids import uuid7
from app.models import Account
from app.notices.models import PushSubscription
from app.notices.words import device
from app.person import Person

MOST = 20  # of one person; beyond it the oldest goes
TABLE: Any = PushSubscription.__table__


@dataclass(frozen=True)
class Given:
    """What a browser says of its subscription."""

    endpoint: str
    p256dh: str
    auth: str
    expires_at: float | None = None  # Unix seconds


@dataclass(frozen=True)
class Subscription:
    id: str
    device: str
    created_at: float
    used_at: float | None
    here: bool = False  # made with the very sign-in that asks


def key(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


async def add(
    db: Database, person: Person, given: Given, user_agent: str = "", replaces: str | None = None
) -> tuple[Subscription, bool]:
    """Tell this browser from now on, and nobody else through it; and whether that is new.

    ``replaces``: the endpoint that the browser had before and no longer answers at.
    """
    new: Any = (sqlite.insert if db.sqlite else postgresql.insert)(TABLE)
    values = {
        "account_id": person.id, "session_id": person.session, "endpoint": given.endpoint, "p256dh": given.p256dh,
        "auth": given.auth, "expires_at": given.expires_at, "user_agent": user_agent[:200],
    }  # fmt: skip
    wanted = uuid7()
    new = new.values(id=wanted, key=key(given.endpoint), created_at=now(), **values)
    put = new.on_conflict_do_update(index_elements=["key"], set_=values).returning(*TABLE.c)
    async with db.write() as session:
        # One after the other for each person, so that they are counted.
        await session.execute(select(Account.id).where(Account.id == person.id).with_for_update(key_share=True))
        old = select(TABLE.c.account_id).where(TABLE.c.key == key(given.endpoint))
        before = (await session.execute(old)).scalar_one_or_none()
        if before not in (None, person.id):  # another person sits before this browser now: nothing of theirs comes here
            await session.execute(delete(TABLE).where(TABLE.c.key == key(given.endpoint)))
        row = (await session.execute(put)).mappings().one()
        mine = TABLE.c.account_id == person.id
        if replaces and replaces != given.endpoint:
            await session.execute(delete(TABLE).where(mine, TABLE.c.key == key(replaces)))
        newest = select(TABLE.c.id).where(mine).order_by(TABLE.c.created_at.desc(), TABLE.c.id.desc()).limit(MOST)
        kept = (await session.execute(newest)).scalars().all()
        await session.execute(delete(TABLE).where(mine, TABLE.c.id.not_in(kept)))
    return _view(row, person), before != person.id


def _view(row: Any, person: Person) -> Subscription:
    here = row["session_id"] is not None and row["session_id"] == person.session
    return Subscription(row["id"], device(row["user_agent"]), row["created_at"], row["used_at"], here)


async def items(db: Database, person: Person) -> list[Subscription]:
    """All of a person's, newest first."""
    query = select(*TABLE.c).where(TABLE.c.account_id == person.id).order_by(TABLE.c.created_at.desc())
    async with db.read() as session:
        return [_view(row, person) for row in (await session.execute(query)).mappings()]


async def remove(db: Database, account_id: str, subscription_id: str) -> bool:
    """False: there is no such one of this person."""
    gone = delete(TABLE).where(TABLE.c.id == subscription_id, TABLE.c.account_id == account_id).returning(TABLE.c.id)
    async with db.write() as session:
        return (await session.execute(gone)).scalar_one_or_none() is not None


async def forget(db: Database, subscription_id: str) -> None:
    """Its push service knows it no more."""
    async with db.write() as session:
        await session.execute(delete(TABLE).where(TABLE.c.id == subscription_id))


async def expired(db: Database) -> int:
    """Remove those whose browsers said that they would last until now."""
    async with db.write() as session:
        found: Any = await session.execute(delete(TABLE).where(TABLE.c.expires_at < now()))
        return int(found.rowcount)
