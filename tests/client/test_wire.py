"""Requests that get lost, are refused for now, or find nobody."""

import asyncio

import httpx
import pytest

from app.client import AsyncClient, Invalid, TooMany, Unreachable, Wanted
from tests.support.services import free_port


async def test_nobody_at_the_address_is_said_after_the_patience() -> None:
    async with AsyncClient(f"http://127.0.0.1:{free_port()}", token="x", patience=1) as nobody:
        with pytest.raises(Unreachable, match="does not answer"):
            await nobody.active()


class Scripted:
    """A server that answers as it is told, and notes what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self, patience: float = 10) -> AsyncClient:
        transport = httpx.MockTransport(self)
        return AsyncClient("http://unfold.test", token="t", patience=patience, transport=transport)


def answer(status: int, json: object = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=json, headers=headers)


async def test_retry_after_is_waited_for_and_no_longer_than_the_patience() -> None:
    busy = Scripted(
        answer(429, **{"Retry-After": "1"}), answer(503, **{"Retry-After": "1"}), answer(200, {"items": []})
    )
    began = asyncio.get_running_loop().time()
    assert await busy.client().active() == []
    assert asyncio.get_running_loop().time() - began >= 2
    long = Scripted(answer(429, {"detail": "Later."}, **{"Retry-After": "3600"}))
    with pytest.raises(TooMany, match=r"Later\.") as refused:
        await long.client().active()
    assert refused.value.retry_after == 3600


async def test_a_lost_answer_is_asked_for_again_under_the_same_key_and_a_batch_is_not() -> None:
    lost = httpx.ReadError("gone")
    server = Scripted(lost, answer(502), answer(422, {"detail": "No."}))
    with pytest.raises(Invalid):
        await server.client().create("drill", {})
    assert len({one.headers["idempotency-key"] for one in server.asked}) == 1
    assert len(server.asked) == 3
    once = Scripted(lost)
    with pytest.raises(Unreachable):
        await once.client().create_batch([Wanted("drill", {})])
    unsent = Scripted(httpx.ConnectError("not yet"), answer(422))
    with pytest.raises(Invalid):
        await unsent.client().create_batch([Wanted("drill", {})])
