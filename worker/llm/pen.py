"""What the makers hold of a language model: ask for a piece, within time, budget and limits, shown while it is written.

What was answered once is never asked, and paid for, again: replies are kept with the generation.
"""

import asyncio
import hashlib
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog

from app import generations, metrics
from app.generations import spend
from worker.errors import Failure, InvalidOutput, Paused, RateLimited, TimedOut, Unavailable, Unreachable
from worker.llm.client import Asked, Client, Message, Received
from worker.llm.faults import Refused, Unfit
from worker.llm.manner import Manner
from worker.llm.partial import Reading, whole

if TYPE_CHECKING:
    from worker.phases import Work

log = structlog.get_logger()

FRAME_EVERY: Final = 0.05  # seconds: item.delta at most 20 times a second
# Of the time for a piece, what is left to the rungs that need no model.
KEPT_BACK: Final = 0.15
LEAST_SECONDS: Final = 3.0  # a call with less time than this is not begun
# A rate limit that is over sooner is waited for; in a longer one the rules engine writes.
PATIENCE: Final = 60.0
LONGEST_TURN: Final = 20.0  # seconds for a place among the calls of all workers
REFUSED_FOR: Final = 300.0  # a wrong key is looked at again after this
# By class: how often a call is made again before its rung is left, and after how many seconds.
AGAIN: Final[tuple[tuple[type[Failure], tuple[float, ...]], ...]] = (
    (Unreachable, (1.0, 3.0)),
    (TimedOut, (0.0,)),
)
MOST_FORMS: Final = 6

BUDGET: Final = "Today's budget for the language model is spent."
MINE: Final = "Your share of today's budget for the language model is spent."
AWAY: Final = "The language model cannot be reached at the moment."
LIMITED: Final = "The language model is busy."
REFUSED: Final = "The language model is not available."
LATE: Final = "The time for this was running out."


@dataclass(frozen=True)
class Brief:
    """What is asked for: ``texts`` are the fields that people may read while they are written."""

    rung: str
    name: str
    messages: Sequence[Message]
    schema: dict[str, Any]
    texts: frozenset[str]
    most_tokens: int
    temperature: float = 0.6


class Pen:
    def __init__(self, client: Client, work: "Work") -> None:
        self._client, self._work = client, work
        self._told = 0.0  # when the last frame went out

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        """The object that is asked for, not yet checked in any way but that it is one.

        Raises InvalidOutput (another rung may do better), Unavailable (no model writes this now), and RateLimited: the
        generation waits as long as the provider wants, and goes on from here.
        """
        key = self._key(piece, brief)
        known = await spend.answered(self._work.db, self._work.claim, key)
        if known is not None and known.outcome == InvalidOutput.code:
            raise InvalidOutput(known.reply)  # paid for, and of no use then as now
        try:
            reply = known.reply if known else await self._asked(piece, brief, key)
        except BaseException:
            self._withdraw(piece)
            raise
        try:
            return whole(reply, brief.schema.get("required", ()))
        except InvalidOutput:
            self._withdraw(piece)
            raise

    def _key(self, piece: str, brief: Brief) -> str:
        asked = [piece, self._client.endpoint.model, brief.rung, brief.name, list(brief.messages)]
        return hashlib.sha256(orjson.dumps(asked)).hexdigest()

    async def _asked(self, piece: str, brief: Brief, key: str) -> str:
        tries: dict[type[Failure], int] = {}
        forms = 0
        manner = await self._client.memory.manner()
        while True:
            await self._permitted()
            try:
                return await self._call(piece, brief, key, manner)
            except Unfit as refusal:
                other = manner.without(refusal.said)
                forms += 1
                if other is None or forms > MOST_FORMS:
                    raise InvalidOutput("the language model did not take the request") from None
                manner = other  # remembered once it was taken
            except RateLimited as limited:
                await self._wait_or_leave(limited)
            except Refused:
                raise Unavailable(REFUSED) from None
            except InvalidOutput:
                raise
            except Failure as fault:
                await self._again(fault, tries)

    async def _again(self, fault: Failure, tries: dict[type[Failure], int]) -> None:
        """Wait as the class says before the call is made again. Raises Unavailable."""
        kind, pauses = next((entry for entry in AGAIN if isinstance(fault, entry[0])), (Failure, ()))
        done = tries[kind] = tries.get(kind, 0) + 1
        if done > len(pauses):
            raise Unavailable(LATE if isinstance(fault, TimedOut) else AWAY) from None
        await asyncio.sleep(min(pauses[done - 1] * random.uniform(0.5, 1.0), max(0.0, self._left())))  # noqa: S311

    async def _wait_or_leave(self, limited: RateLimited) -> None:
        """Let the whole generation wait, where that is not for long and not the last try. Raises."""
        claim = self._work.claim
        if limited.retry_after > PATIENCE or claim.attempt >= claim.max_attempts:
            await generations.pause(self._work.db, self._client.provider, limited.retry_after)
            raise Unavailable(LIMITED) from None
        raise limited

    def _left(self) -> float:
        """Seconds that a call may take by now."""
        moment, work = time.monotonic(), self._work
        left = min(work.until - moment - KEPT_BACK * self._client.settings.phase_timeout, work.rules_from - moment)
        return min(left, self._client.settings.llm_call_timeout)

    async def _permitted(self) -> None:
        """Whether a call may be made now, having waited for its turn. Raises Unavailable, Paused."""
        limits = self._client.limits
        await self._still_permitted()
        if await limits.closed_for() > 0:
            raise Unavailable(AWAY)
        try:
            wait = await limits.turn(min(LONGEST_TURN, max(0.0, self._left() - LEAST_SECONDS)))
            if wait < 0:
                raise Unavailable(LIMITED)
            await asyncio.sleep(wait)
        except BaseException:
            await limits.untried()
            raise

    async def _still_permitted(self) -> None:
        """Time, budget and the provider's pause: before a turn is waited for, and again just before the call."""
        client, work = self._client, self._work
        if self._left() < min(LEAST_SECONDS, client.settings.llm_call_timeout):
            raise Unavailable(LATE)
        await self._afford()
        if (paused := await generations.paused_for(work.db, client.provider)) > 0:
            if paused > PATIENCE:
                raise Unavailable(LIMITED)
            raise Paused(paused, client.provider)

    @property
    def _budgeted(self) -> bool:
        settings = self._client.settings
        return settings.llm_daily_budget is not None or settings.llm_daily_budget_per_user is not None

    async def _afford(self) -> None:
        if self._budgeted:
            self._within(await spend.spent(self._work.db, self._work.claim.account_id))

    def _within(self, spent: spend.Spent) -> None:
        settings = self._client.settings
        mine, whole_ = settings.llm_daily_budget_per_user, settings.llm_daily_budget
        if whole_ is not None and spent.in_all >= whole_:
            raise Unavailable(BUDGET)
        if mine is not None and spent.by_person >= mine:
            raise Unavailable(MINE)

    async def _reserve(self, piece: str, brief: Brief, key: str, asked: Asked, manner: Manner) -> str | None:
        """The most that the call may cost, set aside where there is a budget. Raises Unavailable."""
        if not self._budgeted:
            return None
        read = Received(begun=True)
        read.count(asked)
        cost = self._client.price(read.tokens_in, manner.room(brief.most_tokens))
        call = self._as_call(piece, brief, key, (0, 0), cost, 0.0, spend.UNDER_WAY, None)
        id_, others = await spend.reserve(self._work.db, self._work.claim, call)
        try:
            self._within(others)
        except BaseException:
            await spend.release(self._work.db, id_)
            raise
        return id_

    def _as_call(
        self, piece: str, brief: Brief, key: str, tokens: tuple[int, int], cost: float, took: float, outcome: str,
        reply: str | None,
    ) -> spend.Call:  # fmt: skip
        phase = self._work.state(self._work.current or "")
        return spend.Call(
            key, phase["name"], piece, brief.rung, self._client.provider, self._client.endpoint.model[:100], *tokens,
            cost, round(took, 3), outcome, reply,
        )  # fmt: skip

    async def _call(self, piece: str, brief: Brief, key: str, manner: Manner) -> str:
        client = self._client
        async with client.room:
            asked = Asked(brief.messages, brief.name, brief.schema, brief.most_tokens, brief.temperature)
            try:
                await self._still_permitted()
                reserved = await self._reserve(piece, brief, key, asked, manner)
            except BaseException:
                await client.limits.untried()
                raise
            return await self._made(piece, brief, key, manner, asked, reserved)

    async def _made(
        self, piece: str, brief: Brief, key: str, manner: Manner, asked: Asked, reserved: str | None
    ) -> str:  # fmt: skip
        client, received = self._client, Received()
        reading = Reading(brief.texts, brief.schema.get("required", ()))
        began, outcome, complaint = time.monotonic(), "cancelled", None
        try:
            await client.call(asked, manner, self._left(), received, lambda text: self._show(piece, reading, text))
            outcome = spend.ANSWERED
        except Failure as failure:
            outcome = failure.code
            complaint = failure.message if isinstance(failure, InvalidOutput) else None
            await self._count_failure(failure)
            raise
        finally:
            if outcome == "cancelled":
                await client.limits.untried()
            took = time.monotonic() - began
            reply = received.text if outcome == spend.ANSWERED else complaint
            await self._note(piece, brief, key, received, took, outcome, reply, reserved)
            if received.thought and not manner.thinks:
                await client.memory.remember(manner := replace(manner, thinks=True))
        await client.limits.ok()
        await client.memory.remember(manner)
        self._show(piece, reading, received.text, last=True)
        return received.text

    async def _count_failure(self, failure: Failure) -> None:
        """For the breaker: an endpoint that answers, however badly, is there."""
        limits = self._client.limits
        opened = False
        match failure:
            case Refused():
                opened = await limits.failed(REFUSED_FOR)
                log.error("llm.refused", provider=self._client.provider, model=self._client.endpoint.model)
            case Unreachable() | TimedOut():
                opened = await limits.failed()
            case RateLimited() | Unfit():  # the one has its pause; the other is asked again in another form
                await limits.untried()
            case _:
                await limits.ok()
        if opened:
            log.warning("llm.left_alone", provider=self._client.provider, code=failure.code)
            metrics.add("llm_breaker_opened", provider=self._client.provider)

    async def _note(
        self, piece: str, brief: Brief, key: str, received: Received, took: float, outcome: str, reply: str | None,
        reserved: str | None,
    ) -> None:  # fmt: skip
        """Write down what the call has cost: in the database, the generation, the phase, the metrics, the log.
        ``reply``: what has not to be asked again, the answer or the complaint about it.
        """
        client, work = self._client, self._work
        cost = client.price(received.tokens_in, received.tokens_out)
        phase = work.state(work.current or "")
        tokens = received.tokens_in, received.tokens_out
        work.meter.paid(*tokens, cost)
        phase["tokens"] = phase.get("tokens", 0) + sum(tokens)
        phase["cost"] = phase.get("cost", 0.0) + cost
        call = self._as_call(piece, brief, key, tokens, cost, took, outcome, reply)
        await spend.note_call(work.db, work.claim, call, reserved)
        metrics.add("llm_calls", provider=client.provider, outcome=outcome)
        metrics.observe("llm_call_seconds", took, provider=client.provider)
        if sum(tokens):
            metrics.add("tokens", tokens[0], provider=client.provider, direction="in")
            metrics.add("tokens", tokens[1], provider=client.provider, direction="out")
            metrics.add("cost_dollars", cost, provider=client.provider)
            frame = {"tokens_in": work.meter.tokens_in, "tokens_out": work.meter.tokens_out, "cost": work.meter.cost}
            work.pass_on({"type": "spent", "phase": phase["name"], **frame})
        log.info("llm.call", piece=piece, rung=brief.rung, outcome=outcome, tokens_in=tokens[0], tokens_out=tokens[1],
                 cost=round(cost, 6), seconds=round(took, 3), provider=client.provider)  # fmt: skip

    def _show(self, piece: str, reading: Reading, reply: str, *, last: bool = False) -> None:
        """Pass on what can be read of it since the last time."""
        moment = time.monotonic()
        if moment - self._told < FRAME_EVERY and not last:
            return
        at = len(reading.told.encode("utf-16-le")) // 2
        with suppress(RecursionError):  # brackets in brackets without end
            if text := reading.new(reply, last=last):
                self._told = moment
                self._frame(piece, at, text)

    def _frame(self, piece: str, at: int, text: str) -> None:
        """``at``: how many characters, as a browser counts them, have been shown before; 0 begins anew."""
        spec = self._work.titles.get(piece)
        about = {"phase": self._work.current, "key": piece, "index": spec and spec.index, "title": spec and spec.title}
        self._work.pass_on({"type": "item.delta", **about, "at": at, "text": text})

    def _withdraw(self, piece: str) -> None:
        """What was shown is not what it will be."""
        self._frame(piece, 0, "")
