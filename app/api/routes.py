"""Everything of the API as routes."""

from functools import cache
from typing import Any

import orjson
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from app.accounts import cookie_name, identify
from app.api import (
    accounts,
    batches,
    books,
    course_files,
    course_progress,
    courses,
    docs,
    generations,
    health,
    metrics,
    openapi,
    plans,
    programs,
    push,
    schedules,
    trainings,
)
from app.api.calls import Call, routes_of
from app.api.problems import HANDLERS
from app.kinds import KINDS
from app.pages.templates import page

PREFIX = "/api/v1"
CALLS: list[Call] = [
    *accounts.CALLS, *generations.CALLS, *batches.CALLS, *programs.CALLS, *trainings.CALLS, *schedules.CALLS,
    *books.CALLS, *course_files.CALLS, *courses.CALLS, *course_progress.CALLS, *plans.CALLS, *push.CALLS,
]  # fmt: skip


@cache
def document(kinds: tuple[str, ...], cookie: str) -> dict[str, Any]:
    calls = [(PREFIX, call) for call in CALLS] + [("", call) for call in (*health.CALLS, *metrics.CALLS)]
    return openapi.document(calls, cookie)


def _document(request: Request) -> dict[str, Any]:
    return document(tuple(KINDS), cookie_name(request.state.settings))


async def for_machines(request: Request) -> Response:
    return Response(orjson.dumps(_document(request)), media_type="application/json")


async def for_people(request: Request) -> Response:
    told = _document(request)
    shown: dict[str, Any] = {
        "tags": docs.operations(told),
        "schemas": docs.schemas(told),
        "base": (request.state.settings.public_url or str(request.base_url).rstrip("/")) + PREFIX,
    }
    return page(request, await identify(request), "docs.html", **shown)


async def to_docs(request: Request) -> Response:
    return RedirectResponse("/docs")


routes: list[BaseRoute] = [
    *routes_of(health.CALLS),
    *routes_of(metrics.CALLS),
    Route("/openapi.json", for_machines),
    Route("/docs", for_people),
    Route(PREFIX, to_docs),
    Mount(
        PREFIX,
        app=Router(routes_of(CALLS), redirect_slashes=False),
        middleware=[Middleware(ExceptionMiddleware, handlers=HANDLERS)],
    ),
]
