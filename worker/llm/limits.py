"""How often a provider is asked, and when it is not asked at all: for all workers together, in Redis.

Redis may be away, or lose everything, at any moment. Then each worker keeps a small share of the bucket and a breaker
of its own, and both are shared again as soon as Redis answers.
"""

import asyncio
import contextlib
import hashlib
import random
import time
from dataclasses import dataclass
from typing import Any, Final

from redis.exceptions import RedisError

from app.generations import Bell

AWAY: Final = (RedisError, OSError, TimeoutError)

# One token a call, refilled on Redis's own clock. Tokens are reserved: the answer is in how many seconds the call may
# go out, so that those who wait go in their order and none of them asks again. -1: that would be longer than allowed.
BUCKET: Final = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local burst, rate, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local wait = math.max(0, (1 - tokens) / rate)
if wait > longest then return tostring(-wait) end
redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil((burst + longest * rate) / rate) + 60)
return tostring(wait)
"""
# Calls that may go out at once after a while of silence.
BURST_SECONDS: Final = 5.0
# Of the whole rate, what one worker allows itself while Redis cannot tell what the others do.
LOCAL_SHARE: Final = 0.25

# A provider is left alone after so many failures in a row, first for so many seconds, and twice as long each time that
# the one call that then tries it fails.
FAILURES: Final = 4
COOLDOWN: Final = 15.0
LONGEST_COOLDOWN: Final = 300.0
LONGEST_LOOK: Final = 1.0  # seconds for Redis's answer: a piece's time is not for waiting on it
PROBE_LIVES: Final = 120.0  # a probe whose worker died is not waited for any longer

# state: failures in a row, opened how often, closed again when. Returns 0: ask; else for how long not to (seconds).
ALLOW: Final = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local kept = redis.call('HMGET', KEYS[1], 'until', 'probe')
if not kept[1] then return '0' end
if tonumber(kept[1]) > now then return tostring(tonumber(kept[1]) - now) end
if kept[2] and tonumber(kept[2]) > now then return '1' end
redis.call('HSET', KEYS[1], 'probe', now + tonumber(ARGV[1]))
return '0'
"""
FAILED: Final = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local probed = redis.call('HGET', KEYS[1], 'probe')
redis.call('EXPIRE', KEYS[1], 3600)
local given = tonumber(ARGV[4])
if failures < tonumber(ARGV[1]) and not probed and given == 0 then return 0 end
local open = redis.call('HGET', KEYS[1], 'until')
if open and tonumber(open) > now then return 0 end
local opened = redis.call('HINCRBY', KEYS[1], 'opened', 1)
local seconds = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) * 2 ^ (opened - 1))
if given > 0 then seconds = given end
redis.call('HSET', KEYS[1], 'until', now + seconds)
redis.call('HDEL', KEYS[1], 'probe')
return 1
"""


@dataclass
class _Local:
    """What one worker knows by itself."""

    tokens: float
    at: float
    failures: int = 0
    opened: int = 0
    until: float = 0.0
    probe: float = 0.0


class Limits:
    """Of one endpoint."""

    def __init__(self, bell: Bell, provider: str, per_minute: int) -> None:
        self._redis, self._rate = bell.redis, per_minute / 60
        self._burst = max(1.0, self._rate * BURST_SECONDS)
        name = hashlib.sha256(provider.encode()).hexdigest()[:32]
        self._bucket, self._breaker = f"unfold:llm:bucket:{name}", f"unfold:llm:breaker:{name}"
        self._local = _Local(1.0, time.monotonic())

    async def turn(self, longest: float) -> float:
        """Reserve a call: seconds until it may go out. Negative: that is longer than ``longest``, nothing reserved."""
        try:
            return float(await self._run(BUCKET, self._bucket, self._burst, self._rate, longest))
        except AWAY:
            return self._turn_alone(longest)

    def _turn_alone(self, longest: float) -> float:
        rate, kept, moment = self._rate * LOCAL_SHARE, self._local, time.monotonic()
        tokens = min(1.0, kept.tokens + (moment - kept.at) * rate)
        wait = max(0.0, (1 - tokens) / rate)
        if wait > longest:
            return -wait
        kept.tokens, kept.at = tokens - 1, moment
        return wait

    async def closed_for(self) -> float:
        """Seconds for which the provider is not to be asked; 0: ask, and say by `ok` or `failed` how it went."""
        try:
            return max(float(await self._run(ALLOW, self._breaker, PROBE_LIVES)), self._local.until - time.monotonic())
        except AWAY:
            return self._closed_alone()

    def _closed_alone(self) -> float:
        kept, moment = self._local, time.monotonic()
        if kept.until == 0.0:
            return 0.0
        if kept.until > moment:
            return kept.until - moment
        if kept.probe > moment:
            return 1.0
        kept.probe = moment + PROBE_LIVES
        return 0.0

    async def ok(self) -> None:
        self._local.failures = self._local.opened = 0
        self._local.until = self._local.probe = 0.0
        with contextlib.suppress(*AWAY):
            await self._redis.delete(self._breaker)

    async def untried(self) -> None:
        """The one call that was to try a provider again was not made: another may."""
        self._local.probe = 0.0
        with contextlib.suppress(*AWAY):
            answer: Any = self._redis.hdel(self._breaker, "probe")
            await answer

    async def failed(self, closed_for: float = 0.0) -> bool:
        """Count a failure; returns whether it opened the breaker. ``closed_for``: opens it now, for so many seconds."""
        jittered = COOLDOWN * random.uniform(0.8, 1.2)  # noqa: S311
        try:
            arguments = FAILURES, jittered, LONGEST_COOLDOWN, closed_for
            return bool(int(await self._run(FAILED, self._breaker, *arguments)))
        except AWAY:
            return self._failed_alone(jittered, closed_for)

    def _failed_alone(self, seconds: float, closed_for: float) -> bool:
        kept, moment = self._local, time.monotonic()
        kept.failures += 1
        if (kept.failures < FAILURES and not kept.probe and not closed_for) or kept.until > moment:
            return False
        kept.opened += 1
        kept.until = moment + (closed_for or min(LONGEST_COOLDOWN, seconds * 2 ** (kept.opened - 1)))
        kept.probe = 0.0
        return True

    async def _run(self, script: str, key: str, *arguments: float) -> Any:
        answer: Any = self._redis.eval(script, 1, key, *(repr(one) for one in arguments))
        async with asyncio.timeout(LONGEST_LOOK):
            return await answer
