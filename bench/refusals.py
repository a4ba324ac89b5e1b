"""`make audit`: how many questions that the shelf answers get no course, and how many that it does not answer get one.

python -m bench.refusals

The questions are those of the judgements of search (``tests/library/gold.json``), each asked for half an hour.
"""

import asyncio

from rich.console import Console
from rich.table import Table

from app.database import Database
from bench.courses import begun, shelf
from tests.support.library import asked, off_topic
from worker.courses.pipeline import PIPELINE

UP_TO = 2  # phases: what the library has is known when it is searched


async def level(db: Database, query: str) -> str:
    work = begun(db, {"query": query, "hours": 0.5})
    for phase in PIPELINE.phases[:UP_TO]:
        assert phase.run is not None
        work.done[phase.name] = await phase.run(work)
    found: str = work.done["search_books"]["coverage"]["level"]
    return found


async def main() -> None:
    table = Table("questions", "asked", "no course", title="Courses refused")
    async with shelf() as (db, _):
        for name, queries in (("answered by the shelf", asked()), ("off topic", off_topic())):
            refused = sum([await level(db, query) == "none" for query in queries])
            table.add_row(name, str(len(queries)), f"{refused} ({refused / len(queries):.0%})")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
