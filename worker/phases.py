"""A pipeline is a list of phases. What a phase has made is a checkpoint and is never made again."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_process
import orjson
from anyio import CapacityLimiter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app import generations
from app.database import Database
from app.generations import Bell, Checkpointed, Claim, Piece
from app.generations.claim import Saved
from app.generations.pace import Pace
from app.kinds import KINDS
from worker.errors import Paused, TimedOut
from worker.meter import Meter, measured

if TYPE_CHECKING:
    from worker.llm.pen import Pen

T = TypeVar("T")

# phase.progress goes out at most every so many seconds: four a second.
PROGRESS_EVERY = 0.25


@dataclass(frozen=True)
class Spec:
    """A piece that is to be made."""

    key: str
    index: int
    title: str


@dataclass(frozen=True)
class Phase:
    """Either ``run`` (its JSON-able value is the checkpoint), or ``items`` and ``make`` (each piece is one)."""

    name: str
    run: "Callable[[Work], Awaitable[Any]] | None" = None
    items: "Callable[[Work], Sequence[Spec]] | None" = None
    make: "Callable[[Work, Spec], Awaitable[dict[str, Any]]] | None" = None
    # What a person has to answer before this phase begins, if anything: see `app.generations.waiting`.
    waits_for: "Callable[[Work], str | None]" = lambda _: None
    weight: float = 1.0
    timeout: float | None = None  # seconds for the phase, or for one piece; PHASE_TIMEOUT by default


@dataclass(frozen=True)
class Pipeline:
    """``head`` gives the result's document without its pieces (with ``title``) once all phases but the last are done.

    The last phase (``save``) is the runner's own: it stores the head and ends the generation in one transaction.
    """

    kind: str
    phases: tuple[Phase, ...]
    head: "Callable[[Work], dict[str, Any]]"
    # What else becomes true with the end, in its very transaction.
    ending: "Callable[[Work, AsyncSession], Awaitable[None]] | None" = None
    # Of what a worker makes at once, so much at most may be of this kind, and one always.
    share: float = 1.0

    def __post_init__(self) -> None:
        promised = [name for name, _ in KINDS[self.kind].phases]
        if [phase.name for phase in self.phases] != promised[:-1]:
            raise ValueError(f"the phases of {self.kind} must be {promised[:-1]}")

    @property
    def module(self) -> str:
        """The module that has this as PIPELINE: how a child process finds it."""
        return self.head.__module__


@dataclass
class Work:
    """What a phase sees of its generation, and how it tells what it has done."""

    input: Any  # the kind's input model
    account: dict[str, Any]
    db: Database
    bell: Bell
    claim: Claim
    done: dict[str, Any]  # phase -> its checkpoint's value
    answers: dict[str, Any]  # what was waited for -> what the person said
    made: dict[str, dict[str, Any]]  # item key -> content
    versions: dict[str, int]
    titles: dict[str, Spec]
    seconds: dict[str, float]  # of phases from earlier claims
    phases: list[dict[str, Any]]  # as people see them
    weights: dict[str, float]
    meter: Meter
    learned: Pace | None  # of others like it
    fraction: float = 0.0
    began: float = field(default_factory=time.monotonic)
    began_at: float | None = None
    told: float = 0.0
    steps: int = 0  # checkpoints made by this claim
    llm: "Pen | None" = None  # where a language model writes
    # Monotonic moments: when the running phase or piece must be done, and from when on only the rules engine writes.
    until: float = float("inf")
    rules_from: float = float("inf")
    limits: "list[limit]" = field(default_factory=list)  # those that run: the generation's, the phase's or piece's

    @classmethod
    def of(cls, db: Database, bell: Bell, claim: Claim, saved: Saved, pipeline: Pipeline, meter: Meter) -> "Work":
        model: type[BaseModel] = KINDS[claim.kind].input_model
        names = [name for name, _ in KINDS[claim.kind].phases]
        done = {name: value for name, (value, _) in saved.phases.items() if name in names}
        return cls(
            input=model.model_validate(claim.input), account=saved.account, db=db, bell=bell, claim=claim,
            done=done, answers={name: value for name, (value, _) in saved.phases.items() if name not in done},
            made={key: content for key, (_, _, content) in saved.items.items()},
            versions={key: version for key, (_, version, _) in saved.items.items()},
            titles={}, seconds={name: seconds for name, (_, seconds) in saved.phases.items()},
            phases=[{**phase, **saved.paid.get(phase["name"], {})} for phase in claim.phases],
            weights={**{phase.name: phase.weight for phase in pipeline.phases}, names[-1]: 0.1},
            meter=meter, learned=saved.pace,
            fraction=claim.progress,
        )  # fmt: skip

    def state(self, phase: str) -> dict[str, Any]:
        return next(entry for entry in self.phases if entry["name"] == phase)

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the running phase is; seldom enough for people, so not every call becomes an event."""
        phase = next((entry for entry in self.phases if entry["status"] == "running"), None)
        if phase is None:
            return
        phase.update(done=done, total=total)
        if time.monotonic() - self.told >= PROGRESS_EVERY:
            self.told = time.monotonic()
            fields = {"phase": phase["name"], "done": done, "total": total, "note": note}
            await self.record([("phase.progress", fields)])

    async def replace(self, key: str, content: dict[str, Any], title: str | None = None) -> None:
        """A new version of a finished piece."""
        spec = self.titles[key]
        phase = next(entry["name"] for entry in self.phases if entry["status"] == "running")
        await self.keep(phase, Spec(key, spec.index, title or spec.title), content)

    async def offload(self, function: Callable[..., T], *args: Any, slots: CapacityLimiter | None = None) -> T:
        """Run a module's plain function in a child process: it may hold the CPU, and is killed on cancel. ``slots``:
        how many of such may run; by default as many as there are CPUs, of all kinds together."""
        value, *used = await anyio.to_process.run_sync(measured, function, *args, cancellable=True, limiter=slots)
        self.meter.used(*used)
        return value

    @contextlib.asynccontextmanager
    async def turn(self, slots: CapacityLimiter) -> AsyncIterator[None]:
        """One of the ``slots``. Until there is one, no time limit goes on: others work, and not this."""
        began = time.monotonic()
        with contextlib.ExitStack() as paused:
            for one in self.limits:
                paused.enter_context(one.paused())
            await slots.acquire()
        try:
            waited = time.monotonic() - began
            self.until, self.rules_from = self.until + waited, self.rules_from + waited
            yield
        finally:
            slots.release()

    async def may_ask(self, provider: str) -> None:
        """Before a call of an outside service. Raises Paused while it is to be left alone."""
        if (seconds := await generations.paused_for(self.db, provider)) > 0:
            raise Paused(seconds, provider)

    async def note(self, note: str) -> None:
        """Say what just happened in the running phase, beside its counts."""
        phase = self.state(self.current or "")
        counts = {"done": phase["done"], "total": phase["total"]}
        await self.record([("phase.progress", {"phase": phase["name"], **counts, "note": note})])

    async def stand_in(self, why: str) -> None:
        """Somebody else than the language model writes on, and for what reason."""
        phase = self.state(self.current or "")
        if phase.get("notice") != why:
            phase["notice"] = why
            counts = {"done": phase["done"], "total": phase["total"]}
            said = {"note": f"{why} Our rules engine writes on.", "notice": why}
            await self.record([("phase.progress", {"phase": phase["name"], **counts, **said})])

    def pass_on(self, frame: dict[str, Any]) -> None:
        """Show something to whoever watches at this moment; nobody sees it later."""
        self.bell.publish(self.claim.account_id, [orjson.dumps({**frame, "id": self.claim.id})])

    # For the runner.

    @contextlib.asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """What the running phase, or one piece of it, may take. Raises TimedOut."""
        self.until = time.monotonic() + seconds
        async with limit(seconds) as mine:
            self.limits.append(mine)
            try:
                yield
            finally:
                self.limits.remove(mine)

    async def record(
        self,
        events: list[tuple[str, dict[str, Any]]],
        checkpoint: Checkpointed | None = None,
        piece: Piece | None = None,
    ) -> None:
        """One step of the claim, with progress and estimate derived from what is made."""
        values = {**self.pace(), **self.meter.values(), "phases": self.phases, "phase": self.current}
        asked = await generations.record(self.db, self.bell, self.claim, events, values, checkpoint, piece)
        self.steps += (checkpoint is not None) + (piece is not None)
        if asked:
            raise CancelAsked

    async def keep(self, phase: str, spec: Spec, content: dict[str, Any]) -> None:
        """Checkpoint a piece, and say that it is there."""
        version = self.versions.get(spec.key, 0) + 1
        state = self.state(phase)
        if version == 1 and state["total"] is not None:
            state["done"] += 1
        item = {"key": spec.key, "index": spec.index, "title": spec.title, "version": version}
        counts = {"done": state["done"], "total": state["total"]}
        events: list[tuple[str, dict[str, Any]]] = [("item.ready", {"phase": phase, "item": item, **counts})]
        if state["total"] and time.monotonic() - self.told >= PROGRESS_EVERY:
            self.told = time.monotonic()
            events.append(("phase.progress", {"phase": phase, **counts, "note": spec.title}))
        await self.record(events, piece=Piece(phase, spec.key, spec.index, spec.title, version, content))
        self.made[spec.key], self.versions[spec.key], self.titles[spec.key] = content, version, spec

    @property
    def current(self) -> str | None:
        return next((entry["name"] for entry in self.phases if entry["status"] == "running"), None)

    def pace(self) -> dict[str, Any]:
        """Progress by weight of what is made; the time left at the pace of others, corrected by this claim's own."""
        whole = sum(self.weights.values())
        made = sum(self.weights[entry["name"]] * _share(entry) for entry in self.phases)
        self.fraction = max(self.fraction, min(1.0, made / whole))
        gained, elapsed = self.fraction - self.claim.progress, time.monotonic() - self.began
        values: dict[str, Any] = {"progress": self.fraction}
        if self.learned is not None:
            left = self.learned.corrected(self.claim.input, self.claim.phases, self.phases, elapsed)
            values["eta_at"] = generations.in_seconds(left)
        elif gained > 0.05:  # the first of its kind
            values["eta_at"] = generations.in_seconds(elapsed * (1 - self.fraction) / gained)
        return values


def _share(entry: dict[str, Any]) -> float:
    if entry["status"] in {"done", "skipped"}:
        return 1.0
    return min(1.0, entry["done"] / entry["total"]) if entry["total"] else 0.0


class CancelAsked(Exception):
    """The person wants it to stop."""


class Waits(Exception):
    """It goes on when the person has answered ``what``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class limit:  # noqa: N801 - reads as the context manager it is
    """``async with limit(seconds)``: raises TimedOut, or what else is given, when the block takes longer."""

    def __init__(self, seconds: float, failure: type[TimedOut] = TimedOut) -> None:
        self._timeout, self._failure = asyncio.timeout(seconds), failure

    async def __aenter__(self) -> "limit":
        await self._timeout.__aenter__()
        return self

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """The time within does not count."""
        began, until = time.monotonic(), self._timeout.when()
        self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._timeout.reschedule(None if until is None else until + time.monotonic() - began)

    async def __aexit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            await self._timeout.__aexit__(kind, value, traceback)
        except TimeoutError:
            if self._timeout.expired():
                raise self._failure from None
            raise
