"""What a person needs in a day: energy by body, activity and goal, and how it is shared among nutrients."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from worker.plans.foods import CARBOHYDRATE, FAT, FIBRE, PROTEIN
from worker.plans.person import ADULT, OBESE, OVERWEIGHT, UNDERWEIGHT, Person

# Every number with its source.
MIFFLIN: Final = (10.0, 6.25, 5.0)  # kcal per kg, cm, year; Mifflin & St Jeor 1990
MIFFLIN_SEX: Final = {"male": 5.0, "female": -161.0, "unspecified": (5.0 - 161.0) / 2}
SCHOFIELD: Final = {  # kcal per kg, and at 0 kg, of 10-18 years; Schofield 1985
    "male": (17.686, 658.2), "female": (13.384, 692.6), "unspecified": (15.535, 675.4),
}  # fmt: skip
ACTIVITY: Final = {"sedentary": 1.2, "light": 1.375, "moderate": 1.55, "active": 1.725, "very_active": 1.9}
FLOOR: Final = {"female": 1200.0, "male": 1500.0, "unspecified": 1500.0}  # kcal of a deficit at least; convention
LOSS: Final = (0.15, 0.20)  # of expenditure; the larger with obesity; convention
GAIN: Final = {"beginner": 0.10, "intermediate": 0.075, "advanced": 0.05}  # convention: +5 to +10%
FASTEST_LOSS: Final = 0.01  # of body weight a week; Garthe 2011: 0.7% kept more lean mass than 1.4%
KCAL_OF_KG: Final = 7700.0  # of body weight lost; Wishnofsky 1958
PREGNANT, NURSING = 260.0, 500.0  # kcal a day more, of the second trimester and of full breastfeeding; EFSA 2013
PROTEIN_PER_KG: Final = {  # g; Morton 2018: gains level off about 1.6; 1.8-2.2 in a deficit
    "fat_loss": 2.0, "muscle_gain": 1.8, "endurance": 1.6, "general_fitness": 1.6, "mobility": 1.3,
}  # fmt: skip
PROTEIN_PLANTS: Final = (
    1.6  # g/kg at most where all of it is from plants, whose dishes would else be powders; convention
)
PROTEIN_YOUNG: Final = 1.4  # g/kg, under 18; twice the reference intake for growth is not needed (EFSA 2012: 0.9)
PROTEIN_EXPECTING: Final = 1.3  # g/kg; EFSA 2012: 0.83 and up to 28 g more
LEAST_PROTEIN: Final = 0.13  # of energy; less is no ordinary food; IOM 2005: 10-35%
MOST_PROTEIN: Final = 0.32  # of energy; IOM 2005: 10-35%
FAT_SHARE: Final = {"fat_loss": 0.30, "muscle_gain": 0.27, "endurance": 0.25, "general_fitness": 0.30, "mobility": 0.32}
LEAST_FAT: Final = (0.6, 0.20)  # g/kg, share of energy; convention
FIBRE_PER_KCAL: Final = 14 / 1000  # g; IOM 2005
MOST_FIBRE: Final = 45.0  # g; more is hard on the gut of who trains; convention
WATER: Final = {"female": 2.0, "male": 2.5, "unspecified": 2.25}  # litres from all sources; EFSA 2010
WATER_YOUNG: Final = {"female": 1.9, "male": 2.1, "unspecified": 2.0}  # 9-13; from 14 as adults; EFSA 2010
WATER_TRAINING: Final = 0.6  # litres for an hour; ACSM 2007: 0.4-0.8
WATER_EXPECTING, WATER_NURSING = 0.3, 0.7  # litres more; EFSA 2010
HARD_DAY: Final = 0.15  # raise of carbohydrate at most; derived, so that the week's total is kept


@dataclass(frozen=True)
class Targets:
    """Of a day."""

    calories: float
    protein_g: float
    carbs_g: float  # with fibre
    fat_g: float
    fiber_g: float

    def plain(self) -> dict[str, float]:
        return {name: round(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Energy:
    resting: float
    expended: float
    calories: float
    goal: str  # loss, gain, even
    method: str
    notes: tuple[str, ...]  # why something was not done as asked


def resting(person: Person) -> tuple[float, str]:
    """kcal a day, and whose equation."""
    sex = person.told.sex
    if person.minor:
        slope, base = SCHOFIELD[sex]
        return slope * person.weight + base, "Schofield equation (10-18 years)"
    kg, cm, year = MIFFLIN
    value = kg * person.weight + cm * person.height - year * person.told.age + MIFFLIN_SEX[sex]
    return value, "Mifflin-St Jeor equation" + (", mean of both sexes" if sex == "unspecified" else "")


def energy(person: Person) -> Energy:
    rest, whose = resting(person)
    factor = ACTIVITY[person.told.activity]
    expended = rest * factor + person.correction
    said = [f"Resting energy {rest:,.0f} kcal by the {whose}, times {factor:g} for your activity"]
    if person.correction:
        said[0] += f", {person.correction:+,.0f} kcal by your weigh-ins"
    said[0] += f": {expended:,.0f} kcal a day."
    why_not = no_loss(person) if person.told.goal == "fat_loss" else None
    notes = [why_not] if why_not else []
    calories, goal = expended, "even"
    if person.pregnant or person.nursing:
        more = PREGNANT if person.pregnant else NURSING
        calories += more
        said.append(f"{more:.0f} kcal more for {'pregnancy' if person.pregnant else 'breastfeeding'}.")
    elif person.told.goal == "fat_loss" and not why_not:
        calories, goal, told = _less(person, rest, expended)
        said.append(told)
    elif person.told.goal == "muscle_gain" and not person.minor and not person.disordered:
        share = GAIN[person.told.experience]
        calories, goal = expended * (1 + share), "gain"
        said.append(f"{share:.1%} more to build muscle.".replace(".0%", "%"))
    return Energy(rest, expended, calories, goal, " ".join(said), tuple(notes))


def no_loss(person: Person) -> str | None:
    """Why this person gets no deficit, if so."""
    if person.minor:
        return f"Under {ADULT} we set no deficit: you are growing. The plan keeps you fed for training."
    if person.pregnant or person.nursing:
        return (
            "We set no deficit in pregnancy or while breastfeeding; talk about your weight with your midwife or doctor."
        )
    if person.disordered:
        return "We set no deficit for you and show no numbers of energy. Plan weight with the people who treat you."
    if person.bmi() < UNDERWEIGHT:
        return f"Your body mass index is under {UNDERWEIGHT}: the plan does not aim at less weight."
    if person.goal_weight is not None and person.bmi(person.goal_weight) < UNDERWEIGHT:
        return f"Your goal weight means a body mass index under {UNDERWEIGHT}: the plan keeps your weight even."
    if person.goal_weight is not None and person.goal_weight >= person.weight:
        return "You are at your goal weight: the plan keeps it even."
    return None


def _less(person: Person, rest: float, expended: float) -> tuple[float, str, str]:
    share = LOSS[person.bmi() >= OBESE]
    deficit = min(share * expended, FASTEST_LOSS * person.weight * KCAL_OF_KG / 7)
    floor = max(rest, FLOOR[person.told.sex])
    calories = max(expended - deficit, min(floor, expended))
    rate = (expended - calories) * 7 / KCAL_OF_KG
    told = f"{expended - calories:,.0f} kcal less, for about {rate:.1f} kg a week"
    held = ", as low as we go: never under your resting energy" if calories > expended - deficit + 1 else ""
    return calories, "loss", f"{told}{held}."


def reference_weight(person: Person) -> float:
    """The weight (kg) that protein and fat are counted by: with obesity the goal weight, or that of BMI 25-30."""
    if person.bmi() < OBESE:
        return person.weight
    goal = person.goal_weight
    if goal is not None and person.at_bmi(OVERWEIGHT - 3) <= goal < person.weight:
        return goal
    return person.at_bmi((OVERWEIGHT + OBESE) / 2)


def targets(person: Person, calories: float, goal: str) -> Targets:
    """Protein first, then fat, and the rest is carbohydrate."""
    weight = reference_weight(person)
    rate = PROTEIN_PER_KG[person.told.goal if goal != "even" or person.told.goal != "fat_loss" else "general_fitness"]
    if person.told.diet == "vegan":
        rate = min(rate, PROTEIN_PLANTS)
    if person.minor:
        rate = min(rate, PROTEIN_YOUNG)
    if person.pregnant or person.nursing:
        rate = min(rate, PROTEIN_EXPECTING)
    protein = max(min(rate * weight, MOST_PROTEIN * calories / PROTEIN), LEAST_PROTEIN * calories / PROTEIN)
    fat = max(LEAST_FAT[0] * weight, LEAST_FAT[1] * calories / FAT, FAT_SHARE[person.told.goal] * calories / FAT)
    fiber = min(MOST_FIBRE, FIBRE_PER_KCAL * calories)
    return shared(calories, protein, fat, fiber)


def shared(calories: float, protein: float, fat: float, fiber: float) -> Targets:
    net = calories - PROTEIN * protein - FAT * fat + (CARBOHYDRATE - FIBRE) * fiber
    return Targets(calories, protein, max(0.0, net / CARBOHYDRATE), fat, fiber)


def by_day(week: Targets, hard: Sequence[bool]) -> list[Targets]:
    """Carbohydrate moved from rest days to hard days; the week's total is kept."""
    hards = sum(hard)
    rests = len(hard) - hards
    if not hards or not rests:
        return [week] * len(hard)
    more = min(HARD_DAY, HARD_DAY * rests / hards)
    less = more * hards / rests
    return [_with_carbs(week, week.carbs_g * (1 + more if one else 1 - less)) for one in hard]


def _with_carbs(week: Targets, carbs: float) -> Targets:
    return replace(week, carbs_g=carbs, calories=week.calories + CARBOHYDRATE * (carbs - week.carbs_g))


def water(person: Person, training_minutes: int = 0) -> float:
    """Litres a day from drinks and food."""
    litres = (WATER_YOUNG if person.told.age < 14 else WATER)[person.told.sex]
    litres += WATER_EXPECTING if person.pregnant else WATER_NURSING if person.nursing else 0.0
    return round(litres + WATER_TRAINING * training_minutes / 60, 1)
