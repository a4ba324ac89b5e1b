"""What is asked for: the subject without what people say around it, and wishes for the style."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.kinds.course import CourseInput, Depth, Pace
from app.library.words import STOP, WORD, stem, stems_of, words_of
from worker.courses.amounts import DEPTH, PACE, READING

_LEAD: Final = re.compile(
    r"(?:please|hi|hello|i (?:want|would like|need|wish|am trying|have) to|i['’]d like to|i want|help me(?: to)?|"
    r"can you|could you|teach me|show me|tell me|explain(?: to me)?|learn(?:ing)?|study(?:ing)?|understand(?:ing)?|"
    r"master(?:ing)?|(?:get|become|be) (?:better|good|fluent|great) (?:at|in|with)|improve my|get started (?:with|in)|"
    r"how (?:do|can|should|could|would) (?:i|you|we|one)|how to|what (?:is|are)|"
    r"know(?: more)?|more about|everything about|about|all about|"
    r"(?:an? |the )?(?:short |quick |complete |full |beginner['’]?s? )?(?:introduction|intro|course|guide|primer|"
    r"crash course|basics|fundamentals|essentials|foundations)\s+(?:to|on|in|of|about|for)|"
    r"the (?:basics|fundamentals|essentials) of|to)\b[\s,:]*",
    re.IGNORECASE,
)
# The last of these leads came before something to do.
_DOING: Final = re.compile(
    r"(?:^|how |i (?:want|would like|need|wish|am trying|have) |i['’]d like |learn(?:ing)? |"
    r"(?:help|teach|show|tell) me )to\W*$|how (?:do|can|should|could|would) (?:i|you|we|one)\W*$",
    re.IGNORECASE,
)
_ASKING: Final = re.compile(
    r"(?:how|what|why|when|where|which|who|is|are|do|does|can|could|should|would|will) ", re.IGNORECASE
)
_TAIL: Final = re.compile(
    r"[\s,]*(?:for (?:absolute |complete |total )?beginners|for dummies|from scratch|from the ground up|step by step|"
    r"in depth|(?:please )?(?:teach|show|tell) me|(?<=[,;.!] )thank(?:s| you)(?: in advance)?|please|"
    r"quickly|properly|101|the (?:basics|fundamentals)|basics|fundamentals|"
    r"crash course|course)?[\s.?!]*$",
    re.IGNORECASE,
)
# What people also ask about for its own sake.
_THEMSELVES: Final = frozenset(
    ["learn", "learning", "study", "studying", "understand", "understanding", "master", "mastering"]
)
# They say how, not what.
_GENERAL: Final = frozenset(
    stem(word)
    for word in """
    advanced basic basics beginner beginners better best complete correctly course easily easy effective
    effectively efficient efficiently essential essentials fast faster first foundation foundations fundamental
    fundamentals good great guide help high higher improve introduction introductory intro lesson lessons low
    lower method methods modern new quickly practical practice primer professional properly quick simple skill
    skills smart smarter start step steps strategy strategies successfully technique techniques theory thing
    things tip tips topic understand understanding way ways well work works working worked example examples
    everyday
    """.split()  # noqa: SIM905
)
# `No formulas, please` is no wish for formulas; and in notes only what is asked for is one.
_NOT_WISHED: Final = re.compile(
    r"\b(?:no|not|without|less|fewer|never|avoid\w*|skip\w*|hate|dislike|don['’]t|leave out)\b[^,.;:!?\n]*",
    re.IGNORECASE,
)
_WISHED: Final = re.compile(
    r"\b(?:with|more|many|lots? of|want|prefer|like|love|include|give|use|need|learn by|please)\b[^.;!?\n]*",
    re.IGNORECASE,
)
_STYLES: Final = {
    "examples": re.compile(r"\b(?:examples?|cases?|case studies|stories|story|concrete|illustrat\w+)\b", re.IGNORECASE),
    "practice": re.compile(
        r"\b(?:hands[- ]on|exercises?|practi[cs]\w*|drills?|problems?|do it|doing|applied|workshop)\b", re.IGNORECASE
    ),
    "concise": re.compile(r"\b(?:concise|short|brief|bullet\w*|to the point|crisp|summar\w+|tl;?dr)\b", re.IGNORECASE),
    "rigorous": re.compile(
        r"\b(?:rigor\w*|formal\w*|math\w*|formulas?|formulae|quantitative|numbers?|academic|precise)\b", re.IGNORECASE
    ),
}  # fmt: skip
STYLES: Final = {
    "examples": "passages with examples come first",
    "practice": "more exercises",
    "concise": "short lessons",
    "rigorous": "passages with formulae and figures come first",
}


_AND: Final = re.compile(r"\s*(?:[,;&+]|\b(?:and|plus)\b)(?:\s+and\b)?\s*", re.IGNORECASE)
_JOINING: Final = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
MOST_NAMES: Final = 5
FEW_WORDS: Final = 4  # of notes that are no sentences, but wishes
LONG_STEM: Final = 6  # letters
HALF: Final = 0.5
IN_SUMMARY: Final = 0.7


@dataclass(frozen=True)
class Brief:
    """``core``: the subject, or what one wants to do (``doing``). ``words``: those of it that name something, as they
    were written, by their stems."""

    query: str
    core: str
    doing: bool
    words: dict[str, str]
    hours: float
    depth: Depth
    pace: Pace
    styles: frozenset[str]
    unheard: str  # a wish for the style that nothing here follows
    notes: str
    chosen: bool = False  # its books were chosen, instead of all of the library

    @property
    def source(self) -> str:
        return "Your choice of books" if self.chosen else "The library"

    @property
    def minutes(self) -> float:
        return self.hours * 60

    @property
    def rate(self) -> float:
        """Minutes of study for a word."""
        return DEPTH[self.depth] * PACE[self.pace] / READING

    @property
    def named(self) -> bool:
        """It names its subject, as `DCF valuation` does; `why do my photos look grey` asks a question."""
        small = {word for word in WORD.findall(self.core.lower()) if word in STOP}
        return len(self.words) <= MOST_NAMES and small <= _JOINING

    @property
    def subject(self) -> str:
        """As it stands in a sentence after "on"."""
        if self.doing:
            return f"how to {self.core[:1].lower()}{self.core[1:]}"
        return f"“{self.core}”" if _ASKING.match(self.core) else self.core

    @property
    def title(self) -> str:
        title = self.subject.strip("“”")
        return title[:1].upper() + title[1:]


def read(asked: CourseInput) -> Brief:
    wishes = asked.preferences
    core, doing = core_of(asked.query)
    style = _NOT_WISHED.sub(" ", wishes.style)
    notes = _NOT_WISHED.sub(" ", wishes.notes)
    told = " ".join([style, notes] if len(notes.split()) <= FEW_WORDS else [style, *_WISHED.findall(notes)])
    styles = frozenset(name for name, pattern in _STYLES.items() if pattern.search(told))
    named = bool(wishes.style) and not any(pattern.search(style) for pattern in _STYLES.values())
    return Brief(
        query=asked.query, core=core, doing=doing, words=naming(core), hours=asked.hours,
        depth=wishes.depth, pace=wishes.pace, styles=styles, unheard=wishes.style if named else "", notes=wishes.notes,
        chosen=bool(asked.books),
    )  # fmt: skip


def subjects(brief: Brief, books: Sequence[Mapping[str, Any]]) -> list[Brief]:
    """`Photography and sleep` asks for two courses in one, each of its share of the hours, if books are on each of them
    and none is on both; otherwise the brief itself."""
    cores = [core.strip() for core in _AND.split(brief.core)]
    apart = [replace(brief, core=core, words=naming(core), hours=brief.hours / len(cores)) for core in cores]

    def has(asked: Brief, least: float) -> bool:
        return any(match(asked, book) >= least for book in books)

    alone = len(apart) < 2 or not all(_names(one.core) and has(one, 1.0) for one in apart) or has(brief, 1.0)
    return [brief] if alone else apart


def core_of(query: str) -> tuple[str, bool]:
    """`I want to learn DCF valuation, please` asks for `DCF valuation`; whether it is something to do, as in `how to
    value a company`."""
    core = query.strip().strip("\"'“”")
    doing = False
    while (lead := _LEAD.match(core)) and lead.end() < len(core):
        if lead[0].strip().lower() in _THEMSELVES and not _names(core[lead.end() :]):
            break  # `learn better` is about learning
        doing = bool(_DOING.search(lead[0]))
        core = core[lead.end() :]
    while (shorter := _TAIL.sub("", core).rstrip(" ,:;-")) and shorter != core:
        core = shorter
    return (core, doing) if words_of(core) else (query.strip(), False)


def _names(text: str) -> bool:
    return any(stem(word) not in _GENERAL for word in words_of(text))


def naming(text: str) -> dict[str, str]:
    """Stem -> the word as it was written. Those that say only how to teach it count where there are no others."""
    spelled = {word.lower().replace("’", "'"): word for word in WORD.findall(text)}
    words = {stem(word): spelled[word] for word in words_of(text)}
    itself = {stem(word): spelled[word] for word in WORD.findall(text.lower()) if word in _THEMSELVES}
    return {one: word for one, word in words.items() if one not in _GENERAL} or itself or words


def match(brief: Brief, book: Mapping[str, Any], names: Sequence[tuple[str, str]] = ()) -> float:
    """How far the book is on the subject: the share of the query's words that its title and subject have, by any of
    their names. Of one that has half of them so, what its summary has counts nearly as much."""
    told = set(stems_of(f"{book['title']} {str(book['subject']).replace('-', ' ')}"))
    named = [said(one, word, told, names) for one, word in brief.words.items()]
    share = sum(named) / max(1, len(named))
    if not share or share < HALF:
        return share
    more = told | set(stems_of(f"{book['summary']} {' '.join(book['concepts'])}"))
    also = [said(one, word, more, names) for one, word in brief.words.items()]
    return share + IN_SUMMARY * (sum(also) - sum(named)) / len(named)


def said(one: str, word: str, told: set[str], names: Sequence[tuple[str, str]]) -> bool:
    if one in told or any(_same(one, other) for other in told):
        return True
    others = [stems_of(other) for said, other in names if word.lower() in said.lower().split()]
    return any(set(other) <= told for other in others)


def _same(one: str, other: str) -> bool:
    """`negotiat` and `negotiation`: one is the other's beginning, and long enough to tell."""
    return min(len(one), len(other)) >= LONG_STEM and (one.startswith(other) or other.startswith(one))
