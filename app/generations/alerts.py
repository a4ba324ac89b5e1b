"""Whether too many generations fail: one open alert for all processes, and a webhook that is told when it begins and
when it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Away, Database, now
from app.generations.change import TABLE
from app.ids import uuid7
from app.models import Alert
from app.settings import Settings

log = structlog.get_logger()

EVENT = "failure_rate"
HOUR = 3600.0
LOOK_EVERY = 30.0  # seconds, of each process
# Seconds until the webhook is tried again: doubled each time. The first exceeds what one try may take, so that no
# other worker tries meanwhile.
FIRST_DELAY, LONGEST_DELAY = 15.0, 600.0
# What the webhook has not taken within a day is no news any more.
STALE = 86_400.0

ALERTS: Any = Alert.__table__
_OPEN: tuple[Any, ...] = (ALERTS.c.event == EVENT, ALERTS.c.ended_at.is_(None))


@dataclass(frozen=True)
class Open:
    """An alert that goes on, with the figures of the hour before it was last looked at."""

    id: str
    since: float  # Unix seconds
    finished: int
    failed: int

    @property
    def rate(self) -> float:
        return self.failed / self.finished if self.finished else 0.0


async def current(db: Database) -> Open | None:
    """The open alert, if there is one."""
    query = select(ALERTS.c.id, ALERTS.c.began_at, ALERTS.c.finished, ALERTS.c.failed).where(*_OPEN)
    async with db.read() as session:
        row = (await session.execute(query)).one_or_none()
    return None if row is None else Open(*row)


def last_hour() -> Select[Any]:
    """``finished, failed``: completed or failed, and failed, in the last hour.

    Not counted are requests that could not be met, since these are no failures of ours, and what the cache answered.
    """
    code = func.coalesce(TABLE.c.error["code"].as_string(), "")
    rejected = and_(TABLE.c.status == "failed", code == "rejected")
    counted = [
        TABLE.c.finished_at > now() - HOUR, TABLE.c.status.in_(("completed", "failed")), TABLE.c.cached.is_(False),
        ~rejected,
    ]  # fmt: skip
    failed = func.coalesce(func.sum(case((TABLE.c.status == "failed", 1), else_=0)), 0)
    return select(func.count(), failed).where(*counted)


def is_high(settings: Settings, finished: int, failed: int) -> bool:
    rate = settings.alert_failure_rate
    return rate > 0 and finished >= settings.alert_min_finished and failed > rate * finished


_next_look = 0.0  # on the monotonic clock
_telling: asyncio.Task[None] | None = None


async def check(db: Database, settings: Settings) -> None:
    """For each turn of every sweeper: looks now and then, and never waits for the webhook."""
    global _next_look, _telling
    if time.monotonic() < _next_look:
        return
    _next_look = time.monotonic() + LOOK_EVERY
    await look(db, settings)
    if settings.alert_webhook and (_telling is None or _telling.done()):
        _telling = asyncio.create_task(_tell(db, settings))


async def close() -> None:
    """At the end of a process: what it was about to tell, another one tells."""
    if _telling is not None and not _telling.done():
        _telling.cancel()
        await asyncio.wait([_telling])


async def look(db: Database, settings: Settings) -> None:
    """Begin, go on with, or end the alert by the figures of the last hour."""
    async with db.read() as session:
        finished, failed = (await session.execute(last_hour())).one()
        known = (await session.execute(select(ALERTS.c.finished, ALERTS.c.failed).where(*_OPEN))).one_or_none()
    high = is_high(settings, finished, failed)
    if known is None and not high:
        return
    if known is not None and high and tuple(known) == (finished, failed):
        return
    figures = {"finished": finished, "failed": failed}
    async with db.write() as session:
        if known is None:
            changed = await _begin(session, db.sqlite, figures)
        else:
            ended = {} if high else {"ended_at": now()}
            updated = update(ALERTS).where(*_OPEN).values(**figures, **ended).returning(ALERTS.c.id)
            changed = (await session.execute(updated)).scalar_one_or_none() is not None and not high
    if changed:
        said = log.warning if high else log.info
        said("alert.began" if high else "alert.ended", alert=EVENT, **figures)


async def _begin(session: AsyncSession, on_sqlite: bool, figures: dict[str, int]) -> bool:
    """Whether it is ours: of many that see the same at once, one opens it."""
    new: Any = (sqlite.insert if on_sqlite else postgresql.insert)(ALERTS)
    new = new.values(id=uuid7(), event=EVENT, began_at=now(), try_at=now(), tries=0, **figures)
    new = new.on_conflict_do_nothing(index_elements=["event"], index_where=ALERTS.c.ended_at.is_(None))
    return (await session.execute(new.returning(ALERTS.c.id))).scalar_one_or_none() is not None


# The webhook.


def _due() -> list[ColumnElement[bool]]:
    untold = or_(ALERTS.c.told_at.is_(None), and_(ALERTS.c.ended_at.is_not(None), ALERTS.c.told_end_at.is_(None)))
    return [untold, ALERTS.c.try_at <= now(), func.coalesce(ALERTS.c.ended_at, now()) > now() - STALE]


async def _tell(db: Database, settings: Settings) -> None:
    """Tell all that is due, with nothing raised to anybody."""
    try:
        from_thread = await asyncio.to_thread(_poster)  # its import alone takes a fifth of a second
        while await tell_one(db, settings, from_thread):
            pass
    except Away as error:
        log.warning("alert.database_away", error=type(error).__name__)
    except Exception:
        log.exception("alert.webhook_failed")


def _poster() -> Callable[[str, dict[str, Any]], Awaitable[str | None]]:
    from app.webhook import post

    return post


async def tell_one(
    db: Database, settings: Settings, post: Callable[[str, dict[str, Any]], Awaitable[str | None]]
) -> bool:
    """Claim one notice that is due and tell it. Returns whether there was one and it was taken."""
    row = await _claim(db)
    if row is None:
        return False
    fires = row["told_at"] is None
    problem = await post(settings.alert_webhook, notice(settings, row, fires=fires))
    state = "firing" if fires else "resolved"
    if problem is not None:
        log.warning("alert.webhook_refused", state=state, reason=problem, tries=row["tries"])
        return False
    told = "told_at" if fires else "told_end_at"
    async with db.write() as session:
        taken = update(ALERTS).where(ALERTS.c.id == row["id"], ALERTS.c[told].is_(None))
        await session.execute(taken.values({told: now(), "tries": 0, "try_at": now()}))
    log.info("alert.told", state=state)
    return True


async def _claim(db: Database) -> Any:
    """The oldest notice that is due; nobody else gets it until its next try is. None: nothing is due."""
    async with db.read() as session:
        query = select(ALERTS.c.id, ALERTS.c.tries).where(*_due()).order_by(ALERTS.c.id).limit(1)
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(found.tries, 10))
    same = [ALERTS.c.id == found.id, ALERTS.c.tries == found.tries, *_due()]
    ours = update(ALERTS).where(*same).values(tries=found.tries + 1, try_at=now() + delay).returning(*ALERTS.c)
    async with db.write() as session:
        return (await session.execute(ours)).mappings().one_or_none()


def notice(settings: Settings, row: Any, *, fires: bool) -> dict[str, Any]:
    """What the webhook gets: a text that chat services show, and the same as fields."""
    finished, failed = row["finished"], row["failed"]
    rate = failed / finished if finished else 0.0
    said = "many generations fail" if fires else "few generations fail again"
    limit = f"the limit is {settings.alert_failure_rate:.0%}"
    counts = f"{failed} of {finished} failed in the last hour ({rate:.0%}; {limit})."
    return {
        "text": f"Unfold: {said}. {counts}",
        "event": row["event"], "state": "firing" if fires else "resolved",
        "failed": failed, "finished": finished, "rate": round(rate, 4), "threshold": settings.alert_failure_rate,
        "since": datetime.fromtimestamp(row["began_at"], UTC).isoformat(timespec="seconds"),
        "url": f"{settings.public_url}/analytics" if settings.public_url else None,
    }  # fmt: skip
