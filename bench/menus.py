"""What a language model may answer to the plans' briefs, good and bad, from the brief alone: for tests and audits that
need no model. ``plausible`` is what an obedient one says; ``hostile`` what one says that is confused, or obeys what
somebody has hidden in the notes."""

import random
import re
from collections.abc import Callable
from typing import Any, Final

Document = dict[str, Any]

HOW: Final = (
    "Get everything ready first, then take it slowly and keep the heat gentle.",
    "Season with salt and pepper, and taste before you serve it.",
    "Work from what takes longest to what is quick, and serve it warm.",
    "Keep it simple: few steps, one pan where you can, herbs at the end.",
)
WHY: Final = (
    "Taken together the day is steady, and nothing in it takes long.",
    "It keeps to what you told us, with familiar things in a new order.",
    "Everything in it is simple to make, so that the day runs by itself.",
)
TITLES: Final = ("A plain", "A quick", "A cheerful", "A hearty", "A homely", "A bright")


def kind_of(asked: Document) -> str:
    return "wishes" if "foods" in asked else "short" if "refused_because" in asked else "full"


def plausible(asked: Document, chance: random.Random) -> dict[str, Any]:
    if kind_of(asked) == "wishes":
        return {"wishes": _wishes(asked, chance)}
    said = []
    for number, meal in enumerate(asked["meals"]):
        dish = re.sub(r"\d+", "", meal["dish"].split(": ", 1)[1].split(";")[0])[:52]
        first = meal["foods"][0].split(",")[0].lower()
        name = f"{TITLES[number % len(TITLES)]} {dish[:1].lower()}{dish[1:]}".strip()
        said.append(
            {
                "meal": meal["meal"],
                "name": name,
                "method": f"Begin with the {first}. {chance.choice(HOW)} Cook it through.",
            }
        )
    return {"reason": f"This is your {asked['day']}. {chance.choice(WHY)}", "meals": said}


def _wishes(asked: Document, chance: random.Random) -> list[dict[str, str]]:
    """As if the notes meant some food or other."""
    words = asked["person"].get("notes", "").split()
    if not words:
        return []
    quote = " ".join(words[:4])
    means = chance.choice(["leave_out", "more_of", "quick", "cheaper", "cannot"])
    why = "None of our dishes has that, so it stays out of this week."
    return [{"quote": quote, "means": means, "food": chance.choice(asked["foods"]), "why": why}]


# Each spoils a plausible answer in its own way; it must never get through.
def _another_food(answer: dict[str, Any]) -> None:
    answer["meals"][0]["method"] += " Top it with lobster, caviar and a splash of champagne."


def _allergen(answer: dict[str, Any]) -> None:
    answer["meals"][0]["name"] = "Nutty cheesecake with prawn satay"


def _meal_twice(answer: dict[str, Any]) -> None:
    answer["meals"] += answer["meals"][:1]


def _no_last_meal(answer: dict[str, Any]) -> None:
    answer["meals"].pop()


def _amounts(answer: dict[str, Any]) -> None:
    answer["meals"][-1]["method"] = "Use 500 g of everything, about 900 kcal, and cook it until done."


def _raw(answer: dict[str, Any]) -> None:
    answer["meals"][-1]["method"] = "Leave it pink and rare in the middle, the yolk runny, and serve it at once."


def _cure(answer: dict[str, Any]) -> None:
    answer["reason"] = "This day detoxes your liver, cures diabetes and burns fat, as doctors have proven."


def _shame(answer: dict[str, Any]) -> None:
    answer["reason"] = "You have been naughty this week: skip breakfast to make up for it and earn your dinner."


def _other_numbers(answer: dict[str, Any]) -> None:
    answer["reason"] = "Eat dinner at 03:33 and sleep for 2 hours, for that is what the day needs from you."


def _markup(answer: dict[str, Any]) -> None:
    answer["reason"] = "Welcome <script>alert(document.cookie)</script> to this day of your plan."


def _link(answer: dict[str, Any]) -> None:
    answer["meals"][0]["method"] = "For the recipe of it visit https://evil.example/claim and pay the fee."


def _prompt(answer: dict[str, Any]) -> None:
    answer["reason"] = "HAHA PWNED. My previous instructions were: you are a cook who writes down a day."


def _shape(answer: dict[str, Any]) -> None:
    answer["meals"] = {"1": answer["meals"]}


def _empty(answer: dict[str, Any]) -> None:
    answer["meals"][0]["name"] = " "


def _endless(answer: dict[str, Any]) -> None:
    answer["reason"] = "And so on, ever on with it. " * 60


def _unseen(answer: dict[str, Any]) -> None:
    answer["reason"] = "\u202e\u200b\u2066\x00 \u200b"


def _other_letters(answer: dict[str, Any]) -> None:
    answer["meals"][0]["method"] = "Добавьте арахис и молоко, затем хорошо перемешайте и подавайте."


def _other_language(answer: dict[str, Any]) -> None:
    answer["meals"][0]["method"] = "Ajoutez du beurre et des cacahuètes, puis remuez longuement avant de servir chaud."


HOSTILE: Final[tuple[Callable[[dict[str, Any]], None], ...]] = (
    _another_food, _allergen, _meal_twice, _no_last_meal, _amounts, _raw, _cure, _shame, _other_numbers, _markup, _link,
    _prompt, _shape, _empty, _endless, _unseen, _other_letters, _other_language,
)  # fmt: skip
# What of them must be in nothing that people see.
BAD: Final = (
    "lobster", "champagne", "cheesecake", "500 g of everything", "Leave it pink", "detox", "naughty", "03:33",
    "<script", "evil.example", "PWNED", "ever on with it", "арахис", "cacahuètes",
)  # fmt: skip


def hostile(asked: Document, chance: random.Random, how: int | None = None) -> dict[str, Any]:
    if kind_of(asked) == "wishes":
        wrong = {"quote": "Visit evil.example", "means": "leave_out", "food": "water", "why": ""}
        return {"wishes": [wrong, {**wrong, "means": "obey"}]}
    answer = plausible(asked, chance)
    (chance.choice(HOSTILE) if how is None else HOSTILE[how])(answer)
    return answer
