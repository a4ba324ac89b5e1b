"""The library's tables. A book without an account is on the shelf that everybody shares."""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, Id, Time

BUNDLED: Final = "wordllama-l2-supercat-256"  # the model of the embeddings that come with the program

# SQLite counts up by itself only what is INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


class Book(Base):
    """Has the id of the generation that read it. Nobody sees it before ``ready_at``."""

    __tablename__ = "books"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file
    title: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(String(100), default="")
    format: Mapped[str] = mapped_column(String(16))  # epub, pdf, markdown, html, text
    size: Mapped[int] = mapped_column(Integer)  # bytes of the file
    words: Mapped[int] = mapped_column(Integer, default=0)
    summary: Mapped[str] = mapped_column(Text, default="")
    concepts: Mapped[list[str]] = mapped_column(JSON, default=list)  # the most telling first
    terms: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # abbreviation -> what it stands for
    # The model of its passages' embeddings; "" while they are made anew with another one.
    embedded_with: Mapped[str] = mapped_column(String(200), default=BUNDLED, server_default=BUNDLED)
    created_at: Mapped[float] = mapped_column(Time)
    ready_at: Mapped[float | None] = mapped_column(Time)

    __table_args__ = (
        Index("uq_books_account_id_sha256", "account_id", "sha256", unique=True),
        Index(
            "uq_books_shelf_sha256", "sha256", unique=True,
            sqlite_where=text("account_id IS NULL"), postgresql_where=text("account_id IS NULL"),
        ),
    )  # fmt: skip


class Chapter(Base):
    """A heading of a book, in reading order. ``level`` 1 is a chapter; 2 and deeper are sections within it."""

    __tablename__ = "chapters"
    book_id: Mapped[str] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)  # of all headings, from 1
    level: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None] = mapped_column(Integer)  # of a PDF, from 1
    words: Mapped[int] = mapped_column(Integer, default=0)  # of its own text, without its sections'
    summary: Mapped[str] = mapped_column(Text, default="")
    concepts: Mapped[list[str]] = mapped_column(JSON, default=list)


class Passage(Base):
    """A readable piece of a book, 60-250 words, within one heading. What is searched, and what is cited.

    ``passages_fts`` (SQLite) and the column ``search`` (PostgreSQL) are its full-text index, kept by the database.
    """

    __tablename__ = "passages"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    book_id: Mapped[str] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)  # in the book, from 1
    chapter: Mapped[int] = mapped_column(Integer)  # `Chapter.number` of the nearest heading above it
    heading: Mapped[str] = mapped_column(Text)  # "Chapter › Section"
    locator: Mapped[str] = mapped_column(String(200))  # "chapter 3, p. 41"
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[int] = mapped_column(Integer)
    embedding: Mapped[bytes | None] = mapped_column(LargeBinary)  # float16, length 1

    __table_args__ = (
        Index("uq_passages_book_id_number", "book_id", "number", unique=True),
        {"sqlite_autoincrement": True},  # no id is ever used again: indexes outside the database name them
    )


class Upload(Base):
    """A file as it came, until it is read: processes of a PaaS share no disk."""

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(Time, index=True)


class UploadChunk(Base):
    """At most 1 MiB of a file, so that no write holds the database for long."""

    __tablename__ = "upload_chunks"
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Progress(Base):
    """How far somebody is in a course, section by section: read, marked, noted. ``answers``: self-checks known."""

    __tablename__ = "course_progress"
    course_id: Mapped[str] = mapped_column(ForeignKey("results.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(String(64), primary_key=True)  # the item's key
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    read_at: Mapped[float | None] = mapped_column(Time)
    marked: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opened_at: Mapped[float] = mapped_column(Time)


__all__ = ["BUNDLED", "Book", "Chapter", "Passage", "Progress", "Upload", "UploadChunk"]
