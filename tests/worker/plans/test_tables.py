"""The tables of foods and dishes hold what they promise."""

import re
from itertools import pairwise

import pytest

from app.kinds.plan_choices import AISLES, ALLERGENS, DIETS
from worker.plans.foods import EATS, FOODS, Food, edible, fraction, matches, unknown
from worker.plans.meals import DISHES, Dish, menu, variants

# Words of a name, and the allergen that a food with them has.
_NO_MILK = r"^(?!.*(soya|coconut|oat|rice|pea|almond|peanut|seed|beans)).*"
_NO_WHEAT = r"^(?!.*(gluten-free|lentil|corn tortilla)).*"
CONTAINS = {
    "dairy": _NO_MILK + r"\b(milk|yogurt|skyr|quark|cheese|butter|kefir|feta|paneer)\b",
    "eggs": r"\beggs?\b", "fish": r"\b(salmon|tuna|cod|haddock|trout|mackerel|sardines|herring|pollock|bass)\b",
    "shellfish": r"\b(prawns|mussels|crab)\b", "soy": r"\b(soya|tofu|tempeh|edamame|soy|miso)\b",
    "gluten": _NO_WHEAT + r"\b(wheat|bread|pasta|couscous|bulgur|barley|rye|seitan|bagel)\b",
    "nuts": r"\b(almonds?|walnuts|cashews|hazelnuts|pistachios)\b", "peanuts": r"\bpeanuts?\b",
    "sesame": r"\b(sesame|tahini|hummus)\b",
}  # fmt: skip


def test_there_are_at_least_200_foods_and_80_dishes() -> None:
    assert len(FOODS) >= 200
    assert len([dish for dish in DISHES.values() if dish.slots != "x"]) >= 80


@pytest.mark.parametrize("food", FOODS.values(), ids=lambda food: food.id)
def test_a_food_is_plausible(food: Food) -> None:
    assert 0 <= food.fiber <= food.carbs
    assert food.protein + food.carbs + food.fat <= 101
    assert food.calories == pytest.approx(
        4 * food.protein + 4 * (food.carbs - food.fiber) + 9 * food.fat + 2 * food.fiber
    )
    assert food.aisle in AISLES
    assert food.allergens <= set(ALLERGENS)
    assert food.source in EATS["omnivore"]
    assert food.price in (1, 2, 3)
    assert food.grams > 0
    assert food.step > 0
    assert food.state in {"dry", "raw", "cooked", "ready", "frozen", "dried"}


@pytest.mark.parametrize("allergen", ALLERGENS)
def test_foods_whose_name_tells_an_allergen_have_it(allergen: str) -> None:
    found = [food for food in FOODS.values() if re.search(CONTAINS[allergen], food.name, re.IGNORECASE)]
    assert found
    assert [food.name for food in found if allergen not in food.allergens] == []


def test_a_stricter_diet_eats_nothing_that_a_freer_one_does_not() -> None:
    order = ["vegan", "ovo_vegetarian", "vegetarian", "pescatarian", "omnivore"]
    for strict, free in pairwise(order):
        assert EATS[strict] < EATS[free]
    assert not any(food.allergens & {"dairy", "eggs", "fish", "shellfish"} for food in edible("vegan").values())


def test_energy_is_near_what_labels_say() -> None:
    for name, stated in {
        "white_rice": 357,
        "chicken_breast": 114,
        "olive_oil": 884,
        "eggs": 143,
        "almonds": 579,
    }.items():
        assert FOODS[name].calories == pytest.approx(stated, rel=0.07)


def test_what_is_avoided_is_found_by_its_words_and_not_by_others() -> None:
    assert matches(FOODS["mushrooms"], "mushroom")
    assert matches(FOODS["peanut_butter"], "Peanut butter")
    assert not matches(FOODS["butter"], "peanut butter")
    assert not matches(FOODS["oat_milk"], "")
    assert all(matches(FOODS[name], "fish") for name in ("salmon", "tuna_tin", "cod"))
    assert unknown(["mushrooms", "moon cheese"]) == ["moon cheese"]


def test_the_risky_is_left_out_in_pregnancy() -> None:
    expecting = edible("omnivore", pregnant=True)
    assert "smoked_salmon" not in expecting
    assert "goat_cheese" not in expecting
    assert "salmon" in expecting
    assert not any(word in name for name in FOODS for word in ("liver", "swordfish", "wine"))


def test_amounts_read_as_a_kitchen_measures() -> None:
    assert FOODS["rolled_oats"].said(120) == "1 1/2 cups"
    assert FOODS["eggs"].said(100) == "2 eggs"
    assert FOODS["chicken_breast"].said(150) == "150 g"
    assert fraction(0.25) == "1/4"


@pytest.mark.parametrize("dish", DISHES.values(), ids=lambda dish: dish.id)
def test_a_dish_is_whole(dish: Dish) -> None:
    assert set(dish.slots) <= set("bldsx")
    assert dish.method or dish.slots == "x"
    for ingredient in dish.ingredients:
        assert set(ingredient.alternatives) <= set(FOODS)
        assert 0 <= ingredient.low <= ingredient.high
    named = [int(number) for number in re.findall(r"\{(\d)\}", dish.name + dish.method)]
    needless = [place for place, one in enumerate(dish.ingredients) if not one.low]
    assert max(named, default=0) < min(needless, default=99), "what may be left out is named"


@pytest.mark.parametrize("diet", DIETS)
@pytest.mark.parametrize("allergen", ["", *ALLERGENS])
def test_everybody_has_a_choice_for_every_meal_and_nothing_they_may_not_eat(diet: str, allergen: str) -> None:
    allergies = [allergen] if allergen else []
    may_eat = edible(diet, allergies)
    meals = menu(may_eat)
    for slot, least in {"b": 8, "l": 10, "d": 20, "s": 10, "x": 8}.items():
        assert len({meal.dish.id for meal in meals[slot]}) >= least, slot
    for meal in (one for found in meals.values() for one in found):
        assert all(portion.food.id in may_eat for portion in meal.portions)
        assert "{" not in meal.name + meal.method
        assert all(0 <= portion.low <= portion.high for portion in meal.portions)


def test_a_stand_in_keeps_the_energy_of_what_it_stands_in_for() -> None:
    dish = DISHES["chilli"]
    beef, lentils = (variants(dish, edible("omnivore"))[0], variants(DISHES["bolognese"], edible("vegan"))[0])
    assert beef.portions[0].food.id == "beef_mince"
    assert lentils.portions[0].food.id == "brown_lentils"
    first = FOODS[DISHES["bolognese"].ingredients[0].alternatives[0]]
    span = DISHES["bolognese"].ingredients[0]
    most = lentils.portions[0].high * lentils.portions[0].food.step_grams * lentils.portions[0].food.calories
    assert most == pytest.approx(span.high * first.calories, rel=0.1)
