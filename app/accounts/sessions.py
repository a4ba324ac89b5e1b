"""Who is asking: a session cookie, kept as a hash on the server and revocable at once, or a short token."""

import hashlib
import secrets
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.accounts.secrets import read_token
from app.database import Database, now
from app.generations import Bell
from app.models import Account, Session
from app.person import Person
from app.settings import Settings

SESSION_SECONDS = 90 * 86_400  # without a visit
RENEW_AFTER = 86_400  # a session's end is moved at most once a day
COOKIE_SECONDS = 400 * 86_400  # the longest that browsers keep one; the server's own end counts


def cookie_name(settings: Settings) -> str:
    return "__Host-unfold_session" if settings.secure else "unfold_session"


def session_id(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def person_of(account: Account, session: str | None = None, expires_at: float | None = None) -> Person:
    return Person(
        id=account.id, email=account.email, tier=account.tier, guest=account.guest, admin=account.admin,
        time_zone=account.time_zone, units=account.units, profile=account.profile, session=session,
        expires_at=expires_at,
    )  # fmt: skip


async def identify(conn: HTTPConnection) -> Person | None:
    """The person by ``Authorization`` or else by cookie; looked up once for each request."""
    if "unfold.person" not in conn.scope:
        conn.scope["unfold.person"] = await _identify(conn)
    person: Person | None = conn.scope["unfold.person"]
    return person


def bearer(conn: HTTPConnection) -> str | None:
    """The token of the ``Authorization`` header: empty if that has none, None if there is no such header."""
    given = conn.headers.get("authorization")
    if given is None:
        return None
    scheme, _, token = given.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _identify(conn: HTTPConnection) -> Person | None:
    settings: Settings = conn.state.settings
    db: Database = conn.state.db
    if (token := bearer(conn)) is not None:
        read = read_token(settings, token)
        return await _by_token(db, *read) if read else None
    cookie = conn.cookies.get(cookie_name(settings))
    return await _by_cookie(db, session_id(cookie)) if cookie else None


async def _by_token(db: Database, account_id: str, expires_at: float) -> Person | None:
    async with db.read() as session:
        account = (await session.execute(select(Account).where(Account.id == account_id))).scalar_one_or_none()
    return None if account is None else person_of(account, expires_at=expires_at)


async def _by_cookie(db: Database, id_: str) -> Person | None:
    query = (
        select(Account, Session.expires_at, now().label("at"))
        .join(Session, Session.account_id == Account.id)
        .where(Session.id == id_, Session.expires_at > now())
    )
    async with db.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    account, expires_at, at = row
    if expires_at - at < SESSION_SECONDS - RENEW_AFTER:
        expires_at = at + SESSION_SECONDS
        async with db.write() as session:
            await session.execute(update(Session).where(Session.id == id_).values(expires_at=expires_at))
    return person_of(account, session=id_, expires_at=expires_at)


async def start_session(db: Database, settings: Settings, account_id: str, response: Response, agent: str = "") -> str:
    """Sign this browser in; returns the session's id."""
    cookie = secrets.token_urlsafe(32)
    values: dict[str, Any] = {"id": session_id(cookie), "account_id": account_id, "user_agent": agent[:200]}
    async with db.write() as session:
        await session.execute(insert(Session).values(**values, created_at=now(), expires_at=now() + SESSION_SECONDS))
    response.set_cookie(
        cookie_name(settings), cookie, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="lax",
        secure=settings.secure,
    )  # fmt: skip
    return session_id(cookie)


async def end_session(db: Database, bell: Bell, settings: Settings, person: Person, response: Response) -> None:
    """Sign this browser out, and its sockets."""
    if person.session is not None:
        await _end(db, bell, person.id, person.session)
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="lax", secure=settings.secure)


async def end_all_sessions(db: Database, bell: Bell, account_id: str) -> None:
    """Sign every browser of the account out, and all sockets."""
    await _end(db, bell, account_id, None)


async def _end(db: Database, bell: Bell, account_id: str, session_: str | None) -> None:
    condition = Session.account_id == account_id
    async with db.write() as session:
        await session.execute(
            delete(Session).where(condition if session_ is None else condition & (Session.id == session_))
        )
    sign_off(bell, account_id, session_)


def sign_off(bell: Bell, account_id: str, session_: str | None = None) -> None:
    """Tell the web processes to close sockets: those of one session, or all of the account's."""
    bell.publish(account_id, [orjson.dumps({"type": "signed_out", **({"session": session_} if session_ else {})})])
