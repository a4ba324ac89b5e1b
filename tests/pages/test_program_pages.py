import re

import httpx

from tests.pages.conftest import FORM, Browser, Maker, ask


async def test_a_first_visitor_gets_a_guest_account_and_the_live_page(visitor: httpx.AsyncClient) -> None:
    form = await visitor.get("/programs/new")
    anon = re.search(r'name="anon" value="([^"]+)"', form.text)
    assert anon is not None
    path = await ask(visitor, anon=anon[1], time_zone="Europe/Berlin", units="lb")
    assert "unfold_session" in visitor.cookies
    assert (await visitor.get(path)).status_code == 200
    account = (await visitor.get("/account")).text
    assert '<option value="Europe/Berlin" selected>' in account
    assert 'value="lb" id="units-lb" checked' in account


async def test_a_double_click_makes_one_guest_and_one_program(browser: Browser) -> None:
    first, second = browser(), browser()
    form = await first.get("/programs/new")
    anon = re.search(r'name="anon" value="([^"]+)"', form.text)
    assert anon is not None
    answers = [await client.post("/programs", data={**FORM, "anon": anon[1]}) for client in (first, second)]
    paths = {answer.headers["location"].partition("?")[0] for answer in answers}
    assert len(paths) == 1
    assert (await second.get(paths.pop())).status_code == 200


async def test_the_same_request_again_leads_to_the_one_being_made(visitor: httpx.AsyncClient) -> None:
    path = await ask(visitor)
    answer = await visitor.post("/programs", data={**FORM, "goal": "power"})
    assert answer.headers["location"] == f"{path}?existing"
    assert "being made already" in (await visitor.get(answer.headers["location"])).text


async def test_errors_stand_at_their_fields_with_what_was_typed(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/programs", data={**FORM, "age": "seven", "notes": "<b>bold</b>", "goal": ""})
    assert answer.status_code == 422
    text = answer.text
    assert "2 things to put right" in text
    assert '<a href="#age">' in text
    assert '<a href="#goal">' in text
    assert re.search(r'<input id="age"[^>]*value="seven"[^>]*aria-describedby="age-error" aria-invalid="true"', text)
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert 'name="lifts.squat" inputmode="decimal" autocomplete="off" value="120"' in text
    assert "unfold_session" not in visitor.cookies


async def test_the_profile_fills_in_the_next_form(visitor: httpx.AsyncClient) -> None:
    told: dict[str, str | list[str]] = {"injuries.knee": "moderate", "focus_muscles": ["chest", "back"]}
    await ask(visitor, **told)
    text = (await visitor.get("/programs/new")).text
    assert 'name="lifts.squat" inputmode="decimal" autocomplete="off" value="120"' in text
    assert re.search(r'id="injuries-knee".*?value="moderate" selected', text, re.DOTALL)
    assert 'value="back" id="focus_muscles-back" checked' in text
    assert 'value="full_gym" id="equipment-full_gym" checked' not in text


async def test_a_program_not_yet_made_leads_to_its_live_page(visitor: httpx.AsyncClient) -> None:
    path = await ask(visitor)
    answer = await visitor.get(path.replace("generations", "programs"))
    assert answer.status_code == 303
    assert answer.headers["location"] == path


async def test_the_address_of_all_programs_leads_to_the_list(visitor: httpx.AsyncClient, maker: Maker) -> None:
    path = await ask(visitor)
    await maker.make()
    answer = await visitor.get("/programs")
    assert path.replace("generations", "programs") in (await visitor.get(answer.headers["location"])).text


async def test_a_form_from_another_site_is_refused(visitor: httpx.AsyncClient) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert (await visitor.post("/programs", data=FORM, headers=headers)).status_code == 403
