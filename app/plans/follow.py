"""Taking a plan up, marking what is done, writing down weights."""

from datetime import date
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.models import Account, Generation, Item, Result
from app.plans.models import Following, Mark, WeighIn

FOLLOWINGS: Any = Following.__table__
MARKS: Any = Mark.__table__
WEIGH_INS: Any = WeighIn.__table__
PARTS = ("training", "nutrition", "recovery")


class NotInPlan(Exception):
    """The plan has no such thing; ``str()`` says what it has."""


class NoWeighIns(Exception):
    """This person is not to weigh themselves."""

    def __init__(self) -> None:
        super().__init__("With an eating disorder we keep no weights.")


def _mine(account_id: str, plan_id: str) -> Select[Any]:
    return (
        select(Result.head, Generation.subject)
        .join(Generation, Generation.id == Result.id)
        .where(Result.id == plan_id, Result.account_id == account_id, Result.kind == "plan")
    )


async def activate(db: Database, account_id: str, plan_id: str, state: str = "active") -> bool:
    """Follow this plan: another one of the same subject and week is archived. False: no such plan.

    ``state``: ``archived`` puts it away instead.
    """
    for last in (False, True):
        try:
            async with db.write() as session:
                return await _activate(session, account_id, plan_id, state)
        except IntegrityError:  # two at once
            if last:
                raise
    return False


async def _activate(session: AsyncSession, account_id: str, plan_id: str, state: str) -> bool:
    # One after the other for each person.
    await session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
    found = (await session.execute(_mine(account_id, plan_id))).one_or_none()
    if found is None:
        return False
    week = {"account_id": account_id, "subject": found.subject, "week_start": found.head["week_start"]}
    if state == "active":
        same = [FOLLOWINGS.c[name] == value for name, value in week.items()]
        others = update(FOLLOWINGS).where(*same, FOLLOWINGS.c.state == "active", FOLLOWINGS.c.plan_id != plan_id)
        await session.execute(others.values(state="archived", changed_at=now()))
    known = update(FOLLOWINGS).where(FOLLOWINGS.c.plan_id == plan_id).values(state=state, changed_at=now())
    if (await session.execute(known.returning(FOLLOWINGS.c.plan_id))).scalar_one_or_none() is None:
        await session.execute(insert(FOLLOWINGS).values(**week, plan_id=plan_id, state=state, changed_at=now()))
    return True


async def mark(db: Database, account_id: str, plan_id: str, day: int, told: dict[str, bool]) -> bool:
    """Mark parts of a day as done or not; of day 0 foods as bought. False: no such plan. Raises NotInPlan."""
    async with db.write() as session:
        await session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
        if (await session.execute(_mine(account_id, plan_id))).one_or_none() is None:
            return False
        await _check(session, plan_id, day, told)
        for what, done in told.items():
            same = [MARKS.c.plan_id == plan_id, MARKS.c.day == day, MARKS.c.what == what]
            await session.execute(delete(MARKS).where(*same))
            if done:
                row = {"plan_id": plan_id, "day": day, "what": what, "account_id": account_id}
                await session.execute(insert(MARKS).values(**row, done_at=now()))
    return True


async def _check(session: AsyncSession, plan_id: str, day: int, told: dict[str, bool]) -> None:
    query = select(Item.content).where(Item.generation_id == plan_id).order_by(Item.index)
    days = list((await session.execute(query)).scalars())
    if day == 0:
        bought = {item["food_id"] for one in days for meal in one["nutrition"]["meals"] for item in meal["items"]}
        if not set(told) <= bought:
            raise NotInPlan("The shopping list has no such food")
        return
    found = next((one for one in days if one["day"] == day), None)
    if found is None:
        raise NotInPlan(f"This plan has {len(days)} days; give 1 to {len(days)}")
    if not set(told) <= set(PARTS):
        raise NotInPlan(f"Of a day can be done: {', '.join(PARTS)}")
    if "training" in told and found["training"] is None:
        raise NotInPlan("This is a rest day")


async def weigh(db: Database, account_id: str, weight_kg: float, day: date, subject: str = "") -> None:
    """Write down the weight of a day. Raises NoWeighIns."""
    key = {"account_id": account_id, "subject": subject, "day": day.isoformat()}
    async with db.write() as session:
        query = select(Account.profile).where(Account.id == account_id).with_for_update(key_share=True)
        profile = (await session.execute(query)).scalar_one()
        if "eating_disorder" in profile.get("conditions", []):
            raise NoWeighIns
        same = [WEIGH_INS.c[name] == value for name, value in key.items()]
        await session.execute(delete(WEIGH_INS).where(*same))
        await session.execute(insert(WEIGH_INS).values(**key, weight_kg=weight_kg, created_at=now()))


async def forget_weight(db: Database, account_id: str, day: date, subject: str = "") -> bool:
    mine = [WEIGH_INS.c.account_id == account_id, WEIGH_INS.c.subject == subject, WEIGH_INS.c.day == day.isoformat()]
    async with db.write() as session:
        found: Any = await session.execute(delete(WEIGH_INS).where(*mine))
    return bool(found.rowcount)
