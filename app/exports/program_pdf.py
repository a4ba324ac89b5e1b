"""A program as a PDF to be carried to a gym: a cover, the weeks with boxes to write into, the exercises."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.exports.paper import Paper, printed
from app.exports.pdf_cover import draw_cover, effort
from app.exports.pdf_exercises import draw_exercises
from app.exports.pdf_weeks import draw_week


def to_pdf(program: dict[str, Any], subject: str = "") -> bytes:
    """``subject`` is whom it is for. The same program gives the same bytes."""
    name = f"{program['title']}, for {subject}" if subject else program["title"]
    aims = {number: phase for phase in program["periodization"]["phases"] for number in phase["weeks"]}

    def draw(lost: str) -> Paper:
        paper = Paper(name, made_at(program["id"]), name)
        draw_cover(paper, program, subject, lost)
        for week in program["schedule"]:
            draw_week(paper, week, program["units"], _aim(aims.get(week["week"])))
        draw_exercises(paper, program)
        return paper

    return printed(draw)


def _aim(phase: dict[str, Any] | None) -> str:
    if phase is None:
        return ""
    rpe, intensity = effort(phase)
    return f"RPE {rpe}, main lifts {intensity} of 1RM"


def made_at(program_id: str) -> datetime:
    """When an id was made: a UUIDv7 begins with its milliseconds (RFC 9562)."""
    return datetime.fromtimestamp((UUID(program_id).int >> 80) / 1000, UTC)
