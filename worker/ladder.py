"""Authors in the order of their preference: the first whose piece passes the check wins."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from worker.errors import InvalidOutput
from worker.phases import Spec, Work


@dataclass(frozen=True)
class Author:
    name: str
    write: Callable[[Work, Spec], Awaitable[dict[str, Any]]]


def ladder(
    authors: Sequence[Author], check: Callable[[Work, Spec, dict[str, Any]], Sequence[str]]
) -> Callable[[Work, Spec], Awaitable[dict[str, Any]]]:
    """A phase's ``make``. ``check`` lists what is wrong with a piece; the piece says in ``author`` who wrote it.

    An author whose piece fails, or who raises InvalidOutput, is followed at once by the next; people see that as
    progress. Raises InvalidOutput after the last.
    """

    async def make(work: Work, spec: Spec) -> dict[str, Any]:
        wrong = ""
        for number, author in enumerate(authors, 1):
            try:
                piece = await author.write(work, spec)
                found = check(work, spec, piece)
            except InvalidOutput as error:
                found = [error.message]
            if not found:
                return {**piece, "author": author.name}
            wrong = found[0]
            if number < len(authors):
                await work.note(f"{spec.title}: a first try did not pass our checks, writing it another way")
        raise InvalidOutput(f"{spec.title} did not pass our checks: {wrong}")

    return make
