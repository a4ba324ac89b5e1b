"""Requests that arrive: with a token that is renewed in time, and repeated while the server is away or asks to wait."""

import asyncio
import base64
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from app.client.errors import Unauthorized, UnfoldError, Unreachable, of_answer

API = "/api/v1"
RENEW_BEFORE = 300.0  # seconds before a token ends
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # between tries, with jitter
PASSING = {429, 502, 503, 504}  # answers that may be others a little later
NOT_TAKEN = {429, 503}  # of these, the ones that say that nothing was done
# Then nothing of the request has reached the server.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass
class Token:
    value: str
    ends_at: float  # Unix seconds; infinity where nobody can tell


def token_of(value: str) -> Token:
    """When a token ends stands in it; whether it is good, only the server can say."""
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(value.split(".")[1] + "=="))
        return Token(value, float(claims["exp"]))
    except (IndexError, KeyError, TypeError, ValueError):
        return Token(value, float("inf"))


def pause(tries: int) -> float:
    """Full jitter: after a restart not everybody comes back in the same moment."""
    return random.uniform(0.05, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries, 10)))  # noqa: S311


class Wire:
    """``patience``: seconds for which a request is repeated before the client gives up."""

    def __init__(
        self, url: str, *, token: str | None, email: str | None, password: str | None, patience: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        self.url, self.patience = url.rstrip("/"), patience
        self.token = token_of(token) if token else None
        self._credentials = {"email": email, "password": password} if email and password else None
        self._http = httpx.AsyncClient(base_url=self.url, timeout=httpx.Timeout(30.0, connect=5.0), transport=transport)
        self._renewing = asyncio.Lock()

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, path: str, **params: Any) -> Any:
        given = {name: value for name, value in params.items() if value is not None}
        return (await self.request("GET", path, params=given)).json()

    async def request(
        self, method: str, path: str, *, json: Any = None, params: Any = None, headers: dict[str, str] | None = None,
        repeat: bool = True,
    ) -> httpx.Response:  # fmt: skip
        """The answer, below 300. ``repeat``: doing it twice is as good as once. Raises UnfoldError."""
        sent = ""

        async def send() -> httpx.Response:
            nonlocal sent
            sent = f"Bearer {await self.valid_token()}"
            signed = {**(headers or {}), "Authorization": sent}
            return await self._http.request(method, API + path, json=json, params=params, headers=signed)

        try:
            return await self._patiently(send, repeat=repeat)
        except Unauthorized:
            if not await self.renew(sent):
                raise
            return await self._patiently(send, repeat=repeat)

    async def _patiently(self, send: Callable[[], Awaitable[httpx.Response]], *, repeat: bool = True) -> httpx.Response:
        until, tries = time.monotonic() + self.patience, 0
        while True:
            problem: UnfoldError
            try:
                answer = await send()
            except httpx.TransportError as error:
                problem = Unreachable(f"{self.url} does not answer: {type(error).__name__}")
                again = repeat or isinstance(error, NOT_SENT)
                after = None
            else:
                if answer.is_success:
                    return answer
                problem = of_answer(answer)
                again = answer.status_code in PASSING and (repeat or answer.status_code in NOT_TAKEN)
                after = problem.retry_after
            wait = pause(tries) if after is None else after
            if not again or time.monotonic() + wait > until:
                raise problem
            await asyncio.sleep(wait)
            tries += 1

    # Tokens.

    async def valid_token(self) -> str:
        """One that is good for a while, renewed or signed in for where that is needed. Raises UnfoldError."""
        if self.token is None or self.token.ends_at - time.time() < RENEW_BEFORE:
            async with self._renewing:
                if self.token is None:
                    await self._sign_in()
                elif self.token.ends_at - time.time() < RENEW_BEFORE:
                    await self._renew()
        assert self.token is not None
        return self.token.value

    async def renew(self, refused: str) -> bool:
        """The server has refused this header: whether there is another one now."""
        async with self._renewing:
            if self.token is not None and refused != f"Bearer {self.token.value}":
                return True  # somebody else has been here meanwhile
            if self._credentials is None:
                return False
            await self._sign_in()
            return True

    async def _renew(self) -> None:
        assert self.token is not None
        try:
            await self._take("/tokens", None, {"Authorization": f"Bearer {self.token.value}"})
        except UnfoldError:
            if self._credentials is not None:
                await self._sign_in()
            elif self.token.ends_at < time.time():
                raise
            # Else it is good for a few minutes yet, and renewed with the next request.

    async def _sign_in(self) -> None:
        if self._credentials is None:
            said = "Give the client a token, or e-mail and password."
            raise Unauthorized(401, "Unauthorized", said, retry_after=None, document={})
        await self._take("/tokens", self._credentials, {})

    async def sign_up(self, email: str, password: str) -> None:
        """A new account; the client speaks for it from now on. Raises UnfoldError."""
        credentials = {"email": email, "password": password}
        await self._take("/accounts", credentials, {})
        self._credentials = credentials

    async def _take(self, path: str, json: Any, headers: dict[str, str]) -> None:
        """A token from the server."""
        found = (await self._patiently(lambda: self._http.post(API + path, json=json, headers=headers))).json()
        self.token = Token(found["access_token"], time.time() + found["expires_in"])
