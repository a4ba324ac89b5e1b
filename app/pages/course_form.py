"""The course form: its fields, what they become, and what a profile fills in."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.database import Database
from app.ids import valid
from app.kinds.course import DEPTHS, PACES, CourseInput
from app.library import books
from app.library.books import BookHead
from app.pages.filters import words
from app.pages.forms import Form, errors_by_field, number

LABELS: dict[str, str] = {
    "query": "What to learn",
    "hours": "Hours",
    "preferences.depth": "Depth",
    "preferences.pace": "Pace",
    "preferences.review_outline": "The outline",
    "preferences.style": "Style",
    "books": "Books",
    "preferences.notes": "Anything else",
}
DEFAULTS: dict[str, list[str]] = {
    "hours": ["2"],
    "preferences.depth": ["balanced"],
    "preferences.pace": ["moderate"],
}
DEPTH_HINTS = {
    "overview": "What it is about, and why",
    "balanced": "Ideas with examples",
    "technical": "How it is done, with figures",
    "expert": "Assumptions, limits, exceptions",
}
PACE_HINTS = {"quick": "The essentials only", "moderate": "Ideas and exercises", "thorough": "Nothing skipped"}
OPTIONS: dict[str, Any] = {
    "depths": [(value, text, DEPTH_HINTS[value]) for value, text in DEPTHS.items()],
    "paces": [(value, text, PACE_HINTS[value]) for value, text in PACES.items()],
}
FIELDS: Mapping[tuple[str | int, ...], str] = {tuple(name.split(".")): name for name in LABELS}
MOST_BOOKS = 500  # of one's own; another is chosen on its page in the library
EXAMPLES = 6
# How people ask about a subject of the shelf; another one is asked for by its name.
ASKED = {
    "valuation": "Learn DCF valuation",
    "statistics": "Understand statistics for experiments",
    "sleep": "Sleep better",
    "negotiation": "Negotiate a salary",
    "python programming": "Python for somebody who has never programmed",
    "first aid": "First aid at home",
    "photography": "Take better photographs in natural light",
    "public speaking": "Give a talk without fear",
    "music": "How chords and keys work",
    "economics": "How prices and markets work",
    "gardening": "Grow vegetables in a small garden",
    "personal finance": "Put my money in order",
}


def new_form(profile: Mapping[str, Any], query: Mapping[str, list[str]]) -> Form:
    """Defaults, over them how the person last wished to learn, over that what the link they came by says.

    What was asked about last, and of which books, is of no use for the next course.
    """
    known = {name: values for name, values in query.items() if name in LABELS}
    return Form({**DEFAULTS, **_wishes(profile), **known}, labels=dict(LABELS))


def _wishes(profile: Mapping[str, Any]) -> dict[str, list[str]]:
    hours, wishes = profile.get("hours"), profile.get("preferences")
    values = {"hours": [f"{hours:g}"]} if isinstance(hours, int | float) else {}
    for name, value in wishes.items() if isinstance(wishes, Mapping) else ():
        if f"preferences.{name}" in LABELS and name != "notes":
            values[f"preferences.{name}"] = ["yes"] if value is True else [str(value)] if value else []
    return values


def given(form: Form) -> dict[str, Any]:
    """The input that the form gives; empty fields are not told."""
    told: dict[str, Any] = {"books": [one for one in form.values.get("books", []) if one], "preferences": {}}
    for name in LABELS:
        value = form.value(name)
        parent, _, child = name.partition(".")
        if not value or name == "books":
            continue
        if child:
            told[parent][child] = value == "yes" if child == "review_outline" else value
        else:
            told[name] = number(value) if name == "hours" else value
    return told


def check(form: Form, visible: Sequence[str]) -> dict[str, Any] | None:
    """The input when it holds; otherwise None, and the form has its errors. ``visible``: the books they may name."""
    told = given(form)
    try:
        CourseInput.model_validate(told)
    except ValidationError as error:
        form.errors = errors_by_field(error, FIELDS)
        if not form.value("query"):
            form.errors["query"] = "Say what you want to learn, in a few words."
        if not form.value("hours"):
            form.errors["hours"] = "Say for how many hours, from 0.5 to 40."
    if not set(told["books"]) <= set(visible):
        form.errors["books"] = "One of the books is not in the library any more. Choose among those below."
    form.errors = {name: form.errors[name] for name in ["", *LABELS] if name in form.errors}
    return None if form.errors else told


async def library(db: Database, account_id: str | None, chosen: Sequence[str] = ()) -> list[BookHead]:
    """What the form offers: the latest of one's own first, and what is ``chosen``, then the shelf by subject."""
    own, _ = await books.page(db, account_id, limit=MOST_BOOKS, shelf=False) if account_id else ([], None)
    named = await books.some(db, account_id, [one for one in chosen if valid(one)][:MOST_BOOKS])
    found = {book.id: book for book in (*own, *await books.shelf(db), *named)}
    return sorted(found.values(), key=lambda book: (book.shelf, book.subject.lower(), book.title.lower()))


def examples(found: Sequence[BookHead]) -> list[str]:
    """Questions about subjects that the shelf really has."""
    there = sorted({book.subject.lower() for book in found if book.shelf and book.subject})
    known = [ASKED[subject] for subject in ASKED if subject in there]
    other = [f"Learn {words(subject).lower()}" for subject in there if subject not in ASKED]
    return [*known, *other][:EXAMPLES]


def readable(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All of a request, as labels and words."""
    wishes = asked.get("preferences", {})
    said = {
        "query": asked["query"],
        "hours": f"{asked['hours']:g}",
        "preferences.depth": DEPTHS.get(wishes.get("depth"), ""),
        "preferences.pace": PACES.get(wishes.get("pace"), ""),
        "preferences.style": wishes.get("style", ""),
        "preferences.notes": wishes.get("notes", ""),
    }
    return [(LABELS[name], text) for name, text in said.items() if text]
