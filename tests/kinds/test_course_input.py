"""What a person may ask a course for: what nobody can see is nothing."""

import pytest
from pydantic import ValidationError

from app.kinds.course import CourseInput
from app.kinds.course_outline import SectionEdit


@pytest.mark.parametrize("query", ["   ", "a  ", "\u200b\u200b\u200b", "\u00a0\u2003\u200d"])
def test_a_query_says_something(query: str) -> None:
    with pytest.raises(ValidationError, match="query"):
        CourseInput.model_validate({"query": query, "hours": 1.0})


def test_a_title_can_be_seen() -> None:
    assert SectionEdit.model_validate({"title": " Yield "}).title == "Yield"
    with pytest.raises(ValidationError, match="title"):
        SectionEdit.model_validate({"title": "\u200b"})
