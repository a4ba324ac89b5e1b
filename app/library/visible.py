"""Whose books a person sees: their own and the shelf's, once they are read."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_

from app.library.models import Book


def visible(account_id: str | None, books: Sequence[str] = ()) -> ColumnElement[bool]:
    """The condition of every query of the library. ``books`` restricts it to these ids, of which others stay unseen."""
    own = or_(Book.account_id.is_(None), Book.account_id == account_id) if account_id else Book.account_id.is_(None)
    return and_(own, Book.ready_at.is_not(None), *([Book.id.in_(books)] if books else []))
