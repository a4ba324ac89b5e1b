"""A finished program with its log, as edits see it, and what an edit makes of it."""

import copy
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from app.kinds.program import ProgramInput
from worker.edits import learned
from worker.programs.checks import minutes_of
from worker.training import landmarks, ramp
from worker.training.landmarks import Landmark
from worker.training.measure import volume
from worker.training.profile import Profile, read


@dataclass(frozen=True)
class Change:
    """One line of "what has changed, and why"."""

    week: int
    what: str
    why: str
    day: int | None = None
    exercise: str | None = None  # its name


@dataclass
class Edited:
    what: str
    why: str = ""
    weeks: dict[int, dict[str, Any]] = field(default_factory=dict)  # those that change, whole
    changes: list[Change] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)  # what changes of the head
    asked: dict[str, Any] | None = None  # the input from now on, where that changes

    def plain(self) -> dict[str, Any]:
        weeks = {str(number): week for number, week in sorted(self.weeks.items())}
        changes = [{k: v for k, v in asdict(one).items() if v is not None} for one in self.changes]
        return {
            "what": self.what, "why": self.why, "weeks": weeks, "changes": changes, "head": self.head,
            "asked": self.asked,
        }  # fmt: skip


@dataclass(frozen=True)
class Program:
    asked: dict[str, Any]
    head: dict[str, Any]
    weeks: dict[int, dict[str, Any]]
    trainings: list[dict[str, Any]]  # oldest first
    check_ins: list[dict[str, Any]]

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> "Program":
        """From the plain fields of `app.generations.edits.Source`."""
        weeks = {week["week"]: week for week in source["pieces"].values()}
        asked = source["head"].get("asked") or source["asked"]
        return cls(asked, source["head"], weeks, source["trainings"], source["check_ins"])

    @cached_property
    def profile(self) -> Profile:
        return read(ProgramInput.model_validate(self.asked))

    @cached_property
    def marks(self) -> dict[str, Landmark]:
        return landmarks.landmarks(self.profile)

    @cached_property
    def known(self) -> dict[str, learned.Known]:
        return learned.read(self.trainings, self.weeks, self.profile.units)

    @cached_property
    def done(self) -> frozenset[tuple[int, int]]:
        """Days (week, day) that were trained."""
        return frozenset((one["week"], one["day"]) for one in self.trainings if one["finished_at"] is not None)

    @property
    def last_week(self) -> int:
        """The latest with a finished session; 0 before the first."""
        return max((week for week, _ in self.done), default=0)

    def is_open(self, week: int, day: int) -> bool:
        """Whether it is still to come: what was done, and what lies before it, stays as it was."""
        return week > self.last_week or (week == self.last_week and (week, day) not in self.done)

    def copy_of(self, edited: Edited, week: int) -> dict[str, Any]:
        """The week to be changed in place."""
        if week not in edited.weeks:
            edited.weeks[week] = copy.deepcopy(self.weeks[week])
        return edited.weeks[week]


def settled(profile: Profile, week: dict[str, Any]) -> dict[str, Any]:
    """With warm-up sets, minutes and volume as its sets say."""
    for day in week["days"]:
        for exercise in day["exercises"]:
            exercise["warm_up"] = ramp.again(profile, exercise)
        day["estimated_minutes"] = math.ceil(minutes_of(profile, day) - 1e-9)
    week["volume"] = {"week": week["week"], "sets": volume(week["days"])}
    return week
