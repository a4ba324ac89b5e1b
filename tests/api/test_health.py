"""What platforms ask."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.api import health
from app.database import Database, now
from app.generations import workers
from app.models import Worker
from tests.api.conftest import Api, Described
from tests.support.services import Valkey


@pytest.fixture
def ready(nobody: Api, described: Described) -> Any:
    async def asked() -> httpx.Response:
        answer = await nobody.get("http://unfold.test/readyz")
        described.check(answer)
        return answer

    return asked


def parts(answer: httpx.Response) -> list[str]:
    return [reason["part"] for reason in answer.json()["reasons"]]


async def test_the_process_is_alive_whatever_else_is(nobody: Api, valkey: Valkey) -> None:
    valkey.kill()
    answer = await nobody.get("http://unfold.test/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_with_database_redis_and_a_worker(ready: Any, db: Database) -> None:
    none = await ready()
    assert none.status_code == 503 and parts(none) == ["worker"]
    await workers.sign_of_life(db, workers.Self("worker-1", "host", 1, 10), 0, 50.0)
    answer = await ready()
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "reasons": []})
    async with db.write() as session:
        await session.execute(update(Worker).values(seen_at=now() - 31))
    late = await ready()
    assert late.status_code == 503 and "31 s" in late.json()["reasons"][0]["reason"]


async def test_not_ready_without_redis(ready: Any, db: Database, valkey: Valkey) -> None:
    await workers.sign_of_life(db, workers.Self("worker-1", "host", 1, 10), 0, 50.0)
    valkey.kill()
    answer = await ready()
    assert answer.status_code == 503 and parts(answer) == ["redis"]


async def test_not_ready_without_the_database(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(db: Database) -> float:
        raise OSError("the server with its password")

    monkeypatch.setattr(health, "newest_sign_of_life", away)
    answer = await ready()
    assert answer.status_code == 503 and parts(answer) == ["database"]
    assert "password" not in answer.text
