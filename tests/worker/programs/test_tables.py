from typing import get_args

import pytest

from app.kinds.program_choices import Area, Equipment, Muscle, Pattern
from worker.programs.catalog import EXERCISES, Exercise, named, owned_pieces
from worker.programs.landmarks import TABLE
from worker.programs.loads import implement
from worker.programs.select import COMPETITION, GENTLE, IMPACT, PREFER
from worker.programs.split import DAYS, SPLITS, TEMPLATES

ALL = list(EXERCISES.values())


def test_there_are_enough_exercises_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 220
    assert len({exercise.name for exercise in ALL}) == len(ALL)


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_an_exercise_speaks_the_contracts_words(exercise: Exercise) -> None:
    assert exercise.pattern in get_args(Pattern)
    assert exercise.primary and not set(exercise.primary) & set(exercise.secondary)
    assert {*exercise.primary, *exercise.secondary} <= set(get_args(Muscle))
    assert set(exercise.stress) <= set(get_args(Area)) and set(exercise.stress.values()) <= {1, 2, 3}
    assert all(set(pieces) <= set(get_args(Equipment)) for pieces in exercise.needs)
    assert set(exercise.subs) <= set(EXERCISES) - {exercise.id}
    assert 1 <= exercise.skill <= 4 and 1 <= exercise.tier <= 3
    assert exercise.cues.endswith(".")
    assert (exercise.load is None) or implement(exercise) is not None
    assert (exercise.hold is not None) or exercise.pattern != "conditioning"
    assert exercise.reps is None or exercise.reps[0] <= exercise.reps[1]


@pytest.mark.parametrize("muscle", TABLE)
def test_every_muscle_can_be_trained_with_any_single_weight_or_none(muscle: str) -> None:
    for piece in ("bodyweight", "dumbbells", "full_gym"):
        owned = owned_pieces([piece])
        assert any(muscle in e.primary and e.pieces(owned) for e in ALL), (muscle, piece)


@pytest.mark.parametrize(
    ("area", "excluded"),
    [
        ("shoulder", ("upright_row", "behind_neck_pulldown", "bench_dip")),
        ("lower_back", ("deadlift", "good_morning", "barbell_row", "back_extension", "cable_crunch")),
        ("knee", ("back_squat", "front_squat", "pistol_squat", "box_jump", "squat_jump", "broad_jump")),
    ],
)
def test_the_known_exclusions_hold_from_mild_on(area: str, excluded: tuple[str, ...]) -> None:
    assert all(EXERCISES[key].contraindicated({area: "mild"}) for key in excluded)


@pytest.mark.parametrize("area", PREFER)
def test_what_is_preferred_for_an_area_is_not_excluded_by_it(area: str) -> None:
    assert not [key for key in PREFER[area] if EXERCISES[key].contraindicated({area: "moderate"})]


def test_sets_of_names_are_of_the_table() -> None:
    assert (COMPETITION | IMPACT | GENTLE | frozenset().union(*PREFER.values())) <= set(EXERCISES)


def test_splits_have_a_template_for_every_day_and_a_weekday_for_each() -> None:
    for days, (_, names) in SPLITS.items():
        assert len(names) == days == len(DAYS[days])
        assert set(names) <= {*TEMPLATES, "Recovery"}


def test_a_full_gym_has_everything_and_a_barbell_brings_a_bench() -> None:
    assert owned_pieces(["full_gym"]) == set(get_args(Equipment))
    assert owned_pieces(["barbell"]) == {"barbell", "bench", "bodyweight"}
    assert "bench" not in owned_pieces(["dumbbells"])


def test_exercises_are_known_by_the_words_people_use() -> None:
    assert {"deadlift", "romanian_deadlift"} <= named("Deadlifts")
    assert named("pull-ups") >= {"pull_up", "weighted_pull_up"}
    assert "bench_press" in named("bench press") and "bench_dip" not in named("bench press")
    assert not named("?") and not named("underwater basket weaving")


def test_a_goblet_squat_is_one_dumbbell_in_both_hands() -> None:
    """Its load is no load a hand, under whatever id it stands in the table."""
    goblets = [exercise for exercise in EXERCISES.values() if "goblet" in exercise.name.lower()]
    assert len(goblets) >= 3
    assert all("goblet" in exercise.words for exercise in goblets)
