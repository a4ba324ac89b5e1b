"""Who is told by mail: whoever wants it and has said from within the mailbox that it is theirs."""

from typing import Any, Literal

import jwt
from sqlalchemy import delete, select, update

from app.accounts.secrets import key
from app.accounts.throttle import Limit
from app.database import Database
from app.models import Account
from app.notices.outbox import NOTICES, ask_mailbox
from app.settings import Settings

AUDIENCE = "unfold-mailbox"
ASKS = Limit("mailbox", 5, 1 / 3600)  # questions to one mailbox
Wish = Literal["on", "off"]
ACCOUNTS: Any = Account.__table__


def token(settings: Settings, account_id: str, email: str) -> str:
    """Known to whoever reads this mailbox. It turns the mail to it on and off, and nothing else."""
    claims = {"aud": AUDIENCE, "sub": account_id, "email": email}
    return jwt.encode(claims, key(settings, "mailbox"), algorithm="HS256")


def read(settings: Settings, given: str) -> tuple[str, str] | None:
    """The account's id and the mailbox, or None."""
    try:
        claims = jwt.decode(given, key(settings, "mailbox"), algorithms=["HS256"], audience=AUDIENCE)
        return str(claims["sub"]), str(claims["email"])
    except (jwt.InvalidTokenError, KeyError):
        return None


async def state(db: Database, account_id: str) -> str:
    """off; asked: nobody has answered from the mailbox yet; on."""
    async with db.read() as session:
        return str((await session.execute(select(ACCOUNTS.c.mail).where(ACCOUNTS.c.id == account_id))).scalar_one())


async def ask(db: Database, account_id: str) -> None:
    """The person wants it: their mailbox is asked, unless it has agreed before."""
    mine = [ACCOUNTS.c.id == account_id, ACCOUNTS.c.email.is_not(None), ACCOUNTS.c.mail != "on"]
    async with db.write() as session:
        wanted = update(ACCOUNTS).where(*mine).values(mail="asked").returning(ACCOUNTS.c.id)
        if (await session.execute(wanted)).scalar_one_or_none() is not None:
            await ask_mailbox(session, account_id)


async def stop(db: Database, account_id: str) -> None:
    async with db.write() as session:
        await session.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(mail="off"))
        by_mail = [NOTICES.c.account_id == account_id, NOTICES.c.subscription_id.is_(None)]
        await session.execute(delete(NOTICES).where(*by_mail))


async def answer(db: Database, settings: Settings, given: str, wish: Wish) -> bool:
    """What somebody who reads the mailbox wishes. False: the link is none of ours, or no longer about this account."""
    found = read(settings, given)
    if found is None:
        return False
    same = [ACCOUNTS.c.id == found[0], ACCOUNTS.c.email == found[1]]
    # "On" is the answer to a question: without one, an old mail turns nothing on that its owner has turned off.
    same += [ACCOUNTS.c.mail.in_(("asked", "on"))] if wish == "on" else []
    async with db.write() as session:
        put = update(ACCOUNTS).where(*same).values(mail=wish).returning(ACCOUNTS.c.id)
        return (await session.execute(put)).scalar_one_or_none() is not None
