"""The checks must find what is wrong: each fault is planted in a sound program."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.worker.programs.people import Made, make, person
from worker.programs import checks
from worker.training import build

Weeks = list[dict[str, Any]]


@pytest.fixture(scope="module")
def sound() -> Made:
    lifts = {"squat": 140, "bench_press": 100, "deadlift": 180}
    injuries = [{"area": "elbow", "severity": "mild"}]
    equipment = ["barbell", "dumbbells"]
    return make(
        person(goal="hypertrophy", lifts=lifts, injuries=injuries, equipment=equipment, avoid_exercises=["plank"])
    )


def first(weeks: Weeks) -> dict[str, Any]:
    found: dict[str, Any] = weeks[0]["days"][0]["exercises"][0]
    return found


def replace(key: str) -> Callable[[Weeks], None]:
    def plant(weeks: Weeks) -> None:
        first(weeks)["exercise"] = key

    return plant


def set_field(name: str, value: Any) -> Callable[[Weeks], None]:
    def plant(weeks: Weeks) -> None:
        first(weeks)["sets"][0][name] = value

    return plant


def lighter_than_the_bar(weeks: Weeks) -> None:
    loaded = (e for day in weeks[0]["days"] for e in day["exercises"] if e["equipment"] == ["barbell"])
    next(e for e in loaded if e["sets"][0]["load"])["sets"][0]["load"] = 17.5


def too_many(weeks: Weeks) -> None:
    first(weeks)["sets"] = first(weeks)["sets"][:1] * 30


def twice(weeks: Weeks) -> None:
    weeks[0]["days"][0]["exercises"].append(first(weeks))


def full_deload(weeks: Weeks) -> None:
    weeks[4]["days"] = copy.deepcopy(weeks[3]["days"])


def missing_week(weeks: Weeks) -> None:
    del weeks[-1]


def wrong_substitute(weeks: Weeks) -> None:
    first(weeks)["substitutes"] = ["leg_press"]


def falling_load(weeks: Weeks) -> None:
    for one in weeks[2]["days"][0]["exercises"][0]["sets"]:
        one["load"] = 20.0


def told_short(weeks: Weeks) -> None:
    weeks[0]["days"][0]["estimated_minutes"] -= 10


def false_volume(weeks: Weeks) -> None:
    weeks[0]["volume"]["sets"]["chest"] += 1


def no_pulling(weeks: Weeks) -> None:
    for day in weeks[0]["days"]:
        day["exercises"] = [e for e in day["exercises"] if "pull" not in e["pattern"]]
        weeks[0]["volume"]["sets"]["back"] = 0.0


def a_day_less(weeks: Weeks) -> None:
    del weeks[0]["days"][0]


def the_day_after(weeks: Weeks) -> None:
    hard = copy.deepcopy(weeks[3]["days"][0]["exercises"][0])
    hard["sets"] = [{**hard["sets"][0], "rpe": 9.0}] * 6
    for day in weeks[3]["days"][:2]:
        day["exercises"] = [hard]


def no_rest_before_the_work(weeks: Weeks) -> None:
    warm(weeks)["rest_seconds"] = 0


def warm(weeks: Weeks) -> dict[str, Any]:
    """The last warm-up set of the first loaded lift that has one."""
    lifts = (e for day in weeks[0]["days"] for e in day["exercises"] if e["warm_up"] and e["warm_up"][0]["load"])
    found: dict[str, Any] = next(lifts)["warm_up"][-1]
    return found


def warm_up_as_heavy_as_the_work(weeks: Weeks) -> None:
    warm(weeks)["load"] = 200.0


def warm_up_that_cannot_be_loaded(weeks: Weeks) -> None:
    warm(weeks)["load"] += 0.7


def another_weekday_twice(weeks: Weeks) -> None:
    weeks[0]["days"][1]["weekday"] = weeks[0]["days"][0]["weekday"]


def heavy_deload(weeks: Weeks) -> None:
    then = {(day["day"], e["exercise"]): e for day in weeks[3]["days"] for e in day["exercises"]}
    day = weeks[4]["days"][0]
    exercise = next(e for e in day["exercises"] if e["sets"][0]["load"])
    for one in exercise["sets"]:
        one["load"] = then[day["day"], exercise["exercise"]]["sets"][0]["load"] + 5


def impossible_harder_form(weeks: Weeks) -> None:
    first(weeks)["harder"] = {"exercise": "leg_press", "name": "Leg press"}


def too_hard_for_an_elbow(weeks: Weeks) -> None:
    lifts = (e for day in weeks[0]["days"] for e in day["exercises"] if "Mind the elbow" in e["cues"])
    next(lifts)["sets"][0]["rpe"] = 9.0


def no_list(weeks: Weeks) -> None:
    weeks[0]["days"][0]["exercises"][0]["sets"] = "three of ten"


def no_volume(weeks: Weeks) -> None:
    del weeks[0]["volume"]


def another_phase(weeks: Weeks) -> None:
    weeks[0]["phase"] = "taper"


def nothing_to_do(weeks: Weeks) -> None:
    weeks[0]["days"][0]["exercises"] = []


def test_a_sound_program_passes(sound: Made) -> None:
    assert sound.problems == []


@pytest.mark.parametrize(
    ("code", "plant"),
    [
        ("equipment", replace("leg_press")), ("injury", replace("skull_crusher")), ("avoided", replace("plank")),
        ("unknown", replace("moon_walk")), ("muscles", replace("push_up")),
        ("shape", set_field("reps", 0)), ("shape", set_field("rpe", 11)), ("sets", set_field("rest_seconds", 0)),
        ("load", set_field("load", 101.0)), ("load", lighter_than_the_bar),
        ("mrv", too_many), ("session", too_many), ("minutes", too_many), ("minutes", told_short),
        ("duplicate", twice), ("deload", full_deload), ("weeks", missing_week), ("substitute", wrong_substitute),
        ("load_falls", falling_load), ("volume", false_volume), ("floor", no_pulling), ("days", a_day_less),
        ("consecutive", the_day_after), ("warm_up", no_rest_before_the_work),
        ("warm_up", warm_up_as_heavy_as_the_work), ("warm_up", warm_up_that_cannot_be_loaded),
        ("days", another_weekday_twice), ("deload", heavy_deload), ("substitute", impossible_harder_form),
        ("effort", too_hard_for_an_elbow), ("shape", no_list), ("shape", no_volume), ("phases", another_phase),
        ("load", set_field("percent_1rm", 1.4)), ("skill", replace("deficit_deadlift")),
        ("empty", nothing_to_do),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(sound: Made, code: str, plant: Callable[[Weeks], None]) -> None:
    weeks = copy.deepcopy(sound.weeks)
    plant(weeks)
    phases = build.phases(sound.profile, sound.script.model, sound.script.weeks)
    found = checks.problems(sound.profile, sound.marks, weeks, sound.script.design.named, phases)
    assert code in {problem.code for problem in found}


def test_phases_that_leave_a_week_out_or_take_it_twice_are_found(sound: Made) -> None:
    phases = build.phases(sound.profile, sound.script.model, sound.script.weeks)
    for wrong in (phases[1:], [*phases, phases[-1]]):
        found = checks.problems(sound.profile, sound.marks, sound.weeks, sound.script.design.named, wrong)
        assert "phases" in {problem.code for problem in found}


@pytest.mark.parametrize("pattern", [*checks.PATTERNS, "lunge", "core"])
def test_a_pattern_that_is_missing_must_be_named(sound: Made, pattern: str) -> None:
    weeks = copy.deepcopy(sound.weeks)
    gone = {pattern, "carry"} if pattern in ("lunge", "core") else {pattern}
    for day in weeks[0]["days"]:
        day["exercises"] = [e for e in day["exercises"] if e["pattern"] not in gone]
    for named, missing in ((frozenset[str](), True), (frozenset({pattern}), False)):
        messages = {one.message for one in checks.problems(sound.profile, sound.marks, weeks, named) if one.week == 1}
        assert any(text.startswith("no ") and pattern in text for text in messages) is missing
