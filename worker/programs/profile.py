"""What a person told, made ready for the science: pieces owned, lifts we can build on, what the free text says."""

import re
from dataclasses import dataclass
from typing import Final

from app.kinds.program import ProgramInput
from app.kinds.program_choices import AREAS
from worker.programs.catalog import EXERCISES, named, owned_pieces
from worker.programs.loads import TRUST

# Words for areas in free text; the longer phrases first.
AREA_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "lower_back": ("lower back", "low back", "lumbar", "disc", "sciatica", "back pain", "bad back", "my back"),
    "upper_back": ("upper back", "thoracic"),
    "shoulder": ("shoulder", "rotator cuff", "labrum"),
    "elbow": ("elbow",),
    "wrist": ("wrist", "carpal"),
    "neck": ("neck", "cervical"),
    "hip": ("hip", "hips", "groin"),
    "knee": ("knee", "knees", "meniscus", "acl", "patella", "patellar"),
    "ankle": ("ankle", "achilles"),
}
COMPLAINTS: Final = (
    r"pain\w*|hurt\w*|ach(?:e|es|ing)|injur\w*|sore|surgery|operat\w*|torn|tear|strain\w*|sprain\w*|bad|tendin\w*|"
    r"tendon\w*|arthritis|hernia\w*|impinge\w*|replac\w*|problem\w*|issue\w*|sciatica|herniated"
)
# PAR-Q+ 2023: answers that call for a doctor's word before training.
MEDICAL: Final[dict[str, str]] = {
    r"heart|cardiac|stent|arrhythmi\w*|angina": "a heart condition",
    r"blood pressure|hypertension|hypertensive": "blood pressure",
    r"chest pains?": "chest pain",
    r"dizz\w*|faint\w*|passed out": "dizziness or fainting",
    r"pregnan\w*|postpartum|gave birth": "pregnancy or a recent birth",
    r"diabet\w*": "diabetes",
    r"stroke|seizure\w*|epilep\w*": "a stroke or seizures",
    r"osteoporosis|fractur\w*": "bone health",
    r"surgery|operation|operated": "an operation",
    r"numb\w*|tingling": "numbness or tingling",
    r"asthma|copd": "a lung condition",
    r"cancer|chemo\w*": "cancer treatment",
}


@dataclass(frozen=True)
class Sport:
    name: str
    muscles: tuple[str, ...]
    needs: str


# What a sport asks of the weight room (convention: the muscles that carry it or are hurt most in it).
SPORTS: Final[dict[str, Sport]] = {
    r"run|marathon|jog|track|triathlon": Sport(
        "running", ("calves", "hamstrings"), "calves and hamstrings that take the road"
    ),
    r"cycl|bik": Sport("cycling", ("quads", "glutes"), "legs that push and a back that holds"),
    r"swim|water polo": Sport("swimming", ("back", "rear_delts"), "lats, and rear shoulders against all that pulling"),
    r"climb|boulder": Sport("climbing", ("back", "forearms"), "pulling and grip"),
    r"row": Sport("rowing", ("back", "quads"), "legs and back together"),
    r"football|soccer|rugby|hockey|handball": Sport(
        "field sport", ("hamstrings", "glutes"), "hamstrings that survive a sprint"
    ),
    r"basketball|volleyball|netball": Sport("jumping sport", ("quads", "calves"), "legs that jump and land"),
    r"tennis|badminton|squash|padel|golf|baseball|cricket": Sport(
        "racket and throwing sport", ("rear_delts", "abs"), "a trunk that turns and shoulders that brake"
    ),
    r"judo|wrestl|bjj|jiu|box|mma|karate|martial|muay": Sport(
        "martial art", ("back", "abs"), "a strong grip on others and a strong neck of the trunk"
    ),
    r"ski|snowboard|skat": Sport("skiing", ("quads", "glutes"), "legs that brake for minutes"),
    r"hik|mountain": Sport("hiking", ("quads", "calves"), "legs for the way up and the way down"),
}


@dataclass(frozen=True)
class Profile:
    goal: str
    experience: str
    days: int
    minutes: int
    weeks: int
    units: str
    sex: str
    age: int | None
    body_weight: float | None
    told_lifts: dict[str, float]
    lifts: dict[str, float]  # what we build on
    lifts_source: str
    equipment: tuple[str, ...]
    owned: frozenset[str]
    injuries: dict[str, str]
    from_notes: tuple[str, ...]  # areas read from the notes
    medical: tuple[str, ...]
    sleep_hours: float | None
    stress: int | None
    energy: str
    focus: tuple[str, ...]
    avoid: frozenset[str]
    not_understood: tuple[str, ...]  # of avoid_exercises
    sport: Sport | None

    @property
    def older(self) -> bool:
        return (self.age or 0) >= 65

    @property
    def minor(self) -> bool:
        return self.age is not None and self.age < 18

    @property
    def gym(self) -> bool:
        return "full_gym" in self.owned


def read(told: ProgramInput) -> Profile:
    injuries: dict[str, str] = {injury.area: injury.severity for injury in told.injuries}
    noted = [area for area in areas_in(told.notes) if area not in injuries]
    lifts = {name: value for name, value in told.lifts if value is not None}
    avoided = {text: _avoided(text) for text in told.avoid_exercises}
    return Profile(
        goal=told.goal,
        experience=told.experience,
        days=told.days_per_week,
        minutes=told.session_minutes,
        weeks=told.weeks,
        units=told.units,
        sex=told.sex,
        age=told.age,
        body_weight=told.body_weight,
        told_lifts=lifts,
        lifts={name: value * TRUST[told.lifts_source] for name, value in lifts.items()},
        lifts_source=told.lifts_source,
        equipment=tuple(told.equipment),
        owned=owned_pieces(told.equipment),
        injuries={**injuries, **dict.fromkeys(noted, "mild")},
        from_notes=tuple(noted),
        medical=tuple(said for pattern, said in MEDICAL.items() if _mentions(pattern, told.notes)),
        sleep_hours=told.recovery.sleep_hours,
        stress=told.recovery.stress,
        energy="deficit" if told.goal == "fat_loss" else told.recovery.energy,
        focus=tuple(told.focus_muscles),
        avoid=frozenset().union(*avoided.values()),
        not_understood=tuple(text for text, found in avoided.items() if not found),
        sport=sport_of(told.sport),
    )


def _avoided(text: str) -> frozenset[str]:
    return frozenset({text}) if "_" in text and text in EXERCISES else named(text)


def _mentions(pattern: str, text: str) -> bool:
    """Whether the text says it, and does not deny it just before ("no heart problems")."""
    return re.search(rf"(?<!\bno )(?<!\bnot )(?<!\bwithout )\b(?:{pattern})\b", text, re.IGNORECASE) is not None


def areas_in(notes: str) -> list[str]:
    """Areas that the notes complain of, sentence by sentence. Read to the safe side: a mention near a complaint."""
    found: list[str] = []
    for area in AREAS:
        words = "|".join(AREA_WORDS[area])
        for sentence in re.split(r"[.;!?\n]", notes):
            if _mentions(words, sentence) and _mentions(COMPLAINTS, sentence) and area not in found:
                found.append(area)
    return found


def sport_of(text: str) -> Sport | None:
    return next((sport for words, sport in SPORTS.items() if re.search(rf"\b(?:{words})", text.lower())), None)
