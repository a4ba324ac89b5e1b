"""A worker's own connection to Redis, through an outage of hours; only the clock is not waited for."""

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from app.settings import Settings
from worker.main import redis_settings


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_worker_outlasts_hours_without_redis(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("redis.asyncio.retry.sleep", sleep)
    retry = redis_settings(settings).retry
    assert retry is not None

    async def ask(until: float) -> str:
        async def do() -> str:
            if sum(waited) < until:
                raise RedisConnectionError("away")
            return "PONG"

        async def fail(_: Exception) -> None:
            pass

        return str(await retry.call_with_retry(do, fail))

    assert await ask(2.5 * 3600) == "PONG"
    assert max(waited) <= 2, "it is back within two seconds of Redis"
    waited.clear()
    with pytest.raises(RedisConnectionError):  # and then somebody else has to decide
        await ask(1e9)
