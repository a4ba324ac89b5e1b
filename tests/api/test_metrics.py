"""What Prometheus reads: right with any number of processes, whichever of them is asked."""

import ast
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from sqlalchemy import insert, update

from app import generations, metrics
from app.api.exposition import SHOWN
from app.database import Database, now
from app.generations import Bell, control
from app.main import create_app
from app.models import Counter, Gauge, Generation
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api, WithState, ask
from tests.conftest import ROOT
from tests.support.drill import PIPELINE
from tests.support.scrape import Scrape
from tests.support.services import Valkey
from worker.run import Runner

METRICS = "http://unfold.test/metrics"


@pytest.fixture(autouse=True)
def nothing_counted_before() -> Iterator[None]:
    metrics._counted.clear()
    yield
    metrics._counted.clear()


@pytest.fixture
def scrape(nobody: Api) -> Callable[[], Awaitable[Scrape]]:
    async def scraped() -> Scrape:
        return Scrape((await nobody.get(METRICS)).raise_for_status().text)

    return scraped


# The text.


async def test_every_metric_is_there_with_its_type_in_both_formats(nobody: Api, scrape: Any) -> None:
    metrics.observe("making_seconds", 0.3, kind="drill")
    found = await scrape()
    assert found.kinds == {name: shown.kind for name, shown in SHOWN.items()}
    answer = await nobody.get(METRICS)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = await nobody.get(METRICS, headers=wanted)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    families = openmetrics(answer.text)  # type: ignore[no-untyped-call]
    assert {family.name for family in families} == {f"unfold_{name}" for name in SHOWN}


async def test_a_histogram_is_cumulative_and_keeps_the_buckets_of_another_version(scrape: Any, db: Database) -> None:
    for seconds in (0.0001, 0.3, 0.3, 700.0):
        metrics.observe("making_seconds", seconds, kind="drill")
    async with db.write() as session:
        labels = '{"kind":"drill","le":"900.0"}'
        await session.execute(insert(Counter).values(name="making_seconds_bucket", labels=labels, value=2))
    found = await scrape()
    at = {le: found.value("making_seconds_bucket", kind="drill", le=le) for le in ("0.025", "0.25", "0.5", "600.0")}
    assert at == {"0.025": 1, "0.25": 1, "0.5": 3, "600.0": 3}
    assert found.value("making_seconds_bucket", kind="drill", le="900.0") == 5
    assert found.value("making_seconds_bucket", kind="drill", le="+Inf") == 6
    assert found.value("making_seconds_count", kind="drill") == 6
    assert found.value("making_seconds_sum", kind="drill") == pytest.approx(700.6001)


async def test_what_another_version_counts_is_left_out_and_does_no_harm(scrape: Any, db: Database) -> None:
    async with db.write() as session:
        for name, labels in (("not_yet_known", "{}"), ("retries", '{"other":"label"}')):
            await session.execute(insert(Counter).values(name=name, labels=labels, value=1))
    found = await scrape()
    assert not [key for key in found if "not_yet" in key[0] or key[0] == "retries_total"]


async def test_it_is_open_unless_there_is_a_token(settings: Settings) -> None:
    made = create_app(Settings(**{**settings.model_dump(), "metrics_token": "a long secret"}))
    async with made.router.lifespan_context(made) as state, Api(WithState(made, state)) as client:
        for wrong in ({}, {"Authorization": "Bearer a long secre"}, {"Authorization": "Bearer "}):
            answer = await client.get(METRICS, headers=wrong)
            assert answer.status_code == 401 and "unfold_" not in answer.text
            assert answer.headers["www-authenticate"] == "Bearer"
        answer = await client.get(METRICS, headers={"Authorization": "Bearer a long secret"})
        assert answer.status_code == 200 and "unfold_generations_total" in answer.text


async def test_without_the_database_it_says_so(app: Any, nobody: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> None:
        raise OSError("the server with its password")

    monkeypatch.setattr(Database, "shielded", away)
    answer = await nobody.get(METRICS)
    assert answer.status_code == 503 and "password" not in answer.text
    monkeypatch.undo()
    assert (await nobody.get(METRICS)).status_code == 200


# Processes and generations.


async def test_gauges_are_those_of_processes_that_live(scrape: Any, db: Database) -> None:
    def rows(process: str, **values: float) -> list[dict[str, Any]]:
        return [{"process": process, "name": name, "value": value} for name, value in values.items()]

    await metrics.flush(db, rows("web:a:1:x", sockets=3, process_memory_bytes=100, redis_connected=1))
    await metrics.flush(db, rows("web:b:1:x", sockets=5, process_memory_bytes=200, redis_connected=0))
    await metrics.flush(db, rows("web:c:1:x", sockets=50, process_memory_bytes=1e12))
    await metrics.flush(db, rows("worker:a:2:x", process_memory_bytes=400))
    async with db.write() as session:
        await session.execute(update(Gauge).where(Gauge.process == "web:c:1:x").values(seen_at=now() - 31))
    found = await scrape()
    assert found.value("sockets") == 8
    assert found.value("redis_connected") in {1, 2}  # the one that was asked is one more
    assert found.value("processes", role="web") == 3 and found.value("processes", role="worker") == 1
    assert found.value("process_memory_bytes", role="worker") == 400
    assert 1e6 < found.value("process_memory_bytes", role="web") < 1e11
    assert found.value("process_cpu_seconds_total", role="web") > 0


async def test_the_queue_as_it_is_now(
    scrape: Any, db: Database, bell: Bell, settings: Settings, alice: Person, bob: Person
) -> None:
    async def created(person: Person, name: str) -> str:
        return (await generations.create(db, bell, settings, person, "drill", {"name": name})).generation.id

    empty = await scrape()
    assert [empty.value(f"queue_{name}") for name in ("waiting", "delayed", "oldest_seconds")] == [0, 0, 0]
    old, late, asked, running = [await created(alice, name) for name in ("old", "late", "asked", "running")]
    await created(bob, "new")
    async with db.write() as session:
        changes: dict[str, dict[str, Any]] = {
            old: {"queued_at": now() - 90, "due_at": now() - 60},
            late: {"due_at": now() + 60},
            asked: {"waiting_for": "outline"},
            running: {"status": "processing"},
        }
        for id_, values in changes.items():
            await session.execute(update(Generation).where(Generation.id == id_).values(values))
    found = await scrape()
    assert [found.value(name) for name in ("queue_waiting", "queue_delayed", "running")] == [2, 2, 1]
    assert 60 <= found.value("queue_oldest_seconds") < 70


async def test_each_outcome_is_counted_once(
    scrape: Any, db: Database, bell: Bell, settings: Settings, alice: Person, as_alice: Api
) -> None:
    runner = Runner(db, bell, settings, "worker-of-the-test", {"drill": PIPELINE})

    async def make(**given: Any) -> str:
        id_ = str((await ask(as_alice, **given))["id"])
        for _ in range(4):
            async with db.write() as session:
                await session.execute(update(Generation).values(due_at=now() - 1))
            await runner.make()
        return id_

    await make(name="good")
    answer = await as_alice.post("/generations", json={"kind": "drill", "input": {"name": "good"}})
    assert answer.json()["cached"]
    failed = await make(name="fails", fault="unreachable")
    await make(name="cannot", fault="rejected", at="prepare")
    await control.retry(db, bell, settings, alice.id, failed)
    answer = await as_alice.post("/generations", json={"kind": "drill", "input": {"name": "fails"}})
    assert answer.status_code == 200 and answer.json()["existing"]
    await control.cancel(db, bell, alice.id, failed)

    found = await scrape()
    outcomes = {"created": 3, "cached": 1, "completed": 1, "failed": 2, "retried": 1, "existing": 1, "cancelled": 1}
    seen = {name: found.value("generations_total", kind="drill", outcome=name) for name in outcomes}
    assert seen == outcomes
    assert found.total("retries_total") == found.value("retries_total", code="unreachable") == 2
    assert found.value("failures_total", code="unreachable") == found.value("failures_total", code="rejected") == 1
    assert found.value("making_seconds_count", kind="drill") == 1
    assert found.value("phase_seconds_count", kind="drill", phase="save") == 1
    assert found.value("phase_seconds_count", kind="drill", phase="prepare") == 2  # not again what was kept
    assert found.value("queue_seconds_count", kind="drill") == 5  # each claim


async def test_the_stale_writes_of_an_old_owner_are_counted(
    scrape: Any, db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    await generations.create(db, bell, settings, alice, "drill", {})
    claim = await generations.claim(db, bell, "worker-1", 600)
    assert claim is not None
    async with db.write() as session:
        await session.execute(update(Generation).values(token=Generation.token + 1))
    with pytest.raises(generations.Lost):
        await generations.record(db, bell, claim, [("phase.progress", {"phase": "prepare"})])
    assert (await scrape()).value("stale_writes_total") == 1


async def test_publishes_that_redis_did_not_take_are_counted(
    scrape: Any, db: Database, bell: Bell, settings: Settings, alice: Person, valkey: Valkey
) -> None:
    await generations.create(db, bell, settings, alice, "drill", {"name": "1"})
    await bell.settle()
    valkey.kill()
    await generations.create(db, bell, settings, alice, "drill", {"name": "2"})
    await bell.settle(5)
    found = await scrape()
    assert (found.value("events_published_total"), found.value("publishes_lost_total")) == (1, 1)


# Requests.


async def test_requests_are_counted_by_route_whatever_is_asked_for(scrape: Any, as_alice: Api, nobody: Api) -> None:
    metrics._counted.clear()
    for n in range(3):
        await as_alice.get(f"/generations/00000000-0000-0000-0000-00000000000{n}")
        await nobody.get(f"http://unfold.test/nothing/{n}")
        await nobody.get(f"http://unfold.test/static/x/{n}.css")
        await nobody.request("BREW", "http://unfold.test/healthz")
    await as_alice.get("/generations")
    await as_alice.put("/generations")
    found = await scrape()
    series = {
        tuple(sorted(dict(labels).items())): value
        for (name, labels), value in found.items()
        if name == "http_requests_total"
    }
    assert series == {
        (("method", "GET"), ("route", "/api/v1/generations/{id}"), ("status", "4xx")): 3,
        (("method", "GET"), ("route", "unmatched"), ("status", "4xx")): 3,
        (("method", "GET"), ("route", "/static"), ("status", "4xx")): 3,
        (("method", "other"), ("route", "unmatched"), ("status", "4xx")): 3,
        (("method", "GET"), ("route", "/api/v1/generations"), ("status", "2xx")): 1,
        (("method", "PUT"), ("route", "/api/v1/generations"), ("status", "4xx")): 1,
    }
    assert found.value("http_request_seconds_count", method="GET", route="/api/v1/generations/{id}") == 3


async def test_throttled_requests_are_counted(settings: Settings) -> None:
    made = create_app(Settings(**{**settings.model_dump(), "throttle": True}))
    async with made.router.lifespan_context(made) as state, Api(WithState(made, state)) as client:
        wrong = {"email": "alice@example.org", "password": "wrong wrong wrong"}
        answers = [(await client.post("/tokens", json=wrong)).status_code for _ in range(12)]
        assert 429 in answers
        found = Scrape((await client.get(METRICS)).text)
    assert found.value("throttled_total", limit="guesses") == answers.count(429)


# The documents.


def test_every_metric_is_documented_and_nothing_else() -> None:
    chapter = (ROOT / "docs" / "operating.md").read_text().partition("## Metrics, logs and alerts")[2]
    table = re.findall(r"^\| `unfold_(\w+)` \| (\w+) \|([^|]*)\|", chapter.partition("\n## ")[0], re.MULTILINE)
    written = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in table}
    assert written == {name: (shown.kind, shown.labels) for name, shown in SHOWN.items()}


def test_all_that_is_counted_is_shown() -> None:
    """Each call with a name written out has the labels and the kind of the metric of that name."""
    used = set()
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "worker").rglob("*.py")]:
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args]
        for call in calls:
            name = call.args[0]
            if ast.unparse(call.func) in {"metrics.add", "metrics.observe"} and isinstance(name, ast.Constant):
                labels = tuple(sorted(keyword.arg for keyword in call.keywords if keyword.arg))
                used.add((ast.unparse(call.func), str(name.value), labels))
    assert len(used) > 10
    for how, called, labels in used:
        assert tuple(sorted(SHOWN[called].labels)) == labels, called
        assert (SHOWN[called].kind == "histogram") == (how == "metrics.observe") == (called in metrics.BUCKETS), called
