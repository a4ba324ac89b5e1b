"""Generations as if they had happened: rows of a known past, written straight into the database."""

from typing import Any

from sqlalchemy import insert, select

from app.database import Database, now
from app.ids import uuid7
from app.models import Checkpoint, Generation
from app.person import Person


class History:
    """``at`` is the database's clock when it was begun; what it writes is told in seconds before that."""

    def __init__(self, db: Database, person: Person, at: float) -> None:
        self.db, self.person, self.at = db, person, at

    @classmethod
    async def begin(cls, db: Database, person: Person) -> "History":
        async with db.read() as session:
            return cls(db, person, (await session.execute(select(now()))).scalar_one())

    async def ended(
        self, ago: float = 60.0, *, making: float = 1.0, queueing: float = 0.5, kind: str = "drill",
        status: str = "completed", code: str | None = None, phases: dict[str, float] | None = None, **columns: Any,
    ) -> str:  # fmt: skip
        """One that ended so long ago, after it had waited and been made for so long; returns its id."""
        finished = self.at - ago
        queued = finished - making - queueing
        error = {"code": code, "message": "what <b>somebody</b> wrote", "retryable": True} if code else None
        times = {"finished_at": finished, "queued_at": queued, "created_at": queued, "started_at": queued + queueing}
        return await self._put(
            phases or {}, **{"kind": kind, "status": status, "spent": making, "error": error, **times, **columns}
        )

    async def active(self, since: float, *, kind: str = "drill", **columns: Any) -> str:
        """One that was asked for so long ago and has not ended."""
        times = {"queued_at": self.at - since, "created_at": self.at - since}
        return await self._put({}, **{"kind": kind, "status": "pending", **times, **columns})

    async def _put(self, phases: dict[str, float], **columns: Any) -> str:
        id_ = uuid7()
        values = {
            "id": id_, "account_id": self.person.id, "input": {"name": "what <b>somebody</b> wrote"}, "phases": [],
            "due_at": columns["queued_at"], "rung_at": columns["queued_at"], **columns,
        }  # fmt: skip
        async with self.db.write() as session:
            await session.execute(insert(Generation).values(**values))
            for phase, seconds in phases.items():
                made = {"generation_id": id_, "phase": phase, "value": None, "seconds": seconds}
                await session.execute(insert(Checkpoint).values(**made))
        return id_
