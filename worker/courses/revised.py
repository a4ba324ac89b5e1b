"""The plan as the person has edited its outline: renamed, dropped, moved; what is new is yet to be searched for."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.kinds.course_outline import part_of

Parts = list[dict[str, Any]]


def revised(planned: Parts, answer: Mapping[str, Any] | None) -> Parts:
    """``answer``: as `app.library.outline.go_on` leaves it; None: the plan as it is."""
    if answer is None:
        return planned
    known = {section["id"]: section for part in planned for section in part["sections"]}
    made: Parts = []
    earlier: set[str] = set()
    for number, part in enumerate(answer["parts"], 1):
        sections = []
        for place, one in enumerate(part["sections"], 1):
            section = dict(known.get(one["id"]) or {**NEW, "id": one["id"]})
            section["named"] = section.get("title") != one["title"]
            needed = [id_ for id_ in section["prerequisites"] if id_ in earlier]
            section.update(number=f"{number}.{place}", title=one["title"], prerequisites=needed)
            earlier.add(section["id"])
            sections.append(section)
        made.append({"number": number, "title": part["title"], "sections": rising(sections)})
    return made


NEW: dict[str, Any] = {"minutes": 0, "level": 2, "units": [], "introduces": [], "prerequisites": [], "objectives": []}


def rising(sections: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Levels of objectives do not fall along a part; a new section's is that of the one beside it."""
    made = [dict(section) for section in sections]
    known = [section for section in made if section["units"]]
    for one, after in reversed([*pairwise(known)]):
        one["level"] = min(one["level"], after["level"])
    level = known[0]["level"] if known else NEW["level"]
    for section in made:
        level = section["level"] = section["level"] if section["units"] else level
    return made


def shown(part: Mapping[str, Any]) -> dict[str, Any]:
    """A planned part as a piece of the course."""
    sections = [
        {name: section[name] for name in ("id", "title", "minutes", "objectives")} for section in part["sections"]
    ]
    return part_of(part["number"], part["title"], sections)
