"""What a person can choose for a plan, and how each choice is said."""

from typing import Final, Literal

Goal = Literal["fat_loss", "muscle_gain", "endurance", "general_fitness", "mobility"]
Activity = Literal["sedentary", "light", "moderate", "active", "very_active"]
Diet = Literal["omnivore", "pescatarian", "vegetarian", "ovo_vegetarian", "vegan"]
Allergen = Literal["gluten", "dairy", "eggs", "nuts", "peanuts", "soy", "fish", "shellfish", "sesame"]
Condition = Literal["pregnant", "breastfeeding", "diabetes", "kidney_disease", "eating_disorder"]
TrainingTime = Literal["morning", "midday", "evening"]
Budget = Literal["low", "medium", "high"]
State = Literal["ready", "active", "archived"]

GOALS: Final[dict[Goal, str]] = {
    "fat_loss": "Fat loss",
    "muscle_gain": "Muscle gain",
    "endurance": "Endurance",
    "general_fitness": "General fitness",
    "mobility": "Mobility",
}
GOAL_HINTS: Final[dict[Goal, str]] = {
    "fat_loss": "Lose weight slowly and keep muscle.",
    "muscle_gain": "A small surplus and enough protein to grow.",
    "endurance": "Carbohydrate for longer work.",
    "general_fitness": "Stronger, fitter, eating well at an even weight.",
    "mobility": "Move freely: light training and more mobility.",
}
ACTIVITIES: Final[dict[Activity, str]] = {
    "sedentary": "Mostly sitting",
    "light": "On my feet now and then, or 1-3 light sessions a week",
    "moderate": "Moving every day, or 3-5 sessions a week",
    "active": "Physical work, or hard training most days",
    "very_active": "Hard physical work and training",
}
DIETS: Final[dict[Diet, str]] = {
    "omnivore": "Everything",
    "pescatarian": "Fish, no meat",
    "vegetarian": "Vegetarian",
    "ovo_vegetarian": "Vegetarian without dairy",
    "vegan": "Vegan",
}
ALLERGENS: Final[dict[Allergen, str]] = {
    "gluten": "Gluten",
    "dairy": "Dairy",
    "eggs": "Eggs",
    "nuts": "Tree nuts",
    "peanuts": "Peanuts",
    "soy": "Soya",
    "fish": "Fish",
    "shellfish": "Shellfish",
    "sesame": "Sesame",
}
CONDITIONS: Final[dict[Condition, str]] = {
    "pregnant": "Pregnant",
    "breastfeeding": "Breastfeeding",
    "diabetes": "Diabetes",
    "kidney_disease": "Kidney disease",
    "eating_disorder": "Eating disorder, now or before",
}
TRAINING_TIMES: Final[dict[TrainingTime, str]] = {"morning": "Morning", "midday": "Midday", "evening": "Evening"}
BUDGETS: Final[dict[Budget, str]] = {"low": "Low", "medium": "Medium", "high": "High"}
AISLES: Final[dict[str, str]] = {
    "produce": "Fruit and vegetables",
    "bakery": "Bakery",
    "meat": "Meat",
    "fish": "Fish",
    "eggs": "Eggs",
    "dairy": "Dairy",
    "chilled": "Chilled",
    "frozen": "Frozen",
    "grains": "Grains, pasta and cereals",
    "tins": "Tins and jars",
    "nuts": "Nuts, seeds and dried fruit",
    "oils": "Oils and dressings",
    "spices": "Spices, sauces and sweet things",
    "drinks": "Drinks and powders",
}
