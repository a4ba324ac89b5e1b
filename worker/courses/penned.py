"""A section in a language model's words: what of its answer stands up to the passages.

Plain values in and out, since it runs in a child process: {"section": ...} or {"found": [what is wrong, ...]}.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from worker.courses import fitted
from worker.courses.amounts import RECALL, SAME_SENTENCE
from worker.courses.asked import Desk, Rows
from worker.courses.cited import Page
from worker.courses.said import QuestionSaid, SectionSaid
from worker.courses.scorecard import telling
from worker.courses.support import speaks_of, supports
from worker.courses.text import alike, as_markdown, leans
from worker.llm import wording

# Against the words of the lesson that the rules compose: shorter or longer is refused; between them it is made to fit.
FEWEST, MOST_WORDS = 0.55, 1.7
# From this share on nothing is added, if the minutes are the same.
ENOUGH: Final = 0.9
# More unsupported sentences than this share, and the answer is refused; fewer are dropped.
UNSUPPORTED: Final = 0.34
MOST_FOUND: Final = 5
TITLE: Final = (4, 90)  # characters
# Shares of the words of a heading, and of a question, that the passages have.
HEADED, ASKED = 0.6, 0.5
OWN_WORDS: Final = "In the books' own words"


def composed(
    told: dict[str, Any], planned: dict[str, Any], books: Rows, passages: Rows, rung: str, answer: Mapping[str, Any]
) -> dict[str, Any]:
    """The section with what of the answer stands up, or what is wrong with it."""
    at = Desk(told, planned, books, passages, rung)
    try:
        said = SectionSaid.model_validate(answer)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)[:MOST_FOUND]
        return {"found": [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in errors]}
    kept, found, dropped = _kept(at, said)
    whole = sum(len(one.sentences) for one in said.paragraphs)
    if dropped > UNSUPPORTED * max(1, whole):
        return {"found": found[:MOST_FOUND]}
    words = sum(fitted.words_of(text for text, _ in one["sentences"]) for one in kept)
    if not FEWEST * at.words <= words <= MOST_WORDS * at.words:
        return {"found": [f"the lesson has {words} words, wanted are about {at.words}"]}
    section = _section(at, said, kept)
    if section["minutes"] != at.rules["minutes"]:
        return {"found": [f"the lesson takes {section['minutes']} minutes, planned are {at.rules['minutes']}"]}
    return {"section": section, "dropped": dropped}


def _kept(at: Desk, said: SectionSaid) -> tuple[list[dict[str, Any]], list[str], int]:
    """The paragraphs with the sentences that their passages support, what is wrong with the others, how many they are.

    A sentence that says nothing without the one before it goes with it.
    """
    kept: list[dict[str, Any]] = []
    found: list[str] = []
    told: set[str] = set()
    dropped = 0
    for paragraph in said.paragraphs:
        sentences: list[tuple[str, int]] = []
        before = True
        for one in paragraph.sentences:
            text = wording.cleaned(one.text)
            again = text in told or any(alike(text, other) >= SAME_SENTENCE for other in told)
            wrong = "a sentence comes twice" if again else _wrong(at, text, one.ref)
            told.add(text)
            before = not wrong and (before or not leans(text))
            if before:
                sentences.append((text, one.ref))
            else:
                dropped += 1
                found += [wrong] if wrong else []
        block = paragraph.block if 0 < paragraph.block <= len(at.blocks) else 0
        if sentences:
            kept.append({"heading": _heading(at, paragraph.heading), "sentences": sentences, "block": block})
    return kept, found, dropped


def _wrong(at: Desk, text: str, ref: int) -> str | None:
    if not 0 < ref <= len(at.pieces):
        return f"a sentence names passage {ref}, which there is not"
    if not text or wording.shouts(text):
        return "a sentence is empty or shouts"
    passage = at.pieces[ref - 1].text
    # Also where a book says so: what is put there to be obeyed, or to lead away, is not taught.
    if said := wording.wrong(text, wording.WRONG):
        return f"a sentence {said[0]}"
    if not supports(passage, text):
        return f"passage {ref} does not say: “{text[:80]}”"
    return None


def _heading(at: Desk, said: str) -> str:
    """Empty where it is not about the passages, or says what is not to be said."""
    text = wording.cleaned(said)
    good = len(text) <= TITLE[1] and not wording.shouts(text)
    good = good and not wording.wrong(text, wording.MARKUP + wording.WRONG)
    return text if good and speaks_of(at.evidence, text, HEADED) else ""


def _section(at: Desk, said: SectionSaid, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """As long as the rules' section."""
    checks = _checks(at, said.questions)
    least, most = fitted.window({**at.rules, "check": checks}, at.brief.rate)
    whole = fitted.told_by(at.rules["lesson"])
    aim = min(most, max(least, sum(one.words for one in whole)))
    placed = [at.blocks[one["block"] - 1][1] for one in kept if one["block"]]
    shown = fitted.words_of(block.text for block in placed)
    words = shown + sum(fitted.words_of(text for text, _ in one["sentences"]) for one in kept)
    told = fitted.shortened([one["sentences"] for one in kept], words - most)
    said_now = [text for paragraph in told for text, _ in paragraph]
    words = shown + fitted.words_of(said_now)
    left = fitted.untold(whole, said_now, [as_markdown(block) for block in placed])
    more = fitted.filling(left, words, aim, most) if words < max(least, ENOUGH * aim) else []
    words += sum(one.words for one in more)

    page = Page(at.concepts)
    for one, sentences in zip(kept, told, strict=True):
        if one["heading"]:
            page.heading(one["heading"])
        for ref, texts in _runs(sentences):
            page.paragraph(texts, at.source(ref, texts[0]))
        if one["block"]:
            ref, block = at.blocks[one["block"] - 1]
            page.block(as_markdown(block), at.source(ref, block.text))
    if more:
        page.heading(OWN_WORDS)
    sources = {source["ref"]: source for source in at.rules["sources"]}
    for rest in more:
        if rest.sentences:
            page.paragraph(rest.sentences, sources[rest.ref])
        for markdown in rest.blocks:
            (page.following if rest.sentences else page.block)(markdown, sources[rest.ref])
    lesson = page.lesson
    return {
        **at.rules, "title": at.rules["title"] if at.planned.get("named") else _title(at, said.title),
        "minutes": max(1, round(words * at.brief.rate + sum(one["minutes"] for one in checks))),
        "key_concepts": [one for one in at.rules["key_concepts"] if one.lower() in lesson.replace("**", "").lower()],
        "lesson": lesson, "sources": page.sources, "check": checks, "author": "llm",
    }  # fmt: skip


def _runs(sentences: Sequence[tuple[str, int]]) -> list[tuple[int, list[str]]]:
    """Neighbours with the same passage are one paragraph: each ends with its citation."""
    runs: list[tuple[int, list[str]]] = []
    for text, ref in sentences:
        if runs and runs[-1][0] == ref:
            runs[-1][1].append(text)
        else:
            runs.append((ref, [text]))
    return runs


def _title(at: Desk, said: str) -> str:
    """The model's, if it is about what the rules' is about, and not the course's."""
    text = wording.cleaned(said).rstrip(".")
    good = TITLE[0] <= len(text) <= TITLE[1] and not wording.shouts(text)
    good = good and not wording.wrong(text, wording.MARKUP + wording.WRONG)
    good = good and telling(text) != telling(at.brief.title) and supports(at.evidence, text)
    return text if good else str(at.rules["title"])


def _checks(at: Desk, questions: Sequence[QuestionSaid]) -> list[dict[str, Any]]:
    """The rules' questions, in whose places the model's stand as far as they are about the passages, with answers from
    there: so they take the time that was planned. The books' own exercises stay."""
    made: dict[int, list[dict[str, Any]]] = {}
    asked: set[str] = set()
    about = " ".join([at.evidence, *at.rules["objectives"]])
    for one in questions:
        question, answer = wording.cleaned(one.question), wording.cleaned(one.answer)
        known = 0 <= one.objective < len(at.rules["objectives"]) and 0 < one.ref <= len(at.pieces)
        short = 8 <= len(question) <= 300 and 2 <= len(answer) <= 600 and question not in asked
        wrong = wording.wrong(f"{question} {answer}", wording.MARKUP + wording.WRONG)
        good = known and short and not wrong and speaks_of(about, question, ASKED)
        if good and supports(at.pieces[one.ref - 1].text, answer):
            asked.add(question)
            entry = {"question": question, "answer": answer, "objective": one.objective, "minutes": RECALL}
            made.setdefault(one.objective, []).append(entry)
    checks: list[dict[str, Any]] = []
    for one in at.rules["check"]:
        mine = made.get(one["objective"], [])
        checks.append(mine.pop(0) if mine and one["minutes"] == RECALL else one)
    return checks
