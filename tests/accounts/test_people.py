import asyncio
import time

import pytest
from sqlalchemy import select, update

from app import generations
from app.accounts import (
    Person,
    Refused,
    Taken,
    WrongPassword,
    anon_id,
    by_email,
    change,
    everybody,
    guest_from,
    sign_in,
    sign_up,
)
from app.accounts.people import SAME_GUEST_SECONDS, checked, normalised
from app.accounts.secrets import ANON_SECONDS
from app.database import Database, now
from app.generations import Bell
from app.models import Account, Generation, IdempotencyKey
from app.settings import Settings

PASSWORD = "three or four words"
PROGRAM = {
    "goal": "strength", "experience": "beginner", "days_per_week": 3, "session_minutes": 60, "equipment": ["full_gym"],
}  # fmt: skip


@pytest.mark.parametrize(
    "given", [" Alice@Example.ORG ", "ALICE@EXAMPLE.ORG", "alice@example.org", "\uff41lice@example.org"]
)
def test_an_address_has_one_spelling(given: str) -> None:
    assert normalised(given) == "alice@example.org"


async def test_one_address_is_one_account(db: Database) -> None:
    await sign_up(db, " Alice@Example.ORG ", PASSWORD)
    found = await by_email(db, "ALICE@example.org")
    assert found is not None
    assert found.email == "alice@example.org"
    with pytest.raises(Taken):
        await sign_up(db, "alice@example.org", PASSWORD)


@pytest.mark.parametrize(
    "given",
    [
        "", "alice", "alice@", "@example.org", "alice@example", "alice@@example.org", "al ice@example.org",
        "alice@example..org", "alice@exam\x00ple.org", "alice@exa\u202emple.org", "a\nb@example.org",
        "a" * 65 + "@example.org", "alice@" + "a" * 250 + ".org", "alice@example.org, bob@example.org",
        '"><script>@example.org',
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(Refused) as error:
        normalised(given)
    assert error.value.field == "email"
    assert "name@example.org" in error.value.message


@pytest.mark.parametrize("given", ["", "short", "x" * 7, "x" * 257, "Alice@Example.org"])
def test_a_password_is_8_to_256_characters_and_not_the_address(given: str) -> None:
    with pytest.raises(Refused) as error:
        checked(given, "alice@example.org")
    assert error.value.field == "password"


async def test_passwords_are_kept_as_argon2id_only(db: Database) -> None:
    person = await sign_up(db, "alice@example.org", PASSWORD)
    async with db.read() as session:
        kept = (await session.execute(select(Account.password_hash).where(Account.id == person.id))).scalar_one()
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


async def test_two_sign_ups_at_once_make_one_account(db: Database) -> None:
    answers = await asyncio.gather(
        *(sign_up(db, "alice@example.org", PASSWORD) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Person", "Taken", "Taken"]
    assert len(await everybody(db)) == 1


async def test_sign_in_needs_the_right_password(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    assert (await sign_in(db, bell, settings, " ALICE@example.org", PASSWORD)).id == alice.id
    for email, password in [
        ("alice@example.org", "three or four word"), ("alice@example.org", ""), ("nobody@example.org", PASSWORD),
        ("", PASSWORD), ("no address", PASSWORD), ("alice@example.org\x00", PASSWORD),
    ]:  # fmt: skip
        with pytest.raises(WrongPassword) as error:
            await sign_in(db, bell, settings, email, password)
        assert str(error.value) == "", "which of the two was wrong, nobody learns"


async def test_a_guest_cannot_be_signed_in_to(db: Database, bell: Bell, settings: Settings) -> None:
    await guest_from(db, settings, anon_id(settings))
    with pytest.raises(WrongPassword):
        await sign_in(db, bell, settings, "", "")


# Guests


async def test_a_double_click_makes_one_guest(db: Database, settings: Settings) -> None:
    form = anon_id(settings)
    guests = await asyncio.gather(*(guest_from(db, settings, form, "Europe/Berlin", "lb") for _ in range(5)))
    assert len({guest.id for guest in guests}) == 1
    assert (guests[0].guest, guests[0].time_zone, guests[0].units) == (True, "Europe/Berlin", "lb")


async def test_two_forms_make_two_guests(db: Database, settings: Settings) -> None:
    first, second = [await guest_from(db, settings, anon_id(settings)) for _ in range(2)]
    assert first.id != second.id


async def test_a_form_is_no_key_to_its_guest_for_long(db: Database, settings: Settings) -> None:
    form = anon_id(settings)
    guest = await guest_from(db, settings, form)
    async with db.write() as session:
        older = update(Account).where(Account.id == guest.id).values(created_at=now() - SAME_GUEST_SECONDS - 1)
        await session.execute(older)
    assert (await guest_from(db, settings, form)).id != guest.id


async def test_a_form_is_no_key_to_a_claimed_account(db: Database, settings: Settings) -> None:
    form = anon_id(settings)
    guest = await guest_from(db, settings, form)
    await sign_up(db, "alice@example.org", PASSWORD, guest)
    later = await guest_from(db, settings, form)
    assert later.id != guest.id
    assert later.guest


@pytest.mark.parametrize("form", ["", "made-up", "a.b.c", "\u00e9.1.\u00e9", "0" * 32 + ".9999999999." + "0" * 64])
async def test_a_form_without_a_valid_id_makes_a_guest_of_its_own(db: Database, settings: Settings, form: str) -> None:
    first, second = [await guest_from(db, settings, form, "No/Where", "stone") for _ in range(2)]
    assert first.id != second.id
    assert (first.time_zone, first.units) == ("UTC", "kg")


async def test_an_old_form_still_works(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    form = anon_id(settings)
    real = time.time
    monkeypatch.setattr("app.accounts.secrets.time.time", lambda: real() + ANON_SECONDS + 1)
    assert (await guest_from(db, settings, form)).guest


# A guest becomes somebody


async def test_claiming_keeps_the_account_and_all_that_was_made(db: Database, bell: Bell, settings: Settings) -> None:
    guest = await guest_from(db, settings, anon_id(settings), "Europe/Berlin")
    made = await generations.create(db, bell, settings, guest, "program", PROGRAM)
    person = await sign_up(db, "alice@example.org", PASSWORD, guest)
    assert (person.id, person.guest, person.email) == (guest.id, False, "alice@example.org")
    assert person.time_zone == "Europe/Berlin"
    assert person.profile["goal"] == "strength"
    assert await generations.get(db, person.id, made.generation.id) is not None
    assert (await sign_in(db, bell, settings, "alice@example.org", PASSWORD)).id == guest.id


async def test_claiming_with_a_taken_address_changes_nothing(db: Database, settings: Settings) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    with pytest.raises(Taken):
        await sign_up(db, "alice@example.org", PASSWORD, guest)
    async with db.read() as session:
        account = (await session.execute(select(Account).where(Account.id == guest.id))).scalar_one()
    assert (account.guest, account.email) == (True, None)


async def test_signing_in_moves_what_the_guest_made(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    made = (await generations.create(db, bell, settings, guest, "program", PROGRAM, idempotency_key="once")).generation
    guest = Person(**{**guest.__dict__, "profile": PROGRAM})
    person = await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
    assert person.id == alice.id
    assert person.profile["goal"] == "strength", "what was told last prefills the forms"
    found = await generations.get(db, alice.id, made.id)
    assert found is not None
    assert found.status == "pending"
    assert await generations.get(db, guest.id, made.id) is None
    assert await generations.log(db, alice.id, made.id, 0) is not None
    assert await _account(db, guest.id) is None
    async with db.read() as session:
        assert (await session.execute(select(IdempotencyKey))).first() is None
    twin = await generations.create(db, bell, settings, alice, "program", PROGRAM)
    assert (twin.existing, twin.generation.id) == (True, made.id), "it is alice's active twin now"


async def test_active_twins_of_both_go_on(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    hers = (await generations.create(db, bell, settings, alice, "program", PROGRAM)).generation
    guest = await guest_from(db, settings, anon_id(settings))
    moved = (await generations.create(db, bell, settings, guest, "program", PROGRAM)).generation
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
    assert {one.id for one in await generations.active(db, alice.id)} == {hers.id, moved.id}
    twin = await generations.create(db, bell, settings, alice, "program", PROGRAM)
    assert twin.generation.id == hers.id
    await generations.cancel(db, bell, alice.id, moved.id)
    await generations.cancel(db, bell, alice.id, hers.id)
    again = await generations.retry(db, bell, settings, alice.id, moved.id)
    assert again is not None
    assert again.status == "pending", "a moved one can be retried like any other"


async def test_signing_in_twice_as_the_same_guest_is_harmless(db: Database, bell: Bell, settings: Settings) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    await generations.create(db, bell, settings, guest, "program", PROGRAM)
    people = await asyncio.gather(
        *(sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest) for _ in range(3))
    )
    assert len({person.id for person in people}) == 1
    assert len(await generations.active(db, people[0].id)) == 1


async def test_a_claimed_account_is_not_taken_over_by_a_late_sign_in(
    db: Database, bell: Bell, settings: Settings
) -> None:
    await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))
    await sign_up(db, "bob@example.org", PASSWORD, guest)
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest)
    assert await by_email(db, "bob@example.org") is not None


async def test_another_account_is_never_moved(db: Database, bell: Bell, settings: Settings) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    bob = await sign_up(db, "bob@example.org", PASSWORD)
    await generations.create(db, bell, settings, bob, "program", PROGRAM)
    await sign_in(db, bell, settings, "alice@example.org", PASSWORD, bob)
    assert await generations.active(db, alice.id) == []
    assert len(await generations.active(db, bob.id)) == 1


async def test_nothing_is_lost_when_guest_and_account_ask_during_the_move(
    db: Database, bell: Bell, settings: Settings
) -> None:
    """Whatever a guest was told is accepted exists afterwards, in the account or still with the guest."""
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    guest = await guest_from(db, settings, anon_id(settings))

    async def ask(person: Person, subject: str) -> str | None:
        try:
            made = await generations.create(db, bell, settings, person, "program", PROGRAM, subject=subject)
        except Exception:  # the guest is gone: refused, not lost
            return None
        return made.generation.id

    asked = [ask(person, str(n)) for n in range(8) for person in (guest, alice)]
    *ids, _ = await asyncio.gather(*asked, sign_in(db, bell, settings, "alice@example.org", PASSWORD, guest))
    async with db.read() as session:
        kept = set((await session.execute(select(Generation.id))).scalars())
    assert {id_ for id_ in ids if id_} <= kept


# Settings


async def test_time_zone_units_and_tier_are_checked(db: Database) -> None:
    alice = await sign_up(db, "alice@example.org", PASSWORD)
    person = await change(db, alice.id, time_zone="America/New_York", units="lb", tier="pro")
    assert (person.time_zone, person.units, person.tier) == ("America/New_York", "lb", "pro")
    for values, said in [
        ({"time_zone": "Mars/Olympus"}, "IANA"), ({"time_zone": "../etc/passwd"}, "IANA"), ({"units": "stone"}, "lb"),
        ({"tier": "gold"}, "pro"),
    ]:  # fmt: skip
        with pytest.raises(Refused, match=said):
            await change(db, alice.id, **values)


async def _account(db: Database, account_id: str) -> Account | None:
    async with db.read() as session:
        return (await session.execute(select(Account).where(Account.id == account_id))).scalar_one_or_none()
