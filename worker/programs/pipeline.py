"""How a program is made: the phases in order, each a checkpoint that the next ones build on."""

from dataclasses import asdict
from typing import Any, Final

from app.kinds.program_choices import PHASE_NAMES
from worker.errors import InvalidOutput
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work
from worker.programs import autoregulation, checks, llm, texts
from worker.programs.interventions import with_work
from worker.programs.warnings import warnings
from worker.training import build, models, periodization, progression, weak_points
from worker.training import landmarks as volume
from worker.training.author import Script, write_week
from worker.training.build import DAYS, DESIGN, MARKS, WEEKS
from worker.training.landmarks import Landmark
from worker.training.profile import Profile, read


def _profile(work: Work) -> Profile:
    """Read once: free text takes its time."""
    known = vars(work).get("profile")
    if known is None:
        known = vars(work)["profile"] = read(work.input)
    profile: Profile = known
    return profile


def _marks(work: Work) -> dict[str, Landmark]:
    return MARKS.validate_python(work.done["set_landmarks"])


def _weak(work: Work) -> list[str]:
    return [muscle for point in work.done["find_weak_points"] for muscle in point["muscles"]]


def _script(work: Work) -> Script:
    """All that the weeks are written from; read from the checkpoints once."""
    known = vars(work).get("script")
    if known is None:
        known = vars(work)["script"] = _read_script(work)
    script: Script = known
    return script


def _read_script(work: Work) -> Script:
    chosen, built = work.done["choose_periodization"], work.done["build_split"]
    return Script(
        profile=_profile(work),
        model=chosen["model"],
        weeks=WEEKS.validate_python(chosen["weeks"]),
        split=built["split"],
        days=DAYS.validate_python(built["days"]),
        design=DESIGN.validate_python(built["design"]),
        weak=tuple(_weak(work)),
    )


def _key(number: int) -> str:
    return f"week-{number}"


def _weeks(work: Work) -> list[dict[str, Any]]:
    return [work.made[_key(number)] for number in range(1, work.input.weeks + 1)]


async def read_profile(work: Work) -> dict[str, Any]:
    profile = _profile(work)
    return {
        "owned": sorted(profile.owned),
        "injuries": profile.injuries,
        "from_notes": list(profile.from_notes),
        "avoid": sorted(profile.avoid),
        "sport": profile.sport.name if profile.sport else None,
        "understood": texts.understood(profile),
        "not_understood": texts.not_understood(profile),
    }


async def set_landmarks(work: Work) -> dict[str, Any]:
    return {muscle: asdict(mark) for muscle, mark in volume.landmarks(_profile(work)).items()}


async def find_weak_points(work: Work) -> list[dict[str, Any]]:
    return [asdict(point) for point in weak_points.find(_profile(work))]


async def choose_periodization(work: Work) -> dict[str, Any]:
    profile = _profile(work)
    model, why = models.choose(profile)
    weeks = periodization.plan_weeks(profile, model)
    phases = build.phases(profile, model, weeks)
    return {"model": model, "why": why, "phases": phases, "weeks": WEEKS.dump_python(weeks, mode="json")}


async def build_split(work: Work) -> dict[str, Any]:
    chosen = work.done["choose_periodization"]
    marks = work.done["set_landmarks"]
    return await work.offload(
        build.plan, work.input, marks, work.done["find_weak_points"], chosen["model"], chosen["weeks"]
    )


def weeks_to_write(work: Work) -> list[Spec]:
    weeks = WEEKS.validate_python(work.done["choose_periodization"]["weeks"])
    return [Spec(_key(week.week), week.week, f"Week {week.week} · {PHASE_NAMES[week.phase]}") for week in weeks]


async def write(work: Work, spec: Spec) -> dict[str, Any]:
    return write_week(llm.in_force(work, _script(work)), spec.index)


# What a model writes is checked as it is written, and everything once more at the end.
AUTHORS: Final = (*llm.authors(_script), Author("rules", write))


async def check_program(work: Work) -> dict[str, Any]:
    """Check all weeks; one that fails is written anew by the rules author, and must pass then.

    Where that is not enough, what a model has chosen goes as well: all weeks of the design itself are sound.
    """
    profile, marks = _profile(work), _marks(work)
    named = _script(work).design.named
    phases = work.done["choose_periodization"]["phases"]
    found = checks.problems(profile, marks, _weeks(work), named, phases)
    rewritten = sorted({problem.week for problem in found} - {0})
    for number in rewritten:
        await _rewrite(work, number, llm.in_force(work, _script(work)))
    left = checks.problems(profile, marks, _weeks(work), named, phases) if found else []
    if left and llm.chosen(work.made, _script(work)):
        rewritten = list(range(1, profile.weeks + 1))
        for number in rewritten:
            await _rewrite(work, number, _script(work), chosen=False)
        left = checks.problems(profile, marks, _weeks(work), named, phases)
    if left:
        raise InvalidOutput(f"The program did not pass our checks: {left[0].message}.")
    held = [checks.summary(_weeks(work)), *checks.HELD]
    title = texts.title(profile)
    return {
        "rewritten": rewritten,
        "held": held,
        "summary": await llm.summary(work, _script(work), _weeks(work), title),
    }


async def _rewrite(work: Work, number: int, script: Script, *, chosen: bool = True) -> None:
    """A week anew by the rules author; what was chosen for its block stays with the block's first week."""
    kept = {"chosen": work.made[_key(number)].get("chosen")} if chosen else {}
    kept = {key: value for key, value in kept.items() if value}
    await work.replace(_key(number), {**write_week(script, number), "author": "rules", **kept})


def head(work: Work) -> dict[str, Any]:
    """The result without its weeks."""
    script, chosen, weeks = _script(work), work.done["choose_periodization"], _weeks(work)
    whole = compose(script, chosen, work.done["set_landmarks"], work.done["find_weak_points"], weeks)
    by_model = any(week.get("author") == "llm" for week in weeks)
    summary = work.done["check_program"].get("summary") or whole["summary"]
    return {**whole, "summary": summary, "engine": "llm" if by_model else "rules"}


def compose(
    script: Script,
    chosen: dict[str, Any],
    marks: dict[str, Any],
    points: list[dict[str, Any]],
    weeks: list[dict[str, Any]],
) -> dict[str, Any]:
    profile = script.profile
    return {
        "kind": "program",
        "title": texts.title(profile),
        "summary": texts.summary(script),
        "engine": "rules",
        "units": profile.units,
        "goal": profile.goal,
        "weeks": profile.weeks,
        "days_per_week": profile.days,
        "split": script.split,
        "split_why": texts.why_split(script),
        "periodization": {
            **{key: chosen[key] for key in ("model", "why", "phases")},
            **asdict(models.MODELS[script.model]),
        },
        "volume_landmarks": marks,
        "weak_points": [with_work(point, weeks, marks) for point in points],
        "progression": progression.expected(profile, sum(week.loading for week in script.weeks)),
        "autoregulation": autoregulation.rules(profile, script.model),
        "understood": texts.understood(profile),
        "not_understood": texts.not_understood(profile),
        "fit": texts.fit(script, weeks),
        "checks": [checks.summary(weeks), *checks.HELD],
        "warnings": warnings(profile),
        "sources": texts.cited(script),
    }


PIPELINE: Final = Pipeline(
    kind="program",
    phases=(
        Phase("read_profile", run=read_profile, weight=0.2),
        Phase("set_landmarks", run=set_landmarks, weight=0.2),
        Phase("find_weak_points", run=find_weak_points, weight=0.2),
        Phase("choose_periodization", run=choose_periodization, weight=0.3),
        Phase("build_split", run=build_split, weight=2.0),
        Phase("write_weeks", items=weeks_to_write, make=ladder(AUTHORS, lambda *_: ()), weight=6.0),
        Phase("check_program", run=check_program, weight=0.5),
    ),
    head=head,
)
