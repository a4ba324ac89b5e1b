"""What a person told, made ready for the science: pieces owned, lifts we can build on, what the free text says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from app.kinds.program import ProgramInput
from worker.training.catalog import EXERCISES, SEVERITY, named, owned_pieces
from worker.training.loads import TRUST
from worker.training.noted import Notes
from worker.training.notes import read_notes
from worker.training.sports import Sport, sport_of
from worker.training.weekdays import WEEKDAYS

OLDER: Final = 65
ADULT: Final = 18


@dataclass(frozen=True)
class Profile:
    goal: str
    experience: str
    days: int
    minutes: int
    weeks: int
    units: str
    sex: str
    age: int | None
    body_weight: float | None
    told_lifts: dict[str, float]
    lifts: dict[str, float]  # what we build on
    lifts_source: str
    equipment: tuple[str, ...]
    owned: frozenset[str]
    injuries: dict[str, str]
    from_notes: tuple[str, ...]  # areas read from the notes
    medical: tuple[str, ...]
    sleep_hours: float | None
    stress: int | None
    energy: str
    focus: tuple[str, ...]
    avoid: frozenset[str]
    not_understood: tuple[str, ...]  # of avoid_exercises
    sport: Sport | None
    sport_told: str
    weekdays: tuple[int, ...]  # chosen; Monday is 0
    notes: Notes

    @property
    def older(self) -> bool:
        return (self.age or 0) >= OLDER

    @property
    def minor(self) -> bool:
        return self.age is not None and self.age < ADULT

    @property
    def careful(self) -> bool:
        """Nothing maximal: by age, or until a doctor has said yes."""
        return self.older or self.minor or bool(self.medical)

    @property
    def gym(self) -> bool:
        return "full_gym" in self.owned

    @property
    def missing(self) -> frozenset[str]:
        """Pieces and stations that the notes take away on every day."""
        return frozenset(self.notes.missing)

    @cached_property
    def areas(self) -> Mapping[str, int]:
        """Injured areas with their severity as a number."""
        return {area: SEVERITY[severity] for area, severity in self.injuries.items()}

    @cached_property
    def plans(self) -> dict[tuple[str, str], Any]:
        """Repetitions, effort and rest by exercise and role, as `prescription` has worked them out already."""
        return {}


def read(told: ProgramInput) -> Profile:
    notes = read_notes(told.notes, told.units)
    injuries: dict[str, str] = {injury.area: injury.severity for injury in told.injuries}
    worse = {
        area: severity
        for area, severity in notes.injuries.items()
        if area not in injuries or SEVERITY[severity] > SEVERITY[injuries[area]]
    }
    lifts = {name: value for name, value in told.lifts if value is not None}
    avoided = {text: _avoided(text) for text in told.avoid_exercises}
    return Profile(
        goal=told.goal,
        experience=told.experience,
        days=told.days_per_week,
        minutes=told.session_minutes,
        weeks=told.weeks,
        units=told.units,
        sex=told.sex,
        age=told.age,
        body_weight=told.body_weight,
        told_lifts=lifts,
        lifts={name: value * TRUST[told.lifts_source] for name, value in lifts.items()},
        lifts_source=told.lifts_source,
        equipment=tuple(told.equipment),
        owned=owned_pieces(told.equipment),
        injuries={**injuries, **worse},
        from_notes=tuple(worse),
        medical=tuple(notes.medical),
        sleep_hours=told.recovery.sleep_hours,
        stress=told.recovery.stress,
        energy="deficit" if told.goal == "fat_loss" else told.recovery.energy,
        focus=tuple(told.focus_muscles),
        avoid=frozenset(notes.avoid).union(*avoided.values()),
        not_understood=tuple(text for text, found in avoided.items() if not found),
        sport=sport_of(told.sport),
        sport_told=told.sport,
        weekdays=tuple(sorted(WEEKDAYS.index(day) for day in told.weekdays)),
        notes=notes,
    )


def _avoided(text: str) -> frozenset[str]:
    return frozenset({text}) if "_" in text and text in EXERCISES else named(text)
