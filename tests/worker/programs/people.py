"""People to make programs for, and what is made for them."""

from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import strategies as st

from app.kinds.program import ProgramInput, assemble
from bench.people import anybody
from worker.programs import checks
from worker.programs.pipeline import compose
from worker.training import build, models, weak_points
from worker.training.author import Script, write_week
from worker.training.landmarks import Landmark, landmarks
from worker.training.profile import Profile, read

# The whole input space, as told: all optional fields there or not, notes that try to mislead.
PEOPLE: st.SearchStrategy[dict[str, Any]] = st.randoms(use_true_random=False).map(anybody)


def person(**told: Any) -> Profile:
    least: dict[str, Any] = {
        "goal": "strength",
        "experience": "intermediate",
        "days_per_week": 4,
        "session_minutes": 60,
        "equipment": ["full_gym"],
    }
    return read(ProgramInput.model_validate({**least, **told}))


@dataclass(frozen=True)
class Made:
    profile: Profile
    marks: dict[str, Landmark]
    script: Script
    weeks: list[dict[str, Any]]

    @property
    def problems(self) -> list[checks.Problem]:
        phases = build.phases(self.profile, self.script.model, self.script.weeks)
        return checks.problems(self.profile, self.marks, self.weeks, self.script.design.named, phases)

    @property
    def exercises(self) -> set[str]:
        return {e["exercise"] for week in self.weeks for day in week["days"] for e in day["exercises"]}

    @property
    def result(self) -> dict[str, Any]:
        model, why = models.choose(self.profile)
        phases = build.phases(self.profile, model, self.script.weeks)
        points = [asdict(point) for point in weak_points.find(self.profile)]
        marks = {muscle: asdict(mark) for muscle, mark in self.marks.items()}
        chosen = {"model": model, "why": why, "phases": phases}
        return {"id": "x", **assemble(compose(self.script, chosen, marks, points, self.weeks), self.weeks)}


def make(profile: Profile) -> Made:
    script = build.script(profile)
    weeks = [write_week(script, number) for number in range(1, profile.weeks + 1)]
    return Made(profile, landmarks(profile), script, weeks)
