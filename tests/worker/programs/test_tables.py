import tomllib
from typing import get_args

import pytest

from app.kinds.program_choices import MODELS as CHOICES
from app.kinds.program_choices import Area, Equipment, Muscle, Pattern
from tests.conftest import ROOT
from worker.training.catalog import EXERCISES, Exercise, named, owned_pieces
from worker.training.landmarks import TABLE
from worker.training.loads import implement
from worker.training.models import LOWER_VARIATIONS, MODELS, UPPER_VARIATIONS
from worker.training.ratios import RATIOS
from worker.training.select import ANY_MUSCLE, COMPETITION, FAST
from worker.training.split import CONJUGATE, FOCUS, SPLITS, TEMPLATES
from worker.training.sports import SPORTS
from worker.training.weekdays import USUAL

ALL = list(EXERCISES.values())


def test_there_are_enough_exercises_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 220
    assert len({exercise.name for exercise in ALL}) == len(ALL)


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_an_exercise_speaks_the_contracts_words(exercise: Exercise) -> None:
    assert exercise.pattern in get_args(Pattern)
    assert exercise.primary and not set(exercise.primary) & set(exercise.secondary)
    assert {*exercise.primary, *exercise.secondary} <= set(get_args(Muscle))
    assert {*exercise.stress, *exercise.avoid, *exercise.kind} <= set(get_args(Area))
    assert {*exercise.stress.values(), *exercise.avoid.values()} <= {1, 2, 3}
    assert set(exercise.avoid) == set(exercise.stress)
    assert exercise.station <= {"rack", "bench", "barbell"} and exercise.loadability in {0, 1, 2, 3}
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


@pytest.mark.parametrize("area", get_args(Area))
def test_what_is_kind_to_an_area_is_not_excluded_by_it_and_every_area_has_some(area: str) -> None:
    kind = [exercise for exercise in ALL if area in exercise.kind]
    assert len(kind) >= 5 and len({exercise.pattern for exercise in kind}) >= 3
    assert not [exercise.id for exercise in kind if exercise.contraindicated({area: "moderate"})]


def test_sets_of_names_are_of_the_table() -> None:
    favoured = frozenset().union(*(sport.favours for sport in SPORTS.values()))
    assert {*COMPETITION, *FAST, *favoured, *LOWER_VARIATIONS, *UPPER_VARIATIONS} <= set(EXERCISES)


def test_splits_have_a_template_for_every_day_and_a_weekday_for_each() -> None:
    for days, (_, names) in SPLITS.items():
        assert len(names) == days == len(USUAL[days])
        assert set(names) <= {*TEMPLATES, "Recovery"}
    assert {*TEMPLATES, *CONJUGATE, "Recovery"} == set(FOCUS)


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


FIELDS = {"name", "pattern", "primary", "secondary", "needs", "skill", "tier", "loadability", "stress", "avoid",
          "regressions", "progressions", "subs", "cues"}  # fmt: skip


def test_every_exercise_of_the_file_has_every_field() -> None:
    rows = tomllib.loads((ROOT / "worker/training/exercises.toml").read_text())
    assert len(rows) == len(ALL)
    assert not {key: FIELDS - row.keys() for key, row in rows.items() if FIELDS - row.keys()}


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)
def test_chains_and_substitutes_are_of_the_same_movement(exercise: Exercise) -> None:
    others = [EXERCISES[key] for key in (*exercise.regressions, *exercise.progressions, *exercise.subs)]
    assert exercise.id not in {other.id for other in others}
    assert {other.pattern for other in others} <= {exercise.pattern}
    assert all(EXERCISES[key].skill <= exercise.skill for key in exercise.regressions)
    assert all(EXERCISES[key].skill >= exercise.skill for key in exercise.progressions)
    assert not set(exercise.regressions) & set(exercise.progressions)
    assert all(exercise.id in EXERCISES[key].regressions for key in exercise.progressions)
    assert exercise.subs or exercise.pattern == "mobility"
    if exercise.pattern not in ANY_MUSCLE:
        worked = {*exercise.primary}
        assert all(worked & {*EXERCISES[key].primary, *EXERCISES[key].secondary} for key in exercise.subs)


def test_nearly_every_exercise_has_a_way_down_or_up_and_no_chain_is_a_circle() -> None:
    alone = [e.id for e in ALL if not e.regressions and not e.progressions]
    assert set(alone) <= {"wall_slide", "ankle_rock"}
    for exercise in ALL:
        seen, ahead = set[str](), [exercise.id]
        while ahead:
            key = ahead.pop()
            ahead += [one for one in EXERCISES[key].progressions if one not in seen]
            seen.update(EXERCISES[key].progressions)
        assert exercise.id not in seen, exercise.id


def test_loads_of_exercises_agree_with_the_table_of_ratios() -> None:
    for ratio in RATIOS:
        exercise = EXERCISES.get(ratio.lift)
        if exercise is not None and exercise.load is not None and exercise.load[0] == ratio.of:
            low, high = min(low for low, _ in ratio.usual.values()), max(high for _, high in ratio.usual.values())
            assert low <= exercise.load[1] <= high, ratio.lift


def test_every_model_says_what_it_is_and_where_from() -> None:
    assert set(MODELS) == set(CHOICES)
    assert all(model.what.endswith(".") and len(model.source) > 30 for model in MODELS.values())
