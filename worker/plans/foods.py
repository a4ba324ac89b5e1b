"""Our foods (foods.csv), per 100 g, and who may eat them.

Composition: USDA FoodData Central (SR Legacy and Foundation), rounded. Energy is computed for every row by one method.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

# kcal per gram; fibre is part of carbohydrate and gives about 2 (FAO 2003).
PROTEIN, CARBOHYDRATE, FAT, FIBRE = 4.0, 4.0, 9.0, 2.0
# What each diet eats, by where a food comes from.
EATS: Final[dict[str, frozenset[str]]] = {
    "vegan": frozenset({"plant"}),
    "ovo_vegetarian": frozenset({"plant", "egg", "honey"}),
    "vegetarian": frozenset({"plant", "egg", "honey", "dairy"}),
    "pescatarian": frozenset({"plant", "egg", "honey", "dairy", "fish", "shellfish"}),
    "omnivore": frozenset({"plant", "egg", "honey", "dairy", "fish", "shellfish", "poultry", "meat"}),
}
# Traditional hard cheese of animal rennet is no vegetarian's (its makers' rules name calf rennet).
RENNET: Final = "rennet"
# What to leave out in pregnancy: raw or cold-smoked fish, soft mould-ripened cheese (facts: risky foods).
RISKY: Final = "risky"
# Said of foods in a dish's name without what a label adds.
_LABEL_WORDS = re.compile(
    r"\b(lean|skipjack|unsweetened|plain|sliced roast|in water|fillet|low-fat|cooked meat|half-fat|light|reduced salt"
    r")\b ?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Food:
    """Amounts of nutrients are grams in 100 g of the food in its ``state``."""

    id: str
    name: str
    aisle: str
    source: str
    state: str
    protein: float
    carbs: float  # with fibre
    fat: float
    fiber: float
    measure: str  # of the household: "cup", "slice"; "g" is weighed
    grams: float  # of one measure
    step: float  # the smallest sensible part of a measure
    allergens: frozenset[str]
    price: int  # 1 cheap to 3 dear, of a usual portion
    words: str  # other names it may be called by

    @cached_property
    def calories(self) -> float:
        net = self.carbs - self.fiber
        return PROTEIN * self.protein + CARBOHYDRATE * net + FAT * self.fat + FIBRE * self.fiber

    @cached_property
    def short(self) -> str:
        """As a dish's name has it: "chickpeas" of "Chickpeas, tinned, drained"."""
        text = _LABEL_WORDS.sub("", self.name.split(",")[0]).strip().lower()
        return re.sub(r"\b(greek|thai|brussels)\b", lambda found: found[0].capitalize(), text)

    @cached_property
    def called(self) -> frozenset[str]:
        """Words, singular, that somebody who avoids it may use."""
        told = f"{self.name} {self.words} {self.source} {self.id.replace('_', ' ')}"
        return frozenset(singular(word) for word in re.findall(r"[a-zà-ÿ]+", told.lower()))

    @property
    def step_grams(self) -> float:
        return self.grams * self.step

    def said(self, grams: float) -> str:
        """The amount as a kitchen measures it: "1 1/2 cups", "150 g"."""
        if self.measure == "g":
            return f"{grams:.0f} g"
        count = grams / self.grams
        return f"{fraction(count)} {self.measure if count <= 1 else plural(self.measure)}"


def plural(measure: str) -> str:
    if measure in {"tbsp", "tsp", "g", "medium"}:
        return measure
    if measure == "half":
        return "halves"
    return measure + ("es" if measure.endswith(("ch", "s")) else "s")


def fraction(count: float) -> str:
    whole, quarters = divmod(round(count * 4), 4)
    part = {0: "", 1: "1/4", 2: "1/2", 3: "3/4"}[int(quarters)]
    return " ".join(filter(None, [str(int(whole)) if whole else "", part])) or "0"


def singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("oes"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _read() -> dict[str, Food]:
    with (Path(__file__).with_name("foods.csv")).open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="|")
        return {
            row["id"]: Food(
                id=row["id"], name=row["name"], aisle=row["aisle"], source=row["source"], state=row["state"],
                protein=float(row["protein"]), carbs=float(row["carbs"]), fat=float(row["fat"]),
                fiber=float(row["fiber"]), measure=row["measure"], grams=float(row["grams"]), step=float(row["step"]),
                allergens=frozenset(filter(None, row["allergens"].split(","))) - {RISKY},
                price=int(row["price"]), words=row["words"] + (f" {RISKY}" if RISKY in row["allergens"] else ""),
            )
            for row in rows
        }  # fmt: skip


FOODS: Final = _read()


def matches(food: Food, avoided: str) -> bool:
    """Whether the words of a person mean this food: each of them is one of its names."""
    words = {singular(word) for word in re.findall(r"[a-zà-ÿ]+", avoided.lower())}
    return bool(words) and words <= food.called


def unknown(avoided: Iterable[str]) -> list[str]:
    """What a person avoids and no food of ours is called."""
    return [text for text in avoided if not any(matches(food, text) for food in FOODS.values())]


def edible(
    diet: str, allergies: Iterable[str] = (), avoided: Iterable[str] = (), *, pregnant: bool = False, dear: bool = True
) -> dict[str, Food]:
    """What this person may be served. ``dear``: whether the budget has room for the dearest foods."""
    allergic, avoided = frozenset(allergies), list(avoided)
    return {
        food.id: food
        for food in FOODS.values()
        if food.source in EATS[diet]
        and not food.allergens & allergic
        and not any(matches(food, text) for text in avoided)
        and not (pregnant and RISKY in food.words.split())
        and not (RENNET in food.words and diet in {"vegetarian", "ovo_vegetarian"})
        and (dear or food.price < 3)
    }
