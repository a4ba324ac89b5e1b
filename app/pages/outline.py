"""The outline of a course that waits for its person: an editor that works as a plain form.

Every button sends the whole form and gets it back with one thing changed, so that nothing that was typed is lost,
with a script or without. A row is a part, a section, or a section that was dropped and can be put back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.generations import NotPossible
from app.ids import valid
from app.kinds.course_outline import OutlineEdit
from app.library.outline import WrongOutline, go_on, outline
from app.pages import forms
from app.pages.access import known
from app.pages.forms import Form
from app.pages.templates import page

MOST_FIELDS = 5_000
What = Literal["part", "section", "gone"]
WHATS: dict[str, What] = {"part": "part", "section": "section", "gone": "gone"}


@dataclass(frozen=True)
class Row:
    what: What
    title: str
    id: str = ""  # of a section that the outline had; a new one has none
    error: str = ""

    @property
    def name(self) -> str:
        return f"{self.what}:{self.id}"


def of(parts: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        rows.append(Row("part", part["title"]))
        rows += [Row("section", section["title"], section["id"]) for section in part["sections"]]
    return rows


def sent(form: Form) -> list[Row]:
    """As the form has it: each row's name, and beside it its title."""
    pairs = zip(form.values.get("row", []), form.values.get("title", []), strict=False)
    told = [(name.partition(":"), title) for name, title in pairs]
    return [Row(WHATS[what], title, id_) for (what, _, id_), title in told if what in WHATS]


def changed(rows: list[Row], do: str) -> tuple[list[Row], int]:
    """The rows after a button, and the one that it was about; a button that makes no sense changes nothing."""
    what, _, place = do.partition("-at-")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else -1
    if what == "add-part":
        end = len(rows) - sum(row.what == "gone" for row in rows)
        return [*rows[:end], Row("part", ""), Row("section", ""), *rows[end:]], end
    if not 0 <= at < len(rows):
        return rows, 0
    acts = {"up": _up, "down": _down, "drop": _drop, "back": _back, "add": _add}
    return acts[what](rows, at) if what in acts else (rows, at)


def _blocks(rows: list[Row]) -> list[list[Row]]:
    """Each part with its sections; the dropped ones are the last block."""
    blocks: list[list[Row]] = []
    for row in rows:
        if row.what == "section" and blocks:
            blocks[-1].append(row)
        elif row.what != "gone":
            blocks.append([row])
    return [*blocks, [row for row in rows if row.what == "gone"]]


def _flat(blocks: list[list[Row]]) -> list[Row]:
    return [row for block in blocks for row in block]


def _up(rows: list[Row], at: int) -> tuple[list[Row], int]:
    if rows[at].what == "part":
        blocks = _blocks(rows)
        which = next(place for place, block in enumerate(blocks) if block and block[0] is rows[at])
        if which == 0:
            return rows, at
        blocks[which - 1 : which + 1] = [blocks[which], blocks[which - 1]]
        return _flat(blocks), sum(len(block) for block in blocks[: which - 1])
    if at < 2:  # the first row is a part
        return rows, at
    return [*rows[: at - 1], rows[at], rows[at - 1], *rows[at + 1 :]], at - 1


def _down(rows: list[Row], at: int) -> tuple[list[Row], int]:
    if rows[at].what == "part":
        following = next((to for to in range(at + 1, len(rows)) if rows[to].what == "part"), None)
        if following is None:
            return rows, at
        swapped, _ = _up(rows, following)
        return swapped, next(place for place, row in enumerate(swapped) if row is rows[at])
    if at + 1 >= len(rows) or rows[at + 1].what == "gone":
        return rows, at
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]], at + 1


def _drop(rows: list[Row], at: int) -> tuple[list[Row], int]:
    """A part goes with its sections; those that had a title can be put back."""
    end = at + 1
    while rows[at].what == "part" and end < len(rows) and rows[end].what == "section":
        end += 1
    gone = [replace(row, what="gone") for row in rows[at:end] if row.what == "section" and (row.id or row.title)]
    return [*rows[:at], *rows[end:], *gone], max(0, at - 1)


def _back(rows: list[Row], at: int) -> tuple[list[Row], int]:
    """To the end of the last part."""
    others = [row for place, row in enumerate(rows) if place != at]
    end = sum(row.what != "gone" for row in others)
    own = replace(rows[at], what="section")
    head = others[:end] or [Row("part", "")]
    return [*head, own, *others[end:]], len(head)


def _add(rows: list[Row], at: int) -> tuple[list[Row], int]:
    """A section below this one, or at the end of this part."""
    end = at + 1
    while rows[at].what == "part" and end < len(rows) and rows[end].what == "section":
        end += 1
    return [*rows[:end], Row("section", ""), *rows[end:]], end


def edit(rows: list[Row]) -> tuple[dict[str, Any], dict[tuple[str | int, ...], int]]:
    """The outline to go on with, and at which row each of its places is."""
    parts: list[dict[str, Any]] = []
    places: dict[tuple[str | int, ...], int] = {}
    for at, row in enumerate(rows):
        if row.what == "part" or (row.what == "section" and not parts):
            parts.append({"title": row.title, "sections": []})
            places[("parts", len(parts) - 1)] = at
        if row.what == "section":
            own = parts[-1]["sections"]
            places[("parts", len(parts) - 1, "sections", len(own))] = at
            own.append({"title": row.title, **({"id": row.id} if row.id else {})})
    return {"parts": parts}, places


def wrong(rows: list[Row], faults: Sequence[tuple[Sequence[str | int], str]], places: Mapping[Any, int]) -> list[Row]:
    """The rows with what is wrong at each."""
    found = list(rows)
    for loc, text in faults:
        at = next((places[tuple(loc[:end])] for end in range(len(loc), 0, -1) if tuple(loc[:end]) in places), 0)
        if found:
            found[at] = replace(found[at], error=text)
    return found


async def waiting(request: Request, account_id: str, generation_id: str) -> dict[str, Any] | None:
    """What the editor shows; None: it does not wait for its outline."""
    parts = await outline(request.state.db, account_id, generation_id)
    return None if parts is None else shown(generation_id, parts, of(parts))


def shown(
    generation_id: str,
    parts: Sequence[Mapping[str, Any]],
    rows: list[Row],
    focus: int | None = None,
    message: str = "",
) -> dict[str, Any]:
    """``parts``: the outline as it was, which knows how long its sections take; ``focus``: the row that a button was
    about."""
    known = {section["id"]: section for part in parts for section in part["sections"]}
    blocks = [[row for row in block if row.what == "section"] for block in _blocks(rows)[:-1]]
    minutes = [sum(known[row.id]["minutes"] for row in block if row.id in known) for block in blocks]
    return {
        "id": generation_id, "rows": rows, "focus": focus, "message": message, "known": known, "minutes": minutes,
        "new": sum(row.id not in known for block in blocks for row in block), "sections": sum(map(len, blocks)),
    }  # fmt: skip


async def show(request: Request) -> Response:
    """The editor by itself, for a live page that was opened before there was one."""
    person = await known(request)
    id_ = request.path_params["id"]
    editor = await waiting(request, person.id, id_) if valid(id_) else None
    if editor is None:
        raise HTTPException(404)
    return page(request, person, "course/outline.html", editor=editor)


async def save(request: Request) -> Response:
    """A button of the editor: one change of the form, or going on."""
    person = await known(request)
    id_, state = request.path_params["id"], request.state
    form = await forms.read(request, most=MOST_FIELDS)
    parts = await outline(state.db, person.id, id_) if valid(id_) else None
    if parts is None:
        # It has gone on meanwhile, perhaps from another tab; its page says how. Another person's is not there.
        return RedirectResponse(f"/generations/{id_}", 303) if valid(id_) else await _nothing()
    rows = sent(form)
    do = form.value("do")
    if do != "go":
        rows, focus = changed(rows, do)
        return page(request, person, "course/outline_page.html", editor=shown(id_, parts, rows, focus))
    told, places = edit(rows)
    try:
        await go_on(state.db, state.bell, person.id, id_, OutlineEdit.model_validate(told))
    except ValidationError as error:
        rows = wrong(rows, [(one["loc"], said(one)) for one in error.errors()], places)
    except WrongOutline as error:
        rows = wrong(rows, error.faults, places)
    except NotPossible:
        return RedirectResponse(f"/generations/{id_}", 303)
    else:
        return RedirectResponse(f"/generations/{id_}", 303)
    message = (
        "" if any(row.error for row in rows) else "There is nothing left to write. Put something back or add a part."
    )
    first = next((at for at, row in enumerate(rows) if row.error), None)
    return page(request, person, "course/outline_page.html", 422, editor=shown(id_, parts, rows, first, message))


async def _nothing() -> Response:
    raise HTTPException(404)


def said(error: Mapping[str, Any]) -> str:
    field, kind = error["loc"][-1], error["type"].removeprefix("string_")
    if kind == "too_short":
        return "Give this part a section, or drop it." if field == "sections" else "Give it a title, or drop it."
    if kind == "too_long" and field == "title":
        return f"Use at most {error['ctx']['max_length']} characters."
    return forms.message(error)
