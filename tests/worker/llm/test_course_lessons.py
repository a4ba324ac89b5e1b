"""Lessons of a language model: as long as planned, nothing twice, and what is amiss in a good answer goes."""

import itertools
import random
import re
from typing import Any

import orjson
import pytest

from bench import paraphrase, replies, retell
from tests.support.models import Models, Says
from tests.worker.llm.course_support import Courses, cited, either, sections
from worker.courses import penned, reading, scorecard


async def test_one_thing_amiss_in_a_good_answer_goes(courses: Courses, model: Models) -> None:
    each = itertools.cycle(range(len(retell.SLY)))
    model.always = either(lambda asked: retell.sly(asked, random.Random(5), next(each)))
    _, course = await courses.made(hours=4.0)
    made = sections(course)
    assert len(model.calls) >= len(retell.SLY)
    assert sum(section["author"] == "llm" for section in made) > len(made) / 2
    everything = orjson.dumps(made).decode()
    for bad in retell.BAD:
        assert bad not in everything
    for section in made:
        cited(section)
        assert {check["objective"] for check in section["check"]} == set(range(len(section["objectives"])))


@pytest.mark.parametrize("share", [0.6, 1.0, 1.5])
async def test_the_hours_hold_however_long_a_model_writes(courses: Courses, model: Models, share: float) -> None:
    def long(asked: replies.Document) -> Any:
        return retell.faithful({**asked, "words": share * asked["words"]}, random.Random(10))

    model.always = either(long)
    _, course = await courses.made(hours=1.0)
    made = sections(course)
    assert sum(section["author"] == "llm" for section in made) > len(made) / 2
    assert abs(course["estimated_minutes"] / 60 - 1) <= 0.05
    model.always = Says("no")
    _, plain = await courses.made(hours=1.0)
    assert [section["minutes"] for section in made] == [section["minutes"] for section in sections(plain)]
    words = [[reading.words(one["lesson"]) for one in sections(each)] for each in (course, plain)]
    assert all(0.8 * ours <= mine <= 1.3 * ours for mine, ours in zip(*words, strict=True))
    # What it leaves to say stands in the books' own words.
    if share < 1:
        assert any(penned.OWN_WORDS in section["lesson"] for section in made)
    for section in made:
        cited(section)


async def test_what_a_plausible_model_invents_is_in_no_lesson(courses: Courses, model: Models) -> None:
    chance, invented = random.Random(11), set[str]()
    model.always = either(lambda asked: paraphrase.plausible(asked, chance, invented))
    _, course = await courses.made(hours=1.0)
    made = sections(course)
    assert sum(section["author"] == "llm" for section in made) > len(made) / 2
    told = {one for section in made for part in reading.read(section["lesson"]) for one in part.sentences}
    assert invented and not invented & (told | {check["answer"] for section in made for check in section["check"]})


async def test_a_model_repeats_nothing_and_its_key_concepts_are_bold(courses: Courses, model: Models) -> None:
    def twice(asked: replies.Document) -> Any:
        answer = retell.faithful(asked, random.Random(6))
        for paragraph in answer["paragraphs"][:1]:
            first = paragraph["sentences"][0]
            paragraph["sentences"].append({**first, "text": f"Once more: {first['text']}"})
        return answer

    model.always = either(twice)
    told, course = await courses.made()
    made = sections(course)
    assert {section["author"] for section in made} == {"llm"} and course["review"]["scores"]["redundancy"] == 0.0
    assert "Once more" not in orjson.dumps(made).decode() and course["review"]["changes"] == []
    assert any("that the passages do not say" in event.get("note", "") for event in told.events)
    assert any(re.search(r"\*\*\w.*?\*\*", section["lesson"]) for section in made)


async def test_sections_that_a_model_calls_the_same_are_told_apart(courses: Courses, model: Models) -> None:
    titles = itertools.cycle(["The value of the cash", "Cash and value", "DCF valuation"])
    model.always = either(lambda asked: {**retell.faithful(asked, random.Random(8)), "title": next(titles)})
    _, course = await courses.made()
    made = sections(course)
    assert any(section["title"] == "The value of the cash" for section in made)
    assert any(section["title"].startswith("Cash and value: ") for section in made)
    # What is the whole course's is no section's.
    assert not any(section["title"].startswith("DCF valuation") for section in made)
    assert scorecard.doubled([*(part["title"] for part in course["parts"]), *(one["title"] for one in made)]) == []


async def test_a_question_of_the_model_s_takes_the_place_of_one_of_ours(courses: Courses, model: Models) -> None:
    def asks_much(asked: replies.Document) -> Any:
        answer = retell.faithful(asked, random.Random(7))
        for one in answer["questions"][:]:
            answer["questions"] += [{**one, "question": f"{more}: {one['question']}"} for more in ("Briefly", "Again")]
        return answer

    model.always = either(asks_much)
    _, course = await courses.made()
    model.always = Says("no")
    _, plain = await courses.made()
    for section, ours in zip(sections(course), sections(plain), strict=True):
        for mine, our in zip(section["check"], ours["check"], strict=True):
            assert (mine["objective"], mine["minutes"]) == (our["objective"], our["minutes"])
            # Exercises are the books'.
            assert "In one sentence: " in mine["question"] if our["minutes"] == 1 else mine == our


async def test_only_the_rules_say_that_a_style_could_not_be_followed(courses: Courses, model: Models) -> None:
    model.always = either(lambda asked: retell.faithful(asked, random.Random(9)))
    _, course = await courses.made(preferences={"style": "like a pirate"})
    assert "could not be changed to the style" not in course["summary"]
    model.always = Says("no")
    _, course = await courses.made(preferences={"style": "like a pirate"})
    assert "could not be changed to the style" in course["summary"]
