"""People to make programs for: some known, many random."""

import random
from dataclasses import asdict, dataclass
from typing import Any

from app.kinds.program import ProgramInput, assemble
from app.kinds.program_choices import (
    AREAS,
    ENERGIES,
    EQUIPMENT,
    EXPERIENCES,
    GOALS,
    LIFTS,
    LIFTS_SOURCES,
    MUSCLES,
    SEVERITIES,
    SEXES,
)
from worker.programs import build, checks, periodization, weak_points
from worker.programs.author import Script, write_week
from worker.programs.landmarks import Landmark, landmarks
from worker.programs.pipeline import compose
from worker.programs.profile import Profile, read


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
        return checks.problems(self.profile, self.marks, self.weeks, self.script.design.named)

    @property
    def exercises(self) -> set[str]:
        return {e["exercise"] for week in self.weeks for day in week["days"] for e in day["exercises"]}

    @property
    def result(self) -> dict[str, Any]:
        model, why = periodization.choose(self.profile)
        phases = build.phases(self.profile, model, self.script.weeks)
        points = [asdict(point) for point in weak_points.find(self.profile)]
        marks = {muscle: asdict(mark) for muscle, mark in self.marks.items()}
        chosen = {"model": model, "why": why, "phases": phases}
        return {"id": "x", **assemble(compose(self.script, chosen, marks, points, self.weeks), self.weeks)}


def make(profile: Profile) -> Made:
    script = build.script(profile)
    weeks = [write_week(script, number) for number in range(1, profile.weeks + 1)]
    return Made(profile, landmarks(profile), script, weeks)


def anybody(chance: random.Random) -> dict[str, Any]:
    """Told things from the whole input space, the rare ones often."""
    units = chance.choice(["kg", "lb"])
    factor = 1.0 if units == "kg" else 2.2
    told: dict[str, Any] = {
        "goal": chance.choice(list(GOALS)),
        "experience": chance.choice(list(EXPERIENCES)),
        "days_per_week": chance.randint(2, 7),
        "session_minutes": chance.choice([20, 25, 30, 45, 60, 75, 90, 120, chance.randint(20, 120)]),
        "equipment": chance.sample(list(EQUIPMENT), chance.choice([1, 1, 2, 3, 4])),
        "units": units,
        "sex": chance.choice(list(SEXES)),
    }
    rare: dict[str, Any] = {
        "weeks": chance.randint(4, 16),
        "age": chance.randint(13, 90),
        "body_weight": round(chance.uniform(40, 140) * factor, 1),
        "lifts": {lift: round(chance.uniform(10, 260) * factor, 1) for lift in LIFTS if chance.random() < 0.8},
        "lifts_source": chance.choice(list(LIFTS_SOURCES)),
        "injuries": [
            {"area": area, "severity": chance.choice(list(SEVERITIES))}
            for area in chance.sample(list(AREAS), chance.choice([1, 1, 2, 3, 9]))
        ],
        "recovery": {
            "sleep_hours": round(chance.uniform(4, 9), 1),
            "stress": chance.randint(1, 10),
            "energy": chance.choice(list(ENERGIES)),
        },
        "focus_muscles": chance.sample(list(MUSCLES), chance.randint(1, 3)),
        "avoid_exercises": chance.sample(["deadlifts", "burpees", "back squat", "lunge", "plank", "pull-up", "?"], 2),
        "sport": chance.choice(["running", "climbing", "tennis", "chess"]),
        "notes": chance.choice(["My knee hurts.", "I take pills for blood pressure", "no injuries"]),
    }
    return told | {key: value for key, value in rare.items() if chance.random() < 0.45}
