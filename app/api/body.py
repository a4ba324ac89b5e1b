"""Reading a request's JSON: strictly, and never more of it than allowed."""

from typing import Any

import orjson
from starlette.requests import Request

from app.api.problems import Problem, invalid, too_large

LARGEST = 1024 * 1024
DEEPEST = 32


async def read_json(request: Request) -> dict[str, Any] | None:
    """The object that was sent, or None for an empty body. Raises Problem."""
    raw = await _read(request)
    if not raw:
        return None
    _check_type(request)
    try:
        found = orjson.loads(raw)  # refuses NaN, Infinity, numbers beyond floats, and what is not UTF-8
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"This is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise invalid([([], "A JSON object is expected")])
    if _deeper_than(found, DEEPEST):
        raise Problem(400, f"The JSON is nested more than {DEEPEST} levels deep.")
    return found


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LARGEST:
        raise too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise too_large()
    return bytes(body)


def _check_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    coded = request.headers.get("content-encoding", "identity").lower()
    if kind.strip() != "application/json" or charset not in {"", "charset=utf-8"} or coded != "identity":
        detail = "The body must be JSON in UTF-8, not compressed, with Content-Type: application/json."
        raise Problem(415, detail, {"Accept": "application/json"})


def _deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _inside(outer)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inner if isinstance(one, dict | list)]
