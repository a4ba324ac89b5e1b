"""A model's answer made into a week: only what it may decide is taken from it, and every word is checked."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.errors import InvalidOutput
from worker.programs import frame, wording
from worker.programs.brief import place
from worker.programs.frame import Chosen
from worker.training.author import Script, write_week
from worker.training.catalog import EXERCISES
from worker.training.periodization import FOCUS
from worker.training.reasons import HEAVIER

MOST_FOUND: Final = 6
Said = Annotated[str, Field(max_length=4000)]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class SeatSaid(_Reply):
    place: Annotated[str, Field(max_length=8)]
    exercise: Annotated[str, Field(max_length=80)]
    why: Said
    cues: Said


class FlowSaid(_Reply):
    day: int
    flow: Said


class DaySaid(FlowSaid):
    exercises: Annotated[list[SeatSaid], Field(max_length=30)]


class WeekSaid(_Reply):
    note: Said
    days: Annotated[list[FlowSaid], Field(max_length=7)]


class FullSaid(_Reply):
    note: Said
    days: Annotated[list[DaySaid], Field(max_length=7)]


class SummarySaid(_Reply):
    summary: Said


def _read(model: type[BaseModel], answer: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        # Where, by our own names and numbers: an unknown field's name would be the model's words.
        raise InvalidOutput(
            *(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in errors[:MOST_FOUND])
        ) from None


def full(
    script: Script, number: int, seats: Sequence[Sequence[Sequence[str]]], answer: Mapping[str, Any]
) -> tuple[dict[str, Any], Script]:
    """The week, with what was chosen in it, and the script with that. Raises InvalidOutput with all that is wrong."""
    said: FullSaid = _read(FullSaid, answer)
    block = script.weeks[number - 1].block
    found: list[str] = []
    chosen = _chosen(script, block, seats, said, found)
    if found:
        raise InvalidOutput(*found[:MOST_FOUND])
    changed = frame.with_chosen(script, {block: chosen})
    week = write_week(changed, number)
    _note(script, week, said.note, found)
    whys: list[str] = []
    for day, spoken in zip(week["days"], _in_order(said.days), strict=True):
        _flow(script, day, spoken.flow, found)
        by_place = {one.place: one for one in spoken.exercises}
        words = {key: by_place[place(day["day"] - 1, index)] for index, key in chosen[day["day"] - 1]}
        for exercise in day["exercises"]:
            if (seat := words.get(_key(script, block, day, exercise, chosen))) is not None:
                whys.append(_exercise(script, exercise, seat, found))
    if wording.repeated(whys):
        found.append("says the same of many exercises")
    if found:
        raise InvalidOutput(*found[:MOST_FOUND])
    return {**week, "chosen": chosen}, changed


def _key(script: Script, block: int, day: Mapping[str, Any], exercise: Mapping[str, Any], chosen: Chosen) -> str:
    """The design's name of a written exercise: where variations take turns, the first of them."""
    slots = script.design.blocks[block].days[day["day"] - 1]
    for index, key in chosen[day["day"] - 1]:
        if key == exercise["exercise"] or exercise["exercise"] in slots[index].rotation:
            return str(key)
    return str(exercise["exercise"])


def flows(script: Script, number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
    """A week whose exercises are settled. Raises InvalidOutput."""
    said: WeekSaid = _read(WeekSaid, answer)
    found: list[str] = []
    if sorted(one.day for one in said.days) != list(range(1, len(script.days) + 1)):
        raise InvalidOutput("the days are not those of the week, each once")
    week = write_week(script, number)
    _note(script, week, said.note, found)
    for day, spoken in zip(week["days"], _in_order(said.days), strict=True):
        _flow(script, day, spoken.flow, found)
    if found:
        raise InvalidOutput(*found[:MOST_FOUND])
    return week


def summary(script: Script, answer: Mapping[str, Any]) -> str:
    said: SummarySaid = _read(SummarySaid, answer)
    text = wording.cleaned(said.summary)
    if found := list(wording.problems(script.pool, "summary", text, exercises=False)):
        raise InvalidOutput(*found)
    return text


def _in_order(days: Sequence[Any]) -> list[Any]:
    return sorted(days, key=lambda day: int(day.day))


def _chosen(
    script: Script, block: int, seats: Sequence[Sequence[Sequence[str]]], said: FullSaid, found: list[str]
) -> Chosen:
    """Which exercise stands where, in the order of each day; what is wrong is added to ``found``."""
    if sorted(one.day for one in said.days) != list(range(1, len(seats) + 1)):
        found.append("the days are not those of the week, each once")
        return []
    return [_chosen_day(script, block, seats[one.day - 1], one, found) for one in _in_order(said.days)]


def _chosen_day(
    script: Script, block: int, seats: Sequence[Sequence[str]], said: DaySaid, found: list[str]
) -> list[tuple[int, str]]:
    day = said.day - 1
    known = {place(day, index): index for index in range(len(seats))}
    if sorted(one.place for one in said.exercises) != sorted(known):
        found.append(f"day {said.day} does not fill each of its places once")
        return []
    chosen = [(known[one.place], one.exercise) for one in said.exercises]
    for index, key in chosen:
        if key not in seats[index]:
            named = key if re.fullmatch(r"[a-z_]{1,40}", key) else "what was chosen"
            found.append(f"{place(day, index)}: {named} is not one of its exercises")
    keys = [key for _, key in chosen]
    if len(set(keys)) < len(keys):
        found.append(f"day {said.day} has an exercise twice")
    if wrong := frame.out_of_order(script, block, day, [index for index, _ in chosen]):
        found.append(f"day {said.day}: {wrong}")
    return chosen


def _take(script: Script, name: str, text: str, found: list[str], *, exercises: bool) -> str:
    cleaned = wording.cleaned(text)
    found.extend(wording.problems(script.pool, name, cleaned, exercises=exercises))
    return cleaned


def _note(script: Script, week: dict[str, Any], text: str, found: list[str]) -> None:
    """The model's, after what the rules say of a week like no other (the first, the last before a meet)."""
    said = _take(script, "note", text, found, exercises=True)
    usual = week["note"] == FOCUS[week["phase"]]
    week["note"] = said if usual else f"{week['note']} {said}"


def _flow(script: Script, day: dict[str, Any], text: str, found: list[str]) -> None:
    day["flow"] = _take(script, "flow", text, found, exercises=True)


def _exercise(script: Script, exercise: dict[str, Any], said: SeatSaid, found: list[str]) -> str:
    """Its words; what the rules say of care, and of a step up in weight, stays. Returns the reason."""
    why = _take(script, "why", said.why, found, exercises=False)
    cues = _take(script, "cues", said.cues, found, exercises=True)
    care = exercise["cues"].removeprefix(EXERCISES[exercise["exercise"]].cues)
    exercise["why"] = f"{why} {HEAVIER}" if exercise["why"].endswith(HEAVIER) else why
    exercise["cues"] = cues + care
    return why
