"""What a person should hear before starting, in plain words: who should ask a doctor, when to stop, when to see one."""

from typing import Final

from worker.training.landmarks import poor_recovery
from worker.training.profile import Profile
from worker.training.reasons import area_name

# The questions of the PAR-Q+ (2023), asked in one sentence each way.
ASK_FIRST: Final = (
    "Ask a doctor before you start if any of this is true: a heart problem or high blood pressure, chest pain at rest "
    "or in effort, dizzy spells or fainting, a long-term illness, pills for it, a bone or joint that could get worse, "
    "or you are pregnant."
)
STOP: Final = (
    "Stop at once and get help if you feel chest pain, faint, or cannot get your breath back."
)  # fmt: skip
PAIN: Final = (
    "Pain of up to 4 of 10 that is gone the next day is fine. At 5 to 7 swap the exercise. At 8 stop."
)  # fmt: skip
RED_FLAGS: Final = (
    "Go to a doctor now, not later, with any of these: numb or weak limbs, a joint that swells or locks, fever, pain "
    "at night, loss of bladder or bowel control."
)


def warnings(profile: Profile) -> list[str]:
    said = []
    if profile.medical:
        said.append(
            f"Your notes mention {' and '.join(profile.medical)}. Show this plan to your doctor before you start. "
            "Until then no set goes past RPE 8, and you should breathe out as you push: do not hold your breath."
        )
    if any("pregnancy" in condition for condition in profile.medical):
        said.append("This is no plan for pregnancy. Ask your midwife or doctor what you may do, and for how long.")
    if profile.older:
        said.append(
            "From 65 on, see a doctor first, above all after years without training. No set goes past RPE 8 and no "
            "lift is maximal. Two sessions a week for each muscle are enough."
        )
    if profile.minor:
        said.append(
            "You are under 18: train with an adult who knows the lifts. Learn each lift well before you add weight. Do "
            "no single heavy lifts."
        )
    if profile.notes.new or profile.goal == "foundations":
        said.append(
            "You are new to this: start lighter than you think. Being sore for a day or two is normal. Sharp "
            "pain is not."
        )
    said += _injured(profile)
    if poor_recovery(profile):
        said.append("You sleep little or have much stress, so there are fewer sets. Sleep more before you add any.")
    if profile.lifts_source == "unsure" and profile.lifts:
        said.append("Your lifts are a guess, so loads start at 90% of them. Let the RPE set them right in week 1.")
    if profile.days >= 6 and profile.experience == "beginner":
        said.append("Six or seven days are a lot for a beginner. Three or four would bring nearly the same.")
    if profile.notes.alone:
        said.append("You lift alone: set the safety bars for every squat and bench press, or leave the clips off.")
    if not profile.medical:
        said.append(ASK_FIRST)
    return [*said, STOP]


def _injured(profile: Profile) -> list[str]:
    if not profile.injuries:
        return []
    severe = [area_name(area) for area, severity in profile.injuries.items() if severity == "severe"]
    said = []
    if severe:
        said.append(
            f"You told of severe pain ({', '.join(severe)}). See a doctor or physiotherapist before you train there. "
            "We left out all that loads it, but we cannot see what it is."
        )
    return [*said, PAIN, RED_FLAGS]
