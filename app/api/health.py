"""What platforms and load balancers ask."""

import asyncio

from redis.exceptions import RedisError
from starlette.responses import Response

from app.api.calls import Answer, Asked, Call, answer
from app.api.schemas import Fault, Health, Readiness
from app.database import Away, Database
from app.generations import Bell
from app.generations.workers import newest_sign_of_life

WORKER_SEEN_WITHIN = 30.0  # seconds
PATIENCE = 5.0


async def alive(asked: Asked[None, None]) -> Response:
    return answer(Health())


async def ready(asked: Asked[None, None]) -> Response:
    found = await asyncio.gather(_stores(asked.db), _redis(asked.bell))
    reasons = [fault for fault in found if fault is not None]
    if reasons:
        return answer(Readiness(status="unavailable", reasons=reasons), 503)
    return answer(Readiness(status="ready", reasons=[]))


async def _stores(db: Database) -> Fault | None:
    """The database, and the workers as it knows them."""
    try:
        async with asyncio.timeout(PATIENCE):
            seconds = await newest_sign_of_life(db)
    except Away:
        return Fault(part="database", reason="the database does not answer")
    if seconds is None:
        return Fault(part="worker", reason="no worker has ever been seen")
    if seconds > WORKER_SEEN_WITHIN:
        return Fault(part="worker", reason=f"no worker has been seen for {seconds:.0f} s")
    return None


async def _redis(bell: Bell) -> Fault | None:
    try:
        async with asyncio.timeout(PATIENCE):
            await bell.redis.ping()
    except (RedisError, OSError, TimeoutError):
        return Fault(part="redis", reason="Redis does not answer")
    return None


CALLS = [
    Call(
        "GET", "/healthz", alive, "Whether the process is alive", {200: Answer("It is.", Health)}, group="health",
        plain=True,
    ),
    Call(
        "GET", "/readyz", ready, "Whether requests can be served and work gets done",
        {200: Answer("Yes.", Readiness), 503: Answer("No, and why.", Readiness)}, group="health", plain=True,
    ),
]  # fmt: skip
