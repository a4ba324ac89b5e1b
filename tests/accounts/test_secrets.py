import time

import jwt
import pytest

from app.accounts import anon_id, renewed, token_for
from app.accounts.secrets import (
    ANON_SECONDS,
    CLOCKS_DIFFER,
    RENEWABLE_SECONDS,
    TOKEN_SECONDS,
    key,
    read_anon,
    read_token,
)
from app.settings import Settings


@pytest.fixture
def settings() -> Settings:
    return Settings(secret_key="a secret of the tests")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds by which all clocks of the process are ahead."""
    from datetime import datetime, timedelta, tzinfo

    from jwt import api_jwt

    ahead = [0.0]
    real = time.time

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "datetime":  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=ahead[0])

    monkeypatch.setattr("app.accounts.secrets.time.time", lambda: real() + ahead[0])
    monkeypatch.setattr(api_jwt, "datetime", Clock)
    return ahead


def test_a_token_names_its_account_for_an_hour(settings: Settings, clock: list[float]) -> None:
    token = token_for(settings, "alice")
    assert (token.id, token.token_type, token.expires_in) == ("alice", "Bearer", TOKEN_SECONDS)
    found = read_token(settings, token.access_token)
    assert found is not None
    assert found[0] == "alice"
    assert found[1] == pytest.approx(time.time() + TOKEN_SECONDS, abs=2)
    clock[0] = TOKEN_SECONDS + CLOCKS_DIFFER + 1
    assert read_token(settings, token.access_token) is None


def test_a_token_can_be_renewed_but_not_for_ever(settings: Settings, clock: list[float]) -> None:
    token = token_for(settings, "alice")
    renewals = 0
    while (following := renewed(settings, token.access_token)) is not None:
        token, renewals = following, renewals + 1
        clock[0] += TOKEN_SECONDS
    assert renewals == pytest.approx(RENEWABLE_SECONDS / TOKEN_SECONDS, abs=1)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"}, {"iss": "another"}, {"exp": 1}, {"exp": None}, {"sub": None}, {"auth_time": None},
        {"sub": 7}, {"exp": "soon"}, {"nbf": 9_999_999_999},
    ],
)  # fmt: skip
def test_a_token_needs_every_claim(settings: Settings, claims: dict[str, object]) -> None:
    good = {"iss": "unfold", "aud": "unfold-api", "sub": "alice", "exp": time.time() + 60, "auth_time": 1}
    given = {name: value for name, value in {**good, **claims}.items() if value is not None}
    assert read_token(settings, jwt.encode(given, key(settings, "token"), algorithm="HS256")) is None


def test_a_token_is_not_believed_unsigned_or_signed_by_others(settings: Settings) -> None:
    token = token_for(settings, "alice").access_token
    claims = jwt.decode(token, options={"verify_signature": False})
    others = Settings(secret_key="a secret of others, long")
    forged = [
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, key(others, "token"), algorithm="HS256"),
        jwt.encode(claims, key(settings, "anon"), algorithm="HS256"),
        jwt.encode(claims, key(settings, "token") * 2, algorithm="HS512"),
        jwt.encode(claims, settings.secret.ljust(32, b"0"), algorithm="HS256"),
        token[:-2], token + "x", "", "...", "a.b.c", "\u00e9\u00e9\u00e9",
    ]  # fmt: skip
    assert [read_token(settings, one) for one in forged] == [None] * len(forged)


def test_a_forms_id_is_signed_and_ends(settings: Settings, clock: list[float]) -> None:
    form = anon_id(settings)
    kept = read_anon(settings, form)
    assert kept is not None
    assert len(kept) <= 64
    assert kept in form
    body, _, signature = form.rpartition(".")
    assert read_anon(settings, f"x{body}.{signature}") is None
    assert read_anon(Settings(secret_key="a secret of others"), form) is None
    clock[0] = ANON_SECONDS + 1
    assert read_anon(settings, form) is None
