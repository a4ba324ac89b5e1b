"""What a person can choose for a program, and how each choice is said. Forms, pages and texts all read from here."""

from typing import Final, Literal

Goal = Literal[
    "strength",
    "powerlifting",
    "hypertrophy",
    "general_fitness",
    "fat_loss",
    "recomposition",
    "power",
    "endurance",
    "bodyweight",
    "foundations",
]
Experience = Literal["beginner", "intermediate", "advanced"]
Equipment = Literal[
    "full_gym",
    "barbell",
    "dumbbells",
    "kettlebells",
    "machines",
    "cables",
    "bands",
    "pull_up_bar",
    "bodyweight",
    "bench",
    "trap_bar",
]
Units = Literal["kg", "lb"]
Sex = Literal["male", "female", "unspecified"]
Area = Literal["shoulder", "elbow", "wrist", "neck", "upper_back", "lower_back", "hip", "knee", "ankle"]
Severity = Literal["mild", "moderate", "severe"]
Energy = Literal["deficit", "maintenance", "surplus"]
LiftsSource = Literal["tested", "estimated", "unsure"]
Muscle = Literal[
    "chest",
    "back",
    "quads",
    "hamstrings",
    "glutes",
    "front_delts",
    "side_delts",
    "rear_delts",
    "biceps",
    "triceps",
    "calves",
    "abs",
    "traps",
    "forearms",
]
Pattern = Literal[
    "squat",
    "hinge",
    "lunge",
    "horizontal_push",
    "vertical_push",
    "horizontal_pull",
    "vertical_pull",
    "carry",
    "core",
    "isolation",
    "power",
    "conditioning",
    "mobility",
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[dict[Weekday, str]] = {
    "monday": "Monday",
    "tuesday": "Tuesday",
    "wednesday": "Wednesday",
    "thursday": "Thursday",
    "friday": "Friday",
    "saturday": "Saturday",
    "sunday": "Sunday",
}

GOALS: Final[dict[Goal, str]] = {
    "strength": "Strength",
    "powerlifting": "Powerlifting",
    "hypertrophy": "Muscle size",
    "general_fitness": "General fitness",
    "fat_loss": "Fat loss",
    "recomposition": "Recomposition",
    "power": "Power and speed",
    "endurance": "Muscular endurance",
    "bodyweight": "Bodyweight mastery",
    "foundations": "Foundations",
}
GOAL_HINTS: Final[dict[Goal, str]] = {
    "strength": "Lift more in the basic lifts.",
    "powerlifting": "Squat, bench press and deadlift, peaking at the end.",
    "hypertrophy": "Grow muscle: more sets, close to failure.",
    "general_fitness": "Stronger, fitter, able: a bit of everything.",
    "fat_loss": "Keep muscle and strength while losing weight.",
    "recomposition": "Gain muscle and lose fat at an even body weight.",
    "power": "Jump higher, move faster, be explosive.",
    "endurance": "Many repetitions, short rests, tire later.",
    "bodyweight": "Master push-ups, pull-ups and what follows.",
    "foundations": "New or back after a long break: learn the movements.",
}
EXPERIENCES: Final[dict[Experience, str]] = {
    "beginner": "Beginner",
    "intermediate": "Intermediate",
    "advanced": "Advanced",
}
EXPERIENCE_HINTS: Final[dict[Experience, str]] = {
    "beginner": "Less than a year of regular lifting.",
    "intermediate": "One to three years; progress comes by the month.",
    "advanced": "More than three years; progress is hard won.",
}
EQUIPMENT: Final[dict[Equipment, str]] = {
    "full_gym": "Full gym",
    "barbell": "Barbell",
    "dumbbells": "Dumbbells",
    "kettlebells": "Kettlebells",
    "machines": "Machines",
    "cables": "Cables",
    "bands": "Bands",
    "pull_up_bar": "Pull-up bar",
    "bodyweight": "Bodyweight",
    "bench": "Bench",
    "trap_bar": "Trap bar",
}
EQUIPMENT_HINTS: Final[dict[Equipment, str]] = {
    "full_gym": "Everything below and more.",
    "barbell": "Bar, plates, rack and bench.",
    "dumbbells": "An adjustable pair.",
    "kettlebells": "At least one or a pair.",
    "machines": "Leg press, pulldown, leg curl and the like.",
    "cables": "A cable tower with both heights.",
    "bands": "Loop or tube bands with an anchor.",
    "pull_up_bar": "Fixed or in a doorway.",
    "bodyweight": "The floor, a wall, a sturdy chair and table.",
    "bench": "Flat or adjustable.",
    "trap_bar": "Hex bar and plates.",
}
UNITS: Final[dict[Units, str]] = {"kg": "Kilograms", "lb": "Pounds"}
SEXES: Final[dict[Sex, str]] = {"unspecified": "Rather not say", "female": "Female", "male": "Male"}
AREAS: Final[dict[Area, str]] = {
    "shoulder": "Shoulder",
    "elbow": "Elbow",
    "wrist": "Wrist",
    "neck": "Neck",
    "upper_back": "Upper back",
    "lower_back": "Lower back",
    "hip": "Hip",
    "knee": "Knee",
    "ankle": "Ankle",
}
SEVERITIES: Final[dict[Severity, str]] = {"mild": "Mild", "moderate": "Moderate", "severe": "Severe"}
SEVERITY_HINTS: Final[dict[Severity, str]] = {
    "mild": "Noticeable, up to 4 of 10.",
    "moderate": "Changes how you move, 5 to 7 of 10.",
    "severe": "Stops you, 8 of 10 or more.",
}
ENERGIES: Final[dict[Energy, str]] = {
    "deficit": "Losing weight",
    "maintenance": "Holding weight",
    "surplus": "Gaining weight",
}
LIFTS: Final[dict[str, str]] = {
    "squat": "Squat",
    "bench_press": "Bench press",
    "deadlift": "Deadlift",
    "overhead_press": "Overhead press",
}
LIFTS_SOURCES: Final[dict[LiftsSource, str]] = {
    "tested": "Tested",
    "estimated": "Estimated from a set of several reps",
    "unsure": "A guess",
}
MUSCLES: Final[dict[Muscle, str]] = {
    "chest": "Chest",
    "back": "Back",
    "quads": "Quads",
    "hamstrings": "Hamstrings",
    "glutes": "Glutes",
    "front_delts": "Front delts",
    "side_delts": "Side delts",
    "rear_delts": "Rear delts",
    "biceps": "Biceps",
    "triceps": "Triceps",
    "calves": "Calves",
    "abs": "Abs",
    "traps": "Traps",
    "forearms": "Forearms",
}
# Landmark tables count direct sets. Counted by fractions these would be over their MRV before anybody trained them, so
# that it is compared with their primary sets only.
DIRECT: Final[frozenset[Muscle]] = frozenset({"front_delts", "glutes", "abs", "traps", "forearms"})
PATTERNS: Final[dict[Pattern, str]] = {
    "squat": "Squat",
    "hinge": "Hinge",
    "lunge": "Lunge",
    "horizontal_push": "Horizontal push",
    "vertical_push": "Vertical push",
    "horizontal_pull": "Horizontal pull",
    "vertical_pull": "Vertical pull",
    "carry": "Carry",
    "core": "Core",
    "isolation": "Isolation",
    "power": "Power",
    "conditioning": "Conditioning",
    "mobility": "Mobility",
}
SPLITS: Final[dict[str, str]] = {
    "full_body": "Full body",
    "upper_lower_full": "Upper, lower, full body",
    "upper_lower": "Upper and lower body",
    "ppl_upper_lower": "Push, pull, legs, upper, lower",
    "push_pull_legs": "Push, pull, legs, twice",
    "conjugate": "Lower and upper body, each with a day of maximal and a day of dynamic effort",
    "push_pull_legs_recovery": "Push, pull, legs, twice, and a recovery day",
}
MODELS: Final[dict[str, str]] = {
    "linear": "Linear",
    "double_progression": "Double progression",
    "undulating": "Daily undulating",
    "block": "Block",
    "conjugate": "Conjugate",
    "hypertrophy_mesocycles": "Autoregulated mesocycles",
}
PHASE_NAMES: Final[dict[str, str]] = {
    "foundation": "Foundation",
    "accumulation": "Accumulation",
    "intensification": "Intensification",
    "transmutation": "Transmutation",
    "wave": "Wave",
    "realisation": "Realisation",
    "taper": "Taper",
    "deload": "Deload",
}
DEFAULT_WEEKS: Final[dict[Goal, int]] = {
    "strength": 8,
    "powerlifting": 12,
    "hypertrophy": 10,
    "general_fitness": 8,
    "fat_loss": 8,
    "recomposition": 10,
    "power": 8,
    "endurance": 8,
    "bodyweight": 8,
    "foundations": 6,
}
