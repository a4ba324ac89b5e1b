"""Which foods a text names: by the words of our table, and of much that is not in it.

A model's words about a meal may name what is in the meal, what our own words for it name, and plain seasoning.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.plans.foods import FOODS, Food, singular

# Of the words in our foods' names, those that name no food by themselves.
_PLAIN: Final = """
    added air amino and animal baked bar bell black breast brown bun cake canned chopped cooked curry cut dark deli dip
    drained dried fat fillet firm flake fortified free fresh fruit fry full game gf greek green ground half high in
    leaf leave lean leg light loin low medallion mild mix mixed new no oily part paste pasteurised pearl peeled pitted
    plain plant popped powder protein puree red reduced refried rennet risky roast roll rolled salad sauce sea seed semi
    shake shelled shredded silken skim skimmed skinless slice sliced smoked snap soft split spring stewing stir sun
    sweet textured thai thigh tin tinned toast toasted trail unsalted unsweetened vegetable veggie water white whole
    wrap yellow oil salt pepper herb basil mint parsley coriander chilli ginger"""
# Foods that are in no table of ours, those of allergies, diets and alcohol first.
_OTHER: Final = """anchovy squid calamari octopus lobster oyster clam scallop caviar roe liver pate duck goose rabbit
    veal chorizo salami prosciutto pancetta pepperoni lard gelatine gelatin tripe offal brie camembert gorgonzola
    roquefort stilton mascarpone ghee buttermilk custard pecan macadamia marzipan praline satay semolina spelt malt
    breadcrumbs croutons panko pastry filo ramen udon worcestershire hoisin teriyaki tamari lupin beer rum brandy whisky
    whiskey vodka gin champagne prosecco sherry liqueur alcohol cider cocktail ketchup cookie biscuit margarine seaweed
    nori coffee tea espresso cola soda caffeine fig plum papaya pomegranate blackberry cranberry radish turnip parsnip
    swede fennel artichoke okra chard endive yam cassava plantain macaroni penne lasagne ravioli vermicelli linguine
    pretzel croissant brioche baguette ciabatta focaccia muffin waffle doughnut candy fudge toffee bone marrow creatine
    supplement collagen kangaroo venison crayfish eel pheasant"""
# Parts of words that name what somebody may be allergic to: "nutty", "cheeseburger", "fishcake".
STEMS: Final = ("nut", "milk", "chees", "butter", "fish", "prawn", "shrimp", "crab", "almond", "wheat", "egg")
NOT_STEMMED: Final = frozenset({"butterfly", "butterflied", "doughnut", "selfish", "minute", "nutmeg", "nutrition"})
PLAIN: Final = frozenset(_PLAIN.split())
OTHER: Final = frozenset(singular(word) for word in _OTHER.split())
WORDS: Final = frozenset(word for food in FOODS.values() for word in food.called) - PLAIN | OTHER
NUMBERS: Final = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen)\s+(?:\w+\s+)?(\w+)", re.I)


def tokens(text: str) -> list[str]:
    return [singular(word) for word in re.findall(r"[a-zà-ÿ]+", text.lower())]


def _phrases(food: Food) -> Iterator[tuple[str, ...]]:
    for name in (food.short, food.name.split(",")[0], food.id.replace("_", " ")):
        yield tuple(tokens(name))


# A word that is all of a food's name means that food: "butter" is not peanut butter.
def _alone() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for food in FOODS.values():
        for phrase in _phrases(food):
            if len(phrase) == 1 and phrase[0] in WORDS:
                found[phrase[0]].add(food.id)
    return {word: frozenset(foods) for word, foods in found.items()}


ALONE: Final[Mapping[str, frozenset[str]]] = _alone()


@dataclass(frozen=True)
class Named:
    """What may be named: ``foods`` that are there, and the words that we ourselves use for it."""

    foods: tuple[Food, ...]
    own: frozenset[str]
    never: tuple[tuple[str, ...], ...] = ()  # what this person leaves out, as words

    @classmethod
    def of(cls, meals: Iterable[Mapping[str, Any]], own: Iterable[str], never: Iterable[str] = ()) -> "Named":
        foods = {item["food_id"]: FOODS[item["food_id"]] for meal in meals for item in meal["items"]}
        phrases = tuple({phrase for food in foods.values() for phrase in _phrases(food)})
        said = {word for text in own for word in _without(tokens(text), phrases)}
        return cls(tuple(foods.values()), frozenset(said), tuple(filter(None, (tuple(tokens(one)) for one in never))))

    def foreign(self, text: str) -> str | None:
        """The first food that the text names and that is not there."""
        told = tokens(re.sub(r"\bjuices\b", " ", text, flags=re.IGNORECASE))  # of what is cooked, not to drink
        if (found := next((one for one in self.never if _has(told, one)), None)) and not self._known(found):
            return " ".join(found)
        phrases = {phrase for food in self.foods for phrase in _phrases(food)}
        return next((word for word in _without(told, phrases) if self._strange(word)), None)

    def _known(self, phrase: tuple[str, ...]) -> bool:
        return any(set(phrase) <= food.called for food in self.foods) or set(phrase) <= self.own

    def _strange(self, word: str) -> bool:
        if word in self.own:
            return False
        called = {name for food in self.foods for name in food.called | food.allergens}
        if word not in WORDS:
            stem = next((one for one in STEMS if one in word and word not in NOT_STEMMED | PLAIN), None)
            return stem is not None and not any(stem in name for name in called)
        ids = {food.id for food in self.foods}
        return word not in called or bool(word in ALONE and not ALONE[word] & ids)


def _has(told: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(told[start : start + size]) == tuple(phrase) for start in range(len(told) - size + 1))


def _without(told: Sequence[str], phrases: Iterable[tuple[str, ...]]) -> list[str]:
    """The words that are in none of the phrases, the longest of which are looked for first."""
    rest = list(told)
    for phrase in sorted(phrases, key=len, reverse=True):
        size, start = len(phrase), 0
        while size > 1 and start <= len(rest) - size:
            if tuple(rest[start : start + size]) == phrase:
                rest[start : start + size] = ["|"]
            start += 1
    ones = {phrase[0] for phrase in phrases if len(phrase) == 1}
    return [word for word in rest if word != "|" and word not in ones]


def counted(text: str) -> str | None:
    """A number of a food in words: "two eggs"."""
    found = next((match for match in NUMBERS.finditer(text) if singular(match[1].lower()) in WORDS), None)
    return found[0] if found else None
