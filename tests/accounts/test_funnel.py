"""Guests are counted as what became of them, and what is kept of one that has gone leads to nobody."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from app import accounts, generations
from app.accounts import Person, WrongPassword, anon_id, guest_from, sign_in, sign_up, token_for
from app.accounts.tidy import tidy
from app.database import Database, now
from app.generations import Bell, analytics
from app.generations.figures import WINDOWS, Guests
from app.models import Account, Session
from app.settings import Settings
from tests.accounts.browser import connection, cookie_header
from tests.support.drill import PIPELINE
from worker.run import Runner

PASSWORD = "three or four words"


async def guests(db: Database, window: str = "24h") -> Guests:
    return (await analytics.figures(db, WINDOWS[window], zone=ZoneInfo("UTC"))).guests


@pytest.fixture
def guest(db: Database, settings: Settings) -> Any:
    async def came() -> Person:
        return await guest_from(db, settings, anon_id(settings), "Europe/Berlin")

    return came


@pytest.fixture
def have(db: Database, bell: Bell, settings: Settings) -> Any:
    """Has something made for somebody."""
    runner = Runner(db, bell, settings, "worker-of-the-test", {"drill": PIPELINE})

    async def made(person: Person) -> str:
        created = await generations.create(db, bell, settings, person, "drill", {"parts": 1})
        await runner.make()
        return created.generation.id

    return made


async def trace(db: Database) -> Account:
    async with db.read() as session:
        return (
            await session.execute(select(Account).where(Account.guest, Account.claimed_at.is_not(None)))
        ).scalar_one()


async def test_guests_are_counted_as_far_as_they_have_got(
    db: Database, bell: Bell, settings: Settings, guest: Any, have: Any
) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)  # never was a guest
    await guest()
    await have(await guest())
    claims = await guest()
    await have(claims)
    await sign_up(db, "bob@example.org", PASSWORD, claims)
    await sign_up(db, "carol@example.org", PASSWORD, await guest())
    for makes in (True, False):
        goes = await guest()
        if makes:
            await have(goes)
        await sign_in(db, bell, settings, "alice@example.org", PASSWORD, goes)
    assert await guests(db) == Guests(came=6, finished=3, claimed=4, finished_and_claimed=2, signed_in=2)
    async with db.write() as session:
        await session.execute(update(Account).values(created_at=Account.created_at - 2 * 86_400))
    assert await guests(db) == Guests(0, 0, 0, 0, 0)
    assert (await guests(db, "7d")).came == 6


async def test_who_claims_while_it_is_made_has_finished_when_it_is(db: Database, guest: Any, have: Any) -> None:
    claims = await guest()
    person = await sign_up(db, "bob@example.org", PASSWORD, claims)
    assert await guests(db) == Guests(came=1, finished=0, claimed=1, finished_and_claimed=0, signed_in=0)
    await have(person)
    assert await guests(db) == Guests(came=1, finished=1, claimed=1, finished_and_claimed=1, signed_in=0)


async def test_a_claim_with_a_taken_address_is_none(db: Database, guest: Any) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)
    with pytest.raises(accounts.Taken):
        await sign_up(db, "alice@example.org", PASSWORD, await guest())
    assert (await guests(db)).claimed == 0


async def test_what_is_kept_of_a_guest_says_when_and_not_who(
    db: Database, bell: Bell, settings: Settings, guest: Any, have: Any
) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    goes = await guest()
    made = await have(goes)
    async with db.write() as session:
        told = {"profile": {"name": "somebody"}, "created_at": now() - 3600}
        await session.execute(update(Account).where(Account.id == goes.id).values(**told))
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, goes)
    kept = await trace(db)
    assert kept.id not in {goes.id, alice.id}
    assert (kept.email, kept.password_hash, kept.anon, kept.profile) == (None, None, None, {})
    assert (kept.time_zone, kept.units, kept.admin) == ("UTC", "kg", False)
    assert kept.had_result
    assert kept.claimed_at is not None
    assert kept.claimed_at - kept.created_at == pytest.approx(3600, abs=60), "when it came is kept"
    found = await generations.get(db, alice.id, made)
    assert found is not None, "all that was made went to the account"
    assert [person.email for person in await accounts.everybody(db)] == ["alice@example.org"]
    assert await tidy(db) == 0
    assert (await trace(db)).id == kept.id


async def test_nothing_leads_to_what_is_kept_of_a_guest(
    db: Database, bell: Bell, settings: Settings, guest: Any
) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)
    form = anon_id(settings)
    goes = await guest_from(db, settings, form)
    cookie = await _session(db, settings, goes)
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, goes)
    kept = await trace(db)
    async with db.read() as session:
        assert (
            await session.execute(select(Session).where(Session.account_id.in_([goes.id, kept.id])))
        ).first() is None
    assert await accounts.identify(connection(db, settings, cookie=cookie)) is None
    token = token_for(settings, goes.id).access_token
    assert await accounts.identify(connection(db, settings, authorization=f"Bearer {token}")) is None
    with pytest.raises(SQLAlchemyError):  # there is no such account: refused, nothing lost
        await generations.create(db, bell, settings, goes, "drill", {})
    with pytest.raises(WrongPassword):
        await sign_in(db, bell, settings, "", "")
    with pytest.raises(accounts.Taken):
        await sign_up(db, "dave@example.org", PASSWORD, goes)
    again = await guest_from(db, settings, form)
    assert again.id not in {goes.id, kept.id}
    before = (await guests(db)).signed_in
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, goes)
    assert (await guests(db)).signed_in == before == 1, "a second time there is nothing left to take over"


async def _session(db: Database, settings: Settings, person: Person) -> str:
    response = Response()
    await accounts.start_session(db, settings, person.id, response)
    return cookie_header(response)
