"""Our exercises (exercises.toml), and which of them a person can do."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

SEVERITY: Final = {"mild": 1, "moderate": 2, "severe": 3}
# What a piece brings with it (contract: a barbell comes with plates, rack and bench).
BRINGS: Final[dict[str, tuple[str, ...]]] = {
    "barbell": ("bench",),
    "full_gym": (
        "barbell", "dumbbells", "kettlebells", "machines", "cables", "bands", "pull_up_bar", "bench", "trap_bar",
    ),
}  # fmt: skip
# Where a told lift is trained; elsewhere it only tells loads.
LIFT_PATTERNS: Final[dict[str, frozenset[str]]] = {
    "squat": frozenset({"squat", "lunge"}),
    "bench_press": frozenset({"horizontal_push"}),
    "deadlift": frozenset({"hinge"}),
    "overhead_press": frozenset({"vertical_push"}),
}
# Pieces whose weight is chosen, so that a share of 1RM means something.
WEIGHTED: Final = frozenset({"barbell", "dumbbells", "kettlebells", "machines", "cables", "trap_bar", "full_gym"})


@dataclass(frozen=True)
class Exercise:
    id: str
    name: str
    pattern: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]  # alternatives, each with all its pieces
    station: frozenset[str]  # what it takes of all that comes with a barbell: rack, bench, barbell
    each: bool
    skill: int
    tier: int
    loadability: int
    load: tuple[str, float] | None  # the lift that tells its load, and the ratio of the two 1RMs
    hold: int | None
    reps: tuple[int, int] | None
    stress: Mapping[str, int]  # area -> how much it is loaded, 1 to 3
    avoid: Mapping[str, int]  # area -> severity from which it is contraindicated
    kind: frozenset[str]  # areas that tolerate it well when they hurt
    impact: bool
    gentle: bool
    overhead: bool
    regressions: tuple[str, ...]
    progressions: tuple[str, ...]
    subs: tuple[str, ...]
    cues: str

    @cached_property
    def compound(self) -> bool:
        return self.pattern not in ("isolation", "core", "conditioning", "mobility")

    @cached_property
    def lift(self) -> str | None:
        """The told lift that it is, or is a variation of."""
        return self.load[0] if self.load is not None and self.pattern in LIFT_PATTERNS[self.load[0]] else None

    @cached_property
    def alone(self) -> bool:
        """Squats and hinges that take coaching are never part of a superset."""
        return self.pattern in ("squat", "hinge") and self.skill > 1 and self.weighted

    @cached_property
    def counts(self) -> bool:
        """Whether its sets count as volume: intervals and drills are not sets near failure."""
        return self.pattern not in ("conditioning", "mobility")

    @cached_property
    def credits(self) -> tuple[tuple[str, float], ...]:
        """What one set counts: 1 for a primary muscle, 0.5 for a secondary one (Pelland 2024)."""
        if not self.counts:
            return ()
        return tuple((m, 1.0) for m in self.primary) + tuple((m, 0.5) for m in self.secondary)

    @cached_property
    def leads(self) -> frozenset[str]:
        return frozenset(self.primary)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_stem(word) for word in words_of(f"{self.id} {self.name}"))

    def pieces(self, owned: frozenset[str]) -> tuple[str, ...] | None:
        """The first alternative that the person has all of."""
        return next((pieces for pieces in self.needs if owned.issuperset(pieces)), None)

    def contraindicated(self, injuries: Mapping[str, str]) -> bool:
        return any(SEVERITY[severity] >= self.avoid.get(area, 4) for area, severity in injuries.items())

    def loads_area(self, injuries: Mapping[str, str]) -> list[str]:
        """Injured areas that it loads enough to be done with care: a mild complaint by clear stress, a worse by any."""
        return [
            area
            for area, severity in injuries.items()
            if area in self.stress and SEVERITY[severity] + self.stress[area] >= 3
        ]

    def takes(self, missing: frozenset[str]) -> bool:
        """Whether it cannot be done where these pieces or stations are missing."""
        return not missing.isdisjoint(self.station) or all(not missing.isdisjoint(pieces) for pieces in self.needs)

    @cached_property
    def weighted(self) -> bool:
        return self.hold is None and all(not WEIGHTED.isdisjoint(pieces) for pieces in self.needs)


def words_of(text: str) -> list[str]:
    kept = "".join(character if character.isalnum() else " " for character in text.lower())
    return kept.split()


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


def _grades(text: str) -> dict[str, int]:
    return {token[:-1]: int(token[-1]) for token in text.split()}


def _load(text: str | None) -> tuple[str, float] | None:
    if text is None:
        return None
    lift, ratio = text.split()
    return lift, float(ratio)


def _reps(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, high = text.split("-")
    return int(low), int(high)


def _exercise(key: str, row: dict[str, Any]) -> Exercise:
    return Exercise(
        id=key,
        name=row["name"],
        pattern=row["pattern"],
        primary=tuple(row["primary"].split()),
        secondary=tuple(row["secondary"].split()),
        needs=tuple(tuple(part.split()) for part in row["needs"].split("|")),
        station=frozenset(row.get("station", "").split()),
        each=row.get("each", False),
        skill=row["skill"],
        tier=row["tier"],
        loadability=row["loadability"],
        load=_load(row.get("load")),
        hold=row.get("hold"),
        reps=_reps(row.get("reps")),
        stress=_grades(row["stress"]),
        avoid=_grades(row["avoid"]),
        kind=frozenset(row.get("kind", "").split()),
        impact=row.get("impact", False),
        gentle=row.get("gentle", False),
        overhead=row.get("overhead", False),
        regressions=tuple(row["regressions"].split()),
        progressions=tuple(row["progressions"].split()),
        subs=tuple(row["subs"].split()),
        cues=row["cues"],
    )


def _read() -> dict[str, Exercise]:
    with Path(__file__).with_name("exercises.toml").open("rb") as file:
        return {key: _exercise(key, row) for key, row in tomllib.load(file).items()}


EXERCISES: Final[dict[str, Exercise]] = _read()


def owned_pieces(equipment: Iterable[str]) -> frozenset[str]:
    """All pieces a person has. The floor, a wall, a chair and a table everybody has."""
    owned = {"bodyweight", *equipment}
    for piece in tuple(owned):
        owned.update(BRINGS.get(piece, ()))
    return frozenset(owned)


def named(text: str) -> frozenset[str]:
    """The exercises a person means by a few words: every word must be in the name ("bench press", "deadlifts")."""
    wanted = {_stem(word) for word in words_of(text)}
    if not wanted:
        return frozenset()
    return frozenset(key for key, exercise in EXERCISES.items() if wanted <= exercise.words)
