"""The one Redis subscription of a web process: it only drains, and notices when it has gone silent."""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.settings import Settings

log = structlog.get_logger()

PROBE_EVERY = 5.0  # seconds without a message until we write to ourselves
SILENCE = 12.0  # seconds without any message, probes included: the link is dead although nobody said so
CONFIRM_WITHIN = 1.0


class Link:
    """Subscribes to channels and hands every message to ``received(channel, data)``.

    ``back()`` is called when a new connection has all its subscriptions: messages may have been missed before.
    """

    def __init__(self, settings: Settings, received: Callable[[str, bytes], None], back: Callable[[], None]) -> None:
        self._settings, self._received, self._back = settings, received, back
        self._probe = f"unfold:hub:{secrets.token_hex(8)}"
        self._channels: set[str] = set()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._writing = asyncio.Lock()
        self._heard = time.monotonic()
        self.connected = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def add(self, channel: str) -> None:
        """Subscribe, and wait a moment for the confirmation; without Redis it happens when Redis is back."""
        if channel not in self._channels:
            self._channels.add(channel)
            self._confirmed[channel] = asyncio.Event()
            await self._write("subscribe", channel)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONFIRM_WITHIN if self.connected else 0):
                await self._confirmed[channel].wait()

    async def drop(self, channel: str) -> None:
        if channel in self._channels:
            self._channels.discard(channel)
            self._confirmed.pop(channel, None)
            await self._write("unsubscribe", channel)

    async def _write(self, what: str, channel: str) -> None:
        async with self._writing:
            if self._pubsub is None or not self.connected:
                return
            # A failure is the reader's to notice: it connects anew, with all channels.
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await getattr(self._pubsub, what)(channel)

    async def _run(self) -> None:
        pause = 0.05
        while True:
            began = time.monotonic()
            try:
                await self._drain()
            except (RedisError, OSError, TimeoutError) as error:
                if self.connected:
                    log.warning("live.redis_lost", error=type(error).__name__)
            self.connected = False
            for event in self._confirmed.values():
                event.clear()
            pause = 0.05 if time.monotonic() - began > 5 else min(1.0, pause * 2)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter

    async def _drain(self) -> None:
        """One connection, until it fails or falls silent."""
        redis: Redis = Redis.from_url(
            self._settings.redis, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0), **self._settings.redis_options
        )
        pubsub = redis.pubsub()
        probing: asyncio.Task[None] | None = None
        try:
            async with self._writing:
                # Redis confirms in order: when the probe's channel is confirmed, all are.
                await pubsub.subscribe(*self._channels, self._probe)
                self._pubsub = pubsub
                self._heard = time.monotonic()
                self.connected = True
            while True:
                message = await pubsub.get_message(timeout=1.0)
                if message is not None:
                    self._heard = time.monotonic()
                    self._take(message["type"], message["channel"].decode(), message["data"])
                    continue
                silent = time.monotonic() - self._heard
                if silent > SILENCE:
                    raise TimeoutError("silent")
                if silent > PROBE_EVERY and (probing is None or probing.done()):
                    probing = asyncio.create_task(self._ask_myself(redis))
        finally:
            self._pubsub = None
            if probing is not None:
                probing.cancel()
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
                    await redis.aclose()

    async def _ask_myself(self, redis: Redis) -> None:
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(PROBE_EVERY):
                await redis.publish(self._probe, b"")

    def _take(self, kind: str, channel: str, data: bytes) -> None:
        if kind == "message":
            if channel != self._probe:
                self._received(channel, data)
        elif kind == "subscribe":
            if channel == self._probe:
                self._back()
            elif channel in self._confirmed:
                self._confirmed[channel].set()
