"""The doorbell and the loudspeaker: Redis, which may be away at any moment without anybody waiting for it.

Its calls return at once and never raise. What gets lost is repaired from the database: rings by the sweeper, events by
the sockets' own reading.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from typing import Any

import orjson
import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from app import metrics
from app.generations.tally import tally
from app.settings import Settings

log = structlog.get_logger()

QUEUE = "arq:queue"
QUEUE_LIVES = 86_400  # seconds after the last ring
# Events waiting to be published; beyond it the oldest are left to the repair.
BACKLOG = 10_000
# Published at most this many in one round trip.
BATCH = 200


def channel(account_id: str) -> str:
    """The pub/sub channel that carries one person's events."""
    return f"unfold:account:{account_id}"


def connect(settings: Settings) -> ArqRedis:
    """A Redis client that connects when first used and gives up soon."""
    client: ArqRedis = ArqRedis.from_url(
        settings.redis, socket_connect_timeout=1, socket_timeout=3, health_check_interval=15, **settings.redis_options
    )
    client.job_serializer = orjson.dumps
    client.job_deserializer = orjson.loads
    client.default_queue_name = QUEUE
    client.expires_extra_ms = 86_400_000
    return client


class Bell:
    def __init__(self, redis: ArqRedis) -> None:
        self.redis = redis
        self._waiting: deque[tuple[str, bytes]] = deque(maxlen=BACKLOG)
        self._publisher: asyncio.Task[None] | None = None
        self._rings: set[asyncio.Task[None]] = set()
        self.failing = False

    def ring(self, generation_id: str, rings: int, delay: float = 0.0) -> None:
        """Say that there is work. The arq id is new with each ring, since arq swallows an id that it knows."""
        self._spawn(self._ring(f"{generation_id}:{rings}", generation_id, delay), self._rings)

    def answered(self, job_id: str) -> None:
        """Take a ring out of the queue."""
        self._spawn(self._answered(job_id), self._rings)

    def publish(self, account_id: str, frames: Iterable[bytes]) -> None:
        """Send frames to whoever watches, in the order of the calls."""
        tally(frames)
        sent = [(channel(account_id), frame) for frame in frames]
        if (over := len(self._waiting) + len(sent) - BACKLOG) > 0:
            metrics.add("publishes_lost", over)
        self._waiting.extend(sent)
        if self._publisher is None and self._waiting:
            self._publisher = asyncio.create_task(self._drain())

    async def settle(self, seconds: float = 1.0) -> None:
        """Give what is under way so long to leave."""
        if tasks := self._under_way():
            await asyncio.wait(tasks, timeout=seconds)

    async def close(self) -> None:
        await self.settle()
        for task in self._under_way():
            task.cancel()
        await self.redis.aclose()

    def _under_way(self) -> list[asyncio.Task[None]]:
        return [*self._rings, *([self._publisher] if self._publisher else [])]

    async def _ring(self, job_id: str, generation_id: str, delay: float) -> None:
        try:
            await self.redis.enqueue_job("make", generation_id, _job_id=job_id, _defer_by=delay or None)
            # arq gives its jobs a time to live, but not its queue. What is lost with it is rung for again.
            await self.redis.expire(QUEUE, QUEUE_LIVES)
        except (TimeoutError, RedisError, OSError) as error:
            self._note(error)

    async def _answered(self, job_id: str) -> None:
        try:
            await self.redis.zrem(QUEUE, job_id)
        except (TimeoutError, RedisError, OSError) as error:
            self._note(error)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    async with self.redis.pipeline(transaction=False) as pipe:
                        for name, frame in batch:
                            pipe.publish(name, frame)
                        await pipe.execute()
                    self.failing = False
                    metrics.add("events_published", len(batch))
                except (TimeoutError, RedisError, OSError) as error:
                    metrics.add("publishes_lost", len(batch))
                    self._note(error)
        finally:
            self._publisher = None

    def _note(self, error: BaseException) -> None:
        if not self.failing:
            log.warning("redis.away", error=type(error).__name__)
        self.failing = True

    @staticmethod
    def _spawn(coroutine: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
