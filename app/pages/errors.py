"""Error pages: what happened, in words, and the way on."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import identify
from app.database import Away
from app.pages.templates import page

log = structlog.get_logger()

SAID = {
    400: ("That could not be read", "The form did not arrive as it should. Go back and send it again."),
    403: ("Not from here", "The request did not come from one of our own pages. Open the page again and repeat it."),
    404: ("There is nothing here", "The page does not exist, or it is not yours."),
    405: ("That is not possible here", "The address is right, but it cannot be used in this way."),
    413: ("Too large", "What you sent is larger than we take."),
    422: ("That could not be read", "Something in the address or the form is not as it should be."),
    429: ("One moment, please", "That was a lot in a short time. Wait a little and try again."),
    503: ("One moment, please", "A part of the site cannot be reached just now. Nothing is lost; try again soon."),
    500: ("Something went wrong on our side", "What was being made goes on; nothing is lost. Try again in a moment."),
}  # fmt: skip


async def http_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 503 if isinstance(error, Away) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if code < 400 or code == 304:
        return Response(status_code=code, headers=headers)
    if code == 500:
        log.error("web.failed", method=request.method, path=request.url.path, exc_info=error)
    title, message = SAID.get(code, SAID[500] if code >= 500 else SAID[400])
    person = await identify(request) if code < 500 else None  # on our own failure, rely on as little as possible
    response = page(request, person, "errors/error.html", code, title=title, message=message)
    response.headers.update(headers)
    return response
