"""The whole product as processes: a person asks by API and watches, while everything around them is killed in turn."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import websockets

from app.kinds.program import ProgramResult
from tests.conftest import Processes, eventually
from tests.support.services import Valkey

PARTS = 12
ENDS = {"generation.completed", "generation.failed", "generation.cancelled"}


class Watcher:
    """A client as it should be: it comes back whenever it is cut, with the last number it has seen."""

    def __init__(self, port: int, token: str, generation_id: str) -> None:
        self.url = f"ws://127.0.0.1:{port}/live"
        self.headers = {"Authorization": f"Bearer {token}"}
        self.id = generation_id
        self.events: list[dict[str, Any]] = []
        self.connections = 0

    async def watch(self) -> None:
        while not self.events or self.events[-1]["type"] not in ENDS:
            try:
                async with websockets.connect(self.url, additional_headers=self.headers) as socket:
                    self.connections += 1
                    after = self.events[-1]["seq"] if self.events else 0
                    await socket.send(orjson.dumps({"type": "watch", "id": self.id, "after": after}).decode())
                    await self._read(socket)
            except (OSError, websockets.WebSocketException):
                await asyncio.sleep(0.05)

    async def _read(self, socket: Any) -> None:
        async for frame in socket:
            event = orjson.loads(frame)
            if event.get("id") == self.id and "seq" in event:
                self.events.append(event)
                if event["type"] in ENDS:
                    return


async def signed_up(client: httpx.AsyncClient, email: str) -> str:
    account = {"email": email, "password": "three long words"}
    token: str = (await client.post("/accounts", json=account)).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return token


async def test_whatever_is_killed_a_watcher_ends_with_exactly_the_log(
    processes: Processes, valkey: Valkey, tmp_path: Path
) -> None:
    folder = tmp_path / "drill"
    folder.mkdir()
    web, port = processes.web()
    worker = processes.worker()
    await eventually(processes.answers(port), "the web process answers", 30)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=20) as client:
        token = await signed_up(client, "alice@example.org")
        given = {"folder": str(folder), "parts": PARTS, "gates": [f"part-{n}" for n in range(1, PARTS + 1)]}
        made = (await client.post("/generations", json={"kind": "drill", "input": given})).json()
        watchers = [Watcher(port, token, made["id"]) for _ in range(5)]
        watching = [asyncio.create_task(watcher.watch()) for watcher in watchers]

        def begun(part: int) -> bool:
            log = folder / "effects"
            return log.exists() and f"part-{part}" in log.read_text().split()

        for part in range(1, PARTS + 1):
            await eventually(lambda part=part: begun(part), f"part {part} has begun", 30)  # type: ignore[misc]
            if part == 2:
                valkey.command("CLIENT", "KILL", "TYPE", "pubsub")
            if part == 4:
                worker.send_signal(signal.SIGKILL)
                worker = processes.worker()
            if part == 6:
                web.send_signal(signal.SIGKILL)
                await asyncio.to_thread(web.wait)
                web, _ = processes.web(port)
            if part == 8:
                await asyncio.to_thread(valkey.kill)
                await asyncio.to_thread(valkey.start)
            if part == 9:
                valkey.command("FLUSHALL")
            if part == 10:
                web.send_signal(signal.SIGTERM)
                await asyncio.to_thread(web.wait)
                web, _ = processes.web(port)
            (folder / f"part-{part}").touch()
        async with asyncio.timeout(60):
            await asyncio.gather(*watching)
        log = (await client.get(f"/generations/{made['id']}/events")).raise_for_status().json()["items"]
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert log[-1]["type"] == "generation.completed"
    for watcher in watchers:
        assert watcher.events == log
        assert watcher.connections >= 2
    effects = (folder / "effects").read_text().split()
    assert len(effects) - len(set(effects)) <= 1  # the one piece in whose middle the worker was killed


async def test_the_two_calls_of_a_newcomer(processes: Processes, tmp_path: Path) -> None:
    """A real program by API with the worker as operators start it, and its text for the gym."""
    _, port = processes.web()
    arq = str(Path(sys.executable).parent / "arq")
    processes.start("worker", arq, "worker.main.WorkerSettings")
    await eventually(processes.answers(port), "the web process answers", 30)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=20) as client:
        token = await signed_up(client, "bob@example.org")
        asked = {
            "goal": "strength", "experience": "intermediate", "days_per_week": 4, "session_minutes": 60,
            "equipment": ["full_gym"], "lifts": {"squat": 140, "bench_press": 100, "deadlift": 180},
        }  # fmt: skip
        answer = await client.post("/generations", json={"kind": "program", "input": asked})
        assert answer.status_code == 202
        watcher = Watcher(port, token, answer.json()["id"])
        async with asyncio.timeout(60):
            await watcher.watch()
        keys = [event["item"]["key"] for event in watcher.events if event["type"] == "item.ready"]
        assert keys == [f"week-{n}" for n in range(1, 9)]
        url = watcher.events[-1]["result"]["url"]
        text = (await client.get(f"{url}.md")).raise_for_status().text
        assert "Barbell back squat" in text
        program = (await client.get(url)).raise_for_status().json()
        assert [week["week"] for week in program["schedule"]] == list(range(1, 9))
    ProgramResult.model_validate(program)
