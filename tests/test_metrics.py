"""What processes count together: nothing twice, nothing lost but with a process, and never less than before."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from sqlalchemy import event, select, text

from app import metrics
from app.database import Database
from app.models import Counter
from tests.conftest import Processes, eventually
from tests.support.scrape import Scrape


@pytest.fixture(autouse=True)
def nothing_counted_before() -> Iterator[None]:
    metrics._counted.clear()
    yield
    metrics._counted.clear()


async def counted(db: Database, name: str) -> dict[str, float]:
    async with db.read() as session:
        rows = await session.execute(select(Counter.labels, Counter.value).where(Counter.name == name))
        return {row.labels: row.value for row in rows}


async def test_nothing_to_tell_is_no_query(db: Database) -> None:
    seen: list[str] = []
    for engine in {db.writer.sync_engine, db.reader.sync_engine}:
        event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    await metrics.flush(db)
    assert seen == []
    metrics.add("retries", code="x")
    await metrics.flush(db)
    assert len([statement for statement in seen if "counters" in statement]) == 1


async def test_what_cannot_be_written_is_kept_for_the_next_time(db: Database) -> None:
    metrics.add("retries", 2, code="x")
    async with db.write() as session:
        await session.execute(text("ALTER TABLE counters RENAME TO away"))
    with pytest.raises(Exception, match="counters"):
        await metrics.flush(db)
    metrics.add("retries", 1, code="x")
    async with db.write() as session:
        await session.execute(text("ALTER TABLE away RENAME TO counters"))
    await metrics.flush(db)
    await metrics.flush(db)
    assert await counted(db, "retries") == {'{"code":"x"}': 3}


async def test_a_flush_that_is_cancelled_counts_once(db: Database) -> None:
    for turn in range(60):
        metrics.add("retries", code="x")
        flushing = asyncio.create_task(metrics.flush(db))
        for _ in range(turn):  # at every place in the transaction
            await asyncio.sleep(0)
        flushing.cancel()
        await asyncio.wait([flushing])
    await metrics.flush(db)
    assert await counted(db, "retries") == {'{"code":"x"}': 60}


async def test_many_at_once_add_up_and_never_wait_for_each_other_crosswise(db: Database) -> None:
    async def process(order: int) -> None:
        for turn in range(10):
            names = [str((n * (order + 1) + turn) % 30) for n in range(30)]
            for name in names:
                metrics.add("retries", code=name)
            await metrics.flush(db, [{"process": f"web:{order}", "name": "sockets", "value": turn}])

    await asyncio.gather(*(process(order) for order in range(8)))
    found = await counted(db, "retries")
    assert sum(found.values()) == 8 * 10 * 30 and len(found) == 30


async def test_labels_that_never_fit_do_not_block_the_rest(db: Database) -> None:
    metrics.add("retries", code="x" * 400)
    metrics.add("retries", code="y")
    await metrics.flush(db)
    assert await counted(db, "retries") == {'{"code":"y"}': 1}


@pytest.fixture
async def fleet(processes: Processes) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of two web processes."""
    ports = [processes.web()[1] for _ in range(2)]
    for port in ports:
        await eventually(processes.answers(port), "the web process answers", 40)
    clients = [httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) for port in ports]
    yield clients
    for client in clients:
        await client.aclose()


async def signed_up(client: httpx.AsyncClient, email: str) -> None:
    answer = await client.post("/api/v1/accounts", json={"email": email, "password": "a long sentence of theirs"})
    client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"


async def test_all_web_processes_tell_the_same_and_nothing_goes_down_when_a_worker_is_killed(
    fleet: list[httpx.AsyncClient], processes: Processes
) -> None:
    scrapes: list[Scrape] = []

    async def scraped() -> Scrape:
        """Of one process after the other, as a load balancer would."""
        client = fleet[len(scrapes) % 2]
        scrapes.append(Scrape((await client.get("/metrics")).raise_for_status().text))
        return scrapes[-1]

    victim = processes.worker()
    for number, client in enumerate(fleet):
        await signed_up(client, f"person{number}@example.org")
    for number in range(6):
        body = {"kind": "drill", "input": {"name": str(number)}}
        (await fleet[number % 2].post("/api/v1/generations", json=body)).raise_for_status()

    async def completed(count: int) -> bool:
        return (await scraped()).value("generations_total", kind="drill", outcome="completed") == count

    await eventually(lambda: completed(6), "the worker has told of all six", 30)
    victim.send_signal(signal.SIGKILL)
    processes.worker()
    (await fleet[0].post("/api/v1/generations", json={"kind": "drill", "input": {"name": "after"}})).raise_for_status()
    await eventually(lambda: completed(7), "the other worker has told of the seventh", 30)

    one, other = await scraped(), await scraped()
    for name in ("created", "completed"):
        values = [found.value("generations_total", kind="drill", outcome=name) for found in (one, other)]
        assert values == [7, 7], name
    kept = {
        key: value for key, value in one.items() if key[0].startswith(("generations", "phase", "making", "queue_s"))
    }
    assert kept.items() <= other.items() and len(kept) > 30
    assert one.value("processes", role="web") == other.value("processes", role="web") == 2
    route = {"method": "POST", "route": "/api/v1/generations", "status": "2xx"}
    assert one.value("http_requests_total", **route) == other.value("http_requests_total", **route) == 7
    for before, after in itertools.pairwise(scrapes):
        for key, value in before.sums.items():
            assert after.get(key, -1) >= value, f"{key} went down"


async def test_a_web_process_that_ends_has_told_everything(
    fleet: list[httpx.AsyncClient], processes: Processes
) -> None:
    for _ in range(5):
        await fleet[0].get("/healthz")
    ending = processes.started[0]
    ending.send_signal(signal.SIGTERM)
    await asyncio.to_thread(ending.wait, 60)
    found = Scrape((await fleet[1].get("/metrics")).raise_for_status().text)
    route = {"method": "GET", "route": "/healthz", "status": "2xx"}
    assert found.value("http_requests_total", **route) >= 7  # and those of the test's own waiting
    assert found.value("processes", role="web") == 1
