"""Two hundred random people from the whole input space; every hard rule must hold for each."""

import random
from collections.abc import Iterator

import pytest

from app.exports.program_text import to_markdown
from app.kinds.program import ProgramInput, ProgramResult
from tests.worker.programs.people import Made, anybody, make
from worker.programs.profile import read
from worker.programs.targets import SIZE_GOALS
from worker.programs.texts import fullest

PEOPLE = 200
BATCH = 25


def people(batch: int) -> Iterator[tuple[dict[str, object], Made]]:
    chance = random.Random(f"people {batch}")
    for _ in range(BATCH):
        told = anybody(chance)
        yield told, make(read(ProgramInput.model_validate(told)))


@pytest.mark.parametrize("batch", range(PEOPLE // BATCH))
def test_every_hard_rule_holds_for_everybody(batch: int) -> None:
    for told, made in people(batch):
        assert made.problems == [], told
        result = made.result
        assert ProgramResult.model_validate(result).weeks == len(result["schedule"]) == made.profile.weeks
        assert "sets: " not in to_markdown(result) and result["title"] in to_markdown(result).replace("\\", "")
        covered = [week for phase in result["periodization"]["phases"] for week in phase["weeks"]]
        assert covered == list(range(1, made.profile.weeks + 1)), told
        admitted = " ".join(result["fit"])
        if fullest(made.profile, made.weeks) < 0.9:
            assert "of the minutes you have" in admitted, told
        if made.profile.goal in SIZE_GOALS and made.script.design.short:
            assert "weekly sets" in admitted, told
