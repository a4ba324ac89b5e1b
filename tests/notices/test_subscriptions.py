"""Who is told by which browser, by API."""

import pytest
from sqlalchemy import insert, select
from starlette.types import ASGIApp

from app.accounts import token_for
from app.database import Database, now
from app.models import Session
from app.notices import subscriptions
from app.notices.outbox import SUBSCRIPTIONS
from app.notices.words import device
from app.person import Person
from app.settings import Settings
from tests.api.conftest import Api, app, as_alice, as_bob, described, open_api
from tests.notices.conftest import World
from tests.support.push_service import PushService

__all__ = ["app", "as_alice", "as_bob", "described", "open_api"]
HERE = "/push-subscriptions"


async def test_a_browser_is_taken_once_and_listed_and_removed(as_alice: Api, service: PushService) -> None:
    browser = service.browser().subscription
    made = await as_alice.post(HERE, json=browser, headers={"User-Agent": "Mozilla/5.0 (Android 15) Firefox/140.0"})
    assert made.status_code == 201
    assert made.json()["device"] == "Firefox on Android"
    again = await as_alice.post(HERE, json={**browser, "somethingNew": 1})
    assert again.status_code == 200
    assert again.json()["id"] == made.json()["id"]
    listed = (await as_alice.get(HERE)).json()
    assert [one["id"] for one in listed["items"]] == [made.json()["id"]]
    assert len(listed["public_key"]) == 87
    assert (await as_alice.delete(f"{HERE}/{made.json()['id']}")).status_code == 204
    assert (await as_alice.delete(f"{HERE}/{made.json()['id']}")).status_code == 404
    assert (await as_alice.get(HERE)).json()["items"] == []


async def test_anothers_browser_is_not_ones_own(as_alice: Api, as_bob: Api, service: PushService) -> None:
    made = (await as_alice.post(HERE, json=service.browser().subscription)).json()
    assert (await as_bob.delete(f"{HERE}/{made['id']}")).status_code == 404
    assert (await as_bob.get(HERE)).json()["items"] == []
    assert len((await as_alice.get(HERE)).json()["items"]) == 1


async def test_a_browser_that_somebody_else_uses_now_tells_them_alone(
    as_alice: Api, as_bob: Api, service: PushService, world: World, alice: Person, bob: Person
) -> None:
    browser = service.browser().subscription
    await as_alice.post(HERE, json=browser)
    await world.completed(alice, "Hers")
    taken = await as_bob.post(HERE, json=browser)
    assert taken.status_code == 201
    assert (await as_alice.get(HERE)).json()["items"] == []
    await world.tell()
    assert service.asked == []
    await world.completed(bob, "His")
    await world.tell()
    assert [one["title"] for one in service.said] == ["Ready: His"]


async def test_a_new_address_of_the_same_browser_takes_the_old_ones_place(
    as_alice: Api, as_bob: Api, service: PushService
) -> None:
    old, new = service.browser().subscription, service.browser().subscription
    await as_alice.post(HERE, json=old)
    await as_bob.post(HERE, json={**service.browser().subscription, "replaces": old["endpoint"]})
    assert len((await as_alice.get(HERE)).json()["items"]) == 1  # nobody replaces what is another's
    await as_alice.post(HERE, json={**new, "replaces": old["endpoint"]})
    assert len((await as_alice.get(HERE)).json()["items"]) == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"endpoint": "https://10.0.0.1/x"}, ["endpoint"]),
        ({"endpoint": "http://push.example.org/x"}, ["endpoint"]),
        ({"endpoint": "https://localhost/x"}, ["endpoint"]),
        ({"endpoint": "https://nothing.invalid/x"}, ["endpoint"]),
        ({"endpoint": "http://127.0.0.1:1/x"}, ["endpoint"]),
        ({"keys": {"p256dh": "x", "auth": "A" * 22}}, ["keys", "p256dh"]),
        ({"keys": {"p256dh": "BA" + "A" * 85, "auth": "A" * 22}}, ["keys", "p256dh"]),  # not on the curve
        ({"auth": "short"}, ["keys", "auth"]),
        ({"expirationTime": "soon"}, ["expirationTime"]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_told_is_refused_with_its_field(
    change: dict[str, object], where: list[str], as_alice: Api, service: PushService
) -> None:
    browser = service.browser().subscription
    if "auth" in change:
        change = {"keys": {**browser["keys"], "auth": change["auth"]}}
    refused = await as_alice.post(HERE, json={**browser, **change})
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["loc"] == where
    assert error["msg"]
    assert (await as_alice.get(HERE)).json()["items"] == []


async def test_signing_out_ends_what_the_browser_was_told(
    db: Database, alice: Person, service: PushService, world: World
) -> None:
    async with db.write() as session:
        values = {"id": "f" * 64, "account_id": alice.id, "created_at": now(), "expires_at": now() + 100}
        await session.execute(insert(Session).values(**values))
    here = Person(id=alice.id, session="f" * 64, guest=False)
    await world.subscribe(here)
    assert (await subscriptions.items(db, here))[0].here
    async with db.write() as session:
        await session.execute(Session.__table__.delete())  # type: ignore[attr-defined]
    async with db.read() as session:
        assert (await session.execute(select(SUBSCRIPTIONS.c.id))).all() == []


async def test_of_very_many_the_oldest_goes(db: Database, alice: Person, world: World) -> None:
    for _ in range(subscriptions.MOST + 2):
        await world.subscribe(alice)
    assert len(await subscriptions.items(db, alice)) == subscriptions.MOST


async def test_those_that_have_expired_are_tidied_away(db: Database, alice: Person, world: World) -> None:
    await world.subscribe(alice, expires_at=1.0)
    await world.subscribe(alice)
    assert await subscriptions.expired(db) == 1
    assert len(await subscriptions.items(db, alice)) == 1


async def test_nobody_without_credentials(app: ASGIApp, settings: Settings, service: PushService) -> None:
    async with Api(app) as nobody:
        assert (await nobody.post(HERE, json=service.browser().subscription)).status_code == 401
        assert (await nobody.get(HERE)).status_code == 401
    assert token_for(settings, "x").token_type == "Bearer"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.1 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari on iPhone"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert device(agent) == name
