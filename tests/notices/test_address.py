"""Where a push may go: nowhere but to the public internet, and to the very address that was looked at."""

import asyncio
import ssl
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from app.notices import address, push
from app.notices.address import NotAllowed, Unknown, is_public, target
from app.notices.words import Said
from app.settings import Settings
from tests.support.push_service import PushService

OURS = Settings(secret_key="x" * 20)


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.127.255.255", "0.0.0.0", "192.0.0.8", "198.18.0.1", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1", "64:ff9b::a00:1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_of_networks_that_are_somebodys_own_are_not_public(inside: str) -> None:
    assert not is_public(inside)


@pytest.mark.parametrize("outside", ["142.250.74.110", "1.1.1.1", "100.63.0.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are(outside: str) -> None:
    assert is_public(outside)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Names lead there; returns what was asked for."""
    asked: list[str] = []

    async def resolve(name: str) -> list[str]:
        asked.append(name)
        return list(addresses)

    monkeypatch.setattr(address, "_resolve", resolve)
    return asked


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "x", "http://push.example.org/x", "ftp://push.example.org/x", "https:///x", "https://push.example.org:8443/x",
        "https://user@push.example.org/x", "https://142.250.74.110/x", "https://[2606:4700::1111]/x", "https://127.1/x",
        "https://0x7f000001/x", "https://2130706433/x", "https://push.example.org/a b", "https://push.example.org/é",
        "https://push.example.org/\r\nHost: x", "https://push.example.org:99999/x",
        "https://push.example.org/" + "x" * 2000,
        "file:///etc/passwd", "javascript:alert(1)", "https://[::1]/x", "https://push.example.org:0/x",
    ],
)  # fmt: skip
async def test_an_endpoint_is_an_https_address_with_a_name(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1")
    with pytest.raises(NotAllowed, match="allowed"):
        await target(OURS, endpoint)


@pytest.mark.parametrize("name", ["localhost", "push.localhost"])
async def test_a_name_that_leads_to_this_machine_is_refused(name: str) -> None:
    with pytest.raises((NotAllowed, Unknown)):
        await target(OURS, f"https://{name}/x")


async def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(NotAllowed):
        await target(OURS, "https://push.example.org/x")


async def test_a_name_that_cannot_be_found_is_no_name_that_is_refused() -> None:
    with pytest.raises(Unknown):
        await target(OURS, "https://nothing.invalid/x")


async def test_the_address_that_was_looked_at_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch, service: PushService
) -> None:
    """A name may lead elsewhere a moment later: it is asked once."""
    asked = resolving(monkeypatch, "2606:4700::1111", "1.1.1.1")
    seen: list[httpx.Request] = []

    async def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201)

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as http:
        browser = service.browser("https://push.example.org")
        keys = browser.subscription["keys"]
        there = push.Browser(browser.endpoint, keys["p256dh"], keys["auth"])
        outcome = await push.send(http, OURS, "A" * 42 + "E", there, Said("Ready", "/x", "1"))
    assert outcome.what == "sent"
    assert asked == ["push.example.org"]
    [request] = seen
    assert str(request.url).startswith("https://[2606:4700::1111]/")
    assert request.headers["host"] == "push.example.org"
    assert request.extensions["sni_hostname"] == "push.example.org"


async def test_the_certificate_must_be_the_names_though_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    certificate, key = _certificate(tmp_path, "push.example.org")
    service = await PushService((certificate, key)).start()
    trust = ssl.create_default_context(cafile=certificate)
    try:
        for name, what in (("push.example.org", "sent"), ("other.example.org", "later")):
            browser = service.browser(f"https://{name}")
            here = address.Target(
                browser.endpoint.replace(name, f"127.0.0.1:{service.port}"), name, name, f"https://{name}"
            )

            async def to_it(*_: Any, here: address.Target = here) -> address.Target:
                return here

            monkeypatch.setattr(push, "target", to_it)
            keys = browser.subscription["keys"]
            there = push.Browser(browser.endpoint, keys["p256dh"], keys["auth"])
            async with push.client(trust) as http:
                outcome = await push.send(http, OURS, "A" * 42 + "E", there, Said("Ready", "/x", "1"))
            assert outcome.what == what, outcome
        assert len(service.received) == 1
    finally:
        await service.stop()


def _certificate(folder: Any, name: str) -> tuple[str, str]:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - day).not_valid_after(datetime.now(UTC) + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(folder / "cert.pem"), str(folder / "key.pem")


async def test_the_tests_own_service_is_the_only_exception(service: PushService) -> None:
    allowed = OURS.model_copy(update={"push_test_service": service.origin})
    assert (await target(allowed, f"{service.origin}/x")).url == f"{service.origin}/x"
    for other in (f"http://127.0.0.1:{service.port + 1}/x", f"http://localhost:{service.port}/x", "http://127.0.0.1/x"):
        with pytest.raises(NotAllowed):
            await target(allowed, other)
    with pytest.raises(NotAllowed):
        await target(OURS, f"{service.origin}/x")
    assert asyncio.get_running_loop()


@pytest.mark.parametrize(
    "values",
    [
        {"push_test_service": "https://push.example.org"},
        {"push_test_service": "http://10.0.0.1:80"},
        {"push_test_service": "http://127.0.0.1:80/x"},
        {"push_test_service": "http://127.0.0.1:8080", "public_url": "https://unfold.example"},
        {"push_test_service": "http://127.0.0.1:8080", "host": "0.0.0.0"},
        {"vapid_private_key": "short"},
        {"vapid_private_key": "_" * 43},  # beyond the order of the curve
        {"vapid_private_key": "A" * 43},  # zero
        {"vapid_subject": "me@example.org"},
        {"smtp_url": "http://mail.example.org", "mail_from": "a@b.org", "public_url": "https://unfold.example"},
        {"smtp_url": "smtp://mail.example.org", "public_url": "https://unfold.example"},
        {"smtp_url": "smtp://mail.example.org", "mail_from": "a@b.org"},
        {"mail_from": "Bcc: somebody"},
        {"mail_from": "a@b.org\nBcc: c@d.org"},
    ],
)
def test_settings_that_would_do_harm_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{"secret_key": "x" * 20, **values})  # type: ignore[arg-type]
