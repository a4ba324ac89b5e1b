from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from app.security import OwnForms, SecurityHeaders, client_address, origin_allowed
from app.settings import Settings

HERE = "http://unfold.test:8000"


def connection(
    settings: Settings | None = None,
    kind: str = "http",
    scheme: str = "http",
    client: str = "192.0.2.1",
    headers: list[tuple[str, str]] | None = None,
) -> HTTPConnection:
    given = [(name.encode(), value.encode("latin-1")) for name, value in headers or []]
    scope: dict[str, Any] = {
        "type": kind, "method": "POST", "path": "/", "query_string": b"", "headers": given, "client": (client, 1),
        "scheme": scheme if kind == "http" else scheme.replace("http", "ws"), "server": ("10.0.0.1", 9999),
        "state": {"settings": settings or Settings()},
    }  # fmt: skip
    return HTTPConnection(scope)


def allowed(
    origin: str | None,
    site: str | None = None,
    *,
    host: str = "unfold.test:8000",
    kind: str = "http",
    scheme: str = "http",
    proto: str = "",
    **settings: Any,
) -> bool:
    headers = [("host", host)]
    headers += [("origin", origin)] if origin is not None else []
    headers += [("sec-fetch-site", site)] if site is not None else []
    headers += [("x-forwarded-proto", proto)] if proto else []
    return origin_allowed(connection(Settings(**settings), kind, scheme, headers=headers))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_our_own_origin_is_allowed_and_no_other(kind: str) -> None:
    assert allowed(HERE, kind=kind)
    assert allowed("HTTP://Unfold.Test:8000", kind=kind)
    for other in [
        "http://evil.test", "http://evil.test:8000", "http://unfold.test", "http://unfold.test:8001",
        "https://unfold.test:8000", "http://sub.unfold.test:8000", "http://unfold.test.evil.test:8000", "null", "",
        "http://unfold.test:8000@evil.test", "http://unfold.test:x", "http://[", "unfold.test:8000",
    ]:  # fmt: skip
        assert not allowed(other, kind=kind), other
        assert not allowed(other, "cross-site", kind=kind), other


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_default_port_needs_no_mention(kind: str) -> None:
    assert allowed("http://unfold.test", host="unfold.test", kind=kind)
    assert allowed("http://unfold.test", host="unfold.test:80", kind=kind)
    assert allowed("https://unfold.test", host="unfold.test:443", scheme="https", kind=kind)
    assert not allowed("https://unfold.test", host="unfold.test", kind=kind)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_names_of_this_machine_are_one_with_the_same_port(kind: str) -> None:
    names = ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"]
    assert all(allowed(f"http://{page}", host=host, kind=kind) for page in names for host in names)
    assert not allowed("http://localhost:8001", host="127.0.0.1:8000", kind=kind)
    assert not allowed("http://localhost.evil.test:8000", host="127.0.0.1:8000", kind=kind)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_public_url_is_what_counts(kind: str) -> None:
    public = "https://unfold.example"
    assert allowed(public, public_url=public, kind=kind), "TLS ends at a proxy that changes scheme and host"
    assert not allowed(HERE, public_url=public, kind=kind)
    assert allowed("http://localhost:8000", public_url="http://127.0.0.1:8000", kind=kind)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_trusted_proxy_tells_the_scheme(kind: str) -> None:
    page = "https://unfold.test"
    assert allowed(page, host="unfold.test", proto="https", trusted_hops=1, kind=kind)
    assert allowed(page, host="unfold.test", proto="http, https", trusted_hops=1, kind=kind)
    assert not allowed(page, host="unfold.test", proto="https", kind=kind), "nobody vouches for it"


def test_without_origin_browsers_still_say_where_a_form_comes_from() -> None:
    assert allowed(None, "same-origin")
    assert allowed(None, "none")
    assert not allowed(None, "cross-site")
    assert not allowed(None, "same-site")
    assert allowed(None), "what sends neither is no browser"
    assert allowed("null", "same-origin")


def test_a_socket_needs_an_origin() -> None:
    assert not allowed(None, kind="websocket")
    assert not allowed(None, "same-origin", kind="websocket")


# The client's address


def address(hops: int, *forwarded: str, client: str = "192.0.2.1") -> str:
    settings = Settings(trusted_hops=hops)
    return client_address(connection(headers=[("x-forwarded-for", one) for one in forwarded], client=client), settings)


def test_the_address_is_counted_from_the_right() -> None:
    assert address(0, "203.0.113.9") == "192.0.2.1", "without a proxy nobody is believed"
    assert address(1, "203.0.113.9") == "203.0.113.9"
    assert address(1, "1.1.1.1, 203.0.113.9") == "203.0.113.9", "the left is what the client wrote itself"
    assert address(2, "1.1.1.1, 203.0.113.9, 198.51.100.1") == "203.0.113.9"
    assert address(1, "1.1.1.1", "203.0.113.9") == "203.0.113.9", "the header may come twice"
    assert address(3, "203.0.113.9") == "192.0.2.1", "fewer than there should be: not through our proxies"
    assert address(1) == "192.0.2.1"


def test_an_ipv6_network_counts_as_one_address() -> None:
    assert address(0, client="2001:db8:1:2:3:4:5:6") == address(0, client="2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert address(0, client="2001:db8:1:3::9") != address(0, client="2001:db8:1:2::9")
    assert address(0, client="::ffff:192.0.2.1") == "192.0.2.1"
    assert address(1, "not an address") == "not an address"


# The middleware


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello", headers={"Referrer-Policy": "no-referrer"})


def client(settings: Settings) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Mount("", routes=[Route("/", hello, methods=["GET", "POST"])], middleware=[Middleware(OwnForms)])],
        middleware=[Middleware(SecurityHeaders, secure=settings.secure)],
    )

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"settings": settings}}, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(with_state), base_url=HERE)


async def test_every_answer_has_the_headers_and_may_set_its_own() -> None:
    async with client(Settings()) as browser:
        answer = await browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in answer.headers


async def test_https_is_kept_to_where_it_is_public() -> None:
    async with client(Settings(public_url="https://unfold.example")) as browser:
        assert "max-age=" in (await browser.get("/")).headers["strict-transport-security"]


async def test_forms_of_other_sites_are_refused() -> None:
    evil = {"Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"}
    async with client(Settings()) as browser:
        assert (await browser.get("/", headers=evil)).status_code == 200
        assert (await browser.post("/", headers={"Origin": HERE})).status_code == 200
        assert (await browser.post("/", headers=evil)).status_code == 403


async def test_an_address_with_a_nul_is_nowhere() -> None:
    async with client(Settings()) as browser:
        assert (await browser.get("/%00")).status_code == 404


async def test_sockets_pass_the_middleware_as_they_are() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        raise AssertionError

    conn = connection(kind="websocket", headers=[("origin", "http://evil.test")])
    await SecurityHeaders(OwnForms(app), secure=True)(dict(conn.scope), receive, send)
    assert seen == ["websocket"], "the socket's own endpoint looks at the origin"
