"""From a person to the script that the author writes the weeks from."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from app.kinds.program import ProgramInput
from worker.training import landmarks as volume
from worker.training import models, periodization, split, weak_points
from worker.training.author import Script
from worker.training.catalog import EXERCISES
from worker.training.design import Design, design
from worker.training.periodization import FOCUS, WeekPlan
from worker.training.prescription import dose
from worker.training.profile import Profile, read
from worker.training.split import Day

# Stands for the first lift of a day where effort and intensity of a phase are told.
REFERENCE: Final = EXERCISES["back_squat"]
# Where repetitions go beyond the RPE chart.
LEAST_INTENSITY: Final = 0.5
# Checkpoints are plain values; these turn them into what they were.
WEEKS: Final = TypeAdapter(list[WeekPlan])
DAYS: Final = TypeAdapter(list[Day])
DESIGN: Final = TypeAdapter(Design)
MARKS: Final = TypeAdapter(dict[str, volume.Landmark])
POINTS: Final = TypeAdapter(list[weak_points.WeakPoint])


def script(profile: Profile) -> Script:
    """Everything at once; the pipeline does the same step by step."""
    model, _ = models.choose(profile)
    weak, lagging = serving(weak_points.find(profile))
    return prepare(profile, volume.landmarks(profile), weak, model, lagging)


def prepare(
    profile: Profile,
    marks: dict[str, volume.Landmark],
    weak: Sequence[str],
    model: str,
    lagging: Sequence[str] = (),
) -> Script:
    """`weak`: muscles of lifts that lag, `lagging`: those lifts."""
    weeks = periodization.plan_weeks(profile, model)
    name, days = split.build(profile, model)
    made = design(profile, marks, weak, model, weeks, days, lagging)
    return Script(profile, model, weeks, name, days, made, tuple(weak))


def serving(points: list[weak_points.WeakPoint]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The muscles behind the lifts that lag, and these lifts."""
    lagging = dict.fromkeys(point.lift for point in points if point.lift is not None)
    return tuple(muscle for point in points for muscle in point.muscles), tuple(lagging)


def phases(profile: Profile, model: str, weeks: list[WeekPlan]) -> list[dict[str, Any]]:
    """Runs of weeks with the same aim, with effort and intensity of the first lifts."""
    runs: list[list[WeekPlan]] = []
    for week in weeks:
        if runs and (runs[-1][0].letter, runs[-1][0].block) == (week.letter, week.block):
            runs[-1].append(week)
        else:
            runs.append([week])
    return [_phase(profile, model, weeks, run) for run in runs]


def _phase(profile: Profile, model: str, weeks: list[WeekPlan], run: list[WeekPlan]) -> dict[str, Any]:
    roles = ("max_effort", "dynamic") if model == "conjugate" else ("main",)
    doses = []
    for week in run:
        last = next((other for other in reversed(weeks[: week.week]) if other.loading), week)
        doses += [dose(profile, model, REFERENCE, role, wave, week, last) for role in roles for wave in (0, 1)]
    shares = [one.percent or LEAST_INTENSITY for one in doses]
    return {
        "name": run[0].phase,
        "weeks": [week.week for week in run],
        "rpe": [min(one.rpe for one in doses), max(one.rpe for one in doses)],
        "intensity": [round(min(shares), 2), round(max(shares), 2)],
        "deload": run[0].deload,
        "focus": FOCUS[run[0].phase],
        "working_max": run[0].working_max,
    }


def plan(
    told: ProgramInput, marks: dict[str, Any], points: list[dict[str, Any]], model: str, weeks: list[dict[str, Any]]
) -> dict[str, Any]:
    """The split with the design of its blocks; plain values out, for it runs in a process of its own."""
    profile = read(told)
    name, days = split.build(profile, model)
    weak, lagging = serving(POINTS.validate_python(points))
    made = design(profile, MARKS.validate_python(marks), weak, model, WEEKS.validate_python(weeks), days, lagging)
    return {
        "split": name,
        "days": DAYS.dump_python(days, mode="json"),
        "design": DESIGN.dump_python(made, mode="json"),
    }
