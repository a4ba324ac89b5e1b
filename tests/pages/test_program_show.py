"""The finished program: all of it, a week, a day, each with its charts also as tables."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx
from sqlalchemy import event

from app.database import Database
from tests.pages.conftest import Browser, Maker, ask

LONG: dict[str, str | list[str]] = {
    "goal": "hypertrophy", "weeks": "16", "days_per_week": "7", "session_minutes": "120", "equipment": ["full_gym"],
    "notes": "My left knee hurts when squatting. Purple bananas at breakfast.", "lifts.deadlift": "200",
}  # fmt: skip


async def made(visitor: httpx.AsyncClient, maker: Maker, **fields: str | list[str]) -> str:
    """The address of a finished program."""
    path = await ask(visitor, **fields)
    await maker.make()
    return path.replace("generations", "programs")


def tables(page: str) -> dict[str, list[list[str]]]:
    """What each table says, by its caption: text by row and cell."""
    found = {}
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        caption = re.search(r"<caption[^>]*>(.*?)</caption>", table, re.DOTALL)
        assert caption is not None, "a table without a caption"
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found[caption[1]] = [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row] for row in cells]
    return found


async def test_the_overview_has_every_week_day_and_exercise(visitor: httpx.AsyncClient, maker: Maker) -> None:
    program = await made(visitor, maker)
    text = (await visitor.get(program)).text
    for week in range(1, 5):
        assert f'href="{program}?week={week}"' in text
        for day in range(1, 4):
            assert f'id="week-{week}-day-{day}"' in text and f'href="{program}?week={week}&amp;day={day}"' in text
    document = (await visitor.get(f"/api/v1{program}")).json()
    assert text.count('class="line"') == sum(len(d["exercises"]) for w in document["schedule"] for d in w["days"])
    for title in ("The plan at a glance", "Week by week", "Sets for each muscle", "Why it is built", "On the day"):
        assert title in text
    assert f'href="/api/v1{program}.md"' in text and f'href="/api/v1{program}.json"' in text


async def test_every_reason_is_said(visitor: httpx.AsyncClient, maker: Maker) -> None:
    program = await made(visitor, maker, **LONG, **{"lifts.bench_press": "60"})
    document = (await visitor.get(f"/api/v1{program}")).json()
    text = unescape((await visitor.get(program)).text)
    said = [document["periodization"]["why"], document["split_why"], *document["understood"], *document["warnings"]]
    said += [*document["not_understood"], *document["fit"], *document["checks"], *document["sources"]]
    said += [point["intervention"] for point in document["weak_points"]]
    assert document["understood"] and document["not_understood"] and document["weak_points"]
    assert [line for line in said if line not in text] == []
    day = document["schedule"][2]["days"][1]
    text = unescape((await visitor.get(f"{program}?week=3&day=2")).text)
    for exercise in day["exercises"]:
        assert exercise["why"] in text and exercise["cues"] in text and exercise["name"] in text


async def test_every_chart_is_a_table_too(visitor: httpx.AsyncClient, maker: Maker) -> None:
    program = await made(visitor, maker)
    document = (await visitor.get(f"/api/v1{program}")).json()
    found = tables((await visitor.get(program)).text)
    _, *weeks = found["The weeks: phase, sets, load and effort"]
    counts = [sum(len(e["sets"]) for d in week["days"] for e in d["exercises"]) for week in document["schedule"]]
    assert [row[:3] for row in weeks] == [[str(n), "Accumulation", str(c)] for n, c in enumerate(counts[:3], 1)] + [
        ["4", "Deload", str(counts[3])]
    ]
    assert all(row[3].endswith("%") and row[4].endswith("%") and float(row[5]) >= 5 for row in weeks)
    _, *muscles = found["Sets a week by muscle, with volume landmarks"]
    chest, marks = muscles[0], document["volume_landmarks"]["chest"]
    assert chest[1] == f"{document['volume_by_week'][0]['sets']['chest']:g}"
    assert chest[-4:-1] == [str(marks["mv"]), str(marks["mev"]), f"{marks['mav'][0]}–{marks['mav'][1]}"]
    _, *bands = tables((await visitor.get(f"{program}?week=2")).text)["Sets of week 2 by muscle, with volume landmarks"]
    assert [row[0] for row in bands] == [row[0] for row in muscles]
    assert [row[1] for row in bands] == [row[2] for row in muscles]


async def test_weeks_and_days_lead_to_their_neighbours(visitor: httpx.AsyncClient, maker: Maker) -> None:
    program = await made(visitor, maker)

    async def beside(query: str) -> dict[str, str]:
        text = (await visitor.get(program + query)).text
        return dict(re.findall(r'rel="(prev|next)" href="[^"?]*(\?[^"]*)"', text.replace("&amp;", "&")))

    assert await beside("?week=1") == {"next": "?week=2"}
    assert await beside("?week=4") == {"prev": "?week=3"}
    assert await beside("?week=2&day=3") == {"prev": "?week=2&day=2", "next": "?week=3&day=1"}
    assert await beside("?week=4&day=3") == {"prev": "?week=4&day=2"}


async def test_no_week_or_day_is_invented_and_none_is_anybody_elses(browser: Browser, maker: Maker) -> None:
    visitor, other = browser(), browser()
    program = await made(visitor, maker)
    for query in ("?week=5", "?week=0", "?week=x", "?week=1&day=4", "?week=1&day=", "?week="):
        assert (await visitor.get(program + query)).status_code == 404, query
    await ask(other)
    for query in ("", "?week=1", "?week=1&day=1"):
        assert (await other.get(program + query)).status_code == 404


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """The queries that are sent meanwhile."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(db.reader.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.reader.sync_engine, "before_cursor_execute", note)


async def test_the_longest_program_stays_light(visitor: httpx.AsyncClient, maker: Maker, db: Database) -> None:
    program = await made(visitor, maker, **LONG)
    for query, kilobytes in (("", 300), ("?week=9", 110), ("?week=9&day=2", 20)):
        with statements(db) as sent:
            answer = await visitor.get(program + query)
        assert answer.status_code == 200 and len(answer.content) < kilobytes * 1000
        assert len(sent) <= 4
