"""Accounts, tokens, and oneself."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from sqlalchemy import delete

from app.accounts.secrets import AUDIENCE, ISSUER, RENEWABLE_SECONDS, key, token_for
from app.database import Database
from app.models import Account
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api

CREDENTIALS = {"email": "carol@example.org", "password": "three or four words"}


async def test_an_account_is_made_and_its_token_works(nobody: Api, open_api: Callable[[str], Api]) -> None:
    made = await nobody.post("/accounts", json=CREDENTIALS)
    assert made.status_code == 201
    token = made.json()
    assert token["token_type"] == "Bearer" and token["expires_in"] > 0
    me = (await open_api(token["access_token"]).get("/me")).json()
    assert me == {
        "id": token["id"], "email": "carol@example.org", "tier": "free", "guest": False, "time_zone": "UTC",
        "units": "kg", "profile": {},
    }  # fmt: skip


async def test_an_email_is_taken_once_however_it_is_written(nobody: Api) -> None:
    await nobody.post("/accounts", json=CREDENTIALS)
    again = await nobody.post("/accounts", json={**CREDENTIALS, "email": " Carol@Example.org "})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "loc"),
    [({"email": "carol"}, "email"), ({"password": "short"}, "password"), ({"password": 12345678}, "password"),
     ({"name": "Carol"}, "name")],
)  # fmt: skip
async def test_wrong_fields_are_named(nobody: Api, change: dict[str, Any], loc: str) -> None:
    answer = await nobody.post("/accounts", json={**CREDENTIALS, **change})
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [[loc]]


async def test_the_password_gives_a_token_and_a_wrong_one_does_not(nobody: Api) -> None:
    made = (await nobody.post("/accounts", json=CREDENTIALS)).json()
    token = await nobody.post("/tokens", json=CREDENTIALS)
    assert token.status_code == 201 and token.json()["id"] == made["id"]
    for wrong in ({"password": "another four words"}, {"email": "nobody@example.org"}, {"email": "?"}):
        refused = await nobody.post("/tokens", json={**CREDENTIALS, **wrong})
        assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["detail"] == "E-mail or password is wrong."


async def test_a_token_is_renewed_by_itself(as_alice: Api, alice: Person, open_api: Callable[[str], Api]) -> None:
    renewed = await as_alice.post("/tokens")
    assert renewed.status_code == 201 and renewed.json()["id"] == alice.id
    assert (await open_api(renewed.json()["access_token"]).get("/me")).json()["id"] == alice.id


async def test_nothing_renews_what_is_no_token(
    nobody: Api, open_api: Callable[[str], Api], settings: Settings, alice: Person
) -> None:
    missing = await nobody.post("/tokens")
    assert missing.status_code == 401 and missing.headers["www-authenticate"] == "Bearer"
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": alice.id, "exp": time.time() - 60, "auth_time": int(time.time()) - 3600
    }  # fmt: skip
    expired = jwt.encode(claims, key(settings, "token"), algorithm="HS256")
    unsigned = jwt.encode({**claims, "exp": time.time() + 60}, "", algorithm="none")
    for token in (expired, unsigned, "nonsense"):
        client = open_api(token)
        assert (await client.get("/me")).headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert (await client.post("/tokens")).status_code == 401


async def test_a_token_is_not_renewed_for_ever(
    open_api: Callable[[str], Api], settings: Settings, alice: Person
) -> None:
    client = open_api(token_for(settings, alice.id, int(time.time()) - RENEWABLE_SECONDS - 1).access_token)
    assert (await client.get("/me")).status_code == 200
    assert (await client.post("/tokens")).status_code == 401


async def test_the_token_of_a_deleted_account_is_worth_nothing(as_alice: Api, db: Database, alice: Person) -> None:
    async with db.write() as session:
        await session.execute(delete(Account).where(Account.id == alice.id))
    assert (await as_alice.get("/me")).status_code == 401
    assert (await as_alice.post("/tokens")).status_code == 401


async def test_settings_and_profile_are_changed_field_by_field(as_alice: Api) -> None:
    told = {"time_zone": "Europe/Berlin", "profile": {"goal": "strength", "age": 40}}
    changed = await as_alice.patch("/me", json=told)
    assert changed.status_code == 200 and changed.json()["time_zone"] == "Europe/Berlin"
    changed = await as_alice.patch("/me", json={"units": "lb", "profile": {"age": None, "days_per_week": 4}})
    me = (await as_alice.get("/me")).json()
    assert me == changed.json()
    assert (me["units"], me["time_zone"]) == ("lb", "Europe/Berlin")
    assert me["profile"] == {"goal": "strength", "days_per_week": 4}
    assert (await as_alice.patch("/me", json={})).json() == me


@pytest.mark.parametrize(
    ("change", "loc", "names"),
    [
        ({"time_zone": "Mars/Olympus"}, ["time_zone"], "Europe/Berlin"),
        ({"units": "stone"}, ["units"], "'kg' or 'lb'"),
        ({"tier": "pro"}, ["tier"], "known are time_zone, units, profile"),
        ({"profile": {"goal": "fame"}}, ["profile", "goal"], "'hypertrophy'"),
        ({"profile": {"shoe_size": 42}}, ["profile", "shoe_size"], "days_per_week"),
        ({"profile": {"upload": "x"}}, ["profile", "upload"], "days_per_week"),  # of a book: in no form
        ({"profile": {"lifts": {"squat": "much"}}}, ["profile", "lifts", "squat"], "number"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_what_can(
    as_alice: Api, change: dict[str, Any], loc: list[str], names: str
) -> None:
    answer = await as_alice.patch("/me", json=change)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]
    assert names in answer.json()["errors"][0]["msg"]
    me = (await as_alice.get("/me")).json()
    assert (me["units"], me["tier"], me["profile"]) == ("kg", "free", {})
