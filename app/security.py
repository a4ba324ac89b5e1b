"""What keeps other sites out: origins, headers, the client's address. Plain ASGI, for requests and sockets alike."""

from ipaddress import IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = {"http": 80, "https": 443}

POLICY = "; ".join(
    [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def _place(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port to compare; all names of this machine's loopback are one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", "", None
    return parts.scheme, "loopback" if host in LOOPBACK else host, port or PORTS.get(parts.scheme)


def _own_origin(conn: HTTPConnection, settings: Settings) -> str:
    if settings.public_url:
        return settings.public_url
    scheme = {"ws": "http", "wss": "https"}.get(conn.url.scheme, conn.url.scheme)
    if settings.trusted_hops:
        scheme = _from_proxy(conn.headers.get("x-forwarded-proto", ""), settings.trusted_hops) or scheme
    return f"{scheme}://{conn.headers.get('host', '')}"


def origin_allowed(conn: HTTPConnection) -> bool:
    """Whether a request that carries a cookie was made by a page of ours.

    Browsers tell it in ``Origin`` or ``Sec-Fetch-Site``. What sends neither is no browser, so no other site's page can
    have made it; but a WebSocket must have an Origin.
    """
    origin, site = conn.headers.get("origin"), conn.headers.get("sec-fetch-site")
    if origin is not None and _place(origin) == _place(_own_origin(conn, conn.state.settings)):
        return True
    if conn.scope["type"] == "websocket":
        return False
    # A page cannot make up the second header, and the browser knows under which name it has reached us.
    return site == "same-origin" or (origin is None and site in {None, "none"})


def _from_proxy(value: str, hops: int) -> str:
    """The entry that the outermost trusted proxy has added: that many from the right."""
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    return entries[-hops] if len(entries) >= hops else ""


def client_address(conn: HTTPConnection, settings: Settings) -> str:
    """Who is asking, for throttling. What a client itself writes into X-Forwarded-For is never believed."""
    address = conn.client.host if conn.client else ""
    if settings.trusted_hops:
        forwarded = ",".join(conn.headers.getlist("x-forwarded-for"))
        address = _from_proxy(forwarded, settings.trusted_hops) or address
    return _subscriber(address)


def _subscriber(address: str) -> str:
    """With IPv6 a household or a rented machine has a whole /64 to itself: that counts as one address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), 64), strict=False))


class SecurityHeaders:
    """Adds the headers that every answer has."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.headers = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, add)


class OwnForms:
    """Refuses what no page of ours sends: forms of other sites (no tokens, only what browsers say of themselves), and
    addresses with a NUL, which PostgreSQL's texts cannot even be compared with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        if unsafe and not origin_allowed(HTTPConnection(scope)):
            raise HTTPException(403)
        if "\x00" in scope["path"]:
            raise HTTPException(404)
        await self.app(scope, receive, send)
