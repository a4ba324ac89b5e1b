"""``python -m app`` as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def app(*words: str, given: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "app", *words], cwd=ROOT, env={**kept, **environment}, input=given or "",
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
