"""A model's answer made into a day: only words are taken from it, and every one is checked against what is computed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.errors import InvalidOutput
from worker.llm.wording import cleaned, repeated
from worker.plans import wording
from worker.plans.foods import FOODS
from worker.plans.naming import Named
from worker.plans.person import Person

MOST_FOUND: Final = 6
Said = Annotated[str, Field(max_length=4000)]
# Raw of these sources: said at the end of a method that does not say when it is done.
CARE: Final = {
    "egg": "Cook the eggs until white and yolk are firm.",
    "poultry": "Cook the {food} until no pink is left and the juices run clear.",
    "meat": "Cook the {food} until no pink is left.",
    "fish": "Cook the {food} until it flakes easily.",
    "shellfish": "Cook the {food} through.",
}
_LEFT_OUT: Final = (
    r"\b(?:no|without|never|avoid(?:s|ing)?|tired of|sick of|instead of|free of|leaving out|leaves out)\s+"
)
_TRAINED: Final = re.compile(
    r"\b(?:after|before)\s+(?:you\s+train|(?:your\s+|the\s+)?(?:training|session|workout))\b|\btraining day\b"
    r"|\byou (?:train|lift) today\b|\btoday's (?:training|session|workout)\b",
    re.IGNORECASE,
)
_RESTED: Final = re.compile(
    r"\b(?:today is|it is|this is|on|for) (?:a|your|this) rest day\b|\bno training today\b", re.I
)
_COUNTS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}


class Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class MealSaid(Reply):
    meal: int
    name: Said
    method: Said


class DaySaid(Reply):
    reason: Said
    meals: Annotated[list[MealSaid], Field(max_length=12)]


def read(model: type[BaseModel], answer: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        # Where, by our own names and numbers: an unknown field's name would be the model's words.
        raise InvalidOutput(
            *(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in errors[:MOST_FOUND])
        ) from None


def to_write(day: Mapping[str, Any]) -> list[int]:
    """The meals (from 1) that are cooked on that day; what is left over has its words from the day before."""
    return [number for number, meal in enumerate(day["nutrition"]["meals"], 1) if meal["leftover_of"] is None]


def day(person: Person, solved: Mapping[str, Any], never: Sequence[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The solved day in the words of the answer. ``never``: what the person leaves out.

    Raises InvalidOutput with all that is wrong.
    """
    said: DaySaid = read(DaySaid, answer)
    if sorted(one.meal for one in said.meals) != to_write(solved):
        raise InvalidOutput("the meals are not those of the day that are cooked, each once")
    spoken = {one.meal: one for one in said.meals}
    found: list[str] = []
    meals = [
        _meal(person, meal, spoken[number], never, found) if number in spoken else dict(meal)
        for number, meal in enumerate(solved["nutrition"]["meals"], 1)
    ]
    if repeated([one.method for one in said.meals]) or len({one.name for one in said.meals}) < len(said.meals):
        found.append("says the same of several meals")
    reason = cleaned(said.reason)
    found += _reason(person, solved, reason, never)
    if found:
        raise InvalidOutput(*found[:MOST_FOUND])
    return {**solved, "nutrition": {**solved["nutrition"], "meals": meals}, "reason": reason}


def _meal(
    person: Person, meal: Mapping[str, Any], said: MealSaid, never: Sequence[str], found: list[str]
) -> dict[str, Any]:
    name, method = cleaned(said.name), cleaned(said.method)
    named = Named.of([meal], [meal["name"], meal["recipe"]], never)
    label = f"meal {said.meal}: "
    found += wording.problems(person, "name", name, named, f"{label}name")
    found += (label + one for one in wording.of_name(name))
    found += wording.problems(person, "method", method, named, f"{label}method")
    found += (label + one for one in wording.of_method(method))
    recipe = " ".join([method if method.endswith((".", "!")) else f"{method}.", *_care(meal, method)])
    plain = {"dish": meal["name"].split(": ", 1)[1], "recipe": meal["recipe"]}
    return {**meal, "name": f"{meal['meal']}: {name}", "method": recipe, "recipe": recipe, "plain": plain}


def _care(meal: Mapping[str, Any], method: str) -> Iterator[str]:
    """What must be said of what is raw, where the method does not say when it is done."""
    if wording.cooked_through(method):
        return
    foods = [FOODS[item["food_id"]] for item in meal["items"]]
    raw = {food.source: food for food in foods if food.state in {"raw", "frozen"} and food.source in CARE}
    yield from (CARE[source].format(food=food.short) for source, food in raw.items())


def own_words(meal: Mapping[str, Any]) -> dict[str, Any]:
    """The meal in our own words again: a model's are of the foods that it had."""
    if (plain := meal.get("plain")) is None:
        return dict(meal)
    dish = plain["dish"] if meal["leftover_of"] is None else plain["dish"].split(";")[0]
    told = {key: value for key, value in meal.items() if key != "plain"}
    return {**told, "name": f"{meal['meal']}: {dish}", "method": plain["recipe"], "recipe": plain["recipe"]}


def _reason(person: Person, solved: Mapping[str, Any], text: str, never: Sequence[str]) -> Iterator[str]:
    meals = solved["nutrition"]["meals"]
    own = [solved["reason"], *(meal["name"] for meal in meals), *(meal["recipe"] for meal in meals)]
    for one in sorted(never, key=len, reverse=True):
        # Said is that it is left out: that is no food of the day.
        text = re.sub(rf"{_LEFT_OUT}(?:\w+\s+)?{re.escape(one)}\b", " ", text, flags=re.IGNORECASE)
    yield from wording.problems(person, "reason", text, Named.of(meals, own, never))
    yield from (f"reason {one}" for one in _against(solved, text))


def _against(solved: Mapping[str, Any], text: str) -> Iterator[str]:
    """What contradicts the frame: times, minutes, how many meals, training."""
    training, meals = solved["training"], solved["nutrition"]["meals"]
    sleep = solved["recovery"]["sleep"]
    times = {meal["time"] for meal in meals} | {sleep["bedtime"], sleep["wake"]}
    lengths = set()
    if training is not None:
        times.add(training["time"])
        lengths.add(str(training["estimated_minutes"]))
    rest = re.sub(r"\b\d{1,2}[:.]\d\d\b", lambda one: "" if _clock(one[0]) in times else one[0], text)
    rest = re.sub(r"\b(\d+)(?=[ -]minutes?\b)", lambda one: "" if one[1] in lengths else one[0], rest)
    if re.search(r"\d", rest):
        yield "tells numbers that are not those of the day"
    for match in re.finditer(rf"\b({'|'.join(_COUNTS)})\s+(?:\w+\s+)?meals\b", text, re.IGNORECASE):
        if _COUNTS[match[1].lower()] != len(meals):
            yield f"speaks of {match[1].lower()} meals, there are {len(meals)}"
    if training is None and _TRAINED.search(text):
        yield "speaks of training on a rest day"
    if training is not None and _RESTED.search(text):
        yield "calls a day of training a rest day"
    if training is not None:
        yield from _order(training["time"], meals, text)


def _clock(text: str) -> str:
    hours, minutes = re.split(r"[:.]", text)
    return f"{int(hours):02d}:{minutes}"


def _order(trained: str, meals: Sequence[Mapping[str, Any]], text: str) -> Iterator[str]:
    pattern = (
        r"\b(breakfast|lunch|dinner)\b[^.,;]{0,14}\b(after|before)\s+(?:you\s+train|(?:your\s+)?(?:training|session))"
    )
    for match in re.finditer(pattern, text, re.IGNORECASE):
        at = [meal["time"] for meal in meals if meal["meal"].lower() == match[1].lower()]
        later = match[2].lower() == "after"
        if at and all((time > trained) is not later for time in at):
            yield f"has {match[1].lower()} {match[2].lower()} training, which it is not"
