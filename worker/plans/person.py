"""The person as the science sees them: metric, with what their conditions switch off."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.kinds.plan import PlanInput
from worker.errors import Rejected

KG, CM = 0.45359237, 2.54  # of a pound, of an inch
ADULT: Final = 18
UNDERWEIGHT, OVERWEIGHT, OBESE = 18.5, 25.0, 30.0  # BMI (WHO)


@dataclass(frozen=True)
class Person:
    told: PlanInput
    # What the weigh-ins of earlier weeks say: kcal a day to add to the estimate of expenditure.
    correction: float = 0.0
    weighed: float | None = None  # kg, newer than the one told

    @classmethod
    def of(cls, told: PlanInput, correction: float = 0.0, weighed: float | None = None) -> "Person":
        """Raises Rejected for whom no plan of ours is right."""
        if "kidney_disease" in told.conditions:
            raise Rejected(
                "With kidney disease, protein, potassium and fluid have to be set by a renal dietitian for you alone: "
                "please see one. We make no plan for it."
            )
        return cls(told, correction, weighed)

    @cached_property
    def weight(self) -> float:
        return self.weighed or self._kg(self.told.body_weight)

    @cached_property
    def goal_weight(self) -> float | None:
        return None if self.told.goal_weight is None else self._kg(self.told.goal_weight)

    @cached_property
    def height(self) -> float:
        return self.told.height * (CM if self.told.units == "lb" else 1.0)

    def _kg(self, value: float) -> float:
        return value * (KG if self.told.units == "lb" else 1.0)

    def bmi(self, weight: float | None = None) -> float:
        return (weight or self.weight) / (self.height / 100) ** 2

    def at_bmi(self, value: float) -> float:
        """The weight (kg) with that BMI."""
        return value * (self.height / 100) ** 2

    @property
    def minor(self) -> bool:
        return self.told.age < ADULT

    @property
    def pregnant(self) -> bool:
        return "pregnant" in self.told.conditions

    @property
    def nursing(self) -> bool:
        return "breastfeeding" in self.told.conditions

    @property
    def diabetic(self) -> bool:
        return "diabetes" in self.told.conditions

    @property
    def disordered(self) -> bool:
        """No numbers are shown, no weighing."""
        return "eating_disorder" in self.told.conditions
