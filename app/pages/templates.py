"""The one Jinja environment, and how a page or a fragment is answered."""

import time
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.generations import OverLimit
from app.kinds import program_sets as sets
from app.pages import authors, charts, filters, graphs, lesson, plates
from app.pages.assets import static_url
from app.person import Person

ROOT = Path(__file__).resolve().parents[2] / "templates"


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(filters.FILTERS)
    made.globals.update(
        static=static_url,
        seconds_between=filters.seconds_between,
        set_groups=sets.groups,
        week_sets=sets.total,
        on_bar=plates.on_bar,
        block_bars=charts.block_bars,
        phase_spans=charts.phase_spans,
        curve=charts.curve,
        muscle_rows=charts.muscle_rows,
        muscle_bands=charts.muscle_bands,
        outcome_chart=graphs.outcome_chart,
        time_chart=graphs.time_chart,
        funnel=graphs.funnel,
        lesson=lesson.html,
        written_by=authors.written_by,
    )
    made.tests["starting"] = str.startswith
    return made


ENVIRONMENT = environment()


def page(request: Request, person: Person | None, name: str, code: int = 200, **context: Any) -> HTMLResponse:
    """A page or fragment for this person; never kept by a cache in between, since it is theirs."""
    text = ENVIRONMENT.get_template(name).render(
        request=request,
        path=request.url.path,
        person=person,
        time_zone=person.time_zone if person else "UTC",
        at=round(time.time(), 1),
        paused=request.state.hub.making_paused,
        **context,
    )
    return HTMLResponse(text, code, headers={"Cache-Control": "private, no-store"})


def refused(request: Request, person: Person | None, name: str, limit: OverLimit, **context: Any) -> HTMLResponse:
    """The page that was sent, with all that was typed, saying above it what is too much and what can be done."""
    response = page(request, person, name, 429, limit=limit, **context)
    response.headers["Retry-After"] = str(limit.retry_after)
    return response
