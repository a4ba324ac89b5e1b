"""Making one generation: claim it, run its phases from where they stand, finish. No exception leaves here."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.contextvars import bind_contextvars

from app import generations
from app.database import Away, Database
from app.generations import Bell, Checkpointed, Claim, Lost, rescue
from app.generations.edits import Conflict
from app.kinds import KINDS
from app.settings import Settings
from worker import alone
from worker.errors import Failure, Internal, Interrupted, Outdated, OutOfTime, Paused, RateLimited
from worker.llm import client as llm
from worker.llm.pen import Pen
from worker.meter import Meter, metered
from worker.phases import CancelAsked, Phase, Pipeline, Waits, Work, limit

log = structlog.get_logger()

# Of the time for a generation: after it the remaining pieces are the rules engine's.
HANDED_OVER = 0.8

STOPPED = {
    "code": "worker_stopped", "message": "Handed over while a new version starts. Nothing is lost.", "retryable": True,
}  # fmt: skip


@dataclass
class Running:
    claim: Claim
    task: "asyncio.Task[None]" = field(init=False)
    work: Work | None = None
    why: str = ""  # why we cancelled the task: cancel, lost, stopped
    meter: Meter = field(init=False)
    whole: limit = field(init=False)  # for all of it

    def __post_init__(self) -> None:
        self.meter = Meter(**self.claim.cost)


@dataclass(frozen=True)
class Ending:
    """How far a claim has come when it ends."""

    claim: Claim
    phases: list[dict[str, Any]]
    cost: dict[str, Any]


class Runner:
    def __init__(
        self,
        db: Database,
        bell: Bell,
        settings: Settings,
        worker: str,
        pipelines: Mapping[str, Pipeline],
        *,
        alone: bool = False,
    ) -> None:
        self.db, self.bell, self.settings, self.worker, self.pipelines = db, bell, settings, worker, pipelines
        self.llm = llm.connect(settings, bell)
        self.alone = alone  # this process is there for one suspect only
        self.running: dict[str, Running] = {}

    async def close(self) -> None:
        if self.llm is not None:
            await self.llm.close()

    @property
    def room(self) -> int:
        return max(0, self.settings.worker_concurrency - len(self.running))

    @property
    def kinds(self) -> list[str]:
        """What may be taken up now: of some kinds only a share of what is made at once."""
        running = Counter(one.claim.kind for one in self.running.values())
        most = {name: max(1, int(one.share * self.settings.worker_concurrency)) for name, one in self.pipelines.items()}
        return [name for name in self.pipelines if running[name] < most[name]]

    async def make_this(self, claim: Claim) -> None:
        """Make what is claimed already."""
        running = Running(claim)
        running.task = asyncio.create_task(self._guarded(running))
        self.running[claim.id] = running
        await asyncio.wait([running.task])

    async def make(self) -> None:
        """Claim the best due generation, if any, and make it. Cancelled (by a shutdown), it hands it over first."""
        claiming = asyncio.create_task(self._claim())
        try:
            running = await asyncio.shield(claiming)
            if running is not None:
                await asyncio.wait([running.task])
                if self.pipelines[running.claim.kind].share < 1:  # others of its kind may have been passed by
                    await rescue.ring_again(self.db, self.bell, 1, unanswered=0.0, kinds=self.kinds)
                    await self.bell.settle()  # --burst ends at an empty queue
        except asyncio.CancelledError:
            await asyncio.wait([claiming])
            if not claiming.cancelled() and claiming.exception() is None and (mine := claiming.result()) is not None:
                self.stop(mine, "stopped")
                await asyncio.wait([mine.task])
            raise
        except Away as error:
            log.warning("claim.failed", error=type(error).__name__)
        except Exception:
            log.exception("claim.failed")

    async def _claim(self) -> Running | None:
        lease = self.settings.lease_seconds
        claim = await generations.claim(self.db, self.bell, self.worker, lease, self.kinds)
        if claim is None:
            return None
        if (old := self.running.get(claim.id)) is not None:
            self.stop(old, "lost")  # our own lease ran out, and we are the one who took it over
        running = Running(claim)
        running.task = asyncio.create_task(self._guarded(running))
        self.running[claim.id] = running
        running.task.add_done_callback(lambda _: self._forget(running))
        return running

    def _forget(self, running: Running) -> None:
        if self.running.get(running.claim.id) is running:
            del self.running[running.claim.id]

    def stop(self, running: Running, why: str) -> None:
        """Interrupt what runs; the first reason counts."""
        if not running.why:
            running.why = why
            running.task.cancel()

    async def _guarded(self, running: Running) -> None:
        claim = running.claim
        # In every line from here on, whoever writes it. What the events say is logged with them.
        bind_contextvars(worker=self.worker, generation=claim.id, kind=claim.kind, attempt=claim.attempt, phase=None)
        try:
            try:
                await self._timed(running)
            except (Exception, SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
                await self._ended_by(running, error)
        except Lost:
            log.warning("generation.lost")
        except Away as error:
            # The lease runs out, and somebody goes on from the last checkpoint.
            log.warning("generation.left", error=type(error).__name__)
        except Exception:
            log.exception("generation.left")

    async def _timed(self, running: Running) -> None:
        claim = running.claim
        left = max(0.0, self.settings.generation_timeout - claim.spent)
        async with limit(left, OutOfTime) as running.whole:
            if claim.suspect and not self.alone:
                await alone.make(claim, self.pipelines[claim.kind], self.settings, self.worker)
            else:
                await metered(self._phases(running), running.meter)

    async def _ended_by(self, running: Running, error: BaseException) -> None:
        claim, work = running.claim, running.work
        if isinstance(error, Lost) or running.why == "lost":
            raise Lost(claim.id)
        if isinstance(error, alone.Died):
            log.warning("generation.killed_its_process", code=error.code)
            await rescue.lost(self.db, self.bell, claim.id, claim.token)
            return
        if claim.suspect and not self.alone:  # its own process has told how far it is
            phases, cost = await generations.phases_of(self.db, claim.id), {}
        else:
            phases, cost = work.phases if work else claim.phases, running.meter.values()
        over = Ending(claim, phases, cost)
        if isinstance(error, CancelAsked) or running.why == "cancel":
            await generations.end(self.db, self.bell, claim, None, phases, cost)
        elif running.why == "stopped":
            await generations.back_to_queue(self.db, self.bell, claim, STOPPED, phases, 0.0, cost, counts=False)
        elif isinstance(error, Waits):
            await generations.wait(self.db, self.bell, claim, error.what, phases, cost)
        elif isinstance(error, DBAPIError | PoolTimeout) and isinstance(error, Away):
            log.warning("generation.interrupted", error=type(error).__name__)
            await self._failed(over, Interrupted(), counts=work is None or work.steps == 0)
        elif isinstance(error, Failure):
            await self._failed(over, error, counts=error.counts)
        elif isinstance(error, Conflict):
            await self._failed(over, Outdated(), counts=True)
        else:
            log.error("generation.broke", exc_info=error)
            await self._failed(over, Internal(), counts=True)

    async def _failed(self, over: Ending, failure: Failure, *, counts: bool) -> None:
        claim, error = over.claim, failure.as_json()
        provider = failure.provider if isinstance(failure, RateLimited) else ""
        if provider and not isinstance(failure, Paused):  # which is a pause that stands already
            await generations.pause(self.db, provider, failure.delay(claim.attempt))
        if failure.final or (counts and claim.attempt >= claim.max_attempts):
            await generations.end(self.db, self.bell, claim, error, over.phases, over.cost)
            return
        delay = failure.delay(claim.attempt)
        await generations.back_to_queue(
            self.db, self.bell, claim, error, over.phases, delay, over.cost, counts=counts, provider=provider
        )

    async def _phases(self, running: Running) -> None:
        claim = running.claim
        pipeline = self.pipelines[claim.kind]
        saved = await generations.resume(self.db, claim)
        running.work = work = Work.of(self.db, self.bell, claim, saved, pipeline, running.meter)
        work.limits.append(running.whole)
        work.rules_from = time.monotonic() + HANDED_OVER * self.settings.generation_timeout - claim.spent
        if self.llm is not None and claim.engine == "llm":
            work.llm = Pen(self.llm, work)
        reused = [
            ("phase.completed", {"phase": phase.name, "seconds": round(work.seconds[phase.name], 3), "reused": True})
            for phase in pipeline.phases
            if phase.name in work.done
        ]
        if reused:
            for name in work.done:
                work.state(name).update(status="done", seconds=round(work.seconds[name], 3))
            await work.record(reused)
        for phase in pipeline.phases:
            if phase.name not in work.done:
                if (what := phase.waits_for(work)) and what not in work.answers:
                    raise Waits(what)
                await self._phase(work, phase)
            elif phase.items is not None:
                work.titles.update({spec.key: spec for spec in phase.items(work)})
        await self._save(work, pipeline)

    async def _phase(self, work: Work, phase: Phase) -> None:
        began = time.monotonic()
        specs = list(phase.items(work)) if phase.items else None
        total = len(specs) if specs is not None else None
        state = self._start(work, phase.name, total)
        if specs is not None:
            state["done"] = sum(spec.key in work.made for spec in specs)
            work.titles.update({spec.key: spec for spec in specs})
        units = 1 if total is None else total - state["done"]
        fields = {"phase": phase.name, "label": state["label"], "total": total, "done": state["done"]}
        await work.record([("phase.started", fields)])
        seconds = phase.timeout or self.settings.phase_timeout
        value: Any = None
        if phase.run is not None:
            async with work.within(seconds):
                value = await phase.run(work)
        for spec in specs or ():
            if spec.key not in work.made:
                async with work.within(seconds):
                    content = await phase.make(work, spec)  # type: ignore[misc]  # items and make come together
                await work.keep(phase.name, spec, content)
        took = time.monotonic() - began
        state.update(status="done", seconds=round(took, 3))
        done = {"phase": phase.name, "seconds": round(took, 3), "reused": False}
        await work.record([("phase.completed", done)], checkpoint=Checkpointed(phase.name, value, took, units))
        work.done[phase.name] = value

    @staticmethod
    def _start(work: Work, name: str, total: int | None) -> dict[str, Any]:
        bind_contextvars(phase=name)
        state = work.state(name)
        state.update(status="running", total=total, done=0, attempt=work.claim.attempt)
        return state

    async def _save(self, work: Work, pipeline: Pipeline) -> None:
        name, label = KINDS[pipeline.kind].phases[-1]
        began = time.monotonic()
        state = self._start(work, name, None)
        await work.record([("phase.started", {"phase": name, "label": label, "total": None, "done": 0})])
        head = pipeline.head(work)
        took = time.monotonic() - began
        state.update(status="done", seconds=round(took, 3))
        checkpoint = Checkpointed(name, None, took)
        also = pipeline.ending and partial(pipeline.ending, work)
        cost = work.meter.values()
        await generations.complete(self.db, self.bell, work.claim, head, work.phases, checkpoint, cost, also)
