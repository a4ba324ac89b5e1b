"""A session on paper: the rows that the gym page shows of it, and what its form says was done.

Fields are named by exercise and set, ``bench_press.0.load``; warm-up sets are ``bench_press.w0``. The script of the
page (`static/js/training.js`) reads the same names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from app.kinds.program_choices import AREAS
from app.kinds.training import MOST_SETS
from app.pages.forms import Form, number
from app.pages.plates import OnBar, bar_of, on_bar
from app.training.pain import pain_line

SESSIONS: Final = UUID("0b6b5c1e-6a0e-4b53-9a9c-6f2f3c0d7f15")  # a name space of our own (RFC 9562)
SET = re.compile(r"(?P<key>.+)\.(?P<set>w?\d{1,2})\.(?P<field>load|reps|rpe|seconds|done)")
# What a tile stands for, 0 to 100: the middles of the bands of the program's own rules, best first.
READINESS: Final = ((92, "Great"), (75, "Good"), (52, "So-so"), (30, "Worn out"))
# By how many percent those rules lower the loads; `static/js/ease.js` knows the sets that they leave out.
EASED: Final = {52: 5, 30: 10}
EFFORTS: Final = [(f"{half / 2:g}", f"{half / 2:g}") for half in range(20, 9, -1)]  # RPE of a set


def training_id(program_id: str, week: int, day: int) -> str:
    """A session has one id, whichever device or form begins it: what is sent from two of them is one session."""
    return str(uuid5(SESSIONS, f"{program_id}/{week}/{day}"))


@dataclass(frozen=True)
class Row:
    """A set: what is planned, or what was done."""

    name: str
    number: int
    warm_up: bool
    done: bool
    load: float | None
    reps: int
    rpe: float | None
    seconds: int | None
    rest: int
    last: str  # the same set of the last time
    share: float | None = None  # of the working load, for a warm-up without one of its own

    @property
    def said(self) -> str:
        return said({"load": self.load, "reps": self.reps, "rpe": self.rpe, "seconds": self.seconds})


@dataclass(frozen=True)
class Other:
    key: str
    name: str
    last: str
    load: float | None


@dataclass(frozen=True)
class Lift:
    plan: dict[str, Any]  # the exercise as the program has it
    key: str
    name: str
    instead: str  # what is done in its place; empty: itself
    others: list[Other]
    rows: list[Row]
    last: str
    bar: float | None  # what it weighs, where one is loaded

    @property
    def working(self) -> list[Row]:
        return [row for row in self.rows if not row.warm_up]

    def plates(self, units: str) -> OnBar | None:
        """For the set that is next."""
        row = next((row for row in self.working if not row.done), self.rows[-1])
        return on_bar({**self.plan, "sets": [{"load": row.load}]}, units)


def said(one: Mapping[str, Any]) -> str:
    """A set that was done: ``80 × 8 @ 8``."""
    count = f"{one['seconds']} s" if one.get("seconds") else f"{one['reps']}"
    load = f"{one['load']:g} × " if one["load"] is not None else ""
    return load + count + (f" @ {one['rpe']:g}" if one["rpe"] is not None else "")


class Before:
    """What was done of each exercise the last time. ``logged``: the other sessions, newest first."""

    def __init__(self, logged: Sequence[Mapping[str, Any]]) -> None:
        self.sets: dict[str, list[Mapping[str, Any]]] = {}
        for one in logged:
            for entry in one["entries"]:
                working = [done for done in entry["sets"] if not done["warm_up"]]
                if working:
                    self.sets.setdefault(entry["exercise"], working)

    def same(self, key: str, place: int) -> str:
        sets = self.sets.get(key, [])
        return said(sets[min(place, len(sets) - 1)]) if sets else ""

    def all(self, key: str) -> str:
        return ", ".join(said(one) for one in self.sets.get(key, []))

    def load(self, key: str) -> float | None:
        return next((float(one["load"]) for one in self.sets.get(key, []) if one["load"] is not None), None)


def lifts(
    day: Mapping[str, Any], logged: Mapping[str, Any] | None, others: Sequence[Mapping[str, Any]], units: str
) -> list[Lift]:
    """The session's exercises with the plan, or what is ``logged`` of it so far; ``others`` as `Before` takes them."""
    before = Before(others)
    entries = {entry["instead_of"] or entry["exercise"]: entry for entry in (logged["entries"] if logged else ())}
    found = [_lift(plan, entries.pop(plan["exercise"], None), before, units) for plan in day["exercises"]]
    return found + [_unplanned(key, entry, before) for key, entry in entries.items()]


def _lift(plan: dict[str, Any], entry: Mapping[str, Any] | None, before: Before, units: str) -> Lift:
    key = plan["exercise"]
    names = plan.get("substitute_names", {})
    doing = entry["exercise"] if entry else key
    instead = doing if doing != key else ""
    choices = list(dict.fromkeys([*plan["substitutes"], *([instead] if instead else [])]))
    others = [Other(one, names.get(one, _words(one)), before.all(one), before.load(one)) for one in choices]
    done = entry["sets"] if entry else []
    return Lift(
        plan=plan, key=key, name=plan["name"], instead=instead, others=others,
        rows=[*_warm_ups(plan, done), *_working(plan["exercise"], doing, plan["sets"], done, before)],
        last=before.all(doing), bar=bar_of(plan, units) if not instead else None,
    )  # fmt: skip


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _unplanned(key: str, entry: Mapping[str, Any], before: Before) -> Lift:
    """What was done and is no longer, or never was, in the plan."""
    plan = {"exercise": key, "name": _words(key), "equipment": [], "cues": "", "why": ""}
    rows = list(_working(key, entry["exercise"], [], entry["sets"], before))
    instead = entry["exercise"] if entry["exercise"] != key else ""
    others = [Other(instead, _words(instead), "", None)] if instead else []
    return Lift(plan, key, _words(key), instead, others, rows, before.all(entry["exercise"]), None)


def _warm_ups(plan: Mapping[str, Any], done: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    ticked = sum(one["warm_up"] for one in done)
    for place, one in enumerate(plan.get("warm_up", ())):
        name = f"{plan['exercise']}.w{place}"
        rest = int(one["rest_seconds"])
        yield Row(name, place + 1, True, place < ticked, one["load"], one["reps"], None, None, rest, "", one["share"])


def _working(
    key: str, doing: str, planned: Sequence[Mapping[str, Any]], done: Sequence[Mapping[str, Any]], before: Before
) -> Iterator[Row]:
    working = [one for one in done if not one["warm_up"]]
    for place in range(max(len(planned), len(working))):
        plan = planned[min(place, len(planned) - 1)] if planned else None
        one = working[place] if place < len(working) else plan
        assert one is not None
        load = one["load"] if place < len(working) or doing == key else before.load(doing)
        yield Row(
            name=f"{key}.{place}", number=place + 1, warm_up=False, done=place < len(working), load=load,
            reps=one["reps"], rpe=one["rpe"], seconds=one["seconds"], rest=int(plan["rest_seconds"]) if plan else 0,
            last=before.same(doing, place),
        )  # fmt: skip


def labels(lifts: Sequence[Lift]) -> dict[str, str]:
    """What the fields are called where their errors are listed."""
    said = {"load": "load", "reps": "repetitions", "rpe": "RPE", "seconds": "seconds"}
    rows = [(lift.name, row) for lift in lifts for row in lift.rows]
    return {f"{row.name}.{field}": f"{name}, set {row.number}, {text}" for name, row in rows
            for field, text in said.items()}  # fmt: skip


def told(form: Form) -> tuple[dict[str, Any], dict[tuple[str | int, ...], str]]:
    """What of a `TrainingInput` the form has, and the field that each place of it stands in."""
    entries: dict[str, dict[str, Any]] = {}
    names: dict[tuple[str | int, ...], str] = {("readiness",): "readiness", ("session_rpe",): "session_rpe"}
    for key, name, warm_up in _ticked(form):
        instead = form.value(f"{key}.instead")
        entry = entries.setdefault(
            key, {"exercise": instead or key, "instead_of": key if instead else None, "sets": []}
        )
        place: tuple[str | int, ...] = ("entries", list(entries).index(key), "sets", len(entry["sets"]))
        names |= {(*place, field): f"{name}.{field}" for field in ("load", "reps", "rpe", "seconds")}
        values = {field: form.value(f"{name}.{field}") for field in ("load", "reps", "rpe", "seconds")}
        given = {field: number(value) for field, value in values.items() if value}
        entry["sets"].append({"reps": "", **given, "warm_up": warm_up})
    scales = {name: number(form.value(name)) for name in ("readiness", "session_rpe") if form.value(name)}
    notes = pain_line({area: form.value(f"pain.{area}") for area in AREAS}) + form.value("notes")
    return {"entries": list(entries.values()), **scales, "notes": notes.replace("\r\n", "\n").strip()}, names


def _ticked(form: Form) -> list[tuple[str, str, bool]]:
    """The sets that were done: exercise, name of the row, whether it warms up; warm-ups come first."""
    rows = []
    for name, values in form.values.items():
        found = SET.fullmatch(name)
        if found and found["field"] == "done" and any(values):
            warm_up = found["set"].startswith("w")
            place = int(found["set"].removeprefix("w"))
            if place < MOST_SETS:
                rows.append((found["key"], not warm_up, place, name.removesuffix(".done")))
    order = {key: index for index, key in enumerate(dict.fromkeys(row[0] for row in rows))}
    return [(key, name, not working) for key, working, _, name in sorted(rows, key=lambda r: (order[r[0]], *r[1:3]))]
