"""The storm itself: people ask, clients watch, everything around them is struck; then the calm, and the audit."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from app.database import Away
from app.models import Generation
from tests.chaos import audit, report
from tests.chaos.people import Crowd, Order, an_order
from tests.chaos.report import Report
from tests.chaos.stage import Stage
from tests.chaos.strikes import Weather
from tests.chaos.watchers import Watcher
from tests.support.services import Postgres, running_postgres

# arq's own. Each ring gives it a time to live, which is missing between the two calls if its ringer dies there.
QUEUE = "arq:queue"
# Redis has no command for it; the keys are few.
LASTING = """
local lasting = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if redis.call('TTL', key) == -1 then table.insert(lasting, key) end
end
return lasting
"""


@dataclass(frozen=True)
class Plan:
    database: str = "postgresql"
    seconds: float = 60  # of storm
    orders: int = 300
    seed: int = 0
    people: int = 6
    clients: int = 36
    webs: int = 2
    workers: int = 3
    at_once: int = 40  # orders under way
    patience: float = 90  # seconds of calm in which everything must have ended
    keep: str = ""  # a folder in which the logs of all processes stay


class Storm:
    def __init__(self, plan: Plan, stage: Stage, say: Callable[[str], None]) -> None:
        self.plan, self.stage, self.say = plan, stage, say
        self.dice = random.Random(plan.seed)
        # Each has dice of its own: how fast one of them goes changes nothing for the others.
        self.weather = Weather(stage, random.Random(self.dice.random()), say)
        self.crowd = Crowd(stage, random.Random(self.dice.random()))
        self.watchers: list[Watcher] = []
        self.active = 0  # generations, as of a moment ago

    @property
    def single(self) -> list[Watcher]:
        return [watcher for watcher in self.watchers if not watcher.everything]

    async def run(self) -> Report:
        """Raises TimeoutError when the processes do not come up."""
        plan = self.plan
        await self.stage.open()
        await self.crowd.sign_up(plan.people)
        for n in range(plan.clients):
            turn, number = divmod(n, plan.people)
            someone, everything = self.crowd.people[number], turn % 2 == 0
            self.watchers.append(Watcher(self.stage, someone, everything, random.Random(self.dice.random())))
        watching = [asyncio.create_task(watcher.watch()) for watcher in self.watchers]
        asking = asyncio.create_task(self._ask())
        try:
            began = time.monotonic()
            await self.weather.rage(plan.seconds)
            raged = time.monotonic() - began
            self.say("calm")
            await self._calm(asking)
            found = await self._audit(raged)
        finally:
            for task in (asking, *watching):
                task.cancel()
            await asyncio.gather(asking, *watching, return_exceptions=True)
        return found

    async def _ask(self) -> None:
        """Spread over the storm at random; fewer where the machine does not keep up."""
        dice, plan = random.Random(self.dice.random()), self.plan
        moments = sorted(dice.uniform(0, plan.seconds * 0.95) for _ in range(plan.orders))
        began = time.monotonic()
        counting = asyncio.create_task(self._count_active())
        try:
            async with asyncio.TaskGroup() as tasks:
                for number, moment in enumerate(moments):
                    await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
                    while self._under_way >= plan.at_once:
                        await asyncio.sleep(0.1)
                    if time.monotonic() - began > plan.seconds:
                        break
                    tasks.create_task(self._one(an_order(number, self.stage.folder, dice), dice))
        finally:
            counting.cancel()

    async def _one(self, order: Order, dice: random.Random) -> None:
        """One order; some are watched by themselves from the moment that they are accepted."""
        watcher = dice.choice(self.single) if dice.random() < 0.4 else None
        someone = watcher.who if watcher else dice.choice(self.crowd.people)
        asking = asyncio.create_task(self.crowd.ask(someone, order))
        while watcher is not None and not order.id and not asking.done():
            await asyncio.sleep(0.02)
        if watcher is not None and order.id:
            watcher.wanted.append(order.id)
        await asking

    @property
    def _under_way(self) -> int:
        return self.crowd.unanswered + self.active

    async def _count_active(self) -> None:
        while True:
            self.active = await self._active()
            await asyncio.sleep(0.5)

    async def _calm(self, asking: "asyncio.Task[None]") -> None:
        """Wait until everything has ended and everybody has seen it; what does not come is the audit's to tell."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience):
                await asking
                for watcher in self.watchers:
                    await watcher.last_time()
                while await self._active():
                    await asyncio.sleep(0.2)
        if not asking.done():
            asking.cancel()
            await asyncio.wait([asking])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience / 2):
                while await self._unseen():
                    await asyncio.sleep(0.5)

    async def _active(self) -> int:
        try:
            async with self.stage.db.read() as session:
                of = select(func.count()).select_from(Generation).where(Generation.status.in_(audit.ACTIVE))
                return int((await session.execute(of)).scalar_one())
        except Away:
            return max(1, self.active)

    async def _unseen(self) -> bool:
        made = await audit.read(self.stage.db, self.stage.folder)
        return any(
            len(watcher.got[id_]) < len(made[id_].bodies)
            for watcher in self.watchers
            for id_ in made.keys() & watcher.expected
        )

    async def _audit(self, raged: float) -> Report:
        plan, stage = self.plan, self.stage
        made = await audit.read(stage.db, stage.folder)
        resyncs = await audit.resyncs(stage.db)
        processes = f"{plan.webs} web and {plan.workers} worker processes"
        found = Report(plan.database, plan.seed, round(raged, 1), processes)
        report.count(found, made.values())
        found.lost, found.duplicated, found.wrong = audit.wrong_with(made, self.crowd.people)
        found.wrong += self.crowd.refused
        for watcher in self.watchers:
            found.wrong += audit.wrong_with_watcher(watcher, made)
        found.stale_writes_refused = audit.refused(stage.folder)
        found.strikes = dict(self.weather.counts.most_common())
        found.ended_by_themselves = dict(stage.ended_by_themselves)
        recovered = report.recoveries(self.weather.strikes, made.values(), stage.elsewhere)
        for name, seconds in sorted(recovered.items()):
            found.taken_over[name] = report.summary([taken for taken, _ in seconds])
            found.recovery[name] = report.summary([again for _, again in seconds])
        found.cancel_to_end = report.summary(report.cancels(made.values()))
        found.clients = len(self.watchers)
        found.reconnects = sum(max(0, watcher.connections - 1) for watcher in self.watchers)
        found.logs_resumed = sum(watcher.resumed for watcher in self.watchers)
        found.events_checked = sum(watcher.frames for watcher in self.watchers)
        found.resyncs = resyncs
        found.requests_sent_again = self.crowd.broken
        found.keys_without_ttl = keys_without_ttl(stage)
        return found


def keys_without_ttl(stage: Stage) -> list[str]:
    answer = stage.valkey.command("EVAL", LASTING, "0").decode()
    return [line for line in answer.split("\r\n") if line and line[0] not in "*$" and line != QUEUE]


@contextlib.contextmanager
def _postgres(plan: Plan) -> Iterator[Postgres | None]:
    if plan.database != "postgresql":
        yield None
        return
    with running_postgres() as server:
        yield server


@contextlib.contextmanager
def _folder(plan: Plan) -> Iterator[str]:
    if plan.keep:
        yield tempfile.mkdtemp(dir=plan.keep)
        return
    with tempfile.TemporaryDirectory(prefix="unfold-chaos-") as folder:
        yield folder


@contextlib.asynccontextmanager
async def stage_for(plan: Plan) -> AsyncIterator[Stage]:
    with _folder(plan) as folder, _postgres(plan) as postgres:
        stage = Stage(Path(folder), postgres, plan.webs, plan.workers)
        try:
            yield stage
        finally:
            await stage.close()


async def storm(plan: Plan, say: Callable[[str], None] = lambda _: None) -> Report:
    async with stage_for(plan) as stage:
        return await Storm(plan, stage, say).run()
