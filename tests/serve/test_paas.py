"""The Procfile's own lines on what a PaaS gives: a postgres:// database, and Redis behind a password and TLS."""

import asyncio
import contextlib
import json
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.commands.generate import generate
from app.settings import Settings
from tests.commands.cli import app
from tests.conftest import SECRET, Processes, eventually
from tests.support.services import Postgres, Valkey, free_port

ROOT = Path(__file__).parent.parent.parent
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
PROGRAM = {
    "goal": "strength", "experience": "beginner", "days_per_week": 3, "session_minutes": 60, "equipment": ["full_gym"],
    "weeks": 4,
}  # fmt: skip


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ("-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=redis.invalid")
    subprocess.run(["openssl", "req", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
async def tls_redis(valkey: Valkey, self_signed: ssl.SSLContext) -> AsyncIterator[str]:
    """The address of Valkey as Heroku gives it: behind a password, and a certificate that nobody has signed."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = await asyncio.open_connection("127.0.0.1", valkey.port)
        await asyncio.gather(_pour(reader, inside[1]), _pour(inside[0], writer))

    valkey.command("CONFIG", "SET", "requirepass", "hush/hush")
    server = await asyncio.start_server(forward, "127.0.0.1", 0, ssl=self_signed)
    yield f"rediss://:hush%2Fhush@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_the_procfile_serves_on_the_stores_of_a_paas(postgres: Postgres, tls_redis: str, tmp_path: Path) -> None:
    stores = {"DATABASE_URL": postgres.create(), "REDIS_URL": tls_redis, "REDIS_TLS_VERIFY": "0", "SECRET_KEY": SECRET}
    port = free_port()
    settings = Settings(
        database_url=stores["DATABASE_URL"], redis_url=tls_redis, redis_tls_verify=False, secret_key=SECRET
    )
    dyno = {
        **stores, "PORT": str(port), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATA_DIR": str(tmp_path / "data"), "STARTER_SHELF": "0",
    }  # fmt: skip
    processes = Processes(settings, tmp_path)

    def run(name: str) -> "subprocess.Popen[bytes]":
        return processes.shell(name, PROCFILE[name], **dyno)

    async def ready() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient() as client:
                return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        return False

    try:
        assert await asyncio.to_thread(run("release").wait, 60) == 0
        run("web")
        run("worker")
        await eventually(ready, f"ready; {processes.output}", 30)
        asked = await generate(settings, "program", PROGRAM, None, fresh=False)
        watched = await asyncio.to_thread(app, "watch", asked, **dyno)
        assert watched.returncode == 0, watched.stdout + watched.stderr
    finally:
        processes.end()


async def test_a_self_signed_certificate_is_taken_only_when_told(tls_redis: str, tmp_path: Path) -> None:
    async def redis_line(verify: str) -> str:
        given = {"REDIS_URL": tls_redis, "REDIS_TLS_VERIFY": verify, "DATA_DIR": str(tmp_path)}
        return (await asyncio.to_thread(app, "check", **given)).stdout.splitlines()[-1]

    taken = await redis_line("0")
    assert taken.split()[0] == "ok", taken
    refused = await redis_line("1")
    assert refused.split()[0] == "wrong"
    assert "certificate" in refused.lower()
    assert "hush" not in refused


def test_app_json_runs_what_the_procfile_has() -> None:
    manifest = json.loads((ROOT / "app.json").read_text())
    assert set(manifest["formation"]) == set(PROCFILE) - {"release"}
    assert {name.lower() for name in manifest["env"]} - {"web_concurrency"} <= set(Settings.model_fields)
