"""Errors as problem documents (RFC 9457, "Problem Details for HTTP APIs", 2023)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from app.accounts import Refused, Throttled
from app.database import Away
from app.generations import OverLimit

log = structlog.get_logger()

MOST_ERRORS = 50
RETRY_AFTER_AWAY = 2  # seconds


class FieldError(BaseModel):
    loc: list[str | int]
    msg: str


class ProblemDocument(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
    generation: str | None = None
    book: str | None = None
    note: str | None = None


class Problem(HTTPException):
    """An error that the client is told about. ``more`` are members beside those of every problem."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.more = more


def invalid(errors: Sequence[tuple[Sequence[str | int], str]]) -> Problem:
    """422: each error is the place of a value and what is allowed there."""
    listed = [FieldError(loc=list(loc), msg=msg) for loc, msg in errors[:MOST_ERRORS]]
    return Problem(422, "Some values are not as they should be; `errors` says which and why.", errors=listed)


def too_large(detail: str = "A body may have up to 1 MiB.") -> Problem:
    # What is still coming is not read, so the connection cannot be used again.
    return Problem(413, detail, {"Connection": "close"})


def of_validation(error: ValidationError, model: type[BaseModel], at: Sequence[str | int] = ()) -> Problem:
    """What pydantic found wrong when it read a ``model``, which stands at the place ``at``."""
    return invalid(faults(error, model, at))


def faults(
    error: ValidationError, model: type[BaseModel], at: Sequence[str | int] = ()
) -> list[tuple[list[str | int], str]]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [([*at, *wrong["loc"]], _message(wrong, model)) for wrong in found]


def _message(wrong: Mapping[str, Any], model: type[BaseModel]) -> str:
    if wrong["type"] == "missing":
        return "Required"
    if wrong["type"] == "extra_forbidden":
        known = f"; known are {', '.join(model.model_fields)}" if len(wrong["loc"]) == 1 else ""
        return f"There is no such field{known}"
    return str(wrong["msg"]).removeprefix("Value error, ")


def problem_response(status: int, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    title = HTTPStatus(status).phrase
    document = ProblemDocument(title=title, status=status, detail=detail or title, **more)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    body = document.model_dump_json(exclude_none=True)
    return Response(body, status, kept, media_type="application/problem+json")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    if isinstance(error, Problem):
        return problem_response(error.status_code, error.detail, error.headers, **error.more)
    details = {
        404: "There is nothing at this address.",
        405: f"{request.method} is not possible here; the Allow header says what is.",
    }
    return problem_response(error.status_code, details.get(error.status_code, ""), error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return await _http(request, invalid([([error.field], error.message)]))


async def _throttled(request: Request, error: Exception) -> Response:
    assert isinstance(error, Throttled)
    detail = f"Too many tries; wait {error.retry_after} s."
    return problem_response(429, detail, {"Retry-After": str(error.retry_after)})


async def _over_limit(request: Request, error: Exception) -> Response:
    assert isinstance(error, OverLimit)
    return problem_response(429, str(error), {"Retry-After": str(error.retry_after)})


async def _away(request: Request, error: Exception) -> Response:
    log.warning("api.database_away", path=request.url.path, error=type(error).__name__)
    detail = "The database cannot be reached at the moment. Repeat the request a little later."
    return problem_response(503, detail, {"Retry-After": str(RETRY_AFTER_AWAY)})


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=400)  # the client has left: nobody reads this


async def _broken(request: Request, error: Exception) -> Response:
    log.error("api.failed", method=request.method, path=request.url.path, exc_info=error)
    return problem_response(500, "Something went wrong on our side. It is in our log.")


HANDLERS: dict[Any, ExceptionHandler] = {
    HTTPException: _http,
    Refused: _refused,
    Throttled: _throttled,
    OverLimit: _over_limit,
    ClientDisconnect: _gone,
    **dict.fromkeys(Away, _away),
    Exception: _broken,
}
