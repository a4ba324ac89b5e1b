"""Books that somebody has chosen for what is to be made."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from sqlalchemy import select

from app.database import Database
from app.kinds import Kind
from app.library.models import Book
from app.library.visible import visible


async def check_books(db: Database, account_id: str, kind: Kind, asked: dict[str, Any]) -> None:
    """Raises pydantic's ValidationError, as for any other wrong field, for books that the person does not see."""
    books: list[str] = asked.get("books", []) if kind.of_library else []
    if not books:
        return
    async with db.read() as session:
        seen = set((await session.execute(select(Book.id).where(visible(account_id, books)))).scalars())
    faults = [
        InitErrorDetails(type=PydanticCustomError("unknown_book", UNKNOWN), loc=("books", place), input=book)
        for place, book in enumerate(books) if book not in seen
    ]  # fmt: skip
    if faults:
        raise ValidationError.from_exception_data(kind.input_model.__name__, faults)


UNKNOWN = "There is no such book in your library; leave the list empty to use all of it"
