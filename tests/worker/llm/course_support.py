"""Courses made in this process with a scripted model, for the tests of what it may say."""

import random
import re
from collections.abc import Callable
from typing import Any

from app import generations
from app.kinds.course import CourseResult
from bench import replies, retell_part
from tests.support.models import Models, Says
from tests.worker.llm.conftest import Tales, Told
from tests.worker.llm.test_programs import says
from worker.courses.pipeline import PIPELINE
from worker.run import Runner

ASKED: dict[str, Any] = {"query": "Learn DCF valuation", "hours": 0.5, "preferences": {"style": "witty, with stories"}}


class Courses:
    def __init__(self, tales: Tales) -> None:
        self.tales = tales
        self.runner = Runner(tales.db, tales.bell, tales.settings, "worker-1", {"course": PIPELINE})

    async def made(self, **changes: Any) -> tuple[Told, dict[str, Any]]:
        tales = self.tales
        given = {**ASKED, **changes}
        asked = await generations.create(
            tales.db, tales.bell, tales.settings, tales.person, "course", given, fresh=True
        )
        tales.runner = self.runner
        await tales.make(1)
        told = await tales.told(asked.generation.id)
        assert told.view.status == "completed", told.events[-1]
        result = await generations.result(tales.db, tales.person.id, "course", asked.generation.id)
        assert result is not None
        return told, CourseResult.model_validate(result).model_dump()


def sections(course: dict[str, Any]) -> list[dict[str, Any]]:
    return [section for part in course["parts"] for section in part["sections"]]


def either(section: Callable[[replies.Document], Any], part: Callable[[replies.Document], Any] | None = None) -> Says:
    """A model that answers for sections and for parts; as it ought to for parts where nothing else is said."""
    for_part = part or (lambda asked: retell_part.introduced(asked, random.Random(5)))
    return says(lambda asked: (for_part if "part" in asked else section)(asked))


def briefs(model: Models, what: str) -> list[dict[str, Any]]:
    """The calls for a ``section`` or a ``part``."""
    return [call for call in model.calls if what in replies.document(call["messages"])]


def cited(section: dict[str, Any]) -> None:
    """Each paragraph ends with a citation, and each citation leads to a source with a quote."""
    refs = {source["ref"] for source in section["sources"]}
    assert refs and all(source["quote"] and source["locator"] for source in section["sources"])
    assert {int(number) for number in re.findall(r"(?<!\\)\[(\d+)\]", section["lesson"])} == refs
    for paragraph in section["lesson"].split("\n\n"):
        if not paragraph.startswith(("#", "|", "```", "From source", "-", "*", "\n")) and len(paragraph) > 80:
            assert re.search(r"\[\d+\]:?$|^\s", paragraph.splitlines()[-1]) or "\n" in paragraph, paragraph
