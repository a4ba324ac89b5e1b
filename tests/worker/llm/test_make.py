"""`make test-llm` against the scripted model: all kinds, with the figures that it prints."""

import asyncio
import random
import sys
from typing import Any

from bench import menus, replies, retell, retell_part
from tests.conftest import ROOT
from tests.support.models import KEY, Models
from tests.worker.llm.test_programs import says


def either(asked: replies.Document) -> Any:
    chance = random.Random(1)
    if "part" in asked:
        return retell_part.introduced(asked, chance)
    if "passages" in asked:
        return retell.faithful(asked, chance)
    return (menus if "meals" in asked or "foods" in asked else replies).plausible(asked, chance)


async def make(tmp_path: Any, **environment: str) -> tuple[int, str]:
    given = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), **environment}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.llm", cwd=ROOT, env=given,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_it_makes_all_kinds_and_prints_what_came_of_them(model: Models, tmp_path: Any) -> None:
    model.always = says(either)
    given = {"LLM_BASE_URL": model.url, "LLM_API_KEY": KEY, "LLM_MODEL": "scripted", "LLM_PRICE_INPUT": "1"}
    code, said = await make(tmp_path, LLM_REQUESTS_PER_MINUTE="60000", **given)
    assert code == 0, said
    for kind in ("program", "plan", "course"):
        assert f"{kind}: completed, engine llm" in said
    assert said.count("rules 0") == 3 and "tokens: " in said and "US dollars" in said and "repairs: 0" in said
    assert KEY not in said


async def test_without_a_model_it_says_what_is_needed(tmp_path: Any) -> None:
    code, said = await make(tmp_path)
    assert code == 2 and "set LLM_BASE_URL and LLM_MODEL" in said
