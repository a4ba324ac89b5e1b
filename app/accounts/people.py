"""Accounts: guests, sign-up, sign-in, what people tell about themselves."""

import re
import secrets
import unicodedata
from typing import Any

from sqlalchemy import Insert, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.accounts.passwords import LONGEST, SHORTEST, hashed, matches
from app.accounts.secrets import read_anon
from app.accounts.sessions import person_of, sign_off
from app.accounts.throttle import GUESSES, forgive, throttle
from app.database import Database, now
from app.generations import Bell
from app.generations.move import move, tell
from app.ids import uuid7
from app.models import Account, Session
from app.person import HEAD_START, Person
from app.settings import Settings
from app.zones import time_zones

UNITS = ("kg", "lb")
TIERS = tuple(HEAD_START)
ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@.<>\"(),:;\\\[\]]+(\.[^\s@.<>\"(),:;\\\[\]]+)+")
# A form's anonymous id leads to the guest it made only for so long: it is there for double clicks, not as a key.
SAME_GUEST_SECONDS = 600


class Refused(ValueError):
    """A field's value cannot be taken; the message says what can."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Taken(Exception):
    """There is an account with this e-mail."""


class WrongPassword(Exception):
    """E-mail or password is wrong; which, nobody learns."""


def normalised(email: str) -> str:
    """The one spelling of an address. Raises Refused."""
    value = unicodedata.normalize("NFKC", email).strip().lower()
    if len(value) > 254 or not value.isprintable() or not ADDRESS.fullmatch(value):
        raise Refused("email", "Write an e-mail address such as name@example.org.")
    return value


def checked(password: str, email: str) -> str:
    """The password itself. Raises Refused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(
            "password", f"A password has {SHORTEST} to {LONGEST} characters; three or four words make a good one."
        )
    if password.strip().lower() == email:
        raise Refused("password", "The password must not be the e-mail address.")
    return password


async def guest_from(db: Database, settings: Settings, anon: str, time_zone: str = "", units: str = "") -> Person:
    """The guest that this form makes: the same one for a double click."""
    kept = read_anon(settings, anon) if anon.count(".") == 2 else None
    values: dict[str, Any] = {"guest": True, "anon": kept or secrets.token_hex(16)}
    values["time_zone"] = time_zone if time_zone in time_zones() else "UTC"
    values["units"] = units if units in UNITS else "kg"
    try:
        return await _insert(db, values)
    except IntegrityError:
        pass
    recent = [Account.anon == kept, Account.guest, Account.created_at > now() - SAME_GUEST_SECONDS]
    async with db.read() as session:
        found = (await session.execute(select(Account).where(*recent))).scalar_one_or_none()
    return person_of(found) if found is not None else await _insert(db, {**values, "anon": None})


async def _insert(db: Database, values: dict[str, Any]) -> Person:
    async with db.write() as session:
        statement = insert(Account).values(id=uuid7(), profile={}, created_at=now(), **values).returning(Account)
        return person_of((await session.execute(statement)).scalar_one())


async def sign_up(
    db: Database, email: str, password: str, guest: Person | None = None, time_zone: str = "", tier: str = "free"
) -> Person:
    """A new account, or the guest's own with e-mail and password: all that was made stays. Raises Refused, Taken."""
    address = normalised(email)
    values: dict[str, Any] = {
        "email": address,
        "password_hash": await hashed(checked(password, address)),
        "guest": False,
    }
    if time_zone in time_zones():
        values["time_zone"] = time_zone
    try:
        if guest is None or not guest.guest:
            return await _insert(db, {**values, "tier": tier})
        values |= {"anon": None, "claimed_at": now()}
        claimed = update(Account).where(Account.id == guest.id, Account.guest).values(**values).returning(Account)
        async with db.write() as session:
            account = (await session.execute(claimed)).scalar_one_or_none()
    except IntegrityError:
        raise Taken(address) from None
    if account is None:
        raise Taken(address)
    return person_of(account, guest.session, guest.expires_at)


async def sign_in(
    db: Database, bell: Bell, settings: Settings, email: str, password: str, guest: Person | None = None
) -> Person:
    """The account; what ``guest`` made moves to it. Raises WrongPassword, Throttled."""
    try:
        address = normalised(email)
    except Refused:
        address = ""
    await throttle(bell, settings, GUESSES, address)
    async with db.read() as session:
        query = select(Account).where(Account.email == address, Account.guest.is_(False))
        account = (await session.execute(query)).scalar_one_or_none()
    if not await matches(account.password_hash if account else None, password[:LONGEST]) or account is None:
        raise WrongPassword
    await forgive(bell, settings, GUESSES, address)
    if guest is not None and guest.guest and guest.id != account.id:
        account = await _take_over(db, bell, guest, account)
    return person_of(account)


async def _take_over(db: Database, bell: Bell, guest: Person, account: Account) -> Account:
    """Make one account of two. Nothing is moved if the guest has become an account of its own meanwhile."""
    profile = {**account.profile, **guest.profile}  # what the person told last
    # The lock keeps the guest from asking for something more while it goes: that would vanish with the guest.
    still_guest = select(Account.created_at).where(Account.id == guest.id, Account.guest).with_for_update()
    for last in (False, False, True):
        try:
            async with db.write() as session:
                if (came_at := (await session.execute(still_guest)).scalar_one_or_none()) is None:
                    return account
                moved = await move(session, guest.id, account.id)
                await session.execute(delete(Session).where(Session.account_id == guest.id))
                await session.execute(delete(Account).where(Account.id == guest.id))
                await session.execute(_trace(came_at, moved.had_result))
                told = update(Account).where(Account.id == account.id).values(profile=profile).returning(Account)
                found = (await session.execute(told.execution_options(populate_existing=True))).scalar_one()
            break
        except (IntegrityError, OperationalError):
            # The account has just asked for the twin of something that moves, or what moves is just being finished.
            if last:
                raise
    sign_off(bell, guest.id)
    tell(bell, moved)
    return found


def _trace(came_at: float, had_result: bool) -> Insert:
    """What is kept of a guest that has gone into an account, to be counted and for nothing else: when it came and went.

    Under an id of its own, that nobody has ever had: whatever still names the guest finds nothing.
    """
    values = {"created_at": came_at, "claimed_at": now(), "had_result": had_result}
    return insert(Account).values(id=uuid7(), guest=True, profile={}, **values)


async def change(db: Database, account_id: str, **values: Any) -> Person:
    """Set time zone, units, profile or tier. Raises Refused."""
    if "time_zone" in values and values["time_zone"] not in time_zones():
        raise Refused("time_zone", "Choose an IANA time zone such as Europe/Berlin.")
    if "units" in values and values["units"] not in UNITS:
        raise Refused("units", "Allowed are kg and lb.")
    if "tier" in values and values["tier"] not in TIERS:
        raise Refused("tier", f"Allowed are {' and '.join(TIERS)}.")
    async with db.write() as session:
        statement = update(Account).where(Account.id == account_id).values(**values).returning(Account)
        return person_of((await session.execute(statement)).scalar_one())


async def by_email(db: Database, email: str) -> Person | None:
    async with db.read() as session:
        found = (await session.execute(select(Account).where(Account.email == normalised(email)))).scalar_one_or_none()
    return None if found is None else person_of(found)


async def everybody(db: Database, limit: int = 1000) -> list[Person]:
    """Accounts that are no guests, oldest first."""
    query = select(Account).where(Account.guest.is_(False)).order_by(Account.id).limit(limit)
    async with db.read() as session:
        return [person_of(account) for account in (await session.execute(query)).scalars()]
