"""A person's free text as a language model reads it, made into wishes that the solver knows, and what became of them.

A model can only say which of our own wishes a text means (less of a food, more of one, cheaper, quicker), or that none
of them does; the solver does the rest, inside of diet, allergies and targets, and what came of it is counted.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import Field

from app.kinds.plan import PlanInput
from worker.llm.wording import cleaned
from worker.plans import wishes, wording
from worker.plans.foods import FOODS, edible, matches
from worker.plans.naming import Named
from worker.plans.penned import Reply, Said, read
from worker.plans.person import Person

MOST: Final = 12
LONGEST_QUOTE: Final = 160
SENTENCES: Final = {"leave_out": "No {}.", "more_of": "More {}.", "cheaper": "Cheaper.", "quick": "Quick."}
DONE: Final = {
    "leave_out": "nothing with {} in any meal.",
    "cheaper": "cheaper foods come first.",
    "quick": "meals that need little or no cooking come first.",
}
NOTHING: Final[dict[str, Any]] = {"wishes": [], "cannot": []}


class WishSaid(Reply):
    quote: Said
    means: Annotated[str, Field(max_length=20)]
    food: Annotated[str, Field(max_length=80)] = ""
    why: Said = ""


class WishesSaid(Reply):
    wishes: Annotated[list[WishSaid], Field(max_length=MOST)]


def understood(person: Person, answer: Mapping[str, Any]) -> dict[str, Any]:
    """``wishes`` for the solver and what it ``cannot`` do; what is not in the notes or means nothing is left out.

    Raises InvalidOutput where the answer is of another shape.
    """
    said: WishesSaid = read(WishesSaid, answer)
    ours = wishes.read([person.told.notes])
    kept: list[dict[str, str]] = []
    cannot: list[dict[str, str]] = []
    for one in said.wishes:
        quote = cleaned(one.quote)[:LONGEST_QUOTE]
        if not _within(quote, person.told.notes):
            continue
        if one.means == "cannot":
            why = cleaned(one.why)
            named = Named.of([], [person.told.notes])
            if not list(wording.problems(person, "why", why, named)):
                cannot.append({"quote": quote, "why": why})
        elif (wish := _wish(one)) is not None and not _known(ours, wish):
            kept.append({"quote": quote, **wish})
    return {"wishes": kept, "cannot": cannot}


def _within(quote: str, notes: str) -> bool:
    def plain(text: str) -> str:
        return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))

    return bool(plain(quote)) and f" {plain(quote)} " in f" {plain(notes)} "


def _wish(said: WishSaid) -> dict[str, str] | None:
    """As our own reading of words would have it, if it has it so."""
    if said.means in {"cheaper", "quick"}:
        return {"means": said.means, "food": ""}
    food = wishes.known(said.food)
    if said.means not in SENTENCES or food is None:
        return None
    seen = wishes.read([SENTENCES[said.means].format(food)])
    return (
        {"means": said.means, "food": food}
        if food in (seen.avoid if said.means == "leave_out" else seen.like)
        else None
    )


def _known(ours: wishes.Wishes, wish: Mapping[str, str]) -> bool:
    """Whether our own reading has it already, or the very opposite."""
    match wish["means"]:
        case "cheaper":
            return ours.cheaper
        case "quick":
            return ours.portable
    return any(
        one == wish["food"] or any(matches(food, one) and matches(food, wish["food"]) for food in FOODS.values())
        for one in [*ours.avoid, *ours.like]
    )


def words(heard: Mapping[str, Any]) -> list[str]:
    """For the solver, as a person might have said it."""
    return list(dict.fromkeys(SENTENCES[one["means"]].format(one["food"]) for one in heard["wishes"]))


def outcome(told: PlanInput, heard: Mapping[str, Any], days: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What became of each wish: ``met`` and ``unmet``, counted in the meals that there are."""
    met: list[str] = []
    unmet = [f"“{one['quote']}”: {one['why']}" for one in heard["cannot"]]
    meals = [{FOODS[item["food_id"]] for item in meal["items"]} for day in days for meal in day["nutrition"]["meals"]]
    pregnant = bool({"pregnant", "breastfeeding"} & set(told.conditions))
    may_eat = edible(told.diet, told.allergies, told.avoid_foods, pregnant=pregnant)
    for one in heard["wishes"]:
        quote, food = f"“{one['quote']}”", one["food"]
        times = sum(any(matches(each, food) for each in meal) for meal in meals) if food else 0
        if one["means"] == "more_of":
            if not any(matches(each, food) for each in may_eat.values()):
                unmet.append(f"{quote}: {food} is not among what you eat.")
            elif times:
                met.append(f"{quote}: {food} in {times} of {len(meals)} meals.")
            else:
                unmet.append(f"{quote}: no dish with {food} fitted this week.")
        elif one["means"] == "leave_out" and times:
            unmet.append(f"{quote}: {food} could not be left out of all meals; it is in {times}.")
        else:
            met.append(f"{quote}: {DONE[one['means']].format(food)}")
    return {"met": list(dict.fromkeys(met)), "unmet": list(dict.fromkeys(unmet))}
