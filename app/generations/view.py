"""A generation as the contract shows it."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import RowMapping

from app.generations.outlook import Outlook
from app.kinds import KINDS

Status = Literal["pending", "processing", "completed", "failed", "cancelled"]
ACTIVE = ("pending", "processing")


class PhaseView(BaseModel):
    name: str
    label: str
    status: Literal["pending", "running", "done", "skipped", "failed"] = "pending"
    done: int = 0
    total: int | None = None
    seconds: float | None = None
    attempt: int | None = None
    tokens: int = 0  # of a language model, read and written
    cost: float = 0.0  # US dollars
    notice: str | None = None  # why somebody else than the language model writes


class ErrorView(BaseModel):
    code: str
    message: str
    retryable: bool


class ResultView(BaseModel):
    id: str
    kind: str
    title: str
    url: str


class Links(BaseModel):
    self: str
    events: str
    live: str = "/live"
    page: str


class Generation(BaseModel):
    id: str
    kind: str
    subject: str
    status: Status
    existing: bool = False
    cached: bool = False
    cancelling: bool = False
    engine: str
    attempt: int
    max_attempts: int
    queue_position: int | None = None
    workers: int | None = None  # alive, while it waits in the queue
    waiting_for: str | None = None
    retry_in_seconds: float | None = None  # while it waits to be tried again
    phase: str | None
    progress: float
    eta_seconds: float | None
    phases: list[PhaseView]
    error: ErrorView | None
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0  # US dollars, of a language model
    last_seq: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: ResultView | None
    batch_id: str | None  # those asked for together with it
    links: Links


def when(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(round(seconds, 3), UTC)


def result_of(generation_id: str, kind: str, title: str) -> dict[str, str]:
    return {"id": generation_id, "kind": kind, "title": title, "url": f"/{kind}s/{generation_id}"}


def _result(row: RowMapping) -> dict[str, str]:
    kind = KINDS.get(row["kind"])
    return result_of(row["base"] or row["id"], (kind and kind.edits) or row["kind"], row["title"] or "")


def view(row: RowMapping, *, existing: bool = False, outlook: Outlook | None = None) -> Generation:
    """The row of a generation, with ``at`` (the database's now) beside its columns; ``outlook`` while it waits."""
    eta = outlook.eta_seconds if outlook else None
    if row["status"] == "processing" and row["eta_at"] is not None:
        eta = round(max(0.0, row["eta_at"] - row["at"]), 1)
    again = row["status"] == "pending" and row["error"] is not None
    api = f"/api/v1/generations/{row['id']}"
    done = row["status"] == "completed"
    return Generation(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        status=row["status"],
        existing=existing,
        cached=row["cached"],
        cancelling=row["status"] == "processing" and row["cancel_requested_at"] is not None,
        engine=row["engine"],
        attempt=row["attempt"],
        max_attempts=row["max_attempts"],
        queue_position=outlook.position if outlook else None,
        workers=outlook.workers if outlook else None,
        waiting_for=row["waiting_for"],
        retry_in_seconds=round(max(0.0, row["due_at"] - row["at"]), 1) if again else None,
        phase=row["phase"],
        progress=round(row["progress"], 4),
        eta_seconds=eta,
        phases=[PhaseView(**phase) for phase in row["phases"]],
        error=ErrorView(**row["error"]) if row["error"] else None,
        tokens_in=row["tokens_in"],
        tokens_out=row["tokens_out"],
        cost=round(row["cost"], 6),
        last_seq=row["last_seq"],
        created_at=datetime.fromtimestamp(round(row["created_at"], 3), UTC),
        started_at=when(row["started_at"]),
        finished_at=when(row["finished_at"]),
        result=ResultView(**_result(row)) if done else None,
        batch_id=row["batch_id"],
        links=Links(self=api, events=f"{api}/events", page=f"/generations/{row['id']}"),
    )
