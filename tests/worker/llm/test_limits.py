"""The bucket and the breaker that all workers share, whatever Redis does."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from app.generations import Bell, connect
from app.settings import Settings
from tests.support.services import Valkey
from worker.llm import limits
from worker.llm.limits import FAILURES, Limits


@pytest.fixture
def settings(valkey: Valkey, tmp_path: object) -> Settings:
    return Settings(redis_url=valkey.url, secret_key="x")


@pytest.fixture
async def workers(settings: Settings) -> AsyncIterator[Callable[[int], list[Limits]]]:
    bells: list[Bell] = []

    def of(per_minute: int) -> list[Limits]:
        bells.extend(Bell(connect(settings)) for _ in range(2))
        return [Limits(bell, "models.example", per_minute) for bell in bells[-2:]]

    yield of
    for bell in bells:
        await bell.close()


async def test_all_workers_take_from_one_bucket(workers: Callable[[int], list[Limits]]) -> None:
    one, other = workers(60)  # one a second, five at once
    waits = [await worker.turn(60) for worker in (one, other) * 5]
    assert waits[:5] == [0.0] * 5
    # Each waits a second longer than the one before: places are given in order, to all together.
    assert waits[5:] == pytest.approx([1, 2, 3, 4, 5], abs=0.5)


async def test_a_wait_that_is_too_long_takes_no_place(workers: Callable[[int], list[Limits]]) -> None:
    one, other = workers(60)
    for _ in range(5):
        await one.turn(60)
    assert await other.turn(0.2) < 0
    assert await one.turn(60) == pytest.approx(1, abs=0.3)


async def test_a_bucket_works_again_after_a_flush(workers: Callable[[int], list[Limits]], valkey: Valkey) -> None:
    one, other = workers(60)
    for _ in range(5):
        await one.turn(60)
    valkey.command("FLUSHALL")
    assert await other.turn(60) == 0.0
    assert b":-1" not in valkey.command("TTL", one._bucket)


async def test_without_redis_each_worker_keeps_to_a_part(
    workers: Callable[[int], list[Limits]], valkey: Valkey
) -> None:
    one, other = workers(60)
    valkey.kill()
    waits = [await worker.turn(60) for worker in (one, one, one, other)]
    assert waits[0] == waits[3] == pytest.approx(0, abs=0.1)
    # A quarter of the rate each: one call in four seconds.
    assert waits[1:3] == pytest.approx([4, 8], abs=1)
    valkey.start()
    assert await one.turn(60) == 0.0


@pytest.mark.parametrize("away", [False, True], ids=["Redis", "alone"])
async def test_the_breaker_opens_tries_one_call_and_closes(
    workers: Callable[[int], list[Limits]], valkey: Valkey, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    monkeypatch.setattr(limits, "COOLDOWN", 0.3)
    one, other = workers(60)
    if away:
        valkey.kill()
        other = one
    opened = [await one.failed() for _ in range(FAILURES)]
    assert opened == [False] * (FAILURES - 1) + [True]
    assert 0 < await other.closed_for() < 0.5
    await asyncio.sleep(await other.closed_for() + 0.01)
    assert await other.closed_for() == 0  # the one call that tries it
    assert await one.closed_for() > 0  # nobody else
    assert await other.failed()  # at once, and for longer
    assert await one.closed_for() > 0.35
    await asyncio.sleep(await one.closed_for() + 0.01)
    assert await one.closed_for() == 0
    await one.ok()
    assert await other.closed_for() == await one.closed_for() == 0


async def test_what_went_well_is_no_part_of_a_row(workers: Callable[[int], list[Limits]]) -> None:
    one, other = workers(60)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert not await one.failed()
        await other.ok()
    assert await one.closed_for() == 0


async def test_a_given_time_is_kept(workers: Callable[[int], list[Limits]]) -> None:
    one, other = workers(60)
    assert await one.failed(closed_for=100)
    assert 98 < await other.closed_for() <= 100
