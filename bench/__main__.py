"""``make bench``: every figure beside the bare floor of the same run. Writes DATA_DIR/bench.json."""

import asyncio
import json
import os
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import live, making
from bench.stack import stack


async def measure() -> list[dict[str, Any]]:
    rows = []
    with stack() as ours:
        _, address = ours.serve("app.main:app")
        rows.append(await making.post_to_202(ours, address))
        rows.append(await making.programs_a_minute(ours, address))
        rows.append(await making.to_started(ours, address))
    rows.extend(await live.run())
    return rows


def shown(values: dict[str, Any]) -> str:
    return "  ".join(f"{name.removesuffix('_ms')} {value:,}" for name, value in values.items())


def main() -> None:
    rows = asyncio.run(measure())
    table = Table(title=f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, embedded Valkey")
    for column in ("what", "unit", "ours", "bare floor", "ratio"):
        table.add_column(column)
    for row in rows:
        table.add_row(row["name"], row["unit"], shown(row["ours"]), shown(row["floor"]), f"{row['ratio']:g}")
    Console(width=150).print(table)
    target = Path(os.environ.get("DATA_DIR", "var")) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        json.dumps({"cores": os.cpu_count(), "python": platform.python_version(), "rows": rows}, indent=2)
    )
    print(f"Written to {target}")


if __name__ == "__main__":
    main()
