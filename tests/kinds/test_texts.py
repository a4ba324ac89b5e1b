"""Texts with a minimum have it once they are cleaned, and say something that can be seen."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.kinds.course import CourseInput
from app.kinds.course_outline import OutlineEdit

INVISIBLE = ["\u200b\u200b\u200b", "\u200d\ufeff\u2060", "\u00ad" * 3, "\u3164" * 3, "\u2800 \u2800", "\u0301" * 3]


def course(text: str) -> dict[str, Any]:
    return {"query": text, "hours": 1.0}


def outline(text: str) -> dict[str, Any]:
    return {"parts": [{"title": text, "sections": [{"title": "a"}]}]}


def refused(model: type[BaseModel], given: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(given)
    [error] = caught.value.errors()
    return error["type"], error["msg"]


@pytest.mark.parametrize("text", ["   ", "", " a ", "\t\n a", "\x1c\x1cab"])
def test_blanks_do_not_make_a_text_long_enough(text: str) -> None:
    assert refused(CourseInput, course(text)) == ("string_too_short", "String should have at least 3 characters")
    if not text.strip():
        assert refused(OutlineEdit, outline(text)) == ("string_too_short", "String should have at least 1 character")


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_cannot_be_seen_is_no_text(text: str) -> None:
    for model, given in ((CourseInput, course(text)), (OutlineEdit, outline(text))):
        assert refused(model, given) == ("invisible", "Text must have a character that can be seen")


@pytest.mark.parametrize("text", ["C++", "統計学", "👩\u200d🔬 at work", "e\u0301te", "نمی\u200cدانم", "   DCF  "])
def test_what_is_accepted_stays_so_when_it_is_read_again(text: str) -> None:
    told = CourseInput.model_validate(course(text)).model_dump()
    assert told["query"] == text.strip()
    assert CourseInput.model_validate(told).query == told["query"]
    assert OutlineEdit.model_validate(outline(text)).parts[0].title == text.strip()
