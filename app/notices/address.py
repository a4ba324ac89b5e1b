"""Where a push may go: only to addresses that are of the public internet, whatever the name in the endpoint says.

An endpoint comes from whoever subscribes. A name that leads into our own network would have us knock there, so all its
addresses are looked at, and the connection goes to the very address that was looked at.
"""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from app.settings import Settings

PATIENCE = 5.0  # seconds for a name
LONGEST = 2000  # characters of an endpoint
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# For special use, though older versions of Python take them for public (IANA, "IPv4 Special-Purpose Address Registry").
SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
PORTS = {443, None}  # where push services listen


class NotAllowed(Exception):
    """``str()`` says what is allowed."""


class Unknown(Exception):
    """The name leads nowhere at the moment."""


@dataclass(frozen=True)
class Target:
    """An endpoint and the address to connect to."""

    url: str  # with the address in the place of the name
    host: str  # for the Host header, port included
    name: str  # what a certificate must be for
    origin: str  # scheme and host: whom a VAPID token is for


def is_public(address: str) -> bool:
    """Whether packets to it leave for the internet: nothing private, loopback, link-local, shared (CGNAT), multicast or
    reserved, nor an IPv6 address that stands for such an IPv4 address."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and (inner := _inside(parsed)) is not None:
        parsed = inner
    if any(parsed in network for network in SPECIAL):
        return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that it leads to."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


async def target(settings: Settings, endpoint: str) -> Target:
    """Raises NotAllowed, Unknown."""
    parts = _parts(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    if settings.push_test_service and origin == settings.push_test_service:
        return Target(endpoint, parts.netloc, parts.hostname or "", origin)
    if parts.scheme != "https" or parts.port not in PORTS or _is_number(parts.hostname or ""):
        raise NotAllowed("An https:// address of a push service, as the browser gives it, is allowed")
    name = parts.hostname or ""
    addresses = await _resolve(name)
    if not all(is_public(address) for address in addresses):
        raise NotAllowed("An address of the public internet is allowed")
    literal = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    return Target(parts._replace(netloc=literal, fragment="").geturl(), name, name, f"https://{name}")


def _parts(endpoint: str) -> SplitResult:
    try:
        parts = urlsplit(endpoint)
        good = parts.scheme and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good or len(endpoint) > LONGEST or not (endpoint.isascii() and endpoint.isprintable()) or " " in endpoint:
        raise NotAllowed(f"An https:// address of up to {LONGEST} characters is allowed")
    return parts


def _is_number(host: str) -> bool:
    """Push services have names; what C libraries take for an address (``127.1``, ``0x7f000001``) is none."""
    return ":" in host or host.rpartition(".")[2][:1].isdecimal() or host.rpartition(".")[2].startswith("0x")


async def _resolve(name: str) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE):
            found = await loop.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise Unknown(name) from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))
