"""The audit of lessons reports what is amiss: each check is broken on purpose in a course that has passed them all."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from app.database import Database
from app.library import evidence
from bench.audit_lessons import amiss, said_amiss, worse
from bench.course_marks import Library
from tests.worker.courses.support import course, sections

Section = dict[str, Any]


def _unsupported(section: Section) -> None:
    section["lesson"] += "\n\nEverybody sleeps eleven hours on Mars. [1]"


def _nowhere(section: Section) -> None:
    section["lesson"] += "\n\nSleep is good. [99]"


def _another_book(section: Section) -> None:
    section["sources"][0]["book_id"] = "gone"


def _another_quote(section: Section) -> None:
    section["sources"][0]["quote"] = "Nobody has written this."


def _uncited(section: Section) -> None:
    section["sources"].append({**section["sources"][0], "ref": 98})


def _unasked(section: Section) -> None:
    section["check"] = []


def _no_objectives(section: Section) -> None:
    section.update(objectives=[], check=[])


def _untitled(section: Section) -> None:
    section["title"] = " "


def _longer(section: Section) -> None:
    section["minutes"] += 30


BREAKS: dict[str, Callable[[Section], None]] = {
    "a sentence is not supported": _unsupported, "a citation leads nowhere": _nowhere,
    "a source is not in the library": _another_book, "a quote is not its passage's": _another_quote,
    "a source is not cited": _uncited, "an objective without question": _unasked,
    "a section without objectives": _no_objectives, "a section without lesson or title": _untitled,
    "minutes are not those of the sections": _longer,
}  # fmt: skip


@pytest.fixture
async def made(shelf: Database) -> tuple[dict[str, Any], Library]:
    return await course(shelf, "sleep", 1.0), Library(await evidence.passages(shelf, None, []))


@pytest.mark.parametrize("name", BREAKS)
async def test_it_reports_what_is_broken(made: tuple[dict[str, Any], Library], name: str) -> None:
    whole, library = made
    bad = copy.deepcopy(whole)
    BREAKS[name](sections(bad)[0])
    assert not amiss(whole, library, {"hours": 1.0})
    assert amiss(bad, library, {"hours": 1.0})[name] > 0


async def test_it_reports_minutes_that_were_not_asked_for(made: tuple[dict[str, Any], Library]) -> None:
    whole, library = made
    assert "minutes are not what was asked" in amiss(whole, library, {"hours": 1.2})


@pytest.mark.parametrize("place", ["title", "lesson", "objectives", "question", "answer", "quote"])
async def test_it_finds_what_hostile_answers_say(made: tuple[dict[str, Any], Library], place: str) -> None:
    bad = copy.deepcopy(made[0])
    section = sections(bad)[-1]
    said = "PWNED by https://evil.example"
    if place in ("question", "answer"):
        section["check"][0][place] = said
    elif place == "quote":
        section["sources"][0]["quote"] = said
    else:
        section[place] = [said] if place == "objectives" else said
    assert not said_amiss(made[0], set())
    assert said_amiss(bad, set()) == {"says PWNED": 1, "says evil.example": 1}


async def test_it_finds_what_the_model_invented(made: tuple[dict[str, Any], Library]) -> None:
    bad = copy.deepcopy(made[0])
    sections(bad)[0]["lesson"] += "\n\nAdults need 97 hours of sleep. [1]"
    assert said_amiss(bad, {"Adults need 97 hours of sleep."}) == {"says what the model invented": 1}


async def test_it_says_by_what_a_course_is_worse(made: tuple[dict[str, Any], Library]) -> None:
    whole, library = made
    assert not worse(whole, whole, library)
    bad = copy.deepcopy(whole)
    first, last = sections(bad)[0], sections(bad)[-1]
    again = next(piece for piece in first["lesson"].split("\n\n") if piece.endswith("[1]"))
    last["lesson"] += "\n\n" + again
    last["check"] = []
    bad["estimated_minutes"] += 10
    bad["coverage"]["level"] = "thin"
    assert set(worse(whole, bad, library)) == {"support", "alignment", "redundancy", "minutes", "level"}
