"""The one Redis subscription of a web process: it only drains, and notices when it has gone silent."""

import asyncio
import contextlib
import random
import secrets
import time
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.settings import Settings

log = structlog.get_logger()

PROBE_EVERY = 2.0  # seconds without a message until we write to ourselves
DOUBT = 4.0  # ... until the link is no longer believed
SILENCE = 6.0  # ... until it is given up, although nobody said so
CONFIRM = 1.0
LONGEST_PAUSE = 1.0
Lost = (RedisError, OSError, TimeoutError)


class Received(Protocol):
    def __call__(self, channel: str, data: bytes, /) -> None: ...


class Changed(Protocol):
    def __call__(self, *, back: bool) -> None: ...


class Link:
    """Subscribes to channels and hands every message to ``received(channel, data)``.

    ``changed(back=True)``: a new connection has all its subscriptions, and messages may have been missed before.
    """

    def __init__(self, settings: Settings, *, received: Received, changed: Changed) -> None:
        self._settings, self._received, self._changed = settings, received, changed
        self._probe = f"unfold:hub:{secrets.token_hex(8)}"
        self._channels: set[str] = set()
        self._unconfirmed: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._writing = asyncio.Lock()
        self._connected = False
        self._heard = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def healthy(self) -> bool:
        return self._connected and time.monotonic() - self._heard < DOUBT

    async def add(self, channel: str) -> None:
        """Subscribe, and wait a moment for the confirmation; without Redis it happens when Redis is back."""
        if channel not in self._channels:
            self._channels.add(channel)
            self._unconfirmed[channel] = asyncio.Event()
            await self._write("subscribe", channel)
        if self.healthy and (confirmed := self._unconfirmed.get(channel)) is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CONFIRM):
                    await confirmed.wait()

    async def drop(self, channel: str) -> None:
        if channel in self._channels:
            self._channels.discard(channel)
            self._unconfirmed.pop(channel, None)
            await self._write("unsubscribe", channel)

    async def _write(self, what: str, channel: str) -> None:
        async with self._writing:
            # A channel may have come and gone while others wrote; a failure is the reader's to notice.
            if self._pubsub is not None and (what == "subscribe") == (channel in self._channels):
                with contextlib.suppress(*Lost):
                    await getattr(self._pubsub, what)(channel)

    async def _run(self) -> None:
        pause = 0.05
        while True:
            began = time.monotonic()
            try:
                await self._connection()
            except Lost as error:
                if self._connected:
                    log.warning("live.redis_lost", error=type(error).__name__, reason=str(error))
            except Exception:
                log.exception("live.redis")
            if self._connected:
                self._connected = False
                self._changed(back=False)
            pause = 0.05 if time.monotonic() - began > LONGEST_PAUSE else min(LONGEST_PAUSE, pause * 2)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter

    async def _connection(self) -> None:
        """One connection, until it fails or falls silent."""
        redis: Redis = Redis.from_url(
            self._settings.redis, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0), **self._settings.redis_options
        )
        pubsub = redis.pubsub()
        try:
            async with self._writing, asyncio.timeout(SILENCE):
                # Redis confirms in order: when the probe's channel is confirmed, all are.
                await pubsub.subscribe(*self._channels, self._probe)
                self._pubsub = pubsub
            await self._drain(redis, pubsub)
        finally:
            self._pubsub = None
            with contextlib.suppress(*Lost):
                async with asyncio.timeout(1):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
                    await redis.aclose()

    async def _drain(self, redis: Redis, pubsub: PubSub) -> None:
        self._heard = probed = time.monotonic()
        probe: asyncio.Task[None] | None = None
        try:
            while True:
                message = await pubsub.get_message(timeout=PROBE_EVERY / 2)
                moment = time.monotonic()
                if message is not None:
                    self._heard = moment
                    self._take(message["type"], message["channel"].decode(), message["data"])
                    await asyncio.sleep(0)  # who got it sends it before the next is taken
                elif moment - self._heard > SILENCE:
                    raise TimeoutError("silent")
                elif moment - max(self._heard, probed) > PROBE_EVERY:
                    probed = moment
                    probe = asyncio.create_task(self._ask_myself(redis))
        finally:
            if probe is not None:
                probe.cancel()

    async def _ask_myself(self, redis: Redis) -> None:
        with contextlib.suppress(*Lost):
            async with asyncio.timeout(PROBE_EVERY):
                await redis.publish(self._probe, b"")

    def _take(self, kind: str, channel: str, data: bytes) -> None:
        if kind == "message" and channel != self._probe:
            try:
                self._received(channel, data)
            except Exception:
                log.exception("live.frame")
        elif kind == "subscribe" and channel == self._probe:
            self._connected = True
            self._changed(back=True)
        elif kind == "subscribe" and (confirmed := self._unconfirmed.pop(channel, None)) is not None:
            confirmed.set()
