"""What a notice says: a title and where it leads, and nothing else of what a person has asked for."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.generations.view import result_of
from app.kinds import KINDS

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Said:
    title: str
    url: str  # a path of ours
    tag: str  # what is told again about the same replaces what was told before


def of_generation(row: Any) -> Said:
    """``row``: id, base, kind, status and title."""
    kind = KINDS.get(row["kind"])
    if row["status"] == "completed":
        result = result_of(row["base"] or row["id"], (kind and kind.edits) or row["kind"], row["title"] or "")
        return Said(_short(f"Ready: {result['title']}"), result["url"], row["id"])
    label = kind.label if kind else row["kind"]
    return Said(_short(f"It could not be made: {label}"), f"/generations/{row['id']}", row["id"])


def of_batch(batch_id: str, statuses: list[str], kinds: set[str]) -> Said:
    """As the toast on a page says it."""
    counts, total = Counter(statuses), len(statuses)
    noun = f"{next(iter(kinds))}{'' if total == 1 else 's'} " if len(kinds) == 1 else ""
    if counts["completed"] == total:
        said = f"{total} of {total} {noun}{'is' if total == 1 else 'are'} ready"
    else:
        words = (("completed", "ready"), ("failed", "failed"), ("cancelled", "cancelled"))
        said = ", ".join(f"{counts[status]} {word}" for status, word in words if counts[status])
    return Said(_short(said), f"/batches/{batch_id}", batch_id)


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def device(user_agent: str) -> str:
    """A browser as its owner would call it."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox"}
    browsers |= {"FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "a Mac"}
    systems |= {"CrOS": "ChromeOS", "Linux": "Linux"}
    browser = next((name for mark, name in browsers.items() if f"{mark}/" in user_agent), "A browser")
    system = next((name for mark, name in systems.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
