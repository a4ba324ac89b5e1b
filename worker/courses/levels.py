"""Verbs of objectives and their levels in Bloom's taxonomy: 2 understand, 3 apply, 4 analyse, 5 evaluate (Anderson and
Krathwohl, A Taxonomy for Learning, Teaching, and Assessing, 2001)."""

from typing import Final

from worker.courses.phrases import DOING, HOW_ONLY, UNMEASURED

# For what no heading brings a verb of its own.
VERBS: Final[dict[int, tuple[str, ...]]] = {
    2: ("Explain", "Describe", "Summarise"), 3: ("Apply",), 4: ("Analyse", "Examine"), 5: ("Assess", "Judge"),
}  # fmt: skip
MEASURABLE: Final[dict[str, int]] = {
    **{base.capitalize(): level for base, level in DOING.values() if base not in UNMEASURED | HOW_ONLY},
    **{verb: level for level, verbs in VERBS.items() for verb in verbs}, "Solve": 3, "Demonstrate": 3,
}  # fmt: skip


def level_of(objective: str) -> int:
    """0: its verb is no measurable one."""
    return MEASURABLE.get(objective.split()[0], 0)
