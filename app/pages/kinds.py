"""What the pages need to know of each kind beside its schemas: its templates and how a request for it reads."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.counts import plural
from app.kinds import KINDS, plan_choices
from app.kinds import program_choices as choices
from app.kinds.course import DEPTHS, Depth
from app.kinds.plan_edit import WHATS as PLAN_WHATS
from app.kinds.program_edit import WHATS
from app.library.formats import LABELS
from app.pages import course_form, plan_form, program_form
from app.pages.filters import size


@dataclass(frozen=True)
class KindPages:
    noun: str
    item_template: str
    again: str  # where to ask for another
    heading: Callable[[Mapping[str, Any]], str]
    about: Callable[[Mapping[str, Any]], str]
    told: Callable[[Mapping[str, Any]], list[tuple[str, str]]] = lambda _: []  # all of a request: labels and words
    place: Callable[[str, int], int] = lambda _, index: index  # of a piece among the others; items.js has the same
    nouns: tuple[str, ...] = ()  # what is counted on the live page: the first words of the pieces' keys


def _program_heading(asked: Mapping[str, Any]) -> str:
    goal: choices.Goal = asked["goal"]
    return f"{choices.GOALS[goal]} program"


def _program_about(asked: Mapping[str, Any]) -> str:
    experience: choices.Experience = asked["experience"]
    return ", ".join(
        [
            plural(asked["weeks"], "week"),
            f"{plural(asked['days_per_week'], 'day')} a week",
            f"{asked['session_minutes']} minutes a session",
            choices.EXPERIENCES[experience].lower(),
        ]
    )


def _plan_goal(asked: Mapping[str, Any]) -> str:
    goal: plan_choices.Goal = asked["goal"]
    return plan_choices.GOALS[goal]


PROGRAM = KindPages(
    noun="program",
    item_template="program/item.html",
    again="/programs/new",
    heading=_program_heading,
    about=_program_about,
    told=program_form.readable,
)

PROGRAM_EDIT = KindPages(
    noun="change",
    item_template="program/item.html",
    again="/generations?kind=program",
    heading=lambda asked: WHATS[asked["what"]],
    about=lambda asked: asked.get("reason", ""),
)

BOOK = KindPages(
    noun="book",
    item_template="library/chapter.html",
    again="/library",
    heading=lambda asked: asked.get("title") or asked["name"],
    about=lambda asked: f"{LABELS[asked['format']]}, {size(asked['size'])}",
)


def _course_place(key: str, index: int) -> int:
    """A part stands before its sections, whenever they were made."""
    found = re.fullmatch(r"(?:part|section)-(\d+)(?:\.(\d+))?", key)
    return int(found[1]) * 1000 + int(found[2] or 0) if found else index


def _course_about(asked: Mapping[str, Any]) -> str:
    wishes = asked.get("preferences", {})
    depth: Depth = wishes.get("depth", "balanced")
    of = f", from {plural(len(asked['books']), 'book')} that you chose" if asked.get("books") else ""
    return f"A course of {plural(asked['hours'], 'hour')}, {DEPTHS[depth].lower()}{of}"


COURSE = KindPages(
    noun="course",
    item_template="course/item.html",
    again="/courses/new",
    heading=lambda asked: asked["query"],
    about=_course_about,
    told=course_form.readable,
    place=_course_place,
    nouns=("part", "section"),
)

COURSE_EDIT = KindPages(
    noun="course",
    item_template="course/item.html",
    again="/courses",
    heading=lambda asked: f"Section {asked['section']}, made anew",
    about=lambda asked: asked.get("reason", ""),
    place=_course_place,
)

PLAN = KindPages(
    noun="plan",
    item_template="plan/item.html",
    again="/plans/new",
    heading=lambda asked: f"{_plan_goal(asked)} week",
    about=plan_form.about,
    told=plan_form.readable,
)

PLAN_EDIT = KindPages(
    noun="change",
    item_template="plan/item.html",
    again="/generations?kind=plan",
    heading=lambda asked: PLAN_WHATS[asked["what"]],
    about=lambda asked: asked.get("reason", ""),
)

PAGES: dict[str, KindPages] = {
    "book": BOOK,
    "course": COURSE,
    "course_edit": COURSE_EDIT,
    "plan": PLAN,
    "plan_edit": PLAN_EDIT,
    "program": PROGRAM,
    "program_edit": PROGRAM_EDIT,
}


def pages(kind: str) -> KindPages:
    """The kind's own, or what any kind can be shown with."""
    return PAGES.get(kind) or KindPages(
        noun=label(kind).lower(),
        item_template="generations/item.html",
        again="/",
        heading=lambda _: label(kind),
        about=lambda _: "",
    )


def label(kind: str) -> str:
    return KINDS[kind].label
