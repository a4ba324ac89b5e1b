"""What a call of the API is. From the same list come the routes that serve it and the document that describes it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.accounts import Person, cookie_name, identify
from app.accounts.throttle import API, hold
from app.api.body import LARGEST, read_json
from app.api.problems import Problem, invalid, of_validation, too_large
from app.database import Database
from app.generations import Bell
from app.ids import valid
from app.security import SAFE_METHODS, client_address, origin_allowed
from app.settings import Settings

# What the parameters of a path look like; else there is nothing at that address.
PARAMETERS: dict[str, Callable[[str], bool]] = {
    "section": lambda text: re.fullmatch(r"[1-9][0-9]?\.[1-9][0-9]?", text) is not None,
    "id": valid,
    "training": valid,
    "day": lambda text: re.fullmatch(r"[1-7]", text) is not None,
    "week": lambda text: re.fullmatch(r"[1-9][0-9]{0,2}", text) is not None,
}

Body = TypeVar("Body")
Query = TypeVar("Query")


@dataclass(frozen=True)
class Asked(Generic[Body, Query]):
    """A request that has passed all checks."""

    request: Request
    visitor: Person | None
    body: Body
    query: Query

    @property
    def person(self) -> Person:
        assert self.visitor is not None  # the call is not open
        return self.visitor

    @property
    def id(self) -> str:
        return str(self.request.path_params["id"])

    @property
    def db(self) -> Database:
        db: Database = self.request.state.db
        return db

    @property
    def bell(self) -> Bell:
        bell: Bell = self.request.state.bell
        return bell

    @property
    def settings(self) -> Settings:
        settings: Settings = self.request.state.settings
        return settings


@dataclass(frozen=True)
class Answer:
    about: str
    model: Any = None  # what pydantic can describe; None: see ``media``
    media: str = "application/json"  # empty: there is no body
    location: bool = False  # has a Location header


@dataclass(frozen=True)
class Header:
    name: str
    about: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    handler: Callable[[Asked[Any, Any]], Awaitable[Response]]
    summary: str
    answers: dict[int, Answer]
    group: str
    body: type[BaseModel] | None = None
    body_optional: bool = False
    body_shown: Callable[[], Any] | None = None  # a closer description of the body than its model
    upload: dict[str, Any] | None = None  # the schema of a multipart body, which the handler reads as it comes
    query: type[BaseModel] | None = None
    headers: tuple[Header, ...] = ()
    problems: tuple[int, ...] = ()  # beside those that follow from the rest
    open: bool = False  # no credentials needed
    plain: bool = False  # for machines that look after the process: no checks at all, nothing but its answers

    @property
    def name(self) -> str:
        return f"{self.group}_{self.handler.__name__}"

    @property
    def all_problems(self) -> list[int]:
        """Every status of an error that this call can answer."""
        if self.plain:
            return []
        unsafe = self.method not in SAFE_METHODS
        found = {*self.problems, 429, 500, 503}
        found |= set() if self.open else {401}
        found |= {403, 413} if unsafe else set()
        found |= {400, 415, 422} if self.body else {422} if self.query else set()
        return sorted(found | ({404} if "{" in self.path else set()))


def answer(model: BaseModel, status: int = 200, location: str = "") -> Response:
    headers = {"Cache-Control": "private, no-store", **({"Location": location} if location else {})}
    return Response(model.model_dump_json(), status, headers, media_type="application/json")


def raw(body: bytes, media: str = "application/json", **headers: str) -> Response:
    """What is JSON or text already."""
    return Response(body, 200, {"Cache-Control": "private, no-store", **headers}, media_type=media)


def missing() -> Problem:
    return Problem(404, "There is no such thing, or it is not yours.")


def routes_of(calls: Sequence[Call]) -> list[BaseRoute]:
    """One route for each path, so that a 405 names all methods. Calls of one path stand together."""
    routes: list[BaseRoute] = []
    for path, found in groupby(calls, key=lambda call: call.path):
        by_method = {call.method: call for call in found}
        routes.append(Route(path, _endpoint(by_method), methods=list(by_method)))
    return routes


def _endpoint(by_method: dict[str, Call]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = by_method["GET" if request.method == "HEAD" else request.method]
        asked = Asked(request, None, None, None) if call.plain else await _check(call, request)
        return await call.handler(asked)

    return endpoint


async def _check(call: Call, request: Request) -> Asked[Any, Any]:
    settings: Settings = request.state.settings
    hold(settings, API, client_address(request, settings))
    _same_site(request)
    person = None if call.open else await _person(request)
    if not all(fits(request.path_params[name]) for name, fits in PARAMETERS.items() if name in request.path_params):
        raise missing()
    query = _parsed(call.query, dict(request.query_params)) if call.query else None
    return Asked(request, person, await _body(call, request), query)


def _same_site(request: Request) -> None:
    """What a browser sends with a cookie has to come from a page of ours; nobody but its owner sends a token."""
    by_cookie = "authorization" not in request.headers and cookie_name(request.state.settings) in request.cookies
    if by_cookie and request.method not in SAFE_METHODS and not origin_allowed(request):
        raise Problem(403, "A request with the session's cookie must come from a page of ours.")


async def _person(request: Request) -> Person:
    person = await identify(request)
    if person is None:
        raise unauthorised("authorization" in request.headers)
    return person


def unauthorised(by_token: bool) -> Problem:
    challenge = 'Bearer error="invalid_token"' if by_token else "Bearer"
    detail = "The token is not valid or has expired." if by_token else "Send a token: Authorization: Bearer <token>."
    return Problem(401, detail, {"WWW-Authenticate": challenge})


async def _body(call: Call, request: Request) -> BaseModel | None:
    if call.upload is not None:
        return None
    if call.body is None:
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LARGEST:
            raise too_large()
        return None
    found = await read_json(request)
    if found is None:
        if call.body_optional:
            return None
        raise invalid([([], "A JSON object is expected")])
    return _parsed(call.body, found)


def _parsed(model: type[BaseModel], values: dict[str, Any]) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise of_validation(error, model) from None
