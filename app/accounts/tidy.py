"""What nobody needs any more: sessions that are over, keys that have served, guests who never came back."""

from typing import Any

from sqlalchemy import delete, exists, select

from app.database import Database, now
from app.generations import spend
from app.library.tidy import tidy as tidy_library
from app.models import Account, Generation, IdempotencyKey, Schedule, ScheduleSlot, Session
from app.notices import subscriptions

DAY = 86_400.0
KEYS_LIVE = 7 * DAY  # a client that repeats a request does so within hours
SLOTS_LIVE = 400 * DAY  # a schedule's page shows the last ones; a slot that is over is never looked for again
GUESTS_LIVE = 30 * DAY  # with nothing asked for and no browser signed in
AT_ONCE = 500  # rows in one transaction


async def tidy(db: Database) -> int:
    """Delete them; returns how many rows."""
    old_key = IdempotencyKey.created_at < now() - KEYS_LIVE
    nothing = [~exists().where(table.account_id == Account.id) for table in (Generation, Schedule, Session)]
    stranger = [Account.guest, Account.claimed_at.is_(None), Account.created_at < now() - GUESTS_LIVE, *nothing]
    gone = await _delete(db, Session, Session.id, [Session.expires_at < now()])
    gone += await _delete(db, Account, Account.id, stranger)
    old_slot = ScheduleSlot.fired_at < now() - SLOTS_LIVE
    async with db.write() as session:
        for table, where in ((IdempotencyKey, old_key), (ScheduleSlot, old_slot)):
            found: Any = await session.execute(delete(table).where(where))
            gone += int(found.rowcount)
    return gone + await spend.tidy(db) + await tidy_library(db) + await subscriptions.expired(db)


async def _delete(db: Database, table: Any, key: Any, where: list[Any]) -> int:
    deleted = 0
    while True:
        some = select(key).where(*where).limit(AT_ONCE).scalar_subquery()
        async with db.write() as session:
            found: Any = await session.execute(delete(table).where(key.in_(some), *where))
        deleted += int(found.rowcount)
        if found.rowcount < AT_ONCE:
            return deleted
