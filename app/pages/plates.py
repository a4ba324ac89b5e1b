"""Which plates go on each side of the bar for a load."""

from dataclasses import dataclass
from typing import Any

BAR = {"kg": 20.0, "lb": 45.0}
TRAP_BAR = {"kg": 25.0, "lb": 55.0}
PLATES = {"kg": (25.0, 20.0, 15.0, 10.0, 5.0, 2.5, 1.25), "lb": (45.0, 35.0, 25.0, 10.0, 5.0, 2.5)}
# The colour of a plate of a pound set is that of the kilogram plate nearest to it.
COLOURS = {
    "kg": {25.0: "25", 20.0: "20", 15.0: "15", 10.0: "10", 5.0: "5"},
    "lb": {45.0: "20", 35.0: "15", 25.0: "10", 10.0: "5"},
}
HEIGHTS = {"25": 40, "20": 40, "15": 36, "10": 30, "5": 22, "small": 14}


@dataclass(frozen=True)
class Plate:
    weight: float
    colour: str
    height: int


@dataclass(frozen=True)
class OnBar:
    load: float
    plates: list[Plate]  # of one side, heaviest first


def bar_of(exercise: dict[str, Any], units: str) -> float | None:
    """What the bar itself weighs; None where no bar is loaded."""
    if units in BAR and "trap_bar" in exercise["equipment"]:
        return TRAP_BAR[units]
    return BAR.get(units) if "barbell" in exercise["equipment"] else None


def plates_of(units: str) -> list[Plate]:
    """One of each that a gym has, heaviest first."""
    colours = [(weight, COLOURS[units].get(weight, "small")) for weight in PLATES[units]]
    return [Plate(weight, colour, HEIGHTS[colour]) for weight, colour in colours]


def on_bar(exercise: dict[str, Any], units: str) -> OnBar | None:
    """How the heaviest set is loaded; None where no bar is loaded or the load cannot be put on it exactly."""
    load = max((one["load"] for one in exercise["sets"] if one["load"] is not None), default=None)
    bar = bar_of(exercise, units)
    if load is None or bar is None:
        return None
    left = (load - bar) / 2
    plates: list[Plate] = []
    for plate in plates_of(units):
        while left >= plate.weight - 1e-9:
            plates.append(plate)
            left -= plate.weight
    return OnBar(load, plates) if plates and abs(left) < 1e-9 else None
