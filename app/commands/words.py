"""How the terminal says things: ids, people, times, events. Nothing that somebody typed reaches it as a command."""

from collections.abc import Mapping
from typing import Any

import orjson

from app.generations.operate import Found, Waits

OPERATOR = "command-line"  # the account of whoever asks from the command line without saying for whom
TAIL = 8  # characters of an id that tell it apart: the first ones are the time
HEAD = ("type", "id", "seq", "at", "progress", "eta_seconds")


def plain(text: object) -> str:
    """Without what would move a cursor, ring or colour."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text))


def short(generation_id: str) -> str:
    return generation_id[-TAIL:]


def whose(one: Found | Waits) -> str:
    if one.email:
        return plain(one.email)
    return "command line" if one.anon == OPERATOR else "guest"


def ago(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else ago(seconds)


def times(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def event_line(event: Mapping[str, Any]) -> str:
    """One event in one line, for terminals that cannot redraw and for files."""
    return f"{event['progress']:>4.0%}  {plain(_what(event))}"


def _what(event: Mapping[str, Any]) -> str:
    what: str = event["type"].partition(".")[2]
    match event:
        case {"item": {"title": title}}:
            return str(title)
        case {"type": "phase.progress", "done": done, "total": total}:
            return f"{event['phase']} {done} of {total}" + (f", {event['note']}" if event.get("note") else "")
        case {"type": "phase.started" | "phase.completed"}:
            return f"{event['phase']} {what}"
        case {"retry_in_seconds": seconds, "error": {"message": message}}:
            return f"{what} in {took(seconds)}: {message}"
        case {"error": {"message": message}}:
            return f"{what}: {message}"
        case {"result": {"title": title, "url": url}}:
            return f"{what}: {title} ({url})"
    return what


def event_fields(event: Mapping[str, Any]) -> str:
    """What an event says beside its head."""
    rest = {name: value for name, value in event.items() if name not in HEAD}
    return plain(orjson.dumps(rest).decode()) if rest else ""


def document(found: Found) -> dict[str, Any]:
    """Everything of one, for machines: the API's generation, and what only those who run the product see."""
    row = found.row
    more = (
        "batch_id", "input", "provider", "suspect", "worker", "spent", "cpu_seconds", "memory_mb", "tokens_in",
        "tokens_out", "cost",
    )  # fmt: skip
    account = {"id": row["account_id"], "email": row["email"], "tier": row["tier"]}
    return {**found.view.model_dump(mode="json"), "account": account, **{name: row[name] for name in more}}
