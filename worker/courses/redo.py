"""How one section of a finished course is written anew: for a reason, from the same library, and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.generations import edits
from app.kinds.course import CourseInput, Depth
from app.kinds.course_outline import part_of
from app.library import evidence
from app.library.search import search
from app.library.terms import other_names
from app.library.words import stems_of
from worker.courses import desk, outline, topics
from worker.courses.amounts import FLOOR, HITS, SECTION_MINUTES, up_to
from worker.courses.brief import Brief, naming, read
from worker.courses.evidence import Unit, about, flavour, gather
from worker.courses.levels import level_of
from worker.courses.outline import Section, written
from worker.courses.review import stub
from worker.courses.serving import Serving, serving
from worker.errors import Outdated, Rejected
from worker.phases import Phase, Pipeline, Spec, Work

GONE: Final = "The course is gone."
CHANGED: Final = "The course has changed since you looked at it. Nothing was done: look at it again, then ask again."
DEEPER: Final[dict[Depth, Depth]] = {
    "overview": "balanced", "balanced": "technical", "technical": "expert", "expert": "expert",
}  # fmt: skip
WISHES: Final = {
    "other": re.compile(r"\b(?:another|other|different|else)\b.{0,20}\b(?:book|source|author|angle)s?\b", re.I),
    "simpler": re.compile(
        r"\b(?:simpl\w+|easier|easy|too (?:hard|difficult|complicated|technical)|clearer|basics?)\b", re.I
    ),
    "shorter": re.compile(r"\b(?:short\w*|brief\w*|less|concise|too long|cut)\b", re.IGNORECASE),
    "deeper": re.compile(
        r"\b(?:deep\w*|more (?:detail\w*|depth|technical)|long\w*|advanced|thorough\w*|"
        r"too (?:short|easy|simple))\b",
        re.IGNORECASE,
    ),
    "examples": re.compile(r"\b(?:examples?|cases?|illustrat\w*|concrete)\b", re.IGNORECASE),
    "practice": re.compile(r"\b(?:exercises?|practi[cs]\w*|questions?|problems?)\b", re.IGNORECASE),
}  # fmt: skip
LIKE: Final = 0.5  # cosine from which a unit may serve a section
CLOSEST: Final = 8


@dataclass(frozen=True)
class Wish:
    names: frozenset[str]
    words: dict[str, str]  # what the reason names beside

    @property
    def any(self) -> bool:
        return bool(self.names or self.words)


def wish(reason: str) -> Wish:
    left = reason
    for pattern in WISHES.values():
        left = pattern.sub(" ", left)
    names = frozenset(name for name, pattern in WISHES.items() if pattern.search(reason))
    small = re.compile(r"\b(?:please|more|less|section|lesson|bit|too|write|anew|again|text)\b", re.IGNORECASE)
    left = small.sub(" ", left)
    return Wish(names, naming(left) if left.strip() else {})


async def read_course(work: Work) -> dict[str, Any]:
    source = await _source(work)
    if work.input.version not in {None, source.version}:
        raise Outdated(CHANGED)
    if f"section-{work.input.section}" not in source.pieces:
        raise Rejected(f"This course has no section {work.input.section}.")
    return {"version": source.version}


async def _source(work: Work) -> edits.Source:
    source = await edits.source(work.db, work.claim.account_id, work.claim.base or "")
    if source is None:
        raise Rejected(GONE)
    return source


async def search_books(work: Work) -> dict[str, Any]:
    """The section as it will be, and what it is made of."""
    source = await _source(work)
    section = source.pieces[f"section-{work.input.section}"]
    asked = CourseInput.model_validate(source.asked)
    account, books = work.claim.account_id, asked.books
    brief = read(asked)
    cards = [asdict(card) for card in await evidence.cards(work.db, account, books)]
    names = other_names(brief.core, *(card["terms"] for card in cards))
    wished = wish(work.input.reason)
    query = f"{section['title']} {brief.core} {' '.join(wished.words.values())}"
    hits = await search(work.db, account, query, limit=HITS, books=books, floor=FLOOR)
    best = serving(brief, cards, hits, names)
    ids = [book["id"] for book in best]
    found = Serving(
        best,
        await evidence.contents(work.db, account, ids) if ids else [],
        await evidence.passages(work.db, account, ids) if ids else [],
        {hit.passage: hit.score for hit in hits},
        cards,
    )
    others = [piece for key, piece in source.pieces.items() if key.startswith("section-") and piece is not section]
    return await work.offload(remade, source.asked, section, others, work.input.reason, found)


def remade(
    asked: dict[str, Any], old: dict[str, Any], others: Sequence[dict[str, Any]], reason: str, found: Serving
) -> dict[str, Any]:
    """``section``: written anew, or as it was where the library has nothing else; ``what``: what was done, in words."""
    wished = wish(reason)
    brief = adapted(read(CourseInput.model_validate(asked)), wished)
    shelf = gather(brief, found.books, found.headings, found.passages, found.scores)
    own = [unit for unit in shelf.units if any(_from(unit, source) for source in old["sources"])]
    taken = {unit.key for unit in shelf.units for one in others for source in one["sources"] if _from(unit, source)}
    units = chosen(brief, shelf.units, own, taken, wished) if own else fresh_units(brief, shelf, old, taken)
    if not units:
        return {"section": old, "what": "The library has nothing else on this section."}
    level = max((level_of(one) for one in old["objectives"]), default=2)
    section = Section(units, 0, old["title"], max(2, level))
    lesson, objectives, checks = written(section, brief, found.books)
    made = {
        **old, "minutes": outline.minutes_of(lesson, objectives, checks, brief), "objectives": objectives,
        "key_concepts": desk.key_concepts(lesson.told), "lesson": lesson.markdown, "sources": lesson.sources,
        "check": checks,
    }  # fmt: skip
    if made["lesson"] == old["lesson"] and made["check"] == old["check"]:
        return {"section": old, "what": "The library has nothing else on this section."}
    return {"section": made, "what": told(old, made)}


def adapted(brief: Brief, wished: Wish) -> Brief:
    """The course's brief, for this section."""
    styles = brief.styles | {name for name in ("examples", "practice") if name in wished.names}
    depth, pace = brief.depth, brief.pace
    if "simpler" in wished.names:
        depth = "overview"
    elif "deeper" in wished.names:
        depth, pace = DEEPER[depth], "thorough"
    if "shorter" in wished.names:
        styles, pace = styles | {"concise"}, "quick"
    elif "practice" in wished.names:
        pace = "thorough"
    return replace(brief, depth=depth, pace=pace, styles=frozenset(styles))


def chosen(
    brief: Brief, units: Sequence[Unit], own: Sequence[Unit], taken: set[tuple[int, int]], wished: Wish
) -> list[Unit]:
    """Its own units, or others that say the like: of another book, with examples, or on what the reason names."""
    middle = topics.mean(own)
    mine = {unit.key for unit in own}
    near = [
        unit for unit in units
        if unit.key not in mine | taken and not unit.opens and float(unit.vector @ middle) >= LIKE
    ]  # fmt: skip
    near.sort(key=lambda unit: (-float(unit.vector @ middle), unit.key))
    near = near[:CLOSEST]
    if "other" in wished.names:
        books = {unit.book for unit in own}
        return [unit for unit in near if unit.book not in books][: max(1, len(own))]
    if wished.words:
        said = [unit for unit in near if set(wished.words) & set(stems_of(f"{unit.title} {unit.text}"))]
        return [*own, *said[:2]]
    if {"examples", "deeper"} & wished.names:
        near.sort(key=lambda unit: -flavour(brief, unit) - float(unit.vector @ middle))
        return [*own, *near[: 2 if "deeper" in wished.names else 1]]
    if wished.names:
        return list(own)
    # No reason that we follow: told in another way, by the unit that is nearest, in the place of the last.
    return [*own[:-1], *near[:1]] if len(own) > 1 else near[:1]


def fresh_units(brief: Brief, shelf: Any, old: Mapping[str, Any], taken: set[tuple[int, int]]) -> list[Unit]:
    """For a section whose books are gone, or that had none."""
    shelf.matches = [0.0 for _ in shelf.books]
    narrow = replace(brief, words=naming(old["title"]))
    units = [unit for unit in about(narrow, shelf) if unit.key not in taken]
    costs = {unit.key: outline.estimate(unit, brief) for unit in units}
    return outline.choose(units, costs, up_to(SECTION_MINUTES, brief.hours))


def _from(unit: Unit, source: Mapping[str, Any]) -> bool:
    return any(piece.book_id == source["book_id"] and source["quote"] in piece.text for piece in unit.pieces)


def told(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    books = list(dict.fromkeys(source["book"] for source in new["sources"]))
    more = [book for book in books if book not in {source["book"] for source in old["sources"]}]
    parts = [f"Written anew: {new['minutes']} minutes instead of {old['minutes']}"]
    if more:
        parts.append(f"now also from {' and '.join(f'“{book}”' for book in more)}")
    if len(new["check"]) != len(old["check"]):
        parts.append(f"{len(new['check'])} questions instead of {len(old['check'])}")
    return ", ".join(parts) + "."


def pieces(work: Work) -> list[Spec]:
    """The section, and its part, which has other minutes then; nothing where nothing changed."""
    if not work.done["search_books"]["changed"]:
        return []
    section = work.done["search_books"]["section"]
    return [
        Spec(f"section-{section['number']}", work.done["search_books"]["index"], section["title"]),
        Spec(
            f"part-{section['number'].split('.')[0]}",
            int(section["number"].split(".")[0]),
            work.done["search_books"]["part"]["title"],
        ),
    ]


async def plan_change(work: Work) -> dict[str, Any]:
    found = await search_books(work)
    source = await _source(work)
    key = f"section-{work.input.section}"
    number = work.input.section.split(".")[0]
    part = source.pieces[f"part-{number}"]
    mine = [piece for name, piece in source.pieces.items() if name.startswith(f"section-{number}.")]
    mine = [found["section"] if one["id"] == found["section"]["id"] else one for one in mine]
    mine.sort(key=lambda one: int(one["number"].split(".")[1]))
    minutes = found["section"]["minutes"] - source.pieces[key]["minutes"]
    await work.note(found["what"])
    return {
        **found, "changed": found["section"] != source.pieces[key], "index": list(source.pieces).index(key) + 1,
        "part": {**part, **part_of(part["number"], part["title"], [stub(one) for one in mine], part)},
        "estimated_minutes": source.head["estimated_minutes"] + minutes,
    }  # fmt: skip


async def write(work: Work, spec: Spec) -> dict[str, Any]:
    name = "section" if spec.key.startswith("section-") else "part"
    made: dict[str, Any] = work.done["search_books"][name]
    return made


def head(work: Work) -> dict[str, Any]:
    """What `app.generations.edits.apply` takes."""
    found = work.done["search_books"]
    section, changed = found["section"], found["changed"]
    reason = f" ({work.input.reason})" if work.input.reason else ""
    return {
        "title": f"{section['number']} {section['title']}",
        "version": work.done["read_course"]["version"],
        "what": f"Section {section['number']} written anew{reason}" if changed else f"Section {section['number']} kept",
        "why": found["what"],
        "changes": [{"section": section["number"], "what": found["what"], "why": work.input.reason}] if changed else [],
        "head": {"estimated_minutes": found["estimated_minutes"]} if changed else None,
        "profile": None,
    }


PIPELINE: Final = Pipeline(
    kind="course_edit",
    phases=(
        Phase("read_course", run=read_course, weight=0.3),
        Phase("search_books", run=plan_change, weight=2.0),
        Phase("write_section", items=pieces, make=write, weight=1.0),
    ),
    head=head,
)
