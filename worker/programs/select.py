"""Which exercise fills a place: first what is possible and safe, then what suits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from worker.programs.catalog import EXERCISES, WEIGHTED, Exercise
from worker.programs.loads import too_heavy, too_light, working_max
from worker.programs.prescription import scheme
from worker.programs.profile import Profile

# The most skill we ask for: foundations, then by experience.
SKILL: Final = {"beginner": 2, "intermediate": 3, "advanced": 4}
OLDER_SKILL: Final = 2
# No impact: what leaves the floor is not for over-65s unasked, nor for heavy beginners.
IMPACT: Final = frozenset(
    {"box_jump", "broad_jump", "squat_jump", "trap_bar_jump", "burpee", "plyo_push_up", "incline_plyo_push_up"}
)
GENTLE: Final = frozenset({"marching", "bike_interval", "fast_sit_to_stand", "step_up", "farmers_carry"})
# What to prefer for an injured area (facts: exclusions and preferences, grade B).
PREFER: Final[dict[str, frozenset[str]]] = {
    "shoulder": frozenset(
        {"landmine_press", "neutral_grip_dumbbell_press", "neutral_grip_shoulder_press", "dumbbell_floor_press",
         "neutral_grip_pulldown", "chest_supported_row"}
    ),
    "lower_back": frozenset(
        {"trap_bar_deadlift", "hip_thrust", "machine_hip_thrust", "chest_supported_row", "machine_row", "seal_row",
         "leg_press"}
    ),
    "knee": frozenset(
        {"box_squat", "dumbbell_box_squat", "kettlebell_box_squat", "leg_press_short", "hip_thrust",
         "romanian_deadlift", "dumbbell_romanian_deadlift"}
    ),
}  # fmt: skip
# Patterns whose exercises stand in for each other whatever muscle leads.
ANY_MUSCLE: Final = frozenset({"carry", "core", "conditioning", "mobility"})
COMPETITION: Final = frozenset({"back_squat", "bench_press", "deadlift"})
BARBELL_GOALS: Final = frozenset({"strength", "powerlifting", "power"})
STABLE_GOALS: Final = frozenset({"hypertrophy", "recomposition"})
FREE_GOALS: Final = frozenset({"fat_loss", "endurance", "general_fitness"})
BODYWEIGHT_PIECES: Final = frozenset({"bodyweight", "pull_up_bar"})


@dataclass(frozen=True)
class Pool:
    """What this person can do."""

    profile: Profile
    able: tuple[Exercise, ...]

    @classmethod
    def of(cls, profile: Profile) -> "Pool":
        return cls(profile, tuple(exercise for exercise in EXERCISES.values() if possible(exercise, profile)))

    @cached_property
    def reasons(self) -> dict[str, str | None]:
        return {exercise.id: unfit(exercise, self.profile) for exercise in EXERCISES.values()}

    @cached_property
    def _patterns(self) -> dict[str, list[Exercise]]:
        found: dict[str, list[Exercise]] = {}
        for exercise in self.able:
            found.setdefault(exercise.pattern, []).append(exercise)
        return found

    @cached_property
    def _suits(self) -> dict[tuple[str, str], float]:
        return {}

    def pattern(self, pattern: str) -> list[Exercise]:
        return self._patterns.get(pattern, [])

    def why_none(self, wanted: Callable[[Exercise], bool]) -> str:
        """Why no exercise of a kind is left: an injury or a wish that took one, else equipment."""
        kinds = {reason for key, reason in self.reasons.items() if wanted(EXERCISES[key])}
        return next((reason for reason in ("injury", "avoided") if reason in kinds), "equipment")

    def best(
        self, candidates: Iterable[Exercise], role: str, used: dict[str, int], before: frozenset[str]
    ) -> list[Exercise]:
        """Best first. `used` counts uses this week, `before` are those of the block before."""
        scored = [(self.score(exercise, role, used, before), exercise.id, exercise) for exercise in candidates]
        return [exercise for _, _, exercise in sorted(scored, key=lambda row: (-row[0], row[1]))]

    def score(self, exercise: Exercise, role: str, used: dict[str, int], before: frozenset[str]) -> float:
        profile = self.profile
        value = self._suits.get((exercise.id, role))
        if value is None:
            value = self._suits[exercise.id, role] = self._suit(exercise, role)
        competition = profile.goal == "powerlifting" and role == "main" and exercise.id in COMPETITION
        if competition:
            value += 4
        elif role in ("main", "second"):
            # Beginners learn by meeting the same lift again; others gain from a variation.
            value -= (0.5 if profile.experience == "beginner" else 2.5) * used.get(exercise.id, 0)
        else:
            value -= (1.2 if role == "isolation" else 2.5) * used.get(exercise.id, 0)
        if exercise.id in before and role in ("accessory", "isolation", "core"):
            value -= 1.2
        return value

    def _suit(self, exercise: Exercise, role: str) -> float:
        """The part of the score that depends on the person only."""
        profile = self.profile
        value = {1: 3.0, 2: 1.5, 3: 0.0}[exercise.tier]
        value += _for_goal(exercise, role, profile) + _for_person(exercise, role, profile)
        if exercise.loads_area(profile.injuries):
            value -= 1.5
        if any(exercise.id in PREFER.get(area, ()) for area in profile.injuries):
            value += 2.5
        return value

    def substitutes(self, exercise: Exercise, taken: frozenset[str], role: str) -> list[Exercise]:
        """Up to three: the named ones first, then the nearest of the same pattern (isolation: of the same muscle)."""
        same = [
            other
            for other in self.pattern(exercise.pattern)
            if other.id not in taken and (exercise.pattern in ANY_MUSCLE or not other.leads.isdisjoint(exercise.leads))
        ]
        listed = [other for key in exercise.subs for other in same if other.id == key]
        rest = [other for other in self.best(same, role, {}, frozenset()) if other not in listed]
        return (listed + rest)[:3]


def unfit(exercise: Exercise, profile: Profile) -> str | None:
    """Why this person must not do it, hard reasons only."""
    if exercise.pieces(profile.owned) is None:
        return "equipment"
    if exercise.contraindicated(profile.injuries):
        return "injury"
    if exercise.id in profile.avoid:
        return "avoided"
    return None


def possible(exercise: Exercise, profile: Profile) -> bool:
    if unfit(exercise, profile) is not None:
        return False
    skill = SKILL[profile.experience]
    if profile.goal == "foundations" and profile.experience != "advanced":
        skill = min(skill, 1 if profile.experience == "beginner" else 2)
    if profile.older:
        skill = min(skill, OLDER_SKILL)
        if exercise.id in IMPACT:
            return False
    return exercise.skill <= skill


def possible_load(exercise: Exercise, profile: Profile, shares: Iterable[float]) -> bool:
    """Whether all these shares of 1RM can be put on the implement; true where nothing tells the load."""
    most = working_max(exercise, profile.lifts)
    return most is None or not any(too_light(exercise, most * share, profile.units) for share in shares)


def bodyweight_only(profile: Profile) -> bool:
    """Skill is what makes it heavier, by choice or for want of weights."""
    return profile.goal == "bodyweight" or profile.owned.isdisjoint(WEIGHTED)


def _for_goal(exercise: Exercise, role: str, profile: Profile) -> float:
    goal, pieces = profile.goal, set(exercise.pieces(profile.owned) or ())
    bare = pieces <= BODYWEIGHT_PIECES
    if bodyweight_only(profile):
        return (4 if bare else 0) + (0.8 * exercise.skill if bare and role in ("main", "second") else 0)
    value = -2.5 if _out_of_range(exercise, role, profile) else 0.0
    if goal in BARBELL_GOALS and role in ("main", "second"):
        value += 2 if "barbell" in pieces else 0
        value -= 1 if "machines" in pieces else 0
    if goal in STABLE_GOALS and role in ("accessory", "isolation"):
        value += 0.6 if pieces & {"machines", "cables", "bench"} else 0
    if goal in FREE_GOALS and role in ("second", "accessory"):
        value += 0.6 if pieces & {"dumbbells", "kettlebells"} else 0
    if role in ("main", "second", "accessory") and not bare and exercise.load and exercise.load[0] in profile.lifts:
        value += 1
    if bare and exercise.pattern in ("squat", "hinge", "lunge", "horizontal_push", "horizontal_pull", "vertical_push"):
        value -= {"beginner": 1.0, "intermediate": 2.0, "advanced": 3.0}[profile.experience]
    if pieces == {"bands"} or (bare and role == "isolation"):
        value -= 1
    return value


def _out_of_range(exercise: Exercise, role: str, profile: Profile) -> bool:
    """Whether the goal asks for repetitions that the exercise is not made for."""
    plan = scheme(profile, role)
    return exercise.reps is not None and not exercise.reps[0] <= (plan.low + plan.high) // 2 <= exercise.reps[1]


def _for_person(exercise: Exercise, role: str, profile: Profile) -> float:
    value = 0.0
    if profile.older or profile.goal == "foundations":
        value += 1.5 if exercise.skill == 1 else 0
    elif role == "main":
        value += 0.2 * exercise.skill
    if exercise.each and not bodyweight_only(profile):
        value -= 1.5 if profile.minutes <= 30 else 0
        value -= 1.0 if role in ("main", "second") else 0
    if profile.older and exercise.id in GENTLE:
        value += 2
    most = working_max(exercise, profile.lifts)
    if most is not None and too_heavy(exercise, most * 0.7, profile.units, profile.gym):
        value -= 4
    return value
