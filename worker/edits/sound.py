"""The hard checks, for weeks that change while the others stay."""

from collections.abc import Mapping
from typing import Any, Final

from worker.edits.program import Program
from worker.programs import checks

# What a change by the log or by the person's wish may break: a lighter week is not as full, nor as heavy, as planned.
ALLOWED: Final = frozenset({"load_falls", "floor", "deload", "weeks"})


def broken(program: Program, changed: Mapping[int, dict[str, Any]]) -> list[str]:
    """What the weeks that change would break of the hard checks."""
    weeks = [week for _, week in sorted({**program.weeks, **changed}.items())]
    named = frozenset(program.marks)  # what an earlier version admitted to fall short is not asked for again
    found = checks.problems(program.profile, program.marks, weeks, named)
    return [one.message for one in found if one.week in changed and one.code not in ALLOWED]
