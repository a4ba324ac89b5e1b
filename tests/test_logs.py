"""Log lines as a machine reads them: JSON, with what is needed to follow a generation or a request, and no secrets."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import generations
from app.database import Database
from app.generations import Bell
from app.person import Person
from app.settings import Settings
from tests.conftest import ROOT, Processes, eventually

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OF_A_GENERATION = {"generation", "kind", "attempt", "phase", "worker"}


def lines(output: str) -> list[dict[str, Any]]:
    """All JSON lines. arq says two lines of its own before it lets us speak."""
    return [orjson.loads(line) for line in output.splitlines() if line.startswith("{")]


def events(output: str, generation: str) -> list[dict[str, Any]]:
    return [line for line in lines(output) if line.get("generation") == generation]


async def test_every_line_inside_a_generation_says_whose_it_is(
    processes: Processes, db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path
) -> None:
    async def ask(**given: Any) -> str:
        given = {"folder": str(tmp_path), **given}
        return (await generations.create(db, bell, settings, alice, "drill", given)).generation.id

    worker = processes.worker(LOG_FORMAT="json")
    good, broken = await ask(name="good"), await ask(name="broken", fault="broken", times=1)
    await eventually(lambda: processes.output.count('"generation.completed"') == 2, "both are made", 60)
    worker.send_signal(signal.SIGTERM)
    await asyncio.to_thread(worker.wait, 60)

    told = events(processes.output, good)
    assert [line["event"] for line in told] == ["generation.started", *["phase.completed"] * 3, "generation.completed"]
    names = {line["worker"] for line in lines(processes.output) if "worker" in line}
    assert len(names) == 1 and str(worker.pid) in names.pop()
    for line in told[1:]:
        assert line.keys() >= {*OF_A_GENERATION, "seconds", "level", "timestamp"}, line
        assert (line["kind"], line["attempt"], line["level"]) == ("drill", 1, "info")
    assert [line["phase"] for line in told[1:4]] == ["prepare", "write_parts", "save"]

    failed = next(line for line in events(processes.output, broken) if line["event"] == "generation.broke")
    assert failed.keys() >= OF_A_GENERATION and failed["phase"] == "write_parts"
    frames = failed["exception"][0]["frames"]
    assert failed["exception"][0]["exc_type"] == "KeyError" and not any(frame.get("locals") for frame in frames)
    retried = next(line for line in events(processes.output, broken) if line["event"] == "generation.retrying")
    assert retried["code"] == "internal_error" and retried["retry_in_seconds"] > 0
    assert {line["attempt"] for line in events(processes.output, broken)} == {1, 2}


async def test_a_takeover_is_told_with_its_generation(
    processes: Processes, db: Database, bell: Bell, settings: Settings, alice: Person, tmp_path: Path
) -> None:
    victim = processes.worker(LOG_FORMAT="json")
    given = {"folder": str(tmp_path), "gates": ["part-2"]}
    id_ = (await generations.create(db, bell, settings, alice, "drill", given)).generation.id
    log = tmp_path / "effects"
    await eventually(lambda: log.exists() and "part-2" in log.read_text(), "part 2 has begun")
    victim.send_signal(signal.SIGKILL)
    processes.worker(LOG_FORMAT="json")
    await eventually(lambda: log.read_text().count("part-2") == 2, "another worker has begun part 2", 20)
    (tmp_path / "part-2").touch()
    await eventually(lambda: "generation.completed" in processes.output, "it is made", 20)
    taken = next(line for line in events(processes.output, id_) if line["event"] == "generation.retrying")
    assert taken["code"] == "worker_lost" and taken["kind"] == "drill"
    done = events(processes.output, id_)[-1]
    assert done["event"] == "generation.completed" and done.keys() >= OF_A_GENERATION


@sqlite
async def test_a_request_has_one_id_in_its_answer_and_in_its_lines(processes: Processes, valkey: Any) -> None:
    _, port = processes.web(LOG_FORMAT="json")
    await eventually(processes.answers(port), "the web process answers", 30)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:

        async def asked(given: str | None) -> str:
            headers = {} if given is None else {"X-Request-ID": given}
            return str((await client.get("/", headers=headers)).headers["x-request-id"])

        assert await asked("from-the-proxy.1_2") == "from-the-proxy.1_2"
        made = {await asked(given) for given in (None, None, "a b", "x" * 65, "a\tb", "")}
        assert len(made) == 6 and all(len(one) == 16 for one in made)

        body = {"email": "alice@example.org", "password": "a long sentence of hers"}
        token = (await client.post("/api/v1/accounts", json=body)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "this-one"}
        order = {"kind": "drill", "input": {}}
        id_ = (await client.post("/api/v1/generations", json=order, headers=headers)).json()["id"]
        assert (await client.get("/readyz", headers={"X-Request-ID": "not-ready"})).status_code == 503

    def line(event: str) -> dict[str, Any]:
        return next(one for one in lines(processes.output) if one["event"] == event)

    await eventually(lambda: "http.failed" in processes.output, "the failed request is told")
    assert (line("generation.queued")["request_id"], line("generation.queued")["generation"]) == ("this-one", id_)
    failed = line("http.failed")
    assert (failed["request_id"], failed["path"], failed["status"]) == ("not-ready", "/readyz", 503)
    told = [one["event"] for one in lines(processes.output)]
    assert told.count("http.failed") == 1 and "http.slow" not in told  # nothing of what went well
    for secret in (token, "a long sentence of hers", processes.settings.secret_key):
        assert secret not in processes.output
    assert all(one.startswith("{") for one in processes.output.splitlines()), processes.output


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)


def test_lines_of_libraries_are_json_too() -> None:
    program = """
import logging, logging.config, structlog
from uvicorn.config import LOGGING_CONFIG
from arq.logs import default_log_config
logging.config.dictConfig(LOGGING_CONFIG)
logging.config.dictConfig(default_log_config(False))
from app import logs
logs.configure("json")
structlog.contextvars.bind_contextvars(worker="w")
logging.getLogger("sqlalchemy.pool").info("not this")
for name in ("uvicorn.error", "arq.worker", "sqlalchemy.pool"):
    try:
        {}["key"]
    except KeyError:
        logging.getLogger(name).exception("It %s", "broke")
logging.getLogger("arq.worker").info("nor this")
logging.getLogger("uvicorn.error").info("Started")
"""
    done = run(program)
    *broken, started = [orjson.loads(line) for line in (done.stdout + done.stderr).splitlines()]
    assert [line["logger"] for line in broken] == ["uvicorn.error", "arq.worker", "sqlalchemy.pool"]
    for line in broken:
        assert (line["event"], line["level"], line["worker"]) == ("It broke", "error", "w")
        assert line["exception"][0]["exc_type"] == "KeyError" and "timestamp" in line
    assert (started["event"], started["level"]) == ("Started", "info")


def test_uvicorn_stays_silent_about_requests_when_it_is_told_to() -> None:
    program = """
import logging
from uvicorn.config import Config
Config("x", access_log=False)
from app import logs
logs.configure("json")
print(logging.getLogger("uvicorn.access").hasHandlers())
"""
    done = run(program)
    assert done.stdout == "False\n"


async def test_what_people_told_us_is_in_no_error_of_the_database(db: Database) -> None:
    async with db.read() as session:
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT * FROM nowhere WHERE notes = :notes"), {"notes": "my knee hurts"})
    assert "nowhere" in str(caught.value) and "my knee hurts" not in str(caught.value)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_people_told_us_is_in_no_traceback(form: str) -> None:
    code = """
import structlog
def handle(notes):
    try:
        1 / 0
    except ZeroDivisionError:
        structlog.get_logger().exception("broke")
handle("my knee " + "hurts")
"""
    done = run(f"from app import logs; logs.configure({form!r})\n{code}")
    assert "ZeroDivisionError" in done.stderr and "my knee hurts" not in done.stderr
