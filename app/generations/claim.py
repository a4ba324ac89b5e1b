"""Taking the best due generation. A ring is only a permit to call this: it says that there is work, not which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import metrics
from app.database import Database, now
from app.generations.bell import Bell
from app.generations.change import TABLE, WHOLE, change
from app.generations.pace import Pace, learned
from app.generations.pauses import NOT_PAUSED
from app.generations.queue import claimable, ranked
from app.kinds import KINDS
from app.models import Account, Checkpoint, Generation, Item, LlmCall

ACCOUNTS: Any = Account.__table__
# Whoever holds the account's row at this moment may be waiting for what we hold: then it is left as it is.
_free = (
    select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == bindparam("person")).with_for_update(key_share=True, skip_locked=True)
)
_SERVED = update(ACCOUNTS).where(ACCOUNTS.c.id.in_(_free)).values(served_at=now())
COST = ("cpu_seconds", "memory_mb", "tokens_in", "tokens_out", "cost")


@dataclass(frozen=True)
class Claim:
    """The right to work on a generation, as long as ``token`` is the newest."""

    id: str
    token: int
    account_id: str
    kind: str
    input: dict[str, Any]
    engine: str
    attempt: int
    max_attempts: int
    progress: float
    phases: list[dict[str, Any]]
    spent: float  # seconds of earlier claims since a person asked
    base: str | None  # the result that it changes
    suspect: bool  # a worker died while it made this, perhaps because of it
    cost: dict[str, Any]  # of earlier claims: cpu_seconds, memory_mb, tokens_in, tokens_out, cost


@dataclass(frozen=True)
class Saved:
    """What earlier claims of a generation have made."""

    account: dict[str, Any]  # time_zone, units
    phases: dict[str, tuple[Any, float]]  # phase -> (checkpoint value, seconds)
    items: dict[str, tuple[str, int, dict[str, Any]]]  # key -> (phase, version, content)
    pace: Pace | None  # of others like it
    paid: Mapping[str, dict[str, Any]]  # phase -> tokens and cost of a language model


def fresh_phases(kind: str, old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The phases as an attempt begins: what is done stays, the rest waits."""
    before = {phase["name"]: phase for phase in old}
    blank = {"status": "pending", "done": 0, "total": None, "seconds": None, "attempt": None}
    phases = []
    for name, label in KINDS[kind].phases:
        earlier = before.get(name, {})
        kept = earlier if earlier.get("status") in {"done", "skipped"} else {}
        counts = {"done": earlier.get("done", 0), "total": earlier.get("total")}
        phases.append({"name": name, "label": label, **blank, **counts, **kept})
    return phases


async def claim(
    db: Database, bell: Bell, worker: str, lease_seconds: float, kinds: Collection[str] | None = None
) -> Claim | None:
    """Claim the best due generation (of ``kinds``) on the database's clock, and record ``generation.started``."""
    queue = ranked()
    of = Generation.kind.in_(KINDS if kinds is None else kinds)
    best = (
        select(*(TABLE.c[name] for name in ("id", "kind", "input", "phases", "attempt", "engine")))
        .join(queue, queue.c.id == Generation.id)
        .where(*claimable(queue), Generation.status == "pending", of, NOT_PAUSED)
        .order_by(queue.c.rank, Generation.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Generation)
    )
    async with db.write() as session:
        row = (await session.execute(best)).mappings().one_or_none()
        if row is None:
            return None
        phases = fresh_phases(row["kind"], row["phases"])
        pace = (await learned(session)).paces.get((row["kind"], row["engine"]))
        names = [{"name": phase["name"], "label": phase["label"]} for phase in phases]
        changed = await change(
            session,
            [Generation.id == row["id"], Generation.status == "pending"],
            {
                "status": "processing", "worker": worker, "token": Generation.token + 1, "steps": 0, "phases": phases,
                "lease_until": now() + lease_seconds, "claimed_at": now(), "error": None,
                "eta_at": now() + pace.left(row["input"], phases) if pace else None,
                "started_at": func.coalesce(Generation.started_at, now()),
            },
            [("generation.started", {"attempt": row["attempt"], "engine": row["engine"], "phases": names})],
            columns=WHOLE,
        )  # fmt: skip
        if changed is not None:
            await session.execute(_SERVED, {"person": changed.row["account_id"]})
    if changed is None:
        return None
    row = changed.row
    metrics.observe("queue_seconds", max(0.0, row["at"] - max(row["queued_at"], row["due_at"])), kind=row["kind"])
    bell.publish(row["account_id"], changed.frames)
    return _claim(row)


def _claim(row: RowMapping) -> Claim:
    return Claim(
        id=row["id"], token=row["token"], account_id=row["account_id"], kind=row["kind"], input=row["input"],
        engine=row["engine"], attempt=row["attempt"], max_attempts=row["max_attempts"], progress=row["progress"],
        phases=row["phases"], spent=row["spent"], base=row["base"], suspect=row["suspect"],
        cost={name: row[name] for name in COST},
    )  # fmt: skip


async def resume(db: Database, claimed: Claim) -> Saved:
    """Everything that is already made, so that none of it is made again."""
    async with db.read() as session:
        account = (
            await session.execute(select(Account.time_zone, Account.units).where(Account.id == claimed.account_id))
        ).one()
        phases = await session.execute(
            select(Checkpoint.phase, Checkpoint.value, Checkpoint.seconds).where(Checkpoint.generation_id == claimed.id)
        )
        items = await session.execute(
            select(Item.key, Item.phase, Item.version, Item.content)
            .where(Item.generation_id == claimed.id)
            .order_by(Item.index)
        )
        return Saved(
            account={"time_zone": account.time_zone, "units": account.units},
            phases={name: (value, seconds) for name, value, seconds in phases},
            items={key: (phase, version, content) for key, phase, version, content in items},
            pace=(await learned(session)).paces.get((claimed.kind, claimed.engine)),
            paid=await _paid(session, claimed.id) if claimed.engine == "llm" else {},
        )


async def _paid(session: AsyncSession, generation_id: str) -> dict[str, dict[str, Any]]:
    sums = func.sum(LlmCall.tokens_in + LlmCall.tokens_out), func.sum(LlmCall.cost)
    query = select(LlmCall.phase, *sums).where(LlmCall.generation_id == generation_id).group_by(LlmCall.phase)
    found = await session.execute(query)
    return {phase: {"tokens": int(tokens), "cost": float(cost)} for phase, tokens, cost in found}


async def phases_of(db: Database, generation_id: str) -> list[dict[str, Any]]:
    """As the database has them now: of a claim whose work another process does."""
    query = select(Generation.phases).where(Generation.id == generation_id)
    async with db.read() as session:
        return list((await session.execute(query)).scalar_one_or_none() or [])
