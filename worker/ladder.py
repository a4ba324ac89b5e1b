"""Authors in the order of their preference: the first whose piece passes the check wins."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app import metrics
from worker.errors import InvalidOutput, Unavailable
from worker.phases import Spec, Work

Write = Callable[[Work, Spec], Awaitable[dict[str, Any]]]
# What was found wrong with the piece before goes with it.
Revise = Callable[[Work, Spec, Sequence[str]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Author:
    """``name``: rules, llm. An author may write in several ways: then each has a ``rung``, and a ``revise`` that is
    called instead of ``write`` when something was found wrong with what the rung before has written."""

    name: str
    write: Write
    rung: str = ""
    revise: Revise | None = None
    able: Callable[[Work], bool] = lambda _: True


def ladder(
    authors: Sequence[Author], check: Callable[[Work, Spec, dict[str, Any]], Sequence[str]]
) -> Callable[[Work, Spec], Awaitable[dict[str, Any]]]:
    """A phase's ``make``. ``check`` lists what is wrong with a piece; the piece says in ``author`` who wrote it, and in
    ``rungs`` which rungs were left, each with its reason.

    An author whose piece fails, or who raises InvalidOutput, is followed at once by the next; one who raises
    Unavailable by the next of another name. People see both as progress. Raises InvalidOutput after the last.
    """

    async def make(work: Work, spec: Spec) -> dict[str, Any]:
        able = [author for author in authors if author.able(work)]
        found: Sequence[str] = ()
        left: list[dict[str, str]] = []
        gone = ""
        for number, author in enumerate(able, 1):
            if author.name == gone:
                continue
            try:
                piece = await _written(author, work, spec, found)
                found = check(work, spec, piece)
            except InvalidOutput as error:
                found = error.found
            except Unavailable as error:
                if number == len(able):
                    raise
                gone = author.name
                left.append({"rung": author.rung or author.name, "why": error.why})
                await work.stand_in(error.why)
                continue
            if not found:
                _count(author, work)
                return {**piece, "author": author.name, **({"rungs": left} if left else {})}
            left.append({"rung": author.rung or author.name, "why": _told(found)})
            if number < len(able):
                await work.note(f"{spec.title}: a first try did not pass our checks, writing it another way")
        raise InvalidOutput(f"{spec.title} did not pass our checks: {_told(found)}")

    return make


def _told(found: Sequence[str]) -> str:
    """What was wrong, for people: without what the refused piece said, which stands quoted behind it."""
    return found[0].partition(": “")[0]


async def _written(author: Author, work: Work, spec: Spec, found: Sequence[str]) -> dict[str, Any]:
    if found and author.revise is not None:
        return await author.revise(work, spec, found)
    return await author.write(work, spec)


def _count(author: Author, work: Work) -> None:
    if work.llm is not None:
        metrics.add("pieces", kind=work.claim.kind, rung=author.rung or author.name)
