"""What is shown of a half-written answer is always a beginning of what it says in the end."""

import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.errors import InvalidOutput
from worker.llm.partial import Reading, texts_of, whole

NAMES = ("why", "cues", "note")
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
VALUES = st.recursive(
    TEXTS | st.integers(-(2**53), 2**53) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "id", "days"]), inner),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from([*NAMES, "id", "days"]), VALUES, max_size=5)


@settings(deadline=None)
@given(OBJECTS, st.sampled_from(["", "```json\n", "Here it is: ", '<think>{"why": "no"}</think>']), st.booleans())
def test_every_beginning_shows_a_beginning(value: dict[str, object], before: str, escaped: bool) -> None:
    reply = before + (json.dumps(value) if escaped else orjson.dumps(value).decode())
    reading = Reading(NAMES)
    shown = ""
    for end in range(len(reply) + 1):
        shown += reading.new(reply[:end])
        assert texts_of(value, NAMES).startswith(shown)
    assert shown + reading.new(reply, last=True) == texts_of(value, NAMES)
    assert shown == ("" if before == "Here it is: " else texts_of(value, NAMES))


def test_fields_that_are_not_for_people_are_not_shown() -> None:
    reading = Reading({"why"})
    assert reading.new('{"id": "squat", "why": "For your le') == "For your le"
    assert reading.new('{"id": "squat", "why": "For your legs", "secret": "x') == "gs"


def test_a_draft_in_a_thought_is_never_shown() -> None:
    reply = 'I might say {"why": "draft"} hmm</think>{"why": "real"}'
    reading = Reading({"why"}, ["why"])
    assert [reading.new(reply[:end]) for end in range(len(reply) + 1)] == [""] * (len(reply) + 1)
    assert reading.new(reply, last=True) == "real"


def test_what_was_told_is_never_told_otherwise() -> None:
    reading = Reading({"why"})
    assert reading.new('{"why": "One"') == "One"
    assert reading.new('{"why": "One", "why": "Two"') == ""
    assert reading.new("no JSON at all") == ""


@pytest.mark.parametrize(
    "reply",
    ['{"a": 1}', '```json\n{"a": 1}\n```', 'Sure: {"a": 1} Enjoy {you}!', '<think>{"b": 2}</think>{"a": 1}',
     '{not this} but {"a": 1}'],
)  # fmt: skip
def test_the_object_is_found(reply: str) -> None:
    assert whole(reply) == {"a": 1}


@pytest.mark.parametrize("reply", ["", "[1]", "3", '"a"', '{"a": 1', "{" * 3000, "null", '{"a": NaN}'])
def test_what_is_none_is_refused(reply: str) -> None:
    with pytest.raises(InvalidOutput):
        whole(reply)
