"""The science of courses, function by function."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.kinds.course import CourseInput
from tests.worker.courses.support import unit
from worker.courses import order, phrases, reading, review, text, texts, topics
from worker.courses.anew import wish
from worker.courses.brief import core_of, read
from worker.courses.evidence import clean_title
from worker.courses.exercises import numbered
from worker.courses.lesson import compose


@pytest.mark.parametrize(
    ("query", "core"),
    [
        ("Learn DCF valuation", "DCF valuation"),
        ("I want to learn how to sleep better, please", "sleep better"),
        ("Teach me the basics of SQL", "SQL"),
        ("An introduction to philosophy", "philosophy"),
        ("How do I cook rice?", "cook rice"),
        ("Python for absolute beginners", "Python"),
        ("learn", "learn"),
        ("???", "???"),
    ],
)
def test_the_subject_is_found_in_what_people_ask(query: str, core: str) -> None:
    assert core_of(query)[0] == core


@pytest.mark.parametrize(
    ("query", "title", "told"),
    [
        ("How to value a company with DCF", "How to value a company with DCF", "on how to value a company with DCF in"),
        ("teach me to read music", "How to read music", "on how to read music in"),
        ("how do I stop overspending?", "How to stop overspending", "on how to stop overspending in"),
        ("why do my photos look grey", "Why do my photos look grey", "on “why do my photos look grey” in"),
        ("an introduction to statistics", "Statistics", "on statistics in"),
        ("I want to learn DCF valuation, please", "DCF valuation", "on DCF valuation in"),
    ],
)
def test_what_one_wants_to_do_is_named_as_a_sentence_names_it(query: str, title: str, told: str) -> None:
    brief = read(CourseInput(query=query, hours=1.0))
    section = {"minutes": 10, "check": []}
    assert brief.title == title and told in texts.summary(brief, {"level": "good"}, [{"title": "B"}], [section])


def test_wishes_for_the_style_are_understood_or_not_pretended() -> None:
    told = {"query": "sleep", "hours": 1.0, "preferences": {"style": "many examples, hands-on", "notes": "formulas"}}
    assert read(CourseInput.model_validate(told)).styles == {"examples", "practice", "rigorous"}
    odd = {"query": "sleep", "hours": 1.0, "preferences": {"style": "as a sea shanty"}}
    for style, notes in (
        ("no formulas, without examples", ""),
        ("", "no math please"),
        ("", "My problem is my lack of time."),
    ):
        against = {"query": "sleep", "hours": 1.0, "preferences": {"style": style, "notes": notes}}
        assert read(CourseInput.model_validate(against)).styles == set()
    asked = {
        "query": "sleep",
        "hours": 1.0,
        "preferences": {"notes": "I am a nurse and want more exercises, not theory."},
    }
    assert read(CourseInput.model_validate(asked)).styles == {"practice"}
    assert read(CourseInput.model_validate(odd)).unheard == "as a sea shanty"


PASSAGE = """The clause WHERE keeps rows. It takes a condition.

SELECT name FROM products
WHERE price < 8;
name | price
tea | 5
cup | 12

Three things matter:

1. The first thing
2. The second thing"""


def test_a_passage_is_paragraphs_code_tables_and_lists() -> None:
    assert [block.kind for block in text.blocks(PASSAGE)] == ["text", "code", "table", "text", "list"]
    markdown = [text.as_markdown(block) for block in text.blocks(PASSAGE)]
    assert markdown[1].startswith("```\nSELECT") and markdown[2].startswith("| name | price |\n| --- | --- |")
    assert markdown[4] == "1. The first thing\n2. The second thing"


def test_sentences_that_need_another_place_are_left_out() -> None:
    told = (
        "Sleep pressure builds up. It is paid off by sleep. The next chapter explains the clock. "
        "That clock runs slow. Figure 3 shows it. Light resets the clock, as described above. Caffeine hides pressure."
    )
    kept = ["Sleep pressure builds up.", "It is paid off by sleep.", "Caffeine hides pressure."]
    assert text.standing(told, led=False, shown=False) == kept
    assert text.standing("It is late. Go to bed.", led=False, shown=False) == ["Go to bed."]
    assert text.standing("It is late. Go to bed.", led=True, shown=False) == ["It is late.", "Go to bed."]
    assert text.standing("The table shows it. Rates differ.", led=False, shown=False) == ["Rates differ."]


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=80))
def test_whatever_a_book_says_is_shown_and_is_no_markup(told: str) -> None:
    told = " ".join(told.split())
    escaped = text.escaped(told)
    html = MarkdownIt("commonmark", {"html": True}).render(f"x {escaped}" if not told else escaped)
    for tag in ("<b", "<em", "<strong", "<a ", "<h", "<ul", "<ol", "<img", "<blockquote", "<script", "<hr"):
        assert tag not in html
    assert text.unescaped(escaped) == told or "`" in told


def test_brackets_of_the_book_are_no_citations_of_ours() -> None:
    assert text.escaped("The value prices[0] is in [1, 2].") == "The value `prices[0]` is in `[1, 2]`."
    assert text.unescaped("The value `prices[0]` is in `[1, 2]`.") == "The value prices[0] is in [1, 2]."


def test_numbered_lists_are_taken_apart() -> None:
    assert numbered("1. First\nmore\n2. Second with 3. inside\n3. Third") == [
        "First\nmore",
        "Second with 3. inside",
        "Third",
    ]
    assert numbered("No list at all") == [] and numbered("2. Not from one") == []


def test_titles_are_readable() -> None:
    assert clean_title("Chapter 3: FREE CASH FLOW.") == "Free cash flow"
    assert clean_title("4.2 Choosing words") == "Choosing words"
    assert phrases.generic("Introduction") and phrases.generic("Part 2 of 7") and not phrases.generic("Free cash flow")


def test_a_circle_of_needs_breaks_at_its_weakest_edge() -> None:
    kept = order.acyclic({(0, 1): 3.0, (1, 2): 2.0, (2, 0): 1.0}, 3)
    assert kept == {(0, 1): 3.0, (1, 2): 2.0}


@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.floats(0.1, 5)))
def test_what_is_left_of_needs_has_no_circle(edges: dict[tuple[int, int], float]) -> None:
    kept = order.acyclic(edges, 6)
    left = set(range(6))
    while left:
        free = {b for b in left if not any(a in left for a, end in kept if end == b)}
        assert free
        left -= free


def test_a_lesson_cites_each_paragraph_verbatim_and_says_nothing_twice() -> None:
    first = unit("Cash flow", "Free cash flow is the cash that is left after all investments. It can be paid out.")
    again = unit(
        "Cash again", "Free cash flow is the cash that is left after all the investments. Depreciation is no payment.",
        number=3, book=1,
    )  # fmt: skip
    brief = read(CourseInput.model_validate({"query": "cash", "hours": 1.0}))
    books = [{"id": "book-0", "title": "One"}, {"id": "book-1", "title": "Two"}]
    made = compose([first, again], brief, books)
    assert made.markdown == (
        "### Cash flow\n\n"
        "**Free cash flow** is the cash that is left after all investments. It can be paid out. [1]\n\n"
        "### Cash again\n\nDepreciation is no payment. [2]"
    )
    assert [(source["ref"], source["book"], source["quote"]) for source in made.sources] == [
        (1, "One", "Free cash flow is the cash that is left after all investments. It can be paid out."),
        (2, "Two", "Depreciation is no payment."),
    ]
    parts = reading.read(made.markdown)
    assert [part.ref for part in parts] == [None, 1, None, 2] and parts[1].sentences[1] == "It can be paid out."


def test_reasons_to_write_a_section_anew_are_understood() -> None:
    assert wish("more examples, please").names == {"examples"}
    assert wish("too technical; simpler").names >= {"simpler"}
    assert wish("from another book").names == {"other"}
    assert set(wish("say more about REM sleep").words) >= {"rem", "sleep"}
    assert not wish("").any


def test_of_a_sentence_that_stands_twice_the_first_stays() -> None:
    again = "Lindal Pumps is an invented company that makes pumps for farms. [1]"
    lesson = f"{again}\n\nIt sells to many farms in the whole country. [1]\n\n{again}"
    section: dict[str, Any] = {"number": "1.1", "lesson": lesson, "sources": [{"ref": 1}], "minutes": 2}
    parts = [{"sections": [section]}]
    brief = read(CourseInput.model_validate({"query": "pumps", "hours": 1.0}))
    assert review.drop(brief, parts, [("1.1", again.removesuffix(" [1]"))]) == 1
    assert section["lesson"].count("Lindal Pumps") == 1 and section["lesson"].startswith("Lindal Pumps")


def test_what_surely_answers_stays_though_it_is_short_and_like_nothing_else() -> None:
    def at(number: int, vector: list[float], own: float) -> Any:
        one = unit(("", "Joins", "Indexes", "Locks")[number], "Text.", number=number, book=number)
        return replace(one, chapter=number, chapter_title=one.title, vector=np.array(vector, np.float32), own=own)

    many, sure, stray = at(1, [1, 0, 0], 0.5), at(2, [0, 1, 0], 0.6), at(3, [0, 0, 1], 0.2)
    minutes = {many.key: 8.0, sure.key: 1.0, stray.key: 1.0}
    found = topics.topics([many, sure, stray], minutes, 7.0)
    assert [[one.number for one in topic.units] for topic in found] == [[1], [2]]
