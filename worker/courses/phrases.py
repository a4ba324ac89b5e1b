"""Headings of books as a teacher says them: `Estimating the cost of equity` is something to do, `Why growth destroys
value` a question, and `Sleep cycles` a thing."""

import re
from dataclasses import dataclass
from typing import Final, Literal

# Gerund -> what a person does, and its level in Bloom's taxonomy (Anderson and Krathwohl, A Taxonomy for Learning,
# Teaching, and Assessing, 2001): 2 understand, 3 apply, 4 analyse, 5 evaluate.
_DOING: Final = """
    adding add 3|adjusting adjust 3|aggregating aggregate 3|aligning align 3|answering answer 3|applying apply 3|
    asking ask 3|assessing assess 5|avoiding avoid 3|balancing balance 3|betting bet 3|budgeting budget 3|
    building build 3|calculating calculate 3|calling call 3|changing change 3|checking check 4|choosing choose 5|
    classifying classify 4|cleaning clean 3|closing close 3|collecting collect 3|combining combine 3|
    comparing compare 4|composing compose 3|computing compute 3|conceding concede 3|conducting conduct 3|
    controlling control 3|converting convert 3|counting count 3|creating create 3|crossing cross 3|cutting cut 3|
    dealing deal 3|debugging debug 4|deciding decide 5|defining define 2|deploying deploy 3|deriving derive 3|
    describing describe 2|designing design 3|detecting detect 4|discounting discount 3|distinguishing distinguish 4|
    dividing divide 3|drawing draw 3|editing edit 3|estimating estimate 3|evaluating evaluate 5|examining examine 4|
    explaining explain 2|exploring explore 4|filling fill 3|filtering filter 3|finding find 3|fitting fit 3|
    following follow 3|forecasting forecast 3|framing frame 3|giving give 3|grouping group 3|growing grow 3|
    handling handle 3|holding hold 3|identifying identify 4|improving improve 3|including include 3|
    interpreting interpret 2|joining join 3|judging judge 5|keeping keep 3|knowing know 2|laying lay 3|
    learning learn 2|leaving leave 3|linking link 3|listening listen 3|looking look 4|making make 3|managing manage 3|
    mapping map 3|matching match 3|measuring measure 3|memorising memorise 3|merging merge 3|modelling model 3|
    moving move 3|naming name 2|negotiating negotiate 3|normalising normalise 3|normalizing normalize 3|
    observing observe 3|opening open 3|ordering order 3|organising organise 3|packing pack 3|placing place 3|
    planning plan 3|planting plant 3|practising practise 3|predicting predict 3|preparing prepare 3|
    presenting present 3|preventing prevent 3|protecting protect 3|pruning prune 3|ranking rank 3|reading read 3|
    reasoning reason 4|recognising recognise 2|recognizing recognize 2|recording record 3|reducing reduce 3|
    removing remove 3|repairing repair 3|replacing replace 3|reviewing review 4|revising revise 3|running run 3|
    sampling sample 3|saving save 3|seeing see 2|selecting select 5|setting set 3|sharing share 3|
    sharpening sharpen 3|showing show 3|simplifying simplify 3|slicing slice 3|solving solve 3|sorting sort 3|
    spending spend 3|spotting spot 4|starting start 3|stating state 2|stopping stop 3|storing store 3|
    structuring structure 3|summarising summarise 2|summarizing summarize 2|taking take 3|telling tell 2|
    testing test 4|thinking think 2|timing time 3|tracking track 3|trading trade 3|training train 3|turning turn 3|
    understanding understand 2|updating update 3|using use 3|valuing value 3|varying vary 3|visualising visualise 3|
    watching watch 4|weighing weigh 5|weighting weight 3|winning win 3|working work 3|writing write 3
"""
DOING: Final = {
    gerund: (base, int(level)) for gerund, base, level in (one.split() for one in " ".join(_DOING.split()).split("|"))
}
_CLAUSE: Final = re.compile(r"(?:why|how|what|when|where|who|which|whether)\b", re.IGNORECASE)
_GENERIC: Final = re.compile(
    r"(?:introduction|conclusions?|overview|summary|opening|preface|background|basics|the basics|details|miscellan\w*|"
    r"discussion|notes?|recap|review|examples?|an example|getting started|further topics|other topics|more|"
    r"the whole text|pages? \d.*|part \d+.*|chapter \w+|section \w+|"
    r"(?:key )?(?:points|ideas|terms)|in this chapter)\W*",
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
    ]
)
_OBJECT: Final = re.compile(
    r"(?:an?|the|your|one's|its|with|for|in|on|to|from|out|up|through|between)\b", re.IGNORECASE
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
        also = re.sub(r"\b(and|or|,) (\w+ing)\b", lambda m: f"{m[1]} {_base(m[2])}", tail)
        return Said("doing", f"{done[0]} {also}", done[1], tail)
    return Said("thing", lowered(title, told))


def _base(gerund: str) -> str:
    return DOING[gerund][0] if gerund in DOING and gerund not in _ADJECTIVES else gerund


def lowered(title: str, told: str) -> str:
    """As within a sentence: `Jet lag` loses its capital, `WACC` and `Bayes' theorem` keep theirs."""
    first, blank, rest = title.partition(" ")
    if len(first) < 2 or not first[1:].replace("'", "").replace("’", "").replace("-", "").islower():
        return title if first not in {"A", "I"} else (title[0].lower() + title[1:] if first == "A" else title)
    small = first.lower()
    named = re.search(rf"(?<=[a-z,;] ){re.escape(first)}\b", told) and not re.search(rf"\b{re.escape(small)}\b", told)
    return (
        title
        if named or (first.endswith(("'s", "’s")) and not re.search(rf"\b{re.escape(small)}\b", told))
        else small + blank + rest
    )
