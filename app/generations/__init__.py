"""The heart: everything that changes or reads a generation, for the web process and the worker alike."""

from app.generations.bell import Bell, channel, connect
from app.generations.change import in_seconds
from app.generations.claim import Claim, claim, phases_of, resume
from app.generations.control import AlreadyActive, NotPossible, cancel, retry
from app.generations.create import Created, KeyReused, UnknownKind, create
from app.generations.events import after
from app.generations.limits import OverLimit
from app.generations.own import Checkpointed, Lost, Piece, back_to_queue, complete, end, record
from app.generations.pauses import pause, paused_for
from app.generations.read import (
    Page,
    active,
    count,
    get,
    inputs,
    item,
    items,
    log,
    page,
    result,
    result_version,
    results,
)
from app.generations.view import ACTIVE, Generation
from app.generations.waiting import answer, wait

__all__ = [
    "ACTIVE",
    "AlreadyActive",
    "Bell",
    "Checkpointed",
    "Claim",
    "Created",
    "Generation",
    "KeyReused",
    "Lost",
    "NotPossible",
    "OverLimit",
    "Page",
    "Piece",
    "UnknownKind",
    "active",
    "after",
    "answer",
    "back_to_queue",
    "cancel",
    "channel",
    "claim",
    "complete",
    "connect",
    "count",
    "create",
    "end",
    "get",
    "in_seconds",
    "inputs",
    "item",
    "items",
    "log",
    "page",
    "pause",
    "paused_for",
    "phases_of",
    "record",
    "result",
    "result_version",
    "results",
    "resume",
    "retry",
    "wait",
]
