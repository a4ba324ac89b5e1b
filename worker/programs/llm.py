"""The language model as an author of weeks: full brief, then a shorter one, both inside of the computed frame."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from worker.errors import InvalidOutput, Unavailable
from worker.ladder import Author
from worker.llm.briefs import Messages
from worker.llm.pen import Brief
from worker.phases import Spec, Work
from worker.programs import brief, checks, frame, penned
from worker.programs.frame import Chosen
from worker.training.author import Script, write_week
from worker.training.build import MARKS

# Tokens of an answer: about twice what a week of seven days takes.
MOST_TOKENS: Final = {"full": 6000, "later": 2000, "short": 1500, "summary": 600}


def chosen(made: Mapping[str, Mapping[str, Any]], script: Script) -> dict[int, Chosen]:
    """Block -> what a model has chosen in its first week."""
    found = {}
    for block in range(len(script.design.blocks)):
        piece = made.get(f"week-{frame.first_week(script, block)}", {})
        if "chosen" in piece:
            found[block] = piece["chosen"]
    return found


def in_force(work: Work, script: Script) -> Script:
    """The script with what has been chosen so far. Kept as long as that is the same: it remembers much."""
    choices = chosen(work.made, script)
    known = vars(work).get("chosen_script")
    if known is None or known[0] != choices:
        known = vars(work)["chosen_script"] = (choices, frame.with_chosen(script, choices))
    found: Script = known[1]
    return found


async def full(work: Work, spec: Spec, script: Script) -> dict[str, Any]:
    """With the whole brief: of a block's first week the exercises, too. Raises InvalidOutput with what is wrong."""
    assert work.llm is not None
    script = in_force(work, script)
    block = script.weeks[spec.index - 1].block
    if frame.first_week(script, block) != spec.index:
        messages = brief.later(work.input, script, write_week(script, spec.index))
        answer = await work.llm.ask(spec.key, _brief("full", "later", messages, brief.FLOW_SCHEMA))
        return penned.flows(script, spec.index, answer)
    done = work.done
    weak = [muscle for point in done["find_weak_points"] for muscle in point["muscles"]]
    seats = await work.offload(
        frame.seats, work.input, done["set_landmarks"], done["choose_periodization"], done["build_split"], weak, block
    )
    messages = brief.full(work.input, script, block, write_week(script, spec.index), seats)
    answer = await work.llm.ask(spec.key, _brief("full", "full", messages, brief.FULL_SCHEMA))
    piece, changed = penned.full(script, spec.index, seats, answer)
    if found := wrong_with(work, changed, block):
        raise InvalidOutput(*found[: penned.MOST_FOUND])
    return piece


async def short(work: Work, spec: Spec, script: Script, found: Sequence[str] = ()) -> dict[str, Any]:
    """With the exercises as planned, and what was found wrong."""
    assert work.llm is not None
    script = in_force(work, script)
    messages = brief.short(work.input, script, write_week(script, spec.index), found)
    answer = await work.llm.ask(spec.key, _brief("short", "short", messages, brief.FLOW_SCHEMA))
    return penned.flows(script, spec.index, answer)


def wrong_with(work: Work, script: Script, block: int) -> list[str]:
    """What the checks of both engines find in the weeks of the block, written with what was chosen, between all others
    as they are or will be."""
    marks = MARKS.validate_python(work.done["set_landmarks"])
    weeks = [
        write_week(script, week.week) if week.block >= block else work.made[f"week-{week.week}"]
        for week in script.weeks
    ]
    phases = work.done["choose_periodization"]["phases"]
    found = checks.problems(script.profile, marks, weeks, script.design.named, phases)
    return [f"week {one.week}: {one.message}" for one in found]


async def summary(work: Work, script: Script, weeks: Sequence[Mapping[str, Any]], title: str) -> str | None:
    """In the person's own words; None where the rules' must do."""
    if work.llm is None:
        return None
    messages = brief.summary(work.input, script, weeks, title)
    try:
        answer = await work.llm.ask("summary", _brief("full", "summary", messages, brief.SUMMARY_SCHEMA))
        return penned.summary(script, answer)
    except (InvalidOutput, Unavailable):
        return None


def _brief(rung: str, kind: str, messages: Messages, schema: dict[str, Any]) -> Brief:
    return Brief(rung, f"program_{kind}", messages, schema, brief.TEXTS, MOST_TOKENS[kind])


def authors(script: Any) -> tuple[Author, Author]:
    """``script``: gives the script of a Work."""

    async def write_full(work: Work, spec: Spec) -> dict[str, Any]:
        return await full(work, spec, script(work))

    async def write_short(work: Work, spec: Spec) -> dict[str, Any]:
        return await short(work, spec, script(work))

    async def revise(work: Work, spec: Spec, found: Sequence[str]) -> dict[str, Any]:
        return await short(work, spec, script(work), found)

    return (
        Author("llm", write_full, "full", able=writes),
        Author("llm", write_short, "short", revise, writes),
    )


def writes(work: Work) -> bool:
    return work.llm is not None
