"""How one section of a finished course is written anew: for a reason, from the same library, and nothing else."""

from collections.abc import Sequence
from typing import Any, Final

from app.generations import edits
from app.kinds.course import CourseInput
from app.kinds.course_outline import part_of
from app.library import evidence
from worker.courses import anew, desk, llm, texts
from worker.courses.brief import read
from worker.courses.review import stub
from worker.courses.serving import serving_of
from worker.errors import Outdated, Rejected
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work

GONE: Final = "The course is gone."
CHANGED: Final = "The course has changed since you looked at it. Nothing was done: look at it again, then ask again."


async def read_course(work: Work) -> dict[str, Any]:
    source = await _source(work)
    if work.input.version not in {None, source.version}:
        raise Outdated(CHANGED)
    if _key(work) not in source.pieces:
        raise Rejected(f"This course has no section {work.input.section}.")
    return {"version": source.version}


async def _source(work: Work) -> edits.Source:
    source = await edits.source(work.db, work.claim.account_id, work.claim.base or "")
    if source is None:
        raise Rejected(GONE)
    return source


def _key(work: Work) -> str:
    return f"section-{work.input.section}"


async def search_books(work: Work) -> dict[str, Any]:
    """What the section is to be made of; ``planned`` is None where the library has nothing for it."""
    source = await _source(work)
    old = source.pieces[_key(work)]
    others = [piece for key, piece in source.pieces.items() if key.startswith("section-") and piece is not old]
    asked = CourseInput.model_validate(source.asked)
    brief = read(asked)
    query = f"{old['title']} {brief.core} {' '.join(anew.wish(work.input.reason).words.values())}"
    found = await serving_of(work.db, work.claim.account_id, brief, asked.books, query)
    planned, books = await work.offload(anew.planned, source.asked, old, others, work.input.reason, found)
    if planned is None:
        await work.note(anew.NOTHING)
    return {
        "asked": source.asked, "old": old, "planned": planned, "books": books,
        "index": list(source.pieces).index(_key(work)) + 1, "estimated_minutes": source.head["estimated_minutes"],
        "part": source.pieces[_part(work)]["title"],
        "head": {name: source.head[name] for name in ("books", "coverage")},
        "sections": [_slim(piece) for key, piece in source.pieces.items() if key.startswith("section-")],
    }  # fmt: skip


def _slim(section: dict[str, Any]) -> dict[str, Any]:
    """What the course's head says of it."""
    sources = [{name: one[name] for name in ("book_id", "book")} for one in section["sources"]]
    kept = {name: section.get(name) for name in ("number", "title", "minutes", "author")}
    return {**kept, "sources": sources, "check": [None] * len(section["check"])}


def _part(work: Work) -> str:
    return f"part-{work.input.section.split('.')[0]}"


def pieces(work: Work) -> list[Spec]:
    """The section, and its part, which may have other minutes then; nothing where there is nothing to write."""
    found = work.done["search_books"]
    if found["planned"] is None:
        return []
    return [
        Spec(_key(work), found["index"], found["old"]["title"]),
        Spec(_part(work), int(work.input.section.split(".")[0]), found["part"]),
    ]


async def _material(work: Work, spec: Spec) -> llm.Material:
    found = work.done["search_books"]
    ids = [id_ for unit in found["planned"]["units"] for id_ in unit["passages"]]
    passages = await evidence.passages(work.db, work.claim.account_id, [], ids) if ids else []
    return found["asked"], found["planned"], found["books"], passages


async def write_section(work: Work, spec: Spec) -> dict[str, Any]:
    return await work.offload(desk.write, *await _material(work, spec))


SECTION: Final = ladder((*llm.authors(_material), Author("rules", write_section)), lambda *_: ())


async def write(work: Work, spec: Spec) -> dict[str, Any]:
    if spec.key == _part(work):
        return await _remade_part(work)
    old = work.done["search_books"]["old"]
    section = await SECTION(work, spec)
    await work.note(anew.NOTHING if anew.same(old, section) else anew.told(old, section))
    return old if anew.same(old, section) else section


async def _remade_part(work: Work) -> dict[str, Any]:
    """With the new section in the place of the old one."""
    source = await _source(work)
    part, section = source.pieces[_part(work)], work.made[_key(work)]
    mine: Sequence[dict[str, Any]] = [
        section if key == _key(work) else piece
        for key, piece in source.pieces.items() if key.startswith(f"section-{part['number']}.")
    ]  # fmt: skip
    stubs = [stub(one) for one in sorted(mine, key=lambda one: int(one["number"].split(".")[1]))]
    return {**part, **part_of(part["number"], part["title"], stubs, part)}


def head(work: Work) -> dict[str, Any]:
    """What `app.generations.edits.apply` takes."""
    found = work.done["search_books"]
    old = found["old"]
    section = work.made.get(_key(work), old)
    changed = section != old
    number, reason = old["number"], work.input.reason
    what = anew.told(old, section) if changed else anew.NOTHING
    minutes = found["estimated_minutes"] + section["minutes"] - old["minutes"]
    engine = {"engine": "llm"} if section.get("author") == "llm" else {}
    return {
        "title": f"{number} {section['title']}",
        "version": work.done["read_course"]["version"],
        "what": f"Section {number} written anew{f' ({reason})' if reason else ''}" if changed else
        f"Section {number} kept",
        "why": what,
        "changes": [{"section": number, "what": what, "why": reason}] if changed else [],
        "head": {"estimated_minutes": minutes, **engine, **_told(found, section)} if changed else None,
        "profile": None,
    }  # fmt: skip


def _told(found: dict[str, Any], section: dict[str, Any]) -> dict[str, Any]:
    """What the course says of itself with the new section in it."""
    brief = read(CourseInput.model_validate(found["asked"]))
    before = found["sections"]
    sections = [section if one["number"] == section["number"] else one for one in before]
    books = texts.books_of(sections, [*found["head"]["books"], *found["books"]])
    coverage = texts.amended(brief, found["head"]["coverage"], before, sections)
    return {"books": books, "coverage": coverage, "summary": texts.summary(brief, coverage, books, sections)}


PIPELINE: Final = Pipeline(
    kind="course_edit",
    phases=(
        Phase("read_course", run=read_course, weight=0.3),
        Phase("search_books", run=search_books, weight=2.0),
        Phase("write_section", items=pieces, make=write, weight=1.0),
    ),
    head=head,
)
