"""Finished programs: listed, read, downloaded."""

from collections.abc import Awaitable, Callable

import pytest

from app.exports.names import filename
from app.kinds.program import ProgramResult
from tests.api.conftest import Api, ask

Make = Callable[[], Awaitable[None]]


async def test_a_program_is_read_and_listed(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice, kind="program")
    assert (await as_alice.get(f"/programs/{made['id']}")).status_code == 404  # not made yet
    assert (await as_alice.get("/programs")).json() == {"items": [], "next_cursor": None}
    await make()
    program = (await as_alice.get(f"/programs/{made['id']}")).json()
    ProgramResult.model_validate(program)
    assert (program["id"], program["kind"], program["weeks"]) == (made["id"], "program", 4)
    assert [week["week"] for week in program["schedule"]] == [1, 2, 3, 4]
    [head] = (await as_alice.get("/programs")).json()["items"]
    assert (head["id"], head["title"], head["url"]) == (made["id"], program["title"], f"/programs/{made['id']}")
    assert head["created_at"].endswith("Z")
    week = (await as_alice.get(f"/generations/{made['id']}/items/week-3")).json()
    assert week["days"] == program["schedule"][2]["days"]


async def test_it_is_downloaded_as_json_and_markdown(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice, kind="program")
    await make()
    program = (await as_alice.get(f"/programs/{made['id']}")).json()
    name = filename(program["title"], "program")
    as_json = await as_alice.get(f"/programs/{made['id']}.json")
    assert as_json.json() == program
    assert as_json.headers["content-disposition"] == f'attachment; filename="{name}.json"'
    as_markdown = await as_alice.get(f"/programs/{made['id']}.md")
    assert as_markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert as_markdown.headers["content-disposition"] == f'attachment; filename="{name}.md"'
    assert as_markdown.text.startswith("# ")
    assert (await as_alice.get(f"/programs/{made['id']}.exe")).status_code == 404


async def test_pages_of_programs_go_through_everything_once(as_alice: Api, make: Make) -> None:
    ids = []
    for _ in range(3):
        ids.append((await ask(as_alice, kind="program", fresh=True))["id"])
        await make()
    first = (await as_alice.get("/programs?limit=2")).json()
    second = (await as_alice.get(f"/programs?limit=2&cursor={first['next_cursor']}")).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None


async def test_a_result_of_another_kind_is_no_program(as_alice: Api, make: Make) -> None:
    made = await ask(as_alice)
    await make()
    assert (await as_alice.get(f"/programs/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("8 weeks: Strength / Upper & Lower", "8-weeks-strength-upper-lower"),
        ('x"; filename="evil\r\n.exe', "x-filename-evil-exe"),
        ("../../etc/passwd", "etc-passwd"),
        ("Übung für Jörg", "ubung-fur-jorg"),
        ("力量", "liliang"),
        ("\u200b", "program"),
    ],
)
def test_file_names_are_safe(title: str, name: str) -> None:
    assert filename(title, "program") == name
