"""The live channel: commit to frame, CPU per event and memory per idle socket, beside a bare pub/sub relay.

As a script: ``python -m bench.live``. The events are the heart's own, committed and published by a process of their
own, the same for both servers.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import websockets
from sqlalchemy import insert, select

from app import generations, logs
from app.accounts import token_for
from app.database import Database, now
from app.generations.change import change
from app.ids import uuid7
from app.models import Account, Generation
from app.settings import Settings, load
from bench.stack import ROOT, Stack, stack, summary

SOCKETS = 1000
EVENTS = 500  # a second
SECONDS = 8
TURN = 0.01  # seconds between commits
Moments = dict[tuple[str, int], float]  # (generation, seq) -> when, by the machine's monotonic clock


async def seed(db: Database) -> list[tuple[str, str]]:
    """As many people as sockets, each with one generation under way: (account, generation)."""
    pairs = [(uuid7(), uuid7()) for _ in range(SOCKETS)]
    async with db.write() as session:
        at = (await session.execute(select(now()))).scalar_one()
        times = dict.fromkeys(("created_at", "queued_at", "due_at", "rung_at", "started_at"), at)
        await session.execute(insert(Account), [{"id": account, "created_at": at} for account, _ in pairs])
        await session.execute(
            insert(Generation),
            [
                {"id": id_, "account_id": account, "kind": "program", "input": {}, "status": "processing", **times}
                for account, id_ in pairs
            ],
        )
    return pairs


async def tell(settings: Settings) -> Moments:
    """Commit and publish events of random generations at an even pace; when each was committed."""
    db, bell = Database(settings.database), generations.Bell(generations.connect(settings))
    async with db.read() as session:
        ids = list((await session.execute(select(Generation.id))).scalars())
    event = ("phase.progress", {"phase": "write_weeks", "done": 3, "total": 8, "note": "Week 3 is written"})
    committed: Moments = {}
    began = time.monotonic()
    for turn in range(int(SECONDS / TURN)):
        await asyncio.sleep(began + turn * TURN - time.monotonic())
        async with db.write() as session:
            chosen = random.sample(ids, int(EVENTS * TURN))
            found = [await change(session, [Generation.id == id_], {}, [event]) for id_ in chosen]
        moment = time.monotonic()
        for changed in filter(None, found):
            committed[changed.row["id"], changed.row["last_seq"]] = moment
            bell.publish(changed.row["account_id"], changed.frames)
    await bell.close()
    await db.close()
    return committed


class Audience:
    """The sockets, each watching one generation, and when their frames came."""

    def __init__(self, stack_: Stack, address: str) -> None:
        self.stack, self.address = stack_, address.replace("http", "ws")
        self.sockets: list[Any] = []
        self.came: list[tuple[float, Any]] = []
        self._listeners: list[asyncio.Task[None]] = []

    async def enter(self, account: str, id_: str, after: int) -> None:
        headers = {"Authorization": f"Bearer {token_for(self.stack.settings, account).access_token}"}
        socket = await websockets.connect(
            f"{self.address}/live?account={account}", additional_headers=headers, compression=None, ping_interval=None
        )
        await socket.send(orjson.dumps({"type": "watch", "id": id_, "after": after}).decode())
        self.sockets.append(socket)
        self._listeners.append(asyncio.create_task(self._listen(socket)))

    async def _listen(self, socket: Any) -> None:
        async for frame in socket:
            self.came.append((time.monotonic(), frame))

    async def leave(self) -> None:
        await asyncio.gather(*(socket.close() for socket in self.sockets))
        await asyncio.gather(*self._listeners)
        self.sockets.clear()

    def moments(self) -> Moments:
        frames = [(moment, orjson.loads(frame)) for moment, frame in self.came]
        return {(frame["id"], frame["seq"]): moment for moment, frame in frames if "seq" in frame}


async def measure(stack_: Stack, app: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    process, address = stack_.serve(app)
    db = Database(stack_.settings.database)
    async with db.read() as session:
        rows = await session.execute(select(Generation.id, Generation.last_seq))
        last = {row.id: row.last_seq for row in rows}
    await db.close()
    audience = Audience(stack_, address)
    await asyncio.gather(*(audience.enter(account, id_, last[id_]) for account, id_ in pairs[:50]))
    await audience.leave()  # what is made once is made now
    empty = resident(process.pid)
    for first in range(0, SOCKETS, 50):
        await asyncio.gather(*(audience.enter(account, id_, last[id_]) for account, id_ in pairs[first : first + 50]))
    await asyncio.sleep(1)
    full, worked = resident(process.pid), cpu_seconds(process.pid)
    committed = await in_a_process_of_its_own(stack_)
    await asyncio.sleep(0.5)
    worked = cpu_seconds(process.pid) - worked
    came = audience.moments()
    await audience.leave()
    process.terminate()
    process.wait(30)
    return {
        "latency": summary([came[event] - moment for event, moment in committed.items() if event in came]),
        "lost": len(committed.keys() - came.keys()),
        "events_per_second": round(len(committed) / SECONDS),
        "cpu_ms": round(worked / len(committed) * 1000, 3),
        "kb": round((full - empty) / SOCKETS, 1),
    }


async def in_a_process_of_its_own(stack_: Stack) -> Moments:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.live", "tell", stdout=subprocess.PIPE, env=stack_.environment, cwd=ROOT
    )
    output, _ = await process.communicate()
    return {(id_, seq): moment for id_, seq, moment in orjson.loads(output)}


def resident(pid: int) -> int:
    """KB of memory in use."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, unit: str, ours: dict[str, float], floor: dict[str, float]) -> dict[str, Any]:
    first = next(iter(ours))
    return {"name": name, "unit": unit, "ours": ours, "floor": floor, "ratio": round(ours[first] / floor[first], 2)}


async def run() -> list[dict[str, Any]]:
    with stack() as stack_:
        db = Database(stack_.settings.database)
        pairs = await seed(db)
        await db.close()
        floor = await measure(stack_, "bench.relay:app", pairs)
        ours = await measure(stack_, "app.main:app", pairs)
    if ours["lost"]:
        raise RuntimeError(f"{ours['lost']} events did not arrive")
    load = f"{SOCKETS:,} sockets, {ours['events_per_second']} events/s"
    return [
        row(f"Commit to frame ({load})", "ms", ours["latency"], floor["latency"]),
        row("Server CPU per event delivered", "ms", {"cpu": ours["cpu_ms"]}, {"cpu": floor["cpu_ms"]}),
        row("Memory per idle socket", "KB", {"resident": ours["kb"]}, {"resident": floor["kb"]}),
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["tell"]:
        logs.configure("text")  # to standard error: standard output is the answer
        told = asyncio.run(tell(load()))
        sys.stdout.buffer.write(orjson.dumps([(id_, seq, moment) for (id_, seq), moment in told.items()]))
    else:
        for line in asyncio.run(run()):
            print(line)
