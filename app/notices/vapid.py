"""The key by which push services know us (VAPID, RFC 8292), and the header it signs."""

import base64
import secrets
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.database import Database, now
from app.notices.models import VapidKey
from app.settings import P256_ORDER, Settings

TOKEN_LIVES = 12 * 3600  # seconds; services take up to 24 hours
KEYS: Any = VapidKey.__table__


async def private_key(db: Database, settings: Settings) -> str:
    """In base64url: the one that is set, or the one in the database, which the first who asks makes."""
    if settings.vapid_private_key:
        return settings.vapid_private_key
    query = select(KEYS.c.private_key).where(KEYS.c.id == 1)
    async with db.read() as session:
        found: str | None = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        new: Any = (sqlite.insert if db.sqlite else postgresql.insert)(KEYS)
        async with db.write() as session:
            await session.execute(new.values(id=1, private_key=_made(), created_at=now()).on_conflict_do_nothing())
            found = (await session.execute(query)).scalar_one()
    assert found is not None
    return found


def _made() -> str:
    return _text((1 + secrets.randbelow(P256_ORDER - 1)).to_bytes(32, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_key(private: str) -> str:
    """What browsers subscribe with: the uncompressed point in base64url."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid02

    point = Vapid02.from_raw(private.encode()).public_key
    return _text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(private: str, settings: Settings, origin: str) -> str:
    """The header for a push service at ``origin``."""
    from py_vapid import Vapid02

    claims = {"aud": origin, "exp": int(time.time()) + TOKEN_LIVES, "sub": subject(settings)}
    signed: dict[str, str] = Vapid02.from_raw(private.encode()).sign(claims)
    return signed["Authorization"]


def subject(settings: Settings) -> str:
    """How a push service may reach whoever runs this."""
    if settings.vapid_subject:
        return settings.vapid_subject
    if settings.secure and ":" not in settings.public_url.removeprefix("https://"):
        return settings.public_url
    return "mailto:unfold@localhost"
