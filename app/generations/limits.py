"""How much one person may have in the making, and ask for in a day."""

import math
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Database, now
from app.generations.change import TABLE
from app.generations.queue import ACTIVE_ONLY
from app.kinds import KINDS
from app.models import Account
from app.person import Person
from app.settings import Settings

# tier -> (active at once, new ones in any 24 hours)
BY_TIER = {"free": (5, 50), "pro": (200, 2000)}
DAY = 86_400.0
# When nothing is known of how long the running ones take.
LOOK_AGAIN = 15.0


class OverLimit(Exception):
    """``str()`` is for a person. ``retry_after``: seconds until it may be worth another try.

    ``asked`` are new ones, of which there is room for ``room``.
    """

    def __init__(self, what: Literal["active", "daily"], allowed: int, seconds: float, asked: int, room: int) -> None:
        self.what, self.allowed = what, allowed
        self.retry_after = max(1, math.ceil(seconds))
        often = "at once" if what == "active" else "in 24 hours"
        again = "when one is ready" if what == "active" else f"in {_duration(self.retry_after)}"
        if asked == 1:
            said = f"Your limit is {allowed} {often}. Ask again {again}."
        else:
            said = f"These are {asked} new ones, and there is room for {room}: your limit is {allowed} {often}."
            said += f" Ask for fewer, or again {again}."
        super().__init__(said)


def of_tier(settings: Settings, tier: str) -> tuple[int, int]:
    """Active at once and new in a day; 0 is no limit."""
    active, daily = BY_TIER.get(tier, BY_TIER["free"])
    given = settings.max_active_per_user, settings.max_daily_per_user
    return (active if given[0] is None else given[0]), (daily if given[1] is None else given[1])


async def in_use(db: Database, settings: Settings, person: Person) -> tuple[int, int]:
    """How many a person may have active at once (0: no limit), and how many are."""
    query = select(func.count()).select_from(TABLE).where(TABLE.c.account_id == person.id, *_placed())
    async with db.read() as session:
        return of_tier(settings, person.tier)[0], (await session.execute(query)).scalar_one()


def _placed() -> list[ColumnElement[bool]]:
    free = [kind.name for kind in KINDS.values() if not kind.takes_place]
    return [ACTIVE_ONLY, TABLE.c.kind.not_in(free)]


async def admit(session: AsyncSession, settings: Settings, account_id: str, kinds: Sequence[str], *, new: bool) -> None:
    """Let one more of each of these kinds in, in the caller's transaction. Raises OverLimit.

    Requests of one person are counted one after the other: PostgreSQL locks the account until the commit.
    ``new``: it counts for the day, too; what is tried again does not.
    """
    tier = select(Account.tier).where(Account.id == account_id).with_for_update(key_share=True)
    active, daily = of_tier(settings, (await session.execute(tier)).scalar_one())
    mine: list[Any] = [TABLE.c.account_id == account_id]
    asked, places = len(kinds), sum(KINDS[kind].takes_place for kind in kinds)
    if active and places:
        query = select(func.count(), func.min(TABLE.c.eta_at) - now()).where(*mine, *_placed())
        count, soonest = (await session.execute(query.where(TABLE.c.waiting_for.is_(None)))).one()
        if count + places > active:
            seconds = LOOK_AGAIN if soonest is None else max(1.0, soonest)
            metrics.add("throttled", limit="active")
            raise OverLimit("active", active, seconds, places, max(0, active - count))
    if daily and new:
        age: ColumnElement[float] = now() - TABLE.c.created_at
        last = select(age).where(*mine, TABLE.c.cached.is_(False)).order_by(TABLE.c.id.desc())
        # There is room when this one is out of the day.
        oldest = 0.0
        if asked <= daily:
            oldest = (await session.execute(last.offset(daily - asked).limit(1))).scalar_one_or_none() or DAY
        if oldest < DAY:
            day = last.where(TABLE.c.created_at > now() - DAY).subquery()
            used = (await session.execute(select(func.count()).select_from(day))).scalar_one()
            metrics.add("throttled", limit="daily")
            raise OverLimit("daily", daily, DAY - oldest, asked, max(0, daily - used))


def _duration(seconds: int) -> str:
    hours, minutes = divmod(math.ceil(seconds / 60), 60)
    parts = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0)
    return " ".join(parts)
