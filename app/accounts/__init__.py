"""People: guests, accounts, sessions, tokens."""

from app.accounts.passwords import SHORTEST as SHORTEST_PASSWORD
from app.accounts.people import (
    Refused,
    Taken,
    WrongPassword,
    by_email,
    change,
    everybody,
    guest_from,
    sign_in,
    sign_up,
)
from app.accounts.secrets import Token, anon_id, renewed, token_for
from app.accounts.sessions import bearer, cookie_name, end_all_sessions, end_session, identify, start_session
from app.accounts.throttle import GUESTS, SIGN_IN, SIGN_UP, UPLOADS, Limit, Throttled, throttle
from app.person import Person

__all__ = [
    "GUESTS",
    "SHORTEST_PASSWORD",
    "SIGN_IN",
    "SIGN_UP",
    "UPLOADS",
    "Limit",
    "Person",
    "Refused",
    "Taken",
    "Throttled",
    "Token",
    "WrongPassword",
    "anon_id",
    "bearer",
    "by_email",
    "change",
    "cookie_name",
    "end_all_sessions",
    "end_session",
    "everybody",
    "guest_from",
    "identify",
    "renewed",
    "sign_in",
    "sign_up",
    "start_session",
    "throttle",
    "token_for",
]
