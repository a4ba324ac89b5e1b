"""How a plan is changed: read it, find what fits, write the days that change, check them."""

from typing import Any, Final

from app.generations import edits
from worker.errors import InvalidOutput, Outdated, Rejected
from worker.phases import Phase, Pipeline, Spec, Work
from worker.plans import checks
from worker.plans.edit import change
from worker.plans.edited import Plan


async def _source(work: Work) -> edits.Source:
    source = await edits.source(work.db, work.claim.account_id, work.claim.base or "")
    if source is None:
        raise Rejected("The plan is gone.")
    return source


async def read_plan(work: Work) -> dict[str, Any]:
    source = await _source(work)
    if work.input.version is not None and work.input.version != source.version:
        raise Outdated(
            "The plan has changed since you looked at it. Nothing was done: look at it again, then ask again."
        )
    return {"version": source.version}


async def plan_changes(work: Work) -> dict[str, Any]:
    source = await _source(work)
    old: dict[str, dict[str, Any]] = {}
    if work.input.to_version is not None:
        if work.input.to_version >= source.version:
            raise Rejected(f"The versions before this one are 1 to {source.version - 1}.")
        old = await edits.pieces_of(work.db, work.claim.base or "", work.input.to_version)
    return await work.offload(
        change, source.asked, source.head, source.pieces, work.claim.input, work.claim.id, old
    )  # fmt: skip


def days_to_write(work: Work) -> list[Spec]:
    days = work.done["plan_changes"]["days"]
    return [Spec(f"day-{number}", int(number), _title(day)) for number, day in days.items()]


def _title(day: dict[str, Any]) -> str:
    return f"{day['weekday'].capitalize()} · {day['training']['name'] if day['training'] else 'Rest'}"


async def write(work: Work, spec: Spec) -> dict[str, Any]:
    day: dict[str, Any] = work.done["plan_changes"]["days"][str(spec.index)]
    return day


async def check_plan(work: Work) -> dict[str, Any]:
    source = await _source(work)
    plan = Plan.of(source.asked, source.head, source.pieces)
    table = plan.table(heard=False)
    found = [
        one
        for number, day in work.done["plan_changes"]["days"].items()
        for one in checks.problems(table, source.head["frame"][int(number) - 1], day, edited=work.input.what != "redo")
    ]
    if found:
        raise InvalidOutput(f"The changed plan did not pass our checks: {found[0]}.")
    return {"days": sorted(work.done["plan_changes"]["days"])}


def head(work: Work) -> dict[str, Any]:
    """What `app.generations.edits.apply` takes."""
    planned = work.done["plan_changes"]
    return {
        "title": planned["what"], "version": work.done["read_plan"]["version"], "what": planned["what"],
        "why": work.input.reason, "changes": planned["changes"], "head": planned["head"] or None, "profile": None,
    }  # fmt: skip


PIPELINE: Final = Pipeline(
    kind="plan_edit",
    phases=(
        Phase("read_plan", run=read_plan, weight=0.2),
        Phase("plan_changes", run=plan_changes, weight=3.0),
        Phase("write_days", items=days_to_write, make=write, weight=1.0),
        Phase("check_plan", run=check_plan, weight=0.3),
    ),
    head=head,
)
