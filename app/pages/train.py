"""The gym page: which session is next, the session's form, and what it leads to. Without a script it is one form."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from app.accounts import Person
from app.kinds import program_choices as choices
from app.kinds.training import TrainingInput
from app.pages import forms, gym
from app.pages.assets import ROOT
from app.pages.forms import Form
from app.pages.plates import plates_of
from app.pages.programs import own
from app.pages.templates import page
from app.training import log
from app.training.following import following
from app.training.pain import pain_of

MOST_FIELDS = 2_000  # 40 exercises of a dozen sets
LABELS = {"": "Session", "readiness": "How you feel", "session_rpe": "How hard it was", "notes": "Notes"}
NOTHING = "Tick at least one set that you did."


async def upcoming(request: Request) -> Response:
    """To the session that is next; when all are logged, to the log."""
    person, program = await own(request)
    place = next_place(program, await _logged(request, person, program))
    base = f"/programs/{program['id']}"
    return RedirectResponse(f"{base}/train/{place[0]}/{place[1]}" if place else f"{base}/log", 303)


async def _logged(request: Request, person: Person, program: dict[str, Any]) -> list[dict[str, Any]]:
    """Newest first."""
    return [dict(row) for row in await log.items(request.state.db, person.id, program["id"])]


def next_place(program: dict[str, Any], logged: Sequence[Mapping[str, Any]]) -> tuple[int, int] | None:
    """Week and day: one that was begun, else the first after the last that was done, else the first left out."""
    places = [(week["week"], day["day"]) for week in program["schedule"] for day in week["days"]]
    done = {(one["week"], one["day"]) for one in logged if one["finished_at"] is not None}
    begun = [(one["week"], one["day"]) for one in logged if one["finished_at"] is None]
    last = max(done, default=(0, 0))
    left = [place for place in places if place not in done]
    return next((one for one in begun if one in left), None) or next(
        (place for place in left if place > last), left[0] if left else None
    )


class Session:
    """A session of a person's program, with what is logged of it."""

    def __init__(
        self, person: Person, program: dict[str, Any], logged: list[dict[str, Any]], week: int, day: int
    ) -> None:
        self.person, self.program, self.logged = person, program, logged
        found = [one for one in program["schedule"] if one["week"] == week]
        days = [one for one in found[0]["days"] if one["day"] == day] if found else []
        if not days:
            raise HTTPException(404)
        self.week, self.day = found[0], days[0]
        self.done = next((one for one in self.logged if (one["week"], one["day"]) == (week, day)), None)
        self.id = self.done["id"] if self.done else gym.training_id(program["id"], week, day)
        self.address = f"/programs/{program['id']}/train/{week}/{day}"

    @property
    def finished(self) -> bool:
        return self.done is not None and self.done["finished_at"] is not None

    @property
    def last_of_week(self) -> bool:
        """Whether all of its week is done with it."""
        finished = {one["day"] for one in self.logged
                    if one["week"] == self.week["week"] and one["finished_at"] is not None}  # fmt: skip
        return finished.issuperset(day["day"] for day in self.week["days"])

    def form(self) -> Form:
        """What is logged beside the sets."""
        values: dict[str, list[str]] = {}
        if self.done:
            pain, notes = pain_of(self.done["notes"])
            values = {f"pain.{area}": [level] for area, level in pain.items()} | {"notes": [notes]}
            told = {name: self.done[name] for name in ("readiness", "session_rpe")}
            values |= {name: [f"{value:g}"] for name, value in told.items() if value is not None}
        return Form(values, labels=dict(LABELS))

    def lifts(self) -> list[gym.Lift]:
        others = [one for one in self.logged if one is not self.done]
        return gym.lifts(self.day, self.done, others, self.program["units"])


async def _session(request: Request) -> Session:
    person, program = await own(request)
    logged = await _logged(request, person, program)
    return Session(person, program, logged, request.path_params["week"], request.path_params["day"])


async def show(request: Request) -> Response:
    """The session to be done; once it is finished, what came of it, unless it is to be corrected."""
    session = await _session(request)
    if session.finished and "correct" not in request.query_params:
        return await _done(request, session, "training/done.html")
    return _gym_page(request, session, session.form())


def _gym_page(request: Request, session: Session, form: Form, code: int = 200) -> Response:
    """``form`` with errors has the sets as they were typed; else they are as logged."""
    program = session.program
    rules = program["autoregulation"]["readiness"]
    lifts = session.lifts()
    form.labels |= gym.labels(lifts)
    wrong = {name.rsplit(".", 2)[0] for name in form.errors}
    readiness = [(value, text, rules[place]["do"] if place < len(rules) else "")
                 for place, (value, text) in enumerate(gym.READINESS)]  # fmt: skip
    finished = {(one["week"], one["day"]) for one in session.logged if one["finished_at"] is not None}
    return page(
        request,
        session.person,
        "training/gym.html",
        code,
        session=session,
        program=program,
        form=form,
        lifts=lifts,
        opened=next((one.key for one in lifts if one.key in wrong), None)
        or next((one.key for one in lifts if not all(row.done for row in one.working)), ""),
        finished=finished,
        readiness=readiness,
        eased=gym.EASED,
        plates=[[one.weight, one.colour, one.height] for one in plates_of(program["units"])],
        efforts=gym.EFFORTS,
        hardness=[(str(level), str(level)) for level in range(1, 11)],
        areas=list(choices.AREAS.items()),
        severities=list(choices.SEVERITIES.items()),
    )


async def save(request: Request) -> Response:
    """The form, whole: what is ticked in it was done."""
    session = await _session(request)
    form = await forms.read(request, LABELS, MOST_FIELDS)
    given, names = gym.told(form)
    done, finish, now = session.done, bool(form.value("finish")), time.time()
    started = done["started_at"] if done else min(_moment(form.value("started_at")) or now, now)
    ended = done["finished_at"] if done and done["finished_at"] is not None else now if finish else None
    code = 422
    if finish and not given["entries"]:
        form.errors[""] = NOTHING
        return _gym_page(request, session, form, code)
    try:
        told = TrainingInput.model_validate(
            {
                **given, "week": session.week["week"], "day": session.day["day"], "started_at": started,
                "finished_at": ended, "revision": (done["revision"] if done else 0) + 1,
            }
        )  # fmt: skip
    except ValidationError as error:
        form.errors = forms.errors_by_field(error, names)
        return _gym_page(request, session, form, code)
    state = request.state
    await log.put(state.db, session.person, session.program["id"], session.id, told)
    if ended is not None:
        await log.adapt(state.db, state.bell, state.settings, session.person, session.program["id"])
    return RedirectResponse(session.address, 303)


def _moment(text: str) -> float | None:
    value = forms.number(text)
    return float(value) if not isinstance(value, str) and value > 0 else None


async def after(request: Request) -> Response:
    """What changes follow: the part of the page of a finished session that is fetched again."""
    session = await _session(request)
    if not session.finished:
        raise HTTPException(404)
    return await _done(request, session, "training/after.html")


async def _done(request: Request, session: Session, template: str) -> Response:
    found = await following(request.state.db, session.person.id, session.program["id"])
    at = session.done["updated_at"] if session.done else 0.0
    # A change that ended before this session was logged has nothing to do with it.
    if found and found.edit.status == "completed" and found.edit.created_at.timestamp() < at - 1:
        found = None
    return page(
        request,
        session.person,
        template,
        session=session,
        program=session.program,
        following=found,
        lifts=session.lifts(),
        next_place=next_place(session.program, session.logged),
        week_over=session.last_of_week and not await _checked_in(request, session),
        pain=pain_of(session.done["notes"])[0] if session.done else {},
    )


async def _checked_in(request: Request, session: Session) -> bool:
    told = await log.check_ins(request.state.db, session.person.id, session.program["id"])
    return any(one["week"] == session.week["week"] for one in told)


async def service_worker(request: Request) -> Response:
    """At the root, since a service worker serves what lies beneath its own address."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(ROOT / "js" / "service_worker.js", media_type="text/javascript", headers=headers)
