"""A text without headings is divided where its subject changes, and its pieces are called by what they speak of."""

import re
from pathlib import Path

import pytest

from app.library.embed import embed
from worker.books import markdown, plain
from worker.books.chapters import Section, sections
from worker.books.document import Document, count
from worker.books.passages import passages
from worker.books.shelf import FOLDER
from worker.books.words import teaches

# Half of the shelf: the numbers of worker/books/subjects.py were chosen on the other.
PRIMERS = sorted(FOLDER.glob("*.md"))[1::2]
PLACE = re.compile(r"of \d|^(?:parts?|pages?|sections?|chapters?|opening|the whole text)\b", re.IGNORECASE)


def bare(path: Path) -> tuple[Document, set[str]]:
    """A primer without its headings, and the paragraphs that a section of it begins with."""
    document, first = Document(), set()
    for one in sections(markdown.read(path.read_text())):
        if teaches(one.title) and one.blocks:
            first.add(one.blocks[0].text)
            document.blocks += one.blocks
    return document, first


@pytest.fixture(scope="module")
def divided() -> list[tuple[list[Section], set[str]]]:
    return [(sections(document), first) for document, first in map(bare, PRIMERS)]


def test_borders_are_where_the_primers_have_them(divided: list[tuple[list[Section], set[str]]]) -> None:
    hits = [one.blocks[0].text in first for found, first in divided for one in found[1:]]
    assert sum(hits) / len(hits) > 0.68  # 0.44 when cut by size


def test_pieces_are_of_a_size_to_be_taught(divided: list[tuple[list[Section], set[str]]]) -> None:
    sizes = [one.words for found, _ in divided for one in found]
    assert sum(300 <= words <= 650 for words in sizes) / len(sizes) > 0.85 and max(sizes) < 900


def test_titles_name_a_subject_and_are_distinct(divided: list[tuple[list[Section], set[str]]]) -> None:
    for found, _ in divided:
        titles = [one.title for one in found]
        assert len(titles) == len({title.lower() for title in titles})
        assert not any(PLACE.search(title) for title in titles)
        told = [" ".join(block.text for block in one.blocks).lower() for one in found]
        assert all(re.split(" and ", title.lower())[0] in text for title, text in zip(titles, told, strict=True))


def test_titles_are_near_to_what_the_headings_were() -> None:
    near = []
    for path in PRIMERS:
        headings = {
            block.text: one.title for one in sections(markdown.read(path.read_text())) for block in one.blocks
        }  # fmt: skip
        for one in sections(bare(path)[0]):
            true = list(dict.fromkeys(headings[block.text] for block in one.blocks if block.text in headings))
            if true:
                title, *vectors = embed([one.title, *true])
                near.append(max(float(vector @ title) for vector in vectors))
    assert sum(near) / len(near) > 0.36  # 0.34 by frequency alone


def test_a_long_text_has_chapters_with_sections_and_loses_nothing() -> None:
    documents = [bare(path)[0] for path in PRIMERS[:4]]
    text = " ".join(block.text for one in documents for block in one.blocks if block.kind == "text")
    found = sections(plain.read(text))  # a transcript: one paragraph
    assert " ".join(block.text for one in found for block in one.blocks) == text
    chapters = [one for one in found if one.level == 1]
    assert 3 <= len(chapters) <= 8 and all(one.level == 2 and one.words < 1000 for one in found if one.words)
    assert len({one.title.lower() for one in found}) == len(found)
    assert {one.locator for one in passages(found)} == {f"part {n}" for n in range(1, len(chapters) + 1)}


def test_a_chapter_that_goes_on_for_long_gets_sections() -> None:
    document = Document()
    for path in PRIMERS[:2]:
        document.add("heading", path.stem, level=1)
        document.blocks += bare(path)[0].blocks
    found = sections(document)
    assert [one.title for one in found if one.level == 1] == [path.stem for path in PRIMERS[:2]]
    assert len(found) > 12 and all(one.words < 1000 for one in found)
    assert [one.place for one in found if one.level == 2][:2] == ["chapter 1", "chapter 1"]


def test_a_text_that_says_the_same_all_the_time_is_divided_all_the_same() -> None:
    found = sections(plain.read("\n\n".join(["Rain falls where air rises over hills and cools."] * 900)))
    assert len(found) > 5 and sum(count(block.text) for one in found for block in one.blocks) == 900 * 9
