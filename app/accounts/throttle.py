"""Token buckets by address and by e-mail, in Redis for all processes; without Redis each process keeps its own."""

import contextlib
import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from app import metrics
from app.generations import Bell
from app.settings import Settings

# One round trip: refill by the time passed on Redis's own clock, take a token if there is one. Returns seconds to wait.
SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return tostring(wait)
"""
MOST_LOCAL = 10_000


class Throttled(Exception):
    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = max(1, math.ceil(retry_after))


@dataclass(frozen=True)
class Limit:
    name: str
    burst: int
    per_second: float


SIGN_UP = Limit("sign-up", 60, 1 / 10)
SIGN_IN = Limit("sign-in", 60, 1 / 5)
# Wrong passwords for one e-mail, wherever they come from.
GUESSES = Limit("guesses", 10, 1 / 30)
GUESTS = Limit("guests", 60, 1 / 10)
# Forms with files, by person, or by address where nobody is known yet.
UPLOADS = Limit("uploads", 60, 1 / 10)
API = Limit("api", 1000, 100)

_local: dict[str, tuple[float, float]] = {}


async def throttle(bell: Bell, settings: Settings, limit: Limit, who: str) -> None:
    """Take one token of ``who`` (an address, an e-mail). Raises Throttled."""
    if not settings.throttle:
        return
    key = _key(limit, who)
    try:
        answer: Any = bell.redis.eval(SCRIPT, 1, key, str(limit.burst), repr(limit.per_second))
        wait = float(await answer)
    except (RedisError, OSError, TimeoutError):
        wait = _take(key, limit)
    if wait > 0:
        raise _refused(limit, wait)


def hold(settings: Settings, limit: Limit, who: str) -> None:
    """As `throttle`, for what happens too often to ask Redis: each process on its own. Raises Throttled."""
    if settings.throttle and (wait := _take(f"{limit.name}:{who}", limit)) > 0:
        raise _refused(limit, wait)


def _refused(limit: Limit, wait: float) -> Throttled:
    metrics.add("throttled", limit=limit.name)
    return Throttled(wait)


async def forgive(bell: Bell, settings: Settings, limit: Limit, who: str) -> None:
    """Give ``who`` all tokens back: it was no guess."""
    if not settings.throttle:
        return
    key = _key(limit, who)
    _local.pop(key, None)
    with contextlib.suppress(RedisError, OSError, TimeoutError):
        await bell.redis.delete(key)


def _key(limit: Limit, who: str) -> str:
    return f"unfold:throttle:{limit.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


def _take(key: str, limit: Limit) -> float:
    moment = time.monotonic()
    tokens, at = _local.get(key, (float(limit.burst), moment))
    tokens = min(limit.burst, tokens + (moment - at) * limit.per_second)
    wait = 0.0 if tokens >= 1 else (1 - tokens) / limit.per_second
    if len(_local) >= MOST_LOCAL:
        _local.clear()
    _local[key] = (tokens - 1 if wait == 0 else tokens, moment)
    return wait
