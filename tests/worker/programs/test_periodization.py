import pytest

from app.kinds.program_choices import GOALS
from tests.worker.programs.people import person
from worker.training.build import phases
from worker.training.models import choose
from worker.training.periodization import BLOCKS, letters, plan_weeks
from worker.training.split import build, follows


@pytest.mark.parametrize("weeks", range(4, 17))
@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("experience", ["beginner", "intermediate", "advanced"])
@pytest.mark.parametrize("age", [30, 70])
def test_phases_cover_all_weeks_and_no_stretch_is_too_long(weeks: int, goal: str, experience: str, age: int) -> None:
    profile = person(goal=goal, experience=experience, weeks=weeks, age=age)
    model, why = choose(profile)
    plan = plan_weeks(profile, model)
    assert [week.week for week in plan] == list(range(1, weeks + 1))
    assert why.endswith(".")
    longest = max(len(run) for run in letters(profile, model).split("D"))
    assert longest <= (8 if experience == "beginner" or model == "block" else 6)
    told = phases(profile, model, plan)
    assert [week for phase in told for week in phase["weeks"]] == list(range(1, weeks + 1))
    for phase in told:
        assert 1 <= phase["rpe"][0] <= phase["rpe"][1] <= 10
        assert 0.4 <= phase["intensity"][0] <= phase["intensity"][1] <= 1


@pytest.mark.parametrize(
    ("goal", "experience", "model"),
    [
        ("strength", "beginner", "linear"),
        ("strength", "intermediate", "undulating"),
        ("strength", "advanced", "block"),
        ("powerlifting", "intermediate", "block"),
        ("hypertrophy", "beginner", "hypertrophy_mesocycles"),
        ("foundations", "advanced", "double_progression"),
        ("fat_loss", "beginner", "double_progression"),
        ("endurance", "advanced", "linear"),
    ],
)
def test_the_model_is_chosen_by_goal_and_experience(goal: str, experience: str, model: str) -> None:
    assert choose(person(goal=goal, experience=experience))[0] == model


def test_nobody_young_or_old_is_peaked() -> None:
    for age in (15, 70):
        assert choose(person(goal="powerlifting", experience="advanced", age=age))[0] != "block"


def test_blocks_are_as_long_as_they_say_and_end_in_a_taper() -> None:
    assert all(len(text) == weeks and text[0] == "A" and text[-1] == "P" for weeks, text in BLOCKS.items())


@pytest.mark.parametrize("days", range(2, 8))
def test_days_are_spread_over_the_week(days: int) -> None:
    name, built = build(person(days_per_week=days), "undulating")
    assert len(built) == days and len({day.weekday for day in built}) == days
    if days <= 3:
        assert follows(built) == []
    assert name


def test_the_week_has_a_seam() -> None:
    _, built = build(person(days_per_week=7), "undulating")
    assert (6, 0) in follows(built)
