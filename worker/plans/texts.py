"""What a plan says in words: title, summary, warnings, reasons, sources."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from app.kinds.plan_choices import DIETS, GOALS, Goal
from worker.plans import times, wishes
from worker.plans.foods import unknown
from worker.plans.person import Person
from worker.plans.recovery import no_supplements
from worker.plans.targets import Energy, no_loss

SOURCES: Final = [
    "Resting energy: Mifflin & St Jeor 1990; under 18 Schofield 1985.",
    "Protein: Morton et al. 2018, gains level off about 1.6 g/kg; more in a deficit.",
    "Rate of loss: Garthe et al. 2011, 0.7% of body weight a week kept more lean mass than 1.4%.",
    "Fibre: Institute of Medicine 2005, 14 g per 1,000 kcal. Water: EFSA 2010.",
    "Sleep: AASM and National Sleep Foundation 2015. Steps: Paluch et al. 2022.",
    "Creatine: ISSN 2017. Caffeine: EFSA 2015.",
    "Composition of foods: USDA FoodData Central, per 100 g in the state named; energy is 4 kcal for each gram of "
    "protein and net carbohydrate, 9 of fat and 2 of fibre, for every food alike.",
]
# No number of energy, protein or weight in what is said to whom none are shown.
SOURCES_PLAIN: Final = [SOURCES[4]]
UNREAD: Final = "Your notes were passed on to the training; about food we read nothing in them."


def title(person: Person, week_start: str) -> str:
    day = date.fromisoformat(week_start)
    goal: Goal = "general_fitness" if person.told.goal == "fat_loss" and no_loss(person) else person.told.goal
    return f"{GOALS[goal]}: week of {day.day} {day:%B %Y}"


def summary(person: Person, sessions: int, dishes: int) -> str:
    told = person.told
    trained = f"{sessions} training {'day' if sessions == 1 else 'days'}"
    diet = "" if told.diet == "omnivore" else f", {DIETS[told.diet].lower()}"
    return f"{trained}, {told.meals_per_day} meals a day{diet}, {dishes} different dishes."


def method(person: Person, energy: Energy, learned: Sequence[str]) -> str:
    if person.disordered:
        return "Enough for your body, your days and your training, shared over regular meals. No numbers are shown."
    return " ".join([energy.method, *learned])


def warnings(person: Person, energy: Energy) -> list[str]:
    told = person.told
    _, _, window = times.window(person)
    found = [*energy.notes, window, no_supplements(person) if told.supplements else None]
    if person.pregnant or person.nursing:
        found.append(
            "Left out: raw and cold-smoked fish, soft cheese of raw milk, liver, alcohol, fish high in mercury. Cook "
            "meat, fish and eggs through. Caffeine up to 200 mg a day, two cups of coffee. Show this plan to your "
            "midwife or doctor."
        )
    if person.diabetic:
        found.append(
            "With diabetes, meals are spread evenly and nothing is a fast. Go through this plan with your doctor or a "
            "diabetes dietitian first: medicines may need to change with carbohydrate and training."
        )
    if person.disordered:
        found.append("Eat with people you trust where you can, and bring this plan to those who treat you.")
    if person.minor:
        found.append("You are under 18: show this plan to a parent, and to your doctor if anything is not well.")
    if told.allergies:
        found.append("Read every label: our table knows foods as such, not traces that a maker names.")
    if told.diet == "vegan" and not told.supplements:
        found.append("Vegan food has no vitamin B12 that counts: take it as a supplement or in fortified food.")
    return [one for one in dict.fromkeys(found) if one]


def not_understood(person: Person) -> list[str]:
    told = [
        f"We know no food called {name}, so nothing was left out for it." for name in unknown(person.told.avoid_foods)
    ]
    if person.told.notes and not wishes.read([person.told.notes]).understood:
        told.append(UNREAD)
    return told


def reason(
    person: Person, training: Mapping[str, Any] | None, meals: Sequence[Mapping[str, Any]], *, away: bool, mixed: bool
) -> str:
    """Why the day is as it is. ``mixed``: the week has days with and without training."""
    said = []
    if training is not None:
        said.append(f"{training['name']}: {training['focus'][:1].lower()}{training['focus'][1:]}.")
        before = [meal for meal in meals if meal["time"] < training["time"]]
        after = next((meal for meal in meals if meal["time"] > training["time"]), None)
        if mixed and not person.disordered:
            said.append("More carbohydrate than on rest days, since you train.")
        if after is not None:
            said.append(f"{after['meal']} after training brings protein when it is of use.")
        elif before:
            said.append(f"{before[-1]['meal']} comes before training.")
    else:
        said.append("A rest day: what was trained recovers and grows.")
        if mixed and not person.disordered:
            said.append("A little less carbohydrate, so that the week adds up.")
    if away:
        said.append("You travel: meals that need little or no cooking first.")
    if any(meal["leftover_of"] for meal in meals):
        said.append("Lunch is cooked already.")
    return " ".join(said)
