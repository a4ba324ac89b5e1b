"""Signing in, signing up, claiming a guest's work, and the account page."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app import accounts
from app.accounts import Person, Refused, Taken, Throttled, WrongPassword, identify
from app.kinds import program_choices as choices
from app.pages import forms, notices, program_form
from app.pages.access import known, local
from app.pages.forms import Form
from app.pages.templates import page
from app.security import client_address
from app.zones import time_zones

LABELS = {"email": "E-mail", "password": "Password", "time_zone": "Time zone", "units": "Units"}
WRONG = "E-mail or password is wrong."
TAKEN = "There is an account with this address. Sign in to it, or use another address."
# Names as a person would look for them: no aliases such as "EST5EDT".
ZONES = [(name, name.replace("_", " ")) for name in sorted(time_zones()) if "/" in name and "Etc" not in name]


def zones(chosen: str) -> list[tuple[str, str]]:
    """To choose from; what is chosen already is among them."""
    return ZONES if any(name == chosen for name, _ in ZONES) else [(chosen, chosen), *ZONES]


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


async def sign_in_form(request: Request) -> Response:
    person = await identify(request)
    target = local(request.query_params.get("next", "/generations"))
    if person and not person.guest:
        return RedirectResponse(target, 303)
    return page(request, person, "accounts/sign_in.html", form=Form(), next=target)


async def sign_in(request: Request) -> Response:
    form = await forms.read(request, LABELS)
    guest = await identify(request)
    state = request.state
    target = local(form.value("next") or "/generations")
    try:
        await accounts.throttle(state.bell, state.settings, accounts.SIGN_IN, client_address(request, state.settings))
        person = await accounts.sign_in(
            state.db, state.bell, state.settings, form.value("email"), form.value("password"), guest
        )
    except WrongPassword:
        form.errors[""] = WRONG
        return page(request, guest, "accounts/sign_in.html", 422, form=form, next=target)
    except Throttled as error:
        return _wait(page(request, guest, "accounts/sign_in.html", 429, form=_later(form, error), next=target), error)
    response = RedirectResponse(target, 303)
    await accounts.start_session(state.db, state.settings, person.id, response, _agent(request))
    return response


async def sign_up_form(request: Request) -> Response:
    person = await identify(request)
    if person and not person.guest:
        return RedirectResponse("/account", 303)
    return _sign_up_page(request, person, Form())


def _sign_up_page(request: Request, person: Person | None, form: Form, code: int = 200) -> Response:
    shortest = accounts.SHORTEST_PASSWORD
    return page(request, person, "accounts/sign_up.html", code, form=form, shortest_password=shortest)


async def sign_up(request: Request) -> Response:
    """A new account; for a guest, the guest's own, with all that was made and the session kept."""
    form = await forms.read(request, LABELS)
    guest = await identify(request)
    if guest and not guest.guest:
        return RedirectResponse("/account", 303)
    state = request.state
    try:
        await accounts.throttle(state.bell, state.settings, accounts.SIGN_UP, client_address(request, state.settings))
        person = await accounts.sign_up(
            state.db, form.value("email"), form.value("password"), guest, form.value("time_zone")
        )
    except Refused as error:
        form.errors[error.field] = error.message
        return _sign_up_page(request, guest, form, 422)
    except Taken:
        form.errors["email"] = TAKEN
        return _sign_up_page(request, guest, form, 422)
    except Throttled as error:
        return _wait(_sign_up_page(request, guest, _later(form, error), 429), error)
    response = RedirectResponse("/generations", 303)
    if guest is None:
        await accounts.start_session(state.db, state.settings, person.id, response, _agent(request))
    return response


def _later(form: Form, error: Throttled) -> Form:
    form.errors[""] = f"That was a lot of tries. Wait {error.retry_after} seconds, then try again."
    return form


def _wait(response: Response, error: Throttled) -> Response:
    response.headers["Retry-After"] = str(error.retry_after)
    return response


async def sign_out(request: Request) -> Response:
    form = await forms.read(request)
    person = await identify(request)
    response = RedirectResponse("/", 303)
    if person is not None:
        state = request.state
        if form.value("everywhere"):
            await accounts.end_all_sessions(state.db, state.bell, person.id)
        await accounts.end_session(state.db, state.bell, state.settings, person, response)
    return response


async def account(request: Request) -> Response:
    person = await known(request)
    return await _account_page(request, person, Form({"time_zone": [person.time_zone], "units": [person.units]}))


async def _account_page(request: Request, person: Person, form: Form, code: int = 200) -> Response:
    return page(
        request,
        person,
        "accounts/account.html",
        code,
        form=form,
        saved="saved" in request.query_params,
        shortest_password=accounts.SHORTEST_PASSWORD,
        zones=zones(person.time_zone),
        units=list(choices.UNITS.items()),
        told=program_form.readable(person.profile),
        **await notices.shown(request, person),
    )


async def change(request: Request) -> Response:
    person = await known(request)
    form = await forms.read(request, LABELS)
    values = {name: form.value(name) for name in ("time_zone", "units") if name in form.values}
    try:
        if values:
            await accounts.change(request.state.db, person.id, **values)
    except Refused as error:
        form.errors[error.field] = error.message
        return await _account_page(request, person, form, 422)
    return RedirectResponse("/account?saved", 303)
