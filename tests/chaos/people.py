"""People who ask by API through whatever happens: with an Idempotency-Key, again and again, until they are answered."""

import asyncio
import contextlib
import random
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.http import Answer, Broken, request
from tests.chaos.stage import Stage

# fault -> of all orders
FAULTS = {"poison": 0.01, "unreachable": 0.06, "timeout": 0.01, "rejected": 0.04}
AT_ONCE = 40  # requests
CANCELS, AGAIN, TWICE, SLOW = 0.1, 0.5, 0.1, 0.05


@dataclass
class Order:
    """What one person wants, and what they do with it."""

    number: int
    given: dict[str, Any]
    cancel_after: float | None  # seconds
    again: bool  # retried once it is cancelled
    twice: bool  # sent to two processes at the same time
    key: str = field(default_factory=lambda: secrets.token_hex(8))
    id: str = ""
    cancelled: int | None = None  # the status of the answer: 202, or 409 if it had ended
    retried: bool = False
    answers: set[str] = field(default_factory=set)  # ids that were answered: more than one is a mistake


@dataclass
class Someone:
    email: str
    token: str
    account_id: str
    orders: list[Order] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [order.id for order in self.orders if order.id]


def an_order(number: int, folder: Path, dice: random.Random) -> Order:
    (fault,) = dice.choices(["", *FAULTS], [1 - sum(FAULTS.values()), *FAULTS.values()])
    parts = dice.randint(2, 6)
    seconds = dice.uniform(1.5, 3) if dice.random() < SLOW else dice.uniform(0.05, 0.5)
    given = {
        "folder": str(folder), "name": f"order {number}", "parts": parts, "seconds": round(seconds, 3),
        "fault": fault, "at": dice.randint(1, parts),
    }  # fmt: skip
    cancels = fault != "poison" and dice.random() < CANCELS
    after = dice.uniform(0, 4) if cancels else None
    return Order(number, given, after, cancels and dice.random() < AGAIN, dice.random() < TWICE)


class Crowd:
    """``refused``: answers that nobody should get. ``broken``: requests that had to be sent again."""

    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self.stage, self.dice = stage, dice
        self.people: list[Someone] = []
        self.broken = 0
        self.refused: list[str] = []
        self.unanswered = 0
        self._room = asyncio.Semaphore(AT_ONCE)

    async def call(
        self, method: str, path: str, who: Someone | None = None, body: Any = None, key: str = ""
    ) -> Answer:  # fmt: skip
        """An answer below 500, from whichever process gives one."""
        headers = {"Authorization": f"Bearer {who.token}"} if who else {}
        if key:
            headers["Idempotency-Key"] = key
        while True:
            async with self._room:
                port = self.dice.choice(self.stage.webs).port
                with contextlib.suppress(*Broken):
                    answer = await request(port, method, f"/api/v1{path}", body, headers)
                    if answer.status < 500:
                        return answer
            self.broken += 1
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))

    async def sign_up(self, count: int) -> None:
        for _ in range(count):
            email = f"{secrets.token_hex(6)}@example.org"
            body = {"email": email, "password": "three long words"}
            answer = await self.call("POST", "/accounts", body=body)
            self.people.append(Someone(email, answer.body["access_token"], answer.body["id"]))

    async def ask(self, who: Someone, order: Order) -> None:
        """Until it is accepted; then what the person does with it."""
        who.orders.append(order)
        copies = 2 if order.twice else 1
        self.unanswered += 1
        await asyncio.gather(*(self._ask(who, order) for _ in range(copies)))
        self.unanswered -= 1
        if order.id and order.cancel_after is not None:
            await asyncio.sleep(order.cancel_after)
            await self._cancel(who, order)
            if order.again and order.cancelled == 202:
                await self._again(who, order)

    async def _ask(self, who: Someone, order: Order) -> None:
        body = {"kind": "storm", "input": order.given}
        answer = await self.call("POST", "/generations", who, body, order.key)
        if answer.status in {200, 202}:
            order.id = answer.body["id"]
            order.answers.add(order.id)
        else:
            self.refused.append(f"asked: {answer.status} {answer.text[:200]}")

    async def _cancel(self, who: Someone, order: Order) -> None:
        answer = await self.call("POST", f"/generations/{order.id}/cancel", who)
        order.cancelled = answer.status
        if answer.status not in {202, 409}:
            self.refused.append(f"cancelled: {answer.status} {answer.text[:200]}")

    async def _again(self, who: Someone, order: Order) -> None:
        """Retry what was cancelled, as soon as that is confirmed; not what was completed all the same."""
        while True:
            answer = await self.call("POST", f"/generations/{order.id}/retry", who)
            if answer.status == 202:
                order.retried = True
                return
            state = (await self.call("GET", f"/generations/{order.id}", who)).body
            if state["status"] in {"completed", "failed"} or not state["cancelling"]:
                return  # it had ended, or an answer to an earlier try was lost: the log tells
            await asyncio.sleep(0.2)
