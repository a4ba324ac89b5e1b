"""Whatever is sent to any address: an answer that says what is wrong with it, never a failure of ours."""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from app.accounts import Person, token_for
from app.database import Database
from app.generations import Bell
from app.ids import uuid7
from app.live.hub import Hub
from app.main import create_app
from app.metrics import Reporter
from app.settings import Settings

WORDS = [
    "\x00", "%", "../../etc/passwd", "a" * 5000, "null", "-1", "0", "1e999", "\u202e", "\U0001f600", "week-1\x00",
    "' OR 1=1 --", "{{7*7}}", "<script>", "9" * 30, str(2**63), "\r\nSet-Cookie: a=b",
]  # fmt: skip
BODIES = [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b"\xff\xfe", b'{"kind": NaN}', b'{"a": 1, "a": 2}', b'{"a": 1e999}',
    b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"kind": "\\ud800"}',
    b'{"kind": "program\\u0000", "input": {}}', b'{"kind": ["program"], "input": 7}',
    b'{"kind": "program", "input": {"goal": "\\u0000"}}',
    b'{"kind": "program", "input": {"days_per_week": 1' + b"0" * 400 + b"}}",
    b'{"email": "a@example.org\\u0000", "password": "three or four words"}', b'{"email": null, "password": {}}',
    b'{"profile": {"goal": "\\u0000", "notes": "\\ud83d\\ude00"}}', b'{"profile": {"injuries": "all"}}',
    b'{"time_zone": "../../../etc/passwd"}', b'{"time_zone": "\\u0000"}',
    b'{"kind": "program", "subject": "\\u0000", "input": {"goal": "strength", "experience": "beginner", '
    b'"days_per_week": 3, "session_minutes": 60, "equipment": ["full_gym"]}}',
]  # fmt: skip
TYPES = ["application/json", "multipart/form-data; boundary=x", "\u00e9"]
QUERIES = ["limit", "cursor", "status", "kind", "after", "next", "goal", "days_per_week", "equipment", "saved"]
HEADERS = [
    "Authorization",
    "Cookie",
    "Origin",
    "Host",
    "Idempotency-Key",
    "Content-Length",
    "Accept",
    "X-Forwarded-For",
]
VALUES = [
    b"",
    b"\xff\xfe",
    b"Bearer \xe9",
    b"a" * 8000,
    b"unfold_session=\x80",
    b"unfold_session=x",
    b"-1",
    b"http://[",
]
UNSAFE = {"POST", "PATCH", "PUT", "DELETE"}


class Client(httpx.AsyncClient):
    """Alice, by token; collects what failed, so that one run tells all of it."""

    addresses: list[tuple[str, str]]  # method, path
    failed: list[str]

    async def ask(self, method: str, path: str, **given: Any) -> int:
        answer = await self.request(method, path, **given)
        if answer.status_code >= 500 and path != "/readyz":
            self.failed.append(f"{answer.status_code} {method} {path[:200]!r} {str(given)[:200]}")
        return answer.status_code


def every(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, prefix + route.path) for method in sorted(route.methods or ()))
        elif isinstance(route, Mount) and route.path != "/static":
            inner: Any = route.app
            while not hasattr(inner, "routes"):
                inner = inner.app  # inside its middleware
            yield from every(inner.routes, prefix + route.path)


@pytest.fixture
async def client(db: Database, bell: Bell, settings: Settings, alice: Person) -> AsyncIterator[Client]:
    app: Starlette = create_app(settings)
    hub = Hub(db, bell, settings)
    state = {"db": db, "bell": bell, "settings": settings, "hub": hub, "reporter": Reporter(db, "web", hub.figures)}

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state}, receive, send)

    transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token_for(settings, alice.id).access_token}"}
    async with Client(transport=transport, base_url="http://unfold.test", headers=headers) as ours:
        ours.addresses, ours.failed = list(every(app.routes)), []
        assert len(ours.addresses) > 30
        yield ours
    assert ours.failed == []


async def test_strange_ids_and_keys_are_not_found(client: Client) -> None:
    for (method, path), word in product(client.addresses, WORDS):
        for name in re.findall(r"{(\w+)}", path):
            strange = (
                path.replace(f"{{{name}}}", quote(word, safe="")).replace("{id}", uuid7()).replace("{key}", "week-1")
            )
            status = await client.ask(method, strange)
            assert status >= 500 or status in {303, 404}, f"{status} {method} {strange}"


async def test_strange_queries_are_refused_or_ignored(client: Client) -> None:
    for (method, path), name, word in product(client.addresses, QUERIES, WORDS[:6]):
        if method == "GET" and "{" not in path:
            await client.ask(method, path, params={name: word})


async def test_strange_bodies_are_refused(client: Client) -> None:
    sent = [
        *product(TYPES[:1], BODIES),
        *product(TYPES[1:], BODIES[:8]),
    ]  # other types are refused before they are read
    for (method, path), (media, body) in product(client.addresses, sent):
        if method in UNSAFE:
            headers = {"Content-Type": media.encode("latin-1")}
            await client.ask(method, path.replace("{id}", uuid7()), content=body, headers=headers)


async def test_strange_headers_are_refused_or_ignored(client: Client) -> None:
    for method, path in [("GET", "/"), ("GET", "/docs"), ("GET", "/generations"), ("POST", "/programs")]:
        for name, value in product(HEADERS, VALUES):
            await client.ask(method, path, headers={name: value})
            await client.ask(method, f"/api/v1{path}", headers={name: value})
