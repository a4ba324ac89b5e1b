"""How dense a week must be: as few supersets as its floors can be met with in the minutes there are."""

from collections.abc import Callable

from worker.training.allocate import Allocator, Filled
from worker.training.landmarks import MAIN
from worker.training.targets import HEAVY_GOALS


def fill(allocators: Callable[[int], Allocator], start: int, densest: int) -> Filled:
    """The first level of supersets with which the floors fit the minutes; else the least dense of the best."""
    best = allocators(start).run()
    for level in range(start + 1, densest + 1):
        if _unmet(best) == 0:
            break
        filled = allocators(level).run()
        if _unmet(filled) < _unmet(best):
            best = filled
    return best


def _unmet(filled: Filled) -> float:
    """Sets and patterns that only time kept out; where load is the aim, only what is worth hurrying for."""
    heavy = filled.budget.profile.goal in HEAVY_GOALS
    counted = [entry for muscle, entry in filled.short.items() if muscle in MAIN or not heavy]
    sets = sum(floor - got for floor, got, why in counted if why == "time")
    return sets + 4 * sum(why == "time" for why in filled.missing.values())
