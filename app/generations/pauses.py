"""Outside services that asked to be left alone for a while: every worker keeps to it."""

from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.change import TABLE
from app.models import Pause

# No provider is waited for longer than this, whatever it says.
LONGEST = 3600.0
NOT_PAUSED: ColumnElement[bool] = ~exists().where(Pause.provider == TABLE.c.provider, Pause.until > now())


async def pause(db: Database, provider: str, seconds: float) -> None:
    """Leave ``provider`` alone for so long; an earlier, longer pause stays."""
    async with db.write() as session:
        await _put(session, db.sqlite, provider, min(seconds, LONGEST))


async def _put(session: AsyncSession, on_sqlite: bool, provider: str, seconds: float) -> None:
    insert: Any = sqlite.insert if on_sqlite else postgresql.insert
    await session.execute(delete(Pause).where(Pause.until < now()))
    new = insert(Pause).values(provider=provider, until=now() + seconds)
    longer = {"set_": {"until": new.excluded.until}, "where": Pause.until < new.excluded.until}
    await session.execute(new.on_conflict_do_update(index_elements=["provider"], **longer))


async def paused_for(db: Database, provider: str) -> float:
    """Seconds that ``provider`` is still to be left alone; 0: it may be asked."""
    query = select(Pause.until - now()).where(Pause.provider == provider)
    async with db.read() as session:
        return max(0.0, (await session.execute(query)).scalar_one_or_none() or 0.0)
