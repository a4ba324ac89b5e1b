"""`make test-llm`: a program, a plan and a course by the language model of the environment, and what came of them.

LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=qwen3:8b python -m bench.llm --kinds program plan course

Everything else (database, Redis) is made here and thrown away. Ends with 1 when something was not completed.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select

from app import generations, logs
from app.database import Database, now
from app.generations import Bell
from app.ids import uuid7
from app.models import Account, LlmCall
from app.person import Person
from app.settings import Settings, load
from bench.making import PROGRAM
from bench.stack import Stack, stack
from worker.books.shelf import primers, stock
from worker.courses.pipeline import PIPELINE as COURSE
from worker.plans.pipeline import PIPELINE as PLAN
from worker.programs.pipeline import PIPELINE as PROGRAM_PIPELINE
from worker.run import Runner

PIPELINES = {"program": PROGRAM_PIPELINE, "plan": PLAN, "course": COURSE}
NOTES = "Two small children, so I sleep badly. I love kettlebells and hate burpees. My left knee is touchy on stairs."
MONDAY: dict[str, Any] = {
    "goal": "general_fitness", "sex": "female", "age": 34, "units": "kg", "height": 168, "body_weight": 66,
    "experience": "intermediate", "days_per_week": 3, "session_minutes": 45, "equipment": ["dumbbells", "kettlebells"],
    "activity": "moderate", "diet": "vegetarian", "allergies": ["nuts"], "week_start": "2026-11-30",
}  # fmt: skip
INPUTS: dict[str, dict[str, Any]] = {
    "program": {**PROGRAM, "weeks": 5, "days_per_week": 3, "notes": NOTES},
    "plan": {**MONDAY, "notes": "Fed up with anything that swims. One pan, and dinner in half an hour."},
    "course": {"query": "Learn DCF valuation", "hours": 0.5, "preferences": {"style": "short stories, plain words"}},
}
SHELF = ("valuing-a-company", "valuation-first-principles", "investing-for-beginners")
LONGEST = 3600.0  # seconds: a small model of one's own is slow


def settings_of(stack: Stack) -> Settings:
    """What the environment says of the language model, and nothing else of it."""
    given = load()
    chosen = {name: getattr(given, name) for name in Settings.model_fields if name.startswith(("llm_", "deepseek_"))}
    ours = stack.settings.model_dump()
    times = {"phase_timeout": LONGEST / 4, "generation_timeout": LONGEST, "llm_call_timeout": given.llm_call_timeout}
    return Settings(**{**ours, **chosen, **times})


async def make(db: Database, bell: Bell, settings: Settings, person: Person, kind: str) -> bool:
    """Make one, and print what came of it."""
    runner = Runner(db, bell, settings, "test-llm", PIPELINES)
    began = time.monotonic()
    asked = await generations.create(db, bell, settings, person, kind, INPUTS[kind], fresh=True)
    id_ = asked.generation.id
    while True:
        await runner.make()
        view = await generations.get(db, person.id, id_)
        assert view is not None
        if view.status not in generations.ACTIVE:
            break
        await asyncio.sleep(min(30.0, (view.retry_in_seconds or 0.0) + 0.1))
    await runner.close()
    items = await generations.items(db, person.id, id_)
    pieces = [one.content for one in items if one.key.startswith(("week-", "day-", "part-", "section-"))]
    async with db.read() as session:
        calls = (await session.execute(select(LlmCall).where(LlmCall.generation_id == id_))).scalars().all()
    report(kind, view, pieces, calls, time.monotonic() - began)
    return view.status == "completed"


def report(kind: str, view: generations.Generation, pieces: list[Any], calls: Sequence[LlmCall], took: float) -> None:
    rungs = Counter(
        "rules" if piece.get("author", "rules") == "rules" else "short" if piece.get("rungs") else "full"
        for piece in pieces
    )
    left = [f"{rung['rung']}: {rung['why']}" for piece in pieces for rung in piece.get("rungs", [])]
    shares = ", ".join(f"{rung} {rungs[rung]}" for rung in ("full", "short", "rules"))
    outcomes = ", ".join(f"{outcome} {count}" for outcome, count in Counter(call.outcome for call in calls).items())
    answered = sorted(call.seconds for call in calls if call.outcome == "answered") or [0.0]
    print(f"\n{kind}: {view.status}, engine {view.engine}, {took:.1f} s, attempt {view.attempt}")
    print(f"  pieces by who wrote them: {shares}")
    print(f"  repairs: {len(left)}")
    for line in left:
        print(f"    {line}")
    print(f"  calls: {len(calls)} ({outcomes}); seconds of an answer: {answered[len(answered) // 2]:.1f} in the median")
    print(f"  tokens: {view.tokens_in} read, {view.tokens_out} written; {view.cost:.4f} US dollars")
    if view.error is not None:
        print(f"  error: {view.error.code}: {view.error.message}")


async def run(stack: Stack, kinds: Sequence[str]) -> int:
    settings = settings_of(stack)
    if settings.llm is None:
        print("No language model: set LLM_BASE_URL and LLM_MODEL (and LLM_API_KEY), or DEEPSEEK_API_KEY.")
        return 2
    print(f"{settings.llm.model} at {settings.llm.provider}", flush=True)
    db, bell = Database(settings.database), Bell(generations.connect(settings))
    person = Person(id=uuid7(), email="test@example.org", guest=False)
    async with db.write() as session:
        await session.execute(insert(Account).values(id=person.id, email=person.email, guest=False, created_at=now()))
    if "course" in kinds:
        await stock(db, [path for path in primers() if path.stem in SHELF])
    completed = [await make(db, bell, settings, person, kind) for kind in kinds]
    await bell.close()
    await db.close()
    return 0 if all(completed) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.llm", description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=list(PIPELINES), default=list(PIPELINES))
    asked = parser.parse_args(arguments)
    logs.configure("text", quiet=True)
    with stack() as ours:
        return asyncio.run(run(ours, asked.kinds))


if __name__ == "__main__":
    sys.exit(main())
