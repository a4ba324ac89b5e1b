import asyncio

import pytest

from app.accounts import Throttled, WrongPassword, sign_in, sign_up, throttle
from app.accounts.throttle import GUESSES, Limit, forgive, hold
from app.database import Database
from app.generations import Bell
from app.settings import Settings
from tests.support.services import Valkey

TEST = Limit("test", 3, 1 / 100)


@pytest.fixture
def strict(settings: Settings) -> Settings:
    return settings.model_copy(update={"throttle": True})


async def taken(bell: Bell, settings: Settings, limit: Limit, who: str, times: int) -> int:
    """How many of so many tries pass."""
    answers = await asyncio.gather(
        *(throttle(bell, settings, limit, who) for _ in range(times)), return_exceptions=True
    )
    assert all(answer is None or isinstance(answer, Throttled) for answer in answers)
    return sum(answer is None for answer in answers)


async def test_a_bucket_empties_and_says_when_to_come_back(bell: Bell, strict: Settings) -> None:
    assert await taken(bell, strict, TEST, "203.0.113.7", 10) == 3
    with pytest.raises(Throttled) as error:
        await throttle(bell, strict, TEST, "203.0.113.7")
    assert 90 < error.value.retry_after <= 100
    assert await taken(bell, strict, TEST, "203.0.113.8", 1) == 1, "another address has its own"


async def test_a_bucket_fills_again(bell: Bell, strict: Settings) -> None:
    quick = Limit("quick", 1, 20)
    assert await taken(bell, strict, quick, "somebody", 2) == 1
    await asyncio.sleep(0.1)
    assert await taken(bell, strict, quick, "somebody", 1) == 1


async def test_throttling_can_be_turned_off(bell: Bell, settings: Settings) -> None:
    assert await taken(bell, settings, TEST, "somebody", 50) == 50
    hold(settings, TEST, "somebody")


async def test_without_redis_each_process_throttles_on_its_own(
    bell: Bell, strict: Settings, valkey: Valkey, tmp_path: object
) -> None:
    valkey.kill()
    assert await taken(bell, strict, TEST, f"somebody of {tmp_path}", 10) == 3


async def test_an_address_is_not_readable_in_redis(bell: Bell, strict: Settings, valkey: Valkey) -> None:
    await throttle(bell, strict, GUESSES, "alice@example.org")
    keys = valkey.command("KEYS", "*")
    assert b"unfold:throttle:guesses:" in keys
    assert b"alice" not in keys


async def test_wrong_passwords_for_one_address_run_out_and_a_right_one_forgives(
    db: Database, bell: Bell, strict: Settings
) -> None:
    await sign_up(db, "alice@example.org", "three or four words")

    async def wrong() -> None:
        with pytest.raises(WrongPassword):
            await sign_in(db, bell, strict, "alice@example.org", "a wrong password")

    for _ in range(GUESSES.burst - 1):
        await wrong()
    await sign_in(db, bell, strict, "Alice@example.org", "three or four words")
    for _ in range(GUESSES.burst):
        await wrong()
    with pytest.raises(Throttled):
        await sign_in(db, bell, strict, "alice@example.org", "three or four words")


async def test_unknown_addresses_run_out_too(db: Database, bell: Bell, strict: Settings) -> None:
    """Or the limit would tell who has an account."""
    for _ in range(GUESSES.burst):
        with pytest.raises(WrongPassword):
            await sign_in(db, bell, strict, "nobody@example.org", "a wrong password")
    with pytest.raises(Throttled):
        await sign_in(db, bell, strict, "nobody@example.org", "a wrong password")


async def test_forgiving_without_redis_is_no_error(bell: Bell, strict: Settings, valkey: Valkey) -> None:
    valkey.kill()
    await forgive(bell, strict, GUESSES, "alice@example.org")
