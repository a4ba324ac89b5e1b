"""The pipeline on plain checkpoints: each phase sees only what JSON keeps, as after a crash."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.kinds.program import PHASES, ProgramInput, ProgramResult, assemble
from worker.errors import InvalidOutput
from worker.phases import Work
from worker.programs.pipeline import PIPELINE, check_program

TOLD = {
    "goal": "strength",
    "experience": "intermediate",
    "days_per_week": 4,
    "session_minutes": 60,
    "equipment": ["full_gym"],
    "lifts": {"squat": 140, "bench_press": 80, "deadlift": 180},
    "sex": "male",
}


class Bench(SimpleNamespace):
    """What a phase may use of Work."""

    input: ProgramInput
    done: dict[str, Any]
    made: dict[str, dict[str, Any]]
    replaced: list[str]
    llm: None = None

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...

    async def offload(self, function: Any, *args: Any) -> Any:
        return function(*args)

    async def replace(self, key: str, content: dict[str, Any]) -> None:
        self.made[key] = content
        self.replaced.append(key)


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


async def run() -> Bench:
    bench = Bench(input=ProgramInput.model_validate(TOLD), done={}, made={}, replaced=[])
    work = cast(Work, bench)
    for phase in PIPELINE.phases:
        if phase.run is not None:
            bench.done[phase.name] = plain(await phase.run(work))
        else:
            assert phase.items is not None and phase.make is not None
            for spec in phase.items(work):
                bench.made[spec.key] = plain(await phase.make(work, spec))
            bench.done[phase.name] = None
    return bench


async def test_the_phases_make_the_contracts_result() -> None:
    bench = await run()
    assert [phase.name for phase in PIPELINE.phases] == [name for name, _ in PHASES][:-1]
    head = plain(PIPELINE.head(cast(Work, bench)))
    assert "schedule" not in head and head["title"]
    result = assemble(head, [bench.made[f"week-{number}"] for number in range(1, 9)])
    assert [week["week"] for week in result["schedule"]] == list(range(1, 9))
    assert all("volume" not in week for week in result["schedule"])
    ProgramResult.model_validate({"id": "x", **result})
    assert result["weak_points"] and "muscles" not in result["weak_points"][0]
    assert bench.replaced == []


async def test_items_are_weeks_with_their_phase_in_the_title() -> None:
    bench = await run()
    phase = next(phase for phase in PIPELINE.phases if phase.name == "write_weeks")
    assert phase.items is not None
    specs = phase.items(cast(Work, bench))
    assert [(spec.key, spec.index) for spec in specs] == [(f"week-{n}", n) for n in range(1, 9)]
    assert specs[0].title == "Week 1 · Accumulation" and specs[3].title == "Week 4 · Deload"


async def test_a_week_that_fails_the_checks_is_written_anew() -> None:
    bench = await run()
    bench.made["week-2"]["days"][0]["exercises"][0]["sets"][0]["reps"] = 0
    done = await check_program(cast(Work, bench))
    assert done["rewritten"] == [2] and bench.replaced == ["week-2"]
    assert bench.made["week-2"]["days"][0]["exercises"][0]["sets"][0]["reps"] > 0


async def test_what_cannot_be_put_right_is_never_passed_on() -> None:
    bench = await run()
    bench.done["set_landmarks"]["chest"].update(mrv=1)
    with pytest.raises(InvalidOutput, match="checks"):
        await check_program(cast(Work, bench))
