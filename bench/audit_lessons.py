"""Courses in the words of a language model that is plausible, clumsy or hostile at random, beside the rules engine's of
the same outlines: nothing that is checked may be worse.

Part of `python -m bench.audit_courses --engine llm`.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from app.database import Database
from app.kinds.course import CourseInput
from app.library import evidence
from bench import paraphrase, queries, retell, retell_part
from bench.audit import rung_of, table
from bench.course_marks import HEADER, Group, Library, add, exact, row
from bench.courses import Made, make_both
from bench.replies import document
from worker.courses import reading, scorecard
from worker.courses.brief import read
from worker.errors import InvalidOutput, Unavailable
from worker.llm.pen import Brief

RUNGS: Final = ("full", "short", "rules")
SHOWN: Final = 12  # violations
_CITATION: Final = re.compile(r"(?<!\\)\[(\d{1,4})\](?!\()")
_CODE: Final = re.compile(r"`[^`]*`")


class Model:
    """Stands in for a language model: half of its answers are plausible, a quarter hostile, the rest no answer."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.invented: set[str] = set()  # what it has said that no passage says

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        asked, what = document(brief.messages), self._chance.random()
        part = brief.name.startswith("part_")
        if what < 0.5 and part:
            return retell_part.introduced(asked, self._chance)
        if what < 0.5:
            return paraphrase.plausible(asked, self._chance, self.invented)
        if what < 0.75:
            return retell_part.hostile(asked, self._chance) if part else retell.hostile(asked, self._chance)
        if what < 0.9:
            raise InvalidOutput("the answer is not one JSON object")
        raise Unavailable("The language model cannot be reached at the moment.")


@dataclass
class Counts:
    """Of both engines' courses: what is amiss, by name; of the model's: who wrote the pieces, what was left out."""

    rules: Counter[str] = field(default_factory=Counter)
    llm: Counter[str] = field(default_factory=Counter)
    worse: Counter[str] = field(default_factory=Counter)  # courses that are worse than the rules engine's
    rungs: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)  # why, by its beginning
    invented: int = 0
    dropped: int = 0
    sentences: int = 0


def sections_of(course: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [section for part in course["parts"] for section in part["sections"]]


def amiss(course: Mapping[str, Any], library: Library, asked: Mapping[str, Any]) -> Counter[str]:
    """What breaks a hard check, whoever wrote it."""
    found: Counter[str] = Counter()
    for section in sections_of(course):
        found.update(_of_section(section, library))
    if course["coverage"]["level"] == "good" and not exact(course, asked["hours"]):
        found["minutes are not what was asked"] += 1
    if course["estimated_minutes"] != sum(section["minutes"] for section in sections_of(course)):
        found["minutes are not those of the sections"] += 1
    unsupported = scorecard.support(sections_of(course), library.cited)[0]
    found["a sentence is not supported"] += len(unsupported)
    return +found


def _of_section(section: Mapping[str, Any], library: Library) -> Counter[str]:
    found: Counter[str] = Counter()
    refs = {source["ref"] for source in section["sources"]}
    prose = [part.markdown for part in reading.read(section["lesson"]) if not part.markdown.startswith(("```", "|"))]
    cited = {int(number) for piece in prose for number in _CITATION.findall(_CODE.sub("", piece))}
    found["a citation leads nowhere"] += len(cited - refs)
    found["a source is not cited"] += len(refs - cited)
    for source in section["sources"]:
        told = " ".join(library.cited(source["book_id"], source["locator"]).split())
        found["a source is not in the library"] += not told
        found["a quote is not its passage's"] += " ".join(source["quote"].split()) not in told
    asked = {check["objective"] for check in section["check"] if check["question"] and check["answer"]}
    found["an objective without question"] += len(set(range(len(section["objectives"]))) - asked)
    found["a question without objective"] += len(asked - set(range(len(section["objectives"]))))
    found["a section without objectives"] += not section["objectives"]
    found["a section without lesson or title"] += not section["lesson"].strip() or not section["title"].strip()
    return found


def said_amiss(course: Mapping[str, Any], invented: set[str]) -> Counter[str]:
    """What of a model's inventions and of the hostile answers people would see."""
    everything = orjson.dumps(course).decode()
    found = Counter({f"says {bad}": everything.count(bad) for bad in retell.BAD})
    told = {
        sentence for section in sections_of(course) for part in reading.read(section["lesson"])
        for sentence in part.sentences
    } | {check["answer"] for section in sections_of(course) for check in section["check"]}  # fmt: skip
    found["says what the model invented"] = len(told & invented)
    return +found


def worse(rules: Mapping[str, Any], llm: Mapping[str, Any], library: Library) -> Counter[str]:
    """By which of the marks that have to hold the course is worse than that of the rules engine."""
    brief = read(CourseInput.model_validate({"query": rules["query"], "hours": rules["hours"]}))
    ours, theirs = (scorecard.mark(brief, course["parts"], library.cited) for course in (rules, llm))
    found: Counter[str] = Counter()
    found["support"] += theirs.support < ours.support
    found["alignment"] += theirs.alignment < ours.alignment
    # What is said again, not its share: that grows when the rest has fewer sentences.
    found["redundancy"] += again(theirs) > again(ours)
    found["minutes"] += exact(rules, rules["hours"]) and not exact(llm, rules["hours"])
    found["level"] += rules["coverage"]["level"] != llm["coverage"]["level"]
    return +found


def again(marks: scorecard.Marks) -> int:
    return len(marks.repeated) + len(marks.titles)


def count(counts: Counts, rules: Made, llm: Made, library: Library, model: Model) -> None:
    asked = {"hours": llm.document["hours"]}
    counts.rules += amiss(rules.document, library, asked)
    counts.llm += amiss(llm.document, library, asked) + said_amiss(llm.document, model.invented)
    bad = worse(rules.document, llm.document, library)
    counts.worse += bad
    for name in bad:
        print(f"  {llm.document['query']!r} is worse by {name}")
    counts.parts.update(rung_of(part) for part in llm.document["parts"])
    for section in sections_of(llm.document):
        counts.rungs[rung_of(section)] += 1
        counts.left.update(f"{rung['rung']}: {kind_of(rung['why'])}" for rung in section.get("rungs", []))
        if section["author"] == "llm":
            counts.sentences += sum(len(part.sentences) for part in reading.read(section["lesson"]))
    counts.invented += len(model.invented)
    counts.dropped += llm.dropped


def kind_of(why: str) -> str:
    """Without the figures and words that differ from case to case."""
    return re.sub(r"\d+", "N", why)[:60]


def chosen(whole: Mapping[str, float], share: float) -> dict[str, float]:
    """Evenly spread over all."""
    every = max(1, round(1 / share))
    return dict(list(whole.items())[::every])


async def audit(db: Database, seed: int, share: float) -> bool:
    """Whether nothing is amiss in the model's courses that is not amiss in the rules engine's, and nothing worse."""
    library = Library(await evidence.passages(db, None, []))
    groups: dict[str, Group] = {}
    counts = Counts()
    off = dict.fromkeys(queries.OFF_TOPIC, 2.0)
    number = 0
    for name, whole in (("broad", queries.BROAD), ("specific", queries.SPECIFIC), ("off topic", off)):
        for query, hours in chosen(whole, share).items():
            model = Model(seed + number)
            number += 1
            both = await make_both(db, {"query": query, "hours": float(hours)}, model)
            for engine, made in zip(("rules", "llm"), both, strict=True):
                group = groups.setdefault(f"{name}, {engine}", Group())
                add(group, library, made.document, hours, made.took)
            count(counts, *both, library, model)
    print(f"{number} queries, seed {seed}, the same outlines for both engines")
    print(table([HEADER, *(row(name, group) for name, group in groups.items())]))
    return report(counts)


def report(counts: Counts) -> bool:
    for what, wrote in (("parts", counts.parts), ("sections", counts.rungs)):
        shares = ", ".join(f"{rung} {wrote[rung] / max(1, wrote.total()):.0%}" for rung in RUNGS)
        print(f"{what} by who wrote them: {shares}")
    for why, times in counts.left.most_common(SHOWN):
        print(f"  {times:4} {why}")
    print(
        f"{counts.sentences} sentences in the model's sections; {counts.dropped} dropped, "
        f"{counts.invented} were invented on purpose, in answers that passed or not"
    )
    for engine, found in (("rules", counts.rules), ("llm", counts.llm)):
        print(f"{engine}: {_told(found)} of the hard checks")
    print(f"courses of the model that are worse than the rules engine's: {dict(counts.worse) or 'none'}")
    more: Sequence[str] = [name for name, times in counts.llm.items() if times > counts.rules[name]]
    return not more and not counts.worse


def _told(found: Counter[str]) -> str:
    return f"{found.total()} violations" + (f" {dict(found.most_common(SHOWN))}" if found else "")
