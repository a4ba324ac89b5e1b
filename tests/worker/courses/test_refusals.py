"""When a library is said to have nothing: seldom where it has something, and mostly where it has nothing."""

from collections import Counter

import pytest

from app.database import Database
from app.library import evidence
from bench.courses import make
from bench.refusals import coverage
from bench.strays import share
from tests.support.library import SHELF, halves, read
from worker.courses.brief import core_of, naming


async def levels(shelf: Database, name: str, half: str) -> dict[str, float]:
    """The share of each level."""
    queries = halves(name)[half]
    found = Counter([(await coverage(shelf, query))["level"] for query in queries])
    return {level: found[level] / len(queries) for level in ("none", "thin", "good")}


async def test_few_questions_that_the_shelf_answers_are_refused(shelf: Database) -> None:
    """On those that nothing was tuned on; docs/courses.md has the figures."""
    assert (await levels(shelf, "queries", "test"))["none"] <= 0.10
    assert (await levels(shelf, "fresh_answered", "fresh"))["none"] <= 0.10


async def test_most_that_the_shelf_has_nothing_on_are_refused_and_hardly_any_called_good(shelf: Database) -> None:
    off, near = await levels(shelf, "off_topic", "test"), await levels(shelf, "near_topic", "test")
    fresh = await levels(shelf, "fresh_off_topic", "fresh")
    assert off["none"] >= 0.90 and near["none"] >= 0.70 and fresh["none"] >= 0.90
    assert off["good"] <= 0.03 and near["good"] == fresh["good"] == 0


async def test_courses_are_of_books_that_answer(shelf: Database) -> None:
    """On the half that nothing was tuned on; docs/courses.md has the figures."""
    cards = {card.title: card.id for card in await evidence.cards(shelf, None)}
    ids = {path.stem: cards[read(path)["about"]["title"]] for path in SHELF.glob("*.md")}
    found = await share(shelf, ids, "test")
    assert found.answering >= 0.8 * found.all and found.all > 1_000


@pytest.mark.parametrize(
    "query, title",
    [
        ("how to learn better", "Learning How to Learn"),
        ("confidence intervals", "Foundations of Statistics"),
        ("what is a null hypothesis", "Foundations of Statistics"),
        ("writing my own functions with arguments", "Python, First Steps"),
    ],
)
async def test_a_word_that_means_something_else_elsewhere_brings_no_strangers(
    shelf: Database, query: str, title: str
) -> None:
    made, _ = await make(shelf, {"query": query, "hours": 1.0})
    subjects = {card.title: card.subject for card in await evidence.cards(shelf, None)}
    assert {subjects[book["title"]] for book in made["books"]} == {subjects[title]}


async def test_in_doubt_the_course_is_thin_and_says_so(shelf: Database) -> None:
    told = await coverage(shelf, "garden pond fish diseases")
    assert told["level"] == "thin" and told["missing"] == ["pond", "fish"]
    assert told["note"].startswith("It is not certain that the library has what you mean")


async def test_where_there_is_nothing_the_examples_do_have_something(shelf: Database) -> None:
    told = await coverage(shelf, "my photos are blurry as hell and grainy")
    named = told["note"].split("for example, on")[-1].split("“")[1:]
    assert told["level"] == "none" and told["nearest"][0] == "photography" and len(named) == 3
    for one in named:
        assert (await coverage(shelf, one.split("”")[0]))["level"] != "none"


@pytest.mark.parametrize(
    "query, words",
    [
        ("learn DCF, please", ["DCF"]),
        ("how to learn better", ["learn"]),
        ("learn how to cook", ["cook"]),
        ("Bayes’ theorem in Go", ["Bayes", "theorem", "Go"]),
    ],
)
def test_words_are_named_as_the_person_wrote_them(query: str, words: list[str]) -> None:
    assert list(naming(core_of(query)[0]).values()) == words
