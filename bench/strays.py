"""`make audit`: of courses on questions that the shelf answers, the minutes that are of books with a judged answer.

python -m bench.strays              --list names each question with less than half

A book without any passage that was judged an answer is mostly about something else that goes by the same word:
intervals in music, the learning of machines. The judgements (``tests/library/gold.json``) are those of search; MIDDLE,
KIN and NEAR of `worker.courses.amounts` are tuned on one half.
"""

import asyncio
import sys
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from app.database import Database
from bench.courses import make, shelf
from tests.support.library import answering


@dataclass
class Share:
    """Minutes of courses, those in books with an answer, and the questions of which less than half are."""

    all: float = 0.0
    answering: float = 0.0
    strange: list[str] = field(default_factory=list)

    def add(self, query: str, made: dict[str, Any], books: Set[str]) -> None:
        sections = [section for part in made["parts"] for section in part["sections"] if section["sources"]]
        whole = sum(section["minutes"] for section in sections)
        good = sum(
            section["minutes"] * sum(source["book_id"] in books for source in section["sources"])
            / len(section["sources"])
            for section in sections
        )  # fmt: skip
        self.all, self.answering = self.all + whole, self.answering + good
        if good < whole / 2:
            self.strange.append(query)


async def share(db: Database, ids: dict[str, str], half: str) -> Share:
    found = Share()
    for query, books in answering(half).items():
        made, _ = await make(db, {"query": query, "hours": 0.5})
        found.add(query, made, {ids[slug] for slug in books})
    return found


async def main(name_them: bool) -> None:
    table = Table("half", "minutes", "in books with an answer", "questions with less than half", title="Strays")
    async with shelf() as (db, ids):
        for half in ("tune", "test"):
            found = await share(db, ids, half)
            part = f"{found.answering / found.all:.0%}"
            table.add_row(half, f"{found.all:.0f}", part, f"{len(found.strange)} of {len(answering(half))}")
            print("\n".join(found.strange if name_them else []))
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main("--list" in sys.argv[1:]))
