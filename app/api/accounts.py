"""Accounts, tokens, and oneself."""

from typing import Any

from starlette.responses import Response

from app import accounts
from app.accounts import SIGN_IN, SIGN_UP, Taken, WrongPassword
from app.api.calls import Answer, Asked, Call, answer, unauthorised
from app.api.problems import Problem
from app.api.profile import merged
from app.api.schemas import ChangeMe, Credentials, Me, Token
from app.security import client_address


async def create(asked: Asked[Credentials, None]) -> Response:
    await _slowly(asked, SIGN_UP)
    try:
        person = await accounts.sign_up(asked.db, asked.body.email, asked.body.password)
    except Taken:
        raise Problem(409, "There is an account with this e-mail; POST /api/v1/tokens signs in to it.") from None
    return _token(accounts.token_for(asked.settings, person.id))


async def token(asked: Asked[Credentials | None, None]) -> Response:
    given = asked.body
    if given is None:
        return _token(await _renewed(asked))
    await _slowly(asked, SIGN_IN)
    try:
        person = await accounts.sign_in(asked.db, asked.bell, asked.settings, given.email, given.password)
    except WrongPassword:
        raise Problem(401, "E-mail or password is wrong.", {"WWW-Authenticate": "Bearer"}) from None
    return _token(accounts.token_for(asked.settings, person.id))


async def _renewed(asked: Asked[Any, Any]) -> accounts.Token:
    """For a token that is valid and whose account is still there."""
    given = accounts.bearer(asked.request)
    known = given and await accounts.identify(asked.request)
    renewed = accounts.renewed(asked.settings, given) if given and known else None
    if renewed is None:
        raise unauthorised(by_token=given is not None)
    return renewed


async def _slowly(asked: Asked[Any, Any], limit: accounts.Limit) -> None:
    await accounts.throttle(asked.bell, asked.settings, limit, client_address(asked.request, asked.settings))


def _token(token: accounts.Token) -> Response:
    return answer(Token.model_validate(token, from_attributes=True), 201)


async def show(asked: Asked[None, None]) -> Response:
    return answer(Me.model_validate(asked.person, from_attributes=True))


async def change(asked: Asked[ChangeMe, None]) -> Response:
    values = asked.body.model_dump(exclude_unset=True)
    if "profile" in values:
        values["profile"] = merged(asked.person.profile, values["profile"])
    person = await accounts.change(asked.db, asked.person.id, **values) if values else asked.person
    return answer(Me.model_validate(person, from_attributes=True))


CALLS = [
    Call(
        "POST", "/accounts", create, "Make an account", {201: Answer("The account's id, and a token for it.", Token)},
        group="accounts", body=Credentials, problems=(409,), open=True,
    ),
    Call(
        "POST", "/tokens", token, "Sign in, or renew a valid token by sending it without a body",
        {201: Answer("A token.", Token)},
        group="accounts", body=Credentials, body_optional=True, problems=(401,), open=True,
    ),
    Call("GET", "/me", show, "Who I am", {200: Answer("The account.", Me)}, group="accounts"),
    Call(
        "PATCH", "/me", change, "Change time zone, units or profile", {200: Answer("The account.", Me)},
        group="accounts", body=ChangeMe,
    ),
]  # fmt: skip
