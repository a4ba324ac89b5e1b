"""Taking the best due generation. A ring is only a permit to call this: it says that there is work, not which."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, func, select

from app.database import Database, now
from app.generations.bell import Bell
from app.generations.change import WHOLE, change
from app.generations.queue import claimable, ranked
from app.kinds import KINDS
from app.models import Account, Checkpoint, Generation, Item


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


@dataclass(frozen=True)
class Saved:
    """What earlier claims of a generation have made."""

    account: dict[str, Any]  # time_zone, units
    phases: dict[str, tuple[Any, float]]  # phase -> (checkpoint value, seconds)
    items: dict[str, tuple[str, int, dict[str, Any]]]  # key -> (phase, version, content)


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
        select(Generation.id, Generation.kind, Generation.phases, Generation.attempt, Generation.engine)
        .join(queue, queue.c.id == Generation.id)
        .where(*claimable(queue), Generation.status == "pending", of)
        .order_by(queue.c.rank, Generation.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Generation)
    )
    async with db.write() as session:
        row = (await session.execute(best)).mappings().one_or_none()
        if row is None:
            return None
        phases = fresh_phases(row["kind"], row["phases"])
        names = [{"name": phase["name"], "label": phase["label"]} for phase in phases]
        changed = await change(
            session,
            [Generation.id == row["id"], Generation.status == "pending"],
            {
                "status": "processing", "worker": worker, "token": Generation.token + 1, "steps": 0, "phases": phases,
                "lease_until": now() + lease_seconds, "claimed_at": now(), "eta_at": None, "error": None,
                "started_at": func.coalesce(Generation.started_at, now()),
            },
            [("generation.started", {"attempt": row["attempt"], "engine": row["engine"], "phases": names})],
            columns=WHOLE,
        )  # fmt: skip
    if changed is None:
        return None
    bell.publish(changed.row["account_id"], changed.frames)
    return _claim(changed.row)


def _claim(row: RowMapping) -> Claim:
    return Claim(
        id=row["id"], token=row["token"], account_id=row["account_id"], kind=row["kind"], input=row["input"],
        engine=row["engine"], attempt=row["attempt"], max_attempts=row["max_attempts"], progress=row["progress"],
        phases=row["phases"], spent=row["spent"],
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
        )
