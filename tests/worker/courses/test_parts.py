"""The science of courses, function by function."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.kinds.course import CourseInput
from worker.courses import objectives, order, phrases, questions, reading, text, texts
from worker.courses.anew import wish
from worker.courses.brief import core_of, read
from worker.courses.evidence import Piece, Unit, clean_title
from worker.courses.exercises import Exercise, numbered, section_of
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


@pytest.mark.parametrize(
    ("title", "level", "objective"),
    [
        ("Estimating the cost of equity", 3, "Estimate the cost of equity"),
        ("Estimating the cost of equity", 2, "Explain how to estimate the cost of equity"),
        ("Why growth destroys value", 2, "Explain why growth destroys value"),
        ("Sleep cycles", 2, "Explain sleep cycles"),
        ("Understanding working capital", 3, "Solve problems about working capital"),
        ("Knowing when to stop", 2, "Explain when to stop"),
        ("Working memory and chunks", 2, "Explain working memory and chunks"),
        ("Freezing and blurring motion", 3, "Freeze and blur motion"),
        ("Conditioning on what is known", 3, "Condition on what is known"),
        ("Conditioning effects", 2, "Explain conditioning effects"),
        ("Keeping a log and reading it", 3, "Keep a log and read it"),
        ("Putting it all together", 2, "Explain free cash flow"),
        ("Looking things up with dictionaries", 3, "Demonstrate how to look things up with dictionaries"),
        ("Writing and reading the model", 2, "Explain how to write and read the model"),
        ("WACC", 4, "Analyse WACC"),
        ("From cash flows to value", 2, "Explain free cash flow"),
        ("Introduction", 2, "Explain free cash flow"),
    ],
)
def test_objectives_begin_with_measurable_verbs(title: str, level: int, objective: str) -> None:
    assert objectives.objective(unit(title, "Sleep cycles last long, and WACC is a rate."), level, 0) == objective


@pytest.mark.parametrize(
    ("question", "answer", "objective"),
    [
        (
            "How many cycles of 90 minutes fit into 7.5 hours?",
            "7.5 / 1.5 = 5.",
            "Solve numerical problems on sleep cycles",
        ),
        ("Why is the first cycle the deepest?", "Pressure is highest.", "Answer why-questions on sleep cycles"),
        ("A driver is sleepy. What helps first?", "A nap.", "Work through cases of sleep cycles"),
        ("Name the stages of one.", "N1, N2, N3, REM.", "Solve short tasks on sleep cycles"),
    ],
)
def test_an_objective_says_what_its_exercise_asks_for(question: str, answer: str, objective: str) -> None:
    asks = [questions.of_exercise(Exercise(question, answer, "", 1))]
    assert objectives.objective(unit("Sleep cycles", "Sleep cycles last long."), 3, 0, asks) == objective


def test_in_a_chapter_on_traps_a_trap_is_nothing_to_do() -> None:
    def wish(chapter: str, title: str) -> str:
        return objectives.objective(replace(unit(title, "Text."), chapter_title=chapter), 3, 0)

    assert wish("Common mistakes", "Adding the risk twice") == "Solve problems about adding the risk twice"
    assert wish("Common mistakes", "Avoiding the usual ones") == "Avoid the usual ones"
    assert wish("The standard error", "Counting the sample") == "Count the sample"


def test_two_sections_that_ask_for_the_same_are_one_objective() -> None:
    told = []
    for number, title in enumerate(("Estimating the cost of equity", "Estimating the cost of equity in practice"), 2):
        one = unit(title, "The cost of equity is a rate that owners ask for. It cannot be looked up.", number=number)
        one.exercises.append(Exercise(f"Beta is {number}. What is the cost of equity?", f"{number + 3}%.", "", number))
        told.append((one, one.text.split(". ")))
    wished, checks = objectives.of_section(told, 3, 6)
    assert wished == ["Estimate the cost of equity"]
    assert [check["objective"] for check in checks] == [0, 0]


def test_exercises_go_to_the_section_that_they_are_about() -> None:
    sections = [
        (
            "Analysing the audience",
            "Ask how many people come, and how long they sat. A talk needs words they know.",
        ),
        ("Stating the message", "The message of a talk is one sentence."),
        ("Matching content to time", "Speech runs at 120 words a minute. A talk of ten minutes has 1,200 words."),
    ]
    asked = [
        ("At 130 words a minute, how many words does a talk of seven minutes contain?", "910 words."),
        ('Turn "how many people come" into a message.', "It is one sentence."),
    ]
    assert section_of(sections, [Exercise(*one, "", 1) for one in asked]) == [2, 1]
    assert section_of(sections[:1], [Exercise("Of something else?", "Yes.", "", 1)]) == [0]


def unit(
    title: str, told: str, *, number: int = 2, concepts: tuple[str, ...] = ("free cash flow",), book: int = 0
) -> Unit:
    piece = Piece(number, f"book-{book}", number, f"chapter 1, section {number}", told)
    return Unit(book, number, 1, title, "Chapter", list(concepts), 0.1 * number, [piece], np.ones(256, np.float32), 0.5)


def test_questions_have_answers_from_the_text() -> None:
    told = ["A sleep cycle is a run from light sleep to REM sleep.", "It lasts 90 minutes."]
    asked = questions.recall(unit("Sleep cycles", " ".join(told), concepts=("sleep cycle",)), told)
    assert asked is not None and (asked.question, asked.answer) == ("What is a sleep cycle?", told[0])
    told = ["Stimulus control teaches the brain that bed means sleep.", "It takes weeks."]
    asked = questions.recall(unit("Stimulus control", " ".join(told), concepts=()), told)
    assert asked is not None and (asked.question, asked.answer) == ("What does stimulus control do?", told[0])
    told = ["Bayes' rule turns one probability into the other."]
    asked = questions.recall(unit("Bayes' rule", told[0], concepts=()), told)
    assert asked is not None and asked.question == "What does Bayes' rule do?"
    plain = ["Light from behind the camera flattens form.", "Side light draws texture."]
    asks = [questions.recall(unit("Direction of light", "", concepts=()), plain, place=place) for place in (0, 1, 2)]
    assert [one.question for one in asks if one] == [
        f"{verb} direction of light in two or three sentences." for verb in ("Explain", "Describe", "Summarise")
    ]
    why = ["Later money is worth less than money today, because it could have been invested."]
    asked = questions.recall(unit("Later money", why[0], concepts=()), why)
    assert asked is not None and asked.question == "Later money is worth less than money today. Why?"
    assert asked.answer == "Because it could have been invested."


def test_exercises_that_go_on_from_others_are_left_out() -> None:
    assert questions.usable(Exercise("What is 10% of 50?", "5.", "", 1))
    for asked in ("With that cost of equity, what is the WACC?", "Look at the table in section 2.", "Now do it again."):
        assert not questions.usable(Exercise(asked, "Yes.", "", 1))


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
