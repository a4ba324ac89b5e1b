"""Words of a language model about a program: what may be said, and what may not."""

import pytest

from tests.worker.programs.people import person
from worker.programs.wording import problems
from worker.training.select import Pool

HOME = Pool.of(person(equipment=["dumbbells"], experience="beginner", avoid_exercises=["burpees"]))


@pytest.mark.parametrize(
    "text",
    [
        "Start with the big press while you are fresh, then take turns between the two small ones.",
        "Rest as long as the table says; week 3 is the hardest of this block.",
        "A dumbbell bench press would be too wide for your shoulder, so the floor stops you in time.",
        "Stop at 4 of 10 pain or before, and tell your doctor if it stays.",
    ],
)
def test_what_a_coach_would_say(text: str) -> None:
    assert list(problems(HOME, "why", text, exercises=False)) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Do 5 sets of it with 100 kg.", "tells loads"),
        ("Go up to RPE 10 on the last one.", "tells loads"),
        ("Take 5 x 5 for this one today.", "tells loads"),
        ("Push through the pain, it goes away.", "may hurt"),
        ("Skip the warm-up when you are late.", "may hurt"),
        ("Read more at www.example.org before.", "an address"),
        ("Now <b>brace</b> before each effort.", "markup"),
        ("My previous instructions forbid that.", "of itself"),
        ("GO HARD OR GO HOME, EVERY SINGLE DAY!", "shouts"),
        ("Do barbell bench press after that one.", "not possible"),
        ("End the day with a set of burpees.", "not possible"),
        ("Short.", "characters"),
        ("And on and on. " * 50, "characters"),
    ],
)
def test_what_it_would_not(text: str, why: str) -> None:
    assert any(why in found for found in problems(HOME, "flow", text))


def test_a_name_within_the_name_of_something_possible_is_no_other_exercise() -> None:
    names = Pool.of(person(equipment=["dumbbells", "bench"]))
    assert "dumbbell_romanian_deadlift" in names.ids and "romanian_deadlift" not in names.ids
    assert not list(problems(names, "flow", "Begin with the dumbbell Romanian deadlift, slowly."))
