"""How a program is changed: read it with its log, plan the changes, write the weeks that change, check them."""

from dataclasses import asdict
from typing import Any, Final

from app.generations import edits
from app.kinds.program_choices import PHASE_NAMES
from app.kinds.program_edit import ProgramEdit
from worker.edits.adapt import adapt
from worker.edits.program import Program
from worker.edits.rewrite import rewrite
from worker.edits.sound import broken
from worker.errors import InvalidOutput, Outdated, Rejected
from worker.phases import Phase, Pipeline, Spec, Work
from worker.programs import checks


async def read_program(work: Work) -> dict[str, Any]:
    source = await _source(work)
    seen = work.input.version
    if seen is not None and seen != source.version:
        raise Outdated
    return {"version": source.version, "trainings": len(source.trainings)}


async def _source(work: Work) -> edits.Source:
    source = await edits.source(work.db, work.claim.account_id, work.claim.base or "")
    if source is None:
        raise Rejected("The program is gone.")
    return source


async def plan_changes(work: Work) -> dict[str, Any]:
    source = await _source(work)
    old: dict[str, dict[str, Any]] = {}
    if work.input.to_version is not None:
        if work.input.to_version >= source.version:
            raise Rejected(f"The versions before this one are 1 to {source.version - 1}.")
        old = await edits.pieces_of(work.db, work.claim.base or "", work.input.to_version)
    return await work.offload(plan, asdict(source), work.claim.input, old)


def plan(source: dict[str, Any], asked: dict[str, Any], old: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Everything that changes, as plain values; runs in a process of its own."""
    program, edit = Program.of(source), ProgramEdit.model_validate(asked)
    if edit.what == "adapt":
        return adapt(program).plain()
    return rewrite(program, edit, {week["week"]: week for week in old.values()}).plain()


def weeks_to_write(work: Work) -> list[Spec]:
    weeks = work.done["plan_changes"]["weeks"]
    return [
        Spec(f"week-{number}", int(number), f"Week {number} · {PHASE_NAMES[week['phase']]}")
        for number, week in sorted(weeks.items(), key=lambda one: int(one[0]))
    ]


async def write(work: Work, spec: Spec) -> dict[str, Any]:
    week: dict[str, Any] = work.done["plan_changes"]["weeks"][str(spec.index)]
    return week


async def check_program(work: Work) -> dict[str, Any]:
    found = await work.offload(wrong, asdict(await _source(work)), work.done["plan_changes"])
    if found:
        raise InvalidOutput(f"The changed program did not pass our checks: {found[0]}.")
    return {"held": list(checks.HELD)}


def wrong(source: dict[str, Any], planned: dict[str, Any]) -> list[str]:
    """What the changed weeks break of the hard checks."""
    program = Program.of(source)
    if planned["asked"]:
        program = Program({**planned["asked"]}, program.head, program.weeks, [], [])
    return broken(program, {int(number): week for number, week in planned["weeks"].items()})


def head(work: Work) -> dict[str, Any]:
    """What `app.generations.edits.apply` takes."""
    planned = work.done["plan_changes"]
    changes = {**planned["head"], **({"asked": planned["asked"]} if planned["asked"] else {})}
    lifts = changes.get("learned", {}).get("lifts")
    return {
        "title": planned["what"],
        "version": work.done["read_program"]["version"],
        "what": planned["what"],
        "why": planned["why"],
        "changes": planned["changes"],
        "head": changes or None,
        "profile": {"lifts": lifts, "lifts_source": "estimated"} if lifts else None,
    }


PIPELINE: Final = Pipeline(
    kind="program_edit",
    phases=(
        Phase("read_program", run=read_program, weight=0.3),
        Phase("plan_changes", run=plan_changes, weight=2.0),
        Phase("write_weeks", items=weeks_to_write, make=write, weight=2.0),
        Phase("check_program", run=check_program, weight=1.0),
    ),
    head=head,
)
