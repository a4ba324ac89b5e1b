"""How a plan is made: profile, targets, the week's split, then the days one by one, and a check of all of them."""

from typing import Any, Final

from app.kinds.plan import DAYS, PlanInput
from app.plans.read import history, subject_of
from worker.errors import InvalidOutput, Rejected
from worker.ladder import Author, ladder
from worker.phases import Phase, Pipeline, Spec, Work
from worker.plans import checks, heard, learning, llm, texts, wishes
from worker.plans.author import settle
from worker.plans.targets import Targets
from worker.plans.training import week_of
from worker.plans.week import day_of, meals_of, person_of, read_targets, split, table_of

ENERGY: Final = {"loss": "deficit", "gain": "surplus", "even": "maintenance"}


async def read_profile(work: Work) -> dict[str, Any]:
    """What was told, and what earlier weeks teach; kept, so that all that follows reads the same."""
    told, subject = work.input, await subject_of(work.db, work.claim.id)
    before = await history(work.db, work.claim.account_id, work.claim.id, subject, told.week_start)
    read = profile(told, before)
    return {**read, "heard": await llm.hear(work, read["learned"])}


def profile(told: PlanInput, before: dict[str, Any]) -> dict[str, Any]:
    """The same without a database. ``before``: `app.plans.read.history`. Raises Rejected."""
    learned = learning.learn(before, str(told.week_start))
    person = person_of(told, {"correction": learned.correction, "weight": learned.weight})
    head = before["head"] or {}
    said = list(learned.said)
    done = sum(what == "training" for _, what in before["done"])
    if head and done:
        said.append(
            f"You trained {done} of {sum(day['training'] is not None for day in before['days'])} days last week."
        )
    return {
        "learned": {"correction": learned.correction, "weight": learned.weight, "said": said},
        "training_week": head.get("training_week", 0) + 1 if head.get("goal") == told.goal else 1,
        "history": {"head": {"unwanted": head.get("unwanted", [])} if head else None, "days": _dishes(before["days"])},
        "understood": wishes.read([told.notes]).understood,
        "not_understood": texts.not_understood(person),
        "heard": heard.NOTHING,
    }


def _dishes(days: list[Any]) -> list[Any]:
    """No more of last week than what is asked of it."""
    return [{"nutrition": {"meals": [{"dish": m["dish"]} for m in day["nutrition"]["meals"]]}} for day in days]


async def set_targets(work: Work) -> dict[str, Any]:
    return read_targets(work.input, work.done["read_profile"]["learned"])


async def split_week(work: Work) -> dict[str, Any]:
    read, set_ = work.done["read_profile"], work.done["set_targets"]
    energy = ENERGY[set_["energy"]["goal"]]
    training = await work.offload(week_of, work.claim.input, energy, read["training_week"])
    frames = split(work.input, read["learned"], set_["week"], training["sessions"])
    return {"frames": frames, "training": {key: value for key, value in training.items() if key != "sessions"}}


def days_to_write(work: Work) -> list[Spec]:
    frames = work.done["split_week"]["frames"]
    return [Spec(f"day-{one['day']}", one["day"], _title(one)) for one in frames]


def _title(frame: dict[str, Any]) -> str:
    what = frame["training"]["name"] if frame["training"] else "Rest"
    return f"{frame['weekday'].capitalize()} · {what}"


async def solve(work: Work, spec: Spec) -> dict[str, Any]:
    """The day as the rules author has it; kept while it is written, so that no rung solves it anew."""
    known = vars(work).get("solved")
    if known is None or known[0] != spec.key:
        known = vars(work)["solved"] = (spec.key, await _solved(work, spec))
    found: dict[str, Any] = known[1]
    return found


async def _solved(work: Work, spec: Spec) -> dict[str, Any]:
    read, frames = work.done["read_profile"], work.done["split_week"]["frames"]
    frame = frames[spec.index - 1]
    others = [work.made[f"day-{number}"] for number in range(1, spec.index)]
    seed = f"{work.input.week_start}/{work.claim.id}"

    async def meals(words: list[str]) -> list[dict[str, Any]]:
        return await work.offload(
            meals_of, work.claim.input, frame, others, read["history"], seed, words, [], {}, []
        )  # fmt: skip

    words = [] if vars(work).get("in_vain") else heard.words(read["heard"])
    try:
        found = await meals(words)
    except Rejected:
        if not words:
            raise
        vars(work)["in_vain"] = True  # to find out takes a while, and the next day would tell the same
        found = await meals([])  # what a model has read in the notes never costs somebody the plan
    return day_of(work.input, read["learned"], frame, frames, found)


# What a model writes is checked as it is written, and everything once more at the end.
AUTHORS: Final = (*llm.authors(solve), Author("rules", solve))


async def check_plan(work: Work) -> dict[str, Any]:
    """Say what is left over from when, then check every day."""
    frames, read = work.done["split_week"]["frames"], work.done["read_profile"]
    days = [work.made[f"day-{number}"] for number in range(1, DAYS + 1)]
    for number in settle(days):
        day, frame = days[number - 1], frames[number - 1]
        whole = day_of(work.input, read["learned"], frame, frames, day["nutrition"]["meals"])
        await work.replace(f"day-{number}", {**whole, **_authored(day)})
    days = [work.made[f"day-{number}"] for number in range(1, DAYS + 1)]
    table = table_of(work.input, read["history"])
    found = [one for frame, day in zip(frames, days, strict=True) for one in checks.problems(table, frame, day)]
    if found:
        raise InvalidOutput(f"The plan did not pass our checks: {found[0]}.")
    return {"dishes": checks.variety(days), "wishes": heard.outcome(work.input, read["heard"], days)}


def _authored(day: dict[str, Any]) -> dict[str, Any]:
    """Who wrote it, and a model's reason, which holds whatever is said of leftovers."""
    kept = ("author", "rungs", "reason") if day.get("author") == "llm" else ("author", "rungs")
    return {key: day[key] for key in kept if key in day}


def head(work: Work) -> dict[str, Any]:
    """The result without its days."""
    read, set_, week = work.done["read_profile"], work.done["set_targets"], work.done["split_week"]
    told = work.input
    person = person_of(told, read["learned"])
    sessions = sum(one["training"] is not None for one in week["frames"])
    litres = [work.made[f"day-{number}"]["recovery"]["water_l"] for number in range(1, DAYS + 1)]
    shown = not person.disordered
    by_model = any(work.made[f"day-{number}"].get("author") == "llm" for number in range(1, DAYS + 1))
    became = work.done["check_plan"]["wishes"]
    return {
        "kind": "plan", "title": texts.title(person, told.week_start), "engine": "llm" if by_model else "rules",
        "week_start": told.week_start,
        "summary": texts.summary(person, sessions, work.done["check_plan"]["dishes"]),
        "targets": {
            **Targets(**set_["week"]).plain(), "water_l": round(sum(litres) / len(litres), 1), "method": set_["method"],
        },
        "show_numbers": shown, "units": told.units, "goal": told.goal,
        "warnings": set_["warnings"], "sources": texts.SOURCES if shown else texts.SOURCES_PLAIN,
        "adjusted": read["learned"]["said"] if shown else [],
        "understood": [*read["understood"], *became["met"]],
        "not_understood": [
            *(one for one in read["not_understood"] if one != texts.UNREAD or not any(became.values())),
            *became["unmet"],
        ],
        "training_week": week["training"]["week"], "training_note": week["training"]["note"],
        "correction": read["learned"]["correction"], "unwanted": (read["history"]["head"] or {}).get("unwanted", []),
        "energy": set_["energy"], "frame": [{**one, "training": None} for one in week["frames"]],
        "history": {
            "learned": read["learned"], "before": read["history"],
            "words": [] if became["unmet"] else heard.words(read["heard"]),
        },
    }  # fmt: skip


PIPELINE: Final = Pipeline(
    kind="plan",
    phases=(
        Phase("read_profile", run=read_profile, weight=0.2),
        Phase("set_targets", run=set_targets, weight=0.2),
        Phase("split_week", run=split_week, weight=1.0),
        Phase("write_days", items=days_to_write, make=ladder(AUTHORS, lambda *_: ()), weight=10.0),
        Phase("check_plan", run=check_plan, weight=0.3),
    ),
    head=head,
)
