import re

import httpx
import pytest

from tests.pages.conftest import Browser, ask

PASSWORD = "correct horse battery"


async def sign_up(client: httpx.AsyncClient, email: str, **more: str) -> httpx.Response:
    return await client.post("/sign-up", data={"email": email, "password": PASSWORD, **more})


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return await client.post("/sign-in", data={"email": email, "password": password, **more})


async def test_a_guest_keeps_the_work_by_giving_an_address(browser: Browser) -> None:
    guest = browser()
    path = await ask(guest)
    assert "Keep my work" in (await guest.get("/account")).text
    assert (await sign_up(guest, "alice@example.org")).headers["location"] == "/generations"
    assert path in (await guest.get("/generations")).text
    phone = browser()
    assert (await sign_in(phone, "alice@example.org")).status_code == 303
    assert (await phone.get(path)).status_code == 200


async def test_what_a_guest_made_moves_to_the_account_that_is_signed_in_to(browser: Browser) -> None:
    await sign_up(browser(), "alice@example.org")
    guest = browser()
    path = await ask(guest)
    answer = await sign_in(guest, "alice@example.org", next=path)
    assert answer.headers["location"] == path
    assert (await guest.get(path)).status_code == 200
    assert "alice@example.org" in (await guest.get("/account")).text


async def test_a_new_account_takes_the_time_zone_of_the_browser(visitor: httpx.AsyncClient) -> None:
    await sign_up(visitor, "alice@example.org", time_zone="Asia/Tokyo")
    assert '<option value="Asia/Tokyo" selected>' in (await visitor.get("/account")).text


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("nobody", PASSWORD, "email"),
        ("alice@example.org", "short", "password"),
        ("taken@example.org", PASSWORD, "email"),
    ],
)
async def test_what_is_wrong_with_a_sign_up_is_said_at_its_field(
    browser: Browser, email: str, password: str, field: str
) -> None:
    await sign_up(browser(), "taken@example.org")
    answer = await browser().post("/sign-up", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert PASSWORD not in answer.text
    assert re.search(rf'name="email" type="email" value="{email}"', answer.text)


async def test_a_wrong_password_and_an_unknown_address_read_the_same(browser: Browser) -> None:
    await sign_up(browser(), "alice@example.org")
    answers = [
        await sign_in(browser(), email, "not the password") for email in ("alice@example.org", "bob@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    texts = {re.sub(r"\w+@example.org|data-at=\S+", "", answer.text) for answer in answers}
    assert len(texts) == 1


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_signing_in_never_leads_elsewhere(browser: Browser, target: str) -> None:
    await sign_up(browser(), "alice@example.org")
    client = browser()
    assert (await sign_in(client, "alice@example.org", next=target)).headers["location"] == "/"
    answer = await client.get("/sign-in", params={"next": target})
    assert answer.headers["location"] == "/"


async def test_settings_are_kept_and_wrong_ones_refused(visitor: httpx.AsyncClient) -> None:
    await sign_up(visitor, "alice@example.org")
    answer = await visitor.post("/account", data={"time_zone": "Europe/Lisbon", "units": "lb"})
    assert answer.headers["location"] == "/account?saved"
    text = (await visitor.get("/account?saved")).text
    assert "Saved." in text
    assert '<option value="Europe/Lisbon" selected>' in text
    refused = await visitor.post("/account", data={"time_zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert '<a href="#time_zone">' in refused.text


async def test_signing_out_ends_this_browser_and_everywhere_ends_all(browser: Browser) -> None:
    one, two, three = browser(), browser(), browser()
    await sign_up(one, "alice@example.org")
    for client in (two, three):
        await sign_in(client, "alice@example.org")
    await one.post("/sign-out")
    assert (await one.get("/account")).status_code == 303
    assert (await two.get("/account")).status_code == 200
    await two.post("/sign-out", data={"everywhere": "1"})
    for client in (two, three):
        assert (await client.get("/account")).status_code == 303


async def test_those_who_are_signed_in_need_no_form(visitor: httpx.AsyncClient) -> None:
    await sign_up(visitor, "alice@example.org")
    assert (await visitor.get("/sign-in")).headers["location"] == "/generations"
    assert (await visitor.get("/sign-up")).headers["location"] == "/account"
