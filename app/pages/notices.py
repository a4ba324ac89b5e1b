"""Who is told, and how, when something has ended: the part of the account page, and the links in mails."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts import Person, Throttled, identify, throttle
from app.ids import valid
from app.notices import mailbox, subscriptions
from app.pages import forms
from app.pages.access import known
from app.pages.templates import page

HERE = "/account#when-something-is-ready"


async def shown(request: Request, person: Person) -> dict[str, Any]:
    """What the account page says of it."""
    state = request.state
    return {
        "devices": await subscriptions.items(state.db, person),
        "mail": await mailbox.state(state.db, person.id),
        "mail_possible": bool(state.settings.smtp_url),
        "mail_wait": "wait" in request.query_params,
    }


async def remove_device(request: Request) -> Response:
    person = await known(request)
    id_ = request.path_params["id"]
    if not valid(id_) or not await subscriptions.remove(request.state.db, person.id, id_):
        raise HTTPException(404)
    return RedirectResponse("/account", 303)


async def change_mail(request: Request) -> Response:
    person = await known(request)
    form = await forms.read(request)
    state = request.state
    if form.value("mail") != "on":
        await mailbox.stop(state.db, person.id)
        return RedirectResponse("/account", 303)
    if not state.settings.smtp_url or person.email is None:
        raise HTTPException(404)
    try:
        await throttle(state.bell, state.settings, mailbox.ASKS, person.email)
    except Throttled:
        return RedirectResponse("/account?wait", 303)
    await mailbox.ask(state.db, person.id)
    return RedirectResponse("/account", 303)


async def mail_link(request: Request) -> Response:
    """Asks first: programs that look at links in mails must not turn anything on or off."""
    token = request.query_params.get("token", "")
    found = mailbox.read(request.state.settings, token)
    email = found[1] if found else ""
    return page(request, await identify(request), "notices/mailbox.html", email=email, token=token, done="")


async def answer_mail(request: Request) -> Response:
    """The page's buttons, or what a mail program sends by itself for "unsubscribe" (RFC 8058), which says nothing."""
    token = request.query_params.get("token", "")
    wish: mailbox.Wish = "on" if (await forms.read(request)).value("mail") == "on" else "off"
    state = request.state
    done = await mailbox.answer(state.db, state.settings, token, wish)
    found = mailbox.read(state.settings, token) if done else None
    email = found[1] if found else ""
    shown = {"email": email, "token": token, "done": wish if done else ""}
    return page(request, await identify(request), "notices/mailbox.html", 200 if done else 404, **shown)
