import httpx
import pytest

from app.security import POLICY
from tests.pages.conftest import Maker, ask


async def test_the_front_page_starts_a_program_with_what_was_chosen(visitor: httpx.AsyncClient) -> None:
    front = await visitor.get("/")
    assert front.status_code == 200
    assert '<form class="start card" action="/programs/new" method="get">' in front.text
    form = await visitor.get("/programs/new?goal=power&days_per_week=5&experience=advanced")
    for chosen in ('value="power"', 'value="5"', 'value="advanced"'):
        assert any(chosen in line and "checked" in line for line in form.text.splitlines())


async def test_a_visitor_without_a_session_opens_no_socket(visitor: httpx.AsyncClient) -> None:
    assert "<body data-icons" in (await visitor.get("/")).text
    await ask(visitor)
    assert "<body data-live" in (await visitor.get("/")).text


async def test_what_is_being_made_is_on_the_front_page(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    async with maker.stopped_at("week-3"):
        assert f'href="{path}"' in (await visitor.get("/")).text
    assert f'href="{path}"' not in (await visitor.get("/")).text


async def test_every_style_and_script_of_the_page_is_there_and_may_be_kept(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/")).text
    addresses = {part.partition('"')[0] for part in text.split('"/static/')[1:]}
    assert addresses
    for address in addresses - {one for one in addresses if one.endswith("icons/")}:
        answer = await visitor.get(f"/static/{address}")
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
    old = await visitor.get("/static/0123456789ab/js/app.js")
    assert old.headers["cache-control"] == "no-cache"
    assert (await visitor.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"


async def test_no_page_has_inline_script_or_style(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    await maker.make()
    for address in ("/", "/programs/new", path, path.replace("generations", "programs"), "/generations", "/account"):
        text = (await visitor.get(address)).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=')


async def test_a_failure_of_ours_has_the_security_headers_too_and_says_nothing_of_itself(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("a secret inside")

    monkeypatch.setattr("app.pages.program_form.new_form", broken)
    answer = await visitor.get("/programs/new")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "secret" not in answer.text and "Something went wrong on our side" in answer.text
