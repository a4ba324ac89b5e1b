import hashlib

import orjson
import pytest
from sqlalchemy import select, update
from starlette.responses import Response

from app.accounts import (
    Person,
    anon_id,
    cookie_name,
    end_all_sessions,
    end_session,
    guest_from,
    identify,
    sign_in,
    sign_up,
    start_session,
    token_for,
)
from app.accounts.sessions import SESSION_SECONDS
from app.database import Database, now
from app.generations import Bell, channel
from app.models import Session
from app.settings import Settings
from tests.accounts.browser import connection, cookie_header, set_cookie


async def signed_in(db: Database, settings: Settings, person: Person) -> Response:
    response = Response()
    await start_session(db, settings, person.id, response, "a browser " * 100)
    return response


async def asker(db: Database, settings: Settings, cookie: str, **headers: str) -> Person | None:
    return await identify(connection(db, settings, cookie=cookie, **headers))


async def test_a_cookie_is_opaque_and_out_of_scripts_reach(db: Database, settings: Settings, alice: Person) -> None:
    cookies = set_cookie(await signed_in(db, settings, alice))
    morsel = cookies["unfold_session"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "lax", "/", "")
    assert len(morsel.value) >= 40
    async with db.read() as session:
        kept = (await session.execute(select(Session))).scalar_one()
    assert kept.id == hashlib.sha256(morsel.value.encode()).hexdigest(), "the table gives nobody a session"
    assert len(kept.user_agent) == 200


async def test_a_secure_site_has_a_host_cookie(db: Database, settings: Settings, alice: Person) -> None:
    secure = settings.model_copy(update={"public_url": "https://unfold.example"})
    morsel = set_cookie(await signed_in(db, secure, alice))["__Host-unfold_session"]
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")
    assert cookie_name(secure).startswith("__Host-")


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_the_cookie_says_who_asks(db: Database, settings: Settings, alice: Person, kind: str) -> None:
    cookie = cookie_header(await signed_in(db, settings, alice))
    conn = connection(db, settings, kind, cookie=cookie)
    person = await identify(conn)
    assert person is not None
    assert (person.id, person.email) == (alice.id, "alice@example.org")
    assert person.session is not None
    assert await identify(conn) is person, "looked up once"


async def test_a_wrong_cookie_is_nobody(db: Database, settings: Settings, alice: Person) -> None:
    cookie = cookie_header(await signed_in(db, settings, alice))
    session_id = hashlib.sha256(cookie.partition("=")[2].encode()).hexdigest()
    for given in [
        "",
        "unfold_session=",
        "unfold_session=guess",
        f"unfold_session={session_id}",
        "other=1",
        "\u00e9=\u00e9",
    ]:
        assert await asker(db, settings, given) is None


async def test_a_session_lives_90_days_from_the_last_visit(db: Database, settings: Settings, alice: Person) -> None:
    cookie = cookie_header(await signed_in(db, settings, alice))

    async def left(seconds: float) -> None:
        async with db.write() as session:
            await session.execute(update(Session).values(expires_at=now() + seconds))

    await left(60)
    assert await asker(db, settings, cookie) is not None
    async with db.read() as session:
        remaining = (await session.execute(select(Session.expires_at - now()))).scalar_one()
    assert remaining == pytest.approx(SESSION_SECONDS, abs=5), "a visit renews it"
    await left(-1)
    assert await asker(db, settings, cookie) is None


async def test_signing_out_ends_this_session_and_its_sockets_only(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    here, there = [cookie_header(await signed_in(db, settings, alice)) for _ in range(2)]
    person = await asker(db, settings, here)
    assert person is not None
    async with bell.redis.pubsub() as heard:
        await heard.subscribe(channel(alice.id))
        await heard.get_message(timeout=5)
        response = Response()
        await end_session(db, bell, settings, person, response)
        message = await heard.get_message(timeout=5)
        assert orjson.loads(message["data"]) == {"type": "signed_out", "session": person.session}
        assert set_cookie(response)["unfold_session"]["max-age"] == "0"
        assert await asker(db, settings, here) is None
        assert await asker(db, settings, there) is not None
        await end_all_sessions(db, bell, alice.id)
        message = await heard.get_message(timeout=5)
        assert orjson.loads(message["data"]) == {"type": "signed_out"}
    assert await asker(db, settings, there) is None


async def test_signing_out_with_a_token_ends_no_sessions(
    db: Database, bell: Bell, settings: Settings, alice: Person
) -> None:
    cookie = cookie_header(await signed_in(db, settings, alice))
    await end_session(db, bell, settings, alice, Response())
    assert await asker(db, settings, cookie) is not None


async def test_signing_in_elsewhere_ends_the_guests_sessions(db: Database, bell: Bell, settings: Settings) -> None:
    await sign_up(db, "alice@example.org", "three or four words")
    guest = await guest_from(db, settings, anon_id(settings))
    cookie = cookie_header(await signed_in(db, settings, guest))
    async with bell.redis.pubsub() as heard:
        await heard.subscribe(channel(guest.id))
        await heard.get_message(timeout=5)
        await sign_in(db, bell, settings, "alice@example.org", "three or four words", guest)
        message = await heard.get_message(timeout=5)
    assert orjson.loads(message["data"]) == {"type": "signed_out"}
    assert await asker(db, settings, cookie) is None


async def test_a_token_says_who_asks(db: Database, settings: Settings, alice: Person) -> None:
    token = token_for(settings, alice.id).access_token
    for given in (f"Bearer {token}", f"bearer  {token}"):
        person = await asker(db, settings, "", authorization=given)
        assert person is not None
        assert (person.id, person.session) == (alice.id, None)
        assert person.expires_at is not None


async def test_a_bad_authorization_is_nobody_even_with_a_good_cookie(
    db: Database, settings: Settings, alice: Person, bob: Person
) -> None:
    cookie = cookie_header(await signed_in(db, settings, alice))
    for given in ("Bearer", "Bearer x", "Basic YTpi", "", token_for(settings, alice.id).access_token):
        assert await asker(db, settings, cookie, authorization=given) is None
    bobs = await asker(db, settings, cookie, authorization=f"Bearer {token_for(settings, bob.id).access_token}")
    assert bobs is not None
    assert bobs.id == bob.id


async def test_a_token_of_a_deleted_account_is_nobody(db: Database, settings: Settings) -> None:
    token = token_for(settings, "00000000-0000-7000-8000-000000000000").access_token
    assert await asker(db, settings, "", authorization=f"Bearer {token}") is None
