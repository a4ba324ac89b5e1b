"""Who may see a page, and where those go who may not."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.accounts import Person, identify


async def known(request: Request) -> Person:
    """The person; anybody else is sent to sign in and comes back here."""
    person = await identify(request)
    if person is None:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = f"/sign-in?next={quote(asked)}" if request.method == "GET" else "/sign-in"
        raise HTTPException(303, headers={"Location": target})
    return person


async def administrator(request: Request) -> Person:
    """The person, who is one; for everybody else the page does not exist."""
    person = await known(request)
    if not person.admin:
        raise HTTPException(404)
    return person


def local(target: str) -> str:
    """A path of ours to go on to; anything else becomes the front page."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if safe else "/"
