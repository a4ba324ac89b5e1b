"""What one program costs the stores: rows, bytes, statements, WAL, Redis commands, CPU. Prints JSON.

``python -m bench.carry [postgresql://...]``: with a superuser's address of an empty database and pg_stat_statements
loaded, PostgreSQL; without, SQLite. Each account has a socket that is told of everything, as an open page has. What the
processes do while nobody asks for anything is measured first, and taken off.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, cast

import httpx
import psycopg
import redis
import websockets
from sqlalchemy import create_engine, text

from bench.making import PROGRAM
from bench.stack import Stack, stack

ACCOUNTS, EACH = 20, 10
IDLE = 20.0  # seconds
TABLES = ("generations", "events", "checkpoints", "items", "results", "accounts", "counters")
TICKS = os.sysconf("SC_CLK_TCK")


# Figures at one moment; the difference of two is what happened between them.
Sum = defaultdict[str, float]


def redis_figures(client: redis.Redis) -> Sum:
    info: Any = client.info("everything")
    found = Sum(float, {"cpu": info["used_cpu_sys"] + info["used_cpu_user"]})
    found["bytes_in"], found["bytes_out"] = info["total_net_input_bytes"], info["total_net_output_bytes"]
    for name, stats in info.items():
        if name.startswith("cmdstat_"):
            found[f"calls {name.removeprefix('cmdstat_')}"] = stats["calls"]
    return found


def postgres_figures(url: str) -> Sum:
    with psycopg.connect(url, autocommit=True) as connection:
        one = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), wal_records, wal_fpi FROM pg_stat_wal"
        wal, records, images = connection.execute(one).fetchone() or (0, 0, 0)
        commits = connection.execute("SELECT sum(xact_commit) FROM pg_stat_database").fetchone()
        found = Sum(float, {"wal_bytes": float(wal), "wal_records": records, "wal_page_images": images})
        found["commits"] = int(commits[0]) if commits else 0
        for calls, query in connection.execute("SELECT calls, query FROM pg_stat_statements"):
            found["statements"] += calls
            found["statement " + " ".join(query.split())[:70]] += calls
        updates = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'generations'"
        found["updates"], found["hot_updates"] = connection.execute(updates).fetchone() or (0, 0)
        found["cpu"] = _cpu(connection)
    return found


def _cpu(connection: "psycopg.Connection[Any]") -> float:
    """Seconds of all processes of the server, those that have ended included."""
    row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    top = int(row[0].splitlines()[0]) if row else 0
    whole = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        if pid == top:
            whole += sum(map(int, fields[11:15]))  # with its ended children
        elif int(fields[1]) == top:
            whole += sum(map(int, fields[11:13]))
    return whole / TICKS


def sizes(ours: Stack) -> dict[str, Any]:
    url = ours.settings.database.replace("+aiosqlite", "")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}
        if ours.settings.database.startswith("sqlite"):
            parts = "SELECT name FROM sqlite_master WHERE tbl_name = :name"
            query = f"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN ({parts})"
        else:
            connection.execute(text("VACUUM ANALYZE"))
            query = "SELECT pg_total_relation_size(CAST(:name AS regclass))"
        found = {name: connection.execute(text(query), {"name": name}).scalar_one() for name in TABLES}
        body = connection.execute(text("SELECT avg(length(body)) FROM events")).scalar_one()
    engine.dispose()
    return {"rows": rows, "bytes": found, "event_body": float(body or 0)}


async def people(address: str) -> list[httpx.AsyncClient]:
    clients = []
    for number in range(ACCOUNTS):
        client = httpx.AsyncClient(base_url=address, timeout=60)
        account = {"email": f"carry{number}@example.org", "password": "a long password of the bench"}
        token = (await client.post("/api/v1/accounts", json=account)).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        clients.append(client)
    return clients


async def listen(address: str, client: httpx.AsyncClient, heard: Counter[str]) -> None:
    headers = {"Authorization": client.headers["Authorization"]}
    async with websockets.connect(address.replace("http", "ws") + "/live", additional_headers=headers) as socket:
        await socket.send('{"type": "watch", "id": "*", "seqs": {}}')
        async for frame in socket:
            heard["frames"] += 1
            heard["events"] += '"seq":' in str(frame)
            heard["bytes"] += len(frame)


async def ask(client: httpx.AsyncClient) -> None:
    for number in range(EACH):
        body = {"kind": "program", "input": PROGRAM, "subject": f"client {number}", "fresh": True}
        (await client.post("/api/v1/generations", json=body)).raise_for_status()


async def measure(ours: Stack) -> dict[str, Any]:
    postgres = "" if ours.settings.database.startswith("sqlite") else ours.database_url
    client = redis.Redis.from_url(ours.redis_url)

    def now() -> tuple[float, Sum, Sum]:
        return time.monotonic(), redis_figures(client), postgres_figures(postgres) if postgres else Sum(float)

    _, address = ours.serve("app.main:app")
    ours.worker()
    clients = await people(address)
    heard: Counter[str] = Counter()
    ears = [asyncio.create_task(listen(address, one, heard)) for one in clients]
    await asyncio.sleep(5)  # until every process has begun
    before, idle = sizes(ours), now()
    await asyncio.sleep(IDLE)
    begun = now()
    heard.clear()
    await asyncio.gather(*(ask(one) for one in clients))
    for one in clients:
        while (await one.get("/api/v1/generations/active")).json()["items"]:
            await asyncio.sleep(0.5)
    await asyncio.sleep(6)  # until the counters are told
    ended, connected = now(), cast("dict[str, Any]", client.info("clients"))["connected_clients"]
    pooled = _connections(postgres) if postgres else {}
    for ear in ears:
        ear.cancel()
    after = sizes(ours)
    return {
        "database": "PostgreSQL" if postgres else "SQLite", "generations": ACCOUNTS * EACH,
        "seconds": round(ended[0] - begun[0], 1), "heard": dict(heard), "redis_connections": connected,
        "database_connections": pooled,
        "event_body": after["event_body"],
        "rows": _each(before["rows"], after["rows"]), "bytes": _each(before["bytes"], after["bytes"]),
        "redis": _beyond(idle, begun, ended, 1), "postgres": _beyond(idle, begun, ended, 2),
        "redis_idle_a_second": _rate(idle, begun, 1), "postgres_idle_a_second": _rate(idle, begun, 2),
    }  # fmt: skip


def _connections(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        query = "SELECT state, count(*) FROM pg_stat_activity WHERE application_name = 'unfold' GROUP BY state"
        return dict(connection.execute(query).fetchall())


def _each(before: dict[str, int], after: dict[str, int]) -> dict[str, float]:
    return {name: round((after[name] - before[name]) / (ACCOUNTS * EACH), 2) for name in after}


def _rate(first: tuple[Any, ...], last: tuple[Any, ...], which: int) -> dict[str, float]:
    seconds = last[0] - first[0]
    return {
        name: round((value - first[which][name]) / seconds, 3)
        for name, value in last[which].items()
        if value != first[which][name]
    }


def _beyond(idle: tuple[Any, ...], begun: tuple[Any, ...], ended: tuple[Any, ...], which: int) -> dict[str, float]:
    """Of one generation, without what happens anyway."""
    rate, seconds = _rate(idle, begun, which), ended[0] - begun[0]
    whole = {name: value - begun[which][name] - rate.get(name, 0.0) * seconds for name, value in ended[which].items()}
    of = {name: round(value / (ACCOUNTS * EACH), 5) for name, value in whole.items()}
    largest = sorted(of.items(), key=lambda item: -item[1])
    return {name: value for name, value in largest if value >= 0.01 or name == "cpu"}


def main() -> None:
    with stack(sys.argv[1] if len(sys.argv) > 1 else "") as ours:
        print(json.dumps(asyncio.run(measure(ours)), indent=1))


if __name__ == "__main__":
    main()
