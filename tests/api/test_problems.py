"""Every class of error, as a problem document."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from app import generations
from app.accounts import Limit, start_session
from app.api import accounts
from app.api.body import DEEPEST, LARGEST
from app.api.routes import CALLS
from app.database import Database
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api

JSON = {"Content-Type": "application/json"}
NO_ID = "01900000-0000-7000-8000-000000000abc"


async def test_without_credentials_every_call_but_the_open_ones_is_401(nobody: Api) -> None:
    for call in CALLS:
        if not call.open:
            path = re.sub(r"{\w+}", NO_ID, call.path)
            answer = await nobody.request(call.method, path)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), call.name


@pytest.mark.parametrize("credentials", ["Basic YTpi", "Bearer", "Bearer ", "bearer x.y.z"])
async def test_other_credentials_are_401(nobody: Api, credentials: str) -> None:
    answer = await nobody.get("/me", headers={"Authorization": credentials})
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/nothing", "/me/", "/generations/1", "/"])
async def test_what_is_not_there_is_404(as_alice: Api, path: str) -> None:
    answer = await as_alice.get(path)
    assert answer.status_code == 404 and answer.json()["title"] == "Not Found"


async def test_what_can_be_no_id_is_404(as_alice: Api) -> None:
    for call in CALLS:
        if "{id}" in call.path:
            for wrong in ("1", "%00", "x" * 300, NO_ID.upper(), NO_ID.replace("-", ""), "..%2f.."):
                path = call.path.replace("{id}", wrong).replace("{key}", "k")
                assert (await as_alice.request(call.method, path)).status_code == 404, path


async def test_another_method_is_405_with_those_allowed(as_alice: Api) -> None:
    answer = await as_alice.delete("/me")
    assert answer.status_code == 405
    assert {method.strip() for method in answer.headers["allow"].split(",")} == {"GET", "HEAD", "PATCH"}
    assert (await as_alice.post(f"/programs/{NO_ID}.md")).status_code == 405


async def test_a_body_declared_too_large_is_413_unread(as_alice: Api) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    headers = {**JSON, "Content-Length": str(LARGEST + 1)}
    answer = await as_alice.post("/generations", content=never(), headers=headers)
    assert answer.status_code == 413 and answer.headers["connection"] == "close"


async def test_a_streamed_body_is_cut_off_at_the_limit(as_alice: Api) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    answer = await as_alice.post("/generations", content=endless(), headers=JSON)
    assert answer.status_code == 413 and sent <= LARGEST + 3 * 65536


async def test_a_body_of_just_the_limit_is_read(as_alice: Api) -> None:
    body = b'{"kind": "drill", "input": {}}'
    answer = await as_alice.post("/generations", content=body + b" " * (LARGEST - len(body)), headers=JSON)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"}, {**JSON, "Content-Encoding": "gzip"},
    ],
)  # fmt: skip
async def test_only_json_is_taken(as_alice: Api, headers: dict[str, str]) -> None:
    answer = await as_alice.post("/generations", content=b'{"kind": "drill", "input": {}}', headers=headers)
    assert answer.status_code == 415 and answer.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    "says", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_the_ways_to_say_json(as_alice: Api, says: str) -> None:
    body = b'{"kind": "drill", "input": {}}'
    answer = await as_alice.post("/generations", content=body, headers={"Content-Type": says})
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"kind=drill", 400), (b'{"kind": NaN}', 400), (b'{"kind": -Infinity}', 400), (b"\xff\xfe", 400),
        (b'{"kind": "\xff"}', 400), (b'{"kind": 1e999}', 400), (b'{"kind": "\\ud800"}', 400), (b"{} {}", 400),
        (b'{"input": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}", 400), (b"[" * 100_000, 400),
        (b"[]", 422), (b"null", 422), (b'"x"', 422), (b"", 422), (b"{}", 422),
    ],
)  # fmt: skip
async def test_json_is_read_strictly(as_alice: Api, body: bytes, status: int) -> None:
    answer = await as_alice.post("/generations", content=body, headers=JSON)
    assert answer.status_code == status
    assert (status == 422) == bool(answer.json().get("errors"))


@pytest.mark.parametrize("path", ["/accounts", "/tokens"])
async def test_too_many_tries_are_429_with_a_time_to_wait(
    nobody: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    one_try = Limit("one-try", 1, 1 / 60)
    monkeypatch.setattr(accounts, "SIGN_UP", one_try)
    monkeypatch.setattr(accounts, "SIGN_IN", one_try)
    monkeypatch.setitem(settings.__dict__, "throttle", True)
    body = {"email": "x@example.org", "password": "three or four words"}
    assert (await nobody.post(path, json=body)).status_code in {201, 401}
    answer = await nobody.post(path, json=body)
    assert answer.status_code == 429 and 1 <= int(answer.headers["retry-after"]) <= 60


async def test_a_mistake_of_ours_is_500_without_its_details(as_alice: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a secret of the inside")

    monkeypatch.setattr(generations, "get", broken)
    answer = await as_alice.get(f"/generations/{NO_ID}")
    assert answer.status_code == 500
    assert "secret" not in answer.text and "KeyError" not in answer.text


async def test_a_database_that_is_away_is_503(as_alice: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("connection refused"))

    monkeypatch.setattr(generations, "get", away)
    answer = await as_alice.get(f"/generations/{NO_ID}")
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1
    assert "SELECT" not in answer.text and "refused" not in answer.text


@pytest.fixture
async def in_browser(nobody: Api, db: Database, settings: Settings, alice: Person) -> Api:
    """Alice by her session's cookie."""
    response = Response()
    await start_session(db, settings, alice.id, response)
    nobody.headers["Cookie"] = response.headers["set-cookie"].partition(";")[0]
    return nobody


async def test_the_sessions_cookie_signs_in_but_only_from_our_own_pages(in_browser: Api, alice: Person) -> None:
    assert (await in_browser.get("/me")).json()["id"] == alice.id
    body = {"kind": "drill", "input": {}}
    own = {"Origin": "http://unfold.test"}
    assert (await in_browser.post("/generations", json=body, headers=own)).status_code == 202
    for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await in_browser.post("/generations", json=body, headers=foreign)).status_code == 403
        assert (await in_browser.patch("/me", json={"units": "lb"}, headers=foreign)).status_code == 403
    assert (await in_browser.get("/me")).json()["units"] == "kg"


async def test_a_cookie_renews_no_token(in_browser: Api) -> None:
    assert (await in_browser.post("/tokens", headers={"Origin": "http://unfold.test"})).status_code == 401


async def test_a_token_needs_no_origin(as_alice: Api) -> None:
    body = {"kind": "drill", "input": {}}
    answer = await as_alice.post("/generations", json=body, headers={"Origin": "https://app.example"})
    assert answer.status_code == 202
