"""A push service on this machine: it takes what is sent to its browsers, checks the signature, decrypts it with the
browser's own key, and answers as a test wishes."""

import asyncio
import base64
import secrets
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Any

import http_ece
import orjson
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.services import free_port


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Browser:
    """A browser's side of a subscription."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def subscription(self) -> dict[str, Any]:
        """As ``PushSubscription.toJSON`` gives it."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": text(point), "auth": text(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}


@dataclass(frozen=True)
class Received:
    browser: Browser
    headers: dict[str, str]
    body: bytes
    said: dict[str, Any]
    signed: dict[str, Any]  # the claims of the VAPID token


class PushService:
    """``answers``: what to answer next, each a status or a whole response, or "hang"; 201 when there is none."""

    def __init__(self, certificate: tuple[str, str] | None = None) -> None:
        self.port = free_port()
        self.origin = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self.browsers: dict[str, Browser] = {}
        self.received: list[Received] = []
        self.asked: list[str] = []  # paths, also of what was not taken
        self.answers: deque[int | Response | str] = deque()
        app = Starlette(routes=[Route("/{path:path}", self._take, methods=["GET", "POST"])])
        tls: dict[str, Any] = {}
        if certificate:
            tls = {
                "ssl_certfile": certificate[0],
                "ssl_keyfile": certificate[1],
                "ssl_version": ssl.PROTOCOL_TLS_SERVER,
            }
        config = uvicorn.Config(app, port=self.port, log_level="critical", timeout_graceful_shutdown=1, **tls)
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> "PushService":
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        return self

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    def browser(self, origin: str = "") -> Browser:
        path = secrets.token_urlsafe(12)
        private = ec.generate_private_key(ec.SECP256R1())
        self.browsers[path] = Browser(f"{origin or self.origin}/{path}", private, secrets.token_bytes(16))
        return self.browsers[path]

    @property
    def said(self) -> list[dict[str, Any]]:
        return [one.said for one in self.received]

    async def _take(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        wanted = self.answers.popleft() if self.answers else 201
        if wanted == "hang":
            await asyncio.sleep(3600)
        if isinstance(wanted, Response):
            return wanted
        assert isinstance(wanted, int)
        if wanted < 300:
            self.received.append(self._read(request.path_params["path"], dict(request.headers), await request.body()))
        return Response(status_code=wanted)

    def _read(self, path: str, headers: dict[str, str], body: bytes) -> Received:
        """What a push service demands, and what the browser then makes of it."""
        browser = self.browsers[path]
        assert headers["content-encoding"] == "aes128gcm"
        assert len(body) <= 4096  # what every push service takes (RFC 8030, 7.2)
        assert Vapid02.verify(headers["authorization"])
        claims = headers["authorization"].partition("t=")[2].split(".")[1]
        data = http_ece.decrypt(body, private_key=browser.private, auth_secret=browser.auth, version="aes128gcm")
        return Received(
            browser, headers, body, orjson.loads(data), orjson.loads(base64.urlsafe_b64decode(claims + "=="))
        )
