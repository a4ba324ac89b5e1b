"""The week that unfolds on the front page."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    name: str
    sets: str
    load: str


@dataclass(frozen=True)
class Day:
    weekday: str
    name: str = ""
    minutes: int = 0
    exercises: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    title: str
    about: str
    days: list[Day]


# As the rules engine wrote it for an intermediate who squats 130, benches 95, deadlifts 160 and presses 60 kg.
SAMPLE = Sample(
    title="One week, unfolded",
    about="Week 6 of 8 as Unfold wrote it: strength, four days, 60 minutes, intermediate, full gym.",
    days=[
        Day("monday", "Upper A", 60, [
            Line("Barbell bench press", "4 × 3", "82.5 kg"), Line("Barbell row", "3 × 5", "65 kg"),
            Line("Push press", "3 × 6", "55 kg"), Line("Pull-up", "3 × 6", "RPE 8"),
        ]),
        Day("tuesday", "Lower A", 59, [
            Line("Barbell back squat", "4 × 3", "112.5 kg"), Line("Barbell hip thrust", "3 × 6", "115 kg"),
            Line("Bulgarian split squat", "2 × 8", "2 × 20 kg"), Line("Single-leg calf raise", "3 × 12", "RPE 8"),
        ]),
        Day("wednesday"),
        Day("thursday", "Upper B", 60, [
            Line("Standing overhead press", "4 × 3", "52.5 kg"), Line("Chin-up", "3 × 5", "RPE 8"),
            Line("Close-grip bench press", "3 × 6", "67.5 kg"), Line("Pendlay row", "3 × 6", "60 kg"),
        ]),
        Day("friday", "Lower B", 60, [
            Line("Conventional deadlift", "4 × 3", "140 kg"), Line("Box squat to parallel", "3 × 6", "92.5 kg"),
            Line("Dumbbell reverse lunge", "2 × 8", "2 × 20 kg"), Line("Standing calf raise", "3 × 12", "RPE 8"),
        ]),
        Day("saturday"),
        Day("sunday"),
    ],
)  # fmt: skip
