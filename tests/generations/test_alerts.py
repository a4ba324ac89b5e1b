"""Too many failures: one alert however many look, and a webhook that hears of its beginning and its end."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select, update

from app.database import Database, now
from app.generations import alerts
from app.generations.change import TABLE
from app.ids import uuid7
from app.models import Alert
from app.person import Person
from app.settings import Settings, load
from app.webhook import post
from tests.conftest import Processes, eventually

FAILED = {"code": "internal_error", "message": "", "retryable": True}
REJECTED = {"code": "rejected", "message": "", "retryable": False}


class Hook:
    """A real HTTP server that answers with the statuses it is told to, and then with 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.gate = threading.Event()
        self.gate.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.requests.append((self.path, orjson.loads(body)))
                hook.gate.wait(30)
                status = hook.answers.pop(0) if hook.answers else 200
                self.send_response(status)
                if status in {301, 307}:
                    self.send_header("Location", f"http://127.0.0.1:{hook.server.server_port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/secret-in-the-path"

    @property
    def states(self) -> list[str]:
        return [body["state"] for _, body in self.requests]

    def close(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    running = Hook()
    yield running
    running.close()


@pytest.fixture
def alerting(settings: Settings, hook: Hook) -> Settings:
    more = {"alert_webhook": hook.url, "public_url": "https://unfold.example"}
    return Settings(**{**settings.model_dump(), **more})


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "_next_look", 0.0)
    monkeypatch.setattr(alerts, "_telling", None)


async def ended(db: Database, person: Person, count: int, status: str, seconds: float = 60, **more: Any) -> None:
    """So many generations of this person ended so, that long ago."""
    async with db.write() as session:
        for _ in range(count):
            values = {
                "id": uuid7(), "account_id": person.id, "kind": "drill", "input": {}, "status": status,
                "queued_at": now(), "due_at": now(), "rung_at": now(), "created_at": now(),
                "finished_at": now() - seconds, "error": FAILED if status == "failed" else None, **more,
            }  # fmt: skip
            await session.execute(insert(TABLE).values(**values))


async def forgotten(db: Database) -> None:
    """All of it was more than an hour ago."""
    async with db.write() as session:
        await session.execute(update(TABLE).values(finished_at=TABLE.c.finished_at - 3600))


async def rows(db: Database) -> list[Any]:
    async with db.read() as session:
        return list((await session.execute(select(*Alert.__table__.c).order_by(Alert.id))).all())


async def due(db: Database) -> None:
    """The delay before the next try is over."""
    async with db.write() as session:
        await session.execute(update(Alert).values(try_at=now() - 1))


async def test_it_begins_above_the_threshold_and_ends_below(db: Database, settings: Settings, alice: Person) -> None:
    await ended(db, alice, 8, "completed")
    await ended(db, alice, 2, "failed")
    await alerts.look(db, settings)
    assert await alerts.current(db) is None  # a fifth, not more
    await ended(db, alice, 1, "failed")
    await alerts.look(db, settings)
    found = await alerts.current(db)
    assert found is not None and (found.finished, found.failed) == (11, 3) and found.rate == 3 / 11
    await ended(db, alice, 1, "failed")
    await alerts.look(db, settings)
    again = await alerts.current(db)
    assert again is not None and (again.id, again.since, again.failed) == (found.id, found.since, 4)
    await ended(db, alice, 9, "completed")
    await alerts.look(db, settings)
    assert await alerts.current(db) is None
    (row,) = await rows(db)
    assert row.ended_at >= row.began_at and (row.finished, row.failed) == (21, 4)


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("few", {"alert_min_finished": 13}),
        ("off", {"alert_failure_rate": 0.0}),
        ("lenient", {"alert_failure_rate": 1.0}),
    ],
)
async def test_the_settings_say_when(
    db: Database, settings: Settings, alice: Person, what: str, more: dict[str, float]
) -> None:
    await ended(db, alice, 12, "failed")
    await alerts.look(db, Settings(**{**settings.model_dump(), **more}))
    assert await alerts.current(db) is None, what
    await alerts.look(db, settings)
    assert await alerts.current(db) is not None


async def test_only_failures_of_ours_in_the_last_hour_count(
    db: Database, settings: Settings, alice: Person, bob: Person
) -> None:
    await ended(db, alice, 20, "failed", error=REJECTED)
    await ended(db, alice, 20, "failed", seconds=3700)
    await ended(db, alice, 20, "cancelled")
    await ended(db, alice, 9, "failed")
    await alerts.look(db, settings)
    assert await alerts.current(db) is None
    await ended(db, bob, 90, "completed", cached=True)  # nothing was made
    await ended(db, bob, 1, "failed")
    await alerts.look(db, settings)
    found = await alerts.current(db)
    assert found is not None and (found.finished, found.failed) == (10, 10)  # of all people together


async def test_many_who_look_at_once_open_one_and_end_one(db: Database, settings: Settings, alice: Person) -> None:
    others = [Database(settings.database) for _ in range(4)]
    try:
        await ended(db, alice, 12, "failed")
        await asyncio.gather(*(alerts.look(one, settings) for one in others for _ in range(3)))
        (row,) = await rows(db)
        assert row.ended_at is None
        await forgotten(db)
        await asyncio.gather(*(alerts.look(one, settings) for one in others for _ in range(3)))
        (row,) = await rows(db)
        assert row.ended_at is not None
        await ended(db, alice, 12, "failed")
        await alerts.look(db, settings)
        assert [row.ended_at is None for row in await rows(db)] == [False, True]
    finally:
        for one in others:
            await one.close()


async def test_the_webhook_hears_of_both_once(db: Database, alerting: Settings, hook: Hook, alice: Person) -> None:
    await ended(db, alice, 6, "completed")
    await ended(db, alice, 6, "failed")
    await alerts.look(db, alerting)
    while await alerts.tell_one(db, alerting, post):
        pass
    await forgotten(db)
    await alerts.look(db, alerting)
    while await alerts.tell_one(db, alerting, post):
        pass
    began = (await rows(db))[0].began_at
    (path, first), (_, last) = hook.requests
    assert path == "/services/secret-in-the-path" and hook.states == ["firing", "resolved"]
    counts = "6 of 12 failed in the last hour (50%; the limit is 20%)."
    assert first.pop("text") == f"Unfold: many generations fail. {counts}"
    since = first.pop("since")
    assert abs(datetime.fromisoformat(since).timestamp() - began) < 1.1 and since == last["since"]
    assert first == {
        "event": "failure_rate", "state": "firing", "failed": 6, "finished": 12, "rate": 0.5, "threshold": 0.2,
        "url": "https://unfold.example/analytics",
    }  # fmt: skip
    assert last["failed"] == last["finished"] == last["rate"] == 0


@pytest.mark.parametrize("refusal", [500, 404, 301, 307])
async def test_it_is_told_again_until_it_is_taken_and_nobody_is_followed(
    db: Database, alerting: Settings, hook: Hook, alice: Person, refusal: int
) -> None:
    hook.answers = [refusal, refusal]
    await ended(db, alice, 12, "failed")
    await alerts.look(db, alerting)
    assert not await alerts.tell_one(db, alerting, post)
    assert not await alerts.tell_one(db, alerting, post)  # not at once
    assert hook.states == ["firing"]
    delays = []
    for _ in range(2):
        (row,) = await rows(db)
        async with db.read() as session:
            delays.append(row.try_at - (await session.execute(select(now()))).scalar_one())
        await due(db)
        await alerts.tell_one(db, alerting, post)
    assert hook.states == ["firing"] * 3 and {path for path, _ in hook.requests} == {"/services/secret-in-the-path"}
    assert delays[0] <= 15 < delays[1] <= 30
    (row,) = await rows(db)
    assert row.told_at is not None and row.tries == 0


async def test_an_end_that_came_before_the_beginning_was_told_is_told_after_it(
    db: Database, alerting: Settings, hook: Hook, alice: Person
) -> None:
    hook.answers = [503]
    await ended(db, alice, 12, "failed")
    await alerts.look(db, alerting)
    await alerts.tell_one(db, alerting, post)
    await forgotten(db)
    await alerts.look(db, alerting)
    assert hook.states == ["firing"]
    await due(db)
    while await alerts.tell_one(db, alerting, post):
        pass
    assert hook.states == ["firing", "firing", "resolved"]


async def test_one_tells_while_the_others_do_something_else(
    db: Database, alerting: Settings, hook: Hook, alice: Person
) -> None:
    await ended(db, alice, 12, "failed")
    await alerts.look(db, alerting)
    hook.gate.clear()
    telling = asyncio.create_task(alerts.tell_one(db, alerting, post))
    await eventually(lambda: hook.requests, "the webhook is asked")
    assert not any([await alerts.tell_one(db, alerting, post) for _ in range(3)])
    hook.gate.set()
    assert await telling and hook.states == ["firing"]


async def test_old_news_is_not_told(db: Database, alerting: Settings, hook: Hook, alice: Person) -> None:
    """As when the webhook is set up long after."""
    await ended(db, alice, 12, "failed")
    await alerts.look(db, alerting)
    async with db.write() as session:
        await session.execute(update(Alert).values(began_at=now() - 90_000, ended_at=now() - 86_500))
    assert not await alerts.tell_one(db, alerting, post) and not hook.requests


async def test_a_check_does_not_wait_for_the_webhook_and_looks_seldom(
    db: Database, alerting: Settings, hook: Hook, alice: Person
) -> None:
    await ended(db, alice, 12, "failed")
    hook.gate.clear()
    async with asyncio.timeout(5):
        await alerts.check(db, alerting)
        await eventually(lambda: hook.requests, "the webhook is asked")
        await forgotten(db)
        await alerts.check(db, alerting)
    assert await alerts.current(db) is not None  # not looked at again so soon
    await alerts.close()
    assert len(hook.requests) == 1


async def test_nobody_there_is_no_harm(db: Database, alerting: Settings, hook: Hook, alice: Person) -> None:
    hook.close()
    assert await post(hook.url, {}) == "ConnectError"
    await ended(db, alice, 12, "failed")
    await alerts.look(db, alerting)
    assert not await alerts.tell_one(db, alerting, post)
    assert (await rows(db))[0].tries == 1


async def test_real_workers_tell_once_and_never_write_the_address_down(
    db: Database, processes: Processes, hook: Hook, alice: Person
) -> None:
    hook.answers = [500]
    await ended(db, alice, 12, "failed")
    for _ in range(2):
        processes.worker(LOG_FORMAT="json", ALERT_WEBHOOK=hook.url)
    await eventually(lambda: "alert.webhook_refused" in processes.output, "the first try is refused", 60)
    await due(db)
    processes.worker(LOG_FORMAT="json", ALERT_WEBHOOK=hook.url)  # looks when it starts
    await eventually(lambda: '"alert.told"' in processes.output, "it is taken", 60)
    assert hook.states == ["firing", "firing"] and len(await rows(db)) == 1
    assert "secret-in-the-path" not in processes.output
    assert processes.output.count('"alert.began"') == 1


@pytest.mark.parametrize("value", ["ftp://example.org/secret", "example.org/secret", "https://", "http://[secret"])
def test_a_webhook_is_an_http_address_and_is_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK", value)
    load.cache_clear()
    with pytest.raises(SystemExit) as refused:
        load()
    load.cache_clear()
    assert str(refused.value).startswith("unfold: ALERT_WEBHOOK: ") and "secret" not in str(refused.value)
