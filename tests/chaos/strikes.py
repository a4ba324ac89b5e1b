"""The weather: at random, one after the other, everything that can happen to processes and stores happens."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.stage import LEASE, Part, Stage

# what -> how often, of all strikes
WEIGHTS = {
    "kill a worker": 22, "deploy a worker": 12, "freeze a worker past its lease": 10, "freeze a worker": 8,
    "kill a web process": 9, "deploy a web process": 7, "freeze a web process": 4,
    "restart Valkey": 7, "FLUSHALL": 6, "cut every subscription": 9, "cut every Redis client": 5,
    "stop PostgreSQL": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Strike:
    what: str
    at: float  # Unix seconds
    pid: int = 0
    seconds: float = 0.0  # for which it was frozen


class Weather:
    def __init__(self, stage: Stage, dice: random.Random, say: Callable[[str], None]) -> None:
        self.stage, self.dice, self.say = stage, dice, say
        self.strikes: list[Strike] = []
        self._under_way: set[asyncio.Task[None]] = set()
        names = [name for name in WEIGHTS if name != "stop PostgreSQL" or stage.postgres]
        self._names, self._weights = names, [WEIGHTS[name] for name in names]

    @property
    def counts(self) -> Counter[str]:
        return Counter(strike.what for strike in self.strikes)

    async def rage(self, seconds: float) -> None:
        """Strike until the time is over; returns when everything that was struck is back."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(0.3, 1.8))
            (name,) = self.dice.choices(self._names, self._weights)
            await self._strike(name)
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self.stage.until_up()

    async def _strike(self, name: str) -> None:
        """Processes come back in the background: the next strike may come before they have."""
        if "worker" in name:
            await self._on(name, self.stage.workers)
        elif "web" in name:
            await self._on(name, self.stage.webs)
        else:
            self._note(name)
            await self._store(name)

    async def _on(self, name: str, parts: list[Part]) -> None:
        for part in parts:  # somebody has to be there to take over
            if part.ending or not await self.stage.is_up(part):
                return
        part = self.dice.choice(parts)
        seconds = 0.0
        if name.startswith("freeze"):
            seconds = LEASE * self.dice.uniform(1.4, 2.2) if name.endswith("lease") else self.dice.uniform(0.2, 1.5)
        self._note(name, part.pid, seconds)
        if name.startswith("kill"):
            self._spawn(self.stage.end(part, signal.SIGKILL, self.dice.uniform(0, 1)))
        elif name.startswith("deploy"):
            self._spawn(self.stage.end(part, signal.SIGTERM))
        else:
            self._spawn(self.stage.freeze(part, seconds))

    async def _store(self, name: str) -> None:
        valkey, dice = self.stage.valkey, self.dice
        away = dice.uniform(0, 2)
        if name == "FLUSHALL":
            await asyncio.to_thread(valkey.command, "FLUSHALL")
        elif name == "cut every subscription":
            await asyncio.to_thread(valkey.command, "CLIENT", "KILL", "TYPE", "pubsub")
        elif name == "cut every Redis client":
            await asyncio.to_thread(valkey.command, "CLIENT", "KILL", "TYPE", "normal")
        elif name == "restart Valkey":
            await asyncio.to_thread(valkey.kill)
            await asyncio.sleep(away)
            await asyncio.to_thread(valkey.start)
        elif self.stage.postgres is not None:
            immediate = dice.random() < 0.5
            await asyncio.to_thread(self.stage.postgres.stop, signal.SIGQUIT if immediate else signal.SIGINT)
            await asyncio.sleep(away)
            await asyncio.to_thread(self.stage.postgres.start)

    def _note(self, name: str, pid: int = 0, seconds: float = 0.0) -> None:
        self.strikes.append(Strike(name, time.time(), pid, seconds))
        self.say(f"{name} {pid or ''}")

    def _spawn(self, doing: Awaitable[object]) -> None:
        async def run() -> None:
            await doing

        task = asyncio.create_task(run())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
