"""The review: marks, repairs, marks again, and what was changed in plain words."""

import copy
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from app.counts import plural
from app.kinds.course import CourseInput
from app.kinds.course_outline import part_of
from worker.courses import reading, scorecard
from worker.courses.brief import Brief
from worker.courses.brief import read as read_brief
from worker.courses.coverage import listed
from worker.courses.levels import level_of
from worker.courses.scorecard import mark, telling
from worker.courses.text import leans

Parts = list[dict[str, Any]]


def review(
    asked: dict[str, Any],
    parts: Parts,
    passages: Sequence[dict[str, Any]],
    names: Sequence[tuple[str, str]],
    ordered: bool = False,
) -> dict[str, Any]:
    """``parts`` with their sections; ``passages``: what they cite. ``ordered``: a person has put them in this
    order, and given them their titles.

    Gives the parts and sections that are to be replaced, by key, and the review of the result.
    """
    brief = read_brief(CourseInput.model_validate(asked))
    texts: dict[tuple[str, str], str] = {}
    for row in passages:
        place = (row["book_id"], row["locator"])
        texts[place] = f"{texts.get(place, '')}\n{row['text']}"

    def cited(book: str, locator: str) -> str:
        return texts.get((book, locator), "")

    before = mark(brief, parts, cited, names)
    made, changes = repaired(brief, parts, cited, names, ordered=ordered)
    after = mark(brief, made, cited, names) if changes else before
    told: dict[str, Any] = {"scores": after.scores(), "changes": changes}
    if changes:
        told["before"] = before.scores()
    sources = [source for part in parts for section in part["sections"] for source in section["sources"]]
    if gone := {f"“{one['book']}”" for one in sources if not cited(one["book_id"], one["locator"])}:
        changes.append(f"Left what rests on {listed(sorted(gone))} as it is: deleted meanwhile, it cannot be checked.")
    return {"replace": differing(parts, made), "review": told}


def repaired(
    brief: Brief, parts: Parts, cited: scorecard.Cited, names: Sequence[tuple[str, str]], *, ordered: bool
) -> tuple[Parts, list[str]]:
    made = copy.deepcopy(parts)
    changes: list[str] = []
    found = mark(brief, made, cited, names)
    if found.unsupported:
        count = drop(brief, made, found.unsupported)
        changes.append(f"Took out {_times(count, 'sentence')} that the cited passages do not support.")
    found = mark(brief, made, cited, names)
    if found.repeated and (count := drop(brief, made, found.repeated)):
        changes.append(f"Took out {_times(count, 'sentence')} that repeated what an earlier section says.")
    if not ordered:
        changes += reorder(made)
        changes += renamed(made)
    changes += totals(made, parts)
    return made, changes


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def drop(brief: Brief, parts: Parts, wrong: Sequence[tuple[str, str]]) -> int:
    """Take the sentences out, and those that then say nothing without them; a lesson keeps at least one paragraph."""
    count = 0
    for section in (one for part in parts for one in part["sections"]):
        mine = [sentence for number, sentence in wrong if number == section["number"]]
        if not mine:
            continue
        kept: list[str] = []
        words = 0
        read = reading.read(section["lesson"])
        # Of what stands twice in it, the last is what repeats.
        left = Counter(sentence for part in read for sentence in part.sentences)
        left.subtract(mine)
        for part in read:
            gone: list[str] = []
            for sentence in part.sentences:
                left[sentence] -= 1
                if (sentence in mine and left[sentence] < 0) or (
                    gone and gone[-1] == _before(part, sentence) and leans(sentence)
                ):
                    gone.append(sentence)
            markdown = reading.without(part, gone) if gone else part.markdown
            words += sum(len(sentence.split()) for sentence in gone)
            count += len(gone)
            if markdown:
                kept.append(markdown)
        section["lesson"] = "\n\n".join(_tidy(kept))
        used = {part.ref for part in reading.read(section["lesson"])}
        section["sources"] = [
            one for one in section["sources"] if one["ref"] in used or f"[{one['ref']}]" in section["lesson"]
        ]
        section["minutes"] = max(1, section["minutes"] - round(words * brief.rate))
    return count


def _before(part: reading.Part, sentence: str) -> str | None:
    at = part.sentences.index(sentence)
    return part.sentences[at - 1] if at else None


def _tidy(pieces: Sequence[str]) -> list[str]:
    """Without headings that nothing follows."""
    return [
        piece for index, piece in enumerate(pieces)
        if not piece.startswith("#") or (index + 1 < len(pieces) and not pieces[index + 1].startswith("#"))
    ]  # fmt: skip


def reorder(parts: Parts) -> list[str]:
    """Exchange neighbours of a part while that leaves fewer sections before what they need."""
    changes: list[str] = []
    for part in parts:
        sections = part["sections"]
        for _ in sections:
            if not _exchange(sections, changes):
                break
    _numbered(parts)
    return changes


def _exchange(sections: list[dict[str, Any]], changes: list[str]) -> bool:
    for index, (first, second) in enumerate(pairwise(sections)):
        if first["id"] in second["prerequisites"] or falls(second, first):
            continue
        # How these two stand to all others stays as it is: what is between them decides.
        if scorecard.order([first, second])[0]:
            sections[index], sections[index + 1] = second, first
            changes.append(f"Moved “{second['title']}” before “{first['title']}”, which needs it.")
            return True
    return False


def falls(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """In this order the second's objectives would be of a lower level than the first's."""
    levels = [[level_of(one) for one in section["objectives"]] or [0] for section in (first, second)]
    return max(levels[0]) > max(levels[1])


def _numbered(parts: Parts) -> None:
    for part in parts:
        for place, section in enumerate(part["sections"], 1):
            section["number"] = f"{part['number']}.{place}"


def renamed(parts: Parts) -> list[str]:
    """No section's title says what another's does, nor what that of one of several parts does."""
    taken = {telling(part["title"]) for part in parts if len(parts) > 1}
    changes: list[str] = []
    for section in (one for part in parts for one in part["sections"]):
        title = section["title"]
        if telling(title) in taken:
            more = next((one for one in section["key_concepts"] if one.lower() not in title.lower()), section["number"])
            section["title"] = f"{title}: {more}"
            changes.append(f"Called the second “{title}” “{section['title']}”.")
        taken.add(telling(section["title"]))
    return changes


def totals(parts: Parts, before: Parts) -> list[str]:
    """Minutes, summaries and objectives of parts are those of their sections; prerequisites are earlier sections."""
    seen: set[str] = set()
    for part in parts:
        for section in part["sections"]:
            section["prerequisites"] = [one for one in section["prerequisites"] if one in seen]
            seen.add(section["id"])
        told = part_of(part["number"], part["title"], [stub(section) for section in part["sections"]], part)
        part.update({name: told[name] for name in ("minutes", "summary", "objectives")})
    return [
        f"Set “{part['title']}” to {plural(part['minutes'], 'minute')} instead of {old['minutes']}, "
        "the sum of its sections."
        for part, old in zip(parts, before, strict=True) if part["minutes"] != old["minutes"]
    ]  # fmt: skip


def stub(section: dict[str, Any]) -> dict[str, Any]:
    return {name: section[name] for name in ("id", "number", "title", "minutes", "objectives")}


def differing(old: Parts, new: Parts) -> dict[str, dict[str, Any]]:
    """Pieces by key that are not what they were; parts as they are kept, with their sections in short."""
    found: dict[str, dict[str, Any]] = {}
    for was, part in zip(old, new, strict=True):
        short = {**part, "sections": [stub(section) for section in part["sections"]]}
        if short != {**was, "sections": [stub(section) for section in was["sections"]]}:
            found[f"part-{part['number']}"] = short
        for one, section in zip(was["sections"], part["sections"], strict=True):
            if one != section:
                found[f"section-{section['number']}"] = section
    return found
