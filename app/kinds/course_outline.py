"""A course's outline as a person edits it before the lessons are written, and as its parts are shown meanwhile."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.counts import plural
from app.kinds.fields import Told, at_least, clean_line

WAITS_FOR = "outline"
MOST_NEW = 40  # sections that a person adds: each is searched for and written
MOST_SECTIONS = 200  # in all
Heading = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean_line), AfterValidator(at_least(1))]


class SectionEdit(Told):
    """``id``: one of the outline's sections, wherever it stands now. Without one it is new: it is searched for."""

    title: Heading
    id: Annotated[str, Field(max_length=64)] | None = None


class PartEdit(Told):
    title: Heading
    sections: Annotated[list[SectionEdit], Field(min_length=1, max_length=40)]


class OutlineEdit(Told):
    """All parts and sections in their order; what is not named is dropped. Up to 200 sections, 40 of them new."""

    parts: Annotated[list[PartEdit], Field(min_length=1, max_length=30)]

    @model_validator(mode="after")
    def _each_once(self) -> "OutlineEdit":
        ids = [section.id for part in self.parts for section in part.sections if section.id]
        if len(ids) != len(set(ids)):
            raise PydanticCustomError("twice", "Each section may be named once")
        return self


def part_of(
    number: int, title: str, sections: Sequence[Mapping[str, Any]], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A part, with its sections in short. Each section: ``id, title, minutes, objectives``; a new one has no minutes
    yet. ``before``: the part as it was: a summary that a language model wrote stays while it is about these sections.
    """
    planned = [{**section, "number": f"{number}.{place}"} for place, section in enumerate(sections, 1)]
    minutes = sum(section["minutes"] for section in planned)
    written = {"summary": summary_of(planned, minutes), "author": "rules", "rungs": []}
    if before is not None and before.get("author") == "llm" and _ids(before["sections"]) == _ids(planned):
        written = {name: before.get(name, written[name]) for name in written}
    return {
        "number": number, "title": title, "minutes": minutes, **written,
        "objectives": leading([section.get("objectives", []) for section in planned]), "sections": planned,
    }  # fmt: skip


def _ids(sections: Sequence[Mapping[str, Any]]) -> set[str]:
    return {section["id"] for section in sections}


def summary_of(sections: Sequence[Mapping[str, Any]], minutes: int) -> str:
    names = [section["title"] for section in sections]
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    return f"{plural(len(names), 'section')}, about {plural(minutes, 'minute')}: {told}."


def leading(objectives: Sequence[Sequence[str]], most: int = 4) -> list[str]:
    """The first objectives of the sections, in their order."""
    first = [one[rank] for rank in range(2) for one in objectives if rank < len(one)]
    chosen = set(list(dict.fromkeys(first))[:most])
    return list(dict.fromkeys(one for section in objectives for one in section if one in chosen))
