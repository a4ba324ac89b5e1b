"""Clients of the real application. Whatever it answers is held against what its OpenAPI document says."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Receive, Scope, Send

from app.accounts import token_for
from app.api.routes import PREFIX
from app.database import Database
from app.generations import Bell
from app.main import create_app
from app.person import Person
from app.settings import Settings
from tests.support import drill
from worker.programs.pipeline import PIPELINE
from worker.run import Runner

PROGRAM: dict[str, Any] = {
    "goal": "strength", "experience": "intermediate", "days_per_week": 3, "session_minutes": 60, "weeks": 4,
    "equipment": ["barbell", "dumbbells"], "lifts": {"squat": 120, "bench_press": 90},
}  # fmt: skip


class WithState:
    """Gives requests what the lifespan gives them."""

    def __init__(self, app: ASGIApp, state: Any) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "state": dict(self.state)}, receive, send)


class Described:
    """The OpenAPI document, asked what an answer may look like."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, methods in self.document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in methods:
                found: dict[str, Any] = methods[method.lower()]
                return found
        return None

    def check(self, answer: httpx.Response) -> None:
        """Fails when the document does not announce this answer."""
        request = answer.request
        operation = self.operation(request.method, request.url.path)
        if operation is None:
            assert answer.status_code in {404, 405}, f"{request.method} {request.url.path} is not described"
            return
        announced = operation["responses"].get(str(answer.status_code))
        assert announced, f"{operation['operationId']} does not announce {answer.status_code}: {answer.text}"
        if "$ref" in announced:
            announced = self.document["components"]["responses"][announced["$ref"].rpartition("/")[2]]
        if "content" not in announced:
            assert answer.content == b""
            return
        media_type = answer.headers["content-type"].partition(";")[0]
        schema = announced["content"][media_type]["schema"]
        if media_type.endswith("json"):
            whole = {**schema, "components": self.document["components"]}
            Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json())


class Api(httpx.AsyncClient):
    """A client of /api/v1 that speaks for one person, or for nobody."""

    def __init__(self, app: ASGIApp, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url=f"http://unfold.test{PREFIX}", headers=headers)
        self.described: Described | None = None

    async def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = await super().send(request, **more)
        if self.described is None or not request.url.path.startswith(f"{PREFIX}/"):
            return answer
        self.described.check(answer)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        return answer


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[ASGIApp]:
    made = create_app(settings)
    async with made.router.lifespan_context(made) as state:
        yield WithState(made, state)


@pytest.fixture
async def described(app: ASGIApp) -> Described:
    async with Api(app) as client:
        return Described((await client.get("http://unfold.test/openapi.json")).json())


@pytest.fixture
async def open_api(app: ASGIApp, described: Described) -> AsyncIterator[Callable[[str], Api]]:
    """Makes clients from tokens."""
    opened: list[Api] = []

    def make(token: str) -> Api:
        opened.append(client := Api(app, token))
        client.described = described
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
def nobody(open_api: Callable[[str], Api]) -> Api:
    return open_api("")


@pytest.fixture
def as_alice(open_api: Callable[[str], Api], settings: Settings, alice: Person) -> Api:
    return open_api(token_for(settings, alice.id).access_token)


@pytest.fixture
def as_bob(open_api: Callable[[str], Api], settings: Settings, bob: Person) -> Api:
    return open_api(token_for(settings, bob.id).access_token)


@pytest.fixture
def make(db: Database, bell: Bell, settings: Settings) -> Callable[[], Awaitable[None]]:
    """Makes, in this process, what is queued next."""
    runner = Runner(db, bell, settings, "worker-of-the-test", {"drill": drill.PIPELINE, "program": PIPELINE})
    return runner.make


async def ask(client: Api, kind: str = "drill", *, fresh: bool = False, **given: Any) -> dict[str, Any]:
    """Ask for something; returns the new generation."""
    wanted = {"kind": kind, "input": PROGRAM if kind == "program" else given, "fresh": fresh}
    answer = await client.post("/generations", json=wanted)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    return made
