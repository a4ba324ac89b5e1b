"""Asking and making: POST to 202, 202 to started, programs a minute."""

import asyncio
import time
from typing import Any

import httpx
from arq.connections import RedisSettings, create_pool

from bench.stack import BIN, Stack, summary

PROGRAM = {
    "goal": "hypertrophy", "experience": "intermediate", "days_per_week": 4, "session_minutes": 60,
    "equipment": ["full_gym"], "weeks": 8, "lifts": {"squat": 140, "bench_press": 100, "deadlift": 180},
}  # fmt: skip
REQUESTS = 300


async def sign_up(client: httpx.AsyncClient) -> None:
    account = {"email": "bench@example.org", "password": "a long password of the bench"}
    token = (await client.post("/api/v1/accounts", json=account)).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"


async def posts(client: httpx.AsyncClient, path: str, first: int = 0) -> list[float]:
    """Seconds of each of many requests, one after the other."""
    took = []
    for number in range(first, first + REQUESTS):
        body = {"kind": "program", "input": PROGRAM, "subject": f"client {number}"}
        began = time.perf_counter()
        answer = await client.post(path, json=body)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 202, answer.text
    return took


async def post_to_202(stack: Stack, address: str) -> dict[str, Any]:
    _, floor = stack.serve("bench.floor:create_app")
    async with httpx.AsyncClient(base_url=floor) as client:
        await posts(client, "/asked")  # warm
        bare = summary(await posts(client, "/asked"))
    async with httpx.AsyncClient(base_url=address) as client:
        await sign_up(client)
        ours = summary(await posts(client, "/api/v1/generations"))
    return {"name": "POST to 202", "unit": "ms", **_ratio(ours, bare)}


async def programs_a_minute(stack: Stack, address: str) -> dict[str, Any]:
    """A worker alone with the queue that the requests left; the floor is the same science in a bare loop."""
    began = time.perf_counter()
    stack.worker()
    async with httpx.AsyncClient(base_url=address) as client:
        await sign_in(client)
        while (await client.get("/api/v1/generations/active")).json()["items"]:
            await asyncio.sleep(0.25)
    took = time.perf_counter() - began
    bare = await asyncio.to_thread(_bare_science)
    ours = REQUESTS / took * 60
    return {
        "name": "Programs a minute (8 weeks, one worker)", "unit": "programs/min", "ours": {"rate": round(ours)},
        "floor": {"rate": round(bare)}, "ratio": round(bare / ours, 2),
    }  # fmt: skip


async def sign_in(client: httpx.AsyncClient) -> None:
    account = {"email": "bench@example.org", "password": "a long password of the bench"}
    token = (await client.post("/api/v1/tokens", json=account)).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"


def _bare_science() -> float:
    from bench.science import program

    program()
    began, made = time.perf_counter(), 0
    while time.perf_counter() - began < 3:
        program()
        made += 1
    return made / (time.perf_counter() - began) * 60


async def to_started(stack: Stack, address: str, count: int = 60) -> dict[str, Any]:
    """From generation.queued (its 202) to generation.started, by the database's clock; the floor is arq as it comes."""
    took = []
    async with httpx.AsyncClient(base_url=address) as client:
        await sign_in(client)
        for number in range(count):
            body = {"kind": "program", "input": PROGRAM, "subject": f"started {number}"}
            made = (await client.post("/api/v1/generations", json=body)).raise_for_status().json()
            while True:
                events = (await client.get(f"/api/v1/generations/{made['id']}/events")).json()["items"]
                if events[-1]["type"] == "generation.completed":
                    break
                await asyncio.sleep(0.05)
            at = {event["type"]: event["at"] for event in events}
            took.append(at["generation.started"] - at["generation.queued"])
    return {"name": "202 to started", "unit": "ms", **_ratio(summary(took), summary(await _bare_arq(stack, count)))}


async def _bare_arq(stack: Stack, count: int) -> list[float]:
    worker = stack.start(str(BIN / "arq"), "bench.floor.WorkerSettings")
    pool = await create_pool(RedisSettings.from_dsn(stack.redis_url.replace("/0", "/1")))
    took: list[float] = []
    for number in range(count):
        await asyncio.sleep(0.037 * (number % 7))  # not in step with the polling
        await pool.enqueue_job("started", time.time())
        waiting: Any = pool.blpop(["floor:latencies"], timeout=20)
        if (answer := await waiting) is not None:
            took.append(float(answer[1]))
    worker.terminate()
    await pool.aclose()
    return took[1:]


def _ratio(ours: dict[str, float], floor: dict[str, float]) -> dict[str, Any]:
    return {"ours": ours, "floor": floor, "ratio": round(ours["p50_ms"] / max(floor["p50_ms"], 0.01), 2)}
