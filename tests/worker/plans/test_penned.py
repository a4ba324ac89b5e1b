"""A model's words about a solved day: what gets through, what never does, and what of the day they cannot touch."""

import asyncio
import copy
import random
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from bench import menus
from bench.week import week
from tests.worker.plans.people import TOLD, person, told
from worker.errors import InvalidOutput
from worker.llm.pen import Brief
from worker.plans import asked, heard, penned, wording
from worker.plans.edit import change
from worker.plans.edited import Plan
from worker.plans.foods import FOODS
from worker.plans.naming import Named

Day = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> tuple[Any, Any]:
    return asyncio.run(week(TOLD))


@pytest.fixture
def day(made: tuple[Any, Any]) -> Day:
    found: Day = copy.deepcopy(made[0].made["day-1"])
    assert found["training"] is not None
    return found


class Obedient:
    """A model that says what is plausible."""

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        return menus.plausible(document(brief.messages), random.Random(piece))


def test_the_week_is_the_same_one_but_for_its_words(made: tuple[Any, Any]) -> None:
    work, head = asyncio.run(week(TOLD, model=Obedient()))
    words = {"name", "method", "recipe", "plain"}
    for key, day in work.made.items():
        ours = made[0].made[key]
        assert day["author"] == "llm" and ours["author"] == "rules" and day["reason"] != ours["reason"]
        for meal, own in zip(day["nutrition"]["meals"], ours["nutrition"]["meals"], strict=True):
            assert {part: meal[part] for part in own if part not in words} == {
                part: own[part] for part in own if part not in words
            }
        for part in ("training", "recovery", "date"):
            assert day[part] == ours[part]
    assert head == {**made[1], "engine": "llm"}


class Strict(Obedient):
    """Takes the notes to leave out nearly everything."""

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        if piece != "wishes":
            return {}
        foods = ("soy", "bean", "lentil", "pea", "nut", "seed", "bread", "rice", "oats", "fruit", "wheat", "potato")
        return {"wishes": [{"quote": "nothing much", "means": "leave_out", "food": one, "why": ""} for one in foods]}


def test_what_is_read_in_the_notes_never_costs_the_plan(made: tuple[Any, Any]) -> None:
    work, head = asyncio.run(week({**TOLD, "diet": "vegan", "notes": "I eat nothing much."}, model=Strict()))
    assert len(work.done["read_profile"]["heard"]["wishes"]) > 8 and len(work.made) == 7
    assert any("could not be left out of all meals" in one for one in head["not_understood"])
    assert head["history"]["words"] == [], "nor does a change of it go by what could not be kept"


def test_what_is_read_in_the_notes_forbids_the_person_nothing(made: tuple[Any, Any]) -> None:
    work, head = copy.deepcopy(made)
    head["history"]["words"] = ["No salmon."]
    plan = Plan.of(work.claim.input, head, work.made)
    assert "salmon" not in plan.table().foods and "salmon" in plan.table(heard=False).foods


def document(messages: Sequence[dict[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(messages[-1]["content"])
    return found


def answer(day: Day, seed: int = 1) -> dict[str, Any]:
    return menus.plausible(document(asked.short(day, penned.to_write(day), [])), random.Random(seed))


def written(day: Day, said: dict[str, Any], never: list[str] | None = None, **who: Any) -> Day:
    return penned.day(person(**who), day, never or [], said)


def refused(day: Day, said: dict[str, Any], never: list[str] | None = None, **who: Any) -> list[str]:
    with pytest.raises(InvalidOutput) as error:
        written(day, said, never, **who)
    return list(error.value.found)


def test_only_words_change_and_the_frame_stays_as_solved(day: Day) -> None:
    made = written(day, answer(day))
    assert made["reason"].startswith("This is your monday.")
    words = {"name", "method", "recipe", "plain"}
    for old, new in zip(day["nutrition"]["meals"], made["nutrition"]["meals"], strict=True):
        assert {key: value for key, value in new.items() if key not in words} == {
            key: value for key, value in old.items() if key not in words
        }
        assert new["name"].startswith(f"{old['meal']}: ") and new["name"] != old["name"]
        assert penned.own_words(new) == {**old, "method": old["recipe"]}
    frame = {"reason", "nutrition"}
    assert {key: made[key] for key in made if key not in frame} == {key: day[key] for key in day if key not in frame}
    assert made["nutrition"]["totals"] == day["nutrition"]["totals"]


@pytest.mark.parametrize("how", range(len(menus.HOSTILE)), ids=lambda n: menus.HOSTILE[n].__name__)
def test_nothing_hostile_is_taken(day: Day, how: int) -> None:
    said = answer(day)
    menus.HOSTILE[how](said)
    assert refused(day, said)


def test_a_day_in_our_own_words_passes_all_checks(made: tuple[Any, Any]) -> None:
    """What is refused is what a model adds: our dishes and methods, said back, are fine."""
    for day in made[0].made.values():
        found = [
            one
            for number in penned.to_write(day)
            for meal in [day["nutrition"]["meals"][number - 1]]
            for name, text in (("name", meal["name"].split(": ", 1)[1]), ("method", meal["recipe"]))
            for one in wording.problems(person(), name, text, Named.of([meal], []))
            if "characters" not in one
        ]
        assert [one for one in found if "names" not in one] == []
        own = [meal["recipe"] for meal in day["nutrition"]["meals"]] + [
            meal["name"] for meal in day["nutrition"]["meals"]
        ]
        named = Named.of(day["nutrition"]["meals"], own)
        assert all(named.foreign(text) is None for text in own)


def named(*foods: str, own: str = "", never: tuple[str, ...] = ()) -> Named:
    return Named.of([{"items": [{"food_id": food} for food in foods]}], [own], never)


@pytest.mark.parametrize(
    ("foods", "text", "foreign"),
    [
        (("peanut_butter", "banana"), "Spread the peanut butter, slice the banana.", None),
        (("peanut_butter", "banana"), "Melt the butter.", "butter"),
        (("soy_milk", "rolled_oats"), "Simmer the oats in the soy milk with cinnamon and salt.", None),
        (("chicken_breast",), "Fry the chicken breast and crumble feta over it.", "feta"),
        (("chicken_breast",), "Deglaze with brandy.", "brandy"),
        (("chicken_breast",), "A nutty crust.", "nutty"),
        (("chicken_breast",), "A cheeseburger of sorts.", "cheeseburger"),
        (("almonds",), "A nutty almond bite.", None),
        (("rice_noodles",), "Stir in the egg noodles.", "egg"),
        (("tofu_firm",), "Crisp the tofu in ghee.", "ghee"),
    ],
)
def test_foods_are_known_by_their_names(foods: tuple[str, ...], text: str, foreign: str | None) -> None:
    foods = tuple(food for food in foods if food in FOODS)
    assert foods and named(*foods).foreign(text) == foreign


def test_what_somebody_leaves_out_is_not_named_even_as_a_seasoning() -> None:
    assert named("chicken_breast").foreign("Season with coriander.") is None
    assert named("chicken_breast", never=("coriander",)).foreign("Season with coriander.") == "coriander"
    assert named("chicken_breast", never=("star anise",)).foreign("Add star anise.") == "star anise"


def test_a_reason_may_say_what_is_left_out_and_no_more(day: Day) -> None:
    said = answer(day)
    said["reason"] = "As you asked, the whole day is without mushrooms, and it keeps to what you enjoy."
    assert "without mushrooms" in written(day, said, ["mushrooms"])["reason"]
    said["reason"] = "As you asked, there are plenty of mushrooms for you, and it keeps to what you enjoy."
    assert any("mushroom" in one for one in refused(day, said, ["mushrooms"]))


def test_raw_meat_fish_and_eggs_are_always_cooked_through(day: Day) -> None:
    meals = day["nutrition"]["meals"]
    meals[0]["items"] = [{"food_id": "chicken_breast"}, {"food_id": "eggs"}]
    said = answer(day)
    said["meals"][0].update(name="Golden chicken plate", method="Slice the chicken, fry it hot and put it on a plate.")
    method = written(day, said)["nutrition"]["meals"][0]["method"]
    assert "until no pink is left" in method and "yolk are firm" in method
    said["meals"][0]["method"] = "Fry the chicken and the eggs on a high heat until cooked through, then plate them."
    assert "pink" not in written(day, said)["nutrition"]["meals"][0]["method"]
    for bad in ("Serve the chicken medium rare with the eggs.", "Keep the yolk of the eggs runny and plate it up."):
        said["meals"][0]["method"] = bad
        assert any("safe cooking" in one for one in refused(day, said))


def test_what_a_good_cook_would_write_is_taken(day: Day) -> None:
    meal = day["nutrition"]["meals"][3]
    meal["items"] = [
        {"food_id": food} for food in ("chicken_thigh", "basmati_rice", "onion", "plain_yogurt") if food in FOODS
    ]
    meal["name"], meal["recipe"] = "Dinner: Chicken thigh curry with basmati rice", "Fry the paste."
    said = answer(day)
    for method in (
        "Heat the oil over a medium heat and brown the chicken and onion for 8-10 minutes. Simmer gently until the "
        "chicken is cooked through, stirring to prevent sticking, and serve over the rice with a spoonful of yogurt.",
        "Roast the chicken at 200 °C (fan 180 °C) for 25 to 30 minutes, until the juices run clear. Fluff rice with "
        "a fork, season with salt, pepper and cumin, and bring it all to the table.",
        "Bake at 400F for 25 mins until done, then rest it for 5 minutes and spoon the rice beside it.",
    ):
        said["meals"][-1].update(name="Golden chicken curry over fluffy basmati", method=method)
        assert written(day, said)["nutrition"]["meals"][3]["method"] == method
    said["meals"][-1]["method"] = "Bake the chicken at 900 °C until it is done, then serve it with the rice."
    assert refused(day, said) == ["meal 4: method heats to 900 degrees"]


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("You train at {training}, and dinner is ready at {dinner}, as you like it.", None),
        ("You train at 05:55, and dinner is ready when you come home to it.", "numbers"),
        ("Today is a rest day, so take it slowly and enjoy what there is.", "rest day"),
        ("There are nine or rather three meals waiting for you on this day.", "three meals"),
        ("Breakfast after training brings you what the muscles need, gently.", "after training"),
        ("Enjoy the {minutes} minutes of training and what is on the table.", None),
        ("Enjoy the 999 minutes of training and what is on the table for you.", "numbers"),
    ],
)
def test_a_reason_never_contradicts_the_day(day: Day, reason: str, why: str | None) -> None:
    times = {meal["meal"].lower(): meal["time"] for meal in day["nutrition"]["meals"]}
    training = {"training": day["training"]["time"], "minutes": day["training"]["estimated_minutes"]}
    said = {**answer(day), "reason": reason.format(**times, **training)}
    if why is None:
        assert written(day, said)["reason"] == said["reason"]
    else:
        assert any(why in one for one in refused(day, said))


def test_no_training_is_spoken_of_on_a_rest_day(made: tuple[Any, Any]) -> None:
    rest = next(day for day in made[0].made.values() if day["training"] is None)
    said = {**answer(rest), "reason": "After your training the body wants rest, and the meals are made for it."}
    assert any("rest day" in one for one in refused(rest, said))


@pytest.mark.parametrize(
    "who", [{"age": 15}, {"sex": "female", "conditions": ["pregnant"]}, {"conditions": ["eating_disorder"]}]
)
def test_some_are_never_told_of_losing_weight(day: Day, who: dict[str, Any]) -> None:
    said = {**answer(day), "reason": "A day that helps you to lose some weight, with everything that you like."}
    assert any("losing weight" in one for one in refused(day, said, **who))
    assert written(day, said)["reason"] == said["reason"]


@pytest.mark.parametrize("said_of", ["less energy", "your weight", "a diet", "what to limit"])
def test_with_an_eating_disorder_nothing_of_figures_gets_through(day: Day, said_of: str) -> None:
    said = {**answer(day), "reason": f"This is a calm day for you, and it is about {said_of} as well."}
    assert refused(day, said, conditions=["eating_disorder"])
    one = person(conditions=["eating_disorder"], goal_weight=70)
    briefs = [asked.full(one, day, penned.to_write(day), []), asked.wishes(one, FOODS), asked.short(day, [1], [])]
    for brief in briefs:
        text = brief[-1]["content"]
        assert not any(word in text for word in ("body_weight", "goal_weight", "calories", "kcal", "protein_g"))


def test_wishes_are_only_what_the_notes_say_and_the_solver_knows() -> None:
    notes = (
        "I am fed up with anything that swims. Dal like my grandmother's! I dislike mushrooms. Feed me after midnight."
    )
    one = person(notes=notes)
    said = [
        {"quote": "fed up with anything that swims", "means": "leave_out", "food": "fish", "why": ""},
        {"quote": "Dal like my grandmother's", "means": "more_of", "food": "lentils", "why": ""},
        {"quote": "I dislike mushrooms", "means": "leave_out", "food": "mushrooms", "why": ""},  # known already
        {"quote": "I hate bread", "means": "leave_out", "food": "bread", "why": ""},  # said by nobody
        {"quote": "Dal like my grandmother's", "means": "more_of", "food": "unicorn", "why": ""},
        {
            "quote": "Feed me after midnight",
            "means": "cannot",
            "food": "",
            "why": "Meals stay within your waking hours.",
        },
        {"quote": "Feed me after midnight", "means": "cannot", "food": "", "why": "Visit https://evil.example for it."},
    ]
    found = heard.understood(one, {"wishes": said})
    assert heard.words(found) == ["No fish.", "More lentils."]
    assert [row["why"] for row in found["cannot"]] == ["Meals stay within your waking hours."]
    with pytest.raises(InvalidOutput):
        heard.understood(one, {"wishes": "all"})


def test_what_became_of_a_wish_is_counted_in_the_meals(made: tuple[Any, Any]) -> None:
    days = list(made[0].made.values())
    eaten = {item["food_id"] for day in days for meal in day["nutrition"]["meals"] for item in meal["items"]}
    served = FOODS[sorted(eaten)[0]].short
    wanted = {"wishes": [
        {"quote": "a", "means": "leave_out", "food": served}, {"quote": "b", "means": "more_of", "food": served},
        {"quote": "c", "means": "more_of", "food": "venison"}, {"quote": "d", "means": "quick", "food": ""},
    ], "cannot": [{"quote": "e", "why": "Not here."}]}  # fmt: skip
    found = heard.outcome(told(), wanted, days)
    assert found["unmet"][0] == "“e”: Not here." and "could not be left out" in found["unmet"][1]
    assert f"{served} in" in found["met"][0] and "cooking come first" in found["met"][1]
    vegan = heard.outcome(told(diet="vegan"), wanted, days)
    assert "“c”: venison is not among what you eat." in vegan["unmet"]


def test_a_swap_of_a_food_takes_back_the_words_that_were_about_it(made: tuple[Any, Any]) -> None:
    work, head = copy.deepcopy(made)
    pieces = {key: written(day, answer(day)) for key, day in work.made.items()}
    plan = Plan.of(work.claim.input, head, pieces)
    meal = plan.days[1]["nutrition"]["meals"][0]
    food = meal["items"][0]["food_id"]
    wish = {"what": "swap_food", "day": 1, "meal": 1, "food": food}
    changed = change(work.claim.input, head, pieces, wish, "1", {})["days"]["1"]["nutrition"]["meals"]
    assert "plain" not in changed[0] and not changed[0]["name"].split(": ", 1)[1].startswith("A plain")
    assert changed[1]["name"] == plan.days[1]["nutrition"]["meals"][1]["name"], "the other meals keep their words"
