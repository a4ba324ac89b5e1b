"""A plan as Markdown, to be read or printed anywhere."""

from typing import Any

from app.exports import words
from app.exports.program_text import plain
from app.kinds.plan_choices import AISLES
from app.kinds.program_sets import groups


def to_markdown(plan: dict[str, Any]) -> str:
    lines = [f"# {plain(plan['title'])}", "", plain(plan["summary"]), ""]
    if plan["warnings"]:
        lines += ["## Please read first", "", *(f"- {plain(one)}" for one in plan["warnings"]), ""]
    lines += ["## How it was reckoned", "", plain(plan["targets"]["method"]), ""]
    if said := sums(plan["targets"]):
        lines += [f"An average day: {said}.", ""]
    for day in plan["days"]:
        lines += _day(day, plan["units"])
    lines += ["## Shopping list", ""]
    for aisle, name in AISLES.items():
        rows = [row for row in plan["shopping_list"] if row["aisle"] == aisle]
        if rows:
            lines += [f"### {name}", "", *(f"- [ ] {bought(row)}" for row in rows), ""]
    lines += ["## Sources", "", *(f"- {plain(one)}" for one in plan["sources"])]
    return "\n".join(lines).rstrip() + "\n"


def sums(values: dict[str, Any]) -> str:
    """`2,450 kcal, 160 g protein, 280 g carbohydrate, 75 g fat`; nothing where no numbers are shown."""
    if values.get("calories") is None:
        return ""
    grams = (("protein_g", "protein"), ("carbs_g", "carbohydrate"), ("fat_g", "fat"))
    return ", ".join([f"{values['calories']:,.0f} kcal", *(f"{values[key]:.0f} g {name}" for key, name in grams)])


def bought(row: dict[str, Any]) -> str:
    return f"{row['food']}, {row['grams']:.0f} g" + (f" ({row['measure']})" if row["measure"] else "")


def eaten(item: dict[str, Any]) -> str:
    """`1 cup Rolled oats (80 g)`; a food that is its own measure is named once: `2 Eggs (100 g)`."""
    grams = "" if item["unit"] == "g" else f" ({item['grams']:.0f} g)"
    count, _, unit = item["measure"].rpartition(" ")
    twice = item["unit"] != "g" and item["unit"].rstrip("s") in item["food"].lower()
    return f"{count if twice else item['measure']} {item['food']}{grams}" if unit else f"{item['food']}{grams}"


def sets(exercise: dict[str, Any], units: str) -> str:
    return "; ".join(
        f"{words.work(one)} {words.sides(exercise)}".rstrip()
        + f", {words.load(one, units)} {words.hands(exercise, one)}".rstrip()
        + f", RPE {words.number(one.rpe)}"
        for one in groups(exercise["sets"])
    )


def recovery(day: dict[str, Any]) -> list[str]:
    found = [f"{one['name']}, {one['minutes']} min: {one['how']}" for one in day["recovery"]["mobility"]]
    sleep = day["recovery"]["sleep"]
    found.append(f"Sleep {words.number(sleep['hours'])} hours: {sleep['bedtime']} to {sleep['wake']}")
    found.append(f"About {words.number(day['recovery']['water_l'])} litres of water, food included")
    found.append(day["recovery"]["movement"])
    return found + [f"{one['name']}, {one['dose']}: {one['why']}" for one in day["recovery"]["supplements"]]


def _day(day: dict[str, Any], units: str) -> list[str]:
    lines = [f"## {day['weekday'].capitalize()}, {day['date']}", "", plain(day["reason"]), ""]
    if said := sums(day["nutrition"]["totals"]):
        lines += [f"{said}.", ""]
    for meal in day["nutrition"]["meals"]:
        lines += [f"### {meal['time']} {plain(meal['name'])}", ""]
        lines += [f"- {plain(eaten(item))}" for item in meal["items"]]
        lines += ["", plain(meal["method"]), ""] if meal["method"] else [""]
    if day["training"]:
        training = day["training"]
        lines += [f"### {training['time']} {plain(training['name'])} ({training['estimated_minutes']} min)", ""]
        lines += [plain(training["warm_up"]), ""] if training["warm_up"] else []
        lines += [f"- {plain(one['name'])}: {sets(one, units)}" for one in training["exercises"]] + [""]
    return [*lines, "### Recovery", "", *(f"- {plain(one)}" for one in recovery(day)), ""]
