"""Who asks for the same again gets what was made before: so what is made differently needs a new version."""

import hashlib

import orjson

from app.kinds import KINDS
from app.kinds.program_choices import GOALS
from tests.worker.programs.people import make, person

# The version of the kind, and the digest of what it makes of the people below.
MADE = (5, "8a23922ab68f713a")


def digest() -> str:
    lifts = {"squat": 140.0, "bench_press": 100.0, "deadlift": 180.0}
    people = [person(goal=goal, lifts=lifts, weeks=6) for goal in GOALS]
    people += [person(experience=level, days_per_week=3, injuries=[{"area": "knee", "severity": "mild"}])
               for level in ("beginner", "advanced")]  # fmt: skip
    documents = [make(one).result for one in people]
    return hashlib.sha256(orjson.dumps(documents, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def test_programs_are_those_of_this_version() -> None:
    """Fails whenever programs change: then raise ``version`` of the kind, and write both down in MADE."""
    assert (KINDS["program"].version, digest()) == MADE
