"""The language model as an author of parts and sections: full brief, then a shorter one, from the passages found."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from app.counts import plural
from worker.courses import asked, penned, penned_part
from worker.errors import InvalidOutput, Unavailable
from worker.ladder import Author
from worker.llm.pen import Brief
from worker.phases import Spec, Work

# Of a section: what was asked, what it is planned to be, the books, and the passages that it is made of.
Material = tuple[dict[str, Any], dict[str, Any], Sequence[dict[str, Any]], Sequence[dict[str, Any]]]
Gather = Callable[[Work, Spec], Awaitable[Material]]
GatherPart = Callable[[Work, Spec], Awaitable[penned_part.Material]]
# Tokens of an answer for a word of the lesson: the sentence around it, its reference, questions.
TOKENS_A_WORD: Final = 6
LEAST_TOKENS: Final = 1500


async def write(work: Work, spec: Spec, gather: Gather, rung: str, found: Sequence[str] = ()) -> dict[str, Any]:
    """Raises InvalidOutput with what is wrong, and Unavailable where there is nothing to write from."""
    assert work.llm is not None
    told, planned, books, passages = await gather(work, spec)
    # Vectors are of no use to it, and large.
    rows = [{name: row[name] for name in ("id", "book_id", "number", "locator", "text")} for row in passages]
    material = (told, planned, list(books), rows, rung)
    brief = await work.offload(asked.asked, *material, list(found))
    if not brief["messages"]:
        raise Unavailable("The library has no passages to write this from.")
    most = max(LEAST_TOKENS, TOKENS_A_WORD * brief["words"])
    question = Brief(rung, f"section_{rung}", brief["messages"], asked.SCHEMAS[rung], asked.TEXTS, most)
    answer = await work.llm.ask(spec.key, question)
    made = await work.offload(penned.composed, *material, answer)
    if "found" in made:
        raise InvalidOutput(*made["found"])
    await _left_out(work, spec, made["dropped"], "the passages")
    section: dict[str, Any] = made["section"]
    return section


async def write_part(
    work: Work, spec: Spec, gather: GatherPart, rung: str, found: Sequence[str] = ()
) -> dict[str, Any]:
    """Raises InvalidOutput with what is wrong."""
    assert work.llm is not None
    material = await gather(work, spec)
    messages = await work.offload(penned_part.asked, material, rung, list(found))
    brief = Brief(
        rung, f"part_{rung}", messages, penned_part.SCHEMA, penned_part.TEXTS, penned_part.MOST_TOKENS
    )  # fmt: skip
    made = await work.offload(penned_part.composed, material, await work.llm.ask(spec.key, brief))
    if "found" in made:
        raise InvalidOutput(*made["found"])
    await _left_out(work, spec, made["dropped"], "its sections")
    part: dict[str, Any] = made["part"]
    return part


async def _left_out(work: Work, spec: Spec, dropped: int, who: str) -> None:
    if dropped:
        count = plural(dropped, "sentence")
        await work.note(f"{spec.title}: left out {count} that {who} do not say")


def authors(gather: Gather) -> tuple[Author, Author]:
    """Of sections."""
    return _rungs(lambda work, spec, rung, found: write(work, spec, gather, rung, found))


def part_authors(gather: GatherPart) -> tuple[Author, Author]:
    return _rungs(lambda work, spec, rung, found: write_part(work, spec, gather, rung, found))


def _rungs(ask: Callable[[Work, Spec, str, Sequence[str]], Awaitable[dict[str, Any]]]) -> tuple[Author, Author]:
    async def write_full(work: Work, spec: Spec) -> dict[str, Any]:
        return await ask(work, spec, "full", ())

    async def write_short(work: Work, spec: Spec) -> dict[str, Any]:
        return await ask(work, spec, "short", ())

    async def revise(work: Work, spec: Spec, found: Sequence[str]) -> dict[str, Any]:
        return await ask(work, spec, "short", found)

    return (
        Author("llm", write_full, "full", able=writes),
        Author("llm", write_short, "short", revise, writes),
    )


def writes(work: Work) -> bool:
    return work.llm is not None


def engine(pieces: Sequence[dict[str, Any]]) -> str:
    return "llm" if any(piece.get("author") == "llm" for piece in pieces) else "rules"
