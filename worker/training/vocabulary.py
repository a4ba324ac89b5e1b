"""The words by which notes are read: areas, complaints, medical words, pieces, weekdays, what brings pain on."""

from typing import Final

# Words for areas in free text; the longer phrases first.
AREA_WORDS: Final[dict[str, str]] = {
    "lower_back": r"lower[- ]back|low back|lumbar|discs?|sciatica|back pain|bad back|my back|back (?:hurts?|aches?)|"
    r"spine|spinal",
    "upper_back": r"upper[- ]back|thoracic|mid[- ]back",
    "shoulder": r"shoulders?|rotator cuffs?|labrum|ac joint",
    "elbow": r"elbows?|tennis elbow|golfer'?s elbow",
    "wrist": r"wrists?|carpal(?: tunnel)?|thumbs?",
    "neck": r"neck|cervical",
    "hip": r"hips?|groin|adductors?",
    "knee": r"knees?|meniscus|acl|mcl|patellar?|kneecaps?",
    "ankle": r"ankles?|achilles|plantar|foot|feet",
}
COMPLAINTS: Final = (
    r"pain\w*|hurt\w*|ach(?:e|es|ing|y)|injur\w*|sore|surgery|operat\w*|torn|tear|strain\w*|sprain\w*|bad|tendin\w*|"
    r"tendon\w*|arthritis|hernia\w*|impinge\w*|replac\w*|problems?|issues?|sciatica|herniated|slipped|bulging|"
    r"dislocat\w*|broke|broken|fractur\w*|click\w*|stiff\w*|bother\w*|tweak\w*|weak|unstable|instability|swollen|"
    r"twinge\w*|flares?|tender|niggl\w*|tennis elbow|golfer'?s elbow|carpal tunnel|plantar|"
    r"because of (?:my|an?|the)|\d+\s*(?:/|out of|of)\s*10"
)
# Words that take a complaint back: what is fine again is no injury.
FINE: Final = r"fine|ok|okay|good|great|healthy|healed|recovered|better now|pain[- ]free|no longer"
SEVERE: Final = (
    r"severe\w*|terribl[ey]|excruciating|unbearable|agony|(?:can'?t|cannot|can not|unable to) (?:walk|move|lift|bend)|"
    r"ruptur\w*|broke|broken|fractur\w*|(?:surgery|operat\w*)\s+(?:last|this|two|three|\d+)\s*(?:week|month)s?"
)
MODERATE: Final = (
    r"surgery|operat\w*|hernia\w*|slipped|bulging|dislocat\w*|torn|tear|replac\w*|bad|badly|really|moderate\w*|"
    r"a lot|strong|constant\w*|always hurts?|sciatica"
)
# PAR-Q+ 2023: answers that call for a doctor's word before training.
MEDICAL: Final[dict[str, str]] = {
    r"heart|cardiac|stent|arrhythmi\w*|angina|pacemaker": "a heart condition",
    r"blood pressure|hypertension|hypertensive": "blood pressure",
    r"chest pains?": "chest pain",
    r"dizz\w*|faint\w*|pass(?:ed|ing)? out|black(?:ed|ing)? out": "dizziness or fainting",
    r"pregnan\w*|postpartum|gave birth|trimester": "pregnancy or a recent birth",
    r"diabet\w*|insulin": "diabetes",
    r"strokes?|seizures?|epilep\w*": "a stroke or seizures",
    r"osteoporosis|osteopenia|fractur\w*": "bone health",
    r"surgery|operation|operated": "an operation",
    r"numb\w*|tingling": "numbness or tingling",
    r"asthma|copd": "a lung condition",
    r"cancer|chemo\w*": "cancer treatment",
}
# Medicine says that a condition is there, however fine it feels.
TREATED: Final = r"pills?|medic\w*|tablets?|treat\w*|controlled|doctor"
NOT_YET: Final = r"(?:can'?t|cannot|can not|unable to|not able to) (?:do|manage)"
# What brings pain on, and what is left out for it besides the exercises that the area forbids.
TRIGGERS: Final[dict[str, str]] = {
    r"run\w*|jog\w*|sprint\w*|jump\w*|land\w*|hop\w*|skip\w*": "impact",
    r"overhead|press\w* up|reach\w* up|lift\w* (?:my|the) arms?|throw\w*": "overhead",
}
GERUNDS: Final[dict[str, str]] = {
    "squatting": "squat", "benching": "bench press", "bench pressing": "bench press", "deadlifting": "deadlift",
    "lunging": "lunge", "curling": "curl", "dipping": "dip", "planking": "plank", "rowing": "row",
    r"bench(?! press| dip)": "bench press",
}  # fmt: skip
PIECES: Final[dict[str, str]] = {
    r"(?:squat |power )?racks?": "rack",
    r"barbells?|olympic bar|the bar": "barbell",
    r"dumb-?bells?|dbs?": "dumbbells",
    r"kettle-?bells?|kbs?": "kettlebells",
    r"machines?": "machines",
    r"cables?|cable (?:tower|machine|station)s?|pulleys?": "cables",
    r"(?:resistance )?bands?": "bands",
    r"pull-?up bars?|chin-?up bars?": "pull_up_bar",
    r"bench(?:es)?": "bench",
    r"trap bars?|hex bars?": "trap_bar",
}
PIECE_NAMES: Final[dict[str, str]] = {
    "rack": "rack", "barbell": "barbell", "dumbbells": "dumbbells", "kettlebells": "kettlebells",
    "machines": "machines", "cables": "cables", "bands": "bands", "pull_up_bar": "pull-up bar", "bench": "bench",
    "trap_bar": "trap bar",
}  # fmt: skip
GYM_PIECES: Final = frozenset(
    {
        "full_gym",
        "barbell",
        "dumbbells",
        "kettlebells",
        "machines",
        "cables",
        "pull_up_bar",
        "bench",
        "trap_bar",
        "rack",
    }
)
# Monday first. Abbreviations that are words of their own are taken only with a capital.
WEEKDAY_WORDS: Final = (
    r"(?i:mondays?|mon)\b", r"(?i:tuesdays?|tues?)\b", r"(?i:wednesdays?)\b|Weds?\b", r"(?i:thursdays?|thurs?|thu)\b",
    r"(?i:fridays?|fri)\b", r"(?i:saturdays?)\b|Sat\b", r"(?i:sundays?)\b|Sun\b",
)  # fmt: skip
# A bench that is "hated" is the lift; one that is not there is the piece.
ABSENT: Final = r"no|without|don'?t have|do not have|have no"
WEEKEND: Final = r"\bweekends?\b"
BUSY: Final = r"(?:always|usually|often|mostly) (?:taken|busy|occupied|full|in use)|taken|crowded|busy"
NOT: Final = (
    r"no|without|never|not|don'?t|do not|can'?t|cannot|can not|won'?t|avoid(?:ing)?|skip(?:ping)?|hate|dislike|"
    r"can'?t stand|not a fan of|not able to|unable to|leave out|exclude"
)
OFF: Final = (
    r"can'?t|cannot|can not|unable|unavailable|not available|not free|no (?:training|gym|workouts?|time|session)|busy|"
    r"off|rest(?: days?)?|away|don'?t (?:train|work ?out|have time)|do not (?:train|work ?out)|never|not on|except|"
    r"(?:keep|leave|like|want|need|prefer) (?:(?:my|the|all|on) )?\w+ (?:free|clear|to rest|for (?:my|the) \w+)"
)
# "No Sundays", "not on a Monday".
NOT_THEN: Final = rf"(?i:\b(?:no|not|never|avoid|skip)\s+(?:(?:on|any|a|the)\s+)*)(?:{'|'.join(WEEKDAY_WORDS)})"
SPORT_DAY: Final = (
    r"match(?:es)?|games?|practice|race|long runs?|league|class(?:es)?|tournaments?|i (?:play|run|swim|climb|ride|row|"
    r"box|ski|hike)\b|(?:football|soccer|tennis|basketball|volleyball|rugby|hockey|climbing|yoga|swimming|running)"
)
MATCH: Final = r"match(?:es)?|games?|races?|tournaments?|long runs?|competitions?"
FREE: Final = (
    r"(?:can|like to|want to|prefer to|will|usually|only) (?:train|lift|work ?out)|available|free|prefer|train on|train"
)
QUIET: Final = (
    r"neighbou?rs?|(?:must|has to|need to) be quiet|thin floors?|low impact|"
    r"(?:no|avoid|can'?t do|hate) (?:jump\w*|plyo\w*|impact)"
)
ALONE: Final = r"no spotter|without a spotter|train (?:alone|by myself|on my own)|home alone"
VARIETY: Final = r"variety|bored|boring|conjugate|westside|max(?:imal)? effort|mix (?:it|things) up|something new"
NEW: Final = (
    r"never (?:lifted|trained|exercised|been (?:to|in) a gym|done (?:this|weights))|"
    r"(?:absolute|complete|total) (?:beginner|novice)|first time (?:lifting|training|in a gym)|brand new to"
)
# Words that say too little of an exercise to name one by themselves.
VAGUE: Final = (
    r"bar|barbell|dumbbell|kettlebell|machine|cable|band|a|one|two|up|down|legs?|arms?|back|hips?|knees?|chest|"
    r"shoulders?|neck|calf|side|front|high|low|fast|long|short|box|chair|floor|wall|trap|glutes?|wrist|ankle|head|hands?|"
    r"body|single|seated|standing|lying|the|to|on|in|of|with|my|and|stand|step|overhead"
)
