"""Sections of books as they are read, whatever the library holds of them."""

from typing import Any

import numpy as np
import pytest

from app.kinds.course import CourseInput
from worker.courses import evidence
from worker.courses.brief import read
from worker.words import sentences

TOLD = (
    "In this chapter a farm is weighed, the ledger of Marion is read, and every sum is added up again with great care "
    "by all of the clerks who work there."
)


def rows(sizes: list[int], text: str = TOLD) -> list[dict[str, Any]]:
    return [
        {"id": n, "book_id": "b", "number": n, "chapter": n, "locator": f"ch. {n}", "text": text, "words": 30,
         "embedding": np.ones(size, np.float16).tobytes()}
        for n, size in enumerate(sizes)
    ]  # fmt: skip


def test_embeddings_of_another_model_are_passed_over() -> None:
    headings = [
        {"book_id": "b", "number": n, "level": 1, "title": f"Chapter of farms {n}", "concepts": []} for n in range(3)
    ]
    book = {"id": "b", "title": "Farms", "author": "", "subject": "farming", "summary": "", "concepts": [], "terms": {}}
    brief = read(CourseInput.model_validate({"query": "farming", "hours": 1.0}))
    units = evidence.gather(brief, [book], headings, rows([384, 256, 384]), {}).units
    assert [len(unit.vector) for unit in units] == [384] * 3
    assert not units[1].vector.any() and units[0].vector.any()


def test_of_vectors_of_two_models_those_of_most_passages_count() -> None:
    headings = [
        {"book_id": book, "number": n, "level": 1, "title": f"Chapter of farms {n}", "concepts": []}
        for book in "bc" for n in range(3)
    ]  # fmt: skip
    card = {"title": "Farms", "author": "", "subject": "farming", "summary": "", "concepts": [], "terms": {}}
    books = [{**card, "id": "b", "embedded_with": "new"}, {**card, "id": "c", "embedded_with": "old"}]
    brief = read(CourseInput.model_validate({"query": "farming", "hours": 1.0}))
    others = [{**row, "id": 10 + row["id"], "book_id": "c"} for row in rows([256] * 2)]
    units = evidence.gather(brief, books, headings, [*rows([256] * 3), *others], {}).units
    assert [unit.vector.any() for unit in units] == [True] * 3 + [False] * 2


def test_a_section_called_exercises_need_not_have_a_list_of_them() -> None:
    headings = [
        {"book_id": "b", "number": n, "level": level, "title": title, "concepts": []}
        for n, (level, title) in enumerate([(1, "Farms"), (2, "Sums of farms"), (2, "Exercises")])
    ]
    book = {"id": "b", "title": "Farms", "author": "", "subject": "farming", "summary": "", "concepts": [], "terms": {}}
    brief = read(CourseInput.model_validate({"query": "farming", "hours": 1.0}))
    units = evidence.gather(brief, [book], headings, rows([256] * 3), {}).units
    assert [unit.title for unit in units] == ["Farms", "Sums of farms"] and not any(unit.exercises for unit in units)


def test_somebody_invented_is_found_and_each_passage_is_cut_into_sentences_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut: list[str] = []

    def counted(text: str) -> list[str]:
        cut.append(text)
        return sentences(text)

    monkeypatch.setattr("worker.courses.evidence.sentences", counted)
    invented = "The example of Marion, an invented farmer, runs through this book. " + TOLD
    told = [*rows([256] * 6), *rows([256], invented)]
    told[-1] |= {"id": 9, "chapter": 9}
    [found] = evidence.characters(0, told)
    assert found.name == "Marion" and found.piece.id == 9 and found.sentence.startswith("The example of Marion")
    assert len(cut) <= len(told)
