"""Words as search compares them."""

import re
from functools import lru_cache
from typing import Final

# Of a word, after a letter. `C++` and `C#` are not C, nor is `.NET` a net.
REST: Final = r"[^\W_]*(?:['’][^\W_]+)*(?:(?<=[^\W\d_])(?:\+\+|#)(?!\w))?"
WORD: Final = re.compile(rf"(?:(?<!\w)\.(?=[Nn][Ee][Tt]\b))?[^\W_]{REST}")
# Of questions, and of what people ask a library for: they say nothing of the subject.
STOP: Final = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing don don't down during each every few for from further get give had has have
    having he her here hers him his how i if in into is it its just know learn like make me more most much my need
    no nor not now of off on once one only or other our out over own please same she should show so some such tell
    than that the their them then there these they thing this those through to too under until up us use very want
    was way we were what when where which while who whom why will with without would you your
    aren't can't couldn't didn't doesn't i'd i'll i'm i've isn't won't anybody anyone somebody someone
    versus vs""".split()  # noqa: SIM905
)
SHORTEST: Final = 3  # letters of a stem


def words_of(query: str) -> list[str]:
    """The words to look for, without repeats: those that say something."""
    found = list(dict.fromkeys(WORD.findall(query.lower().replace("’", "'"))))
    return [word for word in found if word not in STOP]


def stems_of(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text.lower())]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Of a lower-case English word, roughly: it has to bring "valuing" to "values", and not to be a word itself."""
    word = word.replace("’", "'").removesuffix("'s").replace("'", "")
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("s") and len(word) > SHORTEST and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word[: -len(ending)]
            if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]  # running
            break
    if word.endswith("ly") and len(word) > SHORTEST + 2:
        word = word[:-2]
    if word.endswith("e") and len(word) > SHORTEST:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > SHORTEST else word
