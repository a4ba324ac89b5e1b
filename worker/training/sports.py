"""What a sport asks of the weight room (convention: the muscles that carry it or are hurt most in it)."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Sport:
    name: str
    muscles: tuple[str, ...]  # get sets first, after focus and main muscles
    needs: str
    favours: frozenset[str]  # exercises that carry over
    spare: str  # what should not fall on days next to each other
    aerobic: bool  # it is conditioning enough

    @property
    def of_legs(self) -> bool:
        return LEGS.issuperset(self.muscles)


LEGS: Final = frozenset({"quads", "hamstrings", "glutes", "calves"})
# Sets of a sport's muscle that come before any lift is done thrice; in a week too short for all, the dose that
# strength needs (`targets.MAIN_FLOOR`), and before more than one push and one pull (Iversen 2021).
SPORT_FIRST: Final = 2
SPORT_FIRST_SHORT: Final = 4
SHORT_WEEK: Final = 60  # minutes in all
SHARED_WEEK: Final = 150  # minutes up to which the fourth sets of first lifts are only for the sport's muscles
AEROBIC: Final = frozenset({"running", "cycling", "swimming", "rowing", "field sport", "martial art"})


def _sport(name: str, muscles: str, needs: str, favours: str, spare: str) -> Sport:
    return Sport(name, tuple(muscles.split()), needs, frozenset(favours.split()), spare, name in AEROBIC)


SPORTS: Final[dict[str, Sport]] = {
    r"run|marathon|jog|track|triathlon": _sport(
        "running", "calves hamstrings", "calves and hamstrings that take the road",
        "dumbbell_calf_raise calf_raise standing_calf_raise single_leg_romanian_deadlift romanian_deadlift step_up "
        "bulgarian_split_squat dumbbell_step_up split_squat nordic_curl side_plank seated_calf_raise",
        "hard runs and heavy leg days",
    ),
    r"cycl|bik": _sport(
        "cycling", "quads glutes", "legs that push and a back that holds",
        "leg_press hack_squat bulgarian_split_squat hip_thrust single_leg_press dead_bug back_extension",
        "long rides and heavy leg days",
    ),
    r"swim|water polo": _sport(
        "swimming", "back rear_delts", "lats, and rear shoulders against all that pulling",
        "pull_up lat_pulldown face_pull band_pull_apart chest_supported_row reverse_pec_deck hollow_hold",
        "hard swims and heavy pulling days",
    ),
    r"climb|boulder": _sport(
        "climbing", "back forearms", "pulling and grip, with the pushing that balances them",
        "pull_up chin_up weighted_pull_up dead_hang hammer_curl reverse_curl hanging_leg_raise push_up inverted_row",
        "hard climbing and heavy pulling days",
    ),
    r"row": _sport(
        "rowing", "back quads", "legs and back together",
        "deadlift romanian_deadlift leg_press seated_cable_row barbell_row dead_bug trap_bar_deadlift",
        "hard pieces on the water and heavy pulls",
    ),
    r"football|soccer|rugby|hockey|handball|lacrosse|frisbee": _sport(
        "field sport", "hamstrings glutes", "hamstrings that survive a sprint, and hips that turn",
        "nordic_curl romanian_deadlift single_leg_romanian_deadlift bulgarian_split_squat copenhagen_plank hip_thrust "
        "trap_bar_deadlift lateral_lunge",
        "matches and heavy leg days",
    ),
    r"basketball|volleyball|netball": _sport(
        "jumping sport", "quads calves", "legs that jump and land",
        "trap_bar_deadlift bulgarian_split_squat box_squat standing_calf_raise dumbbell_calf_raise calf_raise "
        "box_jump single_leg_romanian_deadlift",
        "games and heavy leg days",
    ),
    r"tennis|badminton|squash|padel|pickleball|golf|baseball|softball|cricket": _sport(
        "racket and throwing sport", "rear_delts abs", "a trunk that turns and shoulders that brake",
        "face_pull band_pull_apart reverse_pec_deck cable_woodchop pallof_press landmine_press lateral_lunge "
        "single_arm_cable_row one_arm_dumbbell_row",
        "matches and heavy pressing days",
    ),
    r"judo|wrestl|bjj|jiu|box|mma|karate|martial|muay|grappl|taekwondo": _sport(
        "martial art", "back abs", "a grip on others and a trunk that does not give",
        "pull_up barbell_row farmers_carry trap_bar_deadlift landmine_press pallof_press suitcase_carry zercher_squat",
        "hard sparring and heavy days",
    ),
    r"ski|snowboard|skat": _sport(
        "skiing", "quads glutes", "legs that brake for minutes",
        "bulgarian_split_squat hack_squat leg_press lateral_lunge walking_lunge wall_sit side_plank tempo_squat",
        "days on the slope and heavy leg days",
    ),
    r"hik|mountain|trek|backpack|ruck": _sport(
        "hiking", "quads calves", "legs for the way up and the way down",
        "step_up dumbbell_step_up reverse_lunge dumbbell_reverse_lunge calf_raise dumbbell_calf_raise farmers_carry "
        "two_leg_calf_raise suitcase_carry",
        "long walks and heavy leg days",
    ),
}  # fmt: skip


def sport_of(text: str) -> Sport | None:
    return next((sport for words, sport in SPORTS.items() if re.search(rf"\b(?:{words})", text.lower())), None)
