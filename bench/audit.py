"""`make audit`: programs for many random people, what is wrong with them (nothing may be), and what they are like.

python -m bench.audit --people 1000 --seed 7
python -m bench.audit --people 300 --engine llm   # written by a model that is plausible, clumsy or hostile at random
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from app.kinds.program import ProgramInput, ProgramResult, assemble
from app.kinds.program_choices import EXPERIENCES, GOALS
from bench import replies
from bench.people import anybody
from bench.science import BareWork
from worker.errors import InvalidOutput, Rejected, Unavailable
from worker.llm.pen import Brief
from worker.programs import checks
from worker.programs.pipeline import PIPELINE
from worker.training.landmarks import landmarks
from worker.training.measure import against_mrv, sets_of
from worker.training.profile import Profile, read

TIMED_WEEKS: Final = 12
BANDS: Final = ("none", "under MV", "MV to MEV", "MEV to MAV", "in MAV", "to MRV", "over MRV")
HEADER: Final = (
    "goal / experience", "people", "viol.", "rej.", "minutes", "over", "error", "exercises", "sets/week", "push:pull",
    "load %/wk", "CPU p50", "p95 ms",
)  # fmt: skip


@dataclass
class Group:
    """What is counted of the people of one goal and experience."""

    people: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    fullness: list[float] = field(default_factory=list)  # share of the minutes, of the fullest week
    over: list[float] = field(default_factory=list)  # how much longer than asked the longest session is
    error: list[float] = field(default_factory=list)  # minutes told less minutes that the model gives
    exercises: list[int] = field(default_factory=list)  # distinct ones in a program
    sets: list[int] = field(default_factory=list)  # of the fullest week
    balance: list[float] = field(default_factory=list)  # pushing sets for each pulling set, upper body
    rates: list[float] = field(default_factory=list)  # gain of the heaviest load a week, at the same repetitions
    bands: Counter[str] = field(default_factory=Counter)  # muscles of the fullest week against their landmarks
    cpu: list[float] = field(default_factory=list)  # milliseconds, of 12 weeks
    rungs: Counter[str] = field(default_factory=Counter)  # weeks by who wrote them


class Model:
    """Stands in for a language model: half of its answers are plausible, a quarter hostile, the rest no answer."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        asked, what = replies.document(brief.messages), self._chance.random()
        if what < 0.5:
            return replies.plausible(asked, self._chance)
        if what < 0.75:
            return replies.hostile(asked, self._chance)
        if what < 0.9:
            raise InvalidOutput("the answer is not one JSON object")
        raise Unavailable("The language model cannot be reached at the moment.")


async def made(told: dict[str, Any], model: Model | None = None) -> tuple[BareWork, dict[str, Any], float]:
    """The phases in a row, their head, and the milliseconds of CPU they took."""
    began = time.process_time()
    work: Any = BareWork(
        input=ProgramInput.model_validate(told), account={"time_zone": "UTC", "units": "kg"}, done={}, made={},
        llm=model,
    )  # fmt: skip
    for phase in PIPELINE.phases:
        value = await phase.run(work) if phase.run else None
        for spec in phase.items(work) if phase.items else ():
            assert phase.make is not None
            work.made[spec.key] = await phase.make(work, spec)
        work.done[phase.name] = value
    return work, PIPELINE.head(work), (time.process_time() - began) * 1000


def made_at_once(told: dict[str, Any], model: Model | None = None) -> tuple[BareWork, dict[str, Any], float]:
    return asyncio.run(made(told, model))


def audit(group: Group, told: dict[str, Any], model: Model | None = None) -> None:
    group.people += 1
    try:
        work, head, took = made_at_once(told, model)
    except Rejected:
        group.rejected += 1
        return
    profile = read(work.input)
    weeks = [work.made[f"week-{number}"] for number in range(1, profile.weeks + 1)]
    design = work.done["build_split"]["design"]
    named = frozenset(design["missing"]) | frozenset(design["short"])
    marks = landmarks(profile)
    found = checks.problems(profile, marks, weeks, named, head["periodization"]["phases"])
    group.violations.update(problem.code for problem in found)
    ProgramResult.model_validate({"id": "audit", **assemble(head, weeks)})
    everything = orjson.dumps([head, *({**piece, "rungs": []} for piece in work.made.values())]).decode()
    group.violations.update(f"says {bad}" for bad in replies.BAD if bad in everything)
    if profile.weeks == TIMED_WEEKS:
        group.cpu.append(took)
    group.rungs.update(rung_of(week) for week in weeks)
    measure(group, profile, weeks)


def rung_of(piece: dict[str, Any]) -> str:
    if piece.get("author", "rules") == "rules":
        return "rules"
    return "short" if piece.get("rungs") else "full"


def measure(group: Group, profile: Profile, weeks: Sequence[dict[str, Any]]) -> None:
    loading = [week for week in weeks if week["phase"] in checks.LOADING]
    fullest = max(loading, key=sets_of)
    days = [day for week in weeks for day in week["days"]]
    group.error += [abs(day["estimated_minutes"] - checks.minutes_of(profile, day)) for day in days]
    group.over.append(max(day["estimated_minutes"] / profile.minutes - 1 for day in days))
    asked = profile.minutes * min(6, profile.days)
    group.fullness.append(sum(day["estimated_minutes"] for day in fullest["days"] if day["name"] != "Recovery") / asked)
    group.exercises.append(len({exercise["exercise"] for day in days for exercise in day["exercises"]}))
    group.sets.append(sets_of(fullest))
    count: Counter[str] = Counter()
    for day in fullest["days"]:
        for exercise in day["exercises"]:
            count[exercise["pattern"]] += len(exercise["sets"])
    pulls = count["horizontal_pull"] + count["vertical_pull"]
    if pulls:
        group.balance.append((count["horizontal_push"] + count["vertical_push"]) / pulls)
    group.rates += gains(loading)
    marks, sets = landmarks(profile), against_mrv(fullest["days"])
    for muscle, mark in marks.items():
        edges = (0.0, mark.mv - 0.01, mark.mev - 0.01, mark.mav[0] - 0.01, float(mark.mav[1]), float(mark.mrv))
        group.bands[BANDS[sum(sets[muscle] > edge for edge in edges)]] += 1


def gains(loading: Sequence[dict[str, Any]]) -> list[float]:
    """Of each lift with loads: how much heavier a week, from its first week to its last with the same repetitions."""
    known: dict[tuple[int, str, int], list[tuple[int, float]]] = defaultdict(list)
    for week in loading:
        for day in week["days"]:
            for exercise in day["exercises"]:
                top = max((one for one in exercise["sets"] if one["load"]), key=lambda one: one["load"], default=None)
                if top is not None:
                    known[day["day"], exercise["exercise"], top["reps"]].append((week["week"], top["load"]))
    return [
        100 * (last[1] / first[1] - 1) / (last[0] - first[0])
        for (first, *_, last) in (entries for entries in known.values() if len(entries) > 1)
    ]


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def row(name: str, group: Group) -> tuple[str, ...]:
    return (
        name,
        str(group.people),
        str(group.violations.total()),
        str(group.rejected),
        f"{statistics.median(group.fullness):.0%}" if group.fullness else "-",
        f"{max(group.over, default=0):.0%}",
        f"{max(group.error, default=0):.1f}",
        f"{statistics.median(group.exercises):.0f}" if group.exercises else "-",
        f"{statistics.median(group.sets):.0f}" if group.sets else "-",
        f"{statistics.median(group.balance):.2f}" if group.balance else "-",
        f"{statistics.median(group.rates):.2f}" if group.rates else "-",
        f"{quantile(group.cpu, 0.5):.0f}" if group.cpu else "-",
        f"{quantile(group.cpu, 0.95):.0f}" if group.cpu else "-",
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not index else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in rows
    )


def merged(groups: Sequence[Group]) -> Group:
    whole = Group()
    for group in groups:
        whole.people += group.people
        whole.rejected += group.rejected
        whole.violations += group.violations
        whole.bands += group.bands
        whole.rungs += group.rungs
        for name in ("fullness", "over", "error", "exercises", "sets", "balance", "rates", "cpu"):
            getattr(whole, name).extend(getattr(group, name))
    return whole


def report(groups: dict[tuple[str, str], Group]) -> Group:
    whole = merged(list(groups.values()))
    rows: list[tuple[str, ...]] = [HEADER]
    rows += [row(f"{goal} / {experience}", group) for (goal, experience), group in sorted(groups.items())]
    rows.append(row("all", whole))
    print(table(rows))
    print(
        "\nminutes: share of what was asked in the fullest week; over: the longest session against what was asked; "
        "error: minutes told against the model, at most; load: gain of a lift at the same repetitions (median)"
    )
    print("\nSets of the muscles in the fullest week, by goal (share of muscles in each band):")
    bands: list[tuple[str, ...]] = [("goal", *BANDS)]
    for goal in GOALS:
        group = merged([group for (of, _), group in groups.items() if of == goal])
        total = max(1, group.bands.total())
        bands.append((goal, *(f"{group.bands[band] / total:.0%}" for band in BANDS)))
    print(table(bands))
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--engine", choices=["rules", "llm"], default="rules")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args(arguments)
    print(f"{asked.people} people, seed {asked.seed}", flush=True)
    chance = random.Random(asked.seed)
    groups: dict[tuple[str, str], Group] = {(goal, experience): Group() for goal in GOALS for experience in EXPERIENCES}
    for number in range(asked.people):
        told = anybody(chance)
        if number % 2 == 0:
            told["weeks"] = TIMED_WEEKS
        model = Model(asked.seed + number) if asked.engine == "llm" else None
        audit(groups[told["goal"], told["experience"]], told, model)
    whole = report(groups)
    written = ", ".join(f"{rung} {count / whole.rungs.total():.0%}" for rung, count in whole.rungs.most_common())
    print(f"\nWeeks by who wrote them: {written}")
    wrong = whole.violations.total()
    print(f"\n{wrong} violations of the hard checks" + (f": {dict(whole.violations)}" if wrong else "."))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
