"""Notes clause by clause: what holds on some weekdays, which pieces are missing, which exercises are left out."""

import re
from collections.abc import Iterator
from typing import Final

from worker.training.catalog import EXERCISES, named
from worker.training.noted import Notes, has, spoken_days
from worker.training.vocabulary import (
    ABSENT,
    BUSY,
    COMPLAINTS,
    FREE,
    GERUNDS,
    GYM_PIECES,
    MATCH,
    NOT,
    NOT_THEN,
    NOT_YET,
    OFF,
    PIECE_NAMES,
    PIECES,
    SPORT_DAY,
    VAGUE,
    WEEKDAY_WORDS,
    WEEKEND,
)

SHORTEST: Final = 15  # minutes a day can be cut to
MOST_NAMED: Final = 45  # exercises that a few words may mean; more and they name none


def split(sentence: str) -> Iterator[str]:
    """Parts with a say of their own; weekdays that stand alone belong to their neighbour."""
    parts = [part.strip() for part in re.split(r",|\bbut\b|\band\b|&|\+", sentence) if part.strip()]
    waiting = ""
    made: list[str] = []
    for part in parts:
        if _only_days(part):
            if made and _days(made[-1]):
                made[-1] += f" and {part}"
            else:
                waiting += f"{part} and "
            continue
        made.append(waiting + part)
        waiting = ""
    if waiting:
        made.append(waiting)
    return iter(made)


def _only_days(part: str) -> bool:
    left = part
    for words in (*WEEKDAY_WORDS, WEEKEND):
        left = re.sub(rf"\b(?:{words})", "", left)
    return left != part and not re.search(r"\w", re.sub(r"\b(?:on|the|my|or|every|also|all)\b", "", left, flags=re.I))


def _days(text: str) -> list[int]:
    days = [number for number, words in enumerate(WEEKDAY_WORDS) if re.search(rf"\b(?:{words})", text)]
    return sorted({*days, *((5, 6) if re.search(WEEKEND, text, re.IGNORECASE) else ())})


def read_clause(clause: str, leaving: bool, found: Notes) -> bool:
    """Read one; `leaving`: the one before left exercises out, so that a bare name goes on with it."""
    days, pieces = _days(clause), _pieces(clause)
    if days:
        _on_days(clause, days, pieces, found)
        return False
    busy = _busy(clause)
    for piece in sorted(pieces | busy):
        found.missing.add(piece)
        often = f"The {PIECE_NAMES[piece]} is often taken: nothing depends on it."
        found.say(often if piece in busy else f"No {PIECE_NAMES[piece]}: nothing uses one.")
    return not pieces and not busy and _left_out(clause, leaving, found)


def _on_days(clause: str, days: list[int], pieces: set[str], found: Notes) -> None:
    said, minutes = spoken_days(days), _minutes(clause)
    if minutes is not None:
        kept = max(SHORTEST, minutes)
        found.minutes.update({day: min(kept, found.minutes.get(day, kept)) for day in days})
        found.say(f"{said}: at most {kept} minutes." + (" (Less is no session.)" if kept > minutes else ""))
    away = has(r"at home|from home|home workouts?|travel\w*|hotel", clause)
    if pieces or away:
        for day in days:
            found.without.setdefault(day, set()).update(pieces or GYM_PIECES)
        left = [name for piece, name in PIECE_NAMES.items() if piece not in pieces]
        gone = ", no ".join(PIECE_NAMES[piece] for piece in sorted(pieces & PIECE_NAMES.keys()))
        told = f"only {' and '.join(left)}" if len(left) <= 2 else f"no {gone}"
        found.say(f"{said}: {told}." if pieces else f"{said}: away from the gym, so only what needs no weights.")
    elif minutes is None:
        _when(clause, days, said, found)


def _when(clause: str, days: list[int], said: str, found: Notes) -> None:
    if has(OFF, clause) or re.search(NOT_THEN, clause):
        found.off.update(days)
        found.say(f"{said}: no training.")
    elif has(SPORT_DAY, clause):
        found.off.update(days)
        found.say(f"{said}: your sport comes first, so no lifting where the week allows it.")
        if has(MATCH, clause):
            found.near.update((day + step) % 7 for day in days for step in (-1, 1))
    elif has(FREE, clause):
        found.free.update(days)
        found.say(f"You like to train on {said}.")


def _minutes(clause: str) -> int | None:
    if re.search(r"\b(?:more|extra|longer)\b", clause) and not re.search(r"\bno more than\b", clause):
        return None
    if re.search(r"\bhalf an hour\b", clause, re.IGNORECASE):
        return 30
    if match := re.search(r"\b(\d{1,3})\s*-?\s*m(?:in(?:ute)?s?)?\b", clause, re.IGNORECASE):
        return int(match.group(1))
    if match := re.search(r"\b(an|one|1|two|2)\s*-?\s*h(?:ours?|rs?)?\b", clause, re.IGNORECASE):
        return 120 if match.group(1).lower() in ("two", "2") else 60
    return None


def _pieces(clause: str) -> set[str]:
    """Pieces that are said to be missing or unwanted."""
    found: set[str] = set()
    for words, piece in PIECES.items():
        ahead = r"(?:use |have |get |access to |do |touch |go to |like |using |the |a |an |any |my |to |training )*"
        absent = ABSENT if piece == "bench" else NOT
        if re.search(rf"\b(?:{absent})\s+{ahead}(?:{words})(?!\w)(?!\s*(?:press|row|curl))", clause, re.IGNORECASE):
            found.update({piece, "trap_bar"} if piece == "barbell" else {piece})
        if re.search(rf"\bonly (?:have |use |with )*(?:{words})(?!\w)", clause, re.IGNORECASE) and _days(clause):
            found.update(GYM_PIECES - {piece})
    return found


def _busy(clause: str) -> set[str]:
    if not has(BUSY, clause):
        return set()
    return {piece for words, piece in PIECES.items() if has(words, clause)}


def _left_out(clause: str, leaving: bool, found: Notes) -> bool:
    """Exercises that are not wanted, or not possible yet; whether there were any."""
    if re.search(rf"\b(?:no|not|without|never)\s+(?:\w+\s+){{0,2}}(?:{COMPLAINTS})(?!\w)", clause, re.IGNORECASE):
        return False  # "no pain when benching"
    match = re.search(rf"\b(?:{NOT})\s+(.{{2,60}})", clause, re.IGNORECASE)
    if match is None and not (leaving and len(clause.split()) <= 4 and not has(r"love|like|want|yes|ok", clause)):
        return False
    text = match.group(1) if match else clause
    if has("overhead", text):
        found.avoid.update(key for key, exercise in EXERCISES.items() if exercise.overhead)
        found.say("No overhead work.")
        return True
    if has(r"run\w*|jog\w*|cardio", text):
        found.say("No running is planned.")
    keys = named_in(text)
    if has(NOT_YET, clause):
        keys = frozenset(key for key in keys if EXERCISES[key].skill > 1)
        told = f"Not yet possible, so easier forms come first: {spoken(keys)}."
    else:
        if has("heavy", text):
            keys = frozenset(key for key in keys if EXERCISES[key].loadability >= 2)
        if has("deep", text):
            keys = frozenset(key for key in keys if not EXERCISES[key].kind)
        told = f"Left out as you ask: {spoken(keys)}."
    if keys:
        found.avoid.update(keys)
        found.say(told)
    return bool(keys)


def named_in(text: str) -> frozenset[str]:
    """Exercises that the words name: the longest run of words that is part of a name."""
    for gerund, word in GERUNDS.items():
        text = re.sub(rf"\b{gerund}\b", word, text, flags=re.IGNORECASE)
    words = re.findall(r"[\w'-]+", text)[:8]
    for length in range(min(4, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            keys = named(" ".join(words[start : start + length]))
            if keys and len(keys) <= MOST_NAMED and not _vague(words[start : start + length]):
                return keys
    return frozenset()


def _vague(words: list[str]) -> bool:
    return all(re.fullmatch(VAGUE, word, re.IGNORECASE) for word in words)


def spoken(keys: frozenset[str]) -> str:
    names = [EXERCISES[key].name for key in sorted(keys, key=lambda key: (EXERCISES[key].tier, key))]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
