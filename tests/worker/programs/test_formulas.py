import pytest

from tests.worker.programs.people import person
from worker.training import rpe
from worker.training.catalog import EXERCISES
from worker.training.landmarks import TABLE, landmarks
from worker.training.loads import rounded, too_heavy, too_light, working_max
from worker.training.ratios import level, next_level
from worker.training.timing import set_up_minutes, work_seconds
from worker.training.weak_points import find


@pytest.mark.parametrize(
    ("reps", "effort", "share"), [(1, 10, 1.0), (5, 10, 0.863), (5, 8, 0.811), (8, 7.5, 0.723), (10, 6, 0.626)]
)
def test_the_rpe_chart(reps: int, effort: float, share: float) -> None:
    assert rpe.share(reps, effort) == pytest.approx(share, abs=0.0006)


def test_the_chart_falls_with_every_repetition_and_ends() -> None:
    shares = [rpe.share(reps, 10) for reps in range(1, 17)]
    assert shares == sorted(shares, key=lambda share: -(share or 0)) and None not in shares
    assert rpe.share(17, 10) is None and rpe.share(16, 9.5) is None


def test_estimates_of_1rm() -> None:
    assert rpe.epley(100, 1) == 100
    assert rpe.epley(100, 10) == pytest.approx(133.3, abs=0.1)
    assert rpe.brzycki(100, 10) == pytest.approx(133.3, abs=0.1)
    assert rpe.wathen(100, 10) == pytest.approx(134.7, abs=0.1)
    with pytest.raises(ValueError, match="37"):
        rpe.brzycki(100, 37)


@pytest.mark.parametrize(
    ("weight", "units", "load"),
    [(101, "kg", 100), (102, "kg", 102.5), (101.8, "kg", 100), (223, "lb", 220), (224, "lb", 225)],
)
def test_loads_are_rounded_to_what_can_be_loaded(weight: float, units: str, load: float) -> None:
    assert rounded(weight, units) == load


def test_nothing_is_lighter_than_its_implement() -> None:
    assert too_light(EXERCISES["bench_press"], 19, "kg") and not too_light(EXERCISES["bench_press"], 20, "kg")
    assert too_light(EXERCISES["bench_press"], 43, "lb") and not too_light(EXERCISES["bench_press"], 45, "lb")
    assert too_light(EXERCISES["dumbbell_bench_press"], 1.5, "kg")
    assert not too_light(EXERCISES["push_up"], 1, "kg")


def test_dumbbells_end_somewhere() -> None:
    assert too_heavy(EXERCISES["goblet_squat"], 45, "kg", gym=False)
    assert not too_heavy(EXERCISES["goblet_squat"], 45, "kg", gym=True)
    assert not too_heavy(EXERCISES["deadlift"], 400, "kg", gym=False)


def test_an_exercise_is_loaded_from_the_lift_that_tells_it() -> None:
    assert working_max(EXERCISES["front_squat"], {"squat": 100}) == 85
    assert working_max(EXERCISES["front_squat"], {"bench_press": 100}) is None
    assert working_max(EXERCISES["plank"], {"squat": 100}) is None


def test_both_sides_take_twice_as_long() -> None:
    assert work_seconds(10, None, each=False) == 35
    assert work_seconds(10, None, each=True) == 70
    assert work_seconds(1, 40, each=False) == 40
    assert set_up_minutes(EXERCISES["back_squat"], ["barbell"]) == 2


def test_an_intermediate_with_good_recovery_has_the_table() -> None:
    marks = landmarks(person(age=30))
    assert marks["chest"].mav == (12, 20)
    for muscle, (mv, mev, low, high, mrv) in TABLE.items():
        mark = marks[muscle]
        assert (mark.mv, mark.mev, *mark.mav, mark.mrv) == (mv, mev, low, high, mrv)


@pytest.mark.parametrize("experience", ["beginner", "intermediate", "advanced"])
@pytest.mark.parametrize("age", [14, 30, 55, 80])
@pytest.mark.parametrize("sleep", [4, 8])
@pytest.mark.parametrize("energy", ["deficit", "surplus"])
def test_landmarks_stay_in_order_and_in_bounds(experience: str, age: int, sleep: float, energy: str) -> None:
    profile = person(experience=experience, age=age, recovery={"sleep_hours": sleep, "energy": energy})
    for muscle, mark in landmarks(profile).items():
        assert 0 <= mark.mv <= mark.mev <= mark.mav[0] <= mark.mav[1] <= mark.mrv
        assert mark.mrv <= 1.3 * TABLE[muscle][4]
        assert mark.mrv >= int(0.6 * TABLE[muscle][4])


def test_poor_recovery_lowers_the_upper_landmarks_only() -> None:
    rested, tired = landmarks(person()), landmarks(person(recovery={"sleep_hours": 5}))
    assert all(tired[m].mev == rested[m].mev and tired[m].mv == rested[m].mv for m in TABLE)
    assert tired["back"].mrv == 20 and rested["back"].mrv == 25


def test_levels_by_sex_and_body_weight() -> None:
    assert level("squat", 165, 100, "male") == "intermediate"
    assert level("squat", 165, 100, "female") == "advanced"
    assert level("squat", 10, 100, "male") == "beginner"
    assert level("overhead_press", 60, 80, "male") is None and level("squat", 100, 80, "unspecified") is None


def test_the_next_level_and_its_weight() -> None:
    assert next_level("squat", 165, 100, "male") == ("advanced", 200)
    assert next_level("squat", 260, 100, "male") is None
    assert next_level("overhead_press", 60, 80, "male") is None


def test_a_lagging_bench_is_found_and_said_softly() -> None:
    (point,) = find(person(sex="male", lifts={"squat": 200, "bench_press": 90}))
    assert point.name.startswith("Bench press") and "45%" in point.evidence
    assert point.severity == "medium" and "chest" in point.muscles
    assert not find(person(sex="female", lifts={"squat": 100, "bench_press": 50}))
    assert find(person(sex="male", lifts={"squat": 100, "bench_press": 50}))


def test_poor_recovery_is_a_weak_point() -> None:
    (point,) = find(person(recovery={"sleep_hours": 5, "stress": 9}))
    assert point.name == "Recovery" and "5 hours" in point.evidence and "9 of 10" in point.evidence
