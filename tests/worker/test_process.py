"""The worker as operators run it: real arq processes, ended in every way."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from app import generations
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.conftest import ROOT, Processes, eventually
from tests.support.services import PATIENCE, Valkey


class Client:
    def __init__(self, db: Database, bell: Bell, settings: Settings, person: Person, folder: Path) -> None:
        self.db, self.bell, self.settings, self.person, self.folder = db, bell, settings, person, folder

    async def ask(self, **given: Any) -> str:
        given = {"folder": str(self.folder), **given}
        return (await generations.create(self.db, self.bell, self.settings, self.person, "drill", given)).generation.id

    async def cancel(self, id_: str) -> generations.Generation | None:
        return await generations.cancel(self.db, self.bell, self.person.id, id_)

    async def retry(self, id_: str) -> generations.Generation | None:
        return await generations.retry(self.db, self.bell, self.settings, self.person.id, id_)

    async def until(self, id_: str, status: str, seconds: float = PATIENCE) -> generations.Generation:
        async def reached() -> bool:
            view = await generations.get(self.db, self.person.id, id_)
            return view is not None and view.status == status

        await eventually(reached, f"{id_} is {status}", seconds)
        view = await generations.get(self.db, self.person.id, id_)
        assert view is not None
        return view

    async def events(self, id_: str) -> list[dict[str, Any]]:
        found = await generations.log(self.db, self.person.id, id_, 0)
        assert found is not None
        return [orjson.loads(body) for body in found[0]]

    async def begun(self, step: str) -> None:
        await eventually(lambda: step in self.effects, f"{step} has begun")

    @property
    def effects(self) -> list[str]:
        log = self.folder / "effects"
        return log.read_text().split() if log.exists() else []


@pytest.fixture
async def client(db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path) -> Client:
    (tmp_path / "drill").mkdir()
    return Client(db, bell, settings, alice, tmp_path / "drill")


async def test_a_killed_worker_is_taken_over_from_its_last_checkpoint(client: Client, processes: Processes) -> None:
    victim = processes.worker()
    id_ = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    victim.send_signal(signal.SIGKILL)
    processes.worker()
    await eventually(lambda: client.effects.count("part-2") == 2, "another worker has begun part 2")
    (client.folder / "part-2").touch()
    view = await client.until(id_, "completed")
    assert client.effects == ["prepare", "part-1", "part-2", "part-2", "part-3"]
    assert view.attempt == 1  # that claim had made checkpoints
    assert "worker_lost" in [e.get("error", {}).get("code") for e in await client.events(id_)]


async def test_a_stopped_worker_that_wakes_after_its_lease_writes_nothing(client: Client, processes: Processes) -> None:
    sleeper = processes.worker()
    id_ = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    sleeper.send_signal(signal.SIGSTOP)
    processes.worker()
    await eventually(lambda: client.effects.count("part-2") == 2, "another worker has begun part 2")
    (client.folder / "part-2").touch()
    await client.until(id_, "completed")
    before = await client.events(id_)
    sleeper.send_signal(signal.SIGCONT)
    await eventually(lambda: "generation.lost" in processes.output, "the old owner has noticed")
    assert await client.events(id_) == before


async def test_a_deploy_hands_over_at_once_without_costing_an_attempt(client: Client, processes: Processes) -> None:
    old = processes.worker()
    id_ = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    for _ in range(3):  # an impatient platform
        old.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.01)
    assert await asyncio.to_thread(old.wait, PATIENCE) == 0
    view = await client.until(id_, "pending")
    assert view.attempt == 1
    (client.folder / "part-2").touch()
    processes.worker()
    await client.until(id_, "completed")
    assert client.effects == ["prepare", "part-1", "part-2", "part-2", "part-3"]


async def test_work_asked_for_while_redis_is_away_is_made_when_it_is_back(
    client: Client, processes: Processes, valkey: Valkey
) -> None:
    processes.worker()
    await client.until(await client.ask(), "completed")
    valkey.kill()
    id_ = await client.ask(name="while Redis is away")
    assert (await client.until(id_, "pending")).queue_position == 1
    valkey.start()
    await client.until(id_, "completed")


async def test_flushall_in_the_middle_loses_nothing(client: Client, processes: Processes, valkey: Valkey) -> None:
    processes.worker()
    ids = [await client.ask(name=str(n), gates=["part-2"]) for n in range(5)]
    await eventually(lambda: client.effects.count("part-2") == 5, "all have begun part 2")
    valkey.command("FLUSHALL")
    waiting = await client.ask(name="after")
    (client.folder / "part-2").touch()
    for id_ in [*ids, waiting]:
        await client.until(id_, "completed")
    assert client.effects.count("part-2") == 6


async def test_what_is_being_made_is_no_longer_in_the_queue(
    client: Client, processes: Processes, valkey: Valkey
) -> None:
    processes.worker()
    id_ = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    await eventually(lambda: valkey.command("ZCARD", "arq:queue") == b":0\r\n", "its ring has left")
    (client.folder / "part-2").touch()
    await client.until(id_, "completed")


async def test_burst_makes_everything_that_waits_and_ends(client: Client, processes: Processes, valkey: Valkey) -> None:
    ids = [await client.ask(name=str(n)) for n in range(3)]
    await client.bell.close()
    valkey.command("FLUSHALL")  # even what nobody rings for
    worker = processes.worker("--burst")
    assert await asyncio.to_thread(worker.wait, PATIENCE) == 0
    for id_ in ids:
        await client.until(id_, "completed")


async def test_check_tells_whether_a_worker_is_alive(processes: Processes, valkey: Valkey) -> None:
    def check() -> int:
        arq = str(Path(sys.executable).parent / "arq")
        command = (arq, "tests.support.drill_worker.WorkerSettings", "--check")
        environment = processes.environment()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60)
        return done.returncode

    assert await asyncio.to_thread(check) == 1
    worker = processes.worker()

    async def healthy() -> bool:
        return await asyncio.to_thread(check) == 0

    await eventually(healthy, "--check passes")
    worker.send_signal(signal.SIGTERM)
    await asyncio.to_thread(worker.wait, PATIENCE)
    assert await asyncio.to_thread(check) == 1
    valkey.kill()
    assert await asyncio.to_thread(check) == 1  # and does not wait for Redis, as a worker does


async def test_no_key_of_ours_stays_for_ever(client: Client, processes: Processes, valkey: Valkey) -> None:
    """Not the queue, not its jobs, not the locks of what runs, not what counts requests by address."""
    processes.worker(WORKER_CONCURRENCY="1")
    _, port = processes.web(THROTTLE="1")
    await eventually(processes.answers(port), "the web process answers")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1") as somebody:
        await somebody.post("/tokens", json={"email": "nobody@example.org", "password": "three wrong words"})
    running = await client.ask(gates=["part-2"])
    await client.begun("part-2")
    waiting = await client.ask(name="waiting")
    await eventually(lambda: b"arq:queue" in valkey.command("KEYS", "*"), "its ring is there")

    def lasting() -> tuple[list[str], list[str]]:
        keys = [line for line in valkey.command("KEYS", "*").decode().split("\r\n") if line[:1] not in {"", "*", "$"}]
        return keys, [key for key in keys if valkey.command("TTL", key) == b":-1\r\n"]

    def all_expire() -> bool:
        return lasting()[1] == []

    await eventually(all_expire, "every key has a time to live")
    assert {key.split(":")[0] for key in lasting()[0]} == {"arq", "unfold"}
    (client.folder / "part-2").touch()
    for id_ in (running, waiting):
        await client.until(id_, "completed")
    await eventually(all_expire, "every key has a time to live")
