"""Chapters and passages: nothing is lost, nothing is too long, and the titles promise what is there."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.books.samples import RAIN, SNOW, WIND
from worker.books.chapters import Section, sections
from worker.books.document import Document
from worker.books.passages import FEWEST, MOST, locator, passages

SENTENCES = st.lists(st.integers(1, 60), min_size=1, max_size=12)  # a paragraph: the words of its sentences
SHAPE = st.lists(st.tuples(st.integers(1, 4), st.lists(SENTENCES, max_size=8)), min_size=1, max_size=12)


def book(*headings: tuple[int, str, str], title: str = "") -> Document:
    """A heading of level 0 is text before the first one."""
    document = Document(title=title)
    for level, heading, text in headings:
        if level:
            document.add("heading", heading, level=level)
        document.add("text", text)
    return document


def outline(document: Document) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in sections(document)]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(SHAPE)
def test_all_of_a_book_is_in_its_passages_in_order(shape: list[tuple[int, list[list[int]]]]) -> None:
    document, number = Document(), 0
    for level, paragraphs in shape:
        document.add("heading", f"Heading {number}", level=level)
        for paragraph in paragraphs:
            words = []
            for length in paragraph:
                words += [f"W{number}", *(f"w{number + i}" for i in range(1, length))]
                words[-1] += "."
                number += length
            document.add("text", " ".join(words))
    found = sections(document)
    made = passages(found)
    assert [word for one in made for word in one.text.split()] == [
        word for section in found for block in section.blocks for word in block.text.split()
    ]
    assert sum(section.words for section in found) == number
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert all(one.words <= MOST for one in made)
    for one, after in pairwise(made):
        if one.chapter == after.chapter:  # a short one stands alone only where its neighbours are too long to join it
            assert min(one.words, after.words) >= FEWEST or one.words + after.words > MOST


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        # A single heading above all others is the title.
        (book((1, "Weather", WIND + WIND), (2, "Rain", RAIN), (2, "Snow", SNOW)),
         [(1, "Opening"), (1, "Rain"), (1, "Snow")]),
        # Parts are shelves of chapters, levels have no gaps, headings without text are none.
        (book((1, "Part I", ""), (3, "Wind", WIND), (5, "Gusts", WIND), (1, "Part II", ""), (3, "Rain", RAIN),
              (3, "Nothing", "")), [(1, "Wind"), (2, "Gusts"), (1, "Rain")]),
        # The book's own list of contents is no chapter.
        (book((1, "Contents", "Wind 1 Rain 2"), (1, "Wind", WIND), (1, "Rain", RAIN), (1, "Index", "wind, 3")),
         [(1, "Wind"), (1, "Rain")]),
        # A short text of one heading, or of none, is one chapter.
        (book((1, "Weather", WIND)), [(1, "Weather")]),
        (book((0, "", RAIN + " " + RAIN)), [(1, "Rain gauge")]),
    ],
)  # fmt: skip
def test_headings_are_put_in_order(document: Document, expected: list[tuple[int, str]]) -> None:
    assert outline(document) == expected


def test_lines_that_are_all_headings_are_lines() -> None:
    lines = [(1, f"Line {n}", "a few words") for n in range(300)]
    assert len(outline(book((0, "", WIND), *lines))) < 5


def test_a_title_stands_for_the_book_and_not_for_a_chapter() -> None:
    document = book((1, "Weather", WIND), (2, "Rain", RAIN), (2, "Snow", SNOW))
    sections(document)
    assert document.title == "Weather"


@pytest.mark.parametrize(
    ("titles", "places"),
    [
        (["Wind", "Rain"], ["chapter 1", "chapter 2"]),
        (["Preface", "Chapter 1. Wind", "Chapter 2: Rain", "Epilogue"],
         ["“Preface”", "chapter 1", "chapter 2", "“Epilogue”"]),
        (["Foreword", "Wind", "Rain"], ["“Foreword”", "chapter 1", "chapter 2"]),
        (["7. Wind", "8. Rain"], ["chapter 7", "chapter 8"]),
        (["CHAPTER IX", "Chapter Ten"], ["chapter 9", "chapter 10"]),
        (["2001: A Space Odyssey", "1984"], ["chapter 1", "chapter 2"]),
    ],
)  # fmt: skip
def test_a_chapter_is_cited_by_the_number_it_bears(titles: list[str], places: list[str]) -> None:
    found: list[Section] = sections(book(*[(1, title, WIND) for title in titles]))
    assert [one.place for one in found] == places


def test_a_locator_names_chapter_and_pages() -> None:
    assert locator("chapter 3, section 2", [41, 41]) == "chapter 3, p. 41"
    assert locator("chapter 3, section 2", [41, 43]) == "chapter 3, pp. 41–43"
    assert locator("chapter 3, section 2", []) == "chapter 3, section 2"
    assert locator("", [7]) == "p. 7"
