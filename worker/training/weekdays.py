"""On which weekdays: those that were chosen, else those that spread the work and respect what the notes say."""

from collections.abc import Collection, Sequence
from itertools import combinations, permutations
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# What we propose (convention: spread, with the weekend free where it can be).
USUAL: Final[dict[int, tuple[int, ...]]] = {
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 4, 5),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}
# How much two kinds of day train the same muscles, as a share.
SHARED: Final[dict[frozenset[str], float]] = {
    frozenset({"full"}): 1.0,
    frozenset({"upper"}): 1.0,
    frozenset({"lower"}): 1.0,
    frozenset({"full", "upper"}): 0.6,
    frozenset({"full", "lower"}): 0.6,
    frozenset({"full", "push"}): 0.5,
    frozenset({"full", "pull"}): 0.5,
    frozenset({"full", "legs"}): 0.6,
    frozenset({"upper", "push"}): 0.7,
    frozenset({"upper", "pull"}): 0.7,
    frozenset({"lower", "legs"}): 1.0,
    frozenset({"push"}): 1.0,
    frozenset({"pull"}): 1.0,
    frozenset({"legs"}): 1.0,
}
PERMUTED: Final = 5  # with more days hardly any order is free of neighbours


def neighbours(weekdays: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of places (first, next) on consecutive days of the calendar, across the week's seam too."""
    place = {weekday: index for index, weekday in enumerate(weekdays)}
    return [(index, place[after]) for weekday, index in place.items() if (after := (weekday + 1) % 7) in place]


def propose(count: int, off: Collection[int], liked: Collection[int], near: Collection[int] = ()) -> tuple[int, ...]:
    """The best spread week without the days that are off; with those that are liked, as far as they go.

    `near`: days that are free, but better left so: the day before a match and the day after.
    """
    usual = USUAL[count]
    if not set(usual) & set(off) and not liked:
        return usual
    return min(
        combinations(range(7), count),
        key=lambda days: (
            len(set(days) & set(off)),
            -len(set(days) & set(liked)),
            len(set(days) & set(near)),
            len(neighbours(days)),
            _crowding(days),
            sum(day >= 5 for day in days),
            days,
        ),
    )


def _crowding(days: Sequence[int]) -> float:
    """Less when days are spread: the sum of the squares of the gaps between them."""
    return sum(((days[(place + 1) % len(days)] - day) % 7 or 7) ** 2 for place, day in enumerate(days))


def arranged(kinds: Sequence[str], weekdays: Sequence[int]) -> tuple[int, ...]:
    """The order of a split's days that has the fewest muscles trained on days that follow each other.

    Returns places of `kinds`, one for each weekday; the given order wins when none is better.
    """
    usual = tuple(range(len(kinds)))
    if len(kinds) > PERMUTED:
        return usual
    pairs = neighbours(weekdays)

    def overlap(order: tuple[int, ...]) -> float:
        return sum(SHARED.get(frozenset({kinds[order[one]], kinds[order[other]]}), 0.0) for one, other in pairs)

    return min(permutations(usual), key=lambda order: (round(overlap(order), 6), order != usual, order))
