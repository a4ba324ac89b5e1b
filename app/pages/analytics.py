"""How the product does, for administrators: at this moment, and over a window of time."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.accounts import Person
from app.generations import analytics
from app.generations.figures import WINDOWS, success
from app.generations.present import present
from app.kinds import KINDS
from app.pages import graphs
from app.pages.access import administrator
from app.pages.filters import words
from app.pages.templates import page


async def index(request: Request) -> Response:
    person = await administrator(request)
    asked = _asked(request)
    kinds = [("", "All kinds"), *((kind.name, kind.label) for kind in KINDS.values())]
    choices: dict[str, Any] = {"windows": list(WINDOWS.values()), "kinds": kinds}
    return page(request, person, "analytics/index.html", **choices, **await _both(request, person, asked))


async def now(request: Request) -> Response:
    """The part that tells of this moment."""
    person = await administrator(request)
    found = await present(request.state.db)
    return page(request, person, "analytics/now.html", present=found, **NAMES)


async def figures(request: Request) -> Response:
    """The part that tells of the window."""
    person = await administrator(request)
    return page(request, person, "analytics/figures.html", **await _both(request, person, _asked(request)))


def _asked(request: Request) -> dict[str, Any]:
    window, kind = request.query_params.get("window", "24h"), request.query_params.get("kind", "")
    if window not in WINDOWS or kind not in {"", *KINDS}:
        raise HTTPException(404)
    return {"window": WINDOWS[window], "kind": kind}


async def _both(request: Request, person: Person, asked: dict[str, Any]) -> dict[str, Any]:
    zone = _zone(person)
    # First of all: what ends while the figures are read makes them newer than what they are said to be, never older.
    at_present = await present(request.state.db)
    found = await analytics.figures(request.state.db, asked["window"], kind=asked["kind"], zone=zone)
    named = {"periods": graphs.periods(found, zone), "ticks": graphs.ticks(found, zone)}
    return {"present": at_present, "figures": found, **asked, **named, **NAMES}


def _zone(person: Person) -> ZoneInfo:
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _kind_label(kind: str) -> str:
    """Of what is made today, or was made when there still was such a kind."""
    return KINDS[kind].label if kind in KINDS else words(kind)


def _phase_label(kind: str, phase: str) -> str:
    return dict(KINDS[kind].phases).get(phase, words(phase)) if kind in KINDS else words(phase)


NAMES: dict[str, Any] = {"kind_label": _kind_label, "phase_label": _phase_label, "success": success}
