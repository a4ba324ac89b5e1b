"""What is signed: short tokens for the API, and the anonymous id that a form carries."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

import jwt

from app.settings import Settings

TOKEN_SECONDS = 3600
ANON_SECONDS = 30 * 86_400
AUDIENCE = "unfold-api"


def key(settings: Settings, purpose: str) -> bytes:
    """A key for one purpose only: what is signed for one is worth nothing for another."""
    return hmac.digest(settings.secret, f"unfold:{purpose}".encode(), "sha256")


@dataclass(frozen=True)
class Token:
    """The answer to a sign-in by API."""

    id: str
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of the scheme
    expires_in: int = TOKEN_SECONDS


def token_for(settings: Settings, account_id: str) -> Token:
    issued = int(time.time())
    claims = {
        "sub": account_id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "aud": AUDIENCE,
        "jti": secrets.token_hex(8),
    }
    return Token(account_id, jwt.encode(claims, key(settings, "token"), algorithm="HS256"))


def read_token(settings: Settings, token: str) -> tuple[str, float] | None:
    """The account's id and when the token ends, or None."""
    try:
        claims = jwt.decode(
            token, key(settings, "token"), algorithms=["HS256"], audience=AUDIENCE, options={"require": ["sub", "exp"]}
        )
    except jwt.InvalidTokenError:
        return None
    return str(claims["sub"]), float(claims["exp"])


def anon_id(settings: Settings) -> str:
    """A signed anonymous id for a form, so that a double click makes one guest."""
    body = f"{secrets.token_hex(16)}.{int(time.time()) + ANON_SECONDS}"
    return f"{body}.{_signature(settings, body)}"


def read_anon(settings: Settings, value: str) -> str | None:
    """What is to be kept of a form's anonymous id, or None."""
    body, _, signature = value.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(settings, body).encode()):
        return None
    random, _, until = body.partition(".")
    return random if int(until) > time.time() else None


def _signature(settings: Settings, body: str) -> str:
    return hmac.new(key(settings, "anon"), body.encode(), hashlib.sha256).hexdigest()
