"""One Web Push (RFC 8030): encrypted for one browser (RFC 8291), signed (RFC 8292), sent once."""

import asyncio
import base64
import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import orjson

from app.notices import vapid
from app.notices.address import NotAllowed, Unknown, target
from app.notices.outcome import SENT, Outcome
from app.notices.words import Said
from app.settings import Settings

TTL = 86_400  # seconds that a push service keeps it for a device that is away
PATIENCE = 10.0  # seconds for all of it
LONGEST_TOPIC = 32  # characters of base64url (RFC 8030, 5.4)


@dataclass(frozen=True)
class Browser:
    endpoint: str
    p256dh: str
    auth: str


def client(verify: ssl.SSLContext | bool = True) -> httpx.AsyncClient:
    """One for all pushes. It keeps no connection, since a connection is to an address and was verified for one name."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(
        trust_env=False, follow_redirects=False, timeout=PATIENCE, limits=limits, verify=verify
    )  # proxies of the environment would connect for us, to whatever the name means to them


async def send(http: httpx.AsyncClient, settings: Settings, private_key: str, browser: Browser, said: Said) -> Outcome:
    """Send it once. Nothing is raised for what push services and networks do."""
    try:
        where = await target(settings, browser.endpoint)
        body = encrypted(browser, orjson.dumps({"title": said.title, "url": said.url, "tag": said.tag}))
        headers = {
            "Host": where.host, "TTL": str(TTL), "Urgency": "normal", "Topic": topic(said.tag),
            "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
            "Authorization": vapid.authorization(private_key, settings, where.origin),
        }  # fmt: skip
        async with (
            asyncio.timeout(PATIENCE),
            http.stream(
                "POST", where.url, content=body, headers=headers, extensions={"sni_hostname": where.name}
            ) as answer,
        ):
            return _outcome(answer.status_code, answer.headers)
    except NotAllowed as error:
        return Outcome("gone", str(error))
    except (httpx.TransportError, Unknown, OSError, TimeoutError) as error:
        return Outcome("later", type(error).__name__)


def encrypted(browser: Browser, data: bytes) -> bytes:
    from pywebpush import WebPusher

    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    made: bytes = WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(data)["body"]
    return made


def topic(tag: str) -> str:
    """Of the same tag the same, from which nothing can be read: of two that wait, a push service keeps the last."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()).decode()[:LONGEST_TOPIC]


def _outcome(status: int, headers: Mapping[str, str]) -> Outcome:
    if 200 <= status < 300:
        return SENT
    if status in {404, 410}:
        return Outcome("gone", f"status {status}")
    if status in {408, 425, 429} or status >= 500:
        return Outcome("later", f"status {status}", retry_after(headers.get("retry-after", "")))
    return Outcome("refused", f"status {status}")  # redirects among them: it was sent where it was to go


def retry_after(value: str) -> float:
    """Seconds, of a number or a date; 0 if it cannot be read."""
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
