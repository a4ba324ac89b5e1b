"""What language models were paid: every call in one table, whose sums are the daily budgets, and whose replies are kept
until they are of no more use, so that no call is paid for twice after a crash."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database, now
from app.generations.claim import Claim
from app.generations.own import owned
from app.ids import uuid7
from app.models import Generation, LlmCall

CALLS: Any = LlmCall.__table__
ANSWERED = "answered"
UNDER_WAY = "under_way"  # reserved: it stays so when its worker dies
DAY = 86_400.0
REPLIES_LIVE = 2 * DAY  # a person may try again what has failed
CALLS_LIVE = 90 * DAY


@dataclass(frozen=True)
class Call:
    """One that is over."""

    key: str  # equal for what is asked in the same words of the same model
    phase: str
    piece: str
    rung: str
    provider: str
    model: str
    tokens_in: int
    tokens_out: int
    cost: float  # US dollars
    seconds: float
    outcome: str  # ANSWERED, or the code of what went wrong
    reply: str | None = None


@dataclass(frozen=True)
class Spent:
    """US dollars in the last 24 hours."""

    by_person: float
    in_all: float


async def reserve(db: Database, claim: Claim, call: Call) -> tuple[str, Spent]:
    """Write down a call that is about to be made, with the most that it may cost. Returns its id, for `note_call`, and
    what all others have cost or may: of several that begin at once, each sees the others, in whichever process.
    """
    id_ = uuid7()
    async with db.write() as session:
        about = {"generation_id": claim.id, "account_id": claim.account_id, "kind": claim.kind}
        await session.execute(insert(CALLS).values(id=id_, at=now(), **about, **asdict(call)))
    return id_, await spent(db, claim.account_id, but=id_)


async def release(db: Database, id_: str) -> None:
    """It was not made."""
    async with db.write() as session:
        await session.execute(delete(CALLS).where(CALLS.c.id == id_))


async def note_call(db: Database, claim: Claim, call: Call, reserved: str | None = None) -> None:
    """Write it down, with the generation's own sums, in one transaction that a cancellation does not cut in half.

    What was paid is written even if somebody else owns the generation by now; its sums are the owner's.
    """

    async def step(session: AsyncSession) -> None:
        about = {"generation_id": claim.id, "account_id": claim.account_id, "kind": claim.kind}
        if reserved:
            await session.execute(update(CALLS).where(CALLS.c.id == reserved).values(at=now(), **asdict(call)))
        else:
            await session.execute(insert(CALLS).values(id=uuid7(), at=now(), **about, **asdict(call)))
        sums = {
            "tokens_in": Generation.tokens_in + call.tokens_in,
            "tokens_out": Generation.tokens_out + call.tokens_out,
            "cost": Generation.cost + call.cost,
        }
        await session.execute(update(Generation).where(*owned(claim)).values(sums))

    await db.shielded(step, lambda _: None)


@dataclass(frozen=True)
class Known:
    """``reply``: the answer where ``outcome`` is ANSWERED, else the complaint about it."""

    outcome: str
    reply: str


async def answered(db: Database, claim: Claim, key: str) -> Known | None:
    """What this generation has had, and paid, to the same words, if anything."""
    mine = [CALLS.c.generation_id == claim.id, CALLS.c.key == key, CALLS.c.reply.is_not(None)]
    query = select(CALLS.c.outcome, CALLS.c.reply).where(*mine).order_by(CALLS.c.id.desc()).limit(1)
    async with db.read() as session:
        row = (await session.execute(query)).one_or_none()
        return Known(*row) if row else None


async def spent(db: Database, account_id: str, but: str = "") -> Spent:
    """Calls under way count as the most that they may cost. ``but``: of all calls except this one."""
    person = case((CALLS.c.account_id == account_id, CALLS.c.cost), else_=0.0)
    query = select(func.sum(person), func.sum(CALLS.c.cost)).where(CALLS.c.at > now() - DAY, CALLS.c.id != but)
    async with db.read() as session:
        mine, everybody = (await session.execute(query)).one()
    return Spent(float(mine or 0.0), float(everybody or 0.0))


async def tidy(db: Database) -> int:
    """Forget replies of the day before yesterday, and calls of the last quarter; returns how many rows."""
    old_reply = [CALLS.c.at < now() - REPLIES_LIVE, CALLS.c.reply.is_not(None)]
    async with db.write() as session:
        replies: Any = await session.execute(update(CALLS).where(*old_reply).values(reply=None))
        calls: Any = await session.execute(delete(CALLS).where(CALLS.c.at < now() - CALLS_LIVE))
    return int(replies.rowcount) + int(calls.rowcount)
