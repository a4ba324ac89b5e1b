"""`make audit`: how many questions that the shelf answers get no course, and how many that it does not answer get one.

python -m bench.refusals            --list names each query that is answered wrongly

The questions are those of the judgements of search (``tests/library/gold.json``), each asked for half an hour. The
thresholds are tuned on one half of them. ``near`` ones share words with the shelf, which has nothing on them; the later
ones were written, and first asked, when the thresholds were fixed.
"""

import asyncio
import sys
from collections import Counter
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from app.database import Database
from bench.courses import begun, shelf
from tests.support.library import halves
from worker.courses.pipeline import PIPELINE

UP_TO: Final = 2  # phases: what the library has is known when it is searched
GROUPS: Final = {
    "answered by the shelf": "queries", "off topic": "off_topic", "near, and off topic": "near_topic",
    "answered by the shelf, later": "fresh_answered", "off topic, later": "fresh_off_topic",
}  # fmt: skip
ANSWERED: Final = ("queries", "fresh_answered")


async def coverage(db: Database, query: str) -> dict[str, Any]:
    work = begun(db, {"query": query, "hours": 0.5})
    for phase in PIPELINE.phases[:UP_TO]:
        assert phase.run is not None
        work.done[phase.name] = await phase.run(work)
    found: dict[str, Any] = work.done["search_books"]["coverage"]
    return found


async def main(name_them: bool) -> None:
    table = Table("questions", "half", "asked", "no course", "thin", "good", title="Courses refused")
    wrong: list[str] = []
    async with shelf() as (db, _):
        for title, name in GROUPS.items():
            for half, queries in halves(name).items():
                found = {query: await coverage(db, query) for query in queries}
                levels = Counter(one["level"] for one in found.values())
                refused = f"{levels['none']} ({levels['none'] / len(queries):.0%})"
                table.add_row(title, half, str(len(queries)), refused, str(levels["thin"]), str(levels["good"]))
                wrong += [
                    f"{half}, {title}: {query!r} is {one['level']}: {one['note']}"
                    for query, one in found.items() if (one["level"] == "none") == (name in ANSWERED)
                ]  # fmt: skip
    Console().print(table)
    print("\n".join(wrong if name_them else []))


if __name__ == "__main__":
    asyncio.run(main("--list" in sys.argv[1:]))
