"""`make audit`: weeks for many random people, what is wrong with them (nothing may be), and what they are like.

python -m bench.audit_plans --people 500 --seed 7 [--engine llm]

With ``--engine llm`` the words are those of a model that is plausible, clumsy or hostile at random: it may change
nothing of what is solved, and nothing of what it says amiss may be in a day.
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

from app.kinds.plan import PlanResult, assemble
from app.kinds.plan_choices import DIETS
from bench import menus
from bench.audit import quantile, rung_of, table
from bench.replies import document
from bench.week import anybody, week
from worker.errors import InvalidOutput, Rejected, Unavailable
from worker.llm.pen import Brief
from worker.plans import checks
from worker.plans.author import grams_of
from worker.plans.foods import FOODS
from worker.plans.solver import off
from worker.plans.targets import Targets
from worker.plans.week import table_of

HEADER: Final = (
    "diet", "people", "rej.", "viol.", "kcal p50", "p95 %", "protein p50", "p95 %", "carbs p95", "fat p95", "fibre",
    "dishes", "leftovers", "cost", "CPU p50", "p95 s",
)  # fmt: skip


@dataclass
class Group:
    people: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # shares, by nutrient, of days
    fiber: list[float] = field(default_factory=list)  # of its target, of days
    dishes: list[int] = field(default_factory=list)  # different ones in a week
    leftovers: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)  # mean price class (1 to 3) of the energy eaten
    cpu: list[float] = field(default_factory=list)  # seconds
    rungs: Counter[str] = field(default_factory=Counter)  # of days


class Model:
    """Says at random what a good, a confused or an absent model would."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    async def ask(self, piece: str, brief: Brief) -> dict[str, Any]:
        asked, what = document(brief.messages), self._chance.random()
        if what < 0.5:
            return menus.plausible(asked, self._chance)
        if what < 0.8:
            return menus.hostile(asked, self._chance)
        if what < 0.9:
            raise InvalidOutput("the answer is not one JSON object")
        raise Unavailable("The language model cannot be reached at the moment.")


def audit(group: Group, told: dict[str, Any], model: Model | None = None) -> None:
    group.people += 1
    began = time.process_time()
    try:
        work, head = asyncio.run(week(told, model=model))
    except Rejected as error:
        group.rejected[error.message.split(":")[0][:60]] += 1
        return
    except InvalidOutput as error:
        group.violations[error.message] += 1
        return
    group.cpu.append(time.process_time() - began)
    days = [work.made[f"day-{number}"] for number in range(1, 8)]
    PlanResult.model_validate({"id": "audit", **assemble(head, days)})
    allowed = table_of(work.input, work.done["read_profile"]["history"])
    for frame, day in zip(work.done["split_week"]["frames"], days, strict=True):
        group.violations.update(checks.problems(allowed, frame, day))
        eaten = grams_of(day["nutrition"]["meals"])
        for name, value in off(Targets(**frame["targets"]), eaten).items():
            group.errors[name].append(abs(value))
        fiber = sum(food.fiber * grams / 100 for food, grams in eaten.items())
        group.fiber.append(fiber / frame["targets"]["fiber_g"])
    group.rungs.update(rung_of(day) for day in days)
    everything = orjson.dumps([head, *({**day, "rungs": []} for day in days)]).decode()
    group.violations.update(f"says {bad}" for bad in menus.BAD if bad in everything)
    measure(group, days)


def measure(group: Group, days: Sequence[dict[str, Any]]) -> None:
    meals = [meal for day in days for meal in day["nutrition"]["meals"]]
    group.dishes.append(checks.variety(days))
    group.leftovers.append(sum(meal["leftover_of"] is not None for meal in meals))
    energy = {food: food.calories * grams for food, grams in grams_of(meals).items()}
    group.cost.append(sum(FOODS[food.id].price * value for food, value in energy.items()) / sum(energy.values()))


def row(name: str, group: Group) -> tuple[str, ...]:
    def share(values: Sequence[float], at: float) -> str:
        return f"{quantile(values, at):.1%}" if values else "-"

    errors = group.errors
    if not group.cpu:
        return (name, str(group.people), str(group.rejected.total()), str(group.violations.total()), *["-"] * 12)
    return (
        name, str(group.people), str(group.rejected.total()), str(group.violations.total()),
        share(errors["calories"], 0.5), share(errors["calories"], 0.95), share(errors["protein"], 0.5),
        share(errors["protein"], 0.95), share(errors["carbs"], 0.95), share(errors["fat"], 0.95),
        f"{statistics.median(group.fiber):.0%}", f"{statistics.median(group.dishes):.0f}",
        f"{statistics.mean(group.leftovers):.1f}", f"{statistics.mean(group.cost):.2f}",
        f"{quantile(group.cpu, 0.5):.1f}", f"{quantile(group.cpu, 0.95):.1f}",
    )  # fmt: skip


def merged(groups: Sequence[Group]) -> Group:
    whole = Group()
    for group in groups:
        whole.people += group.people
        whole.rejected += group.rejected
        whole.violations += group.violations
        whole.rungs += group.rungs
        for name, values in group.errors.items():
            whole.errors[name] += values
        for name in ("fiber", "dishes", "leftovers", "cost", "cpu"):
            getattr(whole, name).extend(getattr(group, name))
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.audit_plans", description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--engine", choices=["rules", "llm"], default="rules")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args(arguments)
    print(f"{asked.people} people, seed {asked.seed}", flush=True)
    chance = random.Random(asked.seed)
    groups = {diet: Group() for diet in DIETS}
    budgets: dict[str, list[float]] = defaultdict(list)
    for number in range(asked.people):
        told = anybody(chance)
        group = groups[told["diet"]]
        before = len(group.cost)
        audit(group, told, Model(asked.seed + number) if asked.engine == "llm" else None)
        budgets[told["budget"]] += group.cost[before:]
    whole = merged(list(groups.values()))
    print(table([HEADER, *(row(name, group) for name, group in groups.items()), row("all", whole)]))
    print("\nerrors: of a day's totals against its targets; fibre: of its target; dishes: different ones in a week;")
    print("cost: mean price class of the energy eaten, 1 cheap to 3 dear")
    said = ", ".join(f"{name} {statistics.mean(cost):.2f}" for name, cost in sorted(budgets.items()) if cost)
    print(f"cost by budget: {said}")
    written = ", ".join(f"{rung} {count / whole.rungs.total():.0%}" for rung, count in whole.rungs.most_common())
    print(f"days by who wrote them: {written}")
    print(f"rejected: {dict(whole.rejected)}")
    wrong = whole.violations.total()
    print(f"{wrong} violations of the checks" + (f": {dict(whole.violations.most_common(12))}" if wrong else "."))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
