"""The language model as an author of days: full brief, then a shorter one, both inside of the solved day."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from worker.errors import InvalidOutput, Unavailable
from worker.ladder import Author
from worker.llm.pen import Brief
from worker.phases import Spec, Work
from worker.plans import asked, heard, penned, wishes
from worker.plans.foods import edible
from worker.plans.week import person_of

Solve = Callable[[Work, Spec], Awaitable[dict[str, Any]]]
# Tokens of an answer: about twice what six meals take.
MOST_TOKENS: Final = {"full": 3000, "short": 1600, "wishes": 900}


async def hear(work: Work, learned: dict[str, Any]) -> dict[str, Any]:
    """What the notes wish beyond what our own reading sees in them; nothing where no model answers well."""
    if work.llm is None or not work.input.notes.strip():
        return heard.NOTHING
    person, told = person_of(work.input, learned), work.input
    foods = edible(told.diet, told.allergies, told.avoid_foods, pregnant=person.pregnant or person.nursing)
    brief = Brief("full", "plan_wishes", asked.wishes(person, foods), asked.WISHES_SCHEMA, frozenset(),
                  MOST_TOKENS["wishes"], temperature=0.1)  # fmt: skip
    try:
        return heard.understood(person, await work.llm.ask("wishes", brief))
    except (InvalidOutput, Unavailable):
        return heard.NOTHING


def never(work: Work) -> list[str]:
    """What this person leaves out, in words."""
    told, read = work.input, work.done["read_profile"]
    said = wishes.read([told.notes, *heard.words(read["heard"])])
    return [*told.avoid_foods, *told.allergies, *said.avoid]


async def write(work: Work, spec: Spec, solve: Solve, rung: str, found: Sequence[str] = ()) -> dict[str, Any]:
    """Raises InvalidOutput with what is wrong."""
    assert work.llm is not None
    day, read = await solve(work, spec), work.done["read_profile"]
    person, numbers = person_of(work.input, read["learned"]), penned.to_write(day)
    if rung == "full":
        told = [
            *read["understood"],
            *(f"“{one['quote']}”: {one['means']} {one['food']}" for one in read["heard"]["wishes"]),
        ]
        messages = asked.full(person, day, numbers, told)
    else:
        messages = asked.short(day, numbers, found)
    brief = Brief(rung, f"plan_{rung}", messages, asked.DAY_SCHEMA, asked.TEXTS, MOST_TOKENS[rung])
    return penned.day(person, day, never(work), await work.llm.ask(spec.key, brief))


def authors(solve: Solve) -> tuple[Author, Author]:
    async def write_full(work: Work, spec: Spec) -> dict[str, Any]:
        return await write(work, spec, solve, "full")

    async def write_short(work: Work, spec: Spec) -> dict[str, Any]:
        return await write(work, spec, solve, "short")

    async def revise(work: Work, spec: Spec, found: Sequence[str]) -> dict[str, Any]:
        return await write(work, spec, solve, "short", found)

    return (
        Author("llm", write_full, "full", able=writes),
        Author("llm", write_short, "short", revise, writes),
    )


def writes(work: Work) -> bool:
    return work.llm is not None
