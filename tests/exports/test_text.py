"""The Markdown: everything that is planned stands in it."""

from typing import Any

from app.exports.program_text import to_markdown


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_kind_of_set_is_a_line_with_its_load(program: dict[str, Any]) -> None:
    text = to_markdown(program)
    for week in program["schedule"]:
        _, _, after = text.partition(f"## Week {week['week']}: ")
        section = after.partition("\n## ")[0]
        lines = [cells(line) for line in section.splitlines() if line.startswith("|")]
        done = [line for line in lines if "×" in line[2]]
        assert sum(int(line[2].split()[0]) for line in done) == sum(
            len(exercise["sets"]) for day in week["days"] for exercise in day["exercises"]
        )
        names = [line[1] for line in done if line[1]]
        assert names == [exercise["name"] for day in week["days"] for exercise in day["exercises"]]
        loads = {
            f"{one['load']:g} kg" for day in week["days"] for e in day["exercises"] for one in e["sets"] if one["load"]
        }
        assert {line[3].removesuffix(" per hand") for line in done} - {"by effort"} == loads
    assert any(not line[1] for line in map(cells, text.splitlines()) if len(line) == 6 and "×" in line[2])


def test_words_of_people_are_not_read_as_markup(program: dict[str, Any]) -> None:
    text = to_markdown({**program, "warnings": ["<script> | *bold* [link](x)"]})
    assert r"\<script\> \| \*bold\* \[link\](x)" in text
