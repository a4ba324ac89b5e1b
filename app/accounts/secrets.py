"""What is signed: short tokens for the API, and the anonymous id that a form carries."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

import jwt

from app.settings import Settings

TOKEN_SECONDS = 3600
RENEWABLE_SECONDS = 30 * 86_400  # from the password on; a token that got lost must not live for ever
CLOCKS_DIFFER = 10  # seconds, between the machines of web processes
ANON_SECONDS = 30 * 86_400
ISSUER, AUDIENCE = "unfold", "unfold-api"


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


def token_for(settings: Settings, account_id: str, signed_in_at: int | None = None) -> Token:
    """``signed_in_at``: when the password was given, in Unix seconds; now by default."""
    issued = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": account_id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "auth_time": signed_in_at or issued,
        "jti": secrets.token_hex(8),
    }
    return Token(account_id, jwt.encode(claims, key(settings, "token"), algorithm="HS256"))


def read_token(settings: Settings, token: str) -> tuple[str, float] | None:
    """The account's id and when the token ends, or None."""
    claims = _claims(settings, token)
    return None if claims is None else (str(claims["sub"]), float(claims["exp"]))


def renewed(settings: Settings, token: str) -> Token | None:
    """A new token for a valid one; None when it is not, or when it is time to give the password again."""
    claims = _claims(settings, token)
    if claims is None or claims["auth_time"] + RENEWABLE_SECONDS < time.time():
        return None
    return token_for(settings, str(claims["sub"]), int(claims["auth_time"]))


def _claims(settings: Settings, token: str) -> dict[str, Any] | None:
    required = ["iss", "aud", "sub", "exp", "auth_time"]
    try:
        return jwt.decode(
            token, key(settings, "token"), algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE,
            leeway=CLOCKS_DIFFER, options={"require": required},
        )  # fmt: skip
    except jwt.InvalidTokenError:
        return None


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
