"""How a course is made: the phases in order, each a checkpoint that the next ones build on."""

import time
from dataclasses import asdict, replace
from typing import Any, Final

from app.kinds.course_outline import WAITS_FOR
from app.library import evidence
from app.library.terms import other_names
from worker.courses import desk, llm, penned_part, revised, spelling, texts
from worker.courses.brief import Brief, read, subjects
from worker.courses.review import review
from worker.courses.serving import Serving, serving_of
from worker.errors import Rejected
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work
from worker.stocking import is_stocking, until_stocked

# Seconds for the starter shelf: all of it takes about a minute on one slow core. Never more than this share of the
# phase's own time.
LONGEST_WAIT: Final = 90.0
PATIENCE: Final = 0.75
LEFT: Final = "The books that this course was to be made from are not in your library any more."


def _brief(work: Work) -> Brief:
    return read(work.input)


def _names(work: Work) -> list[tuple[str, str]]:
    return [(said, other) for said, other in work.done["embed_query"]["names"]]


async def _stocked(work: Work) -> None:
    """Right after the first start the library seems thin only because its shelf is still being put up: wait for it."""
    if work.input.books or not is_stocking():  # those that were chosen are there
        return
    left = work.until - time.monotonic()
    async for done, total in until_stocked(min(LONGEST_WAIT, PATIENCE * left)):
        await work.note(texts.stocking(done, total))  # again and again: whoever opens the page now sees it soon, too
    await work.note(texts.INCOMPLETE if is_stocking() else texts.STOCKED)


async def embed_query(work: Work) -> dict[str, Any]:
    """What is asked for, in the library's own words."""
    brief = _brief(work)
    await _stocked(work)
    cards = await evidence.cards(work.db, work.claim.account_id, work.input.books)
    if work.input.books and not cards:
        raise Rejected(LEFT)
    names = other_names(brief.core, *(card.terms for card in cards))
    await work.note(texts.understood(brief, names))
    return {"core": brief.core, "names": names}


async def search_books(work: Work) -> dict[str, Any]:
    """The passages that answer, the books that they are in, and the outline that these give."""
    brief = _brief(work)
    cards = [asdict(card) for card in await evidence.cards(work.db, work.claim.account_id, work.input.books)]
    wished = subjects(brief, cards)
    found = [await _found(work, one) for one in wished]
    books = {book["id"] for one in found for book in one.books}
    await work.note(texts.found(sum(len(one.scores) for one in found), len(books)))
    return await work.offload(desk.plan, brief, wished, found, _names(work))


async def _found(work: Work, brief: Brief, query: str | None = None) -> Serving:
    return await serving_of(work.db, work.claim.account_id, brief, work.input.books, query or brief.core)


def _plan(work: Work) -> list[dict[str, Any]]:
    """The parts with what their sections are to be made of, as the person wants them."""
    return revised.revised(work.done["search_books"]["parts"], work.answers.get(WAITS_FOR))


def _sections(work: Work) -> list[dict[str, Any]]:
    return [section for part in _plan(work) for section in part["sections"]]


def parts_to_outline(work: Work) -> list[Spec]:
    return [Spec(f"part-{part['number']}", part["number"], part["title"]) for part in _plan(work)]


async def outline_part(work: Work, spec: Spec) -> dict[str, Any]:
    return revised.shown(_plan(work)[spec.index - 1])


async def _part_material(work: Work, spec: Spec) -> penned_part.Material:
    """What a part is named from."""
    plan = _plan(work)
    part = plan[spec.index - 1]
    others = [work.made.get(f"part-{one['number']}", one)["title"] for one in plan if one is not part]
    ids = [id_ for section in part["sections"] for id_ in penned_part.beginning(section)]
    passages = await evidence.passages(work.db, work.claim.account_id, [], ids) if ids else []
    return work.claim.input, part, others, [{name: row[name] for name in ("id", "text")} for row in passages]


def wants_a_word(work: Work) -> str | None:
    """Before the lessons are written, the person looks at the outline, if they wished to and there is one."""
    return WAITS_FOR if work.input.preferences.review_outline and work.done["search_books"]["parts"] else None


def sections_to_write(work: Work) -> list[Spec]:
    first = len(_plan(work)) + 1
    return [
        Spec(f"section-{section['number']}", index, section["title"])
        for index, section in enumerate(_sections(work), first)
    ]


async def _material(work: Work, spec: Spec) -> llm.Material:
    """What a section is written from."""
    planned = next(one for one in _sections(work) if one["number"] == spec.key.removeprefix("section-"))
    books = work.done["search_books"]["books"]
    passages = await _passages(work, planned)
    if not passages:  # the person has added it, or its books are gone
        brief = _brief(work)
        found = await _found(work, brief, f"{planned['title']} {brief.core}")
        used = {
            id_: f"{section['number']}, “{section['title']}”,"
            for section in _sections(work) for unit in section["units"] for id_ in unit["passages"]
        }  # fmt: skip
        planned, books = await work.offload(desk.added, work.claim.input, planned, found, used, _names(work))
        passages = await _passages(work, planned)
    return work.claim.input, planned, books, passages


async def _passages(work: Work, planned: dict[str, Any]) -> list[dict[str, Any]]:
    """What it cites and is introduced by, as far as it is still there; nothing where all of its units are gone."""
    ids = [id_ for unit in planned["units"] for id_ in unit["passages"]]
    more = [one["passage"] for one in planned["introduces"]]
    found = await evidence.passages(work.db, work.claim.account_id, [], [*ids, *more]) if ids else []
    return found if {row["id"] for row in found} & set(ids) else []


async def write_section(work: Work, spec: Spec) -> dict[str, Any]:
    return await work.offload(desk.write, *await _material(work, spec))


# What a model writes is checked, sentence by sentence, as it is written.
PART_AUTHORS: Final = (*llm.part_authors(_part_material), Author("rules", outline_part))
AUTHORS: Final = (*llm.authors(_material), Author("rules", write_section))


async def review_outline(work: Work) -> dict[str, Any]:
    """Mark the course, put right what is wrong, mark it again."""
    parts = _made(work)
    cited = sorted({source["book_id"] for part in parts for one in part["sections"] for source in one["sources"]})
    passages = await evidence.passages(work.db, work.claim.account_id, cited) if cited else []
    slim = [{name: row[name] for name in ("book_id", "locator", "text")} for row in passages]
    ordered = WAITS_FOR in work.answers
    found = await work.offload(review, work.claim.input, parts, slim, _names(work), ordered)
    for key, content in found["replace"].items():
        await work.replace(key, content, content["title"])
    for change in found["review"]["changes"]:
        await work.note(change)
    told: dict[str, Any] = found["review"]
    return told


def _made(work: Work) -> list[dict[str, Any]]:
    """The parts with their sections as they are made."""
    return [
        {
            **work.made[f"part-{part['number']}"],
            "sections": [work.made[f"section-{section['number']}"] for section in part["sections"]],
        }
        for part in _plan(work)
    ]  # fmt: skip


def head(work: Work) -> dict[str, Any]:
    """The result without its parts and sections."""
    brief, plan = _brief(work), work.done["search_books"]
    parts = _made(work)
    sections = [section for part in parts for section in part["sections"]]
    brief = replace(brief, core=spelling.spelled(brief.core, "\n".join(one["lesson"] for one in sections)))
    books = texts.books_of(sections, plan["books"])
    outlined = [section for part in plan["parts"] for section in part["sections"]]
    coverage = texts.honest(brief, plan["coverage"], sections, outlined)
    return {
        "title": spelling.capped(brief.title), "query": work.input.query, "hours": work.input.hours,
        "engine": llm.engine([*parts, *sections]),
        "estimated_minutes": sum(section["minutes"] for section in sections),
        "summary": texts.summary(brief, coverage, books, sections), "review": work.done["review_outline"],
        "coverage": coverage, "books": books,
    }  # fmt: skip


PIPELINE: Final = Pipeline(
    kind="course",
    phases=(
        Phase("embed_query", run=embed_query, weight=0.2),
        Phase("search_books", run=search_books, weight=3.0),
        Phase("outline_parts", items=parts_to_outline, make=ladder(PART_AUTHORS, lambda *_: ()), weight=0.5),
        Phase(
            "write_sections",
            items=sections_to_write,
            make=ladder(AUTHORS, lambda *_: ()),
            waits_for=wants_a_word,
            weight=5.0,
        ),
        Phase("review_outline", run=review_outline, weight=1.0),
    ),
    head=head,
)
