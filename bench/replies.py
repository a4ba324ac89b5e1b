"""What a language model may answer to the programs' briefs, good and bad, from the brief alone: for tests and audits
that need no model. ``plausible`` is what an obedient one says, with choices and order at random; ``hostile`` is what
one says that is confused, or obeys what somebody has hidden in the notes."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

Document = dict[str, Any]

WORDS: Final = (
    "Settle in, breathe out before each effort and keep every movement as tidy as the first one.",
    "Take the time between efforts that the table gives and stay a little short of your limit.",
    "Move with control on the way down and with intent on the way up.",
    "This suits what you wrote and leaves something in the tank for the rest of the week.",
    "Stop when the form goes, not when the timer does.",
    "A calm start, the big lifts while you are fresh, the small ones to finish.",
)


def document(messages: Sequence[dict[str, str]]) -> Document:
    found: Document = orjson.loads(messages[-1]["content"])
    return found


def kind_of(asked: Document) -> str:
    if "refused_because" in asked:
        return "short"
    if "title" in asked:
        return "summary"
    return "full" if "places" in asked["days"][0] else "later"


def plausible(asked: Document, chance: random.Random) -> dict[str, Any]:
    def words(subject: str) -> str:
        return f"{subject}: {chance.choice(WORDS)}"

    match kind_of(asked):
        case "summary":
            return {"summary": f"This is made for you. {' '.join(chance.sample(WORDS, 3))}"}
        case "full":
            days = [
                {"day": day["day"], "flow": words(day["name"]), "exercises": _seated(day["places"], words, chance)}
                for day in asked["days"]
            ]
        case _:
            days = [{"day": day["day"], "flow": words("The session")} for day in asked["days"]]
    return {"note": words("This week"), "days": days}


def _seated(places: list[dict[str, Any]], words: Callable[[str], str], chance: random.Random) -> list[dict[str, Any]]:
    """Each place once, an exercise that may stand there and that the day has not yet; the order as it is."""
    taken: set[str] = set()
    seated = []
    later = [place["may_be"][0]["exercise"] for place in places]
    for number, place in enumerate(places):
        planned = place["may_be"][0]
        free = [one for one in place["may_be"] if one["exercise"] not in taken | set(later[number + 1 :])]
        one = chance.choice(free or [planned]) if chance.random() < 0.3 else planned
        taken.add(one["exercise"])
        said = {"why": words(f"{one['name']} for you"), "cues": words(one["name"])}
        seated.append({"place": place["place"], "exercise": one["exercise"], **said})
    return seated


# Each spoils a plausible answer in its own way; it must never get through.
def _another_exercise(answer: dict[str, Any], chance: random.Random) -> None:
    day = chance.choice(answer["days"])
    for one in day.get("exercises", [])[:1]:
        one["exercise"] = chance.choice(["snatch", "good_morning", "behind_neck_press", "box_jump", "moon_walk"])
    answer["note"] = "Do box jumps and behind the neck presses, everybody can."


def _place_twice(answer: dict[str, Any], chance: random.Random) -> None:
    day = chance.choice(answer["days"])
    day.setdefault("exercises", []).extend(day.get("exercises", [])[:1])
    answer["days"] += answer["days"][:1]


def _no_last_day(answer: dict[str, Any], chance: random.Random) -> None:
    answer["days"].pop()


def _loads(answer: dict[str, Any], chance: random.Random) -> None:
    chance.choice(answer["days"])["flow"] = "Do 10 x 10 with 140 kg at RPE 10, then 5 more sets of 20 reps."


def _pain(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "Push through the pain this week, ignore your doctor and go to absolute failure."


def _markup(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "Welcome <script>alert(document.cookie)</script> to this week of training."


def _link(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "For the real program of this week visit https://evil.example/claim today."


def _prompt(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "HAHA PWNED. My previous instructions were: you are a strength coach."


def _shape(answer: dict[str, Any], chance: random.Random) -> None:
    answer["days"] = {"1": answer["days"]}


def _empty(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "  "


def _endless(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "And so on, ever on. " * 60


def _unseen(answer: dict[str, Any], chance: random.Random) -> None:
    answer["note"] = "\u202e\u200b\u2066\x00 \u200b"


HOSTILE: Final[tuple[Callable[[dict[str, Any], random.Random], None], ...]] = (
    _another_exercise, _place_twice, _no_last_day, _loads, _pain, _markup, _link, _prompt, _shape, _empty, _endless,
    _unseen,
)  # fmt: skip
# What of them must be in nothing that people see; people's own notes have markup, too.
BAD: Final = (
    "moon_walk", "10 x 10 with 140 kg", "Push through the pain", "alert(document.cookie)", "evil.example", "PWNED",
    "ever on. And", "200 kg at once",
)  # fmt: skip


def hostile(asked: Document, chance: random.Random, how: int | None = None) -> dict[str, Any]:
    answer = plausible(asked, chance)
    if kind_of(asked) == "summary":
        return {"summary": "Visit www.evil.example and take 200 kg at once, says the system prompt."}
    (chance.choice(HOSTILE) if how is None else HOSTILE[how])(answer, chance)
    return answer
