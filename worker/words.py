"""Words and sentences: which say nothing of what a text is about, and where one ends."""

import re
from typing import Final

_STOP: Final = """
    a about above after again against all almost along already also although always am among an and another any
    anyone anything are around as ask at away back be because become been before began behind being below best
    better between both bring but by call came can cannot case cases certain come comes common could course day
    days did different do does doing done down during each early easy either else end enough even ever every
    everybody everyone everything example examples fact far few find first five follow following for found four
    from full gave general get give given gives go goes going good got great had half hand hard has have having
    he help her here high him his hold how however i idea if important in instead into is it its itself just
    keep kept kind know known large last late later learn least leave left less let like likely little long look
    low made main make makes making many may me mean means measure might more most much must my nearly need
    needs never new next no nobody nor not nothing now number of off often old on once one only open or order
    other others our out over own part parts people per perhaps person place point possible problem put question
    rather reader reason read right said same say says second see seem seems several shall she should show shows
    simple since small so some somebody someone something sometimes soon start still such take taken takes tell
    ten than that the their them then there these they thing things think third this those though three through
    thus time times to today together too took toward try turn two under until up upon us use used useful uses
    using usual usually very want was way ways we week weeks well went were what when where whether which while
    who whole whose why will with within without word words work works would write year years yes yet you your
    yourself
"""
STOP: Final = frozenset(_STOP.split())
# They test or list what is taught elsewhere.
NO_TEACHING: Final = re.compile(
    r"(?:exercises?|answers?|solutions?|questions?|problems?|quiz|references|bibliography|further reading|sources|"
    r"notes|index|glossary|acknowledge?ments|copyright|contents)\b.*",
    re.IGNORECASE,
)
# What each line of code in a passage begins with, blank ones as well. Nothing else in a passage has a tab.
CODE: Final = "\t"
WORD: Final = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def content(text: str) -> list[str]:
    """Lower-case words that carry meaning."""
    return [word for word in WORD.findall(text.lower()) if len(word) > 2 and word not in STOP and not word.isdecimal()]


def teaches(title: str) -> bool:
    return NO_TEACHING.fullmatch(title.strip()) is None


_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9À-Þ])")
_SHORTENED: Final = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|cf|approx|Mr|Mrs|Ms|Dr|Prof|St|Fig|Eq|No|Vol|pp?|ch|sec|ed|al|[A-Z])\.$"
)
_LONGEST: Final = 12  # more than any of these and the character before it


def sentences(text: str) -> list[str]:
    """Cut at ends of sentences, not after `e.g.` or an initial."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE.finditer(text):
        if not _SHORTENED.search(text[max(start, end.start() - _LONGEST) : end.start()]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]
