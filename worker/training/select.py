"""Which exercise fills a place: first what is possible and safe, then what suits."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from worker.training.catalog import EXERCISES, WEIGHTED, Exercise
from worker.training.loads import too_heavy, too_light, working_max
from worker.training.prescription import scheme
from worker.training.profile import Profile

# The most skill we ask for: foundations, then by experience.
SKILL: Final = {"beginner": 2, "intermediate": 3, "advanced": 4}
OLDER_SKILL: Final = 2
MOST_SUBSTITUTES: Final = 3
# Patterns whose exercises stand in for each other whatever muscle leads.
ANY_MUSCLE: Final = frozenset({"carry", "core", "conditioning", "mobility", "power"})
COMPETITION: Final = frozenset({"back_squat", "bench_press", "deadlift"})
# Speed is trained in the competition lifts, and squatting fast to a box (Simmons 2007).
FAST: Final = frozenset({"box_squat", "bench_press", "deadlift"})
BARBELL_GOALS: Final = frozenset({"strength", "powerlifting", "power"})
STABLE_GOALS: Final = frozenset({"hypertrophy", "recomposition"})
FREE_GOALS: Final = frozenset({"fat_loss", "endurance", "general_fitness"})
BODYWEIGHT_PIECES: Final = frozenset({"bodyweight", "pull_up_bar"})
FIRST: Final = frozenset({"main", "lead", "second"})
BIG: Final = frozenset({"squat", "hinge", "horizontal_push", "vertical_push", "horizontal_pull", "vertical_pull"})
OPEN_PATTERNS: Final = frozenset({"squat", "hinge", "lunge", "horizontal_push", "horizontal_pull", "vertical_push"})


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
        """Hard reasons against each exercise that is not able."""
        return {key: unfit(exercise, self.profile) for key, exercise in EXERCISES.items() if key not in self.ids}

    @cached_property
    def _patterns(self) -> dict[str, list[Exercise]]:
        found: dict[str, list[Exercise]] = {}
        for exercise in self.able:
            found.setdefault(exercise.pattern, []).append(exercise)
        return found

    @cached_property
    def _suits(self) -> dict[tuple[str, str], float]:
        return {}

    @cached_property
    def _substitutes(self) -> dict[tuple[str, str], list[Exercise]]:
        return {}

    @cached_property
    def _pieces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _nothing(self) -> dict[tuple[str, str], str]:
        return {}

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(exercise.id for exercise in self.able)

    def pieces(self, exercise: Exercise, without: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The pieces this person does it with, on a day without some."""
        if without:
            return exercise.pieces(self.profile.owned - self.profile.missing - without) or ()
        found = self._pieces.get(exercise.id)
        if found is None:
            found = self._pieces[exercise.id] = pieces_for(exercise, self.profile) or ()
        return found

    def missing(self, without: frozenset[str]) -> frozenset[str]:
        """What this person can do, but not on a day without these pieces."""
        if not without:
            return frozenset()
        owned = self.profile.owned - self.profile.missing - without
        return frozenset(e.id for e in self.able if e.takes(without) or e.pieces(owned) is None)

    def pattern(self, pattern: str) -> list[Exercise]:
        return self._patterns.get(pattern, [])

    def why_none(self, pattern: str = "", muscle: str = "") -> str:
        """Why no exercise of a pattern, or for a muscle, is left: an injury or a wish that took one, else equipment."""
        found = self._nothing.get((pattern, muscle))
        if found is None:
            kinds = {
                reason
                for key, reason in self.reasons.items()
                if reason
                and (not pattern or EXERCISES[key].pattern == pattern)
                and (not muscle or muscle in EXERCISES[key].leads)
            }
            found = next((reason for reason in ("injury", "avoided") if reason in kinds), "equipment")
            self._nothing[pattern, muscle] = found
        return found

    def best(
        self, candidates: Iterable[Exercise], role: str, used: dict[str, int], before: frozenset[str]
    ) -> list[Exercise]:
        """Best first. `used` counts uses this week, `before` are those of the block before."""
        return [exercise for _, exercise in self.scored(candidates, role, used, before)]

    def scored(
        self, candidates: Iterable[Exercise], role: str, used: dict[str, int], before: frozenset[str]
    ) -> list[tuple[float, Exercise]]:
        scored = [(-self.score(exercise, role, used, before), exercise.id, exercise) for exercise in candidates]
        scored.sort()
        return [(-value, exercise) for value, _, exercise in scored]

    def score(self, exercise: Exercise, role: str, used: dict[str, int], before: frozenset[str]) -> float:
        value = self._suits.get((exercise.id, role))
        if value is None:
            value = self._suits[exercise.id, role] = _suit(self.pieces(exercise), exercise, role, self.profile)
        times = used.get(exercise.id, 0)
        if times and not (self.profile.goal == "powerlifting" and role == "main" and exercise.id in COMPETITION):
            value -= self._again(role) * times
        if role in ("accessory", "isolation", "core") and exercise.id in before:
            value -= 2.4 if self.profile.notes.variety else 1.2
        return value

    def _again(self, role: str) -> float:
        """What an exercise loses when the week has it already.

        Beginners learn by meeting the same lift again, and so does who masters the own weight; others gain from a
        variation.
        """
        if role in FIRST and (self.profile.experience == "beginner" or bodyweight_only(self.profile)):
            return 0.5
        return 1.2 if role == "isolation" or self.profile.experience == "beginner" else 2.5

    def substitutes(self, exercise: Exercise, taken: Container[str], role: str) -> list[Exercise]:
        """Up to three that can stand there and are not taken: the named first, then the nearest of the same kind."""
        return list(islice((one for one in self._instead(exercise, role) if one.id not in taken), MOST_SUBSTITUTES))

    def _instead(self, exercise: Exercise, role: str) -> list[Exercise]:
        """Of the same pattern, and of a muscle that it trains."""
        key = (exercise.id, role)
        found = self._substitutes.get(key)
        if found is None:
            of_pattern = [other for other in self.pattern(exercise.pattern) if other.id != exercise.id]
            listed = [other for key in exercise.subs for other in of_pattern if other.id == key]
            same = [
                other
                for other in of_pattern
                if exercise.pattern in ANY_MUSCLE or not other.leads.isdisjoint(exercise.leads)
            ]
            rest = [other for other in self.best(same, role, {}, frozenset()) if other not in listed]
            found = self._substitutes[key] = listed + rest
        return found

    def nearest(self, keys: Iterable[str], taken: Container[str]) -> str | None:
        """The first of these that the person can do."""
        return next((key for key in keys if key in self.ids and key not in taken), None)


def pieces_for(exercise: Exercise, profile: Profile) -> tuple[str, ...] | None:
    """The first alternative that the person has all of; None if there is none."""
    if not profile.notes.missing:
        return exercise.pieces(profile.owned)
    if exercise.takes(profile.missing):
        return None
    return exercise.pieces(profile.owned - profile.missing)


def unfit(exercise: Exercise, profile: Profile) -> str | None:
    """Why this person must not do it, hard reasons only."""
    if pieces_for(exercise, profile) is None:
        return "equipment"
    if exercise.contraindicated(profile.injuries) or (exercise.impact and profile.notes.quiet):
        return "injury"
    if exercise.id in profile.avoid:
        return "avoided"
    return None


def possible(exercise: Exercise, profile: Profile) -> bool:
    return exercise.skill <= most_skill(profile) and not _too_rough(exercise, profile) and not unfit(exercise, profile)


def most_skill(profile: Profile) -> int:
    skill = SKILL[profile.experience]
    if profile.goal == "foundations" and profile.experience != "advanced":
        skill = min(skill, 1 if profile.experience == "beginner" else 2)
    if profile.notes.new:
        skill = min(skill, 1)
    return min(skill, OLDER_SKILL) if profile.older else skill


def _too_rough(exercise: Exercise, profile: Profile) -> bool:
    """No impact from 65 on, nor until a doctor has said yes."""
    return exercise.impact and (profile.older or bool(profile.medical))


def possible_load(exercise: Exercise, profile: Profile, shares: Iterable[float]) -> bool:
    """Whether all these shares of 1RM can be put on the implement; true where nothing tells the load."""
    most = working_max(exercise, profile.lifts)
    if most is None:
        return True
    return not any(too_light(exercise, most * share, profile.units, profile.notes.dumbbells) for share in shares)


def bodyweight_only(profile: Profile) -> bool:
    """Skill is what makes it heavier, by choice or for want of weights."""
    return profile.goal == "bodyweight" or WEIGHTED.isdisjoint(profile.owned - profile.missing)


def _suit(pieces: tuple[str, ...], exercise: Exercise, role: str, profile: Profile) -> float:
    """How well it suits the person, whatever else the week has."""
    value = {1: 3.0, 2: 1.5, 3: 0.0}[exercise.tier]
    value += _for_goal(set(pieces), exercise, role, profile) + _for_person(pieces, exercise, role, profile)
    if exercise.loads_area(profile.injuries):
        value -= 1.5
    if not exercise.kind.isdisjoint(profile.injuries):
        value += 2.5
    if profile.sport and exercise.id in profile.sport.favours:
        value += 1.5
    if role == "main" and profile.goal == "powerlifting" and exercise.id in COMPETITION:
        value += 4
    if role == "dynamic" and exercise.id in FAST:
        value += 4
    return value


def _for_goal(pieces: set[str], exercise: Exercise, role: str, profile: Profile) -> float:
    goal, bare = profile.goal, pieces <= BODYWEIGHT_PIECES
    if bodyweight_only(profile):
        value = (4 if bare else 0) + (0.8 * exercise.skill if bare and role in FIRST else 0)
        # The easy forms are behind those who have trained for a while.
        return value - (1.5 if exercise.gentle and profile.experience != "beginner" and not profile.older else 0)
    value = -2.5 if _out_of_range(exercise, role, profile) else 0.0
    if goal in BARBELL_GOALS and role in FIRST:
        value += 2 if "barbell" in pieces and exercise.tier < 3 else 0
        value -= 1 if "machines" in pieces else 0
    if goal in STABLE_GOALS and role in ("lead", "second", "accessory", "isolation"):
        value += 0.6 if pieces & {"machines", "cables", "bench"} else 0
    if goal in STABLE_GOALS and exercise.pattern == "hinge" and exercise.stress.get("lower_back") == 3:
        # Size needs no lift that tires the back more than the muscle.
        value -= 1.2 if exercise.reps is not None and exercise.reps[1] <= 8 else 0
    if goal in FREE_GOALS and role in ("lead", "second", "accessory"):
        value += 0.6 if pieces & {"dumbbells", "kettlebells"} else 0
    if role in FIRST and exercise.pattern in BIG and profile.experience != "beginner":
        # The strong outgrow what cannot be loaded in small steps.
        value += 0.7 * (exercise.loadability - 2)
    if role in (*FIRST, "accessory") and not bare and exercise.load and exercise.load[0] in profile.lifts:
        value += 0.5
    if bare and exercise.pattern in OPEN_PATTERNS:
        value -= {"beginner": 2.0, "intermediate": 2.5, "advanced": 3.0}[profile.experience]
    if pieces == {"bands"} or (bare and role == "isolation"):
        value -= 1
    return value


def _out_of_range(exercise: Exercise, role: str, profile: Profile) -> bool:
    """Whether the goal asks for repetitions that the exercise is not made for."""
    if exercise.pattern == "vertical_pull" and exercise.loadability == 0:
        return False  # as many as one can
    plan = scheme(profile, role)
    return exercise.reps is not None and not exercise.reps[0] <= (plan.low + plan.high) // 2 <= exercise.reps[1]


def _for_person(pieces: tuple[str, ...], exercise: Exercise, role: str, profile: Profile) -> float:
    value = 0.0
    if profile.older or profile.goal == "foundations" or profile.notes.new:
        value += 1.5 if exercise.skill == 1 else 0
        # Begin where the movement begins: harder forms of one's own weight come as progressions.
        if set(pieces) <= BODYWEIGHT_PIECES and exercise.regressions and not exercise.gentle:
            value -= 1.5
    elif role == "main":
        value += 0.2 * exercise.skill
    if profile.older:
        value += 2 if exercise.gentle else 0
        value -= 0.4 * max(exercise.stress.values(), default=0)
    if exercise.each and not bodyweight_only(profile):
        wanted = profile.sport is not None and exercise.id in profile.sport.favours
        value -= 1.5 if profile.minutes <= 30 and not wanted else 0
        value -= 1.0 if role in FIRST else 0
    most = working_max(exercise, profile.lifts)
    if most is not None and too_heavy(exercise, most * 0.7, profile.units, profile.gym, profile.notes.dumbbells):
        value -= 4
    return value
