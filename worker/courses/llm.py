"""The language model as an author of sections: full brief, then a shorter one, both from the passages found."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from worker.courses import asked, penned
from worker.errors import InvalidOutput, Unavailable
from worker.ladder import Author
from worker.llm.pen import Brief
from worker.phases import Spec, Work

# Of a section: what it is planned to be, the books, and the passages that it is made of.
Material = tuple[dict[str, Any], Sequence[dict[str, Any]], Sequence[dict[str, Any]]]
Gather = Callable[[Work, Spec], Awaitable[Material]]
# Tokens of an answer for a word of the lesson: the sentence around it, its reference, questions.
TOKENS_A_WORD: Final = 6
LEAST_TOKENS: Final = 1500


async def write(work: Work, spec: Spec, gather: Gather, rung: str, found: Sequence[str] = ()) -> dict[str, Any]:
    """Raises InvalidOutput with what is wrong, and Unavailable where there is nothing to write from."""
    assert work.llm is not None
    planned, books, passages = await gather(work, spec)
    # Vectors are of no use to it, and large.
    rows = [{name: row[name] for name in ("id", "book_id", "number", "locator", "text")} for row in passages]
    material = (work.claim.input, planned, list(books), rows, rung)
    brief = await work.offload(asked.asked, *material, list(found))
    if not brief["messages"]:
        raise Unavailable("The library has no passages to write this from.")
    most = max(LEAST_TOKENS, TOKENS_A_WORD * brief["words"])
    question = Brief(rung, f"section_{rung}", brief["messages"], asked.SCHEMAS[rung], asked.TEXTS, most)
    answer = await work.llm.ask(spec.key, question)
    made = await work.offload(penned.composed, *material, answer)
    if "found" in made:
        raise InvalidOutput(*made["found"])
    if made["dropped"]:
        count = "1 sentence" if made["dropped"] == 1 else f"{made['dropped']} sentences"
        await work.note(f"{spec.title}: left out {count} that the passages do not say")
    section: dict[str, Any] = made["section"]
    return section


def authors(gather: Gather) -> tuple[Author, Author]:
    async def write_full(work: Work, spec: Spec) -> dict[str, Any]:
        return await write(work, spec, gather, "full")

    async def write_short(work: Work, spec: Spec) -> dict[str, Any]:
        return await write(work, spec, gather, "short")

    async def revise(work: Work, spec: Spec, found: Sequence[str]) -> dict[str, Any]:
        return await write(work, spec, gather, "short", found)

    return (
        Author("llm", write_full, "full", able=writes),
        Author("llm", write_short, "short", revise, writes),
    )


def writes(work: Work) -> bool:
    return work.llm is not None


def engine(sections: Sequence[dict[str, Any]]) -> str:
    return "llm" if any(section.get("author") == "llm" for section in sections) else "rules"
