"""How a book gets into the library: people see its chapters as they are read, and nobody its rows before the end."""

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_process import current_default_process_limiter
from sqlalchemy.ext.asyncio import AsyncSession

from app.library import importing, uploads
from app.library.importing import AlreadyThere, Source
from worker.books import desk
from worker.errors import Failure, Rejected
from worker.phases import Phase, Pipeline, Spec, Work

T = TypeVar("T")

READ_SECONDS: Final = 60.0
EMBED_AT_ONCE: Final = 200

_slots: RunVar[CapacityLimiter] = RunVar("unfold_books")  # of a loop

SLOW: Final = "This file takes longer to read than we can give to one. Split it, and upload the parts."
GONE: Final = "The file is no longer kept here. Upload it again."
LEFT: Final = "What had been read of this book is no longer here. Upload it again."
TWICE: Final = "This book is in your library already, or is being read into it by another way."


class BrokeOff(Failure):
    """The process that read the file has died: perhaps of the file, perhaps of the machine."""

    code = "invalid_output"
    message = "Reading this file broke off. Try it again, or save the file in another format."

    def delay(self, attempt: int) -> float:
        return 0.0


class Desk:
    """A folder that goes when nobody works with it any more."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="unfold-book-")
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


async def _desk(work: Work) -> str:
    """The folder with the book that was read. After a crash it is read again: the same file gives the same book."""
    known = vars(work).get("desk")
    if known is None:
        known = Desk()
        vars(work)["about"] = await _read(work, known.folder)
        vars(work)["desk"] = known
    return str(known.folder)


async def _read(work: Work, folder: str) -> dict[str, Any]:
    path = Path(folder, desk.FILE)
    there = False
    async with await anyio.open_file(path, "wb") as file:
        async for chunk in uploads.chunks(work.db, work.input.upload):
            there = True
            await file.write(chunk)
    if not there:
        raise Rejected(GONE)
    return await _offload(work, desk.parse, folder, work.input.format, work.input.name)


def slots() -> CapacityLimiter:
    """How many books a worker reads at once: on half of its CPUs, so that slow files hold up nothing else."""
    try:
        return _slots.get()
    except LookupError:
        _slots.set(CapacityLimiter(max(1, int(current_default_process_limiter().total_tokens) // 2)))
        return _slots.get()


async def _offload(work: Work, function: Callable[..., T], *args: Any) -> T:
    """The time begins with the turn: a file is not slow because others are read before it."""
    try:
        async with work.turn(slots()), asyncio.timeout(READ_SECONDS):
            return await work.offload(function, *args, slots=CapacityLimiter(1))  # whose turn it is has been settled
    except TimeoutError:
        raise Rejected(SLOW) from None
    except BrokenWorkerProcess:
        raise BrokeOff from None


async def read_file(work: Work) -> dict[str, Any]:
    await _desk(work)
    told: dict[str, Any] = vars(work)["about"]
    told |= {"title": work.input.title or told["title"], "author": work.input.author or told["author"]}
    about = {name: told[name] for name in ("title", "author", "subject")}
    source = Source(work.claim.id, work.claim.account_id, work.input.sha256, work.input.format, work.input.size)
    try:
        await importing.begin(work.db, source, about)
    except AlreadyThere:
        raise Rejected(TWICE) from None
    return told


async def find_chapters(work: Work) -> list[dict[str, Any]]:
    rows = await _offload(work, desk.outline, await _desk(work))
    await importing.put_chapters(work.db, work.claim.id, rows)
    return rows


async def split_passages(work: Work) -> dict[str, Any]:
    folder = await _desk(work)
    rows = await _offload(work, desk.split, folder)
    await importing.put_passages(work.db, work.claim.id, rows)
    of_chapters, of_book = await _offload(work, desk.concepts_of, folder)
    return {"passages": len(rows), "concepts": of_chapters, "book_concepts": of_book}


def _chapters(work: Work) -> list[list[dict[str, Any]]]:
    """The rows of each chapter and its sections."""
    found: list[list[dict[str, Any]]] = []
    for row in work.done["find_chapters"]:
        if row["level"] == 1:
            found.append([])
        found[-1].append(row)
    return found


def chapters_to_tell(work: Work) -> Sequence[Spec]:
    return [
        Spec(f"chapter-{number}", number, chapter[0]["title"])
        for number, chapter in enumerate(_chapters(work), start=1)
    ]


async def tell(work: Work, spec: Spec) -> dict[str, Any]:
    """A chapter: what it says in short, and what it is about."""
    first, *rest = _chapters(work)[spec.index - 1]
    rows = await _offload(work, desk.describe, await _desk(work), spec.index - 1)
    rows[0]["concepts"] = work.done["split_passages"]["concepts"][spec.index - 1]
    await importing.put_summaries(work.db, work.claim.id, rows)
    return {
        "number": spec.index, "title": first["title"], "page": first["page"],
        "words": sum(row["words"] for row in (first, *rest)), "summary": rows[0]["summary"],
        "concepts": rows[0]["concepts"],
        "sections": [{"title": row["title"], "level": row["level"], "page": row["page"]} for row in rest],
    }  # fmt: skip


async def embed(work: Work) -> dict[str, Any]:
    total = work.done["split_passages"]["passages"]
    left = total
    while some := await importing.without_embedding(work.db, work.claim.id, EMBED_AT_ONCE):
        packed = await _offload(work, desk.vectors, [(heading, text) for _, heading, text in some])
        await importing.put_embeddings(work.db, {id_: one for (id_, _, _), one in zip(some, packed, strict=True)})
        left = max(0, left - len(some))
        await work.progress(total - left, total)
    return await _offload(work, desk.conclude, await _desk(work))


def head(work: Work) -> dict[str, Any]:
    told, split = work.done["read_file"], work.done["split_passages"]
    return {
        "title": told["title"], "author": told["author"], "format": work.input.format, "words": told["words"],
        "chapters": len(_chapters(work)), "passages": split["passages"], "summary": work.done["embed"]["summary"],
        "concepts": split["book_concepts"],
    }  # fmt: skip


async def publish(work: Work, session: AsyncSession) -> None:
    about = {"words": work.done["read_file"]["words"], "concepts": work.done["split_passages"]["book_concepts"]}
    if not await importing.publish(session, work.claim.id, {**about, **work.done["embed"]}):
        raise Rejected(LEFT)


PIPELINE: Final = Pipeline(
    kind="book",
    phases=(
        Phase("read_file", run=read_file, weight=2.0),
        Phase("find_chapters", run=find_chapters, weight=0.5),
        Phase("split_passages", run=split_passages, weight=1.0),
        Phase("summarise", items=chapters_to_tell, make=tell, weight=2.0),
        Phase("embed", run=embed, weight=1.5),
    ),
    head=head,
    ending=publish,
    share=0.5,
)
