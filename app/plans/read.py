"""A plan with what became of it, and what the next one begins from."""

from typing import Any

from sqlalchemy import select

from app import generations
from app.database import Database
from app.models import Generation, Item, Result
from app.plans.models import Following, Mark, WeighIn

LOOKED_AT = 60  # weigh-ins, the newest


async def plan(db: Database, account_id: str, plan_id: str) -> dict[str, Any] | None:
    """The whole document with its state and ``done``: by day (0 is the shopping list) what is. None: no such plan."""
    found = await generations.result(db, account_id, "plan", plan_id)
    if found is None:
        return None
    async with db.read() as session:
        state = (await session.execute(select(Following.state).where(Following.plan_id == plan_id))).scalar()
        subject = (await session.execute(select(Generation.subject).where(Generation.id == plan_id))).scalar_one()
        mine = select(Mark.day, Mark.what).where(Mark.plan_id == plan_id).order_by(Mark.day, Mark.what)
        done: dict[str, list[str]] = {}
        for day, what in await session.execute(mine):
            done.setdefault(str(day), []).append(what)
    return {**found, "state": state or "ready", "subject": subject, "done": done}


async def subject_of(db: Database, generation_id: str) -> str:
    """For whom it is made; for the maker of it."""
    async with db.read() as session:
        query = select(Generation.subject).where(Generation.id == generation_id)
        return str((await session.execute(query)).scalar_one())


async def active(db: Database, account_id: str, day: str, subject: str = "") -> str | None:
    """The id of the plan that is followed on ``day`` (YYYY-MM-DD)."""
    mine = [Following.account_id == account_id, Following.state == "active", Following.subject == subject]
    query = select(Following.plan_id, Following.week_start).where(*mine, Following.week_start <= day)
    async with db.read() as session:
        found = (await session.execute(query.order_by(Following.week_start.desc()).limit(1))).one_or_none()
    return None if found is None else str(found.plan_id)


async def weigh_ins(db: Database, account_id: str, subject: str = "") -> list[dict[str, Any]]:
    """``day, weight_kg``, oldest first."""
    mine = [WeighIn.account_id == account_id, WeighIn.subject == subject]
    query = select(WeighIn.day, WeighIn.weight_kg).where(*mine).order_by(WeighIn.day.desc()).limit(LOOKED_AT)
    async with db.read() as session:
        return [dict(row) for row in (await session.execute(query)).mappings()][::-1]


async def history(db: Database, account_id: str, generation_id: str, subject: str, week_start: str) -> dict[str, Any]:
    """What the plan of that week begins from: the last plan before it (that was followed, if any), and weigh-ins."""
    theirs = [Result.account_id == account_id, Result.kind == "plan", Generation.subject == subject]
    query = (
        select(Result.id, Result.head, Following.state)
        .join(Generation, Generation.id == Result.id)
        .outerjoin(Following, Following.plan_id == Result.id)
        .where(*theirs, Result.id != generation_id)
        .order_by(Result.id.desc())
        .limit(20)
    )
    async with db.read() as session:
        rows = [row for row in await session.execute(query) if row.head["week_start"] < week_start]
        rows.sort(key=lambda row: (row.head["week_start"], row.state == "active", row.id), reverse=True)
        days: list[Any] = []
        done: list[list[Any]] = []
        if rows:
            items = select(Item.content).where(Item.generation_id == rows[0].id).order_by(Item.index)
            days = list((await session.execute(items)).scalars())
            marks = select(Mark.day, Mark.what).where(Mark.plan_id == rows[0].id, Mark.day > 0)
            done = [[row.day, row.what] for row in await session.execute(marks)]
    told = await weigh_ins(db, account_id, subject)
    return {"head": rows[0].head if rows else None, "days": days, "done": done, "weigh_ins": told}
