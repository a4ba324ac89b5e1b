"""Headings of books as a teacher says them: `Estimating the cost of equity` is something to do, `Why growth destroys
value` a question, and `Sleep cycles` a thing."""

import re
from dataclasses import dataclass
from typing import Final, Literal

# Gerund -> what a person does, and its level in Bloom's taxonomy (Anderson and Krathwohl, A Taxonomy for Learning,
# Teaching, and Assessing, 2001): 2 understand, 3 apply, 4 analyse, 5 evaluate.
_DOING: Final = """
    acting act 3|adapting adapt 3|adding add 3|adjusting adjust 3|aggregating aggregate 3|aligning align 3|
    allowing allow 3|analysing analyse 4|analyzing analyze 4|answering answer 3|applying apply 3|asking ask 3|
    assessing assess 5|assigning assign 3|avoiding avoid 3|balancing balance 3|betting bet 3|blurring blur 3|
    braising braise 3|budgeting budget 3|building build 3|buying buy 3|calculating calculate 3|calling call 3|
    changing change 3|checking check 4|choosing choose 5|chopping chop 3|clarifying clarify 3|classifying classify 4|
    cleaning clean 3|closing close 3|collecting collect 3|combining combine 3|comparing compare 4|composing compose 3|
    computing compute 3|conceding concede 3|conditioning condition 3|conducting conduct 3|connecting connect 3|
    considering consider 4|controlling control 3|converting convert 3|cooking cook 3|cooling cool 3|
    correcting correct 3|counting count 3|covering cover 3|creating create 3|crossing cross 3|cutting cut 3|
    dealing deal 3|debugging debug 4|deciding decide 5|defining define 2|deploying deploy 3|deriving derive 3|
    describing describe 2|designing design 3|detecting detect 4|directing direct 3|disagreeing disagree 3|
    discounting discount 3|distinguishing distinguish 4|dividing divide 3|drawing draw 3|dressing dress 3|
    drinking drink 3|eating eat 3|editing edit 3|encoding encode 3|ending end 3|escaping escape 3|
    estimating estimate 3|evaluating evaluate 5|examining examine 4|explaining explain 2|exploring explore 4|
    extending extend 3|filling fill 3|filtering filter 3|finding find 3|fitting fit 3|focusing focus 3|
    following follow 3|forecasting forecast 3|forming form 3|framing frame 3|freezing freeze 3|frying fry 3|
    gaining gain 3|getting get 3|giving give 3|going go 3|grouping group 3|growing grow 3|handing hand 3|
    handling handle 3|harvesting harvest 3|heating heat 3|helping help 3|holding hold 3|identifying identify 4|
    imagining imagine 3|importing import 3|improving improve 3|including include 3|inspecting inspect 3|
    installing install 3|interpreting interpret 2|inventing invent 3|inverting invert 3|investing invest 3|
    joining join 3|judging judge 5|keeping keep 3|knowing know 2|laying lay 3|learning learn 2|leaving leave 3|
    lending lend 3|letting let 3|lifting lift 3|limiting limit 3|linking link 3|listening listen 3|looking look 4|
    losing lose 3|making make 3|managing manage 3|mapping map 3|matching match 3|measuring measure 3|
    memorising memorise 3|merging merge 3|mixing mix 3|modelling model 3|moving move 3|naming name 2|napping nap 3|
    negotiating negotiate 3|normalising normalise 3|normalizing normalize 3|observing observe 3|opening open 3|
    ordering order 3|organising organise 3|owning own 3|packing pack 3|painting paint 3|paying pay 3|pivoting pivot 3|
    placing place 3|planning plan 3|planting plant 3|polishing polish 3|practising practise 3|predicting predict 3|
    preferring prefer 3|preparing prepare 3|presenting present 3|preventing prevent 3|pricing price 3|
    pronouncing pronounce 3|protecting protect 3|providing provide 3|proving prove 3|pruning prune 3|putting put 3|
    raising raise 3|ranking rank 3|rating rate 5|reading read 3|reasoning reason 4|rebalancing rebalance 3|
    recognising recognise 2|recognizing recognize 2|recording record 3|reducing reduce 3|refilling refill 3|
    regularising regularise 3|regularizing regularize 3|rehearsing rehearse 3|removing remove 3|repairing repair 3|
    repeating repeat 3|replacing replace 3|reporting report 3|researching research 3|responding respond 3|
    resting rest 3|retraining retrain 3|reviewing review 4|revising revise 3|rewriting rewrite 3|roasting roast 3|
    running run 3|salting salt 3|sampling sample 3|saving save 3|scheduling schedule 3|searching search 3|
    searing sear 3|seasoning season 3|seeing see 2|selecting select 5|sending send 3|separating separate 4|
    setting set 3|shaping shape 3|sharing share 3|sharpening sharpen 3|shortening shorten 3|showing show 3|
    simplifying simplify 3|sleeping sleep 3|slicing slice 3|solving solve 3|sorting sort 3|sowing sow 3|
    speaking speak 3|spending spend 3|splitting split 3|spotting spot 4|spreading spread 3|
    standardising standardise 3|standardizing standardize 3|starting start 3|stating state 2|staying stay 3|
    stopping stop 3|storing store 3|structuring structure 3|substituting substitute 3|summarising summarise 2|
    summarizing summarize 2|supporting support 3|taking take 3|teaching teach 3|telling tell 2|testing test 4|
    thickening thicken 3|thinking think 2|timing time 3|tracing trace 3|tracking track 3|trading trade 3|
    training train 3|translating translate 3|transposing transpose 3|tuning tune 3|turning turn 3|
    understanding understand 2|updating update 3|using use 3|validating validate 4|valuing value 3|varying vary 3|
    verifying verify 4|visualising visualise 3|watching watch 4|watering water 3|weighing weigh 5|weighting weight 3|
    winning win 3|wording word 3|working work 3|wrapping wrap 3|writing write 3
"""
DOING: Final = {
    gerund: (base, int(level)) for gerund, base, level in (one.split() for one in " ".join(_DOING.split()).split("|"))
}
_CLAUSE: Final = re.compile(r"(?:why|how|what|when|where|who|which|whether)\b", re.IGNORECASE)
_GENERIC: Final = re.compile(
    r"(?:introduction|conclusions?|overview|summary|opening|preface|background|basics|the basics|details|miscellan\w*|"
    r"discussion|notes?|recap|review|examples?|an example|getting started|further topics|other topics|more|"
    r"the whole text|pages? \d.*|part \d+.*|chapter \w+|section \w+|"
    r"putting it (?:all )?together|(?:key )?(?:points|ideas|terms)|in this chapter)\W*",
    re.IGNORECASE,
)
# What cannot be said to be done in an exercise: to understand, know or see is no measurable verb.
_MENTAL: Final = frozenset(
    {"understanding", "knowing", "learning", "seeing", "thinking", "telling", "looking", "watching"}
)
HOW_ONLY: Final = frozenset({"see", "think", "tell", "look", "watch"})
UNMEASURED: Final = frozenset({"understand", "know", "learn"})
# `Working memory` and `running totals` are things; `Working with files` and `Running a program` are done.
_ADJECTIVES: Final = frozenset(
    [
        "working",
        "training",
        "running",
        "learning",
        "moving",
        "growing",
        "holding",
        "opening",
        "cutting",
        "closing",
        "reading",
        "conditioning",
        "cooking",
        "dressing",
        "drinking",
        "encoding",
        "lending",
        "operating",
        "painting",
        "pricing",
        "rating",
        "resting",
        "roasting",
        "seasoning",
        "sleeping",
        "speaking",
        "teaching",
    ]
)
_OBJECT: Final = re.compile(
    r"(?:an?|the|your|one's|its|it|them|their|every|each|with|for|in|on|to|from|out|up|through|between|along|beside|how|what|"
    r"where|when|without|at|as|by)\b",
    re.IGNORECASE,
)
Form = Literal["doing", "clause", "thing"]


@dataclass(frozen=True)
class Said:
    """``words`` stand within a sentence: `estimate the cost of equity`, `why growth destroys value`, `sleep cycles`."""

    form: Form
    words: str
    level: int = 2
    thing: str = ""  # what is done to: `the cost of equity`


def generic(title: str) -> bool:
    """It says nothing of what it stands above."""
    return _GENERIC.fullmatch(title.strip()) is not None


def said(title: str, told: str) -> Said:
    """``told``: the text below the heading, which shows whether the first word is a name."""
    head, colon, _rest = title.partition(":")
    title = head if colon and (len(head.split()) > 1 or head.isupper()) else title.replace(":", ",")
    title = title.strip(" ?!.")
    first, _, tail = title.partition(" ")
    if first.lower() in _MENTAL and _CLAUSE.match(tail):
        return Said("clause", tail)  # `Knowing when to stop` is to explain when to stop
    if (both := re.match(r"(\w+ing) (and|or) (\w+ing) (?=\w)", title)) and {both[1].lower(), both[3]} <= DOING.keys():
        base, level = DOING[both[1].lower()]
        rest = title[both.end() :]
        return Said("doing", f"{base} {both[2]} {DOING[both[3]][0]} {rest}", level, rest)
    if _CLAUSE.match(first) and tail:
        return Said("clause", lowered(title, told))
    thing = first.lower() in _ADJECTIVES and not _OBJECT.match(tail)
    if (done := DOING.get(first.lower())) and tail and not thing and not tail.startswith(("and ", "or ", ",")):
        also = re.sub(r"\b(and|or|,) (\w+ing)\b", lambda m: f"{m[1]} {_base(m[2], tail[m.end() :].lstrip())}", tail)
        return Said("doing", f"{done[0]} {also}", done[1], tail)
    return Said("thing", lowered(title, told))


def _base(gerund: str, tail: str) -> str:
    done = gerund in DOING and (gerund not in _ADJECTIVES or _OBJECT.match(tail))
    return DOING[gerund][0] if done else gerund


def lowered(title: str, told: str) -> str:
    """As within a sentence: `Jet lag` loses its capital, `WACC` and `Bayes' theorem` keep theirs."""
    first, blank, rest = title.partition(" ")
    if len(first) < 2 or not first[1:].replace("'", "").replace("’", "").replace("-", "").islower():
        return title if first not in {"A", "I"} else (title[0].lower() + title[1:] if first == "A" else title)
    small = first.lower()
    named = re.search(rf"(?<=[a-z,;] ){re.escape(first)}\b", told) and not re.search(rf"\b{re.escape(small)}\b", told)
    return (
        title
        if named or (first.endswith(("'s", "’s", "s'", "s’")) and not re.search(rf"\b{re.escape(small)}\b", told))
        else small + blank + rest
    )
