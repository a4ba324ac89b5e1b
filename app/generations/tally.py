"""What is counted and logged of generations: exactly what their events say, once these are committed."""

from collections.abc import Iterable
from typing import Any

import orjson
import structlog

from app import metrics
from app.generations.events import Frames

log = structlog.get_logger()

# Event -> those of its fields that its log line has.
LINES: dict[str, tuple[str, ...]] = {
    "generation.queued": (),
    "generation.started": ("attempt", "engine"),
    "generation.retrying": ("retry_in_seconds",),
    "generation.completed": ("seconds",),
    "generation.failed": (),
    "generation.cancelled": (),
    "phase.completed": ("phase", "seconds"),
}
_TOLD = tuple(f'{{"type":"{kind}"'.encode() for kind in LINES)


def tally(frames: Iterable[bytes]) -> None:
    """Called with all that is published; what are no generation's events is left out."""
    if isinstance(frames, Frames):
        for frame in frames:
            if frame.startswith(_TOLD):
                event = orjson.loads(frame)
                if not event.get("reused"):
                    _count(frames.kind, event)
                    _log(frames.kind, event)


def _count(kind: str, event: dict[str, Any]) -> None:
    match event["type"]:
        case "phase.completed":
            metrics.observe("phase_seconds", event["seconds"], kind=kind, phase=event["phase"])
        case "generation.queued" if event["seq"] > 1:
            metrics.add("generations", kind=kind, outcome="retried")
        case "generation.retrying":
            metrics.add("retries", code=event["error"]["code"])
        case "generation.failed":
            metrics.add("generations", kind=kind, outcome="failed")
            metrics.add("failures", code=event["error"]["code"])
        case "generation.cancelled":
            metrics.add("generations", kind=kind, outcome="cancelled")
        case "generation.completed" if not event.get("cached"):  # that was counted when it was asked for
            metrics.add("generations", kind=kind, outcome="completed")
            metrics.observe("making_seconds", event["seconds"], kind=kind)


def _log(kind: str, event: dict[str, Any]) -> None:
    said = {name: event[name] for name in LINES[event["type"]]}
    if "error" in event:
        said["code"] = event["error"]["code"]
    write = log.warning if event["type"] == "generation.failed" else log.info
    write(event["type"], generation=event["id"], kind=kind, **said)
